"""Overflow gates: a signal with a threshold to open and a lower one to close, so that they do not flap.

Whether a gate stands open is a fact of the floor's log (``GateOpened``, ``GateClosed``), never worked out on the spot:
between the two thresholds only its history tells.

Layer: routing.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, instance_of_kind, named, to_us
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.claims import Claims, of_parts
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, GateClosed, GateOpened
from deskcore.routing.kinds import refuse
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.signals import Signal
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.state import RoutingState
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

Side: TypeAlias = Literal["reached", "exceeded"]


def _finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@final
@attrs.frozen
class Gate:
    """Opens when its signal comes to ``on`` and closes when it comes back to ``off``.

    ``side`` says on which side the thresholds belong: with ``"reached"`` it opens at ``on`` or above and closes at
    ``off`` or below; with ``"exceeded"`` only strictly above and strictly below. Both are in the signal's unit; for
    signals of 0 and 1 the defaults fit.

    >>> from deskcore.routing.signals import WaitingCount
    >>> busy = Gate("busy", WaitingCount(), on=10, off=5)
    >>> print(busy)
    gate busy (tickets waiting: opens at 10 or more, closes at 5 or less)
    >>> Gate("busy", WaitingCount(), on=5, off=5)
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: off must be below on, or gate busy would flap (got 5)

    Raises:
        InvalidValue: thresholds that would let it flap.
    """

    id: str = attrs.field(validator=named)
    signal: Signal = attrs.field(validator=instance_of_kind(Signal, "must be a signal, for example WaitingCount()"))
    on: float = attrs.field(default=1, kw_only=True)
    off: float = attrs.field(default=0, kw_only=True)
    side: Side = attrs.field(default="reached", kw_only=True)

    def __attrs_post_init__(self) -> None:
        refuse(f"gate {self.id}", self._faults())

    def _faults(self) -> Iterator[InvalidValue]:
        if self.side not in {"reached", "exceeded"}:
            yield InvalidValue("side", self.side, "must be reached or exceeded")
        unfit = [name for name in ("on", "off") if not _finite(getattr(self, name))]
        yield from (InvalidValue(name, getattr(self, name), "must be a finite number") for name in unfit)
        if not unfit and not (self.off < self.on or (self.side == "exceeded" and self.off == self.on)):
            yield InvalidValue("off", self.off, f"must be below on, or gate {self.id} would flap")

    def should_open(self, reading: float) -> bool:
        """Whether a closed gate opens at this reading."""
        return reading >= self.on if self.side == "reached" else reading > self.on

    def should_close(self, reading: float) -> bool:
        """Whether an open gate closes at this reading."""
        return reading <= self.off if self.side == "reached" else reading < self.off

    def __str__(self) -> str:
        more, less = ("or more", "or less") if self.side == "reached" else ("exceeded", "undercut")
        return f"gate {self.id} ({self.signal}: opens at {self.on:g} {more}, closes at {self.off:g} {less})"


@final
@attrs.frozen
class GateChange:
    """A gate's event and the instant at which it became true.

    >>> GateChange(datetime(2026, 5, 22, 9, tzinfo=UTC), GateOpened("busy", 10)).data.gate
    'busy'
    """

    at: datetime
    data: GateOpened | GateClosed


def gates_due(gates: RoutingPolicy | Iterable[Gate], floor: Snapshot) -> tuple[GateChange, ...]:
    """The gates that ought to switch on this floor and have not, dated the floor's instant, in the order of the policy.

    Recording the answer makes the next one empty. A late look asks once at each instant that ``next_gate_change``
    names, so that every switch is dated when it became true. Cost: a reading of every gate.

    >>> from datetime import timedelta
    >>> from deskcore.routing import RoutingState
    >>> from deskcore.routing.signals import OldestWait
    >>> from deskcore.staff import Staff
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> line = RoutingState.of_waiting((WaitingFacts("T-1", opened_at=nine, queued_at=nine),))
    >>> floor = Snapshot(at=nine + timedelta(minutes=30), staff=Staff(), routing=line)
    >>> gates_due([Gate("slow", OldestWait(), on=30, off=5)], floor)[0].data
    GateOpened(gate='slow', reading=30.0)
    """
    return _switched(_gates(gates), floor)


def next_gate_change(gates: RoutingPolicy | Iterable[Gate], floor: Snapshot) -> datetime | None:
    """When a gate may switch with nothing happening on the floor: the snapshot's own instant when a switch is owed.

    ``None`` when time alone switches none. It may be early, never late.

    >>> from deskcore.hours import Calendar
    >>> from deskcore.routing.signals import OutOfHours
    >>> from deskcore.staff import Staff
    >>> office = {"office": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
    >>> floor = Snapshot(at=datetime(2026, 5, 18, 10, tzinfo=UTC), staff=Staff(), calendars=office)
    >>> print(next_gate_change([Gate("night", OutOfHours("office"))], floor))
    2026-05-18 17:00:00+00:00
    """
    asked = _gates(gates)
    if _switched(asked, floor):
        return floor.at
    first = _earliest(asked, floor)
    return None if first is None else from_us(first, floor.at.tzinfo or UTC)


@final
@attrs.frozen
class Overflow(RoutingPolicy):
    """One policy while a gate is closed, another while it stands open.

    Never open, it is ``inside``; always open, it is ``outside``. What the partner has no answer for should usually stay
    in the house: ``outside=HandOff("manila") | house``.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> from deskcore.routing.signals import WaitingCount
    >>> policy = Overflow(Gate("busy", WaitingCount(), on=10, off=5), inside=ToAgent(), outside=HandOff("manila"))
    >>> [gate.id for gate in policy.gates()]
    ['busy']
    """

    gate: Gate = attrs.field(
        validator=instance_of_kind(Gate, "must be a gate, for example Gate('busy', WaitingCount(), on=10, off=5)")
    )
    inside: RoutingPolicy = attrs.field(kw_only=True, validator=instance_of_kind(RoutingPolicy, A_POLICY))
    outside: RoutingPolicy = attrs.field(kw_only=True, validator=instance_of_kind(RoutingPolicy, A_POLICY))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return self._now(floor).answer(ticket, floor).after((self.state(floor.routing),))

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        changes = (self.next_switch(floor), self._now(floor).next_change(ticket, floor))
        return min((change for change in changes if change is not None), default=None)

    def next_switch(self, floor: Snapshot) -> int | None:
        """When time alone may switch the gate, in microseconds of UTC."""
        return _next_switch(self.gate, floor)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self._now(floor).would(ticket, floor)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self._now(floor).demand(ticket, floor)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        told = (self.state(floor.routing), self.measured(floor))
        own = Step(str(self.gate), Decision.none(ticket, *told))
        return (own, *self._now(floor).trace(ticket, floor))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("inside", self.inside), ("outside", self.outside))

    def gates(self) -> tuple[Gate, ...]:
        return tuple(dict.fromkeys((self.gate, *super().gates())))

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from self.gate.signal.problems(context, f"{path}.gate.signal")
        yield from super().problems(context, path)

    @property
    def always_answers(self) -> bool:
        return self.inside.always_answers and self.outside.always_answers

    def _now(self, floor: Snapshot) -> RoutingPolicy:
        return self.outside if floor.routing.is_open(self.gate.id) else self.inside

    def state(self, routing: RoutingState) -> str:
        """How the gate stands, in words."""
        since = routing.gates.get(self.gate.id)
        return (
            f"gate {self.gate.id} is closed"
            if since is None
            else f"gate {self.gate.id} is open since {since.isoformat()}"
        )

    @property
    def claims(self) -> Claims:
        return of_parts(self)

    def measured(self, floor: Snapshot) -> str:
        """What the gate's signal reads now, and what would switch it: for explanations."""
        held = floor.routing.held_gate(self.gate.id, floor.at_us)
        if held is not None:
            end = "until further notice" if held.until is None else f"until {held.until.isoformat()}"
            return f"it is held {'open' if held.is_open else 'closed'} by hand {end}"
        gate, reading = self.gate, self.gate.signal.reading(floor)
        beyond = gate.side == "exceeded"
        if floor.routing.is_open(gate.id):
            return f"{gate.signal}: {reading:g}, closes {'below' if beyond else 'at'} {gate.off:g}"
        return f"{gate.signal}: {reading:g}, opens {'above' if beyond else 'at'} {gate.on:g}"

    def __str__(self) -> str:
        return f"{self.inside} while gate {self.gate.id} is closed, {self.outside} while it is open"


def _gates(gates: RoutingPolicy | Iterable[Gate]) -> tuple[Gate, ...]:
    return gates.all_gates if isinstance(gates, RoutingPolicy) else tuple(gates)


def _switched(gates: tuple[Gate, ...], floor: Snapshot) -> tuple[GateChange, ...]:
    found: list[GateChange] = []
    for gate in gates:
        reading = floor.reading(gate.signal)
        held = floor.routing.held_gate(gate.id, floor.at_us)
        opens = gate.should_open(reading) if held is None else held.is_open
        closes = gate.should_close(reading) if held is None else not held.is_open
        if not floor.routing.is_open(gate.id) and opens:
            found.append(GateChange(floor.at, GateOpened(gate.id, reading)))
        elif floor.routing.is_open(gate.id) and closes:
            found.append(GateChange(floor.at, GateClosed(gate.id, reading)))
    return tuple(found)


def _earliest(gates: tuple[Gate, ...], floor: Snapshot) -> int | None:
    changes = (_next_switch(gate, floor) for gate in gates)
    return min((change for change in changes if change is not None), default=None)


def _next_switch(gate: Gate, floor: Snapshot) -> int | None:
    held = floor.routing.held_gate(gate.id, floor.at_us)
    if held is not None:
        return None if held.until is None else to_us(held.until)
    level = gate.off if floor.routing.is_open(gate.id) else gate.on
    return gate.signal.next_change(floor, level)
