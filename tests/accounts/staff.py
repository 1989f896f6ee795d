"""Staff at work, as the tests of what they do share them."""

from __future__ import annotations

from ivr.accounts.door import Accounts
from ivr.accounts.staff import staff_session
from ivr.accounts.staff.session import StaffSession


class Staff:
    """Anna and Boris are seniors, Olya and Pyotr operators."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.anna, self.boris, self.olya, self.pyotr, self.stranger = (
            staff_session(accounts.desk, login) for login in ("anna", "boris", "olya", "pyotr", "root")
        )


async def refused(who: StaffSession, name: str, /, **arguments: object) -> str:
    outcome = await who.ask(name, arguments)
    assert outcome.name == "refused", outcome
    assert outcome.values["reason"]
    return str(outcome.values["code"])
