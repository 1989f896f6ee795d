"""Unpacking a model's archive: all or nothing, and never outside its folder.

An archive holds one folder with the model's name. Paths that lead elsewhere, links, encrypted files, and more
bytes than a model can have are refused before anything is written; the folder gets its name only when whole.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from ivr.errors import SpeechError

MOST_BYTES = 12 * 2**30
"""Of an unpacked model; the biggest published one has 5 GiB."""
MOST_FILES = 1000
_CHUNK = 1 << 20
Progress = Callable[[int, int], None]
"""Bytes done, and bytes in all: 0 while that is not known."""


def unpack(archive: Path, name: str, into: Path, progress: Progress) -> Path:
    """Unpack a model's archive as the folder `name` in `into`; return it. Errors: `SpeechError`.

    A folder of that name is replaced once the new one is whole.
    """
    half = into / f".{name}.unpacking"
    shutil.rmtree(half, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _harmless(opened.infolist(), name)
            _write(opened, members, half, progress)
        return _in_place(half / name, into / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise SpeechError(
            f"{archive.name} is no whole archive: {error}", remedy="download it again"
        ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _harmless(members: list[zipfile.ZipInfo], name: str) -> list[zipfile.ZipInfo]:
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise _hostile(f"{len(members)} files, more than a model has, or too many bytes")
    for member in members:
        path = PurePosixPath(member.filename)
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in member.orig_filename
            or "\0" in member.orig_filename
        ):
            raise _hostile(f"{member.filename!r} leads out of the folder")
        if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 1:
            raise _hostile(f"{member.filename!r} is a link or encrypted")
        if path.parts[:1] != (name,):
            raise _hostile(f"{member.filename!r} is not in a folder {name}")
    return [member for member in members if not member.is_dir()]


def _hostile(why: str) -> SpeechError:
    return SpeechError(
        f"the archive was not unpacked: {why}",
        remedy="get the model from its makers, alphacephei.com/vosk/models",
    )


def _write(opened: zipfile.ZipFile, members: list[zipfile.ZipInfo], half: Path, progress: Progress) -> None:
    done, total = 0, sum(member.file_size for member in members)
    for member in members:
        target = half / member.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                progress(done, total)


def _in_place(whole: Path, target: Path) -> Path:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    whole.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target
