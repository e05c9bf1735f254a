"""What events add up to."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, EventData, Role, Unknown
from deskcore.testing.tickets import NOON, opening
from deskcore.tickets import TICKET_EVENTS, Party, Status, Ticket, evolve, replay, status_event
from deskcore.tickets import events as on
from deskcore.tickets.facts import FACTS, TOLD_BY_MESSAGES, facts
from deskcore.tickets.status import PHASES, Phase

NEW, OPEN = Status("New", "new"), Status("Open", "active")
WAIT = Status("Parked", "waiting", waits_for="vendor")
SOLVED, DONE, VOID = Status("Solved", "resolved"), Status("Done", "closed"), Status("Void", "cancelled")
HOUR = timedelta(hours=1)
BOTH_SIDES: tuple[Role, ...] = ("agent", "requester")


def hour(count: float) -> datetime:
    return NOON + count * HOUR


def told(*data: EventData, first: Event | None = None) -> Ticket:
    """A ticket with one thing happening each hour after it was opened."""
    events = [first or opening("T-1")]
    for place, each in enumerate(data, start=1):
        at = hour(place)
        events.append(Event("T-1", place + 1, at, at, Actor.agent("bo"), each))
    return replay(events)


def walked(*statuses: Status) -> Ticket:
    held, data = NEW, list[EventData]()
    for status in statuses:
        data.append(status_event(held, status))
        held = status
    return told(*data)


def said(role: Role = "agent", *, auto_generated: bool = False, visibility: str = "public") -> on.MessagePosted:
    return on.MessagePosted("m", role, visibility, auto_generated=auto_generated)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["agent", "partner", "admin"])
def test_a_public_message_by_staff_answers(role: Role) -> None:
    ticket = told(said("requester"), said(role))

    assert ticket.marks.first_response_at == hour(2)
    assert ticket.marks.waiting_since is None
    assert ticket.counters.replies == 1


@pytest.mark.parametrize(
    "message",
    [
        said(auto_generated=True),
        said(visibility="internal"),
        said(visibility="partner"),
        said("system"),
        said("vendor"),
    ],
)
def test_what_is_no_answer_to_the_requester(message: on.MessagePosted) -> None:
    ticket = told(message)

    assert ticket.marks.first_response_at is None
    assert ticket.marks.waiting_since == hour(0)
    assert (ticket.counters.messages, ticket.counters.replies, ticket.counters.contacts) == (1, 0, 0)


def test_waiting_since_is_the_oldest_unanswered_message() -> None:
    assert told(said(), said("requester"), said("requester")).marks.waiting_since == hour(2)


def test_a_ticket_nobody_asked_for_waits_for_no_answer() -> None:
    assert told(first=opening("T-1", requester=None)).marks.waiting_since is None


def test_resolved_at_is_the_latest_solution_and_survives_reopening() -> None:
    marks = walked(SOLVED, OPEN, SOLVED, OPEN).marks

    assert (marks.first_resolved_at, marks.resolved_at) == (hour(1), hour(3))


def test_closed_at_is_cleared_by_a_reopening() -> None:
    assert walked(SOLVED, DONE).marks.closed_at == hour(2)
    assert walked(SOLVED, DONE, OPEN).marks.closed_at is None


def test_done_at_is_the_solution_or_the_end_without_one() -> None:
    assert walked(SOLVED, DONE).marks.done_at == hour(1)
    assert walked(SOLVED, SOLVED).marks.done_at == hour(2)
    assert walked(SOLVED, DONE, OPEN).marks.done_at is None
    assert walked(SOLVED, OPEN, VOID).marks.done_at == hour(3)
    for status in (SOLVED, DONE, VOID):
        assert told(first=opening("T-1", status=status)).marks.done_at == hour(0)


def test_reopens_count_from_resolved_and_closed_but_not_from_cancelled() -> None:
    assert walked(SOLVED, DONE, OPEN, SOLVED, WAIT, VOID, OPEN).counters.reopens == 2


def test_solved_to_closed_is_no_reopening() -> None:
    assert walked(SOLVED, DONE, SOLVED).counters.reopens == 0


def test_a_solution_code_goes_with_a_reopening() -> None:
    fixed = status_event(NEW, SOLVED, code="fixed")

    assert told(fixed).resolution == "fixed"
    assert told(fixed, status_event(SOLVED, OPEN)).resolution is None


def test_a_hold_ends_with_its_status() -> None:
    held = status_event(OPEN, WAIT, reason="parts", until=hour(9))

    ticket = told(held)
    assert ticket.hold is not None
    assert (ticket.hold.reason, ticket.hold.until) == ("parts", hour(9))
    assert told(held, status_event(WAIT, OPEN)).hold is None


def test_a_hold_without_a_reason_says_for_whom_it_waits() -> None:
    hold = walked(OPEN, WAIT).hold

    assert hold is not None
    assert hold.reason == "vendor"


def test_reopening_into_a_wait_is_a_hold_too() -> None:
    ticket = told(status_event(NEW, SOLVED), status_event(SOLVED, WAIT, reason="parts"))

    assert ticket.hold is not None
    assert (ticket.hold.reason, ticket.counters.reopens, ticket.counters.holds) == ("parts", 1, 1)


def test_changes_of_team_and_person_count_none_as_a_value() -> None:
    ticket = told(on.Assigned("bo", "net"), on.Unassigned(), on.Transferred(team="mail"), on.Assigned("bo", "mail"))

    assert (ticket.counters.team_changes, ticket.counters.assignee_changes) == (2, 3)
    assert ticket.marks.assigned_at == hour(4)


def test_a_field_is_cleared_by_none() -> None:
    assert dict(told(on.FieldSet("a", 1), on.FieldSet("b", 2), on.FieldSet("a", None)).fields) == {"b": 2}


def test_events_of_other_rooms_only_count() -> None:
    before, after = told(), told(Unknown("acme.coffee", 1, "{}"))

    assert after.version == before.version + 1
    assert after.marks.recorded_at == hour(1)
    assert after.marks.updated_at == hour(0)


def test_a_pinned_policy_and_a_reminder_are_no_activity() -> None:
    ticket = told(on.PolicyPinned("gold", None), on.Reminded("r", "T-1/r/0"))

    assert (ticket.header.policy, ticket.marks.reminded) == ("gold", frozenset({"T-1/r/0"}))
    assert ticket.marks.updated_at == hour(0)


def test_an_adopted_ticket_knows_what_it_was_told() -> None:
    opened = on.Opened("old", Party("ann"), SOLVED, "simple", assignee="bo")
    data = on.Adopted(opened, hour(-90), first_response_at=hour(-80), resolved_at=hour(-2), reopens=3)
    event = Event("T-1", 1, NOON, NOON, Actor.system(), data)

    ticket = evolve(None, event)

    assert (ticket.opened_at, ticket.marks.status_since) == (hour(-90), NOON)
    assert (ticket.marks.first_response_at, ticket.marks.resolved_at) == (hour(-80), hour(-2))
    assert (ticket.counters.reopens, ticket.marks.waiting_since) == (3, None)


def test_a_log_opens_once_and_first() -> None:
    again = Event("T-1", 2, NOON, NOON, Actor.system(), opening("T-1").data)

    with pytest.raises(InvalidValue, match="second time"):
        replay([opening("T-1"), again])
    with pytest.raises(InvalidValue, match="second time"):
        evolve(replay([opening("T-1")]), again)
    with pytest.raises(InvalidValue, match="must begin"):
        evolve(None, Event("T-1", 1, NOON, NOON, Actor.system(), on.TagAdded("vip")))


@pytest.mark.parametrize(
    ("source", "target", "type_"),
    [
        (NEW, OPEN, "started"),
        (NEW, WAIT, "held"),
        (NEW, SOLVED, "resolved"),
        (OPEN, NEW, "moved"),
        (OPEN, Status("Busy", "active"), "moved"),
        (WAIT, OPEN, "resumed"),
        (WAIT, NEW, "moved"),
        (WAIT, Status("Parked too", "waiting"), "held"),
        (SOLVED, SOLVED, "resolved"),
        (SOLVED, DONE, "closed"),
        (SOLVED, NEW, "reopened"),
        (SOLVED, WAIT, "reopened"),
        (DONE, OPEN, "reopened"),
        (DONE, SOLVED, "resolved"),
        (DONE, Status("Filed", "closed"), "moved"),
        (OPEN, VOID, "cancelled"),
        (VOID, Status("Spam", "cancelled"), "moved"),
        (VOID, OPEN, "moved"),
    ],
)
def test_the_event_for_a_change_of_status(source: Status, target: Status, type_: str) -> None:
    event = status_event(source, target)

    assert (event.TYPE, event.source, event.status) == (type_, source.name, target)


def test_every_change_of_phase_has_its_event() -> None:
    """``status_event`` is total over the phases, and the fold always ends in the status entered."""
    some: dict[Phase, Status] = {phase: Status(f"to {phase}", phase) for phase in PHASES}
    for source in PHASES:
        for target in PHASES:
            begun = opening("T-1", status=Status("from", source))
            ticket = told(status_event(Status("from", source), some[target]), first=begun)
            assert ticket.status == some[target]
            assert (ticket.hold is not None) is (target == "waiting")


def test_type_names_are_unique_and_in_the_past_tense() -> None:
    types = [kind.TYPE for kind in TICKET_EVENTS]

    assert len(set(types)) == len(types)
    assert all(name and name == name.lower() for name in types)


def test_a_ticket_pickles_and_hashes() -> None:
    ticket = told(on.TagAdded("vip"), on.FieldSet("cause", "dust"))

    assert pickle.loads(pickle.dumps(ticket)) == ticket
    assert hash(ticket) == hash(told(on.TagAdded("vip"), on.FieldSet("cause", "dust")))


def test_facts_are_the_declared_ones_and_the_fields() -> None:
    known = facts(told(on.FieldSet("cause", "dust")))

    assert set(known) == {fact.name for fact in FACTS} | {"field.cause"}


def test_facts_have_their_declared_types() -> None:
    party = Party("ann", organisation="acme", tier="gold", languages=("nl", "en"), data_class="secret", vip=True)
    known = facts(told(on.ImpactUrgencySet(1, 2), first=opening("T-1", requester=party)))
    python = {"text": str, "number": int, "flag": bool, "names": frozenset}

    for fact in FACTS:
        value = known[fact.name]
        assert value is None or isinstance(value, python[fact.type]), fact.name
    assert (known["customer_tier"], known["language"], known["vip"]) == ("gold", "nl", True)


def test_the_facts_that_messages_change_are_named_and_dated() -> None:
    """Whoever hangs on them learns since when: by the last reply or the last contact."""
    changed = set[str]()
    for before, role, auto, visibility in product(BOTH_SIDES, get_args(Role), (False, True), ("public", "internal")):
        first, then = told(said(before)), told(said(before), said(role, auto_generated=auto, visibility=visibility))
        moved = {name for name, value in facts(then).items() if value != facts(first)[name]}
        assert not moved or hour(2) in {then.marks.last_reply_at, then.marks.last_contact_at}
        changed |= moved

    assert changed == TOLD_BY_MESSAGES
