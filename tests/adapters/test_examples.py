"""The examples of the project hold together, whether or not their logs are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcore._value import FrozenDict
from deskcore.adapters.files import load_desk
from deskcore.adapters.logs import read_mapping
from deskcore.adapters.logs.fit import faults
from deskcore.adapters.logs.survey import Survey

EXAMPLES = Path(__file__).parents[2] / "examples" / "replay"
NAMES = sorted(path.name.removesuffix(".desk.toml") for path in EXAMPLES.glob("*.desk.toml"))


def test_there_are_examples() -> None:
    assert NAMES == ["italian", "uci498"]


@pytest.mark.parametrize("name", NAMES)
def test_lint_has_nothing_to_say_about_a_desk(name: str) -> None:
    assert load_desk(EXAMPLES / f"{name}.desk.toml").desk.lint() == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_mapping_speaks_the_language_of_its_desk(name: str) -> None:
    mapping = read_mapping(EXAMPLES / f"{name}.mapping.toml")
    lifecycle = load_desk(EXAMPLES / f"{name}.desk.toml").desk.configuration.lifecycles[0]
    columns = tuple(mapping.used_columns().values())
    empty = Survey(columns, 0, 0, grouped=True, end=None, texts=FrozenDict(), instants=FrozenDict(), known=columns)

    assert faults(mapping, empty, lifecycle) == ()
