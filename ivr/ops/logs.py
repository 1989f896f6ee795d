"""Logs: fixed messages with fields; what could identify a caller comes under `pii_` and leaves redacted.

A redacted value is a keyed digest: the same caller gives the same mark within one installation, so that
a complaint can be followed through the log, and the number cannot be read from it. Tracebacks are written
without local variables, because those could hold what a caller said.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from hashlib import blake2s
from typing import Any, TextIO

import structlog

PII_PREFIX = "pii_"
NOISY_LIBRARIES = ("asyncio", "aiosqlite", "panoramisk", "sqlalchemy", "alembic", "comtypes", "pyttsx3")
"""Libraries whose debug lines hold raw data of the call: they never go below WARNING here."""

EventDict = MutableMapping[str, Any]


class Redactor:
    """A structlog processor that turns `pii_` fields into keyed marks."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:32]

    def __call__(self, logger: object, method: str, event: EventDict) -> EventDict:
        """Redact one log line."""
        for name in [field for field in event if field.startswith(PII_PREFIX)]:
            event[name] = self.mark(event[name])
        return event

    def mark(self, value: object) -> str:
        """Return the mark that stands for a value."""
        if value in (None, ""):
            return "none"
        return "~" + blake2s(str(value).encode(), key=self._key, digest_size=5).hexdigest()


def set_up_logs(level: str, *, json_lines: bool, key: bytes, stream: TextIO | None = None) -> None:
    """Send our log lines and the libraries' warnings to `stream` (standard error), redacted.

    `key`: secret of this installation, at least 16 bytes; `level`: DEBUG, INFO, WARNING or ERROR.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redactor(key),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
