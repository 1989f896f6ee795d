"""The one timing law: every limit of a listening turn, in seconds, and the caller's patience.

Four timers belong to a turn: *first input* (nothing yet), *between digits* (keys or spoken groups),
*end of speech* (kept by the ear, from `complete_after` and `open_after`), *whole answer*.
All are multiplied by the caller's patience; patience "off" sets no timer at all.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_INPUT = "first_input"
BETWEEN_DIGITS = "between_digits"
WHOLE_ANSWER = "whole_answer"
QUERY = "query"
QUERY_LIMIT = "query_limit"
WAIT = "wait"

PATIENCE_OFF = 0.0
"""Patience value that means "no limit"; the next *more time* after 10x."""
PATIENCE_STEPS = (1.0, 2.0, 10.0, PATIENCE_OFF)


@dataclass(frozen=True, slots=True)
class Timing:
    """Limits of a turn in seconds, before patience."""

    first_input: float = 6.0
    """From the prompt's end to the first key or word; then it was silence (no-input)."""
    between_digits: float = 3.5
    """From one key to the next (inter-digit timeout)."""
    between_words: float = 1.0
    """From one spoken group that could go on to the next, after the ear's own `open_after`."""
    whole_answer: float = 60.0
    """From the first key or word to the answer's end."""
    complete_after: float = 0.2
    """Silence that ends a spoken answer which cannot be continued."""
    open_after: float = 0.8
    """Silence that ends a spoken answer which could be continued."""
    query_notice: float = 2.0
    """The account core has not answered: ask the caller to wait."""
    query_limit: float = 10.0
    """The account core still has not answered: go on without it."""

    def scaled(self, seconds: float, patience: float) -> float | None:
        """Return the limit under this patience; None: no limit."""
        return None if patience == PATIENCE_OFF else seconds * patience


def more_patience(patience: float) -> float:
    """Return the next step of patience: 1x, 2x, 10x, off; off stays off."""
    if patience == PATIENCE_OFF:
        return PATIENCE_OFF
    return next((step for step in PATIENCE_STEPS if step > patience), PATIENCE_OFF)
