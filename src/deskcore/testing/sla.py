"""Strategies for policies and ticket histories, and the laws that clocks and signals keep.

For a host's own suite: draw a setup and a history, fold it, and hold your own policies to the laws. The oracle that
steps through time is in ``deskcore.testing.sla_oracle``.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import (
    Clock,
    PolicyBook,
    SlaPolicy,
    SlaSetup,
    SlaState,
    Target,
    clocks,
    cycles,
    next_change,
    owed,
    signals,
)
from deskcore.sla.cue import Whom
from deskcore.sla.fold import begin, fold, step
from deskcore.sla.metric import STANDARD
from deskcore.sla.stopwatch import OnReopen
from deskcore.tickets import Party, Status, Ticket, evolve, status_event
from deskcore.tickets.events import Assigned, MessagePosted, Opened, PrioritySet, Visibility

GRAIN: Final = timedelta(minutes=10)
"""Every instant and amount drawn here is a multiple of it, so that an oracle may step by it."""

START: Final = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)
"""The Thursday before a DST change in Europe: histories begin within a week from here."""

OFFICE: Final = Calendar.weekly("Mon-Fri 09:00-12:30, 13:00-17:30", tz=ZoneInfo("Europe/Amsterdam"))
ROUND_THE_CLOCK: Final = Calendar.always()

NEW: Final = Status("New", "new")
ACTIVE: Final = Status("Active", "active")
ASKED: Final = Status("Asked the requester", "waiting", waits_for="requester")
ORDERED: Final = Status("Ordered from the vendor", "waiting", waits_for="vendor")
RESOLVED: Final = Status("Resolved", "resolved")
CLOSED: Final = Status("Closed", "closed")
VOID: Final = Status("Cancelled", "cancelled")

_NEXT: Final[dict[str, tuple[Status, ...]]] = {
    "new": (ACTIVE, ASKED, ORDERED, RESOLVED, VOID),
    "active": (ASKED, ORDERED, RESOLVED, VOID, NEW),
    "waiting": (ACTIVE, ASKED, ORDERED, RESOLVED, VOID),
    "resolved": (CLOSED, ACTIVE, ASKED, VOID),
    "closed": (ACTIVE,),
    "cancelled": (ACTIVE,),
}
_ANN: Final = Actor.requester("ann")
_BO: Final = Actor.agent("bo")
_TIMER: Final = Actor.system()
METRICS: Final = tuple(STANDARD)


def amounts(most: int = 6 * 24 * 4) -> st.SearchStrategy[int]:
    """Numbers of grains: the small ones and zero often, up to four days."""
    return st.one_of(st.integers(0, 12), st.integers(0, most))


def targets(metric: str) -> st.SearchStrategy[Target]:
    """A promise for one metric: business or elapsed, sometimes for one priority only, sometimes measured only."""
    when = st.sampled_from((Target(metric, None).when, Is("priority", "p1")))
    promise = st.one_of(
        amounts().map(lambda grains: business(minutes=10 * grains)),
        amounts().map(lambda grains: elapsed(minutes=10 * grains)),
    )
    return st.builds(Target, st.just(metric), promise | st.none(), when)


@st.composite
def policies(draw: st.DrawFn, *, id: str = "house") -> SlaPolicy:  # noqa: A002 - the field's own name
    """A policy with rows for some of the named metrics, on the office's calendar."""
    metrics = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=4, unique=True))
    rows = [row for metric in metrics for row in draw(st.lists(targets(metric), min_size=1, max_size=2))]
    pauses: dict[str, tuple[Whom, ...]] = draw(
        st.dictionaries(st.sampled_from(metrics), st.sampled_from((("requester",), ("vendor",), ("any",), ())))
    )
    reopen: OnReopen = draw(
        st.sampled_from(("continue_excluding_closed", "continue_including_closed", "restart", "first_only"))
    )
    return SlaPolicy(
        id,
        tuple(rows),
        warn_at=draw(st.sampled_from(((), (0.8,), (0.5, 0.75)))),
        warn_left=draw(st.sampled_from(((), (elapsed(minutes=30),)))),
        pause_on=pauses,
        on_reopen=reopen,
        on_change=draw(
            st.sampled_from(("retroactive", "retroactive", "carry", "carry_share", "from_change", "frozen"))
        ),
        on_calendar_change=draw(st.sampled_from(("piecewise", "last_wins"))),
        grace=draw(st.sampled_from((None, None, None, elapsed(minutes=20)))),
    )


@st.composite
def setups(draw: st.DrawFn) -> SlaSetup:
    """One policy for all tickets, or one for priority p1 and another for the rest, with the office's calendar."""
    rest = draw(policies())
    if not draw(st.booleans()):
        return SlaSetup(PolicyBook((rest,)), {"default": OFFICE})
    gold = draw(policies(id="gold"))
    gold = SlaPolicy(gold.id, gold.targets, when=Is("priority", "p1"), pause_on=gold.pause_on, on_reopen=gold.on_reopen)
    return SlaSetup(PolicyBook((gold, rest)), {"default": OFFICE})


@st.composite
def histories(
    draw: st.DrawFn, *, ticket: str = "T-1", most: int = 10, priorities: bool = True, late: bool = True
) -> tuple[Event, ...]:
    """The events of one ticket in order: messages, moves between statuses, assignments and, if asked, priorities.

    ``late``: some events are recorded after they happened.
    """
    at = START + GRAIN * draw(st.integers(0, 7 * 24 * 6))
    actor = draw(st.sampled_from((_ANN, _ANN, _BO)))
    status = draw(st.sampled_from((NEW, NEW, NEW, ASKED, RESOLVED)))
    opened = Opened("help", Party("ann"), status, "test", priority=draw(st.sampled_from(("p1", "p2"))))
    found: list[tuple[datetime, Actor, EventData]] = [(at, actor, opened)]
    for _ in range(draw(st.integers(0, most - 1))):
        at += GRAIN * draw(st.one_of(st.integers(0, 3), st.integers(0, 150)))
        actor, data, status = draw(_happenings(status, priorities=priorities))
        found.append((at, actor, data))
    recorded = at = found[0][0]
    events: list[Event] = []
    for seq, (at, actor, data) in enumerate(found, start=1):
        delay = GRAIN * draw(st.sampled_from((0, 0, 0, 1, 40))) if late else timedelta(0)
        recorded = max(recorded, at + delay)
        events.append(Event(ticket, seq, at, recorded if late else at, actor, data))
    return tuple(events)


@st.composite
def _happenings(draw: st.DrawFn, status: Status, *, priorities: bool) -> tuple[Actor, EventData, Status]:
    kind = draw(st.sampled_from(("say", "say", "move", "move", "move", "assign", "priority")))
    if kind == "move":
        target = draw(st.sampled_from(_NEXT[status.phase]))
        return _BO, status_event(status, target), target
    if kind == "assign":
        return _BO, Assigned(draw(st.sampled_from(("bo", "cy", None)))), status
    if kind == "priority" and priorities:
        return _BO, PrioritySet(draw(st.sampled_from(("p1", "p2")))), status
    author = draw(st.sampled_from((_ANN, _BO, _BO, _TIMER)))
    visibility: Visibility = draw(st.sampled_from(("public", "public", "internal")))
    auto = author is _TIMER or draw(st.sampled_from((False, False, False, True)))
    return author, MessagePosted("m", author.role, visibility, auto_generated=auto), status


def life(*happened: tuple[datetime, Actor, EventData], ticket: str = "T-1") -> tuple[Event, ...]:
    """The events of one ticket from what happened, each recorded when it did: histories made by hand."""
    return tuple(Event(ticket, seq, at, at, actor, data) for seq, (at, actor, data) in enumerate(happened, start=1))


def sample() -> tuple[SlaState, SlaSetup]:
    """One ticket under two promises, for examples: opened on Thursday at 09:00 in Amsterdam, nothing happened since.

    >>> state, setup = sample()
    >>> [track.metric for track in state.tracks]
    ['first_response', 'resolution']
    """
    rows = (Target.first_response(business(hours=2)), Target.resolution(business(hours=8)))
    setup = SlaSetup(PolicyBook((SlaPolicy("house", rows),)), {"default": OFFICE})
    return folded(sample_events(), setup), setup


def sample_events() -> tuple[Event, ...]:
    """The log of the ticket of ``sample``."""
    return life((START, _ANN, Opened("help", Party("ann"), NEW, "test")))


def steps_of(events: Iterable[Event]) -> list[tuple[Event, Ticket | None, Ticket]]:
    """Each event with the ticket before and after it, as ``fold`` takes them."""
    ticket: Ticket | None = None
    found: list[tuple[Event, Ticket | None, Ticket]] = []
    for event in events:
        after = evolve(ticket, event)
        found.append((event, ticket, after))
        ticket = after
    return found


def folded(events: Iterable[Event], setup: SlaSetup) -> SlaState:
    """The state of a case's clocks after some events."""
    return fold(steps_of(events), setup)


def check_fold(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """Law: one event at a time and all at once give the same state.

    Raises:
        AssertionError: they do not.
    """
    state = begin()
    for event, before, after in steps_of(events):
        state = step(state, event, before, after, setup)
    assert state == folded(events, setup)


def check_clock(clock: Clock) -> None:
    """Laws of one clock: its sum adds up, its segments tile its life, and met and breached exclude each other.

    Raises:
        AssertionError: one of them does not hold.
    """
    segments = clock.segments()
    assert sum(part.counted.microseconds for part in segments) == clock.consumed_us + clock.carried_us
    for earlier, later in pairwise(segments):
        assert earlier.end == later.start, "segments leave a gap or overlap"
    ended = clock.fulfilled_at or clock.at
    if segments:
        assert segments[0].start == clock.started_at
        assert clock.state == "cancelled" or segments[-1].end == ended
    if clock.target is not None:
        assert clock.remaining is not None
        assert clock.consumed_us + clock.remaining.microseconds == clock.target.microseconds
    assert clock.is_breached is (clock.state in {"breached", "met_late"}) or clock.state in {"cancelled", "measured"}
    if clock.state == "met":
        assert clock.due is None or (clock.fulfilled_at is not None and clock.fulfilled_at <= clock.due)
    if clock.is_paused and clock.due is not None:
        # A day's or date's due may still lie ahead when the open time until then is used up.
        assert clock.due <= clock.at or not clock.terms.is_plain, "a paused clock has a due only if it is past"


def check_asof(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Law: asked about the past, clocks answer as if nothing later had happened.

    Raises:
        AssertionError: they know the future.
    """
    past = tuple(event for event in events if event.at <= at)
    if not past:
        return
    then = clocks(folded(past, setup), setup, at=at)
    now = {clock.metric: clock for clock in clocks(folded(events, setup), setup, at=at)}
    assert now.keys() == {clock.metric for clock in then}, "a promise is known before it was made"
    for clock in then:
        other = now[clock.metric]
        assert (clock.due, clock.consumed_us) == (other.due, other.consumed_us), clock.metric
        assert (clock.state, clock.breached_at, clock.segments()) == (other.state, other.breached_at, other.segments())


def check_polling(state: SlaState, setup: SlaSetup, looks: tuple[datetime, ...]) -> None:
    """Law: however time is cut into looks, the same signals are found, each once and with a key of its own.

    Raises:
        AssertionError: a look too many or too few changed something.
    """
    if len(looks) < 2:  # noqa: PLR2004 - a window takes two ends
        return
    looks = tuple(sorted(looks))
    whole = signals(state, setup, after=looks[0], until=looks[-1])
    parts = [found for low, high in pairwise(looks) for found in signals(state, setup, after=low, until=high)]
    assert list(whole) == parts
    assert len({signal.key for signal in whole}) == len(whole)
    assert all(signal.at <= signal.known_at for signal in whole)


def check_next_change(state: SlaState, setup: SlaSetup, at: datetime) -> None:
    """Law: what ``next_change`` answers is tight: nothing is owed before it, something at it.

    Raises:
        AssertionError: it wakes the host for nothing, or too late.
    """
    following = next_change(state, setup, at=at)
    if owed(state, setup, at=at):
        assert following == at
    elif following is not None:
        assert following > at
        assert owed(state, setup, at=following)
        assert not owed(state, setup, at=following - timedelta(microseconds=1))
    else:
        assert not owed(state, setup, at=at + timedelta(days=4000))


def check_breaches(state: SlaState, setup: SlaSetup, at: datetime) -> None:
    """Law: exactly the cycles that are breached at an instant have a breach signal by then, and only one.

    Raises:
        AssertionError: a breach without a signal, or the other way round.
    """
    told = [
        (signal.metric, signal.cycle, signal.due)
        for signal in signals(state, setup, after=START - timedelta(days=1), until=at + timedelta(days=400))
        if signal.kind == "breached" and to_us(signal.at) <= to_us(at)
    ]
    held = [
        (clock.metric, clock.number, clock.breached_at) for clock in cycles(state, setup, at=at) if clock.is_breached
    ]
    assert sorted(told) == sorted(held)
