"""The floor at one instant, as a policy sees it, and the candidates a ticket may go to.

Frozen and whole: the same snapshot gives the same decision anywhere, which is what makes replay and dry runs free.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Protocol, final

import attrs

from deskcore._value import FrozenDict, aware, to_us
from deskcore.errors import UnknownName
from deskcore.hours import Calendar
from deskcore.predicate import Facts
from deskcore.routing.candidate import Candidate, CandidateKind
from deskcore.routing.fact_view import FactView, changes_by_time
from deskcore.routing.queue import order_waiting
from deskcore.routing.state import RoutingState
from deskcore.routing.waiting import OPEN_PREFIX, WaitingFacts
from deskcore.staff import Agent, Presence, Staff
from deskcore.staff.absence import next_edge, running

__all__ = ["Candidate", "CandidateKind", "Snapshot", "changes_by_time"]


class _Demanding(Protocol):
    """The one question that a floor remembers the answers of a policy to."""

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable: ...


class _Measured(Protocol):
    """A signal whose reading a floor remembers."""

    def reading(self, floor: Snapshot) -> float: ...


class _InTurn(Protocol):
    """A rotation whose order a floor works out once."""

    def turn_order(self, floor: Snapshot, desk: str) -> tuple[str, ...]: ...


def _frozen(calendars: Mapping[str, Calendar]) -> FrozenDict[Calendar]:
    return calendars if isinstance(calendars, FrozenDict) else FrozenDict(calendars)


@final
@attrs.frozen(kw_only=True)
class Snapshot:
    """Everything a decision may depend on: the instant, the staff, the calendars, who is there, who holds what.

    ``seed`` is for rankings that draw by lot; they use it with the ticket's id, never the order of decisions.

    >>> from datetime import UTC
    >>> floor = Snapshot(at=datetime(2026, 5, 22, 9, tzinfo=UTC), staff=Staff(agents=(Agent("bo"),)))
    >>> floor.agent("bo").load.tickets, floor.waiting
    (0, ())

    Raises:
        InvalidValue: ``at`` is naive.
    """

    at: datetime = attrs.field(validator=aware)
    staff: Staff
    calendars: FrozenDict[Calendar] = attrs.field(factory=FrozenDict[Calendar], converter=_frozen)
    presence: Presence = attrs.field(factory=Presence)
    routing: RoutingState = attrs.field(factory=RoutingState)
    seed: int = 0
    at_us: int = attrs.field(init=False, eq=False, repr=False)
    _open: dict[str, bool] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _agents: dict[str, tuple[Candidate, ...]] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _next: dict[str, int | None] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _demands: dict[tuple[int, str], Hashable] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _ahead: dict[str, int] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _turns: dict[tuple[_InTurn, str], dict[str, int]] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _rings: dict[str, int] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _desks: dict[str, Candidate] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _free: dict[str, tuple[Candidate, ...]] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _edges: dict[str, int | None] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _readings: dict[int, tuple[_Measured, float]] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _scoped: dict[int, tuple[WaitingFacts, Hashable]] = attrs.field(init=False, eq=False, repr=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "at_us", to_us(self.at))

    def __reduce__(self) -> tuple[object, ...]:
        return (_snapshot, (self.at, self.staff, self.calendars, self.presence, self.routing, self.seed))

    @property
    def waiting(self) -> tuple[WaitingFacts, ...]:
        """The waiting tickets, the first to be served first."""
        return order_waiting(self.routing.waiting.values())

    def turn_of(self, rotation: _InTurn, candidate: Candidate) -> int:
        """The candidate's place in a rotation over its desk, from 1; worked out once for all candidates."""
        key = (rotation, candidate.desk)
        known = self._turns.get(key)
        if known is None:
            order = rotation.turn_order(self, candidate.desk)
            known = self._turns[key] = {name: place for place, name in enumerate(order, start=1)}
        return known.get(candidate.id, 0)

    def nearest_ring(self, label: str, desk: str) -> int:
        """The nearest ring of a desk in which anybody is signed on, present or away; -1 when nobody is."""
        key = f"{label}\0{desk}"
        known = self._rings.get(key)
        if known is None:
            on = (one for one in self.agents_of(desk) if one.presence is not None and one.presence.state != "off")
            rings = (one.labels.get(label) for one in on)
            known = min((int(ring) if isinstance(ring, (int, float)) else 0 for ring in rings), default=-1)
            self._rings[key] = known
        return known

    def forget_the_instant(self) -> None:
        """Drop what was worked out for the instant: for a board, whose own snapshot goes on in time."""
        self._open.clear()
        self._next.clear()
        self._scoped.clear()

    def reading(self, signal: _Measured) -> float:
        """``signal.reading``, remembered: gates are looked at more than once on one floor."""
        known = self._readings.get(id(signal))
        if known is None:
            known = self._readings[id(signal)] = (signal, signal.reading(self))
        return known[1]

    def free_agents(self, desk: str) -> tuple[Candidate, ...]:
        """Those of a desk who are there, on shift, not absent and not full: nobody else gets a ticket. Found once."""
        known = self._free.get(desk)
        if known is None:
            there = (one for one in self.agents_of(desk) if one.presence is not None and one.presence.is_present)
            known = self._free[desk] = tuple(
                one
                for one in there
                if (one.capacity is None or one.load.units < one.capacity)
                and (one.calendar is None or self.is_open(one.calendar))
                and self.is_there(one)
            )
        return known

    def is_there(self, candidate: Candidate) -> bool:
        """Whether no absence of the candidate holds now."""
        agent = candidate.agent
        return agent is None or not agent.absences or running(agent.absences, self.at_us) is None

    def next_shift_edge(self, desk: str) -> int | None:
        """When the hours or an absence of any present agent of a desk begin or end next, in microseconds."""
        if desk not in self._edges:
            there = [one for one in self.agents_of(desk) if one.presence is not None and one.presence.is_present]
            edges = [self.next_edge(name) for name in {one.calendar for one in there if one.calendar is not None}]
            edges += [next_edge(one.agent.absences, self.at_us) for one in there if one.agent and one.agent.absences]
            self._edges[desk] = min((edge for edge in edges if edge is not None), default=None)
        return self._edges[desk]

    def scope_demand(self, ticket: WaitingFacts) -> Hashable:
        """What of a ticket the partners' scopes look at, and when it changes next. Found once for each ticket."""
        known = self._scoped.get(id(ticket))
        if known is None:  # it keeps the ticket, so no other can come to have its id
            names = self.staff.scope_names
            facts = self.facts(ticket)
            changes = self.next_fact_change(frozenset(names), ticket) if names else None
            known = self._scoped[id(ticket)] = (ticket, (changes, *[facts.get(name) for name in names]))
        return known[1]

    def ahead(self, ticket: str) -> int:
        """How many waiting tickets began to wait before one that waits; for one that does not, how many wait."""
        if not self._ahead and self.routing.waiting:  # a memo: sorted once for every ticket's question
            begun = sorted(
                self.routing.waiting.values(), key=lambda one: (to_us(one.queued_at), one.opened_order, one.ticket)
            )
            self._ahead.update((one.ticket, place) for place, one in enumerate(begun))
        return self._ahead.get(ticket, len(self.routing.waiting))

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name.

        Raises:
            UnknownName: there is none.
        """
        try:
            return self.calendars[name]
        except KeyError:
            raise UnknownName("calendar", name, tuple(sorted(self.calendars))) from None

    def is_open(self, calendar: str) -> bool:
        """Whether a calendar is open now; the start of an opening is included, its end not.

        Raises:
            UnknownName: there is no such calendar.
        """
        known = self._open.get(calendar)
        if known is None:  # a memo: asked once for each candidate, answered once for all
            known = self._open[calendar] = self.calendar(calendar).is_open_us(self.at_us)
        return known

    def demand(self, policy: _Demanding, ticket: WaitingFacts) -> Hashable:
        """``policy.demand``, remembered: asked for the same ticket more than once on one floor."""
        key = (id(policy), ticket.ticket)
        if key not in self._demands:
            self._demands[key] = policy.demand(ticket, self)
        return self._demands[key]

    def next_edge(self, calendar: str) -> int | None:
        """When a calendar opens or closes next, in microseconds of UTC; ``None`` when it never does.

        Raises:
            UnknownName: there is no such calendar.
        """
        if calendar not in self._next:
            self._next[calendar] = self.calendar(calendar).next_change_us(self.at_us)
        return self._next[calendar]

    def agent(self, id: str) -> Candidate:  # noqa: A002 - the field's own name
        """An agent as a candidate.

        Raises:
            UnknownName: there is no such agent.
        """
        return self._of_agent(self.staff.agent(id))

    def agents_of(self, desk: str) -> tuple[Candidate, ...]:
        """The agents of a desk as candidates, in the order of the register."""
        known = self._agents.get(desk)
        if known is None:  # a memo: every waiting ticket asks for the same candidates
            known = self._agents[desk] = tuple(map(self._of_agent, self.staff.at_desk(desk)))
        return known

    def desk(self, id: str) -> Candidate:  # noqa: A002
        """A partner desk as one candidate.

        Raises:
            UnknownName: there is no such partner.
        """
        known = self._desks.get(id)
        if known is None:
            known = self._desks[id] = self._of_partner(id)
        return known

    def _of_partner(self, id: str) -> Candidate:  # noqa: A002
        partner = self.staff.partner(id)
        load = self.routing.desk_load(id)
        return Candidate(
            id=id,
            kind="desk",
            called=partner.called,
            desk=id,
            team=None,
            tier=None,
            skills=partner.skills,
            languages=partner.languages,
            clearances=partner.clearances,
            cost=partner.price,
            calendar=partner.calendar,
            capacity=partner.capacity,
            load=load,
            partner=partner,
            desk_load=load,
        )

    def _of_agent(self, agent: Agent) -> Candidate:
        presence = self.presence.of(agent.id)
        partner = self.staff.find_partner(agent.desk)
        calendar, cost = agent.calendar, agent.cost
        if partner is not None:
            calendar = partner.calendar if calendar is None else calendar
            cost = partner.price if cost is None else cost
        return Candidate(
            agent.id,
            "agent",
            agent.called,
            agent.desk,
            agent.team,
            agent.tier,
            agent.skills,
            agent.languages,
            agent.clearances,
            cost,
            calendar,
            agent.capacity if presence.capacity is None else presence.capacity,
            self.routing.load(agent.id),
            presence,
            partner,
            self.routing.desk_load(agent.desk),
            agent,
            self.staff.place_of(agent.id),
        )

    def facts(self, ticket: WaitingFacts) -> Facts:
        """What conditions may ask of a waiting ticket now: ``routing.waiting.FACTS``. Each is looked up when asked for.

        >>> from datetime import UTC
        >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
        >>> ticket = WaitingFacts("T-1", opened_at=nine, queued_at=nine, due_at=nine)
        >>> Snapshot(at=nine, staff=Staff()).facts(ticket)["overdue"]
        False
        """
        return FactView(ticket, self)

    def next_fact_change(self, names: frozenset[str], ticket: WaitingFacts) -> int | None:
        """The next instant, strictly later, at which one of these facts changes by time alone, in microseconds."""
        if not changes_by_time(names):
            return None
        changes: list[int | None] = []
        if "at_risk" in names and ticket.at_risk_from is not None:
            changes.append(to_us(ticket.at_risk_from))
        if "overdue" in names and ticket.due_at is not None:
            changes.append(to_us(ticket.due_at) + 1)  # reached exactly at due is still met
        changes += [self.next_edge(name.removeprefix(OPEN_PREFIX)) for name in names if name.startswith(OPEN_PREFIX)]
        return min((change for change in changes if change is not None and change > self.at_us), default=None)


def _snapshot(
    at: datetime, staff: Staff, calendars: FrozenDict[Calendar], presence: Presence, routing: RoutingState, seed: int
) -> Snapshot:
    """A snapshot from positional parts, for pickle."""
    return Snapshot(at=at, staff=staff, calendars=calendars, presence=presence, routing=routing, seed=seed)
