"""The decoding graph: ``words.txt``, ``HCLr.fst`` (phones to words) and ``Gr.fst`` (any word).

Vosk composes ``HCLr.fst`` with the run-time grammar, or with ``Gr.fst`` where none is given. Each word
is a chain of its own from and to one loop state, with the word on its first arc: small vocabularies
need no sharing, and the composition with a grammar of ten words then touches ten words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from tools.acoustic.digits import kin, stages
from tools.acoustic.fst import Arc, Fst
from tools.acoustic.kaldi import PhoneIds, transition_id
from tools.acoustic.lexicon import Lexicon, Pronunciation, lexicon_text
from tools.acoustic.phones import FILLER, SILENCE
from tools.acoustic.texts import NUMBERS

Slots = tuple[tuple[str, ...], ...]
"""A word as its slots, each with the sounds that may stand there."""

UNKNOWN_WORD = "[unk]"
_LOOP = 0
_DIGITS_AHEAD = 6.0
"""A digit's own sounds are rare, so their scores are high: without this, "да" among all words is "пять"."""
_FILLER_FRAMES = 6
"""The filler lasts at least this many network frames (30 ms each)."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the graph charges, in natural-log units at the graph's scale."""

    silence: float = 0.7
    word: float = 4.0
    """Per word: fewer, longer words win over many short ones ..."""
    digit: float = 1.0
    """... and per digit: where it costs little, equal digits in a row are heard as often as they are said."""
    short: float = 1.5
    """Per phone of a single network frame (30 ms): words made of clicks are too short for people."""
    short_digit: float = 0.5
    """The same in a digit: its sounds are its own, and people hurry where two are alike."""
    general: float = 1.0
    """Per sound of a number word that is not the first choice: a general phone in a digit, or the reverse."""
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
        silence = {self._ids.id_of(SILENCE, "S"): 0.0}
        ends = self._phone({_LOOP: self._costs.silence}, silence, 0, self._costs.short)
        self._close(dict.fromkeys(ends, 0.0))

    def word(self, word: int, slots: Slots, cost: float, short: float) -> None:
        """Add a way to say a word; in each slot any of its sounds may stand, all but the first cost extra."""
        sources = {_LOOP: cost}
        for k, sounds in enumerate(slots):
            position = _position(k, len(slots))
            costs = {self._ids.id_of(s, position): self._costs.general * (s != sounds[0]) for s in sounds}
            sources = self._phone(sources, costs, word if k == 0 else 0, short)
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

    def _phone(
        self, sources: dict[int, float], sounds: dict[int, float], word: int, hurry: float
    ) -> dict[int, float]:
        """Add a slot after ``sources`` (state -> cost of leaving it); return its own ends likewise."""
        ends: dict[int, float] = {}
        for phone_id, extra in sounds.items():
            short, held = self.fst.new_state(), self.fst.new_state()
            for source, cost in sources.items():
                entry = transition_id(phone_id, stay=False)
                self.fst.add(source, Arc(entry, word, cost + extra, short))
            for source in (short, held):
                self.fst.add(source, Arc(transition_id(phone_id, stay=True), 0, 0.0, held))
            ends |= {short: hurry, held: 0.0}
        return ends

    def _close(self, ends: dict[int, float]) -> None:
        for end, cost in ends.items():
            self.fst.add(end, Arc(0, 0, cost, _LOOP))


def _position(index: int, length: int) -> str:
    if length == 1:
        return "S"
    return "B" if index == 0 else "E" if index == length - 1 else "I"


def _ways(language: str, word: str, found: dict[Pronunciation, float]) -> list[tuple[Slots, float]]:
    """Return the ways to say a word and the cost of each.

    Digits are made of sounds of their own; other number words may borrow them.
    """
    own = [(slots, 0.0) for slots in stages(language, word)]
    borrows = word in NUMBERS[language]
    return own or [
        (tuple(kin(language, p) if borrows else (p,) for p in phones), -math.log(share))
        for phones, share in sorted(found.items())
    ]


def lexicon_fst(language: str, lexicon: Lexicon, phones: tuple[str, ...], costs: Costs) -> Fst:
    """Return the transducer from transition ids to words."""
    words, builder = word_ids(list(lexicon)), _LexiconFst(PhoneIds(phones), costs)
    builder.silence()
    for word in sorted(lexicon):
        _add_word(builder, language, word, words[word], lexicon[word], costs)
    builder.filler(words[UNKNOWN_WORD])
    return builder.fst


def _add_word(
    builder: _LexiconFst,
    language: str,
    word: str,
    number: int,
    found: dict[Pronunciation, float],
    costs: Costs,
) -> None:
    is_digit = bool(stages(language, word))
    once, short = (costs.digit, costs.short_digit) if is_digit else (costs.word, costs.short)
    for slots, cost in _ways(language, word, found):
        builder.word(number, slots, once + cost, short)


def word_loop(
    language: str, word: str, found: dict[Pronunciation, float], ids: PhoneIds, costs: Costs
) -> Fst:
    """Return the part of the graph that is one word; ``found``: its pronunciations."""
    builder = _LexiconFst(ids, costs)
    _add_word(builder, language, word, 1, found, costs)
    return builder.fst


def silence_loop(ids: PhoneIds, costs: Costs) -> Fst:
    """Return the part of the graph that is silence."""
    builder = _LexiconFst(ids, costs)
    builder.silence()
    return builder.fst


def filler_loop(ids: PhoneIds, costs: Costs) -> Fst:
    """Return the part of the graph that is the filler."""
    builder = _LexiconFst(ids, costs)
    builder.filler(1)
    return builder.fst


def any_word_fst(language: str, lexicon: Lexicon) -> Fst:
    """Return the grammar without a grammar: every word is as likely, but for what digits are ahead by."""
    fst, ids = Fst(final={_LOOP: 0.0}), word_ids(list(lexicon))
    for word in sorted(lexicon):
        cost = math.log(len(lexicon)) + (_DIGITS_AHEAD if stages(language, word) else 0.0)
        fst.add(_LOOP, Arc(ids[word], ids[word], cost, _LOOP))
    return fst


def write_graph(language: str, folder: Path, lexicon: Lexicon, phones: tuple[str, ...], costs: Costs) -> None:
    """Write the model's ``graph`` folder."""
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    lexicon_fst(language, lexicon, phones, costs).write(folder / "HCLr.fst", sorted_by_output=True)
    any_word_fst(language, lexicon).write(folder / "Gr.fst", sorted_by_output=False)
    texts = {
        "words.txt": "".join(f"{word} {i}\n" for word, i in word_ids(list(lexicon)).items()),
        "disambig_tid.int": "",
        "lexicon.txt": lexicon_text(lexicon),
        "phones/word_boundary.int": PhoneIds(phones).word_boundary(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
