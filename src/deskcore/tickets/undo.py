"""Taking back an event that was a mistake: what to record so that its effect is gone, and it still stands in the log.

Not here: facts that come to light late (``Desk.insert``), merges (``UndoMerge``), and what has left the system, such as
a message, which nothing takes back.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.tickets import events as on
from deskcore.tickets.annex import NO_EFFORT, SolvedMarks, Tally
from deskcore.tickets.decided import Decided
from deskcore.tickets.evolve import evolve, replay
from deskcore.tickets.links import Link
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import refusal
from deskcore.tickets.ticket import Ticket

UNDOABLE: Final[tuple[type[EventData], ...]] = (
    on.StatusChange,
    on.Assigned,
    on.Unassigned,
    on.Transferred,
    on.Classified,
    on.ImpactUrgencySet,
    on.PrioritySet,
    on.FieldSet,
    on.TagAdded,
    on.TagRemoved,
    on.SubjectSet,
    on.Linked,
    on.Unlinked,
    on.WatcherAdded,
    on.WatcherRemoved,
    on.TimeLogged,
    on.Muted,
    on.PartyChanged,
)
"""Kinds of event that can be taken back."""


_ANYBODY: Final = Actor.system("undo")


def undo(events: Iterable[Event], seq: int, *, why: str = "") -> Decided:
    """What takes back the event in place ``seq`` of a ticket's log: the opposite events, then ``corrected``.

    The ticket afterwards is what it was, but for the instants of activity and for what happened since to its other
    parts; counts that the mistake had added are taken off. Refused with ``not_undoable`` where the event is of no kind
    that can be taken back, left the system, was corrected already, or where the part that it changed has been changed
    again since; with ``unknown_event`` where the log has no such place. Linear in the length of the log.

    Raises:
        InvalidValue: the log does not begin with an opening.

    >>> from deskcore.testing.tickets import opening
    >>> import attrs
    >>> log = [opening("T-1"), attrs.evolve(opening("T-1"), seq=2, data=on.TagAdded("vip"))]
    >>> [event.TYPE for event in undo(log, 2).events]
    ['tag_removed', 'corrected']
    """
    log = list(events.ordered() if isinstance(events, EventLog) else events)
    now = replay(log)
    place = next((place for place, event in enumerate(log) if event.seq == seq), None)
    if place is None:
        held = f"its log has no event {seq}"
        return Decided(refusals=(refusal("unknown_event", "undo", now.id, held, f"1 to {len(log)}", seq=str(seq)),))
    data, verb = log[place].data, f"undo event {seq} of"
    if place == 0 or not isinstance(data, UNDOABLE):
        held = f"{log[place].type} is not taken back"
        return Decided(refusals=(refusal("not_undoable", verb, now.id, held, "a change of the ticket itself"),))
    if any(isinstance(event.data, on.Corrected) and event.data.seq == seq for event in log):
        return Decided(refusals=(refusal("not_undoable", verb, now.id, "it was corrected already", "another event"),))
    before = replay(log[:place])
    if _unsayable(data, before):
        held = "there was nothing before, and nothing says so"
        return Decided(refusals=(refusal("not_undoable", verb, now.id, held, "giving it another value"),))
    after = evolve(before, log[place])
    if _concerned(data, after) != _concerned(data, now):
        held = "what it changed has been changed again since"
        return Decided(refusals=(refusal("not_undoable", verb, now.id, held, "undoing the later change first"),))
    opposite = tuple(_opposite(data, before, now))
    return Decided((*opposite, _corrected(seq, why, before, after, now, opposite)))


# Any: each reading takes its own kind of event, which a mapping by type cannot say.
_CONCERNED: Final[Mapping[type[EventData], Callable[[Any, Ticket], object]]] = {
    **dict.fromkeys(
        (on.Assigned, on.Unassigned, on.Transferred), lambda _, ticket: (ticket.place, ticket.header.lifecycle)
    ),
    on.Classified: lambda _, ticket: (*attrs.astuple(ticket.triage)[:3], ticket.header.kind),
    on.ImpactUrgencySet: lambda _, ticket: (ticket.triage.impact, ticket.triage.urgency),
    on.PrioritySet: lambda _, ticket: (ticket.priority, ticket.triage.overridden),
    on.FieldSet: lambda data, ticket: ticket.fields.get(data.name),
    **dict.fromkeys((on.TagAdded, on.TagRemoved), lambda data, ticket: data.tag in ticket.tags),
    **dict.fromkeys((on.Linked, on.Unlinked), lambda data, ticket: Link(data.kind, data.other) in ticket.links),
    **dict.fromkeys((on.WatcherAdded, on.WatcherRemoved), lambda data, ticket: data.who in ticket.annex.watchers),
    on.SubjectSet: lambda _, ticket: ticket.subject,
    on.PartyChanged: lambda _, ticket: ticket.requester,
    on.Muted: lambda _, ticket: ticket.annex.muted,
    on.TimeLogged: lambda _, __: None,
}


def _concerned(data: EventData, ticket: Ticket) -> object:
    """The part of a ticket that an event changes: equal on two tickets where nothing changed it in between."""
    if isinstance(data, on.StatusChange):
        return ticket.status, ticket.marks.status_since
    return _CONCERNED[type(data)](data, ticket)


def _unsayable(data: EventData, before: Ticket) -> bool:
    """Whether what was there before is nothing, which no event of the kind can say."""
    triage = before.triage
    if isinstance(data, on.Classified):
        return (data.category is not None and triage.category is None) or (
            data.service is not None and triage.service is None
        )
    return isinstance(data, on.PartyChanged) and before.requester is None


def _opposite(data: EventData, before: Ticket, now: Ticket) -> Iterator[EventData]:
    match data:
        case on.StatusChange():
            yield from _status_back(before, now)
        case on.Assigned() | on.Unassigned():
            yield on.Assigned(before.place.assignee, before.place.team, before.place.desk)
        case on.Transferred():
            place, lifecycle = before.place, before.header.lifecycle
            other = None if lifecycle == now.header.lifecycle else lifecycle
            yield on.Transferred(place.queue, place.team, place.desk, "undone", place.assignee, other)
        case on.PrioritySet():
            yield on.PrioritySet(before.priority, "manual" if before.triage.overridden else "computed", "undone")
        case on.ImpactUrgencySet():
            yield on.ImpactUrgencySet(before.triage.impact, before.triage.urgency)
        case on.Classified():
            triage = before.triage
            yield on.Classified(triage.category, triage.service, before.header.kind, triage.skills)
        case on.TimeLogged(effort=effort):
            yield on.TimeLogged(NO_EFFORT - effort)
        case _:
            yield from _small_opposite(data, before)


def _small_opposite(data: EventData, before: Ticket) -> Iterator[EventData]:
    match data:
        case on.FieldSet(name=name):
            yield on.FieldSet(name, before.fields.get(name))
        case on.TagAdded(tag=tag) | on.TagRemoved(tag=tag):
            yield on.TagAdded(tag) if tag in before.tags else on.TagRemoved(tag)
        case on.Linked(kind=kind, other=other) | on.Unlinked(kind=kind, other=other):
            was = Link(kind, other) in before.annex.links
            yield on.Linked(kind, other) if was else on.Unlinked(kind, other)
        case on.WatcherAdded(who=who) | on.WatcherRemoved(who=who):
            yield on.WatcherAdded(who) if who in before.annex.watchers else on.WatcherRemoved(who)
        case on.SubjectSet():
            yield on.SubjectSet(before.subject)
        case on.Muted():
            yield on.Muted(before.annex.muted)
        case on.PartyChanged() if before.requester is not None:
            yield on.PartyChanged(before.requester)
        case _:
            return


def _status_back(before: Ticket, now: Ticket) -> Iterator[EventData]:
    hold = before.hold
    if before.status != now.status:
        reason, until = ("", None) if hold is None else (hold.reason, hold.until)
        yield status_event(now.status, before.status, reason=reason, until=until, code=before.resolution)


def _corrected(
    seq: int, why: str, before: Ticket, after: Ticket, now: Ticket, opposite: tuple[EventData, ...]
) -> on.Corrected:
    """What the mistake and its opposite add to the counts, each by itself, and where the marks of solutions stood."""
    back = now
    for place, data in enumerate(opposite, 1):
        at = now.marks.recorded_at
        back = evolve(back, Event(now.id, now.version + place, at, at, _ANYBODY, data))
    tally = Tally(*(
        getattr(after.counters, name) - getattr(before.counters, name)
        + getattr(back.counters, name) - getattr(now.counters, name)
        for name in ("reopens", "team_changes", "assignee_changes", "holds")
    ))  # fmt: skip
    moved = any(isinstance(data, on.StatusChange) for data in opposite)
    marks = before.marks
    stood = SolvedMarks(marks.first_resolved_at, marks.resolved_at, marks.closed_at, marks.done_at, before.resolution)
    return on.Corrected(seq, why, tally, stood if moved else None)
