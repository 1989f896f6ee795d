"""How much the ears take on: beyond it, a turn goes to the keys at once instead of being answered ever later.

1. A stretch of speech is a stream. One more is taken while all together cost the decoding threads at most
   `busy_share` of their time. What a stream costs is measured as it goes - seconds in a thread per second on
   the line - so a slower model, or a machine that others use too, lowers the limit by itself.
2. None is taken while any sound has been undecoded for longer than `busy_wait`, whatever the reason.
3. Before anybody is refused, new stretches do without the second opinion: from half of that share on.
4. A stream that was taken is heard to its end: nobody is cut off in the middle of a word.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.speech.ports import SpeechOptions

FIRST_COST = 0.05
"""Of real time: what a stream is taken to cost before anything was measured."""
REMEMBERED = 20.0
"""Seconds of sound that the measured cost is a mean of."""


class Admission:
    """Counts streams and what they cost; belongs to the event loop."""

    def __init__(self, options: SpeechOptions, clock: Callable[[], float]) -> None:
        self._options = options
        self._clock = clock
        self._undecoded: dict[int, float] = {}
        self._number = 0
        self._spent = FIRST_COST * REMEMBERED
        self._sound = REMEMBERED
        self.streams = 0
        """Stretches of speech that are being heard now."""

    @property
    def cost(self) -> float:
        """Seconds of a decoding thread per second of a stream."""
        return self._spent / self._sound

    @property
    def wait(self) -> float:
        """Seconds since the oldest sound that is not decoded yet came in."""
        oldest = next(iter(self._undecoded.values()), None)
        return 0.0 if oldest is None else self._clock() - oldest

    @property
    def limit(self) -> int:
        """How many streams may be heard at once; never none, or nothing would be measured any more."""
        affordable = int(self._options.decode_threads * self._options.busy_share / self.cost)
        return max(1, min(affordable, self._options.streams or affordable))

    @property
    def busy(self) -> bool:
        """Whether one more stream would have to wait."""
        return self.streams >= self.limit or self.wait > self._options.busy_wait

    @property
    def crowded(self) -> bool:
        """Whether the threads are loaded so much that new streams should cost less."""
        load = self.streams * self.cost / self._options.decode_threads
        return load > self._options.busy_share / 2

    def enter(self) -> bool:
        """Take one more stream, if there is room for it."""
        if self.busy:
            return False
        self.streams += 1
        return True

    def leave(self) -> None:
        """Let go of a stream that was taken."""
        self.streams -= 1

    def came_in(self) -> int:
        """Note that sound waits to be decoded from now on; return its number."""
        self._number += 1
        self._undecoded[self._number] = self._clock()
        return self._number

    def done(self, number: int, sound: float = 0.0, spent: float = 0.0) -> None:
        """Note that it waits no more: `sound` seconds took `spent` seconds of a thread, or were let go."""
        self._undecoded.pop(number, None)
        kept = 1.0 - min(sound / REMEMBERED, 1.0)
        self._spent = self._spent * kept + spent
        self._sound = self._sound * kept + sound
