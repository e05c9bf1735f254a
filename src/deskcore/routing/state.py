"""What the tickets share while they wait and while they are held: a fold of the floor's stream.

Every ticket is in at most one of ``waiting`` and ``held``, and a load is always the sum of what is held. Not here: who
is present (``deskcore.staff.Presence``) and the policy.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, to_us
from deskcore.log import Event, EventData
from deskcore.routing.events import (
    CapacityCalled,
    Dequeued,
    GateClosed,
    GateHeld,
    GateOpened,
    LineChanged,
    Metered,
    OfferDeclined,
    Offered,
    OfferWithdrawn,
    Placed,
    Queued,
    Released,
    ShareServed,
    StageEntered,
)
from deskcore.routing.holding import NO_LOAD, Charge, Held, Load, Offer, Placement, Refused, Stage, kinds_of
from deskcore.routing.waiting import WaitingFacts

__all__ = [
    "NO_LOAD",
    "Charge",
    "Held",
    "Load",
    "Offer",
    "Placement",
    "Refused",
    "RoutingState",
    "Stage",
    "Whereabouts",
    "kinds_of",
]

Whereabouts: TypeAlias = Literal["waiting", "offered", "assigned", "handed_off", "elsewhere"]
"""Where a ticket stands on the floor; ``elsewhere``: closed, or never heard of."""

_NEVER: Final = 1 << 62
"""After every instant a datetime can hold."""


@final
@attrs.frozen
@lasting
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
    offers: FrozenDict[Offer] = attrs.field(factory=FrozenDict[Offer])
    refusals: FrozenDict[tuple[Refused, ...]] = attrs.field(factory=FrozenDict[tuple[Refused, ...]])
    stages: FrozenDict[FrozenDict[Stage]] = attrs.field(factory=FrozenDict[FrozenDict[Stage]])
    ruled: FrozenDict[frozenset[str]] = attrs.field(factory=FrozenDict[frozenset[str]])
    meters: FrozenDict[FrozenDict[tuple[Charge, ...]]] = attrs.field(factory=FrozenDict[FrozenDict[tuple[Charge, ...]]])
    shares: FrozenDict[FrozenDict[int]] = attrs.field(factory=FrozenDict[FrozenDict[int]])
    turns: int = 0
    holds: FrozenDict[Held] = attrs.field(factory=FrozenDict[Held])
    called: FrozenDict[tuple[CapacityCalled, ...]] = attrs.field(factory=FrozenDict[tuple[CapacityCalled, ...]])

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

    def where(self, ticket: str) -> Whereabouts:
        """Where a ticket stands: in exactly one of these; ``elsewhere`` where the floor knows nothing of it.

        >>> RoutingState().where("T-1")
        'elsewhere'
        """
        if ticket in self.waiting:
            return "waiting"
        if ticket in self.offers:
            return "offered"
        held = self.held.get(ticket)
        if held is None:
            return "elsewhere"
        return "assigned" if held.agent is not None else "handed_off"

    def is_open(self, gate: str) -> bool:
        """Whether an overflow gate stands open."""
        return gate in self.gates

    def held_gate(self, gate: str, at_us: int) -> Held | None:
        """How a gate is held by hand at an instant, in microseconds of UTC; ``None``: its signal decides."""
        held = self.holds.get(gate)
        return None if held is None or held.is_over(at_us) else held

    def extra_room(self, desk: str, at_us: int) -> int:
        """The units a partner was asked for that are there at an instant, in microseconds of UTC."""
        if not self.called:
            return 0
        asked = self.called.get(desk, ())
        return sum(one.units for one in asked if to_us(one.ready_at) <= at_us < _end(one))

    def next_room_change(self, desk: str, at_us: int) -> int | None:
        """When units that a partner was asked for come or go next."""
        edges = (edge for one in self.called.get(desk, ()) for edge in (to_us(one.ready_at), _end(one)))
        return min((edge for edge in edges if at_us < edge < _NEVER), default=None)

    def stage(self, ticket: str, steps: str) -> Stage | None:
        """How far a waiting ticket came in a policy of steps or rings; ``None`` at its first stage."""
        held = self.stages.get(ticket)
        return None if held is None else held.get(steps)

    def refused(self, ticket: str) -> tuple[Refused, ...]:
        """Who turned the ticket down while it has been waiting, in order."""
        return self.refusals.get(ticket, ())

    def charges(self, meter: str, member: str) -> tuple[Charge, ...]:
        """What counts against a limit, in order; what has lapsed may still be among them."""
        held = self.meters.get(meter)
        return () if held is None else held.get(member, ())

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


def _end(called: CapacityCalled) -> int:
    return _NEVER if called.until is None else to_us(called.until)


def _queued(state: RoutingState, data: Queued, at: datetime) -> RoutingState:
    facts = data.facts
    freed = _freed(state, facts.ticket, at)
    already = freed.waiting.get(facts.ticket)
    if already is not None:  # news of a waiting ticket does not restart its wait
        facts = attrs.evolve(facts, queued_at=already.queued_at)
    return attrs.evolve(freed, waiting=freed.waiting.with_item(facts.ticket, facts))


def _dequeued(state: RoutingState, data: Dequeued, at: datetime) -> RoutingState:
    state = _freed(state, data.ticket, at) if data.ticket in state.offers else state
    if data.ticket not in state.waiting:
        return state
    return _forgotten(attrs.evolve(state, waiting=state.waiting.without(data.ticket)), data.ticket)


def _placed(state: RoutingState, data: Placed, at: datetime) -> RoutingState:
    offered = state.offers.get(data.ticket)
    facts = state.waiting.get(data.ticket) or (None if offered is None else offered.facts)
    channel, queue = data.channel, data.queue
    if facts is not None:
        channel, queue = channel or facts.channel, queue or facts.queue
    placement = Placement(data.agent, data.desk, data.units, at, channel, queue, facts)
    return _forgotten(_held(_freed(state, data.ticket, at), data.ticket, placement), data.ticket)


def _held(freed: RoutingState, ticket: str, placement: Placement) -> RoutingState:
    agents, kinds, at = freed.agents, placement.kinds, placement.since
    turn, units = freed.turns + 1, placement.units
    if placement.agent is not None:
        agents = agents.with_item(placement.agent, freed.load(placement.agent).plus(units, at, turn=turn, kinds=kinds))
    desk = freed.desk_load(placement.desk).plus(units, at, turn=turn, kinds=kinds)
    return attrs.evolve(
        freed,
        waiting=freed.waiting.without(ticket) if ticket in freed.waiting else freed.waiting,
        held=freed.held.with_item(ticket, placement),
        agents=agents,
        desks=freed.desks.with_item(placement.desk, desk),
        turns=turn,
    )


def _released(state: RoutingState, data: Released, at: datetime) -> RoutingState:
    return _forgotten(_freed(state, data.ticket, at), data.ticket)


def _offered(state: RoutingState, data: Offered, at: datetime) -> RoutingState:
    facts = state.waiting.get(data.ticket)
    if facts is None:
        return state  # nobody waits under that name: an offer of nothing
    placement = Placement(data.agent, data.desk, data.units, at, facts.channel, facts.queue, facts)
    offer = Offer(facts, data.agent, data.expires_at)
    held = _held(state, data.ticket, placement)
    return attrs.evolve(held, offers=state.offers.with_item(data.ticket, offer))


def _returned(state: RoutingState, data: OfferDeclined | OfferWithdrawn, at: datetime) -> RoutingState:
    held = state.held.get(data.ticket)
    if held is None or held.agent != data.agent:
        return state
    freed = _freed(state, data.ticket, at)
    refusals = freed.refusals.with_item(data.ticket, (*freed.refused(data.ticket), Refused(data.agent, at)))
    if held.facts is None:
        return attrs.evolve(freed, refusals=refusals)
    return attrs.evolve(freed, refusals=refusals, waiting=freed.waiting.with_item(data.ticket, held.facts))


def _stage_entered(state: RoutingState, data: StageEntered, at: datetime) -> RoutingState:
    if data.ticket not in state.waiting:
        return state
    held = state.stages.get(data.ticket, FrozenDict[Stage]()).with_item(data.steps, Stage(data.stage, at))
    return attrs.evolve(state, stages=state.stages.with_item(data.ticket, held))


def _line_changed(state: RoutingState, data: LineChanged, _: datetime) -> RoutingState:
    facts = state.waiting.get(data.ticket)
    if facts is None:
        return state
    if data.priority_rank is not None:
        facts = attrs.evolve(facts, priority_rank=data.priority_rank)
    if data.queue is not None:
        facts = attrs.evolve(facts, queue=data.queue)
    ruled = state.ruled.get(data.ticket, frozenset()) | {data.rule}
    waiting = state.waiting.with_item(data.ticket, facts)
    return attrs.evolve(state, waiting=waiting, ruled=state.ruled.with_item(data.ticket, ruled))


def _metered(state: RoutingState, data: Metered, at: datetime) -> RoutingState:
    until = None if data.keep_us is None else at + timedelta(microseconds=data.keep_us)
    known = (charge for charge in state.charges(data.meter, data.member) if charge.until is None or charge.until > at)
    charges = (*known, Charge(at, data.amount, until))
    if until is None:  # for good: one sum says it all
        charges = (Charge(at, sum(charge.amount for charge in charges), None),)
    held = state.meters.get(data.meter, FrozenDict[tuple[Charge, ...]]()).with_item(data.member, charges)
    return attrs.evolve(state, meters=state.meters.with_item(data.meter, held))


def _share_served(state: RoutingState, data: ShareServed, _: datetime) -> RoutingState:
    """Everybody who could have taken the turn gains their weight; who took it pays the sum."""
    held = dict(state.shares.get(data.share, FrozenDict[int]()))
    for member, weight in data.among.items():
        held[member] = held.get(member, 0) + weight
    held[data.member] = held.get(data.member, 0) - sum(data.among.values())
    return attrs.evolve(state, shares=state.shares.with_item(data.share, FrozenDict(held)))


def _gate_opened(state: RoutingState, data: GateOpened, at: datetime) -> RoutingState:
    return state if data.gate in state.gates else attrs.evolve(state, gates=state.gates.with_item(data.gate, at))


def _gate_closed(state: RoutingState, data: GateClosed, _: datetime) -> RoutingState:
    return attrs.evolve(state, gates=state.gates.without(data.gate)) if data.gate in state.gates else state


def _gate_held(state: RoutingState, data: GateHeld, _: datetime) -> RoutingState:
    if data.state == "by_signal":
        return attrs.evolve(state, holds=state.holds.without(data.gate)) if data.gate in state.holds else state
    return attrs.evolve(state, holds=state.holds.with_item(data.gate, Held(data.state == "open", data.until)))


def _capacity_called(state: RoutingState, data: CapacityCalled, at: datetime) -> RoutingState:
    known = (one for one in state.called.get(data.desk, ()) if one.until is None or one.until > at)
    return attrs.evolve(state, called=state.called.with_item(data.desk, (*known, data)))


def _freed(state: RoutingState, ticket: str, at: datetime) -> RoutingState:
    """The state without what the ticket holds; itself when it holds nothing."""
    held = state.held.get(ticket)
    if held is None:
        return state
    agents = state.agents
    if held.agent is not None:
        agents = agents.with_item(held.agent, state.load(held.agent).minus(held.units, at, kinds=held.kinds))
    return attrs.evolve(
        state,
        held=state.held.without(ticket),
        agents=agents,
        desks=state.desks.with_item(held.desk, state.desk_load(held.desk).minus(held.units, at, kinds=held.kinds)),
        offers=state.offers.without(ticket) if ticket in state.offers else state.offers,
    )


def _forgotten(state: RoutingState, ticket: str) -> RoutingState:
    """The state without what is kept of a ticket only while it waits."""
    if ticket in state.stages:
        state = attrs.evolve(state, stages=state.stages.without(ticket))
    if ticket in state.ruled:
        state = attrs.evolve(state, ruled=state.ruled.without(ticket))
    if ticket in state.refusals and ticket not in state.held:
        state = attrs.evolve(state, refusals=state.refusals.without(ticket))
    return state


# The table pairs each type with the function that takes it, which a type checker cannot express.
_CHANGES: Final[dict[type[EventData], Callable[[RoutingState, Any, datetime], RoutingState]]] = {
    Queued: _queued,
    Dequeued: _dequeued,
    Placed: _placed,
    Released: _released,
    GateOpened: _gate_opened,
    GateClosed: _gate_closed,
    GateHeld: _gate_held,
    CapacityCalled: _capacity_called,
    Offered: _offered,
    OfferDeclined: _returned,
    OfferWithdrawn: _returned,
    StageEntered: _stage_entered,
    LineChanged: _line_changed,
    Metered: _metered,
    ShareServed: _share_served,
}
