"""Strategies and laws for escalation: matrices, ladders, lives of tickets, and what must hold for all of them.

Not here: real clocks. ``StraightClock`` runs on elapsed time and is obviously right, so that a matrix of a host's
own can be tested without an agreement.

Layer: testing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, final

import attrs
from hypothesis import strategies as st

from deskcore._value import from_us, to_us
from deskcore.escalation import Due, Ledger, Matrix, MatrixRow, Rung, next_change, owed, plan, preview
from deskcore.escalation.actions import Action, AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn, RungFired
from deskcore.escalation.firing import fire
from deskcore.escalation.ledger import begin, step
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    PartnerContact,
    Person,
    Recipient,
    TeamLead,
    TeamMembers,
    resolve,
)
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration, ElapsedDuration, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import ALWAYS, Condition, where
from deskcore.staff import Agent, Partner, Scope, Staff, Team
from deskcore.tickets import commands as do
from deskcore.tickets import events as did
from deskcore.tickets.evolve import evolve
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Ticket

__all__ = [
    "CALENDARS",
    "PRIORITIES",
    "REGISTER",
    "START",
    "Happening",
    "Lived",
    "StraightClock",
    "actions",
    "check_clean_means_somebody",
    "check_keys_are_unique",
    "check_looking_changes_nothing",
    "check_next_change_is_tight",
    "check_nothing_fires_out_of_time",
    "check_preview_comes_true",
    "dues",
    "live",
    "lives",
    "matrices",
    "recipients",
    "rungs",
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
)
"""A small register with a team without people and a partner without a contact in it."""

_NEW: Final = Status("New", "new")
_ACTIVE: Final = Status("Open", "active")
_PENDING: Final = Status("Pending", "waiting", waits_for="requester")
_RESOLVED: Final = Status("Resolved", "resolved")
_CLOSED: Final = Status("Closed", "closed")


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
    cycle: int = 1

    @property
    def state(self) -> str:
        """Running, paused, or what it ended as."""
        return self.over or ("paused" if self.pauses and self.pauses[-1][1] is None else "running")

    @property
    def due(self) -> datetime | None:
        """When the whole target is consumed; ``None`` while it stands still before that."""
        return self.reaches(1)

    @property
    def breached_at(self) -> datetime | None:
        """Unknown here: it says nothing that ``due`` does not."""
        return None

    def reaches(self, share: float) -> datetime | None:
        """When so much of the target is consumed, pauses left out; rounded up to the microsecond."""
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
    """A resolution clock over a log: paused while waiting or resolved, aimed anew when the priority changes."""
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
    return (StraightClock("resolution", targets[priority], started, tuple(pauses), over),)


def live(
    matrix: Matrix,
    life: Iterable[Happening],
    *,
    until: datetime,
    looks: Iterable[datetime] = (),
    targets: Mapping[str, ElapsedDuration] | None = None,
) -> Lived:
    """Live a ticket's life as a desk does: before anything happens, and at each look, fire what is owed.

    Rungs act on the ticket (priority, place, tags). Whatever a life holds that its phase does not allow is left out.
    """
    run = _Run(matrix, targets)
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
    log: list[Event] = attrs.field(factory=list[Event])
    ticket: Ticket | None = None
    ledger: Ledger = attrs.field(factory=begin)

    def add(self, data: EventData, at: datetime, recorded_at: datetime) -> None:
        event = Event("T-1", len(self.log) + 1, at, recorded_at, Actor.system(), data)
        assert not self.log or to_us(self.log[-1].at) <= to_us(at), "nothing is dated before its cause"
        self.ticket = evolve(self.ticket, event)
        self.ledger = step(self.ledger, event, self.ticket)
        self.log.append(event)

    def catch_up(self, at: datetime) -> None:
        while self.ticket is not None:
            clocks = straight_clocks(self.log, self.targets)
            entries = owed(plan(self.matrix, self.ticket, clocks, self.ledger, calendars=CALENDARS), at=at)
            if not entries or entries[0].due is None:
                return
            due = entries[0].due
            firing = fire(entries[0], self.matrix, self.ticket, REGISTER, at=at, priorities=PRIORITIES)
            self.add(firing.event, due, at)
            for command in firing.commands:
                self.add(_done(command), due, at)

    def meet(self, happening: Happening) -> None:
        if _fits(self.ticket, self.ledger, happening.data):
            self.add(happening.data, happening.at, happening.at)


def _done(command: do.Command) -> EventData:
    if isinstance(command, do.SetPriority):
        return did.PrioritySet(command.priority, "escalation", command.reason)
    if isinstance(command, do.Transfer):
        return did.Transferred(command.queue, command.team, command.desk, command.why)
    assert isinstance(command, do.AddTag)
    return did.TagAdded(command.tag)


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


# -- strategies


def dues(*, metrics: Sequence[str] = ("resolution",)) -> st.SearchStrategy[Due]:
    """Triggers of every kind but those that hang on another rung; amounts up to two days, in whole minutes."""
    minutes = st.integers(0, 48 * 60)
    amounts = st.one_of(
        minutes.map(lambda held: elapsed(minutes=held)),
        minutes.map(lambda held: BusinessDuration.of_us(held * 60_000_000)),
    )
    metric = st.sampled_from(metrics)
    return st.one_of(
        st.builds(Due.at_share, metric, st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.5])),
        st.builds(Due.after_breach, metric, amounts),
        st.builds(Due.before_breach, metric, amounts),
        st.builds(Due.after_opened, amounts),
        st.builds(Due.unassigned_for, amounts),
        st.builds(Due.unanswered_for, amounts),
        st.builds(Due, st.sampled_from(["created", "updated", "contact", "assigned", "status"]), amounts),
    )


def recipients() -> st.SearchStrategy[Recipient]:
    """Recipients of every kind, of ``REGISTER`` and beyond it, some of whom stand for nobody."""
    teams = st.sampled_from([None, "first", "network", "empty", "nowhere"])
    leaves = st.one_of(
        st.sampled_from(["bo", "mia", "dana", "stranger"]).map(Person),
        st.just(Assignee()),
        teams.map(TeamLead),
        teams.map(TeamMembers),
        st.sampled_from([None, "manila", "cebu", "nowhere"]).map(PartnerContact),
    )
    return st.one_of(leaves, st.builds(ManagerOf, leaves, st.integers(0, 3)))


def actions() -> st.SearchStrategy[Action]:
    """Actions of every kind, in the words of ``REGISTER`` and ``PRIORITIES``."""
    return st.one_of(
        st.builds(Notify, recipients(), st.sampled_from(["notify", "page"])),
        st.builds(RaisePriority, st.sampled_from([None, "p1", "p2"])),
        st.builds(TransferTo, st.sampled_from(["first", "network"]), st.sampled_from([None, "house", "manila"])),
        st.builds(AddTag, st.sampled_from(["escalated", "late"])),
    )


@st.composite
def rungs(draw: st.DrawFn, *, max_size: int = 5, pure: bool = False) -> tuple[Rung, ...]:
    """A ladder: rungs with unique ids, some of them after another one. ``pure``: they only tell people."""
    names = draw(
        st.lists(
            st.sampled_from(["lead", "manager", "second line", "vendor", "director"]), max_size=max_size, unique=True
        )
    )
    held: list[Rung] = []
    for name in names:
        due = draw(dues())
        if held and draw(st.integers(0, 3)) == 0:
            due = Due.after_rung(
                draw(st.sampled_from([rung.id for rung in held])), elapsed(minutes=draw(st.integers(0, 600)))
            )
        done: st.SearchStrategy[Action] = st.builds(Notify, recipients()) if pure else actions()
        held.append(
            Rung(
                name,
                due,
                draw(st.lists(done, min_size=1, max_size=3).map(tuple)),
                axis="functional" if name in {"second line", "vendor"} else "hierarchic",
                until=draw(st.sampled_from(["resolved", "acked", "closed"])),
                once=draw(st.sampled_from(["episode", "cycle"])),
                fallback=draw(st.none() | recipients()),
            )
        )
    return tuple(held)


@st.composite
def matrices(draw: st.DrawFn, *, pure: bool = False) -> Matrix:
    """A matrix of up to four rows over priority and tags, of either way to match."""
    conditions: st.SearchStrategy[Condition] = st.one_of(
        st.sampled_from(PRIORITIES).map(lambda priority: where(priority=priority)),
        st.sampled_from(PRIORITIES).map(lambda priority: where(priority=priority, team="network")),
        st.just(ALWAYS),
    )
    rows = draw(st.lists(st.builds(MatrixRow, conditions, rungs(pure=pure)), min_size=1, max_size=4))
    match = draw(st.sampled_from(["first", "most_specific"]))
    return Matrix("m", tuple(rows), draw(recipients()), on_match="first" if match == "first" else "most_specific")


@st.composite
def lives(draw: st.DrawFn, *, max_size: int = 12, days: int = 6) -> tuple[Happening, ...]:
    """An opening at ``START`` and what befalls the ticket in the days after it, in order of time."""
    opened = did.Opened("VPN drops", None, _NEW, "simple", priority=draw(st.sampled_from(PRIORITIES)), channel="mail")
    someone = st.sampled_from([None, "bo", "cy"])
    kinds: st.SearchStrategy[EventData] = st.one_of(
        st.sampled_from(PRIORITIES).map(did.PrioritySet),
        st.builds(did.Assigned, someone, st.sampled_from([None, "first", "network"])),
        st.just(did.Unassigned()),
        st.just(did.Started("New", _ACTIVE)),
        st.just(did.Held("Open", _PENDING)),
        st.just(did.Resumed("Pending", _ACTIVE)),
        st.just(did.Resolved("Open", _RESOLVED)),
        st.just(did.Closed("Resolved", _CLOSED)),
        st.just(did.Reopened("Resolved", _ACTIVE)),
        st.builds(did.MessagePosted, st.just("m"), st.sampled_from(["requester", "agent"])),
        st.just(Acknowledged("mia")),
        st.just(AcknowledgementWithdrawn("mia")),
    )
    later = st.integers(0, days * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
    rest = draw(st.lists(st.builds(Happening, later, kinds), max_size=max_size))
    return (Happening(START, opened), *sorted(rest, key=lambda one: one.at))


# -- laws


def check_looking_changes_nothing(
    matrix: Matrix, life: tuple[Happening, ...], looks: Sequence[datetime], *, until: datetime
) -> None:
    """However often and however late somebody looks, the same rungs fire for the same instants, once."""
    never, often = live(matrix, life, until=until), live(matrix, life, until=until, looks=looks)

    def essence(lived: Lived) -> list[tuple[datetime, EventData]]:
        return [(event.at, event.data) for event in lived.log]

    assert essence(never) == essence(often)
    assert never.ledger == often.ledger


def check_keys_are_unique(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """A key fires once in a ticket's life, and begins with the ticket and the axis."""
    fired = live(matrix, life, until=until).fired
    assert len({one.key for one in fired}) == len(fired)
    assert all(one.key.startswith(f"T-1/{one.axis}/") and one.key.endswith(f"/{one.rung}") for one in fired)


def check_next_change_is_tight(matrix: Matrix, life: tuple[Happening, ...], *, at: datetime) -> None:
    """Nothing is owed strictly before ``next_change``, and something is owed on it."""
    lived = live(matrix, life, until=at)
    entries = plan(matrix, lived.ticket, lived.clocks, lived.ledger, calendars=CALENDARS)
    following = next_change(entries, at=at)
    if following is None:
        assert not owed(entries, at=at + timedelta(days=4000))
        return
    assert following >= at
    assert owed(entries, at=following)
    assert not owed(entries, at=following - timedelta(microseconds=1))


def check_nothing_fires_out_of_time(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """No rung fires before the opening, before its due instant, or once the ticket is closed."""
    closed = False
    for event in live(matrix, life, until=until).log:
        if isinstance(event.data, did.StatusChange):
            closed = event.data.status.phase == "closed"
        if isinstance(event.data, RungFired):
            assert not closed
            assert event.at == event.data.due
            assert START <= event.data.due <= event.recorded_at


def check_preview_comes_true(matrix: Matrix, life: tuple[Happening, ...], *, at: datetime, until: datetime) -> None:
    """What the preview says is what fires when nothing happens, people and all, with one target for every priority."""
    alike: dict[str, ElapsedDuration] = {name: elapsed(hours=8) for name in PRIORITIES}
    now, later = live(matrix, life, until=at, targets=alike), live(matrix, life, until=until, targets=alike)
    seen = preview(
        matrix, now.ticket, now.clocks, now.ledger, REGISTER, at=at, calendars=CALENDARS, priorities=PRIORITIES
    )
    came = later.fired[len(now.fired) :]
    assert tuple(one.event for one in seen.firings if one.event.due <= until) == came


def check_clean_means_somebody(matrix: Matrix, ticket: Ticket, *, at: datetime) -> None:
    """A matrix without findings never addresses nobody, whatever the ticket."""
    if lint(matrix, Surroundings(staff=REGISTER)):
        return
    for rung in matrix.rungs:
        for action in rung.actions:
            if isinstance(action, Notify):
                otherwise = (*((rung.fallback,) if rung.fallback else ()), matrix.last_resort)
                assert resolve(action.recipient, REGISTER, ticket, at=at, otherwise=otherwise)
