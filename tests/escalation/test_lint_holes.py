"""Holes of rosters: found without anybody saying when, in the weeks of clock changes above all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from deskcore._value import FrozenDict
from deskcore.desk import Configuration, Desk
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import ManagerOf, OnCall, Person
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar, business, elapsed
from deskcore.predicate import ALWAYS
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Agent, Staff
from deskcore.staff.layers import During, Layer, Layered, OnDuty
from deskcore.staff.overrides import Shift, WrittenShifts
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Rotation
from deskcore.tickets.simple import simple_lifecycle

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Amsterdam")
NIGHTS = Calendar.weekly("Mon-Sun 20:00-08:00", tz="Europe/Amsterdam")


def daily(person: str, tz: str, hours: str) -> Roster:
    rotation = Rotation((person,), tz=tz, on=date(2026, 1, 5), at=time(0), unit="week")
    return During(rotation, Calendar.weekly(f"Mon-Sun {hours}", tz=tz))


SUN = Layered(
    (Layer(daily("ann", "Europe/Amsterdam", "02:00-14:00")), Layer(daily("bo", "America/New_York", "08:00-20:00")))
)
"""Amsterdam hands to New York and back, six hours apart; for some weeks of the year it is five."""
WRITTEN = WrittenShifts(
    (
        Shift(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 20, tzinfo=UTC), "ann"),
        Shift(datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 20, tzinfo=UTC), "bo"),
    )
)
STAFF = Staff(
    agents=(Agent("ann"), Agent("bo"), Agent("dana")),
    rosters=FrozenDict(
        {
            "sun": SUN,
            "office": During(OnDuty(("bo",)), OFFICE),
            "nights": During(OnDuty(("ann",)), NIGHTS),
            "written": WRITTEN,
            "always": OnDuty(("bo",)),
        }
    ),
)
HOURS = {"office": OFFICE, "nights": NIGHTS, "default": OFFICE}


def holes(*rungs: Rung, **more: object) -> list[str]:
    around = Surroundings(staff=STAFF, hours=HOURS, **more)  # type: ignore[arg-type]
    problems = lint(Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana")), around)
    return [str(one) for one in problems if one.code == "coverage_hole"]


def asks(roster: str, due: Due | None = None, **more: object) -> Rung:
    return Rung("r", due or Due.after_opened(elapsed(minutes=5)), Notify(OnCall(roster)), **more)  # type: ignore[arg-type]


def test_a_hole_of_the_weeks_between_two_clock_changes_is_found_without_an_instant() -> None:
    """New York changes on 8 March, Amsterdam on 29 March: three weeks of nights with an hour of nobody, and one in autumn."""
    assert holes(asks("sun")) == [
        (
            "rows[0].rungs[r].actions[0].recipient: asks roster sun, on which nobody is on call 28 times between 2026-01-05 "
            "and 2027-01-11, first from Mon 2026-03-09 01:00 to Mon 2026-03-09 02:00 (Europe/Amsterdam); put somebody on "
            "call then, give the rung a fallback who is there, or say if_nobody='hold' or 'skip'"
        )
    ]


def test_an_instant_and_a_horizon_narrow_it() -> None:
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert not holes(asks("sun"), at=april, horizon=timedelta(days=90))
    assert "7 times between 2026-04-01 and 2026-11-07" in holes(asks("sun"), at=april, horizon=timedelta(days=220))[0]
    assert "between 2026-01-05 and 2026-03-10" in holes(asks("sun"), horizon=timedelta(days=64))[0]


def test_written_shifts_end_with_the_last_of_them_and_that_is_no_hole() -> None:
    (found,) = holes(asks("written"))
    assert (
        "on call once between 2026-03-02 and 2026-03-03, first from Mon 2026-03-02 20:00 to Tue 2026-03-03 08:00"
        in found
    )


@pytest.mark.parametrize(
    "rung",
    [
        asks("office", during="office"),
        asks("office", Due.after_opened(business(hours=1), calendar="office")),
        asks("office", Due.at_share("resolution", 0.5)),
        asks("office", Due.on_breach("resolution")),
        asks("office", if_nobody="hold"),
        asks("office", if_nobody="skip"),
        asks("office", fallback=Person("dana")),
        asks("office", fallback=OnCall("always")),
    ],
    ids=["its own hours", "open time", "a clock", "a breach", "holds", "skips", "a person", "another roster"],
)
def test_a_hole_in_which_no_rung_is_due_or_somebody_else_is_there_does_not_matter(rung: Rung) -> None:
    assert holes(rung, clock_hours={"resolution": frozenset({"office"})}) == []


@pytest.mark.parametrize(
    ("rung", "says"),
    [
        (asks("office", during="nights"), "while nights is open"),
        (asks("nights", Due.after_opened(business(hours=1), calendar="office")), "while office is open"),
        (asks("office", Due.at_share("first_response", 0.5)), "on which nobody is on call"),
        (
            asks("office", Due.on_breach("resolution"), repeat=Repeat(elapsed(hours=8), 2)),
            "on which nobody is on call 2",
        ),
        (asks("office", fallback=OnCall("nights")), "nor on nights, its fallback, nobody is on call"),
        (Rung("r", Due.by_hand(), Notify(ManagerOf(OnCall("office")))), "asks roster office"),
    ],
    ids=["its own hours", "open time", "another clock", "repeats", "its fallback", "a manager"],
)
def test_a_hole_in_which_a_rung_may_be_due_matters(rung: Rung, says: str) -> None:
    (found,) = holes(rung, clock_hours={"resolution": frozenset({"office"})})
    assert says in found


def test_hours_that_never_meet_the_trigger_s_are_found() -> None:
    due = Due.after_opened(business(hours=1), calendar="office")
    row = MatrixRow(ALWAYS, (Rung("r", due, Notify(Person("bo")), during="nights", outside="skip"),))
    found = lint(Matrix("m", (row,), Person("dana")), Surroundings(staff=STAFF, hours=HOURS))
    assert [str(one) for one in found] == [
        (
            "rows[0].rungs[r].during: lets it fire in nights alone, and it is due in office, which is closed then; "
            "the rung never fires: hold it (outside='hold'), or give it other hours"
        )
    ]


def test_a_desk_says_so_unasked() -> None:
    target = Target.resolution(business(hours=8))
    setup = Configuration(
        (simple_lifecycle(),),
        FrozenDict(HOURS),
        PolicyBook((SlaPolicy("house", (target,), calendar="default"),)),
        Matrix("m", (MatrixRow(ALWAYS, (asks("sun"),)),), Person("dana")),
        STAFF,
    )
    found = [one for one in Desk(setup).lint() if one.code == "coverage_hole"]
    assert [one.path for one in found] == ["matrix.rows[0].rungs[r].actions[0].recipient"]
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert not [one for one in Desk(setup).lint(at=april, horizon=timedelta(days=90)) if one.code == "coverage_hole"]
