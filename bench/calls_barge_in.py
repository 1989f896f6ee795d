"""From a key, or a word, in the middle of a prompt to the prompt's silence.

Keys: a digit is pressed while a password is asked for. Nothing sounds after the first digit until the next
key, so the end of the prompt is plain: the end of its last sounding frame before 0.4 s of silence (pauses
inside prompts are shorter). Counted from the key's down, which is when the caller means it, and from its
up, which is when Asterisk passes it on; the caller's phone sends the up 80 ms after the down.

Words: the menu word for the balance is said into the main menu. Counted from the first sample above -40 dB
of the word's peak; a packet is taken to hold the 20 ms before it is sent. The prompt's end is found in the
same way: the answer comes later than 0.4 s after it.

Both begin 0.1 to 0.5 s after the start of a sentence, so that the end hardly ever falls into a pause of the
prompt, where it would look earlier than it was.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from bench.calls_lines import LONGEST_ANSWER, Options, note, on_lines
from bench.calls_measures import Measured, Promise
from bench.calls_result import Result
from bench.calls_speech import FRAME, WORDS
from ivr.grammar.model import LANGUAGES, Language
from tests.support.script_call import VOICES
from tests.support.stack import Node
from tools.caller.call import Call
from tools.caller.ear import SAMPLE_RATE
from tools.caller.errors import NothingHeard
from tools.caller.mouth import KEY_FRAMES
from tools.caller.voice import speak

KEY_PROMISE = Promise(0.95, 200)
WORD_PROMISE = Promise(0.95, 150, later=True)
PAUSE = 0.2
"""A silence in a prompt after which a sentence begins."""
ENDED = 0.4
FRAME_SECONDS = FRAME / SAMPLE_RATE


async def into_sentence(call: Call, chance: random.Random) -> None:
    """Wait until a sentence of the robot's has begun 0.1 to 0.5 s ago."""
    since = await call.hear_silence(PAUSE, LONGEST_ANSWER)
    began = await call.hear_speech(LONGEST_ANSWER, since=since + PAUSE / 2)
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(began + chance.uniform(0.1, 0.5) - now)


async def prompt_end(call: Call) -> float:
    """Wait until the prompt has ended; the moment its last sounding frame had been heard to its end."""
    return await call.hear_silence(ENDED, LONGEST_ANSWER) + FRAME_SECONDS


@dataclass(slots=True)
class KeyIntoPrompt:
    """Presses digits into the questions for a password."""

    downs: list[float] = field(default_factory=list)
    ups: list[float] = field(default_factory=list)

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Interrupt, end the password, and again with what is asked next."""
        await call.hear_speech(LONGEST_ANSWER)
        await call.press("3")
        for _ in range(samples):
            await into_sentence(call, chance)
            up = await call.press(chance.choice("123456789"))
            silent = await prompt_end(call)
            self.ups.append((silent - up) * 1000)
            self.downs.append(self.ups[-1] + (KEY_FRAMES - 1) * FRAME_SECONDS * 1000)
            await call.press("#")


@dataclass(slots=True)
class WordIntoPrompt:
    """Says the menu word for the balance into the main menu."""

    language: Language
    values: list[float] = field(default_factory=list)
    went_on: int = 0
    """Words after which the prompt was not silent for `ENDED` seconds on end, or not at all."""

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Interrupt; when the answer sounds, interrupt that or the menu after it."""
        for _ in range(samples):
            voice = chance.choice(VOICES[self.language])
            word = await asyncio.to_thread(speak, WORDS[self.language]["balance"], voice)
            await into_sentence(call, chance)
            sent = call.play_nowait(word)
            try:
                silent = await prompt_end(call)
            except NothingHeard:
                self.went_on += 1
                continue
            packets = -(-word.size // FRAME)
            began = await sent - packets * FRAME_SECONDS
            self.values.append((silent - began) * 1000)
            await call.hear_speech(LONGEST_ANSWER)


async def run(node: Node, options: Options) -> Result:
    """Measure both languages."""
    rows: list[Measured] = []
    faults: list[str] = []
    notes = [f"{options.lines} calls at a time"]
    for language in LANGUAGES:
        keys, words = KeyIntoPrompt(), WordIntoPrompt(language)
        faults += await on_lines(node.ports.sip, language, options, keys)
        faults += await on_lines(node.ports.sip, language, options, words)
        rows += (
            Measured(f"key down to silence, {language}", tuple(keys.downs), (KEY_PROMISE,)),
            Measured(f"key up to silence, {language}", tuple(keys.ups)),
            Measured(f"word begins to silence, {language}", tuple(words.values), (WORD_PROMISE,)),
        )
        notes.append(
            f"{language}: the prompt went on, or was silent for less than {ENDED:g} s, after "
            f"{words.went_on} of {words.went_on + len(words.values)} words"
        )
        note("\n".join((*(row.row() for row in rows[-3:]), notes[-1])))
    return Result(tuple(rows), tuple(faults), tuple(notes))
