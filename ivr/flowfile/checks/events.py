"""Which named events a part can bring: the words that may stand under `on`."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.dialogue import flow as f
from ivr.dialogue.listening import EMPTY
from ivr.dialogue.universals import SKIP
from ivr.flowfile.checks.subject import Subject

TRANSFER_EVENTS = ("answered", "no_answer", "busy", "failed")
CONFIRM_EVENTS = ("yes", "no")
TOO_MANY_TRIES = "too_many_tries"
TRIES_EVENTS = ("no_input", "no_match", TOO_MANY_TRIES)
"""What a listening part brings when it gets no answer."""
QUERY_FAILED = "failed"
"""The account core could not answer."""
DONE = "done"
"""All parts of the step have run."""


def outcomes_of(subject: Subject, part: f.Part) -> Iterable[str]:
    """The events a step leaves by after this part, if it leaves by named ones."""
    match part:
        case f.Do(name):
            return tuple(subject.use_cases[name].outcomes) if name in subject.use_cases else ()
        case f.Confirm():
            return CONFIRM_EVENTS
        case f.Transfer():
            return TRANSFER_EVENTS
        case f.Call(name):
            return ends_of(subject.flows[name]) if name in subject.flows else ()
    return ()


def ends_of(flow: f.Flow) -> tuple[str, ...]:
    """The outcomes a flow can end with, in the order written."""
    parts = (part for step in flow.steps.values() for part in step.parts)
    return tuple(dict.fromkeys(part.outcome for part in parts if isinstance(part, f.End)))


def side_events(part: f.Part | None) -> frozenset[str]:
    """Events that interrupt a part; without a row in `on` the dialogue deals with them itself."""
    if isinstance(part, f.Ask | f.Menu | f.Pick | f.Confirm):
        own = {EMPTY} if isinstance(part, f.Pick) else set[str]()
        return frozenset({*TRIES_EVENTS, SKIP, *own})
    return frozenset({QUERY_FAILED}) if isinstance(part, f.Do) else frozenset()


def events_of(subject: Subject, step: f.Step) -> list[str]:
    """Every event that can happen in a step."""
    found = [event for part in step.parts for event in (*outcomes_of(subject, part), *side_events(part))]
    return [*dict.fromkeys(found), DONE]
