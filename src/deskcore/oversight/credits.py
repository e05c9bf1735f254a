"""Service credits: what a missed promise costs, as nodes that print themselves.

A rule answers for one measurement. Not here: putting credits together (``settlement``), attainment itself (``kpi``),
charges by volume (``charges``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import abc
import math
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.money import Money, Rounding

_NOTHING: Final = Decimal(0)


def _share_of_all(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    if not (value.is_finite() and 0 <= value <= 100):  # noqa: PLR2004 - percent
        raise InvalidValue(field.name, value, "must lie in 0..100 percent")


def _not_negative(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    if not (value.is_finite() and value >= 0):
        raise InvalidValue(field.name, value, "must be finite, zero or more")


@final
@attrs.frozen
class Credit:
    """What one rule gives: a percentage of the charges and the exact amount, with the sum in words.

    >>> LinearCredit(Decimal(98)).credit(Money.of("10000.00", "EUR"), Decimal(75)).explain()
    '2,300.00 EUR: 23 % of 10,000.00 EUR (75 of the required 98)'
    """

    percent: Decimal
    exact: Money
    charges: Money
    because: str

    def amount(self, mode: Rounding = "half_up") -> Money:
        """The credit rounded, once."""
        return self.exact.rounded(2, mode)

    def explain(self) -> str:
        """The credit and how it came about in one line."""
        return f"{self.amount()}: {self.percent:f} % of {self.charges} ({self.because})"

    def to_dict(self) -> dict[str, str]:
        """For programs: decimals as text."""
        return {
            "percent": f"{self.percent:f}",
            "exact": f"{self.exact.amount:f}",
            "amount": f"{self.amount().amount:f}",
            "currency": self.exact.currency,
            "because": self.because,
        }


@attrs.frozen
class CreditRule(abc.ABC):
    """What a measured value costs the partner. Subclass it, frozen, for a rule of your own.

    By law a credit is never negative, and a better value never gives a larger one.
    """

    @abc.abstractmethod
    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        """The percentage of the charges for a measured value, and why."""

    def credit(self, charges: Money, measured: Decimal) -> Credit:
        """The credit on some charges.

        Raises:
            InvalidValue: negative charges.
        """
        if charges.amount < 0:
            raise InvalidValue("charges", charges.amount, "must not be negative")
        percent, because = self.percent(measured)
        return Credit(percent, charges.percent(percent), charges, because)


@final
@attrs.frozen
class FixedCredit(CreditRule):
    """A fixed percentage of the charges when the measured value lies below what is required.

    >>> FixedCredit(Decimal(95), Decimal(5)).percent(Decimal("94.9"))[0]
    Decimal('5')
    """

    required: Decimal
    rate: Decimal = attrs.field(validator=_share_of_all)

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        missed = measured < self.required
        return (self.rate if missed else _NOTHING), f"{measured:f} of the required {self.required:f}"


@final
@attrs.frozen
class Step:
    """From this value on, this percentage.

    >>> Step(Decimal(10), Decimal(5)).rate
    Decimal('5')
    """

    start: Decimal
    rate: Decimal = attrs.field(validator=_share_of_all)


@final
@attrs.frozen
class SteppedCredit(CreditRule):
    """Credit points to percentages by steps: the last step reached counts. More points are a worse performance.

    >>> rule = SteppedCredit((Step(Decimal(1), Decimal(2)), Step(Decimal(10), Decimal(5))))
    >>> [rule.percent(Decimal(points))[0] for points in (0, 1, 9, 10)]
    [Decimal('0'), Decimal('2'), Decimal('2'), Decimal('5')]

    Raises:
        InvalidValue: steps that do not rise.
    """

    steps: tuple[Step, ...]

    def __attrs_post_init__(self) -> None:
        for one, other in pairwise(self.steps):
            if other.start <= one.start:
                raise InvalidValue("steps", f"{other.start:f}", "must begin in strictly rising order")

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        reached = [step for step in self.steps if step.start <= measured]
        if not reached:
            return _NOTHING, f"{measured:f} points reach no step"
        return reached[-1].rate, f"{measured:f} points reach the step from {reached[-1].start:f}"


@final
@attrs.frozen
class LinearCredit(CreditRule):
    """The shortfall in percentage points is the percentage of the charges; nothing when the requirement is met.

    >>> LinearCredit(Decimal(98)).percent(Decimal(99))[0]
    Decimal('0')
    """

    required: Decimal

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        return max(self.required - measured, _NOTHING), f"{measured:f} of the required {self.required:f}"


@final
@attrs.frozen
class FullPointCredit(CreditRule):
    """So many percent of the charges for each full percentage point below a threshold.

    >>> FullPointCredit(Decimal(99), Decimal(2)).percent(Decimal("96.5"))[0]
    Decimal('4')
    """

    threshold: Decimal
    per_point: Decimal = attrs.field(validator=_not_negative)

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        points = max(math.floor(self.threshold - measured), 0)
        return points * self.per_point, f"{points} full points below {self.threshold:f}"


@final
@attrs.frozen
class PerDayCredit(CreditRule):
    """A share of the value for each day of delay, up to a cap; shares are fractions, so 0.005 is half a percent.

    >>> PerDayCredit(Decimal("0.005"), Decimal("0.05")).percent(Decimal(20))[0]
    Decimal('5.00')
    """

    per_day: Decimal = attrs.field(validator=_not_negative)
    cap: Decimal = attrs.field(validator=_not_negative)

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        share = min(max(measured, _NOTHING) * self.per_day, self.cap)
        held = " (the cap)" if share == self.cap else ""
        return share * 100, f"{measured:f} days late at {self.per_day:f} a day{held}"


@final
@attrs.frozen
class Pool:
    """Money at risk, and how it is divided: a pool's share of it, and a default's share of the pool.

    >>> pool = Pool(Money.of("100000.00", "EUR"), at_risk=Decimal(10))
    >>> str(pool.amount), str(pool.credit(Allocation(Decimal(50), Decimal(40))).rounded())
    ('10,000.00 EUR', '2,000.00 EUR')

    Raises:
        InvalidValue: negative charges, or a share outside 0..100 percent.
    """

    charges: Money
    at_risk: Decimal = attrs.field(validator=_share_of_all, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.charges.amount < 0:
            raise InvalidValue("charges", self.charges.amount, "must not be negative")

    @property
    def exact(self) -> Money:
        """The amount at risk before rounding."""
        return self.charges.percent(self.at_risk)

    @property
    def amount(self) -> Money:
        """The amount at risk, the most that all credits together can be."""
        return self.exact.rounded()

    def credit(self, allocation: Allocation) -> Money:
        """What one default costs, exactly."""
        return self.exact.percent(allocation.pool).percent(allocation.credit)

    def settle(self, allocations: Iterable[Allocation]) -> Capped:
        """Several defaults together, at most the amount at risk; rounded once.

        >>> pool = Pool(Money.of("1000.00", "EUR"), at_risk=Decimal(10))
        >>> capped = pool.settle([Allocation(Decimal(150), Decimal(50)), Allocation(Decimal(100), Decimal(50))])
        >>> str(capped.uncapped), str(capped.credit), capped.is_capped
        ('125.00 EUR', '100.00 EUR', True)
        """
        uncapped = Money(_NOTHING, self.charges.currency)
        for allocation in allocations:
            uncapped += self.credit(allocation)
        is_capped = self.exact < uncapped
        return Capped(uncapped.rounded(), (self.exact if is_capped else uncapped).rounded(), is_capped)


@final
@attrs.frozen
class Allocation:
    """A default's weight: the pool's share of the amount at risk, in percent, and the default's share of the pool.

    Pools may be weighted above 100 percent together; the amount at risk caps what comes of it.

    >>> Allocation(Decimal(50), Decimal(40)).pool
    Decimal('50')
    """

    pool: Decimal = attrs.field(validator=_not_negative)
    credit: Decimal = attrs.field(validator=_not_negative)


@final
@attrs.frozen
class Capped:
    """A sum of credits before and after the cap.

    >>> Capped(Money.of("5.00", "EUR"), Money.of("3.00", "EUR"), True).is_capped
    True
    """

    uncapped: Money
    credit: Money
    is_capped: bool


CREDIT_RULES: Final = (FixedCredit, SteppedCredit, LinearCredit, FullPointCredit, PerDayCredit)
"""The rules of this room."""
