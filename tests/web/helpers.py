"""A client of the HTTP door, as a program would write one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from ivr.accounts.access import create_client
from ivr.accounts.desk import Desk
from ivr.accounts.door import Accounts
from ivr.accounts.once import Answered, HeldStore, Request
from ivr.accounts.seed import COMPANY, TEAM
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Secret
from ivr.ops.api_metrics import ApiMetrics
from ivr.web.options import WebOptions
from ivr.web.server import serving
from tests.accounts.helpers import MARIA, called
from tests.web.described import must_be_as_described

NOON = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "82746103"
BAD = "55501837"
WIDE = WebOptions(client_burst=10**6, session_burst=10**6, stranger_burst=10**6)
"""No limits: for tests of something else."""


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The problem's name, or the outcome's."""
        return str(self.body.get("code") or self.body.get("outcome"))

    @property
    def values(self) -> Any:
        """The outcome's values."""
        return self.body["values"]


@dataclass
class Api:
    """A program with a key; `headers` go with every request."""

    http: aiohttp.ClientSession
    base: str
    accounts: Accounts
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Api:
        """Return the same program with more headers; underscores stand for hyphens."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Api(self.http, self.base, self.accounts, self.key, {**self.headers, **more})

    async def post(
        self, path: str, body: object = None, *, raw: bytes | None = None, **headers: str
    ) -> Answer:
        """Ask for something."""
        sent = {"X-API-Key": self.key, **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = {"data": raw} if raw is not None else {"json": {} if body is None else body}
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.http.post(self.base + path, headers=sent, **data) as response:
            parsed = await response.json(content_type=None) if response.status != 204 else {}
            must_be_as_described(path, response.status, response.headers, parsed)
            return Answer(response.status, response.headers, parsed)

    async def ask(self, name: str, _group: str = "individual", **arguments: object) -> Answer:
        """Ask for a use case."""
        return await self.post(f"/v1/{_group}/{name}", arguments)

    async def login(self, phone: str = MARIA, password: str = PASSWORD) -> Api:
        """Sign in as a subscriber; return the program with the session."""
        answer = await self.post("/v1/individual/login", {"phone": phone, "password": password})
        assert answer.status == 200, answer.body
        return self.with_headers(Authorization=f"Bearer {answer.body['session']['token']}")

    async def company(self) -> Api:
        """Sign in for the demo company."""
        answer = await self.post("/v1/company/login", {"login": COMPANY, "password": PASSWORD})
        assert answer.status == 200, answer.body
        return self.with_headers(Authorization=f"Bearer {answer.body['session']['token']}")


@asynccontextmanager
async def opened(
    accounts: Accounts,
    options: WebOptions,
    *,
    relays: bool = False,
    payments: bool = False,
    metrics: ApiMetrics | None = None,
) -> AsyncIterator[Api]:
    """Open a door on loopback, with a new client."""
    _, key = await create_client(accounts.desk, "test", relays=relays, payments=payments)
    async with serving(accounts, options, metrics) as port:
        address = f"http://127.0.0.1:{port}"
        async with client_of(accounts, address, key.reveal()) as made:
            yield made


@asynccontextmanager
async def client_of(accounts: Accounts, base: str, key: str) -> AsyncIterator[Api]:
    """Be a program with this key."""
    async with aiohttp.ClientSession() as http:
        yield Api(http, base, accounts, key)


async def choose_password(accounts: Accounts, phone: str = MARIA, password: str = PASSWORD) -> None:
    """Choose a password by telephone, from the own line."""
    both = {"password": Secret(password), "again": Secret(password)}
    assert (await (await called(accounts, phone)).ask("set_password", both)).name == "ok"


async def choose_company_password(accounts: Accounts, sms: KeptSms) -> None:
    """Get access for the demo company by telephone."""
    caller = accounts.session(TEAM[0][0], "0555")
    await caller.ask("company_access", {"contract": COMPANY, "tax_number": "7701234567"})
    temporary = Secret(sms.sent[-1][1].reveal().split(": ")[1][:8])
    await caller.ask("verify_company", {"login": COMPANY, "password": temporary})
    both = {"password": Secret(PASSWORD), "again": Secret(PASSWORD)}
    assert (await caller.ask("set_company_password", both)).name == "ok"


class Held:
    """Holds every answer that is to be kept back, just before it becomes durable."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.arrived, self.go_on = asyncio.Event(), asyncio.Event()
        real = HeldStore.finish

        async def slow(store: HeldStore, desk: Desk, request: Request, answered: Answered) -> None:
            self.arrived.set()
            await self.go_on.wait()
            await real(store, desk, request, answered)

        monkeypatch.setattr(HeldStore, "finish", slow)
