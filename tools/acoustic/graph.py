"""The decoding graph: ``words.txt``, ``HCLr.fst`` (phones to words) and ``Gr.fst`` (any word).

Vosk composes ``HCLr.fst`` with the run-time grammar, or with ``Gr.fst`` where none is given. Each word
is a chain of its own from and to one loop state, with the word on its first arc: small vocabularies
need no sharing, and the composition with a grammar of ten words then touches ten words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from tools.acoustic.fst import Arc, Fst
from tools.acoustic.kaldi import PhoneIds, transition_id
from tools.acoustic.lexicon import Lexicon, Pronunciation, lexicon_text
from tools.acoustic.phones import FILLER, SILENCE

UNKNOWN_WORD = "[unk]"
_LOOP = 0
_FILLER_FRAMES = 6
"""The filler lasts at least this many network frames (30 ms each)."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the graph charges, in natural-log units at the graph's scale."""

    silence: float = 0.7
    word: float = 4.0
    """Per word: fewer, longer words win over many short ones."""
    short: float = 1.5
    """Per phone of a single network frame (30 ms): words made of clicks are too short for people."""
    filler: float = 2.0
    """Per filler, on top of ``word``."""
    filler_frame: float = 0.0
    """Per frame of filler: larger accepts more, smaller rejects more."""


def word_ids(words: list[str]) -> dict[str, int]:
    """Number the words as OpenFst does: 0 epsilon, 1 the filler, then the words, last ``#0``."""
    return {name: i for i, name in enumerate(["<eps>", UNKNOWN_WORD, *sorted(words), "#0"])}


class _LexiconFst:
    """Builds the phone loop; every phone ends in a state where it was short and one where it was held."""

    def __init__(self, ids: PhoneIds, costs: Costs) -> None:
        self.fst = Fst(final={_LOOP: 0.0})
        self._ids, self._costs = ids, costs

    def silence(self) -> None:
        ends = self._phone({_LOOP: self._costs.silence}, self._ids.id_of(SILENCE, "S"), 0)
        self._close(dict.fromkeys(ends, 0.0))

    def word(self, word: int, phones: Pronunciation, cost: float) -> None:
        sources = {_LOOP: cost + self._costs.word}
        for k, phone in enumerate(phones):
            phone_id = self._ids.id_of(phone, _position(k, len(phones)))
            sources = self._phone(sources, phone_id, word if k == 0 else 0)
        self._close(sources)

    def filler(self, word: int) -> None:
        """Add the filler: a chain of one phone, so that it can neither flicker nor explode the lattice."""
        state, frame = _LOOP, self._costs.filler_frame
        for k in range(_FILLER_FRAMES):
            phone_id = self._ids.id_of(FILLER, _position(k, _FILLER_FRAMES))
            label, cost = (word, self._costs.filler + self._costs.word) if k == 0 else (0, 0.0)
            target = self.fst.new_state()
            self.fst.add(state, Arc(transition_id(phone_id, stay=False), label, cost + frame, target))
            state = target
            if k == _FILLER_FRAMES - 2:
                self.fst.add(state, Arc(transition_id(phone_id, stay=True), 0, frame, state))
        self._close({state: 0.0})

    def _phone(self, sources: dict[int, float], phone_id: int, word: int) -> dict[int, float]:
        """Add a phone after ``sources`` (state -> cost of leaving it); return its own ends likewise."""
        short = self.fst.new_state()
        held = self.fst.new_state() if self._costs.short else short  # no charge, no need to tell them apart
        for source, cost in sources.items():
            self.fst.add(source, Arc(transition_id(phone_id, stay=False), word, cost, short))
        for source in {short: None, held: None}:
            self.fst.add(source, Arc(transition_id(phone_id, stay=True), 0, 0.0, held))
        return {short: self._costs.short, held: 0.0}

    def _close(self, ends: dict[int, float]) -> None:
        for end, cost in ends.items():
            self.fst.add(end, Arc(0, 0, cost, _LOOP))


def _position(index: int, length: int) -> str:
    if length == 1:
        return "S"
    return "B" if index == 0 else "E" if index == length - 1 else "I"


def lexicon_fst(lexicon: Lexicon, phones: tuple[str, ...], costs: Costs) -> Fst:
    """Return the transducer from transition ids to words."""
    words, builder = word_ids(list(lexicon)), _LexiconFst(PhoneIds(phones), costs)
    builder.silence()
    for word in sorted(lexicon):
        for pronunciation, share in sorted(lexicon[word].items()):
            builder.word(words[word], pronunciation, -math.log(share))
    builder.filler(words[UNKNOWN_WORD])
    return builder.fst


def any_word_fst(lexicon: Lexicon) -> Fst:
    """Return the grammar without a grammar: every word is as likely."""
    fst, ids = Fst(final={_LOOP: 0.0}), word_ids(list(lexicon))
    for word in sorted(lexicon):
        fst.add(_LOOP, Arc(ids[word], ids[word], math.log(len(lexicon)), _LOOP))
    return fst


def write_graph(folder: Path, lexicon: Lexicon, phones: tuple[str, ...], costs: Costs) -> None:
    """Write the model's ``graph`` folder."""
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    lexicon_fst(lexicon, phones, costs).write(folder / "HCLr.fst", sorted_by_output=True)
    any_word_fst(lexicon).write(folder / "Gr.fst", sorted_by_output=False)
    texts = {
        "words.txt": "".join(f"{word} {i}\n" for word, i in word_ids(list(lexicon)).items()),
        "disambig_tid.int": "",
        "lexicon.txt": lexicon_text(lexicon),
        "phones/word_boundary.int": PhoneIds(phones).word_boundary(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
