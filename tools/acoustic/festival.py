"""Festival and Flite as speech sources: batch drivers that also report phone times."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tools.acoustic.speech import WIDE_RATE, Samples, read_wav

Marks = list[tuple[float, str]]

_DUMP = """(define (dump u)
  (mapcar (lambda (s) (format t "%s:%2.3f " (item.name s) (item.feat s "segment_end")))
          (utt.relation.items u 'Segment)))
"""


def festival_say(
    texts: list[str], voice: str, stretch: float, timeout: float = 600
) -> list[tuple[Samples, Marks]]:
    """Speak each text with a Festival voice; a text the voice cannot say gives no samples.

    Samples are at 16 kHz. ``stretch`` lengthens (>1) or shortens the phones where the voice honours it.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "say.scm"
        script.write_text(_script(texts, voice, stretch, folder), encoding="utf-8")
        run = subprocess.run(  # noqa: S603 - our own script
            ["/usr/bin/festival", "--batch", str(script)],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        blocks = dict(_blocks(run.stdout))
        return [_spoken(Path(folder) / f"{i}.wav", blocks.get(i, "")) for i in range(len(texts))]


def flite_say(text: str, voice: str, stretch: float, timeout: float = 60) -> tuple[Samples, Marks]:
    """Speak one text with a voice built into Flite; samples at 16 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "out.wav"
        command = ["/usr/bin/flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-psdur"]
        run = subprocess.run(  # noqa: S603 - fixed program, text from our own lists
            [*command, "-o", str(wav), "-t", text],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return _spoken(wav, run.stdout)


def flite_phones(words: list[str], voice: str, timeout: float = 60) -> list[list[str]]:
    """Return the phones of each word said alone, in the names of a voice built into Flite."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "words.txt"
        text.write_text("".join(f"{word}.\n\n" for word in words), encoding="utf-8")
        command = ["/usr/bin/flite", "-voice", voice, "-ps", "-f", str(text), "-o", "none"]
        run = subprocess.run(  # noqa: S603 - fixed program, text from our own lists
            command, capture_output=True, text=True, timeout=timeout, check=True
        )
        return [[name for name in line.split() if name != "pau"] for line in run.stdout.splitlines()]


def _script(texts: list[str], voice: str, stretch: float, folder: str) -> str:
    lines = [_DUMP, f"(voice_{voice})", f"(Parameter.set 'Duration_Stretch {stretch})"]
    for i, text in enumerate(texts):
        lines.append(f'(set! u (utt.synth (Utterance Text "{text}")))')
        lines.append(f'(utt.save.wave u "{folder}/{i}.wav" \'riff)')
        lines.append(f'(format t "@{i} ") (dump u) (format t "\\n")')
    return "\n".join(lines)


def _blocks(output: str) -> list[tuple[int, str]]:
    found = []
    for line in output.splitlines():
        head, _, rest = line.partition(" ")
        if head.startswith("@") and head[1:].isdigit():
            found.append((int(head[1:]), rest))
    return found


def _spoken(wav: Path, segments: str) -> tuple[Samples, Marks]:
    """Join a WAV file and its ``phone:end`` list; Festival names ends, we keep starts."""
    ends = [(name, float(end)) for name, _, end in (part.rpartition(":") for part in segments.split())]
    starts = [0.0, *(end for _, end in ends)]
    marks = [(start, name) for start, (name, _) in zip(starts, ends, strict=False)]
    return read_wav(wav.read_bytes() if marks and wav.exists() else _EMPTY_WAV, WIDE_RATE), marks


_EMPTY_WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0"
