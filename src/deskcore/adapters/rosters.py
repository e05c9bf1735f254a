"""Rosters of written shifts and absences from iCalendar files (the extra ``ical``), rosters from plain tables too.

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
from deskcore.staff.absence import Absence
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
    found = _named_spans(data, tz, start, end, source, "it has to name the person on call")
    return WrittenShifts(tuple(Shift(begins, ends, name) for begins, name, ends in found))


def absences_from_ical(
    data: bytes | str, *, tz: tzinfo | str, start: date, end: date, source: str = "iCalendar text"
) -> dict[str, tuple[Absence, ...]]:
    r"""The absences that the events of a leave calendar are on the dates ``[start, end)``, for ``Staff.with_absences``.

    The summary is the person, or the person and after a colon the kind (``bo: holiday``). The rest is as for rosters.

    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:bo: holiday", "DTSTART;VALUE=DATE:20260706"]
    >>> text = "\n".join([*lines, "DTEND;VALUE=DATE:20260727", "END:VEVENT", "END:VCALENDAR"])
    >>> found = absences_from_ical(text, tz="UTC", start=date(2026, 7, 1), end=date(2026, 8, 1))
    >>> print(found["bo"][0])
    absent until 2026-07-27 00:00+00:00 (holiday)

    Raises:
        UnusableFile: it is no iCalendar text.
        InvalidConfiguration: naming every fault; an event without a summary is one.
    """
    absences: dict[str, tuple[Absence, ...]] = {}
    for begins, name, ends in _named_spans(data, tz, start, end, source, "it has to name who is absent"):
        person, _, kind = (part.strip() for part in name.partition(":"))
        absences[person] = (*absences.get(person, ()), Absence(begins, ends, kind))
    return absences


def _named_spans(
    data: bytes | str, tz: tzinfo | str, start: date, end: date, source: str, rule: str
) -> list[tuple[datetime, str, datetime]]:
    """The start, the summary and the end of every event on some dates, by start."""
    from deskcore.adapters.ical import events_in, times_of  # the extra

    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    events = events_in(data, zone, source)
    nameless = [place for place, event in enumerate(events) if not event.name.strip()]
    if nameless:
        problems = tuple(
            Problem(f"{source} VEVENT[{place}].SUMMARY", f"is empty; {rule}", "nobody") for place in nameless
        )
        raise InvalidConfiguration(f"iCalendar file {source}", problems)
    last = date.fromordinal(end.toordinal() - 1)
    return sorted(
        (_instant(span[0], zone), event.name.strip(), _instant(span[1], zone))
        for event, span in times_of(events, start, last)
    )


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
