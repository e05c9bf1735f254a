"""Hours: calendars that never open, and promised hours in which nobody works.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from deskcore.desk.configuration import Configuration
from deskcore.errors import OutOfRange, Problem
from deskcore.hours import Calendar, ElapsedDuration
from deskcore.staff import HOUSE, Agent

FROM: Final = datetime(2025, 1, 6, tzinfo=UTC)
"""Where the year of hours that are compared begins, unless the caller names an instant: a Monday."""
YEAR: Final = timedelta(weeks=52)


def uncovered(setup: Configuration, at: datetime | None = None) -> Iterator[Problem]:
    """Calendars that never open, and open hours of promises in which no agent and no partner works.

    Compares the year from ``at``. Only where the register has people or contracts; one without a calendar of its own
    works at any hour.
    """
    since = FROM if at is None else at
    promised = _promised(setup)
    for name, calendar in setup.calendars.items():
        if name not in promised and not _ever_opens(calendar, since):
            yield Problem(f"calendars.{name}", "never opens", "never_opens")
    staffed = _staffed(setup)
    if staffed is None:
        return
    for name in sorted(promised & setup.calendars.keys()):
        missing = _missing(setup.calendars[name], staffed, since)
        if missing is not None:
            first, week = missing
            message = (
                f"is open at {first.isoformat()} with nobody to work, {week} in that week; "
                "give an agent or a partner those hours, or shorten the calendar"
            )
            yield Problem(f"calendars.{name}", message, "uncovered_hours")


def _promised(setup: Configuration) -> frozenset[str]:
    """The calendars on which some target counts open time."""
    return frozenset(
        target.calendar or policy.calendar
        for policy in setup.book.policies
        for target in policy.targets
        if not isinstance(target.within, ElapsedDuration) and target.within is not None
    )


def _ever_opens(calendar: Calendar, since: datetime) -> bool:
    try:
        return calendar.next_open(since) is not None
    except OutOfRange:
        return True  # it knows only part of time, which is no fault


def _staffed(setup: Configuration) -> Calendar | None:
    """When anybody at all works; ``None`` where that is at any hour, or where nobody is known."""
    staff = setup.staff
    names = [_calendar_of(setup, agent) for agent in staff.agents if agent.capacity > 0]
    names += [partner.calendar for partner in staff.partners if not partner.scope.states_nothing]
    known = [setup.calendars[name] for name in dict.fromkeys(names) if name is not None and name in setup.calendars]
    if None in names or not known:
        return None
    together = known[0]
    for calendar in known[1:]:
        together |= calendar
    return together


def _calendar_of(setup: Configuration, agent: Agent) -> str | None:
    partner = None if agent.desk == HOUSE else setup.staff.find_partner(agent.desk)
    return partner.calendar if agent.calendar is None and partner is not None else agent.calendar


def _missing(promised: Calendar, staffed: Calendar, since: datetime) -> tuple[datetime, str] | None:
    """The first instant that is promised and not staffed, and how much of that is in the week from then."""
    left = promised - staffed
    try:
        if not left.between(since, since + YEAR):
            return None
        first = left.next_open(since)
    except OutOfRange:
        return None
    assert first is not None
    local = first.astimezone(since.tzinfo or UTC)
    return local, str(left.between(first, first + timedelta(weeks=1)))
