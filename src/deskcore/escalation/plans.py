"""The dated plan: every rung of a case's ladder with its due instant, or the reason why it has none.

Not here: whom a rung addresses and what it does to the ticket (``firing``). Evaluating is reading which rungs are due
and not in the ledger; nothing is lost or doubled by looking late, twice or never.

Layer: escalation. Imports hours, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from deskcore._value import from_us, to_us
from deskcore.escalation.board import Board, hushes
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.contact import messages
from deskcore.escalation.dating import planned as dated
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.planned import Planned, order
from deskcore.escalation.straight import entries
from deskcore.hours import Calendar
from deskcore.predicate import Facts
from deskcore.predicate.facts import FactValue
from deskcore.staff import Staff
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

NOBODY: Final = Staff()
"""A register without anybody."""

__all__ = ["Planned", "next_change", "owed", "plan"]


def plan(
    matrix: Matrix,
    ticket: Ticket,
    clocks: Iterable[ClockLike],
    ledger: Ledger,
    *,
    calendars: Mapping[str, Calendar],
    staff: Staff = NOBODY,
    quiet: Sequence[Quiet] = (),
) -> tuple[Planned, ...]:
    """The ladder that the ticket's facts select, each rung dated where it can be; in the order in which they fire.

    A pure function of the case: it takes no instant, because dues are absolute. The order is total: dated rungs by
    due, functional before hierarchic, place in the row; then the others by place. A rung that an earlier row fired
    stands and does not fire again in a later one. ``staff`` is who may be waited for (``if_nobody="hold"``) and how
    people are called, ``quiet`` are the quiet times. Linear in the rungs of the row.

    Raises:
        UnknownName: a rung names a calendar that is not among ``calendars``, or a rung that its row lacks.

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
    >>> for entry in plan(matrix, ticket, (), ledger, calendars=life.CALENDARS):
    ...     print(entry.explain())
    boss (hierarchic), 1h after the opening: due 2026-03-27 10:00:00+00:00
    """
    row = matrix.row_for(some_facts(ticket, matrix.asks))
    if row is None or ledger.episode_at is None:
        return ()
    board = Board(ticket, _latest(clocks), ledger, calendars, row, staff, dated)
    if matrix.asks_messages:
        board.changed_us = max(board.changed_us, _heard_us(ticket))
    if quiet or ledger.hand.snoozed_until is not None:
        board.hushes = hushes(quiet, board)
    found = entries(board)
    if ledger.calls:
        found.extend(messages(board))
    found.sort(key=order)
    return tuple(found)


def _heard_us(ticket: Ticket) -> int:
    """When somebody last wrote: no rung that hangs on messages fires before what made it hold."""
    written = (ticket.marks.last_reply_at, ticket.marks.last_contact_at)
    return max((to_us(moment) for moment in written if moment is not None), default=0)


_QUICK: Final[Mapping[str, Callable[[Ticket], FactValue]]] = MappingProxyType(
    {
        "priority": attrgetter("priority"),
        "team": attrgetter("team"),
        "desk": attrgetter("desk"),
        "category": attrgetter("triage.category"),
        "service": attrgetter("triage.service"),
        "kind": attrgetter("header.kind"),
    }
)


def some_facts(ticket: Ticket, names: frozenset[str]) -> Facts:
    """The facts of those names; where they are few and plain, without all the others.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> some_facts(replay([opening("T-1", priority="p1")]), frozenset({"priority"}))
    {'priority': 'p1'}
    """
    found: dict[str, FactValue] = {}
    for name in names:
        read = _QUICK.get(name)
        if read is None:
            return facts_of(ticket)
        found[name] = read(ticket)
    return found


def owed(planned: Iterable[Planned], *, at: datetime) -> tuple[Planned, ...]:
    """Those that are due at or before ``at`` and have not fired, in the order in which they fire.

    >>> from datetime import UTC
    >>> owed((), at=datetime(2026, 5, 22, tzinfo=UTC))
    ()

    Raises:
        InvalidValue: ``at`` is naive.
    """
    end = to_us(at)
    return tuple(
        [entry for entry in planned if (due := entry.due_us) is not None and due <= end and entry.state == "ahead"]
    )


def superseded(entry: Planned, due: Sequence[Planned]) -> str | None:
    """The later rung of the same axis that is owed as well, where a rung asks for that (``late="latest"``).

    >>> superseded.__name__
    'superseded'
    """
    if entry.rung.late != "latest":
        return None
    later = (one for one in due if one is not entry and one.rung.axis == entry.rung.axis and not one.call)
    return next((one.rung.id for one in later), None)


def next_change(planned: Iterable[Planned], *, at: datetime) -> datetime | None:
    """When the next rung fires if nothing happens; ``at`` itself when one is owed; ``None`` when none is dated.

    >>> from datetime import UTC
    >>> next_change((), at=datetime(2026, 5, 22, tzinfo=UTC)) is None
    True

    Raises:
        InvalidValue: ``at`` is naive.
    """
    start = to_us(at)
    dues = [entry.due_us for entry in planned if entry.state == "ahead" and entry.due_us is not None]
    return from_us(max(min(dues), start)) if dues else None


def _latest(clocks: Iterable[ClockLike]) -> dict[str, ClockLike]:
    """Of each metric the clock of the latest cycle."""
    every = tuple(clocks)
    latest = {clock.metric: clock for clock in every}
    if len(latest) == len(every):
        return latest
    latest.clear()
    for clock in every:
        held = latest.get(clock.metric)
        if held is None or clock.number >= held.number:
            latest[clock.metric] = clock
    return latest
