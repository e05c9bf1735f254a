"""How many people it takes: load to agents, agents to a schedule, and what customers then meet.

On top of ``queueing``; times in seconds. Not here: growth, pooling and hiring (``growth``), who works when.

Layer: planning. Imports queueing and errors.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.queueing import erlang_a, erlang_c, mean_wait, service_level
from deskcore.queueing.answered import answered_within

_AGENTS_AT_MOST: Final = 1_000_000


def _positive(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InvalidValue(field.name, value, "must be a finite number of seconds above zero")


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


@final
@attrs.frozen
class Workload:
    """Contacts of an interval and how long one takes to handle, in seconds.

    >>> Workload(contacts=100, interval_s=1800, handling_s=180).load
    10.0

    Raises:
        InvalidValue: negative contacts, or a time that is not above zero.
    """

    contacts: float = attrs.field(validator=not_negative)
    interval_s: float = attrs.field(validator=_positive)
    handling_s: float = attrs.field(validator=_positive)

    @property
    def load(self) -> float:
        """The offered load in erlangs: agents that would be busy all the time."""
        return float(self.exact_load)

    @property
    def exact_load(self) -> Fraction:
        """The same as a fraction, so that a load that just fills a group is seen to."""
        return _exact(self.contacts) * _exact(self.handling_s) / _exact(self.interval_s)

    @property
    def arrival_rate(self) -> float:
        """Contacts in a second."""
        return self.contacts / self.interval_s

    def slower(self, factor: float) -> Workload:
        """The same contacts, handled so many times as long: a partner that knows the place less well.

        >>> Workload(100, 1800, 180).slower(1.2).load
        12.0

        Raises:
            InvalidValue: a factor that is not above zero.
        """
        return attrs.evolve(self, handling_s=float(_exact(self.handling_s) * _exact(factor)))

    def times(self, factor: float) -> Workload:
        """So many times the contacts: growth, or several desks pooled into one."""
        return attrs.evolve(self, contacts=float(_exact(self.contacts) * _exact(factor)))


@final
@attrs.frozen
class Outlook:
    """What customers and agents meet with so many agents; ``None`` where the line grows without end.

    ``wait_probability``: an arrival finds everybody busy. ``service_level``: answered in time over all arrivals, who
    leave included. ``mean_wait_s``: over all arrivals, who leave included. ``abandonment``: who leave, of all arrivals.

    >>> outlook(Workload(30, 3600, 60), agents=1, answer_within_s=60).mean_wait_s
    60.0
    """

    agents: int
    load: float
    is_stable: bool
    wait_probability: float | None = None
    service_level: float | None = None
    occupancy: float | None = None
    mean_wait_s: float | None = None
    abandonment: float | None = None

    @property
    def answered_immediately(self) -> float | None:
        """The share that need not wait."""
        return None if self.wait_probability is None else 1.0 - self.wait_probability

    @property
    def uplift(self) -> float | None:
        """Agents over load, less 1: what waiting costs beyond the bare work; ``None`` without any."""
        return self.agents / self.load - 1.0 if self.load else None

    def explain(self) -> str:
        """The outlook in one line.

        >>> print(outlook(Workload(100, 1800, 180), agents=14, answer_within_s=20).explain())
        14 agents for 10.0 erlangs: 88.8 % answered in time, mean wait 8 s, occupancy 71.4 %
        >>> print(outlook(Workload(100, 1800, 180), agents=10, answer_within_s=20).explain())
        10 agents for 10.0 erlangs: the line grows without end
        """
        head = f"{self.agents} agents for {self.load:.1f} erlangs"
        if self.service_level is None or self.mean_wait_s is None or self.occupancy is None:
            return f"{head}: the line grows without end"
        left = "" if self.abandonment is None else f", {self.abandonment * 100:.1f} % leave"
        return (
            f"{head}: {self.service_level * 100:.1f} % answered in time, mean wait {self.mean_wait_s:.0f} s, "
            f"occupancy {self.occupancy * 100:.1f} %{left}"
        )


def outlook(work: Workload, *, agents: int, answer_within_s: float, patience_s: float | None = None) -> Outlook:
    """What so many agents give: Erlang C, or with a mean ``patience_s`` Erlang A.

    >>> round(outlook(Workload(100, 1800, 180), agents=14, answer_within_s=20, patience_s=300).abandonment, 6)
    0.013984

    Raises:
        InvalidValue: a negative number of agents or limit, or a patience that is not above zero.
    """
    if agents < 0:
        raise InvalidValue("agents", agents, "must not be negative")
    if patience_s is None:
        return _endless(work, agents, answer_within_s)
    if not (math.isfinite(patience_s) and patience_s > 0):
        raise InvalidValue("patience_s", patience_s, "must be a finite number of seconds above zero")
    rates = {
        "arrival_rate": work.arrival_rate,
        "service_rate": 1 / work.handling_s,
        "abandonment_rate": 1 / patience_s,
    }
    line = erlang_a(agents, **rates)
    return Outlook(
        agents,
        work.load,
        is_stable=True,
        wait_probability=line.p_wait,
        service_level=answered_within(agents, **rates, within=answer_within_s),
        occupancy=work.load * (1 - line.p_abandon) / agents if agents else None,
        mean_wait_s=line.p_abandon * patience_s,
        abandonment=line.p_abandon,
    )


def _endless(work: Workload, agents: int, answer_within_s: float) -> Outlook:
    if not answer_within_s >= 0:
        raise InvalidValue("answer_within_s", answer_within_s, "must not be negative")
    if work.exact_load >= agents:
        return Outlook(agents, work.load, is_stable=False)
    return Outlook(
        agents,
        work.load,
        is_stable=True,
        wait_probability=erlang_c(agents, work.load),
        service_level=service_level(agents, work.load, within=answer_within_s / work.handling_s),
        occupancy=work.load / agents,
        mean_wait_s=mean_wait(agents, work.load) * work.handling_s,
    )


@final
@attrs.frozen
class StaffingGoal:
    """What is promised: a share answered within so many seconds, and perhaps how busy agents may be at most.

    >>> goal = StaffingGoal(0.8, answer_within_s=20, max_occupancy=0.85)
    >>> goal.agents_for(Workload(100, 1800, 180))
    14

    Raises:
        InvalidValue: a service level outside [0, 1), a negative limit, or an occupancy outside (0, 1].
    """

    service_level: float
    answer_within_s: float = attrs.field(validator=not_negative)
    max_occupancy: float | None = None

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.service_level < 1:
            raise InvalidValue("service_level", self.service_level, "must be at least 0 and below 1")
        if self.max_occupancy is not None and not 0 < self.max_occupancy <= 1:
            raise InvalidValue("max_occupancy", self.max_occupancy, "must lie above 0 and be at most 1")

    def agents_for(self, work: Workload) -> int:
        """The fewest agents, above the load, with which the goal is kept by Erlang C. Linear in the answer.

        Raises:
            InvalidValue: a load of more than a million agents.
        """
        load = work.exact_load
        if load >= _AGENTS_AT_MOST:
            raise InvalidValue("load", float(load), f"must stay below {_AGENTS_AT_MOST} erlangs")
        within = self.answer_within_s / work.handling_s
        agents = math.floor(load) + 1
        if self.max_occupancy is not None:
            agents = max(agents, math.ceil(load / _exact(self.max_occupancy)))
        if not load:
            return agents
        if service_level(agents, work.load, within=within) >= self.service_level:
            return agents
        return self._least(work.load, agents, within)

    def _least(self, load: float, missed: int, within: float) -> int:
        """The first that keeps it, above one that does not: the level only rises with agents."""
        step = 1
        while service_level(missed + step, load, within=within) < self.service_level:
            missed, step = missed + step, step * 2
        low, high = missed + 1, missed + step
        while low < high:
            middle = (low + high) // 2
            kept = service_level(middle, load, within=within) >= self.service_level
            low, high = (low, middle) if kept else (middle + 1, high)
        return low


def scheduled_agents(agents: int, *, shrinkage: float) -> int:
    """How many to roster so that ``agents`` are at their desks: divided by 1 - shrinkage and rounded up.

    Multiplying by 1 + shrinkage instead gives too few.

    >>> scheduled_agents(14, shrinkage=0.3)
    20

    Raises:
        InvalidValue: a negative number, or a shrinkage outside [0, 1).
    """
    if agents < 0:
        raise InvalidValue("agents", agents, "must not be negative")
    if not 0 <= shrinkage < 1:
        raise InvalidValue("shrinkage", shrinkage, "must be at least 0 and below 1")
    return math.ceil(agents / (1 - _exact(shrinkage)))
