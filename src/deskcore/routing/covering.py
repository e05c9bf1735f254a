"""Hours that are promised and that nobody covers: of a whole policy, and of each desk that it asks.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, final

import attrs

from deskcore._value import aware, named
from deskcore.errors import OutOfRange, Problem
from deskcore.hours import Calendar
from deskcore.routing.assign import HandOff
from deskcore.routing.best import ToBest
from deskcore.routing.policy import RoutingPolicy
from deskcore.staff import Staff

_FAR: Final = timedelta(weeks=5)


@final
@attrs.frozen
class ServiceHours:
    """The calendar whose open hours somebody must cover, looked at for five weeks from an instant.

    >>> from datetime import UTC
    >>> ServiceHours("office", datetime(2026, 5, 18, tzinfo=UTC)).calendar
    'office'
    """

    calendar: str = attrs.field(validator=named)
    since: datetime = attrs.field(validator=aware)

    def problems(self, policy: RoutingPolicy, staff: Staff, calendars: Mapping[str, Calendar]) -> Iterator[Problem]:
        """The first stretch within the five weeks in which nobody whom the policy asks is on shift."""
        path = f"hours.{self.calendar}"
        wanted = calendars.get(self.calendar)
        if wanted is None:
            yield Problem(path, f"names the unknown calendar {self.calendar!r}", "unknown_calendar")
            return
        covered = _covered(policy, staff, calendars)
        if covered is None:
            return
        bare = wanted - covered
        try:
            begins = bare.next_open(self.since)
            ends = None if begins is None else bare.next_change(begins)
        except OutOfRange:
            return  # a calendar that knows only part of time says nothing of the rest
        if begins is not None and begins < self.since + _FAR:
            until = "" if ends is None else f" until {ends.isoformat()}"
            yield Problem(path, f"nobody is on shift from {begins.isoformat()}{until}", "uncovered_hours")


def _covered(policy: RoutingPolicy, staff: Staff, calendars: Mapping[str, Calendar]) -> Calendar | None:
    """When anybody whom the policy asks works; ``None`` where somebody works at any hour."""
    covered = Calendar.never()
    for desk in sorted(desks_asked(policy)):
        partner = staff.find_partner(desk.removeprefix("desk "))
        if desk.startswith("desk "):
            names = [] if partner is None or partner.scope.states_nothing else [partner.calendar]
        else:
            agents = (agent for agent in staff.at_desk(desk) if agent.capacity > 0)
            partner = staff.find_partner(desk)
            names = [agent.calendar or (partner.calendar if partner is not None else None) for agent in agents]
        if None in names:
            return None
        for name in dict.fromkeys(names):
            covered |= calendars.get(name or "", Calendar.never())
    return covered


def desks_asked(policy: RoutingPolicy) -> frozenset[str]:
    """The desks whose people a policy asks, by id, and with ``desk`` before the id those that it hands tickets to.

    >>> from deskcore.routing import ToAgent
    >>> sorted(desks_asked(ToAgent() | HandOff("manila")))
    ['desk manila', 'house']
    """
    found: set[str] = set()
    if isinstance(policy, ToBest):
        found.update(policy.desks, (f"desk {partner}" for partner in policy.partners))
    elif isinstance(policy, HandOff):
        found.add(f"desk {policy.partner}")
    elif isinstance(desk := getattr(policy, "desk", None), str) and not policy.parts_by_label():
        found.add(desk)
    for _, part in policy.parts_by_label():
        found |= desks_asked(part)
    return frozenset(found)
