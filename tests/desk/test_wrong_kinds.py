"""What is of the wrong kind is refused where it is built, in the house wording, and never by an ``AttributeError`` later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from deskcore.desk import Desk, Floor
from deskcore.desk.configuration import Configuration
from deskcore.desk.floor_commands import SignOn
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.lint import lint
from deskcore.escalation.recipients import ManagerOf, Person
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.routing import Gate, HandOff, Overflow, ToAgent, Wait, When
from deskcore.routing.policy import AfterWait, FirstOf
from deskcore.routing.signals import WaitingCount
from deskcore.sla import SlaPolicy, Target
from deskcore.staff import Agent
from deskcore.tickets import commands as do
from deskcore.tickets.simple import simple_lifecycle

WRONG: Any = "bo"
NONE: Any = None
CALENDAR: Any = Calendar.always(tz="UTC")
DANA = Notify(Person("dana"))
HALF = Due.at_share("resolution", 0.5)
BUSY = Gate("busy", WaitingCount(), on=10, off=5)
NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
DESK = Desk.simple(calendar=Calendar.always(tz="UTC"), routing=ToAgent())
OPEN = do.Open("T-1", subject="VPN", requester="ann")

FAULTS: tuple[tuple[str, Callable[[], object], str], ...] = (
    ("notify.recipient", lambda: Notify(WRONG), "recipient must be a recipient"),
    ("manager_of.of", lambda: ManagerOf(WRONG), "of must be a recipient"),
    ("rung.due", lambda: Rung("a", WRONG, DANA), "due must say when"),
    ("rung.actions", lambda: Rung("a", HALF, WRONG), "actions must be a tuple, and each of it must be an action"),
    ("rung.actions item", lambda: Rung("a", HALF, (DANA, WRONG)), r"actions\[1\] must be an action"),
    ("rung.actions none", lambda: Rung("a", HALF, NONE), "actions must be a tuple"),
    ("rung.fallback", lambda: Rung("a", HALF, DANA, fallback=WRONG), "fallback must be a recipient"),
    ("row.when", lambda: MatrixRow(WRONG), "when must be a condition"),
    ("row.rungs", lambda: MatrixRow(ALWAYS, (WRONG,)), r"rungs\[0\] must be a Rung"),
    ("matrix.rows", lambda: Matrix("m", (WRONG,), Person("dana")), r"rows\[0\] must be a MatrixRow"),
    ("matrix.last_resort", lambda: Matrix("m", (), WRONG), "last_resort must be a recipient"),
    (
        "by_priority",
        lambda: Matrix.by_priority("m", {"p1": WRONG}, last_resort=Person("dana")),
        "rungs must be a tuple",
    ),
    ("when.condition", lambda: When(WRONG, Wait()), "condition must be a condition"),
    ("when.policy", lambda: When(ALWAYS, WRONG), "policy must be a routing policy"),
    ("to_agent.requires", lambda: ToAgent(WRONG), "requires must be a requirement"),
    ("to_agent.ranking", lambda: ToAgent(ranking=WRONG), "ranking must be a ranking"),
    ("hand_off.requires", lambda: HandOff("manila", WRONG), "requires must be a requirement"),
    ("overflow.gate", lambda: Overflow(WRONG, inside=Wait(), outside=Wait()), "gate must be a gate"),
    ("overflow.inside", lambda: Overflow(BUSY, inside=WRONG, outside=Wait()), "inside must be a routing policy"),
    ("overflow.outside", lambda: Overflow(BUSY, inside=Wait(), outside=WRONG), "outside must be a routing policy"),
    ("gate.signal", lambda: Gate("busy", WRONG), "signal must be a signal"),
    ("first_of", lambda: FirstOf((Wait(), WRONG)), r"steps\[1\] must be a routing policy"),
    ("or", lambda: ToAgent() | WRONG, r"steps\[1\] must be a routing policy"),
    ("after_wait.waited", lambda: AfterWait(WRONG, Wait()), "waited must be an amount of elapsed time"),
    ("after_wait.policy", lambda: AfterWait(elapsed(hours=1), WRONG), "policy must be a routing policy"),
    ("target.when", lambda: Target.resolution(business(hours=1), when=WRONG), "when must be a condition"),
    ("policy.when", lambda: SlaPolicy("p", (Target.resolution(None),), when=WRONG), "when must be a condition"),
    ("policy.targets", lambda: SlaPolicy("p", (WRONG,)), r"targets\[0\] must be a target"),
    ("policy.targets one", lambda: SlaPolicy("p", Target.resolution(None)), "targets must be a tuple"),  # type: ignore[arg-type]
    (
        "agent.languages",
        lambda: Agent("bo", languages="de"),
        r"languages must be a list of names such as \['de'\]",
    ),
    ("agent.calendar", lambda: Agent("bo", calendar=CALENDAR), "calendar must be the name of a calendar"),
    ("simple.calendar", lambda: Desk.simple(calendar=WRONG), "calendar must be a calendar"),
    (
        "simple.calendars",
        lambda: Desk.simple(calendar=Calendar.always(tz="UTC"), calendars={"n": WRONG}),
        r"calendars\[n\]",
    ),
    ("configuration", lambda: Configuration((simple_lifecycle(),), {"default": WRONG}), r"calendars\[default\]"),
    ("handle.actor", lambda: DESK.handle(None, OPEN, at=NOON, actor=WRONG), "actor must be an Actor"),
    ("operate.actor", lambda: DESK.operate(None, SignOn("bo"), at=NOON, actor=WRONG), "actor must be an Actor"),
    ("route.floor", lambda: DESK.route(_case(), NONE, at=NOON), "floor must be a Floor"),
    ("route.case", lambda: DESK.route(NONE, Floor(), at=NOON), "case must be the case"),
)


def _case() -> Any:
    return DESK.handle(None, OPEN, at=NOON, actor=Actor.requester("ann")).unwrap().case


@pytest.mark.parametrize(("build", "message"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_node_of_the_wrong_kind_is_refused_where_it_is_built(build: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{message}"):
        build()


def test_lists_are_taken_where_a_tuple_is_held() -> None:
    matrix = Matrix("m", [MatrixRow(ALWAYS, [Rung("a", HALF, [DANA])])], Person("dana"))

    assert hash(matrix) == hash(Matrix("m", (MatrixRow(ALWAYS, (Rung("a", HALF, DANA),)),), Person("dana")))
    assert Agent("bo", languages=["de"]).languages == ("de",)


def test_a_share_that_was_meant_as_per_cent_is_a_finding() -> None:
    rung = Rung("lead", Due.at_share("resolution", 50), DANA)

    found = {problem.code: problem for problem in lint(Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("dana")))}

    assert found["percent_as_share"].path == "rows[0].rungs[lead].due.share"
    assert found["percent_as_share"].message == "is 50, which means 5000 % of the target; did you mean 0.5?"


def test_five_times_the_target_is_no_finding() -> None:
    rung = Rung("lead", Due.at_share("resolution", 5), DANA)

    assert "percent_as_share" not in {p.code for p in lint(Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("dana")))}
