"""The lifecycle to begin with: seven statuses, four priorities, the usual rules for replies and closing.

Layer: tickets.
"""

from __future__ import annotations

from typing import Final

from deskcore._value import FrozenDict
from deskcore.hours import elapsed
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.priority import PriorityTable
from deskcore.tickets.replies import ReplyRule
from deskcore.tickets.status import Status
from deskcore.tickets.timers import Timer
from deskcore.tickets.transition import Transition

_ITIL: Final = PriorityTable((("p1", "p2", "p3"), ("p2", "p3", "p4"), ("p3", "p4", "p4")))

_MOVES: Final = {
    "New": ("Open", "Pending requester", "Pending vendor", "Resolved", "Cancelled"),
    "Open": ("Pending requester", "Pending vendor", "Resolved", "Cancelled"),
    "Pending requester": ("Open", "Pending vendor", "Resolved", "Cancelled"),
    "Pending vendor": ("Open", "Pending requester", "Resolved", "Cancelled"),
    "Resolved": ("Open", "Closed"),
    "Closed": ("Open",),
}


def simple_lifecycle() -> Lifecycle:
    """New, Open, Pending requester, Pending vendor, Resolved, Closed, Cancelled; priorities p1 to p4.

    Priority comes from impact and urgency by the ITIL table of three by three. A reply by the requester wakes a ticket
    that waits for them, and reopens a solved one within 7 elapsed days of its solution; a later one belongs in a new
    ticket. A solved ticket is closed 5 elapsed days after its solution; a wait with an end goes on by itself.

    >>> lifecycle = simple_lifecycle()
    >>> lifecycle.initial.name, lifecycle.computed(impact=1, urgency=2), lifecycle.lint()
    ('New', 'p2', ())
    """
    return Lifecycle(
        "simple",
        (
            Status("New", "new"),
            Status("Open", "active"),
            Status("Pending requester", "waiting", waits_for="requester"),
            Status("Pending vendor", "waiting", waits_for="vendor"),
            Status("Resolved", "resolved"),
            Status("Closed", "closed"),
            Status("Cancelled", "cancelled"),
        ),
        tuple(Transition(source, target) for source, targets in _MOVES.items() for target in targets),
        replies=(
            ReplyRule.moves("Open", statuses=("Pending requester",)),
            ReplyRule.moves("Open", phases=("resolved", "closed"), within=elapsed(days=7)),
            ReplyRule.follow_up(phases=("resolved", "closed")),
        ),
        timers=(
            Timer.wake("Open"),
            Timer("auto-close", elapsed(days=5), to="Closed", phases=("resolved",), basis="resolved"),
        ),
        holds=FrozenDict({"parts": "Pending vendor", "partner": "Pending vendor"}),
        priorities=("p1", "p2", "p3", "p4"),
        default_priority="p3",
        matrix=_ITIL,
        reopen_window=elapsed(days=7),
    )
