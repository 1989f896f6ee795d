"""Days without a year, said and typed, on a virtual day: which one is meant, and that today is the call's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

import pytest

from ivr.accounts.clock import operators_today
from ivr.bootstrap import Script, load_script
from ivr.channels.scripted import ScriptedChannel
from ivr.dialogue import flow as f
from ivr.dialogue.events import CallOffered
from ivr.dialogue.queries import Outcome
from ivr.dialogue.timing import Timing
from ivr.grammar.model import Language
from ivr.grammar.value_types import parse_value_type
from ivr.settings import load_settings
from tests.support.virtual_time import run_virtual

CONTENT = load_script(load_settings({})).content
SUNDAY = date(2026, 11, 22)
NEW_YEARS_EVE = date(2026, 12, 31)


class Order:
    """An account core that takes note of what it is asked."""

    def __init__(self) -> None:
        self.days: list[object] = []

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        self.days.append(arguments["day"])
        return Outcome("ok")


def script(written: str, *todays: date) -> Script:
    """A flow that asks for a day, hands it on, and asks again; each call begins on the next of `todays`."""
    parts = (
        f.Ask("please_choose", parse_value_type(written), "day"),
        f.Do("order", {"day": f.Reference("day")}),
    )
    step = f.Step("day", parts, next=f.Target("day"))
    flow = f.Flow("dates", ("0505",), "day", {"day": step}, home="day", operator="day")
    return Script({"dates": flow}, CONTENT, Timing(), iter(todays).__next__)


def answers(run: Script, language: Language, *said: str) -> list[object]:
    """Make a call that answers, by keys where an answer is digits, and return the days that were taken."""
    core, channel = Order(), ScriptedChannel()

    async def caller() -> None:
        for answer in said:
            await asyncio.sleep(5.0)
            if answer[0].isdigit():
                channel.press(answer)
            else:
                await channel.say(answer)
        await asyncio.sleep(30.0)
        channel.leave()

    async def call() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(caller())
            group.create_task(run.call("0505", channel, core).run(CallOffered(language)))

    run_virtual(call())
    return core.days


@pytest.mark.parametrize(
    ("language", "today", "written", "said", "day"),
    [
        ("ru", SUNDAY, "date", "завтра", date(2026, 11, 23)),
        ("ru", SUNDAY, "date", "первое декабря", date(2026, 12, 1)),
        ("ru", SUNDAY, "date", "0112", date(2026, 12, 1)),
        ("ru", SUNDAY, "date", "0112#", date(2026, 12, 1)),
        ("ru", SUNDAY, "date", "01122027", date(2027, 12, 1)),
        ("ru", SUNDAY, "date", "в пятницу", date(2026, 11, 27)),
        ("en", SUNDAY, "date", "tomorrow", date(2026, 11, 23)),
        ("en", SUNDAY, "date", "the first of december", date(2026, 12, 1)),
        ("en", SUNDAY, "date", "next friday", date(2026, 11, 27)),
        ("ru", SUNDAY, "date(0..365)", "первое мая", date(2027, 5, 1)),
        ("ru", SUNDAY, "date(-365..0)", "первое мая", date(2026, 5, 1)),
        ("ru", SUNDAY, "date(0..365)", "0105", date(2027, 5, 1)),
        ("en", SUNDAY, "date(-365..0)", "may the first", date(2026, 5, 1)),
        ("ru", NEW_YEARS_EVE, "date", "завтра", date(2027, 1, 1)),
        ("ru", NEW_YEARS_EVE, "date", "второе января", date(2027, 1, 2)),
        ("ru", NEW_YEARS_EVE, "date", "тридцатое декабря", date(2026, 12, 30)),
        ("en", NEW_YEARS_EVE, "date(0..365)", "3012", date(2027, 12, 30)),
        ("ru", date(2027, 1, 1), "date", "вчера", date(2026, 12, 31)),
        ("ru", SUNDAY, "date(0..1461)", "двадцать девятое февраля", date(2028, 2, 29)),
        ("ru", SUNDAY, "date(-1461..0)", "2902", date(2024, 2, 29)),
        ("ru", date(2028, 2, 28), "date", "завтра", date(2028, 2, 29)),
        ("en", date(2028, 2, 28), "date", "the day after tomorrow", date(2028, 3, 1)),
        ("en", date(2099, 6, 1), "date", "2902", date(2096, 2, 29)),
    ],
)
def test_the_day_that_is_meant(language: Language, today: date, written: str, said: str, day: date) -> None:
    assert answers(script(written, today), language, said) == [day]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("date(0..365)", "двадцать девятое февраля"),
        ("date(0..365)", "2902#"),
        ("date", "3102#"),
        ("date(0..30)", "вчера"),
        ("date(-30..0)", "завтра"),
    ],
)
def test_a_day_that_is_none_or_out_of_range_is_asked_for_again(written: str, said: str) -> None:
    assert answers(script(written, SUNDAY), "ru", said) == []
    assert answers(script(written, SUNDAY), "ru", said, "сегодня") == [SUNDAY]


def test_today_is_the_day_on_which_the_call_began() -> None:
    run = script("date", NEW_YEARS_EVE, date(2027, 1, 1))
    assert answers(run, "ru", "сегодня", "завтра") == [NEW_YEARS_EVE, date(2027, 1, 1)]
    assert answers(run, "ru", "сегодня") == [date(2027, 1, 1)]


def test_without_a_day_only_dates_that_name_their_year_are_taken() -> None:
    core, channel = Order(), ScriptedChannel()
    runner = script("date", SUNDAY).call("0505", channel, core)
    runner._today = None

    async def call() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(5.0, channel.press, "0112#")
        loop.call_later(30.0, channel.press, "01122026")
        loop.call_later(40.0, channel.leave)
        await runner.run(CallOffered())

    run_virtual(call())
    assert core.days == [date(2026, 12, 1)]


def test_a_doubtful_day_is_asked_back_with_its_year() -> None:
    channel = ScriptedChannel()

    async def caller() -> None:
        await asyncio.sleep(5.0)
        await channel.say("первое декабря", "confirm")
        await asyncio.sleep(10.0)
        channel.leave()

    async def call() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(caller())
            group.create_task(script("date", SUNDAY).call("0505", channel, Order()).run(CallOffered()))

    run_virtual(call())
    asked = [one.utterance.text for one in channel.said if one.utterance.prompt == "confirm_date"]
    assert asked == ["Дата — первое декабря две тысячи двадцать шестого года.", "Верно?"]


def test_the_operators_day_is_used_where_nothing_else_is_said() -> None:
    assert load_script(load_settings({})).today is operators_today
