"""A driver for the pure dialogue: it answers queries, fires timers and remembers what was ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.engine import Dialogue, Understanding
from ivr.dialogue.queries import Outcome
from ivr.grammar.model import Expectation, Grammar, Language, Match, ValueType

A = TypeVar("A", bound=a.Action)

DIGITS = {"ноль": "0", "один": "1", "два": "2", "три": "3", "четыре": "4", "пять": "5", "шесть": "6"}
YES_NO = {"да": True, "нет": False}


class PlainGrammar:
    """Understands the names of phrase sets as words, digits one by one, and yes or no."""

    def __init__(self, expectation: Expectation) -> None:
        self._names = expectation.phrases
        self._value = expectation.value
        self.recogniser_phrases = tuple(self._names)

    def match(self, words: str) -> tuple[Match, ...]:
        if words in self._names:
            return (Match(words),)
        value = self._read(words.split())
        return () if value is None or self._value is None else (Match(self._value.kind, value, True),)

    def can_continue(self, words: str) -> bool:
        kind, heard = self._value, words.split()
        if kind is None or kind.kind not in ("digits", "secret_digits"):
            return False
        return all(word in DIGITS for word in heard) and len(heard) < (kind.maximum or 99)

    def _read(self, heard: list[str]) -> object | None:
        kind = self._value
        if kind is None:
            return None
        if kind.kind == "yes_no":
            return YES_NO.get(" ".join(heard))
        if not all(word in DIGITS for word in heard):
            return None
        enough = (kind.minimum or 1) <= len(heard) <= (kind.maximum or 99)
        return "".join(DIGITS[word] for word in heard) if enough else None


class PlainUnderstanding:
    """Makes plain grammars."""

    def grammar(self, expectation: Expectation, language: Language) -> Grammar:
        return PlainGrammar(expectation)


class Phone:
    """One call to a flow. Every method returns the orders that the event led to."""

    def __init__(self, flow: f.Flow, *others: f.Flow, understanding: Understanding | None = None) -> None:
        flows = {item.name: item for item in (flow, *others)}
        self.dialogue = Dialogue(flow, understanding or PlainUnderstanding(), flows=flows)
        self.orders: list[a.Action] = []
        self.timers: dict[str, a.SetTimer] = {}

    def tell(self, event: e.Event) -> list[a.Action]:
        new = self.dialogue.receive(event)
        for order in new:
            if isinstance(order, a.SetTimer):
                self.timers[order.name] = order
            elif isinstance(order, a.ClearTimer):
                self.timers.pop(order.name, None)
        self.orders += new
        return new

    def offer(self, language: Language = "ru", *, resumed: bool = False) -> list[a.Action]:
        return self.tell(e.CallOffered(language, resumed))

    def press(self, keys: str) -> list[a.Action]:
        return [order for key in keys for order in self.tell(e.DigitPressed(key))]

    def starts_to_speak(self) -> list[a.Action]:
        return self.tell(e.SpeechStarted(self.state.turn))

    def say(self, words: str, decision: str = "take") -> list[a.Action]:
        started = self.starts_to_speak()
        return started + self.tell(e.Heard(self.state.turn, (e.Hypothesis(words, decision),)))

    def say_one_of(self, *words: str, decision: str = "confirm") -> list[a.Action]:
        """Say something that the ear hears in several ways, the likeliest first."""
        first, *others = words
        started = self.starts_to_speak()
        heard = (e.Hypothesis(first, decision), *(e.Hypothesis(other, "confirm") for other in others))
        return started + self.tell(e.Heard(self.state.turn, heard))

    def cough(self) -> list[a.Action]:
        return self.starts_to_speak() + self.tell(e.Heard(self.state.turn))

    def hear_out(self) -> list[a.Action]:
        return self.tell(e.PromptFinished(self.last(a.Play).serial))

    def fire(self, name: str) -> list[a.Action]:
        timer = self.timers.pop(name)
        return self.tell(e.TimerFired(timer.name, timer.turn))

    def be_silent(self) -> list[a.Action]:
        return self.hear_out() + self.fire("first_input")

    def core_answers(self, outcome: str, values: Mapping[str, object] | None = None) -> list[a.Action]:
        return self.tell(e.QueryAnswered(self.last(a.Query).number, Outcome(outcome, values or {})))

    def core_fails(self) -> list[a.Action]:
        return self.tell(e.QueryFailed(self.last(a.Query).number))

    @property
    def state(self):  # type: ignore[no-untyped-def]  # the engine's own state, looked at freely by tests
        return self.dialogue.state

    @property
    def step(self) -> str:
        return str(self.state.step.name)

    def last(self, kind: type[A]) -> A:
        return [order for order in self.orders if isinstance(order, kind)][-1]


def said(orders: list[a.Action]) -> list[str]:
    """Names of the prompts that were ordered, with the variant when it is not the first."""
    return [
        prompt.name if prompt.variant == "first" else f"{prompt.name}.{prompt.variant}"
        for order in orders
        if isinstance(order, a.Play)
        for prompt in order.prompts
    ]


def of_kind(orders: list[a.Action], kind: type[A]) -> list[A]:
    return [order for order in orders if isinstance(order, kind)]


def to(step: str, say: str | None = None) -> f.Target:
    return f.Target(step, say)


def make_flow(*steps: f.Step, name: str = "test", start: str = "menu", resume: str = "") -> f.Flow:
    person = f.Step(
        "operator",
        (f.Say("connecting"), f.Transfer("operators")),
        on={"no_answer": to("back", "nobody_answered")},
    )
    every = {step.name: step for step in (*steps, person)}
    return f.Flow(name, ("0505",), start, every, home="menu", operator="operator", resume=resume)


MENU = f.Step(
    "menu",
    (
        f.Menu(
            "main_menu",
            (f.MenuOption("balance", "1", to("balance")), f.MenuOption("password", "3", to("new"))),
        ),
    ),
)
BALANCE = f.Step("balance", (f.Do("balance"), f.Say("balance_is")), next=to("menu"))
NEW = f.Step("new", (f.Ask("new_password", ValueType("secret_digits", 1, 8), "new"),), next=to("again"))
AGAIN = f.Step(
    "again",
    (
        f.Ask("password_again", ValueType("secret_digits", 1, 8), "again"),
        f.Do("set_password", {"password": f.Reference("new"), "again": f.Reference("again")}),
    ),
    on={"ok": to("menu", "password_set"), "different": to("new", "password_different")},
)
