"""Ten thousand employees at once: good lines in, bad ones told with line and reason, nothing half done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.accounts.corporate.importing import Line, decoded, lines_of
from ivr.accounts.door import Accounts, Session
from ivr.accounts.ports import Work
from ivr.accounts.record import Record
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import Operation
from ivr.accounts.seed import TEAM
from ivr.errors import AccountsError
from tests.accounts.helpers import MARIA

OLGA, ILYA = TEAM[0][0], TEAM[1][0]
MANY = 10_000


async def signed_in(accounts: Accounts, language: str = "ru") -> Session:
    session = accounts.session(OLGA, "0555")
    async with accounts.desk.store.read() as reader:
        session.caller.contract = (await reader.find(Contract))[0].id
    session.caller.proof, session.caller.language = "password", language
    return session


async def imported(session: Session, text: str) -> tuple[int, list[tuple[object, object]]]:
    """Import; return how many were good, and line and reason of the bad ones."""
    values = (await session.ask("import_employees", {"lines": text})).values
    bad, count = values["bad"], values["count"]
    assert isinstance(bad, tuple)
    assert isinstance(count, int)
    assert values["bad_count"] == len(bad)
    return count, [(one["line"], one["reason"]) for one in bad]


async def names(accounts: Accounts) -> dict[str, str]:
    async with accounts.desk.store.read() as reader:
        return {who.phone: who.name for who in await reader.find(Subscriber)}


async def with_numbers(accounts: Accounts, session: Session, many: int) -> list[str]:
    """Give the company so many more numbers."""
    phones = [f"+7927{number:07}" for number in range(many)]
    async with accounts.desk.store.write() as work:
        (olga,) = await work.find(Subscriber, phone=OLGA)
        for number, phone in enumerate(phones):
            who = Subscriber(f"n{number}", phone, "", "office", olga.since, contract=session.caller.contract)
            await work.add(who)
        await work.commit()
    return phones


@pytest.mark.parametrize(
    ("store", "encoding"), [("sqlite", "utf-8-sig"), ("postgres", "cp1251")], indirect=["store"]
)
async def test_ten_thousand_lines_with_three_hundred_bad_ones(accounts: Accounts, encoding: str) -> None:
    session = await signed_in(accounts)
    phones = await with_numbers(accounts, session, MANY - 300)
    good = [f'8{phone[2:]},"Ёлкин № {number}, мл."' for number, phone in enumerate(phones)]
    bad = [
        ("12,Кто", "Это не номер телефона."),
        (f"{MARIA},Чужая", "Этого номера нет в вашем договоре."),
        (f"{phones[0]},Второй раз", "Этот номер уже назван выше."),
        (f"{OLGA},", "Имя не указано."),
        (f'{ILYA},"Зайцев', "Кавычки не закрыты."),
        (f"{OLGA},{'я' * 121}", "Слишком длинно."),
    ]
    lines = list(good)
    expected = []
    for number in range(300):
        line, reason = bad[number % len(bad)]
        lines.insert(at := 33 * number + 1, line)
        expected.append((at + 1, reason))
    text = decoded("\r\n".join(lines).encode(encoding))
    assert await imported(session, text) == (MANY - 300, expected)
    kept = await names(accounts)
    assert all(kept[phone] == f"Ёлкин № {number}, мл." for number, phone in enumerate(phones))
    assert (kept[OLGA], kept[ILYA]) == (TEAM[0][1], TEAM[1][1])
    async with accounts.desk.store.read() as reader:
        noted = await reader.find(Operation, kind="import_employees")
    assert [one.subject for one in noted] == [str(MANY - 300)]


async def test_reasons_are_in_the_readers_language(accounts: Accounts) -> None:
    session = await signed_in(accounts, "en")
    assert await imported(session, f"{MARIA},X\n\n1,Y\n") == (
        0,
        [(1, "This number is not under your contract."), (3, "This is not a phone number.")],
    )


async def test_nothing_is_half_done(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    session, before = await signed_in(accounts), await names(accounts)

    async def fail(work: Work, record: Record) -> None:
        raise AccountsError("the disk is full")

    async with accounts.desk.store.write() as work:
        monkeypatch.setattr(type(work), "add", fail)  # the note at the end of an import
    with pytest.raises(AccountsError):
        await imported(session, f"{OLGA},Новая Ольга\n{ILYA},Новый Илья")
    assert await names(accounts) == before


async def test_an_import_can_be_done_again(accounts: Accounts) -> None:
    session = await signed_in(accounts)
    for _ in range(2):
        assert await imported(session, f"{OLGA};Орлова-Белая Ольга; мл.") == (1, [])
    assert (await names(accounts))[OLGA] == "Орлова-Белая Ольга; мл."


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\ufeff1,А\r2,Б\r\n\n3,В", [Line(1, "1", "А"), Line(2, "2", "Б"), Line(4, "3", "В")]),
        ('1,"А, Б"\n2,А, Б', [Line(1, "1", "А, Б"), Line(2, "2", "А, Б")]),
        ('1,"А ""Б"" В"', [Line(1, "1", 'А "Б" В')]),
        ('1,"А\n2,Б', [Line(1, "1", "", broken=True), Line(2, "2", "Б")]),
        ("1;А\n2;Б, В", [Line(1, "1", "А"), Line(2, "2", "Б, В")]),
        ("1\n,Б\n , ", [Line(1, "1", ""), Line(2, "", "Б"), Line(3, "", "")]),
        ("1,А\u2028Б\x85В", [Line(1, "1", "А\u2028Б\x85В")]),
    ],
)
def test_lines_are_read(text: str, lines: list[Line]) -> None:
    assert list(lines_of(text)) == lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
async def test_files_are_decoded(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    await asyncio.to_thread(file.write_text, "1,Ёжик №1\n", encoding=encoding)
    assert decoded(await asyncio.to_thread(file.read_bytes)) == "1,Ёжик №1\n"


def test_any_bytes_are_some_text() -> None:
    assert decoded(bytes(range(256)))
