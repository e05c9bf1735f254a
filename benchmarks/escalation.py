"""Rows of escalation and oversight: the plan of one ticket, and figures over many.

``escalation-evaluate`` selects a row of a 4 x 6 matrix, dates its rungs on real clocks and reads which are owed; the
clocks are at hand, as they are in a host. ``roster-on-call`` asks a roster of three layers with hours, hand-offs over
clock changes and a swap who is on duty; ``roster-year`` lists its shifts over a year, per shift; their bounds
are chosen here. ``oversight-tally`` adds one ticket to the standard figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from benchmarks.sla import AMS, APART, LIVES, NOW, setup, steps
from benchmarks.timing import Size, in_turn
from deskcore.escalation import Due, Ledger, Matrix, Planned, Rung, owed, plan
from deskcore.escalation.actions import AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.fold import begin, step
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, TeamLead
from deskcore.hours import Calendar, business, elapsed
from deskcore.oversight import Tally, TicketOutcome, outcome
from deskcore.sla import Clock, SlaSetup, clocks
from deskcore.sla.fold import fold
from deskcore.staff.layers import During, Layered, OnDuty
from deskcore.staff.overrides import Substituted, Substitution
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Rotation
from deskcore.tickets import Ticket

LADDER: Final = (
    Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead())),
    Rung("second line", Due.at_share("resolution", 0.75), TransferTo(team="network"), axis="functional"),
    Rung("manager", Due.before_breach("resolution", business(minutes=30)), Notify(ManagerOf(Assignee()))),
    Rung("late", Due.on_breach("resolution"), (AddTag("late"), RaisePriority("p1"))),
    Rung("director", Due.after_breach("resolution", business(hours=4)), Notify(Person("dana"), "page")),
    Rung("stale", Due.after_opened(elapsed(days=5)), Notify(Person("dana"))),
)
HALF: Final = datetime(2026, 5, 27, 9, 5, tzinfo=AMS)
"""When the first ticket's lead is told: 3 h 55 min of the promised eight were used up the evening before."""
MATRIX: Final = Matrix.by_priority("house", dict.fromkeys(("p1", "p3", "p4", "p2"), LADDER), last_resort=Person("dana"))


Asked = tuple[Ticket, tuple[Clock, ...], Ledger, datetime]


def running(house: SlaSetup, number: int) -> Asked:
    """A ticket on the day it is resolved, before it is, with its clocks and what has been fired: nothing yet."""
    at = NOW - timedelta(days=1, hours=2) + number * APART
    life = [one for one in steps(number) if one[0].at <= at]
    ledger = begin()
    for event, _, after in life:
        ledger = step(ledger, event, after)
    return life[-1][2], clocks(fold(life, house), house, at=at), ledger, at


def evaluate(tickets: int) -> Callable[[], tuple[Planned, ...]]:
    """Plan and read what is owed of one ticket after another, the clocks still running."""
    house = setup()
    calendars = house.calendars

    def ask(asked: Asked) -> tuple[Planned, ...]:
        ticket, held, ledger, at = asked
        return owed(plan(MATRIX, ticket, held, ledger, calendars=calendars), at=at)

    return in_turn(ask, [running(house, number) for number in range(tickets)])


def tallied() -> Callable[[], Tally]:
    """Add a hundred tickets to the standard figures, in total and by two dimensions."""
    house, records = setup(), list[TicketOutcome]()
    for number in range(100):
        life, at = steps(number), NOW + number * APART
        records.append(outcome(life[-1][2], clocks(fold(life, house), house, at=at), at=at))

    def call() -> Tally:
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


def rows(size: Size) -> Iterable[Row]:
    """The rows."""
    plans = evaluate(size.of(LIVES, 2))
    assert [(one.rung.id, one.due) for one in plans()] == [("lead", HALF)], "something else is owed"
    yield calibrated("escalation-evaluate", plans, at_most=20, size=size)
    house, start = roster(), datetime(2026, 1, 5, tzinfo=UTC)
    end = start + timedelta(days=size.of(365, 7))
    on_call = in_turn(house.on_call, [NOW + number * APART for number in range(LIVES)])
    assert on_call() == ("cy",), "somebody else is on duty"
    yield calibrated("roster-on-call", on_call, at_most=20, size=size)
    shifts = house.shifts(start, end)
    assert all(one.end == other.start for one, other in pairwise(shifts)), "a gap, though the lead is always on duty"
    yield calibrated("roster-year", lambda: house.shifts(start, end), at_most=60, pieces=len(shifts), size=size)
    tally = tallied()
    assert tally().value("volume.received").value == 100, "not every ticket counts"
    yield calibrated("oversight-tally", tally, at_most=40, pieces=100, size=size)
