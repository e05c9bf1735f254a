"""The vectors of on-call and escalation, and words of their format that no case of the vectors uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.escalation import Escalation

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "escalation.json"

Json = dict[str, Any]
WEEK: Json = {"unit": "week", "interval": 1, "start_local": "2024-05-06T08:00", "participants": ["A", "B"]}
CREATED: Json = {"at": "2024-05-06T09:00:00Z", "event": "created"}


def roster(config: Json, *expect: Json, timeline: list[Json] | None = None) -> Json:
    return {"id": "own", "kind": "rotation", "config": config, "timeline": timeline or [], "expect": list(expect)}


def mechanism(config: Json, timeline: list[Json], *expect: Json) -> Json:
    return {"id": "own", "kind": "escalation", "config": config, "timeline": timeline, "expect": list(expect)}


def at(hour: int, minute: int = 0, day: int = 6) -> str:
    return f"2024-05-{day:02}T{hour:02}:{minute:02}:00Z"


def on(moment: str, *people: str) -> Json:
    return {"at": moment, "on_call": list(people)}


def told(moment: str, target: str, **keys: Any) -> Json:
    return {"at": moment, "action": "notify", "target": target, **keys}


def silence(start: str, end: str, **keys: Any) -> Json:
    return {"from": start, "to": end, "action": "none", **keys}


def report(case: Json) -> runner.Report:
    return runner.run_document("own", [case], Escalation())


def test_no_case_of_the_vectors_fails() -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not part of this checkout")
    found = runner.run_file(VECTORS)
    assert isinstance(found, runner.Report)
    assert not found.failed
    assert not found.unlisted


SHIFT: Json = {"user": "A", "start": at(8), "end": at(16)}
OVER: Json = {"start": at(9), "end": at(10)}
OWN: dict[str, Json] = {
    "daily mask on weekdays": roster(
        {"type": "restricted_rotation", **WEEK, "restrict": [{"daily_from": "22:00", "daily_to": "06:00", "weekdays": ["mon"]}]},
        on(at(23), "A"),
        on(at(5, day=7), "A"),
        on(at(23, day=7)),
    ),
    "a layer with a mask": roster(
        {
            "type": "layered_rotations",
            "tz": "UTC",
            "precedence": "first_layer_wins",
            "layers": [{**WEEK, "restrict": [{"daily_from": "09:00", "daily_to": "17:00"}]}, {**WEEK, "participants": ["C"]}],
        },
        on(at(10), "A"),
        on(at(18), "C"),
    ),
    "the last layer wins": roster(
        {
            "type": "layers",
            "precedence": "last_layer_wins",
            "ties": "last",
            "shifts": [{**SHIFT, "layer": 1}, {**SHIFT, "user": "B", "layer": 2}, {**SHIFT, "user": "C", "layer": 2}],
        },
        on(at(9), "C"),
    ),
    "a narrower scope": roster(
        {
            "type": "layers",
            "shifts": [{**SHIFT, "priority": 1}],
            "substitutions": [{**OVER, "from": "A", "to": "B", "scope": None}, {**OVER, "from": "A", "to": "C", "scope": "x"}],
            "current_scope": "x",
        },
        on(at(9), "C"),
        on(at(10), "A"),
    ),
    "a temporary schedule": roster(
        {
            "type": "rules",
            "rules": [{"weekdays": ["mon"], "start": "08:00", "end": "08:00", "target": "A"}],
            "equal_ends": "24h",
            "temporary": [{"start": at(9), "end": at(12), "shifts": [{"user": "Z", "start": at(9), "end": at(10)}]}],
        },
        on(at(8), "A"),
        on(at(9), "Z"),
        on(at(11)),
        on(at(7, 59, day=7), "A"),
        on(at(8, day=7)),
    ),
    "days of every second month": roster(
        {
            "type": "rolling_shift",
            "tz": "UTC",
            "start": at(9, day=1),
            "duration_minutes": 60,
            "freq": "monthly",
            "interval": 2,
            "by_day": ["WE"],
            "week_start": "SU",
            "groups": [["A"], ["B"]],
            "rotation_start": at(9, day=1),
        },
        on(at(9, day=1), "A"),
        on(at(9, day=29), "A"),
        on("2024-06-05T09:00:00Z"),
        on("2024-07-03T09:00:00Z", "B"),
    ),
    "shares of a target that pauses": mechanism(
        {"dialect": "sla_percent", "sla_minutes": 60, "rungs": [{"percent": 50, "notify": ["a"]}, {"percent": 150, "notify": ["b"]}]},
        [{"at": at(9), "event": "sla_start"}, {"at": at(9, 10), "event": "pause"}, {"at": at(9, 20), "event": "resume"}],
        told(at(9, 40), "a", rung="50%"),
        told(at(10, 40), "b", rung="150%"),
    ),
    "two passes and a personal delay": mechanism(
        {
            "dialect": "ladder",
            "steps": [{"id": "s1", "notify": ["sched"], "then_wait_minutes": 10}, {"id": "s2", "notify": ["user:z"], "then_wait_minutes": 10}],
            "repeat": 1,
            "roster": {"sched": ["x", "y"]},
            "personal_rules": {"y": [0, 5]},
        },
        [CREATED],
        told(at(9), "x", rung="s1"),
        told(at(9, 5), "y", rung="s1", rule_minutes=5),
        told(at(9, 10), "z", rung="s2"),
        told(at(9, 25), "y", rule_minutes=5),
        {**told(at(9), "y"), "count": 1},
        silence(at(9, 31), at(20)),
    ),
    "nobody on call and the full wait": mechanism(
        {
            "dialect": "ladder",
            "steps": [{"id": "s1", "notify": ["sched"], "then_wait_minutes": 5}, {"id": "s2", "notify": ["jane"], "then_wait_minutes": 5}],
            "roster": {"sched": []},
            "empty_rung": "wait",
        },
        [CREATED],
        {"at": at(9), "action": "log", "code": "no_one_on_call", "rung": "s1"},
        told(at(9, 5), "jane"),
    ),
    "a chain that repeats, waits and ends": mechanism(
        {"dialect": "chain", "steps": [{"do": "notify", "targets": ["a"]}, {"do": "wait", "minutes": 5}, {"do": "repeat", "max": 2}]},
        [{"at": at(9), "event": "event"}, {"at": at(9, 1), "event": "event"}],
        told(at(9), "a"),
        told(at(9, 5), "a"),
        told(at(9, 10), "a"),
        {"at": at(9, 15), "action": "finished"},
        silence(at(9, 11), at(20)),
    ),
    "a gate in the middle of a chain": mechanism(
        {
            "dialect": "chain",
            "steps": [
                {"do": "wait", "minutes": 30},
                {"do": "only_if_time", "from": "10:00", "to": "11:00"},
                {"do": "wait", "minutes": 5},
                {"do": "notify", "targets": ["a"]},
            ],
        },
        [CREATED],
        {"at": at(9, 30), "action": "hold_until", "until": at(10)},
        told(at(10, 5), "a"),
    ),
    "shorter steps": mechanism(
        {
            "dialect": "step_operations",
            "default_step_minutes": 60,
            "operations": [{"from": 1, "to": 2, "target": "a", "step_minutes": 10}, {"from": 2, "to": 3, "target": "b", "step_minutes": 20}],
        },
        [{"at": at(9), "event": "problem"}],
        told(at(9), "a"),
        told(at(9, 10), "b"),
        told(at(9, 20), "b"),
        silence(at(9, 21), at(20)),
    ),
    "reminders in a window": mechanism(
        {"dialect": "time_windows", "interval_minutes": 20, "rules": [{"target": "a", "begin_minutes": 30, "end_minutes": 75}, {"target": "b", "end_minutes": 0}]},
        [{"at": at(9), "event": "problem"}],
        told(at(9, 30), "a"),
        told(at(10, 10), "a"),
        silence(at(10, 11), at(20)),
        silence(at(8), at(20), target="b"),
    ),
    "a counter that ends": mechanism(
        {
            "dialect": "notification_number",
            "default_target": ["a"],
            "default_interval_minutes": 10,
            "rules": [{"first": 2, "last": 2, "interval_minutes": 0, "targets": ["b", "a"]}],
        },
        [{"at": at(9), "event": "problem"}],
        {"at": at(9), "action": "notify", "targets": ["a"], "number": 1},
        {"at": at(9, 10), "action": "notify", "targets": ["a", "b"], "number": 2},
        silence(at(9, 11), at(20)),
    ),
    "rules that start over": mechanism(
        {"dialect": "conditional_rules", "delay_base": "triggered", "rules": [{"after_minutes": 10, "if": "not_acked", "notify": ["a"]}]},
        [CREATED, {"at": at(9, 5), "event": "ack", "by": "x"}, {"at": at(9, 30), "event": "unack"}],
        silence(at(9), at(9, 39)),
        told(at(9, 40), "a"),
    ),
    "business hours of a severity": mechanism(
        {
            "dialect": "severity_matrix",
            "rows": {"P3": [{"after_minutes": 120, "to": "lead", "time_base": "business"}]},
            "business_hours": {"tz": "UTC", "days": ["mon", "tue"], "from": "09:00", "to": "10:00"},
        },
        [{**CREATED, "severity": "P3"}],
        {"at": at(10, day=7), "action": "escalate", "target": "lead"},
    ),
    "no higher tier": mechanism(
        {"dialect": "severity_matrix", "rows": {"S1": {"start_tier": 3, "escalate_after_minutes": 30}}, "tiers": [1, 2, 3]},
        [{**CREATED, "severity": "S1"}],
        {"at": at(9), "action": "assign_tier", "tier": 3},
        {"at": at(9, 30), "action": "no_higher_tier"},
    ),
    "missed levels replayed in order": mechanism(
        {
            "dialect": "sla_offset",
            "target": "TTR",
            "sla_minutes": 60,
            "calendar": None,
            "levels": [{"id": "L1", "offset_minutes": 0, "do": "add_group:G1"}, {"id": "L2", "offset_minutes": 5, "do": "add_group:G2"}],
            "evaluation": "polled",
        },
        [CREATED, {"at": at(12), "event": "replay"}],
        {"at": at(12), "action": "add_group", "target": "G1", "order": 1},
        {"at": at(12), "action": "add_group", "target": "G2", "order": 2},
        {"at": at(12), "action": "state", "pending_rung": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_words_that_the_vectors_do_not_use(name: str) -> None:
    found = report(OWN[name])
    assert found.lines() == ["own: 1 passed, 0 failed, 0 not expressible, 0 disputed"]


@pytest.mark.parametrize(
    "case",
    [
        roster({"type": "rotation", **WEEK}, on(at(9), "B")),
        roster({"type": "rotation", **WEEK}, {"at": at(9), "shift_end": at(9)}),
        roster({"type": "rotation", **WEEK}, {"at": at(9), "next": {"user": "A", "start": at(8, day=13)}}),
        mechanism(OWN["no higher tier"]["config"], [{**CREATED, "severity": "S1"}], silence(at(9), at(9))),
        mechanism(OWN["reminders in a window"]["config"], [{"at": at(9), "event": "problem"}], told(at(9, 31), "a")),
        mechanism(
            OWN["reminders in a window"]["config"],
            [{"at": at(9), "event": "problem"}],
            {"from": at(9), "to": at(20), "action": "notify", "count": 2},
        ),
    ],
)
def test_a_wrong_expectation_fails(case: Json) -> None:
    assert report(case).failed


@pytest.mark.parametrize(
    "case",
    [
        roster({"type": "lottery"}),
        roster({"type": "rotation", **WEEK, "mood": "good"}),
        roster({"type": "rotation", **WEEK}, timeline=[{"at": at(9), "event": "strike"}]),
        roster({"type": "fixed", "base": ["A"]}, {"at": at(9), "shift_end": at(9)}),
        mechanism({"dialect": "telepathy"}, []),
        mechanism(OWN["no higher tier"]["config"], [{**CREATED, "severity": "S1"}, {"at": at(10), "event": "strike"}]),
    ],
)
def test_unknown_words_are_not_expressible(case: Json) -> None:
    assert report(case).not_expressible
