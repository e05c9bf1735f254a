"""The review pack, quality, selection, obligations: one fact each."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight import Attainment, TicketOutcome, measure
from deskcore.oversight.audit import ClaimTest, Reconciliation
from deskcore.oversight.calls import ContactCounts
from deskcore.oversight.counts import PaidTime, PromiseCounts
from deskcore.oversight.money import Money
from deskcore.oversight.obligations import ReportingObligation, ReviewCadence
from deskcore.oversight.outcome import CycleOutcome
from deskcore.oversight.quality import Criterion, QualityScorecard, cohen_kappa
from deskcore.oversight.review import ActionItem, Goal, ReviewedFigure, ReviewPack, review
from deskcore.oversight.selection import EvaluationSheet, Weighted, top_categories
from deskcore.oversight.settlement import CreditLine, settle
from deskcore.oversight.stock import Ageing, BucketedBacklog, HeldBy
from deskcore.oversight.survey import Ratings, Recommendation, Satisfaction
from deskcore.oversight.trend import control_limits
from deskcore.oversight.value import KpiValue
from deskcore.oversight.variants import PingPong
from deskcore.presets.indicators import vendor_indicator, vendor_indicators
from deskcore.render.review import review_html
from deskcore.testing.wire import check_roundtrip

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
KPI = Attainment("resolution")


def ticket(name: str, state: Any, **known: Any) -> TicketOutcome:
    cycle = CycleOutcome("resolution", 1, state, consumed_us=5_400_000_000, target_us=3_600_000_000)
    return TicketOutcome(name, NOON + timedelta(days=3), NOON, team="network", desk="manila", cycles=(cycle,), **known)


def pack(*goals: Goal, **parts: Any) -> ReviewPack:
    tickets = [ticket("T-1", "met"), ticket("T-2", "met_late"), ticket("T-3", "breached", assignee="bo")]
    return review(
        "manila",
        tickets,
        first=date(2026, 5, 1),
        last=date(2026, 5, 31),
        goals=goals or [Goal("attainment.resolution", at_least=0.95)],
        kpis=[KPI],
        **parts,
    )


def test_a_review_holds_figures_breaches_and_what_nobody_does_anything_about() -> None:
    found = pack(before=[ticket("T-0", "met")])
    assert [figure.verdict for figure in found.figures] == ["missed"]
    assert found.figures[0].trend == "worse"
    assert [breach.explain() for breach in found.breaches] == [
        "T-2: resolution 1 took 90 min of 60 min, held by network at manila",
        "T-3: resolution 1 took 90 min of 60 min, held by bo at manila",
    ]
    assert found.without_action == ("attainment.resolution",)
    item = ActionItem("attainment.resolution", "train", "dana", date(2026, 6, 15))
    assert pack(actions=[item]).without_action == ()
    assert not item.is_overdue(date(2026, 6, 15))


@pytest.mark.parametrize("end", [30, 1.01, -0.1])
def test_a_goal_for_a_share_lies_between_0_and_1(end: float) -> None:
    with pytest.raises(InvalidValue, match=r"attainment.resolution.at_least must lie in 0..1.*0.3 for 30 %"):
        pack(Goal(KPI.name, at_least=end))
    seconds = KpiValue("resolution.p90", 40, 0, 3, (), "the 90th percentile", "seconds")
    assert ReviewedFigure(seconds, Goal("resolution.p90", at_most=30)).verdict == "missed"


def test_an_empty_period_has_no_values_and_misses_nothing() -> None:
    found = review(
        "manila", [], first=date(2026, 5, 1), last=date(2026, 5, 31), goals=[Goal(KPI.name, at_least=1)], kpis=[KPI]
    )
    assert [figure.verdict for figure in found.figures] == ["no_value"]
    assert found.figures[0].interval is None
    assert "no value, because" in found.explain()


def test_a_review_is_data_text_rows_and_one_page() -> None:
    found = pack(
        audit=ClaimTest(100, 95, 20, 15),
        reconciliation=Reconciliation.of({"csat": 0.9}, {"csat": 0.8}, tolerance=0.02),
        settlement=settle([CreditLine("resolution", Money.of("10.00", "EUR"), "<late>", ("T-2",))], "EUR"),
        deliveries=ReportingObligation("KPIs", (date(2026, 5, 15),)).match([], as_of=date(2026, 5, 31)),
        actions=[ActionItem("attainment.resolution", "train", "dana", date(2026, 6, 15))],
    )
    check_roundtrip(found)
    json.dumps(found.to_dict())
    assert {tuple(row) for row in found.rows()} == {tuple(found.rows()[0])}
    page, text = review_html(found), found.explain()
    for word in ("Figures", "Breaches", "Audit", "Reconciliation", "Credits", "Reports", "Actions"):
        assert word in page
        assert word in text
    assert "&lt;late&gt;" in page
    assert "<script" not in page


def test_goals_must_speak_of_counted_figures_and_once() -> None:
    for goals in ([Goal("csat", at_least=1)], [Goal(KPI.name, at_least=1), Goal(KPI.name, at_least=0.5)]):
        with pytest.raises(InvalidValue):
            review("manila", [], first=date(2026, 5, 1), last=date(2026, 5, 1), goals=goals, kpis=[KPI])
    with pytest.raises(InvalidValue):
        Goal("x")
    with pytest.raises(InvalidValue):
        review("manila", [], first=date(2026, 5, 2), last=date(2026, 5, 1))


def test_reports_on_the_last_day_of_grace_are_on_time() -> None:
    owed = ReportingObligation("KPIs", (date(2026, 5, 15), date(2026, 6, 15)), grace_days=3)
    received = [date(2026, 5, 18), date(2026, 6, 19)]
    assert [one.receipt for one in owed.match(received, as_of=date(2026, 7, 1))] == ["on_time", "late"]
    assert [one.receipt for one in owed.match(received, as_of=date(2026, 6, 18))] == ["on_time", "awaited"]
    assert owed.match([date(2026, 5, 1)], as_of=date(2026, 7, 1))[0].receipt == "missing"


def test_meetings_that_nobody_held_are_missed() -> None:
    cadence = ReviewCadence(date(2026, 1, 5), date(2026, 1, 20), day_of_month=15)
    assert cadence.missed([date(2026, 1, 12)], end=date(2026, 2, 15)) == (date(2026, 1, 19), date(2026, 2, 15))


def test_kappa_is_agreement_beyond_chance() -> None:
    table = [[20, 5], [10, 15]]
    one = ["a"] * 25 + ["b"] * 25
    other = ["a"] * 20 + ["b"] * 5 + ["a"] * 10 + ["b"] * 15
    assert sum(map(sum, table)) == len(one)
    assert cohen_kappa(one, other) == pytest.approx(0.4, abs=1e-12)
    assert cohen_kappa([], []) is None
    assert cohen_kappa(["a"], ["a"]) is None


def test_a_rubric_wants_every_mark_and_no_other() -> None:
    card = QualityScorecard((Criterion("greeting"), Criterion("privacy", is_critical=True)))
    with pytest.raises(InvalidValue):
        card.score("T-1", {"greeting": 1})
    with pytest.raises(UnknownName):
        card.score("T-1", {"greeting": 1, "privacy": 1, "song": 1})
    assert card.score("T-1", {"greeting": 1, "privacy": 0}).score == 0.0


def test_a_must_have_is_no_matter_of_weight() -> None:
    sheet = EvaluationSheet((Weighted("nda", 0.001, must_reach=1), Weighted("price", 100)))
    assert not sheet.evaluate("acme", {"nda": 0.9, "price": 1}).is_eligible
    assert [one.bidder for one in sheet.rank({"b": {"nda": 1, "price": 0.5}, "a": {"nda": 1, "price": 0.5}})] == [
        "a",
        "b",
    ]


def test_top_categories_of_nothing_are_none() -> None:
    assert top_categories({}) == ()
    assert top_categories({"vpn": 0}) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ContactCounts(10, 11),
        lambda: ContactCounts(10, 5, 6),
        lambda: ContactCounts(10, 0, answered=5, answered_in_threshold=6),
        lambda: ContactCounts(10, 0).service_level("of_all"),  # type: ignore[arg-type]
        lambda: PaidTime(-1, 0, paid=1),
        lambda: PromiseCounts(-1, 0, 0, 0),
        lambda: BucketedBacklog(0, (1,), ()),
        lambda: BucketedBacklog(0, (-1,), (0,)),
        lambda: Ageing((-1,), (0,)),
        lambda: Ageing((), ()),
        lambda: Ageing((), (1, 1)),
        lambda: Satisfaction(3, 1, 3),
        lambda: Ratings((11,), highest=10),
        lambda: Recommendation.of([11]),
        lambda: top_categories({"vpn": -1}),
    ],
)
def test_counts_that_cannot_be_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_figures_of_nothing_are_none() -> None:
    assert ContactCounts(0, 0).abandonment("raw") is None
    assert ContactCounts(5, 0).service_level("of_offered") is None
    assert PaidTime(0, 0, paid=0).occupancy is None
    assert PromiseCounts(0, 0, 0, 2).attainment("completed_only") is None
    assert Recommendation(0, 0, 0).score is None
    assert Satisfaction(0, 0, 0).score is None
    assert Ratings((), highest=5).mean is None
    assert HeldBy(()).transfers == 0
    assert control_limits([1]) is None


def test_vendors_count_the_same_tickets_differently() -> None:
    tickets = [ticket("T-1", "met"), ticket("T-2", "met"), ticket("T-3", "running")]
    first, second = (vendor_indicator(name).kpi for name in ("jira.success_rate", "jira.success_rate_example"))
    assert measure(tickets, [first]).value(first.name).value == 1.0
    assert measure(tickets, [second]).value(second.name).value == pytest.approx(2 / 3)
    for one in vendor_indicators():
        check_roundtrip(one)
        assert one.source in one.explain()
    with pytest.raises(UnknownName):
        vendor_indicator("acme.best")


def test_ping_pong_needs_the_groups() -> None:
    tickets = [ticket("T-1", "met", groups=("a", "b", "a")), ticket("T-2", "met", groups=("a",)), ticket("T-3", "met")]
    found = measure(tickets, [PingPong()]).value("ping_pong")
    assert (found.numerator, found.denominator, found.excluded_ids) == (1, 2, ("T-3",))


def test_credits_in_a_review_are_text_in_data() -> None:
    found = pack(settlement=settle([CreditLine("resolution", Money(Decimal("10.00"), "EUR"))], "EUR")).to_dict()
    assert isinstance(found["settlement"], dict)
    assert found["settlement"]["credit"] == "10.00"
