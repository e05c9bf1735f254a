"""The arithmetic of a clock as a table: what each day counted, what it did not and why, until the target is used up.

Layer: cli.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, TypeAlias

import attrs

from deskcore._draw import text
from deskcore._value import to_us
from deskcore.errors import OutOfRange
from deskcore.hours import ElapsedDuration
from deskcore.hours.explanation import ExplainedDay, amount_text
from deskcore.sla import Clock
from deskcore.sla.trace import Stretch, stamp

_HEADERS: Final = ("when", "counted", "so far", "notes")
Line: TypeAlias = tuple[str, str, str, str]


def sums_of(clock: Clock) -> str:
    """How a clock stands, day by day, with the running sum that ends in its due instant.

    A clock that was fulfilled before due is followed on to it, below a line that says so.
    """
    told = clock.explanation()
    rows = list(_rows(clock, told.stretches))
    parts = [told.headline]
    if rows:
        parts.append(text.table(rows, headers=_HEADERS, align="<>><"))
    due = clock.due
    if due is not None and clock.target is not None:
        parts.append(f"{amount_text(clock.target.microseconds)} are used up on {stamp(due)}, which is due")
    return "\n".join([*parts, *told.notes, told.sums])


@attrs.define
class _Sum:
    """What has counted so far, in microseconds, on the way to a target that is used up on a certain day."""

    due: datetime | None
    target: int
    us: int = 0

    def add(self, us: int) -> str:
        self.us += us
        return amount_text(self.us)

    def reached(self, us: int) -> str:
        """What to say of the stretch of ``us`` in which the target is used up."""
        if self.due is None or not self.us < self.target <= self.us + us:
            return ""
        return f"{amount_text(self.target)} at {_clock(self.due)}: due"


def _rows(clock: Clock, stretches: tuple[Stretch, ...]) -> Iterator[Line]:
    total = _Sum(clock.due, clock.target.microseconds if clock.target is not None else 0)
    for stretch in stretches:
        yield from _stretch(stretch, total)
    yield from _onwards(clock, total)


def _stretch(stretch: Stretch, total: _Sum) -> Iterator[Line]:
    part = stretch.segment
    if stretch.hours is not None:
        if stretch.ahead:
            yield (f"from {stamp(part.start)} on, if nothing happens", "", "", "")
        yield from _days(stretch.hours.days, total)
        return
    counted = part.counted.microseconds
    span = f"{stamp(part.start)} to {stamp(part.end)}"
    why = total.reached(counted) if part.state in {"running", "settled_counted"} else f"{part.state}: {part.why}"
    yield (span, amount_text(counted) if counted else "-", total.add(counted), why)


def _onwards(clock: Clock, total: _Sum) -> Iterator[Line]:
    """From the end of a clock that was met to the instant at which it would have been due."""
    ended, due = clock.fulfilled_at, clock.due
    if ended is None or due is None or to_us(due) <= to_us(ended):
        return
    yield (f"fulfilled {stamp(ended)}; had it gone on", "", "", "")
    if isinstance(clock.target, ElapsedDuration):
        left = to_us(due) - to_us(ended)
        why = total.reached(left)
        yield (f"to {stamp(due)}", amount_text(left), total.add(left), why)
        return
    try:
        days = clock.calendar.explain(ended, due).days
    except OutOfRange:  # the sum is known from inside the calendar's range; only the days cannot be named
        return
    yield from _days(days, total)


def _days(days: tuple[ExplainedDay, ...], total: _Sum) -> Iterator[Line]:
    """A line a day; neighbouring days on which nothing counted for one reason share a line."""
    held: list[ExplainedDay] = []
    for day in days:
        if held and (day.counted or _why(day) != _why(held[0])):
            yield _closed(held, total)
            held = []
        if day.counted:
            counted = day.counted.microseconds
            why = "; ".join(part for part in (total.reached(counted), _why(day)) if part)
            yield (_date(day.date), amount_text(counted), total.add(counted), why)
        else:
            held.append(day)
    if held:
        yield _closed(held, total)


def _closed(days: list[ExplainedDay], total: _Sum) -> Line:
    first, last = days[0].date, days[-1].date
    when = _date(first) if first == last else f"{_date(first)} to {_date(last)}"
    return (when, "-", total.add(0), _why(days[0]))


def _why(day: ExplainedDay) -> str:
    """The stretches of a day that did not count: one reason for the whole day in a word, else each with its hours."""
    shut = [piece for piece in day.pieces if not piece.is_open]
    reasons = list(dict.fromkeys(piece.because for piece in shut))
    if len(reasons) == 1 and len(shut) == len(day.pieces):
        return reasons[0]
    return ", ".join(
        f"{reason} {' '.join(_span(piece.start, piece.end) for piece in shut if piece.because == reason)}"
        for reason in reasons
    )


def _span(start: datetime, end: datetime) -> str:
    return f"{_clock(start)}-{_clock(end) if end.date() == start.date() else '24:00'}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}".removesuffix(":00")


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
