"""What every node claims it keeps, and every law is claimed: proved both ways, with a broken node for every law."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs
import pytest

from deskcore.hours import elapsed
from deskcore.predicate import NEVER
from deskcore.routing import Decision, Gate, Overflow, RoutingPolicy, Snapshot, ToAgent, WaitingFacts, When
from deskcore.routing.claims import LAWS, PURE, Claims, Law
from deskcore.routing.eligibility import UnderLimit
from deskcore.routing.events import DecisionKind
from deskcore.routing.line import ByPriority, InLine, Line, LineKey
from deskcore.routing.nodes import ROUTING_NODES
from deskcore.routing.policy import Decline, FirstOf, Reject, Wait
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.requirement import ANYBODY, Requirement
from deskcore.routing.requirements import ABLE, HasSkills
from deskcore.routing.resort import LastResort
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import Signal
from deskcore.routing.snapshot import Candidate
from deskcore.routing.steps import Offering
from deskcore.routing.trace import Step
from deskcore.staff import HOUSE
from deskcore.staff.events import SignedOff
from deskcore.testing.routing_claims import CHECKS, check_claims
from deskcore.testing.routing_runs import told
from tests.routing.nodes import EXAMPLES, as_policy, kinds, situations

FLOORS: Final = situations()
TICKET, FLOOR = FLOORS["quiet"]
BUSY: Final = FLOORS["with a line"]


def test_every_node_has_an_example_and_is_pure() -> None:
    assert set(ROUTING_NODES) <= set(kinds())
    assert [node for node in EXAMPLES if not PURE - {"no_starvation"} <= node.claims] == []


def test_every_law_has_a_check() -> None:
    assert tuple(CHECKS) == LAWS
    assert len(LAWS) == 16


@pytest.mark.parametrize("law", LAWS)
def test_every_node_that_claims_a_law_keeps_it(law: Law) -> None:
    """And some node claims it that has something to keep."""
    claimed = [node for node in EXAMPLES if law in node.claims]
    shown = set()
    for node in claimed:
        policy = as_policy(node)
        assert law in policy.claims, f"{policy} loses what {node} keeps"
        for ticket, floor in FLOORS.values():
            if CHECKS[law](policy, ticket, floor):
                shown.add(str(node))
    assert shown, f"nothing shows {law}"


# Broken nodes: each claims one law falsely, and the law finds it out.


@attrs.frozen
class Broken(RoutingPolicy):
    """Gives the ticket to bo."""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("assign", ticket.ticket, agent="bo", team="first", desk=HOUSE)

    def __str__(self) -> str:
        return type(self).__name__


@attrs.frozen
class ToTheAbsent(Broken):
    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("assign", ticket.ticket, agent="dee", desk=HOUSE)


@attrs.frozen
class PromisesAndWaits(Broken):
    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("wait", ticket.ticket)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return "assign"


@attrs.frozen
class ToTheFirstListed(Broken):
    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("assign", ticket.ticket, agent=floor.staff.agents[0].id, desk=HOUSE)


ASKED: list[None] = []


@attrs.frozen
class Moody(Broken):
    """Answers otherwise at every other question."""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        ASKED.append(None)
        return Decision("assign", ticket.ticket, agent=("bo", "cy")[len(ASKED) % 2], team="first", desk=HOUSE)


@attrs.frozen
class InSmallHousesOnly(Broken):
    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        few = len(floor.staff.agents) < 5
        return Broken().answer(ticket, floor) if few else Decision.none(ticket, "too many")


@attrs.frozen
class AsksTheOtherFirst(Broken):
    def __or__(self, other: RoutingPolicy) -> RoutingPolicy:
        return FirstOf((other, self))


@attrs.frozen
class Lazy(Broken):
    requires: Requirement = ABLE
    desk: str = HOUSE

    @property
    def claims(self) -> Claims:
        return PURE.union(("work_conserving",))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision.none(ticket, "not now")


@attrs.frozen
class Unfair(Ranking):
    """By id, which gives everything to the first, and the dearest of all."""

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (candidate.id,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return (candidate.id,)


@attrs.frozen
class Forgetful(Broken):
    """Does not tell the floor what counts."""

    inner: RoutingPolicy = attrs.field(
        factory=lambda: ToAgent(ABLE & UnderLimit("few", most=1, window=elapsed(hours=1)))
    )

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return attrs.evolve(self.inner.answer(ticket, floor), marks=())

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("inner", self.inner),)


@attrs.frozen
class ByTries(LineKey):
    def place(self, ticket: WaitingFacts) -> int:
        return -len(ticket.tried)


@attrs.frozen
class Flapping(Signal):
    def reading(self, floor: Snapshot) -> float:
        ASKED.append(None)
        return len(ASKED) % 2


@attrs.frozen
class Silent(Broken):
    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        return ()


BREAKS: Final[dict[Law, RoutingPolicy]] = {
    "never_unfit": ToTheAbsent(),
    "conserves": PromisesAndWaits(),
    "deterministic": ToTheFirstListed(),
    "idempotent": Moody(),
    "monotone": InSmallHousesOnly(),
    "algebra": AsksTheOtherFirst(),
    "work_conserving": Lazy(),
    "fair_turns": ToAgent(HasSkills(), Unfair()),
    "keeps_shares": Forgetful(),
    "no_starvation": InLine(ToAgent(), Line((ByPriority(),))),
    "steady_gates": Overflow(Gate("flapping", Flapping()), inside=ToAgent(), outside=Wait()),
    "bounded_offers": Offering(Broken()),
    "keeps_place": InLine(ToAgent(), Line((ByTries(),))),
    "explained": Silent(),
    "replayable": Moody(),
    "cheapest": ToAgent(ranking=Unfair()),
}


@pytest.mark.parametrize("law", LAWS)
def test_every_law_catches_a_node_that_breaks_it(law: Law) -> None:
    ticket, floor = BUSY
    with pytest.raises(AssertionError):
        CHECKS[law](BREAKS[law], ticket, told(floor, SignedOff("dee")))


def test_a_broken_claim_is_named() -> None:
    with pytest.raises(AssertionError, match=r"work_conserving: .*are free and T-0 waits"):
        check_claims(Lazy(), TICKET, FLOOR)


# What is not claimed is not kept: a witness for each of the ways in which combining or counting loses a law.


def test_the_last_resort_gives_to_the_absent_and_does_not_claim_otherwise() -> None:
    assert "never_unfit" not in (ToAgent() | LastResort()).claims
    nobody = told(FLOOR, *(SignedOff(agent.id) for agent in FLOOR.staff.agents))
    with pytest.raises(AssertionError, match="absent"):
        CHECKS["never_unfit"](LastResort(), TICKET, nobody)


def test_smooth_round_robin_is_not_within_a_ticket() -> None:
    weights = (33, 33, 1, 1, 1, 1)
    portions = tuple(Portion(f"p{place}", ToAgent(), weight) for place, weight in enumerate(weights))
    smooth, ours = Blend("b", portions, method="largest_deficit"), Blend("b", portions)
    assert "keeps_shares" not in smooth.claims
    with pytest.raises(AssertionError, match="off by"):
        CHECKS["keeps_shares"](smooth, TICKET, FLOOR)
    assert CHECKS["keeps_shares"](ours, TICKET, FLOOR)


def test_a_condition_leaves_people_idle_and_a_fallback_serves_them_again() -> None:
    never = When(NEVER, ToAgent())
    assert "work_conserving" not in never.claims
    assert "work_conserving" in (never | ToAgent()).claims


def test_an_offer_goes_back_to_the_same_one_unless_asked_otherwise() -> None:
    assert "bounded_offers" not in Offering(ToAgent()).claims
    with pytest.raises(AssertionError, match="asked again at once"):
        CHECKS["bounded_offers"](Offering(ToAgent()), TICKET, FLOOR)


def test_nothing_is_lost_by_an_identity() -> None:
    assert (ToAgent() | Decline()).claims == ToAgent().claims
    assert FirstOf((ToAgent(), Reject("spam"))).claims == ToAgent().claims
    assert Line(()).claims == PURE.union(("no_starvation",))


def test_a_hosts_own_requirement_costs_only_what_it_does_not_state() -> None:
    @attrs.frozen
    class Mine(Requirement):
        def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
            return True

        def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
            return "always"

        def __str__(self) -> str:
            return "mine"

    lost = ToAgent(ABLE).claims - ToAgent(ABLE & Mine()).claims
    assert lost == {"monotone", "work_conserving"}
    assert ToAgent(ANYBODY).claims >= {"monotone", "work_conserving", "never_unfit"}


def test_what_changes_with_time_and_does_not_say_when_is_found() -> None:
    @attrs.frozen
    class AfterAnHour(Requirement):
        def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
            return floor.at >= FLOOR.at + timedelta(hours=1)

        def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
            return "not yet"

        def __str__(self) -> str:
            return "after an hour"

    with pytest.raises(AssertionError, match=r"none becomes assign by .* next_change does not say so"):
        check_claims(ToAgent(AfterAnHour()), TICKET, FLOOR)
