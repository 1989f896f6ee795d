"""The API is as its OpenAPI document says, whatever it is asked: tested by schemathesis from the document.

Every operation gets data that fit its schemas and data that do not. `API_EXAMPLES=200` asks more often
(`make api-test`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ivr.web.docs_page import page
from ivr.web.openapi import document
from ivr.web.operations import Operation, operations
from tests.web.running import Running, running

EXAMPLES = int(os.environ.get("API_EXAMPLES", "3"))
DOCUMENT = document(operations())
DESCRIBED = schemathesis.openapi.from_dict(DOCUMENT)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.fixture(scope="module")
def door() -> Iterator[Running]:
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    with requests.Session() as made:
        yield made


def test_the_document_says_what_openapi_3_1_allows() -> None:
    DESCRIBED.validate()
    assert len(list(DESCRIBED.get_all_operations())) == len(operations()) + 1


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_every_answered_value_is_described_to_the_last_item(operation: Operation) -> None:
    """No list of just anything, no value without a word about it, nothing that may be left out."""
    responses = DOCUMENT["paths"][operation.path]["post"]["responses"]
    for response in responses.values():
        for media in response["content"].values():
            for schema in media["schema"].get("oneOf", [media["schema"]]):
                must_be_closed(DOCUMENT["components"]["schemas"]["Problem"] if "$ref" in schema else schema)


def must_be_closed(schema: dict[str, Any]) -> None:
    assert schema["additionalProperties"] is False
    optional = {"reason", "errors"} if "code" in schema["properties"] else set()
    assert set(schema.get("required", ())) >= schema["properties"].keys() - optional
    for name, value in schema["properties"].items():
        if "const" in value:
            continue
        if value["type"] == "object":
            must_be_closed(value)
            continue
        assert value["type"] in {"string", "integer", "array"}
        assert value["description"], name
        if value["type"] == "array":
            must_be_closed(value["items"])


def test_the_page_tells_people_what_answers_hold() -> None:
    shown = page(DOCUMENT)
    section = shown[shown.index('id="op-packages"') : shown.index('id="op-check_extend_package"')]
    assert "<code>some</code>" in section
    for name in ("minutes", "sms", "megabytes", "until", "packages", "kind", "left", "total"):
        assert f"<code>{name}</code>: " in section


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_whatever_is_asked_the_answer_is_as_described(
    door: Running, http: requests.Session, operation: Operation, mode: GenerationMode
) -> None:
    door.run(door.sign_in())
    described: APIOperation[Any, Any, Any, Any] = schemathesis.openapi.from_dict(DOCUMENT)[operation.path][
        "POST"
    ]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy(generation_mode=mode), language=st.sampled_from(["ru", "en"]))
    def ask(case: Any, language: str) -> None:
        key = door.reporting if operation.access == "right" else door.key
        headers = {"X-API-Key": key, "Accept-Language": language}
        if operation.access == "session":
            headers["Authorization"] = door.tokens[operation.group]
        if mode is GenerationMode.POSITIVE:
            headers["Idempotency-Key"] = uuid4().hex
        response = case.call(base_url=door.base, session=http, headers=headers)
        case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])
        if mode is GenerationMode.POSITIVE:  # refused for a reason of the domain perhaps, never as ill-formed
            code = response.json().get("code") if response.content else None
            assert code not in {"invalid", "malformed", "wrong_media", "too_large"}, response.text
        (told_in,) = response.headers["content-language"]
        assert told_in == language or "idempotency-replayed" in response.headers  # kept in its own language
        if response.status_code >= 400:
            told = response.json()["detail"]
            assert bool(CYRILLIC.search(told)) is (told_in == "ru"), told

    ask()


def test_what_a_check_prepared_is_done_by_the_link(door: Running) -> None:
    """The document's links lead from a check to what does it: schemathesis follows them."""
    done: set[tuple[str, int]] = set()

    two = DESCRIBED.include(path_regex="extend_package$")  # of these a guess often enough is allowed

    class Machine(two.as_state_machine()):  # type: ignore[misc]  # made at run time
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            group = "company" if "/company/" in case.operation.path else "individual"
            headers = {"X-API-Key": door.key, "Authorization": door.tokens[group], "Accept-Language": "ru"}
            headers["Idempotency-Key"] = uuid4().hex
            return {"base_url": door.base, "headers": headers}

        def validate_response(self, response: Any, case: Any, *_: object, **__: object) -> None:
            case.validate_response(response, excluded_checks=[positive_data_acceptance])

        def after_call(self, response: Any, case: Any) -> None:
            done.add((case.operation.path, response.status_code))

    door.run(door.sign_in())
    Machine.run(
        settings=settings(
            max_examples=2 * EXAMPLES,
            stateful_step_count=8,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
    )
    assert ("/v1/individual/extend_package", 200) in done
