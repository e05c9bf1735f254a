"""Work that is owed, by buckets and by age, and the path of a ticket through groups: counts that a host already has.

Not here: stock and flow of tickets by day (``backlog``).

Layer: oversight. Imports _value and errors.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue


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
