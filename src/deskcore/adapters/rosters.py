"""Rosters of written shifts from iCalendar files and from plain tables. The former need the extra ``ical``.

Not here: rotations that repeat by a rule of their own; those are a few lines of ``deskcore.staff.rotation``.

Layer: adapters. Imports hours, staff, errors.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from deskcore.adapters.faults import UnusableFile
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.staff.overrides import Shift, WrittenShifts

_COLUMNS = ("person", "start", "end")


def roster_from_ical(
    data: bytes | str, *, tz: tzinfo | str, start: date, end: date, source: str = "iCalendar text"
) -> WrittenShifts:
    r"""The shifts that the events of an iCalendar text are on the dates ``[start, end)``: the summary is the person.

    Times without a zone are taken in ``tz``, whole days go from midnight to midnight there. Repetitions are worked out,
    cancelled events are nobody's shift.

    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:ann", "DTSTART:20260904T080000Z", "DTEND:20260904T200000Z"]
    >>> text = "\n".join([*lines, "END:VEVENT", "END:VCALENDAR"])
    >>> roster = roster_from_ical(text, tz="UTC", start=date(2026, 9, 1), end=date(2026, 10, 1))
    >>> roster.on_call(datetime(2026, 9, 4, 12, tzinfo=UTC))
    ('ann',)

    Raises:
        UnusableFile: it is no iCalendar text.
        InvalidConfiguration: naming every fault; an event without a summary is one.
    """
    from deskcore.adapters.ical import events_in, times_of  # the extra

    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    events = events_in(data, zone, source)
    nameless = [place for place, event in enumerate(events) if not event.name.strip()]
    if nameless:
        problems = tuple(
            Problem(f"{source} VEVENT[{place}].SUMMARY", "is empty; it has to name the person on call", "nobody")
            for place in nameless
        )
        raise InvalidConfiguration(f"iCalendar file {source}", problems)
    last = date.fromordinal(end.toordinal() - 1)
    shifts = [
        Shift(_instant(span[0], zone), _instant(span[1], zone), event.name.strip())
        for event, span in times_of(events, start, last)
    ]
    return WrittenShifts(tuple(sorted(shifts, key=lambda shift: (shift.start, shift.person))))


def _instant(when: date | datetime, zone: tzinfo) -> datetime:
    moment = when if isinstance(when, datetime) else datetime.combine(when, time(0), zone)
    return moment.astimezone(UTC)


def roster_from_table(text: str, *, tz: tzinfo | str, source: str = "table") -> WrittenShifts:
    r"""The shifts of a table with the columns person, start and end (ISO 8601; without an offset in ``tz``).

    >>> text = "person,start,end\nann,2026-09-04 08:00,2026-09-04 20:00\nbo,2026-09-04 20:00,2026-09-05 08:00\n"
    >>> roster_from_table(text, tz="UTC").on_call(datetime(2026, 9, 4, 21, tzinfo=UTC))
    ('bo',)

    Raises:
        UnusableFile: a column is missing.
        InvalidConfiguration: naming every line that is no shift.
    """
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    reader = csv.DictReader(io.StringIO(text))
    lacks = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if lacks:
        raise UnusableFile("roster", source, 1, f"lacks the column {lacks[0]}", f"needs {', '.join(_COLUMNS)}")
    shifts: list[Shift] = []
    problems: list[Problem] = []
    for line, row in enumerate(reader, start=2):
        try:
            shifts.append(
                Shift(_written(row["start"], zone), _written(row["end"], zone), (row["person"] or "").strip())
            )
        except ValueError as error:
            problems.append(Problem(f"{source}:{line}", f"is no shift: {error}", "no_shift"))
    if problems:
        raise InvalidConfiguration(f"roster {source}", tuple(problems))
    return WrittenShifts(tuple(shifts))


def _written(text: str | None, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat((text or "").strip())
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
