"""What rooms there are: read from the source tree, so that a new one is seen the day it appears."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "deskcore"
# They alone talk to a terminal, to files, to databases, to a test runner.
OUTER: Final = frozenset({"cli", "adapters", "testing"})
EXTRAS: Final = (
    "typer", "rich", "hypothesis", "numpy", "sqlalchemy", "psycopg", "distributed", "icalendar", "tomli_w", "yaml",
    "orjson", "msgspec", "pytest",
)  # fmt: skip


def rooms() -> list[str]:
    """The packages directly under deskcore."""
    found = sorted(file.parent.name for file in PACKAGE.glob("*/__init__.py"))
    assert {"_draw", "log", "predicate"} <= set(found), "the source tree is not where these tests look for it"
    return found


def members() -> list[str]:
    """Everything directly under deskcore that holds code: packages and modules."""
    folders = {file.relative_to(PACKAGE).parts[0] for file in PACKAGE.glob("*/**/*.py")}
    return sorted(folders | {file.stem for file in PACKAGE.glob("*.py") if file.stem != "__init__"})


def sources(*, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, ast.Module]]:
    """Each source file of the package, as its path below it and its syntax tree."""
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        if inside.parts[0] not in without:
            yield inside.as_posix(), ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(tree: ast.AST) -> Iterator[tuple[str, str | None, int]]:
    """Every import in a tree as (module, name or None, line), wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute here"
            yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)


def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[frozenset[str]]:
    """The contract's layers, lowest first."""
    (contract,) = (held for held in project()["tool"]["importlinter"]["contracts"] if held["type"] == "layers")
    return [frozenset(part.strip() for part in line.split("|")) for line in reversed(contract["layers"])]
