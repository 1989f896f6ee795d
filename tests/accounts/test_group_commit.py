"""Units of work that share a commit: each stands or falls alone, and sees what it would see alone."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.ports import Conflict, Store, Work
from ivr.accounts.record import Record, Where, at_least, below
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.records_money import LedgerAccount
from ivr.accounts.store import SqlStore
from ivr.accounts.store.batch import Batch
from ivr.accounts.store.staged import Wanted
from ivr.errors import AccountsError
from tests.accounts.helpers import EVERYWHERE

pytestmark = EVERYWHERE

ANNA = Subscriber("a", "+79260000001", "Anna", "classic", date(2020, 2, 29))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wanted]:
    """What units of work ask of the database."""
    made, fetched = list[Wanted](), Batch._fetched

    async def noted(self: Batch, kind: type[Record], wanted: Wanted) -> list[Record]:
        made.append(wanted)
        return await fetched(self, kind, wanted)

    monkeypatch.setattr(Batch, "_fetched", noted)
    return made


async def add(store: Store, *records: Record) -> None:
    async with store.write() as work:
        for record in records:
            await work.add(record)
        await work.commit()


async def rename(store: Store, key: str, name: str) -> None:
    async with store.write() as work:
        found = await work.get(Subscriber, key)
        assert found is not None
        await work.put(replace(found, name=name))
        await work.commit()


async def names(store: Store) -> dict[str, str]:
    async with store.read() as reader:
        return {one.id: one.name for one in await reader.find(Subscriber)}


async def test_one_unit_that_conflicts_does_not_take_the_others_with_it(store: Store) -> None:
    await add(store, ANNA)
    others = [replace(ANNA, id=str(n), phone=f"+7926000010{n}") for n in range(4)]
    units = [add(store, *others[:2]), add(store, replace(ANNA, id="z")), add(store, *others[2:])]
    answers = await asyncio.gather(*units, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), Conflict, type(None)]
    assert sorted(await names(store)) == ["0", "1", "2", "3", "a"]


async def test_what_was_built_on_a_unit_that_failed_is_not_kept(store: Store) -> None:
    await add(store, ANNA)
    double = replace(ANNA, id="z")
    answers = await asyncio.gather(
        add(store, double), rename(store, "z", "Zoe"), rename(store, "a", "Ann"), return_exceptions=True
    )
    assert isinstance(answers[0], Conflict)
    assert isinstance(answers[1], AccountsError | AssertionError)
    assert answers[2] is None
    assert await names(store) == {"a": "Ann"}


async def test_a_look_at_what_is_not_durable_waits_for_it(store: Store) -> None:
    """Two units in one batch: the second only looks, and must not answer before the first is durable."""

    async def look() -> str:
        async with store.write() as work:
            found = await work.get(Subscriber, "a")
        assert found is not None
        return (await names(store))["a"] if found.name == "Ann" else ""

    await add(store, ANNA)
    _, told = await asyncio.gather(rename(store, "a", "Ann"), look())
    assert told == "Ann"


async def test_a_unit_that_is_cancelled_while_others_wait_leaves_them_alone(store: Store) -> None:
    await add(store, ANNA)

    async def slow() -> None:
        async with store.write() as work:
            await work.add(replace(ANNA, id="s", phone="+79260000009"))
            await asyncio.Event().wait()

    units = [asyncio.create_task(rename(store, "a", "Ann")), asyncio.create_task(slow())]
    units.append(asyncio.create_task(rename(store, "a", "Annie")))
    for _ in range(3):
        await asyncio.sleep(0)
    units[1].cancel()
    answers = await asyncio.gather(*units, return_exceptions=True)
    assert answers[0] is answers[2] is None
    assert await names(store) == {"a": "Annie"}


async def test_what_others_write_to_the_database_is_seen(store: Store) -> None:
    """Another process, or somebody with psql: what was known from the batch before does not count."""
    if not isinstance(store, SqlStore):
        return
    await add(store, ANNA)
    engine = create_async_engine(store.engine.url)
    for name in ("Bella", "Clara"):
        async with engine.begin() as connection:
            await connection.execute(sa.text("UPDATE subscribers SET name = :name"), {"name": name})
        async with store.write() as work:
            assert [one.name for one in await work.find(Subscriber, phone=ANNA.phone)] == [name]
            await work.put(replace(ANNA, name=f"{name} B."))
            await work.commit()
        await rename(store, "a", f"{name} C.")
    await engine.dispose()
    assert await names(store) == {"a": "Clara C."}


async def test_what_waiting_units_look_up_first_is_asked_for_with_one_statement(
    store: Store, asked: list[Wanted]
) -> None:
    if not isinstance(store, SqlStore):
        return
    await add(store, *(replace(ANNA, id=str(n), phone=f"+7926000010{n}") for n in range(8)))
    other = SqlStore(store.engine.url.render_as_string(hide_password=False), KINDS)
    asked.clear()
    found = await asyncio.gather(*(first_of(other, str(n)) for n in range(9)))
    await other.close()
    assert [one and one.id for one in found] == ["0", "1", "2", "3", "4", "5", "6", "7", None]
    assert len(asked) == 1


async def test_what_another_unit_looks_up_first_and_cannot_be_is_only_its_own_fault(store: Store) -> None:
    await add(store, ANNA)
    impossible: object = "\ud800"  # half a character: no database takes it
    keys = ["a", impossible, "a", "b"]
    found = await asyncio.gather(*(first_of(store, key) for key in keys), return_exceptions=True)
    assert [found[0], found[2], found[3]] == [ANNA, ANNA, None]
    assert found[1] is None or isinstance(found[1], AccountsError)


async def first_of(store: Store, key: object) -> Subscriber | None:
    async with store.write((Subscriber, key)) as work:
        return await work.get(Subscriber, key)


async def test_an_answer_is_kept_up_to_date_by_what_is_written(store: Store, asked: list[Wanted]) -> None:
    """The same question in batch after batch is asked of the database once, whatever the batches changed."""
    if not isinstance(store, SqlStore):
        return
    await add(store, ANNA)
    for n in range(4):
        async with store.write() as work:
            assert len(await work.find(Subscriber, blocked=False)) == n + 1
            await work.add(replace(ANNA, id=str(n), phone=f"+7926000010{n}"))
            await work.commit()
    async with store.write() as work:
        assert len(await work.find(Subscriber, blocked=False)) == 5
        await work.put(replace(ANNA, blocked=True))
        await work.remove(replace(ANNA, id="0"))
        await work.commit()
    async with store.write() as work:
        assert [one.id for one in await work.find(Subscriber, blocked=False)] == ["1", "2", "3"]
    assert [one.equal for one in asked].count((("blocked", False),)) == 1


async def test_stores_of_two_processes_lose_no_update(store: Store) -> None:
    if not isinstance(store, SqlStore):
        return
    other = SqlStore(store.engine.url.render_as_string(hide_password=False), KINDS)
    await add(store, LedgerAccount("x", "x", "RUB", 0))

    async def add_one(to: Store) -> None:
        async with to.write() as work:
            account = await work.get(LedgerAccount, "x")
            assert account is not None
            await work.put(replace(account, balance=account.balance + 1))
            await work.commit()

    await asyncio.gather(*(add_one((store, other)[n % 2]) for n in range(60)))
    await other.close()
    async with store.read() as reader:
        account = await reader.get(LedgerAccount, "x")
    assert account is not None
    assert account.balance == 60


@pytest.mark.parametrize("seed", range(4))
async def test_staged_changes_are_found_as_in_memory(store: Store, seed: int) -> None:
    """Random changes and look-ups, in units that commit or do not: every answer is the memory keeper's."""
    if not isinstance(store, SqlStore):
        return
    model, chance = MemoryStore(KINDS), random.Random(seed)
    for _ in range(25):
        script = [chance.getrandbits(32) for _ in range(chance.randrange(1, 9))]
        commits = chance.random() < 0.7
        ours, theirs = await asyncio.gather(
            played(store, script, commits=commits), played(model, script, commits=commits)
        )
        assert ours == theirs
    async with store.read() as mine, model.read() as right:
        assert await mine.find(Login) == await right.find(Login)


async def played(store: Store, script: list[int], *, commits: bool) -> list[object]:
    async with store.write() as work:
        answers = [await step(work, random.Random(number)) for number in script]
        if commits:
            await work.commit()
    return answers


async def step(work: Work, chance: random.Random) -> object:
    key, tries = f"k{chance.randrange(12)}", chance.randrange(5)
    row = Login(key, password=chance.choice([None, "x", "y"]), tries=tries, blocked=tries > 2)
    act = chance.randrange(8)
    if act < 3:
        known = await work.get(Login, key)
        await (work.add(row) if known is None else work.put(row))
        return known
    if act == 3:
        await work.remove(row)
        return None
    return await work.find(
        Login,
        *([at_least("tries", 1)] if act == 4 else []),
        *([below("tries", 3), Where("login", "contains", "K1")] if act == 5 else []),
        order=chance.choice(["", "tries", "-tries", "-login"]),
        limit=chance.choice([None, 1, 2, 5]),
        **({"password": row.password} if act == 6 else {}),
    )
