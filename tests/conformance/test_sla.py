"""The vectors of SLA clocks, and words of their format that no case of the vectors uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.sla import Sla

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "sla.json"

Json = dict[str, Any]
ALWAYS: Json = {"time_zone": "UTC", "hours": "24x7", "holidays": []}
OFFICE: Json = {
    "time_zone": "UTC",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
}
NEVER: Json = {"time_zone": "UTC", "hours": {}, "holidays": []}
LATE: Json = {**OFFICE, "hours": {day: [["12:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def at(day: int, clock: str) -> str:
    """An instant of January 2024, whose 15th is a Monday."""
    return f"2024-01-{day:02}T{clock}:00Z"


def happened(*rows: tuple[str, str] | tuple[str, str, Json]) -> list[Json]:
    """A timeline from (instant, event, its other keys)."""
    return [{"at": row[0], "event": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]


def case(
    metrics: Json | None,
    timeline: list[Json],
    expect: Json,
    *,
    when: str | None = None,
    schedule: Json = ALWAYS,
    **own: Any,
) -> Json:
    policy = {"stop_statuses": ["solved", "closed"], **own}
    if metrics is not None:
        policy["metrics"] = metrics
    return {
        "id": "own",
        "schedule": schedule,
        "policy": policy,
        "timeline": timeline,
        "check_at": when,
        "expect": expect,
    }


def hour(**own: Any) -> Json:
    return {"target_minutes": {"*": 60}, **own}


OPEN = (at(15, "10:00"), "created", {"by": "customer"})
SWITCHED: Json = {"switches": [{"from": at(1, "00:00"), **OFFICE}, {"from": at(16, "00:00"), **LATE}]}
CASES: dict[str, Json] = {
    "piecewise": case(
        {"resolution": {"target_minutes": {"*": 600}}},
        happened(OPEN),
        {"due": {"resolution": at(16, "15:00")}, "elapsed_minutes": {"resolution": 480}},
        when=at(16, "13:00"),
        schedule=SWITCHED,
    ),
    "the last schedule wins": case(
        {"resolution": {"target_minutes": {"*": 600}}},
        happened(OPEN),
        {"due": {"resolution": at(16, "14:00")}, "elapsed_minutes": {"resolution": 540}},
        when=at(16, "13:00"),
        schedule=SWITCHED,
        on_schedule_change="last_wins",
    ),
    "counted from the agreement": case(
        {"resolution": hour(start="applied"), "other": hour(kind="resolution")},
        happened(OPEN, (at(15, "11:30"), "policy_applied", {"policies": ["gold"]})),
        {"due": {"resolution": at(15, "12:30"), "other": at(15, "11:00")}, "breached": ["other"]},
    ),
    "no agreement yet": case(
        {"resolution": hour(start="applied")}, happened(OPEN), {"due": {"resolution": None}, "met": [], "breached": []}
    ),
    "hidden": case(
        {"resolution": hour(hide_statuses=["parked"])},
        happened(OPEN, (at(15, "10:30"), "status", {"to": "parked"})),
        {"due": {"resolution": None}, "elapsed_minutes": {"resolution": 45}, "paused": False, "breached": []},
        when=at(15, "10:45"),
    ),
    "shown again": case(
        {"resolution": hour(hide_statuses=["parked"])},
        happened(OPEN, (at(15, "10:30"), "status", {"to": "parked"}), (at(15, "10:40"), "status", {"to": "open"})),
        {"due": {"resolution": at(15, "11:00")}},
    ),
    "runs only in some": case(
        {"resolution": hour(run_statuses=["open"])},
        happened(OPEN, (at(15, "10:10"), "status", {"to": "asked"}), (at(15, "10:30"), "status", {"to": "open"})),
        {"due": {"resolution": at(15, "11:20")}, "paused_minutes": {"resolution": 20}},
    ),
    "a stay with a group": case(
        {"ola": hour(kind="ownership", group="network", pause_statuses=["vendor"])},
        happened(
            OPEN,
            (at(15, "11:00"), "assigned_group", {"group": "network"}),
            (at(15, "11:20"), "status", {"to": "vendor"}),
            (at(15, "11:50"), "status", {"to": "open"}),
            (at(15, "12:00"), "assigned_group", {"group": "desk"}),
            (at(15, "13:00"), "assigned_group", {"group": "network"}),
            (at(15, "14:30"), "status", {"to": "solved"}),
        ),
        {
            "cycles": {"ola": [30, 90]},
            "breached": ["ola"],
            "met": [],
            "breach_events": {"ola": [at(15, "14:00")]},
            "breach_event_counts": {"ola": 1},
            "worst_cycle_minutes": {"ola": 90},
            "average_cycle_minutes": {"ola": 60},
            "sum_cycle_minutes": {"ola": 120},
            "slack_minutes": {"ola": -30},
            "paused_minutes": {"ola": 30},
        },
    ),
    "created in the group": case(
        {"ola": hour(kind="ownership", group="network")},
        happened((at(15, "10:00"), "created", {"by": "agent", "group": "network"})),
        {"due": {"ola": at(15, "11:00")}},
    ),
    "periodic updates": case(
        {"periodic_update": hour()},
        happened(
            OPEN,
            (at(15, "10:10"), "public_reply", {"by": "agent"}),
            (at(15, "10:40"), "public_reply", {"by": "agent"}),
            (at(15, "10:50"), "public_reply", {"by": "system"}),
            (at(15, "12:00"), "status", {"to": "solved"}),
        ),
        {"cycles": {"periodic_update": [30, 80]}, "breached": ["periodic_update"], "due": {"periodic_update": None}},
    ),
    "the settled time counts": case(
        {"resolution": hour(on_reopen="include_closed")},
        happened(OPEN, (at(15, "10:20"), "status", {"to": "solved"}), (at(15, "10:30"), "status", {"to": "open"})),
        {"due": {"resolution": at(15, "11:00")}, "elapsed_minutes": {"resolution": 30}},
    ),
    "a working day keeps the time of day": case(
        {"resolution": {"target_days": 2, "pause_statuses": ["asked"]}},
        happened(OPEN),
        {"due": {"resolution": at(17, "10:00")}, "levels": {"resolution": [{"offset_days": -1, "at": at(16, "10:00")}]}},
        schedule=OFFICE,
    ),
    "also outside hours": case(
        {"resolution": {"target_days": 1}},
        happened((at(15, "20:00"), "created", {"by": "customer"})),
        {"due": {"resolution": at(16, "20:00")}},
        schedule=OFFICE,
    ),
    "and before the first hour": case(
        {"resolution": {"target_days": 1}},
        happened((at(13, "07:00"), "created", {"by": "customer"})),
        {"due": {"resolution": at(15, "07:00")}},
        schedule=OFFICE,
    ),
    "pauses move a day by open time": case(
        {"resolution": {"target_days": 1, "pause_statuses": ["asked"]}},
        happened(OPEN, (at(15, "16:00"), "status", {"to": "asked"}), (at(16, "09:30"), "status", {"to": "open"})),
        {"due": {"resolution": at(16, "11:30")}, "paused_minutes": {"resolution": 90}, "breached": []},
        schedule=OFFICE,
    ),
    "and the end of a day": case(
        {"resolution": {"target_days": 1, "end_of_day": True, "pause_statuses": ["asked"]}},
        happened(OPEN, (at(15, "16:00"), "status", {"to": "asked"}), (at(16, "09:30"), "status", {"to": "open"})),
        {"due": {"resolution": at(17, "10:30")}},
        schedule=OFFICE,
    ),
    "a date that has passed": case(
        {"resolution": {"target_date_field": "wanted"}},
        happened((at(15, "10:00"), "created", {"by": "customer", "wanted": at(16, "12:00")})),
        {"due": {"resolution": at(16, "12:00")}, "breached": ["resolution"], "breach_events": {"resolution": [at(16, "12:00")]}},
        schedule=OFFICE,
        when=at(16, "12:30"),
    ),
    "no date": case(
        {"resolution": {"target_date_field": "wanted"}},
        happened(OPEN),
        {"due": {"resolution": None}, "met": [], "breached": []},
    ),
    "versions by the start of a clock": case(
        None,
        happened(
            OPEN,
            (at(15, "10:10"), "public_reply", {"by": "agent"}),
            (at(17, "10:00"), "customer_reply"),
        ),
        {
            "due": {"resolution": at(15, "11:00"), "next_response": at(17, "10:30")},
            "under_latest_version": {"due": {"resolution": at(15, "12:00"), "next_response": at(17, "10:30")}},
        },
        versions=[
            {"effective_from": at(1, "00:00"), "metrics": {"resolution": hour(), "next_response": hour()}},
            {
                "effective_from": at(16, "00:00"),
                "metrics": {
                    "resolution": {"target_minutes": {"*": 120}},
                    "next_response": {"target_minutes": {"*": 30}},
                },
            },
        ],
    ),
    "cancelled by a change": case(
        {"resolution": {"target_minutes": {"p1": 60, "p2": 120}}},
        happened(
            (at(15, "10:00"), "created", {"by": "customer", "priority": "p2"}),
            (at(15, "11:30"), "priority", {"to": "p1"}),
        ),
        {
            "cancelled": ["resolution@p2"],
            "due": {"resolution": at(15, "12:30")},
            "cycles": {"resolution": [10]},
            "breached": [],
            "breach_events": {"resolution": []},
            "levels": {"resolution": [{"offset_minutes": -30, "at": at(15, "12:00")}]},
            "cancelled_levels": [at(15, "11:30")],
        },
        when=at(15, "11:40"),
        on_policy_change="from_change",
    ),
    "from the latest priority": case(
        {"resolution": hour(start="priority_change")},
        happened(
            (at(15, "10:00"), "created", {"by": "customer", "priority": "p2"}),
            (at(15, "10:30"), "priority", {"to": "p1"}),
        ),
        {"due": {"resolution": at(15, "11:30")}, "cancelled": ["resolution@p2"]},
    ),
    "breached at the change": case(
        {"resolution": {"target_minutes": {"p1": 60, "p2": 120}}},
        happened(
            (at(15, "10:00"), "created", {"by": "customer", "priority": "p2"}),
            (at(15, "11:30"), "priority", {"to": "p1"}),
        ),
        {"due": {"resolution": at(15, "11:00")}, "breach_events": {"resolution": [at(15, "11:30")]}},
        when=at(15, "11:31"),
    ),
    "not breached at its end": case(
        {"resolution": {"target_minutes": {"p1": 60, "p2": 120}}},
        happened(
            (at(15, "10:00"), "created", {"by": "customer", "priority": "p2"}),
            (at(15, "11:30"), "status", {"to": "solved"}),
            (at(15, "11:30"), "priority", {"to": "p1"}),
        ),
        {"met": ["resolution"], "breached": []},
    ),
    "measured in all time": case(
        {"resolution": {"target_minutes": {}, "clock": "calendar"}},
        happened((at(15, "20:00"), "created", {"by": "customer"})),
        {"elapsed_minutes": {"resolution": 60}, "due": {"resolution": None}, "met": [], "breached": []},
        when=at(15, "21:00"),
        schedule=OFFICE,
    ),
    "never opens": case(
        {"resolution": hour()}, happened(OPEN), {"error": "schedule never opens"}, schedule=NEVER
    ),
    "opens": case({"resolution": hour()}, happened(OPEN), {"error": None}),
    "work begins": case(
        {"start_by": hour(), "time_to_own": hour()},
        happened(
            (at(15, "10:00"), "created", {"by": "customer", "status": "new"}),
            (at(15, "10:20"), "status", {"to": "on hold"}),
            (at(15, "10:30"), "status", {"to": "working"}),
        ),
        {"elapsed_minutes": {"start_by": 30, "time_to_own": 30}, "met": ["start_by", "time_to_own"]},
        when=at(15, "11:00"),
    ),
    "created solved": case(
        {"next_response": hour(), "first_response": hour(fulfil_on_stop=False), "resolution": hour()},
        happened((at(15, "10:00"), "created", {"by": "customer", "status": "solved"})),
        {"due": {"first_response": None, "resolution": None}, "met": ["first_response", "resolution"]},
        when=at(15, "10:30"),
    ),
    "goes on after a stop": case(
        {"next_response": hour(creation_counts=True)},
        happened(OPEN, (at(15, "10:20"), "status", {"to": "solved"})),
        {"due": {"next_response": at(15, "11:00")}, "elapsed_minutes": {"next_response": 30}, "met": []},
        when=at(15, "10:30"),
    ),
    "a condition on a field": case(
        {"resolution": hour()},
        happened((at(15, "10:00"), "created", {"by": "customer", "site": "north east"})),
        {"due": {"resolution": at(15, "11:00")}, "policy": "any"},
        condition="site in [south, north east]",
        on_unmatch="cancel",
    ),
    "a field named like a fact": case(
        {"resolution": hour()},
        happened((at(15, "10:00"), "created", {"by": "customer", "kind": "outage", "floor": 3})),
        {"due": {"resolution": at(15, "11:00")}},
        condition="kind == outage",
        on_unmatch="cancel",
    ),
    "a number is compared as text": case(
        {"resolution": hour()},
        happened((at(15, "10:00"), "created", {"by": "customer", "floor": 3})),
        {"due": {"resolution": at(15, "11:00")}},
        condition="floor in [3, 4]",
        on_unmatch="cancel",
    ),
    "no condition ever held": case(
        {"resolution": hour()},
        happened(OPEN),
        {"due": {"resolution": None}, "elapsed_minutes": {"resolution": 0}, "cycles": {"resolution": []}, "met": []},
        condition="floor == 3",
        on_unmatch="cancel",
    ),
    "no condition holds": case(
        {"resolution": hour()}, happened(OPEN), {"policy": None}, condition="group == 'x'", on_unmatch="cancel"
    ),
    "earliest due": case(
        {"resolution": hour(), "first_response": {"target_minutes": {"*": 15}}},
        happened(OPEN),
        {"next_due": at(15, "10:15"), "percent": {"resolution": 0}, "overdue_minutes": {"resolution": 0}},
    ),
}  # fmt: skip


def test_every_case_of_the_vectors_passes() -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    report = runner.run_file(VECTORS)
    assert isinstance(report, runner.Report), report
    assert report.ok, "\n".join(report.lines())
    assert report.passed + len(report.disputed) >= 70


@pytest.mark.parametrize("name", CASES)
def test_words_that_the_vectors_do_not_use(name: str) -> None:
    report = runner.run_document("own", [CASES[name]], Sla())
    assert report.passed == 1, "\n".join(report.lines())


@pytest.mark.parametrize("key", ["due", "cycles", "met", "paused", "policy", "levels"])
def test_a_wrong_expectation_fails(key: str) -> None:
    wrong: Json = {
        "due": {"resolution": at(15, "11:01")},
        "cycles": {"resolution": [1]},
        "met": ["resolution"],
        "paused": True,
        "policy": None,
        "levels": {"resolution": [{"offset_minutes": 5, "at": at(15, "11:06")}]},
    }
    report = runner.run_document("own", [case({"resolution": hour()}, happened(OPEN), {key: wrong[key]})], Sla())
    assert report.failed


@pytest.mark.parametrize(
    "given",
    [
        case({"resolution": hour(colour="red")}, happened(OPEN), {}),
        case({"mood": hour()}, happened(OPEN), {}),
        case({"resolution": hour()}, happened(OPEN, (at(15, "11:00"), "dance")), {}),
        case({"resolution": hour()}, happened(OPEN), {"taste": 1}),
    ],
)
def test_unknown_words_are_not_expressible(given: Json) -> None:
    assert runner.run_document("own", [given], Sla()).not_expressible


CANDIDATES: list[Json] = [
    {"name": "blank", "condition": "", "default": False},
    {"name": "first", "condition": "tier == gold"},
    {"name": "rest", "condition": "tier == 'tin'", "default": True},
    {"name": "later", "condition": "region == north"},
]


@pytest.mark.parametrize(
    ("ticket", "chosen"),
    [
        ({"tier": "gold", "region": "north"}, "first"),
        ({"tier": "tin", "region": "north"}, "rest"),
        ({"region": "north"}, "later"),
        ({"tier": "Gold"}, "rest"),
    ],
)
def test_candidates(ticket: Json, chosen: str) -> None:
    given: Json = {
        "id": "own",
        "schedule": None,
        "policy": {"candidates": CANDIDATES},
        "ticket": ticket,
        "timeline": [],
        "check_at": None,
        "expect": {"policy": chosen},
    }
    assert runner.run_document("own", [given], Sla()).passed == 1
