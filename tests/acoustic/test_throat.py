"""Other speakers made of one: pitch, tempo and formants move, each alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tools.acoustic.throat import Throat, draw_throat, move_formants, speak_with, stretch

RATE = 16000


def _voice(pitch: float, formant: float) -> npt.NDArray[np.int16]:
    """Return one second of pulses through one resonance."""
    pulses = np.zeros(RATE)
    pulses[:: round(RATE / pitch)] = 1
    ring = np.exp(-np.arange(800) / 20) * np.sin(2 * np.pi * formant * np.arange(800) / RATE)
    voice = np.convolve(pulses, ring)[:RATE]
    out: npt.NDArray[np.int16] = (10_000 * voice / np.abs(voice).max()).astype(np.int16)
    return out


def _pitch_of(wave: npt.NDArray[np.int16]) -> float:
    middle = wave[len(wave) // 3 :][:4096].astype(np.float64)
    likeness = np.correlate(middle, middle, "full")[4095:]
    lag = 40 + int(np.argmax(likeness[40:400]))
    return RATE / lag


def _formant_of(wave: npt.NDArray[np.int16]) -> float:
    """Return where the spectrum, smoothed over three harmonics, is highest."""
    power = np.abs(np.fft.rfft(wave[:RATE].astype(np.float64), RATE)) ** 2
    return float(np.argmax(np.convolve(power, np.hanning(375), "same")))


def test_tempo_changes_nothing_but_length() -> None:
    wave = _voice(125, 1500)
    slow = np.round(stretch(wave.astype(np.float32), 1.5)).astype(np.int16)
    assert len(slow) == pytest.approx(1.5 * len(wave), rel=0.02)
    assert _pitch_of(slow) == pytest.approx(125, rel=0.03)


def test_formants_move_and_pitch_stays() -> None:
    wave = _voice(125, 1500)
    moved = np.round(move_formants(wave.astype(np.float32), 1.2)).astype(np.int16)
    assert len(moved) == len(wave)
    assert _pitch_of(moved) == pytest.approx(125, rel=0.03)
    assert _formant_of(moved) / _formant_of(wave) == pytest.approx(1.2, abs=0.07)


def test_another_speaker_has_the_pitch_and_the_length_asked_for() -> None:
    wave = _voice(125, 1500)
    other = speak_with(Throat(pitch=1.6, formants=1.15, duration=0.9), wave)
    assert len(other) == pytest.approx(0.9 * len(wave), rel=0.03)
    assert _pitch_of(other) == pytest.approx(200, rel=0.05)


def test_speakers_are_drawn_within_what_people_have() -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_throat(rng, 0.8, 1.9) for _ in range(200)]
    assert all(
        0.8 <= t.pitch <= 1.9 and 0.78 <= t.formants <= 1.35 and 0.75 <= t.duration <= 1.4 for t in drawn
    )
    assert np.corrcoef([t.pitch for t in drawn], [t.formants for t in drawn])[0, 1] > 0.5
