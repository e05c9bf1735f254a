"""Rungs that fire again, and rungs that ask the ticket first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskcore.errors import InvalidValue, UnknownName
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, preview
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.events import Acknowledged
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.pictures import matrix_text
from deskcore.escalation.recipients import Person
from deskcore.escalation.repeat import Repeat
from deskcore.hours import business, elapsed
from deskcore.log import EventData
from deskcore.predicate import ALWAYS, Condition, Is
from deskcore.testing.escalation_life import CALENDARS, REGISTER, START, Happening, Lived, live
from deskcore.tickets import Party
from deskcore.tickets import events as did
from deskcore.tickets.status import Status

QUARTER = elapsed(minutes=15)


def ladder(*rungs: Rung) -> Matrix:
    return Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana"))


def remind(repeat: Repeat | None, *, when: Condition = ALWAYS, minutes: int = 10) -> Rung:
    due = Due.after_opened(elapsed(minutes=minutes))
    return Rung("remind", due, Notify(Person("bo")), repeat=repeat, when=when, until="acked")


def lived(matrix: Matrix, *steps: tuple[int, EventData], hours: float, looks: tuple[int, ...] = ()) -> Lived:
    opening = did.Opened("VPN drops", Party("ann"), Status("New", "new"), "simple", priority="p3")
    life = [Happening(START, opening)]
    life += [Happening(START + timedelta(minutes=minute), data) for minute, data in steps]
    seen = [START + timedelta(minutes=minute) for minute in looks]
    return live(matrix, life, until=START + timedelta(hours=hours), looks=seen)


def minutes(case: Lived) -> list[int]:
    return [(one.due - START) // timedelta(minutes=1) for one in case.fired]


def test_a_rung_fires_so_many_more_times_and_then_is_silent() -> None:
    case = lived(ladder(remind(Repeat(QUARTER, 2))), hours=5)
    assert minutes(case) == [10, 25, 40]
    assert [one.key.removeprefix("T-1/hierarchic/1/") for one in case.fired] == ["remind", "remind/2", "remind/3"]


def test_without_end_it_fires_until_somebody_takes_it_on() -> None:
    case = lived(ladder(remind(Repeat(QUARTER, None))), (50, Acknowledged("bo")), hours=5)
    assert minutes(case) == [10, 25, 40]


def test_late_looks_neither_move_nor_lose_a_firing() -> None:
    matrix = ladder(remind(Repeat(QUARTER, 5)))
    assert minutes(lived(matrix, hours=2, looks=(37, 38, 90))) == minutes(lived(matrix, hours=2))


def test_repetitions_may_count_open_time() -> None:
    case = lived(ladder(remind(Repeat(business(hours=4), 2))), hours=24 * 5)
    assert [one.due.strftime("%a %H:%M") for one in case.fired] == ["Fri 09:10", "Fri 13:10", "Mon 07:40"]


def test_of_those_past_at_a_change_only_the_latest_is_made_up_for() -> None:
    rows = (
        MatrixRow(Is("priority", "p1"), (remind(Repeat(QUARTER, 9)),)),
        MatrixRow(ALWAYS),
    )
    case = lived(Matrix("m", rows, Person("dana")), (60, did.PrioritySet("p1", "manual", "")), hours=1.5)
    assert minutes(case) == [60, 70, 85]
    assert [one.number for one in case.fired] == [3, 4, 5]


def test_a_firing_that_does_not_apply_is_used_up_and_does_nothing() -> None:
    rung = remind(Repeat(elapsed(hours=1), 1), when=Is("priority", "p1"))
    case = lived(ladder(rung), (30, did.PrioritySet("p1", "manual", "")), hours=5)
    assert [(one.people, one.actions) for one in case.fired] == [((), ()), (("bo",), ("notify bo: bo",))]
    assert "passed over: priority is" in case.fired[0].because


def test_a_preview_of_what_never_ends_stops_where_asked() -> None:
    matrix = ladder(remind(Repeat(QUARTER, None)))
    case = lived(matrix, hours=0.1)
    end = START + timedelta(minutes=41)
    seen = preview(matrix, case.ticket, (), case.ledger, REGISTER, at=START, calendars=CALENDARS, until=end)
    assert len(seen.firings) == 3
    endless = preview(matrix, case.ticket, (), case.ledger, REGISTER, at=START, calendars=CALENDARS)
    assert len(endless.firings) == 1000


def test_repetition_and_condition_stand_in_the_words_of_a_rung() -> None:
    rung = remind(Repeat(QUARTER, 2), when=Is("priority", "p1"))
    assert rung.schedule == "10m after the opening, then every 15m, 2 more times, if priority is p1"
    assert rung.schedule in matrix_text(ladder(rung))


@pytest.mark.parametrize(("every", "times"), [(elapsed(minutes=0), 3), (QUARTER, 0)])
def test_a_repetition_without_time_between_or_without_times_is_refused(every: object, times: int) -> None:
    with pytest.raises(InvalidValue):
        Repeat(every, times)  # type: ignore[arg-type]


def test_an_unknown_calendar_of_a_repetition_is_named() -> None:
    matrix = ladder(remind(Repeat(business(hours=1), 2, calendar="offce")))
    with pytest.raises(UnknownName, match="'offce'"):
        lived(matrix, hours=9)
    (found,) = lint(matrix, Surroundings(calendars=frozenset({"default"})))
    assert str(found).startswith("rows[0].rungs[remind].repeat.calendar: names the unknown calendar 'offce'")


def test_lint_wants_an_end_to_what_nothing_but_the_close_ends() -> None:
    endless = Rung("r", Due.after_opened(QUARTER), AddTag("x"), repeat=Repeat(QUARTER, None), until="closed")
    (found,) = lint(ladder(endless))
    assert found.code == "endless"
    assert "rungs[r].repeat.times: has no end before the close" in str(found)


def test_lint_names_a_fact_that_nobody_knows_in_the_condition_of_a_rung() -> None:
    (found,) = lint(ladder(remind(None, when=Is("prioritty", "p1"))))
    assert (
        str(found)
        == "rows[0].rungs[remind].when: asks for the unknown fact 'prioritty'; known are those of the reference, and field.<name>"
    )
