"""A list that is read out on the shipped flow: talk beside the telephone is let pass, "хватит" is not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from ivr.bootstrap import load_script
from ivr.channels.scripted import Said, ScriptedChannel
from ivr.dialogue.events import CallOffered
from ivr.dialogue.queries import Outcome
from ivr.grammar.model import Language
from ivr.settings import load_settings
from tests.support.virtual_time import run_virtual

SCRIPT = load_script(load_settings({}))


class ManyPackages:
    """An account core whose caller has a long list of packages."""

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        if name == "packages":
            listed = tuple({"kind": "data", "left": size, "until": SCRIPT.today()} for size in range(1, 13))
            return Outcome("some", {"packages": listed})
        return Outcome({"identify_line": "known", "last_outcome": "none"}.get(name, "ok"))


def call(language: Language, *moments: tuple[float, str]) -> list[Said]:
    """Ask for the packages after a minute; then, so many seconds later, cough ("") or say something."""
    channel = ScriptedChannel()

    async def caller() -> None:
        await asyncio.sleep(60.0)
        channel.press("2")
        for seconds, words in moments:
            await asyncio.sleep(seconds)
            await (channel.say(words) if words else channel.cough())
        await asyncio.sleep(100.0)
        channel.leave()

    async def carried() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(caller())
            group.create_task(SCRIPT.call("0505", channel, ManyPackages()).run(CallOffered(language)))

    run_virtual(carried())
    return channel.said


def reading(said: list[Said]) -> list[str]:
    return [one.utterance.text for one in said if one.utterance.prompt == "packages_list"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_noise_and_talk_do_not_break_the_list_off(language: Language) -> None:
    whole = reading(call(language))
    assert len(whole) == 13
    assert reading(call(language, (5.0, ""), (5.0, "мама мыла раму"), (5.0, ""))) == whole


@pytest.mark.parametrize(("language", "word"), [("ru", "хватит"), ("en", "stop"), ("ru", "главное меню")])
def test_a_given_word_ends_it(language: Language, word: str) -> None:
    said = call(language, (12.0, word))
    assert 2 < len(reading(said)) < 8
    afterwards = [one.utterance.prompt for one in said[said.index(_last_read(said)) + 1 :]]
    assert ("main_menu" in afterwards[:1]) == (word == "главное меню"), afterwards


def _last_read(said: list[Said]) -> Said:
    return [one for one in said if one.utterance.prompt == "packages_list"][-1]
