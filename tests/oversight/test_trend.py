"""Figures over periods, figures of counts, surveys: limits that hold, names that tell variants apart, silence shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight import Attainment, Duration, KpiValue, TicketOutcome
from deskcore.oversight.calls import AnswerWaits, ContactCounts
from deskcore.oversight.counts import Attrition, Deflection, PaidTime, PromiseCounts
from deskcore.oversight.outcome import CycleOutcome, CycleState
from deskcore.oversight.period import Period
from deskcore.oversight.questionnaire import Questionnaire, SurveyReply
from deskcore.oversight.survey import Effort, Ratings, Recommendation, Satisfaction
from deskcore.oversight.trend import Trend, TrendPoint, trends
from deskcore.testing.wire import check_roundtrip

MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), anchor="opened")


def share(label: str, numerator: int, denominator: int) -> TrendPoint:
    value = numerator / denominator if denominator else None
    return TrendPoint(label, KpiValue("met", value, numerator, denominator, (), "met / all", "share", "none"))


def seconds(label: str, value: float) -> TrendPoint:
    return TrendPoint(label, KpiValue("wait", value, value, 1, (), "waits", "seconds"))


def test_a_small_month_has_wider_limits() -> None:
    trend = Trend((share("Jan", 900, 1000), share("Feb", 8, 10)))
    january, february = trend.limits
    assert january is not None
    assert february is not None
    assert february.high - february.low > january.high - january.low
    assert trend.signals == ()


def test_limits_of_shares_are_those_of_the_p_chart() -> None:
    """Centre plus and minus three times the root of p (1 - p) / n, by hand."""
    limits = Trend((share("Jan", 80, 100), share("Feb", 360, 400))).limits[1]
    assert limits is not None
    width = 3 * (0.88 * 0.12 / 400) ** 0.5
    assert (limits.centre, limits.low, limits.high) == pytest.approx((0.88, 0.88 - width, 0.88 + width), abs=1e-12)


def test_a_month_without_cases_has_neither_value_nor_limits() -> None:
    trend = Trend((share("Jan", 9, 10), share("Feb", 0, 0), share("Mar", 8, 10)))
    assert (trend.values[1], trend.limits[1]) == (None, None)
    assert [row["low"] is None for row in trend.rows()] == [False, True, False]
    assert Trend((share("Jan", 0, 0),)).limits == (None,)


def test_eight_on_one_side_are_a_signal_though_none_leaves_the_limits() -> None:
    ups = [seconds(f"m{place}", 110) for place in range(8)]
    downs = [seconds(f"n{place}", value) for place, value in enumerate([60, 120, 40, 130, 50, 90, 20])]
    found = Trend((*ups, *downs)).signals
    assert [(one.label, one.rule) for one in found] == [("m7", "eight on one side")]
    assert "<- eight on one side" in Trend((*ups, *downs)).explain()


def test_an_amount_of_time_gets_an_individuals_chart_that_does_not_go_below_zero() -> None:
    trend = Trend((seconds("a", 1), seconds("b", 9), seconds("c", 2)))
    assert trend.chart == "individuals"
    assert trend.limits[0] is not None
    assert trend.limits[0].low == 0
    assert Trend((seconds("a", 1),)).limits == (None,)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_every_point_within_its_limits_is_no_signal_of_them(counts: list[tuple[int, int]]) -> None:
    """And limits of shares stay within 0 and 1."""
    trend = Trend(tuple(share(f"m{place}", min(one), max(one)) for place, one in enumerate(counts)))
    beyond = {signal.label for signal in trend.signals if signal.rule == "beyond a limit"}
    for point, limits in zip(trend.points, trend.limits, strict=True):
        if limits is not None and point.value.value is not None:
            assert 0 <= limits.low <= limits.centre <= limits.high <= 1
            assert (point.label in beyond) == (not limits.holds(point.value.value))


def test_trends_follow_the_periods_of_the_records() -> None:
    def ticket(number: int, state: CycleState) -> TicketOutcome:
        opened = MAY + timedelta(days=10 * number)
        return TicketOutcome(
            f"T-{number}", MAY + timedelta(days=300), opened, cycles=(CycleOutcome("resolution", 1, state),)
        )

    records = [ticket(number, "met" if number % 2 else "breached") for number in range(6)]
    months = Period(date(2026, 5, 1), date(2026, 7, 31), anchor="opened").split("month")
    kept, took = trends(records, [Attainment("resolution"), Duration("resolution")], months, tz=UTC)
    assert [point.label for point in kept.points] == ["2026-05", "2026-06", "2026-07"]
    assert [point.value.denominator for point in kept.points] == [4, 2, 0]
    assert took.values == (None, None, None)
    check_roundtrip(kept)


@settings(max_examples=30)
@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 200), st.sampled_from(["day", "week", "month"]))
def test_the_parts_of_a_period_are_the_period(first: date, days: int, by: Any) -> None:
    """Every day once, in order."""
    whole = Period(first, first + timedelta(days=days), anchor="opened")
    held = [
        part.first + timedelta(days=place)
        for part in whole.split(by)
        for place in range((part.last - part.first).days + 1)
    ]
    assert held == [first + timedelta(days=place) for place in range(days + 1)]


def test_points_of_two_figures_or_one_period_twice_are_refused() -> None:
    with pytest.raises(InvalidValue, match="one figure"):
        Trend((share("Jan", 1, 2), seconds("Feb", 1)))
    with pytest.raises(InvalidValue, match="twice"):
        Trend((share("Jan", 1, 2), share("Jan", 1, 2)))
    with pytest.raises(InvalidValue, match="day, week, month"):
        YEAR.split("decade")  # type: ignore[arg-type]


# -- figures of counts


def test_every_variant_of_a_word_has_its_own_name() -> None:
    day = ContactCounts(1000, 80, 30, answered=920, answered_in_threshold=752)
    shown = {one.name.split(".")[-1]: round((one.value or 0) * 100, 2) for one in day.figures()}
    assert shown == {
        "of_answered": 81.74,
        "of_offered": 75.2,
        "of_offered_less_short_abandons": 77.53,
        "counting_short_abandons_as_met": 78.2,
        "raw": 8.0,
        "excluding_short": 5.15,
    }
    assert len({one.name for one in day.figures()}) == 6


def test_what_is_not_known_has_no_value_and_says_so() -> None:
    unknown = ContactCounts(100, 5).figures()[0]
    assert (unknown.value, unknown.reason) == (None, "a count is not known")
    assert AnswerWaits(0, 0).figures()[0].reason == "there is nothing to divide by"


def test_figures_of_nothing_have_no_value() -> None:
    empty = (
        *ContactCounts(0, 0, answered=0, answered_in_threshold=0).figures(),
        *AnswerWaits(0, 0).figures(),
        *PaidTime(0, 0, paid=0).figures(),
        *PromiseCounts(0, 0, 0, 0).figures("resolution"),
        *Deflection(0, 0).figures(),
        *Attrition(0, 0).figures(),
        *Satisfaction(0, 0, 0).figures(),
        *Ratings((), highest=5).figures(4),
        *Recommendation(0, 0, 0).figures(),
        *Effort(()).figures(),
    )
    assert all(one.value is None and one.reason for one in empty)
    assert all(one.explain().startswith(f"{one.name}: no value, because") for one in empty)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: AnswerWaits(-1, 0),
        lambda: AnswerWaits(1, -1),
        lambda: AnswerWaits(1, 1).mean("of_some"),  # type: ignore[arg-type]
        lambda: Deflection(-1, 0),
        lambda: Attrition(-1, 10),
        lambda: Attrition(1, 10, months=0),
        lambda: Effort((8,)),
        lambda: Questionnaire((), FrozenDict({}), highest=5, good_from=4),
        lambda: Questionnaire(
            ("wait",), FrozenDict({"": 0}), (SurveyReply("T-1", FrozenDict({})),), highest=5, good_from=4
        ),
        lambda: Questionnaire(
            ("wait",), FrozenDict({"": 1}), (SurveyReply("T-1", FrozenDict({"wait": 6.0})),), highest=5, good_from=4
        ),
    ],
)
def test_negative_counts_and_marks_off_the_scale_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_paid_time_tells_occupancy_from_utilisation() -> None:
    shown = {one.name: one.shown for one in PaidTime(5.1, 0.9, 1.0, paid=8.0).figures()}
    assert shown == {"occupancy": "85.0 %", "utilisation": "63.7 %", "shrinkage": "25.0 %"}
    assert Attrition(3, 20, months=6).figures()[0].shown == "30.0 % a year"


# -- surveys


def test_each_question_stands_for_itself_and_blanks_are_named() -> None:
    replies = (
        SurveyReply("T-1", FrozenDict({"wait": 5.0, "knowledge": 1.0})),
        SurveyReply("T-2", FrozenDict({"wait": 4.0})),
    )
    survey = Questionnaire(("wait", "knowledge"), FrozenDict({"": 8}), replies, highest=5, good_from=4)
    wait, knowledge, rate = survey.figures()
    assert (wait.value, knowledge.value, rate.value) == (1.0, 0.0, 0.25)
    assert knowledge.excluded_ids == ("T-2",)
    assert survey.dimensions[0].interval is not None
    assert "nobody answered it" in Questionnaire(("x",), FrozenDict({}), highest=5, good_from=4).explain()
    check_roundtrip(survey)
    with pytest.raises(UnknownName):
        Questionnaire(
            ("wait",), FrozenDict({"": 1}), (SurveyReply("T-1", FrozenDict({"song": 1.0})),), highest=5, good_from=4
        )
    with pytest.raises(UnknownName):
        Questionnaire(("wait",), FrozenDict({}), (SurveyReply("T-1", FrozenDict({})),), highest=5, good_from=4)
