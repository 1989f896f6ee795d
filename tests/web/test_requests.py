"""What a request must be, how often it may come, how it is answered, what is written down of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.seed import TEAM
from ivr.accounts.sms import KeptSms
from ivr.errors import SettingsError
from ivr.ops.logs import set_up_logs
from ivr.settings import load_settings
from ivr.web.body import depth, parse
from ivr.web.languages import preferred
from ivr.web.limits import Limiter
from ivr.web.origin import origin
from ivr.web.problems import ProblemError
from tests.accounts.helpers import JOHN, MARIA
from tests.web.helpers import BAD, NOON, PASSWORD, WIDE, Api, choose_company_password, choose_password, opened


@pytest.fixture
async def me(api: Api, accounts: Accounts) -> Api:
    await choose_password(accounts)
    return await api.login()


PATH = "/v1/individual/check_transfer"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'{"amount": 1, "amount": 2}', 400, "malformed"),
        (b'{"amount": NaN}', 400, "malformed"),
        (b'{"amount": 1e999}', 422, "invalid"),
        (b'{"amount": ' + b"9" * 1500 + b"}", 422, "invalid"),
        (b'{"phone": "\\ud800"}', 400, "malformed"),
        (b'{"phone": "\xff"}', 400, "malformed"),
        (b'{"phone": "\\u0000"}', 422, "invalid"),
        (b"[" * 1500, 400, "malformed"),
        (b'{"a":' * 1200, 413, "too_large"),
        (b'{"phone": "' + b"1" * 9000 + b'"}', 413, "too_large"),
    ],
)
async def test_bodies_that_cannot_be_are_refused(me: Api, raw: bytes, status: int, code: str) -> None:
    answer = await me.post(PATH, raw=raw)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_every_fault_is_named_and_no_value_repeated(me: Api) -> None:
    body = {"phone": 82746103, "amount": -82746103, "82746103": "82746103"}
    answer = await me.post(PATH, body, Accept_Language="en")
    assert (answer.status, answer.body["errors"]) == (
        422,
        [
            {"pointer": "", "detail": "unknown fields; possible are: phone, amount"},
            {"pointer": "/amount", "detail": "at least 0"},
            {"pointer": "/phone", "detail": "must be: a string"},
        ],
    )
    missing = await me.post(PATH, {}, Accept_Language="en")
    assert [one["pointer"] for one in missing.body["errors"]] == ["/amount", "/phone"]
    assert (await me.post(PATH, {"phone": JOHN, "amount": 100_00.0})).status == 200


async def test_a_long_import_is_read_whole(api: Api, accounts: Accounts, sms: KeptSms) -> None:
    await choose_company_password(accounts, sms)
    company = await api.company()
    lines = "\n".join(f"12,Никто {i}" for i in range(5000)) + f"\n{TEAM[3][0]},Громов Степан"
    answer = await company.ask("import_employees", "company", lines=lines)
    assert (answer.values["count"], answer.values["bad_count"]) == (1, 5000)
    assert (answer.values["bad"][-1]["line"], answer.values["bad"][-1]["reason"]) == (
        5000,
        "Это не номер телефона.",
    )
    answer = await company.ask("import_employees", "company", lines="x" * 600_001)
    assert (answer.status, answer.code) == (422, "invalid")


async def test_other_media_are_refused(me: Api) -> None:
    for media in ("text/plain", "application/json; charset=cp1251", "application/x-www-form-urlencoded"):
        answer = await me.post(PATH, raw=b"{}", Content_Type=media)
        assert (answer.status, answer.code) == (415, "wrong_media")


async def test_a_body_that_does_not_come_is_not_waited_for(accounts: Accounts) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    await choose_password(accounts)
    async with opened(accounts, replace(WIDE, body_seconds=0.01)) as api:
        headers = {"X-API-Key": api.key, "Content-Type": "application/json"}
        url = f"{api.base}/v1/individual/login"
        async with api.http.post(url, data=never(), headers=headers) as response:
            assert response.status == 408


async def test_unknown_addresses_and_methods(api: Api) -> None:
    assert (await api.post("/v1/individual/identify_line")).code == "not_found"
    assert (await api.post("/v1/company/../../etc/passwd")).code == "not_found"
    async with api.http.get(f"{api.base}/v1/individual/balance") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
        assert (await response.json(content_type=None))["code"] == "wrong_method"
    for path in ("/openapi.json", "/docs"):
        async with api.http.get(api.base + path) as response:
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_the_language_is_the_headers_else_the_callers_else_russian(
    me: Api, api: Api, accounts: Accounts
) -> None:
    await choose_password(accounts, JOHN)
    john = await api.login(JOHN)  # who has chosen English
    asked = {"phone": "12", "amount": 100_00}
    details = {
        "me": (await me.post(PATH, asked)).body["detail"],
        "me, en": (await me.post(PATH, asked, Accept_Language="en")).body["detail"],
        "john": (await john.post(PATH, asked)).body["detail"],
        "john, ru": (await john.post(PATH, asked, Accept_Language="ru-RU, en;q=0.5")).body["detail"],
        "john, wrong": (await john.post(PATH, {})).body["title"],
        "nobody": (await api.with_headers(X_API_Key="").post(PATH, asked)).body["title"],
    }
    assert details == {
        "me": "Это не номер телефона.",
        "me, en": "This is not a phone number.",
        "john": "This is not a phone number.",
        "john, ru": "Это не номер телефона.",
        "john, wrong": "The values do not fit",
        "nobody": "Нужен ключ программы",
    }
    await john.post("/v1/individual/set_language", {"language": "ru"}, Accept_Language="en")
    assert (await john.post(PATH, asked)).body["detail"] == "Это не номер телефона."
    assert (await me.post(PATH, asked)).headers["Content-Language"] == "ru"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, None), ("", None), ("de", None), ("de, en", "en"), ("ru", "ru"), ("EN-gb", "en"), ("*", "ru"),
        ("en;q=0.5, ru;q=0.9", "ru"), ("ru;q=0", None), ("en;q=0.1, *;q=0.05", "en"), ("en;q=x", None),
        (";;,", None),
    ],
)  # fmt: skip
def test_accept_language_is_read_as_rfc_9110_says(header: str | None, language: str | None) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "found"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 0, "192.0.2.1"),
        ("127.0.0.1", ["198.51.100.7, 203.0.113.9"], 1, "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.7", "203.0.113.9"], 2, "198.51.100.7"),
        ("127.0.0.1", [], 2, "127.0.0.1"),
        ("::1", ["2001:db8:1:2:3:4:5:6"], 1, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", [], 0, "192.0.2.1"),
        ("127.0.0.1", ["<script>"], 1, "unknown"),
        (None, [], 0, "unknown"),
    ],
)
def test_only_what_our_own_hops_saw_is_believed(
    peer: str | None, forwarded: list[str], hops: int, found: str
) -> None:
    assert origin(peer, forwarded, hops) == found


@pytest.mark.parametrize(
    ("raw", "deep"), [(b"{}", 1), (b'{"a": "[[[{"}', 1), (b'{"a\\"[": [{}]}', 3), (b'"[[', 0), (b"]]][", 0)]
)
def test_depth_is_counted_without_building_anything(raw: bytes, deep: int) -> None:
    assert depth(raw) == deep


def test_a_million_brackets_are_refused_at_once() -> None:
    with pytest.raises(ProblemError):
        parse(b"[" * 1_000_000)


def test_a_bucket_fills_again_and_forgets_the_silent() -> None:
    clock = VirtualClock(NOON)
    limiter = Limiter(0.5, 2, clock, most=2)
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 2, 2]
    clock.advance(timedelta(seconds=1))
    assert limiter.take("a") == 1
    clock.advance(timedelta(seconds=1))
    assert [limiter.take("a"), limiter.take("a")] == [0, 2]
    clock.advance(timedelta(hours=1))
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 2]
    assert [limiter.take(name) for name in ("b", "c", "a")] == [0, 0, 0]


async def test_who_asks_too_often_is_told_when_to_come_again(accounts: Accounts, clock: VirtualClock) -> None:
    await choose_password(accounts)
    options = replace(
        WIDE, client_rate=1.0, client_burst=8, session_rate=0.1, session_burst=3, stranger_burst=2
    )
    async with opened(accounts, options) as api:
        me = await api.login()
        answers = [await me.ask("balance") for _ in range(4)]
        assert [one.status for one in answers] == [200, 200, 200, 429]
        assert (answers[3].code, answers[3].headers["Retry-After"]) == ("too_many_requests", "10")
        clock.advance(timedelta(seconds=10))
        assert [(await me.ask("balance")).status for _ in range(2)] == [200, 429]
        clock.advance(timedelta(seconds=100))
        others = [await api.login() for _ in range(8)]
        late = await others[0].ask("balance")
        assert (late.status, late.headers["Retry-After"]) == (429, "1")
        strangers = [await api.with_headers(X_API_Key="wrong").ask("balance") for _ in range(3)]
        assert [one.status for one in strangers] == [401, 401, 429]


async def test_two_processes_together_allow_what_one_would(accounts: Accounts) -> None:
    await choose_password(accounts)
    rates = replace(WIDE, session_rate=0.1, session_burst=6, stranger_rate=0.1, stranger_burst=4, processes=2)
    async with opened(accounts, rates) as one, opened(accounts, rates) as two:
        me = await one.login()
        both = [me, replace(me, base=two.base)]
        answers = [await api.ask("balance") for api in both for _ in range(4)]
        assert sorted(answer.status for answer in answers) == [200] * 6 + [429] * 2
        assert answers[3].headers["Retry-After"] == "20"
        strangers = [replace(api, key="wrong", headers={}) for api in both]
        answers = [await api.ask("balance") for api in strangers for _ in range(3)]
        assert sorted(answer.status for answer in answers) == [401] * 4 + [429] * 2


@pytest.mark.parametrize("written", ["0", "-2"])
def test_fewer_than_one_process_is_told_with_every_other_fault(written: str) -> None:
    with pytest.raises(SettingsError) as told:
        load_settings({"IVR_WEB_PROCESSES": written, "IVR_WEB_PORT": "eighty"})
    faults = sorted(str(told.value).splitlines())
    assert faults[0] == "web.port: 'eighty' is not a number"
    assert faults[1].startswith(f"web.processes: {written} is too few, it must be 1 or more; ")
    assert load_settings({"IVR_WEB_PROCESSES": "1"}).web.processes == 1


async def test_no_secret_and_no_caller_is_written_down(api: Api, accounts: Accounts) -> None:
    written = StringIO()
    set_up_logs("DEBUG", json_lines=True, key=b"k" * 16, stream=written)
    await choose_password(accounts)
    me = await api.login()
    await api.post("/v1/individual/login", {"phone": MARIA, "password": BAD})
    await me.post("/v1/individual/check_voucher", {"voucher": "4081726354901827"})
    await me.post(f"/v1/{PASSWORD}", {})
    await me.post(PATH, raw=b'{"phone": "' + PASSWORD.encode())
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len([line for line in lines if line["event"] == "api request"]) == 5
    for secret in (
        PASSWORD,
        BAD,
        "4081726354901827",
        me.key,
        me.headers["Authorization"][7:],
        MARIA,
        "127.0.0.1",
    ):
        assert secret not in written.getvalue()
