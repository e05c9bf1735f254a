"""Every node that policies are made of, for whoever reads and writes them as data.

Layer: routing.
"""

from __future__ import annotations

from typing import Final

from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.best import ToBest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.contract import CONTRACT, Committed
from deskcore.routing.dated import Dated, Hold, InSeason
from deskcore.routing.eligibility import ELIGIBILITY
from deskcore.routing.firm import Ceiling, UnderCeilings
from deskcore.routing.gate import Overflow
from deskcore.routing.line import LINE_KEYS, InLine, LineKey
from deskcore.routing.policy import AfterWait, Decline, FirstOf, Reject, RoutingPolicy, Wait, When
from deskcore.routing.pressure import PRESSURE
from deskcore.routing.ranking import RANKINGS, Ranking, Then
from deskcore.routing.requirement import AllRequired, AnyRequired, NotRequired, Requirement
from deskcore.routing.requirements import REQUIREMENTS
from deskcore.routing.resort import IfAnybody, LastResort, PresenceIs
from deskcore.routing.rings import InRings, NearestRing, RingsOpenOver
from deskcore.routing.scores import SCORES
from deskcore.routing.share import Blend
from deskcore.routing.signals import SIGNALS, Signal
from deskcore.routing.site import LabelIs, WeightedShare
from deskcore.routing.steps import Offering, Steps
from deskcore.routing.turns import TURNS

POLICIES: Final[tuple[type[RoutingPolicy], ...]] = (
    ToAgent, HandOff, FirstOf, Overflow, When, AfterWait, Wait, Reject, Decline, LastResort, IfAnybody, Steps, Offering,
    Blend, Committed, InLine, Dated, Hold, ToBest, ShareCapped,
)  # fmt: skip
"""Every policy that comes with deskcore."""

Node = type[RoutingPolicy] | type[Requirement] | type[Ranking] | type[Signal] | type[LineKey]

ROUTING_NODES: Final[tuple[Node, ...]] = (
    *POLICIES, AllRequired, AnyRequired, NotRequired, *REQUIREMENTS, UnderCeilings, Ceiling, *ELIGIBILITY, *CONTRACT,
    PresenceIs, LabelIs, WeightedShare,
    InRings, RingsOpenOver, Then, *RANKINGS, *TURNS, *SCORES, NearestRing, *SIGNALS, *PRESSURE, InSeason, *LINE_KEYS,
)  # fmt: skip
"""Every concrete node of the room: policies, requirements, rankings, signals and keys of a line."""
