"""The formats read a second time: stored cases worked out by hand, and drawn ones against plain arithmetic of their own."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.conformance import runner
from tests.conformance.kpi import KpiCases
from tests.conformance.routing import Routing
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
