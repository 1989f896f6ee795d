"""How the voice account speaks with this subscriber."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from ivr.accounts import journal
from ivr.accounts.arguments import Key, Shape
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.records import VoiceSettings
from ivr.accounts.values import Values
from ivr.dialogue.queries import Outcome, Value

_RANGES = {"rate": range(50, 301), "volume": range(25, 201), "patience": (0, 1, 2, 10)}
_WORDS = {"verbosity": ("full", "short"), "first": ("voice", "keypad"), "spelling": ("on", "off")}
_VALUES: Values = {
    "language": "language",
    "rate": Value("count", "Percent of the usual speed of speech."),
    "volume": Value("count", "Percent of the usual volume."),
    "verbosity": Value("key", "How much prompts say.", choices=_WORDS["verbosity"]),
    "patience": Value("count", "Times as long to answer; 0: no limit."),
    "first": Value("key", "What prompts offer first.", choices=_WORDS["first"]),
    "spelling": Value("key", "Whether names are spelled.", choices=_WORDS["spelling"]),
}
_Language = Annotated[str, Shape("language", choices=("ru", "en"))]
_Setting = Annotated[str, Shape("key", choices=(*_RANGES, *_WORDS))]


@use_case(outcomes={"ok": {}, "no_such_language": {}}, needs="")
async def set_language(desk: Desk, caller: Caller, *, language: _Language) -> Outcome:
    """Choose "ru" or "en"; remembered for a known caller, for this call otherwise."""
    if language not in {"ru", "en"}:
        return Outcome("no_such_language")
    caller.language = language
    if caller.subscriber is None:
        return Outcome("ok")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        await work.put(replace(who, language=language))
        await journal.note(work, desk, caller, who.id, "set_language", subject=language)
        await work.commit()
    return Outcome("ok")


@use_case(outcomes={"ok": _VALUES})
async def voice_settings(desk: Desk, caller: Caller) -> Outcome:
    """Tell the settings.

    rate and volume in percent; verbosity full or short; patience 1, 2, 10, or 0 for no limit; first voice
    or keypad; spelling on or off.
    """
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        kept = await reader.get(VoiceSettings, who.id) or VoiceSettings(who.id)
    return Outcome(
        "ok",
        {
            "language": who.language,
            "rate": kept.rate,
            "volume": kept.volume,
            "verbosity": kept.verbosity,
            "patience": kept.patience,
            "first": kept.first,
            "spelling": "on" if kept.spelling else "off",
        },
    )


@use_case(outcomes={"ok": {}, "not_possible": {}})
async def change_voice_settings(
    desk: Desk,
    caller: Caller,
    *,
    setting: Annotated[str, Shape("key", choices=(*_RANGES, *_WORDS))],
    value: Key,
) -> Outcome:
    """Change one of rate, volume, verbosity, patience, first, spelling; values as voice_settings tells them.

    `not_possible`: there is no such setting or value.
    """
    new = _value(setting, value)
    if new is None:
        return Outcome("not_possible")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        kept = await work.get(VoiceSettings, who.id)
        changed = replace(kept or VoiceSettings(who.id), **{setting: new})  # type: ignore[arg-type]  # _value knows the types
        await (work.put(changed) if kept else work.add(changed))
        await journal.note(work, desk, caller, who.id, "change_voice_settings", subject=setting)
        await work.commit()
    return Outcome("ok")


def _value(setting: str, value: str) -> int | str | bool | None:
    if setting in _RANGES:
        return int(value) if value.isdecimal() and int(value) in _RANGES[setting] else None
    if value not in _WORDS.get(setting, ()):
        return None
    return value == "on" if setting == "spelling" else value
