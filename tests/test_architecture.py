"""Who may import whom, walked over the source; the rule is told by the failing sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "ivr"

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({"bootstrap", "stack", "worker", "doctor"}),
    frozenset({"settings"}),
    frozenset({"web", "channels"}),
    frozenset({"ops", "speech", "flowfile", "accounts"}),
    frozenset({"dialogue"}),
    frozenset({"grammar"}),
    frozenset({"errors"}),
)
TOP = frozenset({"bootstrap", "stack", "worker", "doctor"})
"""These build running objects together and may know one another."""
PURE = ("dialogue", "grammar")
FORBIDDEN_IN_PURE = {"asyncio", "socket", "time", "random", "os", "pathlib", "logging", "threading", "yaml"}
HOMES: dict[str, str | tuple[str, ...]] = {
    "vosk": "ivr/speech/",
    "panoramisk": "ivr/channels/asterisk/",
    "sqlalchemy": "ivr/accounts/",
    "alembic": "ivr/accounts/",
    "pyttsx3": "ivr/speech/",
    "yaml": ("ivr/flowfile/", "ivr/accounts/catalogue/"),
    "aiohttp": "ivr/web/",
    "jsonschema_rs": "ivr/web/",
    "phonenumbers": "ivr/",
    "argon2": "ivr/accounts/",
    "prometheus_client": "ivr/ops/",
    "reportlab": "ivr/accounts/papers/",
    "xlsxwriter": "ivr/accounts/papers/",
    "pypdf": "ivr/accounts/papers/",
    "msoffcrypto": "ivr/accounts/papers/",
    "pyzipper": "ivr/accounts/papers/",
    "smpplib": "ivr/accounts/smpp/",
    "aiosmtplib": "ivr/accounts/",
    "typer": "ivr/cli/",
    "rich": "ivr/cli/",
    "tomlkit": "ivr/cli/",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every imported module and whether it is imported for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in typing_only


def rank(name: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_from_layers_below(path: Path) -> None:
    own = unit(path)
    if own == "__init__":
        return
    for module, _ in imports(path):
        if not module.startswith("ivr."):
            continue
        other = module.split(".")[1]
        allowed = other == own or rank(other) > rank(own) or {own, other} <= TOP
        assert allowed, f"{own} may not import {other}: {path.relative_to(PROJECT)} imports {module}"


@pytest.mark.parametrize("package", PURE)
def test_the_core_touches_no_outside_world(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        for module, typing_only in imports(path):
            root = module.split(".")[0]
            assert typing_only or root not in FORBIDDEN_IN_PURE, (
                f"{path.name} imports {module}: the core is pure"
            )


def test_a_library_has_one_home() -> None:
    for path in modules():
        place = path.relative_to(PROJECT).as_posix()
        for module, _ in imports(path):
            home = HOMES.get(module.split(".")[0])
            assert home is None or place.startswith(home), f"{place} imports {module}, whose home is {home}"


def test_every_unit_has_a_layer() -> None:
    units = {unit(path) for path in modules()} - {"__init__"}
    assert units <= frozenset().union(*LAYERS), "a new unit needs a place in the import rule"
