"""A call script on a real Asterisk with a real voice: what the caller hears is recognised."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np

from ivr.accounts.records import Subscriber
from ivr.bootstrap import Script, open_core
from ivr.flowfile import callscript as s
from ivr.flowfile.callscript_values import slot_value
from ivr.grammar.model import Language
from ivr.grammar.prompts import PromptBook
from ivr.grammar.spoken import say
from tests.support.line_ear import LineEar
from tests.support.script_engine import check_facts, expected_text, facts, snapshot
from tests.support.stack import Node
from tools.caller.agent import Agent, Answer, Ignore, Manner, Reject
from tools.caller.call import Call
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples
from tools.caller.robot_words import words_of
from tools.caller.voice import speak

T = TypeVar("T")
VOICES: Mapping[Language, tuple[str, ...]] = {
    "ru": ("ru", "ru+f2", "ru+m3", "ru+f4"),
    "en": ("en-us", "en-us+f2", "en-us+m3", "en-gb"),
}
LONGEST_WAIT = 45.0
"""Seconds in which an expected prompt must have been heard."""
REACTION = 0.25
"""Seconds after a key in which the interrupted prompt may still be sounding."""
MANNERS: Mapping[str, Manner] = {"answered": Answer(0.3), "no_answer": Ignore(), "busy": Reject()}


class RealCall:
    """One script on its way over the telephone."""

    def __init__(self, script: Script, call: s.CallScript, line: Call, language: Language) -> None:
        self._script = script
        self._call = call
        self._line = line
        self._language = language
        self._ears: dict[Language, LineEar] = {}
        self._step_ended = line.answered_at

    async def play(self) -> None:
        """Do every step of the script, then hang up."""
        for step in self._call.steps:
            await self._do(step)
        await self._line.hang_up()

    async def _do(self, step: s.ScriptStep) -> None:
        match step:
            case s.Hears():
                await self._hear(step)
            case s.Says(words):
                self._step_ended = await self._line.play(self._voice(words))
            case s.Presses(keys):
                self._step_ended = await self._line.press(keys) + REACTION
            case s.Silence(seconds):
                await asyncio.sleep(seconds)
            case s.Coughs():
                self._step_ended = await self._line.play(cough())
            case s.HangsUp():
                await self._line.hang_up()
            case s.Ended():
                await self._line.hear_end(LONGEST_WAIT)
            case s.Transferred():
                pass  # the agent's phone, rung or not, was made ready before the call

    def _voice(self, words: str) -> Samples:
        voices = VOICES[self._language]
        return speak(words, voices[crc32(self._call.name.encode()) % len(voices)])

    async def _hear(self, step: s.Hears) -> None:
        if step.prompt == "language_changed":
            self._language = "en" if self._language == "ru" else "ru"
        book = self._script.content.prompts[self._language]
        text = expected_text(step, book)
        exact = value_words(step, book)
        plain = text if text and exact else first_sentence(step, book, text)
        ear = self._ears.setdefault(self._language, LineEar(self._line, book, self._language))
        try:
            await ear.hears(plain, LONGEST_WAIT, exact)
        except AssertionError as fault:
            raise AssertionError(f"{step.place}: {fault}") from None
        if step.within is not None:
            began = self._line.first_sound_after(self._step_ended)
            assert began is not None, f"{step.place}: no sound"
            delay = began - self._step_ended
            assert delay <= step.within, f"{step.place}: after {delay:.2f} s"


def first_sentence(step: s.Hears, book: PromptBook, text: str | None) -> str:
    """Return what is enough to know a prompt by: its first sentence, or the first that has no slot."""
    if text is not None:
        return book.sentences(step.prompt, step.variant or "first", {})[0][0]
    plain = book.plain_sentences(step.prompt)
    assert plain, f"{step.place}: give the values of {step.prompt}"
    return plain[0]


def value_words(step: s.Hears, book: PromptBook) -> list[str]:
    """Return the words of the values: all must be heard, of the words around them most."""
    slots = book.slots(step.prompt)
    said = [
        say(slots[name], slot_value(text, slots[name]), book.language) for name, text in step.values.items()
    ]
    return words_of(" ".join(said))


def in_language(language: Language, calls: Mapping[str, T]) -> dict[str, T]:
    """Return those for one language's test module: `NAME-en` is English, all others are Russian."""
    return {name: one for name, one in calls.items() if name.endswith("-en") == (language == "en")}


def cough() -> Samples:
    """A quarter of a second of noise that dies away."""
    chance = np.random.default_rng(5)
    size = SAMPLE_RATE // 4
    fading = np.exp(-np.linspace(0, 5, size))
    return (chance.normal(0, 6000, size) * fading).clip(-20000, 20000).astype(np.int16)


async def run_on_asterisk(node: Node, script: Script, calls: Iterable[s.CallScript]) -> None:
    """Run scripts one after the other. AssertionError tells the line that failed."""
    for call in calls:
        await _run(node, script, call)


async def _run(node: Node, script: Script, call: s.CallScript) -> None:
    accounts = await open_core(node.settings)
    try:
        before = await snapshot(accounts, call.from_line)
        async with accounts.desk.store.read() as reader:
            owner = await reader.find(Subscriber, phone=call.from_line)
        language: Language = "en" if owner and owner[0].language == "en" else "ru"
        await _carry(node, script, call, language)
        after = facts(before, await snapshot(accounts, call.from_line))
    finally:
        await accounts.close()
    check_facts(call, after)
    for secret in call.never_logged:
        assert files_with(node.folder, secret) == []


async def _carry(node: Node, script: Script, call: s.CallScript, language: Language) -> None:
    wanted = [step.comes_back for step in call.steps if isinstance(step, s.Transferred) and step.comes_back]
    async with AsyncExitStack() as stack:
        manner = MANNERS[wanted[0] if wanted else "no_answer"]
        await stack.enter_async_context(await Agent.open(node.ports.agent, manner=manner))
        phone = await stack.enter_async_context(node.phone())
        line = await phone.dial(call.number, from_number=call.from_line or "anonymous")
        try:
            await RealCall(script, call, line, language).play()
        finally:
            await line.hang_up()


def files_with(folder: Path, digits: str) -> list[str]:
    """Files under a folder, the database apart, that hold these digits, with anything short between them."""
    pattern = re.compile(rb"\D{0,3}".join(digit.encode() for digit in digits))
    return [str(path) for path in written_files(folder) if pattern.search(path.read_bytes())]


def written_files(folder: Path) -> Iterator[Path]:
    """Everything a node wrote but its database, where callers' numbers belong."""
    return (path for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)
