"""Looking beyond the present: what will happen if nothing does, what would have under other terms, what was known then.

Everything here folds events again or asks a window of signals; nothing is stored. Bulk forms are generators: one
ticket is held at a time. Not here: chances (``predict``), and who held the clock (``chain``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, final

import attrs

from deskcore._value import to_us
from deskcore.errors import InvalidValue
from deskcore.log import Event, in_order
from deskcore.sla.clock import Clock
from deskcore.sla.fold import fold
from deskcore.sla.look import cycles
from deskcore.sla.setup import SlaSetup
from deskcore.sla.signal import Signal, signals
from deskcore.sla.state import SlaState
from deskcore.tickets import Ticket, evolve

FAR: Final = datetime(9998, 1, 1, tzinfo=UTC)


@final
@attrs.frozen
class SlaReport:
    """Every cycle of one ticket's clocks at an instant, and the running state they were read from."""

    ticket: str
    at: datetime
    clocks: tuple[Clock, ...]
    state: SlaState = attrs.field(repr=False)

    def explain(self) -> str:
        """Each clock's explanation, one after the other."""
        return "\n\n".join(clock.explain() for clock in self.clocks) or f"no clock of {self.ticket} has started"


@final
@attrs.frozen
class ClockChange:
    """One thing two readings of a clock disagree about, as programs and people read it."""

    metric: str
    cycle: int
    what: str
    before: str
    after: str

    def explain(self) -> str:
        """In one line."""
        return f"{self.metric} #{self.cycle} {self.what}: {self.before} -> {self.after}"

    def to_dict(self) -> dict[str, str | int]:
        """For programs: every field."""
        return attrs.asdict(self)


@final
@attrs.frozen
class SlaDiff:
    """What two reports of one ticket disagree about, in the order of its clocks; nothing at all is an answer too."""

    ticket: str
    changes: tuple[ClockChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def explain(self) -> str:
        """A line for each."""
        return "\n".join(change.explain() for change in self.changes) or f"nothing changes for {self.ticket}"


def evaluate(events: Iterable[Event], setup: SlaSetup, *, at: datetime) -> SlaReport:
    """All clocks of one ticket from its log, in whatever order that comes: they are put into the one order first.

    Events that happened after ``at`` are left out, so the report is the one that could have been made then.

    >>> from deskcore.testing.sla import START, sample_events, sample
    >>> report = evaluate(sample_events(), sample()[1], at=START)
    >>> [(clock.metric, clock.state) for clock in report.clocks]
    [('first_response', 'running'), ('resolution', 'running')]

    Raises:
        InvalidValue: ``at`` is naive, or nothing had happened by then.
    """
    limit = to_us(at)
    past = [event for event in in_order(events) if to_us(event.at) <= limit]
    if not past:
        raise InvalidValue("events", (), f"must hold one that happened by {at.isoformat()}")
    state = fold(lives(past), setup)
    return SlaReport(state.ticket, at, cycles(state, setup, at=at), state)


def lives(events: Iterable[Event]) -> Iterator[tuple[Event, Ticket | None, Ticket]]:
    """Each event with the ticket before and after it, as ``fold`` takes them."""
    ticket: Ticket | None = None
    for event in events:
        after = evolve(ticket, event)
        yield event, ticket, after
        ticket = after


def recompute(logs: Iterable[Iterable[Event]], setup: SlaSetup, *, at: datetime) -> Iterator[SlaReport]:
    """``evaluate`` over many tickets, one log each, holding one at a time."""
    for events in logs:
        yield evaluate(events, setup, at=at)


def as_known_at(events: Iterable[Event], at: datetime) -> tuple[Event, ...]:
    """What had been recorded by an instant, whenever it happened: evaluate it for what was known then.

    >>> from deskcore.testing.sla import START, sample_events
    >>> len(as_known_at(sample_events(), START))
    1
    """
    limit = to_us(at)
    return tuple(event for event in events if to_us(event.recorded_at) <= limit)


def diff(before: SlaReport, after: SlaReport) -> SlaDiff:
    """What two reports of one ticket disagree about: state, target, consumed, due, breach of each cycle."""
    old, new = _readings(before), _readings(after)
    found: list[ClockChange] = []
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
        found += [
            ClockChange(*key, what, one.get(what, "none"), other.get(what, "none"))
            for what in dict.fromkeys((*one, *other))
            if one.get(what, "none") != other.get(what, "none")
        ]
    return SlaDiff(after.ticket, tuple(found))


_ABSENT: Final[dict[str, str]] = {}


def _readings(report: SlaReport) -> dict[tuple[str, int], dict[str, str]]:
    return {(clock.metric, clock.number): _reading(clock) for clock in report.clocks}


def _reading(clock: Clock) -> dict[str, str]:
    due, breached = clock.due, clock.breached_at
    return {
        "state": clock.state,
        "policy": clock.policy,
        "target": "none" if clock.target is None else str(clock.target),
        "consumed": str(clock.consumed),
        "due": "none" if due is None else due.astimezone(UTC).isoformat(),
        "breached_at": "none" if breached is None else breached.astimezone(UTC).isoformat(),
    }


def what_if(
    events: Iterable[Event],
    setup: SlaSetup,
    other: SlaSetup | None = None,
    *,
    at: datetime,
    extra: Iterable[Event] = (),
) -> SlaDiff:
    """What would be different with another book or calendars, or had further events happened.

    >>> from deskcore.hours import business
    >>> from deskcore.sla import PolicyBook, SlaPolicy, Target
    >>> from deskcore.testing.sla import START, sample_events, sample
    >>> now = sample()[1]
    >>> strict = PolicyBook((SlaPolicy("house", (Target.first_response(business(hours=1)),)),))
    >>> found = what_if(sample_events(), now, SlaSetup(strict, now.calendars), at=START)
    >>> print(found.explain().splitlines()[0])
    first_response #1 target: 2 business hours -> 1 business hour

    Raises:
        InvalidValue: as for ``evaluate``.
    """
    events = tuple(events)
    supposed = (*events, *extra)
    return diff(evaluate(events, setup, at=at), evaluate(supposed, setup if other is None else other, at=at))


def compare(logs: Iterable[Iterable[Event]], setup: SlaSetup, other: SlaSetup, *, at: datetime) -> Iterator[SlaDiff]:
    """``what_if`` over many tickets: the differences of each, holding one at a time. Tickets that agree come too."""
    for events in logs:
        yield what_if(events, setup, other, at=at)


def preview(state: SlaState, setup: SlaSetup, *, at: datetime, until: datetime | None = None) -> tuple[Signal, ...]:
    """What clocks will announce after ``at`` if nothing happens to the ticket, earliest first.

    >>> from deskcore.testing.sla import START, sample
    >>> [(signal.metric, signal.kind) for signal in preview(*sample(), at=START)]
    [('first_response', 'warned'), ('first_response', 'breached'), ('resolution', 'warned'), ('resolution', 'breached')]
    """
    return signals(state, setup, after=at, until=FAR if until is None else until)
