"""Text pictures and Mermaid sources: aligned, bounded, safe for any name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._draw import mermaid, text
from deskcore.errors import InvalidValue
from tests.draw.strategies import LABELS

WORDS = st.text(st.characters(categories=["L", "N", "P"]), max_size=8)


@given(rows=st.lists(st.tuples(WORDS, WORDS, st.integers()), min_size=1, max_size=5))
def test_the_last_column_ends_where_it_should(rows: list[tuple[str, str, int]]) -> None:
    """A right-aligned last column ends at the same place on every line, wide characters counted as two."""
    lines = text.table(rows, headers=("a", "b", "count"), align="<^>").splitlines()
    assert len({text.width_of(line) for line in lines}) == 1


def test_a_line_break_in_a_cell_does_not_break_the_table() -> None:
    assert text.table([("VPN\ndrops", 1)]) == "VPN drops  1"


def test_an_empty_table_is_empty() -> None:
    assert text.table([]) == ""


@given(value=st.floats(-10, 30), width=st.integers(1, 40))
def test_a_bar_always_fills_its_room(value: float, width: int) -> None:
    assert len(text.bar(value, of=20, width=width)) == width


def test_a_bar_of_nothing_is_blank() -> None:
    assert text.bar(0, of=0, width=4) == "    "


@given(values=st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=20))
def test_a_sparkline_has_one_character_a_value(values: list[float | None]) -> None:
    drawn = text.sparkline(values)
    assert len(drawn) == len(values)
    assert [mark == "·" for mark in drawn] == [value is None for value in values]


@given(lines=st.lists(WORDS, max_size=4), title=WORDS)
def test_a_box_has_straight_walls(lines: list[str], title: str) -> None:
    assert len({text.width_of(line) for line in text.box(lines, title=title).splitlines()}) == 1


def test_an_unknown_alignment_is_refused() -> None:
    with pytest.raises(InvalidValue, match="align"):
        text.table([("a",)], align="x")


def test_a_bar_without_a_size_is_refused() -> None:
    with pytest.raises(InvalidValue, match="bar"):
        text.bar(float("nan"), of=1)
    with pytest.raises(InvalidValue, match="sparkline"):
        text.sparkline([float("inf")])


@given(label=LABELS)
def test_a_label_is_never_mermaid_syntax(label: str) -> None:
    """Every character that Mermaid reads as syntax becomes an entity; a diagram keeps its number of lines."""
    import re

    bare = re.sub(r"#(\d+|quot|lt|gt);", "", mermaid.escape(label))
    assert not set('#"<>;:%\n\r') & set(bare)
    chart = mermaid.flowchart([("a", label, "box"), ("b", "end", "end")], [("a", "b", label)])
    assert len(chart.splitlines()) == 4


def test_an_arrow_must_join_what_is_drawn() -> None:
    with pytest.raises(InvalidValue, match="must join what is drawn"):
        mermaid.state_diagram(["new"], [("new", "solved", "")])


def test_two_states_cannot_share_a_name() -> None:
    with pytest.raises(InvalidValue, match="name of its own"):
        mermaid.state_diagram(["new", "new"], [])


def test_final_states_lead_out() -> None:
    assert mermaid.state_diagram(["closed"], [], final=["closed"]).endswith("n0 --> [*]")


def test_a_gantt_tells_utc() -> None:
    start = datetime(2026, 5, 22, 9, tzinfo=UTC)
    drawn = mermaid.gantt("T-1", [("clock", [("run: first", start, start + timedelta(hours=1), "crit")])])
    assert drawn.splitlines()[-1] == "  run#58; first :crit, 2026-05-22T09:00:00, 2026-05-22T10:00:00"


def test_a_gantt_knows_its_tags() -> None:
    start = datetime(2026, 5, 22, 9, tzinfo=UTC)
    with pytest.raises(InvalidValue, match="tag"):
        mermaid.gantt("T-1", [("clock", [("run", start, start, "urgent")])])
