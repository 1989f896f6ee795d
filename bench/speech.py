"""How quick speech is on this machine: synthesis, the cost of a frame, the delay of an answer under load.

    python -m bench.speech [--turns 1,10,25] [--each 4] [--model FOLDER]

Answers are said by our own voice into our own ears in real time, so many turns at once as asked, each turn
beginning at a random moment. The delay runs from the last sound of the answer to `Heard`; 200 ms of it are
the silence that ends an answer. CPU is of this process, threads included, as part of one core per turn.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.orders import listening
from ivr.dialogue.events import Event, Heard
from ivr.grammar.model import Match
from ivr.speech import audio
from ivr.speech.activity import LineActivity
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE, SpeechOptions
from ivr.speech.synthesis import ProcessSynthesiser
from ivr.speech.vosk_ear import VoskRecognisers

ROOT = Path(__file__).parents[1]
PHRASES = (
    "баланс",
    "какой у меня баланс",
    "пакеты",
    "новый пароль",
    "оператор",
    "повторите",
    "да",
    "нет",
    "главное меню",
    "сколько у меня денег",
)


class Menu:
    """A grammar of whole phrases."""

    recogniser_phrases = PHRASES

    def match(self, words: str) -> tuple[Match, ...]:
        """Return the phrase."""
        return (Match(words),) if words in PHRASES else ()

    def can_continue(self, words: str) -> bool:
        """Return whether a phrase goes on."""
        return any(phrase.startswith(f"{words} ") for phrase in PHRASES)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on a line."""

    text: str
    line: bytes
    end: float
    """Seconds from the line's beginning to the answer's last sound."""


def on_a_line(text: str, sound: bytes, rng: np.random.Generator) -> Answer:
    """Return the answer with line noise around it."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    whole = np.pad(samples, (round(0.6 * SAMPLE_RATE), round(1.4 * SAMPLE_RATE)))
    noisy = np.clip(whole + rng.standard_normal(len(whole)) * 8, -32768, 32767).astype("<i2")
    last = np.flatnonzero(np.abs(whole) > 300)[-1]
    return Answer(text, bytes(noisy.tobytes()), (last + 1) / SAMPLE_RATE)


async def say_all(options: SpeechOptions) -> tuple[list[Answer], list[float]]:
    """Synthesise the phrases; return them and the milliseconds each took, conditioning included."""
    synthesiser = ProcessSynthesiser(options)
    rng = np.random.default_rng(1)
    answers, milliseconds = [], []
    try:
        await synthesiser.speak("да", "ru")
        for text in PHRASES:
            started = time.perf_counter()
            sound = await asyncio.to_thread(audio.prompt, await synthesiser.speak(text, "ru"))
            milliseconds.append((time.perf_counter() - started) * 1000)
            answers.append(on_a_line(text, sound, rng))
    finally:
        await synthesiser.close()
    return answers, milliseconds


async def one_turn(ears: GrammarEars, answer: Answer, wait: float) -> tuple[float | None, bool]:
    """Say one answer in real time; return the delay of `Heard` in seconds and whether it was right."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(wait)
    told: list[tuple[float, Event]] = []
    hearing = ears.open(listening(Menu()), lambda event: told.append((loop.time(), event)))
    started = loop.time()
    for number, at in enumerate(range(0, len(answer.line) - FRAME_BYTES + 1, FRAME_BYTES)):
        await asyncio.sleep(started + (number + 1) * FRAME_SECONDS - loop.time())
        hearing.feed(answer.line[at : at + FRAME_BYTES])
    hearing.close()
    heard = [(moment, event) for moment, event in told if isinstance(event, Heard)]
    if not heard:
        return None, False
    moment, event = heard[0]
    right = bool(event.hypotheses) and event.hypotheses[0].words == answer.text
    return moment - started - answer.end, right


async def under_load(ears: GrammarEars, answers: list[Answer], turns: int, each: int) -> str:
    """Let so many callers answer at once, `each` times; return a line of the table."""
    rng = random.Random(turns)
    cpu, wall, delays, right = time.process_time(), time.perf_counter(), [], 0
    for _ in range(each):
        chosen = [rng.choice(answers) for _ in range(turns)]
        got = await asyncio.gather(*(one_turn(ears, answer, rng.uniform(0, 1)) for answer in chosen))
        delays += [delay for delay, _ in got if delay is not None]
        right += sum(ok for _, ok in got)
    seconds = time.perf_counter() - wall
    cpu = (time.process_time() - cpu) / seconds / turns
    marks = statistics.quantiles(delays, n=20)
    return (
        f"{turns:3} turns at once: heard {len(delays)}/{turns * each}, right {right}, delay p50 "
        f"{statistics.median(delays) * 1000:.0f} ms, p95 {marks[18] * 1000:.0f} ms, "
        f"CPU {cpu:.1%} of a core per turn"
    )


def cost_of_a_frame(options: SpeechOptions) -> float:
    """Return microseconds of voice activity per frame."""
    activity = LineActivity(options.activity_aggressiveness, options.activity_margin_db)
    frames = [bytes(np.random.default_rng(1).bytes(FRAME_BYTES)) for _ in range(100)]
    started = time.perf_counter()
    for number in range(20_000):
        activity.speech(frames[number % 100])
    return (time.perf_counter() - started) / 20_000 * 1e6


async def measure(turns: list[int], each: int, model: str) -> None:
    """Measure and print."""
    options = replace(SpeechOptions(), models={"ru": model}, model_folders=(ROOT / "models",))
    answers, milliseconds = await say_all(options)
    print(
        f"synthesis: p50 {statistics.median(milliseconds):.0f} ms, worst {max(milliseconds):.0f} ms a phrase"
    )
    print(f"voice activity: {cost_of_a_frame(options):.1f} us a frame")
    ears = GrammarEars(VoskRecognisers(options), options)
    await under_load(ears, answers, 1, 2)
    for count in turns:
        print(await under_load(ears, answers, count, each))
    await ears.close()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", default="1,10,25")
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--model", default="")
    given = parser.parse_args()
    asyncio.run(measure([int(count) for count in given.turns.split(",")], given.each, given.model))


if __name__ == "__main__":
    main()
