"""Hours that repeat by the week in one zone, with the exceptions every calendar has.

Precedence on a local date: the week's hours; replaced by the last matching ``replace`` rule; emptied by a holiday
(unless that rule says ``over_holidays``); ``extra`` openings added; breaks cut out. An interval belongs to the date it
starts on: what happens to that date happens to the whole of it, past midnight too, and leaves the previous evening's
run-over alone. Breaks alone act on the instants they name.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, final

import attrs

from deskcore._value import DAY, from_us
from deskcore.errors import InvalidValue
from deskcore.hours.days import FIRST_YEAR, LAST_YEAR, Days
from deskcore.hours.node import Coverage, Hours, Piece, Zones, tiled, year_start
from deskcore.hours.special import DayPlan, Special, normal, plain_day, plans_of_year
from deskcore.hours.spread import resolved, spread, weekday
from deskcore.hours.timeline import Edges, clipped, difference, merged
from deskcore.hours.wall_clock import EARLIEST, InFold, InGap, Reading, Run, zone_key
from deskcore.hours.week import DAY_SECONDS, Span, merged_spans, week_of

T = TypeVar("T")


def _days(given: Iterable[Days]) -> tuple[Days, ...]:
    return _only(Days, "holidays", given)


def _rules(given: Iterable[Special]) -> tuple[Special, ...]:
    return _only(Special, "special", given)


def _only(kind: type, field: str, given: Iterable[T]) -> tuple[T, ...]:
    held = tuple(given)
    for each in held:
        if not isinstance(each, kind):
            raise InvalidValue(field, each, f"must hold {kind.__name__} only; Calendar.weekly reads shorter forms")
    return held


@final
@attrs.frozen
class Weekly(Hours):
    """Weekly hours in a zone, with weekly breaks, holidays and special dates.

    Texts are kept in their normal form: days grouped, touching hours merged. ``Calendar.weekly`` is the door most
    callers use.

    ``in_gap`` and ``in_fold`` say what an edge means that the clock does not show exactly once; see ``Reading``.

    Raises:
        InvalidValue: unreadable hours, an unknown zone, or another word for a reading.

    >>> Weekly("Europe/Amsterdam", "mo-fr 9:00-12:00 12:00-17:30").week
    'Mon-Fri 09:00-17:30'
    """

    zone: str = attrs.field(converter=zone_key)
    week: str = attrs.field(converter=normal)
    breaks: str = attrs.field(default="off", converter=normal)
    holidays: tuple[Days, ...] = attrs.field(default=(), converter=_days)
    special: tuple[Special, ...] = attrs.field(default=(), converter=_rules)
    in_gap: InGap = attrs.field(default="jump", kw_only=True)
    in_fold: InFold = attrs.field(default="first", kw_only=True)

    def __attrs_post_init__(self) -> None:
        for field, got, accepted in (
            ("in_gap", self.in_gap, ("jump", "shift")),
            ("in_fold", self.in_fold, ("first", "second")),
        ):
            if got not in accepted:
                raise InvalidValue(field, got, f"must be one of {', '.join(accepted)}")

    @property
    def zone_key(self) -> str:
        return self.zone

    @property
    def reading(self) -> Reading:
        """How this calendar reads edges in gaps and repeated hours."""
        found = Reading(self.in_gap, self.in_fold)
        return EARLIEST if found == EARLIEST else found

    def coverage(self) -> Coverage:
        known = Coverage()
        sources = [("holidays", days) for days in self.holidays] + [
            ("special dates", rule.days) for rule in self.special
        ]
        for noun, days in sources:
            first, last = days.years()
            # What starts on the evening before the first known date may run over into it, in any zone.
            low = known.low if first <= FIRST_YEAR else year_start(first) + 3 * DAY
            high = known.high if last >= LAST_YEAR else year_start(last + 1) - DAY
            known = known.within(Coverage(low, high, f"where its {noun} are known (the years {first} to {last})"))
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
        found = merged(spread(week_of(self.week), own, runs, first, last, self.reading))
        cuts = self._cuts(plans, runs, first, last)
        return clipped(difference(found, cuts) if cuts else found, low, high)

    def _cuts(self, plans: Mapping[int, DayPlan], runs: list[Run], first: int, last: int) -> Edges:
        week = week_of(self.breaks)
        own = {
            day: merged_spans((*week[weekday(day)], *(span for span, _ in plan.breaks)))
            for day, plan in plans.items()
            if plan.breaks
        }
        return merged(spread(week, own, runs, first, last, self.reading)) if own or self.breaks != "off" else []

    def _plans(self, first: int, last: int) -> dict[int, DayPlan]:
        """The dates that differ from the plain week, between two dates."""
        if not self.holidays and not self.special:
            return {}
        plans: dict[int, DayPlan] = {}
        for year in range(from_us(first * DAY).year, from_us(last * DAY).year + 1):
            plans.update(plans_of_year(week_of(self.week), self.holidays, self.special, year))
        return {day: plan for day, plan in plans.items() if first <= day < last}

    # -- explaining

    def pieces(self, low: int, high: int, zones: Zones) -> list[Piece]:
        runs = zones.runs(self.zone, low - 4 * DAY, high + 4 * DAY)
        first, last = low // DAY - 3, high // DAY + 3
        plans = self._plans(first, last)
        week = week_of(self.week)
        found: list[Piece] = []
        for day in range(first, last):
            found += _day_pieces(day, plans.get(day) or plain_day(week, day), runs, self.reading)
        return tiled(self._with_breaks(_overlaid(found), plans, runs, first, last), low, high)

    def _with_breaks(
        self, found: list[Piece], plans: Mapping[int, DayPlan], runs: list[Run], first: int, last: int
    ) -> list[Piece]:
        cuts = self._cuts(plans, runs, first, last)
        named = {
            instant: name
            for day, plan in plans.items()
            for span, name in plan.breaks
            for instant in resolved(span, day, runs, self.reading)[:1]
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
        plan = plans.get(day) or plain_day(week_of(self.week), day)
        own = merged([instant for span in plan.spans for instant in resolved(span, day, runs, self.reading)])
        left = difference(own, self._cuts(plans, runs, day - 2, day + 3))
        return left[-1] if left else None


_OPEN_CODE: Final = {"open": "open", "replaced": "replaced_open", "extra": "extra"}
_CLOSED_CODE: Final = {"open": "outside_hours", "extra": "outside_hours"}


def _day_pieces(day: int, plan: DayPlan, runs: list[Run], reading: Reading) -> list[Piece]:
    """A local date as pieces: its closed whole, then its open spans (which may run past it)."""
    whole = resolved(Span(0, DAY_SECONDS), day, runs)
    closed = _CLOSED_CODE.get(plan.code, plan.code)
    name = "" if closed == "outside_hours" else plan.name
    found = [Piece(whole[0], whole[1], False, closed, name)] if whole else []
    for span in plan.spans:
        ends = resolved(span, day, runs, reading)
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
