"""Words that eSpeak NG 1.51 reads wrongly, found by checking every word that can be said (decision 0008).

The right readings are phonemes in eSpeak NG's own notation (`espeak-ng -x`): `'` before a stressed vowel, `;`
after a soft consonant, `V` and `a#` reduced vowels. A voice of another make needs none of this.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.grammar.model import Language

PRONUNCIATIONS: Mapping[Language, Mapping[str, str]] = {
    "ru": {
        "бонусном": "b'onusnVm",
        "голоса": "g'olVsa#",
        "здравствуйте": "zdr'Astvujt;i",
        "номера": "n'om;ira#",
        "сорок": "s'orVk",
        "сорока": "sVrVk'A",
        "уже": "uZ'E",
        "четырёхсот": "tS;ityr;ixs'ot",
    },
    "en": {},
}
"""Lower-case word -> what to say for it, whole words only.

`номера` and `голоса` are said as the singular here, "два номера": prompts do not use these plurals.
"""
