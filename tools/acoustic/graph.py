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
    brief: float = 0.0
    """Per phone of two network frames."""
    filler: float = 2.0
    """Per filler, on top of ``word``."""
    filler_frame: float = 0.0
    """Per frame of filler: larger accepts more, smaller rejects more."""


def word_ids(words: list[str]) -> dict[str, int]:
    """Number the words as OpenFst does: 0 epsilon, 1 the filler, then the words, last ``#0``."""
    return {name: i for i, name in enumerate(["<eps>", UNKNOWN_WORD, *sorted(words), "#0"])}


class _LexiconFst:
    """Builds the phone loop. Words with the same ending share its states: the word is on the first arc."""

    def __init__(self, ids: PhoneIds, costs: Costs) -> None:
        self.fst = Fst(final={_LOOP: 0.0})
        self._ids, self._costs = ids, costs
        self._tails: dict[tuple[str, Pronunciation], int] = {}

    def silence(self) -> None:
        state, phone_id = self.fst.new_state(), self._ids.id_of(SILENCE, "S")
        self.fst.add(_LOOP, Arc(transition_id(phone_id, stay=False), 0, self._costs.silence, state))
        self.fst.add(state, Arc(transition_id(phone_id, stay=True), 0, 0.0, state))
        self.fst.add(state, Arc(0, 0, 0.0, _LOOP))

    def word(self, word: int, phones: Pronunciation, cost: float) -> None:
        position = "S" if len(phones) == 1 else "B"
        entry = transition_id(self._ids.id_of(phones[0], position), stay=False)
        self.fst.add(_LOOP, Arc(entry, word, cost + self._costs.word, self._tail(position, phones)))

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
        self.fst.add(state, Arc(0, 0, 0.0, _LOOP))

    def _tail(self, position: str, phones: Pronunciation) -> int:
        """Return the state in which the first of ``phones`` has lasted one frame."""
        if (position, phones) not in self._tails:
            self._tails[position, phones] = self._build_tail(position, phones)
        return self._tails[position, phones]

    def _build_tail(self, position: str, phones: Pronunciation) -> int:
        stay = transition_id(self._ids.id_of(phones[0], position), stay=True)
        once, twice, longer = (self.fst.new_state() for _ in range(3))
        for source, target in ((once, twice), (twice, longer), (longer, longer)):
            self.fst.add(source, Arc(stay, 0, 0.0, target))
        onward, target = 0, _LOOP
        if len(phones) > 1:
            next_position = "E" if len(phones) == 2 else "I"
            onward = transition_id(self._ids.id_of(phones[1], next_position), stay=False)
            target = self._tail(next_position, phones[1:])
        for source, cost in ((once, self._costs.short), (twice, self._costs.brief), (longer, 0.0)):
            self.fst.add(source, Arc(onward, 0, cost, target))
        return once


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
