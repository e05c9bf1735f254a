"""Hours with every outside source frozen in: holidays' dates and zones' offsets over a range.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import final

import attrs

from deskcore._value import DAY, FrozenDict, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours.node import SYSTEM, Coverage, Hours, Piece, Zones
from deskcore.hours.timeline import Edges
from deskcore.hours.versions import in_utc
from deskcore.hours.wall_clock import Run


def _offsets(given: Mapping[str, str]) -> FrozenDict[str]:
    """Checked text ``seconds@instant`` runs by zone."""
    for zone, text in given.items():
        if not re.fullmatch(r"-?\d{1,6}@-?\d{1,12}( -?\d{1,6}@-?\d{1,12})*", str(text)):
            raise InvalidValue(
                "offsets", (zone, text), "must be offsets and instants in seconds such as '3600@0 7200@90'"
            )
    return FrozenDict(dict(given))


@final
@attrs.frozen
class Pinned(Hours):
    """Hours known over ``[from_at, until_at)`` alone, computed from frozen data.

    ``offsets`` keeps for each zone its runs as ``offset@from`` in seconds; ``recorded`` the releases of the sources.
    """

    base: Hours
    from_at: datetime = attrs.field(converter=in_utc)
    until_at: datetime = attrs.field(converter=in_utc)
    offsets: FrozenDict[str] = attrs.field(converter=_offsets)
    recorded: FrozenDict[str] = attrs.field(factory=FrozenDict[str])

    def __attrs_post_init__(self) -> None:
        missing = self.base.zone_keys() - set(self.offsets)
        if missing:
            raise InvalidValue("offsets", sorted(self.offsets), f"must hold the zones {', '.join(sorted(missing))} too")
        if to_us(self.until_at) < to_us(self.from_at):
            raise InvalidValue("until_at", self.until_at.isoformat(), f"must not lie before {self.from_at.isoformat()}")

    @property
    def zone_key(self) -> str:
        return self.base.zone_key

    def coverage(self) -> Coverage:
        pinned = Coverage(to_us(self.from_at), to_us(self.until_at), "the range it is pinned for")
        return self.base.coverage().within(pinned)

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        del zones
        return self.base.edges(low, high, _Frozen(self.offsets))

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        del zones
        return self.base.pieces(low, high, _Frozen(self.offsets))

    def closing_on(self, day: int, zones: Zones) -> int | None:
        del zones
        return self.base.closing_on(day, _Frozen(self.offsets))

    def releases(self) -> Mapping[str, str]:
        return self.recorded

    def zone_keys(self) -> frozenset[str]:
        return self.base.zone_keys()


class _Frozen(Zones):
    """The offsets kept in a pinned calendar."""

    def __init__(self, offsets: FrozenDict[str]) -> None:
        self._offsets = offsets

    def runs(self, key: str, low: int, high: int) -> list[Run]:
        found = _parsed(self._offsets[key])
        inside = [run for run in found if run.start < high]
        later = [index for index, run in enumerate(inside) if run.start <= low]
        return inside[later[-1] :] if later else inside


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Run, ...]:
    pairs = (entry.split("@") for entry in text.split(" "))
    return tuple(Run(int(start) * 1_000_000, int(offset) * 1_000_000) for offset, start in pairs)


def pinned(hours: Hours, low: int, high: int) -> Pinned:
    """Freeze what ``hours`` read from outside over ``[low, high)``, with room around for dates that run over."""
    margin = 10 * DAY
    offsets = {
        key: " ".join(
            f"{run.offset // 1_000_000}@{run.start // 1_000_000}"
            for run in SYSTEM.runs(key, low - margin, high + margin)
        )
        for key in sorted(hours.zone_keys())
    }
    recorded = {**hours.releases(), "tzdata package": _zone_release()}
    base = hours.pinned_days(low, high)
    return Pinned(
        attrs.evolve(base, name=""),
        from_us(low),
        from_us(high),
        FrozenDict(offsets),
        FrozenDict(dict(sorted(recorded.items()))),
        name=hours.name,
    )


def _zone_release() -> str:
    """The release of the package ``tzdata``; a platform's own zone database, which goes first, does not say its own."""
    from importlib import metadata

    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return "not installed"
