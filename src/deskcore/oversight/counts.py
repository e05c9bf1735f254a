"""Figures of counts that a host already has: paid time, promises by state, self-help, people who left.

Where products divide by different things, the variant is an argument without a default. A share of nothing is
``None``. ``figures`` of each gives them named, with numerator, denominator and definition, ready for a review. Not
here: counting tickets (``tally``), owed work (``stock``), calls (``calls``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, final, get_args

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written
from deskcore.oversight.promises import Denominator
from deskcore.oversight.value import KpiValue, Unit


def ratio(numerator: float | Fraction, denominator: float | Fraction) -> float | None:
    """One over the other, ``None`` over nothing; numbers are taken as the decimals they are written as.

    >>> ratio(5.1, 6.0), ratio(1, 0)
    (0.85, None)
    """
    below = as_written(denominator)
    return float(as_written(numerator) / below) if below else None


def figure(
    name: str,
    numerator: float | Fraction | None,
    denominator: float | Fraction | None,
    definition: str,
    *,
    unit: Unit = "share",
    reason: str = "",
) -> KpiValue:
    """A named figure of two counts: no value over nothing, and none where a count is not known.

    >>> figure("abandonment.raw", 8, 100, "abandoned / offered").shown
    '8.0 %'
    """
    if numerator is None or denominator is None:
        return KpiValue(name, None, 0, 0, (), definition, unit, reason or "a count is not known")
    value = ratio(numerator, denominator)
    why = "" if value is not None else reason or "there is nothing to divide by"
    return KpiValue(name, value, float(numerator), float(denominator), (), definition, unit, why)


def seconds(_: object, field: attrs.Attribute[float], value: float) -> None:
    """Validator: an amount that must not be negative, nor no number."""
    if not value >= 0:
        raise InvalidValue(field.name, value, "must not be negative")


@final
@attrs.frozen
class PaidTime:
    """Where paid time went, in any one unit: handling contacts, being available, logged on for something else.

    >>> day = PaidTime(handling=5.1, available=0.9, other=1.0, paid=8.0)
    >>> day.occupancy, day.utilisation, day.shrinkage
    (0.85, 0.6375, 0.25)

    Raises:
        InvalidValue: negative times.
    """

    handling: float = attrs.field(validator=seconds)
    available: float = attrs.field(validator=seconds)
    other: float = attrs.field(default=0.0, validator=seconds)
    paid: float = attrs.field(validator=seconds, kw_only=True)

    @property
    def occupancy(self) -> float | None:
        """Handling over handling and available: how busy those on duty are."""
        return ratio(as_written(self.handling), as_written(self.handling) + as_written(self.available))

    @property
    def utilisation(self) -> float | None:
        """Handling over paid."""
        return ratio(self.handling, self.paid)

    @property
    def shrinkage(self) -> float | None:
        """The share of paid time in which nobody could be reached; negative where more was worked than paid."""
        return ratio(self._away, self.paid)

    def figures(self) -> tuple[KpiValue, ...]:
        """All three, named."""
        busy = as_written(self.handling) + as_written(self.available)
        return (
            figure("occupancy", self.handling, busy, "handling / handling and available"),
            figure("utilisation", self.handling, self.paid, "handling / paid"),
            figure("shrinkage", self._away, self.paid, "paid less handling and available / paid"),
        )

    @property
    def _away(self) -> Fraction:
        return as_written(self.paid) - as_written(self.handling) - as_written(self.available)


@final
@attrs.frozen
class PromiseCounts:
    """Promises by state: kept, broken and over, broken and still open, open and in time.

    >>> counts = PromiseCounts(3, 0, 0, 2)
    >>> counts.attainment("completed_or_breached"), counts.attainment("all_started")
    (1.0, 0.6)

    Raises:
        InvalidValue: negative counts.
    """

    completed_met: int = attrs.field(validator=not_negative)
    completed_breached: int = attrs.field(validator=not_negative)
    ongoing_breached: int = attrs.field(validator=not_negative)
    ongoing_ok: int = attrs.field(validator=not_negative)

    def attainment(self, denominator: Denominator) -> float | None:
        """The share kept, of a named denominator.

        Raises:
            InvalidValue: an unknown denominator.
        """
        if denominator not in get_args(Denominator):
            raise InvalidValue("denominator", denominator, f"must be one of {', '.join(get_args(Denominator))}")
        return ratio(self.completed_met, self._of(denominator))

    def figures(self, metric: str) -> tuple[KpiValue, ...]:
        """All denominators of a metric's attainment, each under its own name.

        >>> [round(one.value, 2) for one in PromiseCounts(3, 0, 0, 2).figures("resolution")]
        [1.0, 1.0, 0.6]
        """
        return tuple(
            figure(f"attainment.{metric}.{name}", self.completed_met, self._of(name), f"met / {name.replace('_', ' ')}")
            for name in _DENOMINATORS
        )

    def _of(self, denominator: Denominator) -> int:
        of = self.completed_met + self.completed_breached
        if denominator != "completed_only":
            of += self.ongoing_breached
        return of + self.ongoing_ok if denominator == "all_started" else of


_DENOMINATORS: Final[tuple[Denominator, ...]] = ("completed_only", "completed_or_breached", "all_started")


@final
@attrs.frozen
class Deflection:
    """How many helped themselves, beside how many came to a person.

    >>> Deflection(self_resolved=300, agent_contacts=700).rate
    0.3

    Raises:
        InvalidValue: negative counts.
    """

    self_resolved: int = attrs.field(validator=not_negative)
    agent_contacts: int = attrs.field(validator=not_negative)

    @property
    def rate(self) -> float | None:
        """Helped themselves over all who sought help."""
        return self.figures()[0].value

    def figures(self) -> tuple[KpiValue, ...]:
        """The rate, named."""
        everybody = self.self_resolved + self.agent_contacts
        return (
            figure("deflection", self.self_resolved, everybody, "self-resolved / self-resolved and agent contacts"),
        )


@final
@attrs.frozen
class Attrition:
    """People who left over some months, and how many there were on average.

    >>> Attrition(leavers=3, average_headcount=20, months=6).annualised
    0.3

    Raises:
        InvalidValue: negative numbers, or no month.
    """

    leavers: int = attrs.field(validator=not_negative)
    average_headcount: float = attrs.field(validator=seconds)
    months: int = 12

    def __attrs_post_init__(self) -> None:
        if self.months < 1:
            raise InvalidValue("months", self.months, "must be at least 1")

    @property
    def annualised(self) -> float | None:
        """Leavers a year over the average headcount; may exceed 1."""
        return self.figures()[0].value

    def figures(self) -> tuple[KpiValue, ...]:
        """The rate, named."""
        a_year = Fraction(self.leavers * 12, self.months)
        return (
            figure("attrition", a_year, self.average_headcount, "leavers a year / average headcount", unit="per_head"),
        )
