"""What a contact and a solution cost, and when a one-off investment has paid for itself.

For the own house it is a cost, for a partner a price: the figure's name says which. Not here: what a contract charges
(``charges``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Literal, final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.counts import figure
from deskcore.oversight.definition import require
from deskcore.oversight.money import Money
from deskcore.oversight.value import KpiValue


def cost_per_resolution(price: Decimal, resolved_share: float) -> Fraction | None:
    """The price of a contact over the share of contacts that resolve; ``None`` when none does.

    A cheaper contact can cost more for each resolution.

    >>> float(cost_per_resolution(Decimal(6), 0.5)), float(cost_per_resolution(Decimal(8), 0.8))
    (12.0, 10.0)

    Raises:
        InvalidValue: a negative price, or a share outside 0..1.
    """
    if not price >= 0:
        raise InvalidValue("price", price, "must not be negative")
    if not 0 <= resolved_share <= 1:
        raise InvalidValue("resolved_share", resolved_share, "must lie in 0..1")
    return Fraction(price) / Fraction(str(resolved_share)) if resolved_share else None


def cost_per_contact(expense: Decimal, contacts: int) -> Fraction | None:
    """All expenses of a period over its contacts; ``None`` without contacts.

    >>> float(cost_per_contact(Decimal(1000), 80))
    12.5

    Raises:
        InvalidValue: negative numbers.
    """
    if contacts < 0:
        raise InvalidValue("contacts", contacts, "must not be negative")
    if not expense >= 0:
        raise InvalidValue("expense", expense, "must not be negative")
    return Fraction(expense) / contacts if contacts else None


def _paid(_: object, field: attrs.Attribute[Money], value: Money) -> None:
    if value.amount < 0:
        raise InvalidValue(field.name, value.amount, "must not be negative")


@final
@attrs.frozen
class Costs:
    """All expenses of a period beside its contacts and solutions; ``kind`` tells the house's cost from a partner's price.

    >>> spent = Costs(Money.of("1000.00", "EUR"), contacts=80, resolutions=50, kind="price")
    >>> [(one.name, one.shown) for one in spent.figures()]
    [('price.per_contact', '12.50'), ('price.per_resolution', '20.00')]

    Raises:
        InvalidValue: negative numbers, or an unknown kind.
    """  # noqa: E501 - the first line says it whole

    expense: Money = attrs.field(validator=_paid)
    contacts: int = attrs.field(validator=not_negative)
    resolutions: int = attrs.field(validator=not_negative)
    kind: Literal["cost", "price"] = attrs.field(default="cost", kw_only=True)

    def __attrs_post_init__(self) -> None:
        require("kind", self.kind, ("cost", "price"))

    @property
    def per_contact(self) -> Fraction | None:
        """Exactly; ``None`` without contacts."""
        return Fraction(self.expense.amount) / self.contacts if self.contacts else None

    @property
    def per_resolution(self) -> Fraction | None:
        """Exactly; ``None`` without solutions."""
        return Fraction(self.expense.amount) / self.resolutions if self.resolutions else None

    def with_share_of(self, one_off: OneOff) -> Costs:
        """The same with a month's part of a one-off cost.

        >>> spent = Costs(Money.of("1000.00", "EUR"), contacts=80, resolutions=50)
        >>> float(spent.with_share_of(OneOff(Money.of("2400.00", "EUR"), months=24)).per_resolution)
        22.0

        Raises:
            InvalidValue: of another currency.
        """
        month = self.expense.same_currency(one_off.each_month)
        return attrs.evolve(self, expense=self.expense + month)

    def figures(self) -> tuple[KpiValue, ...]:
        """Both, named; their definitions name the currency."""
        spent, money = Fraction(self.expense.amount), f"expenses in {self.expense.currency}"
        return (
            figure(f"{self.kind}.per_contact", spent, self.contacts, f"{money} / contacts", unit="money"),
            figure(f"{self.kind}.per_resolution", spent, self.resolutions, f"{money} / resolutions", unit="money"),
        )


@final
@attrs.frozen
class OneOff:
    """A cost paid once, such as training or lines, and the months it is spread over.

    >>> str(OneOff(Money.of("2400.00", "EUR"), months=24).each_month)
    '100.00 EUR'

    Raises:
        InvalidValue: a negative amount, or no month.
    """

    amount: Money = attrs.field(validator=_paid)
    months: int = 12

    def __attrs_post_init__(self) -> None:
        if self.months < 1:
            raise InvalidValue("months", self.months, "must be at least 1")

    @property
    def each_month(self) -> Money:
        """A month's part, rounded to cents."""
        return self.amount.share(Fraction(1, self.months)).rounded()

    def break_even(self, before: Money, after: Money) -> int | None:
        """The month in which what is saved each month has paid for it; ``None`` when nothing is saved.

        >>> OneOff(Money.of("2500.00", "EUR")).break_even(Money.of("5000.00", "EUR"), Money.of("4000.00", "EUR"))
        3

        Raises:
            InvalidValue: mixed currencies.
        """
        self.amount.same_currency(before)
        saved = (before - after).amount
        return math.ceil(Fraction(self.amount.amount) / Fraction(saved)) if saved > 0 else None
