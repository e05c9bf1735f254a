"""Grouping an interleaved log: the same through the disk as in memory, and in little memory."""

from __future__ import annotations

import sqlite3
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.gather import Gathering
from deskcore.adapters.logs.reader import Row

CASES = st.lists(st.tuples(st.sampled_from(["T-1", "T-2", "Ä", "t-1", "T-10", " "]), st.lists(st.text(max_size=3))))


def gathered(rows: list[tuple[str, list[str]]], *, in_memory: int) -> list[tuple[str, list[Row]]]:
    with Gathering(in_memory=in_memory) as gathering:
        for line, (case, cells) in enumerate(rows, start=2):
            gathering.add(case, Row(line, cells))
        return list(gathering.groups())


@given(CASES, st.integers(1, 6))
def test_the_disk_gives_back_what_memory_would(rows: list[tuple[str, list[str]]], most: int) -> None:
    """Cases in the order of first appearance, rows in the order of the log, every text to the letter."""
    encodable = [(case, [cell.encode("utf-8", "replace").decode() for cell in cells]) for case, cells in rows]
    assert gathered(encodable, in_memory=most) == gathered(encodable, in_memory=10**9)


def test_memory_does_not_grow_with_the_log() -> None:
    """A case is in memory at a time, and a batch of rows: ten times the log takes about the same."""

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            with Gathering(in_memory=1000) as gathering:
                for line in range(count):
                    gathering.add(f"T-{line % 997}", Row(line, [f"cell {line} of this row", "another"]))
                assert sum(len(rows) for _, rows in gathering.groups()) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(60_000) < 2 * peak(6_000)


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert gathered([("T-1", ["x"])] * 5, in_memory=2)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_unusable_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", full)
    with pytest.raises(UnusableFile, match="disk is full"):
        gathered([("T-1", ["x"])] * 5, in_memory=2)
