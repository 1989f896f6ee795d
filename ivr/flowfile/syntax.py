"""The keys of a flow file, in tables: the builder obeys them; schema and manual are made from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal[
    "name",
    "flow name",
    "text",
    "reference",
    "numbers",
    "whole number",
    "factor",
    "barge-in",
    "language",
    "value type",
    "seconds",
    "key",
    "do",
    "options",
    "target",
    "targets",
    "steps",
]
"""What may stand after a key; `schema.py` says each in JSON schema, `fields.py` reads each."""

Role = Literal["act", "listening", "leaving", ""]
"""What a key of a step is: an act (`do`, `say`), a listening part, a leaving part, or a setting."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table in a flow file."""

    name: str
    shape: Shape
    meaning: str
    """One sentence for the manual and the editor."""
    needed: bool = False
    role: Role = ""
    goes_with: tuple[str, ...] = ()
    """It stands only beside one of these keys; empty: anywhere in its table."""
    needed_by: tuple[str, ...] = ()
    """Beside one of these keys it must stand."""


NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Names of steps, prompts, options, events and values: lower-case Latin letters, digits, underscores."""
LABEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z]+)?")
"""Names of labels: an option's name, or `name.short` for its shorter words."""
FLOW_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Names of flows: as other names, and hyphens."""
NUMBER = re.compile(r"\+?[0-9]{2,15}|[*#0-9]{2,15}")
"""A number that is called: digits as dialled, or a service code."""
OPTION_KEY = re.compile(r"[1-8]")
"""Keys an option may have; 0, 9, * and # are the universals'."""
REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)")
"""A value of the call: `$phone`."""
KIND = re.compile(r"[a-z_]+")
"""The kind of a value type: `digits` of `digits(4)`."""

HOTWORD = "hotword"
"""The word of `barge_in` besides yes and no."""
BACK = "back"
"""Reserved target: the listening step the caller came from."""


def _table(*keys: Key) -> Mapping[str, Key]:
    return {key.name: key for key in keys}


FLOW_KEYS = _table(
    Key("flow", "flow name", "The flow's name, by which another flow calls it.", needed=True),
    Key("numbers", "numbers", 'The numbers it answers, each in quotes: ["0505"]. A called flow has none.'),
    Key("start", "name", "The step a call begins with.", needed=True),
    Key("resume", "name", "The step where a call whose worker died goes on; left out: `start`."),
    Key("home", "name", "The step that *main menu* leads to."),
    Key("operator", "name", "The step that *operator* and `too_many_tries` lead to."),
    Key("steps", "steps", "The steps, by name.", needed=True),
)

_SAVED = ("ask", "pick")
_PICK = ("pick",)
_MENU = ("menu",)
_ASK = ("ask",)

STEP_KEYS = _table(
    Key("do", "do", "Ask the account core; its outcome is a named event for `on`.", role="act"),
    Key("say", "name", "Say a prompt; what follows does not wait for its end.", role="act"),
    Key("ask", "name", "Ask for a value with this prompt.", role="listening"),
    Key("expect", "value type", "What the answer is.", goes_with=_ASK, needed_by=_ASK),
    Key("save", "name", "The name the answer has in this call.", goes_with=_SAVED, needed_by=_SAVED),
    Key("menu", "name", "Offer the options below; what is spoken is made from them.", role="listening"),
    Key("options", "options", "The menu's options, in spoken order.", goes_with=_MENU, needed_by=_MENU),
    Key("pick", "name", "Let the caller pick from a list that the account core returned.", role="listening"),
    Key(
        "from", "reference", "The value that holds the list: `$available`.", goes_with=_PICK, needed_by=_PICK
    ),
    Key("confirm", "name", "A question that yes or no answers; events `yes`, `no`.", role="listening"),
    Key("call", "flow name", "Run another flow; the outcome of its `end` is the event.", role="leaving"),
    Key("wait", "seconds", "Let the caller wait: `$seconds`, or a number of seconds.", role="leaving"),
    Key("transfer", "text", "Hand the caller to a person, by the name of a queue or number.", role="leaving"),
    Key("end", "name", "End the call; in a called flow go back with this outcome.", role="leaving"),
    Key("next", "target", "Where the step leads when no event does: a step, or {say: prompt, next: step}."),
    Key("on", "targets", "Named event -> where it leads."),
    Key("tries", "whole number", "Silences or misses allowed before `too_many_tries`."),
    Key("patience", "factor", "Factor on this step's time limits, times the caller's own."),
    Key(
        "barge_in",
        "barge-in",
        "`no`: what is said here is heard to its end, keys are kept for afterwards; `hotword`: a long "
        "read-out that only an answer or a key interrupts.",
    ),
    Key("language", "language", "Prompts of this step are said in this language, whatever the call's is."),
)

CLOSING = frozenset({"menu", "confirm"} | {key.name for key in STEP_KEYS.values() if key.role == "leaving"})
"""Keys that a step leaves by, whatever comes of them: no part can stand after them."""

OPTION_KEYS = _table(
    Key("key", "key", 'The key that chooses it, "1" to "8", in quotes.', needed=True),
    Key("next", "target", "Where it leads; left out for a universal offered with a key of its own."),
)

TARGET_KEYS = _table(
    Key("say", "name", "A prompt to say on the way."),
    Key("next", "name", "The step to go to, or `back`.", needed=True),
)
