"""What a matrix would have done over a ticket's real life: for imported logs, and for trying a matrix on the past.

Not here: what its actions would have changed. The log says what happened, so a priority that a rung would have raised
stays as it was.

Layer: escalation. Imports log, staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import final

import attrs

from deskcore._value import to_us
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.firing import Firing, fire
from deskcore.escalation.fold import begin, step
from deskcore.escalation.fold_own import fold_fired
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.plans import Planned, owed, plan
from deskcore.hours import Calendar
from deskcore.log import Actor, Event
from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Moment:
    """An event, and the ticket and its clocks right after it."""

    event: Event
    ticket: Ticket
    clocks: tuple[ClockLike, ...] = ()


@final
@attrs.frozen
class Rehearsal:
    """The rungs that would have fired, in order, and the ledger afterwards, from which ``preview`` goes on."""

    firings: tuple[Firing, ...]
    ledger: Ledger

    def explain(self) -> str:
        """One line for each firing."""
        return "\n".join(firing.explain() for firing in self.firings) or "nothing fired"


def rehearse(
    matrix: Matrix,
    moments: Iterable[Moment],
    staff: Staff,
    *,
    at: datetime,
    calendars: Mapping[str, Calendar],
    priorities: Sequence[str] = (),
    quiet: Sequence[Quiet] = (),
) -> Rehearsal:
    """What would have fired up to and including ``at``, had the matrix been in force all along.

    ``moments`` come in the order of folds. A rung due at the very instant of an event fires before it, as it does live.
    Linear in the number of events.

    Raises:
        InvalidValue: ``at`` is naive.

    >>> from deskcore.escalation import Due, Matrix, Rung
    >>> from deskcore.escalation.actions import AddTag, Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> from deskcore.testing import escalation_life as life
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> ticket = replay([opening("T-1", at=life.START)])
    >>> boss = Rung("boss", Due.after_opened(elapsed(hours=1)), (Notify(Person("dana")), AddTag("late")))
    >>> matrix = Matrix.by_priority("house", {"p3": [boss]}, last_resort=Person("dana"))
    >>> moments = [Moment(opening("T-1", at=life.START), ticket)]
    >>> later = life.START.replace(hour=12)
    >>> print(rehearse(matrix, moments, life.REGISTER, at=later, calendars=life.CALENDARS).explain())
    boss fired for 2026-03-27 10:00:00+00:00 (1h after the opening): notify dana: dana; tag late
    """
    end = to_us(at)
    ledger = begin()
    firings: list[Firing] = []
    before: Moment | None = None
    for moment in moments:
        if to_us(moment.event.at) > end:
            break
        if before is not None:
            ledger = _caught_up(matrix, before, ledger, staff, firings, moment.event.at, calendars, priorities, quiet)
        ledger = step(ledger, moment.event, moment.ticket, matrix.watched, None if before is None else before.ticket)
        before = moment
    if before is not None:
        ledger = _caught_up(matrix, before, ledger, staff, firings, at, calendars, priorities, quiet)
    return Rehearsal(tuple(firings), ledger)


def _caught_up(
    matrix: Matrix,
    moment: Moment,
    ledger: Ledger,
    staff: Staff,
    firings: list[Firing],
    at: datetime,
    calendars: Mapping[str, Calendar],
    priorities: Sequence[str],
    quiet: Sequence[Quiet],
) -> Ledger:
    """Fire what is owed by ``at``, one by one: what repeats may be owed again before another rung."""
    while True:
        due = owed(
            plan(matrix, moment.ticket, moment.clocks, ledger, calendars=calendars, staff=staff, quiet=quiet), at=at
        )
        lapse = expiry(matrix, ledger, moment.ticket)
        if lapse is not None and to_us(lapse.at) <= min([to_us(at), *(to_us(_look(entry)) for entry in due[:1])]):
            seq = moment.event.seq
            event = Event(moment.ticket.id, seq, lapse.at, lapse.at, Actor.system("escalation"), lapse.data)
            ledger = step(ledger, event, moment.ticket)
            continue
        if not due:
            return ledger
        entry = due[0]
        look = _look(entry)
        firing = fire(
            entry,
            matrix,
            moment.ticket,
            staff,
            at=look,
            priorities=priorities,
            ledger=ledger,
        )
        firings.append(firing)
        ledger = fold_fired(ledger, firing.event)


def _look(entry: Planned) -> datetime:
    assert entry.due is not None
    return entry.due
