"""From a real ticket, its real clocks and its log to the record that figures count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.oversight import TicketOutcome, outcome
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, cycles
from deskcore.sla.fold import begin, step
from deskcore.tickets import Party, Status, Ticket, evolve
from deskcore.tickets import events as did

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
ACTIVE, RESOLVED = Status("Open", "active"), Status("Resolved", "resolved")
SETUP = SlaSetup(
    PolicyBook((SlaPolicy("house", (Target.first_response(elapsed(hours=1)), Target.resolution(elapsed(hours=4)))),)),
    FrozenDict({"default": Calendar.always()}),
)
OPENED = did.Opened(
    "VPN", Party("ann", organisation="acme", tier="gold"), Status("New", "new"), "simple", priority="p1", desk="house"
)


def record(*steps: tuple[float, EventData], at: float = 100, with_log: bool = True) -> TicketOutcome:
    ticket: Ticket | None = None
    sla = begin()
    log: list[Event] = []
    for seq, (hours, data) in enumerate(steps, start=1):
        moment = NOON + timedelta(hours=hours)
        event = Event("T-1", seq, moment, moment, Actor.system(), data)
        before, ticket = ticket, evolve(ticket, event)
        sla = step(sla, event, before, ticket, SETUP)
        log.append(event)
    assert ticket is not None
    end = NOON + timedelta(hours=at)
    return outcome(ticket, cycles(sla, SETUP, at=end), at=end, log=log if with_log else ())


REOPENED = (
    (0, OPENED),
    (0.5, did.MessagePosted("m1", "agent")),
    (1, did.Resolved("New", RESOLVED)),
    (10, did.Reopened("Resolved", ACTIVE)),
    (12, did.Resolved("Open", RESOLVED)),
)


def test_a_record_says_what_is_counted_of_a_ticket() -> None:
    one = record(*REOPENED)
    assert (one.priority, one.customer_tier, one.organisation, one.desk) == ("p1", "gold", "acme", "house")
    assert (one.replies, one.reopens, one.is_open, one.is_resolved) == (1, 1, False, True)
    assert one.first_response_at == NOON + timedelta(minutes=30)


def test_its_cycles_are_those_of_the_clocks() -> None:
    one = record(*REOPENED)
    states = {cycle.metric: (cycle.state, cycle.consumed_us / 3.6e9) for cycle in one.cycles}
    assert states["first_response"] == ("met", 0.5)
    assert states["resolution"] == ("met", 3.0)  # the nine closed hours do not count
    assert one.last_cycle("next_response") is None


def test_a_paused_clock_is_running_and_an_overdue_one_is_breached() -> None:
    pending = Status("Pending", "waiting", waits_for="requester")
    one = record((0, OPENED), (1, did.Held("New", pending)))
    assert {cycle.metric: cycle.state for cycle in one.cycles} == {
        "first_response": "breached",
        "resolution": "running",
    }


def test_with_its_log_the_spells_are_exact_without_it_there_is_one() -> None:
    hours = [(begun - NOON, ended and ended - NOON) for begun, ended in record(*REOPENED).spells]
    assert hours == [(timedelta(0), timedelta(hours=1)), (timedelta(hours=10), timedelta(hours=12))]
    assert record(*REOPENED, with_log=False).spells == ((NOON, NOON + timedelta(hours=12)),)


def test_an_open_ticket_has_a_spell_without_an_end() -> None:
    assert record((0, OPENED)).spells == ((NOON, None),)
    assert record((0, OPENED), with_log=False).spells == ((NOON, None),)


def test_with_its_log_the_groups_are_known_and_nobody_is_one() -> None:
    moved = [did.Transferred(team=team, desk="house") for team in ("first", "network", "network", "first")]
    one = record((0, OPENED), *((place, data) for place, data in enumerate(moved, start=1)))
    assert one.groups == (None, "first", "network", "first")
    assert not one.is_merged
    assert record((0, OPENED), with_log=False).groups == ()


def test_the_instant_asked_about_needs_a_zone() -> None:
    event = Event("T-1", 1, NOON, NOON, Actor.system(), OPENED)
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        outcome(evolve(None, event), at=datetime(2026, 5, 22))
