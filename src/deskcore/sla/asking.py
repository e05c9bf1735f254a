"""What kinds of event mean to the choice of a policy, and the facts that the choice asks about.

Not here: the choice itself (``book``, ``setup``) and what an event means to a stopwatch (``beat``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from deskcore.log import EventData
from deskcore.predicate import Facts, FactValue
from deskcore.sla.events import ClockReset, Exempted, Signalled
from deskcore.sla.setup import SlaSetup
from deskcore.tickets import TICKET_EVENTS
from deskcore.tickets.events import (
    Adopted,
    Assigned,
    MergeReceived,
    MessagePosted,
    PolicyPinned,
    StatusChange,
    Transferred,
    Unassigned,
)
from deskcore.tickets.facts import facts
from deskcore.tickets.ticket import Ticket

# What the commonest events can change: no other fact needs asking again after them. An event not listed may change any.
_MESSAGE: Final = frozenset({"replies", "contacts"})
_STATUS: Final = frozenset(
    {"status", "phase", "waits_for", "hold_reason", "holds", "reopens", "resolution", "assignee", "assigned"}
)
_PLACE: Final = frozenset({"assignee", "assigned", "team", "desk", "queue", "team_changes", "assignee_changes"})
_CHANGES: Final[dict[type[EventData], frozenset[str]]] = {
    MessagePosted: _MESSAGE,
    Assigned: _PLACE,
    Unassigned: _PLACE,
    Transferred: _PLACE,
    **{kind: _STATUS for kind in TICKET_EVENTS if issubclass(kind, StatusChange)},
}
OURS: Final = frozenset(TICKET_EVENTS)
"""The kinds of event that happen to a ticket."""

Course: TypeAlias = Literal["nothing", "step", "told", "special"]
"""What a kind of event asks of the fold: nothing, a step of the stopwatches alone, keeping the key of a signal, or more
than that (choosing a policy, several steps at once, a change by hand)."""


def course_of(kind: type[EventData], setup: SlaSetup) -> Course:
    """What a kind of event asks of the fold: worked out once for each kind."""
    found: Course = "step"
    if kind not in OURS:
        by_hand = issubclass(kind, Exempted | ClockReset)
        found = "told" if issubclass(kind, Signalled) else "special" if by_hand else "nothing"
    elif kind in {Adopted, MergeReceived} or touches(kind, setup):
        found = "special"
    setup.courses[kind] = found
    return found


def touches(kind: type[EventData], setup: SlaSetup) -> bool:
    """Whether such an event may change what decides a ticket's policy and targets."""
    if kind is PolicyPinned:
        return True
    changed, names = _CHANGES.get(kind), setup.asks_about
    return bool(names) if changed is None else not changed.isdisjoint(names)


# The facts that policies ask about most, read without making all the others. A test holds them to ``facts``.
DIRECT: Final[dict[str, Callable[[Ticket], FactValue]]] = {
    "priority": lambda ticket: ticket.priority,
    "kind": lambda ticket: ticket.header.kind,
    "category": lambda ticket: ticket.triage.category,
    "service": lambda ticket: ticket.triage.service,
    "customer_tier": lambda ticket: ticket.requester.tier if ticket.requester else None,
    "organisation": lambda ticket: ticket.requester.organisation if ticket.requester else None,
}


def asked(ticket: Ticket, names: tuple[str, ...]) -> Facts:
    """The facts of those names; where they are plain, without all the others."""
    known: dict[str, FactValue] = {}
    for name in names:
        read = DIRECT.get(name)
        if read is None:
            return facts(ticket)
        known[name] = read(ticket)
    return known
