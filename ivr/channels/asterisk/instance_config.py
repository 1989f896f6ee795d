"""Renders `asterisk_conf/` into an instance's state folder.

Placeholders are `<<name>>`: the files themselves use `$`, `@` and `{}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ivr.channels.asterisk.instance_options import PROJECT, InstanceOptions
from ivr.errors import SetupError

TEMPLATES = PROJECT / "asterisk_conf"
FOLDERS = ("etc", "run", "log", "lib", "lib/keys", "spool", "spool/monitor")
_PLACEHOLDER = re.compile(r"<<(\w+)>>")
_UNSAFE = re.compile(r"""[\x00-\x1f\x7f;,&$"'()<>]""")


def write_config(options: InstanceOptions, system: Path) -> None:
    """Write every *.conf into `options.state`/etc; `system` is the root as Asterisk sees it.

    Raises SetupError for a placeholder nobody fills in, or a value that would break out of its line.
    """
    for folder in FOLDERS:
        (options.state / folder).mkdir(parents=True, exist_ok=True)
    values = placeholders(options, system)
    for template in sorted(TEMPLATES.glob("*.conf")):
        text = fill(template.read_text(encoding="utf-8"), values, template.name)
        _write_private(options.state / "etc" / template.name, text)
    _write_private(options.state / "etc" / "callers_extra.conf", options.extra_dialplan + "\n")


def placeholders(options: InstanceOptions, system: Path) -> dict[str, str]:
    """What each `<<name>>` becomes."""
    return {
        "state": str(options.state),
        "sounds": str(options.sounds),
        "modules": str(modules_folder(options.root, system)),
        "data": str(system / "usr/share/asterisk"),
        "ami_secret": options.ami_secret,
        "sip_port": str(options.sip_port),
        "ami_port": str(options.ami_port),
        "rtp_first": str(options.rtp_first),
        "rtp_last": str(options.rtp_last),
        "agent_port": str(options.agent_port),
        "subscriber_port": str(options.subscriber_port),
        "workers": "-".join(str(port) for port in options.workers),
        "worker_count": str(len(options.workers)),
        "max_refusals": str(options.refusal_tries),
        "queue_timeout": str(options.queue_timeout_s),
    }


def fill(text: str, values: Mapping[str, str], name: str) -> str:
    """Replace the placeholders in one file; `name` is said in the error."""
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - set(values))
    if unknown:
        raise SetupError(
            f"{name} asks for <<{unknown[0]}>>, which nothing fills in", remedy=f"mend asterisk_conf/{name}"
        )
    broken = [key for key, value in values.items() if _UNSAFE.search(value)]
    if broken:
        raise SetupError(
            f"the value for <<{broken[0]}>> holds a character that Asterisk would act on",
            remedy="choose a value without control characters, quotes, brackets, or any of ; , & $",
        )
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def modules_folder(root: Path, system: Path) -> Path:
    """Asterisk's modules for this machine's architecture, under `system`; raises SetupError."""
    for folder in sorted((root / "usr/lib").glob("*-linux-gnu*/asterisk/modules")):
        return system / folder.relative_to(root)
    raise SetupError(f"no Asterisk modules under {root}", remedy="run 'make setup'")


def wanted_modules() -> tuple[str, ...]:
    """Names of the modules that modules.conf loads, in its order."""
    text = (TEMPLATES / "modules.conf").read_text(encoding="utf-8")
    return tuple(re.findall(r"^load=(\S+)", text, flags=re.MULTILINE))


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
