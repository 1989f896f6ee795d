"""The configuration is rendered whole and safely; ports and secrets are given out with care."""

from __future__ import annotations

import dataclasses
import itertools
import re
import socket
from pathlib import Path

import pytest

from ivr.channels.asterisk.instance_config import (
    TEMPLATES,
    fill,
    modules_folder,
    wanted_modules,
    write_config,
)
from ivr.channels.asterisk.instance_launch import plan_launch
from ivr.channels.asterisk.instance_options import InstanceOptions, find_asterisk, kept_secret
from ivr.channels.asterisk.instance_ports import BLOCK_SIZE, port_is_free, reserve_ports
from ivr.errors import SetupError


@pytest.fixture
def options(tmp_path: Path) -> InstanceOptions:
    """Options over a made-up root that holds just enough to be rendered for."""
    root = tmp_path / "root"
    (root / "usr/lib/x86_64-linux-gnu/asterisk/modules").mkdir(parents=True)
    return InstanceOptions(
        state=tmp_path / "state",
        sounds=tmp_path / "sounds",
        ami_secret="s3cret",
        root=root,
        workers=(7001, 7002, 7003),
        extra_dialplan="exten => 1,1,Hangup()",
    )


def test_every_placeholder_of_every_template_is_filled_in(options: InstanceOptions) -> None:
    write_config(options, Path("/"))
    written = {path.name: path.read_text(encoding="utf-8") for path in (options.state / "etc").iterdir()}
    assert set(written) == {path.name for path in TEMPLATES.glob("*.conf")} | {"callers_extra.conf"}
    assert not re.findall(r"<<.*?>>", "".join(written.values()))
    assert "IVR_WORKERS=7001-7002-7003" in written["extensions.conf"]
    assert "IVR_WORKER_COUNT=3" in written["extensions.conf"]
    assert "exten => 1,1,Hangup()" in written["callers_extra.conf"]
    assert f"astrundir => {options.state}/run" in written["asterisk.conf"]
    assert "astmoddir => /usr/lib/x86_64-linux-gnu/asterisk/modules" in written["asterisk.conf"]


def test_files_that_hold_the_secret_are_the_owners_alone(options: InstanceOptions) -> None:
    write_config(options, Path("/"))
    write_config(options, Path("/"))
    for path in (options.state / "etc").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in repr(options)


def test_unknown_placeholder_is_named() -> None:
    with pytest.raises(SetupError, match=r"x\.conf asks for <<nobody>>") as error:
        fill("a=<<nobody>>", {}, "x.conf")
    assert error.value.remedy


@pytest.mark.parametrize("bad", ["a\nexten => 1,1,System(x)", "a;b", "a\0"])
def test_value_that_would_leave_its_line_is_refused(options: InstanceOptions, bad: str) -> None:
    with pytest.raises(SetupError, match="ami_secret"):
        write_config(dataclasses.replace(options, ami_secret=bad), Path("/"))


def test_modules_are_read_from_the_file() -> None:
    modules = wanted_modules()
    assert {"chan_pjsip.so", "res_agi.so", "app_audiosocket.so", "app_queue.so", "app_mixmonitor.so"} <= set(
        modules
    )
    assert len(modules) == len(set(modules))


def test_missing_asterisk_is_a_setup_error_with_a_remedy(options: InstanceOptions, tmp_path: Path) -> None:
    for missing in (
        lambda: plan_launch(options),
        lambda: find_asterisk(tmp_path),
        lambda: modules_folder(tmp_path, tmp_path),
    ):
        with pytest.raises(SetupError) as error:
            missing()
        assert "make setup" in error.value.remedy


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    secret = kept_secret(path)
    assert len(secret) >= 32
    assert kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept_secret(tmp_path / "other") != secret


def test_blocks_of_ports_do_not_overlap_and_come_back() -> None:
    blocks = [reserve_ports() for _ in range(5)]
    firsts = sorted(block.first for block in blocks)
    assert all(later - earlier >= BLOCK_SIZE for earlier, later in itertools.pairwise(firsts))
    ports = (
        {block.sip for block in blocks} | {block.ami for block in blocks} | {block.agent for block in blocks}
    )
    ports |= {port for block in blocks for port in block.workers(8)} | {block.spare(7) for block in blocks}
    assert len(ports) == 5 * 12
    assert not any(block.rtp[0] <= port <= block.rtp[1] for block in blocks for port in ports)
    for block in blocks:
        block.release()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_taken_port_is_seen(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        assert not port_is_free(taken.getsockname()[1])
