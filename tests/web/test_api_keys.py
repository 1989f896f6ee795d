"""`ivr api-key`: a key is told once, works at once, and can be taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.accounts.access import client_of
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


def valid(key: str) -> bool:
    async def look() -> bool:
        accounts = await open_core(load_settings())
        try:
            return await client_of(accounts.desk, Secret(key)) is not None
        finally:
            await accounts.close()

    return asyncio.run(look())


def test_a_key_is_made_listed_and_taken_back(place: Path) -> None:
    runner = CliRunner()
    key = runner.invoke(app, ["api-key", "create", "my shop", "--relays"]).stdout.strip()
    assert key.startswith("ivr_")
    assert valid(key)
    listed = runner.invoke(app, ["api-key", "list"]).stdout
    assert "relays  my shop" in listed
    assert key not in listed
    assert key.encode() not in b"".join(path.read_bytes() for path in place.iterdir())
    assert runner.invoke(app, ["api-key", "revoke", listed.split()[0]]).exit_code == 0
    assert "revoked my shop" in runner.invoke(app, ["api-key", "list"]).stdout
    assert not valid(key)
    assert runner.invoke(app, ["api-key", "revoke", "nobody"]).exit_code == 1
