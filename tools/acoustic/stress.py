"""Where Russian words are stressed, written as festvox-ru and RHVoice want it: ``тар+иф``.

festvox-ru knows few stresses and guesses the others: it said "наль" for "ноль" and "тáриф" for "тариф".
eSpeak NG, corrected as for our robot, knows them; its IPA carries the mark.
"""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache

from ivr.speech.pronunciation import spoken_text
from tools.acoustic.vocabulary import vocabulary

_VOWEL = re.compile("[аеёиоуыэюя]")
_SOUND = re.compile("[aɑʌəɐæeɛiɪoɵɔuʊʉyɨ]")
_WORD = re.compile("[а-яё]+")
_MARK = "ˈ"


@lru_cache(maxsize=1)
def _stressed_words() -> dict[str, str]:
    return stressed([word for word in vocabulary("ru") if _WORD.fullmatch(word)])


def stressed(words: list[str]) -> dict[str, str]:
    """Return words, each with ``+`` before its stressed vowel."""
    lines = "\n".join(spoken_text(word, "ru") for word in words)
    command = ["/usr/bin/espeak-ng", "-v", "ru", "-q", "--ipa"]
    run = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=300, check=True)  # noqa: S603 - fixed program
    heard = run.stdout.strip().splitlines()
    return {word: _marked(word, ipa) for word, ipa in zip(words, heard, strict=True)}


def _marked(word: str, ipa: str) -> str:
    """Return the word with the stress of its IPA, or as it is where the two do not agree."""
    places = [found.start() for found in _VOWEL.finditer(word)]
    before, mark, _ = ipa.partition(_MARK)
    number = len(_SOUND.findall(before))
    if not mark or number >= len(places) or len(_SOUND.findall(ipa)) != len(places):
        return word
    return f"{word[: places[number]]}+{word[places[number] :]}"


def with_stress(text: str) -> str:
    """Return a text with every word of ours stressed; other words stay as they are."""
    return _WORD.sub(lambda found: _stressed_words().get(found.group(), found.group()), text)


def with_every_stress(texts: list[str]) -> list[str]:
    """Return texts with every word stressed, be it ours or not."""
    words = sorted({found.group() for text in texts for found in _WORD.finditer(text)})
    marked = stressed(words)
    return [_WORD.sub(lambda found: marked[found.group()], text) for text in texts]
