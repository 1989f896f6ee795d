"""Whatever is said or understood in one language is in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ivr.dialogue.universals import COMMANDS, NEITHER
from ivr.flowfile.checks.spoken_by_dialogue import prompts_needed
from ivr.flowfile.checks.subject import Subject
from ivr.grammar.model import LANGUAGES, Language


def check(subject: Subject) -> None:
    """Note what is missing in a language, and what every language lacks."""
    content = subject.content
    _compare(subject, "prompts", "prompt", lambda language: content.prompts[language].names)
    _compare(subject, "labels", "label", lambda language: content.prompts[language].labels)
    _compare(subject, "phrases", "phrase set", lambda language: content.trees[language])
    _variants(subject)
    _dialogue(subject)


def _compare(subject: Subject, section: str, what: str, names: Callable[[Language], Iterable[str]]) -> None:
    by_language = {language: frozenset(names(language)) for language in LANGUAGES}
    for name in sorted(frozenset().union(*by_language.values())):
        written = next(language for language in LANGUAGES if name in by_language[language])
        for language in LANGUAGES:
            if name not in by_language[language] and not _faulty(subject, section, name, language):
                path = f"{section}.{name}"
                place = subject.content.place(written, path)
                file = "phrases" if section == "phrases" else "prompts"
                remedy = f"write it in prompts/{language}/{file}.yaml"
                subject.faults.error(place, path, f"the {what} {name} is missing in {language}", remedy)


def _faulty(subject: Subject, section: str, name: str, language: Language) -> bool:
    """True when it is written there, but with a fault that has been told."""
    return f"{section}.{name}" in subject.content.places[language]


def _variants(subject: Subject) -> None:
    """A variant of one language only: the other says `first` there, which may be what its author wants."""
    books = subject.content.prompts
    for name in sorted(frozenset[str]().union(*(book.names for book in books.values()))):
        known = {language: book.variants(name) for language, book in books.items() if book.has(name)}
        for language, own in known.items():
            for variant in sorted(frozenset().union(*known.values()) - own):
                path = f"prompts.{name}"
                message = f"the variant {variant} is missing in {language}, which says first instead"
                subject.faults.warning(subject.content.place(language, path), path, message)


def _dialogue(subject: Subject) -> None:
    needed = prompts_needed(part for _, _, part, _ in subject.parts())
    for language in LANGUAGES:
        for name, slots in needed.items():
            _own_prompt(subject, language, name, slots)
        if subject.content.trees[language]:  # an unreadable file has been told as such
            _universals(subject, language)


def _universals(subject: Subject, language: Language) -> None:
    for name in (*COMMANDS, NEITHER):
        if not any(name in trees for trees in subject.content.trees.values()):
            place = subject.content.place(language, "phrases")
            subject.faults.error(
                place, "phrases", f"the phrase set {name} is missing: the robot listens for it"
            )


def _own_prompt(subject: Subject, language: Language, name: str, slots: Mapping[str, str]) -> None:
    book = subject.content.prompts[language]
    path = f"prompts.{name}"
    if not any(other.has(name) for other in subject.content.prompts.values()):
        message = f"the prompt {name} is missing: the dialogue says it"
        subject.faults.error(subject.content.place(language, "prompts"), path, message)
    for slot, kind in book.slots(name).items() if book.has(name) else ():
        if slots.get(slot) != kind:
            given = ", ".join(f"{{{name}:{kind}}}" for name, kind in slots.items()) or "nothing"
            message = f"the dialogue says this prompt and fills {given} in it, not {{{slot}:{kind}}}"
            subject.faults.error(subject.content.place(language, path), path, message)
