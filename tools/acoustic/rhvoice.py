"""RHVoice through its C library: the voices of recorded people, without the times of their phones.

The interface is described in ``RHVoice.h``. ``tools/setup/voices.sh`` puts library and voices into the cache;
which voices are used, and on which terms: decision 0071.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tools.acoustic.paths import cache_folder
from tools.acoustic.speech import WIDE_RATE, Samples, resampled

_EDITION = "rhvoice-bookworm-1"
"""The cache's folder, as in ``tools/setup/voices.sh``."""
_LIBRARIES = ("libsonic.so.0", "libRHVoice_core.so.7", "libRHVoice.so.5")
"""Each needs those before it."""
_PLAIN_TEXT = 0

_int, _unsigned, _pointer, _text, _double = (
    ctypes.c_int,
    ctypes.c_uint,
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_double,
)
_RATE = ctypes.CFUNCTYPE(_int, _int, _pointer)
_SPEECH = ctypes.CFUNCTYPE(_int, ctypes.POINTER(ctypes.c_short), _unsigned, _pointer)


class RHVoiceError(RuntimeError):
    """The library is not there, or does not say a text."""


class _Callbacks(ctypes.Structure):
    _fields_ = (
        ("set_sample_rate", _RATE),
        ("play_speech", _SPEECH),
        ("unused", _pointer * 7),  # marks, words, sentences, sounds from files, the end
    )


class _Settings(ctypes.Structure):
    _fields_ = (
        ("data_path", _text),
        ("config_path", _text),
        ("resource_paths", _pointer),
        ("callbacks", _Callbacks),
        ("options", _unsigned),
    )


class _Manner(ctypes.Structure):
    _fields_ = (
        ("voice", _text),
        ("absolute", _double * 3),  # rate, pitch, volume: 0 is the voice's own
        ("relative", _double * 3),
        ("punctuation", _int),
        ("punctuation_list", _text),
        ("capitals", _int),
        ("flags", _int),
    )


def root() -> Path:
    """Return the folder that holds RHVoice."""
    return cache_folder() / _EDITION / "usr"


class RHVoice:
    """The library; take it from :func:`rhvoice`. Errors: :class:`RHVoiceError`."""

    def __init__(self, folder: Path) -> None:
        found = {name: next(iter(sorted(folder.glob(f"lib/*/{name}"))), None) for name in _LIBRARIES}
        if not all(found.values()):
            raise RHVoiceError(f"no RHVoice in {folder}: run tools/setup/voices.sh")
        self._lib: Any = [ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL) for path in found.values()][-1]
        self._lib.RHVoice_new_tts_engine.restype = _pointer
        self._lib.RHVoice_new_message.restype = _pointer
        self._lib.RHVoice_new_message.argtypes = (
            _pointer, _text, _unsigned, _int, ctypes.POINTER(_Manner), _pointer,
        )  # fmt: skip
        self._lib.RHVoice_speak.argtypes = (_pointer,)
        self._lib.RHVoice_delete_message.argtypes = (_pointer,)
        self._rate, self._audio = WIDE_RATE, list[Samples]()
        data = str(folder / "share" / "RHVoice").encode()
        self._callbacks = _Callbacks(_RATE(self._set_rate), _SPEECH(self._receive))  # kept: called from C
        self._engine = self._lib.RHVoice_new_tts_engine(
            ctypes.byref(_Settings(data, str(folder / "none").encode(), None, self._callbacks, 0))
        )
        if not self._engine:
            raise RHVoiceError(f"RHVoice does not start with the voices in {folder}")

    def _set_rate(self, rate: int, _: Any) -> int:
        self._rate = rate
        return 1

    def _receive(self, samples: Any, count: int, _: Any) -> int:
        self._audio.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 1

    def say(self, text: str, voice: str, tempo: float = 1.0, pitch: float = 1.0) -> Samples:
        """Return ``text`` as a voice says it, at 16 kHz; tempo and pitch are relative to the voice's own."""
        self._audio.clear()
        raw = text.encode()
        manner = _Manner(voice.encode(), (0, 0, 0), (tempo, pitch, 1))
        message = self._lib.RHVoice_new_message(
            self._engine, raw, len(raw), _PLAIN_TEXT, ctypes.byref(manner), None
        )
        if not message:
            raise RHVoiceError(f"RHVoice's {voice} cannot say {text!r}")
        self._lib.RHVoice_speak(message)
        self._lib.RHVoice_delete_message(message)
        said = np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16)
        return resampled(said, self._rate, WIDE_RATE)


@lru_cache(maxsize=1)
def rhvoice() -> RHVoice:
    """Return the process's only engine."""
    return RHVoice(root())
