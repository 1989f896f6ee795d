"""Training examples: an utterance through a random line, its features and the phone of every frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.acoustic.channel import Placed, place, through_line
from tools.acoustic.codecs import Floats
from tools.acoustic.corpus import read_shard
from tools.acoustic.features import DIMENSION, SHIFT, WINDOW, mfcc
from tools.acoustic.speech import SAMPLE_RATE, Utterance

SUBSAMPLING = 3
CONTEXT = 21
"""Feature frames the network sees on each side."""
_SPEEDS = (0.88, 1.16)

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples: features ``(n, frames + 2 * CONTEXT, 40)``, labels ``(n, frames / 3)``, -1 unused."""

    features: Floats
    labels: Labels


def load_corpus(folder: Path) -> list[Utterance]:
    """Read every shard of a corpus."""
    return [utterance for shard in sorted(folder.glob("*.npz")) for utterance in read_shard(shard)]


def frame_labels(utterance: Utterance, placed: Placed, frames: int) -> Labels:
    """Return the phone at the centre of each frame; silence (0) around the speech."""
    centres = np.arange(frames) * SHIFT + WINDOW / 2 - placed.lead
    starts = utterance.starts * (SAMPLE_RATE / placed.speed)
    index = np.searchsorted(starts, centres, side="right") - 1
    labels = np.where(index >= 0, utterance.phones[np.maximum(index, 0)], 0)
    return np.where(centres >= placed.length, 0, labels).astype(np.int64)


class ExampleMaker:
    """Makes batches; the same ``(seed, epoch, batch)`` always gives the same one."""

    def __init__(self, corpus: list[Utterance], batch_seconds: float, seed: int) -> None:
        self._corpus = corpus
        self._seed = seed
        self._order = sorted(range(len(corpus)), key=lambda i: len(corpus[i].samples))
        self._batches = self._cut(int(batch_seconds * SAMPLE_RATE))

    def __len__(self) -> int:
        return len(self._batches)

    def _cut(self, limit: int) -> list[list[int]]:
        """Cut the utterances, by length, into batches of about ``limit`` padded samples."""
        batches: list[list[int]] = [[]]
        for i in self._order:
            padded = (len(batches[-1]) + 1) * (len(self._corpus[i].samples) + SAMPLE_RATE)
            if batches[-1] and padded > limit:
                batches.append([])
            batches[-1].append(i)
        return batches

    def epoch_order(self, epoch: int) -> list[int]:
        """Return the shuffled order of an epoch's batches."""
        order: list[int] = np.random.default_rng((self._seed, epoch)).permutation(len(self._batches)).tolist()
        return order

    def batch(self, epoch: int, number: int) -> Batch:
        """Make one batch."""
        rng = np.random.default_rng((self._seed, epoch, number))
        made = [self._example(self._corpus[i], rng) for i in self._batches[number]]
        steps = max(len(labels) for _, labels in made) // SUBSAMPLING
        features = np.zeros((len(made), steps * SUBSAMPLING + 2 * CONTEXT, DIMENSION), np.float32)
        targets = np.full((len(made), steps), -1, np.int64)
        for row, (frames, labels) in enumerate(made):
            shift = int(rng.integers(SUBSAMPLING))
            used = frames[shift:][: steps * SUBSAMPLING]
            thinned = labels[shift::SUBSAMPLING][:steps]
            features[row, CONTEXT : CONTEXT + len(used)] = used
            features[row, :CONTEXT], features[row, CONTEXT + len(used) :] = used[0], used[-1]
            targets[row, : len(thinned)] = thinned
        return Batch(features, targets)

    def _example(self, utterance: Utterance, rng: np.random.Generator) -> tuple[Floats, Labels]:
        placed = place(utterance.samples.astype(np.float32), rng, _SPEEDS)
        warp = float(np.clip(rng.normal(1.0, 0.06), 0.85, 1.15))
        frames = mfcc(through_line(placed, rng, lambda count: self._babble(count, rng)), warp)
        return frames, frame_labels(utterance, placed, len(frames))

    def _babble(self, count: int, rng: np.random.Generator) -> Floats:
        """Return four other utterances at once."""
        out = np.zeros(count, np.float32)
        for i in rng.integers(len(self._corpus), size=4):
            out += np.resize(np.roll(self._corpus[i].samples, rng.integers(SAMPLE_RATE)), count)
        return out
