"""The play queue: phrases in, one frame out for every 20 ms; no sockets, no clock.

Rules:

1. `next_frame` always gives a frame: of the phrase being played, else of silence.
2. Phrases are played in the order they were added, each once its sound is there; a phrase without sound
   yet holds back those behind it.
3. `PromptFinished` is due when the frame after the last one is asked for: by then the last one was heard.
4. A pause falls silent with the next frame. Playing goes on from the start of the phrase that it cut.
5. A stop falls silent with the next frame, forgets everything, and finishes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ivr.channels.asterisk.audiosocket import FRAME_SECONDS, SILENCE, frames
from ivr.channels.port import Utterance

_NOTHING: Sequence[bytes] = ()


@dataclass(slots=True, eq=False)
class Phrase:
    """One utterance on its way to the caller."""

    serial: int
    utterance: Utterance
    frames: Sequence[bytes] | None = field(default=None, repr=False)
    """Its sound in frames with headers; None: not there yet."""
    offset: int = 0
    """Samples that plain AGI playback has played of it."""

    def fill(self, pcm: bytes) -> None:
        """Give it its sound, 8 kHz s16le mono; empty: it is skipped."""
        self.frames = frames(pcm)


@dataclass(frozen=True, slots=True)
class _End:
    serial: int


@dataclass(frozen=True, slots=True)
class Position:
    """What the caller has heard of the phrase being played."""

    serial: int
    utterance: Utterance
    seconds: float


class PlayQueue:
    """What is said on one call, in order. Not for threads."""

    def __init__(self, finished: Callable[[int], None], sounding: Callable[[bool], None]) -> None:
        """`finished(serial)` at a prompt's end, `sounding(on)` when the caller begins or ends to hear us."""
        self._finished = finished
        self._sounding = sounding
        self._items: deque[Phrase | _End] = deque()
        self._frames = _NOTHING
        self._at = 0
        self._playing = False
        self.paused = False
        self.audible = False
        """True while the caller hears speech of ours."""

    def add(self, serial: int, utterance: Utterance) -> Phrase:
        """Queue one phrase of a prompt; its sound comes later by `Phrase.fill`."""
        phrase = Phrase(serial, utterance)
        self._items.append(phrase)
        return phrase

    def end(self, serial: int) -> None:
        """Say that all of a prompt has been queued."""
        self._items.append(_End(serial))

    def next_frame(self) -> bytes:
        """Return the next 20 ms with their header."""
        at = self._at
        if at < len(self._frames):
            self._at = at + 1
            return self._frames[at]
        return self._next_phrase()

    def _next_phrase(self) -> bytes:
        """The phrase being played, if any, has been heard to its end: go on to the next."""
        self._leave_phrase(heard=True)
        phrase = self.current()
        if phrase is None or phrase.frames is None:
            self._hear(False)
            return SILENCE
        self._frames, self._at, self._playing = phrase.frames, 1, True
        self._hear(True)
        return phrase.frames[0]

    def current(self) -> Phrase | None:
        """Return the phrase that is due, finishing prompts whose end is reached; None: paused or idle."""
        while self._items and not self.paused:
            head = self._items[0]
            if isinstance(head, Phrase) and (head.frames is None or head.frames):
                return head
            self._items.popleft()
            if isinstance(head, _End):
                self._finished(head.serial)
        return None

    def drop(self, phrase: Phrase) -> None:
        """Take a phrase off that was played elsewhere; nothing if a stop has taken it already."""
        if self._items and self._items[0] is phrase:
            self._items.popleft()

    def pause(self) -> None:
        """Fall silent; keep the place."""
        self.paused = True
        self.rewind()

    def resume(self) -> None:
        """Go on from the start of the phrase that the pause cut."""
        self.paused = False

    def stop(self) -> None:
        """Fall silent and forget everything queued."""
        self._items.clear()
        self._leave_phrase(heard=False)
        self.paused = False
        self._hear(False)

    def rewind(self) -> None:
        """Forget how much of the phrase being played was heard: it is to be said again elsewhere."""
        self._leave_phrase(heard=self._at >= len(self._frames))
        self._hear(False)

    def position(self) -> Position | None:
        """Return what has been heard of the phrase being played; None between phrases."""
        if not self._playing or not isinstance(head := self._items[0], Phrase):
            return None
        return Position(head.serial, head.utterance, self._at * FRAME_SECONDS)

    def unfilled(self) -> Iterator[Phrase]:
        """Iterate over the phrases that have no sound yet, in order."""
        return (item for item in self._items if isinstance(item, Phrase) and item.frames is None)

    def _leave_phrase(self, *, heard: bool) -> None:
        if self._playing and heard:
            self._items.popleft()
        self._frames, self._at, self._playing = _NOTHING, 0, False

    def _hear(self, audible: bool) -> None:
        if audible is not self.audible:
            self.audible = audible
            self._sounding(audible)
