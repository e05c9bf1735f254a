"""Rows of escalation and oversight: the plan of one ticket, and figures over many.

``escalation-evaluate`` selects a row of a 4 x 6 matrix, dates its rungs on real clocks and reads which are owed; the
clocks are at hand, as they are in a host. ``roster-on-call`` asks a roster of three layers with hours, hand-offs over
clock changes and a swap who is on duty; ``roster-year`` lists its shifts over a year, per shift; their bounds
are chosen here. ``oversight-tally`` adds one ticket to the standard figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import attrs

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from benchmarks.sla import NOW, setup, steps
from deskcore.escalation import Due, Matrix, Rung, owed, plan
from deskcore.escalation.actions import AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.fold import begin, step
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, TeamLead
from deskcore.hours import Calendar, business, elapsed
from deskcore.oversight import Tally, TicketOutcome, outcome
from deskcore.sla import clocks
from deskcore.sla.fold import fold
from deskcore.staff.layers import During, Layered, OnDuty
from deskcore.staff.overrides import Substituted, Substitution
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Rotation

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
    one: TicketOutcome = outcome(life[-1][2], clocks(fold(life, house), house, at=NOW), at=NOW)
    records = [attrs.evolve(one, id=f"T-{number}") for number in range(100)]

    def call() -> object:
        tally = Tally(by=("priority", "desk"))
        for record in records:
            tally.add(record)
        return tally

    return call


def roster() -> Roster:
    """Three layers: a weekly rotation by day, a daily one by night, a lead; and a swap."""
    days = During(
        Rotation(("ann", "bo", "cy"), tz="Europe/Amsterdam", on=date(2026, 1, 5), at=time(8), unit="week"),
        Calendar.weekly("Mon-Fri 08:00-20:00", tz="Europe/Amsterdam"),
    )
    nights = During(
        Rotation(("dan", "eva"), tz="America/Chicago", on=date(2026, 1, 5), at=time(8), unit="day"),
        Calendar.weekly("Mon-Fri 08:00-20:00", tz="America/Chicago"),
    )
    swap = Substitution(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC), "ann", "bo")
    return Substituted(Layered.first_wins(days, nights, OnDuty(("lead",))), (swap,))


def rows() -> Iterable[Row]:
    """The rows."""
    yield calibrated("escalation-evaluate", evaluate(), at_most=20)
    house, start = roster(), datetime(2026, 1, 5, tzinfo=UTC)
    end = start + timedelta(days=365)
    yield calibrated("roster-on-call", lambda: house.on_call(NOW), at_most=20)
    pieces = len(house.shifts(start, end))
    yield calibrated("roster-year", lambda: house.shifts(start, end), at_most=60, pieces=pieces)
    yield calibrated("oversight-tally", tallied(), at_most=40, pieces=100)
