"""Where speech begins and ends: a pure state machine driven by frames. Time is the number of frames.

1. Sound begins with two speech frames on end: `OPENED`, from here on the recogniser gets the line.
2. It becomes speech, `STARTED`, after `start_after` of speech frames, or with the first word. While our
   prompt plays it takes `start_after_playing`, or words that are a whole answer. Each time that proves
   to have been in vain doubles the former; after `MOST_IN_VAIN` a whole answer is what it takes.
3. After `FLUSH_AFTER` of silence the words so far are asked for: `FLUSHED`. Speech makes them stale again.
4. Silence ends it, `ENDED`, as soon as
   - the words are an answer which cannot be continued, or only in the same sense: `complete_after`;
   - they are no answer, nor the beginning of one: half of `open_after` - words that come in groups excepted;
   - there are other words: `open_after`;
   - there is only speech outside the grammar: `unclear_after`;
   - nothing was understood: `noise_after`; a sound that never became speech nor an answer is `DROPPED`;
   - the recogniser has not answered: `open_after` and `LATE`.
5. On a line that never falls silent, words that stay the same end it `STEADY` later than silence would,
   no words at all `WORDLESS` later. What interrupts our prompt and is no beginning of an answer ends after
   `NO_ANSWER_AFTER`, whether it falls silent or not: no prompt waits for music to end.
6. Nothing is longer than `longest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from ivr.speech.ports import FILLER, FRAME_SECONDS, Order, SpeechOptions
from ivr.speech.turn_grammar import TurnGrammar

OPENING_FRAMES = 2
FLUSH_AFTER = 0.16
"""Longer than the closure before the last sound of "девять": what a flush feeds must not fall into a word."""
STEADY = 0.6
WORDLESS = 3.0
NO_ANSWER_AFTER = 2.0
LATE = 1.0
MOST_IN_VAIN = 3
"""Music or talk behind the caller may interrupt a prompt so often, and no more."""


class Signal(Enum):
    """What the caller's sound came to with this frame or these words."""

    OPENED = auto()
    STARTED = auto()
    FLUSHED = auto()
    ENDED = auto()
    DROPPED = auto()


Signals = tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The endpoint's times, in frames."""

    complete: int
    hopeless: int
    open: int
    start: int
    start_playing: int
    noise: int
    unclear: int
    longest: int


def limits(order: Order, options: SpeechOptions) -> Limits:
    """Return the times of one turn."""
    return Limits(
        complete=frames(order.complete_after),
        hopeless=frames(order.open_after / 2),
        open=frames(order.open_after),
        start=frames(options.start_after),
        start_playing=frames(options.start_after_playing),
        noise=frames(options.noise_after),
        unclear=frames(options.unclear_after),
        longest=frames(options.longest_utterance),
    )


def frames(seconds: float) -> int:
    """Return how many frames these seconds are; at least one."""
    return max(1, round(seconds / FRAME_SECONDS))


def without_filler(words: str) -> str:
    """Return the words of the grammar among these."""
    return " ".join(word for word in words.split() if word != FILLER)


class Endpoint:
    """One turn's endpoint; it can end many stretches of speech, one after the other."""

    def __init__(self, grammar: TurnGrammar, times: Limits) -> None:
        self.playing = False
        """Whether our prompt can be heard just now."""
        self.stretch = 0
        """Number of the present or last stretch of sound; 0 before the first."""
        self.flush = 0
        """Number of the last flush, never used twice."""
        self.spoken = 0
        """Speech frames of the present or last stretch."""
        self._grammar = grammar
        self._times = times
        self._onset = 0
        self._in_vain = 0
        self._interrupting = 0
        self._reset(is_open=False)

    def _reset(self, *, is_open: bool) -> None:
        self._open = is_open
        self._started = False
        self._length = self._silence = 0
        self._fresh = False
        self._hear("")

    def _hear(self, words: str) -> None:
        """Take new words; what they ask for is worked out here, once, and not for every frame."""
        said = without_filler(words)
        self._words, self._same = words, 0
        self._is_answer = bool(said) and bool(self._grammar.match(said))
        self._is_hopeless = not said or self._grammar.is_hopeless(said)
        self._wanted = self._silence_wanted(said)

    @property
    def open(self) -> bool:
        """Whether the recogniser is to get the line's sound now."""
        return self._open

    def frame(self, speech: bool) -> Signals:
        """Take one frame."""
        if not self._open:
            return self._quiet(speech)
        self._length += 1
        self._same += 1
        if speech:
            self.spoken += 1
            self._silence = 0
            self._fresh = False
        else:
            self._silence += 1
        return self._started_now() + self._flushed_now() + self._ended_now()

    def _quiet(self, speech: bool) -> Signals:
        self._onset = self._onset + 1 if speech else 0
        if self._onset < OPENING_FRAMES:
            return ()
        self._reset(is_open=True)
        self.stretch += 1
        self.spoken, self._onset = self._onset, 0
        return (Signal.OPENED,)

    def words(self, words: str, stretch: int, flush: int = -1) -> Signals:
        """Take the recogniser's words so far in a stretch; `flush`: the number of the flush they answer."""
        if not self._open or stretch != self.stretch:
            return ()
        if words != self._words:
            self._hear(words)
        if flush == self.flush and self._silence:
            self._fresh = True
        return self._started_now() + self._ended_now()

    def _started_now(self) -> Signals:
        if self._started or not self._sounds_like_speech():
            return ()
        self._started = True
        if self.playing:
            self._interrupting = self.stretch
        return (Signal.STARTED,)

    def _sounds_like_speech(self) -> bool:
        if not self.playing:
            return self.spoken >= self._times.start or bool(without_filler(self._words))
        enough = self._times.start_playing << self._in_vain
        if self._in_vain < MOST_IN_VAIN and self.spoken >= enough:
            return True
        return self._fresh and self._is_answer

    @property
    def interrupts(self) -> bool:
        """Whether the present or last stretch was said into our prompt."""
        return self.playing or self._interrupting == self.stretch

    def in_vain(self, stretch: int) -> None:
        """Know that a stretch was no answer: if it interrupted our prompt, the next has to be longer."""
        if stretch == self._interrupting:
            self._in_vain += 1
            self._interrupting = 0

    def _flushed_now(self) -> Signals:
        if self._silence != frames(FLUSH_AFTER):
            return ()
        self.flush += 1
        return (Signal.FLUSHED,)

    def _ended_now(self) -> Signals:
        if not self._is_over():
            return ()
        self._open = False
        return (Signal.ENDED if self._started or self._is_answer else Signal.DROPPED,)

    def _is_over(self) -> bool:
        longest = frames(NO_ANSWER_AFTER) if self._only_interrupts() else self._times.longest
        if self._length >= longest:
            return True
        wanted = self._wanted
        if self._fresh and self._silence >= wanted:
            return True
        if self._silence >= max(self._times.open, wanted) + frames(LATE):
            return True
        return self._same >= wanted + frames(STEADY if self._words else WORDLESS)

    def _only_interrupts(self) -> bool:
        return self._interrupting == self.stretch and self._is_hopeless

    def _silence_wanted(self, said: str) -> int:
        """Return how long a silence ends the words so far; `said` are those of the grammar."""
        if not self._words:
            return self._times.noise
        if not said:
            return max(self._times.unclear, self._times.complete)
        if self._is_answer:
            waits = self._words.endswith(FILLER) or self._grammar.waits(said)
            return self._times.open if waits else self._times.complete
        return max(self._times.hopeless, self._times.complete) if self._is_hopeless else self._times.open
