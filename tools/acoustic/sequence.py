"""The sequence criterion: how much better than the right answer all is that a turn allows.

Maximum mutual information with a margin (Povey et al. 2008, "Boosted MMI for model and feature-space
discriminative training"), over the small grammar of each turn, with the decoder's costs and scales. Free of
PyTorch: a criterion comes with its gradient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.acoustic.automata import Automata
from tools.acoustic.phones import SILENCE_NUMBER

_HOPELESS = 40.0
"""An answer so far behind (natural logarithm) was not said as we think, or in too few frames."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """Of each automaton over all of its paths."""

    logs: Numbers
    """``(automata,)``: the logarithm of the sum; minus infinity where no path ends in time."""
    shares: Numbers
    """``(automata, outputs, frames)``: the share that goes through an output: the gradient."""


def log_sums(scores: npt.NDArray[np.floating], automata: Automata, lengths: npt.NDArray[np.integer]) -> Sums:
    """Return the sums over paths (forward-backward algorithm: Rabiner 1989).

    ``scores``: ``(automata, outputs, frames)``, logarithms; ``lengths``: frames of each that count.
    """
    count, outputs, frames = scores.shape
    source, target = automata.said[:, 0], automata.said[:, 1]
    places = automata.said[:, 3] * outputs + automata.said[:, 2]
    leaving, entered = automata.ends.T
    owners, states = automata.owners, len(automata.owners)
    highest = scores.max(axis=1).astype(np.float64)
    likely = np.exp(scores - highest[:, None]).transpose(2, 0, 1).reshape(frames, -1)
    forward = np.zeros((frames + 1, states))
    forward[0, automata.starts] = 1
    norms = np.ones((frames, count))
    for frame in range(frames):
        used = frame < lengths
        moved = forward[frame][source] * (automata.said_weights * likely[frame][places])
        then = np.bincount(target, moved, states)
        then += np.bincount(entered, then[leaving] * automata.ends_weights, states)
        whole = np.bincount(owners, then, count)
        norms[frame] = np.where(used & (whole > 0), whole, 1)
        forward[frame + 1] = np.where(used[owners], then / norms[frame][owners], forward[frame])
    final = forward[-1][automata.finals]
    reached = np.where(final > 0, final, 1)
    used_frames = np.arange(frames) < lengths[:, None]
    with np.errstate(divide="ignore"):
        logs = np.log(final) + (np.log(norms).T + np.where(used_frames, highest, 0)).sum(axis=1)
    shares = np.zeros((frames, count * outputs))
    behind = np.zeros(states)
    behind[automata.finals] = (final > 0) / reached
    for frame in range(frames - 1, -1, -1):
        used = (frame < lengths)[owners]
        before = (behind + np.bincount(leaving, behind[entered] * automata.ends_weights, states)) * used
        onward = automata.said_weights * likely[frame][places] * (before / norms[frame][owners])[target]
        shares[frame] = np.bincount(places, forward[frame][source] * onward, count * outputs)
        behind = np.where(used, np.bincount(source, onward, states), behind)
    return Sums(logs, shares.reshape(frames, count, outputs).transpose(1, 2, 0))


def sequence_loss(
    scores: npt.NDArray[np.floating],
    labels: npt.NDArray[np.int64],
    allowed: Automata,
    right: Automata,
    margin: float,
) -> tuple[float, npt.NDArray[np.float32]]:
    """Return the mean over frames of what all paths are ahead of the right ones, and its gradient.

    ``scores``: ``(n, outputs, frames)``; ``labels``: ``(n, frames)``, the output that is right, -1 after the
    end; ``margin``: by how much (logarithm) a frame of another output, silence's aside, is made better.
    """
    lengths = (labels >= 0).sum(axis=1)
    ahead = np.full(scores.shape, margin)
    np.put_along_axis(ahead, np.maximum(labels, 0)[:, None], 0, axis=1)
    ahead[:, SILENCE_NUMBER] = 0
    all_paths, right_paths = log_sums(scores + ahead, allowed, lengths), log_sums(scores, right, lengths)
    said = np.isfinite(right_paths.logs)
    behind = np.where(said, all_paths.logs, np.inf) - np.where(said, right_paths.logs, 0)
    hoped = behind < _HOPELESS
    gradient = np.where(hoped[:, None, None], all_paths.shares - right_paths.shares, 0) / lengths.sum()
    return float(behind[hoped].sum() / lengths.sum()), gradient.astype(np.float32)
