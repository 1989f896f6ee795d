"""`ivr account ...` about companies: contracts, numbers, applications, documents."""

from __future__ import annotations

from typing import Annotated

import typer

from ivr.cli.account_work import run

_CONTRACT = typer.Argument(help="contract number")
_APPLICATION = typer.Argument(help="the application's id")


def add_to(account: typer.Typer) -> None:
    """Register the commands."""
    for command in (
        register, link, access, applications, application, grant, refuse, orders, resend, retry
    ):  # fmt: skip
        account.command()(command)


def register(
    contract: Annotated[str, _CONTRACT],
    company: Annotated[str, typer.Option(help="the company's name")],
    tax_number: Annotated[str, typer.Option(help="INN, 10 or 12 digits")],
    email: Annotated[str, typer.Option(help="where documents go")],
    phone: Annotated[str, typer.Option(help="the contact's mobile phone: where access goes")],
    manager: Annotated[str, typer.Option(help="the account manager's full name")],
    manager_phone: Annotated[str, typer.Option(help="their phone")],
    contract_language: Annotated[str, typer.Option(help="ru or en")] = "ru",
) -> None:
    """Open a company's contract."""
    run(
        "register_company",
        contract=contract,
        company=company,
        tax_number=tax_number,
        email=email,
        phone=phone,
        manager=manager,
        manager_phone=manager_phone,
        language=contract_language,
    )


def link(
    contract: Annotated[str, _CONTRACT],
    numbers: Annotated[str, typer.Argument(help="our subscribers' numbers, commas between")],
) -> None:
    """Put numbers under a contract: the company pays for them from now on."""
    run("link_numbers", contract=contract, numbers=numbers)


def access(contract: Annotated[str, _CONTRACT]) -> None:
    """Send a temporary password to the contract's contact; nobody else sees it."""
    run("issue_access", contract=contract)


def applications(state: Annotated[str, typer.Option(help="open, granted or refused")] = "open") -> None:
    """List applications for access."""
    run("applications", state=state)


def application(application: Annotated[str, _APPLICATION]) -> None:
    """Show an application with everything that can be checked about it."""
    run("check_application", application=application)


def grant(application: Annotated[str, _APPLICATION], contract: Annotated[str, _CONTRACT]) -> None:
    """Grant an application: link its numbers, send access to the contract's contact."""
    run("grant_application", application=application, contract=contract)


def refuse(
    application: Annotated[str, _APPLICATION],
    reason: Annotated[str, typer.Option(help="why; the applicant is told")],
) -> None:
    """Refuse an application."""
    run("refuse_application", application=application, reason=reason)


def orders(contract: Annotated[str, _CONTRACT]) -> None:
    """List what documents were ordered for a contract."""
    run("contract_orders", contract=contract)


def resend(order: Annotated[str, typer.Argument(help="the order's id")]) -> None:
    """Send a finished document once more, to the contract's address."""
    run("resend_document", order=order)


def retry(order: Annotated[str, typer.Argument(help="the order's id")]) -> None:
    """Make a document anew that could not be made."""
    run("retry_document", order=order)
