"""The dialect of kpi.json: each case is one question to one public value of oversight or planning, told by its keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.hours import Calendar
from deskcore.oversight import Attainment, TicketOutcome, measure
from deskcore.oversight.acceptance import (
    AttributePlan,
    Level,
    Result,
    RiskPoint,
    Severity,
    Switching,
    accept_probability,
    accept_probability_of_lot,
    plan_by_risks,
    plan_for,
)
from deskcore.oversight.amounts import Amounts, CensoredAmounts
from deskcore.oversight.audit import ClaimTest, Discovery, Reconciliation
from deskcore.oversight.calls import ContactCounts
from deskcore.oversight.charges import EarnBack, MinimumCommitment, PlannedInterval, Relief, VolumeBand
from deskcore.oversight.contacts import Conversation, CustomerContact, FirstContactResolution, Posted
from deskcore.oversight.costs import cost_per_contact, cost_per_resolution
from deskcore.oversight.counts import PaidTime, PromiseCounts
from deskcore.oversight.credits import FullPointCredit, LinearCredit, PerDayCredit, Step, SteppedCredit
from deskcore.oversight.intervals import Interval, Proportion, rule_of_three, upper_bound_of_none
from deskcore.oversight.kpi import Kpi, OneTouch, Reopens
from deskcore.oversight.money import Money, rounded
from deskcore.oversight.obligations import ReportingObligation, ReviewCadence
from deskcore.oversight.outcome import CycleOutcome, CycleState
from deskcore.oversight.pools import Allocation, Pool
from deskcore.oversight.sampling import StratifiedSample, Stratum, allocate, sample_size, table_sample_size
from deskcore.oversight.settlement import CreditLine, settle
from deskcore.oversight.spans import MeasuredSpan, Stretch
from deskcore.oversight.stock import Ageing, BucketedBacklog, HeldBy
from deskcore.oversight.survey import Ratings, Recommendation, Satisfaction
from deskcore.oversight.value import KpiValue
from deskcore.oversight.variants import Breaches, FirstSolution, FirstTime
from deskcore.planning.growth import pool, staffing_curve
from deskcore.planning.staffing import Outlook, StaffingGoal, Workload, outlook, scheduled_agents
from deskcore.queueing import erlang_b
from tests.conformance.runner import Adapter, Case, Json, NotExpressible, Outcome, through_wire

Row = Mapping[str, Json]
Answer = dict[str, object]

NO_CURRENCY: Final = "XXX"
OPENED: Final = datetime(2024, 1, 1, tzinfo=UTC)
AS_OF: Final = datetime(2030, 1, 1, tzinfo=UTC)


def _int(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise NotExpressible(f"{value!r} is no whole number")
    return int(value)


def _float(value: Json) -> float:
    return cast("float", value)


def _decimal(value: Json) -> Decimal:
    return Decimal(str(value))


def _share(value: Json) -> Decimal:
    """A fraction as text: `0.005` or `1/200`."""
    over, _, under = str(value).partition("/")
    return Decimal(over) / Decimal(under) if under else Decimal(over)


def _money(value: Json) -> Money:
    return Money(_decimal(value), NO_CURRENCY)


def _instant(value: Json) -> datetime:
    return datetime.fromisoformat(str(value))


def _date(value: Json) -> date:
    return date.fromisoformat(str(value))


def _list(value: Json) -> list[Json]:
    return cast("list[Json]", value)


def _rows(value: Json) -> list[Row]:
    return cast("list[Row]", value)


def _ints(value: Json) -> tuple[int, ...]:
    return tuple(_int(one) for one in _list(value))


def _floats(value: Json) -> tuple[float, ...]:
    return tuple(_float(one) for one in _list(value))


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


# --- staffing


def _work(case: Case, contacts: Json) -> Workload:
    return through_wire(Workload(_float(contacts), _float(case["interval_s"]), _float(case["aht_s"])))


def _goal(case: Case) -> StaffingGoal:
    occupancy = case.get("max_occupancy")
    return through_wire(
        StaffingGoal(
            _float(case["target_service_level"]),
            _float(case["answer_within_s"]),
            None if occupancy is None else _float(occupancy),
        )
    )


def _outlook(case: Case) -> Answer:
    patience = case.get("patience_s")
    found: Outlook = through_wire(
        outlook(
            _work(case, case["calls"]),
            agents=_int(case["agents"]),
            answer_within_s=_float(case["answer_within_s"]),
            patience_s=None if patience is None else _float(patience),
        )
    )
    if not found.is_stable:
        return {"stable": False}
    return {
        "stable": True,
        "offered_load_erlangs": found.load,
        "wait_probability": found.wait_probability,
        "answered_immediately": found.answered_immediately,
        "service_level": found.service_level,
        "occupancy": found.occupancy,
        "asa_s": found.mean_wait_s,
        "mean_wait_s": found.mean_wait_s,
        "abandonment_probability": found.abandonment,
    }


def _staffing(case: Case) -> Answer:
    work, goal = _work(case, case["calls"]), _goal(case)
    agents = goal.agents_for(work)
    found = outlook(work, agents=agents, answer_within_s=goal.answer_within_s)
    return {
        "raw_agents": agents,
        "scheduled_agents": scheduled_agents(agents, shrinkage=_float(case.get("shrinkage", 0.0))),
        "service_level": found.service_level,
        "uplift_over_load": found.uplift,
        "offered_load_erlangs": found.load,
        "occupancy": found.occupancy,
    }


def _growth(case: Case) -> Answer:
    each = through_wire(Workload(_float(case["contacts_per_customer_hour"]), 3600.0, _float(case["aht_s"])))
    curve = staffing_curve(_ints(case["customers"]), each, _goal(case))
    return {str(point.customers): {"offered_load_erlangs": point.load, "raw_agents": point.agents} for point in curve}


def _pooling(case: Case) -> Answer:
    found = through_wire(pool(_int(case["desks"]), _work(case, case["calls_each"]), _goal(case)))
    return {"agents_separate_total": found.separate, "agents_pooled": found.together}


def _shrunk(case: Case) -> Answer:
    return {"scheduled_agents": scheduled_agents(_int(case["raw_agents"]), shrinkage=_float(case["shrinkage"]))}


def _blocking(case: Case) -> Answer:
    return {"blocking_probability": erlang_b(_int(case["servers"]), _float(case["offered_load_erlangs"]))}


# --- intervals and samples


def _interval(case: Case) -> Answer:
    found = through_wire(Proportion(_int(case["successes"]), _int(case["trials"])))
    confidence = _float(case["confidence"])
    side = case.get("side", "two-sided")
    if side not in {"lower", "two-sided"}:
        raise NotExpressible(f"unknown side {side!r}")
    answer: Answer = {"defined": found.is_defined}
    if not found.is_defined:
        return answer
    if side == "lower":
        return {**answer, "wilson_lower": found.wilson_lower(confidence)}
    return {
        **answer,
        "wilson": _pair(through_wire(found.wilson(confidence))),
        "clopper_pearson": _pair(through_wire(found.clopper_pearson(confidence))),
    }


def _table_sizes(case: Case) -> Answer:
    return {
        "sample_sizes": [
            table_sample_size(
                size,
                chi2=_float(case["confidence_chi2"]),
                margin=_float(case["margin"]),
                assumed=_float(case["assumed_p"]),
            )
            for size in _ints(case["population_sizes"])
        ]
    }


def _size(case: Case) -> Answer:
    population = case.get("population")
    return {
        "sample_size": sample_size(
            margin=_float(case["margin"]),
            confidence=_float(case["confidence"]),
            assumed=_float(case["assumed_p"]),
            population=None if population is None else _int(population),
        )
    }


def _allocation(case: Case) -> Answer:
    spreads = case.get("strata_sd")
    return {
        "allocation": list(
            allocate(
                _ints(case["strata_sizes"]),
                _int(case["sample"]),
                deviations=None if spreads is None else _floats(spreads),
            )
        )
    }


def _strata(case: Case) -> Answer:
    found = through_wire(
        StratifiedSample(
            tuple(
                Stratum(_int(row["population"]), _int(row["sample"]), _int(row["successes"]))
                for row in _rows(case["strata"])
            )
        )
    )
    return {"estimate": found.estimate, "naive_pooled": found.naive, "standard_error": found.standard_error}


def _margin(case: Case) -> Answer:
    found = through_wire(Proportion(_int(case["successes"]), _int(case["trials"])))
    confidence = _float(case["confidence"])
    return {
        "margin": found.margin(confidence, population=_int(case["population"])),
        "margin_without_fpc": found.margin(confidence),
    }


def _in_population(case: Case) -> Answer:
    found = through_wire(Proportion(_int(case["successes"]), _int(case["sample"])))
    count = through_wire(found.in_population(_int(case["population"]), _float(case["confidence"])))
    return {"population_successes": [count.least, count.greatest], "rate": _pair(count.interval)}


# --- acceptance


def _plan(case: Case, lot: Json) -> Answer:
    plan: AttributePlan = through_wire(
        plan_for(
            _int(lot),
            aql=_float(case["aql"]),
            level=cast("Level", case["level"]),
            severity=cast("Severity", case["severity"]),
        )
    )
    numbers: Answer = {"sample": plan.sample, "accept": plan.accept, "reject": plan.reject}
    return {**numbers, "inspect_all": True} if plan.inspects_all else {**numbers, "code_letter": plan.letter}


def _chances(case: Case) -> Answer:
    fractions = case["fraction_nonconforming"]
    sample, accept = _int(case["sample"]), _int(case["accept"])
    chances = [accept_probability(sample, accept, nonconforming=one) for one in _floats(_as_list(fractions))]
    return {"accept_probability": chances if isinstance(fractions, list) else chances[0]}


def _as_list(value: Json) -> list[Json]:
    return cast("list[Json]", value) if isinstance(value, list) else [value]


def _lot_chance(case: Case) -> Answer:
    chance = accept_probability_of_lot(
        _int(case["lot"]), _int(case["nonconforming"]), sample=_int(case["sample"]), accept=_int(case["accept"])
    )
    return {"accept_probability": chance}


def _by_risks(case: Case) -> Answer:
    producer, consumer = (
        through_wire(RiskPoint(*_floats(case[name]))) for name in ("producer_point", "consumer_point")
    )
    sample, accept = plan_by_risks(producer, consumer)
    return {"sample": sample, "accept": accept}


def _switching(case: Case) -> Answer:
    words: dict[Json, Result] = {"A": "accepted", "R": "not_accepted"}
    states = [through_wire(one).state for one in Switching().through(words[one] for one in _list(case["results"]))]
    return {"state_before_each": states[:-1], "state_after_last": states[-1]}


# --- indicators


def _ticket(number: int, **known: object) -> TicketOutcome:
    record = attrs.evolve(TicketOutcome(f"T-{number}", AS_OF, OPENED), **known)  # type: ignore[arg-type]
    return through_wire(record)


def _value(kpi: Kpi, records: Iterable[TicketOutcome]) -> KpiValue:
    return through_wire(measure(records, [through_wire(kpi)]).value(kpi.name))


def _one_touch(case: Case) -> Answer:
    records = [
        _ticket(
            number,
            is_open=row["status"] not in {"solved", "closed"},
            closed_at=OPENED if row["status"] in {"solved", "closed"} else None,
            replies=_int(row["agent_public_replies"]),
        )
        for number, row in enumerate(_rows(case["tickets"]))
    ]
    most, exactly = (_value(OneTouch(kind), records) for kind in ("at_most_one", "exactly_one"))
    return {
        "resolved": most.denominator,
        "one_touch_lt2": most.numerator,
        "one_touch_eq1": exactly.numerator,
        "rate_lt2": most.value,
        "rate_eq1": exactly.value,
    }


def _first_solution(case: Case) -> Answer:
    records = [
        _ticket(number, is_open=False, closed_at=OPENED + timedelta(seconds=seconds))
        for number, seconds in enumerate(_floats(case["seconds_to_close"]))
    ]
    found = _value(FirstSolution(timedelta(seconds=_float(case["threshold_s"]))), records)
    return {"first_solution_count": found.numerator}


def _fcr(case: Case) -> Answer:
    contacts = [
        through_wire(CustomerContact(str(row["customer"]), str(row["issue"]), _instant(row["at"])))
        for row in _rows(case["contacts"])
    ]
    kpi = through_wire(FirstContactResolution(timedelta(days=_float(case["window_days"]))))
    found = kpi.of(contacts, observed_until=_instant(case["observe_until"]))
    return {
        "contacts": found.denominator,
        "mature_contacts": found.denominator,
        "immature_contacts": len(found.excluded),
        "fcr_contacts": found.numerator,
        "fcr_rate": found.value,
    }


def _tiers(case: Case) -> Answer:
    records = [
        _ticket(
            number,
            is_open=False,
            closed_at=OPENED,
            contacts=_int(row["contacts"]),
            resolved_tier=None if row["resolved_tier"] is None else _int(row["resolved_tier"]),
        )
        for number, row in enumerate(_rows(case["tickets"]))
    ]
    level, contact, both = (
        _value(FirstTime(kind, unknown_tier="counted"), records).value for kind in ("level", "contact", "both")
    )
    return {"first_level_resolution": level, "first_contact_resolution": contact, "both": both}


def _backlog(case: Case) -> Answer:
    found = through_wire(BucketedBacklog(_int(case["opening_backlog"]), _ints(case["created"]), _ints(case["closed"])))
    return {"flow": list(found.flow), "stock": list(found.stock)}


def _reopens(case: Case) -> Answer:
    records = [
        _ticket(
            number,
            first_resolved_at=OPENED if _int(row["resolved_times"]) else None,
            reopens=_int(row["reopen_events"]),
            is_merged=bool(row.get("merged", False)),
        )
        for number, row in enumerate(_rows(case["tickets"]))
    ]
    by_ticket, by_event = (_value(Reopens(rate), records) for rate in ("ticket", "event"))
    return {
        "reopen_events": by_event.numerator,
        "reopened_tickets": by_ticket.numerator,
        "resolved_tickets": by_ticket.denominator,
        "ticket_reopen_rate": by_ticket.value,
        "event_reopen_rate": by_event.value,
    }


def _attainment(case: Case) -> Answer:
    counts = through_wire(
        PromiseCounts(
            _int(case["completed_met"]),
            _int(case["completed_breached"]),
            _int(case["ongoing_breached"]),
            _int(case["ongoing_ok"]),
        )
    )
    return {
        "completed_only": counts.attainment("completed_only"),
        "completed_or_breached": counts.attainment("completed_or_breached"),
        "all_started": counts.attainment("all_started"),
    }


_CYCLES: Final[dict[Json, CycleState]] = {"met": "met", "breached": "breached"}


def _cycles(case: Case) -> Answer:
    records = [
        _ticket(
            number,
            cycles=tuple(
                CycleOutcome("promise", place, _CYCLES[word])
                for place, word in enumerate(_list(row["cycles"]), start=1)
            ),
        )
        for number, row in enumerate(_rows(case["tickets"]))
    ]
    last, ever = (_value(Breaches("promise", which), records) for which in ("last", "ever"))
    kept = _value(Attainment("promise", cycle="last"), records)
    return {
        "with_any_cycle": kept.denominator,
        "breached_last_cycle": last.numerator,
        "ever_breached": ever.numerator,
    }


def _satisfaction(case: Case) -> Answer:
    found = through_wire(Satisfaction(_int(case["good"]), _int(case["bad"]), _int(case["surveyed"])))
    return {
        "score": found.score,
        "response_rate": found.response_rate,
        "worst_case": found.worst_case,
        "share_of_surveyed_good": found.worst_case,
        "best_case": found.best_case,
    }


def _ratings(case: Case) -> Answer:
    found = through_wire(Ratings(_floats(case["scores"]), highest=_float(case["scale_max"])))
    top = case.get("top_box_from")
    return {
        "mean": found.mean,
        "percent_of_possible": found.percent_of_possible,
        "top_box": None if top is None else found.top_box(_float(top)),
    }


def _nps(case: Case) -> Answer:
    found = through_wire(Recommendation.of(_ints(case["scores"])))
    return {
        "promoters": found.promoters,
        "passives": found.passives,
        "detractors": found.detractors,
        "nps": found.score,
    }


def _two_nps(case: Case) -> Answer:
    one, other = (
        through_wire(Recommendation(_int(row["promoters"]), _int(row["passives"]), _int(row["detractors"])))
        for row in (cast("Row", case["a"]), cast("Row", case["b"]))
    )
    return {"nps_a": one.score, "nps_b": other.score, "distributions_equal": one == other}


def _quantiles(case: Case) -> Answer:
    found = through_wire(Amounts(_floats(case["values"])))
    shares = _floats(case["quantiles"])
    return {
        "nearest_rank": [found.quantile(share) for share in shares],
        "linear_type7": [found.quantile(share, method="linear_type7") for share in shares],
    }


def _minutes(case: Case) -> Answer:
    found = through_wire(Amounts(_floats(case["minutes"])))
    return {
        "mean": found.mean,
        "median": found.median,
        "p90_nearest_rank": found.quantile(0.9),
        "p90_linear_type7": found.quantile(0.9, method="linear_type7"),
    }


def _ageing(case: Case) -> Answer:
    found = through_wire(Ageing(_floats(case["ages_days"]), _floats(case["edges_days"])))
    return {"counts": list(found.counts), "total": found.total, "oldest": found.oldest}


def _calls(case: Case) -> Answer:
    answered, in_time = case.get("answered"), case.get("answered_in_threshold")
    found = through_wire(
        ContactCounts(
            _int(case["offered"]),
            _int(case.get("abandoned", 0)),
            _int(case.get("abandoned_short", 0)),
            answered=None if answered is None else _int(answered),
            answered_in_threshold=None if in_time is None else _int(in_time),
        )
    )
    return {
        "of_answered": found.service_level("of_answered"),
        "of_offered": found.service_level("of_offered"),
        "of_offered_less_short_abandons": found.service_level("of_offered_less_short_abandons"),
        "counting_short_abandons_as_met": found.service_level("counting_short_abandons_as_met"),
        "raw": found.abandonment("raw"),
        "excluding_short": found.abandonment("excluding_short"),
    }


def _paid_time(case: Case) -> Answer:
    found = through_wire(
        PaidTime(
            _float(case["handle_h"]),
            _float(case["available_h"]),
            _float(case.get("other_logged_h", 0.0)),
            paid=_float(case["paid_h"]),
        )
    )
    return {
        "occupancy": found.occupancy,
        "utilisation_of_paid": found.utilisation,
        "shrinkage_of_paid": found.shrinkage,
    }


def _groups(case: Case) -> Answer:
    path = tuple(None if group is None else str(group) for group in _list(case["group_path"]))
    found = through_wire(HeldBy(path))
    return {
        "transfers": found.transfers,
        "distinct_groups": found.distinct,
        "returns": found.returns,
        "ping_pong": found.is_ping_pong,
    }


class _Survival(dict[str, float]):
    """The share left after any day that is asked for, days written as the format writes keys."""

    def __init__(self, times: CensoredAmounts) -> None:
        super().__init__({f"{day:g}": left for day, left in times.curve()})
        self.times = times

    def __contains__(self, day: object) -> bool:
        return True

    def __missing__(self, day: str) -> float:
        return self.times.survival(float(day))


def _censored(case: Case) -> Answer:
    found = through_wire(CensoredAmounts(_floats(case["resolved_days"]), _floats(case["still_open_days"])))
    return {
        "median_resolved_only": found.median_of_ended,
        "survival_at": _Survival(found),
        "median_with_open_censored": found.median,
    }


_KINDS: Final[dict[Json, tuple[Literal["requester", "staff"], bool]]] = {
    "customer": ("requester", True),
    "agent_public": ("staff", True),
    "agent_private": ("staff", False),
}


def _first_reply(case: Case) -> Answer:
    openers: dict[Json, Literal["requester", "staff"]] = {"customer": "requester", "agent": "staff"}
    found = through_wire(
        Conversation(
            openers[case["created_by"]],
            tuple(Posted(_instant(row["at"]), *_KINDS[row["kind"]]) for row in _rows(case["events"])),
        )
    )
    reply = found.first_reply
    return {"first_reply_s": None if reply is None else reply / timedelta(seconds=1)}


_DAILY: Final = re.compile(r"daily (\d\d:\d\d-\d\d:\d\d)")


def _daily(text: Json) -> Calendar:
    found = _DAILY.fullmatch(str(text))
    if found is None:
        raise NotExpressible(f"unknown schedule {text!r}")
    return through_wire(Calendar.weekly(f"Mon-Sun {found[1]}", tz="UTC"))


def _spans(case: Case) -> Answer:
    calendars = {"before": _daily(case["schedule_until_status_change"]), "after": _daily(case["schedule_after"])}
    stretches = (Stretch(_instant(case["created"]), "before"), Stretch(_instant(case["status_change"]), "after"))
    span = through_wire(MeasuredSpan(stretches, _instant(case["solved"])))
    hour = timedelta(hours=1) // timedelta(microseconds=1)
    return {
        "single_event_hours": span.open_time(calendars, rule="at_close").microseconds / hour,
        "multi_event_hours": span.open_time(calendars, rule="per_segment").microseconds / hour,
    }


def _costs(case: Case) -> Answer:
    found: Answer = {}
    for party in ("partner", "inhouse"):
        row = cast("Row", case[party])
        found[party] = cost_per_resolution(_decimal(row["price_per_contact"]), _float(row["fcr"]))
    return {"cost_per_resolution": found}


def _contact_cost(case: Case) -> Answer:
    expense, contacts = _decimal(case["annual_operating_expense"]), _int(case["annual_inbound_contacts"])
    return {"cost_per_contact": cost_per_contact(expense, contacts)}


# --- credits


def _pool(case: Case) -> Pool:
    return through_wire(Pool(_money(case["monthly_charges"]), at_risk=_decimal(case["at_risk_pct"])))


def _allocated(row: Row) -> Allocation:
    return Allocation(_decimal(row["pool_allocation_pct"]), _decimal(row["credit_allocation_pct"]))


def _one_default(case: Case) -> Answer:
    held = _pool(case)
    return {"at_risk_amount": held.amount.amount, "credit": held.settle([_allocated(case)]).uncapped.amount}


def _defaults(case: Case) -> Answer:
    held = _pool(case)
    capped = through_wire(held.settle([_allocated(row) for row in _rows(case["defaults"])]))
    return {
        "at_risk_amount": held.amount.amount,
        "uncapped": capped.uncapped.amount,
        "credit": capped.credit.amount,
        "capped": capped.is_capped,
    }


def _incident(case: Case) -> Answer:
    lines = [
        through_wire(CreditLine(str(row["sla"]), _money(row["amount"]), incident=str(case["incident"])))
        for row in _rows(case["credits"])
    ]
    settled = through_wire(settle(lines, NO_CURRENCY))
    chosen = [line.promise for line in settled.recovered]
    return {"credit": settled.credit.amount, "chosen": chosen[0] if chosen else None}


def _steps(case: Case) -> Answer:
    steps = (_list(step) for step in _list(case["steps"]))
    rule = through_wire(SteppedCredit(tuple(Step(_decimal(start), _decimal(rate)) for start, rate in steps)))
    return _per_value(case, "credit_points", rule, _money(case["monthly_charges"]), "credits")


def _per_value(
    case: Case, key: str, rule: SteppedCredit | FullPointCredit | LinearCredit, charges: Money, name: str
) -> Answer:
    given = case[key]
    found = [rule.credit(charges, _decimal(value)) for value in _as_list(given)]
    percents: list[object] = [one.percent for one in found]
    amounts: list[object] = [through_wire(one).amount().amount for one in found]
    if isinstance(given, list):
        return {"credit_pct": percents, name: amounts}
    return {"credit_pct": percents[0], name: amounts[0]}


def _linear(case: Case) -> Answer:
    rule = through_wire(LinearCredit(_decimal(case["required_pct"])))
    return _per_value(case, "actual_pct", rule, _money(case["charges"]), "credit")


def _full_points(case: Case) -> Answer:
    rule = through_wire(FullPointCredit(_decimal(case["threshold_pct"]), _decimal(case["per_full_point_pct"])))
    return _per_value(case, "actual_pct", rule, _money(case["fee"]), "credit")


def _per_day(case: Case) -> Answer:
    rule = through_wire(PerDayCredit(_share(case["per_day_share"]), _share(case["cap_share"])))
    days, value = case["days_late"], _money(case["monthly_value"])
    found: list[object] = [rule.credit(value, _decimal(one)).amount().amount for one in _as_list(days)]
    return {"credit": found if isinstance(days, list) else found[0]}


def _rounding(case: Case) -> Answer:
    exact = _money(case["charges"]).percent(_decimal(case["credit_pct"]))
    return {
        "exact": exact.amount,
        "half_up": exact.rounded().amount,
        "half_even": exact.rounded(mode="half_even").amount,
    }


def _minimum(case: Case) -> Answer:
    deal = through_wire(
        MinimumCommitment(_int(case["forecast"]), _decimal(case["floor_pct"]), _money(case["unit_price"]))
    )
    volumes = _ints(case["actual"])
    return {
        "billable_units": [float(deal.billable(volume)) for volume in volumes],
        "amount": [deal.charge(volume).amount for volume in volumes],
    }


def _relief(case: Case) -> Answer:
    found = through_wire(
        Relief(
            _decimal(case["relief_above_pct"]),
            tuple(
                PlannedInterval(_int(row["forecast"]), _int(row["actual"]), is_met=bool(row["met"]))
                for row in _rows(case["intervals"])
            ),
        )
    )
    return {
        "relieved": found.relieved,
        "counted": found.counted,
        "met": found.met,
        "attainment": found.attainment,
    }


def _earn_back(case: Case) -> Answer:
    paid = cast("Row", case["credits_paid"])
    year = through_wire(
        EarnBack(
            _decimal(case["expected_pct"]),
            tuple(_decimal(one) for one in _list(case["monthly_actual_pct"])),
            FrozenDict({str(month): _money(amount) for month, amount in paid.items()}),
        )
    )
    return {
        "year_average": year.year_average,
        "earn_back": year.is_earned,
        "returned": year.returned(NO_CURRENCY).amount,
    }


def _band(case: Case) -> Answer:
    deal = through_wire(
        VolumeBand(
            _int(case["base_volume"]),
            _money(case["base_charge"]),
            _decimal(case["dead_band_pct"]),
            _money(case["arc_rate"]),
            _money(case["rrc_rate"]),
        )
    )
    return {"charges": [deal.charge(volume).amount for volume in _ints(case["volumes"])]}


# --- audit


def _claim(case: Case) -> Answer:
    test = through_wire(
        ClaimTest(_int(case["population"]), _int(case["claimed_met"]), _int(case["sample"]), _int(case["found_met"]))
    )
    return {
        "p_value": test.p_value,
        "reject_claim": test.rejects(_float(case["alpha"])),
        "sample_rate": test.found.share,
        "wilson_95": _pair(test.interval(0.95)),
    }


def _detection(case: Case) -> Answer:
    found = through_wire(Discovery(_int(case["population"]), _int(case["falsified"])))
    return {"detection_probability": found.detection(_int(case["sample"]))}


def _detecting(case: Case) -> Answer:
    found = through_wire(Discovery(_int(case["population"]), _int(case["falsified"])))
    return {"sample": found.sample_for(_float(case["detection_target"]))}


def _none_found(case: Case) -> Answer:
    if case["failures"] != 0:
        raise NotExpressible("the bound is for a sample without failures")
    sample = _int(case["sample"])
    return {
        "upper_exact": upper_bound_of_none(sample, confidence=_float(case["confidence"])),
        "rule_of_three": rule_of_three(sample),
    }


def _reconcile(case: Case) -> Answer:
    partner, own = (
        {name: _float(value) for name, value in cast("Row", case[key]).items()} for key in ("partner", "recomputed")
    )
    found = through_wire(Reconciliation.of(partner, own, tolerance=_float(case["tolerance_relative"])))
    return {
        "relative_difference": {row.name: row.difference for row in found.rows},
        "out_of_tolerance": list(found.out_of_tolerance),
    }


_MONTHLY: Final = re.compile(r"monthly on day (\d+)")


def _meetings(case: Case) -> Answer:
    then = _MONTHLY.fullmatch(str(case["then"]))
    if then is None:
        raise NotExpressible(f"unknown cadence {case['then']!r}")
    cadence = through_wire(ReviewCadence(_date(case["start"]), _date(case["weekly_until"]), day_of_month=int(then[1])))
    end = _date(case["end"])
    every, weekly = cadence.meetings(end), cadence.weekly(end)
    return {
        "count": len(every),
        "first": every[0].isoformat() if every else None,
        "last_weekly": weekly[-1].isoformat() if weekly else None,
        "monthly": [day.isoformat() for day in cadence.monthly(end)],
    }


def _reports(case: Case) -> Answer:
    expected = tuple(_date(day) for day in _list(case["expected"]))
    owed = through_wire(ReportingObligation("report", expected, _int(case["grace_days"])))
    found = owed.match((_date(day) for day in _list(case["received"])), as_of=_date(case["as_of"]))
    return {
        receipt: [one.due_on.isoformat() for one in found if one.receipt == receipt]
        for receipt in ("on_time", "late", "missing")
    }


# --- which question a case asks

Question = tuple[frozenset[str], frozenset[str], Callable[[Case], Answer]]


def _question(needed: str, optional: str, ask: Callable[[Case], Answer]) -> Question:
    return frozenset(needed.split()), frozenset((needed + " " + optional).split()), ask


_CALLS: Final = "interval_s aht_s answer_within_s"
QUESTIONS: Final[tuple[Question, ...]] = (
    _question(f"calls agents {_CALLS}", "patience_s", _outlook),
    _question(f"calls target_service_level {_CALLS}", "max_occupancy shrinkage", _staffing),
    _question(
        "customers contacts_per_customer_hour aht_s answer_within_s target_service_level", "max_occupancy", _growth
    ),
    _question(f"desks calls_each target_service_level {_CALLS}", "max_occupancy shrinkage", _pooling),
    _question("raw_agents shrinkage", "", _shrunk),
    _question("offered_load_erlangs servers", "", _blocking),
    _question("successes trials population confidence", "", _margin),
    _question("successes trials confidence", "side", _interval),
    _question("population_sizes confidence_chi2 margin assumed_p", "", _table_sizes),
    _question("margin confidence assumed_p", "population", _size),
    _question("strata_sizes sample", "strata_sd", _allocation),
    _question("strata", "", _strata),
    _question("successes sample population confidence", "", _in_population),
    _question("lot level aql severity", "", lambda case: _plan(case, case["lot"])),
    _question("lots level aql severity", "", lambda case: {"plans": [_plan(case, lot) for lot in _list(case["lots"])]}),
    _question("sample accept fraction_nonconforming", "", _chances),
    _question("lot nonconforming sample accept", "", _lot_chance),
    _question("producer_point consumer_point", "", _by_risks),
    _question("results", "", _switching),
    _question("seconds_to_close threshold_s", "", _first_solution),
    _question("window_days contacts observe_until", "", _fcr),
    _question("opening_backlog created closed", "", _backlog),
    _question("completed_met completed_breached ongoing_breached ongoing_ok", "", _attainment),
    _question("good bad surveyed", "", _satisfaction),
    _question("scores scale_max", "top_box_from", _ratings),
    _question("scores", "", _nps),
    _question("a b", "", _two_nps),
    _question("values quantiles", "", _quantiles),
    _question("minutes", "", _minutes),
    _question("ages_days edges_days", "", _ageing),
    _question("offered abandoned_short", "answered answered_in_threshold abandoned", _calls),
    _question("handle_h available_h paid_h", "other_logged_h", _paid_time),
    _question("group_path", "", _groups),
    _question("resolved_days still_open_days", "", _censored),
    _question("created_by events", "", _first_reply),
    _question("created status_change solved schedule_until_status_change schedule_after", "", _spans),
    _question("partner inhouse", "", _costs),
    _question("annual_operating_expense annual_inbound_contacts", "", _contact_cost),
    _question("monthly_charges at_risk_pct pool_allocation_pct credit_allocation_pct", "", _one_default),
    _question("monthly_charges at_risk_pct defaults", "", _defaults),
    _question("incident credits", "", _incident),
    _question("credit_points steps monthly_charges", "", _steps),
    _question("charges required_pct actual_pct", "", _linear),
    _question("fee threshold_pct per_full_point_pct actual_pct", "", _full_points),
    _question("monthly_value per_day_share cap_share days_late", "", _per_day),
    _question("charges credit_pct", "", _rounding),
    _question("forecast floor_pct actual unit_price", "", _minimum),
    _question("relief_above_pct intervals", "", _relief),
    _question("expected_pct monthly_actual_pct credits_paid", "", _earn_back),
    _question("base_volume base_charge dead_band_pct arc_rate rrc_rate volumes", "", _band),
    _question("claimed_met population sample found_met alpha", "", _claim),
    _question("population falsified sample", "", _detection),
    _question("population falsified detection_target", "", _detecting),
    _question("failures sample confidence", "", _none_found),
    _question("tolerance_relative partner recomputed", "", _reconcile),
    _question("start weekly_until then end", "", _meetings),
    _question("expected received grace_days as_of", "", _reports),
)
# Lists of tickets ask by the keys of their rows.
TICKET_QUESTIONS: Final[tuple[Question, ...]] = (
    _question("status agent_public_replies", "", _one_touch),
    _question("contacts resolved_tier", "", _tiers),
    _question("resolved_times reopen_events", "merged", _reopens),
    _question("cycles", "", _cycles),
)
_ROW_ONLY_NAMES: Final = frozenset({"id"})


# The words of the rows inside a case; a row may leave some out, and says nothing else.
ROW_WORDS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(words.split())
    for name, words in {
        "strata": "population sample successes",
        "contacts": "customer issue at",
        "events": "at kind",
        "a": "promoters passives detractors",
        "b": "promoters passives detractors",
        "inhouse": "price_per_contact fcr",
        "defaults": "pool_allocation_pct credit_allocation_pct",
        "credits": "sla amount",
        "intervals": "forecast actual met",
    }.items()
}


def _refuse_unknown_words(case: Case) -> None:
    for name, words in ROW_WORDS.items():
        held = case.get(name, [])
        for row in cast("list[Row]", held if isinstance(held, list) else [held]):
            if unknown := sorted(frozenset(row) - words):
                raise NotExpressible(f"no word of {name}: {unknown}")


def _of_nobody(case: Case) -> Answer:
    """No tickets: no row says which figure is asked for, so all are told."""
    return {name: value for _, _, ask in TICKET_QUESTIONS for name, value in ask(case).items()}


def _asked(case: Case) -> Callable[[Case], Answer]:
    keys, questions = frozenset(case), QUESTIONS
    if keys == {"tickets"}:
        rows = _rows(case["tickets"])
        if not rows:
            return _of_nobody
        keys, questions = frozenset(key for row in rows for key in row) - _ROW_ONLY_NAMES, TICKET_QUESTIONS
    found = [ask for needed, known, ask in questions if needed <= keys <= known]
    if not found:
        raise NotExpressible(f"no question is asked by the keys {sorted(keys)}")
    _refuse_unknown_words(case)
    return found[0]


# --- comparing


def _same(answer: object, expect: Json, tolerance: float) -> bool:
    if isinstance(expect, dict):
        return isinstance(answer, dict) and all(
            name in answer and _same(answer[name], value, tolerance) for name, value in expect.items()
        )
    if isinstance(expect, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(expect)
            and all(_same(one, other, tolerance) for one, other in zip(answer, expect, strict=True))
        )
    if isinstance(expect, bool) or expect is None:
        return answer is expect
    if isinstance(expect, str):
        if isinstance(answer, Fraction):
            answer = rounded(answer)  # money of an exact quotient has two places
        return answer == Decimal(expect) if isinstance(answer, Decimal) else answer == expect
    if isinstance(answer, bool) or not isinstance(answer, int | float | Decimal | Fraction):
        return False
    return abs(float(answer) - float(cast("float", expect))) <= tolerance


class KpiCases(Adapter):
    """One case asks one question; which one is told by the keys of its input."""

    format = "kpi"

    def recognises(self, document: Json) -> bool:
        return (
            isinstance(document, list)
            and bool(document)
            and all(
                isinstance(case, dict) and {"id", "input", "expect"} <= case.keys() and "schedule" not in case
                for case in document
            )
        )

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        for case in cast("list[dict[str, Json]]", document):
            yield str(case["id"]), cast("Case", case["input"]), case["expect"]

    def answer(self, case: Case) -> Outcome:
        answer = _asked(case)(case)

        def agrees(expect: Json) -> bool:
            wanted = dict(cast("dict[str, Json]", expect))
            tolerance = float(cast("float", wanted.pop("tol", 1e-9)))
            return _same(answer, wanted, tolerance)

        return Outcome(answer, agrees)


ADAPTERS: Final = (KpiCases(),)
