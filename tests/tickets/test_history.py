"""The log read as a story, a ticket as it stood, mistakes taken back, people taken out, and who sees what."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, Event, EventData, EventLog, Unknown
from deskcore.presets import zendesk_lifecycle
from deskcore.sla import Target
from deskcore.testing.tickets import NOON, Story, opening, stories
from deskcore.tickets import Party, Ticket, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.annex import Effort
from deskcore.tickets.erasure import erase_person
from deskcore.tickets.history import as_of, diff, history
from deskcore.tickets.sight import Sight, shown
from deskcore.tickets.simple import simple_lifecycle
from deskcore.tickets.undo import UNDOABLE, undo
from deskcore.wire import dumps, roundtrip
from tests.tickets.world import ANN, BO, Bench

SOME = settings(max_examples=30, deadline=None)
HOUR = timedelta(hours=1)
BEFORE = timedelta(microseconds=1)


def lived(*commands: do.Command, by: Actor = BO) -> Bench:
    """A ticket to which each command came an hour after the one before."""
    bench = Bench(simple_lifecycle())
    for command in commands:
        assert bench.say(command, by=by, after=HOUR).accepted
    return bench


def test_history_tells_what_each_event_changed() -> None:
    bench = lived(do.Assign("T-1", "bo"), do.Start("T-1"), do.AddTag("T-1", "vip"), do.LogTime("T-1"))
    told = [change.explain() for change in history(bench.events)]

    assert told[1] == (
        "2026-05-22T13:00:00+00:00 bo assigned (assignee: none -> bo; assignee changes: none -> 1; "
        "assigned at: none -> 2026-05-22T13:00:00+00:00)"
    )
    assert told[2] == "2026-05-22T14:00:00+00:00 bo started (status: New -> Open)"
    assert told[3] == "2026-05-22T15:00:00+00:00 bo tag_added (tags: none -> vip)"
    assert told[4] == "2026-05-22T16:00:00+00:00 bo time_logged"
    assert history(bench.events)[3].to_dict()["differences"] == [{"what": "tags", "before": "none", "after": "vip"}]


@SOME
@given(story=stories())
def test_the_differences_of_a_history_add_up(story: Story) -> None:
    """Read one after the other they lead from nothing to the ticket."""
    found: dict[str, str] = {}
    for change in history(story.events):
        for difference in change.differences:
            assert found.get(difference.what, "none") == difference.before
            found[difference.what] = difference.after
    final = {difference.what: difference.after for difference in diff(None, story.ticket)}
    assert {what: text for what, text in found.items() if text != "none"} == final
    assert diff(story.ticket, story.ticket) == ()


@SOME
@given(story=stories(), place=st.integers(0, 30))
def test_a_ticket_as_of_an_instant_is_the_fold_until_then(story: Story, place: int) -> None:
    log = EventLog(story.events)
    at = story.events[place % len(story.events)].at
    assert as_of(log, at) == replay([event for event in story.events if event.at <= at])
    assert as_of(log, story.events[0].at - BEFORE) is None


def test_as_of_tells_what_was_true_from_what_was_known() -> None:
    late = Event("T-1", 2, NOON + HOUR, NOON + 5 * HOUR, BO, on.TagAdded("vip"))
    log = EventLog((opening("T-1"), late))
    then, known = as_of(log, NOON + 2 * HOUR), as_of(log, NOON + 2 * HOUR, known=True)
    assert then is not None
    assert known is not None
    assert (sorted(then.tags), sorted(known.tags)) == (["vip"], [])
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        as_of(log, (NOON + HOUR).replace(tzinfo=None))


MISTAKES: list[tuple[tuple[do.Command, ...], do.Command]] = [
    ((), do.AddTag("T-1", "vip")),
    ((do.AddTag("T-1", "vip"),), do.RemoveTag("T-1", "vip")),
    ((), do.Assign("T-1", "bo", team="net")),
    ((do.Assign("T-1", "bo"),), do.Unassign("T-1")),
    ((do.Assign("T-1", "bo", team="net"),), do.Transfer("T-1", team="sec")),
    ((), do.Start("T-1")),
    ((do.Start("T-1"),), do.Hold("T-1", "vendor")),
    ((do.Hold("T-1", "vendor"),), do.Resume("T-1")),
    ((do.Start("T-1"),), do.Resolve("T-1", code="fixed")),
    ((do.Resolve("T-1", code="fixed"),), do.Close("T-1")),
    ((do.Resolve("T-1", code="fixed"),), do.Reopen("T-1")),
    ((do.Start("T-1"),), do.Cancel("T-1", why="spam")),
    ((), do.SetPriority("T-1", "p1")),
    ((do.SetPriority("T-1", "p1"),), do.SetPriority("T-1", "p2")),
    ((), do.SetField("T-1", "cause", "dust")),
    ((do.SetField("T-1", "cause", "dust"),), do.SetField("T-1", "cause", None)),
    ((), do.SetSubject("T-1", "mail")),
    ((), do.AddLink("T-1", "related", "T-2")),
    ((do.Watch("T-1", "cy"),), do.Unwatch("T-1", "cy")),
    ((), do.Mute("T-1")),
    ((), do.ChangeParty("T-1", Party("cas", tier="gold"))),
    ((), do.SetImpactUrgency("T-1", 2, 2)),
    ((do.AddLink("T-1", "related", "T-2"),), do.RemoveLink("T-1", "related", "T-2")),
    ((), do.LogTime("T-1", Effort(HOUR))),
    ((do.Classify("T-1", category="mail"),), do.Classify("T-1", category="vpn")),
]
# What tells of activity, and therefore of the mistake too.
ACTIVITY = ("recorded_at", "status_since", "updated_at", "active_at", "assigned_at", "reminded")


def still(ticket: Ticket) -> Ticket:
    """A ticket without what every event moves."""
    changes: dict[str, Any] = dict.fromkeys(ACTIVITY, NOON)
    marks = attrs.evolve(ticket.marks, **changes)
    return attrs.evolve(ticket, version=0, marks=marks)


@pytest.mark.parametrize(("before", "mistake"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_taken_back_leaves_what_was_there_before(before: tuple[do.Command, ...], mistake: do.Command) -> None:
    bench = lived(*before)
    stood = bench.ticket
    seq = bench.ticket.version + 1
    bench.say(mistake, after=HOUR)
    assert bench.ticket.version == seq

    taken_back = undo(bench.events, seq, why="wrong ticket")

    assert taken_back.accepted, taken_back.explain()
    bench.at += HOUR
    record(bench, taken_back.events)
    assert still(bench.ticket) == still(stood)
    assert isinstance(bench.events[-1].data, on.Corrected)
    assert [event.seq for event in bench.events] == list(range(1, len(bench.events) + 1))
    assert replay(bench.events) == bench.ticket


def record(bench: Bench, data: tuple[EventData, ...]) -> None:
    for each in data:
        bench.events.append(Event("T-1", bench.ticket.version + 1, bench.at, bench.at, BO, each))
        bench.held = evolve(bench.held, bench.events[-1])


def test_every_kind_that_can_be_taken_back_is_tried() -> None:
    tried = set[type]()
    for before, mistake in MISTAKES:
        bench = lived(*before, mistake)
        tried |= {type(event.data) for event in bench.events}
    assert all(any(issubclass(each, kind) for each in tried) for kind in UNDOABLE)


@pytest.mark.parametrize(
    ("commands", "seq", "code"),
    [
        ((), 1, "not_undoable"),
        ((do.Post("T-1", "m-1"),), 2, "not_undoable"),
        ((do.ProposeSolution("T-1", "reboot"),), 2, "not_undoable"),
        ((do.AddTag("T-1", "vip"), do.RemoveTag("T-1", "vip")), 2, "not_undoable"),
        ((do.Start("T-1"), do.Hold("T-1", "vendor")), 2, "not_undoable"),
        ((do.Classify("T-1", category="mail"),), 2, "not_undoable"),
        ((), 7, "unknown_event"),
    ],
)
def test_what_cannot_be_taken_back_is_refused(commands: tuple[do.Command, ...], seq: int, code: str) -> None:
    answer = undo(lived(*commands).events, seq)
    assert [refusal.code for refusal in answer.refusals] == [code]
    assert answer.events == ()


def test_a_mistake_is_taken_back_once() -> None:
    bench = lived(do.AddTag("T-1", "vip"))
    record(bench, undo(bench.events, 2).events)
    bench.say(do.AddTag("T-1", "vip"))
    assert [refusal.code for refusal in undo(bench.events, 2).refusals] == ["not_undoable"]


@SOME
@given(story=stories())
def test_an_erased_log_keeps_sequence_and_totals(story: Story) -> None:
    erased = erase_person(story.events, "ann", "person-1", texts="(erased)")
    kept, now = replay(story.events), replay(erased)

    assert [(event.seq, event.at, event.recorded_at, event.type) for event in erased] == [
        (event.seq, event.at, event.recorded_at, event.type) for event in story.events
    ]
    assert (now.counters, now.marks, now.status, now.version) == (kept.counters, kept.marks, kept.status, kept.version)
    assert all('"ann"' not in dumps(event) for event in erased)
    assert erase_person(erased, "ann", "person-1", texts="(erased)") == erased


def test_a_person_is_erased_wherever_they_stand() -> None:
    party = Party("ann", organisation="acme", tier="gold", vip=True)
    stray = Unknown("acme.seen", 1, '{"by":"ann","list":["ann","bo"],"note":"annual"}')
    log = (
        opening("T-1", requester=party),
        Event("T-1", 2, NOON, NOON, BO, on.WatcherAdded("ann")),
        Event("T-1", 3, NOON, NOON, ANN, on.Assigned("ann", team="net")),
        Event("T-1", 4, NOON, NOON, BO, on.TagAdded("ann")),
        Event("T-1", 5, NOON, NOON, BO, on.MessagePosted("ann", "agent")),
        Event("T-1", 6, NOON, NOON, BO, on.SubjectSet("ann has no VPN")),
        Event("T-1", 7, NOON, NOON, BO, stray),
    )
    erased = erase_person(log, "ann", "person-1", texts="(erased)")
    ticket = replay(erased)

    assert ticket.requester == Party("person-1", tier="gold")
    assert (ticket.assignee, ticket.subject) == ("person-1", "(erased)")
    assert (sorted(ticket.annex.watchers), sorted(ticket.tags)) == (["person-1"], ["ann"])
    assert isinstance(erased[6].data, Unknown)
    assert json.loads(erased[6].data.payload) == {"by": "person-1", "list": ["person-1", "bo"], "note": "annual"}
    assert replay(erase_person(log, "ann", "person-1")).subject == "ann has no VPN"
    assert erase_person(log, "nobody", "person-9") == log


def test_clocks_of_an_erased_log_are_those_of_the_log() -> None:
    desk = Desk.simple(calendar=Calendar.always(), targets=[Target.first_response(elapsed(hours=2))])
    case = desk.handle(None, do.Open("T-1", subject="VPN", requester="ann"), at=NOON, actor=ANN).unwrap()
    answered = desk.handle(case.case, do.Post("T-1", "m-1"), at=NOON + 3 * HOUR, actor=BO).unwrap()
    log = (*case.events, *answered.events)
    erased = erase_person(log, "ann", "person-1")
    at = NOON + 4 * HOUR
    assert desk.clocks(desk.case(erased), at=at) == desk.clocks(desk.case(log), at=at)


MANILA = Actor.partner("di", desk="manila")


def seen(events: list[Event], viewer: Actor, sight: Sight | None = None) -> list[str]:
    return [
        event.data.message_id if isinstance(event.data, on.MessagePosted) else event.type
        for event in (sight or Sight()).of(events, viewer)
    ]


@pytest.fixture
def travelled() -> list[Event]:
    """A ticket that went to a partner and came back, with a message of each kind at every station."""
    bench = Bench(simple_lifecycle())
    for station, move in (("house", None), ("manila", "manila"), ("back", "house")):
        if move is not None:
            bench.say(do.Transfer("T-1", desk=move))
        for who, actor in (("ann", ANN), ("bo", BO)):
            bench.say(do.Post("T-1", f"{station}-{who}"), by=actor)
        for mark in ("internal", "partner"):
            bench.say(do.Post("T-1", f"{station}-{mark}", visibility=mark))
            bench.say(do.Post("T-1", f"{station}-di-{mark}", visibility=mark), by=MANILA)
    return bench.events


def test_the_house_sees_everything(travelled: list[Event]) -> None:
    assert Sight().of(travelled, BO) == tuple(travelled)
    assert Sight().of(travelled, Actor.admin("eve")) == tuple(travelled)


def test_a_requester_sees_public_messages_and_what_became_of_it(travelled: list[Event]) -> None:
    assert seen(travelled, ANN) == [
        "opened", "house-ann", "house-bo", "manila-ann", "manila-bo", "back-ann", "back-bo",
    ]  # fmt: skip


def test_a_partner_sees_a_ticket_while_it_has_it(travelled: list[Event]) -> None:
    gone = next(place for place, event in enumerate(travelled) if event.type == "transferred" and place > 8)
    while_there = travelled[:gone]
    assert seen(while_there, MANILA) == [
        "opened", "house-ann", "house-bo", "house-di-internal", "house-di-partner", "transferred", "manila-ann",
        "manila-bo", "manila-di-internal", "manila-partner", "manila-di-partner",
    ]  # fmt: skip
    assert "house-ann" not in seen(while_there, MANILA, Sight(past="own"))
    assert seen(travelled, MANILA) == []
    assert seen(travelled, MANILA, Sight(keeps=True)) == seen(while_there, MANILA)


def test_another_partner_sees_nothing(travelled: list[Event]) -> None:
    assert seen(travelled, Actor.partner("x", desk="lagos")) == []


def test_the_past_is_one_of_the_known_words() -> None:
    with pytest.raises(InvalidValue, match="past must be one of all, own"):
        Sight(past="some")  # type: ignore[arg-type]
    assert roundtrip(Sight("hq", past="own")) == Sight("hq", past="own")


def test_a_ticket_is_shown_in_the_words_of_who_looks() -> None:
    zendesk = zendesk_lifecycle()
    bench = Bench(zendesk)
    bench.say(do.Assign("T-1", "bo"))
    bench.say(do.AddTag("T-1", "vip"))
    bench.say(do.Move("T-1", "hold"))
    assert shown(zendesk, bench.ticket, ANN).to_dict() == {
        "id": "T-1", "subject": "VPN", "status": "open", "priority": None, "resolution": None, "assignee": None,
        "desk": None, "tags": [],
    }  # fmt: skip
    assert (shown(zendesk, bench.ticket, BO).status, shown(zendesk, bench.ticket, BO).assignee) == ("hold", "bo")
