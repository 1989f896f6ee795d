"""What use cases answer: values that many of them tell, lists with what their items hold.

`{"packages": list_of("Each.", kind=Value("key", "What.", choices=KINDS), left="count")}` declares a list; the
answer is checked against it before it leaves, the API's document is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.accounts.arguments import FORWARD_KINDS
from ivr.accounts.choice import LABEL, VALUE
from ivr.dialogue.queries import Value

Told = str | Value
"""A declared value: a `Value`, or its type alone when that says it all."""
Values = Mapping[str, Told]
"""What an outcome answers: name -> declaration."""

NAME = Value("text", "What it is called, in the caller's language.")
COMPANY = Value("text", "The company's name.")
EMPLOYEE = Value("text", "The employee's full name.")
POSITION = Value("text", "The employee's position; empty when there is none.")
CODE = Value("digits", "Short code that names it.")
OPERATION = Value("text", "Id to confirm with, for ten minutes.")
PRICE = Value("money", "What it costs at once.")
FEE = Value("money", "What it costs each month.")
PERIOD = Value("text", "How often the fee is due, in the caller's language.")
STARTS = Value("date", "The day it takes effect.")
FORWARD_KIND = Value("key", "When calls are forwarded.", choices=FORWARD_KINDS)
REASON = Value("text", "Why not, in the caller's language.")
YES_NO = ("yes", "no")


def list_of(about: str, /, **items: Told) -> Value:
    """Declare a list whose items hold these."""
    return Value("list", about, items={name: as_value(told) for name, told in items.items()})


def choices_of(about: str, /, **items: Told) -> Value:
    """Declare a list that a caller may pick from: items as `choice` makes them, with what else they hold."""
    return list_of(about, value=VALUE, label=LABEL, **items)


def as_value(told: Told) -> Value:
    """Return the declaration that a type alone stands for."""
    return Value(told) if isinstance(told, str) else told
