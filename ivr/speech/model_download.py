"""Downloading published models: what their makers' list says, resumed where it was cut, checked, unpacked.

1. The list (`model-list.json`) names address, MD5 sum and size of every model. MD5 is all that is published:
   it finds damage. That the list is genuine is TLS's matter, so a list from https names nothing without it.
2. What came so far is kept in `.NAME.zip.part` and not asked for again (RFC 9110 section 14: Range). A server
   that answers with the whole begins anew. A connection that is cut is tried again while something comes.
3. A wrong sum removes what came. Only a model that was unpacked whole gets its name (`model_archive.py`).
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from ivr.errors import SetupError, SpeechError
from ivr.speech.model_archive import Progress, unpack

MODELS_URL = "https://alphacephei.com/vosk/models/"
LIST_NAME = "model-list.json"
LONGEST_LIST = 4 << 20
TIMEOUT = 30.0
"""Seconds without a byte."""
FRUITLESS = 3
"""Tries in a row that brought nothing before giving up."""
ROOM = 3
"""Times the archive's size that has to be free on the disk: it and what is unpacked from it."""
_CHUNK = 1 << 18
_MD5 = re.compile(r"[0-9a-f]{32}")
_NETWORK = (OSError, http.client.HTTPException)
"""What a network does to us; `urllib`'s errors are OSErrors."""


class Failure(Enum):
    """Why a model could not be downloaded; the values are told to engineers."""

    UNREACHABLE = "cannot be downloaded"
    NO_LIST = "is no list of models"
    NOT_LISTED = "is not in the list"
    UNSAFE = "has no checksum or no safe address in the list"
    NO_ROOM = "finds too little room on the disk, make some"
    DAMAGED = "came damaged, its MD5 sum is another one; run the command again"
    BUSY = "is being downloaded by another command, wait for it"
    HOSTILE = "was not unpacked, its archive holds what no model does"


class DownloadError(SetupError):
    """A model could not be downloaded; what came of it is kept unless it is damaged."""

    def __init__(self, subject: str, failure: Failure, detail: str, kept: int = 0) -> None:
        super().__init__(f"{subject} {failure.value} ({detail})", remedy="copy the model's folder by hand")
        self.subject = subject
        """The model or the address."""
        self.failure = failure
        self.detail = detail
        self.kept = kept
        """Bytes that the same command need not download again."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One model of the list."""

    name: str
    url: str
    md5: str
    size: int
    """Bytes of the archive; 0: not told."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far it is: one callback a stage."""

    downloaded: Progress
    unpacked: Progress


class Downloader:
    """Fetches models from one place into one folder. Blocking. Errors: `DownloadError`."""

    def __init__(
        self, folder: Path, base: str = MODELS_URL, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.folder = folder
        self._base = base if base.endswith("/") else f"{base}/"
        self._pause = pause

    def archive(self, name: str) -> str:
        """Return where a browser finds a model."""
        return f"{self._base}{name}.zip"

    def offer(self, name: str) -> Offer:
        """Return what the makers' list says about a model."""
        address = self._base + LIST_NAME
        if urlsplit(address).scheme not in {"http", "https"}:
            raise DownloadError(address, Failure.UNREACHABLE, "neither http nor https")
        try:
            with _opened(address) as answer:
                entries = json.loads(answer.read(LONGEST_LIST))
            found = next((one for one in entries if one["name"] == name), None)
        except _NETWORK as error:
            raise DownloadError(address, Failure.UNREACHABLE, _reason(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise DownloadError(address, Failure.NO_LIST, str(error)) from error
        if found is None:
            raise DownloadError(name, Failure.NOT_LISTED, address)
        return self._offer(name, found)

    def _offer(self, name: str, entry: dict[str, object]) -> Offer:
        url, md5, size = str(entry.get("url", "")), str(entry.get("md5", "")).lower(), entry.get("size")
        safe = urlsplit(url).scheme in {"https", urlsplit(self._base).scheme}
        if not safe or not _MD5.fullmatch(md5):
            raise DownloadError(name, Failure.UNSAFE, f"{url!r}, {md5!r}")
        return Offer(name, url, md5, size if isinstance(size, int) and size > 0 else 0)

    def get(self, offer: Offer, watch: Watch) -> Path:
        """Download, check and unpack; return the model's folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".{offer.name}.zip.part"
        self._room_for(offer)
        with _alone(part):
            self._complete(part, offer, watch.downloaded)
            try:
                if _md5(part) != offer.md5:
                    raise DownloadError(offer.name, Failure.DAMAGED, f"not {offer.md5}")
                return unpack(part, offer.name, self.folder, watch.unpacked)
            except SpeechError as error:
                raise DownloadError(offer.name, Failure.HOSTILE, str(error)) from error
            finally:
                part.unlink()

    def _room_for(self, offer: Offer) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < offer.size * ROOM:
            need = f"{offer.size * ROOM >> 20} MiB needed, {free >> 20} MiB free in {self.folder}"
            raise DownloadError(offer.name, Failure.NO_ROOM, need)

    def _complete(self, part: Path, offer: Offer, progress: Progress) -> None:
        """Download what is missing of the archive, as often as the connection is cut."""
        fruitless = 0
        while True:
            before = part.stat().st_size
            try:
                _go_on(part, offer, progress)
                return
            except _NETWORK as error:
                kept = part.stat().st_size
                fruitless = 0 if kept > before else fruitless + 1
                if fruitless == FRUITLESS or _is_final(error):
                    raise DownloadError(offer.name, Failure.UNREACHABLE, _reason(error), kept) from error
            self._pause(1.0 + fruitless)


def _go_on(part: Path, offer: Offer, progress: Progress) -> None:
    have = part.stat().st_size
    try:
        answer = _opened(offer.url, have)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
            raise
        return  # there is no more of it: the checksum will tell whether it is whole
    with answer, part.open("r+b") as file:
        done = have if _resumes(answer, have) else 0
        file.truncate(done)
        file.seek(done)
        length = answer.headers.get("Content-Length")
        _copy(answer, file, done, done + int(length) if length else 0, progress)


def _opened(url: str, have: int = 0) -> http.client.HTTPResponse:
    headers = {"User-Agent": "ivr", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - callers have looked at the scheme
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310 - same
    return answer


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error) or type(error).__name__


def _is_final(error: Exception) -> bool:
    """Return whether the server has answered that it does not have it: asking again changes nothing."""
    return isinstance(error, urllib.error.HTTPError) and error.code < http.HTTPStatus.INTERNAL_SERVER_ERROR


def _resumes(answer: http.client.HTTPResponse, have: int) -> bool:
    partial = answer.status == http.HTTPStatus.PARTIAL_CONTENT
    return partial and str(answer.headers.get("Content-Range", "")).startswith(f"bytes {have}-")


def _copy(
    answer: http.client.HTTPResponse, file: BinaryIO, done: int, total: int, progress: Progress
) -> None:
    while chunk := answer.read(_CHUNK):
        file.write(chunk)
        file.flush()
        done += len(chunk)
        progress(done, total)
    if done < total:
        raise http.client.IncompleteRead(b"", total - done)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold the half file: two downloads into one file would spoil it."""
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DownloadError(part.name, Failure.BUSY, "locked") from None
        yield
