"""Numbers of the API as Prometheus fetches them: what happened, nothing about whom."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from ivr.accounts.door import Accounts
from ivr.errors import SetupError
from ivr.ops.api_metrics import ApiMetrics
from ivr.ops.exposing import exposing
from ivr.web.operations import operations
from tests.accounts.helpers import JOHN, MARIA
from tests.web.helpers import BAD, PASSWORD, WIDE, Api, Held, choose_password, opened

SETTING = "IVR_WEB_METRICS_PORT"
Samples = dict[tuple[str, tuple[str, ...]], float]
"""Name and values of labels, by their names -> number."""


async def fetched(api: Api, port: int) -> tuple[str, Samples]:
    async with api.http.get(f"http://127.0.0.1:{port}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return text, {
        (one.name, tuple(told for _, told in sorted(one.labels.items()))): one.value for one in samples
    }


async def test_requests_are_counted_by_operation_and_nobody_is_named(accounts: Accounts) -> None:
    await choose_password(accounts)
    metrics = ApiMetrics()
    few = replace(WIDE, session_rate=0.01, session_burst=3, stranger_rate=0.01, stranger_burst=1)
    async with (
        exposing(metrics.registry, 0, SETTING) as port,
        opened(accounts, few, metrics=metrics) as api,
    ):
        me = await api.login()
        await api.post("/v1/individual/login", {"phone": MARIA, "password": BAD})
        for _ in range(4):
            await me.ask("balance")
        for _ in range(2):
            await api.with_headers(X_API_Key="wrong").ask("balance")
        await me.post(f"/v1/{PASSWORD}", {})
        text, samples = await fetched(api, port)
    counted = {labels: value for (name, labels), value in samples.items() if name == "ivr_api_requests_total"}
    assert counted == {
        ("verify_password", "2xx"): 1,
        ("verify_password", "4xx"): 1,
        ("balance", "2xx"): 3,
        ("balance", "4xx"): 3,
        ("unknown", "4xx"): 1,
    }
    assert samples["ivr_api_rate_limited_total", ("session",)] == 1
    assert samples["ivr_api_rate_limited_total", ("stranger",)] == 1
    assert samples["ivr_api_request_seconds_count", ("balance",)] == 6
    assert samples["ivr_api_request_seconds_bucket", ("+Inf", "balance")] == 6
    assert samples["ivr_api_in_flight", ()] == 0
    for private in (PASSWORD, BAD, MARIA, me.key, me.headers["Authorization"][7:], "127.0.0.1", "wrong"):
        assert private not in text
    names = {one.name for one in operations()} | {"unknown"}
    assert {labels[0] for name, labels in samples if name == "ivr_api_request_seconds_count"} <= names


async def test_what_is_under_way_is_seen(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    await choose_password(accounts)
    metrics = ApiMetrics()
    async with (
        exposing(metrics.registry, 0, SETTING) as port,
        opened(accounts, WIDE, metrics=metrics) as api,
    ):
        me = await api.login()
        body = {"phone": JOHN, "amount": 100_00}
        asked = asyncio.create_task(me.post("/v1/individual/check_transfer", body, Idempotency_Key="k"))
        await held.arrived.wait()
        _, during = await fetched(api, port)
        held.go_on.set()
        assert (await asked).status == 200
        _, after = await fetched(api, port)
    assert (during["ivr_api_in_flight", ()], after["ivr_api_in_flight", ()]) == (1, 0)
    assert ("ivr_api_requests_total", ("check_transfer", "2xx")) not in during


async def test_a_taken_port_names_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SetupError) as caught:
        await exposing(CollectorRegistry(), taken.getsockname()[1], SETTING).__aenter__()
    assert SETTING in caught.value.remedy
