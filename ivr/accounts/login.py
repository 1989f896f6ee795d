"""Judging a password: how tries are counted, spaced and stopped. The rules, in order:

1. A try is counted (in one committed unit of work) before it is judged; a crash in between counts as wrong.
2. Five wrong in a row, from whatever lines, block the login and revoke its password.
3. After each wrong try the next waits longer. A try a little early is held; one far too early is sent away
   unjudged.
4. Every calling line, and the whole system, has a budget of tries; a right one is given back.
5. The owner's own line neither waits nor spends budgets: strangers cannot keep it out.
6. Numbers that nobody has, or that have no password, are judged the same way at the same cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest

from ivr.accounts.desk import Desk
from ivr.accounts.ports import Work
from ivr.accounts.records import Budget, Login
from ivr.accounts.values import Values
from ivr.dialogue.queries import Outcome, Secret, Value

OUTCOMES: dict[str, Values] = {
    "wrong": {"wait": "duration", "left": Value("count", "Tries left.")},
    "wait": {"wait": "duration"},
    "blocked": {},
}
"""What judging answers besides `ok`; use cases that judge declare these too."""

_STALE = 60
"""Seconds after which a try that was counted but never settled is taken as wrong: its process died."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try at one login."""

    login: str
    """E.164 phone, or `contract:` and a number."""
    password: Secret
    line: str | None
    """The calling line, E.164, or what stands in its place; see `Caller.source`."""
    own: bool
    """True when the call comes from the login's own SIM."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A counted try, ready to be judged."""

    row: Login
    number: int
    """1 to 5: which wrong try in a row it would be."""


async def judge(desk: Desk, a_try: Try) -> Outcome:
    """Judge one try: `ok {}`, `temporary {}`, or one of OUTCOMES."""
    async with desk.turns.of(f"{'own ' if a_try.own else ''}{a_try.login}"):
        ticket = await _admitted(desk, a_try)
        if isinstance(ticket, Outcome):
            return ticket
        right = await desk.hasher.verify(ticket.row.password, a_try.password)
        proof = "password" if right else await _temporary(desk, ticket.row, a_try.password)
        return await _settle(desk, a_try, ticket, proof)


async def open_login(work: Work, login: str, **changes: object) -> None:
    """Give a login a new password (or temporary one), which unblocks it and forgets wrong tries."""
    row = await work.get(Login, login)
    fresh = replace(row or Login(login), tries=0, not_before=None, blocked=False, **changes)  # type: ignore[arg-type]  # named by the callers
    await (work.put(fresh) if row else work.add(fresh))


async def _admitted(desk: Desk, a_try: Try) -> Ticket | Outcome:
    while True:
        async with desk.store.read() as reader:
            row = await reader.get(Login, a_try.login)
        if row is not None and row.blocked:
            return Outcome("blocked")
        pause = _pause(desk, row, a_try)
        if pause > desk.login.hold:
            return Outcome("wait", {"wait": pause})
        if pause:
            await desk.clock.sleep(pause)
            continue
        ticket = await _counted(desk, a_try)
        if ticket is not None:
            return ticket


def _pause(desk: Desk, row: Login | None, a_try: Try) -> int:
    if row is None or row.not_before is None or a_try.own:
        return 0
    return _seconds(row.not_before - desk.clock.now())


async def _counted(desk: Desk, a_try: Try) -> Ticket | Outcome | None:
    """Count the try; None when another process was quicker and the row has to be looked at again."""
    async with desk.store.write() as work:
        found = await work.get(Login, a_try.login)
        row = found or Login(a_try.login)
        if row.blocked or _pause(desk, row, a_try):
            return None
        if row.tries >= desk.login.tries:
            return await _unsettled(desk, work, row)
        dry = 0 if a_try.own else await spend(desk, work, a_try.line)
        if dry:
            return Outcome("wait", {"wait": dry})
        number = row.tries + 1
        counted = replace(row, tries=number, not_before=_next(desk, number))
        await (work.put(counted) if found else work.add(counted))
        await work.commit()
        return Ticket(counted, number)


async def _unsettled(desk: Desk, work: Work, row: Login) -> Outcome:
    """All tries are counted and not all settled: wait for them, or take them as wrong when they are stale."""
    if row.not_before is None or row.not_before + timedelta(seconds=_STALE) > desk.clock.now():
        return Outcome("wait", {"wait": _STALE})
    await work.put(_revoked(row))
    await work.commit()
    return Outcome("blocked")


async def _temporary(desk: Desk, row: Login, password: Secret) -> str:
    alive = row.temporary_until is not None and desk.clock.now() < row.temporary_until
    same = compare_digest(row.temporary or "", desk.hasher.mark(password))
    return "temporary" if alive and same else ""


async def _settle(desk: Desk, a_try: Try, ticket: Ticket, proof: str) -> Outcome:
    async with desk.store.write() as work:
        row = await work.get(Login, a_try.login) or ticket.row
        if proof and (row.password, row.temporary) == (ticket.row.password, ticket.row.temporary):
            await _forgive(desk, work, a_try, row, proof)
            answer = Outcome("ok" if proof == "password" else "temporary")
        elif ticket.number >= desk.login.tries:
            await work.put(_revoked(row))
            answer = Outcome("blocked")
        else:
            await work.put(replace(row, not_before=_next(desk, ticket.number)))
            answer = _wrong(desk, ticket.number)
        await work.commit()
        return answer


async def _forgive(desk: Desk, work: Work, a_try: Try, row: Login, proof: str) -> None:
    if proof == "temporary":
        row = replace(row, temporary=None, temporary_until=None)
    await work.put(replace(row, tries=0, not_before=None))
    if not a_try.own:
        await give_back(desk, work, a_try.line)


def _wrong(desk: Desk, number: int) -> Outcome:
    wait = _seconds(_next(desk, number) - desk.clock.now())
    return Outcome("wrong", {"wait": wait, "left": desk.login.tries - number})


def _revoked(row: Login) -> Login:
    return replace(row, blocked=True, password=None, temporary=None, temporary_until=None)


def _next(desk: Desk, number: int) -> datetime:
    waits = desk.login.waits
    return desk.clock.now() + timedelta(seconds=waits[min(number, len(waits)) - 1])


def _seconds(span: timedelta) -> int:
    """Return whole seconds, rounded up, never negative."""
    return max(0, -(-span // timedelta(seconds=1)))


async def spend(desk: Desk, work: Work, line: str | None) -> int:
    """Take one try from every budget; if one is empty take none and return the seconds until it is not."""
    budgets = await _budgets(desk, work, line)
    for budget in budgets:
        capacity, leak = _size(desk, budget.name)
        over = budget.level + 1000 - capacity * 1000
        if over > 0:
            return max(desk.login.hold + 1, -(-over * leak // 1000))
    for budget in budgets:
        await work.put(replace(budget, level=budget.level + 1000))
    return 0


async def give_back(desk: Desk, work: Work, line: str | None) -> None:
    """Put a right try back into every budget."""
    for budget in await _budgets(desk, work, line):
        await work.put(replace(budget, level=max(0, budget.level - 1000)))


async def _budgets(desk: Desk, work: Work, line: str | None) -> list[Budget]:
    """Return the line's and the system's buckets as they have leaked by now; make those that are missing."""
    return [await _leaked(desk, work, name) for name in (f"line:{line or 'withheld'}", "system")]


async def _leaked(desk: Desk, work: Work, name: str) -> Budget:
    now, found = desk.clock.now(), await work.get(Budget, name)
    if found is None:
        await work.add(fresh := Budget(name, 0, now))
        return fresh
    lost = (now - found.at) // timedelta(milliseconds=_size(desk, name)[1])
    return replace(found, level=max(0, found.level - lost), at=now)


def _size(desk: Desk, name: str) -> tuple[int, int]:
    rules = desk.login
    if name == "system":
        return rules.system_tries, rules.system_leak
    if name == "line:withheld":
        return rules.withheld_tries, rules.withheld_leak
    return rules.line_tries, rules.line_leak
