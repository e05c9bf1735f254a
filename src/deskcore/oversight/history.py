"""What a log tells of a ticket's life that the ticket itself has forgotten: who had it, how long in which phase.

Each function reads the events once, in the order of folds. Not here: what is counted of it (``outcome``).

Layer: oversight. Imports log and tickets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.log import Event
from deskcore.log.actor import STAFF_ROLES
from deskcore.tickets import Status, Ticket
from deskcore.tickets.events import Adopted, Assigned, MessagePosted, Opened, StatusChange, Transferred


def spells(ticket: Ticket, log: Sequence[Event]) -> tuple[tuple[datetime, datetime | None], ...]:
    """The stretches in which work was owed; without a log one, from opening to the last solution.

    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> [end for _, end in spells(replay([opening("T-1")]), [opening("T-1")])]
    [None]
    """
    if not log and not ticket.is_open:
        ended = ticket.marks.resolved_at or ticket.marks.closed_at or ticket.marks.status_since
        return ((ticket.opened_at, _not_before(ended, ticket.opened_at)),)
    found: list[tuple[datetime, datetime | None]] = []
    begun: datetime | None = ticket.opened_at
    for event in log:
        data = event.data
        if not isinstance(data, StatusChange):
            continue
        if data.status.is_open and begun is None:
            begun = event.at
        elif not data.status.is_open and begun is not None:
            found.append((begun, _not_before(event.at, begun)))
            begun = None
    return (*found, *([(begun, None)] if begun is not None else []))


def groups(log: Sequence[Event]) -> tuple[str | None, ...]:
    """The teams that held it one after another, from the opening on, nobody included; empty without a log.

    >>> from deskcore.testing.tickets import opening
    >>> groups([opening("T-1")])
    (None,)
    """
    return _holders(log, lambda data: data.team)


def desks(log: Sequence[Event]) -> tuple[str | None, ...]:
    """The desks that held it one after another, from the opening on, none included; empty without a log.

    >>> desks([])
    ()
    """
    return _holders(log, lambda data: data.desk)


def _holders(
    log: Sequence[Event], of: Callable[[Opened | Assigned | Transferred], str | None]
) -> tuple[str | None, ...]:
    found: list[str | None] = []
    for event in log:
        data = event.data.opened if isinstance(event.data, Adopted) else event.data
        if isinstance(data, Opened | Assigned | Transferred):
            holder = of(data)
            if not found or found[-1] != holder:
                found.append(holder)
    return tuple(found)


def spent(log: Sequence[Event], at: datetime) -> FrozenDict[int]:
    """Elapsed microseconds in each open phase up to ``at``; waiting is told apart by whom it waits for.

    Empty without a log, and for a ticket that was adopted, whose earlier phases nobody knows.

    >>> from datetime import timedelta
    >>> from deskcore.testing.tickets import NOON, opening
    >>> dict(spent([opening("T-1")], NOON + timedelta(seconds=1)))
    {'new': 1000000}
    """
    if not log or not isinstance(log[0].data, Opened):
        return FrozenDict({})
    counted: Counter[str] = Counter()
    opening = log[0].data
    phase, since, last = _phase(opening.status), to_us(log[0].at), to_us(at)
    for event in log:
        if isinstance(event.data, StatusChange):
            now = max(to_us(event.at), since)
            if phase is not None:
                counted[phase] += now - since
            phase, since = _phase(event.data.status), now
    if phase is not None:
        counted[phase] += max(last - since, 0)
    return FrozenDict(dict(counted))


def _phase(status: Status) -> str | None:
    if not status.is_open:
        return None
    return status.waits_for or status.phase


def next_responses(log: Sequence[Event]) -> tuple[int, ...]:
    """Elapsed microseconds of each wait from the requester's oldest unanswered public message to staff's public reply.

    The wait for the first reply is not among them, nor are machines' messages and replies that are no response.

    >>> next_responses([])
    ()
    """
    found: list[int] = []
    asked: int | None = None
    has_answered = False
    for event in log:
        data = event.data
        if isinstance(data, Adopted):
            has_answered = data.first_response_at is not None
        if not isinstance(data, MessagePosted) or data.auto_generated or data.visibility != "public":
            continue
        if data.author_role == "requester":
            asked = to_us(event.at) if asked is None else asked
        elif data.author_role in STAFF_ROLES and data.response:
            if asked is not None and has_answered:
                found.append(max(to_us(event.at) - asked, 0))
            asked, has_answered = None, True
    return tuple(found)


def _not_before(moment: datetime, other: datetime) -> datetime:
    return from_us(max(to_us(moment), to_us(other)))
