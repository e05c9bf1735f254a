"""Who gets the ticket, in the desk's own words."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from deskcore._value import FrozenDict, to_us
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is, where
from deskcore.routing import HandOff, Overflow, RoutingState, Snapshot, ToAgent, Wait, WaitingFacts, When
from deskcore.routing.commit import commit, next_placement
from deskcore.routing.events import Dequeued, GateOpened, HandedOff, Placed, Queued, Routed
from deskcore.routing.gate import Gate
from deskcore.routing.policy import AfterWait, Reject
from deskcore.routing.ranking import (
    AtRandom,
    BestMatch,
    Cheapest,
    FewestOpen,
    FewestSkills,
    LastAgent,
    LongestIdle,
    LongestSinceAssigned,
    LowestTier,
    PreferredLanguage,
    Ranking,
)
from deskcore.routing.requirement import ANYBODY
from deskcore.routing.requirements import ABLE, FIRM, HasSkills, InTeam, NeedsSkill, SpeaksLanguage
from deskcore.routing.resort import IfAnybody
from deskcore.routing.signals import WaitingCount
from deskcore.staff import Agent, Partner, Presence, Scope, Staff, Team
from deskcore.staff.events import CapacityChanged, SignedOn, WentAway

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE = datetime(2026, 5, 18, 9, tzinfo=AMSTERDAM)
CALENDARS = {
    "office": Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam"),
    "manila": Calendar.weekly("Mon-Sun 08:00-20:00", tz="Asia/Manila"),
}
BO = Agent("bo", skills=["vpn"], languages=("nl", "en"), team="first", calendar="office")
CY = Agent("cy", skills={"vpn": 3, "billing": 1}, languages=("en",), tier=2, calendar="office", cost=Decimal(30))
MANILA = Partner(
    "manila",
    scope=Scope(where(category=("password", "access")), max_tier=1),
    calendar="manila",
    languages=("en",),
    capacity=2,
    price=Decimal(12),
    currency="EUR",
)
STAFF = Staff(agents=(BO, CY), teams=(Team("first"),), partners=(MANILA,))
HOUSE = ToAgent()


def _ticket(name: str = "T-1", **needs: Any) -> WaitingFacts:
    return attrs.evolve(WaitingFacts(name, opened_at=NINE, queued_at=NINE), **needs)


def _floor(*facts: EventData, at: datetime = NINE, staff: Staff = STAFF, seed: int = 0, absent: str = "") -> Snapshot:
    present = [SignedOn(agent.id) for agent in staff.agents if agent.id != absent]
    stream = [
        Event("floor", seq, NINE - timedelta(minutes=60 - seq), NINE, Actor.system(), data)
        for seq, data in enumerate([*present, *facts], start=1)
    ]
    return Snapshot(
        at=at,
        staff=staff,
        calendars=CALENDARS,
        presence=Presence.replay(stream),
        routing=RoutingState.replay(stream),
        seed=seed,
    )


def _holding(agent: str, tickets: int) -> list[EventData]:
    return [Placed(f"H-{agent}-{place}", agent) for place in range(tickets)]


def test_only_those_with_the_skills_are_considered() -> None:
    assert HOUSE.decide(_ticket(skills={"billing"}), _floor()).agent == "cy"


def test_a_skill_must_be_held_at_its_level() -> None:
    assert HOUSE.decide(_ticket(skills={"vpn": 2}), _floor()).agent == "cy"
    assert HOUSE.decide(_ticket(skills={"vpn": 4}), _floor()).kind == "none"


def test_one_common_language_is_enough() -> None:
    assert HOUSE.decide(_ticket(languages=("nl", "fr")), _floor()).agent == "bo"


def test_a_higher_tier_serves_a_lower_one_but_not_the_reverse() -> None:
    assert HOUSE.decide(_ticket(tier=2), _floor()).agent == "cy"
    assert HOUSE.decide(_ticket(tier=1), _floor(absent="bo")).agent == "cy"


def test_the_least_utilised_is_served_first() -> None:
    assert HOUSE.decide(_ticket(), _floor(*_holding("bo", 1))).agent == "cy"


def test_equal_shares_go_to_the_longest_idle() -> None:
    floor = _floor()  # bo signed on a minute before cy

    decision = HOUSE.decide(_ticket(), floor)

    assert decision.agent == "bo"
    assert decision.key == ("uses 0 of 3", "idle since 2026-05-18T08:01:00+02:00")


def test_who_is_full_gets_nothing() -> None:
    full = _floor(*_holding("bo", 3), *_holding("cy", 3))

    assert HOUSE.decide(_ticket(), full).because == ("no agent of house: 2 full",)


def test_a_ticket_of_two_units_needs_room_for_two() -> None:
    floor = _floor(*_holding("bo", 2), absent="cy")

    assert HOUSE.decide(_ticket(units=1), floor).agent == "bo"
    assert HOUSE.decide(_ticket(units=2), floor).kind == "none"


def test_a_changed_capacity_is_the_one_that_counts() -> None:
    assert HOUSE.decide(_ticket(), _floor(CapacityChanged("bo", 0), CapacityChanged("cy", 0))).kind == "none"


def test_nobody_off_shift_gets_anything_and_the_opening_is_when_to_ask_again() -> None:
    early = NINE - timedelta(hours=1)

    decision = HOUSE.decide(_ticket(), _floor(at=early))

    assert decision.kind == "none"
    assert decision.next_change == NINE
    assert HOUSE.decide(_ticket(), _floor(at=NINE)).kind == "assign", "the start of the hours is included"
    assert HOUSE.decide(_ticket(), _floor(at=NINE + timedelta(hours=8.5))).kind == "none", "their end is not"


def test_who_is_away_gets_nothing() -> None:
    assert HOUSE.decide(_ticket(), _floor(WentAway("bo", "lunch"))).agent == "cy"


def test_nobody_sees_data_they_are_not_cleared_for() -> None:
    cleared = attrs.evolve(STAFF, agents=(BO, attrs.evolve(CY, clearances=frozenset({"health"}))))

    assert HOUSE.decide(_ticket(data_class="health"), _floor()).because == ("no agent of house: 2 not cleared",)
    assert HOUSE.decide(_ticket(data_class="health"), _floor(staff=cleared)).agent == "cy"


def test_who_declined_is_not_asked_again() -> None:
    assert HOUSE.decide(_ticket(tried=("bo",)), _floor()).agent == "cy"


def test_a_ticket_sent_to_a_team_stays_in_the_team() -> None:
    assert HOUSE.decide(_ticket(team="first"), _floor(*_holding("bo", 2))).agent == "bo"


@pytest.mark.parametrize(
    ("ranking", "needs", "winner"),
    [
        (FewestOpen(), {}, "cy"),
        (BestMatch(), {"skills": {"vpn"}}, "cy"),
        (FewestSkills(), {}, "bo"),
        (LowestTier(), {}, "bo"),
        (PreferredLanguage(), {"languages": ("nl", "en")}, "bo"),
        (LastAgent(), {"last_agent": "cy"}, "cy"),
        (Cheapest(), {}, "cy"),
        (LongestIdle(), {}, "cy"),
        (LongestSinceAssigned(), {}, "cy"),
    ],
)
def test_each_ranking_prefers_by_its_own_measure(ranking: Ranking, needs: dict[str, Any], winner: str) -> None:
    floor = _floor(*_holding("bo", 1))

    assert ToAgent(ABLE, ranking).decide(_ticket(**needs), floor).agent == winner


def test_a_lot_is_drawn_by_seed_and_ticket_and_not_by_order() -> None:
    by_lot = ToAgent(ABLE, AtRandom())

    winners = {by_lot.decide(_ticket(f"T-{place}"), _floor(seed=7)).agent for place in range(20)}
    again = {by_lot.decide(_ticket("T-3"), _floor(seed=seed)).agent for seed in range(20)}

    assert winners == again == {"bo", "cy"}


def test_the_last_tie_goes_by_id() -> None:
    twins = Staff(agents=(Agent("zoe"), Agent("abe")))

    assert ToAgent(ANYBODY, FewestOpen()).decide(_ticket(), _floor(staff=twins)).agent == "abe"


def test_a_partner_takes_what_its_scope_provides() -> None:
    decision = HandOff("manila").decide(_ticket(category="password", languages=("en",)), _floor())

    assert (decision.kind, decision.desk, decision.agent) == ("hand_off", "manila", None)
    assert decision.because == ("manila: provided: category is password or access", "manila holds 0 of 2")


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        ({"category": "network"}, "manila: unstated: category is network, not password or access"),
        ({"category": "password", "tier": 2}, "manila: not provided: tier 2 is above the highest tier taken on, 1"),
        ({"category": "password", "languages": ("nl",)}, "manila does not speak nl"),
        ({"category": "password", "data_class": "health"}, "manila is not cleared for health"),
        ({"category": "password", "tried": ("manila",)}, "manila has had the ticket"),
        ({"category": "password", "units": 3}, "manila holds 0 of 2"),
    ],
)
def test_a_partner_declines_with_its_reason(needs: dict[str, Any], reason: str) -> None:
    assert HandOff("manila").decide(_ticket(**needs), _floor()).because == (f"not desk manila: {reason}",)


def test_a_closed_partner_opens_again_by_its_own_calendar() -> None:
    evening = NINE + timedelta(hours=6)  # 15:00 in Amsterdam, 21:00 in Manila

    decision = HandOff("manila").decide(_ticket(category="password"), _floor(at=evening))

    assert decision.because == ("not desk manila: manila is off shift by calendar manila",)
    assert decision.next_change == datetime(2026, 5, 19, 8, tzinfo=ZoneInfo("Asia/Manila"))


def test_a_partner_with_named_agents_is_bound_by_its_contract_too() -> None:
    rey = Agent("rey", desk="manila", languages=("en",), tier=2)
    staff = attrs.evolve(STAFF, agents=(rey,))
    people = ToAgent(desk="manila")

    taken = people.decide(_ticket(category="password"), _floor(staff=staff))
    assert (taken.kind, taken.agent, taken.desk) == ("assign", "rey", "manila")
    assert people.decide(_ticket(category="network"), _floor(staff=staff)).kind == "none"
    assert people.decide(_ticket(category="password", tier=2), _floor(staff=staff)).kind == "none"
    full = [Placed(f"H-{place}", None, "manila") for place in range(2)]
    assert people.decide(_ticket(category="password"), _floor(*full, staff=staff)).kind == "none", "the desk is full"


def test_after_hours_work_goes_to_the_partner_by_a_condition() -> None:
    policy = When(Is("open.office", False), HandOff("manila")) | HOUSE | Wait()
    early = NINE - timedelta(hours=4)

    assert policy.decide(_ticket(category="password"), _floor(at=early)).desk == "manila"
    assert policy.decide(_ticket(category="password"), _floor()).agent == "bo"
    held = policy.decide(_ticket(category="network"), _floor(at=early))
    assert (held.kind, held.next_change) == ("wait", NINE)


def test_demands_relax_after_a_wait_reached_exactly() -> None:
    strict = ToAgent(ABLE & NeedsSkill("billing"))
    policy = strict | AfterWait(elapsed(minutes=10), ToAgent(SpeaksLanguage()))
    floor = _floor(absent="cy")

    waiting = policy.decide(_ticket(), floor)
    assert waiting.next_change == NINE + timedelta(minutes=10)
    assert policy.decide(_ticket(), attrs.evolve(floor, at=NINE + timedelta(minutes=10))).agent == "bo"


def test_no_relaxation_lets_in_who_is_firmly_ruled_out() -> None:
    anybody = ToAgent(ANYBODY)

    assert anybody.decide(_ticket(), _floor(*_holding("bo", 3), absent="cy")).kind == "none"


def test_reasons_of_steps_that_declined_come_first() -> None:
    decision = (ToAgent(ABLE & InTeam("first")) | Wait("nobody else may")).decide(_ticket(), _floor(absent="bo"))

    assert (
        decision.explain()
        == "T-1 waits: no agent of house: 1 absent, 1 not of first; nobody else may (ask again at 2026-05-18T17:30:00+02:00)"
    )


def test_a_rejection_is_an_answer_with_a_reason() -> None:
    decision = (When(Is("category", "spam"), Reject("we do not serve spam")) | HOUSE).decide(
        _ticket(category="spam"), _floor()
    )

    assert decision.explain() == "T-1 is rejected: category is spam; we do not serve spam"
    assert decision.to_dict()["kind"] == "reject"


def test_an_unknown_partner_is_an_error_and_no_silent_no() -> None:
    with pytest.raises(UnknownName, match="cannot find partner 'manilla'"):
        HandOff("manilla").decide(_ticket(), _floor())


def test_an_unknown_calendar_is_an_error_and_no_silent_no() -> None:
    with pytest.raises(UnknownName, match="cannot find calendar 'offce'"):
        When(Is("open.offce", True), HOUSE).decide(_ticket(), _floor())


def test_overdue_is_later_than_due_and_at_risk_from_its_instant_on() -> None:
    ticket = _ticket(due_at=NINE, at_risk_from=NINE)

    facts = _floor(at=NINE).facts(ticket)
    assert (facts["overdue"], facts["at_risk"]) == (False, True)
    assert _floor(at=NINE + timedelta(microseconds=1)).facts(ticket)["overdue"] is True
    overdue = When(Is("overdue", True), HOUSE)
    assert overdue.next_change(ticket, _floor(at=NINE)) == to_us(NINE) + 1


def test_the_fields_of_a_host_are_facts() -> None:
    ticket = _ticket(fields=FrozenDict({"site": "Breda"}))

    assert _floor().facts(ticket)["field.site"] == "Breda"
    assert _floor().facts(ticket).get("field.floor") is None
    assert set(_floor().facts(ticket)) >= {"field.site", "open.office", "priority", "language"}


def test_the_line_goes_by_priority_then_due_then_age() -> None:
    later = NINE + timedelta(minutes=1)
    waiting = (
        _ticket("young", priority_rank=1, opened_at=later),
        _ticket("old", priority_rank=1),
        _ticket("promised", priority_rank=1, opened_at=later, due_at=NINE + timedelta(hours=9)),
        _ticket("minor", priority_rank=2, due_at=NINE),
        _ticket("grave", priority_rank=0, opened_at=later),
    )
    floor = attrs.evolve(_floor(), routing=RoutingState.of_waiting(waiting))

    assert [facts.ticket for facts in floor.waiting] == ["grave", "promised", "old", "young", "minor"]


def test_freed_capacity_serves_the_best_waiting_ticket_and_not_the_newcomer() -> None:
    floor = _floor(Queued(_ticket("old")), Queued(_ticket("new", opened_at=NINE + timedelta(minutes=5))))

    decision = next_placement(HOUSE, floor)

    assert decision is not None
    assert decision.ticket == "old"


def test_a_ticket_nobody_can_take_does_not_block_the_others() -> None:
    floor = _floor(
        Queued(_ticket("hard", skills={"cobol"})), Queued(_ticket("easy", opened_at=NINE + timedelta(minutes=5)))
    )

    decision = next_placement(HOUSE, floor)

    assert decision is not None
    assert decision.ticket == "easy"


def test_a_decision_becomes_events_of_both_streams() -> None:
    ticket = _ticket(category="password", units=2)
    handed = commit(HandOff("manila").decide(ticket, _floor()), ticket)

    assert handed.floor == (Placed("T-1", None, "manila", 2),)
    assert [type(data) for data in handed.case] == [Routed, HandedOff]
    rejected = commit(Reject("spam").decide(ticket, _floor()), ticket)
    assert rejected.floor == (Dequeued("T-1", "spam"),)
    assert commit(Wait().decide(ticket, _floor()), ticket).case == ()


def test_a_decision_about_another_ticket_is_not_committed() -> None:
    with pytest.raises(InvalidValue, match="decision must be about ticket T-2"):
        commit(HOUSE.decide(_ticket(), _floor()), _ticket("T-2"))


def test_while_the_gate_is_open_the_outside_is_asked_alone() -> None:
    gate = Gate("busy", WaitingCount(), on=10, off=5)
    policy = Overflow(gate, inside=HOUSE, outside=HandOff("manila"))

    assert policy.decide(_ticket(category="password"), _floor()).agent == "bo"
    opened = policy.decide(_ticket(category="password"), _floor(GateOpened("busy", 10)))
    assert opened.desk == "manila"
    assert opened.because[0] == "gate busy is open since 2026-05-18T08:03:00+02:00"
    assert policy.decide(_ticket(category="network"), _floor(GateOpened("busy", 10))).kind == "none"


def test_a_host_can_ask_for_less_than_the_usual() -> None:
    assert ToAgent(HasSkills()).decide(_ticket(languages=("fr",), skills={"billing"}), _floor()).agent == "cy"


@pytest.mark.parametrize(
    "needs",
    [{"tier": 0}, {"units": 0}, {"priority_rank": -1}, {"queued_at": datetime(2026, 5, 18)}, {"skills": {"vpn": 0}}],
)
def test_impossible_facts_are_refused(needs: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        _ticket(**needs)


def test_if_anybody_asks_what_it_is_told_to_and_nothing_else() -> None:
    full = Snapshot(at=NINE, staff=Staff(agents=(Agent("bo"),)))  # nobody is signed on
    ticket = WaitingFacts("T-9", opened_at=NINE, queued_at=NINE)
    policy = IfAnybody(HasSkills(), Wait("somebody could"), Wait("nobody"))
    assert str(policy) == "wait if anybody of house meets: holds the skills; else wait"
    assert policy.decide(ticket, full).because == ("somebody of house meets: holds the skills", "somebody could")
    now = IfAnybody(HasSkills() & FIRM, Wait("somebody could"), Wait("nobody"))
    assert now.decide(ticket, full).because[-1] == "nobody"
