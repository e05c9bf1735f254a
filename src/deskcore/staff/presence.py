"""Who is there: a fold of the floor's stream.

Not here: working hours (an agent's calendar says whether they are on shift) and what agents hold
(``deskcore.routing``).

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.log import Event, EventData
from deskcore.staff.events import (
    CameBack,
    CapacityChanged,
    ShiftEnded,
    ShiftStarted,
    SignedOff,
    SignedOn,
    WentAway,
)

PresenceState: TypeAlias = Literal["off", "present", "away"]


@final
@attrs.frozen
@lasting
class AgentPresence:
    """One agent's state and since when. ``present`` is the only state in which new work may come.

    ``capacity`` overrides the staff record's where it is not ``None``. ``on_shift`` is the last shift event (``None``:
    there was none), which is a mark in the log; eligibility reads the calendar itself.

    >>> AgentPresence().is_present, AgentPresence("present").is_present
    (False, True)
    """

    state: PresenceState = "off"
    since: datetime | None = None
    reason: str = ""
    capacity: int | None = None
    on_shift: bool | None = None
    shift_since: datetime | None = None

    @property
    def is_present(self) -> bool:
        """Signed on and not away."""
        return self.state == "present"

    def stepped(self, data: EventData, at: datetime) -> AgentPresence:
        """The agent's presence after an event about them; what is no event of presence changes nothing.

        >>> from datetime import UTC
        >>> AgentPresence().stepped(SignedOn("bo"), datetime(2026, 5, 22, 9, tzinfo=UTC)).state
        'present'
        """
        change = _CHANGES.get(type(data))
        return self if change is None else change(self, data, at)

    def explain(self) -> str:
        """The state in words.

        >>> AgentPresence("away", reason="lunch").explain()
        'away (lunch)'
        """
        words = {"off": "signed off", "present": "present", "away": "away"}[self.state]
        return f"{words} ({self.reason})" if self.reason else words


OFF: Final = AgentPresence()
"""Somebody of whom the floor has never heard."""


def _frozen(agents: Mapping[str, AgentPresence]) -> FrozenDict[AgentPresence]:
    return agents if isinstance(agents, FrozenDict) else FrozenDict(agents)


@final
@attrs.frozen
@lasting
class Presence:
    """Every agent's presence. An agent never heard of is signed off.

    >>> from datetime import UTC, datetime
    >>> from deskcore.log import Actor, Event
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> floor = Presence().step(Event("floor", 1, nine, nine, Actor.agent("bo"), SignedOn("bo")))
    >>> floor.is_present("bo"), floor.is_present("mia")
    (True, False)
    """

    agents: FrozenDict[AgentPresence] = attrs.field(factory=FrozenDict[AgentPresence], converter=_frozen)

    def of(self, agent: str) -> AgentPresence:
        """One agent's presence; signed off where nothing is known."""
        return self.agents.get(agent, OFF)

    def is_present(self, agent: str) -> bool:
        """Whether the agent is signed on and not away."""
        return self.of(agent).is_present

    def present(self) -> tuple[str, ...]:
        """The ids of those who are signed on and not away, sorted."""
        return tuple(sorted(agent for agent, state in self.agents.items() if state.is_present))

    def step(self, event: Event) -> Presence:
        """The presence after one more event of the floor; events of other rooms change nothing."""
        if type(event.data) not in _CHANGES:
            return self
        agent: str = event.data.agent  # type: ignore[attr-defined]  # every type in the table has one
        held = self.of(agent)
        after = held.stepped(event.data, event.at)
        return self if after == held else Presence(self.agents.with_item(agent, after))

    @classmethod
    def replay(cls, events: Iterable[Event]) -> Presence:
        """The fold of a whole stream, given in order."""
        state = cls()
        for event in events:
            state = state.step(event)
        return state


_Change: TypeAlias = Callable[[AgentPresence, EventData, datetime], AgentPresence]


def _to(held: AgentPresence, state: PresenceState, at: datetime, reason: str = "") -> AgentPresence:
    if (held.state, held.reason) == (state, reason):
        return held  # saying so twice does not restart the time since
    return attrs.evolve(held, state=state, since=at, reason=reason)


def _signed_on(held: AgentPresence, _: EventData, at: datetime) -> AgentPresence:
    return _to(held, "present", at)


def _signed_off(held: AgentPresence, _: EventData, at: datetime) -> AgentPresence:
    return _to(held, "off", at)


def _went_away(held: AgentPresence, data: EventData, at: datetime) -> AgentPresence:
    assert isinstance(data, WentAway)
    return held if held.state == "off" else _to(held, "away", at, data.reason)


def _came_back(held: AgentPresence, _: EventData, at: datetime) -> AgentPresence:
    return held if held.state == "off" else _to(held, "present", at)


def _capacity_changed(held: AgentPresence, data: EventData, _: datetime) -> AgentPresence:
    assert isinstance(data, CapacityChanged)
    return attrs.evolve(held, capacity=data.capacity)


def _shift_started(held: AgentPresence, data: EventData, at: datetime) -> AgentPresence:
    assert isinstance(data, ShiftStarted)
    marked = attrs.evolve(held, on_shift=True, shift_since=at)
    return _to(marked, "present", at) if data.signs_on else marked


def _shift_ended(held: AgentPresence, data: EventData, at: datetime) -> AgentPresence:
    assert isinstance(data, ShiftEnded)
    marked = attrs.evolve(held, on_shift=False, shift_since=at)
    return _to(marked, "off", at) if data.signs_off else marked


_CHANGES: Final[dict[type[EventData], _Change]] = {
    SignedOn: _signed_on,
    SignedOff: _signed_off,
    WentAway: _went_away,
    CameBack: _came_back,
    CapacityChanged: _capacity_changed,
    ShiftStarted: _shift_started,
    ShiftEnded: _shift_ended,
}

PRESENCE_EVENTS: Final = tuple(_CHANGES)
"""Every kind of event that changes somebody's presence."""
