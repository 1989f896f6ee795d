"""`ivr api-key`: a key is told once, works at once, and can be taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.accounts.access import client_of
from ivr.accounts.records_access import ApiClient
from ivr.bootstrap import open_core
from ivr.cli import app
from ivr.dialogue.queries import Secret
from ivr.settings import load_settings


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("IVR_ACCOUNTS_DATABASE", f"sqlite+aiosqlite:///{tmp_path / 'accounts.sqlite'}")
    monkeypatch.setenv("IVR_ACCOUNTS_PEPPER", str(tmp_path / "pepper"))
    monkeypatch.setenv("IVR_ACCOUNTS_SMS_FILE", str(tmp_path / "sms.txt"))
    return tmp_path


def found(key: str) -> ApiClient | None:
    async def look() -> ApiClient | None:
        accounts = await open_core(load_settings())
        try:
            return await client_of(accounts.desk, Secret(key))
        finally:
            await accounts.close()

    return asyncio.run(look())


def test_a_key_is_made_listed_and_taken_back(place: Path) -> None:
    runner = CliRunner()
    key = runner.invoke(app, ["api-key", "create", "my shop", "--relays"]).stdout.strip()
    assert key.startswith("ivr_")
    client = found(key)
    assert client is not None
    assert (client.relays, client.payments) == (True, False)
    listed = runner.invoke(app, ["api-key", "list"]).stdout
    assert "relays          my shop" in listed
    assert key not in listed
    assert key.encode() not in b"".join(path.read_bytes() for path in place.iterdir())
    assert runner.invoke(app, ["api-key", "revoke", listed.split()[0]]).exit_code == 0
    assert "revoked         my shop" in runner.invoke(app, ["api-key", "list"]).stdout
    assert found(key) is None
    assert runner.invoke(app, ["api-key", "revoke", "nobody"]).exit_code == 1


def test_the_right_to_report_payments_is_given_when_the_key_is_made(place: Path) -> None:
    runner = CliRunner()
    key = runner.invoke(app, ["api-key", "create", "the bank", "--payments"]).stdout.strip()
    client = found(key)
    assert client is not None
    assert (client.relays, client.payments) == (False, True)
    assert "payments        the bank" in runner.invoke(app, ["api-key", "list"]).stdout
