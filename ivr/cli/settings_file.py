"""Writing one setting into `ivr.toml`, everything else in it left as the operator wrote it."""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ivr.errors import SettingsError
from ivr.settings import FILE_VARIABLE, PROJECT, load_settings


def settings_file() -> Path:
    """Return the file that settings are read from, whether it exists or not."""
    return Path(os.environ.get(FILE_VARIABLE) or PROJECT / "ivr.toml")


def write_setting(place: Sequence[str], value: str | None, file: Path) -> None:
    """Set the field at `place`, e.g. ("speech", "models", "ru"); None removes it. Errors: `SettingsError`.

    The new file is read as settings before it takes the old one's place: a fault leaves the old one.
    """
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}", remedy="mend the file: it is TOML") from error
    table: MutableMapping[str, Any] = document
    for part in place[:-1]:
        inner = table.setdefault(part, tomlkit.table())
        if not isinstance(inner, MutableMapping):
            raise SettingsError(f"{file}: {part} is not a table", remedy="mend the file")
        table = inner
    if value is None:
        table.pop(place[-1], None)
    else:
        table[place[-1]] = value
    _replace(file, tomlkit.dumps(document))


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        if file.exists():
            new.chmod(file.stat().st_mode & 0o777)
        load_settings({}, new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
