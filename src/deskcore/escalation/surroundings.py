"""What a matrix refers to by name, for its checks: register, calendars, priorities, targets, facts and their values.

Layer: escalation. Imports hours, staff, tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, aware_or_none
from deskcore.hours import Calendar
from deskcore.predicate.facts import names_of
from deskcore.staff import Staff
from deskcore.tickets.facts import FACTS

HORIZON: Final = timedelta(days=371)
"""A year and a week from an instant: every clock change of a zone lies in it, and the week after it."""


@final
@attrs.frozen
class Surroundings:
    """What a matrix refers to by name. ``None``: not checked.

    ``priorities`` are the lifecycle's (the gravest first), ``metrics`` those the agreement measures, ``facts`` the
    names that conditions may ask for. ``hours`` are the calendars themselves, ``promised`` the longest target of each
    metric in microseconds, ``clock_hours`` by metric the calendars on which its targets count open time (a metric that
    is absent runs at any hour). ``values`` are those of facts that can have no other. Rosters are looked through for
    holes from ``at`` on, or else from when each of them begins, over ``horizon``.

    >>> Surroundings(priorities=("p1", "p2")).staff is None
    True
    """

    staff: Staff | None = attrs.field(default=None, kw_only=True)
    calendars: frozenset[str] | None = attrs.field(default=None, kw_only=True)
    priorities: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    metrics: frozenset[str] | None = attrs.field(default=None, kw_only=True)
    facts: frozenset[str] = attrs.field(default=names_of(FACTS), kw_only=True)
    hours: Mapping[str, Calendar] | None = attrs.field(default=None, kw_only=True)
    promised: Mapping[str, int] | None = attrs.field(default=None, kw_only=True)
    at: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)
    horizon: timedelta = attrs.field(default=HORIZON, kw_only=True)
    clock_hours: Mapping[str, frozenset[str]] = attrs.field(factory=FrozenDict[frozenset[str]], kw_only=True)
    values: Mapping[str, tuple[str, ...]] = attrs.field(factory=FrozenDict[tuple[str, ...]], kw_only=True)
