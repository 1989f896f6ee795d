"""The prompts and labels that callers hear: whole, without faults, and the same in both languages."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import yaml

from ivr.dialogue.universals import COMMANDS
from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.prompts import VARIANTS, PromptBook

FOLDER = Path(__file__).parents[2] / "prompts"


def load(language: Language) -> PromptBook:
    raw = yaml.safe_load((FOLDER / language / "prompts.yaml").read_text(encoding="utf-8"))
    assert set(raw) == {"prompts", "labels"}
    return PromptBook(language, raw["prompts"], raw["labels"])


BOOKS = {language: load(language) for language in LANGUAGES}

ENGINE = frozenset(
    """
    menu_option pick_option confirm_heard confirm_choice confirm_digits confirm_phone_number confirm_money
    confirm_date confirm_count confirm_secret_digits confirm_yes_no no_input no_match too_many_tries keys_only
    wait_please technical_fault nothing_to_repeat universals_help language_changed slower_now faster_now
    louder_now quieter_now more_time_now brief_now verbose_now at_the_limit apology please_choose which_of_two
    """.split()  # noqa: SIM905 - a list of thirty-five literals hides what it says
)
"""Prompts that are said without any flow naming them."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wrong(language: Language) -> None:
    assert [str(fault) for fault in BOOKS[language].faults(COMMANDS)] == []


def test_every_prompt_and_label_has_its_twin() -> None:
    russian, english = BOOKS["ru"], BOOKS["en"]
    assert russian.names == english.names
    assert russian.labels.keys() == english.labels.keys()
    for name in russian.names:
        assert russian.variants(name) == english.variants(name), name
        assert russian.slots(name) == english.slots(name), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_engine_says_is_there(language: Language) -> None:
    assert BOOKS[language].names >= ENGINE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["main_menu", "no_input", "no_match", "new_password", "password", "which_number"]
)
def test_what_is_asked_again_tapers(name: str, language: Language) -> None:
    assert {"first", "again", "help"} <= BOOKS[language].variants(name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_a_short_form(language: Language) -> None:
    labels = BOOKS[language].labels
    whole = {name for name in labels if "." not in name}
    assert {f"{name}.short" for name in whole} == set(labels) - whole


def test_a_language_is_offered_in_itself() -> None:
    values = {"option": "other_language", "key": "4"}
    assert BOOKS["en"].text("menu_option", "first", values) == "For English, press four."
    assert BOOKS["ru"].text("menu_option", "first", values) == "Чтобы говорить по-русски, нажмите четыре."


@pytest.mark.parametrize(("language", "foreign"), [("ru", "[A-Za-z]"), ("en", "[А-Яа-яЁё]")])
def test_what_is_rendered_ahead_is_plain_words_of_its_language(language: Language, foreign: str) -> None:
    sentences = BOOKS[language].fixed_sentences()
    assert len(sentences) > 1000
    assert not [text for text in sentences if re.search(foreign, text)]
    assert not [text for text in sentences if re.search(r"[0-9{}<>_/*#]", text)]
    assert not [text for text in sentences if text != text.strip() or "  " in text or text[0].islower()]


LINE = {
    "kind": "sms",
    "left": 45,
    "until": date(2026, 12, 1),
    "name": "Ночь 2",
    "amount": 24550,
    "day": date(2026, 5, 9),
}
SAMPLES = {
    "money": 24550,
    "count": 21,
    "data": 3584,
    "date": date(2026, 12, 1),
    "phone": "+79261234567",
    "digits": "1",
    "text": "500",
    "language": "en",
    "list": (LINE, LINE | {"kind": "data", "left": 900}, LINE | {"kind": "minutes", "left": 1}),
    "duration": 90,
    "label": "balance",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_can_be_said(language: Language) -> None:
    book = BOOKS[language]
    for name, variant in product(sorted(book.names), VARIANTS):
        values = {slot: SAMPLES[kind] for slot, kind in book.slots(name).items()}
        said = book.text(name, variant, values)
        assert re.fullmatch(r"[A-Za-zА-Яа-яЁё «»\"'.,:;!?—-]+", said), said
        assert said[-1] in ".!?", said


def test_prompts_that_count_agree() -> None:
    values = {"packages": SAMPLES["list"]}
    assert BOOKS["ru"].text("packages_list", "first", values) == (
        "Вот что осталось в пакетах. Сорок пять сообщений, до первого декабря. "
        "Девятьсот мегабайт, до первого декабря. Одна минута, до первого декабря."
    )
    assert BOOKS["ru"].text("wrong_password", "first", {"wait": 21, "left": 2}) == (
        "Пароль не подошёл. В запасе две попытки. Попробуем ещё раз через двадцать одну секунду."
    )


WRITTEN_WITH_YO = re.compile(
    r"\b(?:счет\w{0,2}|еще|пополнен счет|платеж|черный|шестерк\w|восьмерк\w|звездочк\w|решетк\w|идем|начнем|"
    r"пойдет|подойдет|вернет|дает|зовет|ее|мое|твое|все равно|нем|причем|перевел|вел|трех|четырех)\b",
    re.IGNORECASE,
)


def test_russian_is_written_with_yo() -> None:
    text = (FOLDER / "ru" / "prompts.yaml").read_text(encoding="utf-8")
    assert WRITTEN_WITH_YO.findall(text) == []
