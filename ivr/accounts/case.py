"""What a use case is: an async function, its arguments read from its signature, its outcomes declared
beside it.

A use case takes `(desk, caller, *, named arguments)`. An argument's annotation is its type, one of those in
`arguments` (a bare str is a text, an int a count, a date a date, a Secret a secret); a default makes it
optional. Whatever it answers is checked against its declaration before it leaves.
Most need to know who is calling: until then they answer `sign_in_first`, which is declared for them.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ivr.accounts.arguments import argument, fitted, plain
from ivr.accounts.choice import SPOKEN
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.refusal import Refusal
from ivr.accounts.values import Values, as_value
from ivr.dialogue.queries import VALUE_TYPES, Outcome, UseCase, Value
from ivr.errors import AccountsError

Handler = Callable[..., Awaitable[Outcome]]
Outcomes = Mapping[str, Values]
Needs = Literal["subscriber", "contract", ""]

SIGN_IN_FIRST = "sign_in_first"
"""What a use case answers when it must know the caller and does not yet."""

_PYTHON: dict[str, type | tuple[type, ...]] = {
    "money": int,
    "count": int,
    "data": int,
    "duration": int,
    "date": date,
    "phone": str,
    "digits": str,
    "text": str,
    "language": str,
    "list": tuple,
    "key": str,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A declared use case and the function behind it."""

    declaration: UseCase
    handler: Handler
    types: Mapping[str, type]
    """Argument -> str, int, date or Secret."""
    needs: Needs
    """What must be known of the caller."""

    async def __call__(self, desk: Desk, caller: Caller, /, **arguments: object) -> Outcome:
        """Bind the arguments, run, check the outcome. Raises AccountsError on a call against the
        declaration."""
        bound = self._bound(arguments)
        if self.needs and getattr(caller, self.needs) is None:
            return Outcome(SIGN_IN_FIRST)
        try:
            outcome = await self.handler(desk, caller, **bound)
        except Refusal as no:
            outcome = self._refused(desk, caller, no)
        self._check(outcome)
        return outcome

    def _refused(self, desk: Desk, caller: Caller, no: Refusal) -> Outcome:
        sentence = desk.catalogue.reason(no.code, caller.language, no.about)
        return Outcome("refused", {"reason": sentence, "code": no.code})

    def _bound(self, arguments: Mapping[str, object]) -> dict[str, object]:
        unknown, missing = arguments.keys() - self.types.keys(), self.declaration.needed - arguments.keys()
        if unknown or missing:
            raise AccountsError(
                f"{self.declaration.name}: unknown arguments {sorted(unknown)}, missing {sorted(missing)}"
            )
        return {name: self._fit(name, value) for name, value in arguments.items()}

    def _fit(self, name: str, value: object) -> object:
        try:
            return fitted(self.types[name], value)
        except ValueError as fault:
            raise AccountsError(f"{self.declaration.name}: {name} {fault}") from None

    def _check(self, outcome: Outcome) -> None:
        declared = self.declaration.values.get(outcome.name)
        if declared is None:
            raise AccountsError(f"{self.declaration.name}: undeclared outcome {outcome.name}")
        if declared.keys() != outcome.values.keys():
            raise AccountsError(f"{self.declaration.name}: {outcome.name} must give {sorted(declared)}")
        wrong = [name for name, value in declared.items() if not _fits(value, outcome.values[name])]
        if wrong:
            raise AccountsError(f"{self.declaration.name}: {outcome.name} gives {wrong} not as declared")


def use_case(
    *, outcomes: Outcomes, moves_money: bool = False, needs: Needs = "subscriber", prepares: str = ""
) -> Callable[[Handler], Case]:
    """Declare the decorated function as the use case of its name. A trailing underscore is dropped.

    `needs`: what must be known of the caller before it runs - a subscriber, a contract, or nothing.
    `prepares`: the use case that does what this one has looked at.
    """
    declared = {**outcomes, SIGN_IN_FIRST: {}} if needs else outcomes
    values = {name: _values(told) for name, told in declared.items()}

    def declare(handler: Handler) -> Case:
        hints = _hints(handler)
        declaration = UseCase(
            name=handler.__name__.rstrip("_"),
            arguments={name: argument(hint, required) for name, (hint, required) in hints.items()},
            outcomes={name: {one: told.slot for one, told in of.items()} for name, of in values.items()},
            values=values,
            moves_money=moves_money,
            prepares=prepares,
            about=inspect.getdoc(handler) or "",
        )
        return Case(declaration, handler, {name: plain(hint) for name, (hint, _) in hints.items()}, needs)

    return declare


def _values(declared: Values) -> dict[str, Value]:
    """Return an outcome's values in full. Raises TypeError for a type that is none, a list without items."""
    values = {name: as_value(told) for name, told in declared.items()}
    for name, value in values.items():
        if (value.type == "list") != bool(value.items):
            raise TypeError(f"{name}: a list says what its items hold, and nothing else does")
        types = {value.type, *(one.type for one in value.items.values())}
        if not types <= VALUE_TYPES or "list" in {one.type for one in value.items.values()}:
            raise TypeError(f"{name}: unknown types among {sorted(types)}")
    return values


def _fits(declared: Value, value: object) -> bool:
    if not isinstance(value, _PYTHON[declared.type]) or isinstance(value, bool):
        return False
    if isinstance(value, tuple):
        return all(_item_fits(declared.items, item) for item in value)
    return not declared.choices or value in declared.choices


def _item_fits(declared: Mapping[str, Value], item: object) -> bool:
    if not isinstance(item, dict) or item.keys() - {SPOKEN} != declared.keys():
        return False
    return all(_fits(one, item[name]) for name, one in declared.items())


def _hints(handler: Handler) -> dict[str, tuple[typing.Any, bool]]:
    """Return every named argument's annotation and whether it must be given."""
    hints = typing.get_type_hints(handler, include_extras=True)
    return {
        name: (hints[name], parameter.default is inspect.Parameter.empty)
        for name, parameter in inspect.signature(handler).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
