"""A whole node for a test: Asterisk, workers, a database with demonstration subscribers, on free ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.accounts.seed import seed_demo
from ivr.bootstrap import open_core
from ivr.channels.asterisk.instance_ports import PortBlock, reserve_ports
from ivr.settings import Settings, load_settings
from ivr.stack import Stack
from tools.caller.phone import Phone


@dataclass(frozen=True, slots=True)
class Node:
    """A running node and where to call it."""

    stack: Stack
    ports: PortBlock
    folder: Path

    @property
    def settings(self) -> Settings:
        """What it was told."""
        return self.stack.settings

    def log_text(self) -> str:
        """Everything its workers logged so far."""
        logs = sorted((self.folder / "log").glob("worker-*.log"))
        return "\n".join(path.read_text(encoding="utf-8") for path in logs)

    @asynccontextmanager
    async def phone(self) -> AsyncIterator[Phone]:
        """A telephone that calls this node."""
        phone = await Phone.open(self.ports.sip)
        try:
            yield phone
        finally:
            await phone.close()


def environment_for(
    folder: Path, ports: PortBlock, workers: int, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Settings of a test node: its own ports and folders, demonstration accounts, the loudest log."""
    return {
        "IVR_RUNTIME": str(folder),
        "IVR_ACCOUNTS_DATABASE": f"sqlite+aiosqlite:///{folder}/accounts.sqlite",
        "IVR_ACCOUNTS_PEPPER": str(folder / "pepper"),
        "IVR_ACCOUNTS_SMS_FILE": str(folder / "sms.txt"),
        "IVR_ASTERISK_SIP_PORT": str(ports.sip),
        "IVR_ASTERISK_AMI_PORT": str(ports.ami),
        "IVR_ASTERISK_RTP_FIRST": str(ports.rtp[0]),
        "IVR_ASTERISK_RTP_LAST": str(ports.rtp[1]),
        "IVR_ASTERISK_AGENT_PORT": str(ports.agent),
        "IVR_ASTERISK_SUBSCRIBER_PORT": str(ports.subscriber),
        "IVR_ASTERISK_QUEUE_SECONDS": "4",
        "IVR_WORKERS_COUNT": str(workers),
        "IVR_WORKERS_AGI_PORT": str(ports.workers(1)[0]),
        "IVR_WORKERS_MEDIA_PORT": str(ports.spare(0)),
        "IVR_WORKERS_METRICS_PORT": "0",
        "IVR_LOG_LEVEL": "DEBUG",
        **overrides,
    }


@asynccontextmanager
async def running_node(
    folder: Path, *, workers: int = 1, overrides: Mapping[str, str] | None = None
) -> AsyncIterator[Node]:
    """Start a node in `folder`; stop it at the end, whatever happened."""
    ports = reserve_ports()
    async with AsyncExitStack() as cleanup:
        cleanup.callback(ports.release)
        environment = environment_for(folder, ports, workers, overrides or {})
        settings = load_settings(environment)
        accounts = await open_core(settings)
        try:
            await seed_demo(accounts.desk)
        finally:
            await accounts.close()
        stack = await cleanup.enter_async_context(Stack(settings, environment))
        yield Node(stack, ports, folder)
