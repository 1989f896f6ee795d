"""The HTTP server: addresses, headers, and what becomes of faults."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from ivr.accounts.door import Accounts
from ivr.errors import AccountsError, SetupError
from ivr.ops.api_metrics import ApiMetrics
from ivr.web.docs_page import STYLE_HASH, page
from ivr.web.door import Door, language_of
from ivr.web.openapi import document
from ivr.web.operations import Operation, operations
from ivr.web.options import WebOptions
from ivr.web.origin import origin
from ivr.web.problems import ProblemError

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "ivr",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(accounts: Accounts, options: WebOptions, metrics: ApiMetrics) -> web.Application:
    """Return the application, not yet listening."""
    offered = operations()
    door = Door(accounts, options, offered, metrics)
    described = document(offered)
    openapi = _constant(json.dumps(described, ensure_ascii=False), "application/json")
    app = web.Application(middlewares=[_answering(options, metrics)], client_max_size=0)
    for operation in offered:
        app.router.add_post(operation.path, partial(_ask, door, operation), name=operation.name)
    app.router.add_post("/v1/logout", door.log_out, name="logout")
    app.router.add_get("/openapi.json", openapi, name="openapi")
    app.router.add_get("/docs", _constant(page(described), "text/html"), name="docs")
    return app


@asynccontextmanager
async def serving(
    accounts: Accounts, options: WebOptions, metrics: ApiMetrics | None = None
) -> AsyncIterator[int]:
    """Serve on 127.0.0.1 until left; gives the port. Raises SetupError when it cannot be had."""
    runner = web.AppRunner(
        application(accounts, options, metrics or ApiMetrics()),
        access_log=None,
        keepalive_timeout=options.idle_seconds,
        shutdown_timeout=options.answer_seconds,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, options.port)
        try:
            await site.start()
        except OSError as fault:
            raise SetupError(
                f"port {options.port} cannot be had: {fault.strerror}", remedy="set another IVR_WEB_PORT"
            ) from fault
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _ask(door: Door, operation: Operation, request: web.Request) -> web.StreamResponse:
    return await door.ask(request, operation)


def _constant(text: str, media_type: str) -> Handler:
    body = text.encode()

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=media_type, charset="utf-8")

    return handler


def _answering(options: WebOptions, metrics: ApiMetrics) -> Middleware:
    """Return the middleware that turns faults into problems, puts the headers on, and logs one line."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.monotonic()
        with metrics.request(request.match_info.route.name or "unknown") as handled:
            response = await _answered(request, handler)
            handled.status = response.status
        response.headers.update(HEADERS)
        log.info(
            "api request",
            what=_name(request),
            status=response.status,
            seconds=round(time.monotonic() - started, 3),
            pii_origin=origin(request.remote, request.headers.getall("X-Forwarded-For", []), options.proxies),
        )
        return response

    return middleware


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProblemError as problem:
        return problem.response(language_of(request))
    except web.HTTPMethodNotAllowed as fault:
        response = ProblemError("wrong_method").response(language_of(request))
        response.headers["Allow"] = ", ".join(sorted(fault.allowed_methods))
        return response
    except web.HTTPException:
        return ProblemError("not_found").response(language_of(request))
    except (AccountsError, TimeoutError) as fault:
        log.error("api request failed", what=_name(request), fault=str(fault) or type(fault).__name__)
        return ProblemError("unavailable", retry_after=5).response(language_of(request))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the caller gets an answer without its text
        log.error("api request broke", what=_name(request), kind=type(fault).__name__, place=_place(fault))
        return ProblemError("failed").response(language_of(request))


def _place(fault: Exception) -> str:
    """Return where it broke, without its text and values, which may be what the caller sent."""
    frames = traceback.extract_tb(fault.__traceback__)[-5:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def _name(request: web.Request) -> str:
    """Return the address as we wrote it; an unknown one may be anything and is not repeated."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
