"""How long and how hard a network is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train."""

    steps: int = 8000
    batch_seconds: float = 30.0
    learning_rate: float = 2e-3
    """The greatest."""
    filler_share: float = 0.1
    """Share of a speech frame's target that goes to the filler, which so learns "any speech" ..."""
    filler_of_digit: float = 0.04
    """... the share where a digit is said: less, so that there the digit beats the filler ..."""
    filler_of_stranger: float = 0.2
    """... and where no word of the line is ours: more, so that there the filler beats our words."""
    sequence: float = 0.0
    """Weight of the sequence criterion; frame by frame alone without it."""
    margin: float = 0.1
    """Of the sequence criterion, for every frame (at the decoder's scale)."""
    smoothing: float = 0.03
    """Share of every frame's target that goes to all phones alike."""
    seed: int = 7
    warm_up: float = 0.05
    """Share of the steps in which the learning rate rises; then it falls by half a cosine ..."""
    averaged_rate: float = 0.1
    """... to this share of itself, and stays there while the weights are averaged ..."""
    averaged_from: float = 0.8
    """... from this share of the steps to the end."""
    share: float = 1.0
    """Of this run in what is kept; the rest is the network that it went on with."""

    def rate(self, step: int) -> float:
        """Return the share of the learning rate that a step uses, counted from 0."""
        done = step / self.steps
        if done < self.warm_up:
            return max(done / self.warm_up, 0.02)
        fall = min((done - self.warm_up) / (self.averaged_from - self.warm_up), 1.0)
        return self.averaged_rate + (1 - self.averaged_rate) * (1 + math.cos(math.pi * fall)) / 2


GOING_ON = Recipe(steps=1500, learning_rate=7e-4, sequence=5.0, share=0.3)
"""For a network that has been trained before."""


def described(recipe: Recipe, *, going_on: bool) -> str:
    """Return one line about a run of training."""
    begun = "going on" if going_on else "from nothing"
    return (
        f"Trained {begun}: {recipe.steps} steps of {recipe.batch_seconds:g} s of speech, "
        f"learning rate up to {recipe.learning_rate:g}, seed {recipe.seed}; "
        + (f"the answers of turns weigh {recipe.sequence:g}; " if recipe.sequence else "")
        + f"the mean of the weights over the last {100 * (1 - recipe.averaged_from):.0f} % of the steps"
        + (f"; of that {100 * recipe.share:.0f} %, the rest as it was before" if recipe.share < 1 else "")
    )
