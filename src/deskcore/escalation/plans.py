"""The dated plan: every rung of a case's ladder with its due instant, or the reason why it has none.

Not here: whom a rung addresses and what it does to the ticket (``firing``). Evaluating is reading which rungs are due
and not in the ledger; nothing is lost or doubled by looking late, twice or never.

Layer: escalation. Imports hours, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from deskcore._value import from_us, require_aware, to_us
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.dating import Board, Planned, order
from deskcore.escalation.dating import planned as dated
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.hours import Calendar
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

__all__ = ["Planned", "next_change", "owed", "plan"]


def plan(
    matrix: Matrix,
    ticket: Ticket,
    clocks: Iterable[ClockLike],
    ledger: Ledger,
    *,
    calendars: Mapping[str, Calendar],
) -> tuple[Planned, ...]:
    """The ladder that the ticket's facts select, each rung dated where it can be; in the order in which they fire.

    A pure function of the case: it takes no instant, because dues are absolute. The order is total: dated rungs by
    due, functional before hierarchic, place in the row; then the others by place. A rung that an earlier row fired
    stands and does not fire again in a later one. Linear in the rungs of the row.

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
    >>> from deskcore.escalation.ledger import begin, step
    >>> ledger = step(begin(), opening("T-1", at=life.START), ticket)
    >>> boss = Rung("boss", Due.after_opened(elapsed(hours=1)), (Notify(Person("dana")), AddTag("late")))
    >>> matrix = Matrix.by_priority("house", {"p3": [boss]}, last_resort=Person("dana"))
    >>> for entry in plan(matrix, ticket, (), ledger, calendars=life.CALENDARS):
    ...     print(entry.explain())
    boss (hierarchic), 1h after the opening: due 2026-03-27 10:00:00+00:00
    """
    row = matrix.row_for(facts_of(ticket))
    if row is None or ledger.episode_at is None:
        return ()
    board = Board(ticket, _latest(clocks), ledger, calendars, row.rungs)
    planned = [(dated(rung, board), place) for place, rung in enumerate(row.rungs)]
    planned.sort(key=lambda pair: order(pair[0], pair[1]))
    return tuple(entry for entry, _ in planned)


def owed(planned: Iterable[Planned], *, at: datetime) -> tuple[Planned, ...]:
    """Those that are due at or before ``at`` and have not fired, in the order in which they fire.

    >>> owed((), at=datetime(2026, 5, 22, tzinfo=UTC))
    ()

    Raises:
        InvalidValue: ``at`` is naive.
    """
    end = require_aware("at", at).astimezone(UTC)
    return tuple(entry for entry in planned if entry.state == "ahead" and entry.due is not None and entry.due <= end)


def next_change(planned: Iterable[Planned], *, at: datetime) -> datetime | None:
    """When the next rung fires if nothing happens; ``at`` itself when one is owed; ``None`` when none is dated.

    >>> next_change((), at=datetime(2026, 5, 22, tzinfo=UTC)) is None
    True

    Raises:
        InvalidValue: ``at`` is naive.
    """
    start = to_us(at)
    dues = [to_us(entry.due) for entry in planned if entry.state == "ahead" and entry.due is not None]
    return from_us(max(min(dues), start)) if dues else None


def _latest(clocks: Iterable[ClockLike]) -> dict[str, ClockLike]:
    """Of each metric the clock of the latest cycle."""
    latest: dict[str, ClockLike] = {}
    for clock in clocks:
        held = latest.get(clock.metric)
        if held is None or clock.number >= held.number:
            latest[clock.metric] = clock
    return latest
