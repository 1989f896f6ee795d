"""`ivr models` as an engineer sees it: real model folders, a real HTTP server, a real settings file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ivr.cli import app
from ivr.cli.settings_file import write_setting
from ivr.errors import IvrError, SettingsError
from ivr.settings import load_settings
from tests.speech.lines import TEST_MODEL, needs_model
from tests.support.model_server import ModelServer, serving, zipped

SMALL = "vosk-model-small-ru-0.22"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `ivr models` with its folders and settings file in a temporary place."""
    for name in [name for name in os.environ if name.startswith("IVR_")]:
        monkeypatch.delenv(name)
    settings = tmp_path / "ivr.toml"
    folders = f'["{tmp_path / "models"}", "{TEST_MODEL.parent}"]'
    settings.write_text(f"# ours\n[speech]\nmodel_folders = {folders}  # two\n")
    monkeypatch.setenv("IVR_SETTINGS", str(settings))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, ["models", *words])


def as_found(folder: Path, name: str) -> Path:
    """A model of another name: links to the files of the real one, so that nothing is copied."""
    shutil.copytree(TEST_MODEL, folder / name, copy_function=os.symlink)
    return folder / name


@needs_model
def test_list_tells_what_is_there_what_is_used_and_what_could_be(run: Run, tmp_path: Path) -> None:
    as_found(tmp_path / "models", "vosk-model-half-ru")
    (tmp_path / "models/vosk-model-half-ru/am/final.mdl").unlink()
    output = run("list").output
    assert "vosk-model-half-ru [ru]: downloaded, not in use" in output
    assert "not whole, see `ivr models check " in output
    assert f"{TEST_MODEL.name} [ru]: bundled, in use: ru" in output
    assert "8000 Hz, run-time grammars: yes" in output
    assert "vosk-model-en-us-0.22, about 1800 MB, licence Apache 2.0, run-time grammars: no" in output


@needs_model
def test_get_downloads_tries_and_tells_what_it_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        f"{SMALL}/{path.relative_to(TEST_MODEL)}": path for path in TEST_MODEL.rglob("*") if path.is_file()
    }
    archive = zipped({name: path.read_bytes() for name, path in files.items()})
    with serving(ModelServer(archive, SMALL)) as server:
        got = run("get", "ru", "--from", server.base)
        assert f"{SMALL} is in {tmp_path / 'models' / SMALL} now" in got.output
        assert "run-time grammars: yes" in got.output
        assert got.exit_code in (0, 2), got.output
        monkeypatch.setattr("ivr.cli.models._checked", lambda path, languages: 0)
        assert "is there already" in run("get", "ru", "--from", server.base).output
        assert server.asked == [""]
    assert f"{SMALL} [ru]: downloaded, in use: ru" in run("list").output


def test_get_without_a_network_says_what_to_do_in_the_readers_language(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(ModelServer(b"", SMALL)) as gone:
        base = gone.base
    for locale, words in (
        ("ru_RU.UTF-8", "Без сети: на другой машине"),
        ("en_GB.UTF-8", "Without a network: "),
    ):
        monkeypatch.setenv("LC_ALL", locale)
        error = run("get", "ru", "--from", base).exception
        assert isinstance(error, IvrError)
        assert words in error.remedy
        assert f"{base}{SMALL}.zip" in error.remedy


@needs_model
def test_use_writes_the_choice_and_leaves_the_rest_of_the_file(run: Run, tmp_path: Path) -> None:
    other = as_found(tmp_path, "vosk-model-other-ru")
    used = run("use", str(other))
    assert used.exit_code in (0, 2), used.output
    assert f"ru: {other} is written to " in used.output
    text = (tmp_path / "ivr.toml").read_text()
    assert text.startswith("# ours\n[speech]\nmodel_folders = ")
    assert "# two" in text
    assert load_settings({}, tmp_path / "ivr.toml").speech.models == {"ru": str(other)}
    automatic = run("use", "auto", "--language", "ru")
    assert f"it is {'models/' if TEST_MODEL.parent.name == 'models' else ''}" in automatic.output
    assert not load_settings({}, tmp_path / "ivr.toml").speech.models.get("ru")


def test_use_refuses_what_cannot_be_used_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "ivr.toml").read_text()
    (tmp_path / "vosk-empty-ru").mkdir()
    (tmp_path / "nameless").mkdir()
    refused = run("use", str(tmp_path / "vosk-empty-ru"))
    assert refused.exit_code == 1
    assert "am/final.mdl: missing" in refused.output
    assert "What to do: " in refused.output
    assert isinstance(run("use", str(tmp_path / "nameless")).exception, IvrError)
    assert (tmp_path / "ivr.toml").read_text() == before


def test_check_tells_in_russian_why_a_folder_is_no_model(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    checked = run("check", str(tmp_path / "vosk-nowhere-ru"))
    assert checked.exit_code == 1
    assert "vosk-nowhere-ru: такой папки нет" in checked.output
    assert "Что делать: " in checked.output


@needs_model
def test_check_names_every_word_that_the_model_lacks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = ("мой баланс", "ещё-баланс", "мой абракадабр", "абракадабр")
    monkeypatch.setattr("ivr.bootstrap.Script.phrases", lambda script, language: phrases)
    checked = run("check", TEST_MODEL.name)
    assert checked.exit_code == 2
    assert "ru: 3 of 4 words of our grammars" in checked.output
    assert "in another spelling: ещё-баланс -> ещё баланс" in checked.output
    assert "unknown (1): абракадабр" in checked.output
    assert "because of them 2 of 4 phrases cannot be heard" in checked.output


@pytest.mark.parametrize(
    "text", ["[speech", "speech = 3\n", "[speech]\nmodels = 3\n", "[speech]\nno_such_setting = 1\n"]
)
def test_a_settings_file_that_is_wrong_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ivr.toml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        write_setting(("speech", "models", "ru"), "/a/model", file)
    assert file.read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["ivr.toml"]


def test_a_settings_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "ivr.toml"
    write_setting(("speech", "models", "ru"), "/a/model", file)
    assert load_settings({}, file).speech.models == {"ru": "/a/model"}
