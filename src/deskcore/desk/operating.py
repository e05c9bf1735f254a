"""The floor, one command: catch up with shifts and gates, record, and name the next ticket that somebody could take.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, final

import attrs

from deskcore._value import from_us, require_aware, require_kind, to_us
from deskcore.desk import floor_commands as ask
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import Effect, FloorNotice, Gone, Held, RouteNext
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.handling import SYSTEM, too_early
from deskcore.desk.outcome import Accepted, Refused
from deskcore.desk.reach import not_on_floor
from deskcore.errors import NeverHappens
from deskcore.log import Actor, Event, EventData
from deskcore.routing import Snapshot, WaitingFacts
from deskcore.routing.changes import floor_changes_due, next_floor_change
from deskcore.routing.commit import next_placement, next_relaxation
from deskcore.routing.events import CapacityCalled, Dequeued, GateHeld, OfferDeclined, Placed, Queued, Released
from deskcore.staff import next_shift_change, shifts_due
from deskcore.staff.events import CameBack, CapacityChanged, SignedOff, SignedOn, WentAway
from deskcore.tickets import Refusal

_ROUNDS: Final = 100_000
"""Shifts and gates that switch each other more often than this at one instant go round in circles."""


@final
class FloorWork:
    """A floor being worked on at one instant: mutable, private to one call."""

    def __init__(self, setup: Configuration, floor: Floor, at: datetime) -> None:
        self.setup = setup
        self.floor = floor
        self.at = at
        self.events: list[Event] = []

    def record(self, data: EventData, actor: Actor, *, when: datetime | None = None) -> None:
        """Take one fact into the floor."""
        event = Event(FLOOR_STREAM, self.floor.version + 1, when or self.at, self.at, actor, data)
        self.floor = self.floor.step(event)
        self.events.append(event)

    def catch_up(self) -> None:
        """Record the shifts that began or ended and the gates that switched by now, each dated when it did.

        Raises:
            NeverHappens: gates go round in circles.
        """
        since = self.floor.recorded_at or self.at
        for _ in range(_ROUNDS):
            found = _first_switch(self.setup, self.floor, since, self.at)
            if found is None:
                return
            since, switched = found
            for data in switched:
                self.record(data, SYSTEM, when=since)
        raise NeverHappens("catch up", "the floor", "gates that come to rest")

    def snapshot(self) -> Snapshot:
        """The floor as a policy sees it now."""
        return snapshot(self.setup, self.floor, self.at)

    def next_to_route(self) -> tuple[Effect, ...]:
        """The best waiting ticket that somebody could take now, if there is one."""
        if self.setup.routing is None or not self.floor.routing.waiting:
            return ()
        found = next_placement(self.setup.routing, self.snapshot())
        return () if found is None else (RouteNext(found.ticket, found.explain()),)


def operate(
    setup: Configuration, floor: Floor | None, command: ask.FloorCommand, *, at: datetime, actor: Actor
) -> Accepted | Refused:
    """See ``Desk.operate``."""
    require_aware("at", at)
    require_kind("actor", actor, Actor, "must be an Actor, for example Actor.agent('bo')")
    floor = floor or Floor()
    early = too_early(command.TYPE, "the floor", floor.recorded_at, at)
    if early:
        return Refused(FLOOR_STREAM, early)
    barred = tuple(not_on_floor(setup, command, actor))
    if barred:
        return Refused(FLOOR_STREAM, barred)
    work = FloorWork(setup, floor, at)
    work.catch_up()
    facts = _facts(setup, work.floor, command, at)
    if isinstance(facts, Refused):
        return facts
    for data in facts:
        work.record(data, actor)
    work.catch_up()
    return Accepted(work.floor, tuple(work.events), work.next_to_route())


def next_change(setup: Configuration, floor: Floor, at: datetime) -> datetime | None:
    """The earliest shift, gate or relaxation not yet recorded, ``at`` itself when one is owed."""
    found = _first_switch(setup, floor, floor.recorded_at or at, at)
    if found is not None:
        return at
    view = snapshot(setup, floor, at)
    candidates = [next_shift_change(setup.staff, floor.presence, setup.calendars, at=at)]
    if setup.routing is not None:
        candidates.append(next_floor_change(setup.routing, view))
        candidates.append(next_relaxation(setup.routing, view))
    return min((moment for moment in candidates if moment is not None), key=to_us, default=None)


def snapshot(setup: Configuration, floor: Floor, at: datetime) -> Snapshot:
    """The floor at an instant, as a policy sees it. The last one asked for is remembered with the floor."""
    known = floor.view_at(at)
    if known is not None and known.staff is setup.staff and known.calendars is setup.calendars:
        return known
    view = Snapshot(
        at=at,
        staff=setup.staff,
        calendars=setup.calendars,
        presence=floor.presence,
        routing=floor.routing,
        seed=setup.seed,
    )
    floor.remember(view)
    return view


def _first_switch(
    setup: Configuration, floor: Floor, since: datetime, at: datetime
) -> tuple[datetime, tuple[EventData, ...]] | None:
    """The first instant in [since, at] at which a shift or a gate switches unrecorded, and what switches then.

    A gate's own forecast may be early, so it is asked again from each instant that it names.
    """
    shift = next(iter(shifts_due(setup.staff, floor.presence, setup.calendars, at=at)), None)
    limit = at if shift is None else shift.at
    for _ in range(_ROUNDS):
        gates = _gates(setup, floor, since)
        if gates:
            return since, gates
        again = _gate_may_switch(setup, floor, since)
        if again is None or to_us(again) > to_us(limit):
            break
        since = again
    return None if shift is None else (shift.at, (shift.data,))


def _gates(setup: Configuration, floor: Floor, at: datetime) -> tuple[EventData, ...]:
    if setup.routing is None:
        return ()
    return tuple(change.data for change in floor_changes_due(setup.routing, snapshot(setup, floor, at)))


def _gate_may_switch(setup: Configuration, floor: Floor, since: datetime) -> datetime | None:
    if setup.routing is None:
        return None
    found = next_floor_change(setup.routing, snapshot(setup, floor, since))
    return found if found is not None and to_us(found) > to_us(since) else None


def _facts(
    setup: Configuration, floor: Floor, command: ask.FloorCommand, at: datetime
) -> tuple[EventData, ...] | Refused:
    """What a command makes true; nothing where it is so already."""
    match command:
        case ask.Hear(notice=notice):
            return tuple(_heard(floor, notice))
        case ask.Tick():
            return ()
        case ask.DeclineOffer(ticket, agent, why):
            offer = floor.routing.offers.get(ticket)
            if offer is not None and offer.agent == agent:
                return (OfferDeclined(ticket, agent, why),)
            held = f"{ticket} is not offered to {agent}"
            return _refused("no_offer", command, held, "an offer that has not lapsed")
        case ask.SetGate():
            return _gate_set(setup, floor, command)
        case ask.CallCapacity():
            return _called(setup, command, at)
        case ask.SignOn(agent) | ask.SignOff(agent) | ask.GoAway(agent) | ask.ComeBack(agent) | ask.SetCapacity(agent):
            if setup.staff.knows_agent(agent):
                return tuple(_presence(floor, command, agent))
            return _refused("unknown_agent", command, f"{agent} is not on the staff", "an agent of the staff register")
        case _:
            return _refused("unknown_command", command, "the floor does not know it", "the commands of floor_commands")


def _gate_set(setup: Configuration, floor: Floor, command: ask.SetGate) -> tuple[EventData, ...] | Refused:
    known = () if setup.routing is None else tuple(gate.id for gate in setup.routing.gates())
    if command.gate not in known:
        accepted = f"a gate of the policy: {', '.join(known) or 'it has none'}"
        return _refused("unknown_gate", command, f"the policy has no gate {command.gate}", accepted)
    held = floor.routing.holds.get(command.gate)
    by_hand = "by_signal" if held is None else "open" if held.is_open else "closed"
    if command.state == by_hand and (held is None or held.until == command.until):
        return ()
    return (GateHeld(command.gate, command.state, command.until, command.why),)


def _called(setup: Configuration, command: ask.CallCapacity, at: datetime) -> tuple[EventData, ...] | Refused:
    partner = setup.staff.find_partner(command.partner)
    if partner is None:
        return _refused("unknown_partner", command, f"{command.partner} is no partner", "a partner of the register")
    if partner.notice is None or partner.capacity is None:
        held = f"the contract of {partner.id} knows no further room on notice"
        return _refused("no_notice", command, held, "a partner with a capacity and a time of notice")
    ready = from_us(to_us(at) + partner.notice.microseconds, at.tzinfo or UTC)
    if command.until is not None and to_us(command.until) <= to_us(ready):
        held = f"{partner.id} needs {partner.notice} of notice, until {ready.isoformat()}"
        return _refused("too_short_notice", command, held, "an end after that instant")
    return (CapacityCalled(partner.id, command.units, ready, command.until),)


def _refused(code: str, command: ask.FloorCommand, held: str, accepted: str) -> Refused:
    return Refused(FLOOR_STREAM, (Refusal(code, f"cannot {command.TYPE}: {held}; accepted: {accepted}"),))


def _presence(floor: Floor, command: ask.FloorCommand, agent: str) -> Iterator[EventData]:
    state = floor.presence.of(agent)
    match command:
        case ask.SignOn() if state.state != "present":
            yield SignedOn(agent)
        case ask.SignOff() if state.state != "off":
            yield SignedOff(agent)
        case ask.GoAway(reason=reason) if state.state == "present":
            yield WentAway(agent, reason)
        case ask.ComeBack() if state.state == "away":
            yield CameBack(agent)
        case ask.SetCapacity(capacity=capacity) if state.capacity != capacity:
            yield CapacityChanged(agent, capacity)
        case _:
            return


def _heard(floor: Floor, notice: FloorNotice) -> Iterator[EventData]:
    ticket, routing = notice.ticket, floor.routing
    waits, held = routing.waiting.get(ticket), routing.held.get(ticket)
    match notice.state:
        case WaitingFacts() as facts:
            if waits is None or waits != _with_place(facts, waits):
                yield Queued(facts)
        case Held(agent=agent, desk=desk, units=units):
            offered = ticket in routing.offers  # who takes an offer holds the ticket from here on
            if held is None or offered or (held.agent, held.desk, held.units) != (agent, desk, units):
                yield Placed(ticket, agent, desk, units)
        case Gone(why=why):
            if waits is not None:
                yield Dequeued(ticket, why)
            if held is not None:
                yield Released(ticket, why)


def _with_place(facts: WaitingFacts, waits: WaitingFacts) -> WaitingFacts:
    """News of a waiting ticket as the floor would keep it: the wait goes on."""
    return facts if facts.queued_at == waits.queued_at else attrs.evolve(facts, queued_at=waits.queued_at)
