"""Rungs with hours of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskcore.errors import UnknownName
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, plan
from deskcore.escalation.actions import Notify
from deskcore.escalation.fold import begin, step
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import Person
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar, elapsed
from deskcore.predicate import ALWAYS
from deskcore.testing.escalation_life import CALENDARS, START, Happening, Lived, live
from deskcore.testing.tickets import opening
from deskcore.tickets import Party, replay
from deskcore.tickets import events as did
from deskcore.tickets.status import Status


def rung(hours: int, *, during: str = "default", repeat: Repeat | None = None) -> Rung:
    due = Due.after_opened(elapsed(hours=hours))
    return Rung("page", due, Notify(Person("bo")), during=during, repeat=repeat)


def ladder(*rungs: Rung) -> Matrix:
    return Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana"))


def lived(matrix: Matrix) -> Lived:
    opened = did.Opened("VPN drops", Party("ann"), Status("New", "new"), "simple", priority="p3")
    return live(matrix, [Happening(START, opened)], until=START + timedelta(days=5))


def fired(*rungs: Rung) -> list[str]:
    return [f"{one.rung} {one.due:%a %H:%M}" for one in lived(ladder(*rungs)).fired]


def test_what_falls_outside_the_hours_is_held_until_they_open() -> None:
    assert fired(rung(2)) == ["page Fri 11:00"]
    assert fired(rung(12)) == ["page Mon 07:00"]
    assert "held until default opens" in lived(ladder(rung(12))).fired[0].because


def test_a_rung_after_a_held_one_counts_from_when_it_was_due_in_the_end() -> None:
    boss = Rung("boss", Due.after_rung("page", elapsed(minutes=30)), Notify(Person("mia")))
    assert fired(rung(12), boss) == ["page Mon 07:00", "boss Mon 07:30"]


def test_of_repetitions_held_together_only_the_latest_fires() -> None:
    case = lived(ladder(rung(1, repeat=Repeat(elapsed(hours=6), 20))))
    assert [f"{one.due:%a %H:%M} {one.number}" for one in case.fired][:4] == [
        "Fri 10:00 0",
        "Fri 16:00 1",
        "Mon 07:00 11",
        "Mon 10:00 12",
    ]


def test_hours_that_never_open_leave_it_waiting() -> None:
    ticket = replay([opening("T-1", at=START)])
    ledger = step(begin(), opening("T-1", at=START), ticket)
    calendars = {**CALENDARS, "never": Calendar.never()}
    (entry,) = plan(ladder(rung(1, during="never")), ticket, (), ledger, calendars=calendars)
    assert (entry.state, entry.due, entry.why) == ("waiting", None, "never never opens again")


def test_unknown_hours_are_named() -> None:
    with pytest.raises(UnknownName, match="'offce'"):
        lived(ladder(rung(1, during="offce")))
    (found,) = lint(ladder(rung(1, during="offce")), Surroundings(calendars=frozenset({"default"})))
    assert str(found).startswith("rows[0].rungs[page].during: names the unknown calendar 'offce'; known: default")


def test_the_hours_stand_in_the_words_of_a_rung() -> None:
    assert rung(1).schedule == "1h after the opening, held until default opens"
