"""What the network learns by, in PyTorch: each frame's phone, and each turn's answer (``sequence.py``)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

from tools.acoustic.codecs import Floats
from tools.acoustic.examples import Batch, TurnBatch
from tools.acoustic.export import ACOUSTIC_SCALE
from tools.acoustic.kaldi import FILLER_TAUGHT, filler_ahead
from tools.acoustic.phones import SILENCE_NUMBER, PhoneSet
from tools.acoustic.recipe import Recipe
from tools.acoustic.sequence import sequence_loss


def filler_shares(phones: PhoneSet, recipe: Recipe) -> Floats:
    """Return, per phone, the share of its frames' target that goes to the filler."""
    shares = np.full(len(phones.names), recipe.filler_share, np.float32)
    shares[[SILENCE_NUMBER, len(shares) - 1]] = 0
    shares[[phones.number(name) for name in phones.own]] = recipe.filler_of_digit
    return shares


def frame_shares(batch: Batch, shares: Floats, recipe: Recipe) -> Floats:
    """Return the filler's part of each frame's target, ``(n, frames)``; ``shares``: of each phone."""
    found: Floats = shares[np.maximum(batch.labels, 0)]
    spoken = found > 0
    return np.where(spoken & batch.strange[:, None], np.float32(recipe.filler_of_stranger), found)


def soft_loss(logits: Any, labels: Any, share: Any, recipe: Recipe) -> Any:
    """Return the mean cross-entropy; speech frames also vote for the filler, unlabelled ones for nothing.

    ``share``: the filler's part of each frame's target, in the labels' shape.
    """
    log_p = torch.log_softmax(logits, dim=1)
    used = labels >= 0
    main = log_p.gather(1, labels.clamp(min=0).unsqueeze(1)).squeeze(1)
    target = (1 - share) * main + share * log_p[:, -1]
    mixed = (1 - recipe.smoothing) * target + recipe.smoothing * log_p.mean(dim=1)
    return -(mixed * used).sum() / used.sum()


def decoder_scores(log_shares: Any, priors: Floats) -> Any:
    """Return the scores that the decoder sees, ``(n, outputs, frames)``, from the logarithms of shares.

    The filler's is in part what the network says and in part the best phone's, as ``kaldi.py`` writes it.
    """
    rival = (log_shares + torch.from_numpy(filler_ahead(priors))[None, :, None]).amax(dim=1)
    filler = FILLER_TAUGHT * log_shares[:, -1] + (1 - FILLER_TAUGHT) * rival
    every = torch.cat([log_shares[:, :-1], filler[:, None]], dim=1)
    return ACOUSTIC_SCALE * (every - torch.from_numpy(np.log(priors))[None, :, None])


def answer_loss(logits: Any, turns: TurnBatch, priors: Floats, margin: float) -> tuple[Any, float]:
    """Return the sequence criterion of a batch: to learn from, and as a number.

    ``priors``: those that the decoder will use.
    """
    scores = decoder_scores(torch.log_softmax(logits, dim=1), priors)
    given = scores.detach().numpy()
    loss, gradient = sequence_loss(given, turns.labels, turns.allowed, turns.right, margin)
    along = (scores * torch.from_numpy(gradient)).sum()
    return along - along.detach() + loss, loss
