"""What the wallboard shows: queues, clocks that are about to breach, the overflow gate, the partner's share, people.

Read from the floor and the open cases, at most once a second however many screens look.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, final

import attrs

from deskcore import Case, Clock, Desk, Floor
from deskcore.adapters.sql import SqlHost
from deskcore.desk.operating import snapshot
from deskcore.staff import HOUSE

MOST_CASES: Final = 500
MOST_CLOCKS: Final = 10
_EVERY: Final = timedelta(seconds=1)


@attrs.frozen
class Row:
    """A queue: tickets of one priority that wait for somebody."""

    name: str
    waiting: int
    held: int
    oldest: str


@attrs.frozen
class Due:
    """A clock near its due instant, or past it."""

    ticket: str
    priority: str
    metric: str
    due: str
    left: str
    used: int
    state: str


@attrs.frozen
class GateState:
    """The overflow gate, and how far its signal is from switching it."""

    name: str
    is_open: bool
    reading: str
    threshold: str
    share: int


@attrs.frozen
class Person:
    """Somebody on the floor and the room they have."""

    name: str
    state: str
    holds: int
    capacity: int
    share: int


@attrs.frozen
class Share:
    """What a desk holds of all tickets that somebody has."""

    name: str
    holds: int
    percent: int
    is_house: bool


@attrs.frozen
class Board:
    """Everything that is on the wall at an instant."""

    title: str
    at: str
    waiting: int
    in_hand: int
    present: int
    breached: int
    near: int
    queues: tuple[Row, ...]
    clocks: tuple[Due, ...]
    gates: tuple[GateState, ...]
    shares: tuple[Share, ...]
    people: tuple[Person, ...]


@final
class Boards:
    """Makes boards for any number of screens. Safe between threads."""

    def __init__(self, host: SqlHost, clock: Callable[[], datetime]) -> None:
        self._host = host
        self._clock = clock
        self._lock = threading.Lock()
        self._held: tuple[datetime, Board] | None = None

    def now(self) -> Board:
        """The board as it is, no older than a second."""
        with self._lock:
            at = self._clock()
            if self._held is None or not timedelta() <= at - self._held[0] < _EVERY:
                self._held = at, board(self._host, at)
            return self._held[1]


def board(host: SqlHost, at: datetime) -> Board:
    """The board at an instant."""
    desk, floor = host.desk, host.floor
    routing = floor.routing
    names = [*routing.waiting, *routing.held][:MOST_CASES]
    cases = [host.case(name) for name in names]
    running = [clock for case in cases for clock in desk.clocks(case, at=at) if clock.is_open and clock.due is not None]
    zone = _local(desk, at)
    clocks = _clocks(running, {case.id: case for case in cases}, at, zone)
    return Board(
        title=desk.configuration.name,
        at=zone(at).strftime("%H:%M:%S"),
        waiting=len(routing.waiting),
        in_hand=len(routing.held),
        present=sum(floor.presence.of(agent.id).is_present for agent in desk.configuration.staff.agents),
        breached=sum(clock.is_breached for clock in running),
        near=sum(not clock.is_breached and (clock.share or 0) >= NEAR for clock in running),
        queues=_queues(desk, floor, cases, at),
        clocks=clocks,
        gates=_gates(desk, floor, at),
        shares=_shares(desk, floor),
        people=_people(desk, floor),
    )


NEAR: Final = 0.75
"""The share of its target from which a clock is about to breach."""


def _local(desk: Desk, at: datetime) -> Callable[[datetime], datetime]:
    calendar = next(iter(desk.configuration.calendars.values()), None)
    zone = at.tzinfo if calendar is None else calendar.tz
    return lambda moment: moment.astimezone(zone)


def _queues(desk: Desk, floor: Floor, cases: list[Case], at: datetime) -> tuple[Row, ...]:
    waiting = floor.routing.waiting
    held = Counter(case.ticket.priority for case in cases if case.id not in waiting)
    rows: list[Row] = []
    for priority in desk.configuration.lifecycles[0].priorities:
        since = [facts.queued_at for facts in waiting.values() if facts.priority == priority]
        oldest = short(at - min(since)) if since else "-"
        rows.append(Row(priority, len(since), held[priority], oldest))
    return tuple(rows)


def _clocks(
    running: list[Clock], cases: dict[str, Case], at: datetime, zone: Callable[[datetime], datetime]
) -> tuple[Due, ...]:
    found: list[Due] = []
    for clock in sorted(running, key=lambda one: (one.due or at, one.ticket, one.metric))[:MOST_CLOCKS]:
        assert clock.due is not None
        late = clock.is_breached
        state = "late" if late else "paused" if clock.is_paused else "near" if (clock.share or 0) >= NEAR else "well"
        left = f"{short(at - clock.due)} late" if late else short(clock.due - at)
        due, priority = zone(clock.due), cases[clock.ticket].ticket.priority or "-"
        when = due.strftime("%H:%M" if due.date() == zone(at).date() else "%a %H:%M")
        used = min(100, round(100 * (clock.share or 0)))
        found.append(Due(clock.ticket, priority, clock.metric.replace("_", " "), when, left, used, state))
    return tuple(found)


def _gates(desk: Desk, floor: Floor, at: datetime) -> tuple[GateState, ...]:
    policy = desk.configuration.routing
    if policy is None:
        return ()
    view = snapshot(desk.configuration, floor, at)
    found: list[GateState] = []
    for gate in policy.gates():
        reading, is_open = gate.signal.reading(view), floor.routing.is_open(gate.id)
        threshold = f"closes at {gate.off:g}" if is_open else f"opens at {gate.on:g}"
        share = round(100 * min(1.0, reading / gate.on)) if gate.on else 100
        found.append(GateState(gate.id, is_open, f"{reading:g} {gate.signal}", threshold, share))
    return tuple(found)


def _shares(desk: Desk, floor: Floor) -> tuple[Share, ...]:
    held = Counter(place.desk for place in floor.routing.held.values())
    total = sum(held.values())
    names = {HOUSE: "own house"} | {partner.id: partner.called for partner in desk.configuration.staff.partners}
    return tuple(
        Share(called, held[name], round(100 * held[name] / total) if total else 0, name == HOUSE)
        for name, called in names.items()
    )


def _people(desk: Desk, floor: Floor) -> tuple[Person, ...]:
    found: list[Person] = []
    for agent in desk.configuration.staff.agents:
        presence = floor.presence.of(agent.id)
        capacity = agent.capacity if presence.capacity is None else presence.capacity
        if agent.capacity:
            holds = floor.routing.load(agent.id).units
            share = min(100, round(100 * holds / capacity)) if capacity else 100
            found.append(Person(agent.called, presence.state, holds, capacity, share))
    return tuple(found)


def short(amount: timedelta) -> str:
    """An amount of time as a wall has room for: ``45 s``, ``12 min``, ``3 h 5 min``, ``2 d 3 h``."""
    seconds = max(0, int(amount.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds} s"
