"""The sounds that Asterisk plays itself: announcements for when no worker can speak, and the music on hold.

Run by the set-up: ``python -m tools.setup.sounds var/sounds``. Nothing is done when they are up to date.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import tomllib
import wave
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ANNOUNCEMENTS = Path(__file__).parents[2] / "asterisk_conf" / "announcements.toml"
SOURCES = (Path(__file__), Path(__file__).with_name("hold_music.py"), ANNOUNCEMENTS)
SAMPLE_RATE = 8000


def make_sounds(folder: Path) -> bool:
    """Render everything into `folder` unless it is up to date; say whether anything was made."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()
    stamp = folder / "made-from"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return False
    from tools.setup.hold_music import hold_music  # noqa: PLC0415 - numpy costs time that an idle set-up must not spend

    (folder / "moh").mkdir(parents=True, exist_ok=True)
    for language, sentences in tomllib.loads(ANNOUNCEMENTS.read_text(encoding="utf-8")).items():
        for name, text in sentences.items():
            write_wav(folder / f"{name}-{language}.wav", speak(text, language))
    write_wav(folder / "moh" / "hold.wav", hold_music())
    stamp.write_text(digest, encoding="ascii")
    return True


def speak(text: str, language: str) -> NDArray[np.int16]:
    """One sentence by eSpeak NG, as int16 samples at 8 kHz."""
    import numpy as np  # noqa: PLC0415
    import soxr  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch) / "spoken.wav"
        command = ["espeak-ng", "-v", language, "-s", "150", "-w", str(spoken), text]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603 - our own sentence, no shell
        with wave.open(str(spoken)) as reader:
            rate = reader.getframerate()
            samples = np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2")
    return np.asarray(soxr.resample(samples, rate, SAMPLE_RATE, quality="HQ"), dtype=np.int16)


def write_wav(path: Path, samples: NDArray[np.int16]) -> None:
    """A mono 16-bit WAV at 8 kHz; complete or not there at all, for Asterisk may be reading."""
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(samples.astype("<i2").tobytes())
    partial.replace(path)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    if make_sounds(target):
        sys.stdout.write(f"setup        sounds made in {target}\n")
