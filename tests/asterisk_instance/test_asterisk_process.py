"""A real Asterisk: it starts with all its modules, several at once, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ivr.channels.asterisk import instance as instance_module
from ivr.channels.asterisk.instance import AsteriskInstance
from ivr.channels.asterisk.instance_launch import Launch, _start_in_place
from ivr.channels.asterisk.instance_options import PROJECT, InstanceOptions
from ivr.channels.asterisk.instance_ports import PortBlock, port_is_free, reserve_ports
from ivr.errors import SetupError
from tests.support.asterisk import make_options, running_asterisk
from tools.caller import CallRefused, Phone

pytestmark = pytest.mark.call

START_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from tests.support.asterisk import running_asterisk

async def main():
    async with running_asterisk(Path(sys.argv[1])) as asterisk:
        print("it runs as", asterisk.instance.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""

TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)).astype(np.int16)


@pytest.fixture
def ports() -> Iterator[PortBlock]:
    """Reserved ports for an instance that a test starts by itself."""
    block = reserve_ports()
    yield block
    block.release()


async def assert_echo(sip_port: int) -> None:
    """Call the line check and hear one's own tone, with no packet lost."""
    async with await Phone.open(sip_port) as phone:
        call = await phone.dial("echo")
        played = call.play_nowait(TONE)
        await call.hear_speech(within=2)
        await played
        await call.hear_silence(0.2, within=2)
        assert call.lost == 0
        heard = np.abs(call.heard().astype(int))
        assert (heard > 4000).sum() > TONE.size // 2
        await call.hang_up()


async def test_every_module_runs_and_a_call_echoes(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk:
        assert await asterisk.instance.missing_modules() == ()
        await assert_echo(asterisk.ports.sip)
        messages = (tmp_path / "asterisk/log/messages.log").read_text(encoding="utf-8")
        assert "WARNING" not in messages
        assert "ERROR" not in messages


async def test_two_at_once(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path / "one") as one, running_asterisk(tmp_path / "two") as two:
        assert one.instance.pid != two.instance.pid
        await asyncio.gather(assert_echo(one.ports.sip), assert_echo(two.ports.sip))


def mounts() -> str:
    """What is mounted where this process sees it."""
    return Path("/proc/self/mounts").read_text(encoding="utf-8")


def status(pid: int | None) -> dict[str, str]:
    """Fields of /proc/PID/status; empty when there is no such process."""
    path = Path(f"/proc/{pid}/status")
    if not path.exists():
        return {}
    return dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line)


def sockets_in(folder: Path) -> list[Path]:
    """Whatever is left in an instance's run folder."""
    return list((folder / "asterisk" / "run").iterdir())


async def test_stopping_leaves_no_process_no_mount_no_socket(tmp_path: Path) -> None:
    mounts_before = mounts()
    async with running_asterisk(tmp_path) as asterisk:
        pid = asterisk.instance.pid
        assert status(pid)
        assert sockets_in(tmp_path)
        assert mounts() == mounts_before
    assert not status(pid)
    assert mounts() == mounts_before
    assert not sockets_in(tmp_path)
    assert port_is_free(asterisk.ports.sip)
    assert port_is_free(asterisk.ports.ami)
    await asterisk.instance.stop()


async def test_started_by_its_own_loader_where_namespaces_are_not_permitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_place(options: InstanceOptions) -> Launch:
        return _start_in_place(options, os.geteuid())

    monkeypatch.setattr(instance_module, "plan_launch", in_place)
    async with running_asterisk(tmp_path) as asterisk:
        assert await asterisk.instance.missing_modules() == ()
        await assert_echo(asterisk.ports.sip)


async def test_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk:
        fields = status(asterisk.instance.pid)
        assert "0" not in fields["Uid"].split()
        # Nothing of root's; in a container without namespaces, the right to pass closed folders (bit 1).
        assert int(fields["CapEff"], 16) & ~0b10 == 0


async def test_asterisk_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", START_AND_WAIT, str(tmp_path), cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    await asyncio.wait_for(program.stdout.readuntil(b"it runs as"), 20)
    asterisk = os.pidfd_open(int(await program.stdout.readline()))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(asterisk, ended.set)
    assert not ended.is_set()
    program.kill()
    await program.wait()
    await asyncio.wait_for(ended.wait(), 10)
    asyncio.get_running_loop().remove_reader(asterisk)
    os.close(asterisk)


async def test_taken_port_is_said_before_anything_starts(tmp_path: Path, ports: PortBlock) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", ports.sip))
        instance = AsteriskInstance(make_options(tmp_path, ports))
        with pytest.raises(SetupError, match=f"SIP port {ports.sip} is in use"):
            await instance.start()


async def start_failure(options: InstanceOptions) -> SetupError:
    """The error of a start that must fail; nothing may be left running."""
    instance = AsteriskInstance(options)
    with pytest.raises(SetupError) as error:
        await instance.start()
    assert error.value.remedy
    assert instance.pid is None
    return error.value


async def test_asterisk_that_ends_at_once_says_why(
    tmp_path: Path, ports: PortBlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = Launch(("sh", "-c", "echo no luck today; exit 3"), os.geteuid(), Path("/"))
    monkeypatch.setattr(instance_module, "plan_launch", lambda _: launch)
    error = await start_failure(make_options(tmp_path, ports))
    assert "ended with code 3: no luck today" in str(error)


async def test_asterisk_that_never_gets_ready_is_stopped(
    tmp_path: Path, ports: PortBlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: AsteriskInstance) -> bool:
        return False

    monkeypatch.setattr(instance_module, "START_TIMEOUT_S", 1.0)
    monkeypatch.setattr(AsteriskInstance, "_ami_greets", never)
    error = await start_failure(make_options(tmp_path, ports))
    assert "not ready after 1 s" in str(error)


async def test_path_too_long_for_a_socket_is_said(tmp_path: Path, ports: PortBlock) -> None:
    error = await start_failure(make_options(tmp_path / ("x" * 90), ports))
    assert "too long" in str(error)


async def test_unknown_numbers_hear_a_polite_no(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk, await Phone.open(asterisk.ports.sip) as phone:
        with pytest.raises(CallRefused) as refusal:
            await phone.dial("*105#")
        assert refusal.value.code == 404
        assert np.abs(refusal.value.call.heard_early()).max() > 1000
