"""Weighted pools: money at risk, how it is divided among promises, and its cap.

Not here: rules by a measured value (``credits``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.credits import not_below_zero, share_of_all
from deskcore.oversight.money import Money
from deskcore.oversight.settlement import CreditLine

_NOTHING: Final = Decimal(0)


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
    at_risk: Decimal = attrs.field(validator=share_of_all, kw_only=True)

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

    def line(
        self,
        promise: str,
        allocation: Allocation,
        *,
        because: str = "",
        tickets: tuple[str, ...] = (),
        incident: str | None = None,
    ) -> CreditLine:
        """A default as a line that explains itself; settle several with ``cap=pool.exact``.

        >>> pool = Pool(Money.of("100000.00", "EUR"), at_risk=Decimal(10))
        >>> print(pool.line("resolution", Allocation(Decimal(50), Decimal(40)), tickets=("T-1",)).explain())
        resolution: 2,000.00 EUR, because 40 % of a pool of 50 % of 10,000.00 EUR at risk; tickets T-1
        """
        weighed = f"{allocation.credit:f} % of a pool of {allocation.pool:f} % of {self.amount} at risk"
        why = f"{because}: {weighed}" if because else weighed
        exact = self.credit(allocation)
        shown = exact if exact.amount != exact.rounded().amount else exact.rounded()
        return CreditLine(promise, shown, why, tickets, incident)

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

    pool: Decimal = attrs.field(validator=not_below_zero)
    credit: Decimal = attrs.field(validator=not_below_zero)


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
