"""Laws of clocks that compare two worlds: hold your own policies to them.

Each takes a life and a setup and raises ``AssertionError`` where they do not keep it. The laws of one world (sums,
segments, polling, the next change) are in ``deskcore.testing.sla``.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs

from deskcore._value import to_us
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration
from deskcore.log import Actor, Event, in_order
from deskcore.sla import Clock, PolicyBook, SlaPolicy, SlaSetup, Target, cycles, signals
from deskcore.sla.events import Exempted
from deskcore.testing.sla import folded
from deskcore.tickets.events import FieldSet, TagAdded

Reading: TypeAlias = tuple[object, ...]


def reading(clock: Clock) -> Reading:
    """What two worlds must agree about: how it stands, its amounts and instants, and where its time went."""
    return (
        clock.metric, clock.number, clock.state, clock.consumed_us, clock.due_us, clock.breached_us,
        clock.fulfilled_at, clock.segments(),
    )  # fmt: skip


def read(events: Iterable[Event], setup: SlaSetup, at: datetime) -> list[Reading]:
    """Every cycle of a life as ``reading`` sees it."""
    return [reading(clock) for clock in cycles(folded(in_order(events), setup), setup, at=at)]


def check_round_the_clock(events: Sequence[Event], policy: SlaPolicy, at: datetime) -> None:
    """Law: on hours that never close, open time is all time: a promise in either comes to the same instants.

    Raises:
        AssertionError: it does not.
    """
    found: list[list[tuple[object, ...]]] = []
    for kind in (BusinessDuration, ElapsedDuration):
        rows = tuple(_in(kind, target) for target in policy.targets)
        setup = SlaSetup(PolicyBook((attrs.evolve(policy, targets=rows, grace=None),)), {"default": Calendar.always()})
        found.append(
            [
                (clock.metric, clock.number, clock.state, clock.consumed_us, clock.due_us, clock.breached_us)
                for clock in cycles(folded(events, setup), setup, at=at)
            ]
        )
    assert found[0] == found[1]


def _in(kind: type[BusinessDuration | ElapsedDuration], target: Target) -> Target:
    within = target.within
    amount = kind.of_us(within.microseconds) if isinstance(within, BusinessDuration | ElapsedDuration) else None
    counts = "business" if kind is BusinessDuration else "elapsed"
    return attrs.evolve(target, within=amount, counts=counts)  # type: ignore[arg-type]  # one of its two words


def check_no_concern(events: Sequence[Event], setup: SlaSetup, places: Sequence[int]) -> None:
    """Law: wherever events of no concern stand in a life, in whatever order, its clocks stay as they are.

    Raises:
        AssertionError: a tag or a field that no condition asks about moved a clock.
    """
    mixed = list(events)
    for number, place in enumerate(places):
        beside = mixed[min(place, len(mixed) - 1)]
        data = FieldSet("colour", str(number)) if number % 2 else TagAdded(f"odd-{number}")
        mixed.insert(min(place, len(mixed) - 1) + 1, attrs.evolve(beside, actor=Actor.agent("bo"), data=data))
    numbered = tuple(attrs.evolve(event, seq=seq) for seq, event in enumerate(mixed, start=1))
    one, other = folded(events, setup), folded(numbered, setup)
    assert one == other


def check_late_arrival(events: Sequence[Event], setup: SlaSetup, place: int, at: datetime) -> None:
    """Law: an event that arrives last, whenever it happened, gives what it would have given in time.

    ``place`` says which one of those after the opening; one that shares its instant with another has no one place in
    the order and is passed over.

    Raises:
        AssertionError: coming late changed more than since when things are known.
    """
    if len(events) < 2:  # noqa: PLR2004 - the opening alone has nobody to be late for
        return
    late = events[1 + place % (len(events) - 1)]
    if sum(to_us(event.at) == to_us(late.at) for event in events) > 1:
        return
    recorded = max(at, *(event.recorded_at for event in events))
    rest = [event for event in events if event is not late]
    inserted = attrs.evolve(late, seq=events[-1].seq + 1, recorded_at=recorded)
    assert read([*rest, inserted], setup, at) == read(events, setup, at)


def check_exemption(events: Sequence[Event], setup: SlaSetup, at: datetime) -> None:
    """Law: an exempt metric leaves numerator and denominator, announces nothing, and no other metric notices.

    Raises:
        AssertionError: an exempt cycle still counts, or another changed.
    """
    state = folded(events, setup)
    opening, last = events[0], events[-1]
    for track in state.tracks:
        note = Event(
            opening.stream,
            last.seq + 1,
            opening.at,
            last.recorded_at,
            Actor.agent("bo"),
            Exempted("agreed", track.metric),
        )
        exempt = folded([*events, note], setup)
        before, after = cycles(state, setup, at=at), cycles(exempt, setup, at=at)
        for one, other in zip(before, after, strict=True):
            if one.metric == track.metric:
                assert other.state == "cancelled"
                assert other.due is None
            else:
                assert reading(one) == reading(other)
        told = signals(exempt, setup, after=opening.at - timedelta(days=1), until=at + timedelta(days=400))
        assert all(signal.metric != track.metric for signal in told)


def check_pause_outside_hours(events: Sequence[Event], waits: Sequence[Event], setup: SlaSetup, at: datetime) -> None:
    """Law: a wait that begins and ends while every calendar is closed takes nothing from a business clock.

    ``waits`` are the events of the life with such a wait in it.

    Raises:
        AssertionError: it took something, or moved a due.
    """
    one, other = cycles(folded(events, setup), setup, at=at), cycles(folded(waits, setup), setup, at=at)
    for before, after in zip(one, other, strict=True):
        assert (before.consumed_us, before.due_us, before.breached_us) == (
            after.consumed_us,
            after.due_us,
            after.breached_us,
        )
