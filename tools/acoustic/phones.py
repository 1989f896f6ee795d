"""One broad phone set per language, shared by every synthesizer that labels the training speech.

A table maps a synthesizer's phone name to zero, one or several broad phones; a name that is
not in the table is left out of training (``UNKNOWN``), never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.acoustic.digits import own_sounds

SILENCE = "sil"
FILLER = "spn"
SILENCE_NUMBER = 0
UNKNOWN = -1

_RU_VOWELS = {
    "a": "a ɑ ʌ ə ɐ ja æ",
    "e": "e ɛ",
    "i": "i ɪ ɪ^",
    "o": "o ɵ ɔ",
    "u": "u u' u\" ʊ ju ʉ",
    "y": "y ɨ",
}
_RU_CONSONANTS = {
    "b": "b",
    "b'": "bʲ",
    "v": "v",
    "v'": "vʲ",
    "g": "ɡ",
    "g'": "ɡʲ",
    "d": "d",
    "d'": "dʲ",
    "zh": "ʒ dʒ",
    "z": "z",
    "z'": "zʲ ʑ",
    "j": "j",
    "k": "k",
    "k'": "kʲ",
    "l": "ɭ l",
    "l'": "ɭʲ lʲ",
    "m": "m",
    "m'": "mʲ",
    "n": "n",
    "n'": "nʲ",
    "p": "p",
    "p'": "pʲ",
    "r": "r",
    "r'": "rʲ",
    "s": "s",
    "s'": "sʲ",
    "t": "t",
    "t'": "tʲ",
    "f": "f",
    "f'": "fʲ",
    "h": "x",
    "h'": "xʲ",
    "c": "ts",
    "ch": "tʃʲ tʃ dʒʲ",
    "sh": "ʃ",
    "sch": "ɕ",
}
# msu_ru (festvox-ru): doubled letters are stressed vowels and soft consonants.
_RU_FESTVOX = {
    "a": "a aa ay",
    "e": "e ee",
    "i": "i ii ae",
    "o": "o oo",
    "u": "u uu ur",
    "y": "y yy",
    **{c: c for c in "bvgdzklmnprstfh"},
    **{c + "'": c * 2 for c in "bvgdzklmnprstfh"},
    **{c: c for c in ("zh", "j", "c", "ch", "sh", "sch")},
}
_EN_ESPEAK = {
    "iy": "i iː",
    "ih": "ɪ ᵻ",
    "eh": "ɛ e",
    "ae": "æ a",
    "aa": "ɑː ɒ ɔ aː aa a: ɑ",
    "ao": "ɔː",
    "ah": "ʌ",
    "ax": "ə ɐ",
    "er": "ɜː ɚ ɜ",
    "uh": "ʊ",
    "uw": "uː ʉ ʉː u",
    "ay": "aɪ",
    "aw": "aʊ ʌʉ æʊ",
    "ey": "eɪ eː ei",
    "ow": "oʊ əʊ ʌʊ əu",
    "oy": "ɔɪ oɪ",
    "ih ax": "iə",
    "eh ax": "eə ɛə",
    "uh ax": "ʊə",
    "ay ax": "aɪə",
    "ay er": "aɪɚ",
    "ao ax": "oə ɔə",
    "ao r": "ɔːɹ oːɹ",
    "aa r": "ɑːɹ",
    "eh r": "ɛɹ",
    "ih r": "ɪɹ",
    "uh r": "ʊɹ ʉɹ",
    "ah r": "ʌɹ",
    "ax r": "əɹ",
    "ax l": "əl",
    "n": "n n̩",
    "t": "t ɾ ʔ t̪",
    "r": "ɹ r",
    "g": "ɡ",
    "sh": "ʃ",
    "zh": "ʒ",
    "ch": "tʃ",
    "jh": "dʒ",
    "th": "θ",
    "dh": "ð",
    "ng": "ŋ",
    "hh": "h",
    "y": "j",
    "w": "w ʍ",
    **{c: c for c in "bdfklmpsvz"},
}
_EN_RADIO_NAMES = (
    "aa ae ah ao aw ax ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh"
)
_EN_RADIO = {
    **{name: name for name in _EN_RADIO_NAMES.split()},
    "er": "er axr",
    "ax l": "el",
    "ax m": "em",
    "ax n": "en",
    "t": "t dx",
    "hh": "hh hv",
    "ng": "ng nx",
    "ih": "ih ix",
}
_PAUSES = ("", "pau", "h#", "brth", "#", "ssil", "sil")


def _inverted(*tables: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Turn ``{broad: "names"}`` into ``{name: (broad, ...)}``; pauses map to silence."""
    out: dict[str, tuple[str, ...]] = {
        name: tuple(broad.split())
        for table in tables
        for broad, names in table.items()
        for name in names.split()
    }
    return out | dict.fromkeys(_PAUSES, (SILENCE,))


@dataclass(frozen=True, slots=True)
class PhoneSet:
    """The phones of one language, numbered; number 0 is silence, the last one is the filler."""

    names: tuple[str, ...]
    espeak: dict[str, tuple[str, ...]]
    """eSpeak NG's IPA -> broad phones."""
    festival: dict[str, tuple[str, ...]]
    """Festival's (and Flite's) phone names -> broad phones."""
    own: tuple[str, ...]
    """The sounds that only digits are made of."""

    def number(self, name: str) -> int:
        """Return the phone's number, or ``UNKNOWN``."""
        return self.names.index(name) if name in self.names else UNKNOWN


def _phone_set(
    espeak: dict[str, tuple[str, ...]], festival: dict[str, tuple[str, ...]], own: tuple[str, ...]
) -> PhoneSet:
    used = {broad for table in (espeak, festival) for names in table.values() for broad in names}
    return PhoneSet((SILENCE, *sorted(used - {SILENCE}), *own, FILLER), espeak, festival, own)


PHONE_SETS = {
    "ru": _phone_set(_inverted(_RU_VOWELS, _RU_CONSONANTS), _inverted(_RU_FESTVOX), tuple(own_sounds("ru"))),
    "en": _phone_set(_inverted(_EN_ESPEAK), _inverted(_EN_RADIO), tuple(own_sounds("en"))),
}


def vowels(language: str) -> frozenset[int]:
    """Return the numbers of a language's vowels; of the digits' own sounds none."""
    letters = "aeiouy" if language == "ru" else "aeiou"
    phones = PHONE_SETS[language]
    names = set(phones.names) - {*phones.own, SILENCE, FILLER}
    return frozenset(phones.number(name) for name in names if name[0] in letters)


def broad_marks(
    marks: list[tuple[float, str]], table: dict[str, tuple[str, ...]], end: float
) -> list[tuple[float, str]]:
    """Rewrite a synthesizer's ``(start seconds, name)`` marks in broad phones.

    A name that stands for several broad phones has its time split evenly; an unknown name
    becomes ``"?"``. ``end`` is the end of the last mark in seconds.
    """
    out: list[tuple[float, str]] = []
    for i, (start, name) in enumerate(marks):
        stop = marks[i + 1][0] if i + 1 < len(marks) else end
        broad = table.get(name) or table.get(name.rstrip("ː"), ("?",))
        step = (stop - start) / len(broad)
        out.extend((start + k * step, phone) for k, phone in enumerate(broad))
    return out
