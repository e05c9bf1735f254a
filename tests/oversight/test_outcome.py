"""From a real ticket, its real clocks and its log to the record that figures count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.oversight import Duration, TicketOutcome, measure, outcome
from deskcore.oversight.kpi import InHands, NextResponse, OpenMedian, PassThrough, SelfService, TimeSpent
from deskcore.oversight.outcome import CycleOutcome
from deskcore.oversight.variants import FirstTime
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


def record(
    *steps: tuple[float, EventData], at: float = 100, with_log: bool = True, tiers: dict[str, int] | None = None
) -> TicketOutcome:
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
    return outcome(ticket, cycles(sla, SETUP, at=end), at=end, log=log if with_log else (), tiers=tiers)


REOPENED = (
    (0, OPENED),
    (0.5, did.MessagePosted("m1", "agent")),
    (1, did.Resolved("New", RESOLVED)),
    (10, did.Reopened("Resolved", ACTIVE)),
    (12, did.Resolved("Open", RESOLVED)),
)


def test_a_made_up_cycle_has_a_state_that_there_is() -> None:
    states = "met, met_late, breached, running, cancelled, measured, not_started"
    with pytest.raises(InvalidValue, match=f"state must be one of {states} .got 'late'"):
        CycleOutcome("resolution", 1, "late")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at"])
def test_a_made_up_record_holds_aware_instants_none_before_its_opening(name: str) -> None:
    one = TicketOutcome("T-1", NOON, NOON)
    with pytest.raises(InvalidValue, match=f"{name} must not come before opened_at"):
        attrs.evolve(one, **{name: NOON - timedelta(microseconds=1)})  # type: ignore[arg-type]
    for wrong in (name, "opened_at"):
        with pytest.raises(InvalidValue, match=f"{wrong} must carry a time zone"):
            attrs.evolve(one, **{wrong: NOON.replace(tzinfo=None)})  # type: ignore[arg-type]


def test_a_made_up_record_takes_a_list_of_cycles_and_a_plain_dict() -> None:
    made = TicketOutcome("T-1", NOON, NOON, cycles=[CycleOutcome("resolution", 1, "met")], spent_us={"active": 7})
    assert made.cycles[0].state == "met"
    assert made.spent_us == FrozenDict({"active": 7})
    hash(made)
    with pytest.raises(InvalidValue, match=r"cycles\[0\] must be a CycleOutcome"):
        TicketOutcome("T-1", NOON, NOON, cycles=("met",))  # type: ignore[arg-type]


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


HELD = Status("Pending", "waiting", waits_for="vendor")
ASKED = Status("Awaiting", "waiting", waits_for="requester")
LONG_LIFE = (
    (0, OPENED),
    (1, did.Started("New", ACTIVE)),
    (3, did.Held("Open", HELD)),
    (6, did.Resumed("Pending", ACTIVE)),
    (7, did.Held("Open", ASKED)),
    (12, did.Resumed("Awaiting", ACTIVE)),
    (13, did.Resolved("Open", RESOLVED)),
    (20, did.Reopened("Resolved", ACTIVE)),
    (22, did.Resolved("Open", RESOLVED)),
)


def test_the_time_in_each_phase_adds_up_to_the_spells() -> None:
    one = record(*LONG_LIFE)
    hours = {phase: us / 3.6e9 for phase, us in one.spent_us.items()}
    assert hours == {"new": 1, "active": 2 + 1 + 1 + 2, "vendor": 3, "requester": 5}
    owed = sum((ended - begun for begun, ended in one.spells if ended), timedelta(0))
    assert sum(hours.values()) == owed / timedelta(hours=1)
    assert record(*LONG_LIFE, with_log=False).spent_us == {}


def test_whose_hands_a_ticket_lay_in_are_four_figures() -> None:
    words: tuple[InHands, ...] = ("requester_wait", "agent_work", "on_hold", "agent_wait")
    tally = measure([record(*LONG_LIFE)], [TimeSpent(what) for what in words])
    assert [(value.value or 0) / 3600 for value in tally.values()] == [10, 7, 3, 5]
    silent = measure(
        [attrs.evolve(record((0, OPENED)), id="T-2"), record(*LONG_LIFE, with_log=False)], [TimeSpent("on_hold")]
    )
    assert [one.reason for one in silent.value("on_hold.p50").excluded] == ["phases not known", "still open"]


def test_each_later_message_waits_for_its_own_reply() -> None:
    one = record(
        (0, OPENED),
        (1, did.MessagePosted("m1", "agent")),
        (2, did.MessagePosted("m2", "requester")),
        (3, did.MessagePosted("m3", "requester")),
        (4, did.MessagePosted("m4", "agent", visibility="internal")),
        (5, did.MessagePosted("m5", "agent", auto_generated=True)),
        (6, did.MessagePosted("m6", "agent")),
        (7, did.MessagePosted("m7", "agent")),
        (8, did.MessagePosted("m8", "requester")),
    )
    assert [us / 3.6e9 for us in one.next_responses_us] == [4]
    assert measure([one], [NextResponse()]).value("next_response.p50").value == 4 * 3600
    first_only = record((0, OPENED), (1, did.MessagePosted("m1", "agent")))
    assert measure([first_only], [NextResponse()]).value("next_response.p50").value is None


def test_a_desk_that_gives_its_tickets_away_is_seen() -> None:
    moves = [did.Transferred(desk=desk) for desk in ("manila", "house", "manila")]
    back = record((0, OPENED), *((place, data) for place, data in enumerate(moves, start=1)))
    solved = record((0, OPENED), (1, did.Transferred(desk="manila")), (2, did.Resolved("New", RESOLVED)))
    held = record((0, OPENED), (1, did.Transferred(desk="manila")))
    assert back.desks == ("house", "manila", "house", "manila")
    tally = measure(
        [attrs.evolve(one, id=f"T-{n}") for n, one in enumerate([back, solved, held, record((0, OPENED))])],
        [PassThrough(), PassThrough("manila")],
    )
    for value in tally.values():
        assert (value.numerator, value.denominator) == (1, 2)
        assert sorted(one.reason for one in value.excluded) == ["never at that desk", "still there"]


def test_a_median_that_forgets_open_tickets_flatters() -> None:
    """The example of the field: solved after 1, 2, 3, 4 days and three open for 5."""
    day = timedelta(days=1)
    solved = [
        TicketOutcome(f"T-{n}", NOON + 5 * day, NOON, resolved_at=NOON + n * day, is_open=False) for n in (1, 2, 3, 4)
    ]
    lasting = [TicketOutcome(f"T-{n}", NOON + 5 * day, NOON) for n in (5, 6, 7)]
    tally = measure([*solved, *lasting], [Duration("resolution", 0.5, "linear_type7"), OpenMedian("resolution")])
    assert [(value.value or 0) / 86_400 for value in tally.values()] == [2.5, 4]
    early = measure(lasting, [OpenMedian("resolution")]).value("resolution.median_with_open")
    assert (early.value, early.denominator, early.reason) == (None, 3, "more than half had not ended by the last end")


def test_self_service_is_what_nobody_had_to_answer() -> None:
    done = TicketOutcome("T-1", NOON, NOON, is_open=False, closed_at=NOON, channel="self_service")
    helped = TicketOutcome("T-2", NOON, NOON, is_open=False, closed_at=NOON, channel="self_service", replies=1)
    mailed = TicketOutcome("T-3", NOON, NOON, is_open=False, closed_at=NOON, channel="email")
    value = measure([done, helped, mailed], [SelfService()]).value("self_service")
    assert (value.numerator, value.denominator) == (1, 3)


def test_who_solved_it_is_a_tier_when_the_teams_tiers_are_known() -> None:
    steps = (
        (0, OPENED),
        (1, did.Transferred(team="network", desk="house")),
        (2, did.MessagePosted("m1", "requester")),
        (3, did.Resolved("New", RESOLVED)),
    )
    known, unknown = record(*steps, tiers={"network": 2}), record(*steps)
    assert (known.resolved_tier, unknown.resolved_tier) == (2, None)
    tally = measure([known, attrs.evolve(unknown, id="T-2")], [FirstTime("level"), FirstTime("contact")])
    level, contact = tally.values()
    assert (level.value, level.excluded[0].reason) == (0.0, "solving tier not known")
    assert contact.value == 1.0


def test_the_instant_asked_about_needs_a_zone() -> None:
    event = Event("T-1", 1, NOON, NOON, Actor.system(), OPENED)
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        outcome(evolve(None, event), at=datetime(2026, 5, 22))
