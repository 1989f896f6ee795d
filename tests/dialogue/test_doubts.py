"""Two readings that sound alike: the question names both, and every way to answer it, in both languages."""

from __future__ import annotations

import pytest

from ivr.dialogue import actions as a
from ivr.dialogue import flow as f
from ivr.dialogue.queries import Secret
from ivr.grammar.model import Language
from ivr.grammar.value_types import parse_value_type
from tests.dialogue.worded import CONTENT, call, order, taken, words
from tests.support.phone import Phone, make_flow, said, to

TARIFFS = {
    "ru": (("u1", "Безлимит мини"), ("u2", "Безлимит мани"), ("s1", "Смарт")),
    "en": (("u1", "Unlimited Max"), ("u2", "Unlimited Macs"), ("s1", "Smart")),
}
SUMS = {
    "ru": ("сто пятнадцать рублей", "сто пятьдесят рублей", 11_500, 15_000),
    "en": ("one hundred and fifteen rubles", "one hundred and fifty rubles", 11_500, 15_000),
}
COUNTS = {"ru": ("пятнадцать", "пятьдесят", 15, 50), "en": ("fifteen", "fifty", 15, 50)}


def asked_for(written: str, language: Language) -> Phone:
    return call(order(f.Ask("please_choose", parse_value_type(written), "it")), language)


def picking(language: Language) -> Phone:
    tariffs = tuple({"value": v, "label": name, "spoken": (name,)} for v, name in TARIFFS[language])
    return call(order(f.Pick("please_choose", "tariffs", "it")), language, tariffs=tariffs)


def finish(phone: Phone, orders: list[a.Action]) -> list[a.Action]:
    """Let a spoken answer that could go on run out."""
    return orders + (phone.fire("between_digits") if "between_digits" in phone.timers else [])


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (
            "ru",
            "Сто пятнадцать рублей или сто пятьдесят рублей? Первое — нажмите один, второе — нажмите два.",
        ),
        (
            "en",
            "One hundred fifteen rubles or one hundred fifty rubles? "
            "For the first press one, for the second press two.",
        ),
    ],
)
def test_the_question_names_both_sums(language: Language, question: str) -> None:
    phone = asked_for("money", language)
    first, second, *_ = SUMS[language]
    assert words(finish(phone, phone.say_one_of(first, second))) == question


@pytest.mark.parametrize(
    ("language", "answer", "place"),
    [
        ("ru", "1", 0), ("ru", "2", 1), ("ru", "сто пятьдесят рублей", 1), ("ru", "второе", 1),
        ("ru", "номер один", 0), ("ru", "первый", 0),
        ("en", "1", 0), ("en", "2", 1), ("en", "one hundred and fifty rubles", 1), ("en", "the first", 0),
        ("en", "number two", 1), ("en", "one hundred fifteen rubles", 0),
    ],
)  # fmt: skip
def test_a_sum_is_chosen_by_key_by_its_words_and_by_its_place(
    language: Language, answer: str, place: int
) -> None:
    phone = asked_for("money", language)
    finish(phone, phone.say_one_of(*SUMS[language][:2]))
    _ = phone.press(answer) if answer.isdigit() else phone.say(answer)
    assert taken(phone) == SUMS[language][2 + place]


@pytest.mark.parametrize(
    ("language", "answer"),
    [("ru", "ни то ни другое"), ("ru", "нет"), ("en", "neither"), ("en", "none of them"), ("en", "no")],
)
def test_neither_puts_the_question_of_the_step_again(language: Language, answer: str) -> None:
    phone = asked_for("count", language)
    finish(phone, phone.say_one_of(*COUNTS[language][:2]))
    assert said(phone.say(answer)) == ["please_choose.again"]
    assert phone.state.no_match == 0
    finish(phone, phone.say(COUNTS[language][1]))
    assert taken(phone) == 50


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_sure_reading_is_asked_about_when_its_rival_sounds_alike(language: Language) -> None:
    phone = asked_for("count", language)
    first, second, *_ = COUNTS[language]
    assert said(finish(phone, phone.say_one_of(first, second, decision="take"))) == ["which_of_two_count"]


def test_a_sure_reading_is_taken_when_its_rival_sounds_otherwise() -> None:
    phone = asked_for("count", "ru")
    finish(phone, phone.say_one_of("пятнадцать", "тысяча", decision="take"))
    assert taken(phone) == 15


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("answer", "value"), [("1", "u1"), ("2", "u2"), ("", "u2")])
def test_names_that_come_at_run_time(language: Language, answer: str, value: str) -> None:
    phone = picking(language)
    (_, one), (_, two), _ = TARIFFS[language]
    asked = phone.say_one_of(one.lower(), two.lower(), decision="take")
    assert words(asked).startswith(f"{one} {'или' if language == 'ru' else 'or'} {two}?")
    _ = phone.press(answer) if answer else phone.say(two.lower())
    assert taken(phone) == value


def test_a_name_is_read_back_by_its_label() -> None:
    phone = picking("ru")
    assert words(phone.say("смарт", "confirm")) == "Вы сказали «Смарт». Верно?"
    phone.press("1")
    assert taken(phone) == "s1"


@pytest.mark.parametrize(
    ("language", "first", "second", "answer"),
    [
        ("ru", "мой баланс", "мои пакеты", "какой у меня баланс"),
        ("ru", "мой баланс", "мои пакеты", "1"),
        ("en", "my balance", "packages", "balance"),
        ("en", "my balance", "packages", "the first one"),
    ],
)
def test_options_of_a_menu(language: Language, first: str, second: str, answer: str) -> None:
    options = (f.MenuOption("balance", "4", to("one")), f.MenuOption("packages", "5", to("two")))
    steps = [f.Step(name, (f.Do(name),), next=to("menu")) for name in ("one", "two")]
    phone = call(make_flow(f.Step("menu", (f.Menu("please_choose", options),)), *steps), language)
    assert said(phone.say_one_of(first, second)) == ["which_of_two"]
    _ = phone.press(answer) if answer.isdigit() else phone.say(answer)
    assert phone.step == "one"


def test_a_secret_is_never_asked_about() -> None:
    phone = asked_for("secret_digits(4)", "ru")
    phone.say_one_of("один два три пять", "один два три шесть")
    assert taken(phone) == Secret("1235")


def test_doubt_about_one_piece_of_an_answer_is_doubt_about_all_of_it() -> None:
    phone = asked_for("digits(4)", "ru")
    phone.say("один два", "confirm")
    assert said(phone.say("три четыре")) == ["confirm_digits"]
    phone.say("да")
    assert taken(phone) == "1234"


def test_two_readings_of_one_piece_are_two_answers_in_the_end() -> None:
    phone = asked_for("digits(4)", "ru")
    phone.say_one_of("один семь", "один восемь")
    asked = phone.say("три четыре")
    assert words(asked).startswith("Один семь три четыре или один восемь три четыре?")
    phone.press("2")
    assert taken(phone) == "1834"


def test_what_cannot_be_told_apart_twice_is_no_match() -> None:
    phone = asked_for("count", "ru")
    finish(phone, phone.say_one_of("пятнадцать", "пятьдесят"))
    assert said(phone.say_one_of("пятнадцать", "пятьдесят")) == ["no_match", "please_choose.again"]
    assert phone.state.no_match == 1


def test_silence_puts_the_question_about_the_answer_again() -> None:
    phone = asked_for("count", "ru")
    finish(phone, phone.say_one_of("пятнадцать", "пятьдесят"))
    assert said(phone.be_silent()) == ["no_input", "which_of_two_count"]
    phone.press("2")
    assert taken(phone) == 50


@pytest.mark.parametrize(
    ("order_to_the_robot", "heard"),
    [
        ("повторите", ["which_of_two_count"]),
        ("медленнее", ["slower_now", "which_of_two_count"]),
        ("помогите", ["universals_help", "which_of_two_count"]),
        ("назад", ["please_choose.again"]),
        ("дальше", []),
    ],
)
def test_the_universals_work_in_a_question_about_an_answer(order_to_the_robot: str, heard: list[str]) -> None:
    phone = asked_for("count", "ru")
    finish(phone, phone.say_one_of("пятнадцать", "пятьдесят"))
    assert said(phone.say(order_to_the_robot)) == heard
    if heard != ["please_choose.again"]:
        phone.press("2")
        assert taken(phone) == 50


def test_another_language_asks_in_that_language() -> None:
    phone = asked_for("count", "ru")
    finish(phone, phone.say_one_of("пятнадцать", "пятьдесят"))
    assert words(phone.say("английский")).endswith(
        "Fifteen or fifty? For the first press one, for the second press two."
    )
    phone.say("fifty")
    assert taken(phone) == 50


def test_two_options_of_one_name_are_asked_about_and_a_key_settles_it() -> None:
    tariffs = tuple({"value": v, "label": "Смарт", "spoken": ("смарт",)} for v in ("s1", "s2"))
    phone = call(order(f.Pick("please_choose", "tariffs", "it")), "ru", tariffs=tariffs)
    assert said(phone.say("смарт")) == ["confirm_choice"]
    phone.press("2")
    phone.press("2")
    assert taken(phone) == "s2"


@pytest.mark.parametrize("listed", [(), None])
def test_a_list_without_an_item_is_no_question(listed: object) -> None:
    phone = call(order(f.Pick("please_choose", "tariffs", "it")), "ru", tariffs=listed)
    assert said(phone.orders)[:2] == ["nothing_to_pick", "please_choose"]
    assert phone.step == "menu"


def test_a_step_may_say_where_an_empty_list_leads() -> None:
    pick = f.Step(
        "pick", (f.Pick("please_choose", "tariffs", "it"),), on={"empty": to("operator", "wait_please")}
    )
    phone = Phone(make_flow(pick, f.Step("menu", (f.Confirm("sure"),)), start="pick"), understanding=CONTENT)
    assert said(phone.offer()) == ["wait_please", "connecting"]


def test_nothing_is_kept_that_is_made_of_what_a_caller_said() -> None:
    phone = asked_for("digits(4)", "ru")
    phone.say_one_of("один семь три четыре", "один восемь три четыре")
    doubtful = phone.last(a.Listen).expectation
    assert doubtful.value is not None
    assert CONTENT.grammar(doubtful, "ru") is not CONTENT.grammar(doubtful, "ru")
