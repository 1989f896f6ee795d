"""Names of letters, as people spell over the telephone: "бэ", "борис", "b as in bravo"; per language.

Russian: the names of the letters and the words of the usual telephone alphabet (personal names); ё is
heard as е, as in the records that such words are looked up in.
English: the letters themselves and the ICAO/ITU alphabet (ITU Radio Regulations, appendix 14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.grammar.model import Language


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one language."""

    names: Mapping[str, tuple[str, ...]]
    """Letter -> how it is called."""
    words: Mapping[str, tuple[str, ...]]
    """Letter -> words that stand for it, usual ones first."""
    such_as: tuple[str, ...]
    """What joins a letter's name with its word: "бэ как борис"."""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Read "б: бэ борис; ..." - letter, then its names, `_` for a space within a name."""
    entries = (entry.split(":") for entry in text.split(";"))
    return {
        letter.strip(): tuple(name.replace("_", " ") for name in names.split()) for letter, names in entries
    }


_RUSSIAN = Letters(
    names=_table(
        "а: а; б: бэ; в: вэ; г: гэ; д: дэ; е: е; ж: жэ; з: зэ; и: и; й: и_краткое; к: ка; л: эль; м: эм; "
        "н: эн; о: о; п: пэ; р: эр; с: эс; т: тэ; у: у; ф: эф; х: ха; ц: цэ; ч: че; ш: ша; щ: ща; "
        "ъ: твёрдый_знак; ы: ы ыры; ь: мягкий_знак; э: э э_оборотное; ю: ю; я: я; -: тире дефис"
    ),
    words=_table(
        "а: анна; б: борис; в: василий; г: григорий; д: дмитрий; е: елена ёлка; ж: женя жук; "
        "з: зинаида зоя; и: иван ирина; й: йогурт; к: константин; л: леонид; м: михаил мария; н: николай; "
        "о: ольга; п: павел; р: роман; с: семён сергей; т: татьяна; у: ульяна; ф: фёдор; х: харитон; "
        "ц: цапля; ч: человек; ш: шура; щ: щука; э: эхо; ю: юрий юлия; я: яков"
    ),
    such_as=("как",),
)

_ENGLISH = Letters(
    names=_table(
        "a: a; b: b bee; c: c cee; d: d dee; e: e; f: f; g: g gee; h: h; i: i; j: j jay; k: k kay; l: l; "
        "m: m; n: n; o: o; p: p pee; q: q cue; r: r; s: s; t: t tee; u: u; v: v vee; w: w; x: x; y: y; "
        "z: z zee zed; -: hyphen dash"
    ),
    words=_table(
        "a: alfa alpha able; b: bravo baker; c: charlie; d: delta dog; e: echo easy; f: foxtrot fox; "
        "g: golf george; h: hotel harry; i: india; j: juliet juliett; k: kilo king; l: lima london; "
        "m: mike mary; n: november nancy; o: oscar; p: papa; q: quebec queen; r: romeo robert; "
        "s: sierra sugar; t: tango tom; u: uniform; v: victor; w: whiskey whisky william; x: x-ray xray; "
        "y: yankee; z: zulu zebra"
    ),
    such_as=("as in", "for", "like"),
)

LETTERS: Mapping[Language, Letters] = {"ru": _RUSSIAN, "en": _ENGLISH}
