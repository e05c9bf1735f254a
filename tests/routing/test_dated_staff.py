"""Routing asks about an instant: absences, clearances, agreements and contracts begin and end without anybody polling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict, to_us
from deskcore.routing import HandOff, RoutingPolicy, RoutingState, Snapshot, ToAgent, WaitingFacts
from deskcore.routing.board import Board
from deskcore.routing.changes import floor_changes_due, next_floor_change
from deskcore.routing.eligibility import HasSigned
from deskcore.routing.events import Offered, Placed
from deskcore.routing.explain import explain
from deskcore.routing.requirements import ABLE, WILLING, Cleared, NotAbsent
from deskcore.routing.resort import LastResort
from deskcore.routing.signals import NobodyPresent, Occupancy
from deskcore.staff import Agent, Partner, Presence, Scope, Staff
from deskcore.staff.absence import Absence
from deskcore.staff.presence import AgentPresence
from deskcore.staff.validity import Validity
from deskcore.testing.routing import policies, tickets
from deskcore.testing.routing_laws import check_nobody_unfit
from deskcore.testing.staff import CALENDARS, MONDAY, floor_events, staffs

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
TEN, NOON = NINE.replace(hour=10), NINE.replace(hour=12)
HOUR = timedelta(hours=1)
OUT = Absence(TEN, NOON, "dentist")


def floor_at(staff: Staff, at: datetime, state: RoutingState | None = None) -> Snapshot:
    there = Presence(FrozenDict({agent.id: AgentPresence("present", NINE) for agent in staff.agents}))
    return Snapshot(at=at, staff=staff, presence=there, routing=state or RoutingState())


def asking(**needs: str) -> WaitingFacts:
    return WaitingFacts("T-1", opened_at=NINE, queued_at=NINE, data_class=needs.get("data_class"))


def told(policy: RoutingPolicy, ticket: WaitingFacts, staff: Staff) -> list[tuple[str | None, datetime | None]]:
    """Who gets the ticket, and when to ask again, at each full hour from nine to one; a board moved along agrees."""
    found: list[tuple[str | None, datetime | None]] = []
    board = Board(floor_at(staff, NINE))
    for hour in range(5):
        at = NINE + hour * HOUR
        decision = policy.decide(ticket, floor_at(staff, at))
        board.move(at)
        assert board.decide(policy, ticket) == decision
        found.append((decision.agent or decision.desk, decision.next_change))
    return found


def test_an_absent_person_gets_nothing_until_their_absence_ends() -> None:
    staff = Staff(agents=(Agent("bo", absences=[OUT]),))
    assert told(ToAgent(), asking(), staff) == [("bo", None), (None, NOON), (None, NOON), ("bo", None), ("bo", None)]


def test_the_absence_is_the_reason() -> None:
    floor = floor_at(Staff(agents=(Agent("bo", absences=[OUT]), Agent("mia", capacity=0))), TEN)
    reasons = explain(ToAgent(), asking(), floor)
    assert reasons.why_not("bo") == "bo is absent until 2026-05-18 12:00+00:00 (dentist)"
    assert ToAgent().decide(asking(), floor).because == ("no agent of house: 1 on leave, 1 full",)


def test_whoever_is_absent_counts_neither_as_present_nor_as_room() -> None:
    staff = Staff(agents=(Agent("bo", absences=[OUT]),))
    readings = [NobodyPresent().reading(floor_at(staff, at)) for at in (NINE, TEN, NOON)]
    assert readings == [0, 1, 0]
    assert [Occupancy().reading(floor_at(staff, at)) for at in (NINE, TEN, NOON)] == [0, 1, 0]
    assert [NobodyPresent().next_change(floor_at(staff, at), 1) for at in (NINE, TEN)] == [to_us(TEN), to_us(NOON)]


def test_not_even_a_last_resort_gives_to_somebody_absent() -> None:
    staff = Staff(agents=(Agent("bo", absences=[OUT]),))
    assert LastResort().decide(asking(), floor_at(staff, TEN)).because == ("no last resort at house: 1 on leave",)
    assert LastResort().decide(asking(), floor_at(staff, TEN)).next_change == NOON
    assert LastResort().decide(asking(), floor_at(staff, NOON)).agent == "bo"


def test_an_offer_is_withdrawn_when_the_absence_begins() -> None:
    staff = Staff(agents=(Agent("bo", absences=[OUT]),))
    state = RoutingState.of_waiting([asking()])
    (event,) = floor_events([Offered("T-1", "bo", "house", 1, None)], start=NINE)
    offered = state.step(event)
    assert next_floor_change(ToAgent(), floor_at(staff, NINE, offered)) == TEN
    assert floor_changes_due(ToAgent(), floor_at(staff, NINE, offered)) == ()
    (change,) = floor_changes_due(ToAgent(), floor_at(staff, TEN, offered))
    assert "bo is absent until 2026-05-18 12:00+00:00 (dentist)" in str(change.data)


def test_a_clearance_begins_and_ends() -> None:
    staff = Staff(agents=(Agent("bo", clearances={"health": Validity(TEN, NOON)}),))
    asked = told(ToAgent(), asking(data_class="health"), staff)
    assert asked == [(None, TEN), ("bo", None), ("bo", None), (None, None), (None, None)]
    assert explain(ToAgent(), asking(data_class="health"), floor_at(staff, NOON)).why_not("bo") == (
        "bo was cleared for health until 2026-05-18 12:00+00:00"
    )


def test_an_agreement_begins_and_ends() -> None:
    staff = Staff(agents=(Agent("bo", agreements={"nda": Validity(TEN, NOON)}),))
    policy = ToAgent(ABLE & HasSigned("nda"))
    assert told(policy, asking(), staff) == [(None, TEN), ("bo", None), ("bo", None), (None, None), (None, None)]
    assert explain(policy, asking(), floor_at(staff, NINE)).why_not("bo") == (
        "bo has signed nda from 2026-05-18 10:00+00:00 on"
    )


def test_what_a_partner_has_signed_binds_its_people() -> None:
    manila = Partner("manila", scope=Scope.everything(), languages=("en",), agreements={"nda": Validity(TEN, NOON)})
    staff = Staff(agents=(Agent("pia", desk="manila"),), partners=(manila,))
    people = ToAgent(ABLE & HasSigned("nda"), desk="manila")
    assert [who for who, _ in told(people, asking(), staff)] == [None, "pia", "pia", None, None]
    desk = HandOff("manila", WILLING & HasSigned("nda"))
    assert told(desk, asking(), staff) == [(None, TEN), ("manila", None), ("manila", None), (None, None), (None, None)]


def test_nothing_goes_to_a_partner_outside_its_contract() -> None:
    manila = Partner("manila", scope=Scope.everything(), languages=("en",), contract=Validity(TEN, NOON))
    staff = Staff(agents=(Agent("pia", desk="manila"),), partners=(manila,))
    expected = [(None, TEN), ("x", None), ("x", None), (None, None), (None, None)]
    for policy, who in ((HandOff("manila"), "manila"), (ToAgent(desk="manila"), "pia")):
        assert told(policy, asking(), staff) == [(who if one else None, again) for one, again in expected]
    assert explain(HandOff("manila"), asking(), floor_at(staff, NOON)).why_not("manila") == (
        "the contract of manila runs from 2026-05-18 10:00+00:00 until 2026-05-18 12:00+00:00"
    )


def test_an_index_of_a_board_does_not_outlive_a_clearance_that_others_keep() -> None:
    """Two agents, one lapses while the other holds; the board has made its index before."""
    staff = Staff(agents=(Agent("bo", clearances={"health": Validity(end=TEN)}), Agent("mia", clearances=["health"])))
    asked = told(ToAgent(), asking(data_class="health"), staff)
    assert [who for who, _ in asked] == ["bo", "mia", "mia", "mia", "mia"]


@pytest.mark.parametrize("requirement", [NotAbsent(), Cleared(), HasSigned("nda")])
def test_what_time_gives_it_also_takes(requirement: NotAbsent | Cleared | HasSigned) -> None:
    assert "monotone" in requirement.claims
    assert "monotone" not in (~requirement).claims


@settings(max_examples=60)
@given(st.data(), staffs(), tickets(), st.lists(st.integers(1, 2 * 1440), min_size=1, max_size=4))
def test_a_board_moved_over_dates_decides_as_its_snapshot(
    data: st.DataObject, staff: Staff, ticket: WaitingFacts, steps: list[int]
) -> None:
    """Law: dates begin and end between two decisions, and the board's indexes follow."""
    policy = data.draw(policies(staff))
    there = Presence(FrozenDict({agent.id: AgentPresence("present", MONDAY) for agent in staff.agents}))
    at = max(MONDAY, ticket.queued_at)
    floor = Snapshot(at=at, staff=staff, calendars=FrozenDict(CALENDARS), presence=there)
    board = Board(floor)
    for minutes in (0, *steps):
        at += timedelta(minutes=minutes)
        board.move(at)
        decision = board.decide(policy, ticket)
        assert decision == policy.decide(ticket, board.snapshot())
        check_nobody_unfit(policy, ticket, board.snapshot())
        if staff.agents:
            board.take(Placed("T-x", staff.agents[0].id, staff.agents[0].desk))
