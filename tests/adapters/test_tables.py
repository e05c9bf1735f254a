"""Matrices and rosters as tables and files: what is written comes back, and what cannot be read is named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.matrix_csv import matrix_from_csv, matrix_to_csv
from deskcore.adapters.rosters import roster_from_ical, roster_from_table
from deskcore.errors import InvalidConfiguration
from deskcore.escalation import Matrix
from deskcore.escalation.recipients import Person
from deskcore.predicate import where
from deskcore.testing import escalation as draw

CONTRACT = """priority,customer_tier,rung,axis,due,actions,until
p1,gold,second line,functional,30m after the opening,transfer network,
p1,gold,duty manager,hierarchic,1h after the opening,page on call:network; tag escalated,acked
p2|p3,,lead,hierarchic,80 % of resolution,notify team lead; raise priority to p2,
"""
EVENT = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "{summary}", "DTSTART:20260904T080000", "DTEND:20260904T200000"]


@settings(max_examples=15, deadline=None)
@given(draw.matrices())
def test_a_matrix_comes_back_from_its_table(matrix: Matrix) -> None:
    """Load after dump is the identity, one line a rung."""
    assert matrix_from_csv(matrix_to_csv(matrix)) == matrix


def test_a_contract_s_table_is_a_matrix() -> None:
    matrix = matrix_from_csv(CONTRACT, last_resort=Person("dana"))
    assert [str(row.when) for row in matrix.rows] == [
        "priority is p1 and customer_tier is gold",
        str(matrix.rows[1].when),
    ]
    assert [rung.id for rung in matrix.rungs] == ["second line", "duty manager", "lead"]
    assert matrix.select({"priority": "p3"}).rungs[0].id == "lead"
    assert matrix_from_csv(matrix_to_csv(matrix)) == matrix
    assert matrix.rows[0].when == where(priority="p1", customer_tier="gold")


def test_every_line_that_cannot_be_read_is_named() -> None:
    broken = CONTRACT + "p4,,x,,whenever,notify team lead,\np4,,y,,1h after the opening,notify nobody,\n"
    with pytest.raises(InvalidConfiguration) as caught:
        matrix_from_csv(broken, last_resort=Person("dana"), source="contract.csv")
    assert [problem.path for problem in caught.value.problems] == ["contract.csv:5", "contract.csv:6"]
    assert "known: assignee, team lead" in caught.value.problems[1].message


@pytest.mark.parametrize(
    ("text", "message"),
    [("priority,due\n", "lacks the column rung"), ("rung,due,actions\n", "names no last resort")],
)
def test_a_table_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        matrix_from_csv(text)


def test_a_roster_from_a_calendar_file_follows_the_zone_and_repeats() -> None:
    lines = [line.format(summary="SUMMARY:ann") for line in EVENT]
    text = "\n".join([*lines, "RRULE:FREQ=DAILY;COUNT=2", "END:VEVENT", "END:VCALENDAR"])
    roster = roster_from_ical(text, tz="Europe/Amsterdam", start=date(2026, 9, 1), end=date(2026, 10, 1))
    assert roster.on_call(datetime(2026, 9, 4, 6, tzinfo=UTC)) == ("ann",)
    assert roster.on_call(datetime(2026, 9, 5, 17, 59, tzinfo=UTC)) == ("ann",)
    assert roster.on_call(datetime(2026, 9, 6, 8, tzinfo=UTC)) == ()


def test_an_event_without_a_name_is_nobody_s_shift() -> None:
    lines = [line.format(summary="UID:1") for line in EVENT]
    with pytest.raises(InvalidConfiguration, match="1 problem") as caught:
        roster_from_ical(
            "\n".join([*lines, "END:VEVENT", "END:VCALENDAR"]), tz="UTC", start=date(2026, 9, 1), end=date(2026, 10, 1)
        )
    assert caught.value.problems[0].path == "iCalendar text VEVENT[0].SUMMARY"


def test_a_roster_from_a_table_names_every_line_that_is_no_shift() -> None:
    text = "person,start,end\nann,2026-09-04 08:00,2026-09-04 20:00\nbo,soon,later\ncy,2026-09-05,2026-09-04\n"
    with pytest.raises(InvalidConfiguration) as caught:
        roster_from_table(text, tz="UTC", source="shifts.csv")
    assert [problem.path for problem in caught.value.problems] == ["shifts.csv:3", "shifts.csv:4"]
    with pytest.raises(UnusableFile, match="lacks the column person"):
        roster_from_table("who,start,end\n", tz="UTC")
