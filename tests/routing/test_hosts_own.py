"""A host's own nodes, and that the laws catch one that breaks them."""

from __future__ import annotations

import attrs
import pytest

from deskcore.errors import InvalidValue
from deskcore.routing import Decision, RoutingPolicy, Snapshot, ToAgent, WaitingFacts
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate
from deskcore.staff import Agent, Presence, Staff
from deskcore.staff.events import SignedOn
from deskcore.testing import routing_laws as laws
from deskcore.testing.staff import MONDAY, floor_events

STAFF = Staff(agents=(Agent("abe", capacity=0), Agent("bo", tz="Europe/Amsterdam")))
FLOOR = Snapshot(
    at=MONDAY, staff=STAFF, presence=Presence.replay(floor_events([SignedOn("abe"), SignedOn("bo")], start=MONDAY))
)
TICKET = WaitingFacts("T-1", opened_at=MONDAY, queued_at=MONDAY)


@attrs.frozen
class NotOnFridays(Requirement):
    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return floor.at.weekday() != 4

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        return f"it is {floor.at:%A}"


@attrs.frozen
class ByName(Ranking):
    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (candidate.called,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return (f"is called {candidate.called}",)


@attrs.frozen
class AlwaysAbe(RoutingPolicy):
    """Gives everything to abe, who has no room."""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("assign", ticket.ticket, agent="abe", desk="house")


@attrs.frozen
class ByFirstListed(RoutingPolicy):
    """Gives everything to whoever is listed first."""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return Decision("assign", ticket.ticket, agent=floor.staff.agents[0].id, desk="house")


@attrs.frozen
class Uneven(Ranking):
    """Gives keys of different lengths."""

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (1,) * len(candidate.id)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return ("uneven",) * len(candidate.id)


def test_nodes_of_a_hosts_own_combine_and_print_like_any_other() -> None:
    policy = ToAgent(NotOnFridays() & ~NotOnFridays(), ByName())

    assert policy.decide(TICKET, FLOOR).kind == "none"
    assert ToAgent(NotOnFridays(), ByName()).decide(TICKET, FLOOR).key == ("is called bo",)
    laws.check_deterministic(policy, TICKET, FLOOR)
    laws.check_nobody_unfit(policy, TICKET, FLOOR)


def test_the_laws_catch_a_policy_that_overbooks() -> None:
    with pytest.raises(AssertionError, match="abe is full"):
        laws.check_nobody_unfit(AlwaysAbe(), TICKET, FLOOR)


def test_the_laws_catch_a_policy_that_hangs_on_the_order_of_the_register() -> None:
    with pytest.raises(AssertionError, match="the order of the register matters"):
        laws.check_deterministic(ByFirstListed(), TICKET, FLOOR)


def test_the_laws_catch_a_ranking_that_does_not_compare() -> None:
    with pytest.raises(AssertionError, match="keys differ in length"):
        laws.check_ranking_is_total(Uneven(), TICKET, FLOOR)


def test_a_level_below_one_is_no_requirement() -> None:
    from deskcore.routing.requirements import NeedsSkill

    with pytest.raises(InvalidValue, match="level must be at least 1"):
        NeedsSkill("vpn", 0)
