"""Running one staff use case from the command line: who asks, opening and closing the core, telling the
outcome.

Who asks is whoever the system says: the login that began this session (the kernel keeps it through `sudo`
and `su`), else the user of this process. Nobody types a name, and no setting or variable changes it. The
service's own user owns the database, so staff come through a `sudo` rule for `ivr account` alone
(docs/decisions/0062).
"""

from __future__ import annotations

import asyncio
import os
import pwd
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

import typer

from ivr.accounts.staff import staff_session
from ivr.accounts.staff.registry import first_senior
from ivr.bootstrap import open_core
from ivr.cli.account_text import beforehand, is_well, told
from ivr.cli.account_words import SENTENCES
from ivr.dialogue.queries import Outcome
from ivr.errors import SetupError
from ivr.settings import load_settings

LOGIN_UID = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1
"""What the kernel says when no login began this session."""
chosen_language: ContextVar[str] = ContextVar("chosen_language", default="")
"""What --language says; empty: the language the staff member is registered with."""


def os_login() -> str:
    """Return the name of the user who logged in. Raises SetupError when the system knows no such user."""
    try:
        uid = int(LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        uid = _NOBODY
    try:
        return pwd.getpwuid(os.getuid() if uid == _NOBODY else uid).pw_name
    except KeyError:
        raise SetupError("this process's user has no name", remedy="log in as yourself") from None


def run(case: str, /, **arguments: object) -> None:
    """Ask one use case as whoever is logged in; tell the outcome; exit code 1 when it was not done."""
    login = os_login()
    given = {name: value for name, value in arguments.items() if value is not None}
    outcome, language = asyncio.run(_asked(case, given, login))
    text = told(case, outcome, language, login)
    (sys.stdout if is_well(outcome) else sys.stderr).write(text)
    raise typer.Exit(0 if is_well(outcome) else 1)


def first(name: str) -> None:
    """Write whoever is logged in as the first senior."""
    login = os_login()

    async def work() -> None:
        accounts = await open_core(load_settings())
        try:
            await first_senior(accounts.desk, login, name)
        finally:
            await accounts.close()

    asyncio.run(work())
    sys.stdout.write(SENTENCES[chosen_language.get() or "ru"]["first"].format(login=login) + "\n")


async def _asked(case: str, arguments: Mapping[str, object], login: str) -> tuple[Outcome, str]:
    accounts = await open_core(load_settings())
    try:
        session = staff_session(accounts.desk, login)
        who = await session.member()
        language = chosen_language.get() or (who.language if who else "ru")
        sys.stderr.write(beforehand(case, arguments, language))
        sys.stderr.flush()
        return await session.ask(case, arguments, language), language
    finally:
        await accounts.close()
