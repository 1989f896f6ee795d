"""Menus: keys, words, barge-in, silence and nonsense, universals."""

from __future__ import annotations

import pytest

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.phases import Phase
from tests.support.phone import BALANCE, MENU, NEW, Phone, make_flow, of_kind, said, to


def test_the_menu_says_every_option_with_its_key_and_the_operator(phone: Phone) -> None:
    lines = [p for p in phone.last(a.Play).prompts if p.name == "menu_option"]
    assert [(p.values["option"], p.values["key"]) for p in lines] == [
        ("balance", "1"),
        ("password", "3"),
        ("operator", "0"),
    ]


def test_a_key_interrupts_the_prompt_and_chooses(phone: Phone) -> None:
    orders = phone.press("1")
    assert of_kind(orders, a.StopPlaying)
    assert phone.last(a.Query).name == "balance"


def test_a_word_interrupts_the_prompt_and_chooses(phone: Phone) -> None:
    orders = phone.say("balance")
    assert isinstance(orders[0], a.PausePlaying)
    assert of_kind(orders, a.StopPlaying)
    assert phone.last(a.Query).name == "balance"


def test_the_answer_and_the_next_menu_are_one_stretch_of_speech(phone: Phone) -> None:
    phone.press("1")
    orders = phone.core_answers("ok", {"amount": 24550})
    assert said(orders)[:2] == ["balance_is", "main_menu"]
    assert phone.last(a.Play).prompts[0].values["amount"] == 24550
    assert phone.step == "menu"


def test_a_cough_pauses_and_the_prompt_goes_on(phone: Phone) -> None:
    orders = phone.cough()
    assert [type(order) for order in orders if isinstance(order, a.PausePlaying | a.ResumePlaying)] == [
        a.PausePlaying,
        a.ResumePlaying,
    ]
    assert not of_kind(orders, a.StopPlaying)
    assert phone.state.phase is Phase.LISTENING


def test_talk_that_is_no_answer_does_not_eat_the_prompt(phone: Phone) -> None:
    orders = phone.say("[unk]", "reject")
    assert of_kind(orders, a.ResumePlaying)
    assert phone.state.no_match == 0


def test_silence_gets_tapering_help_then_a_person(phone: Phone) -> None:
    first, second, third = phone.be_silent(), phone.be_silent(), phone.be_silent()
    assert said(first)[:2] == ["no_input", "main_menu.again"]
    assert said(second)[:2] == ["no_input.again", "main_menu.help"]
    assert said(third) == ["too_many_tries", "connecting"]
    phone.hear_out()
    assert phone.last(a.Transfer).target == "operators"


def test_nonsense_is_counted_apart_from_silence(phone: Phone) -> None:
    phone.be_silent()
    phone.be_silent()
    phone.hear_out()
    orders = phone.say("[unk]", "reject")
    assert said(orders)[:2] == ["no_match", "main_menu.again"]
    assert phone.step == "menu"


def test_a_key_without_an_option_is_no_match(phone: Phone) -> None:
    assert said(phone.press("7"))[0] == "no_match"


def test_zero_reaches_a_person_and_brings_back_with_the_reason(phone: Phone) -> None:
    assert said(phone.press("0")) == ["connecting"]
    phone.hear_out()
    orders = phone.tell(e.TransferEnded("no_answer"))
    assert said(orders)[:2] == ["nobody_answered", "main_menu"]


def test_a_doubtful_word_is_asked_back(phone: Phone) -> None:
    orders = phone.say("balance", "confirm")
    assert said(orders) == ["confirm_heard"]
    phone.say("да")
    assert phone.last(a.Query).name == "balance"


def test_a_doubtful_word_denied_puts_the_question_again(phone: Phone) -> None:
    phone.say("balance", "confirm")
    orders = phone.press("2")
    assert said(orders)[0] == "main_menu.again"


def test_a_key_typed_ahead_of_its_prompt_counts(phone: Phone) -> None:
    phone.press("1")
    phone.press("1")  # while the account core is still being asked
    phone.core_answers("ok", {"amount": 1})
    assert phone.last(a.Query).number == 3, "the second key chose balance again without a prompt"


def test_repeat_says_what_led_to_the_menu_again(phone: Phone) -> None:
    phone.press("1")
    phone.core_answers("ok", {"amount": 1})
    assert said(phone.press("9"))[:2] == ["balance_is", "main_menu"]


def test_other_language_changes_every_later_order(phone: Phone) -> None:
    orders = phone.say("other_language")
    assert phone.last(a.Play).language == "en"
    assert phone.last(a.Listen).language == "en"
    assert of_kind(orders, a.Remember) == [a.Remember("language", "en")]


def test_slower_is_heard_at_once_and_remembered(phone: Phone) -> None:
    orders = phone.say("slower")
    assert phone.last(a.Play).manner.rate == 0.8
    assert of_kind(orders, a.Remember) == [a.Remember("rate", 0.8)]


def test_more_time_multiplies_the_limits(phone: Phone) -> None:
    phone.hear_out()
    before = phone.timers["first_input"].seconds
    phone.say("more_time")
    phone.hear_out()
    assert phone.timers["first_input"].seconds == 2 * before


def test_patience_without_end_sets_no_timer(phone: Phone) -> None:
    for _ in range(3):
        phone.say("more_time")
    phone.hear_out()
    assert "first_input" not in phone.timers


def test_back_returns_to_the_listening_step_before(phone: Phone) -> None:
    phone.press("3")
    assert phone.step == "new"
    phone.press("*")
    assert phone.step == "menu"


def test_the_ear_that_fails_leaves_keys_and_says_so_once(phone: Phone) -> None:
    assert "keys_only" in said(phone.tell(e.ListeningFailed(phone.state.turn)))
    phone.press("1")
    phone.core_answers("ok", {"amount": 1})
    assert "keys_only" not in said(phone.tell(e.ListeningFailed(phone.state.turn)))


def test_a_core_that_fails_apologises_then_leads_to_a_person(phone: Phone) -> None:
    phone.press("1")
    assert said(phone.core_fails())[:2] == ["technical_fault", "main_menu"]
    phone.press("1")
    assert said(phone.core_fails()) == ["technical_fault", "connecting"]


def test_a_slow_core_is_excused_then_given_up(phone: Phone) -> None:
    phone.press("1")
    assert said(phone.fire("query")) == ["wait_please"]
    assert "technical_fault" in said(phone.fire("query_limit"))


def test_what_comes_for_an_old_turn_is_dropped(phone: Phone) -> None:
    old = phone.state.turn
    phone.press("3")
    for late in (
        e.Heard(old, (e.Hypothesis("balance"),)),
        e.TimerFired("first_input", old),
        e.PromptFinished(1),
    ):
        assert phone.tell(late) == []
    assert phone.step == "new"


def test_a_loop_that_waits_for_nothing_leads_to_a_person() -> None:
    spin = f.Step("spin", (f.Say("hello"),), next=to("spin"))
    phone = Phone(make_flow(MENU, BALANCE, NEW, spin, start="spin"))
    phone.offer()
    assert phone.step == "operator"


def test_a_resumed_call_goes_on_where_the_flow_says() -> None:
    welcome = f.Step("welcome", (f.Say("welcome"),), next=to("menu"))
    again = f.Step("welcome_back", (f.Say("resumed"),), next=to("menu"))
    phone = Phone(make_flow(MENU, BALANCE, NEW, welcome, again, start="welcome", resume="welcome_back"))
    assert said(phone.offer(resumed=True))[0] == "resumed"


@pytest.mark.parametrize("phase", ["menu", "query", "transfer"])
def test_a_call_may_end_at_any_moment(phone: Phone, phase: str) -> None:
    if phase == "query":
        phone.press("1")
    elif phase == "transfer":
        phone.press("0")
    phone.tell(e.CallEnded())
    assert phone.state.phase is Phase.ENDED
    assert phone.press("1") == []


def test_the_callers_own_manner_is_adopted(phone: Phone) -> None:
    phone.press("1")
    settings = {"rate": 150, "volume": 70, "verbosity": "short", "patience": 2, "spelling": "on", "amount": 1}
    phone.core_answers("ok", settings)
    play = phone.last(a.Play)
    assert play.manner == a.Manner(rate=1.5, volume=0.7, brief=True, spelled=True)
    assert all(prompt.spelled for prompt in play.prompts)
    assert phone.state.patience == 2.0
