"""`ivr account ...` through the command line: identity from the system, both languages, exit codes, safe
output."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ivr.accounts.clock import VirtualClock
from ivr.accounts.desk import Desk
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.records_staff import StaffAction, StaffMember
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.cli import account_work, app
from ivr.cli.account_text import printable
from ivr.errors import AccountsError, SetupError
from ivr.settings import Settings
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CATALOGUE, MARIA

Ivr = Callable[..., Result]


@dataclass
class Core:
    """An account core that several commands share: closing it is left to the fixture."""

    desk: Desk

    async def close(self) -> None:
        """Leave it open."""


@pytest.fixture
async def core(hasher: Argon2Hasher) -> Core:
    """Demo subscribers in memory; Anna and Boris (English) are seniors, Olya an operator."""
    made = Accounts(MemoryStore(KINDS), hasher, KeptSms(), clock=VirtualClock(NOON), catalogue=CATALOGUE)
    await seed_demo(made.desk)
    async with made.desk.store.write() as work:
        await work.add(StaffMember("anna", "Анна", "senior"))
        await work.add(StaffMember("boris", "Boris", "senior", "en"))
        await work.add(StaffMember("olya", "Оля", "operator"))
        await work.commit()
    return Core(made.desk)


def command(monkeypatch: pytest.MonkeyPatch, user: str, words: tuple[str, ...], text: str = "") -> Result:
    """Run `ivr account ...` as some user of the machine."""
    monkeypatch.setattr(account_work, "os_login", lambda: user)
    return CliRunner().invoke(app, ["account", *words], input=text)


@pytest.fixture
def ivr(core: Core, monkeypatch: pytest.MonkeyPatch) -> Ivr:
    """Commands on the core in memory."""

    async def open_core(settings: Settings) -> Core:
        return core

    monkeypatch.setattr(account_work, "open_core", open_core)
    return lambda user, *words, text="": command(monkeypatch, user, words, text)


def test_a_stranger_gets_nothing_but_what_to_do(ivr: Ivr) -> None:
    done = ivr("mallory", "show", MARIA)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "ivr account staff-set mallory" in done.stderr
    assert isinstance(ivr("mallory", "staff-first", "M").exception, AccountsError)


def test_an_account_is_shown_in_the_readers_language(ivr: Ivr) -> None:
    done = ivr("olya", "show", "8 926 123-45-67")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{MARIA}  Иванова Мария Петровна\n")
    assert "сумма: 245,50 ₽" in done.stdout
    assert "вход: нет" in done.stdout
    assert "  минуты" in done.stdout
    english = ivr("boris", "show", MARIA).stdout
    assert "tariff: Classic" in english
    assert "kind" in english
    assert "вход" in ivr("boris", "--language", "ru", "show", MARIA).stdout


def test_two_people_adjust(ivr: Ivr) -> None:
    first = ivr("boris", "adjust", MARIA, "--credit", "5000,50", "--reason", "billing error")
    assert first.exit_code == 0
    one = first.stdout.split("approve ")[1].strip()
    assert first.stderr.startswith(f"Adjustment {one}. ")
    assert "takes two people" in first.stdout
    assert "5000,50 ₽" in ivr("anna", "adjustments").stdout
    same = ivr("boris", "approve", one)
    assert (same.exit_code, same.stdout) == (1, "")
    assert same.stderr == "An adjustment is decided by somebody else than who proposed it.\n"
    assert "старший" in ivr("olya", "approve", one).stderr
    assert ivr("anna", "approve", one).exit_code == 0
    assert "5246,00 ₽" in ivr("olya", "show", MARIA).stdout
    shown = ivr("anna", "operations", MARIA).stdout
    assert "boris, anna" in shown
    assert "корректировка счёта" in shown


def test_an_adjustment_is_repeated_under_its_id(ivr: Ivr) -> None:
    asked = ("olya", "adjust", MARIA, "--credit", "5", "--reason", "x")
    one = ivr(*asked).stderr.split("--id ")[1].split(":")[0]
    assert ivr(*asked, "--id", one).exit_code == 0
    assert "250,50 ₽" in ivr("olya", "show", MARIA).stdout
    assert "без --id" in ivr("olya", "adjust", MARIA, "--credit", "6", "--reason", "x", "--id", one).stderr


def test_amounts_are_read_strictly(ivr: Ivr) -> None:
    for wrong in (["--credit", "x"], ["--credit", "0.005"], ["--credit", "-5"], ["--credit", "nan"], []):
        assert ivr("olya", "adjust", MARIA, "--reason", "x", *wrong).exit_code == 2, wrong
    assert ivr("olya", "adjust", MARIA, "--reason", "x", "--credit", "1", "--debit", "1").exit_code == 2
    assert ivr("olya", "--language", "de", "show", MARIA).exit_code == 2


def test_a_reset_shows_no_password(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(seeded, tmp_path / "accounts.sqlite")
    monkeypatch.setenv("IVR_ACCOUNTS_DATABASE", f"sqlite+aiosqlite:///{tmp_path / 'accounts.sqlite'}")
    monkeypatch.setenv("IVR_ACCOUNTS_PEPPER", str(tmp_path / "pepper"))
    monkeypatch.setenv("IVR_ACCOUNTS_SMS_FILE", str(tmp_path / "sms.txt"))
    assert (
        command(monkeypatch, "anna", ("staff-first", "Анна")).output == "anna записан старшим сотрудником.\n"
    )
    done = command(monkeypatch, "anna", ("reset-password", MARIA))
    assert done.exit_code == 0
    secret = (tmp_path / "sms.txt").read_text(encoding="utf-8").split(": ")[1][:8]
    assert secret.isdecimal()
    assert secret not in done.output
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("accounts.sqlite*"))
    assert secret.encode() not in kept


def test_companies_documents_and_vouchers(ivr: Ivr, tmp_path: Path) -> None:
    words = [
        "--company",
        "АО Лютик",
        "--tax-number",
        "7707083893",
        "--email",
        "a@b.example",
        "--phone",
        MARIA,
    ]
    words += ["--manager", "М", "--manager-phone", MARIA]
    assert "Договор 880000002 открыт: АО Лютик." in ivr("olya", "register", "880000002", *words).stdout
    assert "добавлено номеров: 1" in ivr("olya", "link", "880000002", f"{MARIA},12").stdout
    assert ivr("olya", "applications").stdout == "Ничего нет.\n"
    assert ivr("olya", "orders", "880000002").stdout == "Ничего нет.\n"
    assert ivr("olya", "resend", "0").exit_code == 1
    file = tmp_path / "cards.csv"
    file.write_text("123456789012,100,2027-12-31\n1,2,3\n", encoding="utf-8")
    taken = ivr("anna", "vouchers", str(file)).stdout
    assert "Карт принято: 1 на 100,00 ₽, строк с ошибкой: 1." in taken
    assert "123456789012" not in taken
    assert "Карт принято: 1" in ivr("anna", "vouchers", "-", text="123456789013,100,2027-12-31\n").stdout
    assert ivr("anna", "vouchers", str(tmp_path / "none")).exit_code == 2
    taken = ivr("anna", "sims", "-", text="8970101234567890123,12345678\n1,2\n").stdout
    assert "SIM-карт принято: 1, строк с ошибкой: 1." in taken


def test_everything_asked_is_written_down(ivr: Ivr, core: Core) -> None:
    ivr("olya", "find", "иванова")
    ivr("olya", "block", MARIA, "--reason", "потерян")

    async def kept() -> list[StaffAction]:
        async with core.desk.store.read() as reader:
            return await reader.find(StaffAction, staff="olya")

    asked = {(one.action, one.about, one.outcome) for one in asyncio.run(kept())}
    assert asked == {("find_accounts", "иванова", "some"), ("block_account", MARIA, "ok")}
    assert "block_account" in ivr("anna", "actions", "--account", MARIA).stdout


def test_what_strangers_wrote_commands_no_terminal() -> None:
    assert printable("ООО \x1b[2J\x07Ромашка\n") == "ООО ?[2J?Ромашка\n"


def test_who_logged_in_is_asked_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "mallory")
    monkeypatch.setenv("SUDO_USER", "mallory")
    monkeypatch.setattr(account_work, "LOGIN_UID", tmp_path / "loginuid")
    (tmp_path / "loginuid").write_text("1", encoding="ascii")
    assert account_work.os_login() == "daemon"
    (tmp_path / "loginuid").write_text(str(2**32 - 1), encoding="ascii")
    monkeypatch.setattr("os.getuid", lambda: 2)
    assert account_work.os_login() == "bin"
    monkeypatch.setattr("os.getuid", lambda: 54321)
    with pytest.raises(SetupError, match="has no name"):
        account_work.os_login()
