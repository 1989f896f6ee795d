"""Vosk as the benches use it: samples in, words out, with the time it took."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import vosk

RATE = 8000
FILLER = "[unk]"
_BLOCK = 1600

Samples = npt.NDArray[np.int16]


class Listener:
    """One model; counts speech and decoding seconds over its life."""

    def __init__(self, model: Path) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(model))
        self.speech_seconds = 0.0
        self.decoding_seconds = 0.0

    def hear(self, samples: Samples, phrases: list[str] | None = None) -> list[str]:
        """Return the words heard, fillers included; ``phrases`` is the run-time grammar."""
        pcm = samples.tobytes()
        grammar = [json.dumps(phrases, ensure_ascii=False)] if phrases is not None else []
        started = time.process_time()
        recogniser = vosk.KaldiRecognizer(self._model, RATE, *grammar)
        blocks = (pcm[at : at + 2 * _BLOCK] for at in range(0, len(pcm), 2 * _BLOCK))
        texts = [json.loads(recogniser.Result())["text"] for b in blocks if recogniser.AcceptWaveform(b)]
        texts.append(json.loads(recogniser.FinalResult())["text"])
        self.decoding_seconds += time.process_time() - started
        self.speech_seconds += len(pcm) / 2 / RATE
        return " ".join(texts).split()

    def real_time_factor(self) -> float:
        """Return decoding seconds per second of speech, on one core."""
        return self.decoding_seconds / max(self.speech_seconds, 1e-9)
