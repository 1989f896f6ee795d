"""Calls on the shipped words: what is said is heard as text, what is understood is what callers say."""

from __future__ import annotations

from ivr.bootstrap import load_script
from ivr.dialogue import actions as a
from ivr.dialogue import flow as f
from ivr.grammar.model import Language
from ivr.settings import load_settings
from tests.support.phone import Phone, make_flow, of_kind, to

CONTENT = load_script(load_settings({})).content


def call(flow: f.Flow, language: Language, **values: object) -> Phone:
    """A call that has heard the first question out."""
    phone = Phone(flow, understanding=CONTENT)
    phone.state.values.update(values)
    phone.offer(language)
    phone.hear_out()
    return phone


def order(part: f.Ask | f.Pick) -> f.Flow:
    """A flow that asks for something, saves it as `it` and hands it to `order`."""
    step = f.Step("ask", (part, f.Do("order", {"it": f.Reference("it")})), next=to("menu"))
    return make_flow(step, f.Step("menu", (f.Confirm("please_choose"),), next=to("menu")), start="ask")


def taken(phone: Phone) -> object:
    """What `order` was given."""
    return phone.last(a.Query).arguments["it"]


def words(orders: list[a.Action]) -> str:
    """What is said by these orders."""
    (play,) = of_kind(orders, a.Play)
    return " ".join(utterance.text for utterance in CONTENT.utterances(play))
