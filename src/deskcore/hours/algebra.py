"""Hours made of other hours as sets of instants: always, never, union, intersection, difference, complement.

All act on instants, so members may live in different zones; answers are given in the first
member's. Not here: weekly hours, versions by instant.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.hours.node import Coverage, Hours, Piece, Zones, tiled
from deskcore.hours.timeline import Edges, complement, difference, intersection, union
from deskcore.hours.wall_clock import zone_key


@final
@attrs.frozen
class Always(Hours):
    """Open at every instant: 24x7.

    >>> Always("UTC").zone_key
    'UTC'
    """

    zone: str = attrs.field(converter=zone_key)

    @property
    def zone_key(self) -> str:
        return self.zone

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        del zones
        return [low, high] if low < high else []

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        del zones
        return tiled([Piece(low, high, True, "open", self.name)], low, high)


@final
@attrs.frozen
class Never(Hours):
    """Open at no instant. The empty set of hours.

    >>> Never("UTC").zone_key
    'UTC'
    """

    zone: str = attrs.field(converter=zone_key)

    @property
    def zone_key(self) -> str:
        return self.zone

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        del low, high, zones
        return []

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        del zones
        return tiled([Piece(low, high, False, "never", self.name)], low, high)


def _members(members: Iterable[Hours]) -> tuple[Hours, ...]:
    return tuple(members)


def _at_least_one(instance: object, field: attrs.Attribute[tuple[Hours, ...]], value: tuple[Hours, ...]) -> None:
    del instance
    if not value or not all(isinstance(member, Hours) for member in value):
        raise InvalidValue(field.name, value, "must be one or more hours")


@attrs.frozen
class _Several(Hours):
    members: tuple[Hours, ...] = attrs.field(converter=_members, validator=_at_least_one)

    @property
    def zone_key(self) -> str:
        return self.members[0].zone_key

    def coverage(self) -> Coverage:
        return reduce(Coverage.within, (member.coverage() for member in self.members))

    def releases(self) -> Mapping[str, str]:
        return {source: release for member in self.members for source, release in member.releases().items()}

    def zone_keys(self) -> frozenset[str]:
        return frozenset().union(*(member.zone_keys() for member in self.members))

    def pinned_days(self, low: int, high: int) -> Hours:
        return attrs.evolve(self, members=tuple(member.pinned_days(low, high) for member in self.members))


@final
@attrs.frozen
class Union(_Several):
    """Open where any member is. Associative and, as a set, commutative; ``|`` flattens.

    >>> Union((Never("UTC"), Always("UTC"))).members
    (Never(name='', zone='UTC'), Always(name='', zone='UTC'))
    """

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        return reduce(union, (member.edges(low, high, zones) for member in self.members))

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        lines = [signed(member.name, member.pieces(low, high, zones)) for member in self.members]
        return tiled(reduce(lambda a, b: _overlay(a, b, _first_open), lines), low, high)

    def closing_on(self, day: int, zones: Zones) -> int | None:
        """The latest closing of any member, where all share the zone; else by the clock."""
        if len({member.zone_key for member in self.members}) > 1:
            return Hours.closing_on(self, day, zones)
        closings = [member.closing_on(day, zones) for member in self.members]
        return max((closing for closing in closings if closing is not None), default=None)


@final
@attrs.frozen
class Intersection(_Several):
    """Open where every member is. Associative and, as a set, commutative; ``&`` flattens.

    >>> Intersection((Never("UTC"), Always("UTC"))).zone_key
    'UTC'
    """

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        return reduce(intersection, (member.edges(low, high, zones) for member in self.members))

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        lines = [signed(member.name, member.pieces(low, high, zones)) for member in self.members]
        return tiled(reduce(lambda a, b: _overlay(a, b, _first_closed), lines), low, high)


@final
@attrs.frozen
class Difference(Hours):
    """Open where ``base`` is and ``without`` is not.

    >>> Difference(Always("UTC"), Never("UTC")).zone_key
    'UTC'
    """

    base: Hours
    without: Hours

    @property
    def zone_key(self) -> str:
        return self.base.zone_key

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        return difference(self.base.edges(low, high, zones), self.without.edges(low, high, zones))

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        label = self.without.name
        cuts = [
            Piece(piece.start, piece.end, not piece.open, "excluded", label or piece.name)
            for piece in self.without.pieces(low, high, zones)
        ]
        lines = signed(self.base.name, self.base.pieces(low, high, zones)), cuts
        return tiled(_overlay(*lines, _first_closed), low, high)

    def coverage(self) -> Coverage:
        return self.base.coverage().within(self.without.coverage())

    def releases(self) -> Mapping[str, str]:
        return {**self.base.releases(), **self.without.releases()}

    def zone_keys(self) -> frozenset[str]:
        return self.base.zone_keys() | self.without.zone_keys()

    def pinned_days(self, low: int, high: int) -> Hours:
        return attrs.evolve(self, base=self.base.pinned_days(low, high), without=self.without.pinned_days(low, high))


@final
@attrs.frozen
class Complement(Hours):
    """Open exactly where ``base`` is not.

    >>> Complement(Always("UTC")).zone_key
    'UTC'
    """

    base: Hours

    @property
    def zone_key(self) -> str:
        return self.base.zone_key

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        return complement(self.base.edges(low, high, zones), low, high)

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        turned = [
            Piece(
                piece.start,
                piece.end,
                not piece.open,
                "excluded" if piece.open else piece.code,
                piece.name or self.base.name,
            )
            for piece in self.base.pieces(low, high, zones)
        ]
        return tiled(turned, low, high)

    def coverage(self) -> Coverage:
        return self.base.coverage()

    def releases(self) -> Mapping[str, str]:
        return self.base.releases()

    def zone_keys(self) -> frozenset[str]:
        return self.base.zone_keys()

    def pinned_days(self, low: int, high: int) -> Hours:
        return attrs.evolve(self, base=self.base.pinned_days(low, high))


def signed(name: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces that have no name of their own carry their member's."""
    return [piece if piece.name else piece._replace(name=name) for piece in pieces] if name else pieces


Choice = Callable[[Piece, Piece], Piece]


def _first_open(left: Piece, right: Piece) -> Piece:
    return left if left.open or not right.open else right


def _first_closed(left: Piece, right: Piece) -> Piece:
    return left if not left.open or right.open else right


def _overlay(left: list[Piece], right: list[Piece], choose: Choice) -> list[Piece]:
    """Two lines that tile the same range, walked together."""
    result: list[Piece] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            result.append(choose(left[i], right[j])._replace(start=start, end=end))
        if left[i].end == end:
            i += 1
        if right[j].end == end:
            j += 1
    return result
