"""Rungs that go by another id in the next version of a matrix: what has fired stays fired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.desk import Case, Configuration, Desk
from deskcore.desk.outcome import Refused
from deskcore.errors import InvalidConfiguration
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, plan
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.compare import Open, compare
from deskcore.escalation.events import RungFired
from deskcore.escalation.recipients import Person
from deskcore.escalation.renaming import lint_renamed, renamed
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, EventData
from deskcore.predicate import ALWAYS
from deskcore.testing import escalation as draw
from deskcore.testing import escalation_life as t
from deskcore.tickets import commands as do
from deskcore.tickets.simple import simple_lifecycle

HOUR = elapsed(hours=1)
BO = Actor.agent("bo")


def rung(name: str, hours: int, **more: object) -> Rung:
    return Rung(name, Due.after_opened(elapsed(hours=hours)), Notify(Person("dana")), **more)  # type: ignore[arg-type]


def matrix(version: str, *rungs: Rung) -> Matrix:
    return Matrix("house", (MatrixRow(ALWAYS, rungs),), Person("dana"), version)


OLD = matrix("1", rung("lead", 1, repeat=Repeat(HOUR, 3)), rung("boss", 8))
NEW = matrix("2", rung("team lead", 1, repeat=Repeat(HOUR, 3)), rung("boss", 8), rung("director", 9))
DESK = Desk(
    Configuration(
        (simple_lifecycle(),), FrozenDict({"default": Calendar.always()}), staff=t.REGISTER, matrix=NEW, former=(OLD,)
    )
)


def under_the_old_one() -> Case:
    old = Desk(attrs.evolve(DESK.configuration, matrix=OLD, former=()))
    asked = do.Open("T-1", subject="VPN", requester="ann")
    case = old.handle(None, asked, at=t.START, actor=Actor.requester("ann")).unwrap().case
    return old.handle(case, do.Tick("T-1"), at=t.START + timedelta(hours=2), actor=Actor.system()).unwrap().case


def fires(ids: Mapping[str, str]) -> list[str]:
    """What fires between a migration after two hours and the evening."""
    case = under_the_old_one()
    at = t.START + timedelta(hours=2, minutes=30)
    moved = DESK.migrate(case, matrix="house@2", renamed=ids, at=at, actor=BO).unwrap()
    late = DESK.handle(moved.case, do.Tick("T-1"), at=t.START + timedelta(hours=10), actor=Actor.system()).unwrap()
    return [event.data.key for event in (*moved.events, *late.events) if isinstance(event.data, RungFired)]


def test_what_fired_under_the_old_id_does_not_fire_again_under_the_new_one() -> None:
    head = "T-1/hierarchic/1"
    assert fires({"lead": "team lead"}) == [
        f"{head}/team lead/3",
        f"{head}/team lead/4",
        f"{head}/boss",
        f"{head}/director",
    ]
    assert f"{head}/team lead/2" in fires({})  # of those that are past, the latest


def test_the_log_alone_tells_it() -> None:
    """The new ids stand in the event, so a replay knows them."""
    case = under_the_old_one()
    at = t.START + timedelta(hours=3)
    moved = DESK.migrate(case, matrix="house@2", renamed={"lead": "team lead"}, at=at, actor=BO).unwrap()
    assert "T-1/hierarchic/1/lead" not in moved.case.ledger.fired
    assert "T-1/hierarchic/1/team lead/2" in moved.case.ledger.fired
    assert moved.case.ledger.position.hierarchic == 1


def test_a_comparison_goes_by_the_new_ids() -> None:
    lived = t.live(OLD, (t.Happening(t.START, _opened()),), until=t.START + timedelta(minutes=30))
    tickets = [Open(lived.ticket, lived.clocks, lived.ledger)]
    told = compare(OLD, NEW, tickets, calendars=t.CALENDARS, renamed={"lead": "team lead"})
    assert [(change.rung, change.what) for change in told] == [("director", "gained")]
    bare = compare(OLD, NEW, tickets, calendars=t.CALENDARS)
    assert {(change.rung, change.what) for change in bare} == {
        ("lead", "lost"),
        ("team lead", "gained"),
        ("director", "gained"),
    }
    with pytest.raises(InvalidConfiguration, match="new ids of house@2"):
        compare(OLD, NEW, tickets, calendars=t.CALENDARS, renamed={"leed": "team lead"})


def _opened() -> EventData:
    from deskcore.tickets.events import Opened
    from deskcore.tickets.status import Status

    return Opened("VPN", None, Status("New", "new"), "simple", priority="p1")


@pytest.mark.parametrize(
    ("old", "new", "ids", "code", "says"),
    [
        (OLD, NEW, {"leed": "team lead"}, "unknown_rung", "renamed[leed]: names no rung of house@1; known: boss, lead"),
        (
            OLD,
            NEW,
            {"lead": "teamlead"},
            "unknown_rung",
            "renamed[lead]: becomes 'teamlead', which is no rung of house@2; known: boss, director, team lead",
        ),
        (
            OLD,
            NEW,
            {"lead": "director", "boss": "director"},
            "two_to_one",
            "renamed[lead]: becomes 'director', as boss does; two rungs cannot become one",
        ),
        (
            OLD,
            NEW,
            {"lead": "boss"},
            "two_to_one",
            "renamed[lead]: becomes 'boss', which has been another rung until now; rename that one too",
        ),
        (
            OLD,
            NEW,
            {"boss": "director"},
            "kept_name",
            "renamed[boss]: is still a rung of house@2, which would fire again; give one of them another id",
        ),
        (
            OLD,
            matrix("2", rung("team lead", 1, axis="functional")),
            {"lead": "team lead"},
            "two_axes",
            "renamed[lead]: was hierarchic and is functional now",
        ),
        (
            OLD,
            matrix("2", Rung("team lead", Due.on_breach("resolution"), AddTag("x"))),
            {"lead": "team lead"},
            "other_clock",
            "renamed[lead]: counted episodes and counts cycles of resolution now",
        ),
    ],
)
def test_what_is_wrong_with_new_ids_is_said(
    old: Matrix, new: Matrix, ids: dict[str, str], code: str, says: str
) -> None:
    assert says in "\n".join(str(problem) for problem in lint_renamed(old, new, ids) if problem.code == code)


def test_a_migration_with_wrong_ids_is_refused_with_all_that_is_wrong() -> None:
    at = t.START + timedelta(hours=3)
    answer = DESK.migrate(under_the_old_one(), matrix="house@2", renamed={"a": "b"}, at=at, actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["unknown_rung", "unknown_rung"]
    answer = DESK.migrate(under_the_old_one(), renamed={"lead": "boss"}, at=at, actor=BO)
    assert isinstance(answer, Refused)
    assert "unknown_matrix" in {refusal.code for refusal in answer.refusals}


def test_two_rungs_may_exchange_their_ids() -> None:
    assert lint_renamed(OLD, OLD, {"lead": "boss", "boss": "lead"}) == ()


@settings(max_examples=40, deadline=None)
@given(draw.matrices(), draw.lives(), st.integers(0, 9 * 24 * 60))
def test_new_ids_change_nothing_but_the_ids(held: Matrix, life: tuple[t.Happening, ...], minutes: int) -> None:
    """The plan of a renamed case under a renamed matrix is the old plan, renamed."""
    ids = {one.id: f"new {one.id}" for one in held.rungs}
    lived = t.live(held, life, until=t.START + timedelta(minutes=minutes))

    def entries(under: Matrix, *, moved: bool) -> list[tuple[str, str, datetime | None]]:
        ledger = renamed(lived.ledger, ids) if moved else lived.ledger
        found = plan(under, lived.ticket, lived.clocks, ledger, calendars=t.CALENDARS, staff=t.REGISTER)
        return [(entry.key.replace("new ", ""), entry.state, entry.due) for entry in found]

    assert entries(_with_ids(held, ids), moved=True) == entries(held, moved=False)


def _with_ids(held: Matrix, ids: Mapping[str, str]) -> Matrix:
    def named(one: Rung) -> Rung:
        due = attrs.evolve(one.due, of=ids.get(one.due.of or "")) if one.due.anchor == "rung" else one.due
        return attrs.evolve(one, id=ids[one.id], due=due)

    rows = (attrs.evolve(row, rungs=tuple(map(named, row.rungs))) for row in held.rows)
    return attrs.evolve(held, rows=tuple(rows))
