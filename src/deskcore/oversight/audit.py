"""Holding a partner's claim against what we see: exact tests, detection of falsified records, reconciliation.

Not here: drawing the sample (``sampling``) and acceptance plans (``acceptance``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written, check_sample, hypergeometric_at_most
from deskcore.oversight.intervals import Interval, Proportion

Finding: TypeAlias = Literal["agrees", "differs", "missing_from_partner", "missing_from_own"]


@final
@attrs.frozen
class ClaimTest:
    """A claim ("950 of 1,000 met") beside a random sample of the same records, drawn without replacement.

    >>> test = ClaimTest(population=1000, claimed_met=950, sample=80, found_met=74)
    >>> round(test.p_value, 6), test.rejects(0.05)
    (0.203633, False)

    Raises:
        InvalidValue: a claim above the population, a sample above it, more found than sampled, negative numbers.
    """

    population: int
    claimed_met: int
    sample: int
    found_met: int

    def __attrs_post_init__(self) -> None:
        check_sample(population=self.population, sample=self.sample)
        if not 0 <= self.claimed_met <= self.population:
            raise InvalidValue("claimed_met", self.claimed_met, f"must lie in 0..{self.population}, the population")
        if not 0 <= self.found_met <= self.sample:
            raise InvalidValue("found_met", self.found_met, f"must lie in 0..{self.sample}, the sample")

    @property
    def exact_p(self) -> Fraction:
        """The p-value as a fraction, without rounding."""
        return hypergeometric_at_most(
            self.found_met, population=self.population, marked=self.claimed_met, sample=self.sample
        )

    @property
    def p_value(self) -> float:
        """If the claim were true, the chance of a sample this bad or worse: 1 of an empty sample."""
        return float(self.exact_p)

    def rejects(self, alpha: float = 0.05) -> bool:
        """Whether the claim is rejected: the p-value lies below ``alpha``.

        Raises:
            InvalidValue: ``alpha`` does not lie strictly between 0 and 1.
        """
        if not 0 < alpha < 1:
            raise InvalidValue("alpha", alpha, "must lie strictly between 0 and 1, for example 0.05")
        return self.exact_p < as_written(alpha)

    @property
    def found(self) -> Proportion:
        """What the sample held."""
        return Proportion(self.found_met, self.sample)

    def interval(self, confidence: float = 0.95) -> Interval | None:
        """Wilson's interval of the share found; ``None`` of an empty sample."""
        return self.found.wilson(confidence)

    def explain(self, alpha: float = 0.05) -> str:
        """The verdict as a sentence.

        >>> print(ClaimTest(1000, 950, 80, 70).explain())
        claim rejected: 70 of 80 sampled met, 950 of 1,000 claimed (p = 0.00444)
        """
        verdict = "rejected" if self.rejects(alpha) else "not rejected"
        seen = f"{self.found_met} of {self.sample} sampled met, {self.claimed_met:,} of {self.population:,} claimed"
        return f"claim {verdict}: {seen} (p = {self.p_value:.3g})"

    def to_dict(self) -> dict[str, object]:
        """For programs: every field, share, p-value and Wilson's interval at 95 %."""
        interval = self.interval()
        return {
            "population": self.population,
            "claimed_met": self.claimed_met,
            "sample": self.sample,
            "found_met": self.found_met,
            "share": self.found.share,
            "p_value": self.p_value,
            "interval": None if interval is None else interval.to_dict(),
        }


@final
@attrs.frozen
class Discovery:
    """Discovery sampling: some records of a population are falsified; a sample shall find at least one.

    >>> Discovery(500, 10).sample_for(0.95), round(Discovery(500, 10).detection(129), 6)
    (129, 0.950995)

    Raises:
        InvalidValue: more falsified than there are, or negative numbers.
    """

    population: int
    falsified: int

    def __attrs_post_init__(self) -> None:
        check_sample(population=self.population, sample=0)
        if not 0 <= self.falsified <= self.population:
            raise InvalidValue("falsified", self.falsified, f"must lie in 0..{self.population}, the population")

    def detection(self, sample: int) -> float:
        """P(at least one falsified record is in a sample of this size)."""
        return float(1 - self._missed(sample))

    def sample_for(self, target: float) -> int | None:
        """The least sample that finds one with at least the probability ``target``; ``None`` when nothing is falsified.

        Raises:
            InvalidValue: the target does not lie in 0..1.
        """
        if not 0 <= target <= 1:
            raise InvalidValue("target", target, "must lie in 0..1")
        low, high, goal = 0, self.population, 1 - as_written(target)
        if self._missed(high) > goal:
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._missed(middle) <= goal else (middle + 1, high)
        return low

    def _missed(self, sample: int) -> Fraction:
        return hypergeometric_at_most(0, population=self.population, marked=self.falsified, sample=sample)


@final
@attrs.frozen
class Reconciled:
    """One figure on both sides. ``difference`` is relative to our own figure, ``None`` where that is not defined.

    >>> Reconciled("csat", 0.91, 0.91, 0.0, "agrees").explain()
    'csat: partner 0.91, own 0.91, difference 0.0 %, agrees'
    """

    name: str
    partner: float | None
    own: float | None
    difference: float | None
    finding: Finding

    def explain(self) -> str:
        """The figure in one line."""
        difference = "-" if self.difference is None else f"{self.difference * 100:.1f} %"
        finding = self.finding.replace("_", " ")
        return (
            f"{self.name}: partner {_shown(self.partner)}, own {_shown(self.own)}, difference {difference}, {finding}"
        )

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by name."""
        return attrs.asdict(self)


@final
@attrs.frozen
class Reconciliation:
    """A partner's own report beside our figures, in the partner's order, then what only we have.

    >>> report = Reconciliation.of({"tickets": 1000.0, "wait": 30.0}, {"tickets": 1012.0, "csat": 0.9}, tolerance=0.02)
    >>> report.out_of_tolerance, report.missing_from_own, report.missing_from_partner
    ((), ('wait',), ('csat',))
    """

    rows: tuple[Reconciled, ...]
    tolerance: float

    @classmethod
    def of(
        cls,
        partner: Mapping[str, float],
        own: Mapping[str, float],
        *,
        tolerance: float,
        tolerances: Mapping[str, float] | None = None,
    ) -> Reconciliation:
        """Compare; ``tolerances`` by figure take precedence. Exactly at the tolerance agrees.

        Raises:
            InvalidValue: a negative tolerance.
        """
        by_name = FrozenDict(tolerances or {})
        for value in (tolerance, *by_name.values()):
            if not value >= 0:
                raise InvalidValue("tolerance", value, "must not be negative")
        names = (*partner, *(name for name in own if name not in partner))
        rows = (_reconciled(name, partner.get(name), own.get(name), by_name.get(name, tolerance)) for name in names)
        return cls(tuple(rows), tolerance)

    def _named(self, finding: Finding) -> tuple[str, ...]:
        return tuple(row.name for row in self.rows if row.finding == finding)

    @property
    def out_of_tolerance(self) -> tuple[str, ...]:
        """The figures on both sides that differ by more than their tolerance."""
        return self._named("differs")

    @property
    def missing_from_partner(self) -> tuple[str, ...]:
        """What we count and the partner did not report."""
        return self._named("missing_from_partner")

    @property
    def missing_from_own(self) -> tuple[str, ...]:
        """What the partner reported and we cannot recompute."""
        return self._named("missing_from_own")

    def explain(self) -> str:
        """A line a figure."""
        return "\n".join(row.explain() for row in self.rows)

    def to_dict(self) -> dict[str, object]:
        """For programs: ``tolerance`` and ``rows``."""
        return {"tolerance": self.tolerance, "rows": [row.to_dict() for row in self.rows]}


def _reconciled(name: str, partner: float | None, own: float | None, tolerance: float) -> Reconciled:
    if partner is None or own is None:
        return Reconciled(name, partner, own, None, "missing_from_partner" if partner is None else "missing_from_own")
    theirs, ours = as_written(partner), as_written(own)
    if not ours:
        return Reconciled(name, partner, own, None if theirs else 0.0, "differs" if theirs else "agrees")
    difference = abs(theirs - ours) / abs(ours)
    return Reconciled(
        name, partner, own, float(difference), "differs" if difference > as_written(tolerance) else "agrees"
    )


def _shown(value: float | Decimal | None) -> str:
    return "-" if value is None else f"{value:,g}"
