"""A whole replay: what it writes, and that it goes on."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.replay import Summary, judge, replay
from deskcore.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.recipients import Person
from deskcore.staff import Agent, Staff
from tests.adapters.logs import DESK, SNAPSHOTS, opened, snapshots, table, told

LOG = snapshots(
    ("1", "2026-05-22 09:00", "New", "p1", "a", "?"),
    ("1", "2026-05-22 10:00", "Open", "p1", "a", "bo"),
    ("1", "2026-05-22 19:00", "Solved", "p1", "a", "bo"),
    ("2", "2026-05-22 09:00", "New", "p2", "a", "?"),
    ("2", "2026-05-22 09:30", "Solved", "p2", "b", "?"),
    ("2", "soon", "Closed", "p2", "b", "?"),
    ("3", "2026-05-22 20:00", "New", "p2", "b", "?"),
)
LADDER = Matrix.by_priority(
    "m", {"p1": (Rung("half", Due.at_share("resolution", 0.5), Notify(Person("mo"))),)}, last_resort=Person("mo")
)
ESCALATING = Desk(attrs.evolve(DESK.configuration, matrix=LADDER, staff=Staff((Agent("mo"),))))


def run(folder: Path, text: str = LOG, mapping: str = SNAPSHOTS, at: datetime | None = None) -> Summary:
    return replay(opened(folder, text, mapping), ESCALATING, folder / "out", at=at)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "out" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_ticket_with_every_clock(tmp_path: Path) -> None:
    run(tmp_path)

    first, second, third = rows(tmp_path, "tickets.csv")
    assert [row["ticket"] for row in (first, second, third)] == ["1", "2", "3"]
    assert first["resolution_state"] == "met_late"
    assert first["resolution_target_seconds"] == "28800"
    assert first["resolution_used_seconds"] == "36000"
    assert first["resolution_due"] == first["resolution_breached_at"] == "2026-05-22T17:00:00Z"
    assert first["resolution_fulfilled_at"] == "2026-05-22T19:00:00Z"
    assert (second["resolution_state"], second["team_changes"], second["violations"]) == ("met", "1", "1")
    assert (third["resolution_state"], third["resolution_fulfilled_at"]) == ("running", "")


def test_a_move_the_lifecycle_lacks_is_listed_and_the_replay_goes_on(tmp_path: Path) -> None:
    summary = run(tmp_path)

    (violation,) = rows(tmp_path, "violations.csv")
    assert (violation["line"], violation["ticket"], violation["source"], violation["target"]) == (
        "6",
        "2",
        "New",
        "Solved",
    )
    assert violation["code"] == "forbidden_transition"
    assert dict(summary.violations) == {"New -> Solved": 1}
    assert summary.tickets == 3


def test_a_row_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    summary = run(tmp_path)

    (row,) = rows(tmp_path, "rows.csv")
    assert (row["line"], row["ticket"], row["why"], row["applied"]) == ("7", "2", "bad_instant", "no")
    assert row["held"] == "at=soon, id=2, priority=p2, state=Closed, team=b, who=?"
    assert (summary.rows.read, summary.rows.applied, summary.rows.listed_count) == (7, 6, 1)


def test_signals_and_rungs_come_in_order_of_time(tmp_path: Path) -> None:
    run(tmp_path)

    lines = [json.loads(line) for line in (tmp_path / "out" / "signals.jsonl").read_text().splitlines()]
    first = [line for line in lines if line["ticket"] == "1"]
    assert [(line["type"], line.get("kind") or line["rung"], line["due"][11:16]) for line in first] == [
        ("rung", "half", "13:00"),
        ("signal", "warned", "15:24"),
        ("signal", "breached", "17:00"),
    ]
    assert first[0]["people"] == ["mo"]
    assert first[0]["key"] == "1/hierarchic/1/half"


def test_clocks_are_looked_at_when_the_log_ends_unless_told_otherwise(tmp_path: Path) -> None:
    assert run(tmp_path).at == datetime(2026, 5, 22, 20, tzinfo=UTC)

    later = run(tmp_path, at=datetime(2026, 5, 23, 20, tzinfo=UTC))
    assert later.clocks["resolution"]["breached"] == 1


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        run(tmp_path, at=datetime(2026, 5, 23))


def test_the_same_replay_writes_the_same_bytes(tmp_path: Path) -> None:
    def written() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    run(tmp_path)
    first = written()
    run(tmp_path)
    assert written() == first
    assert {"tickets.csv", "signals.jsonl", "violations.csv", "rows.csv", "differences.csv", "summary.json"} <= set(
        first
    )


def test_where_the_log_and_the_replay_differ_is_listed(tmp_path: Path) -> None:
    header = ("id", "at", "reopened", "solved")
    text = """
        rows = "snapshots"
        time.zone = "UTC"
        columns = { case = "id", at = "at" }
        compare = { reopens = "reopened", resolved_at = "solved" }
    """
    lines = [
        ("1", "2026-05-22 09:00", "0", ""),
        ("2", "2026-05-22 09:00", "2", "2026-05-22 10:00"),
        ("3", "2026-05-22 09:00", "?", ""),
    ]
    summary = run(tmp_path, table(header, lines), text)

    assert rows(tmp_path, "differences.csv") == [
        {"ticket": "2", "figure": "reopens", "log": "2", "replay": "0"},
        {"ticket": "2", "figure": "resolved_at", "log": "2026-05-22T10:00:00Z", "replay": ""},
        {"ticket": "3", "figure": "reopens", "log": "'?', which cannot be read", "replay": "0"},
    ]
    assert [check.explain() for check in summary.checks] == ["reopens equal in 1 of 3", "resolved_at equal in 0 of 1"]


def test_a_log_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="holds no rows"):
        run(tmp_path, snapshots())


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")

    with pytest.raises(UnusableFile, match="cannot use output folder"):
        run(tmp_path)


def test_progress_is_told_for_every_row(tmp_path: Path) -> None:
    told_so_far: list[int] = []
    replay(opened(tmp_path, LOG, SNAPSHOTS), DESK, tmp_path / "out", progress=told_so_far.append)

    assert sum(told_so_far) == 7


def test_a_judged_ticket_equals_the_replayed_case(tmp_path: Path) -> None:
    histories, _ = told(opened(tmp_path, LOG, SNAPSHOTS))

    for history in histories.values():
        judged = judge(history, ESCALATING, at=datetime(2026, 5, 23, tzinfo=UTC))
        assert judged.case == ESCALATING.replay(history.events)


def test_the_summary_reads_as_text_and_as_data(tmp_path: Path) -> None:
    summary = run(tmp_path)

    assert "7 rows read = 6 applied + 1 listed (1 bad instant)" in summary.explain()
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == json.loads(json.dumps(summary.to_dict()))
