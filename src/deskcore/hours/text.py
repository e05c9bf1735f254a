"""The compact text form of a weekly calendar: a subset of the OSM opening_hours grammar.

Rules apart by ``;``: first the week (``Mon-Fri 09:00-12:30,13:30-18:00``), then what holds on holidays and special
dates (``PH off``, ``Dec 24 09:00-12:00``, ``2026 Dec 31 off "stocktaking"``, ``Jun-Aug Mon-Fri 08:00-15:00``). A rule
for some weekdays leaves the others as they are; later rules win. The full grammar stands in docs/reference/hours.md.
Not here: zones, and which dates are holidays, which the text does not say.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours.days import Days, EveryYear, OnDates
from deskcore.hours.node import Hours
from deskcore.hours.special import Special
from deskcore.hours.wall_clock import EARLIEST
from deskcore.hours.week import (
    DAYS,
    MONTHS,
    Mistake,
    Span,
    Week,
    days_text,
    read_days,
    read_spans,
    week_of,
    week_text,
)
from deskcore.hours.weekly import Weekly

_LONG_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LAST_DAY: Final = tuple(gregorian.monthrange(2024, month)[1] for month in range(1, 13))
_LONGEST: Final = 20_000
_CLOSED: Final = frozenset({"off", "closed"})
_HOLIDAYS: Final = re.compile(r"PH(?![A-Za-z])\s*", re.IGNORECASE)
_COMMENT: Final = re.compile(r'"([^"]*)"\s*$')
_DATE: Final = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<year>\d{4})\s+(?P<month>[A-Za-z]{3,9})\s+(?P<day>\d{1,2})(?![\d:])"
    r"|(?P<from>[A-Za-z]{3,9})(?:\s+(?P<from_day>\d{1,2})(?![\d:]))?"
    r"(?:\s*-\s*(?:(?P<to>[A-Za-z]{3,9})(?:\s+(?P<to_day>\d{1,2})(?![\d:]))?|(?P<same>\d{1,2})(?![\d:])))?",
    re.ASCII,
)


_NO_HOURS: Final[Week] = ((),) * len(DAYS)


class _Rule(NamedTuple):
    """One dated rule as read: its dates, the weekdays it speaks of, their hours, its comment, where it stands."""

    days: tuple[Days, ...]
    weekdays: tuple[int, ...]
    spans: tuple[Span, ...]
    holiday: bool
    column: int


def read_rules(text: str, holidays: tuple[Days, ...], *, merge: bool = False) -> tuple[str, tuple[Special, ...]]:
    """The week and the dated rules of a text. Overlapping hours are refused, or with ``merge`` count once.

    Raises:
        InvalidValue: pointing at the column where reading stopped, and saying what would be accepted there.

    >>> week, (rule,) = read_rules("Mo-Fr 9:00-17:00; Dec 24 09:00-12:00", ())
    >>> week, rule.days, rule.hours
    ('Mon-Fri 09:00-17:00', EveryYear(first='12-24', last='12-24', name=''), '09:00-12:00')
    """
    try:
        return _read(text, holidays, merge=merge)
    except Mistake as mistake:
        shown = text if len(text) <= _LONGEST else f"{text[:80]}..."
        raise InvalidValue("hours", shown, f"is unreadable at column {mistake.column + 1}: {mistake.rule}") from None


def _read(text: str, holidays: tuple[Days, ...], *, merge: bool) -> tuple[str, tuple[Special, ...]]:
    if len(text) > _LONGEST:
        raise Mistake(_LONGEST, f"expected at most {_LONGEST} characters")
    weekly: list[str] = []
    rules: list[_Rule] = []
    for body, column in _split(text):
        rule = _dated(body, column, holidays, merge=merge)
        if rule is not None:
            rules.append(rule)
        elif rules:
            raise Mistake(column, "the week's own rules come before those for holidays and dates")
        else:
            weekly.append(body)
            week_of(" " * column + body, merge=merge)  # so that a mistake points at its column in the whole text
    week = week_of("; ".join(weekly), merge=merge)
    return week_text(week), tuple(_specials(rules, week))


def _split(text: str) -> Iterator[tuple[str, int]]:
    """The rules of a text with their columns; a semicolon inside a comment is part of it."""
    column = 0
    for part in re.findall(r'(?:"[^"]*"?|[^;"])*;?', text):
        body = part.removesuffix(";")
        if body.strip():
            yield body.strip(), column + len(body) - len(body.lstrip())
        column += len(part)


def _dated(body: str, column: int, holidays: tuple[Days, ...], *, merge: bool) -> _Rule | None:
    comment = _COMMENT.search(body)
    name = comment[1].strip() if comment else ""
    head = body[: comment.start()].rstrip() if comment else body
    match = _HOLIDAYS.match(head)
    if match is not None:
        if not holidays:
            raise Mistake(column, "PH means the calendar's holidays; give it some with holidays=")
        return _ruled(holidays, head, column, match.end(), holiday=True, merge=merge)
    days, position = _dates(head, column, name)
    if not days:
        if comment:
            raise Mistake(column + comment.start(), "a comment names dates; the week has none")
        return None
    return _ruled(days, head, column, position, holiday=False, merge=merge)


def _ruled(days: tuple[Days, ...], head: str, column: int, position: int, *, holiday: bool, merge: bool) -> _Rule:
    rest = head[position:].lstrip()
    start = column + len(head) - len(rest)
    weekdays, hours, offset = read_days(rest, start)
    if rest == "24/7" or hours == "24/7":
        raise Mistake(offset, "expected hours such as 00:00-24:00, found '24/7'")
    spans = () if hours.lower() in _CLOSED else read_spans(hours, offset, merge=merge)
    return _Rule(days, tuple(weekdays), spans, holiday, column)


def _dates(head: str, column: int, name: str) -> tuple[tuple[Days, ...], int]:
    """The dates at the head of a rule and where they end; none when it starts with anything else."""
    single: dict[str, str] = {}
    yearly: list[Days] = []
    position = 0
    while True:
        match = _DATE.match(head, position)
        if match is None or (match["from"] and _month(match["from"]) is None):
            if position:
                raise Mistake(column + position, "expected a date such as Dec 24 or 2026 Dec 24")
            return (), 0
        found = _date_of(match, column + position, name)
        if isinstance(found, EveryYear):
            yearly.append(found)
        else:
            single[found] = name
        comma = re.compile(r"\s*,\s*").match(head, match.end())
        if comma is None:
            break
        position = comma.end()
    dates = [OnDates(FrozenDict(single))] if single else []
    return (*dates, *yearly), match.end()


def _date_of(match: re.Match[str], column: int, name: str) -> EveryYear | str:
    if match["iso"] or match["year"]:
        month = None if match["iso"] else _month(match["month"])
        text = match["iso"] or f"{match['year']}-{month or 0:02d}-{int(match['day']):02d}"
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Mistake(column, f"there is no such date, found {match[0]!r}") from None
    first = _month(match["from"])
    last = _month(match["to"]) if match["to"] else first
    if first is None or last is None:
        raise Mistake(column, f"expected a month such as Jan, found {match[0]!r}")
    start = int(match["from_day"] or 1)
    whole = match["from_day"] is None
    end = int(match["to_day"] or match["same"] or (start if not (whole or match["to"]) else _LAST_DAY[last - 1]))
    if not (1 <= start <= _LAST_DAY[first - 1] and 1 <= end <= _LAST_DAY[last - 1]):
        raise Mistake(column, f"there is no such day of the month, found {match[0]!r}")
    return EveryYear(f"{first:02d}-{start:02d}", f"{last:02d}-{end:02d}", name)


def _month(name: str) -> int | None:
    word = name.lower()
    return next((number for number, full in enumerate(_LONG_MONTHS, 1) if word in {full, full[:3]}), None)


def _specials(rules: list[_Rule], week: Week) -> Iterator[Special]:
    """A rule for some weekdays is laid over the hours that hold without it."""
    done: list[tuple[Days, bool, list[tuple[Span, ...]]]] = []
    for rule in rules:
        for days in rule.days:
            # A holiday is told from other dates by rank, not by rule order, so the two never speak of the same thing.
            alike = [(other, hours) for other, holiday, hours in done if holiday == rule.holiday]
            same = next((hours for other, hours in alike if other == days), None)
            partial = len(rule.weekdays) < len(DAYS)
            if same is None:
                if partial and any(_meet(days, other) for other, _ in alike):
                    raise Mistake(rule.column, "speaks of some weekdays of dates that an earlier rule speaks of too")
                same = [*(_NO_HOURS if rule.holiday else week)]
                done.append((days, rule.holiday, same))
            for weekday in rule.weekdays:
                same[weekday] = rule.spans
    for days, holiday, hours in done:
        if not (holiday and not any(hours)):  # holidays are closed without being told
            yield Special(days, week_text(tuple(hours)), over_holidays=holiday)


def _meet(one: Days, other: Days) -> bool:
    if isinstance(one, OnDates) and isinstance(other, OnDates):
        return bool(set(one.entries) & set(other.entries))
    dated = one if isinstance(one, OnDates) else other
    years = {int(text[:4]) for text in dated.entries} if isinstance(dated, OnDates) else {2024}
    if not (isinstance(one, OnDates | EveryYear) and isinstance(other, OnDates | EveryYear)):
        return False
    return any(one.in_year(year).keys() & other.in_year(year).keys() for year in years)


# -- writing


def to_text(hours: Hours) -> str:
    """The text of a weekly calendar; ``read_rules`` with the same holidays reads it back.

    Raises:
        InvalidValue: naming the part that lies outside the grammar.

    >>> summer = Special(EveryYear("06-01", "08-31"), "Mon-Fri 08:00-15:00")
    >>> to_text(Weekly("UTC", "Mon-Fri 09:00-17:00", special=(summer,)))
    'Mon-Fri 09:00-17:00; Jun-Aug Mon-Fri 08:00-15:00'
    """
    if not isinstance(hours, Weekly):
        raise InvalidValue("hours", type(hours).__name__, "lies outside the text form, which has weekly hours only")
    if hours.breaks != "off":
        raise InvalidValue("breaks", hours.breaks, "lies outside the text form; write the hours around the break")
    if hours.reading != EARLIEST:
        read = f"{hours.in_gap}, {hours.in_fold}"
        raise InvalidValue("in_gap, in_fold", read, "lies outside the text form, which has jump, first only")
    week = week_of(hours.week)
    rules = [rule for special in hours.special for rule in _special_text(special, hours, week)]
    closed = ["PH off"] if hours.holidays else []
    text = "; ".join([hours.week, *closed, *rules])
    try:
        back = read_rules(text, hours.holidays)
    except InvalidValue:
        back = None
    if back != (hours.week, hours.special):
        raise InvalidValue("special", text, "lies outside the text form: its rules would be read back differently")
    return text


def _special_text(special: Special, hours: Weekly, week: Week) -> Iterator[str]:
    named = f" {_quoted(special)}"
    holiday = special.over_holidays and special.days in hours.holidays
    selector = "PH" if holiday else _selector(special.days)
    if selector is None or special.effect != "replace" or special.over_holidays != holiday or special.name:
        raise InvalidValue(
            "special", special, "lies outside the text form, which replaces hours on listed or yearly dates"
        )
    own = week_of(special.hours)
    before = _NO_HOURS if holiday else week
    groups: dict[tuple[Span, ...], list[int]] = {}
    for weekday, spans in enumerate(own):
        if spans != before[weekday] or len(set(own)) == 1:
            groups.setdefault(spans, []).append(weekday)
    if not groups:  # it repeats the week's own hours: saying so of some weekdays is enough
        groups[own[0]] = [weekday for weekday, spans in enumerate(own) if spans == own[0]]
    for spans, weekdays in groups.items():
        said = ",".join(map(str, spans)) or "off"
        yield " ".join(part for part in (selector, days_text(weekdays), said) if part) + named.rstrip()


def _quoted(special: Special) -> str:
    match special.days:
        case EveryYear(name=name) if name:
            return f'"{name}"'
        case OnDates(entries=entries) if set(entries.values()) not in ({""}, set()):
            return f'"{next(iter(entries.values()))}"'
        case _:
            return ""


def _selector(days: Days) -> str | None:
    if isinstance(days, OnDates):
        dates = [date.fromisoformat(text) for text in days.entries]
        return ",".join(f"{day.year:04d} {MONTHS[day.month - 1]} {day.day:02d}" for day in dates)
    return _yearly(days) if isinstance(days, EveryYear) else None


def _yearly(days: EveryYear) -> str:
    (month, day), (last_month, last_day) = ((int(text[:2]), int(text[3:])) for text in (days.first, days.last))
    first, last = MONTHS[month - 1], MONTHS[last_month - 1]
    if day == 1 and last_day == _LAST_DAY[last_month - 1]:
        return first if month == last_month else f"{first}-{last}"
    if days.first == days.last:
        return f"{first} {day:02d}"
    if month == last_month and day < last_day:
        return f"{first} {day:02d}-{last_day:02d}"
    return f"{first} {day:02d}-{last} {last_day:02d}"
