"""The vectors of business time, and the runner itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.business_time import BusinessTime

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "business-time.json"
CASE: dict[str, Any] = {
    "id": "own-1",
    "schedule": {"time_zone": "Europe/Amsterdam", "hours": {"fri": [["09:00", "17:00"]]}},
    "op": "is_open",
    "args": {"at": "2026-05-22T12:00:00+02:00"},
    "expect": True,
}


def _report(*cases: dict[str, Any]) -> runner.Report:
    return runner.run_document("own", list(cases), BusinessTime())


def test_every_case_of_the_vectors_passes() -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    report = runner.run_file(VECTORS, [BusinessTime()])
    assert isinstance(report, runner.Report), report
    assert report.ok, "\n".join(report.lines())
    assert report.passed + len(report.disputed) >= 200


def test_a_right_answer_passes_and_a_wrong_one_fails() -> None:
    report = _report(CASE, {**CASE, "id": "own-2", "expect": False})
    assert report.lines() == [
        "own: 1 passed, 1 failed, 0 not expressible, 0 disputed",
        "  failed own-2: expected False, answered True",
    ]
    assert not report.ok


def test_a_crash_is_the_failure_of_its_case_alone() -> None:
    report = _report({**CASE, "args": {"at": "soon"}}, {**CASE, "id": "own-2"})
    assert report.passed == 1
    assert "ValueError" in report.failed["own-1"]


def test_what_cannot_be_said_is_reported_and_fails_the_run_unless_listed() -> None:
    report = _report({**CASE, "op": "moon_phase"})
    assert report.not_expressible == {"own-1": "unknown op 'moon_phase'"}
    assert not report.ok


@pytest.mark.parametrize(
    ("op", "args", "expect"),
    [
        ("next_open", {"at": "2026-05-22T12:00:00+02:00"}, "2026-05-22T10:00:00Z"),
        ("between", {"start": "2026-05-22T12:00:00+02:00", "end": "2026-05-22T12:00:00.5+02:00"}, 0.5),
        ("intervals", {"start": "2026-05-22T12:00:00+02:00", "end": "2026-05-23T00:00:00Z"}, [["2026-05-22T10:00:00Z", "2026-05-22T15:00:00Z"]]),
        ("add", {"at": "2026-05-22T12:00:00+02:00", "seconds": 1.5}, "2026-05-22T10:00:01.500000+00:00"),
    ],
)  # fmt: skip
def test_answers_are_compared_as_instants_and_numbers(op: str, args: dict[str, str], expect: object) -> None:
    assert _report({**CASE, "op": op, "args": args, "expect": expect}).ok


def test_a_never_is_null() -> None:
    never = {**CASE["schedule"], "hours": {}}
    assert _report({**CASE, "schedule": never, "op": "add", "args": {**CASE["args"], "seconds": 60}, "expect": None}).ok


def test_files_are_recognised_by_shape_not_by_name(tmp_path: Path) -> None:
    file = tmp_path / "anything.json"
    file.write_text(json.dumps([CASE]), encoding="utf-8")
    said: list[str] = []
    assert runner.main([str(file)], said.append, [BusinessTime()]) == 0
    assert said == ["anything: 1 passed, 0 failed, 0 not expressible, 0 disputed"]


def test_unknown_and_unreadable_files_fail_the_run_in_one_line(tmp_path: Path) -> None:
    unknown, broken = tmp_path / "unknown.json", tmp_path / "broken.json"
    unknown.write_text('[{"id": "x"}]', encoding="utf-8")
    broken.write_text("{", encoding="utf-8")
    said: list[str] = []
    assert runner.main([str(unknown), str(broken), str(tmp_path / "absent.json")], said.append, [BusinessTime()]) == 1
    assert [line.split(":")[0] for line in said] == ["unknown", "broken", "absent"]
    assert runner.main([], said.append) == 2
