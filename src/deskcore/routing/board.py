"""A working copy of the floor for one owner who decides much: an index per demand keeps a decision flat in the fleet.

By law it decides as a snapshot of it does.

Not a value: a board changes, is not compared and not stored, and belongs to one thread. What it cannot answer from its
indexes, a host's own node for instance, it asks of its snapshot.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, final

import attrs

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, EventData
from deskcore.routing.commit import commit
from deskcore.routing.decision import Decision
from deskcore.routing.events import (
    DecisionKind,
    Dequeued,
    LineChanged,
    Metered,
    OfferDeclined,
    Offered,
    OfferWithdrawn,
    Placed,
    Queued,
    Released,
    StageEntered,
)
from deskcore.routing.live import Held, Live, LiveDesk, LiveLoad, held_of, placement_of
from deskcore.routing.plan import Plan
from deskcore.routing.plans import plan_for
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.state import NO_LOAD, Load, Placement, RoutingState, kinds_of
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE, Presence, Staff
from deskcore.staff.presence import OFF, PRESENCE_EVENTS, AgentPresence

T = TypeVar("T")

_PLACES: Final = frozenset({"assign", "hand_off"})
_NO_ACTS: Final = frozenset({"wait", "none"})
_SYSTEM: Final = Actor.system()


@final
class Board:
    """The floor as one owner works on it: ``decide``, ``apply``, ``take`` events, ``move`` in time, ``snapshot``.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Agent
    >>> from deskcore.staff.presence import AgentPresence
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> presence = Presence(FrozenDict({"bo": AgentPresence("present", nine)}))
    >>> board = Board(Snapshot(at=nine, staff=Staff(agents=(Agent("bo"),)), presence=presence))
    >>> ticket = WaitingFacts("T-1", opened_at=nine, queued_at=nine)
    >>> decision = board.decide(ToAgent(), ticket)
    >>> decision == ToAgent().decide(ticket, board.snapshot())
    True
    >>> board.apply(decision, ticket)
    >>> board.load("bo").tickets
    1
    """

    def __init__(self, floor: Snapshot) -> None:
        routing = floor.routing
        self.staff: Staff = floor.staff
        self._snapshot: Snapshot | None = floor
        self._presence = dict(floor.presence.agents)
        self._waiting = dict(routing.waiting)
        self._loads = {name: LiveLoad(load) for name, load in routing.agents.items()}
        self._desk_loads = {name: LiveLoad(load) for name, load in routing.desks.items()}
        self._held = {name: self._as_held(placement) for name, placement in routing.held.items()}
        self._placements = dict(routing.held)
        self._turns = routing.turns
        self._lives: dict[str, Live] = {}
        self._desks: dict[str, LiveDesk] = {}
        self._plans: dict[int, Plan] = {}
        self._equals: dict[RoutingPolicy, Plan] = {}
        # What requirements, rankings and conditions may ask of: the instant, the register, the hours, the gates, the
        # meters. Its loads, presence and line are not looked at. It is the board's own, so that time may go on in it.
        self.floor = attrs.evolve(floor)
        self._keep(routing)

    def _keep(self, state: RoutingState) -> None:
        """Remember of a state what is neither a ticket's place nor a load."""
        none: FrozenDict[Any] = FrozenDict()
        self._keep_state(attrs.evolve(state, waiting=none, held=none, agents=none, desks=none, turns=0))

    def _keep_state(self, state: RoutingState) -> None:
        self._state = state
        self._plain = not (state.offers or state.stages or state.ruled or state.refusals)
        object.__setattr__(self.floor, "routing", self._state)

    def _as_held(self, placement: Placement) -> Held:
        load = None if placement.agent is None else self._load(placement.agent)
        return held_of(placement, load, self._desk_load(placement.desk))

    # what it holds

    @property
    def at(self) -> datetime:
        """The instant it stands at."""
        return self.floor.at

    def load(self, agent: str) -> Load:
        """What an agent holds."""
        load = self._loads.get(agent)
        return NO_LOAD if load is None else load.frozen()

    def waiting(self) -> tuple[WaitingFacts, ...]:
        """The waiting tickets, in no particular order."""
        return tuple(self._waiting.values())

    def snapshot(self) -> Snapshot:
        """The floor as a value. Cost: the size of the floor, once after each change."""
        if self._snapshot is None:
            placements = self._placements
            for name, held in self._held.items():
                if name not in placements:
                    placements[name] = placement_of(held)
            routing = attrs.evolve(
                self._state,
                waiting=FrozenDict(self._waiting),
                held=FrozenDict(placements),
                agents=_counted(self._loads),
                desks=_counted(self._desk_loads),
                turns=self._turns,
            )
            self._snapshot = attrs.evolve(self.floor, routing=routing, presence=Presence(FrozenDict(self._presence)))
        return self._snapshot

    def desk(self, name: str) -> LiveDesk:
        """The people of a desk, as they change: for the plans of policies."""
        known = self._desks.get(name)
        if known is None:
            lives = tuple(self._live(agent.id, spot) for spot, agent in enumerate(self.staff.at_desk(name)))
            known = self._desks[name] = LiveDesk(lives, self._desk_load(name))
        return known

    def empty(self, at: datetime) -> Snapshot:
        """The register and the hours at an instant, for what looks at nothing else of a floor."""
        if at is self.floor.at:
            return self.floor
        return Snapshot(at=at, staff=self.staff, calendars=self.floor.calendars, seed=self.floor.seed)

    def partner(self, name: str) -> Candidate:
        """A partner desk as one candidate, as it is now: for the plans of policies."""
        load = self._desk_load(name).frozen()
        return attrs.evolve(self.floor.desk(name), load=load, desk_load=load)

    def _live(self, name: str, spot: int) -> Live:
        agent, presence = self.staff.agent(name), self._presence_of(name)
        desk_load = self._desk_load(agent.desk)
        live = self._lives[name] = Live(agent, spot, self.staff, presence, self._load(name), desk_load)
        return live

    # what happens to it

    def move(self, at: datetime) -> None:
        """Go on to a later instant.

        Raises:
            InvalidValue: it lies before the board's own.
        """
        floor, at_us = self.floor, to_us(at)
        if at_us < floor.at_us:
            raise InvalidValue("at", at.isoformat(), f"must not lie before {floor.at.isoformat()}")
        object.__setattr__(floor, "at", at)
        object.__setattr__(floor, "at_us", at_us)
        floor.forget_the_instant()
        self._snapshot = None

    def take(self, data: EventData) -> None:
        """Take one fact of the floor in, dated the board's instant. Cost: flat, whatever the size of the floor."""
        self._snapshot = None
        if isinstance(data, PRESENCE_EVENTS):
            self._present(data)
        elif isinstance(data, (Queued, Dequeued, Placed, Released)):
            ticket = data.facts.ticket if isinstance(data, Queued) else data.ticket
            if self._plain or not self._is_kept(ticket):
                self._quietly(data)
            else:
                self._of_ticket(ticket, data)
        elif isinstance(data, (Offered, OfferDeclined, OfferWithdrawn, StageEntered, LineChanged)):
            self._of_ticket(data.ticket, data)
        else:
            self._keep_state(self._state.step(self._event(data)))
            if isinstance(data, Metered) and data.member in self._lives:
                self._touch(self._lives[data.member])

    def apply(self, decision: Decision, ticket: WaitingFacts) -> None:
        """Take in what a decision records on the floor. The events themselves, for both streams, are ``commit``'s.

        Raises:
            InvalidValue: the decision is about another ticket.
        """
        name = ticket.ticket
        if decision.kind in _PLACES and decision.ticket == name and (self._plain or not self._is_kept(name)):
            self._snapshot = None
            self._place(name, decision.agent, decision.desk or HOUSE, ticket.units, ticket.channel, ticket.queue)
            for mark in decision.marks:
                self.take(mark)
            return
        for data in commit(decision, ticket).floor:
            self.take(data)

    def release(self, ticket: str) -> None:
        """A ticket takes no room any more: what ``take(Released(ticket))`` does."""
        if self._plain or not self._is_kept(ticket):
            self._snapshot = None
            self._free(ticket)
        else:
            self.take(Released(ticket))

    def _event(self, data: EventData) -> Event:
        return Event("floor", 1, self.floor.at, self.floor.at, _SYSTEM, data)

    def _is_kept(self, ticket: str) -> bool:
        """Whether more is remembered of the ticket than that it waits or is held."""
        state = self._state
        return ticket in state.offers or ticket in state.stages or ticket in state.ruled or ticket in state.refusals

    def _present(self, data: EventData) -> None:
        name: str = data.agent  # type: ignore[attr-defined]  # every event of presence has one
        held = self._presence_of(name)
        after = held.stepped(data, self.floor.at)
        if after == held:
            return
        self._presence[name] = after
        live = self._lives.get(name)
        if live is not None:
            self._desks[live.desk].present(live, after)
            self._touch(live)

    def _quietly(self, data: Queued | Dequeued | Placed | Released) -> None:
        if isinstance(data, Queued):
            facts = data.facts
            self._free(facts.ticket)
            already = self._waiting.get(facts.ticket)
            if already is not None and already.queued_at != facts.queued_at:
                facts = attrs.evolve(facts, queued_at=already.queued_at)
            self._waiting[facts.ticket] = facts
        elif isinstance(data, Dequeued):
            self._waiting.pop(data.ticket, None)
        elif isinstance(data, Released):
            self._free(data.ticket)
        else:
            self._place(data.ticket, data.agent, data.desk, data.units, data.channel, data.queue)

    def _place(
        self, ticket: str, agent: str | None, desk: str, units: int, channel: str | None, queue: str | None
    ) -> None:
        if ticket in self._held:
            self._free(ticket)
        facts = self._waiting.pop(ticket, None)
        if facts is not None:
            channel, queue = channel or facts.channel, queue or facts.queue
        at, at_us = self.floor.at, self.floor.at_us
        turn = self._turns = self._turns + 1
        desk_load = self._desk_loads.get(desk) or self._desk_load(desk)
        load = None if agent is None else self._loads.get(agent) or self._load(agent)
        desk_load.plus(units, at, at_us, turn)
        if load is not None:
            load.plus(units, at, at_us, turn)
        kinds = () if channel is None and queue is None else kinds_of(channel, queue)
        if kinds:
            _count(kinds, 1, load, desk_load)
        self._held[ticket] = (agent, desk, units, at, channel, queue, facts, load, desk_load, kinds)
        if load is not None and load.live is not None:
            for post in load.live.posts:
                post.standing.update(post)

    def _free(self, ticket: str) -> None:
        held = self._held.pop(ticket, None)
        if held is None:
            return
        self._placements.pop(ticket, None)
        _, _, units, _, _, _, _, load, desk_load, kinds = held
        at, at_us = self.floor.at, self.floor.at_us
        desk_load.minus(units, at, at_us)
        if load is not None:
            load.minus(units, at, at_us)
        if kinds:
            _count(kinds, -1, load, desk_load)
        if load is not None and load.live is not None:
            for post in load.live.posts:
                post.standing.update(post)

    def _touch(self, live: Live) -> None:
        for post in live.posts:
            post.standing.update(post)

    def _of_ticket(self, ticket: str, data: EventData) -> None:
        """Whatever may become of one ticket: the fold's own step, over that ticket and those whom it concerns."""
        held = self._held.get(ticket)
        agents = _named(getattr(data, "agent", None), None if held is None else held[0])
        desks = _named(getattr(data, "desk", None), None if held is None else held[1])
        waiting = self._waiting.get(ticket)
        before = attrs.evolve(
            self._state,
            waiting=FrozenDict({} if waiting is None else {ticket: waiting}),
            held=FrozenDict({} if held is None else {ticket: placement_of(held)}),
            agents=_counted({name: self._load(name) for name in agents}),
            desks=_counted({name: self._desk_load(name) for name in desks}),
            turns=self._turns,
        )
        after: RoutingState = before.step(self._event(data))
        for name, its in after.agents.items():
            self._load(name).become(its)
        for name, its in after.desks.items():
            self._desk_load(name).become(its)
        _put(self._waiting, ticket, after.waiting.get(ticket))
        placed = after.held.get(ticket)
        _put(self._held, ticket, None if placed is None else self._as_held(placed))
        _put(self._placements, ticket, placed)
        self._turns = after.turns
        self._keep(after)
        for name in agents:
            if name in self._lives:
                self._touch(self._lives[name])

    # what it decides

    def decide(self, policy: RoutingPolicy, ticket: WaitingFacts) -> Decision:
        """As ``policy.decide(ticket, board.snapshot())``. Cost: flat in the fleet where somebody takes the ticket."""
        plan = self._plans.get(id(policy)) or self.plan(policy)
        decision = plan.answer(ticket, ())
        if decision.kind not in _NO_ACTS:
            return decision
        again = plan.next_change(ticket)
        moment = None if again is None else from_us(again, self.at.tzinfo or UTC)
        return attrs.evolve(decision, next_change=moment)

    def would(self, policy: RoutingPolicy, ticket: WaitingFacts) -> DecisionKind:
        """The kind of answer alone, as ``policy.would(ticket, board.snapshot())``. Cost: flat in the fleet."""
        return self.plan(policy).would(ticket)

    def plan(self, policy: RoutingPolicy) -> Plan:
        """The policy as worked out for this board: for plans of policies around it."""
        known = self._plans.get(id(policy))
        if known is not None:
            return known
        with suppress(TypeError):  # a host's own may hold what has no hash: it is known by identity alone
            known = self._equals.get(policy)
        if known is None:  # a plan keeps its policy, so no other can come to have its id
            known = self._plans[id(policy)] = plan_for(policy, self)
            with suppress(TypeError):
                self._equals[policy] = known
        return known

    # its parts

    def _presence_of(self, agent: str) -> AgentPresence:
        return self._presence.get(agent, OFF)

    def _load(self, agent: str) -> LiveLoad:
        known = self._loads.get(agent)
        if known is None:
            known = self._loads[agent] = LiveLoad()
        return known

    def _desk_load(self, desk: str) -> LiveLoad:
        known = self._desk_loads.get(desk)
        if known is None:
            known = self._desk_loads[desk] = LiveLoad()
        return known


def _count(kinds: tuple[str, ...], step: int, load: LiveLoad | None, desk_load: LiveLoad) -> None:
    desk_load.count(kinds, step)
    if load is not None:
        load.count(kinds, step)


def _counted(loads: Mapping[str, LiveLoad]) -> FrozenDict[Load]:
    """The loads of which the floor has heard, as values."""
    return FrozenDict({name: load.frozen() for name, load in loads.items() if load.counted})


def _named(*names: str | None) -> frozenset[str]:
    return frozenset(name for name in names if name is not None)


def _put(held: dict[str, T], name: str, value: T | None) -> None:
    if value is None:
        held.pop(name, None)
    else:
        held[name] = value
