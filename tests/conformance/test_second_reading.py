"""The formats read a second time: stored cases worked out by hand, and drawn ones against plain arithmetic of their own."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conformance import runner
from tests.conformance.escalation import Escalation
from tests.conformance.kpi import KpiCases
from tests.conformance.routing import Routing
from tests.conformance.second import ladder_oracle as ladders
from tests.conformance.second import oncall_oracle as duty
from tests.conformance.second import queueing_oracle as exact
from tests.conformance.second.kpi_oracle import QUESTIONS, Drawn

STORED: Final = sorted((Path(__file__).parent / "second").glob("*.json"))
# Questions that cost more than a few milliseconds each.
COSTLY: Final = frozenset({"impatient", "by_risks", "in_population"})


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_every_stored_case_passes(path: Path) -> None:
    report = runner.run_file(path)
    assert isinstance(report, runner.Report), report
    assert report.ok, "\n".join(report.lines())
    assert not report.not_expressible


def questions_agree(draw: Drawn, times: int, seed: int) -> None:
    source = random.Random(seed)
    for number in range(times // 10 + 1 if draw.__name__ in COSTLY else times):
        given, expect = draw(source)
        report = runner.run_document("drawn", [{"id": str(number), "input": given, "expect": expect}], KpiCases())
        assert report.passed == 1, f"{given}\n" + "\n".join(report.lines())


@pytest.mark.parametrize("draw", QUESTIONS, ids=lambda draw: draw.__name__)
def test_drawn_indicators_agree_with_plain_arithmetic(draw: Drawn) -> None:
    questions_agree(draw, times=15, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("draw", QUESTIONS, ids=lambda draw: draw.__name__)
def test_many_drawn_indicators_agree_with_plain_arithmetic(draw: Drawn) -> None:
    questions_agree(draw, times=1000, seed=2)


def values_agree(times: int, seed: int) -> None:
    source = random.Random(seed)
    for number in range(times):
        servers, rate = source.choice([1, 2, 3, 7, 19, 50, 133]), source.choice(["0.01", "0.3", "1", "5"])
        load, limit = f"{source.uniform(0.05, 1.4) * servers:.3f}", source.choice(["0", "0.05", "0.7", "4"])
        ask: partial[exact.Value] = source.choice(
            [
                partial(exact.erlang_b, servers, load),
                partial(exact.moments, servers, load),
                partial(exact.queue_limit, servers, number % 30, load),
                partial(exact.erlang_a, servers, load, "1", rate),
                partial(exact.wait_limit, servers, load, "1", limit),
                partial(exact.hayward, str(servers), load, "1" if rate == "0.01" else rate),
            ]
        )
        value = {"id": "drawn", **ask()}
        report = runner.run_document("drawn", {"scenarios": [], "values": [value]}, Routing())
        assert report.passed == 1, "\n".join(report.lines())


def test_drawn_values_agree_with_fifty_digits() -> None:
    values_agree(times=10, seed=3)


@pytest.mark.slow
def test_many_drawn_values_agree_with_fifty_digits() -> None:
    values_agree(times=500, seed=4)


def rosters_agree(draw: Callable[[random.Random], duty.Row], times: int, seed: int) -> None:
    source = random.Random(seed)
    for _ in range(times):
        case = draw(source)
        report = runner.run_document("drawn", [case], Escalation())
        assert report.passed == 1, f"{case}\n" + "\n".join(report.lines())


@pytest.mark.parametrize("draw", duty.DRAWS, ids=lambda draw: draw.__name__)
def test_drawn_rosters_agree_with_the_long_way(draw: Callable[[random.Random], duty.Row]) -> None:
    rosters_agree(draw, times=5, seed=5)


@pytest.mark.slow
@pytest.mark.parametrize("draw", duty.DRAWS, ids=lambda draw: draw.__name__)
def test_many_drawn_rosters_agree_with_the_long_way(draw: Callable[[random.Random], duty.Row]) -> None:
    rosters_agree(draw, times=300, seed=6)


NINE: Final = "2024-05-06T09:00:00Z"
CREATED: Final = {"at": NINE, "event": "created", "severity": "S", "priority": 2}
CONFIGS: Final[dict[str, dict[str, Any]]] = {
    "ladder": {"steps": [{"id": "s", "notify": ["a"], "then_wait_minutes": 5}]},
    "ladder_pre_delay": {"steps": [{"id": "s", "notify": ["a"], "delay_minutes": 5}]},
    "chain": {"steps": [{"do": "notify", "targets": ["a"]}]},
    "plan": {"steps": [[{"id": "n", "target": "a", "repeat": 0, "wait_minutes": 1}]]},
    "conditional_rules": {"rules": [{"after_minutes": 0, "if": "not_acked", "notify": ["a"]}]},
    "step_operations": {"default_step_minutes": 5, "operations": [{"from": 1, "to": 1, "target": "a"}]},
    "time_windows": {"interval_minutes": 0, "rules": [{"target": "a"}]},
    "notification_number": {
        "default_target": ["a"],
        "default_interval_minutes": 0,
        "rules": [{"first": 1, "last": 1, "interval_minutes": 0, "targets": ["a"]}],
    },
    "sla_offset": {"sla_minutes": 5, "calendar": None, "levels": [{"id": "L", "offset_minutes": 0, "do": "notify:a"}]},
    "sla_percent": {"sla_minutes": 5, "rungs": [{"percent": 50, "notify": ["a"]}]},
    "age_over": {"entries": [{"id": "E", "if": "open", "actions": [{"age_minutes": 5, "do": ["notify:a"]}]}]},
    "severity_matrix": {"rows": {"S": {"start_tier": 1, "escalate_after_minutes": 5}, "T": [{"after_minutes": 1, "to": "a"}]}, "tiers": [1, 2]},
    "cycle_ladder": {"cycle_minutes": 5, "per_cycle": ["a"]},
    "round_robin": {"members": ["a"], "order": "as listed"},
}  # fmt: skip


def mappings(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where in a config an unknown word may stand; the names of severities are free."""
    if isinstance(value, dict):
        if path != ("rows",):
            yield path
        for key, one in value.items():
            yield from mappings(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from mappings(one, (*path, place))


def mechanism(config: dict[str, Any], events: list[dict[str, Any]], *expect: dict[str, Any]) -> runner.Report:
    case = {"id": "own", "kind": "escalation", "config": config, "timeline": events, "expect": list(expect)}
    return runner.run_document("own", [case], Escalation())


@pytest.mark.parametrize(
    ("dialect", "path"), [(dialect, path) for dialect, config in CONFIGS.items() for path in mappings(config)]
)
def test_no_dialect_passes_over_a_word_it_does_not_know(dialect: str, path: tuple[str | int, ...]) -> None:
    config = copy.deepcopy(CONFIGS[dialect])
    held: Any = config
    for key in path:
        held = held[key]
    held["moon"] = 1
    assert not mechanism({"dialect": dialect, **CONFIGS[dialect]}, [CREATED]).not_expressible
    assert mechanism({"dialect": dialect, **config}, [CREATED]).not_expressible


@pytest.mark.parametrize(
    ("events", "expect"),
    [
        ([{**CREATED, "moon": 1}], []),
        ([CREATED, {"at": NINE, "event": "ack", "by": "a", "until": NINE}], []),
        ([CREATED, {"at": NINE, "event": "eclipse"}], []),
        ([CREATED], [{"at": NINE, "action": "shine"}]),
        ([CREATED], [{"at": NINE, "action": "notify", "accept": ["moonlight"]}]),
        ([CREATED], [{"from": NINE, "to": NINE, "action": "none", "channel": "moon"}]),
    ],
)
def test_no_event_or_expectation_passes_over_a_word(events: list[dict[str, Any]], expect: list[dict[str, Any]]) -> None:
    assert mechanism({"dialect": "ladder", **CONFIGS["ladder"]}, events, *expect).not_expressible


def test_a_refused_configuration_passes_where_a_case_accepts_that() -> None:
    config = {"dialect": "ladder", "steps": [{"id": "s", "notify": ["a"], "then_wait_minutes": 0}], "repeat": 2}
    entry = {"at": NINE, "action": "notify", "target": "a"}
    assert mechanism(config, [CREATED], {**entry, "accept": ["invalid"]}).ok
    assert mechanism(config, [CREATED], entry).failed


def ladders_agree(times: int, seed: int, *, polled: bool) -> None:
    """Every message, every step passed over and every refusal, and none besides."""
    source = random.Random(seed)
    for _ in range(times):
        case, told = ladders.draw(source, polled=polled)
        records: Any = Escalation().answer(case).answer
        found: Counter[tuple[Any, ...]] = Counter(
            (one["at"].strftime("%Y-%m-%dT%H:%M:%SZ"), one["action"], one.get("rung", ""), one.get("target", ""), one.get("rule_minutes"))
            for one in records
            if one["action"] in {"notify", "skip", "reject"} or one.get("code") == "no_one_on_call"
        )  # fmt: skip
        wanted: Counter[tuple[Any, ...]] = Counter((ladders.said(minute), *rest) for minute, *rest in told)
        assert found == wanted, f"{json.dumps(case)}\nmissing {wanted - found}\nextra {found - wanted}"


@pytest.mark.parametrize("polled", [False, True])
def test_drawn_ladders_agree_minute_by_minute(polled: bool) -> None:
    ladders_agree(20, seed=8, polled=polled)


@pytest.mark.slow
@pytest.mark.parametrize("polled", [False, True])
def test_many_drawn_ladders_agree_minute_by_minute(polled: bool) -> None:
    ladders_agree(1000, seed=9, polled=polled)


SCENARIO: Final[dict[str, Any]] = {
    "id": "own",
    "agents": [{"id": "a"}],
    "policy": {
        "strategy": "any",
        "rate_limit": {"max": 1, "window_s": 9},
        "relax": [{"selector": "n", "after_s": 3}],
        "ring_window": {"min": 0},
        "over_time": [{"after_s": 3, "max_to": 2}],
        "overflow": {"queue_length_at_least": 9, "target": "p"},
        "exceptions": [{"trigger": "waited", "s": 9, "action": {"set_priority": 1}}],
        "capacity_model": {"total": 9, "cost": {"chat": 1}, "max_tickets": {"chat": 3}},
    },
    "arrivals": [
        {
            "t": 0,
            "ticket": "x",
            "selectors": [{"key": "n", "op": "ne", "value": 1}],
            "additional": [{"skill": "s", "priority": 1}],
        },
        {"t": 1, "release": "x"},
    ],
    "expect": [],
}


def scenario(changed: dict[str, Any]) -> runner.Report:
    return runner.run_document("own", {"scenarios": [changed], "values": []}, Routing())


@pytest.mark.parametrize(
    "path", [path for path in mappings(SCENARIO) if path and not {"cost", "max_tickets"} & set(map(str, path))]
)
def test_no_scenario_passes_over_a_word(path: tuple[str | int, ...]) -> None:
    changed = copy.deepcopy(SCENARIO)
    held: Any = changed
    for key in path:
        held = held[key]
    held["moon"] = "x"
    assert scenario(SCENARIO).ok
    assert scenario(changed).not_expressible


@pytest.mark.parametrize(
    ("setting", "text"),
    [("method", "by moonlight"), ("selectors_as", "wishes"), ("serve", "nobody"), ("prefer", "the moon"), ("rings", "of a tree")],
)  # fmt: skip
def test_no_setting_passes_over_a_text(setting: str, text: str) -> None:
    assert scenario({**SCENARIO, "policy": {"strategy": "round_robin", setting: text}}).not_expressible
