"""Make the training speech: every voice's share, in parallel, stored as shards of one ``.npz`` each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tools.acoustic.sources import ENGINES, SHORTEST
from tools.acoustic.speech import Utterance
from tools.acoustic.texts import text_source
from tools.acoustic.voices import TRAINING, VoiceShare

_SHARD = 250
_ATTEMPTS = 3
_OTHER_PHRASES = 10_000
"""Added to a shard's seed where its phrases cannot be spoken."""


@dataclass(frozen=True, slots=True)
class Job:
    """One shard: so many phrases of one voice, drawn with one seed."""

    language: str
    share: VoiceShare
    phrases: int
    seed: int
    path: Path


def make_shard(job: Job) -> None:
    """Speak one shard and write it."""
    rng = random.Random(job.seed)
    source = text_source(job.language)
    texts = [source.draw(rng) for _ in range(job.phrases)]
    spoken = ENGINES[job.share.engine](job.language, job.share, texts, rng)
    kept = [u for u in spoken if len(u.samples) >= SHORTEST and len(u.phones) > 0]
    write_shard(job.path, kept)


def write_shard(path: Path, utterances: list[Utterance]) -> None:
    """Store utterances; arrays of all are joined, ``*_ends`` say where each stops."""
    np.savez(
        path,
        samples=np.concatenate([u.samples for u in utterances]),
        sample_ends=np.cumsum([len(u.samples) for u in utterances]),
        starts=np.concatenate([u.starts for u in utterances]),
        phones=np.concatenate([u.phones for u in utterances]),
        phone_ends=np.cumsum([len(u.phones) for u in utterances]),
        texts=np.array([u.text for u in utterances]),
        voices=np.array([u.voice for u in utterances]),
    )


def read_shard(path: Path) -> list[Utterance]:
    """Load a shard written by :func:`write_shard`."""
    with np.load(path) as data:
        waves = np.split(data["samples"], data["sample_ends"][:-1])
        starts = np.split(data["starts"], data["phone_ends"][:-1])
        phones = np.split(data["phones"], data["phone_ends"][:-1])
        texts, voices = data["texts"].tolist(), data["voices"].tolist()
    rows = zip(texts, voices, waves, starts, phones, strict=True)
    return [Utterance(*row) for row in rows]


def count_of(path: Path) -> int:
    """Return how many utterances a shard has."""
    with np.load(path) as data:
        return len(data["texts"])


def _jobs(language: str, folder: Path, shares: Iterable[VoiceShare], scale: float) -> list[Job]:
    jobs: list[Job] = []
    for share in shares:
        total = max(1, round(share.phrases * scale))
        for start in range(0, total, _SHARD):
            seed, count = 1000 + len(jobs), min(_SHARD, total - start)
            path = folder / f"{len(jobs):03d}-{share.engine}-{share.voice}.npz"
            jobs.append(Job(language, share, count, seed, path))
    return jobs


def spoken_shard(job: Job, make: Callable[[Job], None] = make_shard) -> int:
    """Speak a shard in a process of its own; return the number of phrases kept.

    eSpeak NG 1.51 crashes after some thousands of phrases in one process, and what it says depends on what
    it said before. At times it crashes earlier, for the same phrases always: then others are drawn.
    Errors: ``RuntimeError`` where that does not help.
    """
    for attempt in range(_ATTEMPTS):
        drawn = replace(job, seed=job.seed + attempt * _OTHER_PHRASES)
        process = get_context("spawn").Process(target=make, args=(drawn,))
        process.start()
        process.join()
        if process.exitcode == 0:
            return count_of(job.path)
    raise RuntimeError(
        f"{job.path.name}: {job.share.engine} ended {_ATTEMPTS} times, last with {process.exitcode}"
    )


def make_corpus(language: str, folder: Path, scale: float, workers: int, show: Callable[[str], None]) -> int:
    """Speak the whole corpus of a language into ``folder``; ``scale`` shrinks it for a trial."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.npz"):
        old.unlink()
    jobs, total = _jobs(language, folder, TRAINING[language], scale), 0
    with ThreadPoolExecutor(workers) as pool:
        for done, kept in enumerate(pool.map(spoken_shard, jobs), start=1):
            total += kept
            show(f"{language} corpus: shard {done}/{len(jobs)}, {total} phrases")
    return total
