"""One imported ticket, judged: folded through the desk, its clocks reckoned, the matrix tried on its history.

Pure: a history and a desk in, everything that a replay writes about the ticket out.

Layer: adapters.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import final

import attrs

from deskcore.adapters.logs import History
from deskcore.desk.case import Case
from deskcore.desk.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.escalation.firing import Firing
from deskcore.escalation.history import Moment, rehearse
from deskcore.log import Event
from deskcore.sla import Clock, Signal, cycles
from deskcore.tickets import Refusal, Ticket


@final
@attrs.frozen
class Violation:
    """An event of the log that the lifecycle would not have allowed, and the line it came from; its part of it."""

    line: int
    event: Event
    refusal: Refusal
    part: int = 0


@final
@attrs.frozen
class Judged:
    """What a replay finds out about one ticket.

    ``clocks`` are the latest cycle of each metric, ``cycles`` all of them, as they stand at the instant of the replay;
    ``signals`` and ``firings`` are what would have been announced and escalated up to it, in order.
    """

    history: History
    case: Case
    violations: tuple[Violation, ...]
    clocks: tuple[Clock, ...]
    cycles: tuple[Clock, ...]
    signals: tuple[Signal, ...]
    firings: tuple[Firing, ...]

    @property
    def ticket(self) -> Ticket:
        """The ticket after its last event."""
        return self.case.ticket


def judge(history: History, desk: Desk, *, at: datetime) -> Judged:
    """Fold a ticket's events through the desk, and ask everything that a replay reports.

    What the lifecycle does not allow is folded all the same and comes out as a violation. The matrix is tried on the
    history as it was: what its rungs would have changed of it stays unchanged.

    Args:
        history: the case, with at least one event.
        desk: lifecycles, policies, calendars, matrix and staff.
        at: the instant at which clocks are looked at; events after it are folded all the same.

    Raises:
        InvalidValue: the history has no events, or ``at`` is naive.
        UnknownName: the configuration names a calendar or a rung that it lacks.

    >>> from datetime import UTC
    >>> from deskcore._value import FrozenDict
    >>> from deskcore.hours import Calendar, elapsed
    >>> from deskcore.sla import Target
    >>> from deskcore.testing.tickets import opening
    >>> desk = Desk.simple(calendar=Calendar.always(), targets=[Target.resolution(elapsed(hours=8))])
    >>> event = opening("T-1")
    >>> history = History("T-1", (event,), (2,), 1, (), FrozenDict())
    >>> [clock.state for clock in judge(history, desk, at=event.at + timedelta(hours=9)).clocks]
    ['breached']
    """
    case: Case | None = None
    found: list[Violation] = []
    moments: list[Moment] = []
    tries_matrix = desk.configuration.matrix is not None
    for event, (line, part) in zip(history.events, history.rows(), strict=True):
        recorded = desk.record(case, event)
        case = recorded.case
        found += (Violation(line, event, refusal, part) for refusal in recorded.violations)
        if tries_matrix:
            moments.append(Moment(event, case.ticket, desk.clocks(case, at=event.at)))
    if case is None:
        raise InvalidValue("history", history.case, "must hold an event that opens the ticket")
    # A window is open at its start, and nothing is announced before the ticket is a microsecond old.
    start = min(history.events[0].at, at) - timedelta(microseconds=1)
    return Judged(
        history,
        case,
        tuple(found),
        desk.clocks(case, at=at),
        cycles(case.sla, desk.configuration.sla, at=at),
        desk.signals(case, after=start, until=at),
        _firings(moments, desk, case.ticket, at),
    )


def _firings(moments: list[Moment], desk: Desk, ticket: Ticket, at: datetime) -> tuple[Firing, ...]:
    setup = desk.configuration
    if setup.matrix is None:
        return ()
    priorities = setup.lifecycle(ticket.header.lifecycle).priorities
    rehearsed = rehearse(setup.matrix, moments, setup.staff, at=at, calendars=setup.calendars, priorities=priorities)
    return rehearsed.firings
