"""Holes in rosters, for rungs that ask them: instants at which a rung may be due and nobody is on call.

Nobody has to say when: a roster is looked through from where it begins, over a year and a week, so that every change of
its clocks is in it. A rung's own hours, and the calendars its trigger counts on, say when it may be due; only then does
a hole matter.

Layer: escalation. Imports hours, staff and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import reduce
from operator import or_
from typing import NamedTuple
from zoneinfo import ZoneInfo

from deskcore._value import from_us, to_us
from deskcore.errors import OutOfRange, Problem
from deskcore.escalation.lint_reach import ORDINARY, told
from deskcore.escalation.matrix import MatrixRow
from deskcore.escalation.recipients import ManagerOf, OnCall, Recipient
from deskcore.escalation.rung import Rung
from deskcore.escalation.surroundings import Surroundings
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration
from deskcore.staff.layers import During, Layered
from deskcore.staff.overrides import Overridden, Replaced, Substituted, WrittenShifts
from deskcore.staff.rolling import RollingShifts
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Rotation


class Hole(NamedTuple):
    """A stretch in which nobody is on call, half-open, in microseconds."""

    start: int
    end: int


class _Span(NamedTuple):
    """Since when a roster means to be covered, and until when, where that is written down."""

    start: int
    end: int | None


def holes(path: str, row: MatrixRow, around: Surroundings) -> Iterator[Problem]:
    """Holes that a rung of a row may fall into; only where it says nothing of what is to happen then."""
    if around.staff is None:
        return
    for rung in row.rungs:
        if rung.if_nobody != "fall_back":
            continue
        for place, action in enumerate(rung.actions):
            for one in told(action):
                here = f"{path}.rungs[{rung.id}].actions[{place}].recipient"
                yield from _found(here, one, rung, around)


def _found(path: str, recipient: Recipient, rung: Rung, around: Surroundings) -> Iterator[Problem]:
    name, instead = _roster_of(recipient), _roster_of(rung.fallback)
    assert around.staff is not None
    roster = None if name is None else around.staff.rosters.get(name)
    if name is None or roster is None or not roster.everybody() or (rung.fallback is not None and instead is None):
        return
    hours = _may_be_due(rung, around)
    begin, end = _bounds(roster, around)
    try:
        found = _gaps(roster, begin, end, None if hours is None else hours[1])
        second = None if instead is None else around.staff.rosters.get(instead)
        if second is not None:
            found = [hole for hole in found if _empty(second, hole)]
    except OutOfRange:
        return  # a calendar knows only part of time, which is no fault
    if found:
        yield Problem(path, _told(name, roster, found, (begin, end), instead, hours), "coverage_hole")


def _roster_of(recipient: Recipient | None) -> str | None:
    while isinstance(recipient, ManagerOf):
        recipient = recipient.of
    return recipient.roster if isinstance(recipient, OnCall) else None


def _gaps(roster: Roster, begin: int, end: int, hours: Calendar | None) -> list[Hole]:
    stretches = roster.gaps(from_us(begin), from_us(end)) if begin < end else ()
    gaps = (Hole(to_us(gap.start), end if gap.end is None else to_us(gap.end)) for gap in stretches)
    if hours is None:
        return list(gaps)
    open_parts = (_open_part(hours, gap) for gap in gaps)
    return [part for part in open_parts if part is not None]


def _open_part(hours: Calendar, gap: Hole) -> Hole | None:
    """The first open stretch of a gap."""
    start = gap.start if hours.is_open_us(gap.start) else hours.next_change_us(gap.start)
    if start is None or start >= gap.end:
        return None
    closes = hours.next_change_us(start)
    return Hole(start, gap.end if closes is None else min(closes, gap.end))


def _empty(roster: Roster, hole: Hole) -> bool:
    return any(not duty.people for duty in roster.shifts(from_us(hole.start), from_us(hole.end)))


def _may_be_due(rung: Rung, around: Surroundings) -> tuple[str, Calendar] | None:
    """The hours in which a rung falls due by its trigger, by name; ``None``: at any hour."""
    calendars = around.hours or {}
    if rung.during is not None:
        return (rung.during, calendars[rung.during]) if rung.during in calendars else None
    if rung.repeat is not None and not isinstance(rung.repeat.every, BusinessDuration):
        return None
    due, names = rung.due, frozenset[str]()
    if due.on_sla and not due.amount_us:
        names = around.clock_hours.get(due.of or "", names)
    elif isinstance(due.amount, BusinessDuration) and due.amount_us:
        names = frozenset({due.calendar})
    if not names or not names <= calendars.keys():
        return None
    return " or ".join(sorted(names)), reduce(or_, (calendars[name] for name in sorted(names)))


# --- from when to when


def _bounds(roster: Roster, around: Surroundings) -> tuple[int, int]:
    length = around.horizon // timedelta(microseconds=1)
    if around.at is not None:
        return to_us(around.at), to_us(around.at) + length
    span = _span(roster)
    begin = to_us(ORDINARY) if span is None else span.start
    end = begin + length
    return begin, end if span is None or span.end is None else min(end, span.end)


def _span(roster: Roster) -> _Span | None:
    """Since when a roster is meant to be covered; layers from when all of them have begun."""
    if isinstance(roster, Rotation):
        begun = datetime.combine(roster.on, roster.at, ZoneInfo(roster.tz))
        return _Span(to_us(begun), None)
    if isinstance(roster, RollingShifts):
        return _Span(to_us(roster.visible_from or roster.start), None if roster.until is None else to_us(roster.until))
    if isinstance(roster, WrittenShifts):
        return _written(roster)
    if isinstance(roster, Layered):
        return _together([_span(layer.roster) for layer in roster.layers])
    inner = _inside(roster)
    return None if inner is None else _span(inner)


def _written(roster: WrittenShifts) -> _Span | None:
    """What is written down ends with its last shift, which is no hole."""
    if not roster.written:
        return None
    ends = [None if shift.end is None else to_us(shift.end) for shift in roster.written]
    last = [end for end in ends if end is not None]
    return _Span(min(to_us(shift.start) for shift in roster.written), max(last) if len(last) == len(ends) else None)


def _together(spans: list[_Span | None]) -> _Span | None:
    known = [span for span in spans if span is not None]
    if not known:
        return None
    ends = [span.end for span in known if span.end is not None]
    return _Span(max(span.start for span in known), max(ends) if len(ends) == len(spans) else None)


def _inside(roster: Roster) -> Roster | None:
    return roster.roster if isinstance(roster, During | Overridden | Substituted | Replaced) else None


def _zone(roster: Roster) -> tzinfo:
    """The zone whose clocks a roster follows."""
    if isinstance(roster, Rotation | RollingShifts):
        return ZoneInfo(roster.tz)
    if isinstance(roster, During):
        return roster.hours.tz
    if isinstance(roster, Layered):
        return _zone(roster.layers[0].roster) if roster.layers else UTC
    if isinstance(roster, WrittenShifts) and roster.written:
        return roster.written[0].start.tzinfo or UTC
    inner = _inside(roster)
    return UTC if inner is None else _zone(inner)


# --- in words


def _told(
    name: str,
    roster: Roster,
    found: list[Hole],
    bounds: tuple[int, int],
    instead: str | None,
    hours: tuple[str, Calendar] | None,
) -> str:
    zone = _zone(roster)
    first, last = from_us(found[0].start, zone), from_us(found[0].end, zone)
    since, until = (from_us(moment, zone).date() for moment in bounds)
    both = "" if instead is None else f" nor on {instead}, its fallback,"
    within = "" if hours is None else f" while {hours[0]} is open"
    times = "once" if len(found) == 1 else f"{len(found)} times"
    return (
        f"asks roster {name}, on which{both} nobody is on call {times}{within} between {since} and {until}, "
        f"first from {first:%a %Y-%m-%d %H:%M} to {last:%a %Y-%m-%d %H:%M} ({zone}); put somebody on call then, "
        "give the rung a fallback who is there, or say if_nobody='hold' or 'skip'"
    )
