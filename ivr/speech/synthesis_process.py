"""The synthesis process: one pyttsx3 engine, one thread, one phrase at a time; run as a module.

pyttsx3 hangs when threads or event loops share it, so it gets a process of its own (decision 0005). Rules:

1. Standard output is the pipe of `wire`; what pyttsx3 prints is sent to standard error first.
2. eSpeak NG makes sound on a thread of its own: `runAndWait` may come back before the file is whole, so
   a phrase is done when the engine says `finished-utterance`, and only then.
3. A phrase that does not finish ends the process: the parent starts another.
4. End of input ends the process.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import wave
from pathlib import Path
from typing import BinaryIO

import pyttsx3
from pyttsx3.drivers import _espeak

from ivr.speech import wire

FINISH_SECONDS = 20.0
"""How long one phrase may take in here; the parent's own limit is shorter."""
HUNG = 3
"""Exit status after a phrase that never finished."""


class Engine:
    """pyttsx3 as a function from phrase to sound."""

    def __init__(self, folder: Path) -> None:
        _espeak.Synth = _synthesise
        self._engine = pyttsx3.init("espeak")
        # pyttsx3 stops the engine when its loop ends, which is before it begins to speak: about one phrase in
        # three hundred then came out empty, and a change of voice could be lost with it
        self._engine.proxy._driver.stop = _stop_nothing
        self._path = folder / "phrase.wav"
        self._finished = threading.Event()
        self._fault: Exception | None = None
        self._engine.connect("finished-utterance", self._finish)
        self._engine.connect("error", self._fail)

    @property
    def version(self) -> str:
        """The engine's name and version."""
        return f"espeak-ng {_espeak.Info().decode().split()[0]}"

    def _finish(self, name: str | None = None, completed: bool = True) -> None:
        self._finished.set()

    def _fail(self, name: str | None = None, exception: Exception | None = None) -> None:
        # pyttsx3 swallows what an order raises and would say the phrase with the voice before
        self._fault = exception or RuntimeError("unknown")

    def speak(self, order: wire.Say) -> tuple[bytes, int]:
        """Return samples (s16le mono) and their rate; raise ValueError for what the engine refuses."""
        if not order.text.strip():
            raise ValueError("nothing to say")
        self._fault = None
        self._finished.clear()
        self._engine.setProperty("voice", order.voice)
        self._engine.setProperty("rate", order.words_a_minute)
        self._engine.save_to_file(order.text, str(self._path))
        self._engine.runAndWait()
        if not self._finished.wait(FINISH_SECONDS):
            os._exit(HUNG)
        samples, rate = self._take()
        if self._fault is not None:
            raise ValueError(f"the engine refused: {self._fault}")
        return samples, rate

    def _take(self) -> tuple[bytes, int]:
        try:
            with wave.open(str(self._path), "rb") as file:
                return file.readframes(file.getnframes()), file.getframerate()
        except (OSError, wave.Error, EOFError):
            raise ValueError("the engine wrote no sound") from None
        finally:
            self._path.unlink(missing_ok=True)


def _stop_nothing() -> None:
    """Stand in for the driver's `stop`, which nothing here needs."""


def _synthesise(text: bytes, flags: int = 0) -> object:
    """Stand in for pyttsx3 2.99's `Synth`, for two reasons.

    That one tells eSpeak NG that the text is ten times as long as it is; eSpeak NG copies so many bytes,
    which ends in a crash as soon as the memory behind the text is not ours. And it never passes the
    flag that makes `[[...]]` phonemes, with which wrong stresses are corrected.
    """
    size = len(text) + 1
    return _espeak.cSynth(text, size, 0, _espeak.POS_CHARACTER, 0, flags | _espeak.PHONEMES, None, None)


def serve(requests: BinaryIO, answers: BinaryIO, engine: Engine) -> None:
    """Answer requests until they end."""
    answers.write(wire.message(wire.READY, engine.version.encode()))
    answers.flush()
    while (head := requests.read(wire.HEAD.size)) and len(head) == wire.HEAD.size:
        order = wire.read_say(requests.read(wire.length(head)))
        answers.write(_answer(order, engine))
        answers.flush()


def _answer(order: wire.Say, engine: Engine) -> bytes:
    try:
        return wire.sound(*engine.speak(order))
    except ValueError as error:
        return wire.message(wire.FAULT, str(error).encode())


def main() -> None:
    """Serve the parent process."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory(prefix="ivr-say-", dir=_memory_folder()) as folder:
        serve(sys.stdin.buffer, answers, Engine(Path(folder)))


def _memory_folder() -> str | None:
    """Sound passes through a file; in memory it is fast and leaves nothing behind on a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a private folder is made inside


if __name__ == "__main__":
    main()
