"""Write a Vosk model folder: the trained network once, the graph whenever words change."""

from __future__ import annotations

from pathlib import Path

from tools.acoustic.features import DITHER
from tools.acoustic.graph import Costs, write_graph
from tools.acoustic.kaldi import write_model
from tools.acoustic.lexicon import build_lexicon
from tools.acoustic.paths import model_folder
from tools.acoustic.phones import PHONE_SETS
from tools.acoustic.trained import load
from tools.acoustic.vocabulary import vocabulary

COSTS = {
    "ru": Costs(word=1.0, digit=1.0, short=0.5, short_digit=0.0, filler=3.5, filler_frame=-1.05),
    "en": Costs(
        word=-2.4, digit=-1.3, short=1.8, short_digit=1.5, general=2.5, filler=2.3, filler_frame=-1.1
    ),
}
"""Tuned on the development phrases of ``bench/hearing``."""

_MFCC = f"""\
--dither={DITHER}
--sample-frequency=8000
--use-energy=false
--num-mel-bins=40
--num-ceps=40
--low-freq=40
--high-freq=3800
--allow-downsample=true
--allow-upsample=true
"""
ACOUSTIC_SCALE = 0.5
_DECODER = f"""\
--min-active=200
--max-active=1500
--beam=12.0
--lattice-beam=3.0
--acoustic-scale={ACOUSTIC_SCALE}
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.8
--endpoint.rule4.min-trailing-silence=1.2
"""
"""The lattice is as wide as the readings that a decision compares (``ivr/speech/limits.py``, ``close``) and a
little more: with every word allowed, a wider one of some seconds takes most of a second to put in order."""


def export_network(language: str, trained: Path, folder: Path) -> None:
    """Write ``am/final.mdl``, ``am/training.txt`` and ``conf`` from a trained network."""
    network = load(trained)
    if network.phones != PHONE_SETS[language].names:
        raise ValueError(f"{trained} was trained with other phones")
    for part in ("am", "conf"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    write_model(folder / "am" / "final.mdl", network.phones, network.layers, network.priors)
    (folder / "am" / "training.txt").write_text("\n".join(network.history) + "\n", encoding="utf-8")
    (folder / "conf" / "mfcc.conf").write_text(_MFCC, encoding="utf-8")
    (folder / "conf" / "model.conf").write_text(_DECODER, encoding="utf-8")


def export_graph(language: str, folder: Path | None = None, costs: Costs | None = None) -> int:
    """Rebuild ``graph`` for today's word list without PyTorch; return the number of words."""
    lexicon = build_lexicon(language, vocabulary(language))
    target = (folder or model_folder(language)) / "graph"
    write_graph(language, target, lexicon, PHONE_SETS[language].names, costs or COSTS[language])
    return len(lexicon)
