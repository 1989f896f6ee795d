"""Take, confirm or reject: which evidence leads where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.events import Hypothesis
from ivr.speech import decisions
from ivr.speech.decisions import decide, doubt
from ivr.speech.fake import reading
from ivr.speech.limits import BEGINNING, Limits
from ivr.speech.ports import FILLER, Decoded, HeardWord, Reading
from ivr.speech.turn_grammar import TurnGrammar
from tests.speech.lines import Digits, Menu

MENU = Menu("баланс", "пакеты", "какой у меня баланс", "да")


def decided(
    *readings: Reading, rival: Reading | None = None, spoken: float = 1.0, menu: Menu | Digits = MENU
) -> tuple[Hypothesis, ...]:
    return decide(Decoded(readings, rival), TurnGrammar(menu), spoken, 0.4, table={})


def words(*lengths: tuple[str, float], score: float = 50.0) -> Reading:
    return Reading(tuple(HeardWord(word, seconds) for word, seconds in lengths), score)


def test_a_plain_answer_is_taken() -> None:
    assert decided(reading("баланс")) == (Hypothesis("баланс", "take"),)


def test_nothing_and_short_fillers_are_noises() -> None:
    assert decided() == ()
    assert decided(Reading((), 3.0)) == ()
    assert decided(reading(FILLER), spoken=0.39) == ()


def test_longer_speech_outside_the_grammar_is_rejected() -> None:
    assert decided(reading(FILLER), spoken=0.41) == (Hypothesis(FILLER, "reject"),)
    assert decided(reading("меня какой"), spoken=0.1) == (Hypothesis("меня какой", "reject"),)


def test_an_answer_among_other_words_is_asked_about() -> None:
    heard = decided(words(("сколько", 0.3), ("баланс", 0.6), ("счёт", 0.2)))
    assert heard == (Hypothesis("баланс", "confirm"),)
    assert decided(words(("сколько", 0.5), ("баланс", 0.6), ("счёт", 0.2)))[0].decision == "reject"


def test_an_answer_among_other_words_needs_a_second_opinion_that_agrees() -> None:
    mixed = words(("баланс", 0.8), ("счёт", 0.2), score=50.0)
    assert decided(mixed, rival=reading("балда", 54.0)) == (Hypothesis("баланс", "confirm"),)
    assert decided(mixed, rival=reading("балда", 56.0))[0].decision == "reject"


def test_digits_among_other_words_are_not_the_digits() -> None:
    mixed = words(*((digit, 0.3) for digit in ("один", "два", "три", "четыре")), ("баланс", 0.3))
    assert decided(mixed, menu=Digits(4, 4)) == (Hypothesis("один два три четыре баланс", "reject"),)


def test_the_best_reading_that_is_a_sentence_wins() -> None:
    heard = decided(reading("какой меня баланс", 51.0), reading("какой у меня баланс", 50.0))
    assert heard == (Hypothesis("какой у меня баланс", "take"),)


def test_a_beginning_of_an_answer_is_an_answer_to_go_on_with() -> None:
    assert decided(reading("один два"), menu=Digits(4, 4)) == (Hypothesis("один два", "take"),)


def test_the_rest_of_an_answer_counts_after_its_beginning() -> None:
    grammar = TurnGrammar(Menu("какой у меня баланс"))
    assert decide(Decoded((reading("у меня баланс"),)), grammar, 1.0, 0.4)[0].decision == "reject"
    grammar.take("какой")
    assert decide(Decoded((reading("у меня баланс"),)), grammar, 1.0, 0.4)[0].decision == "take"
    grammar.forget()
    assert decide(Decoded((reading("у меня баланс"),)), grammar, 1.0, 0.4)[0].decision == "reject"


@pytest.mark.parametrize(("lead", "decision"), [(2.0, "take"), (6.0, "confirm"), (9.0, "reject")])
def test_the_second_opinion_decides_by_its_lead_per_second(lead: float, decision: str) -> None:
    best = words(("баланс", 2.0), score=50.0)
    heard = decided(best, rival=reading("балда", 50.0 + 2.0 * lead))
    assert heard == (Hypothesis("баланс", decision),)


def test_each_kind_of_answer_has_limits_of_its_own() -> None:
    table = {"digits": Limits(doubt_confirm=1.0, doubt_reject=3.0), BEGINNING: Limits(doubt_confirm=0.5)}
    digits = words(("один", 0.5), ("два", 0.5), score=50.0)

    def judged(lead: float, shortest: int) -> str:
        decoded = Decoded((digits,), reading("дом два", 50.0 + lead))
        return decide(decoded, TurnGrammar(Digits(shortest, 4)), 1.0, 0.4, table=table)[0].decision

    assert [judged(lead, 2) for lead in (0.8, 2.0, 4.0)] == ["take", "confirm", "reject"]
    assert [judged(lead, 3) for lead in (0.4, 0.8, 9.0)] == ["take", "confirm", "reject"]


def test_a_short_word_is_not_doubted_for_being_short() -> None:
    best = words(("да", 0.12), score=20.0)
    heard = doubt((best, MENU.match("да")), Decoded((best,), reading("два", 21.2)), TurnGrammar(MENU))
    assert heard == pytest.approx(3.0)
    assert decided(best, rival=reading("два", 20.9)) == (Hypothesis("да", "take"),)


def test_a_second_opinion_of_the_same_meaning_raises_no_doubt() -> None:
    assert decided(reading("баланс", 50.0), rival=reading(f"баланс {FILLER}", 90.0))[0].decision == "take"


@pytest.mark.parametrize(("filler", "decision"), [(0.1, "take"), (0.4, "confirm"), (2.0, "reject")])
def test_the_share_of_filler_decides(filler: float, decision: str) -> None:
    assert decided(words((FILLER, filler), ("баланс", 0.6))) == (Hypothesis("баланс", decision),)


def test_a_filler_as_good_as_the_words_makes_them_doubtful() -> None:
    assert decided(reading("баланс", 50.0), reading(FILLER, 49.5))[0].decision == "confirm"
    assert decided(reading("баланс", 50.0), reading(FILLER, 45.0))[0].decision == "take"


def test_a_close_rival_of_another_meaning_is_asked_about_and_named() -> None:
    heard = decided(reading("баланс", 50.0), reading("пакеты", 49.6), reading("да", 40.0))
    assert heard == (Hypothesis("баланс", "confirm"), Hypothesis("пакеты", "confirm"))


def test_words_nobody_can_say_so_fast_are_asked_about() -> None:
    assert decided(words(("баланс", 0.1)))[0].decision == "confirm"


@pytest.mark.parametrize(
    ("seconds", "score", "rival", "decision"),
    [
        (1.0, 60.0, 61.0, "take"),
        (1.0, 30.0, 31.0, "reject"),
        (1.0, 60.0, 62.0, "reject"),
        (1.5, 60.0, 60.0, "reject"),
    ],
)
def test_what_interrupts_a_prompt_has_to_be_plainly_the_caller(
    seconds: float, score: float, rival: float, decision: str
) -> None:
    decoded = Decoded((words(("баланс", seconds), score=score),), reading("балда", rival))
    heard = decide(decoded, TurnGrammar(MENU), 0.3, 0.4, interrupts=True)
    assert heard == (Hypothesis("баланс", decision),)
    assert decide(decoded, TurnGrammar(MENU), 0.3, 0.4, table={})[0].decision == "take"


@pytest.mark.parametrize(("lead", "decision"), [(2.5, "take"), (1.5, "reject")])
def test_without_a_second_opinion_an_interruption_has_to_lead_every_other_reading(
    lead: float, decision: str
) -> None:
    decoded = Decoded((words(("баланс", 1.0), score=60.0), reading("пакеты", 60.0 - lead)))
    assert decide(decoded, TurnGrammar(MENU), 0.5, 0.4, interrupts=True)[0].decision == decision


@pytest.mark.parametrize(("said", "decision"), [("один два три четыре", "take"), ("один два три", "reject")])
def test_many_words_of_an_answer_need_no_lead_to_interrupt(said: str, decision: str) -> None:
    near = reading(said.replace("два", "дважды"), 79.0)
    decoded = Decoded((words(*((word, 0.3) for word in said.split()), score=80.0), near))
    heard = decide(decoded, TurnGrammar(Digits(3, 4)), 1.2, 0.4, interrupts=True)
    assert heard[0].decision == decision


def test_an_answer_among_other_words_interrupts_nothing() -> None:
    decoded = Decoded((words(("сколько", 0.3), ("баланс", 0.6), ("счёт", 0.2)),))
    assert decide(decoded, TurnGrammar(MENU), 1.0, 0.4, interrupts=True)[0].decision == "reject"


READINGS = st.lists(
    st.builds(
        reading,
        st.sampled_from(["", FILLER, "баланс", "пакеты", "какой", f"{FILLER} да", "да баланс"]),
        st.floats(-100, 100),
        st.floats(0.0, 5.0),
    ),
    max_size=6,
)


@given(READINGS, st.none() | st.builds(reading, st.just("x"), st.floats(-100, 100)), st.floats(0, 30))
def test_whatever_is_read_the_decision_is_one_of_three_and_short(
    readings: list[Reading], rival: Reading | None, spoken: float
) -> None:
    heard = decided(*readings, rival=rival, spoken=spoken)
    assert len(heard) <= decisions.MOST_HYPOTHESES
    assert {one.decision for one in heard} <= {"take", "confirm", "reject"}
    assert all(one.decision == "confirm" for one in heard[1:])
    assert all(one.words and (one.words == FILLER or FILLER not in one.words) for one in heard)
