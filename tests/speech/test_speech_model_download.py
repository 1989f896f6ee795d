"""Downloading models from a real HTTP server on loopback that is kind, clumsy or hostile."""

from __future__ import annotations

import fcntl
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.speech.model_archive import unpack
from ivr.speech.model_download import Downloader, DownloadError, Failure, Watch
from tests.support.model_server import ModelServer, serving, zipped

NAME = "vosk-model-small-ru-0.22"
ACOUSTIC = random.Random(1).randbytes(300_000)
FILES = {f"{NAME}/am/final.mdl": ACOUSTIC, f"{NAME}/README": b"Apache 2.0 license"}
ARCHIVE = zipped(FILES)


def unheeded(done: int, total: int) -> None:
    """Nobody watches."""


class Fetch:
    """A downloader at a server, and what it told of its progress."""

    def __init__(self, server: ModelServer, folder: Path) -> None:
        self.pauses: list[float] = []
        self.downloaded: list[tuple[int, int]] = []
        self.folder = folder
        self._downloader = Downloader(folder, server.base, self.pauses.append)

    def get(self) -> Path:
        watch = Watch(lambda done, total: self.downloaded.append((done, total)), unheeded)
        return self._downloader.get(self._downloader.offer(NAME), watch)

    @property
    def part(self) -> Path:
        return self.folder / f".{NAME}.zip.part"


@contextmanager
def fetching(tmp_path: Path, archive: bytes = ARCHIVE) -> Iterator[tuple[ModelServer, Fetch]]:
    with serving(ModelServer(archive, NAME)) as server:
        yield server, Fetch(server, tmp_path / "models")


def whole(path: Path) -> bool:
    return (path / "am/final.mdl").read_bytes() == ACOUSTIC


def test_a_model_is_downloaded_checked_and_unpacked(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        assert whole(fetch.get())
        assert server.asked == [""]
        assert fetch.downloaded[-1] == (len(ARCHIVE), len(ARCHIVE))
        assert [path.name for path in fetch.folder.iterdir()] == [NAME]


def test_a_cut_connection_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.cuts = [100_000, 0, 50_000]
        assert whole(fetch.get())
        assert server.asked == ["", "bytes=100000-", "bytes=100000-", "bytes=150000-"]
        assert fetch.pauses == [1.0, 2.0, 1.0]


def test_a_later_command_goes_on_where_the_first_gave_up(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.cuts = [100_000, 0, 0, 0]
        with pytest.raises(DownloadError) as error:
            fetch.get()
        assert (error.value.failure, error.value.kept) == (Failure.UNREACHABLE, 100_000)
        assert whole(fetch.get())
        assert server.asked[-1] == "bytes=100000-"
        assert not fetch.part.exists()


def test_a_server_that_cannot_resume_sends_it_all_again(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.ranges, server.cuts = False, [100_000]
        assert whole(fetch.get())
        assert server.asked == ["", "bytes=100000-"]


def test_all_of_it_that_came_before_is_not_asked_for_again(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        fetch.folder.mkdir()
        fetch.part.write_bytes(ARCHIVE)
        assert whole(fetch.get())
        assert server.asked == [f"bytes={len(ARCHIVE)}-"]


def test_a_wrong_checksum_leaves_nothing_behind(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.md5 = "0" * 32
        with pytest.raises(DownloadError) as error:
            fetch.get()
        assert error.value.failure is Failure.DAMAGED
        assert list(fetch.folder.iterdir()) == []


@pytest.mark.parametrize(
    "archive",
    [
        zipped({**FILES, "../outside": b"x"}),
        zipped({**FILES, f"{NAME}/../../outside": b"x"}),
        zipped({**FILES, "/outside": b"x"}),
        zipped({**FILES, f"{NAME}\\..\\outside": b"x"}),
        zipped({**FILES, "another-folder/x": b"x"}),
        zipped(FILES, {f"{NAME}/link": "/etc"}),
        zipped({f"{NAME}/{number}": b"" for number in range(1001)}),
        b"no archive at all",
        ARCHIVE[:-30],
        ARCHIVE.replace(ACOUSTIC[1000:1010], bytes(10)),
    ],
    ids=["up", "through", "root", "backslash", "other", "link", "many", "none", "half", "bytes"],
)
def test_a_hostile_or_broken_archive_writes_nothing(tmp_path: Path, archive: bytes) -> None:
    with fetching(tmp_path, archive) as (_, fetch):
        with pytest.raises(DownloadError) as error:
            fetch.get()
        assert error.value.failure is Failure.HOSTILE
        assert [path.name for path in tmp_path.rglob("*")] == ["models"]


def test_more_bytes_than_a_model_has_are_refused_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.speech.model_archive.MOST_BYTES", 1_000_000)
    bomb = zipped({f"{NAME}/bomb": bytes(1_000_001)})
    with fetching(tmp_path, bomb) as (_, fetch), pytest.raises(DownloadError, match="too many bytes"):
        fetch.get()


def test_an_old_folder_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "old").touch()
    archive = tmp_path / "model.zip"
    archive.write_bytes(ARCHIVE)
    assert whole(unpack(archive, NAME, tmp_path, unheeded))
    assert not (tmp_path / NAME / "old").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.zip", NAME]


@pytest.mark.parametrize(
    ("listed", "failure"),
    [
        ("<html>log in first</html>", Failure.NO_LIST),
        ('{"a": 1}', Failure.NO_LIST),
        ("[]", Failure.NOT_LISTED),
        (f'[{{"name": "{NAME}", "url": "file:///etc/passwd", "md5": "{"0" * 32}"}}]', Failure.UNSAFE),
        (f'[{{"name": "{NAME}", "url": "http://127.0.0.1/x.zip", "md5": ""}}]', Failure.UNSAFE),
    ],
)
def test_a_list_that_is_none_is_told(tmp_path: Path, listed: str, failure: Failure) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.listed = listed
        with pytest.raises(DownloadError) as error:
            fetch.get()
        assert error.value.failure is failure


def test_an_archive_that_is_not_there_is_asked_for_once(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        server.listed = server.list_text().replace(f"{NAME}.zip", "gone.zip")
        with pytest.raises(DownloadError, match="Not Found"):
            fetch.get()
        assert fetch.pauses == []


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    with serving(ModelServer(b"", NAME)) as gone:
        base = gone.base
    for address in (base, "file:///etc/", "ftp://127.0.0.1/"):
        with pytest.raises(DownloadError) as error:
            Downloader(tmp_path, address).offer(NAME)
        assert error.value.failure is Failure.UNREACHABLE


def test_no_room_and_a_second_command_are_told(tmp_path: Path) -> None:
    with fetching(tmp_path) as (server, fetch):
        right = server.list_text()
        server.listed = right.replace(f'"size": {len(ARCHIVE)}', f'"size": {1 << 60}')
        with pytest.raises(DownloadError, match="too little room"):
            fetch.get()
        server.listed = right
        with fetch.part.open("ab") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            with pytest.raises(DownloadError) as error:
                fetch.get()
        assert error.value.failure is Failure.BUSY
        assert whole(fetch.get())
