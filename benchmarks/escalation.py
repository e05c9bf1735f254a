"""Rows of escalation and oversight: the plan of one ticket, and figures over many.

``escalation-evaluate`` selects a row of a 4 x 6 matrix, dates its rungs on real clocks and reads which are owed; the
clocks are at hand, as they are in a host. ``oversight-tally`` adds one ticket to the standard figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from benchmarks.sla import NOW, setup, steps
from deskcore.escalation import Due, Matrix, Rung, owed, plan
from deskcore.escalation.actions import AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.ledger import begin, step
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, TeamLead
from deskcore.hours import business, elapsed
from deskcore.oversight import Tally, TicketOutcome, outcome
from deskcore.sla import clocks
from deskcore.sla.fold import fold

LADDER: Final = (
    Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead())),
    Rung("second line", Due.at_share("resolution", 0.75), TransferTo(team="network"), axis="functional"),
    Rung("manager", Due.before_breach("resolution", business(minutes=30)), Notify(ManagerOf(Assignee()))),
    Rung("late", Due.on_breach("resolution"), (AddTag("late"), RaisePriority("p1"))),
    Rung("director", Due.after_breach("resolution", business(hours=4)), Notify(Person("dana"), "page")),
    Rung("stale", Due.after_opened(elapsed(days=5)), Notify(Person("dana"))),
)
MATRIX: Final = Matrix.by_priority("house", dict.fromkeys(("p1", "p3", "p4", "p2"), LADDER), last_resort=Person("dana"))


def evaluate(at: datetime = NOW - timedelta(days=1, hours=2)) -> Callable[[], object]:
    """Plan and read what is owed, the clocks still running."""
    house, life = setup(), [one for one in steps() if one[0].at <= at]
    ticket, ledger = life[-1][2], begin()
    for event, _, after in life:
        ledger = step(ledger, event, after)
    running = clocks(fold(life, house), house, at=at)
    calendars = house.calendars

    def call() -> object:
        return owed(plan(MATRIX, ticket, running, ledger, calendars=calendars), at=at)

    return call


def tallied() -> Callable[[], object]:
    """Add one ticket to the standard figures, in total and by two dimensions."""
    house, life = setup(), steps()
    record: TicketOutcome = outcome(life[-1][2], clocks(fold(life, house), house, at=NOW), at=NOW)

    def call() -> object:
        tally = Tally(by=("priority", "desk"))
        for _ in range(100):
            tally.add(record)
        return tally

    return call


def rows() -> Iterable[Row]:
    """Both rows."""
    yield calibrated("escalation-evaluate", evaluate(), at_most=20)
    yield calibrated("oversight-tally", tallied(), at_most=40, pieces=100)
