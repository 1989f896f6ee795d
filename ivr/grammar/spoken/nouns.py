"""Nouns that are counted, one table per language, and how they agree with their number.

Russian has three forms: *one* after 1, 21, 31 ("минута"), *few* after 2-4, 22-24 ("минуты"), *many* after
the rest ("минут"); 11-14 are *many*. *few* is the genitive singular and *many* the genitive plural, so the
genitive needs no table of its own. The accusative differs only in the singular of feminines ("минуту").
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import Case, Gender, cardinal


@dataclass(frozen=True, slots=True)
class Noun:
    """One counted noun. English uses `one` and `many` alone."""

    one: str
    many: str
    few: str = ""
    gender: Gender = "m"
    accusative: str | None = None
    """Accusative singular; None: living beings, whose accusative is not used in prompts."""


def _ru(gender: Gender, one: str, few: str, many: str, accusative: str = "") -> Noun:
    return Noun(one, many, few, gender, accusative or one)


_RUSSIAN = {
    noun.one: noun
    for noun in (
        _ru("m", "рубль", "рубля", "рублей"),
        _ru("f", "копейка", "копейки", "копеек", "копейку"),
        _ru("m", "процент", "процента", "процентов"),
        _ru("m", "балл", "балла", "баллов"),
        _ru("f", "секунда", "секунды", "секунд", "секунду"),
        _ru("f", "минута", "минуты", "минут", "минуту"),
        _ru("m", "час", "часа", "часов"),
        _ru("m", "день", "дня", "дней"),
        _ru("f", "неделя", "недели", "недель", "неделю"),
        _ru("m", "месяц", "месяца", "месяцев"),
        _ru("m", "год", "года", "лет"),
        _ru("n", "сообщение", "сообщения", "сообщений"),
        _ru("m", "мегабайт", "мегабайта", "мегабайт"),
        _ru("m", "гигабайт", "гигабайта", "гигабайт"),
        _ru("f", "попытка", "попытки", "попыток", "попытку"),
        _ru("m", "раз", "раза", "раз"),
        _ru("f", "цифра", "цифры", "цифр", "цифру"),
        _ru("m", "знак", "знака", "знаков"),
        _ru("m", "номер", "номера", "номеров"),
        _ru("m", "звонок", "звонка", "звонков"),
        _ru("m", "пакет", "пакета", "пакетов"),
        _ru("f", "опция", "опции", "опций", "опцию"),
        _ru("f", "услуга", "услуги", "услуг", "услугу"),
        _ru("f", "операция", "операции", "операций", "операцию"),
        _ru("f", "переадресация", "переадресации", "переадресаций", "переадресацию"),
        _ru("m", "документ", "документа", "документов"),
        _ru("m", "счёт", "счёта", "счетов"),
        _ru("m", "платёж", "платежа", "платежей"),
        _ru("f", "запись", "записи", "записей"),
        Noun("сотрудник", "сотрудников", "сотрудника"),
        Noun("абонент", "абонентов", "абонента"),
        Noun("человек", "человек", "человека"),
    )
}

_REGULAR = (
    "ruble kopeck point second minute hour day week month year message megabyte gigabyte attempt time "
    "digit character number call package option service operation forward document invoice payment "
    "employee subscriber"
)

_ENGLISH = {word: Noun(word, f"{word}s", accusative=word) for word in _REGULAR.split()} | {
    "try": Noun("try", "tries", accusative="try"),
    "entry": Noun("entry", "entries", accusative="entry"),
    "person": Noun("person", "people", accusative="person"),
    "percent": Noun("percent", "percent", accusative="percent"),
}

NOUNS: dict[Language, dict[str, Noun]] = {"ru": _RUSSIAN, "en": _ENGLISH}
"""Every noun by the word a prompt writes: `{n:count(минута)}`, `{n:count(minute)}`."""


def counted(number: int, noun: str, language: Language, case: Case = "nominative") -> str:
    """Return number and noun in agreement: "двадцать одна минута". Raises ValueError for an unknown noun."""
    entry = NOUNS[language].get(noun)
    if entry is None:
        raise ValueError(f"the noun {noun!r} is not in the table of counted nouns")
    if case == "accusative" and entry.accusative is None:
        raise ValueError(f"the noun {noun!r} has no accusative here")
    return f"{cardinal(number, language, entry.gender, case)} {_form(entry, number, language, case)}"


def _form(noun: Noun, number: int, language: Language, case: Case) -> str:
    if language == "en":
        return noun.one if abs(number) == 1 else noun.many
    return _russian_form(noun, abs(number), case)


def _russian_form(noun: Noun, number: int, case: Case) -> str:
    last = 0 if number % 100 in range(11, 15) else number % 10
    if last == 1:
        return {"nominative": noun.one, "genitive": noun.few, "accusative": noun.accusative or noun.one}[case]
    if last in {2, 3, 4} and case != "genitive":
        return noun.few
    return noun.many
