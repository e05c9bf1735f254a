"""Strategies over a host's own staff: what is drawn belongs to it, and a law over it is not nearly empty."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.predicate import Is, where
from deskcore.routing import Gate, HandOff, Overflow, Snapshot, ToAgent, Wait, WaitingFacts, When
from deskcore.routing.capped import ShareCapped
from deskcore.routing.claims import Law
from deskcore.routing.eligibility import ServesQueue
from deskcore.routing.requirements import ABLE, InTeam
from deskcore.routing.signals import WaitingCount
from deskcore.staff import Agent, Partner, Scope, Staff, Team
from deskcore.testing.routing import floors, situations, tickets
from deskcore.testing.routing_claims import check_claims

STAFF: Final = Staff(
    agents=(
        Agent("ann", team="network", skills={"bgp": 3, "firewall": 2}, languages=("sv", "en"), calendar="stockholm",
              queues=("network",)),
        Agent("bo", team="network", skills=["firewall"], languages=("sv",), calendar="stockholm", queues=("network",)),
        Agent("cy", team="desk", skills=["laptop"], languages=("en",), tier=2, calendar="stockholm",
              clearances=frozenset({"salary"})),
        Agent("dee", team="desk", skills=["laptop", "phone"], languages=("sv", "en"), calendar="stockholm"),
    ),
    teams=(Team("network"), Team("desk")),
    partners=(
        Partner("riga", scope=Scope(where(category=("laptop", "phone")), max_tier=1), languages=("en",)),
    ),
)  # fmt: skip
HOURS: Final = {"stockholm": Calendar.weekly("Mon-Fri 08:00-16:30", tz="Europe/Stockholm")}
BUSY: Final = Gate("busy", WaitingCount(), on=3, off=1)
POLICY: Final = (
    When(Is("field.vip", "gold"), ToAgent(ABLE & InTeam("desk")))
    | Overflow(BUSY, inside=ToAgent(ABLE & ServesQueue()), outside=HandOff("riga") | ToAgent(ABLE & ServesQueue()))
    | Wait("nobody yet")
)


def test_a_real_policy_keeps_what_it_claims_and_mostly_finds_somebody() -> None:
    """In more than half of what is drawn the ticket goes to somebody, and the partner gets some."""
    outcomes: Counter[str] = Counter()
    seen: set[Law] = set()

    @given(situation=situations(POLICY, STAFF, HOURS))
    @settings(max_examples=60, database=None)
    def draw(situation: tuple[WaitingFacts, Snapshot]) -> None:
        outcomes[POLICY.decide(*situation).kind] += 1
        seen.update(check_claims(POLICY, *situation))

    draw()
    assert outcomes["assign"] + outcomes["hand_off"] > sum(outcomes.values()) / 2, outcomes
    assert outcomes["hand_off"], outcomes
    assert {"never_unfit", "conserves", "explained", "steady_gates", "keeps_place"} <= seen


@given(ticket=tickets(staff=STAFF, policy=POLICY))
def test_tickets_ask_for_what_the_staff_holds(ticket: WaitingFacts) -> None:
    assert set(ticket.skills) <= {"bgp", "firewall", "laptop", "phone"}
    assert set(ticket.languages) <= {"sv", "en"}
    assert ticket.category in {None, "laptop", "phone"}
    assert ticket.data_class in {None, "salary"}
    assert ticket.fields.get("vip") in {None, "gold"}
    assert ticket.queue in {None, "network"}
    assert ticket.queued_at - ticket.opened_at >= timedelta(0)


@given(floor=floors(staff=STAFF, calendars=HOURS, policy=POLICY), data=st.data())
@settings(max_examples=30)
def test_floors_hold_nobody_over_capacity(floor: Snapshot, data: st.DataObject) -> None:
    agent = data.draw(st.sampled_from(floor.staff.agents))
    assert floor.staff == STAFF
    assert floor.routing.load(agent.id).units <= agent.capacity
    assert set(floor.routing.gates) <= {"busy"}
    assert floor.calendar("stockholm") == HOURS["stockholm"]


CAPPED: Final = ShareCapped("riga", ToAgent() | HandOff("riga"), ToAgent() | Wait(), most=Decimal(30))
LAUNCH: Final = (datetime(2027, 9, 1, tzinfo=UTC), datetime(2027, 9, 3, tzinfo=UTC))


def test_situations_lie_in_a_window_and_find_a_part_of_the_share_used() -> None:
    counted: set[tuple[int, int]] = set()

    @given(situation=situations(CAPPED, STAFF, HOURS, start=LAUNCH[0], end=LAUNCH[1]))
    @settings(max_examples=30, database=None)
    def draw(situation: tuple[WaitingFacts, Snapshot]) -> None:
        ticket, floor = situation
        assert LAUNCH[0] <= ticket.opened_at <= LAUNCH[1]
        assert LAUNCH[0] <= floor.at <= LAUNCH[1]
        own, whole = CAPPED.counted(floor)
        assert 100 * own <= 30 * whole
        counted.add((own, whole))
        check_claims(CAPPED, ticket, floor)

    draw()
    assert len(counted) > 3
    assert any(own for own, _ in counted)


@given(data=st.data())
@settings(max_examples=1)
def test_a_window_does_not_end_before_it_begins(data: st.DataObject) -> None:
    with pytest.raises(InvalidValue, match="must not lie before start"):
        data.draw(situations(CAPPED, STAFF, start=LAUNCH[1], end=LAUNCH[0]))
