"""From what a caller writes (text, mappings, dates) to hours: the work behind ``Calendar.weekly``.

All faults of one call are found before anything is raised. Not here: the grammar of a week, and what hours mean.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Literal, TypeVar

from deskcore.errors import InvalidConfiguration, InvalidValue, OutOfRange, Problem
from deskcore.hours.closures import Holidays
from deskcore.hours.days import Days, OnDates
from deskcore.hours.special import Effect, Special
from deskcore.hours.text import read_rules
from deskcore.hours.wall_clock import InFold, InGap, zone_key
from deskcore.hours.week import (
    DAYS,
    Mistake,
    Span,
    Week,
    day_number,
    merged_spans,
    normal_week,
    span_of,
    week_text,
)
from deskcore.hours.weekly import Weekly

T = TypeVar("T")
DayHours = str | Iterable[str | tuple[str, str]]
WeekLike = str | Mapping[str, DayHours]
DateLike = date | str
HolidaysLike = str | Days | Iterable[str | date | Days | tuple[date | str, str]]
Dated = Mapping[DateLike, DayHours]
Overlaps = Literal["refuse", "merge"]


class Faults:
    """Collects the faults of one call, so that they are reported together."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def tried(self, path: str, make: Callable[[], T]) -> T | None:
        """What ``make`` gives; None when it failed, and the fault is noted under ``path``."""
        try:
            return make()
        except InvalidConfiguration as error:
            self.found += [
                Problem(_under(path, problem.path), problem.message, problem.code) for problem in error.problems
            ]
        except InvalidValue as error:
            said = f"{error.rule} (got {error.got!r})" if path.endswith(error.field) else str(error)
            self.found.append(Problem(path, said))
        except OutOfRange as error:
            self.found.append(Problem(path, str(error)))
        return None

    def settle(self, noun: str) -> None:
        """Raise everything that was found."""
        if self.found:
            raise InvalidConfiguration(noun, tuple(self.found))


def _under(path: str, inner: str) -> str:
    return f"{path}.{inner}" if path and inner else path or inner


def read_week(field: str, given: WeekLike, overlaps: Overlaps = "refuse") -> str:
    """The normal text of a week given as text or as ``{"mon": ["09:00-17:30"]}``.

    >>> read_week("hours", {"mon": ["09:00-12:00", ("13:00", "17:00")], "tue": "10:00-14:00"})
    'Mon 09:00-12:00,13:00-17:00; Tue 10:00-14:00'
    """
    if isinstance(given, str):
        return normal_week(field, given, merge=overlaps == "merge")
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidValue(field, given, "must be text such as 'Mon-Fri 09:00-17:30' or a mapping of days to hours")
    week: list[tuple[Span, ...]] = [()] * len(DAYS)
    faults = Faults()
    for name, hours in given.items():
        number = day_number(str(name))
        if number is None:
            faults.found.append(Problem(str(name), f"is no weekday; expected one of {', '.join(DAYS)}"))
            continue
        week[number] = faults.tried(str(name), partial(read_day, str(name), hours, overlaps)) or ()
    faults.settle("calendar")
    return week_text(tuple(week))


def read_day(field: str, given: DayHours, overlaps: Overlaps = "refuse") -> tuple[Span, ...]:
    """The spans of one day given as text or a list; touching ones merged.

    >>> read_day("hours", "09:00-12:00, 12:00-17:00")
    (Span(start=32400, end=61200),)
    """
    parts: Iterable[object]
    if isinstance(given, str):
        parts = [] if given.strip().lower() in {"", "off", "closed"} else given.split(",")
    else:
        parts = _listed(field, given, "hours such as '09:00-17:30'")
    found: list[Span] = []
    for part in parts:
        span = _one_span(field, part)
        if overlaps == "refuse" and any(span.start < other.end and other.start < span.end for other in found):
            raise InvalidValue(field, given, f"must not overlap: {span} meets hours given before it")
        found.append(span)
    return merged_spans(found)


def _listed(field: str, given: object, accepted: str) -> Iterable[object]:
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        raise InvalidValue(field, given, f"must be {accepted}, or a list of these")
    return given


def _one_span(field: str, part: object) -> Span:
    if isinstance(part, str):
        text = part.strip()
    elif isinstance(part, Iterable):
        ends = list(part)
        if len(ends) != 2 or not all(isinstance(end, str) for end in ends):  # noqa: PLR2004 - an opening and a close
            raise InvalidValue(field, part, "must be an opening and a close such as ('09:00', '17:30')")
        text = f"{ends[0]}-{ends[1]}"
    else:
        raise InvalidValue(field, part, "must be hours such as '09:00-17:30'")
    try:
        return span_of(text)
    except Mistake as mistake:
        raise InvalidValue(field, text, f"is unreadable at column {mistake.column + 1}: {mistake.rule}") from None


def day_week(spans: tuple[Span, ...]) -> str:
    """The week in which every day has these spans."""
    week: Week = (spans,) * len(DAYS)
    return week_text(week)


def read_holidays(given: HolidaysLike) -> tuple[Days, ...]:
    """Country code, ``Days``, or an iterable of dates, ``(date, name)``, codes and ``Days``.

    A short text is a country code, with a subdivision after a dash: ``"NL"``, ``"DE-BY"``.

    >>> [type(days).__name__ for days in read_holidays(["NL", date(2026, 12, 31)])]
    ['Holidays', 'OnDates']
    """
    if isinstance(given, str):
        return (_country(given),)
    if isinstance(given, Days):
        return (given,)
    if not isinstance(given, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidValue("holidays", given, "must be a country code, dates, or Holidays")
    sources: list[Days] = []
    own: list[date | str | tuple[date | str, str]] = []
    for entry in given:
        if isinstance(entry, Days):
            sources.append(entry)
        elif isinstance(entry, str) and not entry[:1].isdigit():
            sources.append(_country(entry))
        else:
            own.append(entry)
    return (*sources, OnDates.of(own)) if own else tuple(sources)


def _country(code: str) -> Holidays:
    country, _, subdivision = code.partition("-")
    return Holidays(country, subdivision or None)


def read_dated(
    given: Dated, effect: Effect, overlaps: Overlaps, *, over_holidays: bool = False, name: str = ""
) -> tuple[Special, ...]:
    """Hours by date: dates with the same hours share one rule.

    >>> read_dated({date(2026, 12, 24): "09:00-12:00"}, "replace", "refuse")[0].hours
    '09:00-12:00'
    """
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidValue("dates", given, "must be a mapping of dates to hours")
    grouped: dict[str, list[date | str | tuple[date | str, str]]] = {}
    faults = Faults()
    for day, hours in given.items():
        path = day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else str(day)
        text = day_week(faults.tried(path, partial(read_day, path, hours, overlaps)) or ())
        grouped.setdefault(text, []).append(day)
    faults.settle("dates")
    return tuple(
        Special(OnDates.of(days), text, effect, over_holidays=over_holidays, name=name)
        for text, days in grouped.items()
    )


def weekly(
    hours: WeekLike,
    *,
    tz: tzinfo | str,
    holidays: HolidaysLike,
    breaks: WeekLike,
    dated: Dated,
    dated_breaks: Dated,
    extra: Dated,
    special: Iterable[Special],
    name: str,
    overlaps: Overlaps,
    in_gap: InGap,
    in_fold: InFold,
) -> Weekly:
    """Read every argument of ``Calendar.weekly`` and raise all faults together."""
    faults = Faults()
    zone = faults.tried("tz", lambda: zone_key(tz)) or "UTC"
    closed = faults.tried("holidays", lambda: read_holidays(holidays)) or ()
    read = faults.tried("hours", lambda: _hours(hours, closed, overlaps)) or ("off", ())
    pauses = faults.tried("breaks", lambda: read_week("breaks", breaks, overlaps)) or "off"
    rules = [
        *read[1],
        *(faults.tried("dated", lambda: read_dated(dated, "replace", overlaps)) or ()),
        *(faults.tried("extra", lambda: read_dated(extra, "extra", overlaps, over_holidays=True)) or ()),
        *(faults.tried("dated_breaks", lambda: read_dated(dated_breaks, "break", overlaps)) or ()),
        *(faults.tried("special", lambda: _specials(special)) or ()),
    ]
    faults.tried("in_gap", lambda: Weekly("UTC", "off", in_gap=in_gap))
    faults.tried("in_fold", lambda: Weekly("UTC", "off", in_fold=in_fold))
    faults.tried("name", lambda: Weekly("UTC", "off", name=name))
    faults.settle("calendar")
    return Weekly(zone, read[0], pauses, closed, rules, name=name, in_gap=in_gap, in_fold=in_fold)


def _hours(given: WeekLike, holidays: tuple[Days, ...], overlaps: Overlaps) -> tuple[str, tuple[Special, ...]]:
    if isinstance(given, str):
        return read_rules(given, holidays, merge=overlaps == "merge")
    return read_week("hours", given, overlaps), ()


def _specials(given: object) -> tuple[Special, ...]:
    rules: list[Special] = []
    for rule in _listed("special", given, "Special(days, hours, ...)"):
        if not isinstance(rule, Special):
            raise InvalidValue("special", rule, "must be Special(days, hours, ...)")
        rules.append(rule)
    return tuple(rules)
