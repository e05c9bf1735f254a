"""Figures of counts that a host already has: calls, paid time, promises by state, a backlog by buckets.

Where products divide by different things, the variant is an argument without a default. A share of nothing is
``None``. Not here: counting tickets (``tally``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written
from deskcore.oversight.promises import Denominator

ServiceLevelOf: TypeAlias = Literal[
    "of_answered", "of_offered", "of_offered_less_short_abandons", "counting_short_abandons_as_met"
]
"""Of which contacts the service level is a share; the last one counts early abandons as kept promises."""


def ratio(numerator: float | Fraction, denominator: float | Fraction) -> float | None:
    """One over the other, ``None`` over nothing; numbers are taken as the decimals they are written as.

    >>> ratio(5.1, 6.0), ratio(1, 0)
    (0.85, None)
    """
    below = as_written(denominator)
    return float(as_written(numerator) / below) if below else None


def _parts(whole: str, of: int, **parts: int) -> None:
    for name, part in parts.items():
        if part > of:
            raise InvalidValue(name, part, f"must not exceed {whole}, {of}")


@final
@attrs.frozen
class ContactCounts:
    """The contacts of a period: offered, answered, answered within the threshold, abandoned, abandoned early.

    ``abandoned_short`` are those that left within a grace so short that nobody could have answered. Where the answered
    are not known, the service level has no value.

    >>> day = ContactCounts(1000, 80, 30, answered=920, answered_in_threshold=752)
    >>> day.service_level("of_offered"), round(day.abandonment("excluding_short"), 4)
    (0.752, 0.0515)

    Raises:
        InvalidValue: negative counts, or a part larger than its whole.
    """

    offered: int = attrs.field(validator=not_negative)
    abandoned: int = attrs.field(validator=not_negative)
    abandoned_short: int = attrs.field(default=0, validator=not_negative)
    answered: int | None = attrs.field(default=None, kw_only=True)
    answered_in_threshold: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _parts("offered", self.offered, abandoned=self.abandoned)
        _parts("abandoned", self.abandoned, abandoned_short=self.abandoned_short)
        for name, value in (("answered", self.answered), ("answered_in_threshold", self.answered_in_threshold)):
            if value is not None and not 0 <= value <= self.offered:
                raise InvalidValue(name, value, f"must lie in 0..{self.offered}, the offered")
        if self.answered is not None and self.answered_in_threshold is not None:
            _parts("answered", self.answered, answered_in_threshold=self.answered_in_threshold)

    def service_level(self, of: ServiceLevelOf) -> float | None:
        """The share answered within the threshold, by a named variant.

        Raises:
            InvalidValue: an unknown variant.
        """
        if of not in get_args(ServiceLevelOf):
            raise InvalidValue("of", of, f"must be one of {', '.join(get_args(ServiceLevelOf))}")
        met = self.answered_in_threshold
        if met is None or (of == "of_answered" and self.answered is None):
            return None
        if of == "of_answered":
            return ratio(met, self.answered or 0)
        if of == "of_offered":
            return ratio(met, self.offered)
        if of == "of_offered_less_short_abandons":
            return ratio(met, self.offered - self.abandoned_short)
        return ratio(met + self.abandoned_short, self.offered)

    def abandonment(self, of: Literal["raw", "excluding_short"]) -> float | None:
        """The share that left: of all offered, or with the early ones out of both numbers.

        Raises:
            InvalidValue: an unknown variant.
        """
        if of not in {"raw", "excluding_short"}:
            raise InvalidValue("of", of, "must be one of raw, excluding_short")
        left_out = 0 if of == "raw" else self.abandoned_short
        return ratio(self.abandoned - left_out, self.offered - left_out)


def _time(_: object, field: attrs.Attribute[float], value: float) -> None:
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

    handling: float = attrs.field(validator=_time)
    available: float = attrs.field(validator=_time)
    other: float = attrs.field(default=0.0, validator=_time)
    paid: float = attrs.field(validator=_time, kw_only=True)

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
        return ratio(as_written(self.paid) - as_written(self.handling) - as_written(self.available), self.paid)


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
        of = self.completed_met + self.completed_breached
        if denominator != "completed_only":
            of += self.ongoing_breached
        if denominator == "all_started":
            of += self.ongoing_ok
        return ratio(self.completed_met, of)


@final
@attrs.frozen
class BucketedBacklog:
    """A backlog by buckets of any length: what came and went in each, and the stock that follows.

    >>> backlog = BucketedBacklog(20, (10, 5, 7), (4, 9, 6))
    >>> backlog.flow, backlog.stock
    ((6, -4, 1), (26, 22, 23))

    Raises:
        InvalidValue: a negative count, or lists of different lengths.
    """

    opening: int = attrs.field(validator=not_negative)
    created: tuple[int, ...]
    closed: tuple[int, ...]

    def __attrs_post_init__(self) -> None:
        if len(self.created) != len(self.closed):
            raise InvalidValue("closed", self.closed, f"must have as many buckets as created, {len(self.created)}")
        for name, counts in (("created", self.created), ("closed", self.closed)):
            if any(count < 0 for count in counts):
                raise InvalidValue(name, counts, "must not be negative")

    @property
    def flow(self) -> tuple[int, ...]:
        """Created minus closed of each bucket; may be negative."""
        return tuple(came - went for came, went in zip(self.created, self.closed, strict=True))

    @property
    def stock(self) -> tuple[int, ...]:
        """What is owed at the end of each bucket."""
        return tuple(accumulate(self.flow, initial=self.opening))[1:]


@final
@attrs.frozen
class Ageing:
    """How old owed work is: counts in ``[e0, e1), [e1, e2), ... [last, infinity)``; ``below`` counts what is younger.

    >>> ageing = Ageing((0, 0.5, 3, 40), edges=(0, 1, 7))
    >>> ageing.counts, ageing.total, ageing.oldest
    ((2, 1, 1), 4, 40)

    Raises:
        InvalidValue: negative ages, no edges, or edges that do not rise.
    """

    ages: tuple[float, ...]
    edges: tuple[float, ...]

    def __attrs_post_init__(self) -> None:
        if any(not age >= 0 for age in self.ages):
            raise InvalidValue("ages", self.ages, "must not be negative")
        if not self.edges or any(not one < other for one, other in pairwise(self.edges)):
            raise InvalidValue("edges", self.edges, "must be at least one, in strictly rising order")

    @property
    def counts(self) -> tuple[int, ...]:
        """How many in each bucket."""
        ends = (*self.edges[1:], float("inf"))
        return tuple(sum(start <= age < end for age in self.ages) for start, end in zip(self.edges, ends, strict=True))

    @property
    def below(self) -> int:
        """How many are younger than the first edge."""
        return sum(age < self.edges[0] for age in self.ages)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.ages)

    @property
    def oldest(self) -> float | None:
        """The greatest age; ``None`` of nothing."""
        return max(self.ages, default=None)


@final
@attrs.frozen
class HeldBy:
    """The groups that held a ticket, one after another; nobody (``None``) is a holder, too.

    >>> path = HeldBy(("first", "network", "first"))
    >>> path.transfers, path.distinct, path.returns, path.is_ping_pong
    (2, 2, 1, True)
    """

    path: tuple[str | None, ...]

    @property
    def transfers(self) -> int:
        """Changes of group."""
        return len(self._moves())

    @property
    def distinct(self) -> int:
        """How many different groups held it."""
        return len(set(self.path))

    @property
    def returns(self) -> int:
        """Transfers to a group that held it before."""
        moves = self._moves()
        held = [self.path[0], *moves] if self.path else []
        return sum(group in held[: place + 1] for place, group in enumerate(moves))

    @property
    def is_ping_pong(self) -> bool:
        """Whether it ever came back."""
        return self.returns >= 1

    def _moves(self) -> list[str | None]:
        return [after for before, after in pairwise(self.path) if after != before]


def control_limits(values: Iterable[float], *, sigmas: Decimal | int = 3) -> tuple[float, float, float] | None:
    """Centre and limits of an individuals chart by the mean moving range; ``None`` of fewer than two values.

    Sigma is the mean absolute difference of neighbours over 1.128.

    >>> centre, low, high = control_limits([10, 12, 11, 13])
    >>> centre, round(low, 3), round(high, 3)
    (11.5, 7.067, 15.933)
    """
    held = [as_written(value) for value in values]
    if len(held) < 2:  # noqa: PLR2004 - one value does not move
        return None
    centre = sum(held, Fraction(0)) / len(held)
    moved = sum((abs(after - before) for before, after in pairwise(held)), Fraction(0))
    spread = Fraction(sigmas) * moved / (len(held) - 1) / Fraction("1.128")
    return float(centre), float(centre - spread), float(centre + spread)
