"""Word to those who were told before."""

from __future__ import annotations

from datetime import timedelta

from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify, NotifyThoseTold
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.log import EventData
from deskcore.predicate import ALWAYS
from deskcore.testing.escalation_life import START, Happening, Lived, live
from deskcore.tickets import Party
from deskcore.tickets import events as did
from deskcore.tickets.status import Status

RUNGS = (
    Rung("first", Due.after_opened(elapsed(minutes=5)), Notify(Person("bo"))),
    Rung("second", Due.after_opened(elapsed(minutes=30)), (Notify(Person("mia")), Notify(Person("bo")))),
    Rung("over", Due("resolved"), NotifyThoseTold("mail"), until="closed"),
)
MATRIX = Matrix("m", (MatrixRow(ALWAYS, RUNGS),), Person("dana"))
SOLVED = did.Resolved("New", Status("Resolved", "resolved"))
AGAIN = did.Reopened("Resolved", Status("New", "new"))


def lived(*steps: tuple[int, EventData]) -> Lived:
    opening = did.Opened("VPN drops", Party("ann"), Status("New", "new"), "simple", priority="p3")
    life = [Happening(START, opening)]
    life += [Happening(START + timedelta(minutes=minute), data) for minute, data in steps]
    return live(MATRIX, life, until=START + timedelta(hours=9))


def over(case: Lived) -> list[tuple[int, tuple[str, ...]]]:
    wanted = [fired for fired in case.fired if fired.rung == "over"]
    return [((fired.due - START) // timedelta(minutes=1), fired.actions) for fired in wanted]


def test_those_who_heard_of_the_problem_hear_that_it_is_over() -> None:
    assert over(lived((40, SOLVED))) == [(40, ("mail those told before: bo, mia",))]
    assert over(lived((10, SOLVED))) == [(10, ("mail those told before: bo",))]


def test_where_nobody_heard_of_it_nobody_hears_that_it_is_over() -> None:
    assert over(lived((3, SOLVED))) == [(3, ("mail those told before: nobody",))]


def test_a_reopening_begins_with_nobody_told() -> None:
    case = lived((40, SOLVED), (60, AGAIN), (66, SOLVED))
    assert over(case) == [(40, ("mail those told before: bo, mia",)), (66, ("mail those told before: bo",))]
    assert case.ledger.told == ("bo",)
