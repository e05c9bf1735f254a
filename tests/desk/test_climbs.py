"""A desk that looks for rungs at ticks alone."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from deskcore.desk.configuration import Climbs
from deskcore.desk.desk import Desk
from deskcore.desk.outcome import Accepted
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, Rung
from deskcore.escalation.acknowledge import Acknowledge
from deskcore.escalation.actions import Notify
from deskcore.escalation.events import RungFired
from deskcore.escalation.gates import Quiet
from deskcore.escalation.matrix import MatrixRow
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
BO, SYSTEM = Actor.agent("bo"), Actor.system()


def minutes(number: int) -> datetime:
    return NINE + timedelta(minutes=number)


def rung(name: str, after: int) -> Rung:
    return Rung(name, Due.after_opened(elapsed(minutes=after)), Notify(Person(name)), until="acked")


def desk(*quiet: Quiet, climbs: Climbs = "on_tick") -> Desk:
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung("a", 0), rung("b", 10), rung("c", 20))),), Person("dana"))
    made = Desk.simple(calendar=Calendar.always(), matrix=matrix)
    return Desk(attrs.evolve(made.configuration, climbs=climbs, quiet=quiet))


def opened(on: Desk) -> Accepted:
    return on.handle(None, do.Open("T-1", subject="no network", requester="ann"), at=NINE, actor=BO).unwrap()


def fired(answer: Accepted) -> list[str]:
    return [event.data.rung for event in answer.events if isinstance(event.data, RungFired)]


def test_nothing_fires_before_a_tick() -> None:
    on = desk()
    first = opened(on)
    assert fired(first) == []
    told = on.handle(first.case, do.Post("T-1", "any news?"), at=minutes(30), actor=BO).unwrap()
    assert fired(told) == []
    looked = on.handle(told.case, do.Tick("T-1"), at=minutes(31), actor=SYSTEM).unwrap()
    assert fired(looked) == ["a", "b", "c"]


def test_an_acknowledgement_before_the_look_wins() -> None:
    on = desk()
    case = on.handle(opened(on).case, Acknowledge("T-1"), at=minutes(15), actor=BO).unwrap().case
    assert fired(on.handle(case, do.Tick("T-1"), at=minutes(16), actor=SYSTEM).unwrap()) == []


def test_so_many_rungs_a_look() -> None:
    on = desk()
    case = opened(on).case
    for expected in (["a", "b"], ["c"], []):
        looked = on.handle(case, do.Tick("T-1", rungs=2), at=minutes(30), actor=SYSTEM).unwrap()
        assert fired(looked) == expected
        case = looked.case


def test_a_desk_that_climbs_whenever_takes_all_that_are_due() -> None:
    on = desk(climbs="whenever")
    looked = on.handle(opened(on).case, do.Tick("T-1", rungs=1), at=minutes(30), actor=SYSTEM).unwrap()
    assert fired(looked) == ["b", "c"]


def test_what_fires_is_dated_at_the_look_and_knows_its_due() -> None:
    on = desk()
    looked = on.handle(opened(on).case, do.Tick("T-1", rungs=1), at=minutes(5), actor=SYSTEM).unwrap()
    assert [(one.at, one.data.due) for one in looked.events if isinstance(one.data, RungFired)] == [(minutes(5), NINE)]


def test_a_rung_owed_in_a_quiet_time_of_the_look_waits_for_its_end() -> None:
    on = desk(Quiet(minutes(1), minutes(8)))
    case = opened(on).case
    held = on.handle(case, do.Tick("T-1"), at=minutes(2), actor=SYSTEM).unwrap()
    assert fired(held) == []
    assert on.next_change(held.case, at=minutes(2)) == minutes(8)
    assert fired(on.handle(held.case, do.Tick("T-1"), at=minutes(8), actor=SYSTEM).unwrap()) == ["a"]


def test_a_quiet_time_for_one_rung_puts_off_that_one_alone() -> None:
    on = desk(Quiet(minutes(11), minutes(18), rungs=frozenset({"b"})))
    looked = on.handle(opened(on).case, do.Tick("T-1"), at=minutes(12), actor=SYSTEM).unwrap()
    assert fired(looked) == ["a"]
    assert on.next_change(looked.case, at=minutes(12)) == minutes(18)
    assert fired(on.handle(looked.case, do.Tick("T-1"), at=minutes(18), actor=SYSTEM).unwrap()) == ["b"]


def test_a_quiet_time_that_counts_on_puts_nothing_off() -> None:
    on = desk(Quiet(minutes(11), minutes(18), mode="count_on"))
    looked = on.handle(opened(on).case, do.Tick("T-1"), at=minutes(12), actor=SYSTEM).unwrap()
    assert fired(looked) == ["a", "b"]


def test_the_log_gives_the_same_case() -> None:
    on = desk()
    events = [*(first := opened(on)).events]
    case = first.case
    for at, command in ((12, do.Post("T-1", "?")), (15, do.Tick("T-1", rungs=1)), (16, Acknowledge("T-1"))):
        answer = on.handle(case, command, at=minutes(at), actor=BO).unwrap()
        events, case = [*events, *answer.events], answer.case
    assert on.replay(events) == case
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_an_older_pickle_climbs_whenever() -> None:
    setup = desk(climbs="whenever").configuration
    state = setup.__getstate__()
    del state["climbs"]
    back = pickle.loads(pickle.dumps(setup))
    back.__setstate__(state)
    assert back == setup


def test_other_words_and_numbers_are_refused() -> None:
    with pytest.raises(InvalidValue):
        desk(climbs="sometimes")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        do.Tick("T-1", rungs=-1)
