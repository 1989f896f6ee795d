"""What an Asterisk instance is told: ports, folders, its secret, and where its programs are."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from ivr.errors import SetupError

PROJECT = Path(__file__).parents[3]
RUN_SETUP = "run 'make setup' in the project's folder"


@dataclass(frozen=True, slots=True)
class InstanceOptions:
    """One instance; every port is on 127.0.0.1."""

    state: Path
    """For all that Asterisk writes: configuration, logs, recordings (spool/monitor), control socket."""

    sounds: Path
    """Folder made by the set-up: announcements and moh/; read only."""

    ami_secret: str = field(repr=False)
    """Password of the AMI user `ivr`."""

    root: Path = Path("/")
    """Root of the system that holds Asterisk 22: `/`, or the private one (see `find_asterisk`)."""

    sip_port: int = 5060
    """SIP over UDP."""

    ami_port: int = 5038
    """AMI over TCP."""

    rtp_first: int = 20000
    """First port for media; a call takes two."""

    rtp_last: int = 20999
    """Last port for media, inclusive."""

    workers: tuple[int, ...] = (4573,)
    """FastAGI ports of the workers, in any order."""

    agent_port: int = 5070
    """Where the operator's phone `agent1` listens (SIP over UDP)."""

    subscriber_port: int = 5072
    """Where calls to subscribers go (SIP over UDP): the trunk of the loopback."""

    queue_timeout_s: int = 60
    """Seconds after which the dialplan gives a caller back whom no operator answered."""

    refusal_tries: int = 25
    """Connections a call may be refused, 0.2 s apart, before it goes to people."""

    shared: tuple[Path, ...] = ()
    """More folders Asterisk must see under the same path, such as rendered prompts."""

    extra_dialplan: str = ""
    """More extensions for the callers' context, as lines of extensions.conf: echo checks, test calls."""

    @property
    def config(self) -> Path:
        """Path of the rendered asterisk.conf."""
        return self.state / "etc" / "asterisk.conf"


def find_asterisk(runtime: Path = PROJECT / "var") -> Path:
    """The root that the set-up chose; raises SetupError when there is none."""
    note = runtime / "asterisk-root"
    if not note.is_file():
        raise SetupError(f"no Asterisk is set up ({note} is missing)", remedy=RUN_SETUP)
    root = Path(note.read_text(encoding="utf-8").strip())
    if not (root / "usr/sbin/asterisk").is_file():
        raise SetupError(f"there is no Asterisk in {root}", remedy=RUN_SETUP)
    return root


def kept_secret(path: Path) -> str:
    """The secret in `path`; made at random on first use, readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(24)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
