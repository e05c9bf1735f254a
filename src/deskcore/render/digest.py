"""Everything a report shows, as one frozen value.

Not here: adding it up (``tally``), what each figure counts (``deskcore.oversight``) and the page (``report``).

Layer: render. Imports oversight, desk and below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import final

import attrs

from deskcore._value import FrozenDict, as_frozen, aware, named, not_negative, to_us
from deskcore.desk import Configuration
from deskcore.errors import Problem
from deskcore.oversight import (
    BacklogDay,
    Breakdown,
    KpiValue,
)
from deskcore.sla import Clock


@final
@attrs.frozen
class PartnerDay:
    """The tickets received on one local day: how many, how many are at a partner desk, how many at no desk.

    >>> PartnerDay(date(2026, 5, 22), received=5, at_partner=1, at_no_desk=1).share
    0.25
    """

    day: date
    received: int
    at_partner: int
    at_no_desk: int = 0

    @property
    def share(self) -> float | None:
        """The partners' share of those that are at any desk, 0 to 1; ``None`` when none is."""
        placed = self.received - self.at_no_desk
        return self.at_partner / placed if placed else None


@final
@attrs.frozen
class GateSpell:
    """A gate stood open from ``opened_at`` to ``closed_at`` (``None``: still), since its signal read ``reading``."""

    gate: str
    opened_at: datetime = attrs.field(validator=aware)
    reading: float
    closed_at: datetime | None = None


@final
@attrs.frozen
class RungCount:
    """How often a rung fired, and in how many tickets."""

    rung: str
    axis: str
    fired: int
    tickets: int


@final
@attrs.frozen
class TicketLanes:
    """One ticket whose clocks are drawn: every cycle, as they stood at the instant of the report."""

    ticket: str
    subject: str
    priority: str | None
    status: str
    clocks: tuple[Clock, ...]


def _counts(listed: Mapping[str, int]) -> FrozenDict[int]:
    return as_frozen(listed)


@final
@attrs.frozen
class Imported:
    """What became of the rows of an imported log: ``read == applied + sum(listed)``.

    ``listed`` counts by reason the rows that could not be read or stepped back in time; ``checks`` are figures of the
    log beside ours, as (figure, equal, compared).

    >>> Imported("log.csv", 10, 9, {"bad_instant": 1}).listed_count
    1
    """

    log: str = attrs.field(validator=named)
    read: int = attrs.field(validator=not_negative)
    applied: int = attrs.field(validator=not_negative)
    listed: FrozenDict[int] = attrs.field(factory=FrozenDict[int], converter=_counts)
    checks: tuple[tuple[str, int, int], ...] = ()

    @property
    def listed_count(self) -> int:
        """How many rows are listed."""
        return sum(self.listed.values())


@final
@attrs.frozen
class Digest:
    """What a stretch of a desk's work adds up to as of ``at``: figures, days, clocks, rungs, gates, findings.

    Made by ``DigestTally``. ``values`` are the figures over all tickets and ``breakdowns`` the same by priority and by
    desk; ``days`` are local days in ``zone``. ``clock_states`` counts cycles by metric and state. ``violations`` counts
    what the lifecycle would not have allowed, by move or code; empty where everything went through commands.
    """

    configuration: Configuration
    at: datetime = attrs.field(validator=aware)
    zone: tzinfo
    tickets: int
    events: int
    values: tuple[KpiValue, ...]
    breakdowns: tuple[Breakdown, ...]
    days: tuple[BacklogDay, ...]
    partner_days: tuple[PartnerDay, ...]
    gates: tuple[GateSpell, ...]
    clock_states: FrozenDict[FrozenDict[int]]
    rungs: tuple[RungCount, ...]
    lanes: tuple[TicketLanes, ...]
    findings: tuple[Problem, ...]
    violations: FrozenDict[int] = attrs.field(factory=FrozenDict[int])
    tickets_with_violations: int = 0
    imported: Imported | None = None

    def value(self, name: str) -> KpiValue | None:
        """A figure by its name; ``None`` where it was not counted."""
        return next((value for value in self.values if value.name == name), None)

    def by(self, dimension: str) -> tuple[Breakdown, ...]:
        """Every figure by one dimension."""
        return tuple(one for one in self.breakdowns if one.dimension == dimension)

    def explain(self) -> str:
        """For people: the chief figures as text, what ``summary`` answers."""
        # The words are a module of their own, which needs this one.
        from deskcore.render.summary import summary

        return summary(self)

    def to_dict(self) -> dict[str, object]:
        """For programs: everything counted, instants as ISO 8601; of what was left out only how many, by reason."""
        return {
            "desk": self.configuration.name,
            "at": self.at.isoformat(),
            "tickets": self.tickets,
            "events": self.events,
            "values": [_plain(value) for value in self.values],
            "breakdowns": [
                {
                    "figure": one.total.name,
                    "dimension": one.dimension,
                    "parts": {name: _plain(part) for name, part in one.parts.items()},
                }
                for one in self.breakdowns
            ],
            "days": [day.to_dict() for day in self.days],
            "partner_days": [
                {"day": day.day.isoformat(), "received": day.received, "at_partner": day.at_partner, "share": day.share}
                for day in self.partner_days
            ],
            "gates": [
                {
                    "gate": spell.gate,
                    "opened_at": spell.opened_at.isoformat(),
                    "closed_at": None if spell.closed_at is None else spell.closed_at.isoformat(),
                    "reading": spell.reading,
                }
                for spell in self.gates
            ],
            "clocks": {metric: dict(states) for metric, states in self.clock_states.items()},
            "rungs": [attrs.asdict(rung) for rung in self.rungs],
            "findings": [problem._asdict() for problem in self.findings],
            "violations": dict(self.violations),
            "tickets_with_violations": self.tickets_with_violations,
        }


def _plain(value: KpiValue) -> dict[str, object]:
    left_out = Counter(one.reason for one in value.excluded)
    return {**value.to_dict(), "excluded": dict(sorted(left_out.items()))}


def gate_sums(digest: Digest) -> tuple[tuple[str, int, int, int], ...]:
    """Each gate: how often it opened, and how long it was open in all and at the longest, in microseconds."""
    lengths: dict[str, list[int]] = {}
    for spell in digest.gates:
        end = digest.at if spell.closed_at is None else spell.closed_at
        lengths.setdefault(spell.gate, []).append(max(0, to_us(end) - to_us(spell.opened_at)))
    return tuple((gate, len(held), sum(held), max(held)) for gate, held in sorted(lengths.items()))
