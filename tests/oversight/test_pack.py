"""What a review pack holds beside its figures: trends, contradictions, causes, waivers, a scorecard, an audit."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.oversight import KpiValue
from deskcore.oversight.guards import PairedGuard
from deskcore.oversight.review import Goal, Waiver, breaches_of, review
from deskcore.oversight.sampled import AuditPlan
from deskcore.oversight.scorecard import BalancedScorecard, Measure, Viewpoint
from deskcore.oversight.survey import Recommendation, Satisfaction
from deskcore.oversight.trend import Trend, TrendPoint
from deskcore.render.review import review_html
from deskcore.testing.wire import check_roundtrip
from tests.oversight.test_review import pack, ticket


def _month(label: str, seconds: float) -> TrendPoint:
    return TrendPoint(label, KpiValue("agent_work.p50", seconds, seconds, 1, (), "work", "seconds"))


def _reopens(label: str, count: int) -> TrendPoint:
    return TrendPoint(label, KpiValue("reopens.ticket_rate", count / 100, count, 100, (), "reopened / resolved"))


def test_handling_time_that_falls_while_reopens_rise_is_noticed() -> None:
    labels = ("Jan", "Feb", "Mar", "Apr")
    work = Trend(tuple(_month(label, 3600 - 600 * place) for place, label in enumerate(labels)))
    back = Trend(tuple(_reopens(label, 5 + 3 * place) for place, label in enumerate(labels)))
    guard = PairedGuard("agent_work.p50", "falls", "reopens.ticket_rate", "rises")
    found = pack(trends=[work, back], guards=[guard])
    assert [one.other for one in found.contradictions] == ["reopens.ticket_rate"]
    assert "agent_work.p50 falls" in found.explain()
    assert len(found.to_dict()["trends"]) == 8  # type: ignore[arg-type]
    page = review_html(found)
    assert page.count("<svg") >= 4
    assert "Look closer" in page
    with pytest.raises(InvalidValue, match="must speak of a trend"):
        pack(guards=[guard])


def test_a_missed_goal_needs_an_action_or_a_waiver_that_still_holds() -> None:
    late = [ticket("T-1", "met_late")]
    goal = Goal("attainment.resolution", at_least=0.9)
    first, last = date(2026, 5, 1), date(2026, 5, 31)
    waived = Waiver("attainment.resolution", "launch", "dana", date(2026, 5, 31))
    for waivers, left in (((), 1), ((waived,), 0), ((Waiver("attainment.resolution", "launch", "dana", first),), 1)):
        made = review("manila", late, first=first, last=last, goals=[goal], waivers=waivers)
        assert len(made.without_action) == left
    assert "waived by dana" in review("manila", late, first=first, last=last, waivers=[waived]).explain()


def test_a_breach_tells_what_its_tickets_life_tells() -> None:
    late = ticket("T-1", "met_late", groups=("a", "b", "a"), team_changes=2, reopens=1, desks=("house", "manila"))
    late = attrs.evolve(late, spent_us=FrozenDict({"vendor": 60, "active": 40}))
    (breach,) = breaches_of([late, ticket("T-2", "met")], causes={"T-1": "the mail server was down"})
    assert breach.causes == (
        "the mail server was down",
        "changed team 2 times",
        "came back to an earlier team",
        "changed desk once",
        "reopened once",
        "60 % of its time waiting for vendor",
    )
    assert breach.explain().endswith("60 % of its time waiting for vendor")
    assert breaches_of([ticket("T-3", "breached")])[0].causes == ()


def test_figures_of_counts_stand_beside_those_of_tickets() -> None:
    asked = Satisfaction(45, 5, 200)
    goal = Goal("csat.score", at_least=0.95)
    made = pack(goal, figures=asked.figures(), figures_before=Satisfaction(40, 10, 200).figures())
    figure = made.figure("csat.score")
    assert figure is not None
    assert (figure.verdict, figure.trend) == ("missed", "better")
    assert made.figure("nothing") is None
    with pytest.raises(InvalidValue, match="must not name"):
        pack(figures=[*asked.figures(), *asked.figures()])


def test_a_scorecard_shows_what_it_lacks() -> None:
    card = BalancedScorecard(
        (
            Viewpoint("end users", 0.7, (Measure("csat.score", 0.5), Measure("nps", 0.5, worst=-100, best=100))),
            Viewpoint("stakeholders", 0.3, (Measure("attainment.resolution"),)),
        )
    )
    made = pack(scorecard=card, figures=Satisfaction(8, 2, 10).figures())
    assert made.scorecard is not None
    assert made.scorecard.score is None
    assert made.scorecard.missing[0] == "nps"
    assert made.scorecard.least <= made.scorecard.most
    whole = card.score([*Satisfaction(8, 2, 10).figures(), *Recommendation(1, 0, 0).figures(), *_attained(9, 10)])
    assert whole.score == pytest.approx(0.7 * (0.5 * 0.8 + 0.5) + 0.3 * 0.9)
    assert json.loads(json.dumps(whole.to_dict()))["missing"] == []
    check_roundtrip(card)
    assert "Scorecard" in review_html(made)


def _attained(met: int, of: int) -> list[KpiValue]:
    return [KpiValue("attainment.resolution", met / of, met, of, (), "met / all")]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: BalancedScorecard(()),
        lambda: BalancedScorecard((Viewpoint("a", 0.9, (Measure("x"),)),)),
        lambda: Viewpoint("a", 1.0, (Measure("x", 0.5), Measure("y", 0.4))),
        lambda: Viewpoint("a", 1.0, ()),
        lambda: Measure("x", worst=1, best=1),
    ],
)
def test_weights_add_up_to_one(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_an_audit_from_its_plan_stands_in_the_review_with_the_tickets_that_failed() -> None:
    sample = AuditPlan(2, "s").draw_ids(["T-1", "T-2", "T-3"])
    result = sample.judge({sample.ids[0]: False, sample.ids[1]: True}, claimed_met=3)
    made = pack(audit=result)
    assert made.audit == result.claim
    assert f"failed: {sample.ids[0]}" in made.explain()
    assert made.to_dict()["failed_in_audit"] == [sample.ids[0]]
    assert "seed &#x27;s&#x27;" in review_html(made) or "seed 's'" in review_html(made)


def test_the_whole_pack_comes_back_from_json() -> None:
    made = pack(
        trends=[Trend((_reopens("Jan", 1),))],
        waivers=[Waiver("x", "y", "z", date(2026, 6, 1))],
        figures=Satisfaction(8, 2, 10).figures(),
    )
    check_roundtrip(made)


def test_a_page_of_many_breaches_counts_the_rest() -> None:
    late = [ticket(f"T-{number}", "met_late") for number in range(250)]
    made = review("manila", late, first=date(2026, 5, 1), last=date(2026, 5, 31))
    assert "And 50 more." in review_html(made)
    assert len(made.to_dict()["breaches"]) == 250  # type: ignore[arg-type]
