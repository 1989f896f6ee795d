"""A quiet loop for callers who wait: broken chords of decaying tones, nobody's music.

The telephone passes 300 to 3400 Hz, so the notes lie between A3 and E6, with three partials each. Notes wrap
around the end of the loop: it has no seam.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
BEAT_S = 0.4
LEVEL = 0.12
"""Peak as a part of full scale: music must stay well below a voice."""

CHORDS = (
    (57, 64, 69, 72, 76),
    (62, 65, 69, 72, 77),
    (60, 64, 67, 72, 79),
    (59, 62, 67, 71, 74),
    (57, 60, 64, 69, 76),
    (62, 69, 74, 77, 81),
    (64, 68, 71, 76, 80),
    (57, 64, 72, 76, 81),
)
"""MIDI note numbers; Am, Dm7, C, G, Am, Dm, E, Am."""

PATTERN = (0, 1, 2, 3, 4, 3, 2, 1)
PARTIALS = ((1, 1.0), (2, 0.35), (3, 0.12))


def hold_music() -> NDArray[np.int16]:
    """One loop: int16 samples at 8 kHz, about 25 s."""
    beats = len(CHORDS) * len(PATTERN)
    beat = int(BEAT_S * SAMPLE_RATE)
    loop = np.zeros(beats * beat)
    for index in range(beats):
        chord = CHORDS[index // len(PATTERN)]
        tone = _tone(chord[PATTERN[index % len(PATTERN)]])
        places = (index * beat + np.arange(tone.size)) % loop.size
        loop[places] += tone
    return np.asarray(loop / np.abs(loop).max() * LEVEL * 32767, dtype=np.int16)


def _tone(note: int, length_s: float = 2.4) -> NDArray[np.float64]:
    time = np.arange(int(length_s * SAMPLE_RATE)) / SAMPLE_RATE
    frequency = 440.0 * 2 ** ((note - 69) / 12)
    sound = sum(
        strength * np.sin(2 * np.pi * frequency * partial * time) * np.exp(-time * 1.6 * partial)
        for partial, strength in PARTIALS
        if frequency * partial < SAMPLE_RATE * 0.42
    )
    attack = np.minimum(time / 0.02, 1.0)
    release = np.minimum((length_s - time) / 0.1, 1.0)
    return np.asarray(sound * attack * release)
