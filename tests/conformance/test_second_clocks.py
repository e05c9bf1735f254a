"""Business time, clocks and lifecycles read a second time: cases by hand, and two counts made independently.

The files hold cases worked out by hand. The counts, `minutes` and `plain_clock`, share no code with the library; they answer
the files too, and a great many variants that nobody worked out.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.business_time import BusinessTime
from tests.conformance.lifecycle import LifecycleCases
from tests.conformance.second import minutes, plain_clock
from tests.conformance.second.variants import lives, questions
from tests.conformance.sla import Sla, judge

HERE = Path(__file__).parent / "second"
ADAPTERS: dict[str, runner.Adapter] = {
    "business-time": BusinessTime(),
    "lifecycle": LifecycleCases(),
    "sla": Sla(),
}
Row = dict[str, Any]


def _cases(name: str) -> list[Row]:
    found: list[Row] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _same(found: object, wanted: object, tolerance: float = 1e-6) -> bool:
    if wanted == plain_clock.UNSAID:
        return True
    if isinstance(wanted, datetime):
        return isinstance(found, datetime) and found.timestamp() == pytest.approx(wanted.timestamp(), abs=1e-6)
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        return len(found) == len(wanted) and all(_same(a, b, tolerance) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, bool | str) or wanted is None:
        return found == wanted
    assert isinstance(wanted, int | float)
    return isinstance(found, int | float) and abs(found - wanted) <= tolerance


def _dated(value: object) -> object:
    if isinstance(value, list):
        return [_dated(inner) for inner in value]
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", ADAPTERS)
def test_there_are_many_cases_with_names_of_their_own(name: str) -> None:
    cases = _cases(name)
    assert len({case["id"] for case in cases}) == len(cases) >= 60


def test_business_time_by_hand_is_what_walking_the_dates_gives() -> None:
    for case in _cases("business-time"):
        found = minutes.answer(case["schedule"], case["op"], case["args"])
        assert _same(found, _dated(case["expect"])), case["id"]


def _ask_business_time(seed: int, schedules: int) -> None:
    for case in questions(seed, schedules):
        wanted = minutes.answer(case["schedule"], case["op"], case["args"])
        found = ADAPTERS["business-time"].answer(case).answer
        assert _same(found, wanted), (case, wanted, found)


def test_business_time_of_variants_is_what_walking_the_dates_gives() -> None:
    _ask_business_time(20, 25)


@pytest.mark.slow
def test_business_time_of_many_variants_is_what_walking_the_dates_gives() -> None:
    _ask_business_time(21, 600)


EACH = ("due", "elapsed_minutes", "paused_minutes", "overdue_minutes", "cycles", "breach_events")


def _ask_clocks(seed: int, number: int, *, changes_priority: bool) -> None:
    for case in lives(seed, number, changes_priority=changes_priority):
        wanted, held = plain_clock.judged(case), judge(case)
        for word in EACH[: 3 if changes_priority else None]:
            for metric in case["policy"]["metrics"]:
                found = getattr(held, word)(metric)
                assert _same(found, wanted[word][metric], 0.001), (word, metric, wanted[word][metric], found, case)
        assert held.paused() is wanted["paused"], case
        if not changes_priority:
            assert sorted(held.met()) == wanted["met"], case
            assert sorted(held.breached()) == wanted["breached"], case


@pytest.mark.parametrize("changes_priority", [False, True])
def test_clocks_of_variants_are_what_a_plain_count_gives(changes_priority: bool) -> None:
    _ask_clocks(30, 100, changes_priority=changes_priority)


@pytest.mark.slow
@pytest.mark.parametrize("changes_priority", [False, True])
def test_clocks_of_many_variants_are_what_a_plain_count_gives(changes_priority: bool) -> None:
    _ask_clocks(31, 3000, changes_priority=changes_priority)


VALID: dict[str, Row] = {name: _cases(name)[0] for name in ADAPTERS}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("business-time", ("mood",)),
        ("business-time", ("schedule", "mood")),
        ("business-time", ("args", "mood")),
        ("sla", ("mood",)),
        ("sla", ("schedule", "mood")),
        ("sla", ("policy", "mood")),
        ("sla", ("policy", "metrics", "resolution", "mood")),
        ("sla", ("timeline", 1, "mood")),
        ("sla", ("expect", "mood")),
        ("lifecycle", ("mood",)),
        ("lifecycle", ("lifecycle", "mood")),
        ("lifecycle", ("lifecycle", "rules", "mood")),
        ("lifecycle", ("lifecycle", "rules", "merge", "mood")),
        ("lifecycle", ("lifecycle", "timers", 0, "mood")),
        ("lifecycle", ("timeline", 0, "mood")),
        ("lifecycle", ("expect", 0, "mood")),
    ],
)
def test_a_word_that_its_page_does_not_define_is_refused(name: str, path: tuple[str | int, ...]) -> None:
    case = json.loads(json.dumps(WORDY[name]))
    assert runner.run_document(name, [case], ADAPTERS[name]).passed == 1
    *way, last = path
    held = case
    for key in way:
        held = held[key]
    held[last] = "new"
    report = runner.run_document(name, [case], ADAPTERS[name])
    assert "mood" in "".join(report.not_expressible.values())


WORDY: dict[str, Row] = {
    "business-time": VALID["business-time"],
    "sla": {
        "id": "wordy",
        "schedule": {"time_zone": "UTC", "hours": "24x7"},
        "policy": {"metrics": {"resolution": {"target_minutes": {"*": 60}}}},
        "timeline": [
            {"at": "2024-01-15T10:00:00Z", "event": "created", "by": "customer", "any": "field"},
            {"at": "2024-01-15T10:10:00Z", "event": "customer_reply"},
        ],
        "check_at": None,
        "expect": {"paused": False},
    },
    "lifecycle": {
        "id": "wordy",
        "lifecycle": {"timers": [{"in": "open", "after_days": 1, "to": "closed"}], "rules": {"merge": {}}},
        "timeline": [{"at": "2026-01-05T09:00:00Z", "by": "agent", "do": "create"}],
        "expect": [{"ok": True}],
    },
}


@pytest.mark.parametrize(
    ("policy", "metric", "said"),
    [
        ({"on_unmatch": "shrug"}, {}, "shrug"),
        ({"on_policy_change": "guess"}, {}, "guess"),
        ({"on_schedule_change": "guess"}, {}, "guess"),
        ({}, {"clock": "lunar"}, "lunar"),
        ({}, {"on_reopen": "weep"}, "weep"),
        ({}, {"start": "dawn"}, "dawn"),
    ],
)
def test_a_value_of_a_policy_that_the_page_does_not_define_is_refused(policy: Row, metric: Row, said: str) -> None:
    metrics = {"resolution": {"target_minutes": {"*": 60}, **metric}}
    case = {**WORDY["sla"], "policy": {"metrics": metrics, **policy}}
    report = runner.run_document("sla", [case], ADAPTERS["sla"])
    assert said in "".join(report.not_expressible.values())


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"rules": {"on_message": "auto_close"}}, "auto_close"),
        ({"rules": {"team_change": "shuffle"}}, "shuffle"),
        ({"rules": {"merge": {"time": "product"}}}, "product"),
        ({"follow_up": "maybe"}, "maybe"),
        ({"timers": [{"in": "open", "after_days": 1, "do": "sing"}]}, "sing"),
        ({"timers": [{"in": "open", "after_days": 1, "to": "closed", "basis": "the moon"}]}, "the moon"),
    ],
)
def test_a_value_that_the_page_does_not_define_is_refused(table: Row, said: str) -> None:
    case = {**WORDY["lifecycle"], "lifecycle": table}
    report = runner.run_document("lifecycle", [case], ADAPTERS["lifecycle"])
    assert said in "".join(report.not_expressible.values())
