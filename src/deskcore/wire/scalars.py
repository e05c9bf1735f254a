"""How single values are written: text, numbers, instants, dates, zones, amounts of time.

Reading is strict: nothing is turned into something else behind the reader's back, except a whole number where a
fraction may stand. Instants are RFC 3339 in UTC with ``Z``; amounts of time read like ``4 business hours``.

Layer: wire.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from deskcore.errors import InvalidValue
from deskcore.hours.duration import BusinessDuration, ElapsedDuration, WorkingDays, parse_duration
from deskcore.wire.faults import Fault, not_one_of, wrong_type

Reader: TypeAlias = Callable[[Any, Any], Any]
Writer: TypeAlias = Callable[[Any], Any]

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6}0*)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_WHOLE: Final = len("2026-05-22T09:30:00Z")
_BROKEN: Final = len("2026-05-22T09:30:00.000000Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?", re.ASCII)
_FIXED: Final = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)
_INSTANT_WANTED: Final = "an instant like '2026-05-22T09:30:00Z', with its zone and at most six decimals"


@attrs.frozen
class Scalar:
    """How values of one class are read and written; ``text`` tells those that JSON has no own form for."""

    read: Reader
    write: Writer | None
    text: bool


def read_text(value: Any, kind: Any) -> str:
    """A text, or the member of an enumeration of texts."""
    if kind is not str and isinstance(kind, type) and issubclass(kind, enum.Enum):
        return cast("str", read_enum(value, kind))
    if value.__class__ is str:
        return value
    raise wrong_type("text", value)


def read_int(value: Any, kind: Any) -> int:
    """A whole number, or the member of an enumeration of whole numbers."""
    if kind is not int and isinstance(kind, type) and issubclass(kind, enum.Enum):
        return cast("int", read_enum(value, kind))
    if value.__class__ is int:
        return value
    raise wrong_type("a whole number", value)


def read_enum(value: Any, kind: Any) -> Any:
    """A member of an enumeration, by its value."""
    for member in kind:
        if member.value.__class__ is value.__class__ and member.value == value:
            return member
    raise not_one_of("must be one of the known words, not", value, (str(each.value) for each in kind), "unknown_word")


def write_enum(value: enum.Enum) -> Any:
    """The value of a member of an enumeration."""
    return value.value


def read_float(value: Any, _: Any) -> float:
    """A finite number; a whole one will do."""
    if value.__class__ is float and math.isfinite(value):
        return value
    if value.__class__ is int:
        return float(value)
    raise wrong_type("a number", value)


def write_float(value: float) -> float:
    """A finite number; a whole one with its point, so that equal values are written equally."""
    if not math.isfinite(value):
        raise InvalidValue("number", value, "must be finite to be written: JSON has no other")
    return float(value)


def read_bool(value: Any, _: Any) -> bool:
    """True or false, and no number in their place."""
    if value.__class__ is bool:
        return value
    raise wrong_type("true or false", value)


def read_none(value: Any, _: Any) -> None:
    """Nothing."""
    if value is not None:
        raise wrong_type("null", value)


def read_decimal(value: Any, _: Any) -> Decimal:
    """A decimal from text, digit for digit. A fraction of JSON is refused: it is binary already."""
    if value.__class__ is int:
        return Decimal(value)
    if value.__class__ is str:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise wrong_type("a decimal number as text, like '12.50'", value)


def write_decimal(value: Decimal) -> str:
    """A decimal as text, digit for digit."""
    if not value.is_finite():
        raise InvalidValue("value", value, "must be finite to be written")
    return str(value)


def read_instant(value: Any, _: Any) -> datetime:
    """An instant with its zone, exact to the microsecond, in UTC."""
    if value.__class__ is str:
        if _is_instant(value):
            try:
                moment = datetime.fromisoformat(value if value[-1] != "z" else f"{value[:-1]}Z")
                return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
    elif isinstance(value, datetime) and value.tzinfo is not None:  # what a TOML reader hands over
        return value.astimezone(UTC)
    raise wrong_type(_INSTANT_WANTED, value)


def _is_instant(text: str) -> bool:
    # The form in which instants are written is told by where its marks stand, twice as fast as by the grammar.
    marks = text[4:20:3]
    if marks == "--T::Z":
        return len(text) == _WHOLE
    if marks == "--T::." and len(text) == _BROKEN and text[-1] == "Z" and text[20:26].isdecimal():
        return text.isascii()
    return _INSTANT.fullmatch(text) is not None


def write_instant(value: datetime) -> str:
    """An instant in UTC with ``Z``; the fraction only where there is one."""
    return f"{in_utc(value).isoformat()[:-6]}Z"


def in_utc(value: datetime) -> datetime:
    """An instant in UTC, for a JSON library that writes it itself."""
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise InvalidValue("instant", value, "must carry a time zone to be written")
    return value.astimezone(UTC)


def read_date(value: Any, _: Any) -> date:
    """A date."""
    if value.__class__ is date:
        return value
    if value.__class__ is str and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong_type("a date like '2026-05-22'", value)


def read_time(value: Any, _: Any) -> time:
    """A time of day without a zone."""
    if value.__class__ is time and value.tzinfo is None:
        return value
    if value.__class__ is str and _TIME.fullmatch(value):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise wrong_type("a time of day like '09:30'", value)


def write_time(value: time) -> str:
    """A time of day, its seconds only where there are some."""
    if value.tzinfo is not None:
        raise InvalidValue("time of day", value, "must carry no zone of its own")
    return value.isoformat("minutes" if not value.second and not value.microsecond else "auto")


def read_zone(value: Any, _: Any) -> tzinfo:
    """A zone by its name or its distance from UTC."""
    if value.__class__ is str:
        fixed = _FIXED.fullmatch(value)
        try:
            if fixed is None:
                return ZoneInfo(value)
            away = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
            return timezone(-away if fixed[1] == "-" else away)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            pass
    raise wrong_type("a time zone like 'Europe/Amsterdam', 'UTC' or '+02:00'", value)


def write_zone(value: tzinfo) -> str:
    """A zone by its name, or by its distance from UTC where it has none."""
    name = getattr(value, "key", None)
    if isinstance(name, str):
        return name
    away = value.utcoffset(None)
    if away is None or away % timedelta(minutes=1):
        raise InvalidValue("zone", value, "must have a name, or be whole minutes from UTC, to be written")
    minutes = abs(away) // timedelta(minutes=1)
    return f"{'-' if away < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _amount(kind: type[BusinessDuration | ElapsedDuration | WorkingDays], wanted: str) -> Reader:
    def read(value: Any, _: Any) -> Any:
        if value.__class__ is not str:
            raise wrong_type(wanted, value)
        amount = parse_duration(value)
        if not isinstance(amount, kind):
            raise wrong_type(wanted, value)
        return amount

    return read


_MICROSECOND: Final = timedelta(microseconds=1)


def read_timedelta(value: Any, _: Any) -> timedelta:
    """A plain amount of elapsed time."""
    if value.__class__ is str:
        amount = parse_duration(value)
        if isinstance(amount, ElapsedDuration):
            return amount.time
    elif isinstance(value, dict) and value.keys() == {"microseconds"}:
        try:
            return read_int(value["microseconds"], int) * _MICROSECOND
        except OverflowError:
            raise Fault("is longer than any amount of time") from None
    raise wrong_type("an amount of time like '1h 30m'", value)


def write_timedelta(value: timedelta) -> str | dict[str, int]:
    """A plain amount of elapsed time: as text, or in microseconds where that is too long for the grammar."""
    try:
        return str(ElapsedDuration(value))
    except InvalidValue:  # beyond what the text form admits
        return {"microseconds": value // _MICROSECOND}


SCALARS: Final[dict[type, Scalar]] = {
    str: Scalar(read_text, None, text=False),
    int: Scalar(read_int, None, text=False),
    float: Scalar(read_float, write_float, text=False),
    bool: Scalar(read_bool, None, text=False),
    type(None): Scalar(read_none, None, text=False),
    Decimal: Scalar(read_decimal, write_decimal, text=True),
    datetime: Scalar(read_instant, write_instant, text=True),
    date: Scalar(read_date, date.isoformat, text=True),
    time: Scalar(read_time, write_time, text=True),
    tzinfo: Scalar(read_zone, write_zone, text=True),
    ZoneInfo: Scalar(read_zone, write_zone, text=True),
    timedelta: Scalar(read_timedelta, write_timedelta, text=True),
    BusinessDuration: Scalar(_amount(BusinessDuration, "open time like '4 business hours'"), str, text=True),
    ElapsedDuration: Scalar(_amount(ElapsedDuration, "elapsed time like '90m' or '3 days'"), str, text=True),
    WorkingDays: Scalar(_amount(WorkingDays, "working days like '2 working days'"), str, text=True),
}
"""Every class of single values that the wire knows, except enumerations."""

AMOUNTS: Final = frozenset({BusinessDuration, ElapsedDuration, WorkingDays})
"""Amounts whose text says by itself which of them it is."""
