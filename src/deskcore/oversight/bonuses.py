"""Bonuses: what a promise more than kept earns the partner, as nodes that print themselves.

A bonus answers for one measurement, as a ``CreditRule`` does. Not here: setting bonuses off against credits
(``settlement``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import abc
import math
from decimal import Decimal
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.credits import Credit, share_of_all
from deskcore.oversight.money import Money

_NOTHING: Final = Decimal(0)


@attrs.frozen
class BonusRule(abc.ABC):
    """What a measured value earns. Subclass it, frozen, for a rule of your own.

    By law a bonus is never negative, and a better value never earns a smaller one. More is better here.
    """

    @abc.abstractmethod
    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        """The percentage of the charges for a measured value, and why."""

    def bonus(self, charges: Money, measured: Decimal) -> Credit:
        """The bonus on some charges.

        Raises:
            InvalidValue: negative charges.
        """
        if charges.amount < 0:
            raise InvalidValue("charges", charges.amount, "must not be negative")
        percent, because = self.percent(measured)
        return Credit(percent, charges.percent(percent), charges, because)


@final
@attrs.frozen
class FixedBonus(BonusRule):
    """A fixed percentage of the charges from a value on, itself included.

    >>> FixedBonus(Decimal(99), Decimal(2)).bonus(Money.of("1000.00", "EUR"), Decimal(99)).explain()
    '20.00 EUR: 2 % of 1,000.00 EUR (99 reaches 99)'
    """

    start: Decimal
    rate: Decimal = attrs.field(validator=share_of_all)

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        reached = measured >= self.start
        verb = "reaches" if reached else "does not reach"
        return (self.rate if reached else _NOTHING), f"{measured:f} {verb} {self.start:f}"


@final
@attrs.frozen
class FullPointBonus(BonusRule):
    """So many percent of the charges for each full percentage point above a threshold, at most ``cap`` percent.

    >>> FullPointBonus(Decimal(95), Decimal("0.5"), cap=Decimal(2)).percent(Decimal("98.2"))[0]
    Decimal('1.5')
    """

    threshold: Decimal
    per_point: Decimal = attrs.field(validator=share_of_all)
    cap: Decimal = attrs.field(validator=share_of_all, kw_only=True)

    def percent(self, measured: Decimal) -> tuple[Decimal, str]:
        points = max(math.floor(measured - self.threshold), 0)
        earned = min(points * self.per_point, self.cap)
        held = " (the cap)" if points and earned == self.cap else ""
        return earned, f"{points} full points above {self.threshold:f}{held}"


BONUS_RULES: Final = (FixedBonus, FullPointBonus)
"""The rules of this room."""
