"""Make another speaker of a recorded voice: pitch, vocal tract and tempo, each on its own.

One human voice teaches one throat. Tempo is changed by overlap-add at the most similar place
(WSOLA: Verhelst and Roelands, ICASSP 1993), pitch by resampling what was stretched, and the formants
that moved along are put where the new vocal tract wants them by filtering each frame from its smooth
(all-pole) envelope to the warped one. Works at 16 kHz, so that the telephone band keeps its treble.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from tools.acoustic.codecs import Floats
from tools.acoustic.speech import WIDE_RATE, Samples

_WINDOW, _HOP, _SEARCH = 480, 240, 120
_POINTS, _STEP, _ORDER = 1024, 256, 22
_LARGEST_GAIN = 4.0  # nepers: about 35 dB


@dataclass(frozen=True, slots=True)
class Throat:
    """Another speaker, relative to the recorded one."""

    pitch: float
    formants: float
    """Above 1: a shorter vocal tract."""
    duration: float
    """Above 1: slower."""


def draw_throat(rng: np.random.Generator, lowest: float, highest: float) -> Throat:
    """Draw a speaker; high voices tend to have short vocal tracts, loosely."""
    pitch = float(np.exp(rng.uniform(np.log(lowest), np.log(highest))))
    formants = float(np.clip(pitch**0.3 * np.exp(rng.normal(0, 0.06)), 0.78, 1.35))
    return Throat(pitch, formants, float(np.exp(rng.uniform(np.log(0.75), np.log(1.4)))))


def speak_with(throat: Throat, samples: Samples) -> Samples:
    """Return 16 kHz speech as the other speaker would say it."""
    longer = stretch(samples.astype(np.float32), throat.duration * throat.pitch)
    pitched = soxr.resample(longer, WIDE_RATE * throat.pitch, WIDE_RATE)
    shaped = move_formants(pitched, throat.formants / throat.pitch)
    peak = max(1.0, float(np.abs(shaped).max()) / 32000)
    out: Samples = np.round(shaped / peak).astype(np.int16)
    return out


def stretch(wave: Floats, factor: float) -> Floats:
    """Change tempo only: ``factor`` 2 is twice as long."""
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    padded = np.pad(wave, (_SEARCH, _WINDOW + _SEARCH + _HOP))
    count = int(len(wave) * factor) // _HOP
    out = np.zeros((count + 2) * _HOP, np.float32)
    place = _SEARCH
    for k in range(count):
        wanted = padded[place + _HOP : place + _HOP + _WINDOW]  # what would follow the piece used last
        out[k * _HOP : k * _HOP + _WINDOW] += window * padded[place : place + _WINDOW]
        centre = _SEARCH + min(int((k + 1) * _HOP / factor), len(wave))
        place = (
            centre - _SEARCH + _most_similar(padded[centre - _SEARCH : centre + _SEARCH + _WINDOW], wanted)
        )
    return out[: count * _HOP]


def _most_similar(region: Floats, wanted: Floats) -> int:
    """Return where in the region the wanted piece fits best."""
    return int(np.argmax(np.correlate(region, wanted, "valid")))


def move_formants(wave: npt.NDArray[np.floating], factor: float) -> Floats:
    """Stretch the spectral envelope by ``factor``, leaving pitch as it is."""
    count = max(1, -(-len(wave) // _STEP)) + 3
    padded = np.zeros(count * _STEP + _POINTS, np.float32)
    padded[_POINTS - _STEP : _POINTS - _STEP + len(wave)] = wave
    window = np.hanning(_POINTS + 1)[:-1].astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _POINTS)[::_STEP][:count]
    spectra = np.fft.rfft(pieces * window, axis=1)
    filtered = np.fft.irfft(spectra * np.exp(_gain(spectra, factor)), axis=1).astype(np.float32) * window
    out = np.zeros(len(padded), np.float32)
    for k, piece in enumerate(filtered):
        out[k * _STEP : k * _STEP + _POINTS] += piece
    return out[_POINTS - _STEP :][: len(wave)] / np.float32(1.5)  # Hann squared at a quarter step sums to 1.5


def _gain(spectra: npt.NDArray[np.complexfloating], factor: float) -> npt.NDArray[np.floating]:
    """Return the log gain from each frame's envelope to the same envelope stretched."""
    envelope = _envelopes(spectra)
    source = np.minimum(np.arange(envelope.shape[1]) / factor, envelope.shape[1] - 1)
    below = source.astype(int)
    above = np.minimum(below + 1, envelope.shape[1] - 1)
    share = source - below
    stretched = envelope[:, below] * (1 - share) + envelope[:, above] * share
    gain: npt.NDArray[np.floating] = np.clip(stretched - envelope, -_LARGEST_GAIN, _LARGEST_GAIN)
    return gain


def _envelopes(spectra: npt.NDArray[np.complexfloating]) -> npt.NDArray[np.floating]:
    """Return each frame's log all-pole envelope (linear prediction by the autocorrelation method)."""
    power = spectra.real**2 + spectra.imag**2
    likeness = np.fft.irfft(power, axis=1)[:, : _ORDER + 1]
    likeness[:, 0] = likeness[:, 0] * 1.0001 + 1.0  # silence and pure tones stay solvable
    lags = np.abs(np.arange(_ORDER)[:, None] - np.arange(_ORDER)[None, :])
    weights = np.linalg.solve(likeness[:, lags], likeness[:, 1:, None])[:, :, 0]
    inverse = np.concatenate([np.ones((len(weights), 1)), -weights], axis=1)
    envelope: npt.NDArray[np.floating] = -np.log(np.abs(np.fft.rfft(inverse, _POINTS, axis=1)) + 1e-6)
    return envelope
