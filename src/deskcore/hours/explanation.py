"""Why an amount of open time is what it is: day by day, with reasons, adding up to the answer.

Values only: what they say was found by the nodes of the calendar. Not here: pictures, and explanations of tickets.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Protocol, final

import attrs

from deskcore._value import HOUR, MINUTE, SECOND, from_us, to_us
from deskcore.errors import OutOfRange
from deskcore.hours.duration import BusinessDuration
from deskcore.hours.node import SYSTEM, Coverage, Hours, Piece, local_days
from deskcore.hours.wall_clock import EPOCH_DAY, edge, zone_of
from deskcore.hours.week import DAYS, MONTHS

_WORDS: Final = {
    "open": "open",
    "replaced_open": "open, special hours",
    "extra": "open, extra hours",
    "closed_weekday": "closed",
    "outside_hours": "outside hours",
    "holiday": "holiday",
    "break": "break",
    "replaced": "closed, special hours",
    "outside_range": "outside the calendar's dates",
    "excluded": "excluded",
    "never": "never open",
}
_CLOSED_FIRST: Final = (
    "holiday",
    "replaced",
    "closed_weekday",
    "outside_range",
    "excluded",
    "never",
    "break",
    "outside_hours",
)
_SHOWN_DAYS: Final = 12


@final
@attrs.frozen
class ExplainedPiece:
    """A stretch ``[start, end)`` of one day and why it counts or not.

    ``reason`` is a code for programs (``deskcore.hours.node.Piece`` lists them), ``name`` says which holiday, break or
    calendar; empty when it has none.
    """

    start: dt.datetime
    end: dt.datetime
    is_open: bool
    reason: str
    name: str = ""

    @property
    def length(self) -> dt.timedelta:
        """Real time from start to end."""
        return dt.timedelta(microseconds=to_us(self.end) - to_us(self.start))

    @property
    def because(self) -> str:
        """The reason for people: ``holiday King's Day``.

        >>> at = dt.datetime(2026, 4, 27, tzinfo=dt.UTC)
        >>> ExplainedPiece(at, at + dt.timedelta(days=1), False, "holiday", "King's Day").because
        "holiday: King's Day"
        """
        word = _WORDS.get(self.reason, self.reason)
        return f"{word}: {self.name}" if self.name else word

    def __str__(self) -> str:
        end = f"{self.end:%H:%M:%S}".removesuffix(":00")
        if self.end.date() > self.start.date():
            end = "24:00"
        return f"{f'{self.start:%H:%M:%S}'.removesuffix(':00')}-{end} {self.because}"

    def to_dict(self) -> dict[str, str | bool]:
        """Plain data: instants as ISO 8601."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "open": self.is_open,
            "reason": self.reason,
            "name": self.name,
        }


@final
@attrs.frozen
class ExplainedDay:
    """One local date inside the span asked about: how much of it counted, and its pieces without gap or overlap."""

    date: dt.date
    counted: BusinessDuration
    pieces: tuple[ExplainedPiece, ...]

    @property
    def verdict(self) -> str:
        """In a word: the time that counted, else the chief reason why none did."""
        if self.counted:
            return amount_text(self.counted.microseconds)
        closed = sorted((piece for piece in self.pieces if not piece.is_open), key=_chief)
        if not closed:
            return "0 min"
        first = closed[0]
        return (
            first.name
            if first.name and first.reason in {"holiday", "replaced"}
            else _WORDS.get(first.reason, first.reason)
        )

    def __str__(self) -> str:
        head = f"{DAYS[self.date.weekday()]} {self.date.isoformat()}: {self.verdict}"
        return "\n".join([head, *(f"  {piece}" for piece in self.pieces)])

    def to_dict(self) -> dict[str, object]:
        """Plain data: the date, counted microseconds, the pieces."""
        return {
            "date": self.date.isoformat(),
            "counted_us": self.counted.microseconds,
            "pieces": [piece.to_dict() for piece in self.pieces],
        }


def _chief(piece: ExplainedPiece) -> int:
    return _CLOSED_FIRST.index(piece.reason) if piece.reason in _CLOSED_FIRST else len(_CLOSED_FIRST)


@final
@attrs.frozen
class HoursExplanation:
    """Day by day between two instants; ``str`` shows all of it, ``summary`` one line.

    The pieces tile the span; the open ones add up to ``total``, which is negative when ``end`` lies before ``start``.
    """

    start: dt.datetime
    end: dt.datetime
    days: tuple[ExplainedDay, ...]

    @property
    def total(self) -> BusinessDuration:
        """The open time that counted: what ``calendar.between(start, end)`` answers."""
        counted = sum(day.counted.microseconds for day in self.days)
        return BusinessDuration.of_us(-counted if to_us(self.end) < to_us(self.start) else counted)

    def summary(self) -> str:
        """One line: ``Fri 45 min; Sat, Sun closed; Mon Whit Monday; Tue 1 h 15 min``.

        Neighbouring days of one verdict are named together; beyond a week days carry their date; of long spans the
        middle is summed up.
        """
        long = len(self.days) > len(DAYS)
        groups: list[tuple[list[ExplainedDay], str]] = []
        for day in self.days:
            if groups and groups[-1][1] == day.verdict and not day.counted:
                groups[-1][0].append(day)
            else:
                groups.append(([day], day.verdict))
        if len(groups) > _SHOWN_DAYS:
            half = _SHOWN_DAYS // 2
            middle = [day for days, _ in groups[half:-half] for day in days]
            counted = amount_text(sum(day.counted.microseconds for day in middle))
            shown = [_said(*group, dated=long) for group in (*groups[:half], *groups[-half:])]
            return "; ".join([*shown[:half], f"{len(middle)} days {counted}", *shown[half:]])
        return "; ".join(_said(*group, dated=long) for group in groups) or "nothing asked"

    def explain(self) -> str:
        """For people: every day and piece."""
        return str(self)

    def __str__(self) -> str:
        total = self.total.microseconds
        sign = "-" if total < 0 else ""
        return "\n".join([*map(str, self.days), f"total {sign}{amount_text(abs(total))}"])

    def to_dict(self) -> dict[str, object]:
        """Plain data: instants as ISO 8601, amounts in microseconds."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "total_us": self.total.microseconds,
            "days": [day.to_dict() for day in self.days],
        }


@final
@attrs.frozen
class DueExplanation:
    """Why an amount of open time from an instant ends where it does: the span up to it, explained."""

    at: dt.datetime
    amount: BusinessDuration
    due: dt.datetime
    hours: HoursExplanation

    def summary(self) -> str:
        """One line, as ``HoursExplanation.summary``."""
        return self.hours.summary()

    def explain(self) -> str:
        """For people: what was asked, every day and piece, the answer."""
        return str(self)

    def __str__(self) -> str:
        return f"{self.amount} from {self.at.isoformat()}\n{self.hours}\ndue {self.due.isoformat()}"

    def to_dict(self) -> dict[str, object]:
        """Plain data: instants as ISO 8601, amounts in microseconds."""
        return {
            "at": self.at.isoformat(),
            "amount_us": self.amount.microseconds,
            "due": self.due.isoformat(),
            "hours": self.hours.to_dict(),
        }


def _said(days: list[ExplainedDay], verdict: str, *, dated: bool) -> str:
    names = [DAYS[day.date.weekday()] for day in days]
    if dated:
        names = [f"{name} {day.date.day} {MONTHS[day.date.month - 1]}" for name, day in zip(names, days, strict=True)]
    if len(names) > 2:  # noqa: PLR2004 - two are named, more are a range
        return f"{names[0]}-{names[-1]} {verdict}"
    return f"{', '.join(names)} {verdict}"


def amount_text(microseconds: int) -> str:
    """An amount as people say it: hours, minutes, and seconds only where there are some.

    >>> amount_text(4_500_000_000), amount_text(0)
    ('1 h 15 min', '0 min')
    """
    hours, rest = divmod(microseconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{rest / SECOND:.6f}".rstrip("0").rstrip(".")
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if rest else ""]
    return " ".join(part for part in parts if part) or "0 min"


class _Asked(Protocol):
    """What explaining needs of a calendar."""

    @property
    def hours(self) -> Hours: ...
    def coverage(self) -> Coverage: ...
    def add_us(self, at: int, amount: int, *, cross_gap: bool = False) -> int: ...


def explain_span(calendar: _Asked, start: int, end: int) -> HoursExplanation:
    """The explanation of a span, cut into the local dates of the calendar's zone."""
    low, high = min(start, end), max(start, end)
    known = calendar.coverage()
    for instant in (low, high):
        if not known.low <= instant <= known.high:
            raise OutOfRange("calendar", from_us(instant).isoformat(), str(known))
    key = calendar.hours.zone_key
    zone = zone_of(key)
    pieces = calendar.hours.pieces(low, high, SYSTEM) if low < high else []
    days: list[ExplainedDay] = []
    index = 0
    for day in local_days(key, low, high) if low < high else ():
        stop = min(edge(key, day + 1, 0), high)
        found: list[Piece] = []
        while index < len(pieces) and pieces[index].start < stop:
            piece = pieces[index]
            found.append(piece._replace(end=min(piece.end, stop)))
            if piece.end > stop:
                pieces[index] = piece._replace(start=stop)
                break
            index += 1
        if found:
            days.append(_day(dt.date.fromordinal(day + EPOCH_DAY), found, zone))
    return HoursExplanation(from_us(start, zone), from_us(end, zone), tuple(days))


def _day(date: dt.date, found: list[Piece], zone: dt.tzinfo) -> ExplainedDay:
    counted = sum(piece.end - piece.start for piece in found if piece.open)
    pieces = (
        ExplainedPiece(from_us(piece.start, zone), from_us(piece.end, zone), piece.open, piece.code, piece.name)
        for piece in found
    )
    return ExplainedDay(date, BusinessDuration.of_us(counted), tuple(pieces))


def explain_due(calendar: _Asked, at: int, amount: BusinessDuration, *, cross_gap: bool) -> DueExplanation:
    """The explanation of ``add``."""
    due = calendar.add_us(at, amount.microseconds, cross_gap=cross_gap)
    zone = zone_of(calendar.hours.zone_key)
    return DueExplanation(from_us(at, zone), amount, from_us(due, zone), explain_span(calendar, at, due))
