"""docs/bench.md is kept section by section."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.report import Machine, with_section, write_section


def test_a_section_is_added_then_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "bench.md"
    write_section("agi", "## AGI\n\nfirst", path)
    write_section("load", "## Load", path)
    write_section("agi", "## AGI\n\nsecond", path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Measured")
    assert "first" not in text
    assert text.index("second") < text.index("## Load")
    assert text.count("<!-- begin agi -->") == text.count("<!-- end agi -->") == 1


def test_writing_twice_changes_nothing() -> None:
    once = with_section("# Measured\n", "load", "## Load")
    assert with_section(once, "load", "## Load") == once


def test_names_that_begin_alike_are_told_apart() -> None:
    text = with_section(with_section("", "agi", "one"), "agi-media", "two")
    text = with_section(text, "agi", "three")
    assert "two" in text
    assert "one" not in text


def test_a_wrong_name_or_an_open_section_is_refused() -> None:
    with pytest.raises(ValueError, match="no name of a section"):
        with_section("", "Agi -->", "text")
    with pytest.raises(ValueError, match="no end"):
        with_section("<!-- begin agi -->\n", "agi", "text")


def test_a_busy_machine_says_so() -> None:
    idle = Machine(2, "CPU", 24.0, "3.11", "Asterisk 22", ("m",), load=0.2)
    busy = Machine(2, "CPU", 24.0, "3.11", "Asterisk 22", ("m",), load=5.0)
    assert "others were working" in str(busy)
    assert "others were working" not in str(idle)
