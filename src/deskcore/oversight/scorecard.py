"""A balanced scorecard: several viewpoints weighed together, in which what is missing stays visible.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import final

import attrs

from deskcore._value import named, unique
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written
from deskcore.oversight.value import KpiValue


def _weights(noun: str, weights: Iterable[float]) -> None:
    held = [as_written(weight) for weight in weights]
    if any(weight <= 0 for weight in held) or sum(held, Fraction(0)) != 1:
        raise InvalidValue(noun, [float(weight) for weight in held], "must have weights above zero that add up to 1")


@final
@attrs.frozen
class Measure:
    """A figure and what it is worth: ``worst`` scores 0, ``best`` scores 1, in between in proportion, in its own unit.

    >>> Measure("resolution.p50", 1.0, worst=8 * 3600, best=2 * 3600).score(5 * 3600)
    0.5

    Raises:
        InvalidValue: an empty name, or the worst is the best.
    """

    figure: str = attrs.field(validator=named)
    weight: float = 1.0
    worst: float = attrs.field(default=0.0, kw_only=True)
    best: float = attrs.field(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.worst == self.best:
            raise InvalidValue("best", self.best, "must differ from the worst")

    def score(self, value: float) -> float:
        """From 0 to 1; beyond either end it stays there."""
        worst, best = as_written(self.worst), as_written(self.best)
        return float(min(max((as_written(value) - worst) / (best - worst), Fraction(0)), Fraction(1)))


@final
@attrs.frozen
class Viewpoint:
    """One side from which the work is seen, such as end users, stakeholders, cost: its weight and its measures.

    >>> Viewpoint("end users", 1.0, (Measure("csat.score"),)).measures[0].figure
    'csat.score'

    Raises:
        InvalidValue: no measure, or weights that do not add up to 1.
    """

    name: str = attrs.field(validator=named)
    weight: float
    measures: tuple[Measure, ...]

    def __attrs_post_init__(self) -> None:
        unique("measures", tuple(measure.figure for measure in self.measures))
        _weights("measures", (measure.weight for measure in self.measures))


@final
@attrs.frozen
class ScoredViewpoint:
    """A viewpoint's score between bounds: what is missing counts as nothing in ``least`` and as everything in ``most``.

    >>> ScoredViewpoint("cost", 0.2, 0.0, 1.0, ("price.per_resolution",)).score is None
    True
    """

    name: str
    weight: float
    least: float
    most: float
    missing: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        """The score; ``None`` while something is missing."""
        return None if self.missing else self.least

    def explain(self) -> str:
        """The viewpoint in one line."""
        return f"{self.name} ({self.weight * 100:.0f} %): {_shown(self.score, self.least, self.most, self.missing)}"


@final
@attrs.frozen
class ScoredCard:
    """A scorecard filled in: made by ``BalancedScorecard.score``."""

    viewpoints: tuple[ScoredViewpoint, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The figures that had no value, in order."""
        return tuple(name for one in self.viewpoints for name in one.missing)

    @property
    def least(self) -> float:
        """The score if everything missing were as bad as can be."""
        return float(sum((as_written(one.weight) * as_written(one.least) for one in self.viewpoints), Fraction(0)))

    @property
    def most(self) -> float:
        """The score if everything missing were as good as can be."""
        return float(sum((as_written(one.weight) * as_written(one.most) for one in self.viewpoints), Fraction(0)))

    @property
    def score(self) -> float | None:
        """The weighted score; ``None`` while something is missing."""
        return None if self.missing else self.least

    def explain(self) -> str:
        """The total, then each viewpoint."""
        total = f"total: {_shown(self.score, self.least, self.most, self.missing)}"
        return "\n".join([total, *(f"  {one.explain()}" for one in self.viewpoints)])

    def to_dict(self) -> dict[str, object]:
        """For programs: score, bounds, what is missing, and each viewpoint."""
        return {
            "score": self.score,
            "least": self.least,
            "most": self.most,
            "missing": list(self.missing),
            "viewpoints": [
                {**attrs.asdict(one), "missing": list(one.missing), "score": one.score} for one in self.viewpoints
            ],
        }


@final
@attrs.frozen
class BalancedScorecard:
    """Viewpoints whose weights add up to 1, and whose measures' weights do.

    >>> card = BalancedScorecard((
    ...     Viewpoint("end users", 0.6, (Measure("csat.score", worst=0.7, best=0.9),)),
    ...     Viewpoint("stakeholders", 0.4, (Measure("attainment.resolution", worst=0.9, best=1.0),)),
    ... ))
    >>> csat = KpiValue("csat.score", 0.85, 85, 100, (), "good / answered")
    >>> print(card.score([csat]).explain())
    total: between 45.0 % and 85.0 %, missing attainment.resolution
      end users (60 %): 75.0 %
      stakeholders (40 %): between 0.0 % and 100.0 %, missing attainment.resolution

    Raises:
        InvalidValue: no viewpoint, two of one name, or weights that do not add up to 1.
    """

    viewpoints: tuple[Viewpoint, ...]

    def __attrs_post_init__(self) -> None:
        unique("viewpoints", tuple(one.name for one in self.viewpoints))
        _weights("viewpoints", (one.weight for one in self.viewpoints))

    def score(self, values: Iterable[KpiValue]) -> ScoredCard:
        """Fill it in. A figure that is not among the values, or has none, is missing and named."""
        known = {value.name: value.value for value in values if value.value is not None}
        return ScoredCard(tuple(_scored(one, known) for one in self.viewpoints))


def _scored(viewpoint: Viewpoint, known: dict[str, float]) -> ScoredViewpoint:
    least, open_ = Fraction(0), Fraction(0)
    missing: list[str] = []
    for measure in viewpoint.measures:
        value = known.get(measure.figure)
        if value is None:
            missing.append(measure.figure)
            open_ += as_written(measure.weight)
        else:
            least += as_written(measure.weight) * as_written(measure.score(value))
    return ScoredViewpoint(viewpoint.name, viewpoint.weight, float(least), float(least + open_), tuple(missing))


def _shown(score: float | None, least: float, most: float, missing: tuple[str, ...]) -> str:
    if score is not None:
        return f"{score * 100:.1f} %"
    return f"between {least * 100:.1f} % and {most * 100:.1f} %, missing {', '.join(missing)}"
