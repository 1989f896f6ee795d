"""How sure the ear is, measured: answers, talk outside the grammar and noises through the ear's decision.

    python -m bench.speech_decisions --language ru --each 200 [--model FOLDER] [--show]

Answers are random sentences of the main menu and digit strings, said by eSpeak NG's voices that no model was
trained on and by Festival: English by ked, not trained on either, Russian by its only voice, which was. Talk
is sentences of other menus and small talk; noises are made here. Everything goes over a telephone line at
25 dB, through the real ears, faster than real time.
Wanted: answers taken, talk rejected, noises nothing; a wrong answer taken is the one bad thing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from bench.hearing import people
from bench.hearing.listener import RATE, Samples
from bench.hearing.phrases import unexpected
from bench.hearing.speakers import Speaker, festival_voice, held_out_synthetic, through_telephone
from bench.orders import listening
from ivr.channels.port import Listening
from ivr.dialogue.events import Event, Heard
from ivr.dialogue.universals import UNIVERSALS
from ivr.grammar.model import Expectation, Language, Match, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers
from tools.acoustic.texts import DIGITS

ROOT = Path(__file__).parents[1]
MENU = ("balance", "packages", "set_password", "other_language")
OUTSIDE = ("top_up", "promised_payment", "black_list", "tariff", "block_number", "forwarding", "transfer")
SMALL_TALK = {
    "ru": (
        "алло здравствуйте",
        "подожди я по телефону говорю",
        "мама где мои ключи",
        "сейчас приду",
        "ну и погода сегодня",
        "кто там пришёл",
        "да что же это такое опять робот",
        "вчера смотрели футбол",
    ),
    "en": (
        "hello good morning",
        "wait I am on the phone",
        "where are my keys",
        "I will be there in a second",
        "what a lovely day",
        "who is at the door",
        "we watched the game yesterday",
    ),
}
FESTIVAL = {"ru": "msu_ru_nsh_clunits", "en": "ked_diphone"}


def phrase_book(language: Language) -> PhraseBook:
    """Return the project's own phrase book."""
    content = yaml.safe_load((ROOT / "prompts" / language / "phrases.yaml").read_text(encoding="utf-8"))
    return PhraseBook(language, content["phrases"], content.get("rules", {}))


def noises(rng: np.random.Generator, count: int) -> Iterator[tuple[str, Samples]]:
    """Make clicks, hisses, beeps, hums and breaths of random length and level."""
    for number in range(count):
        kind = ("click", "hiss", "beep", "hum", "breath")[number % 5]
        length = round(RATE * (0.03 if kind == "click" else rng.uniform(0.1, 0.9)))
        level, moments = rng.uniform(500, 4000), np.arange(length) / RATE
        white = rng.standard_normal(length)
        if kind == "beep":
            sound = np.sin(2 * np.pi * rng.uniform(400, 2000) * moments) * 1.4
        elif kind == "hum":
            sound = np.sign(np.sin(2 * np.pi * rng.uniform(90, 200) * moments))
        elif kind == "breath":
            sound = np.convolve(white, np.ones(3) / 2, "same") * np.sin(np.pi * moments * RATE / length)
        else:
            sound = white
        yield kind, (sound * level).astype(np.float32)


def on_the_line(sound: Samples, rng: np.random.Generator) -> bytes:
    """Return the sound at 25 dB over line noise, with silence around it."""
    spoken = np.pad(np.asarray(sound, np.float32), (round(0.5 * RATE), round(1.6 * RATE)))
    hiss = rng.standard_normal(len(spoken)) * 60
    return bytes(np.clip(spoken + hiss, -32767, 32767).astype("<i2").tobytes())


async def hear(ears: GrammarEars, turn: Listening, line: bytes) -> tuple[str, str]:
    """Return the decision and the words of the first thing heard; ("none", "") for nothing."""
    events: list[Event] = []
    hearing = ears.open(turn, events.append)
    for at in range(0, len(line) - FRAME_BYTES + 1, FRAME_BYTES):
        hearing.feed(line[at : at + FRAME_BYTES])
        if at // FRAME_BYTES % 5 == 0:
            await hearing.settled()
    await hearing.settled()
    hearing.close()
    heard = [event for event in events if isinstance(event, Heard)]
    if not heard or not heard[0].hypotheses:
        return "noise" if heard else "none", ""
    return heard[0].hypotheses[0].decision, heard[0].hypotheses[0].words


class Bench:
    """One language's bench."""

    def __init__(self, language: Language, options: SpeechOptions, seed: int) -> None:
        self.language = language
        self.ears = GrammarEars(VoskRecognisers(options), options)
        self.random = random.Random(seed)
        self.noise = np.random.default_rng(seed)
        self.book = phrase_book(language)
        self.menu = self.book.grammar(Expectation((*MENU, *sorted(UNIVERSALS))))
        digits = ValueType("digits", 4, 12)
        self.digits = self.book.grammar(Expectation(tuple(sorted(UNIVERSALS)), digits))
        self.tally: dict[str, Counter[str]] = {}

    def speakers(self) -> dict[str, Speaker]:
        """Return who speaks."""
        return {
            "synthetic": held_out_synthetic(self.language, self.random),
            "festival": festival_voice(FESTIVAL[self.language]),
        }

    async def answers(self, grammar_name: str, count: int, show: bool) -> None:
        """Say random sentences of a grammar."""
        grammar = self.menu if grammar_name == "menu" else self.digits
        for who, say in self.speakers().items():
            for _ in range(count):
                words, meaning = self._sentence(grammar_name)
                line = on_the_line(through_telephone(say(words), self.noise, None), self.noise)
                decision, heard = await hear(self.ears, listening(grammar, self.language), line)
                right = decision in ("take", "confirm") and meaning in grammar.match(heard)
                verdict = f"{decision}, {'right' if right else 'WRONG'}" if decision != "reject" else decision
                self._note(f"{grammar_name} answers, {who}", verdict, words, heard, show and not right)

    def _sentence(self, grammar_name: str) -> tuple[str, Match]:
        if grammar_name == "menu":
            return self.menu.sample(self.random)
        words = " ".join(self.random.choices(DIGITS[self.language], k=self.random.randint(4, 8)))
        return words, self.digits.match(words)[0]

    async def talk(self, count: int, show: bool) -> None:
        """Say what the menu does not know."""
        sentences = [text for name in OUTSIDE for text in self.book.sentences(name)]
        outside = [text for text in sentences if not self.menu.match(text)]
        chosen = [*SMALL_TALK[self.language], *self.random.sample(outside, min(count, len(outside)))]
        for who, say in self.speakers().items():
            for words in chosen[:count]:
                line = on_the_line(through_telephone(say(words), self.noise, None), self.noise)
                decision, heard = await self._menu_hears(line)
                self._note(f"talk, {who}", decision, words, heard, show and decision == "take")

    async def strange(self, count: int, show: bool) -> None:
        """Say words of the dictionary that no grammar has, and sentences of a recorded person."""
        prompts = random.Random(1).sample(people.other_prompts(self.language), count)
        for name, grammar in (("menu", self.menu), ("digits", self.digits)):
            said = [
                (who, words, say(words))
                for who, say in self.speakers().items()
                for words in unexpected(self.language, self.random, count)
            ]
            said += [("a recorded person", file, people.recording(self.language, file)) for file in prompts]
            for who, words, sound in said:
                line = on_the_line(through_telephone(sound, self.noise, None), self.noise)
                decision, heard = await hear(self.ears, listening(grammar, self.language), line)
                if heard and not grammar.match(heard):
                    decision = "reject" if name == "menu" else f"{decision} as a beginning"
                self._note(
                    f"strange words, {name}, {who}", decision, words, heard, show and "take" in decision
                )

    async def noises(self, count: int, show: bool) -> None:
        """Make noises."""
        for kind, sound in noises(self.noise, count):
            decision, heard = await self._menu_hears(on_the_line(sound, self.noise))
            self._note("noises", decision, kind, heard, show and decision in ("take", "confirm"))

    async def _menu_hears(self, line: bytes) -> tuple[str, str]:
        """Return decision and words; a beginning of an answer alone is none in a menu."""
        decision, heard = await hear(self.ears, listening(self.menu, self.language), line)
        return ("reject" if heard and not self.menu.match(heard) else decision), heard

    def _note(self, row: str, verdict: str, said: str, heard: str, show: bool) -> None:
        self.tally.setdefault(row, Counter())[verdict] += 1
        if show:
            print(f"    {row}: {said!r} -> {heard!r} {verdict}")

    def report(self) -> None:
        """Print the table."""
        for row, verdicts in self.tally.items():
            whole = sum(verdicts.values())
            parts = (f"{name} {count / whole:.1%}" for name, count in verdicts.most_common())
            print(f"- {row}, n={whole}: {'; '.join(parts)}{_promise(row, verdicts)}")


def _promise(row: str, verdicts: Counter[str]) -> str:
    """Return what was promised about a row and whether it was kept; empty: nothing was."""
    whole = sum(verdicts.values())
    if "answers" in row:
        lost = sum(count for name, count in verdicts.items() if name.startswith(("reject", "none", "noise")))
        return f" (promised: at most 5 % lost: {'kept' if lost <= 0.05 * whole else 'missed'})"
    if "words" in row or "talk" in row:
        return f" (promised: at most 2 % taken: {'kept' if verdicts['take'] <= 0.02 * whole else 'missed'})"
    return ""


async def measure(language: Language, each: int, model: str, seed: int, show: bool) -> None:
    """Run everything for one language."""
    options = replace(SpeechOptions(), models={language: model}, model_folders=(ROOT / "models",))
    bench = Bench(language, options, seed)
    await bench.answers("menu", each, show)
    await bench.answers("digits", each, show)
    await bench.talk(each, show)
    await bench.strange(each, show)
    await bench.noises(each, show)
    bench.report()
    await bench.ears.close()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--language", choices=("ru", "en"), default="ru")
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--model", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    asyncio.run(measure(given.language, given.each, given.model, given.seed, given.show))


if __name__ == "__main__":
    main()
