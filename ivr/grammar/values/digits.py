"""Strings of digits as people read them out: singly, in pairs, in groups, doubled.

One automaton holds every way; each of its states knows how many digits have been given, so a
string of the wrong length is never read. Digits read out singly have one reading only. Groups may
have several ("двадцать шесть" is 26 or 206): all are read, those of fewer groups first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ivr.grammar.automaton import Arcs, Output, State
from ivr.grammar.model import Language
from ivr.grammar.number_words import NumberWords
from ivr.grammar.value_types import limits
from ivr.grammar.values import cardinals
from ivr.grammar.values.spoken_value import Request, SpokenValue

ANY_DIGIT = "0123456789"
MOST_REPEATS = 6
"""The longest run of one digit said as "six zeros"."""
Follow = Callable[["Place"], State]
"""Makes the state in which a group goes on, from the place it is at."""
_FRAMES: Mapping[Language, tuple[str, ...]] = {
    "ru": ("(это|номер|код|мой код|пароль|мой пароль) {value}",),
    "en": ("(it's|it is|number|the code is|my code is|the password is|my password is) {value}",),
}


def spoken(request: Request) -> SpokenValue:
    """Digits of the type's length, as a str."""
    shortest, longest = limits(request.value_type)
    start = digit_string(request.words, request.end(join_digits), [ANY_DIGIT] * longest, shortest)
    return SpokenValue(start, expected_words(request.words), _FRAMES[request.language])


def join_digits(output: Output) -> str:
    """The string that the arcs of a digit string gave."""
    return "".join(str(digit) for digit in output)


def expected_words(words: NumberWords) -> tuple[str, ...]:
    """The single words of which digit strings are made, without the rare forms."""
    zeros = words.counted_digits[0][:2]
    nouns = [forms[0] for table in (words.names_of_digits, words.counted_digits) for forms in table.values()]
    also = (*words.only_in_digits, *zeros, *nouns, *words.twice, *words.thrice)
    return tuple(dict.fromkeys([*cardinals.expected_words(words, 999), *also]))


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place in a string, and with it the rest of the string; made once for each different rest."""

    allowed: str
    """The digits that may stand here; none: the string is full."""
    next: Place | None
    may_end: bool
    """Whether the string may end before this place."""

    def after(self, digits: str) -> Place | None:
        """The place after these digits, None when they may not stand here."""
        place: Place | None = self
        for digit in digits:
            if place is None or digit not in place.allowed:
                return None
            place = place.next
        return place


def digit_string(words: NumberWords, end: State, allowed: Sequence[str], shortest: int = 0) -> State:
    """Return the start of the automaton for one string of digits.

    `allowed[k]` holds the digits that may stand at place k, and there are at most as many places;
    the string may end after `shortest` digits (0: only when all places are filled). Each arc gives
    the digits it stands for.
    """
    return DigitStrings(words, end).string(allowed, shortest or len(allowed))


class DigitStrings:
    """Automata of digit strings with the same end; strings that end alike share their states."""

    def __init__(self, words: NumberWords, end: State) -> None:
        self._words = words
        self._end = end
        self._places: dict[tuple[str, Place | None, bool], Place] = {}
        self._kept: dict[tuple[str, Place], State] = {}

    def string(self, allowed: Sequence[str], shortest: int) -> State:
        """The start of one string; arguments as in `digit_string`."""
        place = self._place("", None, may_end=True)
        for at in range(len(allowed) - 1, -1, -1):
            place = self._place(allowed[at], place, may_end=at >= shortest)
        return self._between(place)

    def _place(self, allowed: str, follow: Place | None, *, may_end: bool) -> Place:
        return self._places.setdefault((allowed, follow, may_end), Place(allowed, follow, may_end))

    def _between(self, place: Place) -> State:
        """Between groups: the string may end here, if it is long enough, or a group begins."""

        def make(arcs: Arcs) -> None:
            self._add_single(arcs, place, 1, cost=1)
            self._add_below_hundred(arcs, place, cost=1)
            self._add_hundreds(arcs, place, cost=1)
            self._add_thousands(arcs, place)
            self._add_repeats(arcs, place)

        return self._keep("between", place, make, self._end if place.may_end else None)

    def _give(self, arcs: Arcs, word: str, place: Place, digits: str, *, cost: int = 0) -> None:
        """A word that gives digits and ends its group."""
        if (after := place.after(digits)) is not None:
            arcs.add(word, self._between(after), (digits,), cost)

    def _lead(
        self, arcs: Arcs, word: str, place: Place, digits: str, follow: Follow, *, cost: int = 0
    ) -> None:
        """A word that gives digits (or none) and after which its group goes on."""
        if (after := place.after(digits)) is not None and (state := follow(after)).arcs:
            arcs.add(word, state, (digits,) if digits else (), cost)

    def _keep(self, name: str, place: Place, make: Callable[[Arcs], None], end: State | None = None) -> State:
        """The state of that name with that place, made once."""
        if (name, place) not in self._kept:
            arcs = Arcs()
            make(arcs)
            self._kept[name, place] = arcs.state() if end is None else arcs.state(end)
        return self._kept[name, place]

    def _add_single(self, arcs: Arcs, place: Place, times: int, *, cost: int = 0) -> None:
        """One digit, by any of its names, so many times."""
        words = self._words
        for digit in range(10):
            self._give(arcs, words.word(digit), place, str(digit) * times, cost=cost)
        for digit, names in words.names_of_digits.items():
            self._give(arcs, names[0], place, str(digit) * times, cost=cost)
        for name, digit in words.only_in_digits.items():
            self._give(arcs, name, place, str(digit) * times, cost=cost)

    def _add_below_hundred(self, arcs: Arcs, place: Place, before: str = "", *, cost: int = 0) -> None:
        """10 to 99 as two digits, after other digits that the same word gives."""
        words = self._words
        for number in (*words.teens, *words.tens):
            self._give(arcs, words.word(number), place, f"{before}{number}", cost=cost)
        for number in words.tens:
            self._lead(arcs, words.word(number), place, f"{before}{number // 10}", self._unit, cost=cost)

    def _unit(self, place: Place) -> State:
        """After "twenty": one digit from 1 to 9."""

        def make(arcs: Arcs) -> None:
            for unit in range(1, 10):
                self._give(arcs, self._words.word(unit), place, str(unit))

        return self._keep("unit", place, make)

    def _add_hundreds(self, arcs: Arcs, place: Place, *, cost: int = 0) -> None:
        """100 to 999 as three digits."""
        words = self._words
        for number in words.hundreds:
            self._give(arcs, words.word(number), place, str(number), cost=cost)
            self._lead(arcs, words.word(number), place, str(number // 100), self._two_digits, cost=cost)
        for unit in range(1, 10) if words.hundred else ():
            self._lead(arcs, words.word(unit), place, str(unit), self._word_hundred, cost=cost)

    def _word_hundred(self, place: Place) -> State:
        """After "nine": the word "hundred" and what may follow it."""

        def make(arcs: Arcs) -> None:
            self._give(arcs, self._words.hundred[0], place, "00")
            self._lead(arcs, self._words.hundred[0], place, "", self._two_digits)
            self._lead(arcs, self._words.hundred[0], place, "", self._joined_two_digits)

        return self._keep("hundred", place, make)

    def _joined_two_digits(self, place: Place) -> State:
        return self._keep(
            "and", place, lambda arcs: self._lead(arcs, self._words.joiner, place, "", self._two_digits)
        )

    def _two_digits(self, place: Place) -> State:
        """After "nine hundred": 1 to 99 as two digits."""

        def make(arcs: Arcs) -> None:
            for unit in range(1, 10):
                self._give(arcs, self._words.word(unit), place, f"0{unit}")
            self._add_below_hundred(arcs, place)

        return self._keep("two digits", place, make)

    def _add_thousands(self, arcs: Arcs, place: Place) -> None:
        """1000 to 9999 as four digits."""
        self._add_word_thousand(arcs, place, "1", cost=1)
        for unit in range(1, 10):
            self._lead(arcs, self._words.word(unit), place, str(unit), self._word_thousand, cost=1)

    def _word_thousand(self, place: Place) -> State:
        return self._keep("thousand", place, lambda arcs: self._add_word_thousand(arcs, place, ""))

    def _add_word_thousand(self, arcs: Arcs, place: Place, before: str, *, cost: int = 0) -> None:
        self._give(arcs, self._words.thousand[0], place, f"{before}000", cost=cost)
        self._lead(arcs, self._words.thousand[0], place, before, self._three_digits, cost=cost)

    def _three_digits(self, place: Place) -> State:
        """After "two thousand": 1 to 999 as three digits."""

        def make(arcs: Arcs) -> None:
            for unit in range(1, 10):
                self._give(arcs, self._words.word(unit), place, f"00{unit}")
            self._add_below_hundred(arcs, place, "0")
            self._lead(arcs, self._words.joiner, place, "0", self._two_digits)
            self._add_hundreds(arcs, place)

        return self._keep("three digits", place, make)

    def _add_repeats(self, arcs: Arcs, place: Place) -> None:
        """ "дважды семь", "double seven"; "три нуля", "two zeros"; "три раза семь"."""
        for word in self._words.twice:
            self._lead(arcs, word, place, "", partial(self._repeated, times=2), cost=1)
        self._lead(arcs, self._words.thrice[0], place, "", partial(self._repeated, times=3), cost=1)
        for times in range(2, MOST_REPEATS + 1):
            counted = partial(self._counted, times=times)
            self._lead(arcs, self._words.word(times), place, "", counted, cost=1)

    def _repeated(self, place: Place, times: int) -> State:
        return self._keep(f"times {times}", place, lambda arcs: self._add_single(arcs, place, times))

    def _counted(self, place: Place, times: int) -> State:
        """After a number: the plural of a digit's name, or the word for "times" and a digit."""

        def make(arcs: Arcs) -> None:
            for digit, names in self._words.counted_digits.items():
                self._give(arcs, names[0], place, str(digit) * times)
            for word in self._words.times:
                self._lead(arcs, word, place, "", partial(self._repeated, times=times))

        return self._keep(f"counted {times}", place, make)
