"""What a figure's definition is: what it counts of one ticket, and what comes of all of them together.

Not here: the definitions (``kpi`` lists them), adding up (``tally``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Final, final, get_args

import attrs

from deskcore._value import SECOND
from deskcore.errors import InvalidValue
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.quantiles import Method, quantile
from deskcore.oversight.value import Excluded, KpiValue, Unit

HOUSE: Final = "house"


@final
@attrs.frozen
class Counted:
    """What one ticket adds: to the numerator, to the denominator, and (amounts of time) in microseconds.

    ``lasting`` are amounts that have not ended: they are at least this much.

    >>> Counted(1).denominator
    1
    """

    numerator: int = 0
    denominator: int = 1
    amounts: tuple[int, ...] = ()
    lasting: tuple[int, ...] = ()


@final
@attrs.frozen
class Summed:
    """What all tickets added: both numbers, every amount, and what was left out, sorted by id.

    >>> Summed(3, 4).denominator
    4
    """

    numerator: int
    denominator: int
    amounts: Sequence[int] = ()
    lasting: Sequence[int] = ()
    excluded: tuple[Excluded, ...] = ()


@attrs.frozen
class Kpi(abc.ABC):
    """A figure's definition. Subclass it, frozen, for a figure of your own: ``Tally`` takes any.

    ``count`` says what one ticket adds, or as text why it is left out.

    >>> @attrs.frozen
    ... class Vip(Kpi):
    ...     name = "acme.vip"
    ...     definition = "tickets of gold customers / tickets"
    ...     def count(self, outcome):
    ...         return Counted(int(outcome.customer_tier == "gold"))
    >>> Vip().unit
    'share'
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Stable and unique within a report, for example ``attainment.resolution``."""

    @property
    @abc.abstractmethod
    def definition(self) -> str:
        """What is divided by what, in words."""

    @property
    def unit(self) -> Unit:
        """What the value is."""
        return "share"

    @abc.abstractmethod
    def count(self, outcome: TicketOutcome) -> Counted | str:
        """What a ticket adds, or why it is left out."""

    def conclude(self, added: Summed) -> KpiValue:
        """The value of what was added up."""
        if not added.denominator:
            return self.shaped(added, None, self._nothing)
        return self.shaped(added, added.numerator / added.denominator)

    def shaped(self, added: Summed, value: float | None, reason: str = "") -> KpiValue:
        """A value of this figure with its numbers; amounts of time are printed in seconds."""
        numerator = added.numerator / SECOND if self.unit == "seconds" else added.numerator
        return KpiValue(
            self.name, value, numerator, added.denominator, added.excluded, self.definition, self.unit, reason
        )

    @property
    def _nothing(self) -> str:
        return "no ticket counts"


def require(field: str, value: str, accepted: tuple[str, ...]) -> None:
    """Refuse a word that is none of those accepted.

    >>> require("of", "team", ("team", "assignee"))

    Raises:
        InvalidValue: it is none of them.
    """
    if value not in accepted:
        raise InvalidValue(field, value, f"must be one of {', '.join(accepted)}")


def check_spread(share: float | None, method: Method) -> None:
    """Refuse a quantile outside 0..1 and a method nobody knows.

    >>> check_spread(0.9, "nearest_rank")

    Raises:
        InvalidValue: either.
    """
    require("method", method, get_args(Method))
    if share is not None and not 0 <= share <= 1:
        raise InvalidValue("quantile", share, "must lie in 0..1, for example 0.9; None means the mean")


def spread_name(share: float | None) -> str:
    """``p90``, or ``mean``.

    >>> spread_name(0.9), spread_name(None)
    ('p90', 'mean')
    """
    return "mean" if share is None else f"p{share * 100:g}"


def spread_words(share: float | None, method: Method) -> str:
    """How the number for all of them is found.

    >>> spread_words(0.9, "nearest_rank")
    'quantile 0.9 by nearest_rank'
    """
    return "mean" if share is None else f"quantile {share:g} by {method}"


def spread_of(added: Summed, share: float | None, method: Method) -> float:
    """The quantile, or the mean, of amounts in microseconds: in seconds.

    >>> spread_of(Summed(3_000_000, 2, (1_000_000, 2_000_000)), None, "nearest_rank")
    1.5
    """
    us = added.numerator / added.denominator if share is None else quantile(added.amounts, share, method=method)
    return us / SECOND
