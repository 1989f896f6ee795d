"""eSpeak NG through its C library: speech together with the time of every phone.

The callback API is described in ``espeak-ng/speak_lib.h``; events arrive with the audio block
they belong to and carry the audio position in milliseconds.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_SYNCHRONOUS = 2
_PHONEME_EVENTS_IPA = 0x0001 | 0x0002
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _PITCH, _RANGE = 1, 3, 4
_UTF8, _PHONEMES_IN_BRACKETS = 0x1, 0x100
_IPA, _TIED = 0x02, 0x80
_STRESS_AND_LENGTH = str.maketrans("", "", "ˈˌ͡ˑ")


class SynthesisError(RuntimeError):
    """The synthesizer refused a voice or a text."""


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One synthesised text."""

    samples: npt.NDArray[np.int16]
    """PCM at ``Espeak.sample_rate``."""
    words: list[list[tuple[float, str]]]
    """Per word: ``(start seconds, IPA phone)``; a pause is a phone named ``""``."""


class Espeak:
    """The library; take it from :func:`espeak`, a second initialisation crashes it."""

    def __init__(self, data: Path | None) -> None:
        self._lib: Any = ctypes.CDLL("libespeak-ng.so.1")
        path = bytes(data) if data else None
        self.sample_rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, 0, path, _PHONEME_EVENTS_IPA)
        if self.sample_rate <= 0:
            raise SynthesisError("eSpeak NG does not start")
        self._audio: list[npt.NDArray[np.int16]] = []
        self._words: list[list[tuple[float, str]]] = []
        self._callback = _CALLBACK(self._receive)  # kept: the library holds only a bare pointer
        self._lib.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, rate: int = 160, pitch: int = 50, pitch_range: int = 50) -> Spoken:
        """Synthesise ``text`` (``[[...]]`` holds phonemes); ``rate`` in words a minute, the others 0..99."""
        self._audio, self._words = [], [[]]
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SynthesisError(f"eSpeak NG has no voice {voice!r}")
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._lib.espeak_SetParameter(parameter, value, 0)
        raw = text.encode() + b"\0"
        self._lib.espeak_Synth(raw, len(raw), 0, 1, 0, _UTF8 | _PHONEMES_IN_BRACKETS, None, None)
        self._lib.espeak_Synchronize()
        samples = np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16)
        return Spoken(samples, [word for word in self._words if word])

    def phonemes(self, text: str, voice: str, tie: str) -> str:
        """Return a text in IPA, stress marked; ``tie`` joins the letters of one phoneme."""
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SynthesisError(f"eSpeak NG has no voice {voice!r}")
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        left, clauses = ctypes.c_char_p(text.encode()), list[str]()
        while left.value is not None:  # a clause a call; the library moves the pointer on
            found = self._lib.espeak_TextToPhonemes(ctypes.byref(left), _UTF8, _IPA | _TIED | ord(tie) << 8)
            clauses.append((found or b"").decode())
        return " ".join(clauses)

    def _receive(self, wav: Any, count: int, events: Any) -> int:
        if count > 0:
            self._audio.append(np.ctypeslib.as_array(wav, (count,)).copy())
        index = 0
        while events[index].type != _EVENT_END:
            self._note(events[index])
            index += 1
        return 0

    def _note(self, event: Any) -> None:
        if event.type == _EVENT_WORD:
            self._words.append([])
        elif event.type == _EVENT_PHONEME:
            name = (
                bytes(event.id.string).split(b"\0")[0].decode("utf-8", "ignore").translate(_STRESS_AND_LENGTH)
            )
            self._append(event.audio_position / 1000, name.strip())

    def _append(self, start: float, name: str) -> None:
        word = self._words[-1]
        if name != "ʲ":
            word.append((start, name))
        elif word and word[-1][1]:  # palatalisation comes as an event of its own: part of the consonant
            word[-1] = (word[-1][0], word[-1][1].rstrip("ʲ") + "ʲ")


_STARTED: dict[Path | None, Espeak] = {}


def espeak(data: Path | None = None) -> Espeak:
    """Return the process's only engine (the library keeps global state; not for threads).

    ``data``: its voices and dictionaries; None: those that are installed. Errors: :class:`SynthesisError`
    where the process has one with other data.
    """
    if not _STARTED:
        _STARTED[data] = Espeak(data)
    if data not in _STARTED:
        raise SynthesisError("eSpeak NG runs with other data in this process: use a process of its own")
    return _STARTED[data]


def installed_data() -> Path:
    """Return where the data is that eSpeak NG was installed with."""
    library = ctypes.CDLL("libespeak-ng.so.1")
    library.espeak_ng_InitializePath(None)
    path = ctypes.c_char_p()
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Info(ctypes.byref(path))
    return Path((path.value or b"").decode())
