"""The universals: what a caller can say or press in every listening step, never written in a flow."""

from __future__ import annotations

OPERATOR = "operator"
REPEAT = "repeat"
BACK = "back"
SKIP = "skip"
HELP = "help"
MAIN_MENU = "main_menu"
SLOWER = "slower"
FASTER = "faster"
LOUDER = "louder"
QUIETER = "quieter"
MORE_TIME = "more_time"
SPELL_IT = "spell_it"
SHORTER = "shorter"
LONGER = "longer"
OTHER_LANGUAGE = "other_language"

UNIVERSALS: tuple[str, ...] = (
    OPERATOR,
    REPEAT,
    BACK,
    SKIP,
    HELP,
    MAIN_MENU,
    SLOWER,
    FASTER,
    LOUDER,
    QUIETER,
    MORE_TIME,
    SPELL_IT,
    SHORTER,
    LONGER,
    OTHER_LANGUAGE,
)
"""Names of the universals; each is the name of its phrase set in every language."""

STOP = "stop"
"""Understood besides the universals while something long is read out: enough of it."""
COMMANDS: tuple[str, ...] = (*UNIVERSALS, STOP)
"""Everything that is an order to the robot itself and no answer."""

NEITHER = "neither"
"""The phrase set that, besides "no", answers "which of the two?" with neither of them."""

UNIVERSAL_KEYS: dict[str, str] = {"0": OPERATOR, "9": REPEAT, "*": BACK, "#": SKIP}
"""Keys of the universals where a single key is the answer; while digits are typed `*` and `#` edit them."""
