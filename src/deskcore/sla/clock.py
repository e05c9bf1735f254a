"""A clock: one cycle of one promise, seen at one instant. Used up, left, due, breached or met, and why.

Clocks are answers, not state: they are reckoned from a case's ``SlaState`` whenever asked for. Not here: what to do
when time runs out (``deskcore.escalation``).

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, open_twin
from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, WorkingDays
from deskcore.hours.stamps import iso_text
from deskcore.sla.meter import meter_of
from deskcore.sla.need import need_of
from deskcore.sla.reckon import line_of, reach, reached
from deskcore.sla.state import Cycle, Exemption, Goal, Mark, Terms
from deskcore.sla.trace import Explanation, Segment, explain, parts_of, segments_of

Amount: TypeAlias = BusinessDuration | ElapsedDuration

ClockState: TypeAlias = Literal[
    "not_started", "running", "paused", "breached", "met", "met_late", "measured", "cancelled"
]
"""``breached``: open and past due (it may also be paused); ``met_late``: fulfilled after a breach; ``measured``: ended,
and nothing had been promised; ``cancelled``: neither met nor breached counts any more."""


@final
@attrs.frozen(init=False)
class Clock:
    """One cycle of one metric at an instant.

    Amounts are in the clock's own measure: open time of its calendar for a business target, all time for an elapsed
    one. Instants come in the calendar's zone. Fulfilled exactly at ``due`` is met; breached is every instant after.

    >>> from datetime import timedelta
    >>> from deskcore.sla import look
    >>> from deskcore.testing.sla import START, sample
    >>> found = look.clock(*sample(), "first_response", at=START + timedelta(hours=1))
    >>> str(found.consumed), str(found.remaining), str(found.due)
    ('1 business hour', '1 business hour', '2026-03-26 11:00:00+01:00')

    Attributes:
        ticket: the ticket's id.
        cycle: the cycle behind it; without marks when it has not started.
        goals: the terms it was judged by, in order; the last are in force.
        calendar: the calendar in force.
        state: how it stands.
        at_us: the instant asked about, in microseconds of UTC.
        consumed_us, due_us, breached_us: see the properties of the same names.
        need_us: what is promised, in microseconds of its own measure; for days and dates, what they came to.
        exemption: what exempts it: its state is ``cancelled`` then, neither met nor breached counts.
        carried_us: by how much its segments say more than it consumed, where a change carried over what another measure
            had counted before.
        is_hidden: whether due is not to be shown in the status it is in.
        known_from_us: for an adopted ticket, since when its events are known; what lies before is what it was told.
    """

    ticket: str
    cycle: Cycle
    goals: tuple[Goal, ...]
    calendar: Calendar = attrs.field(repr=False)
    state: ClockState
    at_us: int
    consumed_us: int
    due_us: int | None
    breached_us: int | None
    known_from_us: int | None = None
    need_us: int | None = None
    is_hidden: bool = False
    exemption: Exemption | None = None
    carried_us: int = 0

    def __init__(
        self,
        ticket: str,
        cycle: Cycle,
        goals: tuple[Goal, ...],
        calendar: Calendar,
        state: ClockState,
        at_us: int,
        consumed_us: int,
        due_us: int | None,
        breached_us: int | None,
        known_from_us: int | None = None,
        need_us: int | None = None,
        is_hidden: bool = False,
        exemption: Exemption | None = None,
        carried_us: int = 0,
    ) -> None:
        held: Any = self
        # Clocks are made by the thousand and hardly kept, so each is filled in while it is open.
        object.__setattr__(held, "__class__", _OPEN)
        held.ticket = ticket
        held.cycle = cycle
        held.goals = goals
        held.calendar = calendar
        held.state = state
        held.at_us = at_us
        held.consumed_us = consumed_us
        held.due_us = due_us
        held.breached_us = breached_us
        held.known_from_us = known_from_us
        held.need_us = need_us
        held.is_hidden = is_hidden
        held.exemption = exemption
        held.carried_us = carried_us
        held.__class__ = Clock

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.goals[-1].terms

    @property
    def metric(self) -> str:
        """What it measures."""
        return self.goals[-1].terms.metric

    @property
    def policy(self) -> str:
        """The policy that promised it."""
        return self.terms.policy

    @property
    def number(self) -> int:
        """Which cycle of its metric it is, from 1."""
        return self.cycle.number

    @property
    def target(self) -> Amount | None:
        """What is promised, for days and dates the time until then; ``None``: measured only."""
        within = self.terms.within
        if isinstance(within, BusinessDuration | ElapsedDuration) and within.microseconds == self.need_us:
            return within
        return None if self.need_us is None else self.amount(self.need_us)

    @property
    def consumed(self) -> Amount:
        """The time used up until the instant asked about, or until its end."""
        return self.amount(self.consumed_us)

    @property
    def remaining(self) -> Amount | None:
        """``target - consumed``: negative when overdue, ``None`` without a target."""
        return None if self.need_us is None else self.amount(self.need_us - self.consumed_us)

    @property
    def share(self) -> float | None:
        """``consumed / target``, above 1 when overdue; ``None`` without a target or for a target of zero."""
        return self.consumed_us / self.need_us if self.need_us else None

    @property
    def at(self) -> datetime:
        """The instant asked about."""
        return self.instant(self.at_us)

    @property
    def started_at(self) -> datetime | None:
        """When the cycle began; an opening outside hours keeps its own instant."""
        return self._instant(self.started_us)

    @property
    def started_us(self) -> int | None:
        """``started_at`` in microseconds of UTC."""
        marks = self.cycle.marks
        return marks[0].us if marks else None

    @property
    def due(self) -> datetime | None:
        """When the target is used up if the clock keeps running; for a finished cycle, when it would have been.

        ``None`` while it is paused with time left, cancelled, not started, or nothing is promised, or when the
        calendar never opens for long enough, or its stopwatch hides it in this status.
        """
        us = self.due_us
        return None if us is None or self.is_hidden else from_us(us, self.calendar.tz)

    @property
    def shown_due_us(self) -> int | None:
        """``due`` in microseconds of UTC: ``due_us`` where it is not hidden."""
        return None if self.is_hidden else self.due_us

    @property
    def due_if_resumed(self) -> datetime | None:
        """For a paused clock with time left: when it would be due if it resumed at the instant asked about."""
        if not self.is_paused or self.due_us is not None or self.need_us is None:
            return None
        meter, need = meter_of(self.terms, self.calendar), need_of(self.terms, self.cycle.marks[0].us, self.calendar)
        if need is None or need.floor is None:
            found = reach(meter, self.at_us, self.need_us - self.consumed_us)
        else:
            marks = tuple(mark for mark in self.cycle.marks if mark.us <= self.at_us)
            found = line_of((*marks, Mark(self.at_us, self.at_us, "running")), meter, need)
        return self._instant(found)

    @property
    def breached_at(self) -> datetime | None:
        """When it was breached: at due, or later when a change or a reopening moved due into the past."""
        return self._instant(self.breached_us)

    @property
    def fulfilled_at(self) -> datetime | None:
        """When it was fulfilled."""
        last = self._last
        return self.instant(last.us) if last is not None and last.state == "stopped" else None

    @property
    def ended_at(self) -> datetime | None:
        """When it ended for good or for now: fulfilled or cancelled."""
        last = self._last
        ended = last is not None and last.state in {"stopped", "void", "cancelled"}
        return self.instant(last.us) if last is not None and ended else None

    @property
    def paused_for(self) -> Amount:
        """The time it was paused, in its own measure: open time only, for a business target."""
        meter, marks = meter_of(self.terms, self.calendar), self.cycle.marks
        total = 0
        for place, mark in enumerate(marks):
            if mark.state == "paused":
                end = marks[place + 1].us if place + 1 < len(marks) else self.at_us
                total += meter.between_us(mark.us, end)
        return self.amount(total)

    def replaced(self) -> tuple[Clock, ...]:
        """This cycle as each target that a change replaced would have had it, in order: whose due never came.

        >>> from deskcore.sla import look
        >>> from deskcore.testing.sla import START, sample
        >>> look.clock(*sample(), "resolution", at=START).replaced()
        ()
        """
        marks = self.cycle.marks
        goals = self.goals[:-1]
        if marks and marks[-1].state == "cancelled":
            marks, goals = marks[:-1], self.goals
        found: list[Clock] = []
        for place, goal in enumerate(goals):
            need = need_of(goal.terms, marks[0].us, self.calendar)
            if need is None or goal.terms.calendar != self.terms.calendar:
                continue
            due = line_of(marks, meter_of(goal.terms, self.calendar), need)
            cycle, known = Cycle(self.number, marks, self.cycle.judged_us), self.goals[: place + 1]
            found.append(attrs.evolve(self, cycle=cycle, goals=known, need_us=need.us, due_us=due))
        return tuple(found)

    @property
    def cause(self) -> str:
        """The type of the event that set the target in force."""
        return self.goals[-1].cause

    @property
    def is_open(self) -> bool:
        """Whether it runs or is paused, in time or not."""
        return self.cycle.is_open if self.cycle.marks else False

    @property
    def is_paused(self) -> bool:
        """Whether it is paused, in time or not."""
        last = self._last
        return last is not None and last.state == "paused"

    @property
    def is_breached(self) -> bool:
        """Whether due passed unfulfilled."""
        return self.breached_us is not None

    def reaches(self, share: float, *, bare: bool = False) -> datetime | None:
        """The instant at which a share of the target is used up, past or to come; a share above 1 lies after due.

        >>> from deskcore.sla import look
        >>> from deskcore.testing.sla import START, sample
        >>> print(look.clock(*sample(), "resolution", at=START).reaches(0.5))
        2026-03-26 13:30:00+01:00

        Never before the change that made it so, unless ``bare``: then where the clock itself puts it. ``None`` while it
        is paused before that, when it ended or was cancelled before that, has not started, or nothing is promised.

        Raises:
            InvalidValue: ``share`` is negative.
        """
        return self._instant(self.reaches_us(share, bare=bare))

    def reaches_us(self, share: float, *, bare: bool = False) -> int | None:
        """``reaches`` in microseconds of UTC.

        >>> from deskcore.sla import look
        >>> from deskcore.testing.sla import START, sample
        >>> found = look.clock(*sample(), "resolution", at=START)
        >>> found.reaches_us(1) == found.due_us
        True

        Raises:
            InvalidValue: ``share`` is negative.
        """
        if share < 0:
            raise InvalidValue("share", share, "must not be negative")
        whole, marks = self.need_us, self.cycle.marks
        if whole is None or not marks or self.state == "cancelled":
            return None
        goal, need = self.goals[-1], round(whole * share)
        meter, left = meter_of(goal.terms, self.calendar), need - self.consumed_us
        if left > 0 and marks[-1].state == "running":  # ahead, so that what was used up needs no counting again
            found = reach(meter, self.at_us, left)
        else:
            found = reached(marks, meter, need + self.carried_us)
        if found is None:
            return None
        since = marks[0].us
        if not bare and goal.since_us > since:
            since = goal.since_us
        return max(since, found)

    def after_due(self, amount: Amount | WorkingDays) -> datetime | None:
        """The instant that lies ``amount`` after due: open time counts on the clock's calendar, elapsed time always.

        Working days keep the time of day, or end with the day where the promise does. A negative amount lies before.
        ``None`` when there is no due. Pauses after due do not move it.
        """
        if self.due_us is None:
            return None
        if isinstance(amount, ElapsedDuration):
            return self.instant(self.due_us + amount.microseconds)
        if isinstance(amount, WorkingDays):
            return self.calendar.add(self.instant(self.due_us), amount, end_of_day=self.terms.end_of_day)
        return self.instant(self.calendar.add_us(self.due_us, amount.microseconds))

    def before_due(self, amount: Amount | WorkingDays) -> datetime | None:
        """The instant that lies ``amount`` before due, otherwise as ``after_due``."""
        return self.after_due(-amount)

    def segments(self) -> tuple[Segment, ...]:
        """Its life so far, cut where its standing changed: no gap, no overlap, from its start to now or its end.

        Linear in its pauses. What nights, weekends and holidays took from a segment is told by ``explanation()``.
        """
        return segments_of(self.cycle.marks, self.terms, self.calendar, self.at_us)

    def explanation(self) -> Explanation:
        """Its segments with the reason for every stretch that did not count, and the sum that ends in its due.

        Linear in the days explained: of an open clock up to due, of an ended one up to its end.
        """
        return explain(self)

    def explain(self) -> str:
        """For people: how it stands, each stretch with what counted or why not, and the sum.

        The last line is the identity: target = used + left.
        """
        return str(explain(self))

    def summary(self) -> str:
        """In one line, how its due comes about: what each day counted, and why the others did not."""
        return explain(self).summary()

    def to_dict(self) -> dict[str, object]:
        """For programs: every property and the segments; instants as ISO 8601, amounts in microseconds."""
        whole, marks, zone = self.need_us, self.cycle.marks, self.calendar.tz
        last = self._last

        told: dict[int | None, str | None] = {None: None}

        def stamp(us: int | None) -> str | None:
            if us not in told:
                assert us is not None
                told[us] = iso_text(us, zone)
            return told[us]

        parts = parts_of(marks, self.terms, self.calendar, self.at_us)
        resumed = self.due_if_resumed if self.is_paused else None
        return {
            "ticket": self.ticket,
            "metric": self.metric,
            "cycle": self.number,
            "policy": self.policy,
            "state": self.state,
            "measure": "elapsed" if self.terms.is_elapsed else "business",
            "calendar": self.terms.calendar,
            "at": stamp(self.at_us),
            "target_us": whole,
            "consumed_us": self.consumed_us,
            "remaining_us": None if whole is None else whole - self.consumed_us,
            "started_at": stamp(marks[0].us if marks else None),
            "due": stamp(None if self.is_hidden else self.due_us),
            "due_if_resumed": None if resumed is None else resumed.isoformat(),
            "breached_at": stamp(self.breached_us),
            "fulfilled_at": stamp(last.us if last is not None and last.state == "stopped" else None),
            "paused": self.is_paused,
            "cause": self.cause,
            "exempt": None if self.exemption is None else self.exemption.explain(),
            "known_from": stamp(self.known_from_us),
            "segments": [
                {
                    "start": stamp(start),
                    "end": stamp(end),
                    "state": state,
                    "counted_us": counted,
                    "why": why,
                }
                for start, end, state, counted, why in parts
            ],
        }

    def amount(self, microseconds: int) -> Amount:
        """An amount in the clock's own measure."""
        if self.terms.is_elapsed:
            return ElapsedDuration.of_us(microseconds)
        return BusinessDuration.of_us(microseconds)

    def instant(self, us: int) -> datetime:
        """An instant in the zone of its calendar."""
        return from_us(us, self.calendar.tz)

    def _instant(self, us: int | None) -> datetime | None:
        return None if us is None else from_us(us, self.calendar.tz)

    @property
    def _last(self) -> Mark | None:
        return self.cycle.marks[-1] if self.cycle.marks else None


_OPEN: Final = open_twin(Clock)
