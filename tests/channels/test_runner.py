"""The runner: a channel that fails ends the call; queries under way are finished; settings are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from ivr.bootstrap import Script, load_script
from ivr.channels.runner import kept_by
from ivr.channels.scripted import ScriptedChannel
from ivr.dialogue.events import CallOffered, Event
from ivr.dialogue.queries import Outcome
from ivr.errors import AccountsError, DialogueError
from ivr.settings import load_settings
from tests.support.virtual_time import run_virtual


@pytest.fixture(scope="module")
def script() -> Script:
    """The shipped flows and words."""
    return load_script(load_settings({}))


class KnownCaller:
    """An account core that knows the caller, and takes its time for a balance."""

    def __init__(self, seconds: float = 0.0, *, broken: bool = False) -> None:
        self.asked: list[str] = []
        self.answered: list[str] = []
        self._seconds = seconds
        self._broken = broken

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        self.asked.append(name)
        if name == "identify_line":
            return Outcome("known", {"language": "ru"})
        if self._broken:
            raise AccountsError("the storage is down")
        await asyncio.sleep(self._seconds)
        self.answered.append(name)
        return Outcome("ok", {"amount": 24550})


class BrokenChannel(ScriptedChannel):
    """A channel whose line breaks in a way nobody thought of."""

    async def receive(self) -> Event:
        raise RuntimeError("the line broke")


def test_a_channel_that_fails_ends_the_call(script: Script) -> None:
    runner = script.call("0505", BrokenChannel(), KnownCaller())
    assert run_virtual(runner.run(CallOffered())) == "failed"


def test_a_query_under_way_is_finished_after_the_caller_has_gone(script: Script) -> None:
    core, channel = KnownCaller(seconds=5.0), ScriptedChannel()

    async def call() -> None:
        asyncio.get_running_loop().call_later(30.0, channel.press, "1")
        asyncio.get_running_loop().call_later(31.0, channel.leave)
        await script.call("0505", channel, core).run(CallOffered())

    run_virtual(call())
    assert "balance" in core.answered


def test_a_broken_core_leads_to_a_person_and_never_ends_the_call(script: Script) -> None:
    channel = ScriptedChannel()

    async def call() -> None:
        loop = asyncio.get_running_loop()
        for second in (60.0, 120.0):
            loop.call_later(second, channel.press, "1")
        loop.call_later(150.0, channel.leave)
        await script.call("0505", channel, KnownCaller(broken=True)).run(CallOffered())

    run_virtual(call())
    assert "operators" in channel.transfers
    assert "technical_fault" in {said.utterance.prompt for said in channel.said}


@pytest.mark.parametrize(
    ("setting", "value", "kept"),
    [
        ("language", "en", ("set_language", {"language": "en"})),
        ("rate", 1.25, ("change_voice_settings", {"setting": "rate", "value": "125"})),
        ("volume", 0.7, ("change_voice_settings", {"setting": "volume", "value": "70"})),
        ("patience", 10.0, ("change_voice_settings", {"setting": "patience", "value": "10"})),
        ("brief", True, ("change_voice_settings", {"setting": "verbosity", "value": "short"})),
    ],
)
def test_settings_are_kept_in_the_cores_units(setting: str, value: object, kept: object) -> None:
    assert kept_by(setting, value) == kept


def test_an_unknown_setting_is_our_own_fault() -> None:
    with pytest.raises(DialogueError):
        kept_by("colour", "blue")
