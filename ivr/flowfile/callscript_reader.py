"""Call scripts from YAML: `call`, `from`, `language`, `steps`, `then`, `never logged`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.errors import ContentError
from ivr.flowfile import fields, values
from ivr.flowfile.callscript import (
    CallScript,
    Coughs,
    Ended,
    HangsUp,
    Hears,
    Presses,
    Says,
    ScriptStep,
    Silence,
    Transferred,
)
from ivr.flowfile.callscript_values import duration
from ivr.flowfile.faults import Faults, raise_if_wrong
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.reader import fetch, read_bytes
from ivr.flowfile.syntax import NUMBER, Key

SCRIPT_KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key("call", "text", "The number that is called, in quotes.", needed=True),
        Key("from", "text", 'The caller\'s number, "+79261234567"; left out: withheld.'),
        Key("language", "language", "The language the call begins in."),
        Key("steps", "steps", "What happens, one line after another.", needed=True),
        Key("then", "text", "What must be true after the call."),
        Key("never logged", "text", "Texts that must appear nowhere."),
    )
}
_ACTS = ("hears", "says", "presses", "silence", "transferred")
_WORDS = ("hangs up", "coughs", "ended")
_BESIDE: Mapping[str, tuple[str, ...]] = {"hears": ("with", "within"), "transferred": ("comes back",)}
"""Act -> keys that may stand beside it."""

_LINE = re.compile(r"\+[1-9][0-9]{4,14}")
_KEYS = re.compile(r"[0-9*#]{1,64}")
_PROMPT = re.compile(r"([a-z][a-z0-9_]*)(?:\.(first|again|help|short))?")
_RETURNS = ("answered", "no_answer", "busy", "failed")


def load_call_script(path: Path) -> CallScript:
    """Read one script. Raises FaultyContentError with every fault."""
    faults = Faults()
    script = _read(path, faults)
    raise_if_wrong(faults)
    if script is None:
        raise ContentError(f"{path.name} is no call script", remedy="write call: and steps:")
    return script


def load_call_scripts(folder: Path) -> dict[str, CallScript]:
    """Read all `*.yaml` of a folder, by name. Raises FaultyContentError with every fault of every file."""
    faults = Faults()
    found = [_read(path, faults) for path in sorted(folder.glob("*.yaml"))]
    raise_if_wrong(faults)
    return {script.name: script for script in found if script is not None}


def read_call_script(data: bytes, name: str, file: str, faults: Faults) -> CallScript | None:
    """Read a script's bytes; None when it is none. `file` is how messages call it."""
    table = fields.as_table(read_bytes(data, file, faults), faults, "a call script's keys")
    if table is None:
        return None
    fields.check_keys(table, SCRIPT_KEYS, faults)
    remedy = 'write it with country code, in quotes: "+79261234567"'
    steps = fields.as_items(table.get("steps"), faults, "steps, as a list,")
    built = [_step(item, faults) for item in (steps.items if steps else ())]
    return CallScript(
        name=name,
        number=fields.quoted(table.get("call"), faults, NUMBER, "a number", 'write it as "0505"') or "",
        from_line=fields.quoted(table.get("from"), faults, _LINE, "a caller's number", remedy) or "",
        steps=tuple(step for step in built if step is not None),
        language=values.language(table.get("language"), faults),
        then=_texts(table.get("then"), faults),
        never_logged=_list(table.get("never logged"), faults),
        place=table.place,
    )


def _read(path: Path, faults: Faults) -> CallScript | None:
    file = f"{path.parent.name}/{path.name}"
    data = fetch(path, file, faults)
    return None if data is None else read_call_script(data, path.stem, file, faults)


def _step(node: Node, faults: Faults) -> ScriptStep | None:
    if isinstance(node, Scalar):
        return _word(node, faults)
    table = fields.as_table(node, faults, "a step, as `says: words`,")
    if table is None:
        return None
    acts = [name for name, _ in table if name.text in _ACTS]
    if len(acts) != 1:
        faults.refuse(table, "a step does one thing", f"one of {', '.join([*_ACTS, *_WORDS])}")
        return None
    act = acts[0].text
    for name, _ in table:
        if name.text != act and name.text not in _BESIDE.get(act, ()):
            remedy = fields.did_you_mean(name.text, (*_ACTS, *_BESIDE.get(act, ())))
            faults.refuse(name, f"{name.text} cannot stand beside {act}", remedy)
    return _READERS[act](table, faults)


def _word(node: Scalar, faults: Faults) -> ScriptStep | None:
    match node.text:
        case "hangs up":
            return HangsUp(node.place)
        case "coughs":
            return Coughs(node.place)
        case "ended":
            return Ended(node.place)
    remedy = fields.did_you_mean(node.text, _WORDS) or f"there are {', '.join(_WORDS)}"
    faults.refuse(node, "there is no such step", remedy)
    return None


def _hears(table: Table, faults: Faults) -> Hears | None:
    node = table.get("hears")
    scalar = fields.as_text(node, faults, "a prompt's name")
    match = None if scalar is None else _PROMPT.fullmatch(scalar.text)
    within = duration(table.get("within"), faults)
    said = _texts(table.get("with"), faults)
    if scalar is not None and match is None:
        faults.refuse(scalar, "this is not a prompt", "write name or name.again (first, again, help, short)")
    return None if match is None else Hears(match[1], match[2], said, within, table.place)


def _says(table: Table, faults: Faults) -> Says | None:
    words = fields.text(table.get("says"), faults)
    return None if words is None else Says(" ".join(words.split()), table.place)


def _presses(table: Table, faults: Faults) -> Presses | None:
    keys = fields.quoted(table.get("presses"), faults, _KEYS, "a row of keys", 'write keys as "1" or "12#"')
    return None if keys is None else Presses(keys, table.place)


def _silence(table: Table, faults: Faults) -> Silence | None:
    seconds = duration(table.get("silence"), faults)
    return None if seconds is None else Silence(seconds, table.place)


def _transferred(table: Table, faults: Faults) -> Transferred | None:
    target = fields.label(table.get("transferred"), faults)
    back = fields.text(table.get("comes back"), faults)
    if back is not None and back not in _RETURNS:
        remedy = fields.did_you_mean(back, _RETURNS) or f"there are {', '.join(_RETURNS)}"
        faults.refuse(table, f"nobody comes back with {back}", remedy)
    return None if target is None else Transferred(target, back, table.place)


_READERS: Mapping[str, Callable[[Table, Faults], ScriptStep | None]] = {
    "hears": _hears,
    "says": _says,
    "presses": _presses,
    "silence": _silence,
    "transferred": _transferred,
}


def _texts(node: Node | None, faults: Faults) -> dict[str, str]:
    table = fields.as_table(node, faults, "names and values")
    found: dict[str, str] = {}
    for key, value in table or ():
        text = fields.text(value, faults)
        if text is not None:
            found[key.text] = text
    return found


def _list(node: Node | None, faults: Faults) -> tuple[str, ...]:
    if isinstance(node, Scalar):
        text = fields.text(node, faults)
        return () if text is None else (text,)
    items = fields.as_items(node, faults, "a list of texts")
    texts = (fields.text(item, faults) for item in (items.items if items else ()))
    return tuple(text for text in texts if text is not None)
