"""Closures from an iCalendar file, as the values that ``Calendar.weekly`` takes. Needs the extra ``ical``.

All-day events become closed dates, timed ones breaks by date; names are kept. Not here: openings (an event is taken for
a closure, whatever it says), and writing such files.

Layer: adapters. Imports hours, errors.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final, TypeAlias, final

import attrs
from icalendar import Calendar as Parsed

from deskcore._value import FrozenDict
from deskcore.adapters.documents import unopened
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.vevents import Event, When, event_of
from deskcore.errors import InvalidConfiguration, InvalidValue, Problem
from deskcore.hours import Calendar, OnDates, Special

_NOUN: Final = "iCalendar file"
_BEGIN: Final = re.compile(rb"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
_YEARS: Final = range(1900, 2201)
_NOT_ICALENDAR: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError)
Named: TypeAlias = dict[str, list[str]]
"""Names by date; a date may have several."""


@final
@attrs.frozen
class Closures:
    """What an iCalendar file closes: whole dates, and stretches of dates.

    ``days`` goes to ``holidays`` of ``Calendar.weekly``, ``breaks`` to ``special``.
    """

    days: OnDates
    breaks: tuple[Special, ...]


def read_closures(path: Path, *, tz: tzinfo | str, start: date, end: date) -> Closures:
    r"""The closures that the events of an iCalendar file make on the dates ``[start, end)``.

    Args:
        path: the file.
        tz: zone of the calendar the closures are for; times without a zone are taken in it.
        start: the first date wanted. Repetitions are worked out from here.
        end: the first date not wanted any more.

    Raises:
        UnusableFile: it cannot be opened or is no iCalendar file.
        InvalidConfiguration: naming every fault with file, event and property.
        InvalidValue: ``end`` lies before ``start``, or one outside the years 1900 to 2200; ``tz`` is no zone.

    >>> import tempfile
    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:company outing", "DTSTART;VALUE=DATE:20260904"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "closures.ics"
    ...     written = path.write_text("\n".join([*lines, "END:VEVENT", "END:VCALENDAR"]))
    ...     read_closures(path, tz="Europe/Amsterdam", start=date(2026, 1, 1), end=date(2027, 1, 1)).days.entries
    FrozenDict({'2026-09-04': 'company outing'})
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unopened(_NOUN, path, error) from None
    return closures_from(data, tz=tz, start=start, end=end, source=str(path))


def closures_from(
    data: bytes | str, *, tz: tzinfo | str, start: date, end: date, source: str = "iCalendar text"
) -> Closures:
    """As ``read_closures``, of a text that is at hand; ``source`` is what faults call it.

    All-day events close their dates, ``DTEND`` excluded. A timed event is read by the clock of ``tz`` and cut at
    midnight; in the hour that a change of offset repeats, a clock time means its first showing. ``RRULE`` (whole days),
    ``RDATE`` and ``EXDATE`` are worked out; an event with ``RECURRENCE-ID`` stands in for that one time of the event
    with its ``UID``. Cancelled events close nothing; ``TRANSP`` is not asked. Events that meet on a date give it both
    names.
    """
    _check_window(start, end)
    zone = Calendar.never(tz=tz).tz
    days: Named = {}
    breaks: dict[str, Named] = {}
    last = end - timedelta(days=1)
    for event, span in times_of(events_in(data, zone, source), start, last):
        if isinstance(span[0], datetime) and isinstance(span[1], datetime):
            for day, hours in _pieces(span[0].astimezone(zone), span[1].astimezone(zone), start, last):
                _note(breaks.setdefault(hours, {}), day, event.name)
        else:
            for ordinal in range(
                max(span[0].toordinal(), start.toordinal()), min(span[1].toordinal(), end.toordinal())
            ):
                _note(days, date.fromordinal(ordinal), event.name)
    return Closures(
        _on_dates(days), tuple(Special(_on_dates(named), hours, "break") for hours, named in sorted(breaks.items()))
    )


def _check_window(start: date, end: date) -> None:
    for field, day in (("start", start), ("end", end)):
        if isinstance(day, datetime) or not isinstance(day, date):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidValue(field, day, "must be a date")
        if day.year not in _YEARS:
            raise InvalidValue(field, day.isoformat(), f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    if end < start:
        raise InvalidValue("end", end.isoformat(), f"must not lie before start {start.isoformat()}")


def events_in(data: bytes | str, tz: tzinfo, source: str) -> list[Event]:
    """Every event of a text; all faults of all of them are raised together."""
    try:
        text = (data.encode() if isinstance(data, str) else data).removeprefix(BOM_UTF8)
        found = [event for parsed in Parsed.from_ical(text, multiple=True) for event in parsed.walk("VEVENT")]
        begun = len(_BEGIN.findall(text))
    except _NOT_ICALENDAR as error:
        held = str(error).partition("\n")[0] or type(error).__name__
        raise UnusableFile(_NOUN, source, None, held, "export it as iCalendar (.ics)") from None
    if not text.strip() or begun != len(found):  # the parser passes over what has no end
        held = f"{begun} events begin in it, {len(found)} of them whole" if begun else "it is empty"
        raise UnusableFile(_NOUN, source, None, held, "export it as iCalendar (.ics)")
    problems: list[Problem] = []
    events: list[Event] = []
    for place, component in enumerate(found):
        event = event_of(component, tz, f"{source} VEVENT[{place}]")
        if isinstance(event, Event):
            events.append(event)
        else:
            problems += event
    if problems:
        raise InvalidConfiguration(f"{_NOUN} {source}", tuple(problems))
    return events


def times_of(events: list[Event], first: date, last: date) -> Iterator[tuple[Event, tuple[When, When]]]:
    """Each event with the times at which it takes place, repetitions and exceptions worked out."""
    instead: dict[str, set[When]] = {}
    for event in events:
        if event.instead_of is not None:
            instead.setdefault(event.uid, set()).add(event.instead_of)
    for event in events:
        if event.cancelled:
            continue
        others = instead.get(event.uid, set()) if event.uid and event.instead_of is None else set[When]()
        for span in event.spans(first, last, frozenset(others)):
            yield event, span


def _pieces(start: datetime, end: datetime, first: date, last: date) -> Iterator[tuple[date, str]]:
    """A timed closure by date, as clock times: whole dates from 00:00 to 24:00. Nothing of one without length."""
    for ordinal in range(max(start.toordinal(), first.toordinal()), min(end.toordinal(), last.toordinal()) + 1):
        day = date.fromordinal(ordinal)
        opens = start.time() if day == start.date() else time(0)
        closes = f"{end.time():%H:%M:%S}" if day == end.date() else "24:00:00"
        if f"{opens:%H:%M:%S}" < closes:
            yield day, f"{opens:%H:%M:%S}-{closes}"


def _note(named: Named, day: date, name: str) -> None:
    names = named.setdefault(day.isoformat(), [])
    if name and name not in names:
        names.append(name)


def _on_dates(named: Named) -> OnDates:
    return OnDates(FrozenDict({day: ", ".join(names) for day, names in named.items()}))
