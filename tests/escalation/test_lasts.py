"""How long a rung may fire at all, and repetitions that count from a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from deskcore.desk.desk import Desk
from deskcore.desk.memory import Memory
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.gates import Quiet
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, ElapsedDuration, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.presets.thresholds import by_age, in_window
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
BO = Actor.agent("bo")


def minutes(number: int) -> datetime:
    return NINE + timedelta(minutes=number)


def span(number: int) -> ElapsedDuration:
    return elapsed(minutes=number)


def told(*quiet: Quiet, every: int | None = None, end: int | None = 20) -> list[int]:
    """The minutes at which somebody is told in a window that begins at once."""
    over = None if end is None else span(end)
    step = in_window(
        "w", [Notify(Person("ann"))], begin=span(0), end=over, every=None if every is None else span(every)
    )
    plain = Desk.simple(calendar=Calendar.always(), matrix=by_age("m", [(ALWAYS, [step])], last_resort=Person("dana")))
    host = Memory(Desk(attrs.evolve(plain.configuration, quiet=quiet)))
    host.handle(do.Open("T-1", subject="?", requester="ann"), at=NINE, actor=BO)
    found: list[int] = []
    for at in range(60):
        before = len(host.told)
        host.advance(minutes(at)) if at else None
        found += [at] * (len(host.told) - before) if at else [0] * len(host.told)
    return found


def test_what_is_held_beyond_its_window_is_not_said() -> None:
    assert told(Quiet(minutes(-1), minutes(30))) == []
    assert told(Quiet(minutes(-1), minutes(20))) == []
    assert told(Quiet(minutes(-1), minutes(19))) == [19]


def test_reminders_end_with_the_window_though_the_first_was_held() -> None:
    assert told(every=8) == [0, 8, 16]
    assert told(Quiet(minutes(-1), minutes(7)), every=8) == [7, 15]


def test_a_window_without_end_lasts() -> None:
    assert told(Quiet(minutes(-1), minutes(40)), end=None) == [40]


def test_a_rung_lasts_some_time() -> None:
    with pytest.raises(InvalidValue):
        Rung("a", Due.after_opened(span(1)), Notify(Person("ann")), lasts=span(0))
