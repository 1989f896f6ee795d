"""Judging passwords: five tries, growing waits, budgets, and the owner's own line that nobody can lock
out."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from ivr.accounts.clock import VirtualClock
from ivr.accounts.desk import LoginRules
from ivr.accounts.door import Accounts, Session
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.ports import Store
from ivr.accounts.records import Login
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import CATALOGUE, CHEAP, EVERYWHERE, JOHN, LOCKED, MARIA, NOBODY, called

GOOD, BAD, OTHER = Secret("82746103"), Secret("55501837"), Secret("90517263")


class CountingHasher(Argon2Hasher):
    """Counts how many passwords were judged."""

    judged = 0

    async def verify(self, kept: str | None, password: Secret) -> bool:
        self.judged += 1
        return await super().verify(kept, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher(b"p" * 32, CHEAP)


async def choose(accounts: Accounts, phone: str = MARIA, password: Secret = GOOD) -> None:
    own = await called(accounts, phone)
    assert (await own.ask("set_password", {"password": password, "again": password})).name == "ok"


async def attempt(
    accounts: Accounts, password: Secret, phone: str = MARIA, line: str | None = NOBODY
) -> tuple[Outcome, Session]:
    session = accounts.session(line, "0505")
    return await session.ask("verify_password", {"phone": phone, "password": password}), session


@pytest.mark.parametrize("form", ["+7 926 123-45-67", "8 (926) 123 45 67", "9261234567", "79261234567"])
async def test_a_number_in_any_form_is_the_same_subscriber(accounts: Accounts, form: str) -> None:
    await choose(accounts)
    outcome, session = await attempt(accounts, GOOD, form)
    assert outcome == Outcome("ok", {"language": "ru"})
    assert (await session.ask("balance", {})).values["amount"] == 245_50


@pytest.mark.parametrize("form", ["+79261234568", "89261234568", "9261234568", "8-926-123-45-68"])
async def test_the_own_line_in_any_form_is_known(accounts: Accounts, form: str) -> None:
    session = accounts.session(form, "0505")
    assert await session.ask("identify_line", {}) == Outcome("known", {"language": "en"})


@pytest.mark.parametrize("line", [None, "", "anonymous", NOBODY, "12", "'; DROP TABLE subscribers"])
async def test_other_lines_are_unknown(accounts: Accounts, line: str | None) -> None:
    session = accounts.session(line, "0505")
    assert await session.ask("identify_line", {}) == Outcome("unknown")


@EVERYWHERE
async def test_waits_grow_and_the_fifth_blocks(accounts: Accounts) -> None:
    await choose(accounts)
    answers = [(await attempt(accounts, BAD))[0] for _ in range(6)]
    assert answers == [
        Outcome("wrong", {"wait": 1, "left": 4}),
        Outcome("wrong", {"wait": 2, "left": 3}),
        Outcome("wrong", {"wait": 4, "left": 2}),
        Outcome("wrong", {"wait": 5, "left": 1}),
        Outcome("blocked"),
        Outcome("blocked"),
    ]
    assert (await attempt(accounts, GOOD))[0] == Outcome("blocked")


async def test_an_early_try_is_held_until_its_time(accounts: Accounts, clock: VirtualClock) -> None:
    await choose(accounts)
    began = clock.now()
    for _ in range(4):
        await attempt(accounts, BAD)
    assert (await attempt(accounts, GOOD))[0].name == "ok"
    assert clock.now() - began == timedelta(seconds=1 + 2 + 4 + 5)


async def test_a_right_one_forgets_the_wrong_ones(accounts: Accounts) -> None:
    await choose(accounts)
    for _ in range(4):
        await attempt(accounts, BAD)
    await attempt(accounts, GOOD)
    assert (await attempt(accounts, BAD))[0] == Outcome("wrong", {"wait": 1, "left": 4})


async def test_blocking_revokes_the_password(accounts: Accounts) -> None:
    await choose(accounts)
    for _ in range(5):
        await attempt(accounts, BAD)
    async with accounts.desk.store.read() as reader:
        row = await reader.get(Login, MARIA)
    assert row is not None
    assert (row.blocked, row.password) == (True, None)


@EVERYWHERE
async def test_the_own_line_is_let_in_and_a_new_password_opens(accounts: Accounts) -> None:
    await choose(accounts)
    for i in range(5):
        await attempt(accounts, BAD, line=f"+7903111220{i}")
    assert (await attempt(accounts, GOOD))[0] == Outcome("blocked")
    await choose(accounts, password=OTHER)
    assert (await attempt(accounts, GOOD))[0].name == "wrong"
    assert (await attempt(accounts, OTHER))[0].name == "ok"


async def test_the_seeded_locked_login_is_blocked_and_its_own_line_is_not(accounts: Accounts) -> None:
    assert (await attempt(accounts, GOOD, LOCKED))[0] == Outcome("blocked")
    await choose(accounts, LOCKED)
    assert (await attempt(accounts, GOOD, LOCKED))[0].name == "ok"


async def test_the_own_line_neither_waits_nor_spends_budgets(
    store: Store, clock: VirtualClock, hasher: CountingHasher
) -> None:
    rules = LoginRules(line_tries=1, system_tries=1)
    accounts = Accounts(
        store, hasher, KeptSms(), clock=clock, chance=random.Random(1), rules=rules, catalogue=CATALOGUE
    )
    await seed_demo(accounts.desk)
    await choose(accounts)
    assert (await attempt(accounts, BAD))[0].name == "wrong"
    assert (await attempt(accounts, BAD, JOHN))[0].name == "wait"
    before = clock.now()
    assert (await attempt(accounts, BAD, line=MARIA))[0] == Outcome("wrong", {"wait": 2, "left": 3})
    assert (await attempt(accounts, GOOD, line=MARIA))[0].name == "ok"
    assert clock.now() == before


@EVERYWHERE
async def test_a_thousand_parallel_wrong_tries_judge_exactly_five(
    accounts: Accounts, hasher: CountingHasher
) -> None:
    await choose(accounts)
    answers = await asyncio.gather(*(attempt(accounts, BAD, line=f"+7903{1110000 + i}") for i in range(1000)))
    assert hasher.judged == 5
    names = [outcome.name for outcome, _ in answers]
    assert (names.count("wrong"), names.count("blocked")) == (4, 996)


@EVERYWHERE
async def test_two_processes_together_judge_exactly_five(
    accounts: Accounts, hasher: CountingHasher, clock: VirtualClock
) -> None:
    await choose(accounts)
    other = Accounts(accounts.desk.store, hasher, KeptSms(), clock=clock, chance=random.Random(2))
    tries = [attempt((accounts, other)[i % 2], BAD, line=f"+7903{1110000 + i}") for i in range(40)]
    await asyncio.gather(*tries)
    assert hasher.judged == 5


async def test_unknown_and_passwordless_numbers_answer_like_known_ones(
    accounts: Accounts, hasher: CountingHasher
) -> None:
    await choose(accounts)
    answers = {
        phone: [(await attempt(accounts, BAD, phone))[0] for _ in range(6)] for phone in (MARIA, JOHN, NOBODY)
    }
    assert answers[MARIA] == answers[JOHN] == answers[NOBODY]
    assert hasher.judged == 15


async def test_a_line_runs_out_of_tries_and_gets_them_back(accounts: Accounts, clock: VirtualClock) -> None:
    for i in range(20):
        assert (await attempt(accounts, BAD, f"+790322233{i:02}"))[0].name in {"wrong", "blocked"}
    outcome, _ = await attempt(accounts, BAD, JOHN)
    assert outcome.name == "wait"
    wait = outcome.values["wait"]
    assert isinstance(wait, int)
    assert 6 < wait <= 180
    clock.advance(timedelta(seconds=wait))
    assert (await attempt(accounts, BAD, JOHN))[0].name == "wrong"


async def test_hidden_lines_share_one_budget(accounts: Accounts) -> None:
    phones = [f"+790322{i:05}" for i in range(101)]
    answers = [(await attempt(accounts, BAD, phone, None))[0].name for phone in phones]
    assert answers == ["wrong"] * 100 + ["wait"]


async def test_a_try_that_died_counts_as_wrong(accounts: Accounts, clock: VirtualClock) -> None:
    await choose(accounts)
    async with accounts.desk.store.write() as work:
        await work.put(Login(MARIA, password="x", tries=5, not_before=clock.now()))
        await work.commit()
    assert (await attempt(accounts, GOOD))[0] == Outcome("wait", {"wait": 60})
    clock.advance(timedelta(seconds=61))
    assert (await attempt(accounts, GOOD))[0] == Outcome("blocked")


async def test_a_temporary_password_is_good_once_and_lets_choose_another(
    accounts: Accounts, sms: KeptSms
) -> None:
    await choose(accounts)
    for _ in range(5):
        await attempt(accounts, BAD)
    own = await called(accounts, MARIA)
    assert await own.ask("recover_password", {}) == Outcome("sent")
    phone, text = sms.sent[0]
    assert phone == MARIA
    temporary = Secret(text.reveal().split(": ")[1][:8])
    outcome, session = await attempt(accounts, temporary)
    assert outcome.name == "ok"
    assert (await attempt(accounts, temporary))[0].name == "wrong"
    assert (await session.ask("set_password", {"password": OTHER, "again": OTHER})).name == "ok"
    assert (await attempt(accounts, OTHER))[0].name == "ok"


async def test_a_temporary_password_ends_after_ten_minutes(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    own = await called(accounts, MARIA)
    await own.ask("recover_password", {})
    clock.advance(timedelta(minutes=10))
    temporary = Secret(sms.sent[0][1].reveal().split(": ")[1][:8])
    assert (await attempt(accounts, temporary))[0].name == "wrong"


async def test_recovering_again_needs_a_minute(accounts: Accounts, sms: KeptSms, clock: VirtualClock) -> None:
    own = await called(accounts, MARIA)
    await own.ask("recover_password", {})
    clock.advance(timedelta(seconds=20))
    assert await own.ask("recover_password", {}) == Outcome("too_often", {"wait": 40})
    clock.advance(timedelta(seconds=40))
    assert await own.ask("recover_password", {}) == Outcome("sent")


async def test_a_message_that_cannot_be_sent_leaves_no_temporary_password(
    accounts: Accounts, sms: KeptSms
) -> None:
    sms.broken = True
    own = await called(accounts, MARIA)
    assert await own.ask("recover_password", {}) == Outcome("not_sent")
    async with accounts.desk.store.read() as reader:
        row = await reader.get(Login, MARIA)
    assert row is not None
    assert row.temporary is None


async def test_a_password_proves_less_than_the_own_sim(accounts: Accounts) -> None:
    await choose(accounts)
    _, session = await attempt(accounts, GOOD)
    assert await session.ask("recover_password", {}) == Outcome("own_line_needed")
    assert await session.ask("set_password", {"password": OTHER, "again": OTHER}) == Outcome(
        "own_line_needed"
    )


async def test_the_own_sim_still_counts_after_a_password(accounts: Accounts) -> None:
    await choose(accounts)
    _, session = await attempt(accounts, GOOD, line=MARIA)
    assert await session.ask("set_password", {"password": OTHER, "again": OTHER}) == Outcome("ok")


async def test_changing_needs_the_working_password(accounts: Accounts, hasher: CountingHasher) -> None:
    await choose(accounts)
    _, session = await attempt(accounts, GOOD)
    judged = hasher.judged
    assert (await change(session, BAD, Secret("12345678"))).name == "a_run"
    assert hasher.judged == judged
    assert (await change(session, BAD, OTHER)) == Outcome("wrong", {"wait": 1, "left": 4})
    assert (await change(session, GOOD, OTHER)).name == "ok"
    assert (await attempt(accounts, OTHER))[0].name == "ok"


async def change(session: Session, old: Secret, new: Secret) -> Outcome:
    return await session.ask("change_password", {"password": old, "new": new, "again": new})


async def test_two_entries_must_agree(maria: Session) -> None:
    outcome = await maria.ask("set_password", {"password": GOOD, "again": BAD})
    assert outcome == Outcome("different")
