"""A ticket's life lived under a matrix, with a toy clock: what the laws of escalation and hosts' own tests run on.

Not here: real clocks. ``StraightClock`` runs on elapsed time and is obviously right, so that a matrix can be tested
without an agreement.

Layer: testing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.escalation import Ledger, Matrix, owed, plan
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn, RungFired
from deskcore.escalation.firing import consequence, fire
from deskcore.escalation.fold import begin, step
from deskcore.escalation.gates import Quiet
from deskcore.hours import Calendar
from deskcore.hours.duration import ElapsedDuration, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.staff import Agent, Partner, Scope, Staff, Team
from deskcore.staff.layers import OnDuty
from deskcore.tickets import events as did
from deskcore.tickets.evolve import evolve
from deskcore.tickets.ticket import Ticket

__all__ = [
    "CALENDARS",
    "PRIORITIES",
    "REGISTER",
    "START",
    "Happening",
    "Lived",
    "StraightClock",
    "live",
    "straight_clocks",
]

START: Final = datetime(2026, 3, 27, 9, tzinfo=UTC)
"""A Friday two days before European clocks change."""
PRIORITIES: Final = ("p1", "p2", "p3")
CALENDARS: Final[Mapping[str, Calendar]] = {"default": Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")}
REGISTER: Final = Staff(
    agents=(
        Agent("bo", team="first", manager="mia"),
        Agent("cy", team="network", manager="mia"),
        Agent("mia", manager="dana"),
        Agent("dana"),
    ),
    teams=(Team("first", lead="mia"), Team("network", lead="cy", tier=2), Team("empty")),
    partners=(
        Partner("manila", scope=Scope.everything(max_tier=1), contact="rosa"),
        Partner("cebu", scope=Scope.everything(max_tier=1)),
    ),
    rosters=FrozenDict({"nights": OnDuty(("mia",)), "vacant": OnDuty(())}),
)
"""A small register with a team without people, a partner without a contact and a roster without anybody in it."""


@final
@attrs.frozen
class StraightClock:
    """A clock of elapsed time with pauses: what rungs hang on, without an agreement.

    ``pauses`` are pairs of instants in order, the last one open-ended while its end is ``None``; ``over`` is ``met`` or
    ``cancelled`` once the clock has stopped.

    >>> StraightClock("resolution", elapsed(hours=4), START).reaches(0.5).isoformat()
    '2026-03-27T11:00:00+00:00'
    """

    metric: str
    target: ElapsedDuration
    started_at: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    over: str | None = None
    number: int = 1

    @property
    def state(self) -> str:
        """Running, paused, or what it ended as."""
        return self.over or ("paused" if self.pauses and self.pauses[-1][1] is None else "running")

    @property
    def due(self) -> datetime | None:
        """When the whole target is consumed; ``None`` while it stands still before that."""
        return self.reaches(1)

    def reaches(self, share: float, *, bare: bool = False) -> datetime | None:
        """When so much of the target is consumed, pauses left out; rounded up to the microsecond."""
        del bare  # it knows of no changes
        need = math.ceil(share * self.target.microseconds)
        running_from = to_us(self.started_at)
        for begun, ended in self.pauses:
            ran = to_us(begun) - running_from
            if need <= ran:
                break
            if ended is None:
                return None
            need -= ran
            running_from = to_us(ended)
        return from_us(running_from + need)


@final
@attrs.frozen
class Happening:
    """Something that befalls a ticket at an instant."""

    at: datetime
    data: EventData


@final
@attrs.frozen
class Lived:
    """A ticket's log with everything its matrix fired, the ticket, the ledger and the clocks at its end."""

    log: tuple[Event, ...]
    ticket: Ticket
    ledger: Ledger
    clocks: tuple[ClockLike, ...]

    @property
    def fired(self) -> tuple[RungFired, ...]:
        """What fired, in order."""
        return tuple(event.data for event in self.log if isinstance(event.data, RungFired))


def straight_clocks(
    log: Sequence[Event], targets: Mapping[str, ElapsedDuration] | None = None
) -> tuple[StraightClock, ...]:
    """A resolution clock over a log: paused while waiting or resolved, aimed anew when the priority changes.

    A priority without a target has no clock.
    """
    targets = targets or {"p1": elapsed(hours=4), "p2": elapsed(hours=8), "p3": elapsed(hours=24)}
    priority, started, over = "p3", log[0].at, None
    pauses: list[tuple[datetime, datetime | None]] = []
    for event in log:
        data = event.data
        if isinstance(data, did.Opened | did.PrioritySet):
            priority = data.priority or priority
        if isinstance(data, did.StatusChange):
            runs = data.status.phase in {"new", "active"}
            over = {"resolved": "met", "closed": "met"}.get(data.status.phase)
            if runs and pauses and pauses[-1][1] is None:
                pauses[-1] = (pauses[-1][0], event.at)
            elif not runs and not (pauses and pauses[-1][1] is None):
                pauses.append((event.at, None))
    if priority not in targets:
        return ()
    return (StraightClock("resolution", targets[priority], started, tuple(pauses), over),)


def live(
    matrix: Matrix,
    life: Iterable[Happening],
    *,
    until: datetime,
    looks: Iterable[datetime] = (),
    targets: Mapping[str, ElapsedDuration] | None = None,
    quiet: Sequence[Quiet] = (),
) -> Lived:
    """Live a ticket's life as a desk does: before anything happens, and at each look, fire what is owed.

    Rungs act on the ticket (priority, place, tags); in ``quiet`` times they are silent. Whatever a life holds that its
    phase does not allow is left out.
    """
    run = _Run(matrix, targets, quiet)
    steps = [(to_us(one.at), 1, one) for one in life] + [(to_us(look), 0, None) for look in looks]
    for us, _, happening in sorted(steps, key=lambda one: one[:2]):
        if us > to_us(until):
            break
        run.catch_up(from_us(us))
        if happening is not None:
            run.meet(happening)
    run.catch_up(until)
    assert run.ticket is not None
    return Lived(tuple(run.log), run.ticket, run.ledger, straight_clocks(run.log, targets))


@attrs.define
class _Run:
    matrix: Matrix
    targets: Mapping[str, ElapsedDuration] | None
    quiet: Sequence[Quiet] = ()
    log: list[Event] = attrs.field(factory=list[Event])
    ticket: Ticket | None = None
    ledger: Ledger = attrs.field(factory=begin)

    def add(self, data: EventData, at: datetime, recorded_at: datetime) -> None:
        event = Event("T-1", len(self.log) + 1, at, recorded_at, Actor.system(), data)
        assert not self.log or to_us(self.log[-1].at) <= to_us(at), "nothing is dated before its cause"
        before, self.ticket = self.ticket, evolve(self.ticket, event)
        self.ledger = step(self.ledger, event, self.ticket, self.matrix.watched, before)
        self.log.append(event)

    def catch_up(self, at: datetime) -> None:
        while self.ticket is not None:
            clocks = straight_clocks(self.log, self.targets)
            entries = owed(
                plan(
                    self.matrix, self.ticket, clocks, self.ledger, calendars=CALENDARS, staff=REGISTER, quiet=self.quiet
                ),
                at=at,
            )
            lapse = expiry(self.matrix, self.ledger, self.ticket)
            if lapse is not None and to_us(lapse.at) <= min(
                [to_us(at), *(to_us(one.due) for one in entries[:1] if one.due)]
            ):
                self.add(lapse.data, lapse.at, at)
                continue
            if not entries or entries[0].due is None:
                return
            due = entries[0].due
            firing = fire(
                entries[0], self.matrix, self.ticket, REGISTER, at=at, priorities=PRIORITIES, ledger=self.ledger
            )
            self.add(firing.event, due, at)
            for command in firing.commands:
                done = consequence(self.ticket, command)
                assert done is not None
                self.add(done, due, at)

    def meet(self, happening: Happening) -> None:
        if _fits(self.ticket, self.ledger, happening.data):
            self.add(happening.data, happening.at, happening.at)


def _fits(ticket: Ticket | None, ledger: Ledger, data: EventData) -> bool:
    if ticket is None or isinstance(data, did.Opened):
        return ticket is None and isinstance(data, did.Opened)
    if ticket.phase == "closed":
        return isinstance(data, did.Reopened)
    if isinstance(data, did.Reopened):
        return ticket.phase == "resolved"
    if isinstance(data, did.Closed | did.Resumed):
        return ticket.phase == ("resolved" if isinstance(data, did.Closed) else "waiting")
    if isinstance(data, did.StatusChange):
        return ticket.phase in {"new", "active"}
    if isinstance(data, Acknowledged):
        return not ledger.is_acknowledged
    return not isinstance(data, AcknowledgementWithdrawn) or ledger.is_acknowledged
