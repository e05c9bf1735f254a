"""Which local dates are special, and by what name: dates given one by one, and days of every year.

A ``Days`` names dates; what happens on them (closed, other hours, a break) is said where it is used. Not here: dates
that a library works out (``closures``), hours of the day, zones.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import abc
import calendar as gregorian
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.hours.wall_clock import EPOCH_DAY

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
Named = Mapping[int, str]


@attrs.frozen
class Days(abc.ABC):
    """A set of local dates, each with a name to explain it by.

    Subclass it as a frozen attrs class for a rule of your own; ``in_year`` must depend on the fields alone.
    """

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)

    @abc.abstractmethod
    def in_year(self, year: int) -> Named:
        """The dates of one year, as days since 1970-01-01, with their names.

        Raises:
            OutOfRange: the year lies outside ``years``.
        """

    def years(self) -> tuple[int, int]:
        """The first and the last year this can answer for, both included."""
        return FIRST_YEAR, LAST_YEAR

    def releases(self) -> Mapping[str, str]:
        """Releases of the data behind the dates, by name of the source; empty for dates that are given."""
        return {}

    def pinned(self, first: int, last: int) -> Days:
        """The same dates for these years as plain data that no upgrade changes."""
        del first, last
        return self

    def dates(self, first: int, last: int) -> tuple[tuple[date, str], ...]:
        """Every date with its name from the start of year ``first`` to the end of year ``last``, in order."""
        return tuple(
            (date.fromordinal(day + EPOCH_DAY), name)
            for year in range(first, last + 1)
            for day, name in sorted(self.in_year(year).items())
        )


def _iso_dates(entries: Mapping[str, str] | Iterable[tuple[str, str]]) -> FrozenDict[str]:
    pairs: list[tuple[object, object]] = sorted(dict(entries).items())
    kept: dict[str, str] = {}
    for text, name in pairs:
        if not isinstance(text, str) or not isinstance(name, str):
            raise InvalidValue("dates", (text, name), "must be a date and a name")
        try:
            ok = date.fromisoformat(text).isoformat() == text
        except ValueError:
            ok = False
        if not ok:
            raise InvalidValue("dates", text, "must be a date such as 2026-12-24")
        kept[text] = name
    return FrozenDict(kept)


@final
@attrs.frozen
class OnDates(Days):
    """Dates given one by one, each with a name (which may be empty). Kept in order; a date counts once.

    >>> OnDates.of([(date(2026, 12, 24), "Christmas Eve"), date(2026, 12, 31)]).entries
    FrozenDict({'2026-12-24': 'Christmas Eve', '2026-12-31': ''})
    """

    entries: FrozenDict[str] = attrs.field(converter=_iso_dates)

    @classmethod
    def of(cls, dates: Iterable[date | str | tuple[date | str, str]] | Mapping[date, str]) -> OnDates:
        """From dates or ISO texts, alone or with a name.

        Raises:
            InvalidValue: something else was among them.
        """
        pairs = dates.items() if isinstance(dates, Mapping) else dates
        found: dict[str, str] = {}
        for entry in pairs:
            day, name = entry if isinstance(entry, tuple) else (entry, "")
            if isinstance(day, datetime) or not isinstance(day, date | str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidValue("dates", day, "must be a date, or a date and its name")
            found[day if isinstance(day, str) else day.isoformat()] = name
        return cls(FrozenDict(found))

    def in_year(self, year: int) -> Named:
        prefix = f"{year:04d}-"
        return {
            date.fromisoformat(text).toordinal() - EPOCH_DAY: name
            for text, name in self.entries.items()
            if text.startswith(prefix)
        }


_MONTH_DAY: Final = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


def _month_day(instance: object, field: attrs.Attribute[str], value: object) -> None:
    del instance
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    months = range(1, 13)
    if (
        match is None
        or int(match[1]) not in months
        or not 1 <= int(match[2]) <= gregorian.monthrange(2024, int(match[1]))[1]
    ):
        raise InvalidValue(field.name, value, "must be a month and day such as 12-24")


@final
@attrs.frozen
class EveryYear(Days):
    """The dates from one day of the year to another, both included; past the end of the year when ``last`` is earlier.

    29 February is left out of years that lack it; as an end it then means the nearest day inside.

    >>> [day.isoformat() for day, _ in EveryYear("12-24", "12-25", "Christmas").dates(2026, 2026)]
    ['2026-12-24', '2026-12-25']
    """

    first: str = attrs.field(validator=_month_day)
    last: str = attrs.field(validator=_month_day)
    name: str = ""

    def in_year(self, year: int) -> Named:
        start, end = date(year, 1, 1).toordinal() - EPOCH_DAY, date(year + 1, 1, 1).toordinal() - EPOCH_DAY
        first, last = _placed(year, self.first, up=True), _placed(year, self.last, up=False)
        wraps = self.first > self.last
        days = [*range(start, last + 1), *range(first, end)] if wraps else range(first, last + 1)
        return dict.fromkeys(days, self.name)


def _placed(year: int, month_day: str, *, up: bool) -> int:
    month, day = int(month_day[:2]), int(month_day[3:])
    if day > gregorian.monthrange(year, month)[1]:
        month, day = (3, 1) if up else (2, 28)
    return date(year, month, day).toordinal() - EPOCH_DAY


@final
@attrs.frozen
class PinnedDays(Days):
    """Dates once computed and now kept as data: an upgrade of their source changes nothing.

    Outside its years an error, as the source itself might have answered anything there.

    >>> PinnedDays(FrozenDict({"2026-04-27": "King's Day"}), 2026, 2026, "NL").in_year(2027)
    Traceback (most recent call last):
    deskcore.errors.OutOfRange: cannot ask pinned holidays of NL about 2027; it answers for the years 2026 to 2026
    """

    entries: FrozenDict[str] = attrs.field(converter=_iso_dates)
    first_year: int
    last_year: int
    source: str
    recorded: FrozenDict[str] = attrs.field(factory=FrozenDict[str])

    def __attrs_post_init__(self) -> None:
        for field, year in (("first_year", self.first_year), ("last_year", self.last_year)):
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InvalidValue(field, year, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")

    def years(self) -> tuple[int, int]:
        return self.first_year, self.last_year

    def in_year(self, year: int) -> Named:
        if not self.first_year <= year <= self.last_year:
            covered = f"the years {self.first_year} to {self.last_year}"
            raise OutOfRange(f"pinned holidays of {self.source}", year, covered)
        return OnDates(self.entries).in_year(year)

    def releases(self) -> Mapping[str, str]:
        return self.recorded
