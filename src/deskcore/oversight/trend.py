"""A figure over several periods: its control limits, and the points that no chance explains.

A share gets the limits of a p-chart, which widen where a period has few cases; anything else those of an individuals
chart. Not here: whether a change is good (``review.Goal``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.oversight.definition import Kpi
from deskcore.oversight.distributions import as_written
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.period import Period
from deskcore.oversight.tally import measure
from deskcore.oversight.value import KpiValue

Chart: TypeAlias = Literal["p", "individuals"]
Rule: TypeAlias = Literal["beyond a limit", "eight on one side"]
_RUN: Final = 8
_SIGMAS: Final = 3


def control_limits(values: Iterable[float], *, sigmas: Decimal | int = 3) -> tuple[float, float, float] | None:
    """Centre and limits of an individuals chart by the mean moving range; ``None`` of fewer than two values.

    Sigma is the mean absolute difference of neighbours over 1.128.

    >>> centre, low, high = control_limits([10, 12, 11, 13])
    >>> centre, round(low, 3), round(high, 3)
    (11.5, 7.067, 15.933)
    """
    held = [as_written(value) for value in values]
    if len(held) < 2:  # noqa: PLR2004 - one value does not move
        return None
    centre = sum(held, Fraction(0)) / len(held)
    moved = sum((abs(after - before) for before, after in pairwise(held)), Fraction(0))
    spread = Fraction(sigmas) * moved / (len(held) - 1) / Fraction("1.128")
    return float(centre), float(centre - spread), float(centre + spread)


@final
@attrs.frozen
class TrendPoint:
    """A period, named, and the figure in it; ``start_on`` is its first day, for charts.

    >>> TrendPoint("2026-05", KpiValue("reopens", 0.1, 1, 10, (), "reopened / resolved")).value.shown
    '10.0 %'
    """

    label: str = attrs.field(validator=named)
    value: KpiValue
    start_on: date | None = None


@final
@attrs.frozen
class ControlLimits:
    """Where chance alone keeps a figure: three standard deviations to either side of the centre.

    >>> ControlLimits(0.9, 0.8, 1.0).holds(0.79)
    False
    """

    centre: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within, ends included."""
        return self.low <= value <= self.high


@final
@attrs.frozen
class ControlSignal:
    """A point that chance does not explain, and by which rule.

    >>> ControlSignal("2026-05", "beyond a limit", 0.2).explain()
    '2026-05: beyond a limit (0.2)'
    """

    label: str
    rule: Rule
    value: float

    def explain(self) -> str:
        """The signal in one line."""
        return f"{self.label}: {self.rule} ({self.value:g})"


@final
@attrs.frozen
class Trend:
    """One figure over several periods, in their order.

    >>> def month(label, good, of):
    ...     return TrendPoint(label, KpiValue("met", good / of, good, of, (), "met / all"))
    >>> trend = Trend((month("Jan", 90, 100), month("Feb", 91, 100), month("Mar", 60, 100)))
    >>> trend.chart, [signal.label for signal in trend.signals]
    ('p', ['Mar'])
    >>> [round(edge, 3) for edge in attrs.astuple(trend.limits[0])]
    [0.803, 0.684, 0.923]

    Raises:
        InvalidValue: points of different figures, or two of one label.
    """

    points: tuple[TrendPoint, ...]

    def __attrs_post_init__(self) -> None:
        names = {point.value.name for point in self.points}
        if len(names) > 1:
            raise InvalidValue("points", ", ".join(sorted(names)), "must be of one figure")
        labels = [point.label for point in self.points]
        if len(set(labels)) < len(labels):
            raise InvalidValue("points", ", ".join(labels), "must not name one period twice")

    @property
    def name(self) -> str:
        """The figure's name; empty of no points."""
        return self.points[0].value.name if self.points else ""

    @property
    def values(self) -> tuple[float | None, ...]:
        """The figure in each period; ``None`` where there was nothing to count."""
        return tuple(point.value.value for point in self.points)

    @property
    def chart(self) -> Chart:
        """How its limits are found."""
        return "p" if all(_is_proportion(point.value) for point in self.points) else "individuals"

    @property
    def limits(self) -> tuple[ControlLimits | None, ...]:
        """The limits at each point; ``None`` where there is no value, or too few to tell."""
        return self._p_limits() if self.chart == "p" else self._individual_limits()

    def _p_limits(self) -> tuple[ControlLimits | None, ...]:
        cases = sum(point.value.denominator for point in self.points)
        if not cases:
            return (None,) * len(self.points)
        centre = sum(point.value.numerator for point in self.points) / cases
        found: list[ControlLimits | None] = []
        for point in self.points:
            of = point.value.denominator
            width = _SIGMAS * math.sqrt(centre * (1 - centre) / of) if of else 0.0
            limits = ControlLimits(centre, max(centre - width, 0.0), min(centre + width, 1.0))
            found.append(limits if of else None)
        return tuple(found)

    def _individual_limits(self) -> tuple[ControlLimits | None, ...]:
        limits = control_limits(value for value in self.values if value is not None)
        if limits is None:
            return (None,) * len(self.points)
        centre, low, high = limits
        held = ControlLimits(centre, low if min(v for v in self.values if v is not None) < 0 else max(low, 0.0), high)
        return tuple(None if value is None else held for value in self.values)

    @property
    def signals(self) -> tuple[ControlSignal, ...]:
        """Every point beyond a limit, and each that is at least the eighth in a row on one side of the centre."""
        found: list[ControlSignal] = []
        run, side = 0, 0
        for point, limits in zip(self.points, self.limits, strict=True):
            value = point.value.value
            if value is None or limits is None:
                continue
            here = (value > limits.centre) - (value < limits.centre)
            run = run + 1 if here and here == side else abs(here)
            side = here
            if not limits.holds(value):
                found.append(ControlSignal(point.label, "beyond a limit", value))
            elif run >= _RUN:
                found.append(ControlSignal(point.label, "eight on one side", value))
        return tuple(found)

    def explain(self) -> str:
        """A line a period, with its limits; signals are marked."""
        told = {signal.label: signal.rule for signal in self.signals}
        lines = [f"{self.name}, limits of {'a p-chart' if self.chart == 'p' else 'an individuals chart'}"]
        for point, limits in zip(self.points, self.limits, strict=True):
            within = "" if limits is None else f", limits {self._shown(limits.low)} to {self._shown(limits.high)}"
            mark = f"  <- {told[point.label]}" if point.label in told else ""
            lines.append(f"  {point.label}: {point.value.shown}{within}{mark}")
        return "\n".join(lines)

    def _shown(self, value: float) -> str:
        return attrs.evolve(self.points[0].value, value=value).shown

    def rows(self) -> tuple[dict[str, str | float | None], ...]:
        """A flat row a period, with stable columns: for data frames."""
        told = {signal.label: signal.rule for signal in self.signals}
        return tuple(
            {
                "figure": self.name,
                "period": point.label,
                "value": point.value.value,
                "numerator": point.value.numerator,
                "denominator": point.value.denominator,
                "centre": None if limits is None else limits.centre,
                "low": None if limits is None else limits.low,
                "high": None if limits is None else limits.high,
                "signal": told.get(point.label),
            }
            for point, limits in zip(self.points, self.limits, strict=True)
        )


def _is_proportion(value: KpiValue) -> bool:
    """Whether it is a share of cases, each of which is in or out, so that the binomial speaks of it."""
    return value.unit == "share" and 0 <= value.numerator <= value.denominator


def trends(
    outcomes: Iterable[TicketOutcome], kpis: Iterable[Kpi], periods: Sequence[Period], *, tz: tzinfo
) -> tuple[Trend, ...]:
    """Each figure over the periods, a trend a figure; days are counted in ``tz``. Linear in records times periods.

    >>> trends([], [], [], tz=__import__("datetime").UTC)
    ()

    Raises:
        InvalidValue: two periods begin on one day, or two figures share a name.
    """
    held, wanted = tuple(outcomes), tuple(kpis)
    tallies = [(period, measure(period.of(held, tz=tz), wanted)) for period in periods]
    return tuple(
        Trend(tuple(TrendPoint(period.label, tally.value(kpi.name), period.first) for period, tally in tallies))
        for kpi in wanted
    )
