"""`ivr check`, `ivr graph`, `ivr prompts build`: what engineers do with flows and words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivr.bootstrap import load_script, open_voice
from ivr.channels.content import CallContent
from ivr.channels.port import Utterance
from ivr.errors import ContentError
from ivr.settings import Settings, load_settings

prompts = typer.Typer(no_args_is_help=True, help="Prompts: what the robot says.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(prompts, name="prompts")


@prompts.command()
def build() -> None:
    """Render all fixed prompts ahead of the first call."""
    asyncio.run(build_prompts(load_settings()))


async def build_prompts(settings: Settings) -> None:
    """Render all fixed prompts into the cache, with a progress bar. ContentError names those that failed."""
    utterances = list(fixed_utterances(load_script(settings).content))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("prompts", total=len(utterances))
        async with open_voice(settings) as voice:
            built = await voice.prebuild(utterances, lambda done, total: bar.update(task, completed=done))
    if built.faults:
        raise ContentError("prompts that could not be rendered:\n" + "\n".join(built.faults))


def fixed_utterances(content: CallContent) -> Iterable[Utterance]:
    """Return everything that is the same for every caller."""
    for language, book in content.prompts.items():
        for text in book.fixed_sentences():
            yield Utterance(text, language, "")
