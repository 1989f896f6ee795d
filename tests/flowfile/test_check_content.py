"""The checker's rules about prompts and phrases: translations, sounds, lengths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ivr.dialogue
from ivr.flowfile.check import check_files
from ivr.flowfile.checks.spoken_by_dialogue import DIALOGUE_PROMPTS
from ivr.grammar.model import Language
from ivr.grammar.phonetics import near, sound, without_one
from tests.flowfile.bench import Node


def line_of(node: Node, file: str, text: str) -> int:
    """The line of a written file on which a key stands."""
    lines = (node.folder / "prompts" / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if f'"{text}"' in line)


def test_a_prompt_without_translation(node: Node) -> None:
    del node.content["en"]["prompts"]["paid"]
    faults = node.check()
    line = line_of(node, "ru/prompts.yaml", "paid")
    assert faults == [
        f"prompts/ru/prompts.yaml:{line}: prompts.paid: the prompt paid is missing in en "
        "(write it in prompts/en/prompts.yaml)"
    ]


def test_a_label_and_a_phrase_set_without_translation(node: Node) -> None:
    del node.content["ru"]["labels"]["pay"]
    del node.content["ru"]["phrases"]["pay"]
    assert [fault.split(": ", 2)[2] for fault in node.check()] == [
        "the phrase set pay is missing in ru (write it in prompts/ru/phrases.yaml)",
        "the label pay is missing in ru (write it in prompts/ru/prompts.yaml)",
    ]


def test_a_variant_without_translation_is_a_warning(node: Node) -> None:
    node.put("prompts", {"code": {"first": "Code?", "help": "Four digits."}}, ("ru",))
    faults = node.check()
    line = line_of(node, "en/prompts.yaml", "code")
    assert faults == [
        f"prompts/en/prompts.yaml:{line}: prompts.code: warning: the variant help is missing in en, which "
        "says first instead"
    ]


def test_a_prompt_of_the_dialogue_itself(node: Node) -> None:
    for language in ("ru", "en"):
        del node.content[language]["prompts"]["no_match"]
    assert [fault.split(": ", 1)[1] for fault in node.check()] == [
        "prompts.no_match: the prompt no_match is missing: the dialogue says it"
    ] * 2


def test_a_slot_that_the_dialogue_does_not_fill(node: Node) -> None:
    node.put("prompts", {"pick_option": "{key:digits} is {label:text}."}, ("en",))
    faults = node.check()
    line = line_of(node, "en/prompts.yaml", "pick_option")
    assert faults == [
        f"prompts/en/prompts.yaml:{line}: prompts.pick_option: the dialogue says this prompt and fills "
        "{text:text}, {key:digits} in it, not {label:text}"
    ]


def test_the_table_of_the_dialogues_prompts_is_the_dialogues() -> None:
    """Every prompt that the dialogue's source names in full is in the table, and the other way round."""
    source = "".join(path.read_text() for path in Path(ivr.dialogue.__path__[0]).glob("*.py"))
    named = set(re.findall(r'(?:say|_tapered|Prompt)\(\s*"([a-z_]+)"', source))
    mentioned = set(re.findall(r'"([a-z_]+)"', source))
    assert named <= DIALOGUE_PROMPTS.keys()
    assert mentioned >= DIALOGUE_PROMPTS.keys()


def test_a_universal_without_phrases(node: Node) -> None:
    for language in ("ru", "en"):
        del node.content[language]["phrases"]["louder"]
    assert [fault.split(": ", 1)[1] for fault in node.check()] == [
        "phrases: the phrase set louder is missing: the robot listens for it"
    ] * 2


def test_a_faulty_prompt_has_its_line(node: Node) -> None:
    node.put("prompts", {"paid": {"first": "Paid {amount:monny}."}}, ("en",))
    faults = node.check()
    line = line_of(node, "en/prompts.yaml", "paid") + 1
    assert faults[-1].startswith(
        f"prompts/en/prompts.yaml:{line}: prompts.paid.first: slot amount: there is no"
    )


def test_a_faulty_phrase_has_its_line_and_the_rest_is_checked(node: Node) -> None:
    node.put("phrases", {"pay": ["pay money", "pay (now"]}, ("en",))
    faults = node.check()
    line = line_of(node, "en/phrases.yaml", "pay") + 2
    assert len(faults) == 1
    assert faults[0].startswith(f"prompts/en/phrases.yaml:{line}: phrases.pay[1]: ")


def test_a_phrase_set_that_is_faulty_everywhere_is_not_missing(node: Node) -> None:
    node.put("phrases", {"pay": ["(now"]})
    faults = node.check()
    assert [fault.split(": ", 2)[1] for fault in faults] == ["phrases.pay[0]"] * 2


def test_wrong_keys_of_content_files(node: Node) -> None:
    node.put("prompts", {"paid": {"frist": "Paid.", "first": "Paid."}}, ("en",))
    node.write()
    path = node.folder / "prompts" / "ru" / "phrases.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"rules"', '"rulse"'), encoding="utf-8")
    faults = [
        str(fault) for fault in check_files(node.folder / "flows", node.folder / "prompts", node.use_cases)
    ]
    assert [fault.split(": ", 1)[1] for fault in faults] == [
        "prompts.paid.frist: there is no such variant (did you mean first?)",
        "rulse: there is no such key here (did you mean rules?)",
    ]


# --- sounds


def test_two_sets_that_share_a_sentence(node: Node) -> None:
    node.put("phrases", {"pay": ["pay money", "[my] balance"]}, ("en",))
    faults = node.check()
    line = line_of(node, "en/phrases.yaml", "balance")
    assert faults == [
        f"prompts/en/phrases.yaml:{line}: phrases.balance: balance and pay share «my balance», and both are "
        "listened for in the step menu of main (keep the sentence in one of them)"
    ]


def test_two_sets_that_sound_alike(node: Node) -> None:
    node.put("phrases", {"pay": ["заплатить"], "balance": ["заплатит"]}, ("ru",))
    faults = node.check()
    line = line_of(node, "ru/phrases.yaml", "balance")
    assert faults == [
        f"prompts/ru/phrases.yaml:{line}: phrases.balance: warning: «заплатит» sounds like «заплатить» of "
        "pay, listened for in the step menu of main (say one of them in other words)"
    ]


def test_sets_that_are_never_listened_for_together_may_sound_alike(node: Node) -> None:
    node.put("phrases", {"unused": ["my balance"]}, ("en",))
    node.put("phrases", {"unused": ["заплатить"]}, ("ru",))
    assert node.check() == []


def test_a_universal_that_is_no(node: Node) -> None:
    node.put("phrases", {"back": ["no"]}, ("en",))
    assert "back and no share «no», and both are listened for everywhere" in "\n".join(node.check())


def test_a_universal_that_is_an_answer(node: Node) -> None:
    node.put("phrases", {"skip": ["one ruble"]}, ("en",))
    faults = node.check()
    line = line_of(node, "en/phrases.yaml", "skip")
    assert faults == [
        f"prompts/en/phrases.yaml:{line}: phrases.skip: «one ruble» is an answer as well as skip, and both "
        "are listened for in the step amount of main (say the universal in other words)"
    ]


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("луг", "лук", "ru"),
        ("молоко", "малако", "ru"),
        ("счастье", "щастье", "ru"),
        ("сегодня", "севодня", "ru"),
        ("его", "ево", "ru"),
        ("ещё", "еще", "ru"),
        ("write", "right", "en"),
        ("know", "no", "en"),
        ("knight", "night", "en"),
        ("two", "to", "en"),
        ("phone", "fone", "en"),
    ],
)
def test_what_sounds_the_same(first: str, second: str, language: Language) -> None:
    assert sound([first], language) == sound([second], language)


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [("баланс", "пакеты", "ru"), ("да", "нет", "ru"), ("назад", "дальше", "ru"), ("louder", "slower", "en")],
)
def test_what_does_not(first: str, second: str, language: Language) -> None:
    assert not near(sound([first], language), sound([second], language))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_near_keys_have_a_shortened_form_in_common(first: str, second: str) -> None:
    """The index finds every near pair, and `near` is the edit distance of one."""
    apart = _distance(first, second)
    assert near(first, second) == (apart <= 1)
    assert near(first, second) == near(second, first)
    if apart <= 1:
        assert without_one(first) & without_one(second)


def _distance(first: str, second: str) -> int:
    """Levenshtein's distance, by the book."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


# --- lengths


def test_a_prompt_that_is_too_long(node: Node) -> None:
    node.put("prompts", {"bye": "Thank you for calling us today. " * 10}, ("en",))
    faults = node.check()
    line = line_of(node, "en/prompts.yaml", "bye")
    assert faults == [
        f"prompts/en/prompts.yaml:{line}: prompts.bye.first: it takes about 23 s to say; callers listen to "
        "20 s at most"
    ]


def test_a_menu_that_is_too_long(node: Node) -> None:
    node.put("labels", {"pay": "for " + "whatever you may want to pay " * 10}, ("en",))
    assert node.check() == [
        "flows/main.yaml:11: steps.menu.menu: in en the menu takes about 27 s to hear, 20 s is the most "
        "(shorten its prompt and labels, or offer fewer options)"
    ]
