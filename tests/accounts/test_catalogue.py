"""The catalogue is checked on load, with every fault at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ivr.accounts.catalogue import load_catalogue
from ivr.accounts.catalogue.reader import FOLDER
from ivr.errors import ContentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in FOLDER.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_catalogue_is_sound_and_large() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.tariffs) >= 12
    assert len(catalogue.options) >= 50
    assert any(option.requires for option in catalogue.options.values())
    assert any(option.terms.regions for option in catalogue.options.values())


def test_every_fault_is_told_at_once(folder: Path) -> None:
    change(folder, "tariffs.yaml", 'code: "102"', 'code: "101"')
    change(folder, "tariffs.yaml", "fee: 250", "fee: -250")
    change(folder, "options.yaml", "period: once", "period: never")
    change(folder, "options.yaml", "excludes: [data20, data_free]", "excludes: [data21]")
    change(folder, "options.yaml", 'en: "Turbo"', 'de: "Turbo"')
    change(folder, "options.yaml", "segments: [company]", "segments: [companies]")
    change(folder, "words.yaml", "Подключена услуга {name}.", "Подключена услуга.")
    change(folder, "rewards.yaml", "points: 200", "poinst: 200")
    with pytest.raises(ContentError) as caught:
        load_catalogue(folder)
    told = str(caught.value).splitlines()
    assert len(told) == 9
    for wanted in (
        "code 101 is used 2 times",
        "tariffs.yaml: light.fee: must be a whole number",
        "options.yaml: data1.period: must be one of",
        "options.yaml: data10.excludes: there is no option data21",
        "options.yaml: turbo.name: needs exactly ru and en",
        "options.yaml: pbx.segments: companies is not one of",
        "words.yaml: messages.connect: ru and en have different slots",
        "rewards.yaml: pay100.poinst: is not known here",
        "rewards.yaml: pay100.points: must be a whole number",
    ):
        assert any(wanted in line for line in told), wanted


@pytest.mark.parametrize("text", ["", "[]", "a: b: c", "x: 7", "x: {code: 101}"])
def test_odd_files_are_faults_not_crashes(folder: Path, text: str) -> None:
    (folder / "options.yaml").write_text(text)
    with pytest.raises(ContentError, match=re.escape("options.yaml")):
        load_catalogue(folder)


def test_the_digest_names_the_version(folder: Path) -> None:
    before = load_catalogue(folder).digest
    change(folder, "options.yaml", "fee: 250", "fee: 251")
    assert before == load_catalogue().digest != load_catalogue(folder).digest
