"""Hours that repeat by the week in one zone, with the exceptions every calendar has.

Precedence on a local date: the week's hours; replaced by the last matching ``replace`` rule; emptied by a holiday
(unless that rule says ``over_holidays``); ``extra`` openings added; breaks cut out. An interval belongs to the date it
starts on: what happens to that date happens to the whole of it, past midnight too, and leaves the previous evening's
run-over alone. Breaks alone act on the instants they name.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple, final

import attrs

from deskcore._value import DAY, from_us
from deskcore.errors import InvalidValue
from deskcore.hours.closures import Days
from deskcore.hours.node import Coverage, Hours, Piece, Zones, tiled, year_start
from deskcore.hours.spread import resolved, spread, weekday
from deskcore.hours.timeline import Edges, clipped, difference, merged
from deskcore.hours.wall_clock import Run, zone_key
from deskcore.hours.week import DAY_SECONDS, Span, Week, merged_spans, normal_week, week_of

Effect = Literal["replace", "extra", "break"]
_EFFECTS: Final = ("replace", "extra", "break")


def _normal(text: str) -> str:
    return normal_week("hours", text)


def _days(given: Iterable[Days]) -> tuple[Days, ...]:
    return tuple(given)


def _rules(given: Iterable[Special]) -> tuple[Special, ...]:
    return tuple(given)


@final
@attrs.frozen
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
    hours: str = attrs.field(converter=_normal)
    effect: Effect = "replace"
    over_holidays: bool = False
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if self.effect not in _EFFECTS:
            raise InvalidValue("effect", self.effect, f"must be one of {', '.join(_EFFECTS)}")

    def called(self, given: str) -> str:
        """The name that explains a date: the rule's own, else the date's."""
        return self.name or given


class DayPlan(NamedTuple):
    """What one local date does: its own spans, extra ones, special breaks, and what to say about it."""

    spans: tuple[Span, ...]
    breaks: tuple[Span, ...]
    code: str
    name: str


@final
@attrs.frozen
class Weekly(Hours):
    """Weekly hours in a zone, with weekly breaks, holidays and special dates.

    Texts are kept in their normal form: days grouped, touching hours merged. ``Calendar.weekly`` is the door most
    callers use.

    Raises:
        InvalidValue: unreadable hours, or an unknown zone.

    >>> Weekly("Europe/Amsterdam", "mo-fr 9:00-12:00 12:00-17:30").week
    'Mon-Fri 09:00-17:30'
    """

    zone: str = attrs.field(converter=zone_key)
    week: str = attrs.field(converter=_normal)
    breaks: str = attrs.field(default="off", converter=_normal)
    holidays: tuple[Days, ...] = attrs.field(default=(), converter=_days)
    special: tuple[Special, ...] = attrs.field(default=(), converter=_rules)

    @property
    def zone_key(self) -> str:
        return self.zone

    def coverage(self) -> Coverage:
        known = Coverage()
        for days, noun in [
            *((d, "holidays") for d in self.holidays),
            *((s.days, "special dates") for s in self.special),
        ]:
            first, last = days.years()
            # The evening before the first known date may run over into it; two days cover any zone and any span.
            low, high = year_start(first) + 3 * DAY, year_start(last + 1) - DAY
            limit = f"where its {noun} are known (the years {first} to {last})"
            full = Coverage()
            known = known.within(
                Coverage(
                    low if year_start(first) > full.low else full.low,
                    high if high + DAY < full.high else full.high,
                    limit,
                )
            )
        return known

    def releases(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for days in self._sources():
            found.update(days.releases())
        return found

    def _sources(self) -> Iterable[Days]:
        yield from self.holidays
        yield from (special.days for special in self.special)

    def pinned_days(self, low: int, high: int) -> Weekly:
        first, last = from_us(low - 3 * DAY).year, from_us(high + 3 * DAY).year
        return attrs.evolve(
            self,
            holidays=tuple(days.pinned(first, last) for days in self.holidays),
            special=tuple(attrs.evolve(rule, days=rule.days.pinned(first, last)) for rule in self.special),
        )

    # -- compiling

    def edges(self, low: int, high: int, zones: Zones) -> Edges:
        # Two days back for what started before and runs over; two days ahead for zones east of UTC.
        runs = zones.runs(self.zone, low - 4 * DAY, high + 4 * DAY)
        first, last = low // DAY - 3, high // DAY + 3
        plans = self._plans(first, last)
        own = {day: plan.spans for day, plan in plans.items()}
        found = merged(spread(week_of(self.week), own, runs, first, last))
        cuts = self._cuts(plans, runs, first, last)
        return clipped(difference(found, cuts) if cuts else found, low, high)

    def _cuts(self, plans: Mapping[int, DayPlan], runs: list[Run], first: int, last: int) -> Edges:
        cuts = spread(week_of(self.breaks), {}, runs, first, last) if self.breaks != "off" else []
        for day, plan in plans.items():
            for span in plan.breaks:
                cuts += resolved(span, day, runs)
        return merged(cuts)

    def _plans(self, first: int, last: int) -> dict[int, DayPlan]:
        """The dates that differ from the plain week, between two dates."""
        if not self.holidays and not self.special:
            return {}
        plans: dict[int, DayPlan] = {}
        for year in range(from_us(first * DAY).year, from_us(last * DAY).year + 1):
            plans.update(_plans_of_year(self, year))
        return {day: plan for day, plan in plans.items() if first <= day < last}

    # -- explaining

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        runs = zones.runs(self.zone, low - 4 * DAY, high + 4 * DAY)
        first, last = low // DAY - 3, high // DAY + 3
        plans = self._plans(first, last)
        week = week_of(self.week)
        found: list[Piece] = []
        for day in range(first, last):
            found += _day_pieces(day, plans.get(day) or _plain(week, day), runs)
        return tiled(self._with_breaks(_overlaid(found), plans, runs, first, last), low, high)

    def _with_breaks(
        self, found: list[Piece], plans: Mapping[int, DayPlan], runs: list[Run], first: int, last: int
    ) -> list[Piece]:
        cuts = self._cuts(plans, runs, first, last)
        named = {
            instant: plan.name
            for day, plan in plans.items()
            for span in plan.breaks
            for instant in resolved(span, day, runs)[:1]
        }
        result: list[Piece] = []
        for piece in found:
            inside = clipped(cuts, piece.start, piece.end) if piece.open else []
            here = piece.start
            for start, end in zip(inside[::2], inside[1::2], strict=True):
                result += (
                    piece._replace(start=here, end=start),
                    Piece(start, end, False, "break", named.get(start, "")),
                )
                here = end
            result.append(piece._replace(start=here))
        return result

    def closing_on(self, day: int, zones: Zones) -> int | None:
        """The end of the last interval that starts on the date, past midnight when it runs over."""
        runs = zones.runs(self.zone, (day - 4) * DAY, (day + 5) * DAY)
        plans = self._plans(day - 2, day + 3)
        plan = plans.get(day) or _plain(week_of(self.week), day)
        own = merged([instant for span in plan.spans for instant in resolved(span, day, runs)])
        left = difference(own, self._cuts(plans, runs, day - 2, day + 3))
        return left[-1] if left else None


def _plain(week: Week, day: int) -> DayPlan:
    spans = week[weekday(day)]
    return DayPlan(spans, (), "open" if spans else "closed_weekday", "")


def _known(days: Days, year: int) -> Mapping[int, str]:
    """The dates of a year; none of a year outside what is known, which ``coverage`` keeps anybody from seeing."""
    first, last = days.years()
    return days.in_year(year) if first <= year <= last else {}


def _plans_of_year(hours: Weekly, year: int) -> Mapping[int, DayPlan]:
    closed = {day: name for days in reversed(hours.holidays) for day, name in _known(days, year).items()}
    rules = [(rule, _known(rule.days, year)) for rule in hours.special]
    week = week_of(hours.week)
    special = {day for _, days in rules for day in days}
    plans = {day: _closed(_plain(week, day), name) for day, name in closed.items() if day not in special}
    plans.update((day, _plan(day, _plain(week, day), closed.get(day), rules)) for day in special)
    return plans


def _closed(plain: DayPlan, name: str) -> DayPlan:
    """A holiday: the reason only where there was anything to close, else a name beside it."""
    return DayPlan((), (), "holiday" if plain.spans else "closed_weekday", name)


def _plan(day: int, plain: DayPlan, holiday: str | None, rules: list[tuple[Special, Mapping[int, str]]]) -> DayPlan:
    spans, breaks, code, name = plain
    if holiday is not None:
        spans, _, code, name = _closed(plain, holiday)
    for rule, days in rules:
        if day not in days:
            continue
        own = week_of(rule.hours)[weekday(day)]
        called = rule.called(days[day])
        if rule.effect == "break":
            breaks, name = (*breaks, *own), name or called
        elif holiday is None or rule.over_holidays:
            spans = own if rule.effect == "replace" else merged_spans((*spans, *own))
            code, name = ("replaced" if rule.effect == "replace" else "extra"), called
    return DayPlan(spans, breaks, code, name)


_OPEN_CODE: Final = {"open": "open", "replaced": "replaced_open", "extra": "extra"}
_CLOSED_CODE: Final = {"open": "outside_hours", "extra": "outside_hours"}


def _day_pieces(day: int, plan: DayPlan, runs: list[Run]) -> list[Piece]:
    """A local date as pieces: its closed whole, then its open spans (which may run past it)."""
    whole = resolved(Span(0, DAY_SECONDS), day, runs)
    closed = _CLOSED_CODE.get(plan.code, plan.code)
    name = "" if closed == "outside_hours" else plan.name
    found = [Piece(whole[0], whole[1], False, closed, name)] if whole else []
    for span in plan.spans:
        ends = resolved(span, day, runs)
        if ends:
            found.append(Piece(ends[0], ends[1], True, _OPEN_CODE[plan.code], plan.name))
    return found


def _overlaid(found: list[Piece]) -> list[Piece]:
    """One line of pieces: open ones lie on top of closed ones, earlier ones on top of later."""
    closed = [piece for piece in found if not piece.open]
    opened = sorted(piece for piece in found if piece.open)
    line: list[Piece] = []
    for piece in opened:
        start = max(piece.start, line[-1].end) if line else piece.start
        if start < piece.end:
            line.append(piece._replace(start=start))
    result: list[Piece] = []
    index = 0
    for piece in closed:
        here = piece.start
        while index < len(line) and line[index].start < piece.end:
            if here < line[index].start:
                result.append(piece._replace(start=here, end=line[index].start))
            if here <= line[index].start:
                result.append(line[index])
            here = max(here, line[index].end)
            if line[index].end > piece.end:
                break
            index += 1
        if here < piece.end:
            result.append(piece._replace(start=here))
    return result
