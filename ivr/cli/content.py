"""`ivr check`, `ivr graph`, `ivr phrases`, `ivr prompts build`: what engineers do with flows and words."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivr.accounts.door import declared_use_cases
from ivr.bootstrap import Script, load_script, open_voice
from ivr.channels.port import Utterance
from ivr.dialogue.actions import Manner
from ivr.dialogue.flow import Menu
from ivr.dialogue.prompting import question
from ivr.dialogue.speaker import Speaker
from ivr.errors import ContentError
from ivr.flowfile.check import check_files
from ivr.flowfile.content import load_content
from ivr.flowfile.graph import graph as draw
from ivr.flowfile.graph import svg
from ivr.flowfile.manual import manual
from ivr.flowfile.schema import flow_schema
from ivr.grammar.model import LANGUAGES, Language
from ivr.settings import Settings, load_settings

prompts = typer.Typer(no_args_is_help=True, help="Prompts: what the robot says.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(check)
    app.command()(graph)
    app.command()(schema)
    app.command()(phrases)
    app.add_typer(prompts, name="prompts")


def check() -> None:
    """Tell every fault of every flow, prompt and phrase file, with file and line; exit code 1 on errors."""
    settings = load_settings()
    folders = settings.path(settings.content.flows), settings.path(settings.content.prompts)
    faults = check_files(*folders, declared_use_cases())
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    errors = sum(fault.severity == "error" for fault in faults)
    sys.stdout.write(f"{errors} errors, {len(faults) - errors} warnings\n")
    raise typer.Exit(1 if errors else 0)


def graph(
    number: Annotated[str, typer.Argument(help="a number that the flow answers")] = "0505",
    language: Annotated[str, typer.Option(help="language of the prompts: ru or en")] = "ru",
    out: Annotated[Path | None, typer.Option(help="SVG file; NUMBER.svg when left out")] = None,
) -> None:
    """Draw a flow as a picture (SVG)."""
    settings = load_settings()
    spoken_in: Language = "en" if language == "en" else "ru"
    content = load_content(settings.path(settings.content.prompts))
    flow = load_script(settings).flow_for(number)
    path = out or Path(f"{number}.svg")
    path.write_bytes(svg(draw(flow, content, spoken_in)))
    sys.stdout.write(f"{path}\n")


def schema() -> None:
    """Print the JSON schema of flow files, for editors."""
    sys.stdout.write(json.dumps(flow_schema(), indent=2, ensure_ascii=False) + "\n")


def phrases(
    language: Annotated[str, typer.Argument(help="ru or en")] = "ru",
    out: Annotated[Path | None, typer.Option(help="Markdown file; the terminal when left out")] = None,
) -> None:
    """Tell what callers can say and press in every step: a page of the manual."""
    settings = load_settings()
    spoken_in: Language = "en" if language == "en" else "ru"
    content = load_content(settings.path(settings.content.prompts))
    page = manual(load_script(settings).flows.values(), content, spoken_in)
    if out is None:
        sys.stdout.write(page)
    else:
        out.write_text(page, encoding="utf-8")
        sys.stdout.write(f"{out}\n")


@prompts.command()
def build() -> None:
    """Render all fixed prompts ahead of the first call."""
    asyncio.run(build_prompts(load_settings()))


async def build_prompts(settings: Settings) -> None:
    """Render all fixed prompts into the cache, with a progress bar. ContentError names those that failed."""
    utterances = list(dict.fromkeys(fixed_utterances(load_script(settings))))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("prompts", total=len(utterances))
        async with open_voice(settings) as voice:
            built = await voice.prebuild(utterances, lambda done, total: bar.update(task, completed=done))
    if built.faults:
        raise ContentError("prompts that could not be rendered:\n" + "\n".join(built.faults))


def fixed_utterances(script: Script) -> Iterator[Utterance]:
    """Return everything that is the same for every caller: plain sentences, and the lines of every menu."""
    for language, book in script.content.prompts.items():
        for text in book.plain_sentences():
            yield Utterance(text, language, "")
    for language, manner in product(LANGUAGES, (Manner(), Manner(brief=True))):
        speaker = Speaker()
        speaker.add(chain.from_iterable(question(menu, "first", {}, language) for menu in menus(script)))
        for play in speaker.flush(language, manner):
            yield from script.content.utterances(play)


def menus(script: Script) -> Iterator[Menu]:
    """Return every menu of every flow."""
    for flow in script.flows.values():
        for step in flow.steps.values():
            yield from (part for part in step.parts if isinstance(part, Menu))
