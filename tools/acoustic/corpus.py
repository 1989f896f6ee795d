"""Make the training speech: every voice's share, in parallel, stored as shards of one ``.npz`` each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ivr.speech.pronunciation import spoken_text
from tools.acoustic.closures import with_closures
from tools.acoustic.espeak import SynthesisError, espeak
from tools.acoustic.festival import Marks, festival_say, flite_say
from tools.acoustic.phones import PHONE_SETS, PhoneSet, broad_marks
from tools.acoustic.speech import SAMPLE_RATE, WIDE_RATE, Samples, Utterance, to_telephone_rate
from tools.acoustic.stress import with_stress
from tools.acoustic.texts import TextSource, text_source
from tools.acoustic.throat import draw_throat, speak_with
from tools.acoustic.voices import TRAINING, VoiceShare, training_variants

_SHARD = 250
_SHORTEST = 2000
_STRETCHES = (0.8, 0.9, 1.0, 1.15, 1.4)


@dataclass(frozen=True, slots=True)
class Job:
    """One shard: so many phrases of one voice, drawn with one seed."""

    language: str
    share: VoiceShare
    phrases: int
    seed: int
    path: Path

    @property
    def phones(self) -> PhoneSet:
        """Return the phones to label with."""
        return PHONE_SETS[self.language]


def labelled(text: str, voice: str, samples: Samples, marks: Marks, phones: PhoneSet) -> Utterance:
    """Join 8 kHz speech and its ``(start seconds, broad phone)`` marks."""
    starts = np.array([start for start, _ in marks], np.float32)
    return Utterance(text, voice, samples, starts, np.array([phones.number(p) for _, p in marks], np.int16))


def _for_espeak(text: str, language: str) -> str:
    return spoken_text(text, "ru" if language == "ru" else "en")


def _espeak_phrases(job: Job, texts: TextSource, rng: random.Random) -> Iterable[Utterance]:
    engine, variants = espeak(), training_variants()
    for _ in range(job.phrases):
        text, variant = texts.draw(rng), rng.choice(variants)
        voice = f"{job.share.voice}+{variant}" if variant else job.share.voice
        rate, pitch, span = int(rng.triangular(80, 260, 150)), rng.randint(15, 85), rng.randint(20, 90)
        try:
            spoken = engine.say(_for_espeak(text, job.language), voice, rate, pitch, span)
        except SynthesisError:
            continue
        marks = [mark for word in spoken.words for mark in word]
        samples = to_telephone_rate(spoken.samples, engine.sample_rate)
        broad = broad_marks(marks, job.phones.espeak, len(samples) / SAMPLE_RATE)
        yield labelled(text, voice, samples, with_closures(samples, broad), job.phones)


def _festival_phrases(job: Job, texts: TextSource, rng: random.Random) -> Iterable[Utterance]:
    phrases = [texts.draw(rng) for _ in range(job.phrases)]
    for k, stretch in enumerate(_STRETCHES):
        said = phrases[k :: len(_STRETCHES)]
        written = [with_stress(text) if job.language == "ru" else text for text in said]
        for text, (samples, marks) in zip(said, festival_say(written, job.share.voice, stretch), strict=True):
            yield from _as_several(job, text, samples, marks, rng)


def _flite_phrases(job: Job, texts: TextSource, rng: random.Random) -> Iterable[Utterance]:
    for _ in range(job.phrases):
        text = texts.draw(rng)
        samples, marks = flite_say(text, job.share.voice, rng.choice(_STRETCHES))
        yield from _as_several(job, text, samples, marks, rng)


def _as_several(
    job: Job, text: str, samples: Samples, marks: Marks, rng: random.Random
) -> Iterable[Utterance]:
    """Yield a recorded voice's phrase as it is and as other speakers would say it."""
    if len(samples) < _SHORTEST:
        return
    name = f"{job.share.engine}-{job.share.voice}"
    broad = broad_marks(marks, job.phones.festival, len(samples) / WIDE_RATE)
    yield labelled(text, name, to_telephone_rate(samples, WIDE_RATE), broad, job.phones)
    for _ in range(job.share.speakers):
        throat = draw_throat(np.random.default_rng(rng.getrandbits(32)), *job.share.pitches)
        other = to_telephone_rate(speak_with(throat, samples), WIDE_RATE)
        moved = [(start * throat.duration, phone) for start, phone in broad]
        yield labelled(text, name, other, moved, job.phones)


_ENGINES = {"espeak": _espeak_phrases, "festival": _festival_phrases, "flite": _flite_phrases}


def make_shard(job: Job) -> int:
    """Speak one shard and write it; return the number of phrases kept."""
    texts, rng = text_source(job.language), random.Random(job.seed)
    spoken = _ENGINES[job.share.engine](job, texts, rng)
    kept = [u for u in spoken if len(u.samples) >= _SHORTEST and len(u.phones) > 0]
    write_shard(job.path, kept)
    return len(kept)


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


def _jobs(language: str, folder: Path, shares: Iterable[VoiceShare], scale: float) -> list[Job]:
    jobs: list[Job] = []
    for share in shares:
        total = max(1, round(share.phrases * scale))
        for start in range(0, total, _SHARD):
            seed, count = 1000 + len(jobs), min(_SHARD, total - start)
            path = folder / f"{len(jobs):03d}-{share.engine}-{share.voice}.npz"
            jobs.append(Job(language, share, count, seed, path))
    return jobs


def shard_makers(workers: int) -> ProcessPoolExecutor:
    """Return a pool that gives each shard a process of its own.

    eSpeak NG 1.51 crashes after some thousands of phrases in one process, and what it says depends on what
    it said before.
    """
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1)


def make_corpus(language: str, folder: Path, scale: float, workers: int, show: Callable[[str], None]) -> int:
    """Speak the whole corpus of a language into ``folder``; ``scale`` shrinks it for a trial."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.npz"):
        old.unlink()
    jobs, total = _jobs(language, folder, TRAINING[language], scale), 0
    with shard_makers(workers) as pool:
        for done, kept in enumerate(pool.map(make_shard, jobs), start=1):
            total += kept
            show(f"{language} corpus: shard {done}/{len(jobs)}, {total} phrases")
    return total
