"""A date: "завтра", "первое декабря", "двадцать пятое число", "the first of December"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.grammar.automaton import Arcs, Output, State, merge
from ivr.grammar.calendar import day_or_none, in_any_month, in_any_year, nearest, next_weekday
from ivr.grammar.calendar_words import CALENDAR_WORDS, CalendarWords
from ivr.grammar.model import Language
from ivr.grammar.number_words import NumberWords
from ivr.grammar.value_types import limits
from ivr.grammar.values.spoken_value import Request, SpokenValue

_LENGTH_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_YEAR = 2000
_LAST_OF_CENTURY = 39
"""Years are heard from 2000 to 2039."""
_FRAMES: Mapping[Language, tuple[str, ...]] = {
    "ru": ("(с|на|это|до|от) {value}",),
    "en": ("(on|from|it's|it is|until) {value}",),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a date, given by an arc: kind is `near`, `weekday`, `day`, `month` or `year`."""

    kind: str
    number: int


def spoken(request: Request) -> SpokenValue:
    """A `datetime.date`; the type's limits are days from today, open where it has none."""
    low, high = limits(request.value_type)
    today = request.today
    end = request.end(lambda output: _date(output, today, low, high))
    calendar, words = CALENDAR_WORDS[request.language], request.words
    with_year = merge((end, _years(calendar, words, end)))
    starts = [_near(calendar, end), _day_month(calendar, words, with_year, end)]
    if request.language == "en":
        starts.append(_month_day(calendar, words, with_year))
    return SpokenValue(merge(starts), _expected(calendar), _FRAMES[request.language])


def _date(output: Output, today: date | None, low: int, high: int) -> date | None:
    """The day that the pieces name, None when the calendar or the range has no such day."""
    parts = {part.kind: part.number for part in output if isinstance(part, _Part)}
    if "year" in parts:
        exact = day_or_none(parts["year"], parts["month"], parts["day"])
        if today is None or exact is None:
            return exact
        return nearest([exact], today, low, high)
    return None if today is None else nearest(_candidates(parts, today), today, low, high)


def _candidates(parts: Mapping[str, int], today: date) -> Iterable[date]:
    if "near" in parts:
        return [today + timedelta(days=parts["near"])]
    if "weekday" in parts:
        return [next_weekday(parts["weekday"], today)]
    if "month" in parts:
        return in_any_year(parts["month"], parts["day"], today)
    return in_any_month(parts["day"], today)


def _near(calendar: CalendarWords, end: State) -> State:
    arcs = Arcs()
    for kind, table in (("near", calendar.near), ("weekday", calendar.weekdays)):
        for number, forms in table.items():
            for form in forms:
                arcs.add(form, end, (_Part(kind, number),))
    return arcs.state()


def _day_month(calendar: CalendarWords, words: NumberWords, with_year: State, end: State) -> State:
    """ "первое декабря", "the first of December", "первого двенадцатого", "пятое число"."""
    arcs = Arcs()
    bare = Arcs()
    for form in calendar.day_of_month:
        bare.add(form, end)
    alone = bare.state(end)
    for day in range(1, 32):
        named = _months(calendar.months, day, with_year)
        after = merge((named, _months(calendar.months_by_number, day, with_year), alone))
        for form in calendar.ordinal(day):
            arcs.add(form, after, (_Part("day", day),))
        arcs.add(_cardinal(words, day), named, (_Part("day", day),), cost=1)
    return arcs.state()


def _month_day(calendar: CalendarWords, words: NumberWords, with_year: State) -> State:
    """ "December the first", "December twenty five"."""
    arcs = Arcs()
    for month, names in calendar.months.items():
        days = Arcs()
        for day in range(1, _LENGTH_OF_MONTH[month - 1] + 1):
            for form in (*calendar.ordinal(day), _cardinal(words, day)):
                days.add(form, with_year, (_Part("day", day),))
        arcs.add(names[0], days.state(), (_Part("month", month),))
    return arcs.state()


def _months(table: Mapping[int, tuple[str, ...]], day: int, after: State) -> State:
    """The months that have that day."""
    arcs = Arcs()
    for month, forms in table.items():
        if day <= _LENGTH_OF_MONTH[month - 1]:
            for form in forms:
                arcs.add(form, after, (_Part("month", month),))
    return arcs.state()


def _years(calendar: CalendarWords, words: NumberWords, end: State) -> State:
    """ "две тысячи двадцать шестого года", "двадцать шестого года", "twenty twenty six"."""
    arcs = Arcs()
    closing = Arcs()
    for form in calendar.year:
        closing.add(form, end)
    closed = closing.state()
    for short in range(1, _LAST_OF_CENTURY + 1):
        year = (_Part("year", _FIRST_YEAR + short),)
        for form in (*calendar.ordinal(short), _cardinal(words, short)):
            if calendar.year:
                arcs.add(form, closed, year)
            for century, least in calendar.centuries.items():
                if short >= least:
                    arcs.add(f"{century} {form}", merge((closed, end)), year)
    return arcs.state()


def _cardinal(words: NumberWords, number: int) -> str:
    """1 to 39 as it is counted."""
    if number <= 20 or number % 10 == 0:
        return words.word(number)
    return f"{words.word(number // 10 * 10)} {words.word(number % 10)}"


def _expected(calendar: CalendarWords) -> tuple[str, ...]:
    """Days of the month and days near today in full, months as single words."""
    near = [form for forms in (*calendar.near.values(), *calendar.weekdays.values()) for form in forms]
    days = [form for day in range(1, 32) for form in calendar.ordinal(day)[:2]]
    months = [form for forms in calendar.months.values() for form in forms]
    return tuple(dict.fromkeys([*near, *days, *months, *calendar.centuries, *calendar.year]))
