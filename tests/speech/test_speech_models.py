"""Model folders: which is chosen, and what is said of those that cannot be used."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from ivr.errors import SpeechError
from ivr.speech.models import choose, inspect
from ivr.speech.ports import FILLER, SpeechOptions
from ivr.speech.sequences import number_sequences
from ivr.speech.spelling import respell
from ivr.speech.vosk_ear import VoskRecognisers, load_model
from tests.speech.lines import DIGITS, MODELS, TEST_MODEL, Counts, needs_model

Change = Callable[[Path], object]


def options(*folders: Path, **given: str) -> SpeechOptions:
    return replace(SpeechOptions(), model_folders=folders, models=given)


def without(name: str) -> Change:
    return lambda model: (model / name).unlink()


def cut_to(name: str, size: int) -> Change:
    def change(model: Path) -> None:
        path = model / name
        path.write_bytes(path.read_bytes()[:size])

    return change


def written(name: str, content: bytes) -> Change:
    return lambda model: (model / name).write_bytes(content)


def for_wide_band_only(model: Path) -> None:
    path = model / "conf" / "mfcc.conf"
    lines = path.read_text().replace("8000", "16000").splitlines()
    path.write_text("\n".join(line for line in lines if "allow" not in line) + "\n")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "vosk-model-copy-ru"
    shutil.copytree(TEST_MODEL, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@needs_model
def test_a_good_model_is_usable_and_names_the_words_it_lacks() -> None:
    report = inspect(TEST_MODEL, ["баланс", "абракадабра", "пароль"])
    assert report.usable
    assert report.sample_rate == 8000
    assert report.missing == ("абракадабра",)


@needs_model
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("graph/HCLr.fst"), "no run-time grammars"),
        (without("graph/Gr.fst"), "no run-time grammars"),
        (without("am/final.mdl"), "final.mdl: missing"),
        (written("graph/HCLr.fst", b"no such thing"), "not an OpenFst file"),
        (cut_to("graph/HCLr.fst", 2000), "a recogniser cannot be made"),
        (cut_to("am/final.mdl", 100_000), "not a recognition model"),
        (written("graph/words.txt", b"garbage\n"), "not a recognition model"),
        (for_wide_band_only, "decoding failed"),
        (written("am/final.mdl", b""), "not a recognition model"),
        (cut_to("graph/Gr.fst", 5000), "a recogniser cannot be made"),
        (written("graph/words.txt", b""), "lists no words"),
        (without("graph/words.txt"), "not a recognition model"),
        (without("graph/disambig_tid.int"), "not a recognition model"),
        (without("graph/phones/word_boundary.int"), "no times"),
        (cut_to("graph/phones/word_boundary.int", 101), "no times"),
        (without("conf/mfcc.conf"), "not a recognition model"),
        (written("conf/model.conf", b""), "crashed"),
    ],
)
def test_a_damaged_model_is_refused_with_its_reason_and_without_a_crash(
    copied: Path, change: Change, fault: str
) -> None:
    change(copied)
    report = inspect(copied)
    assert not report.usable
    assert fault in str(report.faults[0])
    with pytest.raises(SpeechError, match="ru"):
        VoskRecognisers(options(ru=str(copied))).load("ru")


def test_a_missing_folder_is_a_fault() -> None:
    assert "no such folder" in str(inspect(Path("/nowhere/at/all")).faults[0])


@needs_model
def test_the_set_model_goes_first_then_the_folders_in_order(tmp_path: Path) -> None:
    (tmp_path / "vosk-model-half-ru").mkdir()
    assert choose("ru", options(tmp_path, MODELS)) == TEST_MODEL
    assert choose("ru", options(MODELS, ru="/some/where")) == Path("/some/where")
    with pytest.raises(SpeechError, match="'en'") as error:
        choose("en", options(tmp_path))
    assert str(tmp_path) in str(error.value)
    assert error.value.remedy


@needs_model
def test_unknown_words_take_their_phrases_along_and_are_logged_once() -> None:
    counts = Counts()
    recognisers = VoskRecognisers(options(MODELS), counts)
    phrases = ("баланс", "мой абракадабр", "да", "да", "", FILLER)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            recognisers.make("ru", phrases)
    assert [entry["pii_words"] for entry in logs] == [("абракадабр",)]
    assert counts.totals["grammar_words_unknown"] == 1
    spelling = respell(phrases, "ru", load_model(TEST_MODEL).knows)
    assert (spelling.phrases, spelling.missing) == (("баланс", "да"), ("абракадабр",))


@needs_model
@pytest.mark.parametrize("phrases", [(), ("абракадабра",), ("",), (FILLER,)])
def test_an_empty_grammar_hears_and_does_not_fail(phrases: tuple[str, ...]) -> None:
    recogniser = VoskRecognisers(options(MODELS)).make("ru", phrases)
    recogniser.accept(b"\1\0" * 8000)
    assert set(recogniser.partial().split()) <= {FILLER}
    assert all(set(reading.text.split()) <= {FILLER} for reading in recogniser.finish().readings)


def test_a_failure_is_remembered_and_the_other_language_is_not_harmed(tmp_path: Path) -> None:
    counts = Counts()
    recognisers = VoskRecognisers(options(tmp_path), counts)
    for _ in range(3):
        with pytest.raises(SpeechError, match="no model"):
            recognisers.make("ru", ("да",))
    assert counts.totals["model_failures"] == 1


def test_number_words_are_each_others_neighbours_both_ways() -> None:
    made = " | ".join(number_sequences((*DIGITS, "баланс", "мой баланс"), "ru"))
    for first in DIGITS:
        for second in DIGITS:
            assert f"{first} {second}" in made
    assert "баланс" not in made


def test_a_menu_with_hardly_a_number_gets_no_sequences() -> None:
    assert number_sequences(("баланс", "один", "два"), "ru") == ()
