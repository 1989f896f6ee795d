"""Settings of mail server and message centre: wired as named, passwords from files, the doctor's lines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from ivr import doctor
from ivr.accounts.seed import seed_demo
from ivr.bootstrap import open_core, open_upkeep, smpp_options, smtp_options
from ivr.errors import SettingsError
from ivr.settings import Settings, load_settings
from tests.accounts.helpers import MARIA, called
from tests.accounts.postgres import free_port
from tests.support.smsc import message_centre


def settings(folder: Path, more: Mapping[str, str]) -> Settings:
    """Return settings with everything that is written in one folder."""
    own = {
        "IVR_RUNTIME": str(folder),
        "IVR_ACCOUNTS_DATABASE": "memory",
        "IVR_ACCOUNTS_PEPPER": str(folder / "pepper"),
        "IVR_ACCOUNTS_SMS_FILE": str(folder / "sms.txt"),
    }
    return load_settings({**own, **more})


async def test_messages_go_to_the_centre_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("secret\n", encoding="ascii")
    async with message_centre() as centre:
        named = {
            "IVR_SMS_HOST": "127.0.0.1",
            "IVR_SMS_PORT": str(centre.port),
            "IVR_SMS_SYSTEM_ID": "ivr",
            "IVR_SMS_PASSWORD_FILE": str(tmp_path / "word"),
        }
        chosen = settings(tmp_path, named)
        accounts = await open_core(chosen)
        await seed_demo(accounts.desk)
        upkeep = asyncio.create_task(open_upkeep(chosen, accounts).run())
        maria = await called(accounts, MARIA)
        assert (await maria.ask("recover_password", {})).name == "sent"
        assert sorted(centre.binds) == ["ivr transceiver 34", "ivr transmitter 34"]
        assert [one.destination for one in centre.taken] == [MARIA[1:]] * 2  # one text in two parts
        findings = await doctor._messages(chosen)
        assert [(one.part, one.well) for one in findings] == [("mail", True), ("sms", True)]
        upkeep.cancel()
        await asyncio.wait([upkeep])
        await accounts.close()


async def test_without_servers_messages_are_files(tmp_path: Path) -> None:
    chosen = settings(tmp_path, {})
    accounts = await open_core(chosen)
    await seed_demo(accounts.desk)
    maria = await called(accounts, MARIA)
    await maria.ask("statement", {"by": "sms"})
    await open_upkeep(chosen, accounts).round()
    await accounts.close()
    assert f"{MARIA} Детализация за" in (tmp_path / "sms.txt").read_text(encoding="utf-8")
    assert (tmp_path / "sms.txt").stat().st_mode & 0o777 == 0o600
    assert all(finding.well for finding in await doctor._messages(chosen))


async def test_the_doctor_names_what_does_not_let_us_in(tmp_path: Path) -> None:
    port = str(free_port())
    away = {
        "IVR_MAIL_HOST": "127.0.0.1",
        "IVR_MAIL_PORT": port,
        "IVR_SMS_HOST": "127.0.0.1",
        "IVR_SMS_PORT": port,
    }
    for finding in await doctor._messages(settings(tmp_path, away)):
        assert not finding.well
        assert f"127.0.0.1:{port}" in finding.remedy


def test_a_password_that_cannot_be_read_is_told_with_the_remedy(tmp_path: Path) -> None:
    named = {
        "IVR_MAIL_USER": "ivr",
        "IVR_MAIL_PASSWORD_FILE": str(tmp_path / "none"),
        "IVR_SMS_PASSWORD_FILE": str(tmp_path / "none"),
    }
    chosen = settings(tmp_path, named)
    for options in (smtp_options, smpp_options):
        with pytest.raises(SettingsError, match=r"password_file: .*none cannot be read") as told:
            options(chosen)
        assert "readable by its owner only" in told.value.remedy
