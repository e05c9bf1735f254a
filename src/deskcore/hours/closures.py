"""Dates that a library works out: public holidays by country, recurrence rules.

The one place that loads ``holidays`` and ``dateutil``, at first use. Beside them, for who imports from here, the dates
that are simply given (``days``).

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, takewhile
from types import MappingProxyType
from typing import Final, Literal, final

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.hours.days import FIRST_YEAR, LAST_YEAR, Days, EveryYear, Named, OnDates, PinnedDays
from deskcore.hours.wall_clock import EPOCH_DAY

__all__ = ["Days", "EveryYear", "Holidays", "OnDates", "PinnedDays", "Recurring"]

_YEARS: Final = 8


@final
@attrs.frozen
class Recurring(Days):
    """Dates by a recurrence rule of RFC 5545, counted in local dates from ``start_on``.

    Whole days: rules finer than DAILY are refused, and starts before 1900. Costs one expansion per year asked about,
    kept afterwards.

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
        if not FIRST_YEAR <= self.start_on.year <= LAST_YEAR:
            # Every question walks the rule from its start: a start long before any answer would only cost.
            raise InvalidValue("start_on", self.start_on, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
        _recurrence(self.rule, self.start_on)

    def in_year(self, year: int) -> Named:
        days = _recurring_days(self.rule, self.start_on, year // _YEARS)
        first, last = (date(year + more, 1, 1).toordinal() - EPOCH_DAY for more in (0, 1))
        return dict.fromkeys(days[bisect_left(days, first) : bisect_left(days, last)], self.name)


_RRULE: Final = re.compile(
    r"(?:RRULE:)?FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)"
    r"(?:;(?:INTERVAL=[1-9]\d{0,3}|COUNT=\d{1,5}|UNTIL=\d{8}|WKST=[A-Z]{2}|BYDAY=[-+\dA-Z,]{1,80}|BY(?:MONTH|MONTHDAY|YEARDAY|WEEKNO|SETPOS|EASTER)=[-+\d,]{1,80}))*"
)


# Without an end the library would look for a day that never comes (30 February) until the year 9999.
_LAST_UNTIL: Final = f"{LAST_YEAR + 1}1231"
_COUNT: Final = re.compile(r";COUNT=(\d+)")
_UNTIL: Final = re.compile(r";UNTIL=(\d{8})")


@lru_cache(maxsize=256)
def _recurrence(rule: str, start_on: date) -> tuple[object, int | None]:
    """The library's rule, which always ends, and how many of its days count."""
    from dateutil.rrule import rrulestr

    text = str(rule).upper()
    count, until = _COUNT.search(text), _UNTIL.search(text)
    accepted = "must be a recurrence rule of whole days such as 'FREQ=MONTHLY;BYDAY=1MO'"
    if _RRULE.fullmatch(text) is None or (count and until):
        raise InvalidValue("rule", rule, accepted)
    bounded = _COUNT.sub("", _UNTIL.sub("", text)) + f";UNTIL={min(until[1] if until else _LAST_UNTIL, _LAST_UNTIL)}"
    start = datetime(start_on.year, start_on.month, start_on.day)  # noqa: DTZ001 - local dates
    try:
        return rrulestr(bounded, dtstart=start, cache=True), int(count[1]) if count else None
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        raise InvalidValue("rule", rule, accepted) from None


@lru_cache(maxsize=1024)
def _recurring_days(rule: str, start_on: date, block: int) -> tuple[int, ...]:
    """The days of a block of years: the library walks from the start each time it is asked, so it is asked rarely."""
    from dateutil.rrule import rrulebase

    found, count = _recurrence(rule, start_on)
    assert isinstance(found, rrulebase)
    first, last = datetime(block * _YEARS, 1, 1), datetime(block * _YEARS + _YEARS - 1, 12, 31)  # noqa: DTZ001 - local dates
    days = takewhile(lambda day: day <= last, islice(found, count))
    return tuple(day.toordinal() - EPOCH_DAY for day in days if day >= first)


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
