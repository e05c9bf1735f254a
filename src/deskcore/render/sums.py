"""The arithmetic of a clock: what each stretch counted, what it did not and why, until the target is used up.

Values only, for pages and terminals alike. Not here: the reckoning (``deskcore.sla``) and the words around it
(``life``).

Layer: render. Imports hours and sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._draw import text
from deskcore._value import to_us
from deskcore.errors import OutOfRange
from deskcore.hours import ElapsedDuration
from deskcore.hours.explanation import ExplainedDay, ExplainedPiece
from deskcore.render.words import amount, day_name, hours_of, moment, part_of_sum, span, time_of_day
from deskcore.sla import Clock
from deskcore.sla.trace import Segment, Stretch

When: TypeAlias = Literal["happened", "ahead", "had_it_gone_on"]
"""``ahead``: counts if nothing happens; ``had_it_gone_on``: from the end of a met clock to where it was due."""

_COUNTS: Final = frozenset({"running", "settled_counted"})
_HEADERS: Final = ("when", "counted", "so far", "not counted, and why")
_PREFACE: Final = {"ahead": "from {at} on, if nothing happens", "had_it_gone_on": "fulfilled {at}; had it gone on"}


@final
@attrs.frozen
class Gap:
    """A stretch ``[start, end)`` that did not count, and why: night, weekend, holiday by name, wait for somebody."""

    start: datetime
    end: datetime
    why: str

    def to_dict(self) -> dict[str, str]:
        """For programs: instants as ISO 8601, and why."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "why": self.why}


@final
@attrs.frozen
class SumLine:
    """One step of a clock's sum: the stretch ``[start, end)``, what it counted, and every gap in it.

    ``counted_us + gaps == end - start``; ``total_us`` is what has counted since the clock began. ``days`` local dates
    that counted alike and lack alike share a line. ``due`` is the instant inside it at which the target is used up.
    """

    start: datetime
    end: datetime
    counted_us: int
    total_us: int
    gaps: tuple[Gap, ...] = ()
    when: When = "happened"
    days: int = 0
    due: datetime | None = None

    @property
    def label(self) -> str:
        """When: a date, a run of dates, or the stretch itself."""
        if not self.days:
            return span(self.start, self.end)
        if self.days == 1:
            whole = self.end.date() > self.start.date() and time_of_day(self.start) == "00:00"
            return day_name(self.start.date()) if whole else span(self.start, self.end)
        # The last instant of a run of days is the midnight after it.
        last = self.gaps[-1].start if self.gaps and to_us(self.gaps[-1].end) == to_us(self.end) else self.end
        return f"{day_name(self.start.date())} to {day_name(last.date())}"

    @property
    def why(self) -> str:
        """Every reason for what did not count, each with its hours unless it took the whole line."""
        if not self.gaps:
            return ""
        reasons = tuple(dict.fromkeys(gap.why for gap in self.gaps))
        if not self.counted_us and len(reasons) == 1:
            return reasons[0]
        shown = self._pattern() if self.days else tuple((gap.why, span(gap.start, gap.end)) for gap in self.gaps)
        return ", ".join(f"{why} {' '.join(hours for one, hours in shown if one == why)}" for why in reasons)

    def to_dict(self) -> dict[str, object]:
        """For programs: instants as ISO 8601, amounts in microseconds, every gap."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "counted_us": self.counted_us,
            "total_us": self.total_us,
            "when": self.when,
            "days": self.days,
            "due": None if self.due is None else self.due.isoformat(),
            "gaps": [gap.to_dict() for gap in self.gaps],
        }

    def _pattern(self) -> tuple[tuple[str, str], ...]:
        """The gaps of one day of the run, which are those of each."""
        return tuple(dict.fromkeys((gap.why, hours_of(gap.start, gap.end)) for gap in self.gaps))


@final
@attrs.frozen
class Sum:
    """A clock and the lines that add up to what it used, and on to its due instant where that lies further on.

    The lines tile the time from the clock's start without gap or overlap.
    """

    clock: Clock
    lines: tuple[SumLine, ...]

    @property
    def headline(self) -> str:
        """How the clock stands, in one line."""
        clock = self.clock
        name = clock.metric if clock.number == 1 else f"{clock.metric}, cycle {clock.number}"
        said = [f"{name}: {clock.state.replace('_', ' ')}"]
        said += [f"due {moment(clock.due)}"] if clock.due is not None else []
        if clock.breached_at is not None and clock.breached_at != clock.due:
            said.append(f"breached {moment(clock.breached_at)}")
        said += [f"due {moment(clock.due_if_resumed)} if it resumed now"] if clock.due_if_resumed is not None else []
        said += [f"fulfilled {moment(clock.fulfilled_at)}"] if clock.fulfilled_at is not None else []
        return ", ".join(said)

    @property
    def identity(self) -> str:
        """The sum that must hold: target = used + left."""
        clock, target = self.clock, target_us(self.clock)
        is_elapsed = isinstance(clock.consumed, ElapsedDuration)
        kind = "all time" if is_elapsed else f"open time of calendar {clock.terms.calendar}"
        used = amount(clock.consumed_us)
        if target is None:
            return f"nothing promised; {used} used, in {kind}"
        # Rounded down are the target and what is used; what is left is their difference, so that the line adds up.
        rest = part_of_sum(min(clock.consumed_us, target), max(clock.consumed_us, target))
        tail = f"+ {rest} left" if target >= clock.consumed_us else f"- {rest} over"
        return f"target {amount(target)} = {used} used {tail}, in {kind}, policy {clock.policy}"

    @property
    def conclusion(self) -> str:
        """When the target is used up; empty without a target or a due instant."""
        clock, target = self.clock, target_us(self.clock)
        if target is None or clock.due is None:
            return ""
        verb = "are" if clock.is_open and clock.due_us is not None and clock.due_us > clock.at_us else "were"
        return f"{amount(target)} {verb} used up {moment(clock.due)}: due"

    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """The lines as cells: when, counted, so far, not counted and why."""
        found: list[tuple[str, str, str, str]] = []
        before: When = "happened"
        for line in self.lines:
            if line.when != before:
                found.append((_PREFACE[line.when].format(at=moment(line.start)), "", "", ""))
                before = line.when
            counted = part_of_sum(line.total_us - line.counted_us, line.total_us) if line.counted_us else "-"
            each = f" ({line.days} days)" if line.days > 1 and line.counted_us else ""
            notes = [f"due at {time_of_day(line.due)}"] if line.due is not None else []
            notes += [line.why] if line.why else []
            found.append((line.label, f"{counted}{each}", amount(line.total_us), "; ".join(notes)))
        return tuple(found)

    def to_dict(self) -> dict[str, object]:
        """For programs: the clock as its own ``to_dict`` says it, and ``lines``."""
        return {**self.clock.to_dict(), "lines": [line.to_dict() for line in self.lines]}

    def explain(self) -> str:
        """For people: the headline, a row a line, and the sums."""
        table = text.table(self.rows(), headers=_HEADERS, align="<>><") if self.lines else ""
        notes = self.clock.explanation().notes
        return "\n".join(part for part in (self.headline, table, self.conclusion, *notes, self.identity) if part)


def sum_of(clock: Clock) -> Sum:
    """Take a clock apart, stretch by stretch.

    An open clock in time is followed on to its due, and so is one that was met before it. Linear in the days between
    its start and the later of its end and its due.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar, business
    >>> from deskcore.log import Actor
    >>> from deskcore.sla import Target
    >>> from deskcore.tickets import commands as do
    >>> ams = ZoneInfo("Europe/Amsterdam")
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=ams, holidays="NL")
    >>> desk = Desk.simple(calendar=office, targets=[Target.first_response(business(hours=2))])
    >>> friday = datetime(2026, 5, 22, 16, 45, tzinfo=ams)
    >>> ask = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> case = desk.handle(None, ask, at=friday, actor=Actor.requester("ann")).unwrap().case
    >>> for line in sum_of(desk.clock(case, "first_response", at=friday)).lines:
    ...     print(line.label, line.counted_us // 60_000_000, line.why.partition(":")[0], sep=" | ")
    Fri 22 May 2026 16:45-24:00 | 45 | outside hours 17
    Sat 23 May 2026 | 0 | closed on that weekday
    Sun 24 May 2026 | 0 | closed
    Mon 25 May 2026 | 0 | holiday
    Tue 26 May 2026 00:00-10:15 | 75 | outside hours 00
    """
    lines = [line for stretch in clock.explanation().stretches for line in _stretch(stretch)]
    lines += _onwards(clock)
    return Sum(clock, tuple(_summed(_merged(lines, clock), clock)))


def target_us(clock: Clock) -> int | None:
    """What is promised, in microseconds of the clock's own measure; ``None``: measured only."""
    return None if clock.remaining is None else clock.consumed_us + clock.remaining.microseconds


def _stretch(stretch: Stretch) -> Iterator[SumLine]:
    part = stretch.segment
    when: When = "ahead" if stretch.ahead else "happened"
    if stretch.hours is not None:
        yield from (_day(day, when) for day in stretch.hours.days)
    elif part.state in _COUNTS:
        yield _counting(part, when)
    else:
        why = part.why if part.state == "paused" else f"{part.state}: {part.why}"
        yield SumLine(part.start, part.end, 0, 0, (Gap(part.start, part.end, why),), when)


def _counting(part: Segment, when: When) -> SumLine:
    """A stretch whose days cannot be named, or that counts day and night."""
    counted = part.counted.microseconds
    length = to_us(part.end) - to_us(part.start)
    closed = Gap(part.start, part.end, "closed in part, beyond the dates that the calendar can name")
    return SumLine(part.start, part.end, counted, 0, (closed,) if counted != length else (), when)


def _day(day: ExplainedDay, when: When) -> SumLine:
    gaps = tuple(Gap(piece.start, piece.end, _because(piece)) for piece in day.pieces if not piece.is_open)
    return SumLine(day.pieces[0].start, day.pieces[-1].end, day.counted.microseconds, 0, gaps, when, 1)


def _because(piece: ExplainedPiece) -> str:
    """A day that is closed as every week differs from one that is closed for once."""
    plain = piece.reason == "closed_weekday" and not piece.name
    return "closed on that weekday" if plain else piece.because


def _onwards(clock: Clock) -> Iterator[SumLine]:
    """From the end of a clock that was met to the instant at which it would have been due."""
    ended, due = clock.fulfilled_at, clock.due
    if ended is None or due is None or to_us(due) <= to_us(ended):
        return
    if isinstance(clock.consumed, ElapsedDuration):
        yield SumLine(ended, due, to_us(due) - to_us(ended), 0, (), "had_it_gone_on")
        return
    try:
        yield from (_day(day, "had_it_gone_on") for day in clock.calendar.explain(ended, due).days)
    except OutOfRange:  # the sum is known from inside the calendar's range; only the days cannot be named
        counted = clock.calendar.between_us(to_us(ended), to_us(due))
        yield SumLine(ended, due, counted, 0, (), "had_it_gone_on")


def _merged(lines: list[SumLine], clock: Clock) -> Iterator[SumLine]:
    """Neighbouring days that counted alike and lack alike as one line; the day on which it was due stands alone."""
    due = clock.due_us
    held: SumLine | None = None
    for line in lines:
        if held is not None and _alike(held, line) and not (_holds(line, due) or _holds(held, due)):
            held = attrs.evolve(
                held,
                end=line.end,
                counted_us=held.counted_us + line.counted_us,
                gaps=held.gaps + line.gaps,
                days=held.days + 1,
            )
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _alike(held: SumLine, line: SumLine) -> bool:
    if not (held.days and line.days and held.when == line.when) or held.end != line.start:
        return False
    if held.counted_us != line.counted_us * held.days:
        return False
    if not line.counted_us:
        return {gap.why for gap in held.gaps} == {gap.why for gap in line.gaps}
    first = held.gaps[: len(held.gaps) // held.days]
    return [_hours(gap) for gap in first] == [_hours(gap) for gap in line.gaps]


def _hours(gap: Gap) -> tuple[str, str]:
    return gap.why, hours_of(gap.start, gap.end)


def _holds(line: SumLine, due: int | None) -> bool:
    return due is not None and bool(line.counted_us) and to_us(line.start) < due <= to_us(line.end)


def _summed(lines: Iterator[SumLine], clock: Clock) -> Iterator[SumLine]:
    # A change of terms may have carried over more or less than these lines count.
    total = -clock.carried_us
    for line in lines:
        total += line.counted_us
        due = clock.due if target_us(clock) is not None and _holds(line, clock.due_us) else None
        yield attrs.evolve(line, total_us=total, due=due)
