"""Number words for hearing: every form in which a caller may say a number, per language.

Saying numbers is the spoken-form layer's work; these tables are for the other direction only.
Of the forms of one number the first is its word in the matcher, and the others are its aliases
(`ALIASES`): "пяти" is heard as "пять". The forms in the tables are those the recogniser is told to
expect; `oblique` holds declined forms that are understood as well (Russian: genitive, dative,
instrumental, prepositional).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.grammar.fold import fold
from ivr.grammar.model import Language

Forms = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of one language; every entry is number -> its forms, the commonest first."""

    units: Forms
    """0 to 9."""
    teens: Forms
    """10 to 19."""
    tens: Forms
    """20, 30, ... 90."""
    hundreds: Forms
    """100, 200, ... 900 where each is a word of its own; empty where it is "two hundred"."""
    hundred: tuple[str, ...]
    """The word after a unit that makes hundreds of it; empty where `hundreds` is filled."""
    thousand: tuple[str, ...]
    million: tuple[str, ...]
    one_and_a_half: Mapping[str, tuple[str, ...]]
    """Ways to say 1.5 times what follows, by what it is: "thousand", or "one" of a unit."""
    joiner: str
    """A word that may stand between hundreds and the rest ("and"); empty when there is none."""
    articles: tuple[str, ...]
    """Words that stand for one before hundred, thousand, million ("a")."""
    only_in_digits: Mapping[str, int]
    """Words that are a digit only where digits are read out: "раз", "oh"."""
    names_of_digits: Forms
    """Nouns for a digit: "семёрка"."""
    counted_digits: Forms
    """The same nouns after a number: "три семёрки", "два нуля", "two zeros"."""
    twice: tuple[str, ...]
    thrice: tuple[str, ...]
    times: tuple[str, ...]
    """The word after a number that repeats the next digit: "три раза семь"."""
    oblique: Forms = field(default_factory=dict)
    """Declined forms of any of the numbers above, understood but not expected."""

    _word: Mapping[int, str] = field(init=False)

    def __post_init__(self) -> None:
        word = {number: forms[0] for table in self.cardinals for number, forms in table.items()}
        object.__setattr__(self, "_word", word)

    def word(self, number: int) -> str:
        """The word of a unit, teen, ten or hundred."""
        return self._word[number]

    def has_word(self, number: int) -> bool:
        """Whether the number is a single word ("two hundred" is none)."""
        return number in self._word

    @property
    def cardinals(self) -> tuple[Forms, ...]:
        """Units, teens, tens and hundreds."""
        return (self.units, self.teens, self.tens, self.hundreds)

    def families(self) -> Iterator[tuple[str, ...]]:
        """Every number word with all its forms, the word itself first."""
        for table in self.cardinals:
            for number, forms in table.items():
                yield forms + self.oblique.get(number, ())
        for table in (self.names_of_digits, self.counted_digits):
            yield from table.values()
        yield from (forms for forms in (self.hundred, self.thousand, self.million, self.thrice) if forms)


_RUSSIAN = NumberWords(
    units={
        0: ("ноль", "нуль"),
        1: ("один", "одна", "одно"),
        2: ("два", "две"),
        3: ("три",),
        4: ("четыре",),
        5: ("пять",),
        6: ("шесть",),
        7: ("семь",),
        8: ("восемь",),
        9: ("девять",),
    },
    teens={
        10: ("десять",),
        11: ("одиннадцать",),
        12: ("двенадцать",),
        13: ("тринадцать",),
        14: ("четырнадцать",),
        15: ("пятнадцать",),
        16: ("шестнадцать",),
        17: ("семнадцать",),
        18: ("восемнадцать",),
        19: ("девятнадцать",),
    },
    tens={
        20: ("двадцать",),
        30: ("тридцать",),
        40: ("сорок",),
        50: ("пятьдесят",),
        60: ("шестьдесят",),
        70: ("семьдесят",),
        80: ("восемьдесят",),
        90: ("девяносто",),
    },
    hundreds={
        100: ("сто",),
        200: ("двести",),
        300: ("триста",),
        400: ("четыреста",),
        500: ("пятьсот",),
        600: ("шестьсот",),
        700: ("семьсот",),
        800: ("восемьсот",),
        900: ("девятьсот",),
    },
    hundred=(),
    thousand=("тысяч", "тысяча", "тысячи", "тысячу", "тыщ", "тыща", "тыщи", "тыщу", "тысячам", "тысячами"),
    million=("миллион", "миллиона", "миллионов", "миллионам", "миллионами"),
    one_and_a_half={"thousand": ("полторы", "полутора"), "one": ("полтора", "полутора")},
    joiner="",
    articles=(),
    only_in_digits={"раз": 1, "единица": 1, "единичка": 1},
    names_of_digits={
        0: ("нолик",),
        2: ("двойка", "двоечка"),
        3: ("тройка", "троечка"),
        4: ("четвёрка", "четвёрочка"),
        5: ("пятёрка", "пятёрочка"),
        6: ("шестёрка", "шестёрочка"),
        7: ("семёрка", "семёрочка"),
        8: ("восьмёрка", "восьмёрочка"),
        9: ("девятка", "девяточка"),
    },
    counted_digits={
        0: ("нуля", "нулей", "ноля", "нолей", "нолика", "ноликов"),
        1: ("единицы", "единиц", "единички", "единичек"),
        2: ("двойки", "двоек"),
        3: ("тройки", "троек"),
        4: ("четвёрки", "четвёрок"),
        5: ("пятёрки", "пятёрок"),
        6: ("шестёрки", "шестёрок"),
        7: ("семёрки", "семёрок"),
        8: ("восьмёрки", "восьмёрок"),
        9: ("девятки", "девяток"),
    },
    twice=("дважды",),
    thrice=("трижды",),
    times=("раза",),
    oblique={
        1: ("одного", "одной", "одному", "одним", "одном", "одну"),
        2: ("двух", "двум", "двумя"),
        3: ("трёх", "трём", "тремя"),
        4: ("четырёх", "четырём", "четырьмя"),
        5: ("пяти", "пятью"),
        6: ("шести", "шестью"),
        7: ("семи", "семью"),
        8: ("восьми", "восемью", "восьмью"),
        9: ("девяти", "девятью"),
        10: ("десяти", "десятью"),
        11: ("одиннадцати", "одиннадцатью"),
        12: ("двенадцати", "двенадцатью"),
        13: ("тринадцати", "тринадцатью"),
        14: ("четырнадцати", "четырнадцатью"),
        15: ("пятнадцати", "пятнадцатью"),
        16: ("шестнадцати", "шестнадцатью"),
        17: ("семнадцати", "семнадцатью"),
        18: ("восемнадцати", "восемнадцатью"),
        19: ("девятнадцати", "девятнадцатью"),
        20: ("двадцати", "двадцатью"),
        30: ("тридцати", "тридцатью"),
        40: ("сорока",),
        50: ("пятидесяти", "пятьюдесятью"),
        60: ("шестидесяти", "шестьюдесятью"),
        70: ("семидесяти", "семьюдесятью"),
        80: ("восьмидесяти", "восемьюдесятью"),
        90: ("девяноста",),
        100: ("ста",),
        200: ("двухсот", "двумстам", "двумястами", "двухстах"),
        300: ("трёхсот", "трёмстам", "тремястами", "трёхстах"),
        400: ("четырёхсот", "четырёмстам", "четырьмястами", "четырёхстах"),
        500: ("пятисот", "пятистам", "пятьюстами", "пятистах"),
        600: ("шестисот", "шестистам", "шестьюстами", "шестистах"),
        700: ("семисот", "семистам", "семьюстами", "семистах"),
        800: ("восьмисот", "восьмистам", "восемьюстами", "восьмистах"),
        900: ("девятисот", "девятистам", "девятьюстами", "девятистах"),
    },
)

_ENGLISH = NumberWords(
    units={
        0: ("zero", "nought", "naught"),
        1: ("one",),
        2: ("two",),
        3: ("three",),
        4: ("four",),
        5: ("five",),
        6: ("six",),
        7: ("seven",),
        8: ("eight",),
        9: ("nine",),
    },
    teens={
        10: ("ten",),
        11: ("eleven",),
        12: ("twelve",),
        13: ("thirteen",),
        14: ("fourteen",),
        15: ("fifteen",),
        16: ("sixteen",),
        17: ("seventeen",),
        18: ("eighteen",),
        19: ("nineteen",),
    },
    tens={
        20: ("twenty",),
        30: ("thirty",),
        40: ("forty",),
        50: ("fifty",),
        60: ("sixty",),
        70: ("seventy",),
        80: ("eighty",),
        90: ("ninety",),
    },
    hundreds={},
    hundred=("hundred",),
    thousand=("thousand",),
    million=("million",),
    one_and_a_half={"thousand": ("one and a half",), "one": ("one and a half",)},
    joiner="and",
    articles=("a",),
    only_in_digits={"oh": 0, "o": 0},
    names_of_digits={},
    counted_digits={
        0: ("zeros", "zeroes", "ohs", "noughts"),
        1: ("ones",),
        2: ("twos",),
        3: ("threes",),
        4: ("fours",),
        5: ("fives",),
        6: ("sixes",),
        7: ("sevens",),
        8: ("eights",),
        9: ("nines",),
    },
    twice=("double",),
    thrice=("triple", "treble"),
    times=("times",),
)

NUMBER_WORDS: Mapping[Language, NumberWords] = {"ru": _RUSSIAN, "en": _ENGLISH}


def _aliases(words: NumberWords) -> Mapping[str, str]:
    return {fold(form)[0]: fold(word)[0] for word, *others in words.families() for form in others}


ALIASES: Mapping[Language, Mapping[str, str]] = {
    language: _aliases(words) for language, words in NUMBER_WORDS.items()
}
"""Folded form -> the folded word that it is a form of; a word never has two meanings here."""
