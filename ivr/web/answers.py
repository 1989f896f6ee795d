"""What an outcome becomes: a success with its values, or a problem."""

from __future__ import annotations

import json

from aiohttp import web

from ivr.accounts.access import SessionRules
from ivr.accounts.once import Answered
from ivr.dialogue.queries import Secret
from ivr.web.operations import Operation
from ivr.web.problems import ProblemError
from ivr.web.words import OF_OUTCOMES

REPEATED = "Idempotency-Replayed"
"""Header of an answer that was kept from the first time."""


def answer(operation: Operation, outcome: Answered, language: str) -> web.Response:
    """Return the response to a use case's outcome."""
    if outcome.outcome in OF_OUTCOMES:
        response = _problem(outcome).response(language)
    elif outcome.outcome == "sign_in_first":
        response = ProblemError("sign_in_first").response(language)
    else:
        response = success({"outcome": outcome.outcome, "values": outcome.values}, language)
    if outcome.repeated:
        response.headers[REPEATED] = "true"
    return response


def welcome(outcome: Answered, token: Secret, rules: SessionRules, language: str) -> web.Response:
    """Return the response to a login that was right: the only place where a token is told."""
    session = {
        "token": token.reveal(),
        "idle_seconds": rules.idle_seconds,
        "life_seconds": rules.life_seconds,
    }
    return success({"outcome": outcome.outcome, "values": outcome.values, "session": session}, language)


def success(body: object, language: str) -> web.Response:
    """Return a JSON response."""
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, sort_keys=True).encode(),
        content_type="application/json",
        headers={"Content-Language": language},
    )


def _problem(outcome: Answered) -> ProblemError:
    values = outcome.values
    if outcome.outcome == "refused":
        return ProblemError("refused", detail=str(values["reason"]), reason=str(values["code"]))
    wait = values.get("wait")
    return ProblemError(
        outcome.outcome, values=values, retry_after=int(str(wait)) if wait is not None else None
    )
