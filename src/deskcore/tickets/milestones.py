"""Instants in a ticket's life that reports ask for and its rules do not, read off its log.

What rules ask for is in ``Ticket.marks``.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.log import Event
from deskcore.log.actor import STAFF_ROLES
from deskcore.tickets import events as on
from deskcore.tickets.status import Phase


@final
@attrs.frozen
class Milestones:
    """When things happened; ``None`` where they have not.

    ``started_at`` is the first instant outside ``new``, unless the opening said otherwise. ``ended_at`` is the latest
    change from owed work to none, kept through a reopening; ``closed_at`` the latest entry into a closed status,
    cleared when it is left. ``moved_at`` is the latest change of status, the opening included; ``answered_at`` the
    first public message by staff that no machine wrote, whether or not it counts as an answer.
    """

    opened_at: datetime
    moved_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    answered_at: datetime | None = None


def milestones(events: Iterable[Event]) -> Milestones:
    """The milestones of a log, linear in its length.

    Raises:
        InvalidValue: the first event does not open a ticket.

    >>> from deskcore.testing.tickets import opening
    >>> milestones([opening("T-1")]).started_at is None
    True
    """
    found: Milestones | None = None
    before: Phase = "new"
    for event in events:
        data = event.data
        if found is None:
            found = _born(event)
        elif isinstance(data, on.StatusChange):
            found = _moved(found, before, data.status.phase, event.at)
        elif isinstance(data, on.MessagePosted) and found.answered_at is None and _answers(data):
            found = attrs.evolve(found, answered_at=event.at)
        if isinstance(data, on.StatusChange | on.Opened):
            before = data.status.phase
        elif isinstance(data, on.Adopted):
            before = data.opened.status.phase
    if found is None:
        raise InvalidValue("events", "nothing", "must begin with one that opens the ticket")
    return found


def _born(event: Event) -> Milestones:
    data = event.data
    if isinstance(data, on.Adopted):
        begun = Milestones(data.opened_at, event.at, answered_at=data.first_response_at)
        return _moved(begun, "new", data.opened.status.phase, data.resolved_at or event.at)
    if not isinstance(data, on.Opened):
        raise InvalidValue("events", event.type, "must begin with one that opens the ticket")
    return _moved(Milestones(event.at, event.at, data.started_at), "new", data.status.phase, event.at)


def _moved(held: Milestones, before: Phase, phase: Phase, at: datetime) -> Milestones:
    was_done, done = before in _DONE, phase in _DONE
    return attrs.evolve(
        held,
        moved_at=at,
        started_at=at if held.started_at is None and phase != "new" else held.started_at,
        ended_at=at if done and not was_done else held.ended_at,
        closed_at=at if phase == "closed" else None,
    )


_DONE = frozenset({"resolved", "closed", "cancelled"})


def _answers(data: on.MessagePosted) -> bool:
    return data.visibility == "public" and not data.auto_generated and data.author_role in STAFF_ROLES
