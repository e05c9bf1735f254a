"""What the calendars alone make happen on the floor: shifts that start and end.

Layer: staff. Reads hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import final

import attrs

from deskcore._value import from_us, to_us
from deskcore.errors import UnknownName
from deskcore.hours import Calendar
from deskcore.staff.agent import Agent
from deskcore.staff.events import ShiftEnded, ShiftStarted
from deskcore.staff.presence import AgentPresence, Presence
from deskcore.staff.registry import Staff


@final
@attrs.frozen
class ShiftChange:
    """A shift event and the instant at which it became true.

    >>> ShiftChange(datetime.fromisoformat("2026-05-18T09:00Z"), ShiftStarted("bo")).data.agent
    'bo'
    """

    at: datetime
    data: ShiftStarted | ShiftEnded


def on_shift(agent: Agent, calendars: Mapping[str, Calendar], *, at: datetime) -> bool:
    """Whether the agent's working hours include an instant: start included, end not. No calendar means always.

    >>> on_shift(Agent("bo"), {}, at=datetime.fromisoformat("2026-05-22T03:00Z"))
    True

    Raises:
        UnknownName: the agent names a calendar that is not there.
        InvalidValue: ``at`` is naive.
    """
    instant = to_us(at)
    return agent.calendar is None or _calendar(agent.calendar, calendars).is_open_us(instant)


def shifts_due(
    staff: Staff, presence: Presence, calendars: Mapping[str, Calendar], *, at: datetime
) -> tuple[ShiftChange, ...]:
    """The shift events that have become true and stand in no log yet, up to and including ``at``, earliest first.

    Each is dated when the hours began or ended, however late the look. An agent with no shift event yet gets one dated
    ``at``, if on shift then. Recording the answer makes the next one empty. Cost: the number of agents with a calendar,
    and of changes found.

    >>> from deskcore.staff import Agent
    >>> office = {"office": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
    >>> staff = Staff(agents=(Agent("bo", calendar="office"),))
    >>> monday = datetime.fromisoformat("2026-05-18T10:00Z")
    >>> shifts_due(staff, Presence(), office, at=monday)[0].data
    ShiftStarted(agent='bo', signs_on=False)

    Raises:
        UnknownName: an agent names a calendar that is not there.
    """
    until = to_us(at)
    found = [
        (instant, agent.id, data)
        for agent in staff.agents
        if agent.calendar is not None
        for instant, data in _changes(agent, presence.of(agent.id), _calendar(agent.calendar, calendars), until)
    ]
    found.sort(key=lambda change: change[:2])
    return tuple(ShiftChange(from_us(instant), data) for instant, _, data in found)


def next_shift_change(
    staff: Staff, presence: Presence, calendars: Mapping[str, Calendar], *, at: datetime
) -> datetime | None:
    """The next instant at which a shift starts or ends: ``at`` itself when one is owed, ``None`` when none ever does.

    >>> from deskcore.staff import Agent
    >>> office = {"office": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
    >>> staff = Staff(agents=(Agent("bo", calendar="office"),))
    >>> print(next_shift_change(staff, Presence(), office, at=datetime.fromisoformat("2026-05-18T07:00Z")))
    2026-05-18 09:00:00+00:00

    Raises:
        UnknownName: an agent names a calendar that is not there.
    """
    now = to_us(at)
    if shifts_due(staff, presence, calendars, at=at):
        return at
    names = {agent.calendar for agent in staff.agents if agent.calendar is not None}
    changes = [_calendar(name, calendars).next_change_us(now) for name in sorted(names)]
    return min((from_us(change) for change in changes if change is not None), default=None)


def _changes(
    agent: Agent, held: AgentPresence, calendar: Calendar, until: int
) -> Iterator[tuple[int, ShiftStarted | ShiftEnded]]:
    on = False if held.on_shift is None else held.on_shift
    change = None if held.shift_since is None else calendar.next_change_us(to_us(held.shift_since))
    while change is not None and change <= until:
        if calendar.is_open_us(change) is not on:
            on = not on
            yield change, _event(agent, starts=on)
        change = calendar.next_change_us(change)
    # The first look at an agent, or a calendar that was changed since the last: true from now on, as far as is known.
    if calendar.is_open_us(until) is not on:
        yield until, _event(agent, starts=not on)


def _event(agent: Agent, *, starts: bool) -> ShiftStarted | ShiftEnded:
    by_shift = agent.signs_on_by_shift
    return ShiftStarted(agent.id, by_shift) if starts else ShiftEnded(agent.id, by_shift)


def _calendar(name: str, calendars: Mapping[str, Calendar]) -> Calendar:
    try:
        return calendars[name]
    except KeyError:
        raise UnknownName("calendar", name, tuple(sorted(calendars))) from None
