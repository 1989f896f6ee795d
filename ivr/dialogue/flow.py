"""The plain model of a call flow: what the reader builds, the checker walks and the dialogue runs.

A step does its parts in the order written: at most one each of `do`, `say`, a listening part
(`ask`, `menu`, `pick`, `confirm`) and a leaving part (`call`, `transfer`, `wait`, `end`).
It leaves through `next` or through a named event in `on`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ivr.grammar.model import Language, ValueType


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: for messages that an engineer can click."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Reference:
    """An argument taken from the call's values: `$phone`."""

    name: str


Argument = str | Reference

BargeIn = Literal["yes", "hotword", "no"]
"""What interrupts a prompt: any speech and keys; only words that are an answer here, and keys; nothing."""


@dataclass(frozen=True, slots=True)
class Do:
    """Ask the account core; its outcome is a named event, its values fill later prompts."""

    use_case: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Say a prompt; what follows does not wait for its end."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a value and save it."""

    prompt: str
    expect: ValueType
    save: str


@dataclass(frozen=True, slots=True)
class MenuOption:
    """One option of a menu. Its name is its phrases' name and its label's name."""

    name: str
    key: str
    """"1" to "8"; 0, 9, * and # belong to the universals."""
    next: Target | None
    """None: the option is a universal (such as `other_language`) offered here with a key."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Offer options; what is spoken is made from them, so words and keys cannot drift apart."""

    prompt: str
    options: tuple[MenuOption, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """A menu over a list that the account core returned."""

    prompt: str
    source: str
    """The call's value that holds the list: a tuple of mappings with `value`, `spoken`, `label`."""
    save: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question that only yes or no answers; leaves by the events `yes` and `no`."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow; it comes back with the outcome that its `end` names."""

    flow: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the caller wait as long as a value says (seconds); keys typed meanwhile are not lost."""

    seconds: Argument


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to a person; events `no_answer`, `busy`, `failed`, `answered` if they come back."""

    target: str


@dataclass(frozen=True, slots=True)
class End:
    """End the call, or in a called flow return with this outcome."""

    outcome: str = "done"


Part = Do | Say | Ask | Menu | Pick | Confirm | Call | Wait | Transfer | End
Listening = Ask | Menu | Pick | Confirm


@dataclass(frozen=True, slots=True)
class Target:
    """Where an event leads: a step, and perhaps something to say on the way."""

    step: str
    say: str | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow."""

    name: str
    parts: tuple[Part, ...]
    next: Target | None = None
    on: Mapping[str, Target] = field(default_factory=dict)
    tries: int | None = None
    """Silences or misses allowed here before `too_many_tries`; None: the dialogue's default."""
    patience: float | None = None
    """Factor on this step's time limits, times the caller's own."""
    barge_in: BargeIn = "yes"
    """`no`: what is said here is heard to its end; keys are kept for afterwards. `hotword`: talk that is no
    answer does not even pause it."""
    language: Language | None = None
    """Prompts of this step are said in this language, whatever the call's is."""
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Flow:
    """One call flow, checked and ready to run."""

    name: str
    numbers: tuple[str, ...]
    start: str
    steps: Mapping[str, Step]
    home: str
    """The step that *main menu* leads to, and a call that lost its worker."""
    operator: str
    """The step that *operator* and `too_many_tries` lead to."""
    resume: str = ""
    """The step where a call whose worker died goes on; empty: `start`."""
    version: str = ""
    """Digest of the files it was made from."""
    place: Place = Place()
