"""The reference page of mappings names every key, and no other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import attrs
import pytest

from deskcore.adapters.logs import LogMapping
from deskcore.adapters.logs.derived import HOWS
from deskcore.adapters.logs.instants import FORMATS
from deskcore.adapters.logs.mapping import CLOSED_VALUES, COLUMNS, COMPARABLE, ROWS, SETTABLE
from deskcore.adapters.logs.records import Why

DOCS = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (DOCS / "mapping.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def keys(text: str) -> set[str]:
    """The names in the first column of a section's tables."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_every_column_is_described() -> None:
    assert keys(section("`[columns]`")) == set(COLUMNS)


def test_every_key_at_the_top_is_described() -> None:
    tables = {
        "columns",
        "instants",
        "fields",
        "values",
        "activities",
        "stamps",
        "compare",
        "time",
        "derived",
        "only",
        "leave_out",
    }

    assert keys(section("At the top")) == {field.name for field in attrs.fields(LogMapping)} - tables


def test_every_key_of_an_activity_is_described() -> None:
    own = {
        "message",
        "tag",
        "untag",
        "clears",
        "fields",
        "ignore",
        "start",
        "complete",
        "column",
        "format",
        "zone",
        "words",
        "unit",
    }

    assert keys(section('`[activities."<name>"]` and `[stamps."<column>"]`')) == {*SETTABLE, *own}


@pytest.mark.parametrize(
    ("title", "names"),
    [("`[compare]`", COMPARABLE), ("The four shapes", ROWS), ("`[values.<name>]`", CLOSED_VALUES)],
)
def test_every_word_is_named(title: str, names: tuple[str, ...]) -> None:
    for name in names:
        assert re.search(rf"`(rows = \")?{name}\"?`", section(title)), name


def test_every_key_of_an_instant_and_of_a_derived_column_is_described() -> None:
    assert keys(section("`[time]`")) >= {"format", "zone", "words", *FORMATS}
    assert keys(section("`[derived.<name>]`")) == set(HOWS)


def test_every_example_is_toml() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

    assert all(tomllib.loads(block) for block in blocks)
    assert len(blocks) >= 2


def test_every_reason_for_listing_a_row_is_named() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")

    assert all(f"`{why}`" in page for why in get_args(Why))
