"""One imported ticket as text: its life as ``render`` tells it, and the rows of the log behind it.

Pure: a judged ticket in, text out.

Layer: cli.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

import attrs

from deskcore._draw import text
from deskcore.adapters.logs import History
from deskcore.adapters.replay import Judged
from deskcore.desk.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.render import life
from deskcore.render.words import zone_of_desk


def explained(judged: Judged, desk: Desk, *, at: datetime) -> str:
    """A ticket's events, its clocks stretch by stretch, each due's sum, and which row of the log said what.

    Args:
        judged: the ticket.
        desk: the desk it was judged on.
        at: the instant at which it was judged.
    """
    zone = zone_of_desk(desk.configuration.calendars.values(), at)
    parts = [life(desk, judged.case, judged.history.events, at=at), *_rows(judged, zone)]
    return "\n\n".join(part.rstrip("\n") for part in parts)


def seen_until(history: History, at: datetime) -> History:
    """The history as it was at an instant, that instant included.

    Raises:
        InvalidValue: the ticket was opened later.
    """
    kept = sum(event.at <= at for event in history.events)
    if not kept:
        opened = history.events[0].at.isoformat()
        raise InvalidValue("at", at.isoformat(), f"must not lie before the opening of ticket {history.case}, {opened}")
    if kept == len(history.events):
        return history
    rows = history.rows()[:kept]
    listed = tuple(row for row in history.listed if (row.line, row.part) <= rows[-1])
    applied = len({*rows} - {(row.line, row.part) for row in listed})
    return attrs.evolve(
        history,
        events=history.events[:kept],
        lines=history.lines[:kept],
        parts=history.parts[:kept],
        listed=listed,
        applied=applied,
    )


def _rows(judged: Judged, zone: tzinfo) -> Iterator[str]:
    history = judged.history
    rows: dict[tuple[int, int], list[str]] = {}
    when: dict[tuple[int, int], datetime] = {}
    for event, row in zip(history.events, history.rows(), strict=True):
        rows.setdefault(row, []).append(event.type)
        when[row] = event.at.astimezone(zone)
    table = [(_place(*row), f"{when[row]:%Y-%m-%d %H:%M}", ", ".join(kinds)) for row, kinds in sorted(rows.items())]
    said = text.table(table, headers=("line", "at", "events"), align="><<")
    silent = history.applied + sum(row.is_applied for row in history.listed) - len(rows)
    more = f"\n{silent} more {'row' if silent == 1 else 'rows'} changed nothing" if silent else ""
    yield f"Rows of the log\n===============\n{said}{more}"
    lines = [
        f"line {_place(violation.line, violation.part)}: {violation.refusal.explain()}"
        for violation in judged.violations
    ]
    lines += [f"line {_place(row.line, row.part)}: {row.reason}" for row in history.listed]
    if lines:
        yield "\n".join(["Objections", "==========", *lines])


def _place(line: int, part: int) -> str:
    """A row of the log: its line, and which of that line's rows it is where there are several."""
    return f"{line}, row {part + 1}" if part else str(line)
