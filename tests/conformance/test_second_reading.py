"""The formats read a second time: stored cases worked out by hand, and drawn ones against plain arithmetic of their own."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pytest

from tests.conformance import runner
from tests.conformance.kpi import KpiCases
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
