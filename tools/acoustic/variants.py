"""Speakers for eSpeak NG that nobody has made: variants with formants, voice and colour drawn at random.

eSpeak NG has some seventy variants (``voices/!v``, small text files that bend a voice); a network that knew
only these heard the next one worse. What the keys mean is told in its ``docs/voices.md``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_VARIANTS = Path("voices") / "!v"


@contextmanager
def drawn_variants(data: Path, count: int, rng: random.Random) -> Iterator[tuple[Path, list[str]]]:
    """Give a copy of eSpeak NG's data with ``count`` more variants, and their names.

    ``data``: the data that is installed; the copy consists of links to it and is deleted in the end.
    """
    with TemporaryDirectory(prefix="espeak-ng-") as folder:
        copy = Path(folder)
        for part in [*data.iterdir(), *(data / "voices").iterdir(), *(data / _VARIANTS).iterdir()]:
            place = copy / part.relative_to(data)
            if part in (data / "voices", data / _VARIANTS):
                place.mkdir()
            else:
                place.symlink_to(part)
        names = [f"drawn{number}" for number in range(count)]
        for name in names:
            (copy / _VARIANTS / name).write_text(drawn_variant(name, rng), encoding="ascii")
        yield copy, names


def drawn_variant(name: str, rng: random.Random) -> str:
    """Return a variant's file: a woman, a child or a man of our making."""
    high = rng.random() < 0.5
    pitch = rng.randint(120, 230) if high else rng.randint(62, 130)
    lines = ["language variant", f"name {name}", f"gender {'female' if high else 'male'}"]
    lines.append(f"pitch {pitch} {round(pitch * rng.uniform(1.15, 1.8))}")
    if rng.random() < 0.25:
        lines.append(f"klatt {rng.randint(1, 6)}")
    lines += _formants(0.98 if high else 0.82, rng)
    lines += [f"flutter {rng.randint(0, 15)}", f"roughness {rng.choice((0, 0, 1, 2, 4))}"]
    lines.append(f"consonants {rng.randint(50, 130)} {rng.randint(40, 130)}")
    lines.append("stressAmp " + " ".join(str(rng.randint(14, 27)) for _ in range(8)))
    if rng.random() < 0.4:
        lines.append(f"voicing {rng.randint(35, 160)}")
    if rng.random() < 0.4:
        lines.append("tone " + " ".join(f"{hertz} {rng.randint(12, 255)}" for hertz in _tones(rng)))
    if rng.random() < 0.15:
        lines.append("breath " + " ".join(str(rng.randint(0, 4)) for _ in range(8)))
    if rng.random() < 0.15:
        lines.append(f"echo {rng.randint(10, 130)} {rng.randint(5, 20)}")
    return "\n".join(lines) + "\n"


def _formants(least: float, rng: random.Random) -> Iterator[str]:
    """Yield what is done to the peaks: frequency, height and width in percent, hertz on top."""
    throat = rng.uniform(least, least + 0.3)
    for number in range(9):
        frequency = round(100 * throat * rng.uniform(0.87, 1.13))
        height, width = rng.randint(55, 140), rng.randint(60, 170)
        more = {1: rng.randint(-40, 40), 2: rng.randint(-230, 230)}.get(number, 0)
        if number > 2 and rng.random() < 0.1:
            height = rng.randint(0, 40)  # a throat without this peak
        elif number > 3 and rng.random() < 0.1:
            frequency = rng.randint(5, 90)  # or with it in a strange place
        elif rng.random() < 0.5:
            more = 0
        yield f"formant {number} {frequency} {height} {width} {more}"


def _tones(rng: random.Random) -> list[int]:
    return sorted(rng.sample(range(100, 3600, 100), rng.randint(2, 4)))
