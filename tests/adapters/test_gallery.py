"""The gallery of examples/replay: exports of well-known systems, read by their mappings alone.

What is expected is read off the logs by hand; the mappings were written from the reference page.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deskcore.adapters.files import load_desk
from deskcore.adapters.logs import TicketLog, open_log
from deskcore.adapters.replay import Summary, judge, replay
from deskcore.cli.explained import explained
from deskcore.tickets import Ticket
from tests.adapters.logs import tickets, told

GALLERY = Path(__file__).parents[2] / "examples" / "replay" / "gallery"
DESK = load_desk(GALLERY / "desk.toml").desk
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LOGS = {
    "customer_support_tickets.csv": "customer_support_tickets",
    "events.xes": "events",
    "events.xes.csv": "events",
    "freshdesk_tickets.csv": "freshdesk_tickets",
    "github_events.jsonl": "github_events",
    "glpi_logs.csv": "glpi_logs",
    "jira_changelog.json": "jira_changelog",
    "jira_issues.csv": "jira_issues",
    "otrs_history.tsv": "otrs_history",
    "service_manager_activities.csv": "service_manager_activities",
    "service_manager_incidents.csv": "service_manager_incidents",
    "servicenow_audit.csv": "servicenow_audit",
    "vinst.csv": "vinst",
    "zendesk_events.jsonl": "zendesk_events",
}


def log(name: str, mapping: str | None = None) -> TicketLog:
    held = GALLERY / f"{mapping or LOGS[name]}.mapping.toml"
    return open_log(GALLERY / name, held, DESK.configuration.lifecycles[0])


def one(name: str, case: str) -> Ticket:
    return tickets(log(name))[case]


def ams(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 5, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=AMSTERDAM)


def utc(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 5, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def replayed(folder: Path, name: str) -> Summary:
    return replay(log(name), DESK, folder / "out")


def test_every_log_of_the_gallery_is_tried() -> None:
    files = {path.name for path in GALLERY.iterdir()} - {"desk.toml", "README.md"}
    mappings = {path for path in files if path.endswith(".mapping.toml")}

    assert files - mappings == set(LOGS)
    assert mappings == {f"{name}.mapping.toml" for name in {*LOGS.values(), "jira_comments"}}


def test_lint_has_nothing_to_say_about_the_desk() -> None:
    assert DESK.lint() == ()


@pytest.mark.parametrize(
    ("name", "cases", "read", "listed", "violations"),
    [
        ("customer_support_tickets.csv", 4, 4, {"stepped_back": 1}, 1),
        ("events.xes", 1, 5, {}, 0),
        ("events.xes.csv", 1, 5, {}, 0),
        ("freshdesk_tickets.csv", 3, 3, {}, 0),
        ("github_events.jsonl", 1, 12, {"left_out": 1}, 0),
        ("glpi_logs.csv", 1, 11, {"left_out": 1, "no_instant": 1}, 0),
        ("jira_changelog.json", 2, 8, {}, 0),
        ("jira_issues.csv", 2, 2, {}, 0),
        ("otrs_history.tsv", 1, 10, {}, 1),
        ("service_manager_activities.csv", 2, 12, {}, 3),
        ("service_manager_incidents.csv", 3, 3, {}, 0),
        ("servicenow_audit.csv", 1, 11, {"left_out": 1}, 0),
        ("vinst.csv", 2, 15, {}, 0),
        ("zendesk_events.jsonl", 2, 14, {"unparsable": 1}, 0),
    ],
)
def test_rows_read_are_rows_applied_and_rows_listed(
    tmp_path: Path, name: str, cases: int, read: int, listed: dict[str, int], violations: int
) -> None:
    summary = replayed(tmp_path, name)

    assert (summary.tickets, summary.rows.read, dict(summary.rows.listed)) == (cases, read, listed)
    assert summary.rows.read == summary.rows.applied + summary.rows.listed_count
    assert sum(summary.violations.values()) == violations
    with (tmp_path / "out" / "rows.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(listed.values())
    for line in (tmp_path / "out" / "signals.jsonl").read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["type"] in {"signal", "rung"}


@pytest.mark.parametrize("name", sorted(LOGS))
def test_every_ticket_explains_itself(name: str) -> None:
    held = log(name)
    for case, history in told(held)[0].items():
        at = held.end or history.events[-1].at
        text = explained(judge(history, DESK, at=at), DESK, at=at)
        assert case in text
        assert "resolution" in text


def test_a_state_in_two_columns_is_joined() -> None:
    ticket = one("vinst.csv", "1-364285768")

    zone = timezone(timedelta(hours=1))
    assert ticket.opened_at == datetime(2010, 3, 31, 15, 59, 42, tzinfo=zone)
    assert ticket.counters.reopens == 1
    assert ticket.marks.first_resolved_at == datetime(2010, 4, 6, 15, 44, 51, tzinfo=zone)
    assert ticket.marks.resolved_at == datetime(2010, 4, 20, 10, 7, 11, tzinfo=zone)
    assert ticket.marks.closed_at == datetime(2012, 5, 6, 16, 10, 23, tzinfo=zone)
    assert ticket.priority == "p3"
    assert ticket.counters.team_changes == 4  # V30, V5 3rd, V30, V13 2nd 3rd, V30
    other = one("vinst.csv", "1-467153946")
    assert (other.phase, other.priority, other.counters.holds) == ("resolved", "p2", 1)


def test_activities_out_of_order_are_told_in_time() -> None:
    first, second = (tickets(log("service_manager_activities.csv"))[case] for case in ("IM0000004", "IM0000005"))

    assert first.opened_at == ams(7, 8, 17, 17, month=1, year=2013)
    assert first.marks.closed_at == ams(5, 12, 41, 30, month=11, year=2013)
    assert (first.counters.team_changes, first.counters.messages) == (1, 1)
    assert (second.counters.reopens, second.phase) == (1, "closed")
    assert second.marks.closed_at == ams(9, 16, month=1, year=2013)
    assert second.marks.first_response_at == ams(8, 10, month=1, year=2013)


def test_whole_incidents_with_decimal_commas() -> None:
    found = tickets(log("service_manager_incidents.csv"))

    assert found["IM0000004"].marks.resolved_at == ams(4, 13, 50, 27, month=11, year=2013)
    assert found["IM0000004"].fields["handle_hours"] == 3871.691111
    assert found["IM0000004"].triage.impact == 4
    assert found["IM0000005"].counters.reopens == 0  # the row only knows the last time it was solved
    assert found["IM0000006"].triage.impact is None
    assert found["IM0000006"].opened_at == ams(29, 12, 36, month=3, year=2012)


def test_xes_and_its_csv_tell_the_same() -> None:
    """The same events, instants and people, from the document and from what converters make of it."""
    raw, flat = (told(log(name))[0]["3608"].events for name in ("events.xes", "events.xes.csv"))

    assert [(event.at, event.actor, event.type) for event in raw] == [(e.at, e.actor, e.type) for e in flat]
    ticket = one("events.xes", "3608")
    assert ticket.place.assignee == "Value 2"
    assert ticket.marks.assigned_at == utc(9, 12, 51, 1, month=10, year=2012) + timedelta(milliseconds=250)
    assert ticket.marks.first_response_at == utc(9, 12, 52, month=10, year=2012)
    assert ticket.marks.resolved_at == utc(12, 13, 2, 56, month=10, year=2012)
    assert ticket.marks.closed_at == utc(27, 13, 2, 56, month=10, year=2012)
    assert ticket.header.channel == "phone"


def test_the_changes_of_an_issue_are_unfolded_newest_first_or_not() -> None:
    first, second = (one("jira_changelog.json", case) for case in ("ITSM-7", "ITSM-8"))

    assert first.opened_at == ams(22, 16)
    assert first.marks.resolved_at == ams(26, 10)
    assert first.marks.assigned_at == ams(22, 16, 30)
    assert (first.place.assignee, first.priority, set(first.tags)) == (None, "p1", {"vpn", "urgent"})
    assert (second.phase, second.opened_at) == ("new", ams(23, 8))


def test_columns_of_tags_that_share_a_name_all_count() -> None:
    ticket = one("jira_issues.csv", "ITSM-7")

    assert set(ticket.tags) == {"vpn", "urgent"}
    assert (ticket.opened_at, ticket.marks.resolved_at) == (ams(22, 16), ams(26, 10))


def test_each_comment_of_an_issue_is_a_message() -> None:
    held = log("jira_issues.csv", "jira_comments")
    ticket = tickets(held)["ITSM-7"]

    assert (ticket.counters.messages, ticket.counters.replies) == (2, 1)
    assert ticket.marks.first_response_at == ams(22, 16, 30)
    assert [event.at for event in told(held)[0]["ITSM-7"].events][-1] == ams(25, 9)


def test_an_audit_of_fields_with_two_ways_of_writing_a_time() -> None:
    ticket = one("servicenow_audit.csv", "INC0010001")

    assert ticket.opened_at == utc(22, 7, 5)
    assert ticket.marks.first_response_at == utc(22, 7, 10)
    assert (ticket.counters.holds, ticket.counters.messages) == (1, 2)
    assert ticket.marks.resolved_at == utc(22, 10)
    assert ticket.marks.closed_at == utc(27, 10)
    assert (ticket.place.team, ticket.place.assignee) == ("network", None)


def test_child_events_are_rows_and_a_broken_line_harms_no_other() -> None:
    ticket = one("zendesk_events.jsonl", "35436")

    assert ticket.opened_at == datetime.fromtimestamp(1779458400, UTC)
    assert ticket.marks.first_response_at == datetime.fromtimestamp(1779460200, UTC)
    assert (ticket.counters.messages, ticket.counters.replies) == (4, 1)
    assert ticket.marks.resolved_at == datetime.fromtimestamp(1779721260, UTC)
    assert ticket.place.assignee == "55"
    assert set(ticket.tags) == {"vpn", "known_error"}
    assert one("zendesk_events.jsonl", "35437").phase == "new"


def test_a_database_dump_with_backslashes() -> None:
    ticket = one("glpi_logs.csv", "17")
    paris = ZoneInfo("Europe/Paris")

    assert (ticket.place.assignee, ticket.place.team) == ("tech", 'Support > R"seaux')
    assert ticket.counters.reopens == 1
    assert ticket.marks.first_resolved_at == datetime(2026, 5, 22, 13, tzinfo=paris)
    assert ticket.marks.resolved_at == datetime(2026, 5, 22, 15, tzinfo=paris)
    assert ticket.marks.closed_at is None


def test_a_history_separated_by_tabs() -> None:
    ticket = one("otrs_history.tsv", "5")
    berlin = ZoneInfo("Europe/Berlin")

    assert (ticket.place.queue, ticket.place.assignee, ticket.priority) == ("Misc", "bo", "p1")
    assert ticket.marks.first_response_at == datetime(2026, 5, 22, 9, 10, tzinfo=berlin)
    assert (ticket.counters.messages, ticket.counters.replies, ticket.counters.holds) == (3, 1, 1)
    assert ticket.marks.closed_at == datetime(2026, 5, 22, 11, tzinfo=berlin)


def test_whole_tickets_agree_with_their_own_figures(tmp_path: Path) -> None:
    summary = replayed(tmp_path, "freshdesk_tickets.csv")

    assert [(check.figure, check.equal, check.compared) for check in summary.checks] == [
        ("first_response_at", 2, 2),
        ("resolved_at", 2, 2),
        ("closed_at", 1, 1),
    ]
    waiting = one("freshdesk_tickets.csv", "103")
    assert (waiting.phase, waiting.priority) == ("waiting", "p3")
    assert waiting.marks.first_response_at == ams(23, 10, 10)
    assert set(one("freshdesk_tickets.csv", "101").tags) == {"vpn", "remote"}


def test_events_of_a_forge() -> None:
    ticket = one("github_events.jsonl", "7")

    assert set(ticket.tags) == {"bug"}
    assert (ticket.place.assignee, ticket.counters.reopens) == (None, 1)
    assert ticket.marks.first_response_at == utc(22, 15)
    assert ticket.marks.first_resolved_at == utc(23, 9, 2)
    assert ticket.marks.resolved_at == utc(25, 10)
    assert ticket.requester is not None
    assert ticket.requester.id == "ann"


def test_a_row_a_ticket_with_instants_that_are_not_there() -> None:
    found = tickets(log("customer_support_tickets.csv"))

    assert [found[case].phase for case in "1234"] == ["waiting", "closed", "closed", "active"]
    assert found["2"].marks.resolved_at == utc(1, 18, 5, 38, month=6, year=2023)
    assert found["2"].marks.first_response_at == utc(1, 16, 45, 38, month=6, year=2023)
    assert found["3"].marks.resolved_at == utc(1, 1, 57, 40, month=6, year=2023)  # before it was answered
    assert found["4"].opened_at == utc(13, 0, month=5, year=2023)
    assert found["2"].fields["rating"] == 3.0
