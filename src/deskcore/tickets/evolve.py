"""What an event does to a ticket, and what a whole log adds up to.

``evolve`` is total: an event that this room does not own only counts. ``replay`` folds through a private draft that
changes in place; by law both give the same ticket. Not here: whether the lifecycle would have allowed it
(``violations``).

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore.errors import InvalidValue
from deskcore.log import Event, EventLog
from deskcore.tickets._draft import Draft
from deskcore.tickets._steps import BIRTHS, QUIET, STEPS
from deskcore.tickets.events import TICKET_EVENTS
from deskcore.tickets.ticket import Ticket


def evolve(ticket: Ticket | None, event: Event) -> Ticket:
    """The ticket after an event; ``None`` is a ticket not yet opened. The ticket given stays as it was.

    Total over a case's stream: an event of another room or of an unknown type only raises ``version`` and
    ``recorded_at``. A few microseconds, whatever the length of the ticket's life.

    Raises:
        InvalidValue: the first event of a log does not open a ticket, or a later one opens it again.

    >>> from datetime import UTC, datetime
    >>> from deskcore.log import Actor
    >>> from deskcore.tickets.events import Opened, TagAdded
    >>> from deskcore.tickets.status import Status
    >>> noon, ann = datetime(2026, 5, 22, 12, tzinfo=UTC), Actor.requester("ann")
    >>> ticket = evolve(None, Event("T-1", 1, noon, noon, ann, Opened("VPN", None, Status("New", "new"), "simple")))
    >>> ticket = evolve(ticket, Event("T-1", 2, noon, noon, ann, TagAdded("vip")))
    >>> ticket.version, sorted(ticket.tags)
    (2, ['vip'])
    """
    data = event.data
    if ticket is None:
        return _born(event).ticket()
    draft = Draft.of(ticket)
    step = STEPS.get(type(data))
    if step is not None:
        draft.updated_at = event.at
        step(draft, data, event.at)
    else:
        _aside(draft, event)
    draft.version += 1
    draft.recorded_at = event.recorded_at
    return draft.ticket()


def replay(events: Iterable[Event]) -> Ticket:
    """The ticket that a log adds up to: the same as folding ``evolve`` over it, several times as fast.

    An ``EventLog`` is read in its order of folds, ``(at, seq)``; any other iterable as it comes. Linear in the number
    of events.

    Raises:
        InvalidValue: there is no event, the first does not open a ticket, or a later one opens it again.

    >>> replay([])
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: events must begin with one that opens the ticket (got 'nothing')
    """
    ordered = events.ordered() if isinstance(events, EventLog) else events
    rest = iter(ordered)
    first = next(rest, None)
    if first is None:
        raise InvalidValue("events", "nothing", "must begin with one that opens the ticket")
    draft = _born(first)
    steps = STEPS
    known = steps.get
    event = first
    count = 0
    for event in rest:
        data = event.data
        step = known(type(data))
        if step is not None:
            at = event.at
            draft.updated_at = at
            step(draft, data, at)
        else:
            _aside(draft, event)
        count += 1
    draft.version += count
    draft.recorded_at = event.recorded_at
    return draft.ticket()


def _born(event: Event) -> Draft:
    birth = BIRTHS.get(type(event.data))
    if birth is None:
        raise InvalidValue("events", event.type, "must begin with one that opens the ticket")
    return birth(event)


def _aside(draft: Draft, event: Event) -> None:
    """An event that is no activity on the ticket, or none of this room's."""
    kind = type(event.data)
    quiet = QUIET.get(kind)
    if quiet is not None:
        quiet(draft, event.data)
    elif kind in BIRTHS:
        raise InvalidValue("event", event.id, f"must not open ticket {draft.id} a second time")


assert {*STEPS, *QUIET, *BIRTHS} == set(TICKET_EVENTS), "every event of this room has its step"
