"""The committed models: stock Vosk loads them, knows our words, hears our robot."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import vosk

from ivr.speech.model_shelf import licence
from tools.acoustic.codecs import a_law
from tools.acoustic.espeak import espeak
from tools.acoustic.listed import listed
from tools.acoustic.paths import WORDS, model_folder
from tools.acoustic.phones import PHONE_SETS
from tools.acoustic.speech import to_telephone_rate
from tools.acoustic.texts import DIGITS, EXTRA_DIGITS, NUMBERS
from tools.acoustic.vocabulary import read_word_list, vocabulary

LANGUAGES = ("ru", "en")
_LARGEST = 6_000_000


Models = dict[str, vosk.Model]


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    """Both models; let go before the interpreter ends, or Vosk complains there."""
    vosk.SetLogLevel(-1)
    loaded = {language: vosk.Model(str(model_folder(language))) for language in LANGUAGES}
    yield loaded
    loaded.clear()


def _line(text: str, voice: str) -> bytes:
    """Return our robot's speech as the recogniser gets it from a call: 8 kHz, through A-law."""
    engine = espeak()
    samples = to_telephone_rate(engine.say(text, voice, 150).samples, engine.sample_rate)
    padded = np.pad(samples.astype(np.float32) * 0.5, 2400)
    return a_law(padded).astype(np.int16).tobytes()


def _heard(model: vosk.Model, pcm: bytes, phrases: list[str] | None) -> str:
    grammar = [json.dumps(phrases, ensure_ascii=False)] if phrases else []
    recogniser = vosk.KaldiRecognizer(model, 8000, *grammar)
    texts = [json.loads(recogniser.Result())["text"]] if recogniser.AcceptWaveform(pcm) else []
    texts.append(json.loads(recogniser.FinalResult())["text"])
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_is_small_enough_to_commit(language: str) -> None:
    files = [f for f in model_folder(language).rglob("*") if f.is_file()]
    assert sum(f.stat().st_size for f in files) <= _LARGEST
    assert (model_folder(language) / "MODEL_CARD.md").is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_word_and_every_prompt_word_is_known(language: str) -> None:
    lines = (model_folder(language) / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    known = {line.split()[0] for line in lines}
    assert not set(read_word_list(WORDS / f"{language}.txt")) - known
    assert not set(vocabulary(language)) - known, f"run: python -m tools.acoustic graph {language}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phone_of_the_lexicon_is_one_the_network_scores(language: str) -> None:
    lines = (model_folder(language) / "graph" / "lexicon.txt").read_text(encoding="utf-8").splitlines()
    assert {phone for line in lines for phone in line.split()[2:]} <= set(PHONE_SETS[language].names)


@pytest.mark.parametrize(
    ("language", "voice", "phrases", "said"),
    [
        ("ru", "ru", ["баланс", "тариф", "оператор", "[unk]"], "баланс"),
        (
            "ru",
            "ru",
            listed("ноль один два три четыре пять шесть семь восемь девять"),
            "девять два шесть ноль",
        ),
        ("en", "en", ["balance", "tariff", "operator", "[unk]"], "operator"),
        ("en", "en-us", listed("zero one two three four five six seven eight nine"), "nine two six zero"),
    ],
)
def test_a_run_time_grammar_hears_fresh_speech(
    models: Models, language: str, voice: str, phrases: list[str], said: str
) -> None:
    assert _heard(models[language], _line(said, voice), phrases) == said


@pytest.mark.parametrize(
    ("language", "voice", "phrases"),
    [
        ("ru", "ru", ["баланс", "тариф", "оператор", "[unk]"]),
        ("en", "en-us", ["balance", "tariff", "operator", "[unk]"]),
    ],
)
@pytest.mark.parametrize("silence", [0, 3000, 12000])
def test_a_line_without_any_noise_is_silence_and_no_filler(
    models: Models, language: str, voice: str, phrases: list[str], silence: int
) -> None:
    lead = bytes(2 * silence)
    heard = [_heard(models[language], lead + _line(said, voice) + lead, phrases) for said in phrases[:3]]
    assert heard == phrases[:3]


@pytest.mark.parametrize(
    ("language", "voice", "said"),
    [("ru", "ru", "один рубль двадцать копеек"), ("en", "en", "one hundred and twenty roubles")],
)
def test_an_amount_is_heard_among_all_number_words(
    models: Models, language: str, voice: str, said: str
) -> None:
    words = [*DIGITS[language], *EXTRA_DIGITS[language], *NUMBERS[language], "[unk]"]
    assert _heard(models[language], _line(said, voice), words) == said


@pytest.mark.parametrize(
    ("language", "voice", "said"),
    [("ru", "ru", "разноцветный велосипед"), ("en", "en", "purple elephants dancing")],
)
def test_a_phrase_outside_the_grammar_becomes_filler(
    models: Models, language: str, voice: str, said: str
) -> None:
    phrases = {"ru": ["баланс", "тариф", "оператор"], "en": ["balance", "tariff", "operator"]}[language]
    assert "[unk]" in _heard(models[language], _line(said, voice), [*phrases, "[unk]"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_card_states_the_licence_that_the_list_of_models_tells(language: str) -> None:
    assert licence(model_folder(language)).startswith("the project's own")
