"""What dates and people do to a policy: seasons, overrides, holds, gates by hand; and the further signals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.log import EventData
from deskcore.routing import Gate, HandOff, Overflow, RoutingState, Snapshot, ToAgent, Wait, WaitingFacts, gates_due
from deskcore.routing.backtest import Happening, backtest
from deskcore.routing.dated import Dated, Hold, InSeason, Override, Season
from deskcore.routing.events import GateHeld, Placed, Queued
from deskcore.routing.explain import explain
from deskcore.routing.gate import next_gate_change
from deskcore.routing.pressure import LONGEST, AtRiskShare, NobodyEligible, PredictedWait
from deskcore.routing.requirements import HasSkills
from deskcore.routing.signals import ByHand, WaitingCount
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.staff.events import SignedOff, SignedOn
from deskcore.testing.routing_runs import told

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
TICKET = WaitingFacts("T-1", opened_at=NINE, queued_at=NINE)
LAUNCH = Season("launch", NINE + timedelta(hours=1), NINE + timedelta(hours=3))
STAFF = Staff(
    agents=(Agent("bo", skills=["vpn"], capacity=2), Agent("mia", capacity=2, calendar="morning")),
    partners=(Partner("manila", scope=Scope.everything(), languages=("en",)),),
)
HOURS = {"morning": Calendar.weekly("Mon-Sun 06:00-12:00", tz="UTC")}


def floor(*facts: EventData, at: datetime = NINE) -> Snapshot:
    empty = Snapshot(at=at, staff=STAFF, calendars=HOURS)
    return told(empty, SignedOn("bo"), SignedOn("mia"), *facts)


def waiting(count: int, **more: object) -> tuple[Queued, ...]:
    return tuple(Queued(attrs.evolve(TICKET, ticket=f"W-{place}", **more)) for place in range(count))  # type: ignore[arg-type]


def test_a_season_opens_its_gate_at_its_beginning_and_closes_it_at_its_end() -> None:
    policy = Overflow(Gate("season", InSeason((LAUNCH,))), inside=ToAgent(), outside=HandOff("manila"))
    came = [
        Happening(NINE + timedelta(hours=hour), Queued(attrs.evolve(TICKET, ticket=f"T-{hour}"))) for hour in range(4)
    ]
    run = backtest(policy, floor(), came)
    assert [made.decision.desk for made in run.decisions] == ["house", "manila", "manila", "house"]


def test_an_override_is_in_force_during_its_season_alone() -> None:
    policy = Dated(ToAgent(), (Override(LAUNCH, Wait("all hands")),))
    assert policy.decide(TICKET, floor()).kind == "assign"
    held = policy.decide(TICKET, floor(at=LAUNCH.begins))
    assert (held.kind, held.because, held.next_change) == ("wait", ("it is launch", "all hands"), LAUNCH.ends)
    assert policy.decide(TICKET, floor(at=LAUNCH.ends)).kind == "assign"
    assert "it is launch" in explain(policy, TICKET, floor(at=LAUNCH.begins)).explain()


def test_seasons_that_overlap_are_refused_all_together() -> None:
    later = Season("launch", LAUNCH.begins + timedelta(hours=1), LAUNCH.ends)
    with pytest.raises(InvalidConfiguration) as caught:
        Dated(ToAgent(), (Override(LAUNCH, Wait()), Override(later, Wait())))
    assert [problem.code for problem in caught.value.problems] == ["repeated_id", "overlapping_seasons"]
    with pytest.raises(InvalidValue, match="must be after the beginning"):
        Season("never", NINE, NINE)


def test_a_hold_ends_at_its_instant() -> None:
    policy = Hold(LAUNCH.begins, "until the launch") | ToAgent()
    assert policy.decide(TICKET, floor()).next_change == LAUNCH.begins
    assert policy.decide(TICKET, floor(at=LAUNCH.begins)).agent == "bo"


def test_a_gate_held_by_hand_does_not_ask_its_signal() -> None:
    gate = Gate("busy", WaitingCount(), on=2, off=1)
    open_by_hand = floor(GateHeld("busy", "open", LAUNCH.begins))
    assert [change.data.TYPE for change in gates_due([gate], open_by_hand)] == ["gate_opened"]
    shut_by_hand = floor(*waiting(5), GateHeld("busy", "closed"))
    assert gates_due([gate], shut_by_hand) == ()
    assert next_gate_change([gate], shut_by_hand) is None
    opened = told(open_by_hand, *(change.data for change in gates_due([gate], open_by_hand)))
    assert next_gate_change([gate], opened) == LAUNCH.begins
    policy = Overflow(gate, inside=ToAgent(), outside=Wait())
    assert "it is held open by hand until" in explain(policy, TICKET, opened).explain()
    assert gates_due([Gate("hand", ByHand())], floor()) == ()


def test_a_gates_reading_is_told() -> None:
    policy = Overflow(Gate("busy", WaitingCount(), on=4, off=1), inside=ToAgent(), outside=Wait())
    said = explain(policy, TICKET, floor(*waiting(3))).explain()
    assert "gate busy is closed; tickets waiting: 3, opens at 4" in said


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        ((), 0),
        ((Placed("H-1", "bo", units=2), Placed("H-2", "mia", units=2)), 10),
        ((Placed("H-1", "bo", units=2), Placed("H-2", "mia", units=2), *waiting(3)), 40),
        ((SignedOff("bo"), SignedOff("mia")), LONGEST),
    ],
)
def test_the_predicted_wait(facts: tuple[EventData, ...], minutes: float) -> None:
    """(waiting + 1) x 40 minutes / 4 units."""
    assert PredictedWait(elapsed(minutes=40)).reading(floor(*facts)) == minutes


def test_the_share_at_risk() -> None:
    risky = waiting(1, due_at=NINE, at_risk_from=NINE)
    safe = tuple(Queued(attrs.evolve(TICKET, ticket=f"S-{place}")) for place in range(3))
    assert AtRiskShare().reading(floor(*risky, *safe)) == 0.25
    assert AtRiskShare().reading(floor()) == 0


def test_tickets_for_whom_nobody_is_eligible_are_counted_whatever_the_room() -> None:
    needs = waiting(2, skills=FrozenDict({"vpn": 1}))
    assert NobodyEligible().reading(floor(*needs, Placed("H-1", "bo", units=2))) == 0
    assert NobodyEligible().reading(floor(*needs, SignedOff("bo"))) == 2
    assert NobodyEligible(HasSkills()).next_change(floor(*needs), 1) is not None, "mia's shift ends"


def test_holds_are_a_fold() -> None:
    state = floor(GateHeld("busy", "open"), GateHeld("busy", "by_signal")).routing
    assert not state.holds
    assert RoutingState().held_gate("busy", 0) is None
