"""Rungs that count from the event since which a condition has held: a mood, a tag, a requester of importance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskcore.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.events import DeEscalated
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, Has, InRange, Is
from deskcore.testing.escalation_life import REGISTER, START, Happening, Lived, live
from deskcore.tickets import Status
from deskcore.tickets import commands as do
from deskcore.tickets import events as did

OPENED = did.Opened("VPN drops", None, Status("New", "new"), "simple", priority="p1")
ANGRY = Is("field.sentiment", "negative")
HALF_AN_HOUR = Due.since(ANGRY, elapsed(minutes=30))
ACTIVE = Status("Open", "active")


def mood(word: str | None) -> did.FieldSet:
    return did.FieldSet("sentiment", word)


def lived(due: Due, *befalls: tuple[float, object], hours: float = 48, **more: object) -> Lived:
    """A life of (hours after the opening, what happens) under one rung."""
    rung = Rung("soothe", due, Notify(Person("dana")), **more)  # type: ignore[arg-type]
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("dana"))
    life = [Happening(START + timedelta(hours=at), data) for at, data in ((0, OPENED), *befalls)]  # type: ignore[arg-type]
    return live(matrix, life, until=START + timedelta(hours=hours))


def fired(due: Due, *befalls: tuple[float, object], hours: float = 48, **more: object) -> list[float]:
    found = lived(due, *befalls, hours=hours, **more).fired
    return [(one.due - START) / timedelta(hours=1) for one in found]


def test_it_counts_from_the_event_that_made_it_true() -> None:
    assert fired(HALF_AN_HOUR, (1, mood("neutral")), (2, mood("negative")), (2.25, did.TagAdded("x"))) == [2.5]


def test_it_never_fires_where_it_stops_in_time() -> None:
    assert fired(HALF_AN_HOUR, (2, mood("negative")), (2.25, mood("neutral"))) == []


def test_it_counts_afresh_when_it_comes_to_hold_again() -> None:
    assert fired(HALF_AN_HOUR, (2, mood("negative")), (2.25, mood(None)), (3, mood("negative"))) == [3.5]


def test_it_has_fired_before_it_stops_however_late_the_look() -> None:
    """What comes about by time alone is dated then: nobody looked between two and five."""
    assert fired(HALF_AN_HOUR, (2, mood("negative")), (5, mood("neutral"))) == [2.5]


def test_it_fires_once_in_an_episode() -> None:
    again = ((2, mood("negative")), (5, mood("neutral")), (6, mood("negative")))
    assert fired(HALF_AN_HOUR, *again) == [2.5]


def test_a_condition_over_a_number_holds_while_it_changes() -> None:
    post = did.MessagePosted("m", "agent")
    assert fired(Due.since(InRange("replies", least=2), elapsed(hours=1)), (1, post), (2, post), (2.5, post)) == [3]


def test_what_holds_from_the_opening_counts_from_it() -> None:
    assert fired(Due.since(Is("priority", "p1"), elapsed(hours=1))) == [1]


def test_a_reopening_begins_it_afresh() -> None:
    befalls = (
        (1, did.Resolved("New", Status("Resolved", "resolved"))),
        (10, did.Reopened("Resolved", ACTIVE)),
    )
    assert fired(Due.since(Is("priority", "p1"), elapsed(minutes=30)), *befalls) == [0.5, 10.5]


def test_taking_the_axis_back_begins_it_afresh() -> None:
    befalls = ((2, mood("negative")), (4, DeEscalated("bo", "hierarchic")))
    assert fired(HALF_AN_HOUR, *befalls) == [2.5, 4.5]


def test_open_time_counts_only_open_time() -> None:
    due = Due.since(Has("tags", "vip"), business(hours=2))
    assert fired(due, (6.5, did.TagAdded("vip")), hours=96) == [71]  # an hour on Friday, an hour after the weekend


def test_no_amount_is_at_once() -> None:
    assert fired(Due.since(Has("tags", "vip")), (6.5, did.TagAdded("vip"))) == [6.5]


def test_it_repeats_while_it_holds() -> None:
    from deskcore.escalation.repeat import Repeat

    repeat = Repeat(elapsed(hours=1), 3)
    assert fired(HALF_AN_HOUR, (2, mood("negative")), (4, mood("neutral")), repeat=repeat) == [2.5, 3.5]


def test_the_ledger_remembers_and_forgets() -> None:
    assert dict(lived(HALF_AN_HOUR, (2, mood("negative"))).ledger.held_since) == {
        str(ANGRY): START + timedelta(hours=2)
    }
    assert not lived(HALF_AN_HOUR, (2, mood("negative")), (3, mood("neutral"))).ledger.held_since


def _desk(*rungs: Rung) -> Desk:
    matrix = Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana"))
    return Desk.simple(calendar=Calendar.always(), staff=REGISTER, matrix=matrix)


def test_a_matrix_that_is_new_to_a_case_counts_from_the_last_update() -> None:
    """Nobody watched the condition until then, but the ticket has been like that since it was last touched."""
    ann, soothe = Actor.requester("ann"), Rung("soothe", HALF_AN_HOUR, AddTag("hot"))
    old, new = _desk(), _desk(soothe)
    opening = do.Open("T-1", subject="VPN", requester="ann", fields={"sentiment": "negative"})
    case = old.handle(None, opening, at=START, actor=ann).unwrap().case
    (planned,) = new.plan(case, at=START + timedelta(minutes=5))
    assert planned.due == START + timedelta(minutes=30)
    touched = new.handle(
        case, do.AddTag("T-1", "x"), at=START + timedelta(minutes=10), actor=Actor.agent("bo")
    ).unwrap()
    (planned,) = new.plan(touched.case, at=START + timedelta(minutes=10))
    assert planned.due == START + timedelta(minutes=30)


def test_an_unknown_fact_in_it_is_found() -> None:
    rung = Rung("r", Due.since(Is("sentimnt", "negative"), elapsed(hours=1)), Notify(Person("bo")))
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("bo"))
    (found,) = lint(matrix, Surroundings())
    assert str(found).startswith("rows[0].rungs[r].due.condition: asks for the unknown fact 'sentimnt'")


@pytest.mark.parametrize(
    "make",
    [lambda: Due("since", elapsed(hours=1)), lambda: Due("opened", elapsed(hours=1), condition=ALWAYS)],
    ids=["lacks one", "has one too many"],
)
def test_a_condition_belongs_to_this_anchor_alone(make: object) -> None:
    with pytest.raises(InvalidValue, match="condition"):
        make()  # type: ignore[operator]
