"""A roster as a calendar strip: one line a day, one letter or colour a person, gaps marked.

Layer: staff. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from deskcore._draw import charts, html
from deskcore._draw.charts import Key, Lane, Segment
from deskcore._draw.markup import Element
from deskcore._draw.palette import RED
from deskcore.errors import InvalidValue
from deskcore.staff.roster import Roster

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_GAP: Final = "."
_SEVERAL: Final = "+"
_NOBODY: Final = "nobody"
_MOST_DAYS: Final = 400


def strip(roster: Roster, start: date, days: int, *, zone: tzinfo, cells: int = 24) -> str:
    """Some days of a roster, a line each, cut into ``cells``; a dot where nobody is on duty, a plus for several.

    A cell shows who is on duty when it begins. On a day with a change of offset the cells are a little longer or
    shorter: they cut the day that there is.

    >>> from datetime import UTC
    >>> from deskcore.hours import Calendar
    >>> from deskcore.staff.layers import During, OnDuty
    >>> office = During(OnDuty(("bo",)), Calendar.weekly("Mon-Fri 08:00-20:00", tz="UTC"))
    >>> print(strip(office, date(2026, 5, 22), 2, zone=UTC))
    Fri 2026-05-22 ........AAAAAAAAAAAA....
    Sat 2026-05-23 ........................
    A bo, . nobody

    Raises:
        InvalidValue: no days or too many, or no cells.
    """
    _check(days, cells)
    lines, letters = list(_lines(roster, start, days, zone, cells)), _letters(roster)
    legend = [f"{letter} {person}" for person, letter in letters.items() if any(letter in line for _, line in lines)]
    marks = [f"{_SEVERAL} several"] if any(_SEVERAL in line for _, line in lines) else []
    marks += [f"{_GAP} nobody"] if any(_GAP in line for _, line in lines) else []
    told = [f"{day:%a %Y-%m-%d} {line}" for day, line in lines]
    return "\n".join([*told, ", ".join([*legend, *marks])])


def strip_html(roster: Roster, start: date, days: int, *, zone: tzinfo) -> Element:
    """The same days as a table: who is on duty from when to when, gaps called by their name.

    >>> from datetime import UTC
    >>> from deskcore.staff.layers import OnDuty
    >>> "nobody" in str(strip_html(OnDuty(()), date(2026, 5, 22), 1, zone=UTC))
    True

    Raises:
        InvalidValue: no days or too many.
    """
    _check(days, 1)
    begin, end = _midnight(start, zone), _midnight(start + timedelta(days=days), zone)
    rows = [
        (
            duty.start.astimezone(zone).strftime("%a %Y-%m-%d %H:%M"),
            "" if duty.end is None else duty.end.astimezone(zone).strftime("%a %Y-%m-%d %H:%M"),
            ", ".join(duty.people) or "nobody",
        )
        for duty in roster.shifts(begin, end)
    ]
    return html.table(("from", "to", "on duty"), rows, caption=f"On duty from {start} for {days} days")


def strip_svg(roster: Roster, start: date, days: int, *, zone: tzinfo, width: float = 640) -> Element:
    """The same days as a picture: a row a day, a colour a person, gaps hatched; ``str`` is its SVG.

    Hours are those that the clocks of ``zone`` show; an hour that they show twice is drawn once.

    >>> from datetime import UTC
    >>> from deskcore.staff.layers import OnDuty
    >>> "nobody, 00:00 to 24:00" in str(strip_svg(OnDuty(()), date(2026, 5, 22), 1, zone=UTC))
    True

    Raises:
        InvalidValue: no days or too many.
    """
    _check(days, 1)
    lanes: list[Lane] = []
    for offset in range(days):
        day = start + timedelta(days=offset)
        lanes.append(Lane(f"{day:%a %Y-%m-%d}", _segments(roster, day, zone)))
    used = {part.kind for lane in lanes for part in lane.segments}
    keys = [Key(_NOBODY, "nobody", RED, hatched=True)] if _NOBODY in used else []
    return charts.week_grid(lanes, title=f"On duty from {start} for {days} days", keys=keys, width=width)


def _segments(roster: Roster, day: date, zone: tzinfo) -> list[Segment]:
    """Stretches of a day in hours of its own clock."""
    following = _midnight(day + timedelta(days=1), zone)

    def hour(moment: datetime) -> float:
        local = moment.astimezone(zone)
        return 24.0 if local.date() > day else local.hour + local.minute / 60 + local.second / 3600

    return [
        Segment(hour(duty.start), hour(duty.end or following), ", ".join(duty.people) or _NOBODY)
        for duty in roster.shifts(_midnight(day, zone), following)
    ]


def _check(days: int, cells: int) -> None:
    if not 1 <= days <= _MOST_DAYS:
        raise InvalidValue("days", days, f"must be from 1 to {_MOST_DAYS}")
    if cells < 1:
        raise InvalidValue("cells", cells, "must be at least 1")


def _lines(roster: Roster, start: date, days: int, zone: tzinfo, cells: int) -> Iterator[tuple[date, str]]:
    letters = _letters(roster)
    for offset in range(days):
        day = start + timedelta(days=offset)
        begin, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        step = (end.astimezone(UTC) - begin.astimezone(UTC)) / cells
        yield day, "".join(_mark(roster, begin.astimezone(UTC) + place * step, letters) for place in range(cells))


def _mark(roster: Roster, at: datetime, letters: dict[str, str]) -> str:
    people = roster.on_call(at)
    if len(people) > 1:
        return _SEVERAL
    return letters.get(people[0], "?") if people else _GAP


def _letters(roster: Roster) -> dict[str, str]:
    people = sorted(roster.everybody())
    return {person: _LETTERS[place % len(_LETTERS)] for place, person in enumerate(people)}


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone)
