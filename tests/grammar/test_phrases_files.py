"""The phrases that ship: complete, distinct, not too many, and what people really say."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from ivr.dialogue.universals import COMMANDS, NEITHER, UNIVERSALS
from ivr.grammar.model import LANGUAGES, Expectation, Language, Match, ValueType
from ivr.grammar.number_words import NUMBER_WORDS
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.grammar.template import parse_template
from ivr.grammar.tree import sentences

ROOT = Path(__file__).parents[2]
MOST_SENTENCES = 300
MENUS = (
    ("balance", "packages", "set_password", "other_language"),
    ("sign_in", "other_language"),
    ("top_up", "promised_payment", "transfer", "top_up_other"),
    ("options", "tariff", "connect_by_code", "spend_bonus"),
    ("forwarding", "black_list", "ringback_tone", "block_number", "voice_settings"),
    ("month_summary", "statement", "operations", "ask_expert"),
)
SETS = {
    *COMMANDS, NEITHER, "yes", "no", *(name for menu in MENUS for name in menu),
}  # fmt: skip


@cache
def source(language: Language) -> dict[str, dict[str, list[str]]]:
    text = (ROOT / "prompts" / language / "phrases.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return loaded


@cache
def book(language: Language) -> PhraseBook:
    loaded = source(language)
    return PhraseBook(
        language, loaded["phrases"], {name: str(text) for name, text in loaded["rules"].items()}
    )


def menu(language: Language, options: tuple[str, ...]) -> SpokenGrammar:
    return book(language).grammar(Expectation((*options, *(u for u in UNIVERSALS if u not in options))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_and_universal_has_its_phrases(language: Language) -> None:
    assert book(language).names == SETS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_set_is_an_explosion(language: Language) -> None:
    sizes = {name: len(book(language).sentences(name)) for name in SETS}
    assert {name: size for name, size in sizes.items() if size > MOST_SENTENCES} == {}
    assert {name: size for name, size in sizes.items() if size < 3} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("options", MENUS, ids=lambda options: options[0])
def test_no_two_phrase_sets_of_a_menu_share_a_sentence(language: Language, options: tuple[str, ...]) -> None:
    names = {*options, *COMMANDS, "yes", "no"}
    assert book(language).shared_sentences(sorted(names)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("options", MENUS, ids=lambda options: options[0])
def test_every_sentence_means_its_own_set(language: Language, options: tuple[str, ...]) -> None:
    grammar = menu(language, options)
    for name in options:
        for sentence in book(language).sentences(name):
            assert grammar.match(sentence) == (Match(name),), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_universal_can_be_taken_for_a_value(language: Language) -> None:
    said = {sentence for name in COMMANDS for sentence in book(language).sentences(name)}
    for kind in ("digits", "phone_number", "money", "count", "yes_no"):
        grammar = book(language).grammar(Expectation(value=ValueType(kind)))
        assert [sentence for sentence in said if grammar.match(sentence)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_everyday_answer_is_not_written_twice(language: Language) -> None:
    for name in ("yes", "no"):
        templates = source(language)["phrases"][name]
        written = [" ".join(words) for text in templates for words in sentences(parse_template(text))]
        everyday = PhraseBook(language, {}, {}).sentences(name)
        assert len(written) == len(set(written))
        assert set(written).isdisjoint(everyday)


REQUESTS: tuple[tuple[Language, str, str], ...] = (
    ("ru", "баланс", "balance"),
    ("ru", "сколько у меня денег", "balance"),
    ("ru", "какой у меня баланс", "balance"),
    ("ru", "скажите пожалуйста сколько денег на счету", "balance"),
    ("ru", "я хочу узнать баланс", "balance"),
    ("ru", "сколько у меня осталось интернета", "packages"),
    ("ru", "остатки по пакетам", "packages"),
    ("ru", "мне нужно сменить пароль", "set_password"),
    ("ru", "я забыл пароль", "set_password"),
    ("ru", "соедините со специалистом", "operator"),
    ("ru", "человек", "operator"),
    ("ru", "позовите оператора пожалуйста", "operator"),
    ("ru", "повторите ещё раз", "repeat"),
    ("ru", "я не расслышала", "repeat"),
    ("ru", "назад", "back"),
    ("ru", "дальше", "skip"),
    ("ru", "что можно сказать", "help"),
    ("ru", "главное меню", "main_menu"),
    ("ru", "говорите помедленнее", "slower"),
    ("ru", "погромче пожалуйста", "louder"),
    ("ru", "одну минуту", "more_time"),
    ("ru", "по-английски", "other_language"),
    ("en", "what's my balance", "balance"),
    ("en", "how much money do i have", "balance"),
    ("en", "please tell me my balance", "balance"),
    ("en", "how many minutes are left", "packages"),
    ("en", "i forgot my password", "set_password"),
    ("en", "i'd like to change my password", "set_password"),
    ("en", "agent", "operator"),
    ("en", "talk to a person", "operator"),
    ("en", "can i speak to a human please", "operator"),
    ("en", "say that again", "repeat"),
    ("en", "go back", "back"),
    ("en", "next", "skip"),
    ("en", "what can i say", "help"),
    ("en", "main menu", "main_menu"),
    ("en", "slow down please", "slower"),
    ("en", "speak up", "louder"),
    ("en", "hold on", "more_time"),
    ("en", "russian language", "other_language"),
)


@pytest.mark.parametrize(("language", "words", "name"), REQUESTS)
def test_the_main_menu_understands_what_people_say(language: Language, words: str, name: str) -> None:
    assert menu(language, MENUS[0]).match(words) == (Match(name),)


OTHER_REQUESTS: tuple[tuple[Language, str, str], ...] = (
    ("ru", "положить деньги на телефон", "top_up"),
    ("ru", "взять обещанный платёж", "promised_payment"),
    ("ru", "я потеряла телефон", "block_number"),
    ("ru", "отключить переадресацию", "forwarding"),
    ("ru", "какой у меня тариф", "tariff"),
    ("ru", "у меня есть вопрос", "ask_expert"),
    ("ru", "закажите детализацию", "statement"),
    ("en", "i lost my phone", "block_number"),
    ("en", "turn off call forwarding", "forwarding"),
    ("en", "how much did i spend this month", "month_summary"),
    ("en", "send money to a friend", "transfer"),
    ("en", "change my tariff plan", "tariff"),
)


@pytest.mark.parametrize(("language", "words", "name"), OTHER_REQUESTS)
def test_the_other_menus_understand_what_people_say(language: Language, words: str, name: str) -> None:
    options = next(options for options in MENUS if name in options)
    assert menu(language, options).match(words) == (Match(name),)


AT_ONCE: dict[Language, tuple[str, ...]] = {
    "ru": (
        "баланс",
        "пакеты",
        "пароль",
        "оператор",
        "назад",
        "дальше",
        "помощь",
        "повторите",
        "меню",
        "громче",
    ),
    "en": (
        "balance",
        "packages",
        "password",
        "operator",
        "agent",
        "back",
        "next",
        "help",
        "repeat",
        "louder",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shortest_answers_are_taken_at_once(language: Language) -> None:
    grammar = menu(language, MENUS[0])
    assert [words for words in AT_ONCE[language] if grammar.can_continue(words)] == []


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("ru", "да", True), ("ru", "да конечно", True), ("ru", "ага", True), ("ru", "всё верно", True),
        ("ru", "нет", False), ("ru", "нет не надо", False), ("ru", "неверно", False), ("ru", "неа", False),
        ("en", "yes", True), ("en", "yes please", True), ("en", "that's right", True), ("en", "yeah", True),
        ("en", "no", False), ("en", "no thanks", False), ("en", "nope", False), ("en", "wrong", False),
    ],
)  # fmt: skip
def test_a_confirmation_hears_everyday_answers(language: Language, words: str, value: bool) -> None:
    grammar = book(language).grammar(Expectation((*UNIVERSALS,), ValueType("yes_no")))
    assert grammar.match(words) == (Match("yes_no", value, is_value=True),)
    if words in ("да", "нет", "yes", "no"):
        assert not grammar.can_continue(words)


@cache
def known_words(language: Language) -> frozenset[str]:
    path = ROOT / "models" / f"vosk-ivr-{language}-8k" / "graph" / "words.txt"
    if not path.exists():
        pytest.skip(f"the {language} model is not built here")
    return frozenset(line.split()[0] for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recogniser_can_hear_most_sentences_of_every_set(language: Language) -> None:
    known = known_words(language)
    for name in SETS:
        said = book(language).sentences(name)
        heard = [sentence for sentence in said if set(sentence.split()) <= known]
        assert len(heard) >= len(said) / 2, f"{name}: {sorted(set(said) - set(heard))}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recogniser_can_hear_every_digit_and_number_word(language: Language) -> None:
    words = NUMBER_WORDS[language]
    commonest = {forms[0] for table in words.cardinals for forms in table.values()}
    assert commonest | {words.thousand[0], words.twice[0], words.thrice[0]} <= known_words(language)


def test_both_languages_offer_the_same_sets() -> None:
    for one, other in combinations(LANGUAGES, 2):
        assert book(one).names == book(other).names
