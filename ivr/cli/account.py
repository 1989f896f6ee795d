"""`ivr account ...`: what staff do in accounts. Every command is one use case; words are in
`account_words`."""

from __future__ import annotations

import secrets
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from ivr.cli import account_company, account_staff
from ivr.cli.account_work import chosen_language, run
from ivr.dialogue.queries import Secret

account = typer.Typer(
    no_args_is_help=True, help="Staff at work in accounts; everything asked is written down with your login."
)
_ACCOUNT = typer.Argument(help="phone number in any form, or a contract number")
_REASON = typer.Option("--reason", help="why; kept with the operation")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    account_company.add_to(account)
    account_staff.add_to(account)
    app.add_typer(account, name="account")


@account.callback()
def language(language: Annotated[str, typer.Option(help="ru or en; yours when left out")] = "") -> None:
    """Staff at work in accounts; everything asked is written down with your login."""
    if language not in {"", "ru", "en"}:
        raise typer.BadParameter("ru or en", param_hint="--language")
    chosen_language.set(language)


@account.command()
def show(account: Annotated[str, _ACCOUNT]) -> None:
    """Show an account: money, packages, options, states."""
    run("show_account", account=account)


@account.command()
def operations(
    account: Annotated[str, _ACCOUNT], count: Annotated[int, typer.Option(help="how many")] = 20
) -> None:
    """List an account's newest operations through every door, with who did them."""
    run("account_operations", account=account, count=count)


@account.command()
def find(
    query: Annotated[str, typer.Argument(help="phone, contract or tax number, or a part of a name")],
) -> None:
    """Find accounts."""
    run("find_accounts", query=query)


@account.command()
def messages(account: Annotated[str, _ACCOUNT]) -> None:
    """List messages to an account's holder and what became of them; not what they say."""
    run("account_messages", account=account)


@account.command()
def block(account: Annotated[str, _ACCOUNT], reason: Annotated[str, _REASON]) -> None:
    """Block a number now."""
    run("block_account", account=account, reason=reason)


@account.command()
def unblock(account: Annotated[str, _ACCOUNT], reason: Annotated[str, _REASON]) -> None:
    """Open a blocked number again."""
    run("unblock_account", account=account, reason=reason)


@account.command()
def adjust(
    account: Annotated[str, _ACCOUNT],
    reason: Annotated[str, _REASON],
    credit: Annotated[str, typer.Option(help="rubles to put on the account, like 150 or 99.50")] = "",
    debit: Annotated[str, typer.Option(help="rubles to take off the account")] = "",
    adjustment: Annotated[str, typer.Option("--id", help="repeats what was cut off: its id")] = "",
) -> None:
    """Put money on an account or take it off; a large amount waits for a second person.

    Its id is shown before anything is done. Repeated with that --id, nothing is done twice.
    """
    if bool(credit) == bool(debit):
        raise typer.BadParameter("give either --credit or --debit")
    amount = kopecks(credit or debit)
    run(
        "adjust",
        adjustment=adjustment or secrets.token_hex(16),
        account=account,
        amount=amount if credit else -amount,
        reason=reason,
    )


@account.command()
def adjustments(
    state: Annotated[str, typer.Option(help="open, posted, rejected or expired")] = "open",
) -> None:
    """List adjustments."""
    run("adjustments", state=state)


@account.command()
def approve(adjustment: Annotated[str, typer.Argument(help="its id")]) -> None:
    """Post an adjustment that somebody else proposed (seniors)."""
    run("approve_adjustment", adjustment=adjustment)


@account.command()
def reject(adjustment: Annotated[str, typer.Argument(help="its id")]) -> None:
    """Turn down an adjustment that somebody else proposed (seniors)."""
    run("reject_adjustment", adjustment=adjustment)


@account.command()
def reset_password(account: Annotated[str, _ACCOUNT]) -> None:
    """Send a temporary password to a subscriber's own phone; nobody else sees it."""
    run("reset_password", account=account)


@account.command()
def vouchers(
    file: Annotated[Path, typer.Argument(help="lines `code,rubles,last day`; - reads from the terminal")],
) -> None:
    """Make printed top-up cards known (seniors)."""
    run("import_vouchers", lines=_lines_of(file))


@account.command()
def sims(
    file: Annotated[Path, typer.Argument(help="lines `card number,PUK1`; - reads from the terminal")],
) -> None:
    """Make SIM cards known that may replace others (seniors)."""
    run("import_sims", lines=_lines_of(file))


def kopecks(text: str) -> int:
    """Return rubles, written with a point or a comma, in kopecks. Raises BadParameter."""
    try:
        amount = Decimal(text.replace(",", ".").replace(" ", "")) * 100
    except InvalidOperation:
        raise typer.BadParameter(f"{text} is no amount: write 150 or 99.50") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or amount <= 0:
        raise typer.BadParameter(f"{text} is no amount: rubles and whole kopecks, more than nothing")
    return int(amount)


def _lines_of(file: Path) -> Secret:
    if str(file) == "-":
        return Secret(sys.stdin.read())
    try:
        return Secret(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise typer.BadParameter(f"{file} cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise typer.BadParameter(f"{file} is not UTF-8") from fault
