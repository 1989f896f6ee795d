"""The same request again, at once, later, after a restart or a lost connection: one answer, one effect."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.once import HeldStore
from ivr.accounts.opening import open_store
from ivr.accounts.records_access import ApiAnswer
from ivr.accounts.records_services import Message
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from tests.accounts.helpers import CATALOGUE, CHEAP, JOHN
from tests.web.helpers import NOON, WIDE, Api, Held, choose_password, client_of, opened


@pytest.fixture
async def me(api: Api, accounts: Accounts) -> Api:
    await choose_password(accounts)
    return await api.login()


async def prepared(me: Api) -> dict[str, str]:
    answer = await me.ask("check_transfer", phone=JOHN, amount=100_00)
    return {"operation": answer.values["operation"]}


async def test_the_same_key_gives_the_same_answer(me: Api) -> None:
    asked = await prepared(me)
    first = await me.post("/v1/individual/transfer", asked, Idempotency_Key='"8e03978e-40d5-43dd-bc93"')
    again = await me.post("/v1/individual/transfer", asked, Idempotency_Key="8e03978e-40d5-43dd-bc93")
    assert (
        first.body
        == again.body
        == {"outcome": "done", "values": {"name": "перевод абоненту", "amount": 100_00}}
    )
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await me.ask("balance")).values["amount"] == 140_50


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_kept_answer_says_which_language_it_is_in(me: Api, language: str) -> None:
    """Whatever the second request prefers: its words, also of a yes, were chosen the first time."""
    other = {"ru": "en", "en": "ru"}[language]
    transfer = ("transfer", await prepared(me), 200)
    refused = ("check_transfer", {"phone": "12", "amount": 100_00}, 409)
    for name, asked, status in (transfer, refused):
        told = [
            await me.post(f"/v1/individual/{name}", asked, Idempotency_Key=name, Accept_Language=preferred)
            for preferred in (language, other)
        ]
        assert [one.headers["Content-Language"] for one in told] == [language, language]
        assert [one.status for one in told] == [status, status]
        assert told[0].body == told[1].body
        assert told[1].headers["Idempotency-Replayed"] == "true"
        fresh = await me.post(
            f"/v1/individual/{name}", asked, Idempotency_Key="fresh" + name, Accept_Language=other
        )
        assert fresh.headers["Content-Language"] == other
        assert fresh.body != told[0].body


async def test_an_answer_kept_by_the_release_before_is_told_in_the_language_asked_for(
    me: Api, accounts: Accounts
) -> None:
    asked = {"phone": "12", "amount": 100_00}
    await me.post("/v1/individual/check_transfer", asked, Idempotency_Key="k")
    async with accounts.desk.store.write() as work:
        (kept,) = await work.find(ApiAnswer)
        answer = json.loads(kept.answer)
        del answer["language"]
        await work.put(replace(kept, answer=json.dumps(answer)))
        await work.commit()
    again = await me.post("/v1/individual/check_transfer", asked, Idempotency_Key="k", Accept_Language="en")
    assert (again.body["title"], again.headers["Content-Language"]) == ("Refused", "en")


async def test_other_parameters_under_the_same_key_are_refused(me: Api) -> None:
    await me.post("/v1/individual/payment_link", {"amount": 100_00}, Idempotency_Key="k")
    for path, body in (("payment_link", {"amount": 200_00}), ("balance", {})):
        answer = await me.post(f"/v1/individual/{path}", body, Idempotency_Key="k")
        assert (answer.status, answer.code) == (422, "idempotency_key_reused")


async def test_keys_of_two_subscribers_never_meet(me: Api, api: Api, accounts: Accounts) -> None:
    await choose_password(accounts, JOHN)
    john = await api.login(JOHN)
    mine = await me.post("/v1/individual/balance", {}, Idempotency_Key="k")
    his = await john.post("/v1/individual/balance", {}, Idempotency_Key="k")
    assert (mine.values["amount"], his.values["amount"]) == (245_50, 512_00)


async def test_money_needs_a_key_and_a_right_one(me: Api) -> None:
    asked = await prepared(me)
    answer = await me.post("/v1/individual/transfer", asked)
    assert (answer.status, answer.code) == (400, "idempotency_key_needed")
    for key in ("", "два слова", "x" * 129, '"'):
        answer = await me.post("/v1/individual/transfer", asked, Idempotency_Key=key)
        assert (answer.status, answer.code) == (400, "idempotency_key_malformed")
    assert (await me.ask("balance")).values["amount"] == 245_50


async def test_many_at_once_with_one_key_do_it_once(me: Api, accounts: Accounts) -> None:
    async def send() -> tuple[int, str]:
        answer = await me.post("/v1/individual/payment_link", {"amount": 100_00}, Idempotency_Key="k")
        return answer.status, answer.code

    answers = set(await asyncio.gather(*(send() for _ in range(30))))
    assert (200, "sent") in answers
    assert answers <= {(200, "sent"), (409, "in_progress")}
    assert await send() == (200, "sent")
    async with accounts.desk.store.read() as reader:
        assert len(await reader.find(Message)) == 1


async def test_while_it_is_worked_on_a_retry_is_told_to_wait(
    me: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    body = {"amount": 100_00}
    first = asyncio.create_task(me.post("/v1/individual/payment_link", body, Idempotency_Key="k"))
    await held.arrived.wait()
    # a request that would write waits for the writer's turn; a retry is answered before that
    answer = await me.post("/v1/individual/payment_link", body, Idempotency_Key="k")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (409, "in_progress", "1")
    held.go_on.set()
    assert (await first).status == 200


async def test_a_connection_lost_after_the_effect_is_no_second_effect(
    me: Api, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, real = await prepared(me), HeldStore.finish

    async def lose(self: HeldStore, *arguments: object) -> None:
        await real(self, *arguments)  # type: ignore[arg-type]  # passed on as they came
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(HeldStore, "finish", lose)
        lost = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
    assert (lost.status, lost.code) == (503, "unavailable")
    again = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
    assert (again.code, again.headers["Idempotency-Replayed"]) == ("done", "true")
    assert (await me.ask("balance")).values["amount"] == 140_50


async def test_storage_that_fails_is_told_and_nothing_is_kept(
    me: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("82746103")

    with monkeypatch.context() as patched:
        patched.setattr(HeldStore, "finish", fail)
        broke = await me.post("/v1/individual/payment_link", {"amount": 100_00}, Idempotency_Key="k")
    assert (broke.status, broke.code) == (500, "failed")
    assert "82746103" not in str(broke.body)
    again = await me.post("/v1/individual/payment_link", {"amount": 100_00}, Idempotency_Key="k")
    assert "Idempotency-Replayed" not in again.headers


@asynccontextmanager
async def process(path: Path) -> AsyncIterator[Accounts]:
    """The account core of one process over a file."""
    store = await open_store(f"sqlite+aiosqlite:///{path}")
    hasher, clock, chance = Argon2Hasher(b"p" * 32, CHEAP), VirtualClock(NOON), random.Random()
    made = Accounts(store, hasher, KeptSms(), clock=clock, chance=chance, catalogue=CATALOGUE)
    yield made
    await made.close()


async def test_sessions_answers_and_money_survive_a_restart(tmp_path: Path) -> None:
    async with process(tmp_path / "a.sqlite") as accounts:
        await seed_demo(accounts.desk)
        await choose_password(accounts)
        async with opened(accounts, WIDE) as api:
            me = await api.login()
            asked = await prepared(me)
            first = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
    async with process(tmp_path / "a.sqlite") as accounts, opened(accounts, WIDE) as door:
        async with client_of(accounts, door.base, me.key) as api:
            me = api.with_headers(**me.headers)
            again = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k")
            assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
            other = await me.post("/v1/individual/transfer", asked, Idempotency_Key="k2")
            assert other.body == first.body  # the operation's own id: posted is posted
            assert (await me.ask("balance")).values["amount"] == 140_50
        assert await audit.check_ledger(accounts.desk.store) == []


async def test_two_processes_with_one_key_do_it_once(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    async with process(path) as one, process(path) as two:
        await seed_demo(one.desk)
        await choose_password(one)
        async with opened(one, WIDE) as api, opened(two, WIDE) as door:
            me = await api.login()
            async with aiohttp.ClientSession() as http:
                there = Api(http, door.base, two, me.key, me.headers)
                path_, body = "/v1/individual/payment_link", {"amount": 100_00}
                sent = [side.post(path_, body, Idempotency_Key="k") for side in (me, there)]
                answers = await asyncio.gather(*sent)
        assert [one_.body for one_ in answers] == [answers[0].body] * 2
        async with one.desk.store.read() as reader:
            assert len(await reader.find(Message)) == 1
