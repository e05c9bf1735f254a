"""What makes no sense is refused where it is built or read: typed, all together, each with the path of its node."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue
from deskcore.hours import business, elapsed
from deskcore.predicate import Is
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, ToAgent, Wait, When, lint
from deskcore.routing.contract import Committed, Period, UnderBudget, UnderCap
from deskcore.routing.eligibility import ActiveWithin, HasPreferredSkills, NotRefused, TicketMeets, UnderLimit
from deskcore.routing.intake import Intake, IntakeRule
from deskcore.routing.line import InLine, Line, LineRule
from deskcore.routing.policy import AfterWait, FirstOf
from deskcore.routing.ranking import Cheapest, FewestOpen, Then
from deskcore.routing.requirement import AllRequired, NotRequired
from deskcore.routing.requirements import ABLE, InTeam, NeedsSkill, Present
from deskcore.routing.resort import IfAnybody, LastResort
from deskcore.routing.rings import InRings, NearestRing, RingsOpenOver
from deskcore.routing.scores import FirstScore, ScoreLine
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import WaitingCount
from deskcore.routing.steps import Offering, Steps, TimedStep
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.wire import Converter

ANY: Final[Any] = Present()
"""A requirement where something else is meant."""
HOUR: Final = elapsed(hours=1)

WRONG: Final[dict[str, Callable[[], object]]] = {
    "a requirement as policy, in steps": lambda: Steps("s", (TimedStep(ANY, HOUR),)),
    "business time, in a step": lambda: TimedStep(Wait(), business(hours=1)),  # type: ignore[arg-type]
    "a policy as requirement, in a step": lambda: TimedStep(Wait(), HOUR, Wait()),  # type: ignore[arg-type]
    "a policy as step": lambda: Steps("s", (Wait(),)),  # type: ignore[arg-type]
    "a requirement after steps": lambda: Steps("s", (), ANY),
    "an offer of a requirement": lambda: Offering(ANY),
    "an offer for business time": lambda: Offering(Wait(), lapses_after=business(hours=1)),  # type: ignore[arg-type]
    "half an offer": lambda: Offering(Wait(), most=1.5),  # type: ignore[arg-type]
    "a last resort without states": lambda: LastResort(frozenset()),
    "a last resort of unknown state": lambda: LastResort(frozenset({"asleep"})),
    "a last resort by a requirement": lambda: LastResort(ranking=ANY),
    "a last resort that requires a ranking": lambda: LastResort(requires=FewestOpen()),  # type: ignore[arg-type]
    "if anybody meets a policy": lambda: IfAnybody(Wait(), Wait(), Wait()),  # type: ignore[arg-type]
    "if anybody, a requirement": lambda: IfAnybody(Present(), ANY, Wait()),
    "if nobody, a requirement": lambda: IfAnybody(Present(), Wait(), ANY),
    "a portion of a requirement": lambda: Portion("x", ANY, 1),
    "a blend of policies": lambda: Blend("b", (Wait(),)),  # type: ignore[arg-type]
    "a line that is no line": lambda: InLine(Wait(), ANY),
    "a line of a requirement": lambda: InLine(ANY, Line()),
    "a line by a ranking": lambda: Line((FewestOpen(),)),  # type: ignore[arg-type]
    "a line with a policy as rule": lambda: Line((), (Wait(),)),  # type: ignore[arg-type]
    "a rule after a number": lambda: LineRule("r", after=5, cancels=True),  # type: ignore[arg-type]
    "a rule of half a rank": lambda: LineRule("r", after=HOUR, priority_rank=0.5),  # type: ignore[arg-type]
    "a commitment to a requirement": lambda: Committed("m", ANY, Wait(), least=1),
    "a commitment a fortnight": lambda: Committed("m", Wait(), Wait(), least=1, period="fortnight"),  # type: ignore[arg-type]
    "half a commitment": lambda: Committed("m", Wait(), Wait(), least=0.5),  # type: ignore[arg-type]
    "a budget in binary": lambda: UnderBudget("b", most=5.5),  # type: ignore[arg-type]
    "a cap below zero": lambda: UnderCap("c", most=-1),
    "no window": lambda: UnderLimit("l", most=1, window=elapsed(hours=0)),
    "a cool-down by number": lambda: NotRefused(5),  # type: ignore[arg-type]
    "skills given up every number": lambda: HasPreferredSkills(5),  # type: ignore[arg-type]
    "active within a number": lambda: ActiveWithin(5),  # type: ignore[arg-type]
    "a condition that is a requirement": lambda: TicketMeets(ANY),
    "a policy when a requirement": lambda: When(ANY, Wait()),
    "a policy after a number": lambda: AfterWait(5, Wait()),  # type: ignore[arg-type]
    "first of requirements": lambda: FirstOf((ANY,)),
    "a policy or a word": lambda: Wait() | "wait",  # type: ignore[operator]
    "a requirement and a word": lambda: Present() & "vip",  # type: ignore[operator]
    "all of words": lambda: AllRequired(("vip",)),  # type: ignore[arg-type]
    "not a word": lambda: NotRequired("vip"),  # type: ignore[arg-type]
    "then a requirement": lambda: FewestOpen().then(ANY),
    "then of words": lambda: Then(("id",)),  # type: ignore[arg-type]
    "rings that are no plan": lambda: InRings(ANY),
    "nearest of no plan": lambda: NearestRing(ANY),
    "rings every number": lambda: RingsOpenOver("ring", 5),  # type: ignore[arg-type]
    "a score of a policy": lambda: FirstScore((ScoreLine(Wait(), 1),)),  # type: ignore[arg-type]
    "a gate at a word": lambda: Gate("g", WaitingCount(), on="ten"),  # type: ignore[arg-type]
    "a gate at no number": lambda: Gate("g", WaitingCount(), on=float("nan")),
    "a gate over a requirement": lambda: Gate("g", ANY),
    "intake by a requirement": lambda: Intake((IntakeRule(ANY, "q"),), otherwise="q"),
    "an agent who holds less than nothing": lambda: Agent("bo", capacity=-1),
    "a partner who holds less than nothing": lambda: Partner("m", capacity=-1),
    "an agent of a binary cost": lambda: Agent("bo", cost=9),  # type: ignore[arg-type]
    "an agent who resolves more than comes": lambda: Agent("bo", resolves=Decimal(2)),
    "a partner of a binary price": lambda: Partner("m", price=2.5),  # type: ignore[arg-type]
    "a partner who gives a number of notice": lambda: Partner("m", notice=24),  # type: ignore[arg-type]
    "a partner who resolves nothing": lambda: Partner("m", resolves=Decimal(0)),
    "a partner who pays": lambda: Partner("m", price=Decimal(-1)),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_the_wrong_kind_is_refused_where_it_is_built(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue):
        make()


def test_all_faults_of_one_gate_are_told_together() -> None:
    with pytest.raises(InvalidConfiguration, match="cannot use gate busy: 2 problems") as caught:
        Gate("busy", WaitingCount(), on=5, off=9, side="above")  # type: ignore[arg-type]
    assert [problem.path for problem in caught.value.problems] == ["side", "off"]


def test_all_faults_of_one_period_are_told_together() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Period("fortnight", "Mars/Olympus")  # type: ignore[arg-type]
    assert [problem.path for problem in caught.value.problems] == ["span", "tz"]


def test_all_faults_of_a_policy_that_is_read_are_told_with_the_path_of_their_node() -> None:
    """Contradictory thresholds, a weight of nothing, a negative cap and a negative amount of time, in one answer."""
    good = (
        Overflow(Gate("busy", WaitingCount(), on=9, off=5), inside=ToAgent(), outside=HandOff("manila"))
        | Blend("70/30", (Portion("house", ToAgent(), 7), Portion("manila", HandOff("manila"), 3)))
        | ToAgent(ABLE & UnderCap("cap", most=5))
        | AfterWait(elapsed(minutes=5), Wait())
    )
    wire = Converter()
    data: Any = wire.dump(good, RoutingPolicy)
    data["steps"][0]["gate"]["off"] = 12
    data["steps"][1]["portions"][0]["weight"] = 0
    data["steps"][2]["requires"]["parts"][-1]["most"] = -1
    data["steps"][3]["waited"] = "-5m"
    with pytest.raises(DecodeError) as caught:
        wire.load(data, RoutingPolicy)
    paths = [problem.path for problem in caught.value.problems]
    assert [path.split(".")[0] for path in paths] == ["steps[0]", "steps[1]", "steps[2]", "steps[3]"], paths
    assert paths[0] == "steps[0].gate.off"
    assert paths[1] == "steps[1].portions[0].weight"


def test_shares_that_do_not_sum_are_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="add up to 99; they must add up to 100"):
        Blend.percent("all", {"house": (ToAgent(), 70), "manila": (HandOff("manila"), 29)})


def test_all_that_the_register_contradicts_is_told_together() -> None:
    """Unknown skills and teams, a partner without a scope or a price where one is needed, each with its node's path."""
    staff = Staff(
        agents=(Agent("bo", skills=["vpn"], languages=("en",)),),
        partners=(Partner("manila"), Partner("cebu", scope=Scope.everything(), languages=("en",))),
    )
    policy = (
        ToAgent(ABLE & NeedsSkill("vnp") & InTeam("nigth"), Cheapest())
        | HandOff("manila")
        | HandOff("cebu", ABLE & UnderBudget("b", most=Decimal(9)))
        | When(Is("priorty", "p1"), HandOff("nobody"))
    )
    found = [(problem.path, problem.code) for problem in lint(policy, staff)]
    assert found == [
        ("routing.steps[0].requires", "unknown_skill"),
        ("routing.steps[0].requires", "unknown_team"),
        ("routing.steps[0].ranking", "no_costs"),
        ("routing.steps[1].partner", "no_scope"),
        ("routing.steps[2].requires", "no_price"),
        ("routing.steps[2].requires", "no_price"),
        ("routing.steps[3].condition", "unknown_fact"),
        ("routing.steps[3].policy.partner", "unknown_partner"),
    ]
