"""Which local dates are special, and by what name: holidays of a country, own lists, recurring rules, seasons.

A ``Days`` names dates; what happens on them (closed, other hours, a break) is said where it is used. The one place that
loads ``holidays`` and ``dateutil``, at first use. Not here: hours of the day, zones.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import abc
import calendar as gregorian
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.hours.wall_clock import EPOCH_DAY

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
Named = Mapping[int, str]
_YEARS: Final = 8


@attrs.frozen
class Days(abc.ABC):
    """A set of local dates, each with a name to explain it by.

    Subclass it as a frozen attrs class for a rule of your own; ``in_year`` must depend on the fields alone.
    """

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
class Recurring(Days):
    """Dates by a recurrence rule of RFC 5545, counted in local dates from ``start_on``.

    Whole days: rules finer than DAILY are refused. Costs one expansion per year asked about, kept afterwards.

    >>> stocktaking = Recurring("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 1), "stocktaking")
    >>> stocktaking.dates(2026, 2026)[0]
    (datetime.date(2026, 1, 30), 'stocktaking')
    """

    rule: str
    start_on: date
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if isinstance(self.start_on, datetime) or not isinstance(self.start_on, date):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidValue("start_on", self.start_on, "must be a date")
        _recurrence(self.rule, self.start_on)

    def in_year(self, year: int) -> Named:
        days = _recurring_days(self.rule, self.start_on, year // _YEARS)
        first, last = (date(year + more, 1, 1).toordinal() - EPOCH_DAY for more in (0, 1))
        return dict.fromkeys(days[bisect_left(days, first) : bisect_left(days, last)], self.name)


_RRULE: Final = re.compile(
    r"(?:RRULE:)?FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)"
    r"(?:;(?:INTERVAL=[1-9]\d{0,3}|COUNT=\d{1,5}|UNTIL=\d{8}|WKST=[A-Z]{2}|BYDAY=[-+\dA-Z,]{1,80}|BY(?:MONTH|MONTHDAY|YEARDAY|WEEKNO|SETPOS|EASTER)=[-+\d,]{1,80}))*"
)


@lru_cache(maxsize=256)
def _recurrence(rule: str, start_on: date) -> object:
    from dateutil.rrule import rrulestr

    text = str(rule).upper()
    accepted = "must be a recurrence rule of whole days such as 'FREQ=MONTHLY;BYDAY=1MO'"
    if _RRULE.fullmatch(text) is None:
        raise InvalidValue("rule", rule, accepted)
    try:
        return rrulestr(text, dtstart=datetime(start_on.year, start_on.month, start_on.day), cache=True)  # noqa: DTZ001 - local dates
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        raise InvalidValue("rule", rule, accepted) from None


@lru_cache(maxsize=1024)
def _recurring_days(rule: str, start_on: date, block: int) -> tuple[int, ...]:
    """The days of a block of years: the library walks from the start each time it is asked, so it is asked rarely."""
    from dateutil.rrule import rrulebase

    found = _recurrence(rule, start_on)
    assert isinstance(found, rrulebase)
    first, last = datetime(block * _YEARS, 1, 1), datetime(block * _YEARS + _YEARS - 1, 12, 31)  # noqa: DTZ001 - local dates
    return tuple(day.toordinal() - EPOCH_DAY for day in found.between(first, last, inc=True))


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@final
@attrs.frozen
class Holidays(Days):
    """Public holidays of a country, by the ``holidays`` library.

    ``subdivision`` and ``categories`` are that library's; ``language`` is always passed on, never read from the
    environment, and falls back to the country's own where the library lacks it. Outside the years the library covers
    an error, unless ``beyond_known="no_holidays"``. Loaded by year, on demand.

    Raises:
        InvalidValue: the library knows no such country, subdivision or category.

    >>> Holidays("NL").dates(2026, 2026)[4]
    (datetime.date(2026, 4, 27), "King's Day")
    """

    country: str
    subdivision: str | None = None
    categories: tuple[str, ...] = attrs.field(default=("public",), converter=_texts)
    language: str = "en_US"
    observed: bool = True
    beyond_known: Literal["error", "no_holidays"] = attrs.field(default="error")

    def __attrs_post_init__(self) -> None:
        if self.beyond_known not in {"error", "no_holidays"}:
            raise InvalidValue("beyond_known", self.beyond_known, "must be 'error' or 'no_holidays'")
        _check_country(self.country, self.subdivision, self.categories, self.language)

    def years(self) -> tuple[int, int]:
        return (FIRST_YEAR, LAST_YEAR) if self.beyond_known == "no_holidays" else self._known()

    def _known(self) -> tuple[int, int]:
        return _known_years(self.country)

    def in_year(self, year: int) -> Named:
        first, last = self._known()
        if first <= year <= last:
            return _holidays_of_year(
                self.country, self.subdivision, self.categories, self.language, self.observed, year
            )
        if self.beyond_known == "no_holidays":
            return {}
        raise OutOfRange(f"holidays of {self.country}", year, f"the years {first} to {last}")

    def releases(self) -> Mapping[str, str]:
        from importlib import metadata

        return {"holidays": metadata.version("holidays")}

    def pinned(self, first: int, last: int) -> Days:
        low, high = self.years()
        first, last = max(first, low), min(last, high)
        entries = {day.isoformat(): name for day, name in self.dates(first, last)}
        return PinnedDays(FrozenDict(entries), first, last, self.country, FrozenDict(self.releases()))


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

    def years(self) -> tuple[int, int]:
        return self.first_year, self.last_year

    def in_year(self, year: int) -> Named:
        if not self.first_year <= year <= self.last_year:
            covered = f"the years {self.first_year} to {self.last_year}"
            raise OutOfRange(f"pinned holidays of {self.source}", year, covered)
        return OnDates(self.entries).in_year(year)

    def releases(self) -> Mapping[str, str]:
        return self.recorded


@lru_cache(maxsize=256)
def _check_country(country: str, subdivision: str | None, categories: tuple[str, ...], language: str) -> None:
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        near = sorted(code for code in known if code.startswith(str(country)[:1].upper()))
        raise InvalidValue(
            "country",
            country,
            f"must be an ISO 3166 code the holidays library knows, such as {', '.join(near[:4]) or 'NL'}",
        )
    entity = holidays.country_holidays(country, language=language, expand=False)
    if subdivision is not None and subdivision not in (*entity.subdivisions, *entity.subdivisions_aliases):
        raise InvalidValue(
            "subdivision", subdivision, f"must be one of {country}: {', '.join(entity.subdivisions) or 'none'}"
        )
    wrong = [name for name in categories if name not in entity.supported_categories]
    if wrong or not categories:
        accepted = ", ".join(entity.supported_categories)
        raise InvalidValue("categories", list(categories), f"must be among those of {country}: {accepted}")


@lru_cache(maxsize=256)
def _known_years(country: str) -> tuple[int, int]:
    import holidays

    entity = holidays.country_holidays(country, language="en_US", expand=False)
    return max(entity.start_year, FIRST_YEAR), min(entity.end_year, LAST_YEAR)


@lru_cache(maxsize=8192)
def _holidays_of_year(
    country: str, subdivision: str | None, categories: tuple[str, ...], language: str, observed: bool, year: int
) -> Named:
    import holidays

    found = holidays.country_holidays(
        country,
        subdiv=subdivision,
        years=year,
        language=language,
        categories=categories,
        observed=observed,
        expand=False,
    )
    return MappingProxyType(
        {day.toordinal() - EPOCH_DAY: name for day, name in sorted(found.items()) if day.year == year}
    )
