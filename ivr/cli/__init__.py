"""The `ivr` command: everything an engineer does from a terminal."""

from __future__ import annotations

import sys

import typer

from ivr.cli import account, api_key, content, database, models, service, talk
from ivr.errors import IvrError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The voice account."
)
content.add_to(app)
talk.add_to(app)
service.add_to(app)
models.add_to(app)
database.add_to(app)
account.add_to(app)
api_key.add_to(app)


def main() -> None:
    """Run the command line; our own errors are told in words, with what to do next."""
    try:
        app()
    except IvrError as fault:
        remedy = f"\n  {fault.remedy}" if fault.remedy else ""
        sys.stderr.write(f"ivr: {fault}{remedy}\n")
        raise SystemExit(1) from None
