"""Training examples: an utterance through a random line, its features and the phone of every frame."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.acoustic.automata import Automata, AutomatonMaker
from tools.acoustic.channel import Placed, place, through_line
from tools.acoustic.codecs import Floats
from tools.acoustic.corpus import read_shard
from tools.acoustic.dictated import dictated
from tools.acoustic.digits import SLOTS, with_own_sounds
from tools.acoustic.disturbances import around, stands_out
from tools.acoustic.features import DIMENSION, SHIFT, WINDOW, mfcc
from tools.acoustic.phones import FILLER, PHONE_SETS
from tools.acoustic.speech import SAMPLE_RATE, Utterance
from tools.acoustic.turns import Turns
from tools.acoustic.vocabulary import vocabulary

SUBSAMPLING = 3
CONTEXT = 21
"""Feature frames the network sees on each side."""
_SPEEDS = (0.84, 1.2)
_DICTATED_SEED = 5
_OURS, _OTHERS = 2.0, 0.6
_COSTLY = 3.0
"""Times as often: Kokoro's lines take long to make, are few, and stand for many people."""
_MOSTLY = 0.7
"""A line is ours when this share of its words is."""

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples: features ``(n, frames + 2 * CONTEXT, 40)``, labels ``(n, frames / 3)``, -1 unused."""

    features: Floats
    labels: Labels
    strange: npt.NDArray[np.bool_]
    """``(n,)``: whether no word of the line is ours."""
    turns: TurnBatch | None = None
    """What the lines are heard with."""


@dataclass(frozen=True, slots=True)
class TurnBatch:
    """Each line's turn."""

    allowed: Automata
    """What the grammars allow."""
    right: Automata
    """Ways to the answers."""
    labels: Labels
    """Like the batch's; speech that the grammar does not expect is the filler."""


def load_corpus(language: str, folder: Path) -> list[Utterance]:
    """Read every shard of a corpus and join dictated numbers; digits get their own sounds."""
    names = PHONE_SETS[language].names
    spoken = [u for shard in sorted(folder.glob("*.npz")) for u in read_shard(shard)]
    spoken += dictated(spoken, SLOTS[language], _DICTATED_SEED)
    return [_own(language, u, names) for u in spoken]


def _own(language: str, utterance: Utterance, names: tuple[str, ...]) -> Utterance:
    phones = with_own_sounds(language, utterance.text, utterance.phones.tolist(), names)
    return replace(utterance, phones=np.array(phones, np.int16))


def weight(utterance: Utterance, digits: frozenset[str], own: frozenset[str]) -> float:
    """Return how often an epoch uses a line: our digits and our own words twice, all others at times."""
    words = utterance.text.replace(",", " ").split()
    ours = max(sum(word in digits for word in words), sum(word in own for word in words))
    often = _COSTLY if utterance.voice.startswith("kokoro") else 1.0
    return often * (_OURS if ours >= _MOSTLY * len(words) else _OTHERS)


def is_strange(text: str, own: frozenset[str]) -> bool:
    """Return whether no word of a line is one that our grammars know."""
    return own.isdisjoint(text.replace(",", " ").split())


def frame_labels(utterance: Utterance, placed: Placed, frames: int) -> Labels:
    """Return the phone at the centre of each frame; silence (0) around the speech."""
    centres = np.arange(frames) * SHIFT + WINDOW / 2 - placed.lead
    starts = utterance.starts * (SAMPLE_RATE / placed.speed)
    index = np.searchsorted(starts, centres, side="right") - 1
    labels = np.where(index >= 0, utterance.phones[np.maximum(index, 0)], 0)
    return np.where(centres >= placed.length, 0, labels).astype(np.int64)


class ExampleMaker:
    """Makes batches; the same ``(seed, epoch, batch)`` always gives the same one."""

    def __init__(
        self,
        language: str,
        corpus: list[Utterance],
        batch_seconds: float,
        seed: int,
        turns: tuple[Turns, AutomatonMaker] | None = None,
    ) -> None:
        self._corpus = corpus
        self._turns = turns
        self._seed = seed
        self._limit = int(batch_seconds * SAMPLE_RATE)
        self._filler = PHONE_SETS[language].number(FILLER)
        digits, own = frozenset(SLOTS[language]), frozenset(vocabulary(language))
        self._weights = np.array([weight(u, digits, own) for u in corpus])
        self._strange = np.array([is_strange(u.text, own | digits) for u in corpus])
        self._epochs: dict[int, list[list[int]]] = {}

    def batches(self, epoch: int) -> list[list[int]]:
        """Return an epoch's batches, shuffled: the places of their utterances in the corpus."""
        if epoch not in self._epochs:
            rng = np.random.default_rng((self._seed, epoch))
            copies = np.floor(self._weights + rng.random(len(self._corpus))).astype(int)
            used = sorted(np.repeat(np.arange(len(copies)), copies).tolist(), key=self._length)
            cut = self._cut(used)
            self._epochs = {epoch: [cut[k] for k in rng.permutation(len(cut))]}
        return self._epochs[epoch]

    def _length(self, place: int) -> int:
        return len(self._corpus[place].samples)

    def _cut(self, used: list[int]) -> list[list[int]]:
        """Cut utterances that are sorted by length into batches of about so many padded samples."""
        batches: list[list[int]] = [[]]
        for i in used:
            padded = (len(batches[-1]) + 1) * (self._length(i) + SAMPLE_RATE)
            if batches[-1] and padded > self._limit:
                batches.append([])
            batches[-1].append(i)
        return batches

    def batch(self, epoch: int, number: int) -> Batch:
        """Make one batch."""
        rng = np.random.default_rng((self._seed, epoch, number))
        places = self.batches(epoch)[number]
        made = [self._example(self._corpus[i], rng) for i in places]
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
        return Batch(features, targets, self._strange[places], self._heard_with(places, targets, rng))

    def _heard_with(self, places: list[int], labels: Labels, rng: np.random.Generator) -> TurnBatch | None:
        if self._turns is None:
            return None
        drawer, maker = self._turns
        drawn = random.Random(int(rng.integers(2**32)))
        turns = [drawer.draw(self._corpus[i], drawn) for i in places]
        noisy = (labels == self._filler).any(axis=1).tolist()
        unexpected = np.array([not turn.answer for turn in turns])
        heard = np.where(unexpected[:, None] & (labels > 0), self._filler, labels)
        allowed, right = maker.pair(turns, noisy)
        return TurnBatch(allowed, right, heard)

    def _example(self, utterance: Utterance, rng: np.random.Generator) -> tuple[Floats, Labels]:
        placed = place(utterance.samples.astype(np.float32), rng, _SPEEDS)
        warp = float(np.clip(rng.normal(1.0, 0.09), 0.8, 1.22))
        others = partial(self._babble, rng=rng)
        samples, lead, disturbed = around(placed.samples, placed.lead, placed.length, rng, others)
        placed = replace(placed, samples=samples, lead=lead)
        line = through_line(placed, rng, others)
        frames = mfcc(line, warp)
        labels = frame_labels(utterance, placed, len(frames))
        heard = (disturbed & stands_out(line))[1 : len(labels) + 1]
        labels[heard] = self._filler
        return frames, labels

    def _babble(self, count: int, rng: np.random.Generator) -> Floats:
        """Return four other utterances at once."""
        out = np.zeros(count, np.float32)
        for i in rng.integers(len(self._corpus), size=4):
            out += np.resize(np.roll(self._corpus[i].samples, rng.integers(SAMPLE_RATE)), count)
        return out
