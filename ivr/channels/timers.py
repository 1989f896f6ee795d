"""Timers of a call: on the event loop's clock for real calls, by hand for the text telephone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timers(Protocol):
    """Named timers; setting one again replaces it."""

    def set(self, name: str, seconds: float, fire: Callable[[], None]) -> None:
        """Call `fire` after so many seconds."""

    def clear(self, name: str) -> None:
        """Forget that timer, if it runs."""

    def clear_all(self) -> None:
        """Forget all timers: the call is over."""


class LoopTimers:
    """Timers on the running event loop's clock (virtual when the loop's is)."""

    def __init__(self) -> None:
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def set(self, name: str, seconds: float, fire: Callable[[], None]) -> None:
        """Call `fire` after so many seconds."""
        self.clear(name)
        self._handles[name] = asyncio.get_running_loop().call_later(seconds, fire)

    def clear(self, name: str) -> None:
        """Forget that timer, if it runs."""
        handle = self._handles.pop(name, None)
        if handle is not None:
            handle.cancel()

    def clear_all(self) -> None:
        """Forget all timers."""
        for name in list(self._handles):
            self.clear(name)


class ManualTimers:
    """Timers that fire only when told to: an empty line at the text telephone is silence.

    Those named in `at_once` fire as soon as they are set: nobody waits at a terminal for politeness.
    """

    def __init__(self, at_once: frozenset[str] = frozenset()) -> None:
        self._at_once = at_once
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}

    def set(self, name: str, seconds: float, fire: Callable[[], None]) -> None:
        """Remember the timer."""
        if name in self._at_once:
            fire()
        else:
            self._due[name] = (seconds, fire)

    def clear(self, name: str) -> None:
        """Forget that timer, if it is set."""
        self._due.pop(name, None)

    def clear_all(self) -> None:
        """Forget all timers."""
        self._due.clear()

    def fire_next(self) -> bool:
        """Fire the timer that would run out first; False when none is set."""
        if not self._due:
            return False
        name = min(self._due, key=lambda key: self._due[key][0])
        _, fire = self._due.pop(name)
        fire()
        return True
