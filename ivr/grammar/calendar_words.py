"""Words for dates, for hearing: ordinals of days, months, weekdays, days near today; per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.grammar.model import Language


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The words of one language; numbers are 1 for January and 0 for Monday."""

    ordinals: Mapping[int, tuple[str, ...]]
    """1 to 20 and 30, every form."""
    tens_before_ordinal: Mapping[int, str]
    """20 and 30 where an ordinal unit follows: "двадцать первое"."""
    article: str
    """A word that may stand before a day; empty when there is none."""
    months: Mapping[int, tuple[str, ...]]
    """Names, the bare name first where it may come before the day."""
    months_by_number: Mapping[int, tuple[str, ...]]
    """Ordinals that stand for months: "первого двенадцатого"."""
    weekdays: Mapping[int, tuple[str, ...]]
    near: Mapping[int, tuple[str, ...]]
    """Days from today -> how they are called."""
    day_of_month: tuple[str, ...]
    """Words after a day without its month ("число")."""
    centuries: Mapping[str, int]
    """How the first half of a year is said -> the least second half that may follow."""
    year: tuple[str, ...]
    """Words after the year ("года"); with one of them the second half alone is a year."""

    def ordinal(self, number: int) -> tuple[str, ...]:
        """All forms of 1st to 39th, with and without the article."""
        ten, unit = number // 10 * 10, number % 10
        if number in self.ordinals:
            forms = self.ordinals[number]
        else:
            forms = tuple(f"{self.tens_before_ordinal[ten]} {form}" for form in self.ordinals[unit])
        return (*forms, *(f"{self.article} {form}" for form in forms)) if self.article else forms


_RUSSIAN_STEMS = {
    1: "перв ое ого ому ый",
    2: "втор ое ого ому ой",
    3: "трет ье ьего ьему ий",
    4: "четвёрт ое ого ому ый",
    5: "пят ое ого ому ый",
    6: "шест ое ого ому ой",
    7: "седьм ое ого ому ой",
    8: "восьм ое ого ому ой",
    9: "девят ое ого ому ый",
    10: "десят ое ого ому ый",
    11: "одиннадцат ое ого ому ый",
    12: "двенадцат ое ого ому ый",
    13: "тринадцат ое ого ому ый",
    14: "четырнадцат ое ого ому ый",
    15: "пятнадцат ое ого ому ый",
    16: "шестнадцат ое ого ому ый",
    17: "семнадцат ое ого ому ый",
    18: "восемнадцат ое ого ому ый",
    19: "девятнадцат ое ого ому ый",
    20: "двадцат ое ого ому ый",
    30: "тридцат ое ого ому ый",
}


def _declined(stem_and_endings: str) -> tuple[str, ...]:
    stem, *endings = stem_and_endings.split()
    return tuple(stem + ending for ending in endings)


_RUSSIAN = CalendarWords(
    ordinals={number: _declined(forms) for number, forms in _RUSSIAN_STEMS.items()},
    tens_before_ordinal={20: "двадцать", 30: "тридцать"},
    article="",
    months={
        1: ("января", "январь"),
        2: ("февраля", "февраль"),
        3: ("марта", "март"),
        4: ("апреля", "апрель"),
        5: ("мая", "май"),
        6: ("июня", "июнь"),
        7: ("июля", "июль"),
        8: ("августа", "август"),
        9: ("сентября", "сентябрь"),
        10: ("октября", "октябрь"),
        11: ("ноября", "ноябрь"),
        12: ("декабря", "декабрь"),
    },
    months_by_number={month: (_declined(_RUSSIAN_STEMS[month])[1],) for month in range(1, 13)},
    weekdays={
        0: ("понедельник", "в понедельник", "с понедельника"),
        1: ("вторник", "во вторник", "со вторника"),
        2: ("среда", "в среду", "среду", "со среды"),
        3: ("четверг", "в четверг", "с четверга"),
        4: ("пятница", "в пятницу", "пятницу", "с пятницы"),
        5: ("суббота", "в субботу", "субботу", "с субботы"),
        6: ("воскресенье", "в воскресенье", "с воскресенья"),
    },
    near={
        -2: ("позавчера",),
        -1: ("вчера", "со вчерашнего дня"),
        0: ("сегодня", "сейчас", "с сегодняшнего дня"),
        1: ("завтра", "с завтрашнего дня", "через день"),
        2: ("послезавтра", "через два дня"),
        3: ("через три дня",),
        7: ("через неделю", "через семь дней"),
        14: ("через две недели",),
    },
    day_of_month=("число", "числа"),
    centuries={"две тысячи": 1},
    year=("года", "год", "году"),
)

_ENGLISH_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
_ENGLISH_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENGLISH = CalendarWords(
    ordinals={**{place: (word,) for place, word in enumerate(_ENGLISH_ORDINALS, 1)}, 30: ("thirtieth",)},
    tens_before_ordinal={20: "twenty", 30: "thirty"},
    article="the",
    months={place: (word, f"of {word}") for place, word in enumerate(_ENGLISH_MONTHS, 1)},
    months_by_number={},
    weekdays={
        place: (day, f"on {day}", f"this {day}", f"next {day}") for place, day in enumerate(_ENGLISH_WEEKDAYS)
    },
    near={
        -2: ("the day before yesterday",),
        -1: ("yesterday",),
        0: ("today", "now"),
        1: ("tomorrow", "from tomorrow"),
        2: ("the day after tomorrow", "in two days"),
        3: ("in three days",),
        7: ("in a week", "in one week", "in seven days"),
        14: ("in two weeks",),
    },
    day_of_month=("of this month",),
    centuries={"two thousand": 1, "two thousand and": 1, "twenty": 10},
    year=(),
)

CALENDAR_WORDS: Mapping[Language, CalendarWords] = {"ru": _RUSSIAN, "en": _ENGLISH}
