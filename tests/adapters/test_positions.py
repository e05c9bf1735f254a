"""Where keys stand in a file."""

from __future__ import annotations

import json
import tomllib
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.adapters.positions import KeyPath, path_of, positions

DOCUMENT = dedent(
    '''
    # a comment with [brackets] = "and quotes
    name = "desk" # another
    text = """
    not = "a key"
    """
    literal = \'\'\'
    [neither]
    \'\'\'
    "quoted key" = 1
    a.b.c = { d = 1, "e f" = [1, { g = 2 }] }

    [table.'inner one']
    hours = [
      "Mon", # ] in a comment
      "Tue",
    ]

    [[rows]]
    id = 1
    [rows.deep]
    x = 2024-01-01T00:00:00Z
    [[rows]]
    id = 2
    [[rows.kids]]
    id = 3
    '''
).lstrip("\n")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("text",), 3),
        (("literal",), 6),
        (("quoted key",), 9),
        (("a", "b", "c"), 10),
        (("a", "b", "c", "e f", 1, "g"), 10),
        (("table", "inner one"), 12),
        (("table", "inner one", "hours"), 13),
        (("table", "inner one", "hours", 1), 15),
        (("rows", 0), 18),
        (("rows", 0, "deep", "x"), 21),
        (("rows", 1), 22),
        (("rows", 1, "kids", 0, "id"), 25),
    ],
)
def test_a_key_of_toml_is_found_on_its_line(path: KeyPath, line: int) -> None:
    assert positions(DOCUMENT)[path] == line


def test_what_stands_inside_a_text_is_no_key() -> None:
    assert not {("not",), ("neither",)} & set(positions(DOCUMENT))


def paths(data: object, path: KeyPath = ()) -> set[KeyPath]:
    """Every path of plain data."""
    found: set[KeyPath] = {path} if path else set()
    members: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        members = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, list):
        members = list(enumerate(data))
    for step, value in members:
        found |= paths(value, (*path, step))
    return found


def test_every_key_of_the_document_has_a_line() -> None:
    assert paths(tomllib.loads(DOCUMENT)) <= set(positions(DOCUMENT))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6), PLAIN, max_size=4), st.sampled_from([None, 1, 2]))
def test_json_has_a_line_for_exactly_its_paths(data: dict[str, object], indent: int | None) -> None:
    """Nothing is missed and nothing invented, whatever the keys and texts hold."""
    assert set(positions(json.dumps(data, indent=indent))) == paths(data)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(), min_size=1, max_size=6))
def test_lines_of_json_are_where_the_keys_stand(data: dict[str, int]) -> None:
    lines = json.dumps(data, indent=1).splitlines()

    for (key, *_), line in positions("\n".join(lines)).items():
        assert lines[line - 1].startswith(f' "{key}":')


def test_a_problem_path_is_read_into_its_steps() -> None:
    assert path_of("policies[0].targets[12].within") == ("policies", 0, "targets", 12, "within")
