"""Dates as people say them: "первое декабря", "до первого декабря", "December first"."""

from __future__ import annotations

from datetime import date

from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import Case, ordinal, year

MONTHS: dict[Language, tuple[str, ...]] = {
    "ru": tuple(
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905
    ),
    "en": tuple(
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}
"""The months as they follow a day; Russian in the genitive, which never changes with the day's case."""


def spoken_date(day: date, language: Language, case: Case = "nominative", *, with_year: bool = False) -> str:
    """Return day and month, and the year when asked: "первого декабря две тысячи двадцать шестого года".

    English knows no case: "December first" in all of them.
    """
    month = MONTHS[language][day.month - 1]
    number = ordinal(day.day, language, "n", case)
    if language == "en":
        return f"{month} {number}" + (f" {year(day.year, 'en')}" if with_year else "")
    return f"{number} {month}" + (f" {year(day.year, 'ru')} года" if with_year else "")
