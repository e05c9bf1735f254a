"""One or more examples of every node of routing, and each as a policy that a law can be asked of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import attrs

from deskcore._value import FrozenDict
from deskcore.hours import elapsed
from deskcore.predicate import ALWAYS, Is
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, Snapshot, ToAgent, Wait, WaitingFacts, When
from deskcore.routing import eligibility as el
from deskcore.routing import requirements as rq
from deskcore.routing.asking import PreferredSkill, Selector
from deskcore.routing.best import ToBest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.contract import Committed, UnderBudget, UnderCap
from deskcore.routing.dated import Dated, Hold, InSeason, Override, Season
from deskcore.routing.events import Placed, Queued
from deskcore.routing.firm import Ceiling, UnderCeilings
from deskcore.routing.line import ByAge, ByDue, ByPriority, ByQueueWeight, InLine, Line, LineKey
from deskcore.routing.nodes import Node
from deskcore.routing.policy import AfterWait, Decline, FirstOf, Reject
from deskcore.routing.pressure import AtRiskShare, NobodyEligible, PredictedWait
from deskcore.routing.ranking import RANKINGS, Cheapest, FewestOpen, LongestIdle, Ranking, Then
from deskcore.routing.requirement import AllRequired, AnyRequired, NotRequired, Requirement
from deskcore.routing.resort import IfAnybody, LastResort, PresenceIs
from deskcore.routing.rings import InRings, NearestRing, RingChange, RingPlan, RingsOpenOver, RingWindow
from deskcore.routing.scores import FirstScore, LabelMatch, ScoreLine, SelectorScore
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import (
    AtRiskCount,
    ByHand,
    NobodyPresent,
    Occupancy,
    OldestWait,
    OutOfHours,
    Signal,
    WaitingCount,
)
from deskcore.routing.site import LabelIs, WeightedShare
from deskcore.routing.steps import Offering, Steps, TimedStep
from deskcore.routing.turns import ByLabel, ByPlace, FewestTaken, LongestUntouched, MostRoom, PreferredFirst, RoundRobin
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.staff.events import SignedOn
from deskcore.testing.routing_runs import told
from deskcore.testing.staff import CALENDARS, MONDAY

HOUR: Final = elapsed(hours=1)
NOON: Final = MONDAY + timedelta(hours=12)
LAUNCH: Final = Season("launch", NOON - timedelta(hours=1), NOON + timedelta(hours=1))
PLAN: Final = RingPlan("ring", RingWindow(0, 1), (RingChange(HOUR, high_by=1),))
AWARE: Final = rq.ABLE & el.NotRefused()

AnyNode = RoutingPolicy | Requirement | Ranking | Signal | LineKey

REQUIREMENTS: Final[tuple[Requirement, ...]] = (
    rq.Present(), rq.OnShift(), rq.NotAbsent(), rq.HasRoom(), rq.InScope(), rq.Cleared(), rq.HasSkills(), rq.NeedsSkill("vpn", 2),
    rq.SpeaksLanguage(), rq.AtTier(), rq.InTicketTeam(), rq.InTeam("first"), rq.NotTried(), UnderCeilings(),
    Ceiling("*"), el.ServesQueue(), el.ServesQueue("vip"), el.Allowed(), el.Among(("ann", "bo", "cy")),
    el.IsPreferred(), el.IsPreferred(strict=True), el.MeetsSelectors(), el.HasLabel("site", "eq", "ams"),
    el.HasLabelNamed("speaks_", "dialect"), el.TicketMeets(Is("overdue", False)), el.Certified("fire"), el.Rested(),
    el.HasSigned("nda"),
    el.ActiveWithin(elapsed(days=9)), el.UnderLimit("few", most=2, window=HOUR),
    el.UnderLimit("all", most=3, window=HOUR, shared=True), AWARE, el.NotRefused(), el.HasPreferredSkills(HOUR),
    UnderCap("cap", most=3), UnderBudget("budget", most=Decimal(7)), PresenceIs(frozenset({"present"})),
    LabelIs("site", "field.site"), InRings(PLAN), InRings(RingPlan("ring", RingWindow(0, 1), all_if_at_most=3)), RingsOpenOver("ring", HOUR),
    RingsOpenOver("ring", HOUR, skip_empty=True), RingsOpenOver("ring", HOUR, keep=False),
    AllRequired((rq.Present(), rq.NotTried())), AnyRequired((rq.NeedsSkill("vpn"), rq.AtTier())),
    NotRequired(rq.NeedsSkill("billing", 3)), NotRequired(el.MeetsSelectors()),
)  # fmt: skip

ORDERS: Final[tuple[Ranking, ...]] = (
    *(kind() for kind in RANKINGS), Then((FewestOpen(), LongestIdle())), Then((RoundRobin(), FewestOpen())),
    Cheapest().then(LongestIdle()), RoundRobin(), RoundRobin(keep_turn=True), RoundRobin(order=("cy", "ann", "bo")),
    ByPlace(), LongestUntouched(), MostRoom(), FewestTaken(), PreferredFirst(), ByLabel("sales", "desc"),
    SelectorScore(), SelectorScore(by_margin=True), LabelMatch(), NearestRing(PLAN),
    WeightedShare("sales"), Cheapest("resolution"), FirstScore((ScoreLine(el.HasLabel("site", "eq", "ams"), 10),)),
)  # fmt: skip

SIGNALS: Final[tuple[Signal, ...]] = (
    WaitingCount(), WaitingCount(Is("overdue", False)), OldestWait(), AtRiskCount(), NobodyPresent(),
    OutOfHours("office"), Occupancy(), ByHand(), AtRiskShare(), PredictedWait(HOUR), NobodyEligible(),
    InSeason((LAUNCH,)),
)  # fmt: skip

KEYS: Final[tuple[LineKey, ...]] = (
    ByPriority(), ByDue(), ByAge(), ByAge(FrozenDict({"p1": HOUR})), ByAge(own_head_start=True),
    ByQueueWeight(FrozenDict({"vip": 2})),
)  # fmt: skip


def _shared(one: RoutingPolicy, *, weights: tuple[int, ...] = (7, 2, 1)) -> tuple[Portion, ...]:
    return tuple(Portion(f"portion {place}", one, weight) for place, weight in enumerate(weights))


POLICIES: Final[tuple[RoutingPolicy, ...]] = (
    ToAgent(), ToAgent(AWARE), ToAgent(ranking=Cheapest()), HandOff("manila"), FirstOf((ToAgent(), HandOff("manila"))),
    FirstOf((When(Is("vip", True), ToAgent()), ToAgent(ranking=RoundRobin()))), Wait(), Reject("spam"), Decline(),
    When(ALWAYS, ToAgent()), When(Is("overdue", True), ToAgent()), AfterWait(HOUR, ToAgent(rq.SpeaksLanguage())),
    AfterWait(HOUR, Wait()) | ToAgent(), LastResort(), LastResort(ranking=RoundRobin()),
    IfAnybody(rq.Present(), ToAgent(), Wait()), Steps("steps", (TimedStep(ToAgent(), HOUR, rq.Present()),), Wait()),
    Offering(ToAgent(AWARE), lapses_after=HOUR), Offering(ToAgent(), most=2),
    Blend("shared", _shared(ToAgent())), Blend("smooth", _shared(ToAgent()), method="largest_deficit"),
    Committed("promised", HandOff("manila"), ToAgent(), least=5), InLine(ToAgent(), Line((ByAge(),))),
    Overflow(Gate("busy", WaitingCount(), on=4, off=1), inside=ToAgent(), outside=HandOff("manila") | ToAgent()),
    Dated(ToAgent(), (Override(LAUNCH, HandOff("manila")),)), Hold(NOON + timedelta(hours=1)),
    Hold(NOON) | ToAgent(), ToBest(desks=("house",), partners=("manila",), ranking=Cheapest()),
    ToBest(partners=("manila", "cebu"), ranking=Cheapest("resolution")),
    ShareCapped("manila", HandOff("manila"), ToAgent(), most=Decimal(30)),
)  # fmt: skip

EXAMPLES: Final[tuple[AnyNode, ...]] = (*POLICIES, *REQUIREMENTS, *ORDERS, *SIGNALS, *KEYS)


def as_policy(node: AnyNode) -> RoutingPolicy:
    """A node as a policy that keeps what the node claims, if the node does."""
    match node:
        case RoutingPolicy():
            return node
        case Requirement():
            return ToAgent(node)
        case Ranking():
            return ToAgent(rq.NotTried(), node)
        case Signal():
            return Overflow(Gate("asked", node, on=3, off=1), inside=ToAgent(), outside=Wait())
        case LineKey():
            return InLine(ToAgent(), Line((node,)))


def _staff() -> Staff:
    lapses = {"fire": NOON + timedelta(days=1)}
    return Staff(
        agents=(
            Agent("ann", team="first", skills={"vpn": 3, "billing": 1}, languages=("nl", "en"), capacity=6, tier=2,
                  cost=Decimal(4), clearances=frozenset({"health"}), certificates=lapses, agreements=["nda"],
                  labels={"ring": 0, "site": "ams", "sales": 3, "speaks_frisian": True}),
            Agent("bo", team="first", skills={"vpn": 2}, languages=("nl",), capacity=6, cost=Decimal(2),
                  certificates=lapses, agreements=["nda"], labels={"ring": 1, "site": "ams", "sales": 1, "speaks_frisian": True}),
            Agent("cy", team="first", skills={"vpn": 2}, languages=("nl", "en"), capacity=6, cost=Decimal(3),
                  certificates=lapses, agreements=["nda"], labels={"ring": 1, "site": "ams", "sales": 2, "speaks_frisian": True}),
            Agent("dee", capacity=1, calendar="office"),
        ),
        partners=(
            Partner("manila", scope=Scope.everything(), languages=("nl", "en"), price=Decimal(1), resolves=Decimal("0.3")),
            Partner("cebu", scope=Scope.everything(), languages=("nl", "en"), price=Decimal(2), resolves=Decimal("0.8")),
        ),
    )  # fmt: skip


def situations() -> Mapping[str, tuple[WaitingFacts, Snapshot]]:
    """A few floors by hand on which much can go right or wrong: quiet, half full, with a line."""
    staff = _staff()
    quiet = told(Snapshot(at=NOON, staff=staff, calendars=CALENDARS), *(SignedOn(agent.id) for agent in staff.agents))
    plain = _ticket("T-0")
    asking = attrs.evolve(
        plain, skills=FrozenDict({"vpn": 2}), languages=("nl",), team="first", preferred=("bo", "cy"), queue="vip",
        selectors=(Selector("site", "eq", "ams"),), preferred_skills=(PreferredSkill("vpn"),), vip=True,
        fields=FrozenDict({"dialect": "frisian", "site": "ams"}), due_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    line = [Queued(_ticket(f"W-{place}", minutes=60 - place)) for place in range(3)]
    held = [Placed("H-1", "ann"), Placed("H-2", "bo"), Placed("H-3", "dee")]
    return {
        "quiet": (plain, quiet),
        "half full": (asking, told(quiet, *held)),
        "with a line": (plain, told(quiet, *line, *held[:1])),
    }


def _ticket(name: str, *, minutes: int = 0) -> WaitingFacts:
    came: datetime = NOON - timedelta(minutes=minutes)
    return WaitingFacts(name, opened_at=came, queued_at=came, priority="p2", priority_rank=1)


def kinds() -> dict[Node, list[AnyNode]]:
    """The examples by their class."""
    found: dict[Node, list[AnyNode]] = {}
    for node in EXAMPLES:
        found.setdefault(type(node), []).append(node)
    return found
