"""One ticket's life as text: what happened, what the lifecycle has against it, and how every due instant comes about.

Pure: a judged ticket in, text out.

Layer: cli.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

import attrs

from deskcore._draw import text
from deskcore._value import FrozenDict
from deskcore.adapters.replay import Judged
from deskcore.cli.sums import sums_of
from deskcore.desk.desk import Desk
from deskcore.hours.wall_clock import zone_of
from deskcore.log import EventData
from deskcore.tickets import Party, Status
from deskcore.tickets.events import StatusChange

_UNSAID: Final[tuple[object, ...]] = (None, "", frozenset(), FrozenDict[str]())
_WIDTH: Final = 72


def life_of(judged: Judged, desk: Desk, *, at: datetime) -> str:
    """Everything a replay knows about one ticket, for people, in the zone of the desk's calendars.

    Args:
        judged: the ticket.
        desk: the desk it was judged on.
        at: the instant at which its clocks were looked at.
    """
    zone = _zone(judged, desk, at)
    parts = [_head(judged, at.astimezone(zone)), _events(judged, zone), *_objections(judged)]
    parts += [sums_of(clock) for clock in judged.cycles]
    parts += _announced(judged, zone)
    return "\n\n".join(parts)


def _zone(judged: Judged, desk: Desk, at: datetime) -> tzinfo:
    for clock in judged.cycles:
        return clock.calendar.tz
    default = desk.configuration.calendars.get("default")
    return at.tzinfo or zone_of("UTC") if default is None else default.tz


def _head(judged: Judged, at: datetime) -> str:
    ticket = judged.ticket
    held = [f"status {ticket.status.name} ({ticket.phase})"]
    held += [f"priority {ticket.priority}"] if ticket.priority else []
    held += [f"team {ticket.team}"] if ticket.team else []
    held += [f"with {ticket.assignee}"] if ticket.assignee else []
    rows = judged.history.applied + sum(row.is_applied for row in judged.history.listed)
    return (
        f"ticket {ticket.id}, as of {_stamp(at)} {at.tzname()}: {', '.join(held)}\n"
        f"{rows} rows of the log, {len(judged.history.events)} events"
    )


def _events(judged: Judged, zone: tzinfo) -> str:
    rows: list[tuple[object, ...]] = []
    for event, line in zip(judged.history.events, judged.history.lines, strict=True):
        first, *more = textwrap.wrap(_told(event.data), _WIDTH) or [""]
        rows.append((line, _stamp(event.at.astimezone(zone)), event.type, event.actor.id, first))
        rows += (("", "", "", "", rest) for rest in more)
    return text.table(rows, headers=("line", "at", "event", "by", "what"), align="><<<<")


def _objections(judged: Judged) -> Iterator[str]:
    lines = [f"  line {violation.line}: {violation.refusal.explain()}" for violation in judged.violations]
    lines += [f"  line {row.line}: {row.reason}" for row in judged.history.listed]
    if lines:
        yield "\n".join(["objections", *lines])


def _announced(judged: Judged, zone: tzinfo) -> Iterator[str]:
    said = [(signal.at, signal.explain()) for signal in judged.signals]
    said += [(firing.event.due, _rung(firing.event.rung, firing.event.actions)) for firing in judged.firings]
    if said:
        said.sort(key=_first)
        rows = [(_stamp(at.astimezone(zone)), what) for at, what in said]
        yield f"would have been announced\n{text.table(rows)}"


def _rung(rung: str, actions: tuple[str, ...]) -> str:
    return f"rung {rung}: {'; '.join(actions)}"


def _told(data: EventData) -> str:
    """What an event says, without what it leaves at its default."""
    if isinstance(data, StatusChange):
        return f"{data.source} -> {data.status.name}"
    said: list[str] = []
    for field in attrs.fields(type(data)):
        value = getattr(data, field.name)
        if value not in _UNSAID and value != field.default:
            said.append(f"{field.name.replace('_', ' ')} {_word(value)}")
    return ", ".join(said)


def _word(value: object) -> str:
    if isinstance(value, Status):
        return value.name
    if isinstance(value, Party):
        return value.id
    if isinstance(value, frozenset):
        return " ".join(sorted(map(str, value)))
    if isinstance(value, FrozenDict):
        return " ".join(f"{name}={part}" for name, part in value.items())
    return str(value)


def _stamp(at: datetime) -> str:
    seconds = f":{at:%S}" if at.second or at.microsecond else ""
    return f"{at:%a %Y-%m-%d %H:%M}{seconds}"


def _first(pair: tuple[datetime, str]) -> datetime:
    return pair[0]
