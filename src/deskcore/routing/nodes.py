"""Every node that policies are made of, for whoever reads and writes them as data.

Layer: routing.
"""

from __future__ import annotations

from typing import Final

from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.gate import Overflow
from deskcore.routing.policy import AfterWait, Decline, FirstOf, Reject, RoutingPolicy, Wait, When
from deskcore.routing.ranking import RANKINGS, Ranking, Then
from deskcore.routing.requirement import AllRequired, AnyRequired, NotRequired, Requirement
from deskcore.routing.requirements import REQUIREMENTS
from deskcore.routing.signals import SIGNALS, Signal

POLICIES: Final[tuple[type[RoutingPolicy], ...]] = (
    ToAgent, HandOff, FirstOf, Overflow, When, AfterWait, Wait, Reject, Decline,
)  # fmt: skip
"""Every policy that comes with deskcore."""

Node = type[RoutingPolicy] | type[Requirement] | type[Ranking] | type[Signal]

ROUTING_NODES: Final[tuple[Node, ...]] = (
    *POLICIES, AllRequired, AnyRequired, NotRequired, *REQUIREMENTS, Then, *RANKINGS, *SIGNALS,
)  # fmt: skip
"""Every concrete node of the room: policies, requirements, rankings and signals."""
