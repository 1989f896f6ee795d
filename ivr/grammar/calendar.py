"""Dates without a year, days of the month, weekdays: which day is meant, seen from today.

Rule: of the days that fit and lie within the range asked for, the one nearest to today; of two as
near, the later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

_LEAP_CYCLE = 8
"""Years to look ahead and back: 29 February comes back after eight years at the latest."""


def nearest(candidates: Iterable[date], today: date, low: int, high: int) -> date | None:
    """Return the date nearest to today among those `low` to `high` days from it."""
    within = [day for day in candidates if low <= (day - today).days <= high]
    return min(within, key=lambda day: (abs((day - today).days), today > day), default=None)


def day_or_none(year: int, month: int, day: int) -> date | None:
    """Return the date, None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def in_any_year(month: int, day: int, today: date) -> list[date]:
    """Return that day of that month in the years around today."""
    years = range(max(today.year - _LEAP_CYCLE, 1), min(today.year + _LEAP_CYCLE, 9999) + 1)
    return [found for year in years if (found := day_or_none(year, month, day)) is not None]


def in_any_month(day: int, today: date) -> list[date]:
    """Return that day of the month in the year before and the year after today."""
    months = [divmod(today.year * 12 + today.month - 1 + step, 12) for step in range(-12, 13)]
    return [found for year, month in months if (found := day_or_none(year, month + 1, day)) is not None]


def next_weekday(weekday: int, today: date) -> date:
    """Return the first such day after today; 0 is Monday."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
