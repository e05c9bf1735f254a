"""The vectors of indicators, and every word of their format that no vector happens to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.kpi import KpiCases

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "kpi.json"
ERLANG = {"interval_s": 1800, "aht_s": 180, "answer_within_s": 20}
CREDIT = {"monthly_charges": "100000.00", "at_risk_pct": "10"}

OWN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"calls": 100, "agents": 10, **ERLANG}, {"stable": False}),
    ({"calls": 100, "target_service_level": 0.8, **ERLANG}, {"raw_agents": 14, "uplift_over_load": 0.4}),
    (
        {"desks": 4, "calls_each": 50, "interval_s": 1800, "aht_s": 240, "answer_within_s": 20, "target_service_level": 0.8},
        {"agents_separate_total": 40, "agents_pooled": 32},
    ),
    ({"offered_load_erlangs": 5, "servers": 10}, {"blocking_probability": 0.018384570336648136}),
    ({"successes": 0, "trials": 0, "confidence": 0.95}, {"defined": False}),
    ({"successes": 95, "trials": 100, "confidence": 0.95, "side": "lower"}, {"wilson_lower": 0.8999, "tol": 1e-3}),
    (
        {"population_sizes": [10, 100, 1000, 100000], "confidence_chi2": 3.841, "margin": 0.05, "assumed_p": 0.5},
        {"sample_sizes": [10, 80, 278, 383]},
    ),
    ({"margin": 0.05, "confidence": 0.95, "assumed_p": 0.5, "population": None}, {"sample_size": 385}),
    (
        {"strata": [{"population": 900, "sample": 30, "successes": 30}, {"population": 100, "sample": 30, "successes": 15}]},
        {"estimate": 0.95, "naive_pooled": 0.75, "standard_error": 0.1 * (0.7 * (30 / 29 * 0.25) / 30) ** 0.5},
    ),
    ({"lot": 3, "level": "II", "aql": 2.5, "severity": "normal"}, {"sample": 3, "inspect_all": True, "accept": 0, "reject": 1}),
    ({"lot": 60000, "level": "II", "aql": 10, "severity": "normal"}, {"code_letter": "K", "sample": 125, "accept": 21, "reject": 22}),
    ({"sample": 2, "accept": 1, "fraction_nonconforming": [0, 0.5, 1]}, {"accept_probability": [1, 0.75, 0]}),
    ({"producer_point": [0.01, 0.95], "consumer_point": [0.06, 0.1]}, {"sample": 110, "accept": 3}),
    (
        {"results": list("RAR" + "AAAAA" + "RR" + "RRRRR" + "A")},
        {
            "state_before_each": ["normal"] * 3 + ["tightened"] * 5 + ["normal"] * 2 + ["tightened"] * 5 + ["discontinued"],
            "state_after_last": "discontinued",
        },
    ),
    ({"results": list("RAAAAR")}, {"state_before_each": ["normal"] * 6, "state_after_last": "normal"}),
    ({"results": []}, {"state_before_each": [], "state_after_last": "normal"}),
    (
        {"tickets": [{"status": status, "agent_public_replies": replies} for status, replies in (("solved", 0), ("closed", 1), ("open", 1), ("solved", 2))]},
        {"resolved": 3, "one_touch_lt2": 2, "one_touch_eq1": 1, "rate_lt2": 2 / 3, "rate_eq1": 1 / 3},
    ),
    ({"tickets": [{"status": "new", "agent_public_replies": 1}]}, {"resolved": 0, "rate_lt2": None}),
    (
        {"tickets": [{"contacts": 1, "resolved_tier": 1}, {"contacts": 3, "resolved_tier": 1}, {"contacts": 1, "resolved_tier": 2}, {"contacts": 2, "resolved_tier": 2}]},
        {"first_level_resolution": 0.5, "first_contact_resolution": 0.5, "both": 0.25},
    ),
    (
        {"tickets": [{"resolved_times": 3, "reopen_events": 2}, {"resolved_times": 1, "reopen_events": 0}, {"resolved_times": 0, "reopen_events": 0}, {"resolved_times": 2, "reopen_events": 1, "merged": True}]},
        {"reopen_events": 2, "reopened_tickets": 1, "resolved_tickets": 2, "ticket_reopen_rate": 0.5, "event_reopen_rate": 1.0},
    ),
    ({"good": 45, "bad": 5, "surveyed": 200}, {"score": 0.9, "response_rate": 0.25, "worst_case": 0.225, "share_of_surveyed_good": 0.225, "best_case": 0.975}),
    (
        {"a": {"promoters": 70, "passives": 10, "detractors": 20}, "b": {"promoters": 50, "passives": 50, "detractors": 0}},
        {"nps_a": 50, "nps_b": 50, "distributions_equal": False},
    ),
    (
        {"offered": 1000, "answered": 920, "answered_in_threshold": 752, "abandoned": 80, "abandoned_short": 30},
        {"of_answered": 0.817391, "of_offered": 0.752, "of_offered_less_short_abandons": 0.775258, "counting_short_abandons_as_met": 0.782, "tol": 1e-6},
    ),
    ({"group_path": ["a", "b", "b", "a", "c", "a"]}, {"transfers": 4, "distinct_groups": 3, "returns": 2, "ping_pong": True}),
    (
        {"resolved_days": [1, 2, 3, 4], "still_open_days": [5, 5, 5]},
        {"median_resolved_only": 2.5, "survival_at": {"1": 6 / 7, "3.5": 4 / 7, "9": 3 / 7}, "median_with_open_censored": 4},
    ),
    ({"resolved_days": [1], "still_open_days": [1, 2]}, {"survival_at": {"0": 1, "1": 2 / 3}, "median_with_open_censored": None}),
    ({"created_by": "customer", "events": [{"at": "2024-03-04T09:00:00Z", "kind": "customer"}]}, {"first_reply_s": None}),
    (
        {"partner": {"price_per_contact": "6.00", "fcr": 0.5}, "inhouse": {"price_per_contact": "8.00", "fcr": 0.83}},
        {"cost_per_resolution": {"partner": "12.00", "inhouse": "9.64"}},
    ),
    ({"annual_operating_expense": "1000000.00", "annual_inbound_contacts": 60000}, {"cost_per_contact": "16.67"}),
    (
        {**CREDIT, "defaults": [{"pool_allocation_pct": "150", "credit_allocation_pct": "50"}, {"pool_allocation_pct": "100", "credit_allocation_pct": "50"}]},
        {"uncapped": "12500.00", "credit": "10000.00", "capped": True},
    ),
    (
        {"credit_points": [0, 1, 9, 10], "steps": [[1, "2"], [10, "5"]], "monthly_charges": "1000.00"},
        {"credit_pct": ["0", "2", "2", "5"], "credits": ["0.00", "20.00", "20.00", "50.00"]},
    ),
    (
        {"fee": "1000.00", "threshold_pct": "99", "per_full_point_pct": "2", "actual_pct": ["99.5", "98.1", "96.5"]},
        {"credit_pct": ["0", "0", "4"], "credit": ["0.00", "0.00", "40.00"]},
    ),
    (
        {"monthly_value": "1000.00", "per_day_share": "0.005", "cap_share": "0.05", "days_late": [0, 3, 20]},
        {"credit": ["0.00", "15.00", "50.00"]},
    ),
    ({"charges": "101.00", "credit_pct": "2.5"}, {"exact": "2.525", "half_up": "2.53", "half_even": "2.52"}),
    (
        {"relief_above_pct": 110, "intervals": [{"forecast": 100, "actual": 111, "met": False}, {"forecast": 100, "actual": 110, "met": True}]},
        {"relieved": 1, "counted": 1, "met": 1, "attainment": 1.0},
    ),
    (
        {"expected_pct": "95", "monthly_actual_pct": ["94", "96", "95.00001"], "credits_paid": {"1": "500.00"}},
        {"year_average": "95.0000", "earn_back": True, "returned": "500.00"},
    ),
    ({"expected_pct": "95", "monthly_actual_pct": ["94.9999", "95"], "credits_paid": {"1": "500.00"}}, {"earn_back": False, "returned": "0.00"}),
    ({"population": 500, "falsified": 10, "sample": 500}, {"detection_probability": 1}),
    ({"failures": 0, "sample": 59, "confidence": 0.95}, {"upper_exact": 1 - 0.05 ** (1 / 59), "rule_of_three": 3 / 59}),
    (
        {"start": "2026-01-05", "weekly_until": "2026-01-20", "then": "monthly on day 31", "end": "2026-03-31"},
        {"count": 5, "first": "2026-01-12", "last_weekly": "2026-01-19", "monthly": ["2026-01-31", "2026-02-28", "2026-03-31"]},
    ),
    (
        {"expected": ["2024-07-15"], "received": [], "grace_days": 3, "as_of": "2024-07-18"},
        {"on_time": [], "late": [], "missing": []},
    ),
]  # fmt: skip


def test_every_case_of_the_vectors_passes() -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    report = runner.run_file(VECTORS)
    assert isinstance(report, runner.Report), report
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(("given", "expect"), OWN, ids=[" ".join(given) for given, _ in OWN])
def test_words_that_no_vector_uses(given: dict[str, Any], expect: dict[str, Any]) -> None:
    report = runner.run_document("own", [{"id": "own", "input": given, "expect": expect}], KpiCases())
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ({"minutes": [1, 3]}, {"mean": 3}),
        ({"group_path": ["a", "b", "a"]}, {"ping_pong": False}),
        ({"charges": "101.00", "credit_pct": "2.5"}, {"half_up": "2.52"}),
        ({"minutes": [1, 3]}, {"mode": 2}),
    ],
)
def test_a_wrong_answer_fails(given: dict[str, Any], expect: dict[str, Any]) -> None:
    report = runner.run_document("own", [{"id": "own", "input": given, "expect": expect}], KpiCases())
    assert list(report.failed) == ["own"]


def test_a_word_no_row_has_is_refused() -> None:
    given = {"incident": "x", "credits": [{"sla": "a", "amount": "1.00", "moon": 1}]}
    report = runner.run_document("own", [{"id": "own", "input": given, "expect": {}}], KpiCases())
    assert report.not_expressible == {"own": "no word of credits: ['moon']"}


def test_unknown_questions_are_not_expressible() -> None:
    report = runner.run_document("own", [{"id": "own", "input": {"moon": 1}, "expect": {}}], KpiCases())
    assert report.not_expressible == {"own": "no question is asked by the keys ['moon']"}
