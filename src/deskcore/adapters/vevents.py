"""Events of an iCalendar text: when each takes place, its repetitions worked out, its faults named.

Not here: what an event means to a desk (``ical``), and the format itself, which the icalendar package reads.

Layer: adapters. Imports hours, errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, TypeAlias, final

import attrs
from icalendar.cal import Component

from deskcore.errors import InvalidValue, Problem
from deskcore.hours import Recurring

When: TypeAlias = date | datetime
Span: TypeAlias = tuple[When, When]
_READ: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "STATUS", "SUMMARY", "UID")
_DAY: Final = timedelta(days=1)
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2200, 12, 31)
_YEARS: Final = range(2, 9999)
_UNTIL: Final = re.compile(r"UNTIL=[^;]*")


class Fault(Exception):
    """What is wrong with one property of an event; never leaves the room, as it becomes a Problem."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(name, rule)
        self.name = name
        self.rule = rule


@final
@attrs.frozen
class Repeat:
    """One ``RRULE``, in local dates of the event's zone."""

    days: Recurring

    def starting(self, first: date, last: date) -> Iterator[date]:
        """The dates from ``first`` to ``last``, both included, on which it falls."""
        for year in range(first.year, last.year + 1):
            yield from (day for day, _ in self.days.dates(year, year) if first <= day <= last)


@final
@attrs.frozen
class Event:
    """One ``VEVENT``: an all-day one has dates, a timed one aware datetimes; its end is exclusive."""

    name: str
    uid: str
    start: When
    length: timedelta
    nominal: bool
    repeats: tuple[Repeat, ...]
    more: tuple[tuple[When, When | None], ...]
    left_out: frozenset[When]
    instead_of: When | None
    cancelled: bool

    @property
    def all_day(self) -> bool:
        """Whether it takes whole dates."""
        return not isinstance(self.start, datetime)

    def spans(self, first: date, last: date, left_out: frozenset[When]) -> Iterator[Span]:
        """Each time it takes place, where that may meet the dates ``first`` to ``last``; none twice, ends exclusive.

        ``left_out`` holds starts that other events of the file stand in for.
        """
        seen: set[When] = set()
        # Two days more, as a date of one zone meets three of another.
        reach = min(self.length, timedelta(days=400_000)) + 3 * _DAY
        earliest = date.fromordinal(max(first.toordinal() - reach.days, _FIRST.toordinal()))
        latest = min(last + 2 * _DAY, _LAST)
        for start, end in self._all(earliest, latest):
            keys = {key_of(start), day_of(start)} if isinstance(start, datetime) else {start}
            if key_of(start) not in seen and not keys & (self.left_out | left_out):
                seen.add(key_of(start))
                yield start, self._end(start) if end is None else end

    def _all(self, earliest: date, latest: date) -> Iterator[tuple[When, When | None]]:
        if not self.repeats:
            yield self.start, None
        for repeat in self.repeats:
            for day in repeat.starting(earliest, latest):
                yield self._on(day), None
        yield from self.more

    def _on(self, day: date) -> When:
        start = self.start
        return datetime.combine(day, start.time(), start.tzinfo) if isinstance(start, datetime) else day

    def _end(self, start: When) -> When:
        return added(start, self.length, nominal=self.nominal)


def added(start: When, length: timedelta, *, nominal: bool) -> When:
    """The end: whole days by the calendar where ``nominal``, everything else by the stopwatch; cut at the last year."""
    try:
        if not isinstance(start, datetime):
            return start + length
        if nominal:
            start, length = start + timedelta(days=length.days), timedelta(seconds=length.seconds)
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) - 2 * _DAY if isinstance(start, datetime) else date.max


def key_of(when: When) -> When:
    """What two ways to write one start have in common."""
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def day_of(when: When) -> date:
    """The date in the zone it is written in."""
    return when.date() if isinstance(when, datetime) else when


def event_of(component: Component, tz: tzinfo, place: str) -> Event | tuple[Problem, ...]:
    """The event that a ``VEVENT`` describes, floating times taken in ``tz``, or all that is wrong with it."""
    name = str(component.get("SUMMARY", ""))
    said = f"of {name!r} " if name else ""
    broken = [(_named(*error), str(error[1])) for error in component.errors]
    faults = [Problem(f"{place}.{prop}", f"{said}is unreadable: {text}", "unreadable") for prop, text in broken if prop]
    if faults:
        return tuple(faults)
    try:
        return _event(component, name, tz)
    except Fault as fault:
        return (Problem(f"{place}.{fault.name}", f"{said}{fault.rule}"),)


def _named(prop: str | None, text: str) -> str:
    """The property a parser's complaint is about; none where it is one that is never asked for."""
    if prop is None:
        return next((name for name in _READ if name in text.upper()), "")
    return prop if prop in _READ else ""


def _event(component: Component, name: str, tz: tzinfo) -> Event:
    start = _single(component, "DTSTART", tz)
    if start is None:
        raise Fault("DTSTART", "is missing; an event needs one")
    length, nominal = _length(component, start, tz)
    cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    instead = _single(component, "RECURRENCE-ID", tz)
    if instead is not None and "RANGE" in component["RECURRENCE-ID"].params:
        raise Fault("RECURRENCE-ID", "must stand for one time (got RANGE=THISANDFUTURE); write an event of its own")
    more = tuple(_times(component, "RDATE", tz))
    if any(isinstance(when, datetime) != isinstance(start, datetime) for when, _ in more):
        raise Fault("RDATE", "must be dates where DTSTART is one, and times where that is")
    but = [when for when, _ in _times(component, "EXDATE", tz)]
    return Event(
        name,
        str(component.get("UID", "")),
        start,
        length,
        nominal,
        tuple(_repeat(rule, start, name) for rule in _listed(component, "RRULE")),
        more,
        frozenset(key_of(when) if isinstance(start, datetime) else day_of(when) for when in but),
        None if instead is None else key_of(instead),
        cancelled,
    )


def _length(component: Component, start: When, tz: tzinfo) -> tuple[timedelta, bool]:
    """How long it takes, and whether its days are days of the calendar."""
    end = _single(component, "DTEND", tz)
    if end is None:
        given = _listed(component, "DURATION")
        length = given[0].dt if given else timedelta(0)
        if not isinstance(length, timedelta):
            raise Fault("DURATION", f"must be an amount of time such as PT1H (got {str(length)!r})")
        field, nominal = "DURATION", True
    elif isinstance(end, datetime) and isinstance(start, datetime):
        field, length, nominal = "DTEND", end.astimezone(UTC) - start.astimezone(UTC), False
    elif not isinstance(end, datetime) and not isinstance(start, datetime):
        field, length, nominal = "DTEND", end - start, True
    else:
        raise Fault("DTEND", "must be a date where DTSTART is one, and a time where that is")
    if length < timedelta(0):
        raise Fault(field, f"must not end before DTSTART (got {end or length})")
    if isinstance(start, datetime):
        return length, nominal
    return max(timedelta(days=length.days), _DAY), True  # many programs end a single day on itself


def _listed(component: Component, name: str) -> list[Any]:
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def _single(component: Component, name: str, tz: tzinfo) -> When | None:
    found = _listed(component, name)
    if len(found) > 1:
        raise Fault(name, f"must be given once (got {len(found)})")
    return _when(name, found[0].dt, found[0], tz) if found else None


def _times(component: Component, name: str, tz: tzinfo) -> Iterator[tuple[When, When | None]]:
    for listed in _listed(component, name):
        for entry in listed.dts:
            if isinstance(entry.dt, tuple):
                start, end = entry.dt
                since = _when(name, start, listed, tz)
                yield (
                    since,
                    added(since, end, nominal=True) if isinstance(end, timedelta) else _when(name, end, listed, tz),
                )
            else:
                yield _when(name, entry.dt, listed, tz), None


def _when(name: str, value: object, written: Any, tz: tzinfo) -> When:
    if isinstance(value, datetime):
        zone = written.params.get("TZID")
        if value.tzinfo is None and zone is not None:  # the parser passes over zones it does not know
            raise Fault(name, f"must name an IANA zone, or one that the file describes (got TZID {str(zone)!r})")
        if value.year not in _YEARS:  # whose instants have no date in every zone
            raise Fault(name, f"must lie in the years {_YEARS[0]} to {_YEARS[-1]} (got {value.isoformat()})")
        return value.replace(tzinfo=tz) if value.tzinfo is None else value
    if isinstance(value, date):
        return value
    raise Fault(name, f"must be a date, or a date and a time (got {str(value)!r})")


def _repeat(rule: Any, start: When, name: str) -> Repeat:
    until = rule.get("UNTIL")
    if until and not isinstance(until[0], date):
        raise Fault("RRULE", f"must run until a date, or a date and a time (got {str(until[0])!r})")
    text = rule.to_ical().decode()
    if until:
        last: When = until[0]
        if not _FIRST.year <= last.year <= _LAST.year:  # 99991231T235959Z is a usual way to say for ever
            last = _FIRST if last.year < _FIRST.year else _LAST
        elif isinstance(last, datetime) and isinstance(start, datetime):
            last = last if last.tzinfo is None else last.astimezone(start.tzinfo)
            last = last.date() - _DAY if last.time() < start.time() else last.date()
        text = _UNTIL.sub(f"UNTIL={day_of(last).isoformat().replace('-', '')}", text)
    try:
        return Repeat(Recurring(text, day_of(start), name))
    except InvalidValue as error:
        raise Fault("RRULE", f"{error.rule} (got {error.got!r})") from None
