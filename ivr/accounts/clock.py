"""Time and identity: the wall clock, a clock for tests, the operator's day, new ids."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

from ivr.accounts.ports import Chance, Clock

OPERATOR_ZONE = timezone(timedelta(hours=3), "MSK")
"""Days, months and due dates are Moscow's, which has had no summer time since 2014."""


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """A clock that moves only when told or slept on: a year in a moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the virtual instant."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move on by so many seconds and let others run."""
        self.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._now += by


def today(clock: Clock) -> date:
    """Return the operator's present day."""
    return day_of(clock.now())


def operators_today() -> date:
    """Return the operator's present day by the machine's clock, whatever the machine's time zone."""
    return today(WallClock())


def day_of(instant: datetime) -> date:
    """Return the operator's day at this instant."""
    return instant.astimezone(OPERATOR_ZONE).date()


def start_of(day: date) -> datetime:
    """Return the instant at which the operator's day begins, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=OPERATOR_ZONE).astimezone(UTC)


def new_id(clock: Clock, chance: Chance) -> str:
    """Return a new id, 32 hex digits: milliseconds first (they sort by age), then 80 random bits."""
    millis = int(clock.now().timestamp() * 1000)
    return f"{millis:012x}{chance.getrandbits(80):020x}"
