"""What one local date does: the week's hours, or those of a holiday or a special rule.

Not here: zones and instants; a plan is in seconds of its date.

Layer: hours. Imports errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple, final

import attrs

from deskcore._lasting import lasting
from deskcore.errors import InvalidValue
from deskcore.hours.days import Days
from deskcore.hours.spread import weekday
from deskcore.hours.week import Span, Week, merged_spans, normal_week, week_of

Effect = Literal["replace", "extra", "break"]
_EFFECTS: Final = ("replace", "extra", "break")


def normal(text: str) -> str:
    """The normal form of hours given as text."""
    return normal_week("hours", text)


@final
@attrs.frozen
@lasting
class Special:
    """Other hours on special dates: ``hours`` is a week's text, read for the weekday each date falls on.

    ``effect``: ``replace`` puts them in place of the week's hours (``off`` closes), ``extra`` adds them, ``break`` cuts
    them out of whatever is open. A holiday beats ``replace`` and ``extra`` unless ``over_holidays``.

    Raises:
        InvalidValue: ``hours`` is outside the grammar of a week, or ``effect`` is none of the three.

    >>> from deskcore.hours.closures import EveryYear
    >>> Special(EveryYear("12-24", "12-24", "Christmas Eve"), "09:00-12:00").effect
    'replace'
    """

    days: Days
    hours: str = attrs.field(converter=normal)
    effect: Effect = "replace"
    over_holidays: bool = False
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.days, Days):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidValue("days", self.days, "must say which dates: EveryYear, OnDates, Recurring or Holidays")
        if self.effect not in _EFFECTS:
            raise InvalidValue("effect", self.effect, f"must be one of {', '.join(_EFFECTS)}")

    def called(self, given: str) -> str:
        """The name that explains a date: the rule's own, else the date's."""
        return self.name or given


class DayPlan(NamedTuple):
    """What one local date does: its own spans, its breaks with their names, and what to say about it."""

    spans: tuple[Span, ...]
    breaks: tuple[tuple[Span, str], ...]
    code: str
    name: str


def plain_day(week: Week, day: int) -> DayPlan:
    """A date on which only the week's hours hold.

    >>> plain_day(((),) * 7, 0).code
    'closed_weekday'
    """
    spans = week[weekday(day)]
    return DayPlan(spans, (), "open" if spans else "closed_weekday", "")


Rules = list[tuple[Special, Mapping[int, str]]]


def plans_of_year(week: Week, holidays: Iterable[Days], special: Iterable[Special], year: int) -> dict[int, DayPlan]:
    """The dates of a year that differ from the plain week. Earlier holidays name a date before later ones.

    >>> from deskcore.hours.days import EveryYear
    >>> plan = plans_of_year(week_of("24/7"), [EveryYear("01-01", "01-01", "New Year")], [], 1970)
    >>> plan[0].code, plan[0].name
    ('holiday', 'New Year')
    """
    closed: dict[int, str] = {}
    for days in holidays:
        closed = {**_known(days, year), **closed}
    rules = [(rule, _known(rule.days, year)) for rule in special]
    plans = {day: _closed(plain_day(week, day), name) for day, name in closed.items()}
    made: dict[tuple[object, ...], DayPlan] = {}  # a season holds many dates of few kinds
    for day in {day for _, days in rules for day in days}:
        kind = (weekday(day), closed.get(day), *(days.get(day) for _, days in rules))
        if kind not in made:
            made[kind] = _ruled(day, plain_day(week, day), closed.get(day), rules)
        plans[day] = made[kind]
    return plans


def _known(days: Days, year: int) -> Mapping[int, str]:
    """The dates of a year; none of a year outside what is known, which ``coverage`` keeps anybody from seeing."""
    first, last = days.years()
    return days.in_year(year) if first <= year <= last else {}


def _closed(plain: DayPlan, name: str) -> DayPlan:
    """A holiday: the reason only where there was anything to close, else a name beside it."""
    return DayPlan((), (), "holiday" if plain.spans else "closed_weekday", name)


def _ruled(day: int, plain: DayPlan, holiday: str | None, rules: Rules) -> DayPlan:
    spans, breaks, code, name = plain if holiday is None else _closed(plain, holiday)
    for rule, days in rules:
        if day not in days:
            continue
        own, called = week_of(rule.hours)[weekday(day)], rule.called(days[day])
        if rule.effect == "break":
            breaks = (*breaks, *((span, called) for span in own))
        elif holiday is None or rule.over_holidays:
            spans = own if rule.effect == "replace" else merged_spans((*spans, *own))
            code, name = ("replaced" if rule.effect == "replace" else "extra"), called
    return DayPlan(spans, breaks, code, name)
