"""Service credits: what a missed promise costs, as nodes that print themselves.

A rule answers for one measurement. Not here: from tickets to a line (``invoicing``), putting lines together
(``settlement``), bonuses (``bonuses``), charges by volume (``charges``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import abc
import math
from decimal import Decimal
from itertools import pairwise
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.money import Money, Rounding

_NOTHING: Final = Decimal(0)


def share_of_all(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    """Validator: a percentage of 0 to 100."""
    if not (value.is_finite() and 0 <= value <= 100):  # noqa: PLR2004 - percent
        raise InvalidValue(field.name, value, "must lie in 0..100 percent")


def not_below_zero(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    """Validator: finite, zero or more."""
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

    @property
    def more_is_better(self) -> bool:
        """Whether a higher measured value is the better one, as with a share kept; not so with points or days late."""
        return True

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
    rate: Decimal = attrs.field(validator=share_of_all)

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
    rate: Decimal = attrs.field(validator=share_of_all)


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

    @property
    def more_is_better(self) -> bool:
        return False

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        reached = [step for step in self.steps if step.start <= measured]
        if not reached:
            return _NOTHING, f"{measured:f} points reach no step"
        return reached[-1].rate, f"{measured:f} points reach the step from {reached[-1].start:f}"


@final
@attrs.frozen
class SteppedShortfall(CreditRule):
    """Percentages by how low a share fell: below a step's start its rate is due, the lowest start fallen below counts.

    Exactly on a start it is not below it.

    >>> rule = SteppedShortfall((Step(Decimal(99), Decimal(5)), Step(Decimal(95), Decimal(10))))
    >>> [rule.percent(Decimal(share))[0] for share in ("99", "98.9", "95", "94")]
    [Decimal('0'), Decimal('5'), Decimal('5'), Decimal('10')]

    Raises:
        InvalidValue: starts that do not fall, or rates that do not rise.
    """

    steps: tuple[Step, ...]

    def __attrs_post_init__(self) -> None:
        for one, other in pairwise(self.steps):
            if other.start >= one.start or other.rate < one.rate:
                raise InvalidValue("steps", f"{other.start:f}", "must begin in strictly falling order, at rising rates")

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        fallen = [step for step in self.steps if measured < step.start]
        if not fallen:
            return _NOTHING, f"{measured:f} falls below no step"
        return fallen[-1].rate, f"{measured:f} falls below {fallen[-1].start:f}"


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
    per_point: Decimal = attrs.field(validator=not_below_zero)

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

    per_day: Decimal = attrs.field(validator=not_below_zero)
    cap: Decimal = attrs.field(validator=not_below_zero)

    @property
    def more_is_better(self) -> bool:
        return False

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        share = min(max(measured, _NOTHING) * self.per_day, self.cap)
        held = " (the cap)" if share == self.cap else ""
        return share * 100, f"{measured:f} days late at {self.per_day:f} a day{held}"


CREDIT_RULES: Final = (
    FixedCredit,
    SteppedCredit,
    SteppedShortfall,
    LinearCredit,
    FullPointCredit,
    PerDayCredit,
)
"""The rules of this room."""
