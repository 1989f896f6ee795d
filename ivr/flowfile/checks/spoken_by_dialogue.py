"""Prompts that the dialogue says on its own, and what it fills in them: no flow names them, all need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.dialogue.flow import Ask, Confirm, Part, Pick

DIALOGUE_PROMPTS: Mapping[str, Mapping[str, str]] = {
    "no_input": {},
    "no_match": {},
    "too_many_tries": {},
    "wait_please": {},
    "technical_fault": {},
    "keys_only": {},
    "nothing_to_pick": {},
    "universals_help": {},
    "at_the_limit": {},
    "slower_now": {},
    "faster_now": {},
    "louder_now": {},
    "quieter_now": {},
    "brief_now": {},
    "verbose_now": {},
    "more_time_now": {},
    "language_changed": {},
    "confirm_heard": {"option": "label"},
    "which_of_two": {"one": "label", "other": "label"},
    "menu_option": {"option": "label", "key": "digits"},
    "pick_option": {"text": "text", "key": "digits"},
}
"""Prompt -> the slots that the dialogue fills."""

_VALUE_SLOTS = {
    "digits": {"value": "digits"},
    "secret_digits": {},
    "phone_number": {"value": "phone"},
    "money": {"value": "money"},
    "date": {"value": "date"},
    "count": {"value": "count"},
    "letters": {"value": "text"},
    "yes_no": {},
    "choice": {"value": "text"},
}
"""Value kind -> the slots of its `confirm_KIND`, which asks whether a doubtful answer was heard right.

`which_of_two_KIND` asks which of two answers that sound alike it was; what is never said aloud has none.
"""


def prompts_needed(parts: Iterable[Part]) -> dict[str, Mapping[str, str]]:
    """Every prompt the dialogue may say on its own in these parts, and the slots it fills."""
    needed = dict(DIALOGUE_PROMPTS)
    for part in parts:
        kind = _kind(part)
        if kind:
            needed[f"confirm_{kind}"] = _VALUE_SLOTS[kind]
            for slot in _VALUE_SLOTS[kind].values():
                needed[f"which_of_two_{kind}"] = {"one": slot, "other": slot}
    return needed


def _kind(part: Part) -> str:
    match part:
        case Ask(_, expect):
            return expect.kind
        case Pick():
            return "choice"
        case Confirm():
            return "yes_no"
    return ""
