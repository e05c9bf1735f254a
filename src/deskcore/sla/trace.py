"""The trace of a clock: its segments without gap or overlap, and the sentences and sums that explain its due.

Built only when asked for. Not here: the reckoning itself (``reckon``) and pictures (``pictures``).

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypeAlias, final

import attrs

from deskcore._value import from_us, to_us
from deskcore.errors import OutOfRange
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, HoursExplanation
from deskcore.hours.explanation import amount_text
from deskcore.sla.meter import meter_of
from deskcore.sla.reckon import COUNTING
from deskcore.sla.state import Exemption, Mark, Terms

Standing: TypeAlias = Literal["running", "paused", "settled", "settled_counted", "void"]
"""``settled``: resolved or closed, and taken up again later; ``settled_counted``: the same, but its time counts;
``void``: the ticket was cancelled."""

_STANDINGS: dict[str, Standing] = {
    "running": "running",
    "paused": "paused",
    "stopped": "settled",
    "counted": "settled_counted",
    "void": "void",
}


@final
@attrs.frozen
class Segment:
    """A stretch ``[start, end)`` in which a clock stood one way, how much of it counted, and why (a status, mostly)."""

    start: datetime
    end: datetime
    state: Standing
    counted: BusinessDuration | ElapsedDuration
    why: str

    def to_dict(self) -> dict[str, str | int]:
        """For programs: instants as ISO 8601, the amount in microseconds."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "state": self.state,
            "counted_us": self.counted.microseconds,
            "why": self.why,
        }


@final
@attrs.frozen
class Stretch:
    """A segment as it is explained; ``hours`` says day by day what a calendar made of it, where it counted open time.

    ``ahead``: it has not happened yet, and will only if nothing else does.
    """

    segment: Segment
    hours: HoursExplanation | None
    ahead: bool = False

    def explain(self) -> str:
        """One sentence."""
        part = self.segment
        span = f"{stamp(part.start)} to {stamp(part.end)}"
        if part.state in {"running", "settled_counted"}:
            verb = "will count" if self.ahead else "counted"
            how = f": {self.hours.summary()}" if self.hours else ""
            note = f" (settled, {part.why}: counts since it was reopened)" if part.state == "settled_counted" else ""
            return f"{span} {verb} {amount_text(part.counted.microseconds)}{note}{how}"
        reason = {"paused": part.why, "settled": f"settled, {part.why}", "void": f"void, {part.why}"}[part.state]
        return f"{span} did not count: {reason}"


@final
@attrs.frozen
class Explanation:
    """Why a clock stands as it does: a headline, every stretch, and the sum ``target = used + left``."""

    headline: str
    stretches: tuple[Stretch, ...]
    sums: str
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """In one line what each stretch counted, and why the others did not."""
        found: list[str] = []
        for stretch in self.stretches:
            part = stretch.segment
            if stretch.hours:
                found.append(stretch.hours.summary())
            elif part.state in {"running", "settled_counted"}:
                found.append(f"{stamp(part.start)} to {stamp(part.end)} {amount_text(part.counted.microseconds)}")
            else:
                found.append(f"not {stamp(part.start)} to {stamp(part.end)} ({part.why})")
        return "; ".join(found) or self.headline

    def to_dict(self) -> dict[str, object]:
        """For programs: ``headline``, ``sums``, ``notes``, and each of ``stretches`` with its hours day by day."""
        stretches = [
            {
                **stretch.segment.to_dict(),
                "ahead": stretch.ahead,
                "text": stretch.explain(),
                "hours": None if stretch.hours is None else stretch.hours.to_dict(),
            }
            for stretch in self.stretches
        ]
        return {"headline": self.headline, "stretches": stretches, "notes": list(self.notes), "sums": self.sums}

    def explain(self) -> str:
        """For people: the headline, a line for each stretch, notes, and the sum."""
        return str(self)

    def __str__(self) -> str:
        lines = [self.headline, *(f"  {stretch.explain()}" for stretch in self.stretches), *self.notes, self.sums]
        return "\n".join(line for line in lines if line)


class _Clock(Protocol):
    """What explaining needs of a clock."""

    @property
    def ticket(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def at_us(self) -> int: ...
    @property
    def consumed_us(self) -> int: ...
    @property
    def due_us(self) -> int | None: ...
    @property
    def exemption(self) -> Exemption | None: ...
    @property
    def carried_us(self) -> int: ...
    @property
    def need_us(self) -> int | None: ...
    @property
    def known_from_us(self) -> int | None: ...
    @property
    def cause(self) -> str: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def breached_at(self) -> datetime | None: ...
    @property
    def fulfilled_at(self) -> datetime | None: ...
    @property
    def due_if_resumed(self) -> datetime | None: ...
    def segments(self) -> tuple[Segment, ...]: ...


def segments_of(marks: tuple[Mark, ...], terms: Terms, calendar: Calendar, until: int) -> tuple[Segment, ...]:
    """The segments of a cycle up to an instant, or to its end. Segments without length are left out."""
    zone = calendar.tz
    amount = ElapsedDuration.of_us if terms.is_elapsed else BusinessDuration.of_us
    found: list[Segment] = []
    start: datetime | None = None
    last: int | None = None
    for low, high, state, counted, why in parts_of(marks, terms, calendar, until):
        since = start if start is not None and low == last else from_us(low, zone)
        start, last = from_us(high, zone), high
        found.append(Segment(since, start, state, amount(counted), why))
    return tuple(found)


class Part(NamedTuple):
    """A segment in microseconds of UTC."""

    start: int
    end: int
    state: Standing
    counted: int
    why: str


def parts_of(marks: tuple[Mark, ...], terms: Terms, calendar: Calendar, until: int) -> list[Part]:
    """``segments_of``, in microseconds of UTC."""
    meter = meter_of(terms, calendar)
    found: list[Part] = []
    for place, mark in enumerate(marks):
        is_last = place + 1 == len(marks)
        if mark.state == "cancelled" or (is_last and mark.state in {"stopped", "void"}):
            break
        end = until if is_last else marks[place + 1].us
        if end <= mark.us:
            continue
        counted = meter.between_us(mark.us, end) if mark.state in COUNTING else 0
        found.append(Part(mark.us, end, _STANDINGS[mark.state], counted, mark.why))
    return found


def explain(clock: _Clock) -> Explanation:
    """The explanation of a clock: of an open one in time, the way ahead to its due as well."""
    terms, calendar = clock.terms, clock.calendar
    is_business = not terms.is_elapsed
    stretches = [_stretch(part, calendar, is_business=is_business) for part in clock.segments()]
    due = clock.due_us
    if clock.state == "running" and due is not None and due > clock.at_us:
        stretches = _with_the_way_ahead(stretches, clock, due, is_business=is_business)
    return Explanation(_headline(clock), tuple(stretches), _sums(clock), _notes(clock))


def stamp(at: datetime) -> str:
    """An instant for people, in its own zone: ``Tue 26 May 2026 10:15``, with seconds only where there are some."""
    seconds = f":{at.second:02}" if at.second or at.microsecond else ""
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}{seconds}{fraction}"


def _stretch(part: Segment, calendar: Calendar, *, is_business: bool, ahead: bool = False) -> Stretch:
    if not is_business or part.state not in {"running", "settled_counted"}:
        return Stretch(part, None, ahead)
    try:
        return Stretch(part, calendar.explain(part.start, part.end), ahead)
    except OutOfRange:  # the sum is known from inside the calendar's range; only the days cannot be named
        return Stretch(part, None, ahead)


def _with_the_way_ahead(stretches: list[Stretch], clock: _Clock, due: int, *, is_business: bool) -> list[Stretch]:
    calendar, at = clock.calendar, clock.at_us
    ahead = meter_of(clock.terms, calendar).between_us(at, due)
    amount = BusinessDuration.of_us(ahead) if is_business else ElapsedDuration.of_us(ahead)
    part = Segment(from_us(at, calendar.tz), from_us(due, calendar.tz), "running", amount, "if nothing happens")
    return [*stretches, _stretch(part, calendar, is_business=is_business, ahead=True)]


def _headline(clock: _Clock) -> str:
    zone = clock.calendar.tz
    due = "" if clock.due_us is None else f", due {stamp(from_us(clock.due_us, zone))}"
    done = "" if clock.fulfilled_at is None else f", fulfilled {stamp(clock.fulfilled_at)}"
    name = clock.metric if clock.number == 1 else f"{clock.metric} (cycle {clock.number})"
    breached = clock.breached_at
    late = "" if breached is None or to_us(breached) == clock.due_us else f", breached {stamp(breached)}"
    resumed = clock.due_if_resumed
    again = "" if resumed is None else f", due {stamp(resumed)} if it resumed now"
    how = clock.state.replace("_", " ") if clock.exemption is None else clock.exemption.explain()
    return f"{name} of {clock.ticket}: {how}{due}{again}{late}{done}"


def _sums(clock: _Clock) -> str:
    terms = clock.terms
    used = amount_text(clock.consumed_us)
    kind = "all time" if terms.is_elapsed else f"open time of calendar {terms.calendar}"
    whole = clock.need_us
    if whole is None:
        return f"nothing promised; {used} used, in {kind}"
    left = whole - clock.consumed_us
    rest = f"+ {amount_text(left)} left" if left >= 0 else f"- {amount_text(-left)} over"
    return f"target {amount_text(whole)}{_agreed(terms)} = {used} used {rest}, in {kind}, policy {terms.policy}"


def _agreed(terms: Terms) -> str:
    """What was promised in other words than an amount."""
    if terms.is_plain:
        return ""
    if terms.until is not None:
        return f" (by {stamp(terms.until)})"
    more = "".join(
        text
        for text, is_there in (
            (" by the end of the day", terms.end_of_day),
            (f" and then {terms.then_elapsed}", bool(terms.then_elapsed)),
            (f", out of hours {terms.out_of_hours} more", bool(terms.out_of_hours)),
        )
        if is_there
    )
    return f" ({terms.within}{more})"


def _notes(clock: _Clock) -> tuple[str, ...]:
    notes: list[str] = []
    if clock.cause not in {"opened", "adopted"}:
        notes.append(f"the target in force was set by {clock.cause}")
    if clock.carried_us:
        over = f"{amount_text(abs(clock.carried_us))} {'less' if clock.carried_us > 0 else 'more'}"
        notes.append(
            f"a change of terms carried over what had been counted until then: {over} than these stretches say"
        )
    if clock.known_from_us is not None:
        known = stamp(from_us(clock.known_from_us, clock.calendar.tz))
        notes.append(f"events are known from {known} on; what lies before is what the adoption said")
    return tuple(notes)
