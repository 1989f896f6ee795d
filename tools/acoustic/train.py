"""Train the network by cross-entropy on frames; one process makes examples, one learns."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from torch import nn  # type: ignore[import-not-found, unused-ignore]
from torch.optim.swa_utils import AveragedModel, update_bn  # type: ignore[import-not-found, unused-ignore]

from tools.acoustic import net
from tools.acoustic.automata import AutomatonMaker
from tools.acoustic.codecs import Floats
from tools.acoustic.criteria import answer_loss, filler_shares, frame_shares, soft_loss
from tools.acoustic.examples import Batch, ExampleMaker, Labels, load_corpus
from tools.acoustic.export import COSTS
from tools.acoustic.kaldi import read_model
from tools.acoustic.lexicon import build_lexicon
from tools.acoustic.phones import PHONE_SETS, PhoneSet
from tools.acoustic.recipe import Recipe, described
from tools.acoustic.trained import Trained, mean_of
from tools.acoustic.turns import Turns
from tools.acoustic.vocabulary import vocabulary

_AHEAD = 6
_LAST = 80
"""Batches whose features the mean network's normalisations are measured on ..."""
_FIRST = 20
"""... and those of a network that goes on."""
_HALF: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether the machine has instructions for 16-bit numbers: imitating them takes ten times as long."""
_MAKER: list[ExampleMaker] = []  # one per worker process, set by its initialiser


def _start_worker(maker: ExampleMaker) -> None:
    torch.set_num_threads(1)
    _MAKER[:] = [maker]


def _make(epoch: int, number: int) -> Batch:
    return _MAKER[0].batch(epoch, number)


def _plan(maker: ExampleMaker, steps: int) -> list[tuple[int, int]]:
    """Return ``(epoch, batch)`` of every step; the last epoch stops where the steps are used up."""
    plan: list[tuple[int, int]] = []
    while len(plan) < steps:
        epoch = plan[-1][0] + 1 if plan else 0
        plan += [(epoch, number) for number in range(len(maker.batches(epoch)))]
    return plan[:steps]


def _batches(maker: ExampleMaker, steps: int) -> Iterator[Batch]:
    """Yield batches in a fixed order, made ahead in a worker process that shares the corpus' memory."""
    plan = _plan(maker, steps)
    fork = get_context("fork")
    with ProcessPoolExecutor(1, mp_context=fork, initializer=_start_worker, initargs=(maker,)) as pool:
        waiting: list[Future[Batch]] = [pool.submit(_make, *item) for item in plan[:_AHEAD]]
        for step in range(len(plan)):
            batch = waiting.pop(0).result()
            if step + _AHEAD < len(plan):
                waiting.append(pool.submit(_make, *plan[step + _AHEAD]))
            yield batch


class Trainer:
    """One training run: the network, its optimiser and the running counts."""

    def __init__(
        self, phones: PhoneSet, recipe: Recipe, network: Any = None, priors: Floats | None = None
    ) -> None:
        """Begin a run; ``priors``: those that the decoder uses, for the sequence criterion."""
        self._given = priors
        torch.manual_seed(recipe.seed)
        self.network = (network or net.build(len(phones.names))).train()
        self._recipe = recipe
        self._shares = filler_shares(phones, recipe)
        self._optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.learning_rate, weight_decay=1e-3
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimiser, recipe.rate)
        self._mean = AveragedModel(self.network)
        self._counts = np.zeros(len(phones.names))

    def step(self, batch: Batch) -> tuple[float, float, float]:
        """Learn from a batch; return loss, share of frames named rightly, how far answers are behind."""
        labels = torch.from_numpy(batch.labels)
        with torch.autocast("cpu", torch.bfloat16, enabled=_HALF):
            logits = self.network(torch.from_numpy(batch.features).transpose(1, 2))
        shares = frame_shares(batch, self._shares, self._recipe)
        loss = soft_loss(logits.float(), labels, torch.from_numpy(shares), self._recipe)
        behind = 0.0
        if batch.turns is not None and self._given is not None:
            more, behind = answer_loss(logits.float(), batch.turns, self._given, self._recipe.margin)
            loss = loss + self._recipe.sequence * more
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimiser.step()
        self._schedule.step()
        if self._schedule.last_epoch > self._recipe.averaged_from * self._recipe.steps:
            self._mean.update_parameters(self.network)
        self._count(batch.labels, shares)
        right = (logits.argmax(dim=1) == labels)[labels >= 0].float().mean()
        return float(loss.detach()), float(right), behind

    def _count(self, labels: Labels, shares: Floats) -> None:
        used = labels >= 0
        self._counts += np.bincount(labels[used], weights=1 - shares[used], minlength=len(self._counts))
        self._counts[-1] += shares[used].sum()

    def averaged(self, batches: Iterable[Batch]) -> Any:
        """Return the network of the mean weights; ``batches`` set its normalisations anew."""
        update_bn((torch.from_numpy(batch.features).transpose(1, 2) for batch in batches), self._mean)
        return self._mean.module.eval()

    def priors(self) -> Floats:
        """Return how often the network was told each phone, the filler's share included."""
        share = np.maximum(self._counts / self._counts.sum(), 1e-4)
        out: Floats = (share / share.sum()).astype(np.float32)
        return out


def before(language: str, model: Path) -> Trained:
    """Return the network of a model folder, as it was trained so far.

    Errors: ``ValueError`` where it scores other phones than today's.
    """
    layers, priors = read_model(model / "am" / "final.mdl")
    phones = PHONE_SETS[language].names
    if len(priors) != len(phones):
        raise ValueError(f"{model} was trained with other phones: train anew with --from-nothing")
    history = (model / "am" / "training.txt").read_text(encoding="utf-8").splitlines()
    return Trained(layers, phones, priors, history)


def _ready_to_go_on(start: Trained, maker: ExampleMaker) -> Any:
    first = range(min(_FIRST, len(maker.batches(0))))
    features = [torch.from_numpy(maker.batch(0, number).features).transpose(1, 2) for number in first]
    return net.unfold(start.layers, features)


def _turns(language: str) -> tuple[Turns, AutomatonMaker]:
    lexicon = build_lexicon(language, vocabulary(language))
    names = PHONE_SETS[language].names
    return Turns(language, lexicon), AutomatonMaker(language, lexicon, names, COSTS[language])


def train(
    language: str,
    folder: Path,
    recipe: Recipe,
    show: Callable[[str], None],
    start: Trained | None = None,
) -> Trained:
    """Train a language's network on the corpus in ``folder``.

    ``start``: the network to go on with; None: from nothing. A run that goes on draws other lines and lines'
    noises than the runs before it.
    """
    torch.set_num_threads(1)
    phones, started = PHONE_SETS[language], time.monotonic()
    corpus = load_corpus(language, folder)
    if not corpus:
        raise ValueError(f"no corpus in {folder}")
    history = start.history if start else []
    recipe = replace(recipe, seed=recipe.seed + len(history))
    history = [*history, described(recipe, going_on=start is not None)]
    turns = _turns(language) if recipe.sequence and start else None
    maker = ExampleMaker(language, corpus, recipe.batch_seconds, recipe.seed, turns)
    network = _ready_to_go_on(start, maker) if start else None
    begun = net.fold(network) if start else []  # without its silent units
    trainer = Trainer(phones, recipe, network, start.priors if start else None)
    losses: list[tuple[float, float, float]] = []
    last: deque[Batch] = deque(maxlen=_LAST)
    for step, batch in enumerate(_batches(maker, recipe.steps), start=1):
        losses.append(trainer.step(batch))
        last.append(batch)
        if step % 50 == 0 or step == recipe.steps:
            loss, right, behind = np.mean(losses, axis=0)
            seconds = time.monotonic() - started
            learnt = f"loss {loss:.3f} right {right:.3f} behind {behind:.4f}"
            show(f"{language} step {step}/{recipe.steps} {learnt} {seconds:.0f} s")
            losses.clear()
    layers, priors = net.fold(trainer.averaged(last)), trainer.priors()
    if start is not None:
        layers = mean_of(begun, layers, recipe.share)
        priors = ((1 - recipe.share) * start.priors + recipe.share * priors).astype(np.float32)
        if recipe.sequence:
            priors = start.priors  # the scores of the answers were made with these
    return Trained(layers, phones.names, priors, history)
