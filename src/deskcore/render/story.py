"""One ticket's whole life taken apart, as a value: events, its clocks' sums, who got it and why, what lies ahead.

Not here: words and pages (``life``).

Layer: render. Imports desk and below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import final

import attrs

from deskcore._value import aware, require_aware, to_us
from deskcore.desk import Case, Desk, Floor
from deskcore.escalation.events import RungFired
from deskcore.escalation.history import Moment, rehearse
from deskcore.escalation.timeline import Timeline
from deskcore.log import Event, in_order
from deskcore.render.sums import Sum, sum_of
from deskcore.render.words import zone_of_desk
from deskcore.routing.events import Placed, Routed
from deskcore.routing.explain import Explanation
from deskcore.sla import Clock, Signal, Signalled, cycles


@final
@attrs.frozen
class Choice:
    """A recorded routing decision, and why not the others where the floor of that instant could be rebuilt.

    ``unexplained`` says why not, where it could not.
    """

    at: datetime = attrs.field(validator=aware)
    routed: Routed
    explanation: Explanation | None = None
    unexplained: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the desk, asked again on that floor, still chooses the same: not so after a change of policy."""
        held = self.explanation
        if held is None:
            return True
        decision = held.decision
        return (decision.kind, decision.agent, decision.desk) == (self.routed.kind, self.routed.agent, self.routed.desk)

    def to_dict(self) -> dict[str, object]:
        """For programs: what was recorded, and the explanation or why there is none."""
        return {
            "at": self.at.isoformat(),
            "kind": self.routed.kind,
            "agent": self.routed.agent,
            "desk": self.routed.desk,
            "because": list(self.routed.because),
            "explanation": None if self.explanation is None else self.explanation.to_dict(),
            "unexplained": self.unexplained,
        }


@final
@attrs.frozen
class Climb:
    """A rung that fired, and when; ``is_recorded`` is off for one that would have fired in an imported log's life."""

    at: datetime = attrs.field(validator=aware)
    rung: RungFired
    is_recorded: bool = True


@final
@attrs.frozen
class Story:
    """Everything there is to tell of one ticket at one instant.

    ``sums`` has every cycle of every clock that has started, ``idle`` the clocks that have not. ``signals`` are what
    clocks would have announced and the log does not hold, as in an imported one. ``ahead`` is what fires if nothing
    happens; ``None`` when the ticket is done with or the desk has no matrix.
    """

    case: Case
    at: datetime = attrs.field(validator=aware)
    zone: tzinfo
    events: tuple[Event, ...]
    sums: tuple[Sum, ...]
    idle: tuple[Clock, ...]
    choices: tuple[Choice, ...]
    climbs: tuple[Climb, ...]
    signals: tuple[Signal, ...]
    ahead: Timeline | None
    next_change: datetime | None

    def explain(self) -> str:
        """For people: the whole story as text, what ``life`` answers."""
        # The words are a module of their own, which needs this one.
        from deskcore.render.life_text import as_text

        return as_text(self)

    def to_dict(self) -> dict[str, object]:
        """For programs: the clocks, choices, rungs and what lies ahead; instants as ISO 8601."""
        return {
            "ticket": self.case.id,
            "at": self.at.isoformat(),
            "events": [event.id for event in self.events],
            "clocks": [one.to_dict() for one in self.sums],
            "choices": [choice.to_dict() for choice in self.choices],
            "rungs": [
                {"key": climb.rung.key, "at": climb.at.isoformat(), "recorded": climb.is_recorded}
                for climb in self.climbs
            ],
            "signals": [signal.to_dict() for signal in self.signals],
            "ahead": None if self.ahead is None else self.ahead.to_dict(),
            "next_change": None if self.next_change is None else self.next_change.isoformat(),
        }


def story(
    desk: Desk,
    case: Case,
    log: Iterable[Event],
    *,
    at: datetime,
    zone: tzinfo | None = None,
    floor: Iterable[Event] = (),
) -> Story:
    """Take a ticket's life apart as it stands at an instant.

    Args:
        desk: the desk whose policies, calendars, matrix and routing explain it.
        case: the case that the log adds up to. Where events lie after ``at``, it is folded again without them.
        log: the case's events, in any order.
        at: the instant asked about. Aware.
        zone: whose wall clock to show; by default that of the desk's calendars.
        floor: the floor's events. With them every routing decision is rebuilt on the floor of its instant, so that
            everybody else's reason can be told. Linear in their number up to the last decision.

    >>> from datetime import UTC
    >>> from deskcore.desk import Memory
    >>> from deskcore.hours import Calendar
    >>> from deskcore.log import Actor
    >>> from deskcore.tickets import commands as do
    >>> host, noon = Memory(Desk.simple(calendar=Calendar.always())), datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> ask = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> _ = host.handle(ask, at=noon, actor=Actor.requester("ann"))
    >>> [event.type for event in story(host.desk, host.case("T-1"), host.log("T-1"), at=noon).events]
    ['opened']

    Raises:
        InvalidValue: ``at`` is naive, or lies before the first event.
        UnknownName: the case names a lifecycle, policy or calendar that the desk does not have.
    """
    require_aware("at", at)
    held = in_order(log)
    events = tuple(event for event in held if to_us(event.at) <= to_us(at))
    if len(events) < len(held) or len(events) != case.version:
        case = desk.case(events)
    shown = zone or zone_of_desk(desk.configuration.calendars.values(), at)
    is_open = case.ticket.is_open
    return Story(
        case=case,
        at=at,
        zone=shown,
        events=events,
        sums=tuple(sum_of(clock) for clock in cycles(case.sla, desk.configuration.sla, at=at)),
        idle=tuple(clock for clock in desk.clocks(case, at=at) if clock.state == "not_started"),
        choices=tuple(_choices(desk, case, events, floor)),
        climbs=_climbs(desk, events, at),
        signals=_unrecorded(desk, case, events, at),
        ahead=desk.preview(case, at=at) if is_open and desk.configuration.matrix is not None else None,
        next_change=desk.next_change(case, at=at),
    )


def _choices(desk: Desk, case: Case, events: tuple[Event, ...], floor: Iterable[Event]) -> Iterator[Choice]:
    routed = [(event, event.data) for event in events if isinstance(event.data, Routed)]
    if not routed:
        return
    known = tuple(floor)
    before = _floors(events[0].stream, known, last=max(to_us(event.recorded_at) for event, _ in routed))
    for event, data in routed:
        key = (to_us(event.recorded_at), data.agent, data.desk)
        found = before.get(key)
        if found is None:
            why = "the floor's events do not hold this placement" if known else ""
            yield Choice(event.at, data, None, why)
        elif desk.configuration.routing is None:
            yield Choice(event.at, data, None, "the desk has no routing policy any more")
        else:
            yield Choice(event.at, data, desk.why(case, found, at=event.at))


_Key = tuple[int, str | None, str | None]


def _floors(ticket: str, events: Iterable[Event], *, last: int) -> dict[_Key, Floor]:
    """The floor right before each placement of a ticket, by the instant and the taker."""
    found: dict[_Key, Floor] = {}
    floor = Floor()
    for event in events:
        if to_us(event.recorded_at) > last:
            break
        if isinstance(event.data, Placed) and event.data.ticket == ticket and ticket in floor.routing.waiting:
            found[to_us(event.recorded_at), event.data.agent, event.data.desk] = floor
        floor = floor.step(event)
    return found


def _climbs(desk: Desk, events: tuple[Event, ...], at: datetime) -> tuple[Climb, ...]:
    """The rungs in the log; for a log without any, those that the matrix would have fired."""
    recorded = tuple(Climb(event.at, event.data) for event in events if isinstance(event.data, RungFired))
    setup = desk.configuration
    if recorded or setup.matrix is None:
        return recorded
    moments: list[Moment] = []
    case: Case | None = None
    for event in events:
        case = desk.record(case, event).case
        moments.append(Moment(event, case.ticket, desk.clocks(case, at=event.at)))
    assert case is not None
    priorities = setup.lifecycle(case.ticket.header.lifecycle).priorities
    rehearsed = rehearse(setup.matrix, moments, setup.staff, at=at, calendars=setup.calendars, priorities=priorities)
    return tuple(Climb(firing.event.due, firing.event, is_recorded=False) for firing in rehearsed.firings)


def _unrecorded(desk: Desk, case: Case, events: tuple[Event, ...], at: datetime) -> tuple[Signal, ...]:
    announced = {event.data.key for event in events if isinstance(event.data, Signalled)}
    start = min(events[0].at, at) - timedelta(microseconds=1)
    return tuple(signal for signal in desk.signals(case, after=start, until=at) if signal.key not in announced)
