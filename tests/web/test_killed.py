"""A server that is killed between the effect and its answer: the retry gets the answer, money moves once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from ivr.accounts import audit
from ivr.accounts.access import create_client
from ivr.accounts.seed import seed_demo
from ivr.bootstrap import open_core
from ivr.settings import PROJECT, load_settings
from tests.accounts.helpers import JOHN
from tests.accounts.postgres import free_port
from tests.web.helpers import choose_password, client_of

SECONDS = 60
"""Until a server must listen or have ended, on a machine that has much else to do."""
KILLED = ("-m", "tests.web.killed_server")
REAL = ("-m", "ivr", "serve", "--api")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One installation: SQLite in a folder of its own, passwords that cost little."""
    return {
        "IVR_RUNTIME": str(tmp_path),
        "IVR_WEB_PORT": str(free_port()),
        "IVR_WEB_METRICS_PORT": str(free_port()),
        "IVR_ACCOUNTS_DATABASE": f"sqlite+aiosqlite:///{tmp_path}/a.sqlite",
        "IVR_ACCOUNTS_PEPPER": str(tmp_path / "pepper"),
        "IVR_ACCOUNTS_SMS_FILE": str(tmp_path / "sms.txt"),
        "IVR_ACCOUNTS_HASHING_MEMORY_KIB": "64",
        "IVR_ACCOUNTS_HASHING_PASSES": "1",
    }


@asynccontextmanager
async def server(environment: dict[str, str], *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that serves the API, from when it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=-1, cwd=PROJECT, env={**os.environ, **environment}
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(SECONDS):
            while b"http://127.0.0.1:" not in (line := await process.stdout.readline()):
                assert line, "the server ended before it listened"
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), SECONDS)


async def test_a_server_killed_after_the_effect_did_it_once(environment: dict[str, str]) -> None:
    settings = load_settings(environment)
    accounts = await open_core(settings)
    await seed_demo(accounts.desk)
    await choose_password(accounts)
    _, key = await create_client(accounts.desk, "test")
    base = f"http://127.0.0.1:{settings.web.port}"
    async with client_of(accounts, base, key.reveal()) as api:
        async with server(environment, *KILLED) as process:
            me = await api.login()
            checked = await me.ask("check_transfer", phone=JOHN, amount=100_00)
            asked = {"operation": checked.values["operation"]}
            with pytest.raises(aiohttp.ClientError):
                await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
            assert await asyncio.wait_for(process.wait(), SECONDS) == -signal.SIGKILL
        async with server(environment, *REAL):
            assert (await me.ask("balance")).values["amount"] == 140_50
            again = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
            assert (again.status, again.code, again.values["amount"]) == (200, "done", 100_00)
            assert again.headers["Idempotency-Replayed"] == "true"
            assert (await me.ask("balance")).values["amount"] == 140_50
            async with api.http.get(f"http://127.0.0.1:{settings.web.metrics_port}/metrics") as response:
                numbers = await response.text()
    assert 'ivr_api_requests_total{operation="transfer",status="2xx"} 1.0' in numbers
    assert await audit.check_ledger(accounts.desk.store) == []
    await accounts.close()
