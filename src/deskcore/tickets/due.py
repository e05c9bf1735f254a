"""Which timers of a ticket are due by an instant, and when the next one is.

Pure questions: nothing has happened until the answer is stored as events. Asking twice, late or never changes nothing.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Generic, TypeVar, final

import attrs

from deskcore._value import aware, from_us, to_us
from deskcore.errors import NeverHappens
from deskcore.log import Actor, Event, EventData
from deskcore.tickets._clock import NO_CALENDARS, Calendars
from deskcore.tickets.events import Reminded, Unassigned
from deskcore.tickets.evolve import evolve
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.moves import status_event
from deskcore.tickets.ticket import Ticket
from deskcore.tickets.timers import Timer

T = TypeVar("T")

TIMER: Final = Actor.system("timer")
"""Who acts when the clock does."""

_MOST: Final = 10_000


@final
@attrs.frozen
class Dated(Generic[T]):
    """Something and the instant at which it became true."""

    at: datetime = attrs.field(validator=aware)
    data: T


def due_timers(
    lifecycle: Lifecycle, ticket: Ticket, *, at: datetime, calendars: Calendars = NO_CALENDARS
) -> tuple[Dated[EventData], ...]:
    """What the clock alone makes happen up to and including ``at``, earliest first, each dated when it was due.

    Of several timers due at once the one listed first acts first. What one timer brings about may arm another, so the
    answer is a chain. Linear in its length.

    Raises:
        UnknownName: a timer counts open time on a calendar that is not among ``calendars``.
        NeverHappens: the timers go round without end, or a calendar never opens.

    >>> from datetime import UTC, timedelta
    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> done = replay([opening("T-1", status=simple_lifecycle().status("Resolved"))])
    >>> [(dated.data.TYPE, dated.at - done.opened_at) for dated in
    ...     due_timers(simple_lifecycle(), done, at=done.opened_at + timedelta(days=9))]
    [('closed', datetime.timedelta(days=5))]
    """
    end, found = to_us(at), list[Dated[EventData]]()
    while True:
        first = _earliest(lifecycle, ticket, calendars)
        if first is None or first[0] > end:
            return tuple(found)
        if len(found) == _MOST:
            raise NeverHappens("run the timers of", ticket.id, f"at most {_MOST} firings at once")
        instant = from_us(first[0])
        data = _firing(lifecycle, ticket, first[1], first[0])
        found.append(Dated(instant, data))
        ticket = evolve(ticket, Event(ticket.id, ticket.version + 1, instant, instant, TIMER, data))


def next_timer(lifecycle: Lifecycle, ticket: Ticket, *, calendars: Calendars = NO_CALENDARS) -> datetime | None:
    """The instant of the earliest timer that is armed, perhaps past by now; ``None`` when the clock changes nothing.

    Raises:
        UnknownName: a timer counts open time on a calendar that is not among ``calendars``.

    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> next_timer(simple_lifecycle(), replay([opening("T-1")])) is None
    True
    """
    first = _earliest(lifecycle, ticket, calendars)
    return None if first is None else from_us(first[0])


def _earliest(lifecycle: Lifecycle, ticket: Ticket, calendars: Calendars) -> tuple[int, Timer] | None:
    best: tuple[int, Timer] | None = None
    for timer in lifecycle.timers:
        due = timer.due_us(ticket, calendars)
        if due is not None and (best is None or due < best[0]):
            best = (due, timer)
    return best


def _firing(lifecycle: Lifecycle, ticket: Ticket, timer: Timer, due: int) -> EventData:
    if timer.unassigns:
        return Unassigned(f"timer {timer.id}")
    if timer.to is None:
        armed_at = timer.armed_at(ticket)
        assert armed_at is not None, "a timer that fires is armed"
        return Reminded(timer.id, timer.key(ticket, armed_at, due), timer.notify)
    target = lifecycle.status(timer.to)
    return status_event(ticket.status, target, timer=True, by="timer", role="system", reason=f"timer {timer.id}")
