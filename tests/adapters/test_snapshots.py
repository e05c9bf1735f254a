"""Snapshots become events by their differences."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from deskcore.tickets.events import Assigned, Opened, PrioritySet, Transferred
from tests.adapters.logs import SNAPSHOTS, kinds, opened, snapshots, table, tickets, told

NINE, TEN, NOON = "2026-05-22 09:00", "2026-05-22 10:00", "2026-05-22 12:00"


def at(hour: int) -> datetime:
    return datetime(2026, 5, 22, hour, tzinfo=UTC)


def test_a_row_that_changes_nothing_is_applied_and_gives_no_event(tmp_path: Path) -> None:
    row = ("New", "p1", "a", "bo")
    histories, listed = told(opened(tmp_path, snapshots(("1", NINE, *row), ("1", TEN, *row)), SNAPSHOTS))

    assert kinds(histories["1"]) == ["opened"]
    assert histories["1"].applied == 2
    assert not listed


def test_everything_that_changed_becomes_an_event_and_the_status_comes_last(tmp_path: Path) -> None:
    log = snapshots(("1", NINE, "New", "p1", "a", "?"), ("1", TEN, "Open", "p2", "b", "bo"))
    histories, _ = told(opened(tmp_path, log, SNAPSHOTS))

    assert kinds(histories["1"]) == ["opened", "priority_set", "assigned", "started"]
    assert histories["1"].lines == (2, 3, 3, 3)
    assert {event.at for event in histories["1"].events[1:]} == {at(10)}


def test_losing_the_person_and_moving_to_another_team_is_a_transfer(tmp_path: Path) -> None:
    log = snapshots(("1", NINE, "New", "p1", "a", "bo"), ("1", TEN, "New", "p1", "b", "?"))
    histories, _ = told(opened(tmp_path, log, SNAPSHOTS))

    assert histories["1"].events[1].data == Transferred(None, "b", None)


def test_losing_only_the_person_is_an_unassignment(tmp_path: Path) -> None:
    log = snapshots(("1", NINE, "New", "p1", "a", "bo"), ("1", TEN, "New", "p1", "a", "?"))
    histories, _ = told(opened(tmp_path, log, SNAPSHOTS))

    assert kinds(histories["1"]) == ["opened", "unassigned"]


def test_none_counts_as_a_team_of_its_own(tmp_path: Path) -> None:
    rows = [("1", NINE, "New", "p1", team, "?") for team in ("a", "?", "a")]

    assert tickets(opened(tmp_path, snapshots(*rows), SNAPSHOTS))["1"].counters.team_changes == 2


def test_a_ticket_first_seen_past_new_is_opened_new_and_moved_at_once(tmp_path: Path) -> None:
    histories, _ = told(opened(tmp_path, snapshots(("1", NINE, "Solved", "p1", "a", "bo")), SNAPSHOTS))

    first = histories["1"].events[0].data
    assert isinstance(first, Opened)
    assert first.status.name == "New"
    assert kinds(histories["1"]) == ["opened", "resolved"]


def test_the_column_of_opening_dates_the_opening(tmp_path: Path) -> None:
    text = dedent(SNAPSHOTS) + 'opened_at = "born"\n'
    header = ("id", "at", "state", "priority", "team", "who", "born")
    log = table(header, [("1", TEN, "New", "p1", "a", "?", NINE), ("1", NOON, "Open", "p1", "a", "?", NINE)])

    ticket = tickets(opened(tmp_path, log, text))["1"]
    assert ticket.opened_at == at(9)
    assert ticket.marks.status_since == at(12)


def test_an_opening_after_the_first_row_is_listed_and_the_row_wins(tmp_path: Path) -> None:
    text = dedent(SNAPSHOTS) + 'opened_at = "born"\n'
    header = ("id", "at", "state", "priority", "team", "who", "born")
    histories, listed = told(opened(tmp_path, table(header, [("1", NINE, "New", "p1", "a", "?", TEN)]), text))

    assert [row.why for row in listed] == ["stepped_back"]
    assert histories["1"].events[0].at == at(9)


def test_a_backward_instant_is_raised_to_its_predecessor_and_listed(tmp_path: Path) -> None:
    rows = [("1", NINE, "New"), ("1", NOON, "Open"), ("1", TEN, "Waiting"), ("1", NOON, "Solved")]
    log = snapshots(*((*row, "p1", "a", "?") for row in rows))
    histories, listed = told(opened(tmp_path, log, SNAPSHOTS))

    assert [event.at for event in histories["1"].events] == [at(9), at(12), at(12), at(12)]
    assert [(row.line, row.why) for row in listed] == [(4, "stepped_back")]
    assert "10:00:00Z lies before 2026-05-22T12:00:00Z of line 3" in listed[0].reason


def test_a_backward_row_without_events_holds_nobody_up(tmp_path: Path) -> None:
    rows = [("1", NINE, "New"), ("1", NOON, "New"), ("1", TEN, "New"), ("1", "2026-05-22 11:00", "Open")]
    log = snapshots(*((*row, "p1", "a", "?") for row in rows))
    histories, listed = told(opened(tmp_path, log, SNAPSHOTS))

    assert [event.at for event in histories["1"].events] == [at(9), at(11)]
    assert [row.line for row in listed] == [4]


def test_a_restated_solution_moves_its_instant(tmp_path: Path) -> None:
    rows = [("1", NINE, "New"), ("1", TEN, "Solved"), ("1", NOON, "Solved")]
    log = snapshots(*((*row, "p1", "a", "?") for row in rows))

    plain = tickets(opened(tmp_path, log, SNAPSHOTS))["1"]
    restated = tickets(opened(tmp_path, log, 'restates = ["Solved"]\n' + dedent(SNAPSHOTS)))["1"]
    assert (plain.marks.resolved_at, restated.marks.resolved_at) == (at(10), at(12))
    assert restated.marks.first_resolved_at == at(10)


def test_a_status_mapped_to_nothing_leaves_the_status_as_it_was(tmp_path: Path) -> None:
    rows = [("1", NINE, "New"), ("1", TEN, "-100"), ("1", NOON, "Open")]
    log = snapshots(*((*row, "p1", "a", "?") for row in rows))
    text = dedent(SNAPSHOTS) + '[values.status]\n"-100" = ""\n'

    histories, _ = told(opened(tmp_path, log, text))
    assert kinds(histories["1"]) == ["opened", "started"]


GRAVITY = """
    rows = "snapshots"
    time.zone = "UTC"
    columns = { case = "id", at = "at", impact = "impact", urgency = "urgency" }
"""


def test_without_a_priority_column_the_lifecycles_table_gives_the_priority(tmp_path: Path) -> None:
    log = table(("id", "at", "impact", "urgency"), [("1", NINE, "2", "2"), ("1", TEN, "1", "1")])
    histories, _ = told(opened(tmp_path, log, GRAVITY))

    data = [event.data for event in histories["1"].events]
    assert isinstance(data[0], Opened)
    assert data[0].priority == "p3"
    assert data[2] == PrioritySet("p1", "computed")


def test_the_logs_priority_is_held_against_the_lifecycles_table(tmp_path: Path) -> None:
    text = dedent(GRAVITY).replace("case =", 'priority = "priority", case =')
    rows = [("1", NINE, "1", "1", "p1"), ("1", TEN, "1", "2", "p3"), ("1", NOON, "", "2", "p3")]
    histories, _ = told(opened(tmp_path, table(("id", "at", "impact", "urgency", "priority"), rows), text))

    assert histories["1"].priority.rows == 2
    assert histories["1"].priority.exceptions == (3,)


def test_words_for_impact_are_mapped_to_numbers(tmp_path: Path) -> None:
    text = dedent(GRAVITY) + '[values.impact]\nhigh = "1"\nlow = "2"\n'
    log = table(("id", "at", "impact", "urgency"), [("1", NINE, "high", "2"), ("1", TEN, "low", "2")])

    assert tickets(opened(tmp_path, log, text))["1"].triage.impact == 2


RICH = """
    rows = "snapshots"
    time.zone = "UTC"
    separator = "|"
    [columns]
    case = "id"
    at = "at"
    actor = "by"
    actor_role = "role"
    requester = "who"
    organisation = "org"
    customer_tier = "tier"
    language = "lang"
    tags = "labels"
    category = "topic"
    [fields]
    cost = { column = "cost", type = "number" }
    vip = { column = "vip", type = "flag" }
    site = "site"
    [values.actor_role]
    "*" = "agent"
    customer = "requester"
"""
RICH_HEADER = ("id", "at", "by", "role", "who", "org", "tier", "lang", "labels", "topic", "cost", "vip", "site")


def test_requesters_tags_fields_and_actors_are_read(tmp_path: Path) -> None:
    rows = [
        ("1", NINE, "ann", "customer", "ann", "acme", "gold", "nl", "vpn|vip", "network", "1.5", "yes", "ams"),
        ("1", TEN, "bo", "L1", "ann", "acme", "gold", "nl", "vpn", "mail", "2", "no", ""),
    ]
    log = opened(tmp_path, table(RICH_HEADER, rows), RICH)
    histories, _ = told(log)
    ticket = tickets(log)["1"]

    assert ticket.requester is not None
    assert (ticket.requester.id, ticket.requester.organisation, ticket.requester.tier) == ("ann", "acme", "gold")
    assert ticket.requester.languages == ("nl",)
    assert ticket.tags == {"vpn"}
    assert ticket.triage.category == "mail"
    assert dict(ticket.fields) == {"cost": 2, "vip": False}
    assert [event.actor.role for event in histories["1"].events] == ["requester", *["agent"] * 5]
    assert kinds(histories["1"])[1:] == ["classified", "field_set", "field_set", "field_set", "tag_removed"]


def test_a_field_that_is_no_number_lists_the_row(tmp_path: Path) -> None:
    rows = [
        ("1", NINE, "", "", "", "", "", "", "", "", "1", "no", ""),
        ("1", TEN, "", "", "", "", "", "", "", "", "much", "no", ""),
    ]
    _, listed = told(opened(tmp_path, table(RICH_HEADER, rows), RICH))

    assert [(row.line, row.why) for row in listed] == [(3, "bad_number")]
    assert "'much' is not a number" in listed[0].reason


def test_a_person_who_stays_with_the_ticket_goes_along_to_the_new_team(tmp_path: Path) -> None:
    log = snapshots(("1", NINE, "New", "p1", "a", "bo"), ("1", TEN, "New", "p1", "b", "bo"))
    histories, _ = told(opened(tmp_path, log, SNAPSHOTS))

    assert histories["1"].events[1].data == Assigned("bo", "b", None, "import")
