"""Strategies for routing: floors, tickets, requirements, rankings, gates and policies.

What holds for every policy over every floor is in ``deskcore.testing.routing_laws``.

Layer: testing.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import strategies as st

from deskcore.hours import ElapsedDuration
from deskcore.log import EventData
from deskcore.predicate import ALWAYS, NEVER, Condition, Has, InRange, Is
from deskcore.routing import (
    Gate,
    HandOff,
    Overflow,
    RoutingPolicy,
    ToAgent,
    Wait,
    When,
)
from deskcore.routing.best import ToBest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.contract import Committed, UnderBudget, UnderCap
from deskcore.routing.dated import Dated, Hold, InSeason, Override, Season
from deskcore.routing.eligibility import (
    ActiveWithin,
    Allowed,
    Among,
    Certified,
    HasLabel,
    HasPreferredSkills,
    HasSigned,
    IsPreferred,
    MeetsSelectors,
    NotRefused,
    Rested,
    ServesQueue,
    TicketMeets,
    UnderLimit,
)
from deskcore.routing.events import (
    Dequeued,
    GateClosed,
    GateOpened,
    LineChanged,
    Metered,
    OfferDeclined,
    Offered,
    OfferWithdrawn,
    Placed,
    Queued,
    Released,
    ShareServed,
    StageEntered,
)
from deskcore.routing.firm import UnderCeilings
from deskcore.routing.line import ByAge, ByDue, ByPriority, InLine, Line, LineRule
from deskcore.routing.policy import AfterWait, Decline, Reject
from deskcore.routing.pressure import AtRiskShare, NobodyEligible, PredictedWait
from deskcore.routing.ranking import RANKINGS, Cheapest, Ranking
from deskcore.routing.requirement import ANYBODY, NOBODY, Requirement
from deskcore.routing.requirements import (
    ABLE,
    FIRM,
    WILLING,
    AtTier,
    Cleared,
    HasRoom,
    HasSkills,
    InScope,
    InTeam,
    InTicketTeam,
    NeedsSkill,
    NotTried,
    OnShift,
    Present,
    SpeaksLanguage,
)
from deskcore.routing.resort import IfAnybody, PresenceIs
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
from deskcore.staff import HOUSE, Staff
from deskcore.testing.routing_floors import GATES, floors, situations, tickets
from deskcore.testing.staff import (
    CALENDARS,
    CATEGORIES,
    MONDAY,
    SKILLS,
    TEAMS,
    instants,
)

__all__ = [
    "floors",
    "gates",
    "policies",
    "rankings",
    "requirements",
    "routing_conditions",
    "routing_events",
    "situations",
    "tickets",
]


@cache  # building a strategy costs more than drawing from it
def requirements() -> st.SearchStrategy[Requirement]:
    """Requirements of every built-in kind, combined a few levels deep."""
    leaf: st.SearchStrategy[Requirement] = st.one_of(
        st.sampled_from((
            ANYBODY, NOBODY, FIRM, ABLE, WILLING, Present(), OnShift(), HasRoom(), InScope(), Cleared(), HasSkills(),
            SpeaksLanguage(), AtTier(), InTicketTeam(), NotTried(),
        )),
        st.builds(NeedsSkill, st.sampled_from(SKILLS), st.integers(1, 3)),
        st.builds(InTeam, st.sampled_from(TEAMS)),
        st.sampled_from((
            ServesQueue(), ServesQueue("vip"), Allowed(), IsPreferred(), IsPreferred(strict=True), MeetsSelectors(),
            Among(("a0", "a2")), HasLabel("site", "eq", "ams"), Rested(), NotRefused(), NotRefused(_HOUR),
            ActiveWithin(_HOUR),
            UnderLimit("fair", most=1, window=_HOUR), HasPreferredSkills(_HOUR), UnderCeilings(), InRings(_PLAN),
            RingsOpenOver("ring", _HOUR, first=1), RingsOpenOver("ring", _HOUR, skip_empty=True, keep=False),
            PresenceIs(frozenset({"present", "away"})), TicketMeets(Is("overdue", True)), Certified("fire"),
            HasSigned("nda"), LabelIs("site", "field.site"),
            UnderCap("cap", most=1), UnderBudget("budget", most=Decimal(2)),
        )),
    )  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Requirement.__and__, inner, inner),
            st.builds(Requirement.__or__, inner, inner),
            st.builds(Requirement.__invert__, inner),
        ),
        max_leaves=5,
    )


@cache
def rankings() -> st.SearchStrategy[Ranking]:
    """Rankings of every built-in kind, up to three one after the other."""
    single: st.SearchStrategy[Ranking] = st.sampled_from((
        *(kind() for kind in RANKINGS), RoundRobin(), RoundRobin(keep_turn=True), RoundRobin(order=("a1", "a0")),
        ByPlace(), LongestUntouched(), MostRoom(), FewestTaken(), PreferredFirst(), ByLabel("sales", "desc"),
        WeightedShare("sales"), Cheapest("resolution"),
        SelectorScore(), SelectorScore(by_margin=True), LabelMatch(), NearestRing(_PLAN),
        FirstScore((ScoreLine(HasLabel("site", "eq", "ams"), 10), ScoreLine(ANYBODY, 1))),
    ))  # fmt: skip
    return st.lists(single, min_size=1, max_size=3).map(_chained)


def _chained(parts: list[Ranking]) -> Ranking:
    first, *others = parts
    for other in others:
        first = first.then(other)
    return first


@cache
def routing_conditions() -> st.SearchStrategy[Condition]:
    """Conditions over a waiting ticket's facts, those that time changes among them."""
    return st.one_of(
        st.sampled_from((ALWAYS, NEVER, Is("at_risk", True), Is("overdue", True), Has("tags", "vip"))),
        st.sampled_from(sorted(CALENDARS)).map(lambda name: Is(f"open.{name}", True)),
        st.sampled_from(CATEGORIES).map(lambda name: Is("category", name)),
        st.integers(1, 3).map(lambda tier: InRange("tier", most=tier)),
    )


@cache
def gates() -> st.SearchStrategy[Gate]:
    """Gates of every built-in signal, under one of two ids."""
    signals: st.SearchStrategy[Signal] = st.sampled_from((
        WaitingCount(), WaitingCount(Is("overdue", True)), OldestWait(), AtRiskCount(), NobodyPresent(),
        OutOfHours("office"), Occupancy(), AtRiskShare(), PredictedWait(_HOUR), NobodyEligible(), ByHand(),
        InSeason((_SEASON,)),
    ))  # fmt: skip
    return st.builds(
        lambda id, signal, off, band, side: Gate(id, signal, on=off + band, off=off, side=side),  # noqa: A006
        st.sampled_from(GATES),
        signals,
        st.integers(0, 3),
        st.sampled_from((0.5, 1, 30)),
        st.sampled_from(("reached", "exceeded")),
    )


def policies(staff: Staff) -> st.SearchStrategy[RoutingPolicy]:
    """Policies of every built-in kind for a given staff, combined a few levels deep.

    But for ``LastResort``, which is made to break the first law.
    """
    return _policies(tuple(partner.id for partner in staff.partners))


def _steps(one: RoutingPolicy, lasts: ElapsedDuration, then: RoutingPolicy) -> Steps:
    return Steps("steps", (TimedStep(one, lasts, Present()),), then)


def is_some(amount: ElapsedDuration) -> bool:
    """Whether an amount of time is more than none: what an offer must last."""
    return amount.microseconds > 0


_HOUR: Final = ElapsedDuration.of_us(3_600_000_000)
_SEASON: Final = Season("launch", MONDAY + timedelta(days=1), MONDAY + timedelta(days=4))
_PLAN: Final = RingPlan("ring", RingWindow(0, 1), (RingChange(_HOUR, high_by=1, raise_to=2),), raise_inside=True)

LINES: Final = (
    Line((ByPriority(), ByAge())),
    Line((ByDue(),), (LineRule("late", after=_HOUR, priority_rank=0), LineRule("full", longer_than=2, move_to="vip"))),
    Line((ByAge(own_head_start=True),), batch=2),
)
"""Lines that generated policies keep."""


@cache
def _policies(partners: tuple[str, ...]) -> st.SearchStrategy[RoutingPolicy]:
    leaf: st.SearchStrategy[RoutingPolicy] = st.one_of(
        st.builds(Hold, instants()),
        st.just(ToAgent()),
        st.builds(ToAgent, st.just(ANYBODY) | requirements(), rankings(), desk=st.sampled_from((HOUSE, *partners))),
        st.builds(ToAgent, st.just(HasSkills() | NotTried()), rankings()),
        st.sampled_from((Wait(), Reject("not for us"), Decline())),
    )
    if partners:
        names = st.sampled_from(partners)
        leaf |= st.builds(ToBest, desks=st.just((HOUSE,)), partners=st.just(partners), ranking=rankings())
        leaf |= st.builds(HandOff, names) | st.builds(HandOff, names) | st.builds(HandOff, names, requirements())
    waits = st.integers(0, 600).map(lambda minutes: ElapsedDuration.of_us(minutes * 60_000_000))
    tree = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(RoutingPolicy.__or__, inner, inner),
            st.builds(When, routing_conditions(), inner),
            st.builds(AfterWait, waits, inner),
            st.builds(Overflow, gates(), inside=inner, outside=inner),
            st.builds(IfAnybody, requirements(), inner, inner),
            st.builds(Offering, inner, lapses_after=st.none() | waits.filter(is_some), most=st.none() | st.just(2)),
            st.builds(
                lambda one, two, weight: Blend("shared", (Portion("one", one, weight), Portion("two", two, 2))),
                inner,
                inner,
                st.integers(1, 3),
            ),
            st.builds(
                lambda one, lasts, then: Steps("steps", (TimedStep(one, lasts, Present()),), then), inner, waits, inner
            ),
            st.builds(lambda one, two: Committed("least", one, two, least=1), inner, inner),
            st.builds(lambda one, two: ShareCapped("most", one, two, most=Decimal(50)), inner, inner),
            st.builds(InLine, inner, st.sampled_from(LINES)),
            st.builds(lambda one, two: Dated(one, (Override(_SEASON, two),)), inner, inner),
        ),
        max_leaves=5,
    )
    # Few trees place many tickets, so most get fallbacks that do.
    return tree | st.builds(RoutingPolicy.__or__, tree, leaf) | st.builds(RoutingPolicy.__or__, leaf, tree)


@cache
def routing_events() -> st.SearchStrategy[EventData]:
    """What may happen on the floor to one of four tickets, in whatever order, sense or no sense."""
    ticket = st.sampled_from(("T-0", "T-1", "T-2", "T-3"))
    agent = st.none() | st.sampled_from(("a0", "a1"))
    return st.one_of(
        ticket.flatmap(lambda id: st.builds(Queued, tickets(id=id))),  # noqa: A006
        st.builds(Placed, ticket, agent, st.sampled_from(("house", "p0")), st.integers(0, 3)),
        st.builds(Released, ticket),
        st.builds(Dequeued, ticket),
        st.builds(GateOpened, st.sampled_from(GATES), st.just(1.0)),
        st.builds(GateClosed, st.sampled_from(GATES), st.just(0.0)),
        st.builds(Offered, ticket, st.sampled_from(("a0", "a1"))),
        st.builds(OfferDeclined, ticket, st.sampled_from(("a0", "a1"))),
        st.builds(OfferWithdrawn, ticket, st.sampled_from(("a0", "a1"))),
        st.builds(StageEntered, ticket, st.just("steps"), st.integers(0, 1)),
        st.builds(LineChanged, ticket, st.just("late"), st.just(0)),
        st.builds(Metered, st.just("fair"), st.sampled_from(("a0", "a1")), st.just(1), st.just(3_600_000_000)),
        st.builds(ShareServed, st.just("shared"), st.just("one"), st.just({"one": 1, "two": 2})),
    )
