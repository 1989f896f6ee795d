"""A call script against the dialogue and the account core, on a virtual clock: microseconds a call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ivr.accounts.door import Accounts
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.bootstrap import Script
from ivr.channels.scripted import Said, ScriptedChannel
from ivr.dialogue.events import CallOffered
from ivr.dialogue.queries import Secret
from ivr.flowfile import callscript as s
from ivr.flowfile.callscript_reader import load_call_scripts
from ivr.flowfile.callscript_values import slot_value
from ivr.grammar.prompts import PromptBook
from tests.support.virtual_time import run_virtual

LONGEST_WAIT = 300.0
"""Virtual seconds after which a prompt will not come any more."""
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class LoopClock:
    """The account core's clock on the loop's (virtual) time."""

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class InlineHasher:
    """A hasher that costs nothing and uses no thread: virtual time cannot wait for threads."""

    async def hash(self, password: Secret) -> str:
        return self.mark(password)

    async def verify(self, kept: str | None, password: Secret) -> bool:
        return kept == self.mark(password)

    def mark(self, password: Secret) -> str:
        return sha256(password.reveal().encode()).hexdigest()

    def close(self) -> None:
        """Nothing to end."""


def expected_text(hears: s.Hears, book: PromptBook) -> str | None:
    """What must be heard, word for word; None when the script leaves a slot's value open."""
    slots = book.slots(hears.prompt)
    if set(slots) - set(hears.values):
        return None
    values = {name: slot_value(text, slots[name]) for name, text in hears.values.items()}
    return book.text(hears.prompt, hears.variant or "first", values)


class EngineCall:
    """One script on its way through the pure engine."""

    def __init__(self, script: Script, call: s.CallScript, channel: ScriptedChannel) -> None:
        self._script = script
        self._call = call
        self._channel = channel
        self._heard = 0
        self._step_ended = 0.0

    async def play(self) -> None:
        """Do every step of the script, then hang up."""
        for step in self._call.steps:
            await self._do(step)
            self._step_ended = self._now()
        self._channel.leave()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _do(self, step: s.ScriptStep) -> None:
        channel = self._channel
        match step:
            case s.Hears():
                await self._hear(step)
            case s.Says(words):
                await channel.say(words)
            case s.Presses(keys):
                channel.press(keys)
            case s.Silence(seconds):
                await asyncio.sleep(seconds)
            case s.Coughs():
                await channel.cough()
            case s.Transferred(target):
                await self._until(
                    lambda: target in channel.transfers, f"{step.place}: no transfer to {target}"
                )
            case s.Ended():
                await self._until(lambda: channel.ended is not None, f"{step.place}: the robot goes on")
            case s.HangsUp():
                channel.leave()

    async def _hear(self, step: s.Hears) -> None:
        found: list[tuple[int, Said]] = []

        def look() -> bool:
            found[:] = [
                (index, said)
                for index, said in enumerate(self._channel.said)
                if index >= self._heard and said.utterance.prompt == step.prompt
            ]
            return bool(found)

        await self._until(look, f"{step.place}: {step.prompt} was not heard")
        index, said = found[0]
        self._check_words(step, said, found)
        late = said.at - self._step_ended
        assert step.within is None or late <= step.within, f"{step.place}: heard after {late:.2f} s"
        self._heard = index + 1

    def _check_words(self, step: s.Hears, first: Said, found: list[tuple[int, Said]]) -> None:
        text = expected_text(step, self._script.content.prompts[first.utterance.language])
        if text is None:
            return
        said = " ".join(said.utterance.text for _, said in found)
        beginning = first.utterance.text
        assert text.startswith(beginning) or text in said, f"{step.place}: heard {said!r}, not {text!r}"

    async def _until(self, true: object, complaint: str) -> None:
        assert callable(true)
        deadline = self._now() + LONGEST_WAIT
        while not true():
            if self._channel.ended is not None or self._now() > deadline:
                raise AssertionError(complaint)
            self._channel.progress.clear()
            try:
                async with asyncio.timeout(5.0):
                    await self._channel.progress.wait()
            except TimeoutError:
                continue


def run_on_engine(script: Script, calls: Iterable[s.CallScript]) -> None:
    """Run scripts one after the other on one account core. AssertionError tells the line that failed."""
    run_virtual(_run(script, calls))


async def _run(script: Script, calls: Iterable[s.CallScript]) -> None:
    accounts = Accounts(MemoryStore(KINDS), InlineHasher(), KeptSms(), clock=LoopClock())
    await seed_demo(accounts.desk)
    for call in calls:
        before = await snapshot(accounts, call.from_line)
        await _carry(script, call, accounts)
        check_facts(call, facts(before, await snapshot(accounts, call.from_line)))
    await accounts.close()


async def _carry(script: Script, call: s.CallScript, accounts: Accounts) -> None:
    outcome = next((step.comes_back for step in call.steps if isinstance(step, s.Transferred)), None)
    channel = ScriptedChannel(outcome or "no_answer")
    runner = script.call(call.number, channel, accounts.session(call.from_line or None, call.number))
    playing = asyncio.create_task(EngineCall(script, call, channel).play())
    try:
        await runner.run(CallOffered(call.language or "ru"))
        await playing
    finally:
        playing.cancel()
        await asyncio.wait([playing])


def check_facts(call: s.CallScript, after: Mapping[str, object]) -> None:
    """Hold what is true after the call against the script's `then`."""
    for name, wanted in call.then.items():
        assert after[name] == wanted, f"{call.place}: {name} is {after[name]}, not {wanted}"


async def snapshot(accounts: Accounts, line: str) -> Mapping[str, object]:
    """What is known of a caller's account from outside the call."""
    async with accounts.desk.store.read() as reader:
        login = await reader.get(Login, line)
        found = await reader.find(Subscriber, phone=line)
    return {
        "password": None if login is None else login.password,
        "login": "blocked" if login is not None and login.blocked else "open",
        "language": found[0].language if found else "",
    }


def facts(before: Mapping[str, object], after: Mapping[str, object]) -> Mapping[str, object]:
    """Return the names a script's `then` may use, with what they are after the call."""
    changed = before["password"] != after["password"]
    return {**after, "password": "changed" if changed else "unchanged"}


CALLS = Path(__file__).parents[1] / "calls"
"""Call scripts are in `scripts/`, one call each; `stories/` holds calls that follow one another."""


def single_calls() -> dict[str, s.CallScript]:
    """Return every script of one call, by name."""
    return load_call_scripts(CALLS / "scripts")


def stories() -> dict[str, list[s.CallScript]]:
    """Return every story: its calls in their order, by the story's name."""
    return {
        folder.name: list(load_call_scripts(folder).values())
        for folder in sorted((CALLS / "stories").iterdir())
    }
