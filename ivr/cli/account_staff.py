"""`ivr account staff...`: who is staff, and what they did."""

from __future__ import annotations

from typing import Annotated

import typer

from ivr.cli import account_work
from ivr.cli.account_work import run

_LOGIN = typer.Argument(help="their user on this machine")


def add_to(account: typer.Typer) -> None:
    """Register the commands."""
    for command in (staff, staff_first, staff_set, staff_dismiss, actions):
        account.command()(command)


def staff() -> None:
    """List who is staff."""
    run("staff")


def staff_first(name: Annotated[str, typer.Argument(help="your full name")]) -> None:
    """Write yourself down as the first senior, once, when nobody is on the list yet."""
    account_work.first(name)


def staff_set(
    login: Annotated[str, _LOGIN],
    name: Annotated[str, typer.Option(help="full name")],
    role: Annotated[str, typer.Option(help="operator or senior")] = "operator",
    staff_language: Annotated[str, typer.Option(help="ru or en")] = "ru",
) -> None:
    """Add somebody, or change their line (seniors)."""
    run("set_staff", login=login, name=name, role=role, language=staff_language)


def staff_dismiss(login: Annotated[str, _LOGIN]) -> None:
    """Somebody has left (seniors)."""
    run("dismiss_staff", login=login)


def actions(
    login: Annotated[str, typer.Option(help="what this member of staff did")] = "",
    account: Annotated[str, typer.Option(help="what was done about this account, as it was typed")] = "",
) -> None:
    """List what staff asked for, newest first (seniors)."""
    run("staff_actions", login=login, account=account)
