"""Charges that follow volume: minimum commitments, dead bands, relief beyond the forecast, earn-back.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from deskcore._value import FrozenDict, as_frozen, not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.money import Money, rounded, total


def _percent(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    if not (value.is_finite() and value >= 0):
        raise InvalidValue(field.name, value, "must be a finite percentage, zero or more")


def _price(_: object, field: attrs.Attribute[Money], value: Money) -> None:
    if value.amount < 0:
        raise InvalidValue(field.name, value.amount, "must not be negative")


@final
@attrs.frozen
class MinimumCommitment:
    """At least a percentage of the forecast is paid for, whatever came.

    >>> deal = MinimumCommitment(10_000, Decimal(90), Money.of("4.00", "EUR"))
    >>> deal.billable(7000), str(deal.charge(7000))
    (Decimal('9000'), '36,000.00 EUR')

    Raises:
        InvalidValue: negative numbers.
    """

    forecast: int = attrs.field(validator=not_negative)
    floor: Decimal = attrs.field(validator=_percent)
    unit_price: Money = attrs.field(validator=_price)

    def billable(self, actual: int) -> Decimal:
        """The units that are paid for; a floor between two units is not rounded.

        Raises:
            InvalidValue: a negative volume.
        """
        _volume(actual)
        return max(Decimal(actual), self.forecast * self.floor / 100)

    def charge(self, actual: int) -> Money:
        """What they cost, rounded once."""
        return self.unit_price.times(self.billable(actual)).rounded()

    def explain(self, actual: int) -> str:
        """The charge and how it came about in one line.

        >>> print(MinimumCommitment(10_000, Decimal(90), Money.of("4.00", "EUR")).explain(7000))
        36,000.00 EUR: 9,000 units at 4.00 EUR (7,000 came, 90 % of 10,000 are committed)
        """
        came = f"{actual:,} came, {self.floor:f} % of {self.forecast:,} are committed"
        return f"{self.charge(actual)}: {self.billable(actual):,f} units at {self.unit_price} ({came})"


@final
@attrs.frozen
class VolumeBand:
    """A base charge for a base volume with a dead band: units beyond its edges cost extra, or give something back.

    >>> deal = VolumeBand(
    ...     10_000, Money.of("100000.00", "EUR"), Decimal(5), Money.of("9.00", "EUR"), Money.of("7.00", "EUR")
    ... )
    >>> [str(deal.charge(volume)) for volume in (10_500, 10_800, 9_000)]
    ['100,000.00 EUR', '102,700.00 EUR', '96,500.00 EUR']

    Raises:
        InvalidValue: negative numbers, or mixed currencies.
    """

    base_volume: int = attrs.field(validator=not_negative)
    base_charge: Money = attrs.field(validator=_price)
    dead_band: Decimal = attrs.field(validator=_percent)
    additional_rate: Money = attrs.field(validator=_price)
    reduced_rate: Money = attrs.field(validator=_price)

    def __attrs_post_init__(self) -> None:
        self.base_charge.same_currency(self.additional_rate)
        self.base_charge.same_currency(self.reduced_rate)

    @property
    def edges(self) -> tuple[Decimal, Decimal]:
        """The volumes between which the base charge stands, both included."""
        width = self.base_volume * self.dead_band / 100
        return self.base_volume - width, self.base_volume + width

    def is_within(self, volume: int) -> bool:
        """Whether a volume lies inside the band."""
        low, high = self.edges
        return low <= volume <= high

    def charge(self, volume: int) -> Money:
        """What a period's volume costs, rounded once.

        Raises:
            InvalidValue: a negative volume.
        """
        _volume(volume)
        low, high = self.edges
        extra, missing = max(volume - high, Decimal(0)), max(low - volume, Decimal(0))
        return (self.base_charge + self.additional_rate.times(extra) - self.reduced_rate.times(missing)).rounded()

    def explain(self, volume: int) -> str:
        """The charge and how it came about in one line.

        >>> deal = VolumeBand(
        ...     10_000, Money.of("100000.00", "EUR"), Decimal(5), Money.of("9.00", "EUR"), Money.of("7.00", "EUR")
        ... )
        >>> print(deal.explain(10_800))
        102,700.00 EUR: 10,800 units, 300 above the band of 9,500 to 10,500, at 9.00 EUR each
        """
        low, high = self.edges
        band = f"the band of {low:,f} to {high:,f}"
        if volume > high:
            where = f"{volume - high:,f} above {band}, at {self.additional_rate} each"
        elif volume < low:
            where = f"{low - volume:,f} below {band}, {self.reduced_rate} back for each"
        else:
            where = f"within {band}"
        return f"{self.charge(volume)}: {volume:,} units, {where}"


@final
@attrs.frozen
class PlannedInterval:
    """A stretch of the plan: how much was forecast, how much came, and whether the promise was kept in it.

    >>> PlannedInterval(100, 130, is_met=False).actual
    130
    """

    forecast: int = attrs.field(validator=not_negative)
    actual: int = attrs.field(validator=not_negative)
    is_met: bool = attrs.field(kw_only=True)


@final
@attrs.frozen
class Relief:
    """Attainment without the intervals in which more came than a percentage of the forecast, strictly.

    >>> relief = Relief(Decimal(110), (PlannedInterval(100, 111, is_met=False), PlannedInterval(100, 110, is_met=True)))
    >>> relief.relieved, relief.counted, relief.met, relief.attainment
    (1, 1, 1, 1.0)
    """

    above: Decimal = attrs.field(validator=_percent)
    intervals: tuple[PlannedInterval, ...]

    def is_relieved(self, interval: PlannedInterval) -> bool:
        """Whether the partner is excused for an interval."""
        return interval.actual * 100 > self.above * interval.forecast

    @property
    def relieved(self) -> int:
        """How many intervals are excused."""
        return sum(self.is_relieved(interval) for interval in self.intervals)

    @property
    def counted(self) -> int:
        """How many count."""
        return len(self.intervals) - self.relieved

    @property
    def met(self) -> int:
        """How many of those were met."""
        return sum(interval.is_met and not self.is_relieved(interval) for interval in self.intervals)

    @property
    def attainment(self) -> float | None:
        """Met over counted; ``None`` when all are excused."""
        return self.met / self.counted if self.counted else None

    def explain(self) -> str:
        """What counted and what was excused in one line.

        >>> print(Relief(Decimal(110), (PlannedInterval(100, 130, is_met=False),)).explain())
        no attainment, because all 1 intervals are relieved (more than 110 % of the forecast came)
        """
        why = f"more than {self.above:f} % of the forecast came"
        if self.attainment is None:
            return f"no attainment, because all {self.relieved} intervals are relieved ({why})"
        shown = f"{self.attainment * 100:.1f} %: {self.met} of {self.counted} intervals met"
        return f"{shown}; {self.relieved} relieved ({why})"


def _credits(held: Mapping[str, Money]) -> FrozenDict[Money]:
    return as_frozen(held)


@final
@attrs.frozen
class EarnBack:
    """Credits are paid back when the year's mean reaches what was expected; ``credits`` are by month number.

    >>> year = EarnBack(Decimal(95), (Decimal(94), Decimal(96)), {"1": Money.of("500.00", "EUR")})
    >>> year.year_average, year.is_earned, str(year.returned("EUR"))
    (Decimal('95.0000'), True, '500.00 EUR')

    Raises:
        InvalidValue: a year without months.
    """

    expected: Decimal
    monthly: tuple[Decimal, ...]
    credits: FrozenDict[Money] = attrs.field(factory=FrozenDict[Money], converter=_credits)

    def __attrs_post_init__(self) -> None:
        if not self.monthly:
            raise InvalidValue("monthly", self.monthly, "must hold at least one month")

    @property
    def exact_average(self) -> Fraction:
        """The simple mean of the months, unrounded: it decides."""
        return sum((Fraction(one) for one in self.monthly), Fraction(0)) / len(self.monthly)

    @property
    def year_average(self) -> Decimal:
        """The mean for people, to four places."""
        return rounded(self.exact_average, 4)

    @property
    def is_earned(self) -> bool:
        """Whether the mean reaches what was expected."""
        return self.exact_average >= Fraction(self.expected)

    def returned(self, currency: str) -> Money:
        """What is paid back: every credit of the year, or nothing."""
        paid: Iterable[Money] = self.credits.values() if self.is_earned else ()
        return total(paid, currency).rounded()

    def explain(self, currency: str) -> str:
        """Whether the year earned its credits back, in one line.

        >>> print(EarnBack(Decimal(95), (Decimal(94),)).explain("EUR"))
        nothing is returned: the mean of 1 months is 94.0000, 95 were expected
        """
        verb = f"{self.returned(currency)} is returned" if self.is_earned else "nothing is returned"
        mean = f"the mean of {len(self.monthly)} months is {self.year_average:f}"
        return f"{verb}: {mean}, {self.expected:f} were expected"


def _volume(value: int) -> None:
    if value < 0:
        raise InvalidValue("volume", value, "must not be negative")
