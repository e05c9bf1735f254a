"""Findings over time: what can never fire, what outlasts a promise, and holes in a roster."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify, NotifyInTurn, TransferTo
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import OnCall, Person, Pool
from deskcore.hours import Calendar, elapsed
from deskcore.predicate import ALWAYS
from deskcore.staff import Agent, Staff, Team
from deskcore.staff.agent import ContactRule
from deskcore.staff.layers import During, OnDuty
from deskcore.staff.rotation import Rotation

OFFICE = Calendar.weekly("Mon-Fri 08:00-20:00", tz="Europe/Amsterdam")
STAFF = Staff(
    agents=(Agent("bo"), Agent("mia", contact_rules=(ContactRule("phone", elapsed(minutes=30)),))),
    teams=(Team("first", lead="bo"), Team("network", lead="mia", tier=2)),
    rosters=FrozenDict(
        {
            "office": During(OnDuty(("bo",)), OFFICE),
            "always": Rotation(("bo", "mia"), tz="Europe/Amsterdam", on=date(2026, 2, 23), at=time(2, 30), unit="week"),
        }
    ),
)
AROUND = Surroundings(
    staff=STAFF,
    hours={"never": Calendar.never(tz="UTC"), "office": OFFICE},
    promised={"resolution": 3_600_000_000},
    at=datetime(2026, 3, 2, tzinfo=UTC),
)
TELL = Notify(Person("bo"))


def rung(id: str = "r", due: Due | None = None, *actions: object, **more: object) -> Rung:  # noqa: A002
    return Rung(id, due or Due.after_opened(elapsed(minutes=5)), actions or (TELL,), **more)  # type: ignore[arg-type]


def after(name: str, other: str, minutes: int, *actions: object, **more: object) -> Rung:
    return rung(name, Due.after_rung(other, elapsed(minutes=minutes)), *actions, **more)


CASES = {
    "empty_pool": (
        MatrixRow(ALWAYS, (rung("r", None, Notify(Pool("p", []))),)),
        "rows[0].rungs[r].actions[0].recipient: is nobody: pool p has no members; add some",
    ),
    "endless": (
        MatrixRow(ALWAYS, (rung(until="closed"),), passes=Passes(elapsed(hours=1), None)),
        "rows[0].passes.times: has no end before the close; say how many times",
    ),
    "no_time": (
        MatrixRow(ALWAYS, (rung("r", Due.after_opened(elapsed(hours=0))),), passes=Passes(elapsed(hours=0), None)),
        "rows[0].passes.wait: is no time, and no rung takes any: give it a wait",
    ),
    "never_fires": (
        MatrixRow(ALWAYS, (rung("over", Due("resolved")),)),
        "rows[0].rungs[over].until: counts from the solution, which silences it; say until='closed'",
    ),
    "nobody_to_acknowledge": (
        MatrixRow(ALWAYS, (rung("r", None, AddTag("x"), each_acks=True),)),
        "rows[0].rungs[r].each_acks: lets everybody acknowledge for themselves, but tells nobody; notify somebody",
    ),
    "not_rising": (
        MatrixRow(
            ALWAYS,
            (
                rung("l2", None, TransferTo(team="network"), axis="functional"),
                after("back", "l2", 9, TransferTo(team="first"), axis="functional"),
            ),
        ),
        "rows[0].rungs[back].actions[0].team: sends to team first of tier 1 after l2 has sent to tier 2",
    ),
    "outlasts_target": (
        MatrixRow(ALWAYS, (rung("a"), after("b", "a", 90))),
        "rows[0].rungs[b].due.amount: waits 1h 30m after a, longer than any target lasts; shorten it",
    ),
    "rules_outlast_wait": (
        MatrixRow(ALWAYS, (rung("a", None, Notify(Person("mia"))), after("b", "a", 10))),
        "rows[0].rungs[a].actions: calls mia by rules of their own until after b is due; wait longer",
    ),
    "coverage_hole": (
        MatrixRow(ALWAYS, (rung("r", None, NotifyInTurn([OnCall("office")])),)),
        "rows[0].rungs[r].actions[0].recipient: asks roster office, on which nobody is on call 266 times",
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_finding_names_the_row_the_rung_and_what_to_change(code: str) -> None:
    row, message = CASES[code]
    found = {problem.code: str(problem) for problem in lint(Matrix("m", (row,), Person("bo")), AROUND)}
    assert found[code].startswith(message), found


def test_hours_that_never_open_are_found() -> None:
    row = MatrixRow(ALWAYS, (rung(during="never"), rung("b", Due.after_opened(elapsed(hours=1)), during="office")))
    found = [problem for problem in lint(Matrix("m", (row,), Person("bo")), AROUND) if problem.code == "never_fires"]
    assert [problem.path for problem in found] == ["rows[0].rungs[r].during"]


def test_a_roster_that_hands_over_in_a_clock_change_has_no_hole() -> None:
    """The hand-off at 02:30 falls into the gap of a spring night: a year and a week of it is looked through."""
    row = MatrixRow(ALWAYS, (rung("r", None, Notify(OnCall("always"))),))
    assert not lint(Matrix("m", (row,), Person("bo")), AROUND)


def test_a_fallback_closes_a_hole() -> None:
    row = MatrixRow(ALWAYS, (rung("r", None, Notify(OnCall("office")), fallback=Person("bo")),))
    assert not lint(Matrix("m", (row,), Person("bo")), AROUND)


def test_all_findings_come_together() -> None:
    rows = tuple(row for row, _ in CASES.values())
    found = {problem.code for problem in lint(Matrix("m", rows, Person("bo")), attrs.evolve(AROUND))}
    assert set(CASES) <= found
