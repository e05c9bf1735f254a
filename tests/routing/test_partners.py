"""Partner desks in policies: one order over people and desks, cost of a resolution, caps on a share, work kept here."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.predicate import Is, where
from deskcore.routing import Gate, HandOff, RoutingPolicy, Snapshot, ToAgent, Wait, WaitingFacts, When, lint
from deskcore.routing.backtest import Happening, backtest
from deskcore.routing.best import ToBest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.eligibility import Among
from deskcore.routing.events import Placed, Queued
from deskcore.routing.explain import explain
from deskcore.routing.outsourcing import all_at, first_tier_at, in_house, off_hours_at, overflow_to
from deskcore.routing.policy import Reject
from deskcore.routing.ranking import Cheapest
from deskcore.routing.relaxing import by_fact, relax, retained
from deskcore.routing.requirements import ABLE, HasSkills, InTicketTeam, SpeaksLanguage
from deskcore.routing.signals import WaitingCount
from deskcore.routing.site import LabelIs, WeightedShare
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.staff.events import SignedOn
from deskcore.testing.routing_runs import again_and_again, told

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)


def partner(name: str, price: str, resolves: str | None = None, **more: Any) -> Partner:
    share = None if resolves is None else Decimal(resolves)
    usual: dict[str, Any] = {"scope": Scope.everything(), "languages": ("en",), "currency": "EUR"}
    return Partner(name, price=Decimal(price), resolves=share, **{**usual, **more})


STAFF = Staff(
    agents=(
        Agent("bo", tier=2, capacity=99, cost=Decimal(7), resolves=Decimal("0.9"), labels={"site": "ams", "weight": 3}),
        Agent("mia", capacity=99, cost=Decimal(9), labels={"site": "mnl", "weight": 1}),
    ),
    partners=(
        partner("manila", "6", "0.5", scope=Scope.everything(excluded=where(category="payroll"), max_tier=1)),
        partner("cebu", "8", "0.8", capacity=1),
    ),
)
HOURS = {"office": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
FLOOR = told(Snapshot(at=NINE, staff=STAFF, calendars=HOURS), SignedOn("bo"), SignedOn("mia"))


def ticket(**more: Any) -> WaitingFacts:
    return WaitingFacts("T-1", opened_at=NINE, queued_at=NINE, **more)


def whom(policy: RoutingPolicy, floor: Snapshot = FLOOR, **more: Any) -> str | None:
    decision = policy.decide(ticket(**more), floor)
    return decision.agent or decision.desk


def test_the_cheapest_hand_may_be_the_dearer_cure() -> None:
    everybody = {"desks": ("house",), "partners": ("manila", "cebu")}
    assert whom(ToBest(**everybody, ranking=Cheapest())) == "manila"  # type: ignore[arg-type]
    assert whom(ToBest(**everybody, ranking=Cheapest(per="resolution"))) == "bo"  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="per must be contact or resolution"):
        Cheapest(per="hour")  # type: ignore[arg-type]


def test_the_best_of_several_partners_is_explained_like_any_other() -> None:
    policy = ToBest(partners=("manila", "cebu"), ranking=Cheapest(per="resolution"))
    why = explain(policy, ticket(), FLOOR)
    assert (why.chosen, why.decision.kind) == ("cebu", "hand_off")
    assert why.why_not("manila") == "manila costs 12 a resolution, cebu costs 10 a resolution"
    full = told(FLOOR, Placed("H-1", None, "cebu"))
    assert whom(policy, full) == "manila"
    assert explain(policy, ticket(), full).why_not("cebu") == "cebu holds 1 of 1"
    with pytest.raises(InvalidValue, match="must name a desk"):
        ToBest()


def test_a_share_is_never_passed() -> None:
    policy = ShareCapped("manila", HandOff("manila"), ToAgent(), most=Decimal(30))
    went = [made.decision.desk for made in again_and_again(policy, ticket(), FLOOR, 20)]
    for end in range(1, 21):
        assert 100 * went[:end].count("manila") <= 30 * end
    assert went.count("manila") == 6
    with pytest.raises(InvalidValue, match="per cent"):
        ShareCapped("manila", HandOff("manila"), ToAgent(), most=Decimal(130))


OWN_FIRST = ShareCapped("outside", ToAgent() | HandOff("manila"), ToAgent() | Wait(), most=Decimal(30))
"""Own agents first, the partner for the overflow; the node's id is not the partner's."""


def test_own_agents_first_count_as_not_the_partner_s() -> None:
    few = attrs.evolve(STAFF, agents=(attrs.evolve(STAFF.agents[0], capacity=7),))
    floor = told(Snapshot(at=NINE, staff=few), SignedOn("bo"))
    came = [Happening(NINE, Queued(attrs.evolve(ticket(), ticket=f"T-{place}"))) for place in range(12)]
    run = backtest(OWN_FIRST, floor, came)
    assert [made.decision.desk for made in run.decisions if made.decision.places] == ["house"] * 7 + ["manila"] * 3
    assert OWN_FIRST.decide(ticket(), floor).desk == "house"


def test_a_team_of_the_house_may_be_capped_too() -> None:
    policy = ShareCapped("bo", ToAgent(Among(("bo",))), ToAgent(Among(("mia",))), most=Decimal(50))
    went = [made.decision.agent for made in again_and_again(policy, ticket(), FLOOR, 6)]
    assert went == ["mia", "bo"] * 3


def test_a_capped_refusal_explains_itself() -> None:
    policy = ShareCapped("outside", HandOff("cebu"), Wait(), most=Decimal(30))
    why = explain(policy, ticket(), FLOOR)
    reason = "cebu would make 1 of 1 this month (100 %), above 30 %"
    assert why.decision.because == (reason,)
    assert why.why_not("cebu") == reason
    assert why.why_not("bo") == "bo was not asked: no step looked at it"
    assert why.why_not("zed") == "zed is unknown: neither an agent nor a desk"


def test_lint_finds_a_step_before_a_cap() -> None:
    capped = ShareCapped("cebu", HandOff("cebu"), ToAgent(), most=Decimal(30))
    assert [(one.path, one.code) for one in lint(ToAgent() | capped, STAFF)] == [("routing.steps[1]", "uncounted")]
    assert lint(OWN_FIRST, STAFF) == lint(When(Is("category", "spam"), Reject("spam")) | capped, STAFF) == ()


def test_what_the_house_has_no_answer_for_does_not_break_the_cap() -> None:
    policy = ShareCapped("manila", HandOff("manila"), ToAgent(LabelIs("site", "field.site")), most=Decimal(0))
    assert policy.decide(ticket(fields=FrozenDict({"site": "riga"})), FLOOR).kind == "none"


def test_work_is_routed_by_site_and_by_region() -> None:
    near = ToAgent(ABLE & LabelIs("site", "field.site"))
    assert [whom(near, fields=FrozenDict({"site": site})) for site in ("ams", "mnl", "riga")] == ["bo", "mia", None]
    regions = by_fact("field.region", {"asia": HandOff("manila"), "europe": ToAgent()})
    assert whom(regions, fields=FrozenDict({"region": "asia"})) == "manila"
    assert whom(regions, fields=FrozenDict({"region": "europe"})) == "bo"
    assert regions.decide(ticket(), FLOOR).kind == "wait"
    why = explain(near, ticket(fields=FrozenDict({"site": "mnl"})), FLOOR)
    assert why.why_not("bo") == "bo has site ams, the ticket mnl"


def test_retained_categories_never_leave_the_house() -> None:
    policy = retained(("payroll", "board"), ToAgent(HasSkills()), HandOff("cebu"))
    assert whom(policy, category="payroll") == "bo"
    assert whom(policy, category="mail") == "cebu"
    assert policy.decide(ticket(category="board", skills={"law"}), FLOOR).kind == "wait"


def test_weighted_share_among_people() -> None:
    policy = ToAgent(ABLE, WeightedShare())
    went = Counter(made.decision.agent for made in again_and_again(policy, ticket(), FLOOR, 40))
    assert went == {"bo": 30, "mia": 10}


def test_relaxing_asks_less_and_less_and_never_something_new() -> None:
    policy = relax(
        (elapsed(minutes=0), HasSkills() & InTicketTeam()),
        (elapsed(minutes=10), HasSkills()),
        keep=SpeaksLanguage(),
    )
    asked = ticket(team="network")
    assert whom(policy, team="network") is None
    assert policy.decide(asked, FLOOR).next_change == NINE + timedelta(minutes=10)
    assert policy.decide(asked, attrs.evolve(FLOOR, at=NINE + timedelta(minutes=10))).agent == "bo"
    assert "monotone" in policy.claims
    with pytest.raises(InvalidConfiguration) as caught:
        relax((elapsed(minutes=5), HasSkills()), (elapsed(minutes=5), InTicketTeam()), keep=SpeaksLanguage())
    assert [problem.code for problem in caught.value.problems] == ["bad_order", "not_relaxed"]


BUSY = Gate("busy", WaitingCount(), on=2, off=1)
NIGHT = attrs.evolve(FLOOR, at=NINE + timedelta(hours=12))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (in_house(), ["bo", "bo", "bo", "bo"]),
        (overflow_to("manila", BUSY), ["bo", "bo", "bo", "bo"]),
        (first_tier_at("manila"), ["manila", "bo", "bo", "manila"]),
        (off_hours_at("manila", "office"), ["bo", "bo", "bo", "manila"]),
        (all_at("manila"), ["manila", "bo", "bo", "manila"]),
    ],
)
def test_the_five_ways_to_work_with_a_partner(policy: RoutingPolicy, expected: list[str]) -> None:
    """First tier by day, second tier, an excluded category, first tier by night."""
    asked: list[tuple[Snapshot, dict[str, Any]]] = [
        (FLOOR, {}), (FLOOR, {"tier": 2}), (FLOOR, {"category": "payroll", "tier": 2}), (NIGHT, {}),
    ]  # fmt: skip
    assert [whom(policy, floor, **facts) for floor, facts in asked] == expected


def test_overflow_sends_out_while_the_gate_is_open() -> None:
    nobody = told(Snapshot(at=NINE, staff=STAFF, calendars=HOURS))
    came = [Happening(NINE, Queued(attrs.evolve(ticket(), ticket=f"T-{place}"))) for place in range(3)]
    run = backtest(overflow_to("manila", BUSY, house=ToAgent() | Wait()), nobody, came)
    assert [made.decision.desk for made in run.decisions] == ["manila", "manila"], "until one waits: off at 1"
