"""Overflow gates: when they open, when they close, and that they do not flap."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.routing import Gate, Overflow, RoutingState, Snapshot, ToAgent, Wait, WaitingFacts, gates_due
from deskcore.routing.events import GateClosed, GateOpened, Placed
from deskcore.routing.gate import next_gate_change
from deskcore.routing.signals import (
    AtRiskCount,
    NobodyPresent,
    Occupancy,
    OldestWait,
    OutOfHours,
    Signal,
    WaitingCount,
)
from deskcore.staff import Agent, Presence, Staff
from deskcore.staff.events import SignedOn

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
OFFICE = {"office": Calendar.weekly("Mon-Fri 09:00-17:30", tz=UTC)}
STAFF = Staff(agents=(Agent("bo", calendar="office", capacity=2),))


def _line(count: int, **facts: Any) -> tuple[WaitingFacts, ...]:
    return tuple(
        attrs.evolve(WaitingFacts(f"T-{place}", opened_at=NINE, queued_at=NINE), **facts) for place in range(count)
    )


def _floor(
    waiting: tuple[WaitingFacts, ...] = (),
    *,
    at: datetime = NINE,
    opened: tuple[str, ...] = (),
    facts: tuple[EventData, ...] = (),
) -> Snapshot:
    stream = [
        Event("floor", seq, NINE, NINE, Actor.system(), data)
        for seq, data in enumerate((*(GateOpened(name, 1) for name in opened), *facts), start=1)
    ]
    routing = RoutingState.of_waiting(waiting)
    for event in stream:
        routing = routing.step(event)
    return Snapshot(at=at, staff=STAFF, calendars=OFFICE, presence=Presence.replay(stream), routing=routing)


def test_a_gate_opens_when_its_upper_threshold_is_reached() -> None:
    gate = Gate("busy", WaitingCount(), on=3, off=1)

    assert gates_due([gate], _floor(_line(2))) == ()
    (change,) = gates_due([gate], _floor(_line(3)))
    assert (change.at, change.data) == (NINE, GateOpened("busy", 3))


def test_a_gate_stays_open_between_its_thresholds_and_closes_at_the_lower() -> None:
    gate = Gate("busy", WaitingCount(), on=3, off=1)

    assert gates_due([gate], _floor(_line(2), opened=("busy",))) == ()
    (change,) = gates_due([gate], _floor(_line(1), opened=("busy",)))
    assert change.data == GateClosed("busy", 1)


def test_exceeded_means_strictly_past_the_threshold_on_both_sides() -> None:
    gate = Gate("busy", WaitingCount(), on=3, off=1, side="exceeded")

    assert gates_due([gate], _floor(_line(3))) == ()
    assert gates_due([gate], _floor(_line(4))) != ()
    assert gates_due([gate], _floor(_line(1), opened=("busy",))) == ()
    assert gates_due([gate], _floor((), opened=("busy",))) != ()


@pytest.mark.parametrize(
    ("on", "off", "side"), [(3, 3, "reached"), (3, 4, "exceeded"), (3, 1, "around"), (float("nan"), 1, "reached")]
)
def test_thresholds_that_contradict_each_other_are_refused(on: float, off: float, side: str) -> None:
    with pytest.raises(InvalidValue):
        Gate("busy", WaitingCount(), on=on, off=off, side=side)  # type: ignore[arg-type]


def test_hysteresis_switches_less_often_than_a_single_step() -> None:
    """A line that goes up and down by one around ten: a wide band switches once, a narrow one at every turn."""
    lengths = [9, 10, 9, 10, 9, 10, 9, 10]

    def switches(gate: Gate) -> int:
        state: tuple[str, ...] = ()
        count = 0
        for length in lengths:
            due = gates_due([gate], _floor(_line(length), opened=state))
            count += len(due)
            for change in due:
                state = ("busy",) if isinstance(change.data, GateOpened) else ()
        return count

    assert switches(Gate("busy", WaitingCount(), on=10, off=9)) == 7
    assert switches(Gate("busy", WaitingCount(), on=10, off=5)) == 1


@pytest.mark.parametrize(
    ("signal", "reading"),
    [
        (WaitingCount(), 2),
        (WaitingCount(Is("vip", True)), 0),
        (OldestWait(), 30),
        (OldestWait(Is("vip", True)), 0),
        (AtRiskCount(), 2),
        (NobodyPresent(), 0),
        (OutOfHours("office"), 0),
        (Occupancy(), 0.5),
    ],
)
def test_each_signal_reads_what_it_says(signal: Signal, reading: float) -> None:
    floor = _floor(
        _line(2, at_risk_from=NINE),
        at=NINE + timedelta(minutes=30),
        facts=(SignedOn("bo"), Placed("H-1", "bo")),
    )
    assert signal.reading(floor) == reading


def test_a_desk_off_shift_is_nobody_present_and_fully_occupied() -> None:
    night = _floor(at=NINE - timedelta(hours=1), facts=(SignedOn("bo"),))

    assert (NobodyPresent().reading(night), Occupancy().reading(night), OutOfHours("office").reading(night)) == (
        1,
        1,
        1,
    )


def test_an_oldest_wait_opens_its_gate_at_the_minute() -> None:
    gate = Gate("slow", OldestWait(), on=30, off=5)
    floor = _floor(_line(1))

    again = next_gate_change([gate], floor)
    assert again == NINE + timedelta(minutes=30)
    (change,) = gates_due([gate], attrs.evolve(floor, at=again))
    assert change.at == again


def test_an_oldest_wait_must_last_longer_where_the_threshold_must_be_exceeded() -> None:
    gate = Gate("slow", OldestWait(), on=30, off=5, side="exceeded")
    floor = _floor(_line(1), at=NINE + timedelta(minutes=30))

    assert gates_due([gate], floor) == ()
    again = next_gate_change([gate], floor)
    assert again == NINE + timedelta(minutes=30, microseconds=1)
    assert gates_due([gate], attrs.evolve(floor, at=again)) != ()


def test_a_switch_that_is_owed_is_due_at_once() -> None:
    assert next_gate_change(
        [Gate("night", OutOfHours("office"))], _floor(at=NINE - timedelta(hours=1))
    ) == NINE - timedelta(hours=1)


def test_a_gate_by_the_clock_follows_its_calendar() -> None:
    gate = Gate("night", OutOfHours("office"))

    assert next_gate_change([gate], _floor()) == NINE + timedelta(hours=8.5)
    assert next_gate_change([Gate("busy", WaitingCount(), on=3, off=1)], _floor()) is None


def test_a_policy_names_its_gates_once_each() -> None:
    gate = Gate("busy", WaitingCount(), on=3, off=1)
    other = Gate("slow", OldestWait(), on=30, off=5)
    inner = Overflow(other, inside=ToAgent(), outside=Wait())
    policy = Overflow(gate, inside=inner, outside=Overflow(gate, inside=Wait(), outside=inner)) | Wait()

    assert policy.gates() == (gate, other)
    assert gates_due(policy, _floor(_line(3)))[0].data == GateOpened("busy", 3)


def test_the_nearer_the_thresholds_the_more_often_a_gate_switches() -> None:
    """The same ten thousand steps of a line that fills and empties: a band of hysteresis saves most of the switches."""
    lots, line = random.Random(7), 0
    steps = []
    for _ in range(10_000):
        line = max(0, line + lots.choice((-1, -1, 1, 1, 1) if line < 10 else (-1, -1, -1, 1, 1)))
        steps.append(line)

    def switches(off: int) -> int:
        gate, is_open, count = Gate("busy", WaitingCount(), on=10, off=off), False, 0
        for waiting in steps:
            if (gate.should_close if is_open else gate.should_open)(waiting):
                is_open, count = not is_open, count + 1
        return count

    without, narrow, wide = switches(9), switches(5), switches(0)
    assert without > 5 * narrow > 5 * wide
