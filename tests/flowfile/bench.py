"""A small node for the checker's tests: one flow, its content in two languages, three use cases.

As it stands nothing is wrong with it; every test breaks one thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from ivr.dialogue.queries import Argument, UseCase
from ivr.flowfile.check import check_files
from ivr.flowfile.checks.spoken_by_dialogue import DIALOGUE_PROMPTS

FLOW = """\
flow: main
numbers: ["0505"]
start: greet
home: menu
operator: person
steps:
  greet:
    do: identify
    on: {known: menu, unknown: {say: sorry, next: person}}
  menu:
    menu: menu
    options:
      balance: {key: "1", next: balance}
      pay: {key: "2", next: amount}
      other_language: {key: "3"}
  balance:
    do: balance
    say: balance_is
    next: menu
  amount:
    ask: amount
    expect: money
    save: sum
    next: sure
  sure:
    confirm: sure
    on: {yes: code, no: menu}
  code:
    ask: code
    expect: secret_digits(4)
    save: pin
    do: {pay: {sum: $sum, pin: $pin}}
    on: {wrong: {say: wait_for, next: pause}, paid: {say: paid, next: menu}}
  pause:
    wait: $left
    next: menu
  person:
    say: connecting
    transfer: operators
    on: {answered: bye}
    next: {say: busy, next: back}
  bye:
    say: bye
    end: done
"""

USE_CASES = {
    "identify": UseCase("identify", outcomes={"known": {}, "unknown": {}}),
    "balance": UseCase("balance", outcomes={"ok": {"amount": "money"}}),
    "pay": UseCase(
        "pay",
        arguments={
            "sum": Argument("money"),
            "pin": Argument("secret"),
            "by": Argument("key", required=False, choices=("card", "cash")),
            "on": Argument("date", required=False),
        },
        outcomes={"paid": {"amount": "money"}, "wrong": {"left": "duration"}},
        moves_money=True,
    ),
}

_PROMPTS = {
    "sorry": "Sorry.",
    "menu": "Menu.",
    "balance_is": "There is {amount:money}.",
    "amount": "How much?",
    "sure": "Pay {sum:money}?",
    "code": "Code?",
    "wait_for": "Wait {left:duration}.",
    "paid": "Paid {amount:money}.",
    "connecting": "One moment.",
    "busy": "Nobody is free.",
    "bye": "Good bye.",
    "confirm_money": "{value:money}?",
    "which_of_two_money": "{one:money} or {other:money}?",
    "confirm_secret_digits": "All of them?",
    "confirm_yes_no": "Yes or no?",
}

_PHRASES = {
    "en": {
        "operator": ["operator"],
        "repeat": ["say again"],
        "back": ["go back"],
        "skip": ["skip this"],
        "stop": ["stop it"],
        "spell_it": ["letter by letter"],
        "neither": ["none of the two"],
        "help": ["help me"],
        "main_menu": ["main menu"],
        "slower": ["slow down"],
        "faster": ["hurry up"],
        "louder": ["louder"],
        "quieter": ["not so loud"],
        "more_time": ["give me time"],
        "shorter": ["be brief"],
        "longer": ["tell me everything"],
        "other_language": ["russian please"],
        "balance": ["my balance"],
        "pay": ["pay money"],
    },
    "ru": {
        "operator": ["оператор"],
        "repeat": ["повторите"],
        "back": ["назад"],
        "skip": ["дальше"],
        "stop": ["прекрати"],
        "spell_it": ["по буквам"],
        "neither": ["ни то ни другое"],
        "help": ["подсказка"],
        "main_menu": ["главное меню"],
        "slower": ["говорите помедленнее"],
        "faster": ["быстрее"],
        "louder": ["громче"],
        "quieter": ["тише"],
        "more_time": ["дайте подумать"],
        "shorter": ["покороче"],
        "longer": ["поподробнее"],
        "other_language": ["инглиш"],
        "balance": ["какой у меня баланс"],
        "pay": ["заплатить"],
    },
}


def _content() -> dict[str, dict[str, dict[str, object]]]:
    own = {name: "".join(f"{{{slot}:{kind}}} " for slot, kind in slots.items()) + "Say."
           for name, slots in DIALOGUE_PROMPTS.items()}  # fmt: skip
    return {
        language: {
            "prompts": {**own, **_PROMPTS},
            "labels": {name: f"for {name}" for name in ("operator", "balance", "pay", "other_language")},
            "phrases": dict(phrases),
            "rules": {},
        }
        for language, phrases in _PHRASES.items()
    }


@dataclass
class Node:
    """Files of a node in a folder of its own; change what is to be wrong, then `check`."""

    folder: Path
    flows: dict[str, str] = field(default_factory=lambda: {"main": FLOW})
    """File name without ending -> text."""
    content: dict[str, dict[str, dict[str, object]]] = field(default_factory=_content)
    """Language -> section (`prompts`, `labels`, `phrases`, `rules`) -> entries."""
    use_cases: dict[str, UseCase] = field(default_factory=lambda: deepcopy(USE_CASES))

    def change(self, old: str, new: str, flow: str = "main") -> None:
        """Replace a piece of a flow; it must be there."""
        assert old in self.flows[flow]
        self.flows[flow] = self.flows[flow].replace(old, new, 1)

    def put(
        self, section: str, entries: Mapping[str, object], languages: tuple[str, ...] = ("ru", "en")
    ) -> None:
        """Add or replace entries of the content."""
        for language in languages:
            self.content[language][section].update(entries)

    def write(self) -> None:
        """Write all files. JSON is YAML: so the tests need no YAML library."""
        for language, sections in self.content.items():
            folder = self.folder / "prompts" / language
            folder.mkdir(parents=True, exist_ok=True)
            for file, keys in (("prompts", ("prompts", "labels")), ("phrases", ("phrases", "rules"))):
                text = json.dumps({key: sections[key] for key in keys}, ensure_ascii=False, indent=1)
                (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
        (self.folder / "flows").mkdir(exist_ok=True)
        for name, text in self.flows.items():
            (self.folder / "flows" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def check(self) -> list[str]:
        """Every fault, as it is printed."""
        self.write()
        faults = check_files(self.folder / "flows", self.folder / "prompts", self.use_cases)
        return [str(fault) for fault in faults]
