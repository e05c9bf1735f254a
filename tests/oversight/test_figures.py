"""Figures: the definitions people argue about, one fact each, and what holds for all of them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight import Attainment, Duration, Kpi, Tally, TicketOutcome, backlog_by_day, measure, standard_kpis
from deskcore.oversight.kpi import Counted, OneTouch, Overflow, Reassignments, Reopens, Volume
from deskcore.oversight.outcome import CycleOutcome, CycleState
from deskcore.oversight.pictures import backlog_chart, breakdown_html, values_html, values_text
from deskcore.oversight.quantiles import quantile
from deskcore.oversight.value import KpiValue
from deskcore.testing import oversight as t

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
RECORDS = st.lists(t.outcomes(), max_size=12, unique_by=lambda one: one.id)
MODEST = settings(max_examples=40, deadline=None)


def ticket(id: str = "T-1", **known: object) -> TicketOutcome:  # noqa: A002
    return attrs.evolve(TicketOutcome(id, NOON + timedelta(days=30), NOON), **known)  # type: ignore[arg-type]


def with_cycles(*states: CycleState, metric: str = "resolution") -> TicketOutcome:
    return ticket(cycles=tuple(CycleOutcome(metric, place, state) for place, state in enumerate(states, start=1)))


def value(kpi: Kpi, *records: TicketOutcome) -> KpiValue:
    return measure(records, [kpi]).value(kpi.name)


# -- laws


def test_a_ticket_is_counted_once() -> None:
    tally = measure([ticket("T-1"), ticket("T-2")], [Volume("received")])
    with pytest.raises(InvalidValue, match=r"outcomes must not hold the same ticket twice.*'T-1'"):
        tally.add(ticket("T-1"))
    with pytest.raises(InvalidValue, match=r"other must not hold the same ticket twice.*'T-2'"):
        tally.merge(measure([ticket("T-3"), ticket("T-2")], [Volume("received")]))
    assert (tally.tickets, tally.value("volume.received").value) == (2, 2)


def test_a_promise_that_no_policy_knows_is_left_out_with_those_it_knows() -> None:
    found = value(Attainment("resolutoin"), with_cycles("met"))
    assert found.excluded[0].reason == "no such promise; known: resolution"
    assert found.explain().endswith("left out: 1 no such promise; known: resolution")


@MODEST
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_tickets_does_not_matter(records: list[TicketOutcome], shuffler: object) -> None:
    """Permuted, and cut into parts that are merged, the figures are equal."""
    order = list(range(len(records)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    t.check_order_does_not_matter(records, order, t.EVERY_KPI)


@settings(max_examples=20, deadline=None)
@given(RECORDS)
def test_breakdowns_add_up(records: list[TicketOutcome]) -> None:
    """Numerators, denominators and what was left out sum to the total by every dimension."""
    t.check_breakdowns_add_up(records, t.EVERY_KPI)


@MODEST
@given(RECORDS)
def test_a_figure_of_nothing_has_no_value_and_says_why(records: list[TicketOutcome]) -> None:
    """Never 0, never 100 %."""
    t.check_none_only_of_nothing(records, t.EVERY_KPI)


@MODEST
@given(RECORDS)
def test_shares_lie_between_nothing_and_all(records: list[TicketOutcome]) -> None:
    """And no amount of time is negative."""
    t.check_shares_are_shares(records, t.EVERY_KPI)


@MODEST
@given(RECORDS)
def test_stock_and_flow_agree_with_a_head_count(records: list[TicketOutcome]) -> None:
    """The identity of the backlog, against an oracle that counts at midnight."""
    t.check_backlog_agrees(records)


# -- attainment

STATES: tuple[CycleState, ...] = ("met", "met", "met", "met_late", "breached", "running", "cancelled", "measured")
MIXED: Sequence[TicketOutcome] = tuple(
    attrs.evolve(with_cycles(state), id=f"T-{place}") for place, state in enumerate(STATES)
)


@pytest.mark.parametrize(
    ("kpi", "met", "of"),
    [
        (Attainment("resolution", "completed_only"), 3, 4),
        (Attainment("resolution"), 3, 5),
        (Attainment("resolution", "all_started"), 3, 6),
    ],
    ids=lambda one: getattr(one, "denominator", str(one)),
)
def test_each_denominator_counts_other_cycles(kpi: Attainment, met: int, of: int) -> None:
    found = measure(MIXED, [kpi]).value(kpi.name)

    assert (found.numerator, found.denominator, found.value) == (met, of, met / of)


def test_what_attainment_leaves_out_is_listed_with_the_reason() -> None:
    found = measure(MIXED, [Attainment("resolution")]).value("attainment.resolution")

    assert [(one.id, one.reason) for one in found.excluded] == [
        ("T-5", "still open"),
        ("T-6", "cancelled"),
        ("T-7", "nothing promised"),
    ]
    assert found.excluded_ids == ("T-5", "T-6", "T-7")
    assert found.explain() == (
        "attainment.resolution: 60.0 % (3 of 5; resolution: met / cycles that ended or are past due, by the last cycle "
        "of each ticket); left out: 1 cancelled, 1 nothing promised, 1 still open"
    )


def test_the_last_cycle_each_cycle_and_any_breach_are_three_figures() -> None:
    records = (with_cycles("met_late", "met"), attrs.evolve(with_cycles("met"), id="T-2"))
    assert value(Attainment("resolution"), *records).value == 1
    assert value(Attainment("resolution", cycle="each"), *records).value == 2 / 3
    assert value(Attainment("resolution", cycle="any_breached"), *records).value == 0.5


def test_a_promise_nobody_made_leaves_the_ticket_out() -> None:
    assert value(Attainment("resolution"), ticket()).excluded[0].reason == "no such promise"
    assert value(Attainment("resolution"), with_cycles("not_started")).excluded[0].reason == "not started"
    assert value(Attainment("resolution", "completed_only"), with_cycles("breached")).excluded[0].reason == "still open"


# -- times


def test_a_first_response_that_never_came_is_not_zero() -> None:
    found = value(Duration("first_response"), ticket())

    assert found.value is None
    assert found.excluded[0].reason == "not answered"
    assert found.reason == "in no ticket has it happened"


def test_the_last_solution_is_the_resolution_the_first_is_the_first() -> None:
    one = ticket(first_resolved_at=NOON + timedelta(hours=1), resolved_at=NOON + timedelta(hours=5), is_open=False)
    assert value(Duration("first_resolution"), one).value == 3600
    assert value(Duration("resolution"), one).value == 5 * 3600


def test_a_reopened_ticket_has_a_first_resolution_and_no_resolution_yet() -> None:
    one = ticket(first_resolved_at=NOON + timedelta(hours=1), resolved_at=NOON + timedelta(hours=1), reopens=1)
    assert value(Duration("first_resolution"), one).value == 3600
    assert value(Duration("resolution"), one).excluded[0].reason == "not resolved"


def test_closed_without_a_solution_counts_at_its_closing_and_cancelled_never() -> None:
    closed = ticket(closed_at=NOON + timedelta(hours=2), is_open=False)
    assert value(Duration("resolution"), closed).value == 7200
    assert value(Duration("resolution"), attrs.evolve(closed, is_cancelled=True)).value is None


def test_the_sla_clock_gives_its_own_time() -> None:
    cycle = CycleOutcome("resolution", 1, "met", 90_000_000)
    assert value(Duration("resolution", measure="sla"), ticket(cycles=(cycle,))).value == 90
    running = attrs.evolve(cycle, state="running")
    assert value(Duration("resolution", measure="sla"), ticket(cycles=(running,))).excluded[0].reason == "clock running"
    assert value(Duration("resolution", measure="sla"), ticket()).excluded[0].reason == "no such clock"


def test_a_mean_and_a_quantile_of_the_same_tickets_differ() -> None:
    records = [ticket(f"T-{n}", first_response_at=NOON + timedelta(minutes=m)) for n, m in enumerate([10] * 9 + [1000])]
    assert value(Duration("first_response", None), *records).value == 109 * 60
    assert value(Duration("first_response", 0.5), *records).value == 10 * 60
    assert value(Duration("first_response", 0.9), *records).value == 10 * 60
    assert value(Duration("first_response", 0.9, "linear_type7"), *records).value == pytest.approx(109 * 60)


def test_a_percentage_with_a_hair_above_in_binary_is_the_rank_it_says() -> None:
    assert quantile(range(1, 101), 0.07) == 7
    assert quantile(range(1, 101), 0.29) == 29
    assert quantile([5], 0) == 5
    assert quantile([3, 1, 2], 1, method="linear_type7") == 3


# -- counts of events


def test_reopens_by_ticket_and_by_event_over_resolved_tickets() -> None:
    done = ticket("T-1", first_resolved_at=NOON, is_open=False)
    twice = ticket("T-2", first_resolved_at=NOON, reopens=2)
    assert value(Reopens("ticket"), done, twice, ticket("T-3")).value == 0.5
    events = value(Reopens("event"), done, twice, ticket("T-3"))
    assert (events.numerator, events.denominator, events.value) == (2, 2, 1.0)
    assert events.excluded_ids == ("T-3",)


def test_reassignments_count_changes_and_tickets() -> None:
    records = (ticket("T-1", team_changes=3), ticket("T-2", assignee_changes=1))
    assert value(Reassignments("team"), *records).value == 1.5
    assert value(Reassignments("team", "ticket"), *records).value == 0.5
    assert value(Reassignments("assignee"), *records).value == 0.5


def test_one_touch_counts_no_reply_only_when_asked_to() -> None:
    records = [ticket(f"T-{n}", replies=n, is_open=False) for n in range(4)]
    assert value(OneTouch(), *records).value == 0.5
    assert value(OneTouch("exactly_one"), *records).value == 0.25
    assert value(OneTouch(), ticket()).value is None


def test_overflow_is_a_share_of_tickets_at_a_desk() -> None:
    records = (ticket("T-1", desk="house"), ticket("T-2", desk="manila"), ticket("T-3"))
    assert value(Overflow(), *records).value == 0.5
    assert value(Overflow(), *records).excluded_ids == ("T-3",)


def test_volumes_of_nothing_are_zero() -> None:
    assert [one.value for one in measure([], [Volume("received"), Volume("resolved"), Volume("open")]).values()] == [
        0,
        0,
        0,
    ]


def test_a_hosts_own_figure_is_a_subclass() -> None:
    @attrs.frozen
    class Vip(Kpi):
        @property
        def name(self) -> str:
            return "acme.vip"

        @property
        def definition(self) -> str:
            return "gold tickets / tickets"

        def count(self, outcome: TicketOutcome) -> Counted | str:
            return Counted(int(outcome.customer_tier == "gold"))

    assert value(Vip(), ticket(customer_tier="gold"), ticket("T-2")).value == 0.5


# -- adding up


def test_a_breakdown_lists_tickets_without_a_value_last() -> None:
    tally = measure([ticket("T-1"), ticket("T-2", priority="p2"), ticket("T-3", priority="p1")], by=["priority"])
    broken = tally.breakdown("volume.received", "priority")
    assert list(broken.parts) == ["p1", "p2", "(none)"]
    assert broken.explain().splitlines()[1] == "  p1: 1 (1)"
    assert json.loads(json.dumps(broken.to_dict()))["parts"]["(none)"]["value"] == 1.0


def test_days_are_local_and_midnight_belongs_to_the_day_it_begins() -> None:
    ams = ZoneInfo("Europe/Amsterdam")
    midnight = datetime(2026, 5, 23, tzinfo=ams)
    days = backlog_by_day([ticket(spells=((NOON, midnight),))], tz=ams)
    assert [(day.day, day.closing) for day in days] == [(date(2026, 5, 22), 1), (date(2026, 5, 23), 0)]


def test_what_lies_before_the_first_day_asked_for_is_in_its_opening_stock() -> None:
    records = [ticket(spells=((NOON, None),))]
    days = backlog_by_day(records, tz=UTC, first=date(2026, 6, 1), last=date(2026, 6, 2))
    assert [(day.opening, day.flow, day.closing) for day in days] == [(1, 0, 1), (1, 0, 1)]
    assert days[0].to_dict()["day"] == "2026-06-01"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Attainment("resolution", "everything"), "denominator must be one of completed_only"),  # type: ignore[arg-type]
        (lambda: Attainment("resolution", cycle="first"), "cycle must be one of last"),  # type: ignore[arg-type]
        (lambda: Duration("resolution", 90), "quantile must lie in 0..1, for example 0.9"),
        (lambda: Duration("naps"), "what must be one of"),  # type: ignore[arg-type]
        (lambda: Duration("resolution", method="r8"), "method must be one of"),  # type: ignore[arg-type]
        (lambda: Reopens("week"), "rate must be one of"),  # type: ignore[arg-type]
        (lambda: Tally([Overflow(), Overflow()]), "kpis must not name the same one twice"),
        (lambda: Tally(by=["colour"]), "by must be one of priority"),
        (lambda: ticket().dimension("colour"), "dimension must be one of"),
        (lambda: quantile([], 0.5), "values must hold at least one"),
        (lambda: quantile([1], 2), "q must lie in 0..1"),
        (lambda: quantile([1], 0.5, method="r8"), "method must be one of"),  # type: ignore[arg-type]
        (
            lambda: backlog_by_day([], tz=UTC, first=date(2026, 2, 2), last=date(2026, 1, 1)),
            "must not come before 2026-02-02",
        ),
        (lambda: measure([], [Overflow()]).merge(measure([])), "must count the same figures"),
    ],
)
def test_bad_input_is_refused_by_name(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(InvalidValue, match=message):
        build()


def test_an_unknown_figure_or_dimension_names_the_known_ones() -> None:
    tally = measure([], [Overflow()], by=["priority"])
    with pytest.raises(UnknownName, match="cannot find figure 'overfow'; known: overflow"):
        tally.value("overfow")
    with pytest.raises(UnknownName, match="known: priority"):
        tally.breakdown("overflow", "team")


def test_values_print_pickle_and_go_to_json() -> None:
    tally = measure(MIXED, by=["priority"])
    values = tally.values()
    assert pickle.loads(pickle.dumps(values)) == values
    assert json.loads(json.dumps([one.to_dict() for one in values]))
    assert "60.0 %" in values_text(values)
    assert "60.0 %" in str(values_html(values))
    broken = [tally.breakdown(name, "priority") for name in tally.names]
    assert "(none)" in str(breakdown_html(broken, caption="by priority"))
    assert "<svg" in str(backlog_chart(backlog_by_day([ticket(spells=((NOON, NOON + timedelta(days=2)),))], tz=UTC)))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(30, "30 s"), (3600, "60 min"), (6 * 3600, "6.0 h"), (4 * 86400, "4.0 d")]
)
def test_amounts_of_time_are_shown_in_the_unit_that_fits(seconds: float, shown: str) -> None:
    assert KpiValue("x", seconds, 0, 1, (), "x", "seconds").shown == shown
    assert KpiValue("x", None, 0, 0, (), "x", "seconds").shown == "-"


def test_the_standard_figures_have_names_of_their_own() -> None:
    names = [kpi.name for kpi in standard_kpis(["resolution"])]
    assert len(set(names)) == len(names)
    assert Reopens("event").unit == "per_ticket"
