"""`ivr check`: everything that is wrong with flows, prompts and phrases, at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ivr.dialogue.flow import Flow
from ivr.dialogue.queries import UseCase
from ivr.flowfile.checks import (
    arguments,
    circles,
    doors,
    length,
    menus,
    money,
    names,
    outcomes,
    secrets,
    slots,
    sounds,
    translations,
    ways,
)
from ivr.flowfile.checks.subject import Subject
from ivr.flowfile.content import Content, read_content
from ivr.flowfile.faults import Fault, Faults
from ivr.flowfile.load import read_flows

RULES = (
    names,
    arguments,
    doors,
    ways,
    circles,
    outcomes,
    menus,
    slots,
    secrets,
    money,
    translations,
    sounds,
    length,
)
"""One module for each family of rules."""


def check(flows: Mapping[str, Flow], content: Content, use_cases: Mapping[str, UseCase]) -> list[Fault]:
    """Return every fault of the flows as conversations, in the order of files and lines.

    `use_cases` are the account core's declarations by name. Flows of `load_flows` have lines for every
    fault; others have those of their steps.
    """
    subject = Subject(flows, content, use_cases)
    for rules in RULES:
        rules.check(subject)
    return subject.faults.sorted()


def check_files(flows: Path, prompts: Path, use_cases: Mapping[str, UseCase]) -> list[Fault]:
    """Read both folders and return every fault of every file: of reading, of building, of conversing."""
    faults = Faults()
    content = read_content(prompts, faults)
    book = read_flows(flows, content, faults)
    faults.extend(check(book, content, use_cases))
    return faults.sorted()
