"""What a ranking is, and several of them one after the other.

A key is a tuple and the least comes first; keys are compared place by place and never packed into one number. ``then``
appends further places: it is associative, and ``NO_PREFERENCE`` is its identity. After the last place the id decides,
so an order is always total and never depends on the order of the register. Not here: any ranking that stands alone
(``ranking`` has them all).

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias, Union, final

import attrs

from deskcore._value import as_tuple, instance_of_kind
from deskcore.errors import Problem
from deskcore.routing.claims import ORDERS, PURE, Claims, Law, kept_by_all
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

SortKey: TypeAlias = Union[int, float, str, Decimal, "tuple[SortKey, ...]"]
"""One place of a key. The same ranking always gives the same shape, so that places compare."""


@attrs.frozen
class Ranking(abc.ABC):
    """An order of preference. Subclass it, frozen, for one of your own and register its name with the desk.

    >>> from deskcore.routing.ranking import LeastUtilised, LongestIdle
    >>> print(LeastUtilised().then(LongestIdle()))
    least utilised, then longest idle
    """

    @abc.abstractmethod
    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        """The candidate's places, the least first. Pure; always of the same length and types."""

    @abc.abstractmethod
    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        """The same places for people, one for one."""

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """The next instant at which time alone may change the order, in microseconds of UTC; ``None`` for most."""
        del ticket, floor
        return None

    @property
    def reads_the_register_s_order(self) -> bool:
        """Whether the order in which the register lists its agents matters, as it does for turns; mostly not."""
        return False

    @property
    def claims(self) -> Claims:
        """The laws it keeps. ``fair_turns`` and ``cheapest`` are for those that order by turns and by cost alone."""
        return PURE

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        """What of the ticket the key depends on, where it depends on nothing else but the candidate; else ``None``.

        A board keeps an index by it. ``None``, the default, is always true and is not indexed.
        """
        del ticket
        return None

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        """What is wrong with it whatever the ticket."""
        del staff, path
        yield from ()

    def then(self, other: Ranking) -> Ranking:
        """Where this one leaves a tie, the other decides. Associative; not commutative."""
        parts = (*_parts(self), *_parts(other))
        return parts[0] if len(parts) == 1 else Then(parts)


A_RANKING: Final = "must be a ranking, for example LeastUtilised().then(LongestIdle())"
"""What a field that holds a ranking says of anything else."""


def _rankings(given: Iterable[Ranking]) -> tuple[Ranking, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Then(Ranking):
    """Several rankings, each deciding where those before it leave a tie. Prefer ``then``, which flattens.

    >>> from deskcore.routing.ranking import FewestOpen, LastAgent
    >>> print(Then((LastAgent(), FewestOpen())))
    last agent, then fewest open
    """

    parts: tuple[Ranking, ...] = attrs.field(
        converter=_rankings, validator=instance_of_kind(Ranking, A_RANKING, many=True)
    )

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        places: tuple[SortKey, ...] = ()
        for part in self.parts:
            places += part.key(ticket, candidate, floor)
        return places

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return tuple(word for part in self.parts for word in part.words(ticket, candidate, floor))

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        changes = (part.next_change(ticket, floor) for part in self.parts)
        return min((change for change in changes if change is not None), default=None)

    @property
    def reads_the_register_s_order(self) -> bool:
        return any(part.reads_the_register_s_order for part in self.parts)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        seen = tuple(part.looks_at(ticket) for part in self.parts)
        return None if None in seen else seen

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for part in self.parts:
            yield from part.lint(staff, path)

    @property
    def claims(self) -> Claims:
        first = self.parts[0].claims & ORDERS if self.parts else frozenset[Law]()
        return (kept_by_all(part.claims for part in self.parts) & PURE) | first

    def __str__(self) -> str:
        return ", then ".join(str(part) for part in self.parts) or "no preference"


NO_PREFERENCE: Ranking = Then(())
"""Only the id decides."""


def _parts(ranking: Ranking) -> tuple[Ranking, ...]:
    return ranking.parts if isinstance(ranking, Then) else (ranking,)
