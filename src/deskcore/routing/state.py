"""What the tickets share while they wait and while they are held: a fold of the floor's stream.

Every ticket is in at most one of ``waiting`` and ``held``, and a load is always the sum of what is held. Not here: who
is present (``deskcore.staff.Presence``) and the policy.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.log import Event, EventData
from deskcore.routing.events import Dequeued, GateClosed, GateOpened, Placed, Queued, Released
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
class Load:
    """What one agent or one desk holds: units of room, tickets, and how many tickets ever came.

    ``idle_since`` is when the last held ticket left (``None`` while something is held, or nothing ever was).
    """

    units: int = 0
    tickets: int = 0
    taken: int = 0
    idle_since: datetime | None = None
    last_placed_at: datetime | None = None

    def plus(self, units: int, at: datetime) -> Load:
        """The load with one more ticket.

        >>> Load().plus(2, datetime.fromisoformat("2026-05-22T09:00Z")).units
        2
        """
        return Load(self.units + units, self.tickets + 1, self.taken + 1, None, at)

    def minus(self, units: int, at: datetime) -> Load:
        """The load with one ticket less."""
        tickets = self.tickets - 1
        return Load(self.units - units, tickets, self.taken, None if tickets else at, self.last_placed_at)


NO_LOAD: Final = Load()
"""Somebody who holds nothing and never has."""


@final
@attrs.frozen
class Placement:
    """Where a held ticket takes room, and since when.

    >>> Placement("bo", "house", 1, datetime.fromisoformat("2026-05-22T09:00Z")).agent
    'bo'
    """

    agent: str | None
    desk: str
    units: int
    since: datetime


@final
@attrs.frozen
class RoutingState:
    """Who waits, who holds what, and which gates stand open since when.

    >>> from datetime import UTC
    >>> from deskcore.log import Actor
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> floor = RoutingState().step(Event("floor", 1, nine, nine, Actor.system(), Placed("T-1", "bo")))
    >>> floor.load("bo").tickets, floor.desk_load("house").units
    (1, 1)
    """

    waiting: FrozenDict[WaitingFacts] = attrs.field(factory=FrozenDict[WaitingFacts])
    held: FrozenDict[Placement] = attrs.field(factory=FrozenDict[Placement])
    agents: FrozenDict[Load] = attrs.field(factory=FrozenDict[Load])
    desks: FrozenDict[Load] = attrs.field(factory=FrozenDict[Load])
    gates: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])

    @classmethod
    def of_waiting(cls, waiting: Iterable[WaitingFacts]) -> RoutingState:
        """A floor on which these tickets wait and nothing else is known: for questions and tests.

        >>> len(RoutingState.of_waiting(()).waiting)
        0
        """
        return cls(FrozenDict({facts.ticket: facts for facts in waiting}))

    def load(self, agent: str) -> Load:
        """What an agent holds; nothing for one never heard of."""
        return self.agents.get(agent, NO_LOAD)

    def desk_load(self, desk: str) -> Load:
        """What a desk holds as a whole, people's loads included."""
        return self.desks.get(desk, NO_LOAD)

    def is_open(self, gate: str) -> bool:
        """Whether an overflow gate stands open."""
        return gate in self.gates

    def step(self, event: Event) -> RoutingState:
        """The state after one more event of the floor; events of other rooms change nothing."""
        change = _CHANGES.get(type(event.data))
        return self if change is None else change(self, event.data, event.at)

    @classmethod
    def replay(cls, events: Iterable[Event]) -> RoutingState:
        """The fold of a whole stream, given in order."""
        state = cls()
        for event in events:
            state = state.step(event)
        return state


def _queued(state: RoutingState, data: Queued, at: datetime) -> RoutingState:
    facts = data.facts
    freed = _freed(state, facts.ticket, at)
    already = freed.waiting.get(facts.ticket)
    if already is not None:  # news of a waiting ticket does not restart its wait
        facts = attrs.evolve(facts, queued_at=already.queued_at)
    return attrs.evolve(freed, waiting=freed.waiting.with_item(facts.ticket, facts))


def _dequeued(state: RoutingState, data: Dequeued, _: datetime) -> RoutingState:
    if data.ticket not in state.waiting:
        return state
    return attrs.evolve(state, waiting=state.waiting.without(data.ticket))


def _placed(state: RoutingState, data: Placed, at: datetime) -> RoutingState:
    freed = _freed(state, data.ticket, at)
    agents = freed.agents
    if data.agent is not None:
        agents = agents.with_item(data.agent, freed.load(data.agent).plus(data.units, at))
    waiting = freed.waiting.without(data.ticket) if data.ticket in freed.waiting else freed.waiting
    return RoutingState(
        waiting,
        freed.held.with_item(data.ticket, Placement(data.agent, data.desk, data.units, at)),
        agents,
        freed.desks.with_item(data.desk, freed.desk_load(data.desk).plus(data.units, at)),
        freed.gates,
    )


def _released(state: RoutingState, data: Released, at: datetime) -> RoutingState:
    return _freed(state, data.ticket, at)


def _gate_opened(state: RoutingState, data: GateOpened, at: datetime) -> RoutingState:
    return state if data.gate in state.gates else attrs.evolve(state, gates=state.gates.with_item(data.gate, at))


def _gate_closed(state: RoutingState, data: GateClosed, _: datetime) -> RoutingState:
    return attrs.evolve(state, gates=state.gates.without(data.gate)) if data.gate in state.gates else state


def _freed(state: RoutingState, ticket: str, at: datetime) -> RoutingState:
    """The state without what the ticket holds; itself when it holds nothing."""
    held = state.held.get(ticket)
    if held is None:
        return state
    agents = state.agents
    if held.agent is not None:
        agents = agents.with_item(held.agent, state.load(held.agent).minus(held.units, at))
    return attrs.evolve(
        state,
        held=state.held.without(ticket),
        agents=agents,
        desks=state.desks.with_item(held.desk, state.desk_load(held.desk).minus(held.units, at)),
    )


# The table pairs each type with the function that takes it, which a type checker cannot express.
_CHANGES: Final[dict[type[EventData], Callable[[RoutingState, Any, datetime], RoutingState]]] = {
    Queued: _queued,
    Dequeued: _dequeued,
    Placed: _placed,
    Released: _released,
    GateOpened: _gate_opened,
    GateClosed: _gate_closed,
}
