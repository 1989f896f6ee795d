"""The command ``python -m tools.acoustic``: make the models, or only a part of the work."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tools.acoustic.card import write_card
from tools.acoustic.export import export_graph, export_network
from tools.acoustic.paths import BUILD, ROOT, model_folder
from tools.acoustic.recipe import GOING_ON, Recipe
from tools.acoustic.trained import save

LANGUAGES = ("ru", "en")
_TRAINED = "trained.npz"


def show(line: str) -> None:
    """Print one line of progress at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _folder(language: str) -> Path:
    return BUILD / language


def corpus(language: str, options: argparse.Namespace) -> None:
    """Speak the training phrases."""
    from tools.acoustic.corpus import make_corpus  # noqa: PLC0415 - the graph needs no corpus tools

    make_corpus(language, _folder(language) / "corpus", options.scale, options.workers, show)


def train(language: str, options: argparse.Namespace) -> None:
    """Train the network: go on with the model's, or begin from nothing."""
    from tools.acoustic.train import before  # noqa: PLC0415 - PyTorch for training only
    from tools.acoustic.train import train as run  # noqa: PLC0415 - see above

    folder, start = (
        _folder(language),
        None if options.from_nothing else before(language, model_folder(language)),
    )
    recipe = GOING_ON if start else Recipe()
    given = {name: getattr(options, name) for name in ("steps", "learning_rate", "seed")}
    recipe = replace(recipe, **{name: value for name, value in given.items() if value is not None})
    save(folder / _TRAINED, run(language, folder / "corpus", recipe, show, start))


def network(language: str, _: argparse.Namespace) -> None:
    """Write the trained network into the model folder."""
    export_network(language, _folder(language) / _TRAINED, model_folder(language))


def graph(language: str, _: argparse.Namespace) -> None:
    """Rebuild the graph for today's words."""
    started = time.monotonic()
    words = export_graph(language)
    show(f"{language} graph: {words} words, {time.monotonic() - started:.1f} s")


def card(language: str, _: argparse.Namespace) -> None:
    """Write the model's card with what the bench measured last."""
    show(f"{language} card: {write_card(language)}")


def everything(language: str, options: argparse.Namespace) -> None:
    """Do all of it."""
    for step in (corpus, train, network, graph, card):
        step(language, options)


def side_by_side(given: list[str], languages: Sequence[str]) -> int:
    """Do all for each language in a process of its own: two cores are busy to the end."""
    words = [word for word in given if word not in LANGUAGES]
    command = [sys.executable, "-m", "tools.acoustic", *words]
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    running = [subprocess.Popen([*command, word], cwd=ROOT, env=alone) for word in languages]  # noqa: S603 - ourselves
    return max(process.wait() for process in running)


COMMANDS: dict[str, Callable[[str, argparse.Namespace], None]] = {
    "all": everything,
    "card": card,
    "corpus": corpus,
    "train": train,
    "network": network,
    "graph": graph,
}


def main() -> int:
    """Run one command for one language or for all."""
    parser = argparse.ArgumentParser(prog="python -m tools.acoustic", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS), help="what to make")
    parser.add_argument("language", nargs="*", choices=[*LANGUAGES, []], help="default: all languages")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the corpus to speak")
    parser.add_argument(
        "--steps", type=int, help="of training, half a minute of speech each; default: the recipe's"
    )
    parser.add_argument(
        "--from-nothing", action="store_true", help="train anew; default: go on with the model's network"
    )
    parser.add_argument("--learning-rate", type=float, help="the greatest; default: the recipe's")
    parser.add_argument("--seed", type=int, help="of the order and the lines; default: the recipe's")
    parser.add_argument("--workers", type=int, default=1, help="processes that speak a language's corpus")
    options = parser.parse_args()
    languages = options.language or LANGUAGES
    if options.command == "all" and len(languages) > 1:
        return side_by_side(sys.argv[1:], languages)
    for language in languages:
        COMMANDS[options.command](language, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
