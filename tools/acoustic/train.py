"""Train the network by cross-entropy on frames; one process makes examples, one learns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from torch import nn  # type: ignore[import-not-found, unused-ignore]

from tools.acoustic import net
from tools.acoustic.codecs import Floats
from tools.acoustic.examples import Batch, ExampleMaker, load_corpus
from tools.acoustic.phones import PHONE_SETS, PhoneSet

_AHEAD = 6
_MAKER: list[ExampleMaker] = []  # one per worker process, set by its initialiser


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train."""

    epochs: int = 4
    batch_seconds: float = 100.0
    learning_rate: float = 3e-3
    filler_share: float = 0.1
    """Share of every speech frame's target that goes to the filler, which so learns "any speech"."""
    smoothing: float = 0.03
    seed: int = 7
    makers: int = 1
    start: Path | None = None
    """A trained network to go on from."""
    warm_up: float = 0.15
    """Share of the steps in which the learning rate rises."""


def refining(start: Path, epochs: int) -> Recipe:
    """Return the recipe of a second, gentler pass over other lines."""
    return Recipe(epochs=epochs, learning_rate=1.2e-3, seed=8, start=start, warm_up=0.05)


def _start_worker(folder: Path, recipe: Recipe) -> None:
    _MAKER[:] = [ExampleMaker(load_corpus(folder), recipe.batch_seconds, recipe.seed)]


def _make(epoch: int, number: int) -> Batch:
    return _MAKER[0].batch(epoch, number)


def _batches(folder: Path, recipe: Recipe) -> Iterator[tuple[int, int, Batch]]:
    """Yield ``(step, steps, batch)`` in a fixed order, made ahead in worker processes."""
    maker = ExampleMaker(load_corpus(folder), recipe.batch_seconds, recipe.seed)
    plan = [(epoch, n) for epoch in range(recipe.epochs) for n in maker.epoch_order(epoch)]
    with ProcessPoolExecutor(recipe.makers, initializer=_start_worker, initargs=(folder, recipe)) as pool:
        waiting: list[Future[Batch]] = [pool.submit(_make, *item) for item in plan[:_AHEAD]]
        for step in range(len(plan)):
            batch = waiting.pop(0).result()
            if step + _AHEAD < len(plan):
                waiting.append(pool.submit(_make, *plan[step + _AHEAD]))
            yield step, len(plan), batch


def soft_loss(logits: Any, labels: Any, filler: int, recipe: Recipe) -> Any:
    """Return the mean cross-entropy; speech frames also vote for the filler, unlabelled ones for nothing."""
    log_p = torch.log_softmax(logits, dim=1)
    used = labels >= 0
    main = log_p.gather(1, labels.clamp(min=0).unsqueeze(1)).squeeze(1)
    share = (labels > 0) * recipe.filler_share
    target = (1 - share) * main + share * log_p[:, filler]
    mixed = (1 - recipe.smoothing) * target + recipe.smoothing * log_p.mean(dim=1)
    return -(mixed * used).sum() / used.sum()


class Trainer:
    """One training run: the network, its optimiser and the running counts."""

    def __init__(self, phones: PhoneSet, recipe: Recipe, steps: int) -> None:
        torch.manual_seed(recipe.seed)
        self.network = net.load(recipe.start)[0].train() if recipe.start else net.build(len(phones.names))
        self._recipe = recipe
        self._filler = len(phones.names) - 1
        self._optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.learning_rate, weight_decay=1e-3
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, recipe.learning_rate, total_steps=steps + 1, pct_start=recipe.warm_up
        )
        self._counts = np.zeros(len(phones.names))

    def step(self, batch: Batch) -> tuple[float, float]:
        """Learn from one batch; return its loss and the share of frames named rightly."""
        labels = torch.from_numpy(batch.labels)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(torch.from_numpy(batch.features).transpose(1, 2))
        loss = soft_loss(logits.float(), labels, self._filler, self._recipe)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimiser.step()
        self._schedule.step()
        used = labels >= 0
        self._counts += np.bincount(labels[used].numpy(), minlength=len(self._counts))
        right = (logits.argmax(dim=1) == labels)[used].float().mean()
        return float(loss.detach()), float(right)

    def priors(self) -> Floats:
        """Return how often the network was told each phone, the filler's share included."""
        counts = self._counts.copy()
        speech = counts[1:].sum() * self._recipe.filler_share
        counts[1:] *= 1 - self._recipe.filler_share
        counts[self._filler] = speech
        share = np.maximum(counts / counts.sum(), 1e-4)
        out: Floats = (share / share.sum()).astype(np.float32)
        return out


def train(language: str, folder: Path, out: Path, recipe: Recipe, show: Callable[[str], None]) -> None:
    """Train a language's network on the corpus in ``folder`` and store it as ``out``."""
    torch.set_num_threads(1)
    phones, started = PHONE_SETS[language], time.monotonic()
    trainer: Trainer | None = None
    losses: list[tuple[float, float]] = []
    for step, steps, batch in _batches(folder, recipe):
        trainer = trainer or Trainer(phones, recipe, steps)
        losses.append(trainer.step(batch))
        if (step + 1) % 50 == 0 or step + 1 == steps:
            loss, right = np.mean(losses, axis=0)
            seconds = time.monotonic() - started
            show(f"{language} step {step + 1}/{steps} loss {loss:.3f} right {right:.3f} {seconds:.0f} s")
            losses.clear()
    if trainer is None:
        raise ValueError(f"no corpus in {folder}")
    net.save(out, trainer.network.eval(), phones.names, trainer.priors())
