"""`ivr models list | get | use | check`: the ears' recognition models.

Exit codes: 0 well; 1 it cannot be used, or could not be fetched; 2 it can be used, but phrases of our
grammars have words that it knows in no spelling, and those phrases cannot be heard.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from ivr.bootstrap import load_script, speech_options
from ivr.cli.models_text import failure_told, fault_told, refusal, told
from ivr.cli.settings_file import settings_file, write_setting
from ivr.errors import SetupError
from ivr.grammar.model import LANGUAGES, Language
from ivr.settings import PROJECT, load_settings
from ivr.speech.model_download import MODELS_URL, Downloader, DownloadError, Watch
from ivr.speech.model_shelf import PUBLISHED, Shelved, languages_of, published, shelf
from ivr.speech.models import ModelReport, choose, faults_of_files, inspect, vocabulary
from ivr.speech.ports import SAMPLE_RATE, SpeechOptions
from ivr.speech.spelling import Spelling, respell, variants

SHOWN = 40
"""Words of a list shown before the rest is only counted."""
AUTOMATIC = "auto"


class Tongue(StrEnum):
    """A language of ours."""

    RU = "ru"
    EN = "en"


class Bulk(StrEnum):
    """How big a model."""

    SMALL = "small"
    BIG = "big"


models = typer.Typer(no_args_is_help=True, help="Recognition models: what the ears hear with.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(models, name="models")


@models.command("list")
def list_models() -> None:
    """List the models on this disk - bundled, downloaded, in use - and those that can be downloaded."""
    options = speech_options(load_settings())
    _say(told("list_head", folders=", ".join(map(_shown, options.model_folders))))
    shelved = shelf(options)
    for one in shelved:
        _say("\n".join(_lines(one)))
    if not shelved:
        _say(told("list_none"))
    _say(told("list_offered"))
    for offered in PUBLISHED:
        about = told("about", megabytes=offered.megabytes)
        grammars = told("grammars" if offered.grammars else "no_grammars")
        licence = told("licence_short", licence=offered.licence)
        _say(f"  {offered.language} --size {offered.size:<6} {offered.name}, {about}, {licence}, {grammars}")


def _lines(one: Shelved) -> Iterator[str]:
    state = told("in_use", languages=", ".join(one.in_use)) if one.in_use else told("not_in_use")
    yield f"  {one.path.name} [{', '.join(one.languages) or '?'}]: {told(_origin(one.path))}, {state}"
    rate = told("rate", rate=one.sample_rate) if one.sample_rate else told("rate_unknown")
    grammars = told("grammars" if one.grammars else "no_grammars")
    size = told("about", megabytes=max(1, round(one.size / 1e6)))
    yield f"      {size}, {rate}, {grammars if one.whole else told('half', path=_shown(one.path))}"
    yield f"      {told('licence', licence=one.licence or told('licence_unstated'))}; {_shown(one.path)}"


def _origin(path: Path) -> str:
    if path.is_relative_to(PROJECT / "models"):
        return "bundled"
    downloads = load_settings().speech.model_folders[0]
    return "downloaded" if path.is_relative_to(load_settings().path(downloads)) else "elsewhere"


@models.command()
def get(
    language: Annotated[Tongue, typer.Argument(help="ru or en")],
    size: Annotated[
        Bulk, typer.Option(help="small takes run-time grammars, big hears any words")
    ] = Bulk.SMALL,
    source: Annotated[str, typer.Option("--from", help="where the list and the models lie")] = MODELS_URL,
) -> None:
    """Download the well-known model of a language: resumed where it was cut, checked, unpacked whole."""
    options = speech_options(load_settings())
    wanted, folder = published(language.value, size.value), options.model_folders[0]
    path = folder / wanted.name
    if path.is_dir() and not faults_of_files(path):
        _say(told("have", name=wanted.name, path=_shown(path)))
    else:
        _download(Downloader(folder, source), wanted.name)
        _say(told("got", name=wanted.name, path=_shown(path)))
    if not wanted.grammars:
        _say(told("big", name=wanted.name))
    raise typer.Exit(_checked(path, (language.value,)))


def _download(downloader: Downloader, name: str) -> None:
    try:
        offer = downloader.offer(name)
        with _progress(name) as watch:
            downloader.get(offer, watch)
    except DownloadError as error:
        remedy = told(
            "by_hand", url=downloader.archive(name), name=name, path=_shown(downloader.folder / name)
        )
        raise SetupError(failure_told(error), remedy=remedy) from error


@contextmanager
def _progress(name: str) -> Iterator[Watch]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        stages = [bar.add_task(told(key, name=name), total=None) for key in ("downloading", "unpacking")]

        def told_of(stage: int, done: int, total: int) -> None:
            bar.update(stages[stage], completed=done, total=total or None)

        yield Watch(lambda done, total: told_of(0, done, total), lambda done, total: told_of(1, done, total))


@models.command()
def use(
    path: Annotated[str, typer.Argument(help="a model's folder, its name, or `auto`: the first found")],
    language: Annotated[Tongue | None, typer.Option(help="when the folder's name does not tell it")] = None,
) -> None:
    """Hear a language with this model from the workers' next start; written into the settings file."""
    settings, file = load_settings(), settings_file()
    if path == AUTOMATIC:
        for one in (language.value,) if language else LANGUAGES:
            write_setting(("speech", "models", one), None, file)
            now = choose(one, speech_options(load_settings()))
            _say(told("use_auto", language=one, file=_shown(file), path=_shown(now)))
        return
    folder = _found(path, speech_options(settings))
    spoken: tuple[Language, ...] = (language.value,) if language else languages_of(folder)
    if len(spoken) != 1:
        raise refusal("whose", path=folder)
    code = _checked(folder, spoken)
    if code == 1:
        raise typer.Exit(code)
    write_setting(("speech", "models", spoken[0]), _shown(folder), file)
    _say(told("use", language=spoken[0], path=_shown(folder), file=_shown(file)))
    _say(told("restart"))
    if "IVR_SPEECH_MODELS" in os.environ:
        _say(told("overruled", variable="IVR_SPEECH_MODELS"))
    raise typer.Exit(code)


@models.command()
def check(
    path: Annotated[str, typer.Argument(help="a model's folder or name; left out: those in use")] = "",
    language: Annotated[Tongue | None, typer.Option(help="whose grammars; left out: by its name")] = None,
) -> None:
    """Try a model: does it load, take run-time grammars, know the words of our grammars?"""
    options = speech_options(load_settings())
    if not path:
        wanted = (language.value,) if language else LANGUAGES
        raise typer.Exit(max(_checked(choose(one, options), (one,)) for one in wanted))
    folder = _found(path, options)
    spoken: tuple[Language, ...] = (language.value,) if language else languages_of(folder)
    raise typer.Exit(_checked(folder, spoken or LANGUAGES))


def _found(given: str, options: SpeechOptions) -> Path:
    """Return the folder that a path or a name means; a name is looked for where models are."""
    places = [Path(given).absolute(), *(folder / given for folder in options.model_folders)]
    return next((place for place in places if place.is_dir()), places[0])


def _checked(path: Path, languages: tuple[Language, ...]) -> int:
    """Try a model, tell what came out, return the exit code."""
    script = load_script(load_settings())
    phrases = {language: script.phrases(language) for language in languages}
    _say(told("trying", name=path.name))
    asked = {part for language in languages for part in _spellings(phrases[language], language)}
    report = inspect(path, sorted(asked))
    if not report.usable:
        _say(told("unusable", path=_shown(path)))
        _say("\n".join(f"  {fault_told(one)}" for one in report.faults))
        _say(told("what_next"))
        return 1
    _tell(report)
    known = asked.difference(report.missing)
    return max(
        _words_told(one, phrases[one], respell(phrases[one], one, known.__contains__)) for one in languages
    )


def _spellings(phrases: tuple[str, ...], language: Language) -> set[str]:
    """Return every word of the phrases in every spelling it may have in a model."""
    words = {word for phrase in phrases for word in phrase.split()}
    return words | {part for word in words for one in variants(word, language) for part in one}


def _tell(report: ModelReport) -> None:
    _say(told("usable", path=_shown(report.path)))
    size = sum(file.stat().st_size for file in report.path.rglob("*") if file.is_file())
    _say(told("size", size=round(size / 1e6, 1), words=vocabulary(report.path)))
    own = report.sample_rate == SAMPLE_RATE
    _say(told("rate_own" if own else "rate_other", rate=report.sample_rate))
    _say(f"  {told('grammars' if report.grammars else 'no_grammars')}")


def _words_told(language: Language, phrases: tuple[str, ...], spelling: Spelling) -> int:
    words = {word for phrase in phrases for word in phrase.split()}
    _say(told("grammar_words", language=language, known=len(words) - len(spelling.missing), all=len(words)))
    if spelling.respelled:
        pairs = [f"{word} -> {' '.join(one)}" for word, one in sorted(spelling.respelled.items())]
        _say(told("respelled", words=_some(pairs)))
    if not spelling.missing:
        return 0
    _say(told("missing", count=len(spelling.missing), words=_some(spelling.missing)))
    missing = set(spelling.missing)
    unheard = sum(not missing.isdisjoint(phrase.split()) for phrase in phrases)
    _say(told("unheard", phrases=unheard, all=len(phrases)))
    return 2


def _some(words: Sequence[str]) -> str:
    rest = len(words) - SHOWN
    return ", ".join((*words[:SHOWN], *([told("more", count=rest)] if rest > 0 else [])))


def _shown(path: Path) -> str:
    """Return a path as settings write it: inside the clone without the clone."""
    return str(path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
