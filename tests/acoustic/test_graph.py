"""The graph: OpenFst's file format, and the same words give the same bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tools.acoustic.fst import Arc, Fst
from tools.acoustic.graph import Costs, word_ids, write_graph
from tools.acoustic.kaldi import PhoneIds, transition_id
from tools.acoustic.lexicon import MissingPronunciationError, build_lexicon
from tools.acoustic.phones import PHONE_SETS

_FILES = ("HCLr.fst", "Gr.fst", "words.txt", "lexicon.txt", "phones/word_boundary.int", "disambig_tid.int")


def test_a_transducer_has_the_header_openfst_reads() -> None:
    fst = Fst(final={0: 0.5})
    fst.add(0, Arc(7, 9, 1.5, fst.new_state()))
    data = fst.to_bytes(sorted_by_output=True)
    magic, size = struct.unpack_from("<ii", data)
    assert (magic, data[8 : 8 + size]) == (2125659606, b"vector")
    version, flags, properties, start, states, arcs = struct.unpack_from("<iiQqqq", data, 8 + 6 + 4 + 8)
    assert (version, flags, start, states, arcs) == (2, 0, 0, 2, 1)
    assert properties & 0x40000000
    final, count, *arc = struct.unpack_from("<fqiifi", data, 26 + 40)
    assert (final, count, arc) == (0.5, 1, [7, 9, 1.5, 1])


def test_arcs_are_sorted_by_the_side_that_is_asked_for() -> None:
    fst = Fst()
    fst.arcs[0] = [Arc(1, 5, 0.0, 0), Arc(2, 3, 0.0, 0)]
    data = fst.to_bytes(sorted_by_output=True)
    outputs = [struct.unpack_from("<iifi", data, 26 + 40 + 12 + 16 * k)[1] for k in range(2)]
    assert outputs == [3, 5]


def test_phone_ids_are_dense_and_every_id_has_an_output() -> None:
    ids = PhoneIds(("sil", "a", "b", "spn"))
    all_ids = [ids.id_of(p, k) for p in ids.names[1:] for k in "BEIS"]
    assert [ids.id_of("sil", "S"), *all_ids] == list(range(1, ids.count() + 1))
    assert [ids.network_output(i) for i in all_ids] == [1] * 4 + [2] * 4 + [3] * 4
    assert (transition_id(1, stay=True), transition_id(1, stay=False), transition_id(2, stay=True)) == (
        1,
        2,
        3,
    )


def test_words_are_numbered_as_vosk_expects() -> None:
    assert word_ids(["b", "a"]) == {"<eps>": 0, "[unk]": 1, "a": 2, "b": 3, "#0": 4}


@pytest.mark.parametrize(
    ("language", "words"), [("ru", ["пять", "баланс", "да"]), ("en", ["five", "balance", "yes"])]
)
def test_a_rebuilt_graph_is_the_same_byte_for_byte(language: str, words: list[str], tmp_path: Path) -> None:
    for folder in ("first", "second"):
        lexicon, names = build_lexicon(language, words), PHONE_SETS[language].names
        write_graph(language, tmp_path / folder, lexicon, names, Costs())
    for name in _FILES:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_pronunciations_hold_what_both_englishes_say() -> None:
    found = build_lexicon("en", ["four"])["four"]
    assert ("f", "ao", "r") in found
    assert ("f", "ao") in found
    assert max(found.values()) == 1.0


def test_pronunciations_hold_what_the_dictionary_says_and_no_spelt_words() -> None:
    found = build_lexicon("en", ["tariff", "limits", "xray"])
    assert ("t", "eh", "r", "ax", "f") in found["tariff"]
    assert ("l", "ih", "m", "ax", "t", "s") in found["limits"]
    assert all(len(phones) <= 6 for phones in found["xray"])


def test_a_word_without_sound_is_named() -> None:
    with pytest.raises(MissingPronunciationError, match="'"):
        build_lexicon("en", ["'"])
