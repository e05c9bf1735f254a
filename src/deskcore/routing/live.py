"""The people and desks of a board as they change: candidates whose load is counted in place.

Requirements and rankings read them as ``Candidate`` and ``Load``. Not values: they change, and belong to one board.

Layer: routing.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from deskcore._value import FrozenDict, to_us
from deskcore.routing.snapshot import Candidate
from deskcore.routing.state import NO_LOAD, Load, Placement
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Agent, Partner, Staff
from deskcore.staff.absence import next_edge
from deskcore.staff.presence import AgentPresence

if TYPE_CHECKING:
    from deskcore.routing.index import Post

_NO_KINDS: Final = FrozenDict[int]()


@final
class LiveLoad:
    """What somebody holds, counted in place; the instants also in microseconds, 0 where there is none."""

    __slots__ = (
        "_frozen", "counted", "idle_since", "idle_us", "kinds", "last_placed_at", "live", "placed_us", "released_at",
        "released_us",
        "taken", "tickets", "turn", "units",
    )  # fmt: skip

    def __init__(self, load: Load | None = None) -> None:
        self.become(load or NO_LOAD)
        self.live: Live | None = None  # whose it is, where a board follows them
        self.counted = load is not None  # whether the floor has ever heard of it

    def become(self, load: Load) -> None:
        """Count on from a load."""
        self.units, self.tickets, self.taken, self.turn = load.units, load.tickets, load.taken, load.turn
        self.idle_since, self.last_placed_at, self.released_at = load.idle_since, load.last_placed_at, load.released_at
        self.idle_us, self.placed_us, self.released_us = map(
            _us, (self.idle_since, self.last_placed_at, self.released_at)
        )
        self.kinds = dict(load.kinds) if load.kinds else {}
        self._frozen: Load | None = load
        self.counted = True

    def plus(self, units: int, at: datetime, at_us: int, turn: int) -> None:
        """One more ticket, as ``Load.plus``; its kinds are counted apart."""
        self.units += units
        self.tickets += 1
        self.taken += 1
        self.idle_since = None
        self.last_placed_at, self.placed_us = at, at_us
        self.turn = turn
        self.counted = True
        self._frozen = None

    def minus(self, units: int, at: datetime, at_us: int) -> None:
        """One ticket less, as ``Load.minus``; its kinds are counted apart."""
        self.units -= units
        self.tickets -= 1
        self.released_at, self.released_us = at, at_us
        self.idle_since, self.idle_us = (None, 0) if self.tickets else (at, at_us)
        self._frozen = None

    def count(self, kinds: tuple[str, ...], step: int) -> None:
        """So many more of each kind."""
        for kind in kinds:
            held = self.kinds.get(kind, 0) + step
            if held:
                self.kinds[kind] = held
            else:
                self.kinds.pop(kind, None)

    def frozen(self) -> Load:
        """The load as a value, made once after each change."""
        if self._frozen is None:
            self._frozen = load_of(self.figures())
        return self._frozen

    def figures(self) -> Figures:
        """What the load says now, for whoever may want the value later."""
        return (
            self.units, self.tickets, self.taken, self.idle_since, self.last_placed_at, self.released_at, self.turn,
            FrozenDict(self.kinds) if self.kinds else _NO_KINDS,
        )  # fmt: skip


Figures = tuple[int, int, int, datetime | None, datetime | None, datetime | None, int, FrozenDict[int]]
"""The fields of a ``Load``, in order."""


def load_of(figures: Figures) -> Load:
    """The value of a load's figures."""
    return Load(*figures)


def _us(moment: datetime | None) -> int:
    return 0 if moment is None else to_us(moment)


@final
class Live:
    """An agent of a board: the fields of a ``Candidate``, with a load that is counted in place.

    ``here``: present. ``since_us``: since when, 0 where that is not known. ``dated``: keeps hours or has absences.
    ``plain``: neither that nor ceilings.
    """

    __slots__ = (
        "agent", "calendar", "called", "capacity", "clearances", "cost", "dated", "desk", "desk_load", "here", "id",
        "kind", "languages", "load", "partner", "place", "plain", "posts", "presence", "since_us", "skills", "spot",
        "team", "tier",
    )  # fmt: skip

    def __init__(
        self, agent: Agent, spot: int, staff: Staff, presence: AgentPresence, load: LiveLoad, desk_load: LiveLoad
    ) -> None:
        partner = staff.find_partner(agent.desk)
        self.id, self.kind, self.called, self.desk, self.team = agent.id, "agent", agent.called, agent.desk, agent.team
        self.tier, self.skills, self.languages, self.clearances = (
            agent.tier, agent.skills, agent.languages, agent.clearances,
        )  # fmt: skip
        self.calendar, self.cost = agent.calendar, agent.cost
        if partner is not None:
            self.calendar = partner.calendar if self.calendar is None else self.calendar
            self.cost = partner.price if self.cost is None else self.cost
        self.partner: Partner | None = partner
        self.load, self.desk_load = load, desk_load
        load.live = self
        self.agent, self.place, self.spot = agent, staff.place_of(agent.id), spot
        self.dated = self.calendar is not None or bool(agent.absences)
        self.plain = not self.dated and not agent.ceilings
        self.posts: list[Post] = []  # one for each standing in which it has a place
        self.present(presence)

    def present(self, presence: AgentPresence) -> None:
        """Take over where the agent is by now, and how much they may hold."""
        self.presence = presence
        self.here = presence.state == "present"
        self.since_us = _us(presence.since)
        self.capacity = self.agent.capacity if presence.capacity is None else presence.capacity

    labels = Candidate.labels

    @property
    def idle_since_us(self) -> int | None:
        """As ``Candidate.idle_since_us``."""
        return None if self.load.tickets else idle_from(self)

    @property
    def untouched_since_us(self) -> int:
        """As ``Candidate.untouched_since_us``."""
        return untouched_from(self)


def idle_from(live: Live) -> int:
    """Since when somebody who holds nothing has been there with nothing."""
    load = live.load
    if live.presence.since is None:
        return load.idle_us
    return live.since_us if load.idle_since is None or live.since_us > load.idle_us else load.idle_us


def untouched_from(live: Live) -> int:
    """Since when nothing came to somebody and nothing left them, while they are there."""
    load = live.load
    known = (
        (live.presence.since, live.since_us),
        (load.last_placed_at, load.placed_us),
        (load.released_at, load.released_us),
    )
    return max((instant for moment, instant in known if moment is not None), default=0)


def candidate_at(live: Live, figures: Figures, presence: AgentPresence) -> Candidate:
    """Somebody as they were: with the load and the presence of then."""
    capacity = live.agent.capacity if presence.capacity is None else presence.capacity
    return Candidate(
        live.id, "agent", live.called, live.desk, live.team, live.tier, live.skills, live.languages, live.clearances,
        live.cost, live.calendar, capacity, load_of(figures), presence, live.partner, NO_LOAD, live.agent, live.place,
    )  # fmt: skip


@final
class LiveDesk:
    """The people of one desk and what they hold together."""

    def __init__(self, lives: tuple[Live, ...], load: LiveLoad) -> None:
        self.lives = {live.id: live for live in lives}
        self.load = load
        self.has_ceilings = any(live.agent.ceilings for live in lives)
        self._hours = Counter(live.calendar for live in lives if live.here)
        self._leaving = tuple(live for live in lives if live.agent.absences)

    def present(self, live: Live, presence: AgentPresence) -> None:
        """Somebody of the desk comes, goes or may hold more or less."""
        was = live.here
        live.present(presence)
        self._hours[live.calendar] += live.here - was

    def calendars(self) -> tuple[str, ...]:
        """The hours of those who are there."""
        return tuple(name for name, count in self._hours.items() if count and name is not None)

    def next_absence_edge(self, at_us: int) -> int | None:
        """When an absence of anybody who is here begins or ends next, strictly later."""
        edges = (next_edge(live.agent.absences, at_us) for live in self._leaving if live.here)
        return min((edge for edge in edges if edge is not None), default=None)

    def anybody_here(self) -> Live | None:
        """Somebody who is there, it does not matter who."""
        return next((live for live in self.lives.values() if live.here), None)


Held = tuple[
    "str | None", str, int, datetime, "str | None", "str | None", "WaitingFacts | None",
    "LiveLoad | None", LiveLoad, tuple[str, ...],
]  # fmt: skip
"""A held ticket: the fields of its ``Placement``, then the loads in which it counts and what it counts as."""


def held_of(placement: Placement, load: LiveLoad | None, desk_load: LiveLoad) -> Held:
    """A placement as a board keeps it."""
    return (
        placement.agent, placement.desk, placement.units, placement.since, placement.channel, placement.queue,
        placement.facts, load, desk_load, placement.kinds,
    )  # fmt: skip


def placement_of(held: Held) -> Placement:
    """The value of a held ticket."""
    return Placement(*held[:7])
