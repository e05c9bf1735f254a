"""What fires when, and who hears of it by name, if nothing happens: the plan, played to its end.

Not here: clocks that a raised priority would aim anew; they stay as they are given. ``deskcore.desk`` previews those by
ticking a copy of the case.

Layer: escalation. Imports its own room, staff and tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, final

import attrs

from deskcore._draw import text
from deskcore._value import to_us
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.firing import Firing, consequence, fire
from deskcore.escalation.fold import step
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.plans import Planned, plan
from deskcore.escalation.stretches import Stretch, stretches
from deskcore.hours import Calendar
from deskcore.log import Actor, Event
from deskcore.staff import Staff
from deskcore.tickets.evolve import evolve
from deskcore.tickets.ticket import Ticket

_MOST: Final = 1_000
_ESCALATION: Final = Actor.system("escalation")


@final
@attrs.frozen
class Timeline:
    """The firings ahead in order, and the rungs that have no date as things stand.

    ``at`` is the instant asked about; ``stretches`` are what holds the escalation back as things stand then.
    """

    ticket: str
    firings: tuple[Firing, ...]
    undated: tuple[Planned, ...]
    at: datetime | None = None
    stretches: tuple[Stretch, ...] = ()

    def explain(self, *, zone: tzinfo = UTC) -> str:
        """A table: when, which rung, who, what; then what has no date and why."""
        rows = [
            (
                firing.event.due.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                firing.event.rung,
                firing.event.axis,
                ", ".join(firing.event.people) or "-",
                "; ".join(firing.event.actions),
            )
            for firing in self.firings
        ]
        lines = [text.table(rows, headers=("due", "rung", "axis", "who", "what"))] if rows else ["nothing is due"]
        lines += [entry.explain(zone=zone) for entry in self.undated]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """For programs: the firings (due, rung, axis, people, actions, path) and the undated rungs with states."""
        return {
            "ticket": self.ticket,
            "firings": [
                {
                    "key": firing.event.key,
                    "due": firing.event.due.isoformat(),
                    "rung": firing.event.rung,
                    "axis": firing.event.axis,
                    "people": list(firing.event.people),
                    "actions": list(firing.event.actions),
                    "path": list(firing.event.path),
                }
                for firing in self.firings
            ],
            "undated": [entry.to_dict() for entry in self.undated],
            "stretches": [one.to_dict() for one in self.stretches],
        }


def preview(
    matrix: Matrix,
    ticket: Ticket,
    clocks: Iterable[ClockLike],
    ledger: Ledger,
    staff: Staff,
    *,
    at: datetime,
    calendars: Mapping[str, Calendar],
    priorities: Sequence[str] = (),
    until: datetime | None = None,
    quiet: Sequence[Quiet] = (),
) -> Timeline:
    """What fires from ``at`` on if nobody does anything, with people as the staff register has them now.

    What the rungs themselves do to the ticket (priority, place, tags) is taken into account, so a raised priority
    brings in the rungs of its own row; what is owed already comes first. Ends at ``until``, inclusive, and in any case
    after a thousand firings: only what repeats without end gets so far.

    Raises:
        InvalidValue: ``at`` is naive.
        UnknownName: a rung names an unknown calendar or rung.

    >>> from deskcore.escalation import Due, Matrix, Rung
    >>> from deskcore.escalation.actions import AddTag, Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> from deskcore.testing import escalation_life as life
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> ticket = replay([opening("T-1", at=life.START)])
    >>> from deskcore.escalation.fold import begin, step
    >>> ledger = step(begin(), opening("T-1", at=life.START), ticket)
    >>> boss = Rung("boss", Due.after_opened(elapsed(hours=1)), (Notify(Person("dana")), AddTag("late")))
    >>> matrix = Matrix.by_priority("house", {"p3": [boss]}, last_resort=Person("dana"))
    >>> print(
    ...     preview(
    ...         matrix, ticket, (), ledger, life.REGISTER, at=life.START, calendars=life.CALENDARS
    ...     ).explain()
    ... )
    due               rung  axis        who   what
    ----------------  ----  ----------  ----  ---------------------------
    2026-03-27 10:00  boss  hierarchic  dana  notify dana: dana; tag late
    """
    to_us(at)
    clocks = tuple(clocks)
    held = stretches(matrix, ticket, ledger, quiet, at=at)
    firings: list[Firing] = []
    entries = plan(matrix, ticket, clocks, ledger, calendars=calendars, staff=staff, quiet=quiet)
    end = None if until is None else to_us(until)
    for _ in range(_MOST):
        first = next((entry for entry in entries if entry.state == "ahead"), None)
        lapse = expiry(matrix, ledger, ticket)
        if lapse is not None and (first is None or first.due is None or to_us(lapse.at) <= to_us(first.due)):
            if end is not None and to_us(lapse.at) > end:
                break
            event = Event(
                ticket.id, ticket.version + 1, lapse.at, max(lapse.at, at, key=to_us), _ESCALATION, lapse.data
            )
            before, ticket = ticket, evolve(ticket, event)
            ledger = step(ledger, event, ticket, matrix.watched, before)
            entries = plan(matrix, ticket, clocks, ledger, calendars=calendars, staff=staff, quiet=quiet)
            continue
        if first is None or first.due is None or (end is not None and to_us(first.due) > end):
            break
        look = first.due if to_us(first.due) > to_us(at) else at
        firing = fire(first, matrix, ticket, staff, at=look, priorities=priorities, ledger=ledger)
        firings.append(firing)
        after = (consequence(ticket, command) for command in firing.commands)
        for data in (firing.event, *(data for data in after if data is not None)):
            event = Event(ticket.id, ticket.version + 1, first.due, look, _ESCALATION, data)
            before, ticket = ticket, evolve(ticket, event)
            ledger = step(ledger, event, ticket, matrix.watched, before)
        entries = plan(matrix, ticket, clocks, ledger, calendars=calendars, staff=staff, quiet=quiet)
    undated = tuple(entry for entry in entries if entry.state != "fired")
    return Timeline(ticket.id, tuple(firings), undated, at, held)
