"""Ways back in: staff start them, the holder alone sees the temporary password.

The password goes by SMS straight to the holder's phone as it is on record: no staff member chooses it, sees
it, or says where to. It is in no record, log or answer.
"""

from __future__ import annotations

from ivr.accounts.case import use_case
from ivr.accounts.corporate.login import login_key, send_access
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.password import send_temporary, temporary_pause
from ivr.accounts.records import Login
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.holder import contract_of, subscriber_of
from ivr.dialogue.queries import Outcome

_OUTCOMES = {"sent": {}, "not_sent": {}, "too_often": {"wait": "duration"}, "refused": REFUSED}


@use_case(outcomes=_OUTCOMES, needs="")
async def reset_password(desk: Desk, caller: Caller, *, account: str) -> Outcome:
    """Send a temporary password to a subscriber's own phone: good once, ten minutes.

    `too_often`: one went out less than a minute ago, `wait` seconds remain. Refused: wrong_number, not_ours,
    blocked_number (the phone is reported lost: whoever has it would get in).
    """
    async with desk.store.read() as reader:
        who = await subscriber_of(reader, account)
        row = await reader.get(Login, who.phone)
    if who.blocked:
        raise Refusal("blocked_number")
    wait = temporary_pause(desk, row)
    if wait:
        return Outcome("too_often", {"wait": wait})
    return await send_temporary(desk, caller, who)


@use_case(outcomes=_OUTCOMES, needs="")
async def issue_access(desk: Desk, caller: Caller, *, contract: str) -> Outcome:
    """Send a temporary password for a contract to the phone of its contact on record. As reset_password;
    refused: no_such_contract."""
    async with desk.store.read() as reader:
        found = await contract_of(reader, contract)
        row = await reader.get(Login, login_key(found.number))
    wait = temporary_pause(desk, row)
    if wait:
        return Outcome("too_often", {"wait": wait})
    return await send_access(desk, caller, found)
