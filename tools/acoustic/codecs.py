"""What a telephone line does to speech: A-law, mu-law, GSM 06.10 and lost packets."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_GSM_FRAME = 160
_A, _MU = 87.6, 255.0


def a_law(samples: Floats) -> Floats:
    """Pass 16-bit samples through A-law companding of 8 bits (ITU-T G.711)."""
    x = np.abs(samples) / 32768
    low = _A * x / (1 + np.log(_A))
    high = (1 + np.log(np.maximum(_A * x, 1))) / (1 + np.log(_A))
    code = (np.floor(np.where(x < 1 / _A, low, high) * 128).clip(0, 127) + 0.5) / 128
    quiet = code * (1 + np.log(_A)) / _A
    loud = np.exp(code * (1 + np.log(_A)) - 1) / _A
    size = np.where(code < 1 / (1 + np.log(_A)), quiet, loud) * 32768
    out: Floats = (np.where(samples < 0, -1, 1) * size).astype(np.float32)
    return out


def mu_law(samples: Floats) -> Floats:
    """Pass 16-bit samples through mu-law companding of 8 bits (ITU-T G.711)."""
    code = np.round(np.log1p(_MU * np.abs(samples) / 32768) / np.log1p(_MU) * 127) / 127
    out: Floats = (np.sign(samples) * np.expm1(code * np.log1p(_MU)) / _MU * 32768).astype(np.float32)
    return out


@lru_cache(maxsize=1)
def _libgsm() -> Any:
    library = ctypes.CDLL("libgsm.so.1")
    library.gsm_create.restype = ctypes.c_void_p
    return library


def gsm(samples: Floats) -> Floats:
    """Pass 16-bit samples through GSM 06.10 full rate; the tail that fills no frame is kept as it is."""
    library = _libgsm()
    encoder, decoder = ctypes.c_void_p(library.gsm_create()), ctypes.c_void_p(library.gsm_create())
    pcm = np.clip(samples, -32768, 32767).astype(np.int16)
    coded = ctypes.create_string_buffer(33)
    for start in range(0, len(pcm) - _GSM_FRAME + 1, _GSM_FRAME):
        frame = pcm[start : start + _GSM_FRAME].ctypes.data_as(ctypes.c_void_p)
        library.gsm_encode(encoder, frame, coded)
        library.gsm_decode(decoder, coded, frame)
    for handle in (encoder, decoder):
        library.gsm_destroy(handle)
    return pcm.astype(np.float32)


def lose_packets(samples: Floats, rng: np.random.Generator, share: float) -> Floats:
    """Drop 20 ms packets; half of the calls repeat the last packet quietly, half play silence."""
    out, repeat = samples.copy(), rng.random() < 0.5
    for packet in np.flatnonzero(rng.random(len(out) // _GSM_FRAME) < share):
        start = packet * _GSM_FRAME
        before = out[start - _GSM_FRAME : start]
        out[start : start + _GSM_FRAME] = before * 0.6 if repeat and len(before) == _GSM_FRAME else 0
    return out
