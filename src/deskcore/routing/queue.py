"""The waiting line: who is to be served first.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore._value import to_us
from deskcore.routing.waiting import WaitingFacts

_NEVER = 1 << 62
"""After every instant a datetime can hold."""


def order_waiting(waiting: Iterable[WaitingFacts]) -> tuple[WaitingFacts, ...]:
    """Waiting tickets, the first to be served first: gravest priority, earliest due, first opened, then by id.

    No key depends on the instant, so a ticket keeps its place through decline, return and news of it. A ticket without
    a promise comes after those of its priority that have one. Cost: n log n.

    >>> from datetime import UTC, datetime
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> line = [WaitingFacts(f"T-{rank}", opened_at=nine, queued_at=nine, priority_rank=rank) for rank in (2, 0, 1)]
    >>> [ticket.ticket for ticket in order_waiting(line)]
    ['T-0', 'T-1', 'T-2']
    """
    return tuple(sorted(waiting, key=place_in_line))


def place_in_line(ticket: WaitingFacts) -> tuple[int, int, int, str]:
    """The key by which the line is ordered, the least first: priority rank, due, opened (in microseconds), id.

    >>> from datetime import UTC, datetime
    >>> nine = datetime(1970, 1, 1, 9, tzinfo=UTC)
    >>> place_in_line(WaitingFacts("T-1", opened_at=nine, queued_at=nine, due_at=nine))
    (0, 32400000000, 32400000000, 'T-1')
    """
    due = _NEVER if ticket.due_at is None else to_us(ticket.due_at)
    return (ticket.priority_rank, due, to_us(ticket.opened_at), ticket.ticket)
