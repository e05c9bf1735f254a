"""Nothing is silently dropped: rows read = rows applied + rows listed, whatever the file holds."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.replay import replay as replay_log
from deskcore.errors import InvalidConfiguration
from deskcore.log import EventLog
from deskcore.tickets import evolve, replay
from tests.adapters.logs import DESK, SNAPSHOTS, opened, told

HOURS = st.integers(0, 30).map(lambda hour: f"2026-05-{22 + hour // 24} {hour % 24:02}:00")
CELLS = st.tuples(
    st.sampled_from(["1", "2", "3", "", "?"]),
    HOURS | st.sampled_from(["", "?", "soon"]),
    st.sampled_from(["New", "Open", "Waiting", "Solved", "Closed", "?"]),
    st.sampled_from(["p1", "p2", "?"]),
    st.sampled_from(["a", "b", "?", "Zürich", "two\nlines"]),
    st.sampled_from(["bo", "?"]),
)
LINES = st.one_of(
    CELLS.map(list),
    CELLS.map(list),
    CELLS.map(lambda cells: [*cells, "more"]),
    CELLS.map(lambda cells: [*cells][:3]),
    CELLS.map(lambda cells: [*cells[:4], "a\0b", cells[5]]),
    CELLS.map(lambda cells: [*cells[:4], "\udcff", cells[5]]),
    st.just([]),
)
READABLE = ["1", "2026-05-22 00:00", "New", "p1", "a", "bo"]


def as_csv(lines: list[list[str]]) -> bytes:
    """The lines as bytes; lone surrogates become the bytes that no encoding allows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["id", "at", "state", "priority", "team", "who"], *lines])
    return text.getvalue().encode("utf-8", "surrogateescape")


def whole(lines: list[list[str]]) -> list[list[str]]:
    """The lines behind so many readable ones that the file as a whole fits the mapping and its encoding."""
    return [*[READABLE] * (1 + 2 * sum("\udcff" in cells for cells in lines)), *lines]


@settings(max_examples=150)
@given(st.lists(LINES, max_size=14))
def test_rows_read_are_rows_applied_and_rows_listed(lines: list[list[str]]) -> None:
    """Every record of a messy file is accounted for once, and reading always comes to its end."""
    lines = whole(lines)
    with tempfile.TemporaryDirectory() as folder:
        log = opened(Path(folder), as_csv(lines), SNAPSHOTS)
        histories, listed = told(log)

    applied = sum(history.applied for history in histories.values())
    assert log.survey.rows == len(lines)
    assert applied + len(listed) == len(lines)
    assert len({row.line for row in listed}) == len(listed), "a row is listed once"
    assert all(row.reason and row.line > 1 for row in listed)


@settings(max_examples=60)
@given(st.lists(LINES, max_size=14))
def test_the_events_of_a_messy_log_are_logs_that_replay(lines: list[list[str]]) -> None:
    """What comes out is a case's stream: numbered without gaps, never back in time, and both folds agree on it."""
    with tempfile.TemporaryDirectory() as folder:
        histories, _ = told(opened(Path(folder), as_csv(whole(lines)), SNAPSHOTS))

    for history in histories.values():
        EventLog(history.events)
        assert len(history.lines) == len(history.events)
        assert all(to_us(before.at) <= to_us(after.at) for before, after in pairwise(history.events))
        if history.events:
            ticket = None
            for event in history.events:
                ticket = evolve(ticket, event)
            assert ticket == replay(history.events)


@settings(max_examples=60)
@given(st.lists(CELLS.map(list), max_size=12))
def test_how_cases_are_interleaved_does_not_matter(lines: list[list[str]]) -> None:
    """A log sorted by case, which streams, and the same rows interleaved, which are gathered, tell the same."""
    lines = [READABLE, *lines]
    grouped = sorted(lines, key=lambda cells: cells[0])
    with tempfile.TemporaryDirectory() as folder:
        one, _ = told(opened(Path(folder), as_csv(lines), SNAPSHOTS))
        other, _ = told(opened(Path(folder), as_csv(grouped), SNAPSHOTS))

    assert {case: history.events for case, history in one.items()} == {
        case: history.events for case, history in other.items()
    }


def test_a_log_in_which_nothing_can_be_read_is_refused_rather_than_listed() -> None:
    lines = [["1", "soon", "New", "p1", "a", "bo"], ["1", "later", "New", "p1", "a", "bo"]]
    with tempfile.TemporaryDirectory() as folder, pytest.raises(InvalidConfiguration, match="not one of 2 texts"):
        opened(Path(folder), as_csv(lines), SNAPSHOTS)


def test_each_kind_of_bad_row_is_listed_under_its_own_name() -> None:
    lines = [
        READABLE,
        ["", "2026-05-22 01:00", "New", "p1", "a", "bo"],
        ["1", "?", "Open", "p1", "a", "bo"],
        ["1", "soon", "Open", "p1", "a", "bo"],
        ["1", "2026-05-22 01:00"],
        [],
        ["1", "2026-05-22 01:00", "Open", "p1", "a\0", "bo"],
        ["1", "2026-05-22 01:00", "Open", "p1", "\udcff", "bo"],
    ]
    with tempfile.TemporaryDirectory() as folder:
        _, listed = told(opened(Path(folder), as_csv(lines), SNAPSHOTS))

    assert [(row.line, row.why) for row in sorted(listed)] == [
        (3, "no_case"),
        (4, "no_instant"),
        (5, "bad_instant"),
        (6, "ragged"),
        (7, "blank"),
        (8, "nul"),
        (9, "undecodable"),
    ]


def test_a_case_of_which_no_row_can_be_read_has_no_ticket() -> None:
    lines = [READABLE, ["2", "soon", "New", "p1", "a", "bo"]]
    with tempfile.TemporaryDirectory() as folder:
        log = opened(Path(folder), as_csv(lines), SNAPSHOTS)
        summary = replay_log(log, DESK, Path(folder) / "out")
        with pytest.raises(UnusableFile, match=r"log\.csv:3: no row of ticket '2' can be read: at 'soon' is not ISO"):
            log.history_of("2")

    assert (summary.tickets, summary.rows.read, summary.rows.listed_count) == (1, 2, 1)


def test_an_unreadable_opening_lists_the_row_and_the_next_one_opens() -> None:
    mapping = f'{dedent(SNAPSHOTS)}opened_at = "born"\n'
    log = (
        "id,at,state,priority,team,who,born\n"
        "1,2026-05-22 09:00,New,p1,a,bo,long ago\n"
        "1,2026-05-22 10:00,New,p1,a,bo,2026-05-22 08:00\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        histories, listed = told(opened(Path(folder), log, mapping))

    assert [(row.line, row.why) for row in listed] == [(2, "bad_instant")]
    assert [event.at.hour for event in histories["1"].events] == [8]
