"""Numbers as people dictate them: digit after digit, with pauses in which nothing but the line is heard.

Synthesizers pause by the comma and for as long as they always do. So lines of a single digit are joined to
longer ones of the same voice, with pauses of chance; what was joined stays in the corpus besides.
"""

from __future__ import annotations

import random
from collections.abc import Collection

import numpy as np

from tools.acoustic.speech import SAMPLE_RATE, Utterance

_MOST = 4
"""Digits in a joined line: longer ones would pad the batches that they are in."""
_TIMES = 4
"""How often a line of a single digit is used."""
_LONGEST_PAUSE = 0.7
"""Seconds; what callers leave inside a number is shorter than that, or another answer."""
_SILENT = 0


def dictated(corpus: list[Utterance], digits: Collection[str], seed: int) -> list[Utterance]:
    """Return new lines of two to four digits with pauses, made of the corpus' lines of a single digit."""
    rng = random.Random(seed)
    voices: dict[str, list[Utterance]] = {}
    for utterance in corpus:
        if utterance.text in digits:
            voices.setdefault(utterance.voice, []).append(utterance)
    out: list[Utterance] = []
    for said in voices.values():
        left = [utterance for _ in range(_TIMES) for utterance in rng.sample(said, len(said))]
        while len(left) > 1:
            count = rng.randint(2, _MOST)
            out.append(_joined(left[-count:], rng))
            del left[-count:]
    return out


def _joined(parts: list[Utterance], rng: random.Random) -> Utterance:
    samples, starts, phones = [parts[0].samples], [parts[0].starts], [parts[0].phones]
    length = len(parts[0].samples)
    for part in parts[1:]:
        pause = round(rng.uniform(0, _LONGEST_PAUSE) * SAMPLE_RATE)
        samples += [np.zeros(pause, np.int16), part.samples]
        starts += [np.array([length / SAMPLE_RATE], np.float32), part.starts + (length + pause) / SAMPLE_RATE]
        phones += [np.array([_SILENT], np.int16), part.phones]
        length += pause + len(part.samples)
    return Utterance(
        " ".join(part.text for part in parts),
        parts[0].voice,
        np.concatenate(samples),
        np.concatenate(starts).astype(np.float32),
        np.concatenate(phones),
    )
