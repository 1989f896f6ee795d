"""What the benches say: digit strings, menu phrases, phrases that no grammar of ours expects."""

from __future__ import annotations

import random

from tools.acoustic.listed import listed
from tools.acoustic.texts import DIGITS, general_words

# One key per digit; values are the other ways to say it.
SAME_DIGIT = {
    "ru": {"нуль": "ноль", "одна": "один", "раз": "один", "две": "два"},
    "en": {"oh": "zero"},
}

MENU = {
    "ru": listed(
        "баланс | мой баланс | остаток | проверить баланс | пополнить счёт | обещанный платёж | взять "
        "обещанный платёж | подключить услугу | отключить услугу | тариф | сменить тариф | переадресация "
        "| чёрный список | бонусы | последние операции | оператор | соедините с оператором | специалист | "
        "повторите | повтори ещё раз | назад | главное меню | помощь | отмена | да | нет | верно | "
        "неверно | сменить пароль | забыл пароль | заблокировать номер | перевести деньги | настройки | "
        "быстрее | медленнее | детализация | документы | акт сверки | заменить сим карту | лимиты",
        "|",
    ),
    "en": listed(
        "balance | my balance | check my balance | top up | promised payment | take a promised payment | "
        "connect an option | disconnect an option | tariff | change my tariff | call forwarding | black "
        "list | bonus points | last operations | operator | connect me with an operator | agent | repeat "
        "| say again | go back | main menu | help | cancel | yes | no | correct | wrong | change password "
        "| forgot my password | block my number | transfer money | settings | faster | slower | statement "
        "| documents | reconciliation report | replace sim card | limits | voice settings",
        "|",
    ),
}


def digit_string(language: str, rng: random.Random, shortest: int, longest: int) -> list[str]:
    """Return the words of a random digit string."""
    return [rng.choice(DIGITS[language]) for _ in range(rng.randint(shortest, longest))]


def digit_words(language: str) -> list[str]:
    """Return every word a caller may use for a digit."""
    return [*DIGITS[language], *SAME_DIGIT[language]]


def same_digits(words: list[str], language: str) -> list[str]:
    """Return the words with variants of a digit made equal and fillers left out."""
    names = SAME_DIGIT[language]
    return [names.get(word, word) for word in words if word != "[unk]"]


def unexpected(language: str, rng: random.Random, count: int) -> list[str]:
    """Return phrases of one to four dictionary words, none of which is in the menu."""
    used = {word for phrase in MENU[language] for word in phrase.split()}
    words = [word for word in general_words(language) if word not in used and len(word) > 2]
    return [" ".join(rng.choice(words) for _ in range(rng.randint(1, 4))) for _ in range(count)]
