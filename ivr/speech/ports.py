"""What speech is asked for and what it asks for: the voice, the ears, the engines behind them, their options.

Sound is always 8 kHz, signed 16 bit, little endian, mono; a frame is 20 ms of it: 320 bytes.
Channels lie above this package, so what they hand in (`Utterance`, `Listening`) is described by shape.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ivr.dialogue.events import Event
from ivr.grammar.model import Grammar, Language

SAMPLE_RATE = 8000
"""Samples per second on a telephone line."""
FRAME_BYTES = 320
"""Bytes of one 20 ms frame."""
FRAME_SECONDS = 0.02
FILLER = "[unk]"
"""The recogniser's word for speech outside the grammar."""

Count = Callable[[str, float], None]
"""Metrics hook: `count(name, amount)`; names are listed in docs/decisions/0006-hearing-and-endpointing.md."""
Report = Callable[[Event], None]
"""Where a turn's facts go; always called in the event loop's thread."""


def count_nothing(name: str, amount: float) -> None:
    """Drop a metric: the default hook."""


class Spoken(Protocol):
    """One stretch of speech to be said; `ivr.channels.port.Utterance` has this shape."""

    @property
    def text(self) -> str:
        """Words as they are to be spoken."""

    @property
    def language(self) -> Language:
        """Whose voice says it."""

    @property
    def prompt(self) -> str:
        """The prompt's name, for recordings that override synthesis."""

    @property
    def rate(self) -> float:
        """Speech rate factor, 1.0 is the voice's own."""

    @property
    def volume(self) -> float:
        """Loudness factor."""

    @property
    def fixed(self) -> bool:
        """False when it holds a value of one caller and must not be kept."""


class Order(Protocol):
    """What one turn listens for; `ivr.channels.port.Listening` has this shape."""

    @property
    def turn(self) -> int:
        """The turn's number; every fact about it carries it."""

    @property
    def grammar(self) -> Grammar:
        """What may be said."""

    @property
    def language(self) -> Language:
        """Which model hears it."""

    @property
    def complete_after(self) -> float:
        """Seconds of silence that end an answer which cannot be continued."""

    @property
    def open_after(self) -> float:
        """Seconds of silence that end an answer which could be continued."""

    @property
    def secret(self) -> bool:
        """True when the words must not be seen anywhere."""


class Voice(Protocol):
    """Speaks. Errors: `SpeechError` when there is neither a recording nor a working engine."""

    async def render(self, utterance: Spoken) -> bytes:
        """Return the utterance as 8 kHz s16le mono."""

    async def file(self, utterance: Spoken) -> Path | None:
        """Return the path, without its .wav, of a file Asterisk can play; None when no folder is set."""

    async def release(self, path: Path) -> None:
        """Remove a file that `file` made for one caller; a shared one stays. Unknown paths are ignored."""


class Hearing(Protocol):
    """One turn's open ears. All methods return at once; facts go to the turn's `Report`."""

    def feed(self, frame: bytes) -> None:
        """Take one 20 ms frame of the caller's sound."""

    def prompt_playing(self, playing: bool) -> None:
        """Say whether our own prompt can be heard just now: speech must then be surer."""

    def sent(self, frame: bytes) -> None:
        """Take 20 ms of ours as they go out to the caller, silence too: their echo is no speech."""

    def close(self) -> None:
        """End the turn; nothing is reported after this returns."""


class Line(Protocol):
    """The ears of one call."""

    def open(self, order: Order, report: Report) -> Hearing:
        """Open the ears for one turn. Never raises: a failure is reported as `ListeningFailed`."""


class Ears(Protocol):
    """Hears."""

    def line(self) -> Line:
        """Return ears for one call: what they learn of its line in one turn holds in the next."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound as an engine made it."""

    samples: bytes
    """Signed 16 bit, little endian, mono."""
    rate: int
    """Samples per second."""


class Synthesiser(Protocol):
    """Turns text into sound. Errors: `SpeechError`."""

    async def identify(self) -> str:
        """Return the engine's name and version: part of every cache key."""

    async def speak(
        self, text: str, language: Language, rate: float = 1.0, *, patient: bool = False
    ) -> Sound:
        """Say the text. `patient` work waits behind that of live calls, and may wait long."""

    async def close(self) -> None:
        """Let go of the engine."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as the recogniser heard it."""

    word: str
    seconds: float
    """How long it was."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way the recogniser reads a stretch of speech; the best comes first."""

    words: tuple[HeardWord, ...]
    score: float
    """Log likelihood: only differences between readings of one stretch mean anything."""

    @property
    def text(self) -> str:
        """The words, joined by blanks."""
        return " ".join(word.word for word in self.words)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a recogniser made of one stretch of speech."""

    readings: tuple[Reading, ...] = ()
    """Best first; none without words."""
    rival: Reading | None = None
    """The best reading of the same sound when any word is allowed: the second opinion, if there is one."""


class Recogniser(Protocol):
    """Decodes one turn's speech; used by one thread at a time, and blocking. Errors: `SpeechError`."""

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        """Decode some more sound; `hurried`: give up on a second opinion about this stretch."""

    def partial(self) -> str:
        """Return the words so far."""

    def finish(self) -> Decoded:
        """End the stretch and return what it was; the next `accept` begins a new one."""


class RecogniserMaker(Protocol):
    """Makes recognisers; blocking, safe to use from several threads. Errors: `SpeechError`."""

    def make(self, language: Language, phrases: tuple[str, ...]) -> Recogniser:
        """Return a fresh recogniser for these phrases; it may share nothing mutable with others."""


class VoiceActivity(Protocol):
    """Tells speech from silence, frame by frame; one object per call."""

    def sent(self, frame: bytes) -> None:
        """Take a frame of ours that goes out to the caller: its echo is no speech."""

    def speech(self, frame: bytes) -> bool:
        """Return whether this 20 ms frame sounds like speech."""


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """Everything about hearing and speaking that an operator may set."""

    voices: Mapping[str, str] = field(default_factory=lambda: {"ru": "ru", "en": "en-us"})
    """eSpeak NG voice per language, variants with a plus: `ru+f3`."""
    base_rates: Mapping[str, int] = field(default_factory=lambda: {"ru": 150, "en": 155})
    """Words a minute at rate 1.0, per language; eSpeak NG takes 80 to 450."""
    cache_folder: Path = Path("var/prompts")
    """Where rendered prompts are kept; Asterisk must see the same path."""
    cache_memory: int = 64 * 1024 * 1024
    """Bytes of rendered prompts kept in memory."""
    cache_disk: int = 1024 * 1024 * 1024
    """Bytes of rendered prompts kept on disk; the longest unused go first, at start."""
    prompts_folder: Path = Path("prompts")
    """Holds `<language>/audio/NAME.wav`, recordings that replace synthesis."""
    phrase_timeout: float = 10.0
    """Seconds for one phrase before the synthesis process is taken for hung and replaced."""
    synthesis_queue: int = 256
    """Phrases that may wait for synthesis; a live call beyond that is refused, a prebuild waits."""
    models: Mapping[str, str] = field(default_factory=lambda: {"ru": "", "en": ""})
    """Model folder per language; empty: the first found in `model_folders`."""
    model_folders: tuple[Path, ...] = (Path("var/models"), Path("models"))
    """Folders searched for `vosk-model*-<language>-*` and `vosk-ivr-<language>-8k`, in this order."""
    second_opinion: float = 4.0
    """Seconds of a stretch that are also decoded with every word of the model allowed, to tell answers from
    talk; longer stretches go without. It doubles the cost of decoding; 0 turns it off."""
    decode_threads: int = field(default_factory=lambda: min(len(os.sched_getaffinity(0)), 2))
    """Threads that decode speech and load models; two, but no more than there are cores for this process, or
    what the ears can take on would be reckoned too high."""
    backlog_seconds: float = 2.0
    """Undecoded sound a turn may hold; more is dropped, and the turn falls back to keys."""
    decode_timeout: float = 4.0
    """Seconds one decoding step may take before the turn falls back to keys."""
    busy_share: float = 0.7
    """Part of the decoding threads' time that may be taken; a caller who begins to speak beyond it is sent to
    the keys at once instead of being answered late."""
    busy_wait: float = 0.6
    """Seconds that undecoded sound may be waiting before new turns are sent to the keys."""
    streams: int = 0
    """Callers who may be heard speaking at the same moment, per worker; 0: as many as `busy_share` allows."""
    activity_aggressiveness: int = 2
    """WebRTC's own scale: 0 lets most through, 3 least."""
    activity_margin_db: float = 8.0
    """How far above the line's noise floor a frame must be to count as speech."""
    start_after: float = 0.1
    """Seconds of speech that count as `SpeechStarted`."""
    start_after_playing: float = 0.06
    """The same while our prompt is playing: it only pauses. Twice as long after each time in a turn that what
    came was no answer; after `MOST_IN_VAIN` (`endpoint.py`) only a whole answer pauses it."""
    noise_after: float = 0.4
    """Seconds of silence after a sound without words that make it a noise."""
    unclear_after: float = 0.7
    """Seconds of silence that end speech of which nothing was understood."""
    unclear_length: float = 0.4
    """Speech outside the grammar shorter than this many seconds is a noise."""
    longest_utterance: float = 30.0
    """Seconds after which a stretch of speech is ended whatever comes."""
    pre_roll: float = 0.3
    """Seconds of sound before the first speech frame that the recogniser gets as well."""
