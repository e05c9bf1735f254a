"""The working copy decides as its snapshot does, whatever happened to it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from operator import or_

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.routing import RoutingPolicy, RoutingState, Snapshot, ToAgent, Wait, WaitingFacts
from deskcore.routing.board import Board
from deskcore.routing.commit import commit
from deskcore.routing.eligibility import HasLabelNamed
from deskcore.routing.events import Placed, Queued, Released
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.snapshot import Candidate
from deskcore.staff import Agent, Presence, Staff
from deskcore.staff.events import CapacityChanged, SignedOff
from deskcore.staff.presence import AgentPresence
from deskcore.testing.routing import floors, policies, routing_events, tickets
from deskcore.testing.staff import presence_events

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)


def fleet(count: int, capacity: int = 3) -> Snapshot:
    agents = tuple(Agent(f"a{place:04}", skills=[f"s{place % 5}"], capacity=capacity) for place in range(count))
    present = FrozenDict({agent.id: AgentPresence("present", NINE) for agent in agents})
    return Snapshot(at=NINE, staff=Staff(agents=agents), presence=Presence(present))


def asking(name: str, skill: str) -> WaitingFacts:
    return WaitingFacts(name, opened_at=NINE, queued_at=NINE, skills={skill})


@attrs.frozen
class EvenIdsFirst(Ranking):
    """A host's own ranking, of which a board knows nothing."""

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (int(candidate.id[-1], 36) % 2,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return (f"has id {candidate.id}",)


@settings(max_examples=60)
@given(st.data())
def test_a_board_decides_as_its_snapshot(data: st.DataObject) -> None:
    """Law: decide(t, board) == decide(t, board.snapshot()), after anything that may happen; so for would."""
    floor = data.draw(floors())
    own = st.just(ToAgent(ranking=EvenIdsFirst()))
    policy: RoutingPolicy = data.draw(policies(floor.staff) | own | st.builds(or_, policies(floor.staff), own))
    board = Board(floor)
    for place in range(data.draw(st.integers(1, 5))):
        ticket = data.draw(tickets(id=f"N-{place}"))
        decision = board.decide(policy, ticket)
        assert board.would(policy, ticket) == policy.would(ticket, board.snapshot())
        assert decision == policy.decide(ticket, board.snapshot())
        if decision.acts and data.draw(st.booleans()):
            board.apply(decision, ticket)
        happened = data.draw(st.none() | routing_events() | presence_events(("a0", "a1")))
        if happened is not None:
            board.take(happened)
        if data.draw(st.booleans()):
            board.move(board.at + timedelta(minutes=data.draw(st.integers(0, 600))))


@settings(max_examples=40)
@given(st.data())
def test_applying_a_decision_is_taking_its_events(data: st.DataObject) -> None:
    """Law: apply leaves a board as commit's events would."""
    floor = data.draw(floors())
    policy: RoutingPolicy = data.draw(policies(floor.staff))
    applied, told = Board(floor), Board(floor)
    for ticket in floor.waiting:
        decision = applied.decide(policy, ticket)
        applied.apply(decision, ticket)
        for event in commit(decision, ticket).floor:
            told.take(event)
        assert applied.snapshot() == told.snapshot()


def test_reasons_are_those_of_the_moment_of_the_decision() -> None:
    """Told late, they speak of the load before the ticket came."""
    board = Board(fleet(1))
    first, second = (board.decide(ToAgent(), asking(name, "s0")) for name in ("T-1", "T-2"))
    board.apply(first, asking("T-1", "s0"))
    board.move(NINE + timedelta(hours=1))
    assert first.key == ("uses 0 of 3", f"idle since {NINE.isoformat()}")
    assert board.decide(ToAgent(), asking("T-3", "s0")).key[0] == "uses 1 of 3"
    assert pickle.loads(pickle.dumps(second)) == second  # made in this process


def test_an_equal_policy_is_worked_out_once() -> None:
    board = Board(fleet(2))
    assert board.plan(ToAgent() | Wait()) is board.plan(ToAgent() | Wait())


def test_labels_named_by_values_that_are_equal_but_read_otherwise() -> None:
    """1 and True are equal, and name two labels."""
    agents = tuple(Agent(f"a{value}", labels={f"at_{value}": True}) for value in (1, True))
    present = FrozenDict({agent.id: AgentPresence("present", NINE) for agent in agents})
    board = Board(Snapshot(at=NINE, staff=Staff(agents=agents), presence=Presence(present)))
    policy = ToAgent(HasLabelNamed("at_", "site"))
    for value in (1, True):
        ticket = WaitingFacts("T-1", opened_at=NINE, queued_at=NINE, fields=FrozenDict({"site": value}))
        assert board.decide(policy, ticket).agent == f"a{value}"


def test_time_does_not_go_back() -> None:
    with pytest.raises(InvalidValue, match="must not lie before"):
        Board(fleet(1)).move(NINE - timedelta(seconds=1))


@settings(max_examples=60)
@given(st.lists(routing_events(), max_size=12))
def test_a_board_holds_what_the_fold_holds(happened: list[Queued]) -> None:
    """Law: taking events into a board gives the state that folding them gives."""
    from deskcore.log import Actor, Event

    board, state = Board(fleet(3)), RoutingState()
    for seq, data in enumerate(happened, start=1):
        board.take(data)
        state = state.step(Event("floor", seq, NINE, NINE, Actor.system(), data))
    assert board.snapshot().routing == state


def test_a_full_house_is_drained_in_the_order_of_room() -> None:
    board = Board(fleet(4, capacity=1))
    policy = ToAgent()
    given_to = []
    for place in range(5):
        ticket = WaitingFacts(f"T-{place}", opened_at=NINE, queued_at=NINE)
        decision = board.decide(policy, ticket)
        given_to.append(decision.agent)
        board.apply(decision, ticket)
    assert given_to == ["a0000", "a0001", "a0002", "a0003", None]
    board.take(Released("T-2"))
    assert board.decide(policy, asking("T-9", "s2")).agent == "a0002"


def test_presence_counts_at_once() -> None:
    board = Board(fleet(2))
    assert board.decide(ToAgent(), asking("T-1", "s0")).agent == "a0000"
    board.take(SignedOff("a0000"))
    assert board.decide(ToAgent(), asking("T-1", "s0")).agent is None
    board.take(CapacityChanged("a0001", 0))
    assert board.decide(ToAgent(), asking("T-1", "s1")).agent is None


def test_a_manual_placement_fills_the_index() -> None:
    board = Board(fleet(2, capacity=1))
    assert board.decide(ToAgent(), asking("T-1", "s0")).agent == "a0000"
    board.take(Placed("T-0", "a0000"))
    assert not board.decide(ToAgent(), asking("T-1", "s0")).acts


def test_a_snapshot_stays_as_it_was() -> None:
    board = Board(fleet(1))
    before = board.snapshot()
    copy = attrs.evolve(before)
    board.take(Placed("T-0", "a0000"))
    assert before == copy
    assert board.snapshot() != before
