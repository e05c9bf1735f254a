"""Figures and backlogs as plain text and as tables and charts for a page.

Layer: oversight. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, tzinfo

from deskcore._draw import html, text
from deskcore._draw.lines import Series, line_chart
from deskcore._draw.markup import Element
from deskcore.oversight.backlog import BacklogDay
from deskcore.oversight.tally import Breakdown
from deskcore.oversight.value import KpiValue

_HEADERS = ("figure", "value", "from", "left out", "definition")


def values_text(values: Iterable[KpiValue]) -> str:
    """A table of figures in plain text.

    >>> print(values_text([KpiValue("reopens", 0.25, 1, 4, (), "reopened / resolved")]))
    figure    value   from  left out  definition
    -------  ------  -----  --------  -------------------
    reopens  25.0 %  1 / 4         0  reopened / resolved
    """
    return text.table([_line(value) for value in values], headers=_HEADERS, align="<>>>")


def values_html(values: Iterable[KpiValue], *, caption: str = "Figures") -> Element:
    """A table of figures for a page.

    >>> "25.0 %" in str(values_html([KpiValue("reopens", 0.25, 1, 4, (), "reopened / resolved")]))
    True
    """
    return html.table(_HEADERS, [_line(value) for value in values], caption=caption)


def breakdown_html(breakdowns: Sequence[Breakdown], *, caption: str) -> Element:
    """Several figures by the values of one dimension: a row a value, a column a figure.

    >>> "figures by priority" in str(breakdown_html([], caption="figures by priority"))
    True
    """
    names = sorted({name for one in breakdowns for name in one.parts})
    rows: list[tuple[str, ...]] = [
        (name, *(one.parts[name].shown if name in one.parts else "-" for one in breakdowns)) for name in names
    ]
    rows.append(("total", *(one.total.shown for one in breakdowns)))
    return html.table(("", *(one.total.name for one in breakdowns)), rows, caption=caption)


def backlog_chart(
    days: Sequence[BacklogDay],
    *,
    tz: tzinfo = UTC,
    title: str = "Backlog at the end of the day",
    width: float = 640,
) -> Element:
    """The stock of owed work as a line, day by day; ``tz`` is the zone the days were counted in.

    >>> str(backlog_chart([])).startswith("<svg")
    True
    """
    points = [(datetime.combine(day.day, time(), tz), float(day.closing)) for day in days]
    return line_chart([Series("backlog", points)] if points else [], title=title, width=width)


def _line(value: KpiValue) -> tuple[str, str, str, str, str]:
    return (value.name, value.shown, value.made_of, f"{len(value.excluded):,}", value.definition)
