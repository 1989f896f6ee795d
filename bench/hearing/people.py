"""Recorded people: the digits and letters of Asterisk's prompt packages, for evaluation only.

Debian packages ``asterisk-core-sounds-ru-wav`` and ``-en-wav``; no model of ours ever trains on them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.hearing.listener import RATE, Samples
from tools.acoustic.listed import listed
from tools.acoustic.speech import read_wav

FOLDERS = {
    "ru": Path("/usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU"),
    "en": Path("/usr/share/asterisk/sounds/en_US_f_Allison"),
}
_LOW = {
    "ru": listed(
        "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
        "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
    ),
    "en": listed(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen"
    ),
}
_TENS = {
    "ru": listed("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"),
    "en": listed("twenty thirty forty fifty sixty seventy eighty ninety"),
}
_MORE = {
    "ru": {"1n": "одна", "2n": "две"},
    "en": {"oh": "oh", "hundred": "hundred", "thousand": "thousand", "million": "million"},
}
_DAYS = {
    "ru": listed("воскресенье понедельник вторник среда четверг пятница суббота"),
    "en": listed("sunday monday tuesday wednesday thursday friday saturday"),
}
_MONTHS = {
    "ru": listed("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    "en": listed("january february march april may june july august september october november december"),
}
_STEERING = {
    "ru": {
        "digits/today": "сегодня",
        "digits/tomorrow": "завтра",
        "digits/yesterday": "вчера",
        "hours": "часов",
        "minutes": "минут",
        "seconds": "секунд",
        "number": "номер",
    },
    "en": {
        "digits/today": "today",
        "digits/tomorrow": "tomorrow",
        "digits/yesterday": "yesterday",
        "call-forwarding": "call forwarding",
        **{word: word for word in listed("hello goodbye activated enabled disabled number extension")},
    },
}
_SPELLING = listed(
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar "
    "papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu"
)


def numbers(language: str) -> dict[str, str]:
    """Return ``file name -> word`` of the recorded numbers; the first ten are the digits."""
    tens = {str(10 * k): word for k, word in enumerate(_TENS[language], start=2)}
    return {str(k): word for k, word in enumerate(_LOW[language])} | tens | _MORE[language]


def recording(language: str, name: str) -> Samples:
    """Return one recording, e.g. ``digits/5``, without the silence around it."""
    samples = read_wav((FOLDERS[language] / f"{name}.wav").read_bytes())
    loud = np.flatnonzero(
        np.abs(samples.astype(np.int32)) > max(150, np.abs(samples.astype(np.int32)).max() // 40)
    )
    margin = RATE // 20
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def spelling_names() -> dict[str, str]:
    """Return ``file name -> word`` of the recorded English spelling names."""
    return {f"{word[0]}_p": word for word in _SPELLING}


def words(language: str) -> dict[str, str]:
    """Return ``file name -> word`` of recorded single words such as a menu has: days, months, steering."""
    days = {f"digits/day-{k}": word for k, word in enumerate(_DAYS[language])}
    months = {f"digits/mon-{k}": word for k, word in enumerate(_MONTHS[language])}
    return days | months | _STEERING[language]


def other_prompts(language: str) -> list[str]:
    """Return the names of recorded sentences (a second or more) that no menu of ours expects."""
    files = sorted(FOLDERS[language].glob("*.wav"))
    skip = ("beep", "tone", "monkeys", "weasels", "call-forwarding")  # the last one is in our menu
    return [f.stem for f in files if not any(word in f.stem for word in skip) and f.stat().st_size > 2 * RATE]


def spliced(language: str, digits: list[int], rng: np.random.Generator) -> Samples:
    """Return recorded digits one after another with pauses of 25 to 200 ms."""
    parts = []
    for digit in digits:
        parts += [
            recording(language, f"digits/{digit}"),
            np.zeros(int(rng.uniform(0.025, 0.2) * RATE), np.int16),
        ]
    return np.concatenate(parts)
