"""The command lines that start Asterisk and talk to it, for each way a machine allows.

1. As root, where mount namespaces are permitted: in its own view of the file system
   (asterisk_conf/enter_root.sh), as the user that the private root has for it.
2. Otherwise the program is started where it lies, by its own dynamic loader, which finds the private root's
   libraries without a chroot: no privilege is needed, and the paths are the machine's own.

The console (`asterisk -rx`) always goes the second way: the control socket lies in the state folder, which
has the same path on both sides.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import structlog

from ivr.channels.asterisk.instance_config import TEMPLATES, modules_folder
from ivr.channels.asterisk.instance_options import RUN_SETUP, InstanceOptions
from ivr.errors import SetupError

PRIVATE_USER = 650
"""Asterisk's user and group in the private root (tools/setup/build_asterisk_root.sh)."""

BINARY = Path("usr/sbin/asterisk")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Launch:
    """How one instance is started."""

    command: tuple[str, ...]
    """The whole command line; the process it starts becomes Asterisk itself (exec all the way, one pid)."""

    user: int
    """Numeric user that Asterisk runs as; it must own the state folder."""

    system: Path
    """The root as Asterisk sees it: `/`, or the private root's path."""


def plan_launch(options: InstanceOptions) -> Launch:
    """Choose the way this machine allows; raises SetupError when there is no Asterisk."""
    if not (options.root / BINARY).is_file():
        raise SetupError(f"there is no Asterisk in {options.root}", remedy=RUN_SETUP)
    if os.geteuid() != 0:
        return _start_in_place(options, os.geteuid())
    user = _asterisk_user(options.root)
    if _namespaces_are_permitted():
        return _start_in_namespace(options, user)
    return _start_in_place(options, user)


def console_command(options: InstanceOptions, command: str) -> tuple[str, ...]:
    """`asterisk -rx COMMAND` for a running instance."""
    return (*_program(options.root), "-C", str(options.config), "-rx", command)


def _start_in_namespace(options: InstanceOptions, user: int) -> Launch:
    folders = (options.state, options.sounds, *options.shared)
    command = (
        *("unshare", "--mount", "--propagation", "private"),
        *("sh", str(TEMPLATES / "enter_root.sh"), str(options.root), str(user)),
        *(str(folder.resolve()) for folder in folders),
        *("--", f"/{BINARY}", "-f", "-C", str(options.config)),
    )
    return Launch(command, user, Path("/"))


def _start_in_place(options: InstanceOptions, user: int) -> Launch:
    become = _become(options, user) if user != os.geteuid() else ()
    command = (
        *("setpriv", *become, "--no-new-privs", "--pdeathsig", "TERM"),
        *_program(options.root),
        *("-f", "-C", str(options.config)),
    )
    return Launch(command, user, options.root)


def _become(options: InstanceOptions, user: int) -> tuple[str, ...]:
    """Words for setpriv that turn root into `user`, with no right of root's left.

    One is kept where the user could not reach a folder otherwise (a cache below /root, a closed test folder):
    a container that forbids namespaces has no other way to show it.
    """
    folders = (options.root, options.state, options.sounds, *options.shared)
    rights = "-all"
    if not all(_others_may_enter(folder) for folder in folders):
        rights = "-all,+dac_override"
        log.warning("asterisk keeps the right to pass closed folders", user=user)
    return (
        *("--reuid", str(user), "--regid", str(user), "--clear-groups"),
        *(f"--{kind}={rights}" for kind in ("inh-caps", "ambient-caps", "bounding-set")),
    )


def _others_may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.resolve().parents)


def _program(root: Path) -> tuple[str, ...]:
    """Asterisk's binary, by the root's own loader and libraries when it is not the machine's root."""
    binary = str(root / BINARY)
    if root == Path("/"):
        return (binary,)
    loaders = sorted(root.glob("usr/lib*/ld-linux*.so.*"))
    if not loaders:
        raise SetupError(f"no dynamic loader under {root}", remedy=RUN_SETUP)
    libraries = modules_folder(root, root).parents[1]
    return (str(loaders[0]), "--library-path", str(libraries), binary)


def _asterisk_user(root: Path) -> int:
    if root != Path("/"):
        return PRIVATE_USER
    try:
        return pwd.getpwnam("asterisk").pw_uid
    except KeyError:
        raise SetupError("this machine has no user 'asterisk'", remedy=RUN_SETUP) from None


def _namespaces_are_permitted() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    probe = subprocess.run([unshare, "--mount", "true"], capture_output=True, check=False, timeout=10)  # noqa: S603 - fixed words
    return probe.returncode == 0
