"""Signing in over HTTP: judged as by telephone, the same words for everybody, sessions that end in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ivr.accounts.access import clients, revoke_client
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.seed import COMPANY
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import JOHN, MARIA, NOBODY, called
from tests.web.helpers import (
    BAD,
    PASSWORD,
    WIDE,
    Answer,
    Api,
    choose_company_password,
    choose_password,
    opened,
)

OTHER = "90517263"


@pytest.fixture
async def relay(accounts: Accounts) -> AsyncIterator[Api]:
    """A web site that tells its users' addresses."""
    async with opened(accounts, WIDE, relays=True) as made:
        yield made


async def attempt(api: Api, phone: str = MARIA, password: str = BAD, origin: str = "203.0.113.1") -> Answer:
    body = {"phone": phone, "password": password}
    return await api.post("/v1/individual/login", body, X_Forwarded_For=origin)


async def test_waits_grow_and_the_fifth_blocks_as_by_telephone(relay: Api, accounts: Accounts) -> None:
    await choose_password(accounts)
    await choose_password(accounts, JOHN)
    by_web = [await attempt(relay) for _ in range(6)]
    telephone = accounts.session(NOBODY, "0505")
    asked = {"phone": JOHN, "password": Secret(BAD)}
    by_phone = [await telephone.ask("verify_password", asked) for _ in range(6)]
    assert [one.code for one in by_web] == [one.name for one in by_phone]
    assert [one.status for one in by_web] == [403] * 6
    waits = [one.headers.get("Retry-After") for one in by_web]
    assert waits == [str(one.values["wait"]) if one.values else None for one in by_phone]
    assert (await attempt(relay, password=PASSWORD)).code == "blocked"
    assert "0505" in by_web[4].body["detail"]


async def test_a_thousand_parallel_wrong_tries_judge_exactly_five(
    relay: Api, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose_password(accounts)
    judged, real = [], accounts.desk.hasher.verify

    async def counting(kept: str | None, password: Secret) -> bool:
        judged.append(1)
        return await real(kept, password)

    monkeypatch.setattr(accounts.desk.hasher, "verify", counting)
    tries = [attempt(relay, origin=f"198.51.{i // 250}.{i % 250}") for i in range(1000)]
    codes = [one.code for one in await asyncio.gather(*tries)]
    assert len(judged) == 5
    assert (codes.count("wrong"), codes.count("blocked")) == (4, 996)


async def test_unknown_and_passwordless_numbers_answer_like_known_ones(
    relay: Api, accounts: Accounts
) -> None:
    await choose_password(accounts)
    told = {}
    for phone in (MARIA, JOHN, NOBODY, "12"):
        answers = [await attempt(relay, phone) for _ in range(6)]
        told[phone] = [(one.status, one.body, one.headers.get("Retry-After")) for one in answers]
    assert told[MARIA] == told[JOHN] == told[NOBODY] == told["12"]


async def test_tries_are_counted_by_the_users_address_which_nobody_can_choose(
    relay: Api, api: Api, accounts: Accounts
) -> None:
    for i in range(20):
        assert (await attempt(relay, f"+790322233{i:02}")).code in {"wrong", "blocked"}
    answer = await attempt(relay, JOHN)
    assert (answer.status, answer.code) == (429, "wait")
    assert int(answer.headers["Retry-After"]) > 6
    assert (await attempt(relay, JOHN, origin="203.0.113.1, 203.0.113.2")).code == "wrong"
    assert (await attempt(relay, JOHN, origin="203.0.113.2, 203.0.113.1")).code == "wait"
    for i in range(20):  # without `relays` the header is anybody's claim: all these come from loopback
        await attempt(api, f"+790322244{i:02}", origin=f"203.0.113.{100 + i}")
    assert (await attempt(api, JOHN, origin="203.0.113.99")).code == "wait"


async def test_a_session_belongs_to_its_client_and_can_be_closed(api: Api, accounts: Accounts) -> None:
    await choose_password(accounts)
    me = await api.login()
    assert (await me.ask("balance")).values["amount"] == 245_50
    async with opened(accounts, WIDE) as other:
        stolen = other.with_headers(**me.headers)
        assert (await stolen.ask("balance")).code == "sign_in_first"
    assert (await me.post("/v1/logout")).status == 204
    answer = await me.ask("balance")
    assert (answer.status, answer.code) == (401, "sign_in_first")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


async def test_sessions_end_idle_old_or_with_the_clients_key(
    api: Api, accounts: Accounts, clock: VirtualClock
) -> None:
    await choose_password(accounts)
    idle, busy = await api.login(), await api.login()
    for _ in range(23):
        clock.advance(timedelta(minutes=29))
        assert (await busy.ask("balance")).status == 200
    assert (await idle.ask("balance")).code == "sign_in_first"
    clock.advance(timedelta(hours=1))
    assert (await busy.ask("balance")).code == "sign_in_first"
    again = await api.login()
    (client,) = await clients(accounts.desk)
    await revoke_client(accounts.desk, client.id)
    assert (await again.ask("balance")).code == "bad_key"


async def test_another_password_ends_all_other_sessions(api: Api, accounts: Accounts) -> None:
    await choose_password(accounts)
    here, there = await api.login(), await api.login()
    weak = await here.ask("change_password", password=PASSWORD, new="12345678", again="12345678")
    assert (weak.status, weak.code) == (422, "a_run")
    changed = await here.ask("change_password", password=PASSWORD, new=OTHER, again=OTHER)
    assert changed.body == {"outcome": "ok", "values": {}}
    assert (await here.ask("balance")).status == 200
    assert (await there.ask("balance")).code == "sign_in_first"
    await choose_password(accounts)  # by telephone
    assert (await here.ask("balance")).code == "sign_in_first"


async def test_a_temporary_password_from_the_own_sim_lets_choose_another(
    api: Api, accounts: Accounts, sms: KeptSms
) -> None:
    await (await called(accounts, MARIA)).ask("recover_password", {})
    temporary = sms.sent[-1][1].reveal().split(": ")[1][:8]
    me = await api.login(password=temporary)
    assert (await me.ask("set_password", password=PASSWORD, again=PASSWORD)).status == 200
    assert (await me.ask("balance")).status == 200
    by_password = await api.login()
    answer = await by_password.ask("set_password", password=OTHER, again=OTHER)
    assert (answer.status, answer.code) == (403, "own_line_needed")


async def test_a_companys_session_is_no_subscribers(api: Api, accounts: Accounts, sms: KeptSms) -> None:
    await choose_company_password(accounts, sms)
    company = await api.company()
    assert (await company.ask("company_balance", "company")).values["number"] == COMPANY
    for name in ("balance", "set_language", "ask_expert"):
        body = (
            {"language": "en"} if name == "set_language" else {"topic": "x"} if name == "ask_expert" else {}
        )
        assert (await company.ask(name, **body)).code == "sign_in_first"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X_API_Key": ""}, "no_key"),
        ({"X_API_Key": "ivr_wrong"}, "bad_key"),
        ({"X_API_Key": "ключ"}, "bad_key"),
        ({}, "sign_in_first"),
        ({"Authorization": "Bearer"}, "sign_in_first"),
        ({"Authorization": "Bearer wrong"}, "sign_in_first"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, "sign_in_first"),
    ],
)
async def test_who_does_not_say_who_asks_is_sent_away(api: Api, headers: dict[str, str], code: str) -> None:
    answer = await api.with_headers(**headers).ask("balance")
    assert (answer.status, answer.code) == (401, code)
