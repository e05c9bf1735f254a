"""Hours made of other hours: set algebra, versions by instant, restriction to a range, pinned data.

All act on instants, so members may live in different zones; answers are given in the first member's. Not here: weekly
hours.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise
from typing import final

import attrs

from deskcore._value import require_aware, to_us
from deskcore.errors import InvalidValue
from deskcore.hours.node import EARLIEST, LATEST, Coverage, Hours, Piece, Zones, tiled
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
        lines = [_signed(member, member.pieces(low, high, zones)) for member in self.members]
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
        lines = [_signed(member, member.pieces(low, high, zones)) for member in self.members]
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
        lines = _signed(self.base, self.base.pieces(low, high, zones)), cuts
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


def in_utc(moment: datetime) -> datetime:
    """The instant in UTC: in a repeated hour Python calls equal instants of two zones unequal, so one is kept."""
    return require_aware("instant", moment).astimezone(UTC)


def _utc_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else in_utc(moment)


@final
@attrs.frozen
class Restricted(Hours):
    """The hours of ``base`` from one instant to another, half-open, and none outside. None means no limit.

    Outside the range nothing is asked of ``base``: it need not know its holidays there.

    >>> from datetime import UTC
    >>> Restricted(Always("UTC"), datetime(2026, 3, 1, tzinfo=UTC), None).until_at is None
    True
    """

    base: Hours
    from_at: datetime | None = attrs.field(default=None, converter=_utc_or_none)
    until_at: datetime | None = attrs.field(default=None, converter=_utc_or_none)

    def _range(self) -> tuple[int, int]:
        low = EARLIEST if self.from_at is None else to_us(self.from_at)
        high = LATEST if self.until_at is None else to_us(self.until_at)
        return low, high

    @property
    def zone_key(self) -> str:
        return self.base.zone_key

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        first, last = self._range()
        first, last = max(first, low), min(last, high)
        return self.base.edges(first, last, zones) if first < last else []

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        first, last = self._range()
        first, last = max(first, low), min(last, high)
        if first >= last:
            return tiled([Piece(low, high, False, "outside_range")], low, high)
        inside = _signed(self.base, self.base.pieces(first, last, zones))
        around = [Piece(low, first, False, "outside_range")], [Piece(last, high, False, "outside_range")]
        return tiled([*around[0], *inside, *around[1]], low, high)

    def coverage(self) -> Coverage:
        return _coverage_between(self.base, *self._range())

    def releases(self) -> Mapping[str, str]:
        return self.base.releases()

    def zone_keys(self) -> frozenset[str]:
        return self.base.zone_keys()

    def pinned_days(self, low: int, high: int) -> Hours:
        first, last = self._range()
        first, last = max(first, low), min(last, high)
        return self if first >= last else attrs.evolve(self, base=self.base.pinned_days(first, last))


@final
@attrs.frozen
class HoursVersion:
    """Hours as agreed from an instant on.

    >>> from datetime import UTC
    >>> HoursVersion(datetime(2026, 3, 1, tzinfo=UTC), Never("UTC")).from_at.isoformat()
    '2026-03-01T00:00:00+00:00'
    """

    from_at: datetime = attrs.field(converter=in_utc)
    hours: Hours


def _versions(given: Iterable[HoursVersion]) -> tuple[HoursVersion, ...]:
    return tuple(given)


@final
@attrs.frozen
class Versioned(Hours):
    """The same calendar as it was agreed at different times: ``first``, and from each version's instant on its hours.

    Clean cuts: at the instant of a change the old hours end, run-overs included, and the new ones hold.

    Raises:
        InvalidValue: the versions are not in strictly rising order of instant.

    >>> from datetime import UTC
    >>> Versioned(Never("UTC"), (HoursVersion(datetime(2026, 3, 1, tzinfo=UTC), Always("UTC")),)).zone_key
    'UTC'
    """

    first: Hours
    later: tuple[HoursVersion, ...] = attrs.field(converter=_versions)

    def __attrs_post_init__(self) -> None:
        value = self.later
        starts = [to_us(version.from_at) for version in value]
        if any(b <= a for a, b in pairwise(starts)):
            raise InvalidValue(
                "later", [version.from_at.isoformat() for version in value], "must be in strictly rising order"
            )

    def _stretches(self, low: int, high: int) -> list[tuple[int, int, Hours]]:
        """Each version with the part of ``[low, high)`` in which it holds, which may be empty."""
        starts = [EARLIEST, *(to_us(version.from_at) for version in self.later), LATEST]
        members = [self.first, *(version.hours for version in self.later)]
        return [(max(a, low), min(b, high), member) for (a, b), member in zip(pairwise(starts), members, strict=True)]

    @property
    def zone_key(self) -> str:
        return self.later[-1].hours.zone_key if self.later else self.first.zone_key

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        line: Edges = []
        for start, end, member in self._stretches(low, high):
            line = union(line, member.edges(start, end, zones) if start < end else [])
        return line

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        line: list[Piece] = []
        for start, end, member in self._stretches(low, high):
            line += _signed(member, member.pieces(start, end, zones)) if start < end else []
        return tiled(line, low, high)

    def coverage(self) -> Coverage:
        return reduce(
            Coverage.within,
            (
                _coverage_between(member, start, end)
                for start, end, member in self._stretches(EARLIEST, LATEST)
                if start < end
            ),
        )

    def releases(self) -> Mapping[str, str]:
        found = dict(self.first.releases())
        for version in self.later:
            found.update(version.hours.releases())
        return found

    def zone_keys(self) -> frozenset[str]:
        return self.first.zone_keys().union(*(version.hours.zone_keys() for version in self.later))

    def pinned_days(self, low: int, high: int) -> Hours:
        first, *others = (
            member.pinned_days(start, end) if start < end else member
            for start, end, member in self._stretches(low, high)
        )
        later = (attrs.evolve(version, hours=kept) for version, kept in zip(self.later, others, strict=True))
        return attrs.evolve(self, first=first, later=tuple(later))

    def closing_on(self, day: int, zones: Zones) -> int | None:
        """By the clock, so that a change of version inside a day counts."""
        return Hours.closing_on(self, day, zones)


def _coverage_between(base: Hours, low: int, high: int) -> Coverage:
    """What a member used only inside ``[low, high)`` limits."""
    known = base.coverage()
    free = Coverage()
    return Coverage(
        free.low if known.low <= low else known.low,
        free.high if known.high >= high else known.high,
        known.limit,
    )


def _signed(member: Hours, pieces: list[Piece]) -> list[Piece]:
    """Pieces that have no name of their own carry their member's."""
    if not member.name:
        return pieces
    return [piece if piece.name else piece._replace(name=member.name) for piece in pieces]


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
