"""A menu is heard as one: its prompt and all its options together stay within twenty seconds.

Single prompts are measured by the prompt book itself, which tells its faults when it is read.
"""

from __future__ import annotations

from ivr.dialogue.flow import Flow, Menu
from ivr.dialogue.prompting import question
from ivr.flowfile.checks.subject import Subject
from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.prompts import PromptFault
from ivr.grammar.spoken.faults import CHARACTERS_A_SECOND, LONGEST_SECONDS


def check(subject: Subject) -> None:
    """Note menus that take too long to hear."""
    for flow, _, part, path in subject.parts():
        if isinstance(part, Menu):
            for language in LANGUAGES:
                _menu(subject, flow, part, path, language)


def _menu(subject: Subject, flow: Flow, menu: Menu, path: str, language: Language) -> None:
    seconds = _seconds(subject, menu, language)
    if seconds > LONGEST_SECONDS:
        message = (
            f"in {language} the menu takes about {seconds:.0f} s to hear, {LONGEST_SECONDS} s is the most"
        )
        subject.error(flow, path, message, "shorten its prompt and labels, or offer fewer options")


def _seconds(subject: Subject, menu: Menu, language: Language) -> float:
    """How long the menu takes; 0 when it cannot be said, which is a fault of its own."""
    length = 0
    for prompt in question(menu, "first", {}, language):
        book = subject.content.prompts[prompt.language or language]
        try:
            length += len(book.text(prompt.name, prompt.variant, prompt.values))
        except PromptFault:
            return 0.0
    return length / CHARACTERS_A_SECOND
