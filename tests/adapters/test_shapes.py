"""Logs of other shapes, replayed by their mapping alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from deskcore.adapters.replay import replay
from deskcore.tickets.events import MessagePosted
from tests.adapters.logs import DESK, kinds, opened, table, tickets, told


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


EVENTS = """
    name = "a chat tool's export"
    rows = "events"
    delimiter = ";"
    time = { format = "epoch" }

    [columns]
    case = "conversation"
    at = "when"
    activity = "what"
    actor = "who"
    actor_role = "role"
    requester = "customer"
    priority = "prio"

    [values.actor_role]
    customer = "requester"
    staff = "agent"
    bot = "system"

    [values.priority]
    high = "p1"
    normal = "p2"

    [activities."conversation started"]
    ignore = true
    [activities."message"]
    message = { visibility = { column = "kind" } }
    [activities."bot message"]
    message = { auto = true }
    [activities."taken"]
    status = "Open"
    assignee = { column = "who" }
    [activities."waiting"]
    status = "Waiting"
    [activities."solved"]
    status = "Solved"
    resolution = "answered"
    tag = "done"
    [activities."back"]
    status = "Open"
    untag = "done"
"""
HEADER = "conversation;when;what;who;role;customer;prio;kind\n"
INTERLEAVED = HEADER + (
    "a;1779440400;conversation started;ann;customer;ann;high;\n"
    "b;1779440460;conversation started;cy;customer;cy;normal;\n"
    "a;1779440520;bot message;welcome-bot;bot;;;public\n"
    "a;1779440580;taken;bo;staff;;;\n"
    "b;1779440640;taken;di;staff;;;\n"
    "a;1779440700;message;bo;staff;;;public\n"
    "a;1779440760;message;bo;staff;;;internal\n"
    "a;1779440820;waiting;bo;staff;;;\n"
    "b;1779440880;message;di;staff;;normal;public\n"
    "a;1779440940;message;ann;customer;;;public\n"
    "a;1779441000;solved;bo;staff;;;\n"
    "a;1779444600;back;ann;customer;;;\n"
    "a;1779448200;solved;bo;staff;;;\n"
)


def test_interleaved_events_are_grouped_by_case(tmp_path: Path) -> None:
    log = opened(tmp_path, INTERLEAVED, EVENTS)
    histories, listed = told(log)

    assert not log.survey.grouped
    assert not listed
    assert {case: history.applied for case, history in histories.items()} == {"a": 10, "b": 3}
    assert kinds(histories["b"]) == ["opened", "assigned", "started", "message_posted"]


def test_an_activity_sets_a_status_posts_a_message_and_takes_values_from_its_row(tmp_path: Path) -> None:
    ticket = tickets(opened(tmp_path, INTERLEAVED, EVENTS))["a"]

    assert (ticket.status.name, ticket.priority, ticket.assignee) == ("Solved", "p1", "bo")
    assert (ticket.counters.replies, ticket.counters.contacts, ticket.counters.messages) == (1, 1, 4)
    assert ticket.marks.first_response_at == at(22, 9, 5)
    assert ticket.counters.reopens == 1
    assert ticket.resolution == "answered"
    assert ticket.tags == {"done"}


def test_a_blank_cell_of_an_event_says_nothing(tmp_path: Path) -> None:
    histories, _ = told(opened(tmp_path, INTERLEAVED, EVENTS))

    assert "priority_set" not in kinds(histories["a"])
    assert "party_changed" not in kinds(histories["a"])


def test_a_message_by_a_machine_is_no_response(tmp_path: Path) -> None:
    histories, _ = told(opened(tmp_path, INTERLEAVED, EVENTS))

    messages = [event.data for event in histories["a"].events if isinstance(event.data, MessagePosted)]
    assert [(message.author_role, message.visibility, message.auto_generated) for message in messages] == [
        ("system", "public", True),
        ("agent", "public", False),
        ("agent", "internal", False),
        ("requester", "public", False),
    ]


TICKETS = """
    name = "one row per ticket"
    rows = "ticket"
    encoding = "cp1252"
    missing = ["NULL"]
    time = { format = "%m/%d/%Y %I:%M %p", zone = "Europe/Amsterdam" }

    [columns]
    case = "Ticket #"
    opened_at = "Created"
    status = "State"
    at = "Last change"
    priority = "Priority"
    team = "Group"
    requester = "Caller"
    subject = "Subject"

    [values.priority]
    "1 - High" = "p1"
    "2 - Low" = "p2"

    [stamps."First reply"]
    message = "public"
    status = "Open"
    [stamps."Solved"]
    status = "Solved"
    [stamps."Closed"]
    status = "Closed"

    [compare]
    first_response_at = "First reply"
    resolved_at = "Solved"
"""
ROWS = [
    (
        "1",
        "5/22/2026 9:00 AM",
        "5/22/2026 9:30 AM",
        "5/22/2026 3:00 PM",
        "5/27/2026 3:00 PM",
        "Closed",
        "5/27/2026 3:00 PM",
    ),
    ("2", "5/22/2026 10:00 AM", "NULL", "5/22/2026 11:00 AM", "NULL", "Solved", "5/22/2026 11:00 AM"),
    ("3", "5/22/2026 11:00 AM", "5/22/2026 11:05 AM", "", "", "Waiting", "5/23/2026 8:00 AM"),
    ("4", "5/22/2026 12:00 PM", "5/22/2026 11:00 AM", "", "", "Open", "5/22/2026 1:00 PM"),
    ("5", "5/22/2026 1:00 PM", "tomorrow", "", "", "New", "5/22/2026 1:00 PM"),
    ("1", "5/22/2026 9:00 AM", "", "", "", "New", "5/22/2026 9:00 AM"),
]
ONE_ROW_EACH = table(
    (
        "Ticket #",
        "Created",
        "First reply",
        "Solved",
        "Closed",
        "State",
        "Last change",
        "Priority",
        "Group",
        "Caller",
        "Subject",
    ),
    [(*row, "1 - High", "Zürich", "ann", "VPN drops") for row in ROWS],
).encode("cp1252")


def test_time_stamps_become_events_in_order(tmp_path: Path) -> None:
    histories, _ = told(opened(tmp_path, ONE_ROW_EACH, TICKETS))

    assert kinds(histories["1"]) == ["opened", "message_posted", "started", "resolved", "closed"]
    assert [event.at for event in histories["1"].events] == [
        at(22, 7),
        at(22, 7, 30),
        at(22, 7, 30),
        at(22, 13),
        at(27, 13),
    ]


def test_the_state_columns_hold_from_the_opening(tmp_path: Path) -> None:
    ticket = tickets(opened(tmp_path, ONE_ROW_EACH, TICKETS))["1"]

    assert (ticket.subject, ticket.team, ticket.priority) == ("VPN drops", "Zürich", "p1")


def test_the_last_status_is_entered_when_it_was_seen(tmp_path: Path) -> None:
    ticket = tickets(opened(tmp_path, ONE_ROW_EACH, TICKETS))["3"]

    assert ticket.status.name == "Waiting"
    assert ticket.marks.status_since == at(23, 6)


def test_a_stamp_before_the_opening_is_raised_and_the_row_listed(tmp_path: Path) -> None:
    histories, listed = told(opened(tmp_path, ONE_ROW_EACH, TICKETS))

    assert [event.at for event in histories["4"].events][:2] == [at(22, 10), at(22, 10)]
    assert [(row.line, row.why) for row in listed if row.case == "4"] == [(5, "stepped_back")]


def test_a_row_with_an_unreadable_stamp_or_a_repeated_ticket_is_listed(tmp_path: Path) -> None:
    histories, listed = told(opened(tmp_path, ONE_ROW_EACH, TICKETS))

    assert [(row.line, row.why) for row in listed if row.case in {"1", "5"}] == [(7, "duplicate"), (6, "bad_instant")]
    assert not histories["5"].events
    assert sum(history.applied for history in histories.values()) + len(listed) == 6


def test_the_whole_replay_of_such_a_log_compares_its_own_figures(tmp_path: Path) -> None:
    summary = replay(opened(tmp_path, ONE_ROW_EACH, TICKETS), DESK, tmp_path / "out")

    assert summary.tickets == 4
    assert [check.explain() for check in summary.checks] == [
        "first_response_at equal in 2 of 3",
        "resolved_at equal in 2 of 2",
    ]


SPANS = """
    rows = "activities"
    time.zone = "UTC"
    columns = { case = "id", activity = "task", start = "from", complete = "to", assignee = "who" }
    [activities."Analyse"]
    start = { status = "Open" }
    complete = { message = "public" }
    [activities."Wait for parts"]
    start = { status = "Waiting" }
    complete = { status = "Open" }
    [activities."Repair"]
    status = "Solved"
    [activities."Log"]
    ignore = true
"""
WORK = table(
    ("id", "task", "from", "to", "who"),
    [
        ("1", "Log", "2026-05-22T08:00", "2026-05-22T08:05", ""),
        ("1", "Analyse", "2026-05-22T09:00", "2026-05-22T12:00", "bo"),
        ("1", "Wait for parts", "2026-05-22T10:00", "2026-05-22T11:00", "bo"),
        ("1", "Repair", "2026-05-22T13:00", "2026-05-22T12:30", "di"),
        ("1", "Log", "", "", "di"),
    ],
)


def test_both_ends_of_overlapping_work_take_their_places_in_time(tmp_path: Path) -> None:
    histories, listed = told(opened(tmp_path, WORK, SPANS))

    assert [(event.type, event.at.hour) for event in histories["1"].events] == [
        ("opened", 8),
        ("assigned", 9),
        ("started", 9),
        ("held", 10),
        ("resumed", 11),
        ("message_posted", 12),
        ("assigned", 13),
        ("resolved", 13),
    ]
    assert [(row.line, row.why) for row in listed] == [(5, "stepped_back"), (6, "no_instant")]


TRANSITIONS = """
    rows = "activities"
    time.zone = "UTC"
    columns = { case = "case:concept:name", activity = "concept:name", transition = "lifecycle:transition", at = "time:timestamp" }
    [values.transition]
    schedule = ""
    [activities."Work"]
    start.status = "Open"
    complete.status = "Solved"
    [activities."*"]
    status = "Closed"
"""
XES = table(
    ("case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp"),
    [
        ("1", "Work", "SCHEDULE", "2026-05-22T08:00:00+00:00"),
        ("1", "Work", "START", "2026-05-22T09:00:00+00:00"),
        ("1", "Work", "complete", "2026-05-22T10:00:00+00:00"),
        ("1", "Archive", "complete", "2026-05-22T11:00:00+00:00"),
    ],
)


def test_the_two_ends_of_an_activity_may_stand_in_rows_of_their_own(tmp_path: Path) -> None:
    histories, listed = told(opened(tmp_path, XES, TRANSITIONS))

    assert not listed
    assert kinds(histories["1"]) == ["opened", "started", "resolved", "closed"]
    assert histories["1"].lines == (2, 3, 4, 5)


def test_each_shape_goes_through_the_whole_replay(tmp_path: Path) -> None:
    for name, (log, mapping) in {"e": (INTERLEAVED, EVENTS), "s": (WORK, SPANS), "x": (XES, TRANSITIONS)}.items():
        folder = tmp_path / name
        folder.mkdir()
        summary = replay(opened(folder, log, mapping), DESK, folder / "out")
        assert summary.rows.read == summary.rows.applied + summary.rows.listed_count
        assert summary.tickets == len((folder / "out" / "tickets.csv").read_text().splitlines()) - 1
