"""The ears: frames in, `SpeechStarted`, `Heard`, `ListeningFailed` out; nothing blocks the event loop.

1. Per frame, in the event loop: voice activity and the endpoint, some microseconds.
2. Sound goes to the recogniser only while there is some, with `pre_roll` before it, in batches of
   `BATCH`; decoding runs in a small thread pool, one step of a turn at a time.
3. To learn all words early, a flush feeds noise like the line's silence (`comfort.py`): models look ahead.
4. While the threads are more than half as loaded as they may be, or when a turn has more than `HURRY` of
   undecoded sound, a stretch goes without the second opinion, which halves its work.
5. A turn whose undecoded sound outgrows `backlog_seconds`, or whose decoding takes longer than
   `decode_timeout`, is given up: `ListeningFailed`, keys alone - not answers that come later and later.
6. While the ears are busy (`admission.py`) a turn is given up as it opens or as its caller begins to speak.
7. Words appear in the facts reported and nowhere else.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum, auto

import structlog

from ivr.dialogue.events import Heard, Hypothesis, ListeningFailed, SpeechStarted
from ivr.errors import SpeechError
from ivr.speech.activity import LineActivity
from ivr.speech.admission import Admission
from ivr.speech.comfort import comfort_noise
from ivr.speech.decisions import decide
from ivr.speech.endpoint import FLUSH_AFTER, Endpoint, Signal, frames, limits
from ivr.speech.ports import (
    FRAME_BYTES,
    FRAME_SECONDS,
    Count,
    Decoded,
    Order,
    Recogniser,
    RecogniserMaker,
    Report,
    SpeechOptions,
    VoiceActivity,
    count_nothing,
)
from ivr.speech.tones import ToneMeter
from ivr.speech.turn_grammar import TurnGrammar

_log = structlog.get_logger(__name__)
BATCH = 5
"""Frames in one decoding step."""
HURRY = 0.4
"""Seconds."""
LOOK_AHEAD = 0.3
"""Seconds of comfort noise in a flush: how far the models look ahead."""
Hypotheses = tuple[Hypothesis, ...]
Judge = Callable[[Decoded, float, bool], Hypotheses]
"""From what was decoded, the seconds of speech in it and whether it interrupts us to what was said."""


class _End(Enum):
    """How a decoding step ends."""

    NOTHING = auto()
    FLUSH = auto()
    FINISH = auto()


@dataclass(frozen=True, slots=True)
class _Step:
    """One decoding step: sound, and what is asked for after it."""

    sound: bytes
    end: _End
    stretch: int
    flush: int = -1
    silence: bytes = b""
    """The line's, before a stretch and before a flush."""
    spoken: float = 0.0
    dropped: bool = False
    interrupts: bool = False
    tone: bool = False
    hurried: bool = False
    number: int = 0
    seconds: float = 0.0
    """How long the line took to bring the sound: less than its length when it has sound from before."""

    def run(self, recogniser: Recogniser, judge: Judge) -> tuple[str, Hypotheses]:
        """Decode; blocking. Return the words so far, or at the end what was said."""
        if self.sound:
            recogniser.accept(self.sound, hurried=self.hurried)
        if self.end is _End.FINISH:
            decoded = recogniser.finish()
            return "", () if self.tone or self.dropped else judge(decoded, self.spoken, self.interrupts)
        if self.end is _End.FLUSH:
            recogniser.accept(comfort_noise(self.silence, LOOK_AHEAD))
        return recogniser.partial(), ()


class TurnHearing:
    """`Hearing`: one turn's ears."""

    def __init__(self, ears: GrammarEars, order: Order, report: Report, activity: VoiceActivity) -> None:
        self._ears = ears
        self._order = order
        self._report = report
        self._options = ears.options
        self._activity = activity
        self._grammar = TurnGrammar(order.grammar)
        self._endpoint = Endpoint(self._grammar, limits(order, ears.options))
        self._recent: deque[bytes] = deque(maxlen=frames(ears.options.pre_roll))
        self._before: list[bytes] = []
        """The line just before the present or last stretch."""
        self._tones = ToneMeter()
        self._rest = b""
        self._gathered: list[bytes] = []
        self._steps: deque[_Step] = deque()
        self._waiting = asyncio.Event()
        self._idle = asyncio.Event()
        self._backlog = 0
        self._closed = False
        self._admitted = self._hurried = False
        self._earlier = 0
        self._task: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._decode(), name=f"hearing {order.turn}")

    def feed(self, frame: bytes) -> None:
        """Take sound, 20 ms at a time; odd lengths are gathered into frames."""
        if self._closed:
            return
        if len(frame) != FRAME_BYTES or self._rest:
            frame = self._rest + frame
        while len(frame) >= FRAME_BYTES and not self._closed:
            self._frame(frame[:FRAME_BYTES])
            frame = frame[FRAME_BYTES:]
        self._rest = frame

    def _frame(self, frame: bytes) -> None:
        was_open = self._endpoint.open
        speech = self._activity.speech(frame)
        signals = self._endpoint.frame(speech)
        self._recent.append(frame)
        if Signal.OPENED in signals:
            self._admit()
            self._before = list(self._recent)
            self._gathered = list(self._before)
            self._earlier = len(self._gathered)
            self._tones = ToneMeter()
        elif was_open:
            self._gathered.append(frame)
        if speech and self._endpoint.open:
            self._tones.add(frame)
        self._follow(signals)
        if self._endpoint.open and len(self._gathered) >= BATCH:
            self._step(_End.NOTHING)

    def _admit(self) -> None:
        """Take part in what the ears can do at once, or leave this turn to the keys."""
        self._hurried = self._ears.admission.crowded
        if self._admitted:
            return
        self._admitted = self._ears.admission.enter()
        if not self._admitted:
            self._refuse()

    def _refuse(self) -> None:
        admission = self._ears.admission
        self._ears.count("hearing_busy", 1)
        load = f"{admission.streams} of {admission.limit} streams, {admission.wait:.2f} s behind"
        self._give_up(f"the ears are busy: {load}")

    def _release(self) -> None:
        if self._admitted:
            self._admitted = False
            self._ears.admission.leave()

    def _follow(self, signals: tuple[Signal, ...]) -> None:
        for signal in signals:
            if signal is Signal.STARTED:
                self._ears.count("speech_started", 1)
                self._report(SpeechStarted(self._order.turn))
            elif signal is Signal.FLUSHED:
                self._step(_End.FLUSH)
            elif signal in (Signal.ENDED, Signal.DROPPED):
                self._step(_End.FINISH, dropped=signal is Signal.DROPPED)

    def _step(self, end: _End, *, dropped: bool = False) -> None:
        sound = b"".join(self._gathered)
        self._gathered = []
        self._backlog += len(sound)
        if self._backlog > self._options.backlog_seconds / FRAME_SECONDS * FRAME_BYTES:
            self._ears.count("hearing_overruns", 1)
            self._give_up("decoding is too slow")
            return
        hurried = self._hurried or self._backlog > HURRY / FRAME_SECONDS * FRAME_BYTES
        step = replace(self._step_of(sound, end, dropped), hurried=hurried)
        live = len(sound) / FRAME_BYTES - self._earlier
        self._earlier = 0
        number = self._ears.admission.came_in()
        self._steps.append(replace(step, number=number, seconds=live * FRAME_SECONDS))
        if end is _End.FINISH:
            self._recent.clear()  # or the next stretch would begin with the end of this one
        self._idle.clear()
        self._waiting.set()

    def _step_of(self, sound: bytes, end: _End, dropped: bool) -> _Step:
        endpoint = self._endpoint
        if end is _End.NOTHING:
            return _Step(sound, end, endpoint.stretch)
        if end is _End.FLUSH:
            silence = b"".join([*self._before, *list(self._recent)[-frames(FLUSH_AFTER) :]])
            return _Step(sound, end, endpoint.stretch, endpoint.flush, silence)
        return _Step(
            sound,
            end,
            endpoint.stretch,
            spoken=endpoint.spoken * FRAME_SECONDS,
            dropped=dropped,
            interrupts=endpoint.interrupts,
            tone=self._tones.is_tone,
        )

    def prompt_playing(self, playing: bool) -> None:
        """Say whether our own prompt can be heard just now."""
        self._endpoint.playing = playing

    def sent(self, frame: bytes) -> None:
        """Take 20 ms of ours as they go out to the caller."""
        self._activity.sent(frame)

    def close(self) -> None:
        """End the turn; nothing is reported any more."""
        self._closed = True
        self._idle.set()
        for step in self._steps:
            self._ears.admission.done(step.number)
        if self._task is not None:
            self._task.cancel()
            # the task's last exception holds its frame, which holds us and the recogniser: megabytes that
            # would wait for the garbage collector
            self._task = None
        self._steps.clear()
        self._release()
        self._before, self._gathered, self._rest = [], [], b""
        self._recent.clear()
        self._grammar.forget()

    async def settled(self) -> None:
        """Wait until there is a recogniser and everything fed so far is judged: for sound that comes fast."""
        await self._idle.wait()

    async def _decode(self) -> None:
        try:
            if self._ears.admission.busy:
                self._refuse()
                return
            recogniser = await self._ears.recogniser(self._order)
            while True:
                await self._decode_waiting(recogniser)
                await self._waiting.wait()
        except SpeechError as error:
            self._give_up(str(error))
        except Exception as error:  # noqa: BLE001 - whatever broke, the caller still has keys
            self._give_up(f"unexpected {type(error).__name__}")

    async def _decode_waiting(self, recogniser: Recogniser) -> None:
        while self._steps:
            step = self._steps.popleft()
            words, heard = await self._ears.decode(step, recogniser, self._judge)
            self._backlog -= len(step.sound)
            if step.end is _End.FINISH:
                self._finish(step, heard)
            else:
                self._follow(self._endpoint.words(words, step.stretch, step.flush))
        self._waiting.clear()
        self._idle.set()

    def _judge(self, decoded: Decoded, spoken: float, interrupts: bool) -> Hypotheses:
        # in a decoding thread, where the milliseconds that matching takes hold nobody up
        limit = self._options.unclear_length
        return decide(decoded, self._grammar, spoken, limit, interrupts=interrupts)

    def _finish(self, step: _Step, heard: Hypotheses) -> None:
        if not self._endpoint.open:
            self._release()
        if step.dropped or self._closed:
            return
        if heard and heard[0].decision != "reject":
            self._grammar.take(heard[0].words)
        else:
            self._endpoint.in_vain(step.stretch)
        self._ears.count(f"heard_{heard[0].decision if heard else 'noise'}", 1)
        self._report(Heard(self._order.turn, heard))

    def _give_up(self, reason: str) -> None:
        if self._closed:
            return
        self._ears.count("hearing_failed", 1)
        _log.warning("listening failed", turn=self._order.turn, reason=reason)
        self.close()
        self._report(ListeningFailed(self._order.turn))


class LineEars:
    """`Line`: the ears of one call; noise and echo that one turn has learnt of hold in the next."""

    def __init__(self, ears: GrammarEars, activity: VoiceActivity) -> None:
        self._ears = ears
        self._activity = activity

    def open(self, order: Order, report: Report) -> TurnHearing:
        """Open the ears for one turn. Call it in the event loop; `report` is called there."""
        self._ears.count("hearing_turns", 1)
        return TurnHearing(self._ears, order, report, self._activity)


class GrammarEars:
    """`Ears` over any maker of recognisers. `close` it at the end."""

    def __init__(
        self,
        makers: RecogniserMaker,
        options: SpeechOptions,
        count: Count = count_nothing,
        activity: Callable[[], VoiceActivity] | None = None,
        pool: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options
        self.count = count
        self.activity = activity or self._line_activity
        self._makers = makers
        self._pool = pool or ThreadPoolExecutor(options.decode_threads, thread_name_prefix="decode")
        self._clock = clock
        self.admission = Admission(options, clock)

    def _line_activity(self) -> VoiceActivity:
        return LineActivity(self.options.activity_aggressiveness, self.options.activity_margin_db)

    def line(self) -> LineEars:
        """Return ears for one call, turn after turn."""
        return LineEars(self, self.activity())

    def open(self, order: Order, report: Report) -> TurnHearing:
        """Open the ears for a turn on a line of which nothing is known."""
        return self.line().open(order, report)

    async def recogniser(self, order: Order) -> Recogniser:
        """Make a recogniser off the event loop; the first of a language waits for its model."""
        loop = asyncio.get_running_loop()
        phrases = order.grammar.recogniser_phrases
        return await loop.run_in_executor(self._pool, self._makers.make, order.language, phrases)

    async def decode(self, step: _Step, recogniser: Recogniser, judge: Judge) -> tuple[str, Hypotheses]:
        """Run a decoding step off the event loop. Errors: `SpeechError`, also when it takes too long."""
        loop, spent = asyncio.get_running_loop(), 0.0

        def timed() -> tuple[str, Hypotheses]:
            nonlocal spent
            began = self._clock()
            result = step.run(recogniser, judge)
            spent = self._clock() - began
            return result

        try:
            async with asyncio.timeout(self.options.decode_timeout):
                return await loop.run_in_executor(self._pool, timed)
        except TimeoutError:
            raise SpeechError("decoding took too long") from None
        finally:
            self.admission.done(step.number, step.seconds if spent else 0.0, spent)

    async def close(self) -> None:
        """Wait for decoding under way and stop the threads."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
