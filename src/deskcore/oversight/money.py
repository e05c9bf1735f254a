"""Money: exact decimals of one currency that never mix with another, and one rounding at the end.

Layer: oversight. Imports errors only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue, OutOfRange

Rounding: TypeAlias = Literal["half_up", "half_even"]
_MODES: Final = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
# Wide enough that no product of amounts and percentages loses a digit, whatever context the host has set.
_EXACT: Final = Context(prec=100)


def _finite(_: object, field: attrs.Attribute[Decimal], value: Decimal) -> None:
    if not value.is_finite():
        raise InvalidValue(field.name, value, "must be a finite amount")


def rounded(amount: Decimal | Fraction, places: int = 2, mode: Rounding = "half_up") -> Decimal:
    """An exact amount to so many places; half a unit goes away from zero, or to the even neighbour.

    >>> rounded(Decimal("2.345")), rounded(Decimal("2.345"), mode="half_even")
    (Decimal('2.35'), Decimal('2.34'))

    Raises:
        InvalidValue: an unknown mode.
    """
    if mode not in _MODES:
        raise InvalidValue("mode", mode, f"must be one of {', '.join(get_args(Rounding))}")
    exact = Fraction(amount) * 10**places
    whole, rest = divmod(abs(exact), 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half_up" or whole % 2 == 1))
    units = int(whole) + up
    return Decimal(-units if exact < 0 else units).scaleb(-places, context=_EXACT)


@final
@attrs.frozen
class Money:
    """An exact amount in one currency. Adding, subtracting and comparing another currency is refused.

    >>> Money(Decimal("10.00"), "EUR") + Money(Decimal("0.50"), "EUR")
    Money(amount=Decimal('10.50'), currency='EUR')
    >>> Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: currency must be EUR, because currencies do not mix (got 'USD')

    Raises:
        InvalidValue: an amount that is not finite, or an empty currency.
    """

    amount: Decimal = attrs.field(validator=_finite)
    currency: str = attrs.field(validator=named)

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Money:
        """From text: ``Money.of("9.50", "EUR")``."""
        return cls(Decimal(amount), currency)

    def same_currency(self, other: Money) -> Money:
        """The other amount, if it is of this currency.

        Raises:
            InvalidValue: it is not.
        """
        if other.currency != self.currency:
            raise InvalidValue("currency", other.currency, f"must be {self.currency}, because currencies do not mix")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(_EXACT.add(self.amount, self.same_currency(other).amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(_EXACT.subtract(self.amount, self.same_currency(other).amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self.same_currency(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self.same_currency(other).amount

    def times(self, factor: Decimal) -> Money:
        """The amount multiplied, exactly and without rounding.

        >>> Money.of("10.05", "EUR").times(Decimal("0.5")).amount
        Decimal('5.025')
        """
        return Money(_EXACT.multiply(self.amount, factor), self.currency)

    def share(self, part: Fraction, places: int = 12) -> Money:
        """A part of it, such as a third: to twelve places, enough for one rounding to cents afterwards.

        >>> Money.of("10.00", "EUR").share(Fraction(1, 3)).rounded().amount
        Decimal('3.33')
        """
        return Money(rounded(Fraction(self.amount) * part, places), self.currency)

    def percent(self, percentage: Decimal) -> Money:
        """So many percent of it, exactly.

        >>> Money.of("80.00", "EUR").percent(Decimal("2.5")).rounded().amount
        Decimal('2.00')
        """
        return self.times(percentage.scaleb(-2, context=_EXACT))

    def rounded(self, places: int = 2, mode: Rounding = "half_up") -> Money:
        """Rounded once, at the end of a calculation."""
        return Money(rounded(self.amount, places, mode), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:,} {self.currency}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; of none it is zero.

    >>> str(total([Money.of("1.50", "EUR"), Money.of("2.00", "EUR")], "EUR"))
    '3.50 EUR'
    """
    held = Money(Decimal("0.00"), currency)
    for amount in amounts:
        held += amount
    return held


@final
@attrs.frozen
class Rate:
    """How much of ``into`` one unit of ``currency`` is worth from a date on.

    >>> Rate("USD", "EUR", date(2026, 1, 1), Decimal("0.90")).value
    Decimal('0.90')
    """

    currency: str
    into: str
    from_on: date
    value: Decimal

    def __attrs_post_init__(self) -> None:
        if not (self.value.is_finite() and self.value > 0):
            raise InvalidValue("value", self.value, "must be a finite rate above zero")


@final
@attrs.frozen
class Rates:
    """Dated rates of exchange; the latest one begun by a date holds. Nothing is inverted or chained in silence.

    >>> rates = Rates((Rate("USD", "EUR", date(2026, 1, 1), Decimal("0.90")),))
    >>> str(rates.convert(Money.of("10.00", "USD"), "EUR", on=date(2026, 5, 1)))
    '9.0000 EUR'

    Raises:
        InvalidValue: two rates of one pair from the same date.
    """

    rates: tuple[Rate, ...]

    def __attrs_post_init__(self) -> None:
        keys = [(rate.currency, rate.into, rate.from_on) for rate in self.rates]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise InvalidValue("rates", twice, "must not state one pair twice from the same date")

    def convert(self, money: Money, into: str, *, on: date) -> Money:
        """The amount in another currency, unrounded.

        Raises:
            OutOfRange: no rate of that pair holds on the date.
        """
        if money.currency == into:
            return money
        held = [
            rate for rate in self.rates if (rate.currency, rate.into) == (money.currency, into) and rate.from_on <= on
        ]
        if not held:
            raise OutOfRange(f"rates from {money.currency} to {into}", on.isoformat(), "dates with a rate of that pair")
        return Money(_EXACT.multiply(money.amount, max(held, key=lambda rate: rate.from_on).value), into)

    def total(self, amounts: Iterable[tuple[Money, date]], into: str) -> Money:
        """The sum of dated amounts of any currency, each converted at its own date's rate, unrounded.

        >>> rates = Rates((Rate("USD", "EUR", date(2026, 1, 1), Decimal("0.90")),))
        >>> paid = [(Money.of("10.00", "USD"), date(2026, 5, 1)), (Money.of("1.00", "EUR"), date(2026, 5, 2))]
        >>> str(rates.total(paid, "EUR").rounded())
        '10.00 EUR'

        Raises:
            OutOfRange: no rate of that pair holds on a date.
        """
        return total((self.convert(amount, into, on=on) for amount, on in amounts), into)
