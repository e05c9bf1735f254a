"""Pictures of a calendar: a week as a grid of hours, a year as a strip of days; as text and as SVG.

A picture is a value that prints as text and shows as SVG in a notebook. Which week or year is an argument, as all time
is here. Not here: pictures of tickets.

Layer: hours. Imports _draw, _value.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, final

import attrs

from deskcore._draw import charts
from deskcore._draw.charts import Lane, Segment
from deskcore._value import DAY, HOUR, from_us
from deskcore.errors import OutOfRange
from deskcore.hours.arithmetic import Counting
from deskcore.hours.days import FIRST_YEAR, LAST_YEAR
from deskcore.hours.explanation import amount_text
from deskcore.hours.timeline import total
from deskcore.hours.wall_clock import EPOCH_DAY, edge
from deskcore.hours.week import DAYS, MONTHS

_HALVES: Final = 48
_SHADES: Final = " ░▒▓█"


@final
@attrs.frozen
class Picture:
    """The same thing as text, for terminals and tests, and as SVG.

    >>> str(Picture("open", "<svg/>"))
    'open'
    """

    text: str
    svg: str = attrs.field(repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.svg


def week(calendar: Counting, on: date) -> Picture:
    """The week, Monday to Sunday, that a date lies in: each local day's open hours on its wall clock.

    In the text one character is half an hour; shaded where open for part of it.

    >>> from deskcore.hours import Calendar
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL", name="office")
    >>> print(week(office, date(2026, 5, 26)))
    office, week of 2026-05-25
                0           6           12          18         24
    Mon 25 May  ················································  0 min
    Tue 26 May  ··················█████████████████·············  8 h 30 min
    Wed 27 May  ··················█████████████████·············  8 h 30 min
    Thu 28 May  ··················█████████████████·············  8 h 30 min
    Fri 29 May  ··················█████████████████·············  8 h 30 min
    Sat 30 May  ················································  0 min
    Sun 31 May  ················································  0 min
    """
    monday = on - timedelta(days=on.weekday())
    title = f"{calendar.hours.name or 'calendar'}, week of {monday.isoformat()}"
    lines = [title, f"{'':12}{'0':12}{'6':12}{'12':12}{'18':11}24"]
    lanes: list[Lane] = []
    for step in range(len(DAYS)):
        day = monday + timedelta(days=step)
        spans, counted = _open_hours(calendar, day)
        label = f"{DAYS[step]} {day.day:2d} {MONTHS[day.month - 1]}"
        lines.append(f"{label}  {_halves(spans)}  {amount_text(counted)}")
        lanes.append(Lane(label, [Segment(start, end, "open") for start, end in spans if start < end]))
    return Picture("\n".join(lines), str(charts.week_grid(lanes, title=title)))


def year(calendar: Counting, number: int) -> Picture:
    """A year, a row for each month: the longer a local day is open, the deeper its cell.

    >>> from deskcore.hours import Calendar
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00; Sat 09:00-13:00", tz="UTC", holidays=[(date(2026, 1, 1), "New Year")])
    >>> print(str(year(office, 2026)).splitlines()[2])
    Jan  ·█▒·█████▒·█████▒·█████▒·█████▒  188 h

    Raises:
        OutOfRange: the hours are not known for all of the year.
    """  # noqa: E501
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise OutOfRange("calendar", number, f"the years {FIRST_YEAR} to {LAST_YEAR}")
    title = f"{calendar.hours.name or 'calendar'}, {number}"
    rows: list[tuple[str, list[int | None]]] = []
    for month, name in enumerate(MONTHS, 1):
        first = date(number, month, 1)
        after = (first + timedelta(days=31)).replace(day=1)
        days = [first + timedelta(days=step) for step in range((after - first).days)]
        counts: list[int | None] = [_open_hours(calendar, day)[1] for day in days]
        rows.append((name, counts))
    most = max((count or 0 for _, counts in rows for count in counts), default=0) or 1
    lines = [title, "     1        10        20        30"]
    for name, counts in rows:
        lines.append(
            f"{name}  {''.join(_shade(count or 0, most) for count in counts)}  {amount_text(sum(filter(None, counts)))}"
        )
    cells = [
        (name, [None if count is None else round(count / HOUR, 2) for count in [*counts, *[None] * (31 - len(counts))]])
        for name, counts in rows
    ]
    chart = charts.heat_map(cells, [str(day) for day in range(1, 32)], title=title, unit="open hours", width=900)
    return Picture("\n".join(lines), str(chart))


def _open_hours(calendar: Counting, day: date) -> tuple[list[tuple[float, float]], int]:
    """The open stretches of a local date on its wall clock, in hours, and the open time it really holds."""
    key, number = calendar.hours.zone_key, day.toordinal() - EPOCH_DAY
    edges = calendar.edges_us(edge(key, number, 0), edge(key, number + 1, 0))
    walls = [_wall_hours(calendar, instant, number) for instant in edges]
    return list(zip(walls[::2], walls[1::2], strict=True)), total(edges)


def _wall_hours(calendar: Counting, instant: int, day: int) -> float:
    shown = from_us(instant, calendar.tz)
    since = (shown.toordinal() - EPOCH_DAY - day) * DAY + (
        (shown.hour * 60 + shown.minute) * 60 + shown.second
    ) * 1_000_000
    return min(since / HOUR, 24.0)


def _halves(spans: list[tuple[float, float]]) -> str:
    shares = [0.0] * _HALVES
    for start, end in spans:
        for half in range(_HALVES):
            shares[half] += max(0.0, min(end, (half + 1) / 2) - max(start, half / 2)) * 2
    return "".join(_shade(share, 1.0) for share in shares)


def _shade(amount: float, most: float) -> str:
    if amount <= 0:
        return "·"
    return _SHADES[max(1, min(round(amount / most * (len(_SHADES) - 1)), len(_SHADES) - 1))]
