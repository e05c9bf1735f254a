"""Adding up: one pass over any number of tickets, all figures and all breakdowns at once.

Not here: what each figure counts (``kpi``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight.definition import Counted, Kpi, Summed
from deskcore.oversight.kpi import standard_kpis
from deskcore.oversight.outcome import DIMENSIONS, TicketOutcome
from deskcore.oversight.value import Excluded, KpiValue

_NONE_ADDED: Final = Counted(0, 0)
_ONCE: Final = "must not hold the same ticket twice; give one record of it, as of the period's end"
NONE: Final = "(none)"
"""The name under which a breakdown lists tickets without a value on the dimension."""


@final
@attrs.frozen
class Breakdown:
    """One figure by the values of one dimension. Numerators, denominators and what was left out add up to the total."""

    dimension: str
    total: KpiValue
    parts: FrozenDict[KpiValue]

    def explain(self) -> str:
        """The total and each part, one line each."""
        lines = [self.total.explain()]
        lines += [f"  {name}: {part.shown} ({part.denominator:,.0f})" for name, part in self.parts.items()]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """For programs: ``dimension``, ``total`` and ``parts`` by name."""
        return {
            "dimension": self.dimension,
            "total": self.total.to_dict(),
            "parts": {name: part.to_dict() for name, part in self.parts.items()},
        }


@final
@attrs.define
class _Sum:
    numerator: int = 0
    denominator: int = 0
    amounts: list[int] = attrs.field(factory=list[int])
    lasting: list[int] = attrs.field(factory=list[int])
    excluded: list[Excluded] = attrs.field(factory=list[Excluded])


@final
class Tally:
    """Adds tickets up, one after another; whatever the order, the figures are the same.

    A working copy with one owner, not a value: it changes in place, so that a year of tickets streams through it. It
    keeps the ids and the amounts that quantiles need, nothing else; a ticket counts once. ``by`` are the dimensions to
    break every figure down by.

    >>> from datetime import datetime
    >>> noon = datetime.fromisoformat("2026-05-22T12:00:00+00:00")
    >>> tally = Tally(by=["priority"])
    >>> for number, priority in enumerate(["p1", "p2", "p2"]):
    ...     tally.add(TicketOutcome(f"T-{number}", noon, noon, priority=priority))
    >>> tally.value("volume.received").value
    3.0
    >>> {name: part.value for name, part in tally.breakdown("volume.received", "priority").parts.items()}
    {'p1': 1.0, 'p2': 2.0}

    Raises:
        InvalidValue: two figures share a name, or a dimension is unknown.
    """

    __slots__ = ("_by", "_ids", "_kpis", "_sums")

    def __init__(self, kpis: Iterable[Kpi] | None = None, *, by: Iterable[str] = ()) -> None:
        held = tuple(standard_kpis() if kpis is None else kpis)
        unique("kpis", tuple(kpi.name for kpi in held))
        self._kpis = {kpi.name: kpi for kpi in held}
        self._by = tuple(by)
        for dimension in self._by:
            if dimension not in DIMENSIONS:
                raise InvalidValue("by", dimension, f"must be one of {', '.join(DIMENSIONS)}")
        # By figure, dimension and value; the total has neither dimension nor value.
        self._sums: dict[tuple[str, str, str], _Sum] = {(name, "", ""): _Sum() for name in self._kpis}
        self._ids: set[str] = set()

    @property
    def tickets(self) -> int:
        """How many tickets were added."""
        return len(self._ids)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the figures, in the order given."""
        return tuple(self._kpis)

    def add(self, outcome: TicketOutcome) -> None:
        """Count one ticket: a few microseconds for each figure and dimension.

        Raises:
            InvalidValue: a ticket of this id was counted before.
        """
        if outcome.id in self._ids:
            raise InvalidValue("outcomes", outcome.id, _ONCE)
        self._ids.add(outcome.id)
        places = [("", ""), *((name, outcome.dimension(name) or NONE) for name in self._by)]
        for name, kpi in self._kpis.items():
            counted = kpi.count(outcome)
            left_out = [Excluded(outcome.id, counted)] if isinstance(counted, str) else []
            added = _NONE_ADDED if isinstance(counted, str) else counted
            for dimension, value in places:
                key = (name, dimension, value)
                held = self._sums.get(key)
                if held is None:
                    held = self._sums[key] = _Sum()
                held.numerator += added.numerator
                held.denominator += added.denominator
                held.amounts += added.amounts
                held.lasting += added.lasting
                held.excluded += left_out

    def merge(self, other: Tally) -> None:
        """Take in what another tally of the same figures and dimensions has added up, for work done in parts.

        Raises:
            InvalidValue: it counts other figures or other dimensions, or a ticket that is counted here.
        """
        if (other._kpis, other._by) != (self._kpis, self._by):
            raise InvalidValue("other", other.names, "must count the same figures by the same dimensions")
        twice = self._ids & other._ids
        if twice:
            raise InvalidValue("other", min(twice), _ONCE)
        self._ids |= other._ids
        for key, theirs in other._sums.items():
            held = self._sums.setdefault(key, _Sum())
            held.numerator += theirs.numerator
            held.denominator += theirs.denominator
            held.amounts.extend(theirs.amounts)
            held.lasting.extend(theirs.lasting)
            held.excluded.extend(theirs.excluded)

    def value(self, name: str) -> KpiValue:
        """One figure over all tickets.

        Raises:
            UnknownName: the tally does not count it.
        """
        return self._concluded(name, "", "")

    def values(self) -> tuple[KpiValue, ...]:
        """Every figure over all tickets, in the order given."""
        return tuple(self.value(name) for name in self._kpis)

    def breakdown(self, name: str, dimension: str) -> Breakdown:
        """One figure by the values of one dimension, sorted by value; tickets without one under ``(none)``, last.

        Raises:
            UnknownName: the tally does not count the figure, or not by that dimension.
        """
        total = self.value(name)
        if dimension not in self._by:
            raise UnknownName("dimension", dimension, self._by)
        held = {value for figure, by, value in self._sums if (figure, by) == (name, dimension)}
        ordered = sorted(held, key=lambda value: (value == NONE, value))
        return Breakdown(
            dimension, total, FrozenDict({value: self._concluded(name, dimension, value) for value in ordered})
        )

    def _concluded(self, name: str, dimension: str, value: str) -> KpiValue:
        kpi = self._kpis.get(name)
        if kpi is None:
            raise UnknownName("figure", name, self.names)
        held = self._sums[name, dimension, value]
        return kpi.conclude(
            Summed(
                held.numerator,
                held.denominator,
                held.amounts,
                held.lasting,
                tuple(sorted(held.excluded, key=_id_and_reason)),
            )
        )


def _id_and_reason(one: Excluded) -> tuple[str, str]:
    return one.id, one.reason


def measure(outcomes: Iterable[TicketOutcome], kpis: Iterable[Kpi] | None = None, *, by: Iterable[str] = ()) -> Tally:
    """Add up an iterable of tickets in one pass; without ``kpis`` the standard figures.

    Raises:
        InvalidValue: two records of one ticket, two figures of one name, an unknown dimension.

    >>> print(measure([]).value("reopens.ticket_rate").explain())
    reopens.ticket_rate: no value, because no ticket counts (tickets reopened at least once / tickets resolved at least once)
    """  # noqa: E501 - the sentence is shown whole
    tally = Tally(kpis, by=by)
    for outcome in outcomes:
        tally.add(outcome)
    return tally
