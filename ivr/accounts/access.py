"""Who may come in over HTTP: clients with keys, and sessions that a password opened.

Keys and tokens are 256 random bits and are kept only as keyed digests. A session ends when it is closed,
idle or old, when its client's key is revoked, and when its login gets another password or loses it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta

from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.record import below
from ivr.accounts.records import Login
from ivr.accounts.records_access import ApiAnswer, ApiClient, ApiSession
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError

DOOR = "web"
"""What this door is called in the log of operations."""
CHANGES_PASSWORD = frozenset({"set_password", "change_password", "set_company_password"})
"""Use cases after which the session that asked goes on, and all others of the login end."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long sessions last."""

    idle_seconds: int = 1800
    """A session ends when it is not used for so long."""
    life_seconds: int = 43200
    """A session ends after so long, used or not."""
    note_seconds: int = 60
    """That it was used is written down at most so often."""


async def create_client(
    desk: Desk, name: str, *, relays: bool = False, payments: bool = False
) -> tuple[ApiClient, Secret]:
    """Make a client; return it with its key, which is told this once."""
    key = Secret(f"ivr_{_random(desk)}")
    mark, now = _mark(desk, "client", key), desk.clock.now()
    made = ApiClient(desk.new_id(), name, mark, now, relays, payments=payments)
    async with desk.store.write() as work:
        await work.add(made)
        await work.commit()
    return made, key


async def clients(desk: Desk) -> list[ApiClient]:
    """Return every client, oldest first."""
    async with desk.store.read() as reader:
        return await reader.find(ApiClient, order="created")


async def revoke_client(desk: Desk, client: str) -> None:
    """Take a client's key back; its sessions end with it. Raises AccountsError when there is none."""
    async with desk.store.write() as work:
        found = await work.get(ApiClient, client)
        if found is None:
            raise AccountsError(f"there is no API client {client}", remedy="`ivr api-key list` names them")
        for session in await work.find(ApiSession, client=client):
            await work.remove(session)
        await work.put(replace(found, revoked=found.revoked or desk.clock.now()))
        await work.commit()


async def client_of(desk: Desk, key: Secret) -> ApiClient | None:
    """Return the client with this key, not revoked."""
    async with desk.store.read() as reader:
        found = await reader.find(ApiClient, mark=_mark(desk, "client", key), revoked=None)
    return found[0] if found else None


async def open_session(desk: Desk, client: ApiClient, caller: Caller, login: str) -> Secret:
    """Open a session for a caller whose password was right; return its token, which is told this once."""
    token, now = Secret(_random(desk)), desk.clock.now()
    async with desk.store.write() as work:
        session = ApiSession(
            mark=_mark(desk, "session", token),
            client=client.id,
            login=login,
            seal=await _seal(desk, work, login),
            proof=caller.proof,
            language=caller.language,
            created=now,
            seen=now,
            subscriber=caller.subscriber,
            contract=caller.contract,
        )
        await work.add(session)
        await work.commit()
    return token


async def session_of(desk: Desk, rules: SessionRules, client: ApiClient, token: Secret) -> ApiSession | None:
    """Return the session with this token, if it lives; note that it was used."""
    mark, now = _mark(desk, "session", token), desk.clock.now()
    async with desk.store.read() as reader:
        found = await reader.get(ApiSession, mark)
        if found is None or found.client != client.id or _ended(desk, rules, found):
            return None
        if found.seal != await _seal(desk, reader, found.login):
            return None
    if now - found.seen >= timedelta(seconds=rules.note_seconds):
        await _update(desk, found, seen=now)
    return found


def caller_of(session: ApiSession, origin: str) -> Caller:
    """Return the caller of a request in this session."""
    return Caller(
        door=DOOR,
        origin=origin,
        subscriber=session.subscriber,
        contract=session.contract,
        proof=session.proof,
        language=session.language,
    )


async def keep_session(desk: Desk, session: ApiSession, caller: Caller, *, sealed_anew: bool) -> None:
    """Keep what a request has changed of its caller; `sealed_anew`: its password was changed on purpose."""
    if sealed_anew:
        async with desk.store.read() as reader:
            seal = await _seal(desk, reader, session.login)
    else:
        seal = session.seal
    if (seal, caller.proof, caller.language) != (session.seal, session.proof, session.language):
        await _update(desk, session, seal=seal, proof=caller.proof, language=caller.language)


async def close_session(desk: Desk, session: ApiSession) -> None:
    """End a session."""
    async with desk.store.write() as work:
        await work.remove(session)
        await work.commit()


async def forget_ended(desk: Desk) -> int:
    """Remove sessions nobody has used for a day and answers past their time; return how many."""
    now = desk.clock.now()
    async with desk.store.write() as work:
        sessions = await work.find(ApiSession, below("seen", now - timedelta(days=1)))
        answers = await work.find(ApiAnswer, below("expires", now))
        for one in (*sessions, *answers):
            await work.remove(one)
        await work.commit()
    return len(sessions) + len(answers)


async def _update(desk: Desk, session: ApiSession, **changes: object) -> None:
    async with desk.store.write() as work:
        kept = await work.get(ApiSession, session.mark)
        if kept is not None:
            await work.put(replace(kept, **changes))  # type: ignore[arg-type]  # named by the callers
            await work.commit()


def _ended(desk: Desk, rules: SessionRules, session: ApiSession) -> bool:
    now = desk.clock.now()
    idle, life = timedelta(seconds=rules.idle_seconds), timedelta(seconds=rules.life_seconds)
    return now - session.seen >= idle or now - session.created >= life


async def _seal(desk: Desk, reader: Reader, login: str) -> str:
    row = await reader.get(Login, login)
    return _mark(desk, "seal", Secret((row.password if row else None) or ""))


def _mark(desk: Desk, what: str, secret: Secret) -> str:
    return desk.hasher.mark(Secret(f"{what}:{secret.reveal()}"))


def _random(desk: Desk) -> str:
    return urlsafe_b64encode(desk.chance.getrandbits(256).to_bytes(32, "big")).decode().rstrip("=")
