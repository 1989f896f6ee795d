"""The password: chosen, changed, recovered, verified. How it is judged is in `login`, what is refused in
`strength`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ivr.accounts import journal, login
from ivr.accounts.arguments import Phone
from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Work
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.strength import REASONS, weakness
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError

REFUSALS: dict[str, dict[str, str]] = {"different": {}, **{reason: {} for reason in REASONS}}
"""Outcomes of everything that takes a new password twice."""
_TEMPORARY_LENGTH = 8
TEMPORARY_TEXT = {
    "ru": "Временный пароль: {password}. Действует 10 минут, один раз. Никому его не сообщайте.",
    "en": "Temporary password: {password}. Good for 10 minutes, once. Do not tell it to anyone.",
}


@use_case(outcomes={"ok": {"language": "language"}, **login.OUTCOMES}, needs="")
async def verify_password(desk: Desk, caller: Caller, *, phone: Phone, password: Secret) -> Outcome:
    """Judge a password for a phone number given in any form; right, the call is that subscriber's.

    `ok`: language is the subscriber's. `wrong`: the next try is judged in `wait` seconds (sooner ones are
    held that long), `left` tries remain. `wait`: not judged; come back in `wait` seconds. `blocked`: five
    were wrong. A number nobody has is answered in the same words, after the same work.
    """
    number = read_phone(phone) or phone
    async with desk.store.read() as reader:
        found = await reader.find(Subscriber, phone=number)
    own = bool(found) and caller.is_own_line(found[0])
    judged = await login.judge(desk, login.Try(number, password, caller.source, own))
    if judged.name not in {"ok", "temporary"}:
        return judged
    if not found:
        raise AccountsError("a password without a subscriber", remedy="run `ivr db check`")
    by_password = "password" if judged.name == "ok" else "temporary"
    caller.become(found[0], "line" if own else by_password)  # the own SIM proves more than its password
    return Outcome("ok", {"language": caller.language})


@use_case(outcomes={"ok": {}, "own_line_needed": {}, **REFUSALS})
async def set_password(desk: Desk, caller: Caller, *, password: Secret, again: Secret) -> Outcome:
    """Choose a password, entered twice; opens a blocked login.

    `own_line_needed`: neither the own SIM nor a temporary password sent to it has proved who this is.
    `different`: the two entries differ. The other outcomes are the reasons of `strength.weakness`.
    """
    async with desk.store.read() as reader:
        subscriber = await the_subscriber(reader, caller)
    if caller.proof not in {"line", "temporary"}:
        return Outcome("own_line_needed")
    refusal = _refusal(desk, subscriber, password, again)
    if refusal:
        return Outcome(refusal)
    await _keep(desk, caller, subscriber, password, "set_password")
    return Outcome("ok")


@use_case(outcomes={"ok": {}, **login.OUTCOMES, **REFUSALS})
async def change_password(
    desk: Desk, caller: Caller, *, password: Secret, new: Secret, again: Secret
) -> Outcome:
    """Change the working password: the working one, the new one, the new one again.

    The new one is looked at first, so that its faults cost no try. `wrong`, `wait`, `blocked` as in
    verify_password.
    """
    async with desk.store.read() as reader:
        subscriber = await the_subscriber(reader, caller)
    refusal = _refusal(desk, subscriber, new, again)
    if refusal:
        return Outcome(refusal)
    a_try = login.Try(subscriber.phone, password, caller.source, caller.is_own_line(subscriber))
    judged = await login.judge(desk, a_try)
    if judged.name not in {"ok", "temporary"}:
        return judged
    await _keep(desk, caller, subscriber, new, "change_password")
    return Outcome("ok")


@use_case(outcomes={"sent": {}, "own_line_needed": {}, "too_often": {"wait": "duration"}, "not_sent": {}})
async def recover_password(desk: Desk, caller: Caller) -> Outcome:
    """Send a temporary password by SMS to the own SIM: good once, ten minutes; opens a blocked login.

    `own_line_needed`: the call does not come from the subscriber's own SIM. `too_often`: one went out less
    than a minute ago, `wait` seconds remain. `not_sent`: the message could not be handed over.
    """
    async with desk.store.read() as reader:
        subscriber = await the_subscriber(reader, caller)
        row = await reader.get(Login, subscriber.phone)
    if caller.proof != "line":
        return Outcome("own_line_needed")
    wait = temporary_pause(desk, row)
    if wait:
        return Outcome("too_often", {"wait": wait})
    return await send_temporary(desk, caller, subscriber)


def _refusal(desk: Desk, subscriber: Subscriber, password: Secret, again: Secret) -> str | None:
    if password != again:
        return "different"
    return weakness(password, subscriber.phone, today(desk.clock))


async def _keep(desk: Desk, caller: Caller, subscriber: Subscriber, password: Secret, kind: str) -> None:
    kept = await desk.hasher.hash(password)
    async with desk.store.write() as work:
        await login.open_login(work, subscriber.phone, password=kept, temporary=None, temporary_until=None)
        await journal.note(work, desk, caller, subscriber.id, kind)
        await work.commit()


def temporary_pause(desk: Desk, row: Login | None) -> int:
    """Return the seconds until another temporary password may go out; 0: now."""
    if row is None or row.temporary_until is None:
        return 0
    rules = desk.login
    free = row.temporary_until - timedelta(seconds=rules.temporary_seconds - rules.temporary_pause)
    return max(0, -((desk.clock.now() - free) // timedelta(seconds=1)))


async def send_temporary(desk: Desk, caller: Caller, subscriber: Subscriber) -> Outcome:
    """Send a temporary password to the subscriber's own SIM: `sent` or `not_sent`. Nobody else ever sees
    it."""
    password = random_password(desk, subscriber.phone)
    async with desk.store.write() as work:
        await _keep_temporary(desk, work, subscriber, password)
        await journal.note(work, desk, caller, subscriber.id, "recover_password")
        await work.commit()
    text = TEMPORARY_TEXT[subscriber.language].format(password=password.reveal())
    try:
        await desk.sms.send(subscriber.phone, Secret(text))
    except AccountsError:
        await _forget_temporary(desk, subscriber)
        return Outcome("not_sent")
    return Outcome("sent")


async def _keep_temporary(desk: Desk, work: Work, subscriber: Subscriber, password: Secret) -> None:
    until = desk.clock.now() + timedelta(seconds=desk.login.temporary_seconds)
    mark = desk.hasher.mark(password)
    await login.open_login(work, subscriber.phone, temporary=mark, temporary_until=until)


async def _forget_temporary(desk: Desk, subscriber: Subscriber) -> None:
    async with desk.store.write() as work:
        row = await work.get(Login, subscriber.phone)
        if row is not None:
            await work.put(replace(row, temporary=None, temporary_until=None))
            await work.commit()


def random_password(desk: Desk, phone: str) -> Secret:
    """Return a random temporary password that is not weak for this phone, E.164."""
    while True:
        digits = "".join(desk.chance.choice("0123456789") for _ in range(_TEMPORARY_LENGTH))
        if weakness(Secret(digits), phone, today(desk.clock)) is None:
            return Secret(digits)
