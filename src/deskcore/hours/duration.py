"""Amounts of time as they are promised: open time, elapsed time, working days; and their one text grammar.

Three types that do not mix, because they part ways every evening. Not here: instants (``datetime``), and what an
amount means on a given calendar (``calendar.add``).

Layer: hours. Imports _value and errors only.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import DAY, HOUR, MINUTE, SECOND
from deskcore.errors import InvalidValue

_LONGEST: Final = timedelta(days=400_000)
_ACCEPTED: Final = "must read like '4h', '90m', '1h 30m', '3 days', '4 business hours' or '2 working days'"


def _total(value: timedelta) -> int:
    return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds


def _amount(instance: object, field: attrs.Attribute[timedelta], value: object) -> None:
    del instance
    if not isinstance(value, timedelta):
        raise InvalidValue(field.name, value, "must be a timedelta")
    if abs(value) > _LONGEST:
        raise InvalidValue(field.name, value, f"must not be longer than {_LONGEST.days} days")


def _whole(instance: object, field: attrs.Attribute[int], value: object) -> None:
    del instance
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(field.name, value, "must be a whole number of days")
    if abs(value) > _LONGEST.days:
        raise InvalidValue(field.name, value, f"must lie within {_LONGEST.days} days")


@final
@attrs.frozen(order=True, repr=False)
@lasting
class BusinessDuration:
    """An amount of open time: what "4 business hours" means before a calendar is chosen.

    Signed, exact to the microsecond. Deliberately not a ``timedelta``: it cannot be added to a ``datetime``, because
    the result depends on opening hours (``calendar.add`` does that). It mixes with no other kind of amount.

    >>> business(hours=1) + business(minutes=30)
    business(hours=1, minutes=30)
    >>> str(-business(hours=4)), business(hours=2) * 3 > business(hours=5)
    ('-4 business hours', True)
    """

    open_time: timedelta = attrs.field(validator=_amount)

    @classmethod
    def of_us(cls, microseconds: int) -> BusinessDuration:
        """The amount of so many microseconds of open time.

        >>> BusinessDuration.of_us(60_000_000)
        business(minutes=1)
        """
        return cls(timedelta(microseconds=microseconds))

    @property
    def microseconds(self) -> int:
        """The whole amount in microseconds, exact and signed."""
        value = self.open_time
        return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds

    def __add__(self, other: BusinessDuration) -> BusinessDuration:
        if not isinstance(other, BusinessDuration):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented  # so that Python writes the TypeError
        return BusinessDuration(self.open_time + other.open_time)

    def __sub__(self, other: BusinessDuration) -> BusinessDuration:
        if not isinstance(other, BusinessDuration):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return BusinessDuration(self.open_time - other.open_time)

    def __mul__(self, factor: float) -> BusinessDuration:
        return BusinessDuration(self.open_time * factor)

    __rmul__ = __mul__

    def __neg__(self) -> BusinessDuration:
        return BusinessDuration(-self.open_time)

    def __abs__(self) -> BusinessDuration:
        return BusinessDuration(abs(self.open_time))

    def __bool__(self) -> bool:
        return bool(self.open_time)

    def __str__(self) -> str:
        return _spoken(self.microseconds)

    def __repr__(self) -> str:
        return _called("business", self.microseconds, _UNITS[1:])


@final
@attrs.frozen(order=True, repr=False)
@lasting
class ElapsedDuration:
    """An amount of time as a stopwatch counts it, open or closed: "within 3 days", whatever the calendar.

    Signed, exact to the microsecond. A day is 24 hours.

    >>> elapsed(days=1) - elapsed(hours=2)
    elapsed(hours=22)
    >>> str(elapsed(minutes=90))
    '1h 30m'
    """

    time: timedelta = attrs.field(validator=_amount)

    @classmethod
    def of_us(cls, microseconds: int) -> ElapsedDuration:
        """The amount of so many microseconds.

        >>> ElapsedDuration.of_us(60_000_000)
        elapsed(minutes=1)
        """
        return cls(timedelta(microseconds=microseconds))

    @property
    def microseconds(self) -> int:
        """The whole amount in microseconds, exact and signed."""
        return _total(self.time)

    def __add__(self, other: ElapsedDuration) -> ElapsedDuration:
        if not isinstance(other, ElapsedDuration):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return ElapsedDuration(self.time + other.time)

    def __sub__(self, other: ElapsedDuration) -> ElapsedDuration:
        if not isinstance(other, ElapsedDuration):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return ElapsedDuration(self.time - other.time)

    def __mul__(self, factor: float) -> ElapsedDuration:
        return ElapsedDuration(self.time * factor)

    __rmul__ = __mul__

    def __neg__(self) -> ElapsedDuration:
        return ElapsedDuration(-self.time)

    def __abs__(self) -> ElapsedDuration:
        return ElapsedDuration(abs(self.time))

    def __bool__(self) -> bool:
        return bool(self.time)

    def __str__(self) -> str:
        return _compact(self.microseconds)

    def __repr__(self) -> str:
        return _called("elapsed", self.microseconds, _UNITS)


@final
@attrs.frozen(order=True, repr=False)
class WorkingDays:
    """A number of local dates on which the calendar opens: "within 2 working days".

    Signed. What it means at an instant is said by ``calendar.add``: the time of day is kept, or the answer runs to
    the end of that day's hours.

    >>> str(WorkingDays(2)), -WorkingDays(1)
    ('2 working days', WorkingDays(-1))
    """

    days: int = attrs.field(validator=_whole)

    def __neg__(self) -> WorkingDays:
        return WorkingDays(-self.days)

    def __bool__(self) -> bool:
        return bool(self.days)

    def __str__(self) -> str:
        return f"{self.days} working day{'' if abs(self.days) == 1 else 's'}"

    def __repr__(self) -> str:
        return f"WorkingDays({self.days})"


_NEW: Final = object.__new__
# The slot itself: the class stays frozen for everybody else, and its validator costs as much as the count.
_SET_OPEN_TIME: Final = vars(BusinessDuration)["open_time"].__set__


def counted(open_time: timedelta) -> BusinessDuration:
    """A ``BusinessDuration`` of an amount known to be in range, without asking again: what every count answers.

    >>> counted(timedelta(hours=1))
    business(hours=1)
    """
    made = _NEW(BusinessDuration)
    _SET_OPEN_TIME(made, open_time)
    return made


def business(*, hours: float = 0, minutes: float = 0, seconds: float = 0, microseconds: float = 0) -> BusinessDuration:
    """An amount of open time. No days: how long a business day is, only a calendar knows.

    >>> business(hours=4)
    business(hours=4)
    """
    return BusinessDuration(_summed(days=0, hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds))


def elapsed(
    *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0, microseconds: float = 0
) -> ElapsedDuration:
    """An amount of time as a stopwatch counts it; a day is 24 hours.

    >>> elapsed(days=3).time
    datetime.timedelta(days=3)
    """
    return ElapsedDuration(_summed(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds))


def _summed(**parts: float) -> timedelta:
    try:
        return timedelta(**parts)
    except (OverflowError, ValueError, TypeError):
        given = {name: part for name, part in parts.items() if part != 0}
        raise InvalidValue("duration", given, f"must be finite numbers, at most {_LONGEST.days} days") from None


D = TypeVar("D")

_UNITS: Final = (("days", DAY), ("hours", HOUR), ("minutes", MINUTE), ("seconds", SECOND), ("microseconds", 1))
_SHORT: Final = ("d", "h", "m", "s")
_WORDS: Final = {
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "week", "weeks"), 7 * DAY),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 1000),
    **dict.fromkeys(("us", "microsecond", "microseconds"), 1),
}
_PART: Final = re.compile(r"\s*(?:and\s+)?(\d+(?:\.\d+)?)\s*(business\s+|working\s+|open\s+)?([a-z]+)\s*", re.ASCII)
_LONGEST_TEXT: Final = 100


def parse_duration(text: str) -> BusinessDuration | ElapsedDuration | WorkingDays:
    """Read an amount of time: the inverse of ``str`` of the three kinds of duration.

    A leading ``-`` negates. ``business`` (or ``open``) before a unit of time makes the whole amount open time;
    ``working`` or ``business`` before ``days`` counts working days; otherwise it is elapsed time.

    Raises:
        InvalidValue: the text says none of these; the message shows what would be accepted.

    >>> parse_duration("4 business hours"), parse_duration("90m"), parse_duration("2 working days")
    (business(hours=4), elapsed(hours=1, minutes=30), WorkingDays(2))
    >>> parse_duration("soon")
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: duration must read like '4h', '90m', '1h 30m', '3 days', '4 business hours' or '2 working days' (got 'soon')
    """  # noqa: E501 - the message is shown whole
    rest = str(text).strip().lower()
    if len(rest) > _LONGEST_TEXT:
        raise InvalidValue("duration", rest[:_LONGEST_TEXT], _ACCEPTED)
    sign = -1 if rest.startswith("-") else 1
    parts = _parts(text, rest.removeprefix("-"))
    kinds = {kind for _, kind, _ in parts if kind}
    if kinds and parts[0][2] in {"day", "days"}:
        return _working_days(text, sign, parts)
    if "working" in kinds or (kinds and any(_WORDS[unit] >= DAY for _, _, unit in parts)):
        raise InvalidValue("duration", text, _ACCEPTED)
    total = sum((number * _WORDS[unit] for number, _, unit in parts), Decimal(0))
    if total != total.to_integral_value() or total > _total(_LONGEST):
        raise InvalidValue("duration", text, f"must be whole microseconds, at most {_LONGEST.days} days")
    return (BusinessDuration if kinds else ElapsedDuration).of_us(sign * int(total))


def _parts(text: str, rest: str) -> list[tuple[Decimal, str, str]]:
    found: list[tuple[Decimal, str, str]] = []
    position = 0
    while position < len(rest):
        match = _PART.match(rest, position)
        if match is None or match[3] not in _WORDS:
            raise InvalidValue("duration", text, _ACCEPTED)
        try:
            found.append((Decimal(match[1]), (match[2] or "").strip(), match[3]))
        except InvalidOperation:  # pragma: no cover - the pattern admits decimal digits only
            raise InvalidValue("duration", text, _ACCEPTED) from None
        position = match.end()
    if not found:
        raise InvalidValue("duration", text, _ACCEPTED)
    return found


def _working_days(text: str, sign: int, parts: list[tuple[Decimal, str, str]]) -> WorkingDays:
    number, kind, _ = parts[0]
    if len(parts) > 1 or kind == "open" or number != number.to_integral_value() or number > _LONGEST.days:
        raise InvalidValue("duration", text, "must be a whole number of working days, for example '2 working days'")
    return WorkingDays(sign * int(number))


def _split(microseconds: int, units: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    rest = abs(microseconds)
    found: list[tuple[str, int]] = []
    for name, size in units:
        count, rest = divmod(rest, size)
        if count:
            found.append((name, count))
    return found


def _called(verb: str, microseconds: int, units: tuple[tuple[str, int], ...]) -> str:
    sign = "-" if microseconds < 0 else ""
    inside = ", ".join(f"{name}={count}" for name, count in _split(microseconds, units))
    return f"{sign}{verb}({inside or units[-4][0] + '=0'})"


def _seconds(microseconds: int) -> str:
    whole, rest = divmod(microseconds, SECOND)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)


def _pieces(microseconds: int, units: tuple[tuple[str, int], ...]) -> list[tuple[str, str]]:
    parts = [(name, str(count)) for name, count in _split(microseconds - microseconds % MINUTE, units)]
    rest = microseconds % MINUTE
    return [*parts, ("seconds", _seconds(rest))] if rest else parts


def _compact(microseconds: int) -> str:
    sign = "-" if microseconds < 0 else ""
    return sign + (" ".join(f"{count}{name[0]}" for name, count in _pieces(abs(microseconds), _UNITS)) or "0m")


def _spoken(microseconds: int) -> str:
    sign = "-" if microseconds < 0 else ""
    words = [
        f"{count} {'' if index else 'business '}{name.removesuffix('s') if count == '1' else name}"
        for index, (name, count) in enumerate(_pieces(abs(microseconds), _UNITS[1:]))
    ]
    return sign + (" ".join(words) or "0 business hours")
