"""Nobody is addressed while they are absent: stand-ins, the next manager up, fallbacks, and the last resort all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.desk import Desk, Memory
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.events import RungAnswered
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    OnCall,
    PartnerContact,
    Person,
    Pool,
    Recipient,
    TeamLead,
    TeamMembers,
    addressed,
    back,
    resolve,
)
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.staff import Agent, Partner, Staff, Team
from deskcore.staff.absence import Absence
from deskcore.staff.layers import OnDuty
from deskcore.testing.staff import absences, instants
from deskcore.testing.tickets import opening
from deskcore.tickets import commands as do
from deskcore.tickets import replay

JULY = datetime(2026, 7, 6, 12, tzinfo=UTC)
BACK = datetime(2026, 7, 27, tzinfo=UTC)
HOLIDAY = Absence(JULY, BACK, "holiday")
SICK = Absence(JULY - timedelta(days=1), None, "sick")
TOLD = "bo is absent until 2026-07-27 00:00+00:00 (holiday)"
TICKET = replay([opening("T-1")])


def staff(bo: Absence | None = HOLIDAY, mia: Absence | None = None, cy: Absence | None = None) -> Staff:
    """Bo of the first line, whose manager is mia, whose manager is cy."""
    held = {"bo": bo, "mia": mia, "cy": cy}
    gone = {name: () if absence is None else (absence,) for name, absence in held.items()}
    return Staff(
        agents=(
            Agent("bo", team="first", manager="mia", absences=gone["bo"]),
            Agent("mia", team="first", manager="cy", absences=gone["mia"]),
            Agent("cy", absences=gone["cy"]),
        ),
        teams=(Team("first", lead="bo"),),
        partners=(Partner("manila", contact="bo"),),
        rosters={"nights": OnDuty(("bo",)), "pair": OnDuty(("bo", "cy"))},
    )


@pytest.mark.parametrize(
    ("recipient", "people"),
    [
        (Person("bo"), ()),
        (TeamLead("first"), ()),
        (TeamMembers("first"), ("mia",)),
        (PartnerContact("manila"), ()),
        (OnCall("nights"), ()),
        (OnCall("pair"), ("cy",)),
        (ManagerOf(Person("bo")), ("mia",)),
    ],
    ids=str,
)
def test_whoever_is_absent_is_not_addressed(recipient: Recipient, people: tuple[str, ...]) -> None:
    """The manager of somebody absent is still their manager."""
    found = addressed(recipient, staff(), TICKET, at=JULY)
    assert found.people == people
    assert (TOLD in found.path) is not isinstance(recipient, ManagerOf)


@pytest.mark.parametrize("at", [JULY - timedelta(microseconds=1), BACK])
def test_the_start_of_an_absence_is_included_its_end_is_not(at: datetime) -> None:
    assert addressed(Person("bo"), staff(), TICKET, at=at).path == ("person: bo",)


def test_a_stand_in_is_addressed_instead_and_hears_once() -> None:
    register = staff(Absence(JULY, BACK, "holiday", "mia"))
    assert addressed(Person("bo"), register, TICKET, at=JULY).path == ("person: bo", f"{TOLD}: mia stands in")
    assert addressed(TeamMembers("first"), register, TICKET, at=JULY).people == ("mia",)


def test_nobody_stands_in_for_a_stand_in() -> None:
    register = staff(Absence(JULY, BACK, "holiday", "mia"), Absence(JULY, None, "sick", "cy"))
    found = addressed(Person("bo"), register, TICKET, at=JULY)
    assert found.people == ()
    told = f"{TOLD}; mia, who would stand in, is absent until further notice (sick)"
    assert found.path == ("person: bo", told)


def test_instead_of_an_absent_manager_comes_the_next_one_up() -> None:
    found = addressed(ManagerOf(Person("bo")), staff(mia=SICK), TICKET, at=JULY)
    assert found.explain() == (
        "person: bo; manager of bo: mia; mia is absent until further notice (sick); manager of mia: cy"
    )
    assert found.people == ("cy",)
    assert not addressed(ManagerOf(Person("bo")), staff(mia=SICK, cy=SICK), TICKET, at=JULY)


def test_managers_in_a_circle_come_to_an_end() -> None:
    people = (Agent("bo", manager="mia", absences=[SICK]), Agent("mia", manager="bo", absences=[SICK]))
    assert not addressed(ManagerOf(Person("bo")), Staff(agents=people), TICKET, at=JULY)


def test_the_rungs_fallback_is_asked_and_the_last_resort_in_the_end() -> None:
    register = staff(mia=SICK)
    found = resolve(Person("bo"), register, TICKET, at=JULY, otherwise=(Person("mia"), Person("cy")))
    assert found.people == ("cy",)
    assert found.path == (
        "person: bo", TOLD, "fallback: person: mia", "fallback: mia is absent until further notice (sick)",
        "fallback: person: cy",
    )  # fmt: skip


def test_the_last_resort_is_addressed_though_absent() -> None:
    found = resolve(Person("bo"), staff(mia=SICK), TICKET, at=JULY, otherwise=(Person("mia"),))
    assert found.people == ("mia",)
    assert found.path[-1] == "nobody else is there: mia all the same"
    assert not resolve(Person("bo"), staff(), TICKET, at=JULY), "what has no last resort may be nobody"


def test_a_strangers_absence_is_not_known() -> None:
    assert addressed(Person("dana@example.com"), staff(), TICKET, at=JULY).people == ("dana@example.com",)


def test_when_somebody_is_back_is_known() -> None:
    register = staff(Absence(JULY, BACK, "holiday", "mia"), Absence(JULY, BACK - timedelta(days=2), "sick"))
    found = back([Person("bo"), Assignee()], register, TICKET, JULY)
    assert sorted(found) == [int(at.timestamp()) * 1_000_000 for at in (BACK - timedelta(days=2), BACK)]


NAMES = ("a0", "a1", "a2")
RECIPIENTS = st.one_of(
    st.sampled_from(NAMES).map(Person),
    st.sampled_from(NAMES).map(lambda name: ManagerOf(Person(name))),
    st.sampled_from((TeamLead("team"), TeamMembers("team"), OnCall("nights"), Assignee(), Pool("pool", NAMES))),
)


@given(
    st.tuples(*[absences(NAMES)] * 3), RECIPIENTS, st.lists(RECIPIENTS, max_size=2), st.sampled_from(NAMES), instants()
)
def test_nobody_absent_is_addressed_while_anybody_else_was_there(
    away: tuple[tuple[Absence, ...], ...],
    recipient: Recipient,
    fallbacks: list[Recipient],
    last: str,
    at: datetime,
) -> None:
    """Law: an absent person hears only as the last resort, when nobody before was there; and somebody always hears."""
    managers = ("a1", "a2", None)
    people = [
        Agent(name, team="team", manager=boss, absences=gone)
        for name, boss, gone in zip(NAMES, managers, away, strict=True)
    ]
    register = Staff(agents=tuple(people), teams=(Team("team", lead="a1"),), rosters={"nights": OnDuty(("a0", "a2"))})
    found = resolve(recipient, register, TICKET, at=at, otherwise=(*fallbacks, Person(last)))
    assert found.people, found.explain()
    absent = [name for name in found.people if register.absence(name, at=at) is not None]
    if absent:
        assert absent == [last]
        asked = (recipient, *fallbacks, Person(last))
        assert not any(addressed(one, register, TICKET, at=at) for one in asked), found.explain()
        assert found.path[-1] == f"nobody else is there: {last} all the same"


START = JULY - timedelta(days=1)
ANN = Actor.requester("ann")


def house(register: Staff, recipient: Recipient, **more: Any) -> Desk:
    rung = Rung("r", Due.after_opened(elapsed(days=1)), Notify(recipient, "page"), **more)
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("cy"))
    return Desk.simple(calendar=Calendar.always(), staff=register, matrix=matrix)


def lived(desk: Desk, until: datetime) -> Memory:
    host = Memory(desk)
    host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN)
    host.advance(until)
    return host


def test_a_pool_passes_over_absent_members_and_says_so() -> None:
    pool = Pool("all", ["bo", "mia"])
    host = lived(house(staff(), pool), JULY)
    assert [effect.people for effect in host.told] == [("mia",)]
    assert host.floor.pools == {"all": "mia"}
    (answered,) = [event.data for event in host.log("T-1") if isinstance(event.data, RungAnswered)]
    assert answered.path == ("next in pool all: mia", TOLD)
    nobody = lived(house(staff(mia=SICK), pool), JULY)
    assert [effect.people for effect in nobody.told] == [("cy",)]


def test_a_rung_held_until_somebody_is_there_fires_when_the_absence_ends() -> None:
    desk = house(staff(), Person("bo"), if_nobody="hold")
    host = lived(desk, JULY)
    assert host.told == []
    assert desk.next_change(host.case("T-1"), at=JULY) == BACK
    host.advance(BACK)
    assert [(effect.people, host.case("T-1").recorded_at) for effect in host.told] == [(("bo",), BACK)]


def test_a_rung_that_may_be_skipped_is_skipped_where_everybody_is_absent() -> None:
    host = lived(house(staff(), TeamLead("first"), if_nobody="skip"), JULY)
    assert host.told == []


def test_a_preview_knows_who_will_be_absent_by_then() -> None:
    desk = house(staff(), Person("bo"))
    case = desk.handle(None, do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap().case
    (firing,) = desk.preview(case, at=START).firings
    assert firing.event.people == ("cy",)


def test_lint_finds_a_last_resort_who_will_be_absent() -> None:
    register = staff(bo=None, cy=HOLIDAY)
    matrix = Matrix("m", (MatrixRow(ALWAYS, ()),), Person("cy"))
    found = [str(one) for one in lint(matrix, Surroundings(staff=register, at=START)) if one.code == "absent"]
    assert found == [
        (
            "last_resort: is cy, who is absent until 2026-07-27 00:00+00:00 (holiday), from 2026-07-06 12:00+00:00 on; "
            "name a stand-in, or a team"
        )
    ]
    assert not [one for one in lint(matrix, Surroundings(staff=register, at=BACK)) if one.code == "absent"]
    team = attrs.evolve(matrix, last_resort=TeamMembers("first"))
    assert not [one for one in lint(team, Surroundings(staff=staff(), at=START)) if one.code == "absent"]
    both = staff(mia=HOLIDAY)
    (shut,) = [one for one in lint(team, Surroundings(staff=both, at=START)) if one.code == "absent"]
    assert "is team first, of whom all are absent" in str(shut)
