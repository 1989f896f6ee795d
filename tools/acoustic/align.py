"""Find when each phone of a known text was said, for voices that do not tell.

Every word's pronunciations are laid side by side, a pause may stand between any two words, and the best way
through them is found by dynamic programming over the scores of a trained network (forced alignment, Viterbi's
algorithm: Rabiner 1989, "A tutorial on hidden Markov models").
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from tools.acoustic.digits import SLOTS, kin
from tools.acoustic.features import DITHER, SHIFT, WINDOW, mfcc
from tools.acoustic.layers import Affine, scores
from tools.acoustic.lexicon import Lexicon
from tools.acoustic.phones import SILENCE, PhoneSet
from tools.acoustic.speech import SAMPLE_RATE, Samples

Numbers = npt.NDArray[np.float64]
_NEVER = -1e30


@dataclass(frozen=True, slots=True)
class Aligned:
    """Where the phones of a phrase lie."""

    marks: list[tuple[float, str]]
    """``(start seconds, phone)``, silences included; the first starts at 0."""
    fit: float
    """Mean over the frames of how far the phone's score (natural logarithm) is below the best one's."""


@dataclass(frozen=True, slots=True)
class _States:
    """The phones of a phrase as states in the order in which they may be said."""

    names: list[str]
    before: list[list[int]]
    """For each state, the states that may come right before it, itself not counted."""
    first: list[int]
    last: list[int]


def pronunciations(language: str, word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """Return the ways to say a word; digits as their own sounds want them. Unknown words: none."""
    slots = SLOTS[language].get(word)
    if slots is None:
        return list(lexicon.get(word, {}))
    ways = [slot.rstrip("?").split("|") + ([""] if slot.endswith("?") else []) for slot in slots.split()]
    return [tuple(phone for phone in way if phone) for way in product(*ways)]


def features_as_heard(samples: Samples) -> npt.NDArray[np.float32]:
    """Return the features of 8 kHz speech with the little noise that Kaldi adds (decision 0072).

    A network that was taught with it knows no zeros: a voice's pause of nothing else was laid out as speech.
    """
    noise = np.random.default_rng(0).standard_normal(len(samples)).astype(np.float32)
    return mfcc(samples.astype(np.float32) + np.float32(DITHER) * noise)


class Aligner:
    """Aligns phrases of one language by a network's scores."""

    def __init__(self, language: str, phones: PhoneSet, layers: list[Affine], priors: Numbers) -> None:
        self._layers = layers
        self._priors = priors.astype(np.float64)
        self._kin = {
            name: [phones.number(like) for like in kin(language, name)]
            for name in phones.names
            if name not in phones.own
        }

    def align(self, features: npt.NDArray[np.float32], words: list[list[tuple[str, ...]]]) -> Aligned:
        """Align features ``(frames, 40)`` with words, each given by its pronunciations (at least one)."""
        states = _states(words)
        likelihood = self._likelihoods(features)
        path = _best_path(np.stack([likelihood[name] for name in states.names], axis=1), states)
        best = np.max(np.stack(list(likelihood.values()), axis=1), axis=1)
        own = np.array([likelihood[states.names[state]][k] for k, state in enumerate(path)])
        begins = [0, *(k for k in range(1, len(path)) if path[k] != path[k - 1])]
        centre = (WINDOW - SHIFT) / 2 / SAMPLE_RATE  # a phone begins between two frames' centres
        marks = [(k * SHIFT / SAMPLE_RATE + (centre if k else 0), states.names[path[k]]) for k in begins]
        return Aligned(marks, float(np.mean(own - best)))

    def _likelihoods(self, features: npt.NDArray[np.float32]) -> dict[str, Numbers]:
        """Return each general phone's scaled log likelihood a frame, the sounds like it included."""
        logits = scores(self._layers, features).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        shares /= shares.sum(axis=1, keepdims=True)
        return {
            name: np.log(shares[:, like].sum(axis=1) / self._priors[like].sum() + 1e-12)
            for name, like in self._kin.items()
        }


def _states(words: list[list[tuple[str, ...]]]) -> _States:
    names, before = [SILENCE], [list[int]()]
    first, ends = [0], [0]
    for number, ways in enumerate(words):
        entered, ends = ends, []
        for way in ways:
            for k, phone in enumerate(way):
                names.append(phone)
                before.append([len(names) - 2] if k else list(entered))
                if number == 0 and k == 0:
                    first.append(len(names) - 1)
            ends.append(len(names) - 1)
        names.append(SILENCE)
        before.append(list(ends))
        ends.append(len(names) - 1)
    return _States(names, before, first, ends)


def _best_path(likelihood: Numbers, states: _States) -> list[int]:
    """Return the state of every frame. ``likelihood``: ``(frames, states)``."""
    count = len(states.names)
    widest = max(map(len, states.before)) + 1
    choices = np.array(
        [[k, *came, *[count] * (widest - 1 - len(came))] for k, came in enumerate(states.before)]
    )
    score = np.full(count + 1, _NEVER)  # one more that is never reached fills the rows of choices
    score[states.first] = likelihood[0, states.first]
    came = np.zeros((len(likelihood), count), np.int64)
    for frame in range(1, len(likelihood)):
        ways = score[choices]
        best = ways.argmax(axis=1)
        came[frame] = choices[np.arange(count), best]
        score[:count] = ways[np.arange(count), best] + likelihood[frame]
    state = max(states.last, key=lambda k: float(score[k]))
    path = [state]
    for frame in range(len(likelihood) - 1, 0, -1):
        state = int(came[frame, state])
        path.append(state)
    return path[::-1]
