"""Hours that hold for a time: restricted to a range, or agreed anew from an instant on.

Both cut cleanly at an instant. Not here: seasons of every year (``weekly.Special``), set algebra.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise
from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import require_aware, to_us
from deskcore.errors import InvalidValue
from deskcore.hours.algebra import signed
from deskcore.hours.node import EARLIEST, LATEST, Coverage, Hours, Piece, Zones, tiled
from deskcore.hours.timeline import Edges, union
from deskcore.hours.wall_clock import zone_of


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

    >>> from deskcore.hours.algebra import Always
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
        inside = signed(self.base.name, self.base.pieces(first, last, zones))
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
@lasting
class HoursVersion:
    """Hours as agreed from an instant on.

    >>> from deskcore.hours.algebra import Never
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

    >>> from deskcore.hours.algebra import Always, Never
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
        for place, (start, end, member) in enumerate(self._stretches(low, high)):
            if start < end:
                label = member.name or self._label(place)
                line += signed(label, member.pieces(start, end, zones))
        return tiled(line, low, high)

    def _label(self, place: int) -> str:
        """What to call an unnamed version in explanations: from or until when it holds, by its own zone's date."""
        if not self.later:
            return ""
        version = self.later[max(place - 1, 0)]
        on = version.from_at.astimezone(zone_of(version.hours.zone_key)).date().isoformat()
        return f"hours from {on}" if place else f"hours until {on}"

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
