"""A private Asterisk on free ports in a temporary folder, for any test that makes real calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.channels.asterisk.instance import AsteriskInstance
from ivr.channels.asterisk.instance_options import PROJECT, InstanceOptions, find_asterisk, kept_secret
from ivr.channels.asterisk.instance_ports import PortBlock, reserve_ports

SOUNDS = PROJECT / "var" / "sounds"


@dataclass(frozen=True, slots=True)
class TestAsterisk:
    """A running instance and the ports it was given."""

    __test__ = False  # not a test class, whatever its name

    instance: AsteriskInstance
    ports: PortBlock

    @property
    def options(self) -> InstanceOptions:
        """What the instance was told."""
        return self.instance.options


def make_options(
    folder: Path,
    ports: PortBlock,
    *,
    workers: int = 1,
    queue_timeout_s: int = 5,
    refusal_tries: int = 10,
    shared: tuple[Path, ...] = (),
    extra_dialplan: str = "",
) -> InstanceOptions:
    """Options for an instance in `folder` on reserved ports."""
    folder.mkdir(parents=True, exist_ok=True)
    return InstanceOptions(
        state=folder / "asterisk",
        sounds=SOUNDS,
        ami_secret=kept_secret(folder / "ami-secret"),
        root=find_asterisk(),
        sip_port=ports.sip,
        ami_port=ports.ami,
        rtp_first=ports.rtp[0],
        rtp_last=ports.rtp[1],
        workers=ports.workers(workers),
        agent_port=ports.agent,
        subscriber_port=ports.subscriber,
        queue_timeout_s=queue_timeout_s,
        refusal_tries=refusal_tries,
        shared=shared,
        extra_dialplan=extra_dialplan,
    )


@asynccontextmanager
async def running_asterisk(
    folder: Path,
    *,
    workers: int = 1,
    queue_timeout_s: int = 5,
    refusal_tries: int = 10,
    shared: tuple[Path, ...] = (),
    extra_dialplan: str = "",
) -> AsyncIterator[TestAsterisk]:
    """Start an instance on free ports with its state in `folder`; stop it at the end."""
    ports = reserve_ports()
    options = make_options(
        folder,
        ports,
        workers=workers,
        queue_timeout_s=queue_timeout_s,
        refusal_tries=refusal_tries,
        shared=shared,
        extra_dialplan=extra_dialplan,
    )
    try:
        async with AsteriskInstance(options) as instance:
            yield TestAsterisk(instance, ports)
    finally:
        ports.release()
