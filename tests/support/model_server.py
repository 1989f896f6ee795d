"""A real HTTP server on loopback that offers models as their makers do, and can be unkind in every way."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


@dataclass
class ModelServer:
    """What is offered, how the server behaves, what it was asked."""

    archive: bytes
    name: str
    md5: str = ""
    """Of the list; empty: the right one."""
    ranges: bool = True
    """Whether it knows how to resume."""
    cuts: list[int] = field(default_factory=list)
    """After so many bytes of an answer the connection is cut; one entry an answer."""
    listed: str | None = None
    """The list as it is, instead of a right one."""
    asked: list[str] = field(default_factory=list)
    """Ranges of the requests for the archive, "" for all of it."""
    port: int = 0

    @property
    def base(self) -> str:
        """Where the list lies."""
        return f"http://127.0.0.1:{self.port}/models/"

    def list_text(self) -> str:
        """Return the list of models in its makers' form."""
        if self.listed is not None:
            return self.listed
        entry = {
            "lang": "ru",
            "lang_text": "Russian",
            "md5": self.md5 or hashlib.md5(self.archive, usedforsecurity=False).hexdigest(),
            "name": self.name,
            "obsolete": "false",
            "size": len(self.archive),
            "size_text": "1B",
            "type": "small",
            "url": f"{self.base}{self.name}.zip",
            "version": "0.22",
        }
        other = {**entry, "name": "vosk-model-small-xx-0.1", "md5": "0" * 32}
        return json.dumps([other, entry])


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        models = cast("_Server", self.server).models
        if self.path == "/models/model-list.json":
            self._answer(200, models.list_text().encode(), {})
        elif self.path == f"/models/{models.name}.zip":
            self._archive(models)
        else:
            self.send_error(404)

    def _archive(self, models: ModelServer) -> None:
        asked = self.headers.get("Range", "")
        models.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and models.ranges else 0
        total = len(models.archive)
        if start and start >= total:
            self._answer(416, b"", {"Content-Range": f"bytes */{total}"})
            return
        headers = {"Content-Range": f"bytes {start}-{total - 1}/{total}"} if start else {}
        cut = models.cuts.pop(0) if models.cuts else None
        self._answer(206 if start else 200, models.archive[start:], headers, cut)

    def _answer(self, code: int, body: bytes, headers: Mapping[str, str], cut: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class named it
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    models: ModelServer


@contextmanager
def serving(models: ModelServer) -> Iterator[ModelServer]:
    """Serve until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.models, models.port = models, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield models
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def zipped(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    """Return an archive of these files, and symbolic links."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in (links or {}).items():
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return held.getvalue()
