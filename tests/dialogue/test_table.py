"""The transition table is total, its handlers exist, and any sequence of events is survived and replays."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue.engine import Dialogue
from ivr.dialogue.phases import DROP, EVENTS, TABLE, Phase, allowed
from ivr.dialogue.queries import Outcome
from tests.support.phone import AGAIN, BALANCE, MENU, NEW, Phone, make_flow

TIMERS = ("first_input", "between_digits", "whole_answer", "query", "query_limit", "wait")
WORDS = ("balance", "password", "operator", "repeat", "back", "help", "один два", "да", "[unk]", "slower")


def test_every_phase_and_event_has_a_row() -> None:
    assert set(TABLE) == set(product(Phase, EVENTS))


def test_every_handler_exists() -> None:
    assert all(
        hasattr(Dialogue, f"on_{handler}") for handler in {row.handler for row in TABLE.values()} - {DROP}
    )


def moments() -> st.SearchStrategy[tuple[str, object]]:
    return st.one_of(
        st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
        st.tuples(st.just("speech"), st.sampled_from(WORDS)),
        st.tuples(st.just("noise"), st.none()),
        st.tuples(st.just("prompt"), st.none()),
        st.tuples(st.just("timer"), st.sampled_from(TIMERS)),
        st.tuples(st.just("answer"), st.sampled_from(["ok", "different", "wrong"])),
        st.tuples(st.just("failed"), st.none()),
        st.tuples(st.just("deaf"), st.none()),
        st.tuples(st.just("back"), st.sampled_from(["answered", "no_answer", "failed"])),
        st.tuples(st.just("late"), st.integers(0, 3)),
    )


def event_of(phone: Phone, kind: str, detail: object) -> e.Event:
    state = phone.state
    match kind:
        case "key":
            return e.DigitPressed(str(detail))
        case "speech":
            return e.Heard(state.turn, (e.Hypothesis(str(detail)),))
        case "noise":
            return e.Heard(state.turn)
        case "prompt":
            return e.PromptFinished(phone.dialogue.speaker.serial)
        case "timer":
            return e.TimerFired(str(detail), state.turn)
        case "answer":
            return e.QueryAnswered(state.query, Outcome(str(detail), {"amount": 1}))
        case "failed":
            return e.QueryFailed(state.query)
        case "deaf":
            return e.ListeningFailed(state.turn)
        case "back":
            return e.TransferEnded(str(detail))
        case _:
            return e.Heard(state.turn - int(str(detail)) - 1, (e.Hypothesis("balance"),))


@settings(max_examples=400)
@given(st.lists(moments(), max_size=60))
def test_any_events_are_survived_and_replay_to_the_same_orders(script: list[tuple[str, object]]) -> None:
    flow = make_flow(MENU, BALANCE, NEW, AGAIN)
    phone = Phone(flow)
    phone.offer()
    trace: list[e.Event] = [e.CallOffered()]
    for kind, detail in script:
        event = event_of(phone, kind, detail)
        trace.append(event)
        before = phone.state.phase
        phone.tell(event)
        waiting = phone.state.phase
        assert allowed(before, type(event), waiting), f"{before} to {waiting} by {event}"
        if waiting in (Phase.LISTENING, Phase.COLLECTING) and not phone.dialogue.speaker.playing:
            assert phone.timers, f"nothing would ever wake the call in {waiting}"
    again = Phone(flow)
    replayed = [order for event in trace for order in again.dialogue.receive(event)]
    assert replayed == phone.orders
    phone.tell(e.CallEnded())
    assert phone.state.phase is Phase.ENDED


def test_orders_never_show_a_secret() -> None:
    phone = Phone(make_flow(MENU, BALANCE, NEW, AGAIN))
    phone.offer()
    phone.press("331415926#31415926#")
    assert "31415926" not in repr([order for order in phone.orders if not isinstance(order, a.Listen)])
