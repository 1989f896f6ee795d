"""Every Russian word that can be said is stressed rightly by eSpeak NG or put right by PRONUNCIATIONS.

`stressed_words.txt` holds the words of prompts, labels and spoken forms, read through by a person: the
stressed vowel carries an acute accent (`ё` bears the stress unless another vowel has one).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ivr.grammar.spoken import PRONUNCIATIONS

ACUTE = "\u0301"
VOWELS = "аеёиоуыэюя"
WORDS = (Path(__file__).parent / "stressed_words.txt").read_text(encoding="utf-8").split()
PROMPTS = Path(__file__).parents[2] / "prompts" / "ru" / "prompts.yaml"


def right_stress(word: str) -> int:
    """Return which vowel of the word, from 0, is stressed by the list."""
    if ACUTE in word:
        return sum(letter in VOWELS for letter in word[: word.index(ACUTE)]) - 1
    return sum(letter in VOWELS for letter in word[: word.index("ё")])


def phonemes(words: list[str]) -> list[str]:
    """Return what eSpeak NG makes of each word."""
    command = ["espeak-ng", "-v", "ru", "-x", "-q"]
    spoken = subprocess.run(command, input="\n\n".join(words), capture_output=True, text=True, check=True)  # noqa: S603
    return [line.strip() for line in spoken.stdout.splitlines() if line.strip()]


def stress_of(phones: str) -> int:
    """Return which vowel of the phonemes is stressed; `@-` is a glide and no vowel."""
    vowels = [match.start() for match in re.finditer(r"[aeiouyAEIOUYV8]|@(?!-)", phones)]
    return next(index for index, at in enumerate(vowels) if phones[:at].endswith(("'", "'j")))


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_words_are_stressed_as_people_do() -> None:
    plain = [word.replace(ACUTE, "") for word in WORDS]
    table = PRONUNCIATIONS["ru"]
    said = dict(zip(plain, phonemes([f"[[{table[w]}]]" if w in table else w for w in plain]), strict=True))
    wrong = [
        f"{w}: {said[p]}" for w, p in zip(WORDS, plain, strict=True) if stress_of(said[p]) != right_stress(w)
    ]
    assert wrong == []


def test_the_list_covers_what_is_put_right() -> None:
    assert set(PRONUNCIATIONS["ru"]) <= {word.replace(ACUTE, "") for word in WORDS}


def test_every_word_of_the_prompts_has_been_read_through() -> None:
    text = re.sub(r"#.*|\{.*?\}|\S*-\S*", " ", PROMPTS.read_text(encoding="utf-8")).lower()
    words = {word for word in re.findall(r"[а-яё]+", text) if sum(letter in VOWELS for letter in word) > 1}
    unread = words - {word.replace(ACUTE, "") for word in WORDS}
    assert sorted(unread) == [], "listen to these, then add them with their stress to stressed_words.txt"
