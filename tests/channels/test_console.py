"""The text telephone: words, keys, silence, hanging up, a terminal that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from ivr.bootstrap import load_script
from ivr.channels.console import ConsoleChannel
from ivr.channels.timers import ManualTimers
from ivr.dialogue.events import CallOffered
from ivr.dialogue.queries import Outcome
from ivr.dialogue.timing import WAIT
from ivr.settings import load_settings


class Core:
    """An account core that knows the caller and 245.50 rubles."""

    async def ask(self, name: str, arguments: object) -> Outcome:
        return Outcome("known" if name == "identify_line" else "ok", {"language": "ru", "amount": 24550})


def talk(lines: list[str | None]) -> list[str]:
    """What a terminal shows when these lines are typed into it."""
    typed: Iterator[str | None] = iter(lines)
    shown: list[str] = []

    async def read() -> str | None:
        return next(typed)

    async def call() -> None:
        timers = ManualTimers(at_once=frozenset({WAIT}))
        channel = ConsoleChannel(read, shown.append, timers)
        runner = load_script(load_settings({})).call("0505", channel, Core(), timers)
        channel.callers_turn = runner.idle.wait
        await runner.run(CallOffered())

    asyncio.run(call())
    return shown


def test_words_lead_through_the_flow() -> None:
    assert "< На счёте двести сорок пять рублей пятьдесят копеек." in talk(["какой у меня баланс", "!"])


def test_keys_follow_a_hash() -> None:
    assert "< На счёте двести сорок пять рублей пятьдесят копеек." in talk(["#1", "!"])


def test_an_empty_line_is_silence() -> None:
    assert "< Я вас не услышал." in talk(["", "!"])


def test_what_is_no_key_is_told() -> None:
    assert any("0-9" in line for line in talk(["#1a", "!"]))


def test_the_end_of_the_input_hangs_up() -> None:
    assert talk([None])


def test_nobody_is_behind_a_terminal() -> None:
    shown = talk(["оператор", "!"])
    assert "  ~ operators" in shown
    assert "< Оператор не ответил." in shown
