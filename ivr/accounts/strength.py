"""Which passwords are refused, and why. A password is 8 to 26 digits, for it is typed and said on a
telephone.

Rules, in the order they are judged; the first that applies names the outcome:

1. `too_short`, `too_long`: fewer than 8, more than 26 characters.
2. `not_digits`: anything but 0 to 9.
3. `part_of_phone`: lies inside the phone number, either way round; judged after 4, it may also not hold the
   subscriber's last seven digits.
4. `a_run`: counting up or down or one digit repeated (12345678, 98765432, 11111111), a few such runs, or a
   short group said over and over (12121212).
5. `birth_year`: a date with a year between 1900 and now (01021985, 19850201), or years only (19851986).
6. `keypad_shape`: a walk over neighbouring keys, or straight lines (14789632, 25802580, 147258369).
7. `on_deny_list`: one of the commonest numeric passwords, in `deny_list.txt`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from ivr.dialogue.queries import Secret

SHORTEST, LONGEST = 8, 26
REASONS = (
    "too_short",
    "too_long",
    "not_digits",
    "part_of_phone",
    "a_run",
    "birth_year",
    "keypad_shape",
    "on_deny_list",
)
"""Every outcome `weakness` may name."""

DENY_LIST = Path(__file__).with_name("deny_list.txt")
_PLACES = {digit: divmod(position, 3) for position, digit in enumerate("123456789 0 ") if digit != " "}
_LINES = frozenset(
    line[::way]
    for line in ("123", "456", "789", "147", "258", "369", "159", "357", "2580")
    for way in (1, -1)
)


def weakness(password: Secret, phone: str, on: date) -> str | None:
    """Return the reason why this password is refused on this day, or None when it is good. `phone` in
    E.164."""
    text = password.reveal()
    if len(text) < SHORTEST:
        return "too_short"
    if len(text) > LONGEST:
        return "too_long"
    if not (text.isascii() and text.isdecimal()):
        return "not_digits"
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("part_of_phone", lambda: _is_inside(text, phone)),
        ("a_run", lambda: _is_run(text) or _is_repeated(text, 3)),
        ("part_of_phone", lambda: phone[-7:] in text or phone[-7:] in text[::-1]),
        ("birth_year", lambda: _is_date(text, on)),
        ("keypad_shape", lambda: _is_shape(text)),
        ("a_run", lambda: _is_repeated(text, 4)),
        ("on_deny_list", lambda: text in deny_list()),
    )
    return next((reason for reason, applies in rules if applies()), None)


def _is_inside(text: str, phone: str) -> bool:
    digits = phone.lstrip("+")
    return any(way in form for way in (text, text[::-1]) for form in (digits, "8" + digits[1:]))


def _is_run(text: str) -> bool:
    """Tell whether runs of four and more (steps of +1, -1 or 0, ten wrapping) leave fewer than four
    digits."""
    left, start = 0, 0
    while start < len(text):
        length = max(_run_length(text[start:], step) for step in (1, -1, 0))
        left += 0 if length >= 4 else 1
        start += length if length >= 4 else 1
    return left < 4


def _run_length(text: str, step: int) -> int:
    length = 1
    while length < len(text) and (int(text[length - 1]) + step) % 10 == int(text[length]):
        length += 1
    return length


def _is_repeated(text: str, longest: int) -> bool:
    return any((text[:n] * len(text))[: len(text)] == text for n in range(1, longest + 1))


def _is_date(text: str, on: date) -> bool:
    """Tell whether a calendar date fills all but fewer than four digits, or the whole is years."""
    if len(text) < 12 and any(_is_one_date(text[i : i + 8], on) for i in range(len(text) - 7)):
        return True
    years = [text[i : i + 4] for i in range(0, len(text), 4)]
    return all(_is_year(year, on) for year in years)


def _is_one_date(text: str, on: date) -> bool:
    forms = ((4, 2, 0), (4, 0, 2), (0, 4, 6), (0, 6, 4))  # where year, month and day begin
    return any(
        _is_year(text[y : y + 4], on) and _is_day(text[y : y + 4], text[m : m + 2], text[d : d + 2])
        for y, m, d in forms
    )


def _is_year(text: str, on: date) -> bool:
    return len(text) == 4 and 1900 <= int(text) <= on.year


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_shape(text: str) -> bool:
    """Tell whether the whole, but for two digits at its end, is cut into key walks of four or straight
    lines."""
    reached = {0}
    for end in range(3, len(text) + 1):
        if any(start in reached and _is_stroke(text[start:end]) for start in range(end - 2)):
            reached.add(end)
    return max(reached) >= max(SHORTEST - 2, len(text) - 2)


def _is_stroke(text: str) -> bool:
    walks = len(text) >= 4 and all(_are_neighbours(a, b) for a, b in pairwise(text))
    return walks or text in _LINES


def _are_neighbours(one: str, other: str) -> bool:
    (row, column), (other_row, other_column) = _PLACES[one], _PLACES[other]
    return one != other and abs(row - other_row) <= 1 and abs(column - other_column) <= 1


@cache
def deny_list() -> frozenset[str]:
    """Return the commonest numeric passwords. The first call reads the file: make it before calls come in."""
    lines = DENY_LIST.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
