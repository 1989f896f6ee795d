"""What callers hear while the ears are busy: the prompt to its end, one polite line, the rest by keys."""

from __future__ import annotations

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from tests.support.phone import Phone, of_kind, said


def refuse(phone: Phone) -> list[a.Action]:
    """The ears refuse the turn that is open."""
    return phone.tell(e.ListeningFailed(phone.state.turn))


def test_the_prompt_is_not_eaten_and_the_polite_line_comes_after_it(phone: Phone) -> None:
    orders = refuse(phone)
    assert said(orders) == ["keys_only"]
    assert not of_kind(orders, a.StopPlaying)
    assert not of_kind(orders, a.PausePlaying)


def test_keys_do_all_that_words_would_have_done(phone: Phone) -> None:
    refuse(phone)
    phone.press("1")
    assert phone.last(a.Query).name == "balance"


def test_a_word_that_still_comes_for_the_refused_turn_changes_nothing(phone: Phone) -> None:
    refuse(phone)
    assert of_kind(phone.say("balance"), a.Query) == []


def test_every_new_turn_asks_the_ears_again_and_hears_when_they_have_time(phone: Phone) -> None:
    refuse(phone)
    phone.press("1")
    orders = phone.core_answers("ok", {"amount": 1})
    assert of_kind(orders, a.Listen)
    phone.say("balance")
    assert phone.last(a.Query).name == "balance"


def test_the_line_is_said_once_a_call_however_long_the_ears_are_busy(phone: Phone) -> None:
    refuse(phone)
    for _ in range(3):
        phone.press("1")
        phone.core_answers("ok", {"amount": 1})
        assert said(refuse(phone)) == []
