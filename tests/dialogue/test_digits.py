"""Typing and saying digits: the timing law, secrets, clearing, ending."""

from __future__ import annotations

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.phases import Phase
from ivr.dialogue.queries import Secret
from ivr.grammar.model import ValueType
from tests.support.phone import BALANCE, MENU, Phone, make_flow, of_kind, said, to

CODE = f.Step(
    "code",
    (f.Ask("which_code", ValueType("digits", 4, 4), "code"), f.Do("try", {"code": f.Reference("code")})),
)


def code_call() -> Phone:
    phone = Phone(make_flow(MENU, BALANCE, f.Step("new", CODE.parts), CODE, start="code"))
    phone.offer()
    return phone


def test_the_last_digit_is_taken_at_once() -> None:
    phone = code_call()
    phone.press("1234")
    assert phone.last(a.Query).arguments == {"code": "1234"}


def test_a_hash_after_digits_taken_at_once_belongs_to_them() -> None:
    phone = code_call()
    phone.press("1234")
    phone.press("#")
    phone.core_answers("ok")
    assert phone.step == "menu"
    assert phone.state.type_ahead == []


def test_star_clears_what_was_typed_then_goes_back() -> None:
    phone = code_call()
    phone.press("12*")
    assert phone.state.phase is Phase.LISTENING
    phone.press("5678")
    assert phone.last(a.Query).arguments == {"code": "5678"}


def test_too_few_digits_are_no_match_after_the_inter_digit_timeout() -> None:
    phone = code_call()
    phone.press("12")
    assert said(phone.fire("between_digits"))[0] == "no_match"


def test_keys_win_over_speech_in_the_same_turn() -> None:
    phone = code_call()
    phone.press("1")
    phone.tell(e.Heard(phone.state.turn, (e.Hypothesis("пять пять пять пять"),)))
    phone.press("234")
    assert phone.last(a.Query).arguments == {"code": "1234"}


def test_digits_said_in_groups_are_gathered() -> None:
    phone = code_call()
    phone.say("один два")
    phone.say("три четыре")
    assert phone.last(a.Query).arguments == {"code": "1234"}


def test_a_call_for_help_between_two_groups_is_heard() -> None:
    phone = code_call()
    phone.say("один два")
    phone.say("operator")
    assert phone.step == "operator"


def test_speech_that_pauses_is_finished_by_its_own_timer(phone: Phone) -> None:
    phone.press("3")
    phone.say("один два три")
    assert phone.timers["between_digits"].seconds == 1.0
    phone.fire("between_digits")
    assert phone.state.values["new"] == Secret("123")


def test_a_secret_is_masked_wrapped_and_asked_twice(phone: Phone) -> None:
    orders = phone.press("3")
    assert a.Mask(on=True) in orders
    assert phone.last(a.Listen).secret
    closing = phone.press("1234#")
    assert a.Mask(on=False) in closing
    assert phone.step == "again"
    phone.press("1234#")
    arguments = phone.last(a.Query).arguments
    assert arguments == {"password": Secret("1234"), "again": Secret("1234")}
    assert "1234" not in repr(phone.last(a.Query))


def test_two_secrets_that_differ_lead_to_another_try(phone: Phone) -> None:
    phone.press("31234#")
    phone.press("9999#")
    orders = phone.core_answers("different")
    assert said(orders)[:2] == ["password_different", "new_password"]


def test_a_secret_is_forgotten_when_the_call_ends(phone: Phone) -> None:
    phone.press("31234#")
    phone.tell(e.CallEnded())
    assert phone.state.values == {}


def test_the_ear_is_closed_by_the_first_key(phone: Phone) -> None:
    phone.press("3")
    assert of_kind(phone.press("1"), a.StopListening)


def test_a_wait_keeps_keys_and_ends_by_its_timer() -> None:
    wait = f.Step("wait", (f.Wait(f.Reference("pause")),), next=to("menu"))
    ask = f.Step("ask", (f.Do("try"),), on={"wrong": to("wait", "wrong_password")})
    phone = Phone(make_flow(MENU, BALANCE, f.Step("new", CODE.parts), wait, ask, start="ask"))
    phone.offer()
    assert said(phone.core_answers("wrong", {"pause": 4})) == ["wrong_password"]
    assert phone.timers["wait"].seconds == 4.0
    phone.press("1")
    phone.fire("wait")
    assert phone.last(a.Query).name == "balance"


def test_a_called_flow_returns_with_its_outcome() -> None:
    inner = f.Flow(
        "inner",
        (),
        "only",
        {
            "only": f.Step("only", (f.Confirm("sure"),), on={"yes": to("ok"), "no": to("no")}),
            "ok": f.Step("ok", (f.End("agreed"),)),
            "no": f.Step("no", (f.End("refused"),)),
        },
        "only",
        "only",
    )
    outer = f.Step("outer", (f.Call("inner"),), on={"agreed": to("balance"), "refused": to("menu")})
    phone = Phone(make_flow(MENU, BALANCE, f.Step("new", CODE.parts), outer, start="outer"), inner)
    phone.offer()
    phone.press("1")
    assert phone.last(a.Query).name == "balance"
