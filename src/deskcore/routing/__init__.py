"""Who gets a ticket: filter by requirements, order by rankings, commit as events; overflow to partner desks by gates.

A policy is a pure function of (ticket, snapshot). The nodes that policies are made of live in ``requirements``,
``ranking``, ``signals`` and ``policy``; the commonest are here.

Layer: routing. Beside ``sla``, unseen: what routing must know of a ticket the desk puts into ``WaitingFacts``.
"""

from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.decision import Decision
from deskcore.routing.events import ROUTING_EVENTS
from deskcore.routing.gate import Gate, Overflow, gates_due
from deskcore.routing.linting import lint
from deskcore.routing.nodes import ROUTING_NODES
from deskcore.routing.policy import RoutingPolicy, Wait, When
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.state import RoutingState
from deskcore.routing.waiting import WaitingFacts

__all__ = [
    "ROUTING_EVENTS",
    "ROUTING_NODES",
    "Decision",
    "Gate",
    "HandOff",
    "Overflow",
    "RoutingPolicy",
    "RoutingState",
    "Snapshot",
    "ToAgent",
    "Wait",
    "WaitingFacts",
    "When",
    "gates_due",
    "lint",
]
