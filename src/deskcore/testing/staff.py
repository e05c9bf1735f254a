"""Strategies and laws for staff: registers, contracts, presence, shifts.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import strategies as st

from deskcore._value import FrozenDict, to_us
from deskcore.hours import Calendar, ElapsedDuration
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import NEVER, Condition, Facts, Is, where
from deskcore.staff import (
    HOUSE,
    Agent,
    Organisation,
    Partner,
    Presence,
    Scope,
    Staff,
    Team,
    next_shift_change,
    shifts_due,
)
from deskcore.staff.absence import Absence
from deskcore.staff.events import CameBack, CapacityChanged, ShiftEnded, ShiftStarted, SignedOff, SignedOn, WentAway
from deskcore.staff.validity import Validity
from deskcore.testing.rosters import rosters

__all__ = [
    "AGREEMENTS",
    "CALENDARS",
    "CATEGORIES",
    "DATA_CLASSES",
    "LANGUAGES",
    "MONDAY",
    "SKILLS",
    "TEAMS",
    "absences",
    "agents",
    "check_absent_is_not_there",
    "check_presence_is_a_fold",
    "check_scope",
    "check_shifts_are_recorded_once",
    "floor_events",
    "instants",
    "partners",
    "presence_events",
    "scopes",
    "staffs",
    "validities",
]

MONDAY: Final = datetime(2026, 3, 23, tzinfo=UTC)
"""The midnight that begins the week in which European clocks go forward."""
SKILLS: Final = ("vpn", "billing", "printer")
LANGUAGES: Final = ("nl", "en", "de")
CATEGORIES: Final = ("password", "access", "network")
DATA_CLASSES: Final = ("health", "payment")
AGREEMENTS: Final = ("nda", "baa")
TEAMS: Final = ("first", "second")
CALENDARS: Final[Mapping[str, Calendar]] = {
    "office": Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam"),
    "manila": Calendar.weekly("Mon-Sun 08:00-20:00", tz="Asia/Manila"),
    "always": Calendar.always(),
}
"""The calendars that generated staff name."""


@cache
def instants(*, days: int = 8) -> st.SearchStrategy[datetime]:
    """Instants to the minute, in UTC, from ``MONDAY`` on."""
    return st.integers(0, days * 1440).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@cache
def validities() -> st.SearchStrategy[Validity]:
    """When something holds: mostly always, else with a start, an end or both in the eight days from ``MONDAY`` on."""
    begins, ends = instants(days=4), st.integers(1, 4 * 1440).map(lambda minutes: MONDAY + timedelta(4, 60 * minutes))
    return st.one_of(
        st.just(Validity()),
        st.just(Validity()),
        st.builds(Validity, begins),
        st.builds(Validity, st.none(), ends),
        st.builds(Validity, begins, ends),
    )


@cache
def absences(people: tuple[str, ...] = ()) -> st.SearchStrategy[tuple[Absence, ...]]:
    """Nobody's, mostly; else one or two absences in the eight days from ``MONDAY`` on, perhaps with a stand-in."""
    one = st.builds(
        lambda start, minutes, kind, stand_in: Absence(
            start, None if minutes is None else start + timedelta(minutes=minutes), kind, stand_in
        ),
        instants(days=4),
        st.none() | st.integers(1, 4 * 1440),
        st.sampled_from(("", "holiday", "sick")),
        st.sampled_from((None, *people)),
    )
    return st.one_of(st.just(()), st.just(()), one.map(lambda held: (held,)), st.tuples(one, one))


@cache  # building a strategy costs more than drawing from it
def scopes() -> st.SearchStrategy[Scope]:
    """Contracts that provide everything, some categories, or state nothing, with and without exclusions and a tier."""
    provided: st.SearchStrategy[Scope | Condition] = st.one_of(
        st.builds(Scope.everything),
        st.builds(Scope.everything),
        st.builds(Scope),
        st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True).map(lambda names: where(category=tuple(names))),
    )
    excluded: st.SearchStrategy[Condition] = (
        st.just(NEVER) | st.just(NEVER) | st.sampled_from(CATEGORIES).map(lambda name: Is("category", name))
    )
    return st.builds(
        lambda base, out, tier: Scope(base.provided if isinstance(base, Scope) else base, excluded=out, max_tier=tier),
        provided,
        excluded,
        st.sampled_from((None, None, 1, 2)),
    )


@cache
def agents(id: str, *, desks: tuple[str, ...] = (HOUSE,)) -> st.SearchStrategy[Agent]:  # noqa: A002 - the field's own name
    """One agent of a given id, of one of some desks."""
    return st.builds(
        Agent,
        st.just(id),
        team=st.sampled_from((None, *TEAMS)),
        desk=st.sampled_from(desks),
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3)),
        languages=st.sampled_from((LANGUAGES, LANGUAGES[:2], LANGUAGES[2:], ())),
        tier=st.sampled_from((3, 2, 1)),
        capacity=st.sampled_from((3, 2, 1, 0)),
        calendar=st.sampled_from((None, None, *CALENDARS)),
        signs_on_by_shift=st.booleans(),
        clearances=st.dictionaries(st.sampled_from(DATA_CLASSES), validities()),
        agreements=st.dictionaries(st.sampled_from(AGREEMENTS), validities(), max_size=1),
        absences=absences(tuple(f"a{place}" for place in range(5))),
        cost=st.none() | st.integers(0, 4).map(Decimal),
        queues=st.sampled_from(((), (), ("vip",), ("vip", "general"))),
        ceilings=st.sampled_from(({}, {}, {"*": 2}, {"channel:chat": 1}, {"queue:*": 1})),
        wrap_up=st.sampled_from((None, None, ElapsedDuration.of_us(300_000_000))),
        labels=st.fixed_dictionaries(
            {},
            optional={"ring": st.integers(0, 3), "sales": st.integers(0, 3), "site": st.sampled_from(("ams", "mnl"))},
        ),
    )


@cache
def partners(id: str) -> st.SearchStrategy[Partner]:  # noqa: A002
    """One partner desk of a given id, whose contract may allow much or nothing."""
    return st.builds(
        Partner,
        st.just(id),
        scope=scopes(),
        calendar=st.sampled_from((None, None, *CALENDARS)),
        capacity=st.sampled_from((None, 4, 1, 0)),
        price=st.none() | st.integers(0, 4).map(Decimal),
        currency=st.just("EUR"),
        languages=st.sampled_from((LANGUAGES, LANGUAGES[:2], LANGUAGES[2:], ())),
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3)),
        clearances=st.dictionaries(st.sampled_from(DATA_CLASSES), validities()),
        agreements=st.dictionaries(st.sampled_from(AGREEMENTS), validities(), max_size=1),
        contract=st.just(Validity()) | validities(),
    )


@st.composite
def staffs(draw: st.DrawFn, *, most: int = 5) -> Staff:
    """A register of up to ``most`` agents ``a0`` ..., two teams of the house and up to two partners ``p0``, ``p1``."""
    contracts = tuple(draw(partners(f"p{place}")) for place in range(draw(st.integers(0, 2))))
    desks = (HOUSE, HOUSE, *(partner.id for partner in contracts))
    count = draw(st.sampled_from((*range(1, most + 1), 0)))
    people = tuple(draw(agents(f"a{place}", desks=desks)) for place in range(count))
    return Staff(
        agents=people,
        teams=tuple(Team(name) for name in TEAMS),
        partners=contracts,
        organisations=(Organisation("acme", tier="gold", languages=("nl",)),),
        rosters=FrozenDict({"nights": draw(rosters())} if draw(st.booleans()) else {}),
        data_agreements=draw(st.sampled_from(({}, {}, {"health": "nda"}))),
    )


@cache
def presence_events(agents: tuple[str, ...]) -> st.SearchStrategy[EventData]:
    """What may happen to the presence of one of these agents."""
    who = st.sampled_from(agents)
    return st.one_of(
        st.builds(SignedOn, who),
        st.builds(SignedOff, who),
        st.builds(WentAway, who, st.sampled_from(("", "lunch"))),
        st.builds(CameBack, who),
        st.builds(CapacityChanged, who, st.none() | st.integers(0, 4)),
        st.builds(ShiftStarted, who, st.booleans()),
        st.builds(ShiftEnded, who, st.booleans()),
    )


def floor_events(data: Sequence[EventData], *, start: datetime = MONDAY) -> tuple[Event, ...]:
    """Facts as a stream of the floor, a minute apart, recorded as they happened.

    >>> [event.id for event in floor_events([SignedOn("bo"), SignedOff("bo")])]
    ['floor/1', 'floor/2']
    """
    moments = [start + timedelta(minutes=place) for place in range(len(data))]
    return tuple(
        Event("floor", seq, at, at, Actor.system(), fact)
        for seq, (at, fact) in enumerate(zip(moments, data, strict=True), start=1)
    )


def check_presence_is_a_fold(events: Sequence[Event]) -> None:
    """Law: replaying a stream gives what stepping through it gives, and saying a thing twice changes nothing more.

    Raises:
        AssertionError: the law is broken.
    """
    state = Presence()
    for event in events:
        state = state.step(event)
        held = state.of(getattr(event.data, "agent", ""))
        assert held.since is None or held.since <= event.at, "a state cannot begin after it was recorded"
    assert state == Presence.replay(events), "stepping and replaying disagree"
    if events:
        again = state.step(events[-1])
        assert [again.of(name).state for name in state.agents] == [state.of(name).state for name in state.agents]


def check_shifts_are_recorded_once(
    staff: Staff, presence: Presence, calendars: Mapping[str, Calendar], *, at: datetime
) -> None:
    """Law: once the shifts due are recorded none is due, every mark agrees with its calendar, and nothing came early.

    Raises:
        AssertionError: the law is broken.
    """
    due = shifts_due(staff, presence, calendars, at=at)
    assert [change.at for change in due] == sorted(change.at for change in due), "the earliest comes first"
    assert all(change.at <= at for change in due), "a shift is due before its hour"
    for seq, change in enumerate(due, start=1):
        presence = presence.step(Event("floor", seq, change.at, at, Actor.system(), change.data))
    assert shifts_due(staff, presence, calendars, at=at) == (), "recording what was due leaves something due"
    for agent in staff.agents:
        if agent.calendar is not None and presence.of(agent.id).on_shift is not None:
            assert presence.of(agent.id).on_shift is calendars[agent.calendar].is_open(at)
    later = next_shift_change(staff, presence, calendars, at=at)
    assert later is None or later > at, "nothing is owed, so the next change is later"


def check_scope(scope: Scope, facts: Facts) -> None:
    """Law: a scope's quick answer is its reasoned one; exclusion wins; what nothing speaks of is never provided.

    Raises:
        AssertionError: the law is broken.
    """
    answer = scope.classify(facts)
    assert scope.covers(facts) is bool(answer), f"{scope} answers {answer.answer} but covers says otherwise"
    if scope.excluded.test(facts):
        assert answer.answer == "not_provided", "what is excluded is not provided"
    if scope.states_nothing:
        assert answer.answer != "provided", "a scope that states nothing provides nothing"


def check_absent_is_not_there(agent: Agent, *, at: datetime) -> None:
    """Law: an agent is absent exactly while an absence holds, its start included, its end not.

    Raises:
        AssertionError: the law is broken.
    """
    now = to_us(at)
    holding = [one for one in agent.absences if to_us(one.start) <= now and (one.end is None or now < to_us(one.end))]
    found = agent.absence(at=at)
    assert (found is None) is not bool(holding), f"{agent.id} is {found or 'there'} at {at.isoformat()}"
    assert found is None or found in holding
    last = None if found is None or found.end is None else to_us(found.end)
    assert last is None or all(one.end is not None and to_us(one.end) <= last for one in holding)
