"""The abstract node of an hours expression: anything that is open at some instants and can say why.

A calendar is a tree of these; ``Calendar`` wraps one and asks the questions. Not here: any concrete hours.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

import attrs

from deskcore._lasting import lasting
from deskcore._value import DAY, from_us
from deskcore.errors import InvalidValue
from deskcore.hours.days import FIRST_YEAR, LAST_YEAR
from deskcore.hours.timeline import Edges
from deskcore.hours.wall_clock import EPOCH_DAY, Run, edge, local_day, offset_runs


def year_start(year: int) -> int:
    """The start of a year in UTC, in microseconds."""
    return (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY


# Two days around the years, so that every local date of theirs is inside in every zone.
EARLIEST: Final = year_start(FIRST_YEAR) - 2 * DAY
LATEST: Final = year_start(LAST_YEAR + 1) + 2 * DAY


class Coverage(NamedTuple):
    """The instants ``[low, high)`` for which hours are known, and what limits them."""

    low: int = EARLIEST
    high: int = LATEST
    limit: str = "the calendar's range"

    def within(self, other: Coverage) -> Coverage:
        """The instants that both cover."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        limit = other.limit if (low, high) != (self.low, self.high) else self.limit
        return Coverage(low, max(low, high), limit)

    def __str__(self) -> str:
        first, last = from_us(self.low), from_us(self.high)
        return f"{first.date().isoformat()} to {last.date().isoformat()} UTC, {self.limit}"


class Piece(NamedTuple):
    """A stretch of instants in which one reason holds. ``code`` is for programs, ``name`` for people (may be empty).

    Codes: ``open``, ``replaced_open``, ``extra``; ``closed_weekday``, ``outside_hours``, ``holiday``, ``break``,
    ``replaced``, ``outside_range``, ``excluded``, ``never``.
    """

    start: int
    end: int
    open: bool
    code: str
    name: str = ""


class Zones:
    """Where nodes read the offsets of zones: here the platform's zone database."""

    def runs(self, key: str, low: int, high: int) -> list[Run]:
        """The zone's offsets over ``[low, high)``."""
        return offset_runs(key, low, high)


SYSTEM: Final = Zones()


def _label(instance: object, field: attrs.Attribute[str], value: object) -> None:
    del instance
    if not isinstance(value, str) or value != value.strip():
        raise InvalidValue(field.name, value, "must be a text without surrounding blanks")


@attrs.frozen
class Hours(abc.ABC):
    """A node of an hours expression: the open instants, in a form that compares, prints and saves.

    ``name`` is a label for people and part of the value. Subclass it as a frozen attrs class for hours of your own.
    """

    name: str = attrs.field(default="", kw_only=True, validator=_label)

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)

    @property
    @abc.abstractmethod
    def zone_key(self) -> str:
        """The zone in which answers are given."""

    @abc.abstractmethod
    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        """The open spans inside ``[low, high)`` as an edge list. Depends on the fields and ``zones`` alone."""

    @abc.abstractmethod
    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        """The whole of ``[low, high)`` with reasons: in order, no gap, no overlap; open exactly where ``edges`` are."""

    def coverage(self) -> Coverage:
        """The instants for which the hours are known."""
        return Coverage()

    def releases(self) -> Mapping[str, str]:
        """Releases of the data that the hours rest on, by source."""
        return {}

    def zone_keys(self) -> frozenset[str]:
        """Every zone that the hours are computed in."""
        return frozenset((self.zone_key,))

    def pinned_days(self, low: int, high: int) -> Hours:
        """The same hours over ``[low, high)`` with the dates of every outside source kept as plain data."""
        del low, high
        return self

    def closing_on(self, day: int, zones: Zones) -> int | None:
        """The last closing of a local date (days since 1970-01-01), or None where it has no open time.

        Here by the clock: the end of the last open stretch of the date, its midnight at the latest.
        """
        edges = self.edges(edge(self.zone_key, day, 0), edge(self.zone_key, day + 1, 0), zones)
        return edges[-1] if edges else None


def tiled(pieces: list[Piece], low: int, high: int) -> list[Piece]:
    """Pieces cut to ``[low, high)``, empty ones left out, neighbours of one reason joined."""
    result: list[Piece] = []
    for piece in pieces:
        start, end = max(piece.start, low), min(piece.end, high)
        if start >= end:
            continue
        if result and result[-1].end == start and result[-1][2:] == piece[2:]:
            result[-1] = result[-1]._replace(end=end)
        else:
            result.append(piece._replace(start=start, end=end))
    return result


def local_days(key: str, low: int, high: int) -> range:
    """The local dates that ``[low, high)`` meets."""
    return range(local_day(key, low), local_day(key, max(low, high - 1)) + 1)
