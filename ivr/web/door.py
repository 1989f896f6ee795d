"""One request from its arrival to its answer: who asks, may they, what do they ask, what came of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from ivr.accounts import access
from ivr.accounts.corporate.login import login_key
from ivr.accounts.desk import Caller
from ivr.accounts.door import Accounts
from ivr.accounts.once import Answered, KeyReused, Request, ask_once, fingerprint, told
from ivr.accounts.pending import NoSuchOperation
from ivr.accounts.records import Subscriber
from ivr.accounts.records_access import ApiClient, ApiSession
from ivr.accounts.records_company import Contract
from ivr.dialogue.queries import Secret
from ivr.ops.api_metrics import ApiMetrics
from ivr.web.answers import answer, welcome
from ivr.web.body import Judge, read_body
from ivr.web.languages import preferred
from ivr.web.limits import LimitName, limits_of
from ivr.web.operations import Operation
from ivr.web.options import WebOptions
from ivr.web.origin import origin
from ivr.web.problems import ProblemError

CLIENT_KEY = "X-API-Key"
IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY = re.compile(r'"?([A-Za-z0-9._:~-]{1,128})"?')
_NO_BODY = 2048


@dataclass(slots=True)
class Visit:
    """What is known about a request so far."""

    client: ApiClient
    origin: str
    language: str
    """The language of its answers."""
    session: ApiSession | None = None


class Door:
    """Handles requests. Built once; `judges` are made from the operations."""

    def __init__(
        self, accounts: Accounts, options: WebOptions, operations: list[Operation], metrics: ApiMetrics
    ) -> None:
        self._desk, self._options, self._metrics = accounts.desk, options, metrics
        self._limits = limits_of(options, accounts.desk.clock)
        self._judges = {operation.name: Judge(operation.case.declaration) for operation in operations}
        self._under_way: set[tuple[str, str]] = set()

    async def ask(self, request: web.Request, operation: Operation) -> web.Response:
        """Answer a request for a use case. Raises ProblemError, AccountsError."""
        async with asyncio.timeout(self._options.answer_seconds):
            visit = await self._visit(request)
            try:
                return await self._answered(request, operation, visit)
            except ProblemError as problem:  # the caller's own language is known by now
                return problem.response(visit.language)

    async def log_out(self, request: web.Request) -> web.Response:
        """End the session."""
        async with asyncio.timeout(self._options.answer_seconds):
            visit = await self._visit(request)
            session = await self._session(request, visit, None)
            if await read_body(request, _NO_BODY, self._options.body_seconds):
                raise ProblemError("malformed")
            await access.close_session(self._desk, session)
        return web.Response(status=204)

    async def _answered(self, request: web.Request, operation: Operation, visit: Visit) -> web.Response:
        if operation.access == "right" and not visit.client.payments:
            raise ProblemError("no_right")
        if operation.access == "session":
            visit.session = await self._session(request, visit, operation.group)
        arguments, print_ = await self._arguments(request, operation, visit)
        if operation.access == "login":
            return await self._login(operation, visit, arguments)
        return await self._use(request, operation, visit, arguments, print_)

    async def _visit(self, request: web.Request) -> Visit:
        key, forwarded = request.headers.get(CLIENT_KEY), request.headers.getall("X-Forwarded-For", [])
        hops = self._options.proxies
        client = await access.client_of(self._desk, Secret(key)) if key and key.isascii() else None
        if client is None:
            self._spend("stranger", origin(request.remote, forwarded, hops))
            raise ProblemError("bad_key" if key else "no_key")
        self._spend("client", client.id)
        return Visit(client, origin(request.remote, forwarded, hops + client.relays), language_of(request))

    async def _session(self, request: web.Request, visit: Visit, group: str | None) -> ApiSession:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or not token.isascii():
            raise ProblemError("sign_in_first")
        rules = self._options.sessions
        session = await access.session_of(self._desk, rules, visit.client, Secret(token.strip()))
        owner = {"individual": "subscriber", "company": "contract"}.get(group or "")
        if session is None or (owner and getattr(session, owner) is None):
            raise ProblemError("sign_in_first")
        self._spend("session", session.mark)
        visit.language = language_of(request, session.language)
        return session

    def _spend(self, limit: LimitName, name: str) -> None:
        wait = self._limits[limit].take(name)
        if wait:
            self._metrics.rate_limited(limit)
            raise ProblemError("too_many_requests", retry_after=wait)

    async def _arguments(
        self, request: web.Request, operation: Operation, visit: Visit
    ) -> tuple[dict[str, object], str]:
        body = await read_body(request, operation.body_limit, self._options.body_seconds)
        arguments = self._judges[operation.name].arguments(body, visit.language)
        return arguments, fingerprint(self._desk, operation.name, body)

    async def _login(
        self, operation: Operation, visit: Visit, arguments: Mapping[str, object]
    ) -> web.Response:
        caller = Caller(door=access.DOOR, origin=visit.origin, language=visit.language)
        outcome = told(await operation.case(self._desk, caller, **arguments))
        if outcome.outcome != "ok":
            return answer(operation, outcome, visit.language)
        token = await access.open_session(self._desk, visit.client, caller, await self._name(caller))
        return welcome(outcome, token, self._options.sessions, visit.language)

    async def _name(self, caller: Caller) -> str:
        """Return what the login of somebody who has just signed in is called."""
        async with self._desk.store.read() as reader:
            if caller.subscriber is not None:
                who = await reader.get(Subscriber, caller.subscriber)
                return who.phone if who else ""
            contract = await reader.get(Contract, caller.contract)
            return login_key(contract.number) if contract else ""

    async def _use(
        self,
        request: web.Request,
        operation: Operation,
        visit: Visit,
        arguments: Mapping[str, object],
        print_: str,
    ) -> web.Response:
        key, session = _idempotency_key(request, operation), visit.session
        caller = Caller(door=access.DOOR, origin=visit.origin, language=visit.language)
        if session is not None:
            caller = access.caller_of(session, visit.origin)
            caller.language = visit.language
        owner = caller.subscriber or caller.contract or "nobody"
        asked = Request(f"{visit.client.id}:{owner}", key, print_) if key else None
        outcome = await self._asked(operation, caller, arguments, asked)
        if session is not None and not outcome.repeated:
            if operation.name != "set_language":  # a header chooses the language of one answer only
                caller.language = session.language
            sealed = operation.name in access.CHANGES_PASSWORD and outcome.outcome == "ok"
            await access.keep_session(self._desk, session, caller, sealed_anew=sealed)
        return answer(operation, outcome, outcome.language or visit.language)

    async def _asked(
        self, operation: Operation, caller: Caller, arguments: Mapping[str, object], asked: Request | None
    ) -> Answered:
        try:
            if asked is None:
                return told(await operation.case(self._desk, caller, **arguments))
            return await self._asked_once(operation, caller, arguments, asked)
        except NoSuchOperation:
            raise ProblemError("no_such_operation") from None
        except KeyReused:
            raise ProblemError("idempotency_key_reused") from None

    async def _asked_once(
        self, operation: Operation, caller: Caller, arguments: Mapping[str, object], asked: Request
    ) -> Answered:
        place = (asked.scope, asked.key)
        if place in self._under_way:
            raise ProblemError("in_progress", retry_after=1)
        self._under_way.add(place)
        try:
            return await ask_once(self._desk, operation.case, caller, arguments, asked)
        finally:
            self._under_way.discard(place)


def language_of(request: web.Request, chosen: str = "ru") -> str:
    """Return the language of a request's answer: what it asks for, or what its caller has chosen."""
    return preferred(request.headers.get("Accept-Language")) or chosen


def _idempotency_key(request: web.Request, operation: Operation) -> str:
    """Return the key (draft-ietf-httpapi-idempotency-key-header 2.1: a quoted string; bare will do)."""
    text = request.headers.get(IDEMPOTENCY_KEY)
    if text is None:
        if operation.key_needed:
            raise ProblemError("idempotency_key_needed")
        return ""
    found = _KEY.fullmatch(text)
    if found is None:
        raise ProblemError("idempotency_key_malformed")
    return found[1]
