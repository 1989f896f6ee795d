"""The command ``python -m tools.acoustic``: make the models, or only a part of the work."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.acoustic.export import export_graph, export_network
from tools.acoustic.paths import BUILD, model_folder

LANGUAGES = ("ru", "en")


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
    """Train the network from nothing."""
    from tools.acoustic.train import Recipe  # noqa: PLC0415 - PyTorch only where models are trained
    from tools.acoustic.train import train as run  # noqa: PLC0415 - see above

    folder = _folder(language)
    run(language, folder / "corpus", folder / "first.pt", Recipe(epochs=options.epochs), show)


def refine(language: str, options: argparse.Namespace) -> None:
    """Go on training, more gently."""
    from tools.acoustic.train import refining  # noqa: PLC0415 - see above
    from tools.acoustic.train import train as run  # noqa: PLC0415 - see above

    folder, epochs = _folder(language), max(1, options.epochs - 1)
    run(language, folder / "corpus", folder / "net.pt", refining(folder / "first.pt", epochs), show)


def network(language: str, _: argparse.Namespace) -> None:
    """Write the trained network into the model folder."""
    export_network(language, _folder(language) / "net.pt", model_folder(language))


def graph(language: str, _: argparse.Namespace) -> None:
    """Rebuild the graph for today's words."""
    started = time.monotonic()
    words = export_graph(language)
    show(f"{language} graph: {words} words, {time.monotonic() - started:.1f} s")


def everything(language: str, options: argparse.Namespace) -> None:
    """Do all of it."""
    for step in (corpus, train, refine, network, graph):
        step(language, options)


COMMANDS: dict[str, Callable[[str, argparse.Namespace], None]] = {
    "all": everything,
    "corpus": corpus,
    "train": train,
    "refine": refine,
    "network": network,
    "graph": graph,
}


def main() -> None:
    """Run one command for one language or for all."""
    parser = argparse.ArgumentParser(prog="python -m tools.acoustic", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS), help="what to make")
    parser.add_argument("language", nargs="*", choices=[*LANGUAGES, []], help="default: all languages")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the corpus to speak")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2, help="processes that speak the corpus")
    options = parser.parse_args()
    for language in options.language or LANGUAGES:
        COMMANDS[options.command](language, options)


if __name__ == "__main__":
    main()
