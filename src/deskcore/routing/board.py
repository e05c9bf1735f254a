"""A working copy of the floor for one owner who decides much: an index per demand keeps a decision flat in the fleet.

By law it decides as a snapshot of it does.

Each index is a heap of keys over the agents who meet a demand. Whoever is touched gets a new entry when the index is
next asked; what an entry says that is no longer so is dropped when it comes up (lazy deletion). Not a value: a board
changes, is not compared and not stored, and belongs to one thread. What it cannot index it asks of its snapshot.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from typing import Final, cast, final

import attrs

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.log import Actor, Event, EventData
from deskcore.routing.assign import ToAgent
from deskcore.routing.commit import Commitment, commit
from deskcore.routing.decision import Decision
from deskcore.routing.events import Dequeued, Placed, Queued, Released
from deskcore.routing.firm import FIRM, InScope
from deskcore.routing.gate import Overflow
from deskcore.routing.line import InLine
from deskcore.routing.policy import AfterWait, FirstOf, RoutingPolicy, When
from deskcore.routing.requirement import AllRequired, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.state import NO_LOAD, Load, Placement, RoutingState
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE

_NEVER: Final = 1 << 62
_SLACK: Final = 1_000
"""Entries of no more use that an index may hold."""
_SYSTEM: Final = Actor.system()
_QUIET: Final = (Placed, Released, Queued, Dequeued)


class _Live:
    """A candidate whose load is exchanged in place; requirements and rankings read it as a ``Candidate``."""

    __slots__ = (*(field.name for field in attrs.fields(Candidate)), "dirty", "version")

    def __init__(self, candidate: Candidate) -> None:
        for field in attrs.fields(Candidate):
            setattr(self, field.name, getattr(candidate, field.name))
        self.version = 0
        self.dirty: list[set[str]] = []  # of each index it is a member of

    labels = Candidate.labels
    idle_since_us = Candidate.idle_since_us
    untouched_since_us = Candidate.untouched_since_us


class _Index:
    """The agents who meet one demand of one policy, the best first."""

    __slots__ = ("able", "dirty", "heap", "members", "valid_until")

    def __init__(self) -> None:
        self.members: dict[str, _Live] = {}
        self.able: set[str] = set()
        self.heap: list[tuple[tuple[object, ...], int]] = []
        self.dirty: set[str] = set()
        self.valid_until = _NEVER


class _Compiled:
    """What of a policy for agents is worked out once."""

    __slots__ = ("because", "indexes", "name", "policy", "record", "rest", "timed", "works")

    def __init__(self, policy: ToAgent, floor: Snapshot) -> None:
        parts = tuple(part for one in (FIRM, policy.requires) for part in _parts(one))
        if policy.desk == HOUSE:
            parts = tuple(part for part in parts if not isinstance(part, InScope))  # the house does all work
        partner = floor.staff.find_partner(policy.desk)
        self.policy = policy
        self.record = tuple(part for part in parts if part.depends_on == "record")
        self.rest = tuple(part for part in parts if part.depends_on == "candidate")
        self.timed = tuple(part for part in self.rest if type(part).next_change is not Requirement.next_change)
        whole = len(self.record) + len(self.rest) == len(parts)
        self.works = whole and (partner is None or partner.capacity is None)
        self.name, self.because = str(policy), str(policy.ranking)
        self.indexes: dict[Hashable, _Index] = {}


@final
class Board:
    """The floor as one owner works on it: ``decide``, ``apply``, ``take`` events, ``move`` in time, ``snapshot``.

    >>> from deskcore.staff import Agent, Staff, Presence
    >>> from deskcore.staff.presence import AgentPresence
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> presence = Presence(FrozenDict({"bo": AgentPresence("present", nine)}))
    >>> board = Board(Snapshot(at=nine, staff=Staff(agents=(Agent("bo"),)), presence=presence))
    >>> ticket = WaitingFacts("T-1", opened_at=nine, queued_at=nine)
    >>> decision = board.decide(ToAgent(), ticket)
    >>> decision == ToAgent().decide(ticket, board.snapshot())
    True
    >>> board.apply(decision, ticket).floor[0].agent, board.load("bo").tickets
    ('bo', 1)
    """

    def __init__(self, floor: Snapshot) -> None:
        self._compiled: dict[int, _Compiled] = {}
        self._load_from(floor)

    def _load_from(self, floor: Snapshot) -> None:
        self._floor: Snapshot | None = floor
        self._lens = attrs.evolve(floor)  # the register, the hours and the instant; its loads are not looked at
        self._keep(floor.routing)
        self._waiting = dict(floor.routing.waiting)
        self._held = dict(floor.routing.held)
        self._desks = dict(floor.routing.desks)
        self._loads = dict(floor.routing.agents)
        self._turns = floor.routing.turns
        self._live: dict[str, dict[str, _Live]] = {}
        self._by_id: dict[str, _Live] = {}
        for compiled in self._compiled.values():
            compiled.indexes.clear()

    def _keep(self, state: RoutingState) -> None:
        self._state = state
        self._plain = not (state.offers or state.stages or state.ruled or state.refusals)

    # what it holds

    @property
    def at(self) -> datetime:
        """The instant it stands at."""
        return self._lens.at

    def load(self, agent: str) -> Load:
        """What an agent holds."""
        return self._loads.get(agent, NO_LOAD)

    def waiting(self) -> tuple[WaitingFacts, ...]:
        """The waiting tickets, in no particular order."""
        return tuple(self._waiting.values())

    def snapshot(self) -> Snapshot:
        """The floor as a value. Cost: the size of the floor, once after each change."""
        if self._floor is None:
            routing = attrs.evolve(
                self._state,
                waiting=FrozenDict(self._waiting),
                held=FrozenDict(self._held),
                agents=FrozenDict(self._loads),
                desks=FrozenDict(self._desks),
                turns=self._turns,
            )
            self._floor = attrs.evolve(self._lens, routing=routing)
        return self._floor

    # what happens to it

    def move(self, at: datetime) -> None:
        """Go on to a later instant."""
        self._floor = None
        self._lens = attrs.evolve(self._lens, at=at)

    def take(self, data: EventData) -> None:
        """Take one fact of the floor in, dated the board's instant. Cost: flat for tickets that come and go."""
        if isinstance(data, _QUIET) and (self._plain or not self._kept(data)):
            self._floor = None
            self._quietly(data)
            return
        floor = self.snapshot()
        event = Event("floor", 1, floor.at, floor.at, _SYSTEM, data)
        routing: RoutingState = floor.routing.step(event)
        presence = floor.presence.step(event)
        if presence is floor.presence and routing.agents == floor.routing.agents:
            self._keep(routing)
            self._waiting, self._held = dict(routing.waiting), dict(routing.held)
            self._floor = None
            return
        self._load_from(attrs.evolve(floor, routing=routing, presence=presence))

    def apply(self, decision: Decision, ticket: WaitingFacts) -> Commitment:
        """Record a decision as ``commit`` does and take its events in."""
        commitment = commit(decision, ticket)
        for data in commitment.floor:
            self.take(data)
        return commitment

    def _kept(self, data: EventData) -> bool:
        """Whether more is remembered of the ticket than that it waits or is held."""
        ticket = data.facts.ticket if isinstance(data, Queued) else cast("Placed", data).ticket
        state = self._state
        return ticket in state.offers or ticket in state.stages or ticket in state.ruled or ticket in state.refusals

    def _quietly(self, data: EventData) -> None:
        at = self._lens.at
        if isinstance(data, Queued):
            self._free(data.facts.ticket, at)
            already = self._waiting.get(data.facts.ticket)
            facts = data.facts if already is None else attrs.evolve(data.facts, queued_at=already.queued_at)
            self._waiting[facts.ticket] = facts
        elif isinstance(data, Dequeued):
            self._waiting.pop(data.ticket, None)
        elif isinstance(data, Released):
            self._free(data.ticket, at)
        elif isinstance(data, Placed):
            self._place(data, at)

    def _place(self, data: Placed, at: datetime) -> None:
        self._free(data.ticket, at)
        facts = self._waiting.pop(data.ticket, None)
        channel, queue = data.channel, data.queue
        if facts is not None:
            channel, queue = channel or facts.channel, queue or facts.queue
        held = Placement(data.agent, data.desk, data.units, at, channel, queue, facts)
        self._turns += 1
        kinds = held.kinds
        self._held[data.ticket] = held
        if data.agent is not None:
            self._set(data.agent, self.load(data.agent).plus(data.units, at, turn=self._turns, kinds=kinds))
        desk = self._desks.get(data.desk, NO_LOAD)
        self._desks[data.desk] = desk.plus(data.units, at, turn=self._turns, kinds=kinds)

    def _free(self, ticket: str, at: datetime) -> None:
        held = self._held.pop(ticket, None)
        if held is None:
            return
        if held.agent is not None:
            self._set(held.agent, self.load(held.agent).minus(held.units, at, kinds=held.kinds))
        self._desks[held.desk] = self._desks.get(held.desk, NO_LOAD).minus(held.units, at, kinds=held.kinds)

    def _set(self, agent: str, load: Load) -> None:
        self._loads[agent] = load
        live = self._by_id.get(agent)
        if live is not None:
            live.load = load  # type: ignore[attr-defined]  # one of the candidate's slots
            live.version += 1
            for dirty in live.dirty:
                dirty.add(agent)

    # what it decides

    def decide(self, policy: RoutingPolicy, ticket: WaitingFacts) -> Decision:
        """As ``policy.decide(ticket, board.snapshot())``. Cost: flat in the fleet where somebody takes the ticket."""
        decision = self._answer(policy, ticket)
        if decision.acts:
            return decision
        again = policy.next_change(ticket, self.snapshot())
        moment = None if again is None else from_us(again, self.at.tzinfo or UTC)
        return attrs.evolve(decision, next_change=moment)

    def _answer(self, policy: RoutingPolicy, ticket: WaitingFacts) -> Decision:
        if isinstance(policy, ToAgent):
            return self._to_agent(policy, ticket)
        if isinstance(policy, FirstOf):
            return self._first(policy, ticket)
        if isinstance(policy, InLine):
            return self._answer(policy.policy, ticket)
        if isinstance(policy, AfterWait) and to_us(ticket.queued_at) + policy.waited.microseconds <= self._lens.at_us:
            return self._answer(policy.policy, ticket).after((f"has waited {policy.waited}",))
        if isinstance(policy, When) and "ahead" not in policy.condition.names():
            verdict = policy.condition.explain(self._lens.facts(ticket))
            if verdict:
                return self._answer(policy.policy, ticket).after(verdict.because)
            return Decision.none(ticket, verdict.explain())
        if isinstance(policy, Overflow):
            now = policy.outside if self._state.is_open(policy.gate.id) else policy.inside
            return self._answer(now, ticket).after((policy.state(self._state),))
        return policy.answer(ticket, self.snapshot())

    def _first(self, policy: FirstOf, ticket: WaitingFacts) -> Decision:
        passed: tuple[str, ...] = ()
        for step in policy.steps:
            decision = self._answer(step, ticket)
            if decision.answers:
                return decision.after(passed)
            passed += decision.because
        return Decision.none(ticket, *passed)

    def _to_agent(self, policy: ToAgent, ticket: WaitingFacts) -> Decision:
        compiled = self._compiled.get(id(policy))
        if compiled is None:
            compiled = self._compiled[id(policy)] = _Compiled(policy, self._lens)
        looked = policy.ranking.looks_at(ticket) if compiled.works else None
        if looked is None:
            return policy.answer(ticket, self.snapshot())
        demand = (*[part.demand(ticket, self._lens) for part in compiled.record], ticket.units, ticket.channel)
        key = (demand, ticket.queue, looked)
        index = compiled.indexes.get(key)
        stale = index is not None and len(index.heap) > _SLACK + 4 * len(index.members)
        if index is None or stale or index.valid_until <= self._lens.at_us:
            if index is not None:
                self._retire(index)
            index = compiled.indexes[key] = self._built(compiled, ticket)
        self._refresh(index, compiled, ticket)
        best = self._best(index)
        if best is None:
            return policy.answer(ticket, self.snapshot())
        floor, candidate = self._lens, cast("Candidate", best)
        words = policy.ranking.words(ticket, candidate, floor)
        eligible = len(index.able)
        of = "the only eligible agent" if eligible == 1 else f"first of {eligible} eligible agents"
        return Decision(
            "assign",
            ticket.ticket,
            agent=candidate.id,
            team=candidate.team,
            desk=candidate.desk,
            policy=compiled.name,
            because=(f"{of} of {policy.desk}: {compiled.because}", *words),
            key=words,
            marks=policy.requires.marks(ticket, candidate, floor),
        )

    def _agents(self, desk: str) -> dict[str, _Live]:
        known = self._live.get(desk)
        if known is None:
            known = {one.id: _Live(one) for one in self.snapshot().agents_of(desk)}
            self._live[desk] = known
            self._by_id.update(known)
        return known

    def _built(self, compiled: _Compiled, ticket: WaitingFacts) -> _Index:
        """A new index: a look at every agent of the desk."""
        index, floor = _Index(), self._lens
        for name, live in self._agents(compiled.policy.desk).items():
            candidate = cast("Candidate", live)
            if all(part.test(ticket, candidate, floor) for part in compiled.record):
                index.members[name] = live
                live.dirty.append(index.dirty)
                self._entered(index, compiled, ticket, name, live)
        heapify(index.heap)
        return index

    def _retire(self, index: _Index) -> None:
        """Tell its members that nobody asks it any more."""
        for live in index.members.values():
            live.dirty = [dirty for dirty in live.dirty if dirty is not index.dirty]

    def _entered(self, index: _Index, compiled: _Compiled, ticket: WaitingFacts, name: str, live: _Live) -> None:
        floor, candidate = self._lens, cast("Candidate", live)
        for part in compiled.timed:
            change = part.next_change(ticket, candidate, floor)
            if change is not None and change < index.valid_until:
                index.valid_until = change
        for part in compiled.rest:
            if not part.test(ticket, candidate, floor):
                index.able.discard(name)
                return
        index.able.add(name)
        place = (*compiled.policy.ranking.key(ticket, candidate, floor), name)
        heappush(index.heap, (place, live.version))

    def _refresh(self, index: _Index, compiled: _Compiled, ticket: WaitingFacts) -> None:
        """New entries for those who were touched since the index was last asked."""
        if index.dirty:
            for name in index.dirty:
                self._entered(index, compiled, ticket, name, index.members[name])
            index.dirty.clear()

    def _best(self, index: _Index) -> _Live | None:
        heap, members = index.heap, index.members
        while heap:
            place, version = heap[0]
            name = cast("str", place[-1])
            live = members[name]
            if live.version == version and name in index.able:
                return live
            heappop(heap)
        return None


def _parts(required: Requirement) -> tuple[Requirement, ...]:
    return required.parts if isinstance(required, AllRequired) else (required,)
