"""Settings: one documented dataclass a package, read from `ivr.toml`, then from `IVR_*` variables.

A variable's name is the path of the field: `IVR_ASTERISK_SIP_PORT`, `IVR_ACCOUNTS_LOGIN_TRIES`. Lists are
separated by commas, tables are written `ru=...,en=...`. Unknown names and wrong values are all reported at
once. Secrets are not settings: they are generated into files of mode 0600 under `runtime`.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ivr.accounts.opening import AccountsOptions
from ivr.dialogue.timing import Timing
from ivr.errors import SettingsError
from ivr.speech.ports import SpeechOptions
from ivr.web.options import WebOptions

PROJECT = Path(__file__).parents[1]
"""The clone: `flows/`, `prompts/`, `models/` lie here."""
PREFIX = "IVR_"
FILE_VARIABLE = "IVR_SETTINGS"
"""Names the settings file when it is not `ivr.toml` in the project's folder."""


@dataclass(frozen=True, slots=True)
class ContentOptions:
    """Where flows and words are."""

    flows: Path = Path("flows")
    """Folder of the flow files."""
    prompts: Path = Path("prompts")
    """Folder of `<language>/prompts.yaml` and `phrases.yaml`."""


@dataclass(frozen=True, slots=True)
class AsteriskOptions:
    """Asterisk and the ports between it and the workers; every port is on 127.0.0.1."""

    sip_port: int = 5060
    """SIP over UDP."""
    ami_port: int = 5038
    """AMI over TCP."""
    rtp_first: int = 20000
    """First port for media."""
    rtp_last: int = 20999
    """Last port for media."""
    agent_port: int = 5070
    """Where the operator's phone listens (SIP over UDP)."""
    subscriber_port: int = 5072
    """Where calls to subscribers go (SIP over UDP)."""
    queue_seconds: int = 60
    """How long a caller waits for an operator before coming back to the menu."""


@dataclass(frozen=True, slots=True)
class WorkersOptions:
    """The worker processes that carry the calls."""

    count: int = 2
    """How many; one is enough for 50 calls, two survive the death of one."""
    agi_port: int = 4573
    """FastAGI port of the first worker; the next have the next ports."""
    media_port: int = 9092
    """AudioSocket port of the first worker; the next have the next ports."""
    metrics_port: int = 9464
    """Prometheus port of the first worker (0: none); the next have the next ports."""
    calls: int = 250
    """Calls at once per worker; more are left to the next worker or the queue."""


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What is written down."""

    level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    json_lines: bool = False
    """One JSON object a line, for log collectors; else readable lines."""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """Where e-mail goes."""

    host: str = ""
    """Mail server; empty: messages become files in `mail/` of the runtime folder."""
    port: int = 25
    """Its port."""
    sender: str = "voice-account@localhost"
    """From."""
    user: str = ""
    """Login name; empty: no login."""
    password_file: Path = Path()
    """File with its password, readable by its owner only."""
    start_tls: bool = False
    """True: STARTTLS is required."""
    tls: bool = False
    """True: TLS from the first byte (port 465)."""
    ca_file: Path = Path()
    """Certificates that the server's must come from; empty: the system's."""


@dataclass(frozen=True, slots=True)
class SmsCentreOptions:
    """Where short messages go: an SMPP 3.4 message centre."""

    host: str = ""
    """Message centre; empty: messages are lines of `accounts.sms_file`."""
    port: int = 2775
    """Its port."""
    system_id: str = ""
    """Our name there."""
    password_file: Path = Path()
    """File with its password, readable by its owner only."""
    system_type: str = ""
    """As agreed with the centre's operator; mostly empty."""
    source: str = "0505"
    """Who messages are from: digits, or a name of at most eleven Latin letters."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may set."""

    runtime: Path = Path("var")
    """Folder for everything that is made while running; may be deleted when nothing runs, except the
    database and the pepper."""
    content: ContentOptions = field(default_factory=ContentOptions)
    asterisk: AsteriskOptions = field(default_factory=AsteriskOptions)
    workers: WorkersOptions = field(default_factory=WorkersOptions)
    speech: SpeechOptions = field(default_factory=SpeechOptions)
    accounts: AccountsOptions = field(default_factory=AccountsOptions)
    mail: MailOptions = field(default_factory=MailOptions)
    web: WebOptions = field(default_factory=WebOptions)
    sms: SmsCentreOptions = field(default_factory=SmsCentreOptions)
    dialogue: Timing = field(default_factory=Timing)
    log: LogOptions = field(default_factory=LogOptions)

    def path(self, path: Path) -> Path:
        """Resolve a path of the settings against the project's folder."""
        return path if path.is_absolute() else PROJECT / path


def load_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Read file and environment. Raises SettingsError naming every fault and what to do."""
    environment = os.environ if environment is None else environment
    chosen = environment.get(FILE_VARIABLE)
    path = file or (Path(chosen) if chosen else PROJECT / "ivr.toml")
    faults: list[str] = []
    table = _read_file(path, required=file is not None or chosen is not None)
    _merge_environment(table, environment, faults)
    settings = _build(Settings, table, "", faults)
    if faults:
        raise SettingsError("\n".join(faults), remedy=f"mend {path.name} or the IVR_* variables named above")
    return typing.cast("Settings", settings)


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise SettingsError(
                f"there is no settings file {path}", remedy=f"unset {FILE_VARIABLE}"
            ) from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{path}: {fault}", remedy="mend the file: it is TOML") from fault


def _merge_environment(table: dict[str, Any], environment: Mapping[str, str], faults: list[str]) -> None:
    known = dict(_variables(Settings, (), PREFIX))
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in {FILE_VARIABLE, "IVR_CACHE"}:
            continue
        place = known.get(name)
        if place is None:
            close = get_close_matches(name, known, 1)
            faults.append(f"{name}: no such setting" + (f"; did you mean {close[0]}?" if close else ""))
            continue
        here = table
        for part in place[:-1]:
            here = here.setdefault(part, {})
        here[place[-1]] = value


def _variables(kind: Any, place: tuple[str, ...], prefix: str) -> list[tuple[str, tuple[str, ...]]]:
    hints = typing.get_type_hints(kind)
    found = []
    for item in fields(kind):
        name, here = prefix + item.name.upper(), (*place, item.name)
        if is_dataclass(hints[item.name]):
            found += _variables(hints[item.name], here, name + "_")
        else:
            found.append((name, here))
    return found


def _build(kind: Any, table: Mapping[str, Any], place: str, faults: list[str]) -> object:
    hints = typing.get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    values: dict[str, object] = {}
    for name, value in table.items():
        here = f"{place}{name}"
        if name not in names:
            close = get_close_matches(name, names, 1)
            faults.append(f"{here}: no such setting" + (f"; did you mean {close[0]}?" if close else ""))
        elif is_dataclass(hints[name]):
            values[name] = _build(hints[name], value, f"{here}.", faults)
        else:
            try:
                values[name] = _convert(value, hints[name])
            except (TypeError, ValueError) as fault:
                faults.append(f"{here}: {fault}")
    try:
        return dataclasses.replace(kind(), **values)
    except SettingsError as fault:
        faults.append(f"{place}{fault}" + (f"; {fault.remedy}" if fault.remedy else ""))
        return kind()


def _convert(value: Any, hint: Any) -> object:
    origin = typing.get_origin(hint)
    if origin is tuple:
        items = value.split(",") if isinstance(value, str) else value
        return tuple(_convert(item, typing.get_args(hint)[0]) for item in items)
    if origin is not None and issubclass(origin, Mapping):
        pairs = dict(item.split("=", 1) for item in value.split(",")) if isinstance(value, str) else value
        return {key: _convert(item, typing.get_args(hint)[1]) for key, item in pairs.items()}
    if origin in (typing.Union, types.UnionType):
        return _convert(value, typing.get_args(hint)[0])
    return _scalar(value, hint)


def _scalar(value: Any, kind: Any) -> object:
    if kind is bool:
        text = str(value).lower()
        if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
            raise ValueError(f"{value!r} is neither true nor false")
        return text in {"true", "1", "yes", "on"}
    if kind in (int, float) and not isinstance(value, bool):
        try:
            return kind(value)
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} is not a number") from None
    if kind in (str, Path):
        return kind(value)
    raise TypeError(f"{value!r} is not of the kind wanted here")
