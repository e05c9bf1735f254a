"""How staffing grows: curves over customers, what pooling saves, and when to hire so that nobody waits for recruits.

Layer: planning. Imports its own room.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.planning.staffing import StaffingGoal, Workload, scheduled_agents


@final
@attrs.frozen
class StaffingPoint:
    """A place of a growth curve: so many customers, the load they bring, the agents it takes.

    >>> StaffingPoint(10, 0.3, 2).agents
    2
    """

    customers: int
    load: float
    agents: int


def staffing_curve(customers: Iterable[int], each: Workload, goal: StaffingGoal) -> tuple[StaffingPoint, ...]:
    """Growth: the load grows with the customers, the agents more slowly. ``each`` is one customer's workload.

    >>> each = Workload(contacts=0.3, interval_s=3600, handling_s=360)
    >>> [point.agents for point in staffing_curve([10, 100, 1000], each, StaffingGoal(0.8, answer_within_s=20))]
    [2, 6, 36]
    """
    found: list[StaffingPoint] = []
    for count in customers:
        work = each.times(count)
        found.append(StaffingPoint(count, work.load, goal.agents_for(work)))
    return tuple(found)


@final
@attrs.frozen
class Pooling:
    """The same work at several desks and at one.

    >>> pooled = pool(4, Workload(50, 1800, 240), StaffingGoal(0.8, answer_within_s=20))
    >>> pooled.separate, pooled.together, pooled.saved
    (40, 32, 8)
    """

    separate: int
    together: int

    @property
    def saved(self) -> int:
        """How many fewer agents one desk takes."""
        return self.separate - self.together


def pool(desks: int, each: Workload, goal: StaffingGoal) -> Pooling:
    """What pooling equal desks saves.

    Raises:
        InvalidValue: no desk.
    """
    if desks < 1:
        raise InvalidValue("desks", desks, "must be at least 1")
    return Pooling(desks * goal.agents_for(each), goal.agents_for(each.times(desks)))


@final
@attrs.frozen
class HiringMonth:
    """A month of a plan: customers, people needed, how many to begin hiring now, and what waiting to see would cost.

    ``short_if_late`` is how many are missing when hiring begins only in the month that needs them.

    >>> HiringMonth(1, 100, 8, 3, 3).start_hiring
    3
    """

    month: int
    customers: int
    needed: int
    start_hiring: int
    short_if_late: int


def hiring_plan(
    customers: Sequence[int],
    each: Workload,
    goal: StaffingGoal,
    *,
    lead_months: int,
    shrinkage: float = 0.0,
    attrition: float = 0.0,
) -> tuple[HiringMonth, ...]:
    """When to begin hiring for growth; months count from 1, and ``customers`` has one number for each.

    Hiring takes ``lead_months``; ``attrition`` is the share of people who leave in a year, replaced as they leave, each
    month's whole people rounded up. The first month's people are there. Whoever hires when the need is seen is short
    for as long as hiring takes.

    >>> each = Workload(contacts=0.3, interval_s=3600, handling_s=360)
    >>> plan = hiring_plan([10, 50, 100, 100], each, StaffingGoal(0.8, answer_within_s=20), lead_months=1)
    >>> [(one.needed, one.start_hiring, one.short_if_late) for one in plan]
    [(2, 2, 0), (4, 2, 2), (6, 0, 2), (6, 0, 0)]

    Raises:
        InvalidValue: a negative lead, or a share outside [0, 1).
    """
    if lead_months < 0:
        raise InvalidValue("lead_months", lead_months, "must not be negative")
    if not 0 <= attrition < 1:
        raise InvalidValue("attrition", attrition, "must be at least 0 and below 1")
    needed = [scheduled_agents(goal.agents_for(each.times(count)), shrinkage=shrinkage) for count in customers]
    monthly = Fraction(str(attrition)) / 12
    # Whom each month needs beyond the month before, those who have left meanwhile included.
    joins = [0, *(max(now - was, 0) + math.ceil(was * monthly) for was, now in pairwise(needed))]
    return tuple(
        HiringMonth(
            month=place + 1,
            customers=count,
            needed=needed[place],
            start_hiring=joins[place + lead_months] if place + lead_months < len(joins) else 0,
            short_if_late=sum(joins[max(place - lead_months + 1, 0) : place + 1]),
        )
        for place, count in enumerate(customers)
    )
