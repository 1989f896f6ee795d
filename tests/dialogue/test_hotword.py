"""Long read-outs: only an answer, an order to the robot or a key interrupts; talk is let pass."""

from __future__ import annotations

import pytest

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.phases import Phase
from tests.support.phone import BALANCE, MENU, NEW, Phone, make_flow, of_kind, said, to

LIST = f.Step("list", (f.Say("list_is"),), next=to("menu"), barge_in="hotword")


@pytest.fixture
def reading() -> Phone:
    """A call in which a list is being read out, with the menu after it."""
    phone = Phone(make_flow(MENU, BALANCE, NEW, LIST, start="list"))
    phone.offer()
    return phone


def is_undisturbed(orders: list[a.Action]) -> bool:
    return not of_kind(orders, a.PausePlaying) and not of_kind(orders, a.StopPlaying)


def test_the_list_and_the_question_after_it_are_read_in_one_stretch(reading: Phone) -> None:
    play = reading.last(a.Play)
    assert [prompt.name for prompt in play.prompts][:2] == ["list_is", "main_menu"]
    assert [prompt.hotword for prompt in play.prompts][:2] == [True, False]


def test_noise_and_talk_do_not_even_pause_it(reading: Phone) -> None:
    for orders in (reading.cough(), reading.say("[unk]", "reject"), reading.say("говорю с соседом")):
        assert is_undisturbed(orders)
        assert not of_kind(orders, a.ResumePlaying)
    assert reading.state.no_match == 0
    assert reading.state.phase is Phase.LISTENING


def test_a_doubtful_word_is_no_reason_to_interrupt(reading: Phone) -> None:
    assert is_undisturbed(reading.say("balance", "confirm"))
    assert said(reading.orders)[-1] == "menu_option", "nothing is asked back"


@pytest.mark.parametrize("word", ["balance", "repeat", "main_menu", "stop", "operator"])
def test_a_given_word_interrupts(reading: Phone, word: str) -> None:
    assert of_kind(reading.say(word), a.StopPlaying)


def test_stop_leads_straight_to_the_question(reading: Phone) -> None:
    orders = reading.say("stop")
    assert said(orders) == []
    assert reading.timers["first_input"].seconds == 6.0
    reading.say("balance")
    assert reading.last(a.Query).name == "balance"


def test_stop_is_listened_for_only_while_something_is_read_out(reading: Phone) -> None:
    assert "stop" in reading.last(a.Listen).expectation.phrases
    reading.say("stop")
    assert "stop" not in reading.last(a.Listen).expectation.phrases


def test_repeat_reads_it_out_again_in_the_same_manner(reading: Phone) -> None:
    orders = reading.say("repeat")
    assert said(orders)[:2] == ["list_is", "main_menu"]
    assert is_undisturbed(reading.cough())


def test_a_key_interrupts(reading: Phone) -> None:
    assert of_kind(reading.press("1"), a.StopPlaying)
    assert reading.last(a.Query).name == "balance"


def test_talk_that_outlasts_the_reading_is_not_counted(reading: Phone) -> None:
    reading.starts_to_speak()
    reading.hear_out()
    reading.tell(e.Heard(reading.state.turn, (e.Hypothesis("[unk]", "reject"),)))
    assert reading.state.no_match == 0
    assert "first_input" in reading.timers


def test_after_the_reading_the_call_listens_as_always(reading: Phone) -> None:
    reading.hear_out()
    assert said(reading.say("[unk]", "reject"))[0] == "no_match"
    reading.hear_out()
    assert said(reading.say("balance", "confirm")) == ["confirm_heard"]


def test_a_question_may_be_read_out_itself() -> None:
    long = f.Step("menu", MENU.parts, barge_in="hotword")
    phone = Phone(make_flow(long, BALANCE, NEW))
    phone.offer()
    assert is_undisturbed(phone.cough())
    assert of_kind(phone.say("balance"), a.StopPlaying)
