"""Rings of agents around a ticket: the nearest first, further ones as it waits.

An agent's ring is a number among the labels, lower is nearer; who has none stands in ring 0. Which rings are open is a
requirement, which is nearest a ranking: two things, compared one after the other and never packed into one number.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, from_us, instance_of_kind, named, to_us
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.routing.claims import ELIGIBLE, PURE, Claims
from deskcore.routing.kinds import amount
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE, Staff

_ANY_QUEUE: Final = "*"


@final
@attrs.frozen
class RingChange:
    """What happens to the window of rings once a ticket has waited so long; reached exactly counts as waited.

    ``low`` and ``high`` set an end of the window, ``low_by`` and ``high_by`` move it; ``raise_to`` lifts nearer rings.

    >>> from deskcore.hours import elapsed
    >>> RingChange(elapsed(seconds=30), high_by=3).low is None
    True
    """

    after: ElapsedDuration = attrs.field(validator=amount())
    low: int | None = attrs.field(default=None, kw_only=True)
    high: int | None = attrs.field(default=None, kw_only=True)
    low_by: int = attrs.field(default=0, kw_only=True)
    high_by: int = attrs.field(default=0, kw_only=True)
    raise_to: int | None = attrs.field(default=None, kw_only=True)


@final
@attrs.frozen
class RingWindow:
    """The rings that are open, from ``low`` to ``high``, both included; no upper end where ``high`` is ``None``.

    >>> RingWindow(0, 1).admits(1), RingWindow(0, 1).admits(2)
    (True, False)
    """

    low: int = 0
    high: int | None = None

    def admits(self, ring: int) -> bool:
        """Whether a ring lies inside."""
        return self.low <= ring and (self.high is None or ring <= self.high)

    def changed(self, change: RingChange) -> RingWindow:
        """The window after a change: never below 0, and a lower end above the upper one becomes the upper one."""
        low = max(0, (self.low if change.low is None else change.low) + change.low_by)
        high = self.high if change.high is None else change.high
        high = None if high is None else max(0, high + change.high_by)
        return RingWindow(low if high is None else min(low, high), high)

    def __str__(self) -> str:
        return f"rings {self.low} to {self.high}" if self.high is not None else f"rings from {self.low}"


def _windows(given: RingWindow | FrozenDict[RingWindow]) -> FrozenDict[RingWindow]:
    return FrozenDict({_ANY_QUEUE: given}) if isinstance(given, RingWindow) else given


@final
@attrs.frozen
class RingPlan:
    """Which rings are open after how long a wait. ``windows`` may differ by the ticket's queue; ``*`` is any other.

    ``raise_to`` lifts nearer rings to that number for the order and for the window; with ``raise_inside`` only those
    inside the window are lifted, so that nobody is lifted into it. Desks of at most ``all_if_at_most`` agents have no
    rings.

    >>> plan = RingPlan("penalty", RingWindow(0, 1))
    >>> plan.windows["*"].high
    1
    """

    label: str = attrs.field(validator=named)
    windows: FrozenDict[RingWindow] = attrs.field(factory=FrozenDict[RingWindow], converter=_windows)
    over_time: tuple[RingChange, ...] = ()
    raise_to: int | None = attrs.field(default=None, kw_only=True)
    raise_inside: bool = attrs.field(default=False, kw_only=True)
    all_if_at_most: int = attrs.field(default=0, kw_only=True)

    def _happened(self, ticket: WaitingFacts, floor: Snapshot) -> Iterator[RingChange]:
        waited = floor.at_us - to_us(ticket.queued_at)
        return (change for change in self.over_time if change.after.microseconds <= waited)

    def window(self, ticket: WaitingFacts, floor: Snapshot) -> RingWindow:
        """The rings open to the ticket now; a lower end above the upper one is the upper one."""
        own = self.windows.get(ticket.queue or _ANY_QUEUE, self.windows.get(_ANY_QUEUE, RingWindow()))
        for change in self._happened(ticket, floor):
            own = own.changed(change)
        return own if own.high is None or own.low <= own.high else RingWindow(own.high, own.high)

    def lift(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """The ring to which nearer ones are lifted by now; ``None``: to none."""
        lifts = [change.raise_to for change in self._happened(ticket, floor) if change.raise_to is not None]
        return lifts[-1] if lifts else self.raise_to

    def ring(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int:
        """The candidate's ring as it counts now, lifted where the plan says so."""
        ring = ring_of(candidate, self.label)
        lift = self.lift(ticket, floor)
        if lift is None or ring >= lift or (self.raise_inside and not self.window(ticket, floor).admits(ring)):
            return ring
        return lift

    def admits(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        """Whether the candidate's ring is open to the ticket now."""
        if len(floor.agents_of(candidate.desk)) <= self.all_if_at_most:
            return True
        return self.window(ticket, floor).admits(self.ring(ticket, candidate, floor))

    @property
    def only_widens(self) -> bool:
        """Whether nobody is ever shut out by waiting or by others being there."""
        moves = any(one.low is not None or one.high is not None or one.raise_to is not None for one in self.over_time)
        narrows = any(one.low_by > 0 or one.high_by < 0 for one in self.over_time)
        return not (moves or narrows or self.raise_inside or self.all_if_at_most)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """The next instant at which the window changes, in microseconds of UTC."""
        begun = to_us(ticket.queued_at)
        changes = (begun + change.after.microseconds for change in self.over_time)
        return min((change for change in changes if change > floor.at_us), default=None)


_A_PLAN: Final = "must be a plan of rings, for example RingPlan('ring', RingWindow(0, 1))"


def ring_of(candidate: Candidate, label: str) -> int:
    """The ring that a label puts a candidate in; 0 where it says nothing.

    >>> from datetime import UTC, datetime
    >>> from deskcore.staff import Agent
    >>> floor = Snapshot(at=datetime(2026, 5, 22, tzinfo=UTC), staff=Staff(agents=(Agent("bo", labels={"ring": 2}),)))
    >>> ring_of(floor.agent("bo"), "ring")
    2
    """
    value = candidate.labels.get(label)
    return int(value) if isinstance(value, (int, float)) else 0


def _standing(label: str, staff: Staff) -> set[float]:
    found = (agent.labels.get(label) for agent in staff.agents)
    return {ring for ring in found if isinstance(ring, (int, float))}


def _nobody_in(label: str, rings: Iterable[int], staff: Staff, path: str, queue: str = _ANY_QUEUE) -> Iterator[Problem]:
    """Rings that are open, or waited for, and in which nobody stands; who has no number stands in ring 0."""
    standing = _standing(label, staff)
    if not standing:
        if not rings:
            yield Problem(path, f"goes by the label {label!r}, which nobody has", "empty_rings")
        return
    if any(not isinstance(agent.labels.get(label), (int, float)) for agent in staff.agents):
        standing |= {0}
    empty = [str(ring) for ring in rings if ring not in standing]
    if empty:
        of = "" if queue == _ANY_QUEUE else f" for queue {queue}"
        yield Problem(path, f"opens ring {', '.join(empty)} by {label}{of}, in which nobody is", "empty_rings")


@final
@attrs.frozen
class InRings(Requirement):
    """The agent's ring is open to the ticket: the window widens and moves as it waits.

    >>> print(InRings(RingPlan("penalty", RingWindow(0, 1))))
    in an open ring by penalty
    """

    plan: RingPlan = attrs.field(validator=instance_of_kind(RingPlan, _A_PLAN))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return self.plan.admits(ticket, candidate, floor)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        return self.plan.next_change(ticket, floor)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (self.plan.window(ticket, floor), self.plan.next_change(ticket, floor), ticket.queue)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        ring, window = self.plan.ring(ticket, candidate, floor), self.plan.window(ticket, floor)
        return f"{candidate.called} stands in ring {ring} and {window} are open"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        yield from _nobody_in(self.plan.label, (), staff, path)
        for queue, window in self.plan.windows.items():
            wide = window.high if window.high is not None else window.low
            yield from _nobody_in(self.plan.label, range(window.low, wide + 1), staff, path, queue)

    @property
    def otherwise(self) -> str:
        return "outside the open rings"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE if self.plan.only_widens else ELIGIBLE - {"monotone"}

    def __str__(self) -> str:
        return f"in an open ring by {self.plan.label}"


@final
@attrs.frozen
class NearestRing(Ranking):
    """The nearest ring first, lifted as the plan says.

    >>> print(NearestRing(RingPlan("penalty")))
    nearest ring by penalty
    """

    plan: RingPlan = attrs.field(validator=instance_of_kind(RingPlan, _A_PLAN))

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (self.plan.ring(ticket, candidate, floor),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return (f"stands in ring {self.plan.ring(ticket, candidate, floor)}",)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        return self.plan.next_change(ticket, floor)

    def __str__(self) -> str:
        return f"nearest ring by {self.plan.label}"


@final
@attrs.frozen
class RingsOpenOver(Requirement):
    """Rings open one after the other as the ticket waits: ring r after ``(r - first) * every``, or all after ``every``.

    ``one_by_one=False`` opens every ring beyond ``first`` together. Opened rings stay open unless ``keep=False``: then
    only the widest open one is. With ``skip_empty`` the nearest ring in which anybody is signed on is open at once,
    whether or not they have room.

    >>> from deskcore.hours import elapsed
    >>> print(RingsOpenOver("ring", elapsed(seconds=30), first=1))
    in an open ring by ring, another every 30s

    Raises:
        InvalidValue: ``every`` is not above zero.
    """

    label: str = attrs.field(validator=named)
    every: ElapsedDuration = attrs.field(validator=amount(above_zero=True))
    first: int = 0
    one_by_one: bool = attrs.field(default=True, kw_only=True)
    keep: bool = attrs.field(default=True, kw_only=True)
    skip_empty: bool = attrs.field(default=False, kw_only=True)
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)

    def opens(self, ring: int, ticket: WaitingFacts, floor: Snapshot) -> int:
        """When a ring opens to the ticket, in microseconds of UTC; who signs on may bring that forward."""
        if self.skip_empty and ring <= self._nearest_manned(floor):
            return to_us(ticket.queued_at)
        steps = max(0, ring - self.first)
        return to_us(ticket.queued_at) + self.every.microseconds * (steps if self.one_by_one else min(1, steps))

    def _nearest_manned(self, floor: Snapshot) -> int:
        return floor.nearest_ring(self.label, self.desk)

    def _rings(self, floor: Snapshot) -> list[int]:
        return sorted({ring_of(candidate, self.label) for candidate in floor.agents_of(self.desk)})

    def open_rings(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[int, ...]:
        """The rings open now, nearest first, of those that anybody stands in."""
        opened = [ring for ring in self._rings(floor) if self.opens(ring, ticket, floor) <= floor.at_us]
        return tuple(opened if self.keep else opened[-1:])

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        ring = ring_of(candidate, self.label)
        if self.opens(ring, ticket, floor) > floor.at_us:
            return False
        return self.keep or self.open_rings(ticket, floor)[-1:] == (ring,)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        opening = (self.opens(ring, ticket, floor) for ring in self._rings(floor))
        return min((moment for moment in opening if moment > floor.at_us), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.queued_at

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        ring = ring_of(candidate, self.label)
        opens = self.opens(ring, ticket, floor)
        state = "is open" if opens <= floor.at_us else f"opens at {from_us(opens).isoformat()}"
        return f"{candidate.called} stands in ring {ring}, which {state}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        standing = [int(ring) for ring in _standing(self.label, staff)]
        passed = () if self.skip_empty else range(self.first, max(standing, default=self.first) + 1)
        yield from _nobody_in(self.label, passed, staff, path)

    @property
    def otherwise(self) -> str:
        return "outside the open rings"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE if self.keep and not self.skip_empty else PURE

    def __str__(self) -> str:
        return f"in an open ring by {self.label}, another every {self.every}"
