"""Exempting and starting over through the desk: by whom, why, and what is refused."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from deskcore import Actor, Calendar, Case, Desk, Refused, Target, business
from deskcore import commands as do
from deskcore.errors import InvalidValue
from deskcore.render.telling import told
from deskcore.sla.commands import ExemptClock, LiftExemption, ResetClock, SlaCommand
from deskcore.testing.sla import START

ANN, BO = Actor.requester("ann"), Actor.agent("bo")
HOUR = timedelta(hours=1)
DESK = Desk.simple(calendar=Calendar.always(), targets=[Target.resolution(business(hours=2))])


OPENED = DESK.handle(None, do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()


def opened() -> Case:
    return OPENED.case


def test_an_exempt_clock_says_who_and_why_and_its_breach_is_not_told() -> None:
    exempt = ExemptClock("T-1", metric="resolution", reason="their line was down")
    case = DESK.handle(opened(), exempt, at=START + HOUR, actor=BO).unwrap().case
    clock = DESK.clock(case, "resolution", at=START + 5 * HOUR)
    assert clock.state == "cancelled"
    assert "their line was down (bo)" in clock.explain()
    assert DESK.handle(case, do.Tick("T-1"), at=START + 9 * HOUR, actor=Actor.system()).unwrap().events == ()


def test_lifting_tells_what_was_missed_meanwhile() -> None:
    case = DESK.handle(opened(), ExemptClock("T-1", reason="trial"), at=START + HOUR, actor=BO).unwrap().case
    lift = LiftExemption("T-1", reason="the trial is over")
    accepted = DESK.handle(case, lift, at=START + 4 * HOUR, actor=BO).unwrap()
    assert [event.type for event in accepted.events] == ["exempted", "signalled", "signalled"]
    assert DESK.clock(accepted.case, "resolution", at=START + 4 * HOUR).state == "breached"
    assert told(accepted.events[0], UTC) == "every clock counts again: the trial is over"


def test_a_reset_starts_over_now() -> None:
    reset = ResetClock("T-1", metric="resolution", reason="sent to the wrong group")
    accepted = DESK.handle(opened(), reset, at=START + HOUR, actor=BO).unwrap()
    clock = DESK.clock(accepted.case, "resolution", at=START + HOUR)
    assert (clock.number, clock.due) == (2, START + 3 * HOUR)
    assert DESK.replay((*OPENED.events, *accepted.events)) == accepted.case


def test_what_already_is_so_changes_nothing() -> None:
    exempt = ExemptClock("T-1", metric="resolution", reason="trial")
    case = DESK.handle(opened(), exempt, at=START + HOUR, actor=BO).unwrap().case
    assert DESK.handle(case, exempt, at=START + HOUR, actor=BO).unwrap().events == ()
    lift = LiftExemption("T-1", metric="resolution", reason="over")
    case = DESK.handle(case, lift, at=START + HOUR, actor=BO).unwrap().case
    assert DESK.handle(case, lift, at=START + HOUR, actor=BO).unwrap().events == ()


@pytest.mark.parametrize(
    ("command", "actor", "code", "part"),
    [
        (ExemptClock("T-1", reason="x"), ANN, "permission", "ann is a requester and lacks sla.exempt"),
        (ExemptClock("T-1", reason="x", metric="fix"), BO, "unknown_metric", "it has no clock 'fix'; accepted: resol"),
        (ResetClock("T-1", reason="x", metric="fix"), BO, "unknown_metric", "it has no clock 'fix'"),
    ],
)
def test_what_is_refused(command: SlaCommand, actor: Actor, code: str, part: str) -> None:
    answer = DESK.handle(opened(), command, at=START, actor=actor)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == [code]
    assert part in answer.refusals[0].message


def test_a_clock_that_has_ended_cannot_start_over() -> None:
    solved = DESK.handle(opened(), do.Resolve("T-1"), at=START + HOUR, actor=BO).unwrap().case
    answer = DESK.handle(solved, ResetClock("T-1", metric="resolution", reason="x"), at=START + HOUR, actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["clock_not_open"]


def test_a_reason_is_asked_for() -> None:
    with pytest.raises(InvalidValue, match="reason must be a name"):
        ExemptClock("T-1", reason="")
