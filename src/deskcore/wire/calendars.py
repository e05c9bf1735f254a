"""Calendars as people write them in a configuration: what ``Calendar.weekly`` takes, as a table.

``{hours = "Mon-Fri 09:00-17:30", tz = "Europe/Amsterdam", holidays = "NL"}``, or one of the words ``always`` and
``never``. Not here: the long form, a tree of nodes, which is read like any other value.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cattrs import Converter

from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, Holidays
from deskcore.hours.closures import Days
from deskcore.wire.faults import Fault, at_step, together, unknown_key, wrong_type
from deskcore.wire.nodes import TAG
from deskcore.wire.scalars import Reader
from deskcore.wire.shapes import gathered

_CALENDAR_KEYS: Final = (
    "hours",
    "tz",
    "holidays",
    "breaks",
    "dated",
    "dated_breaks",
    "extra",
    "name",
    "in_gap",
    "in_fold",
)
_WORDS: Final = {
    "always": Calendar.always(),
    "24x7": Calendar.always(),
    "24/7": Calendar.always(),
    "never": Calendar.never(),
}


def calendar_reader(converter: Converter) -> Reader:
    """A reader of calendars in their short form."""
    read_holidays = _holidays_reader(converter)

    def read_calendar(value: Any, _: Any) -> Calendar:
        word = _WORDS.get(value) if isinstance(value, str) else None
        if word is not None:
            return word
        if not isinstance(value, Mapping):
            raise wrong_type("a calendar: a table like {hours = 'Mon-Fri 09:00-17:30', tz = 'Europe/Amsterdam'}", value)
        faults: list[Exception] = []
        parts: dict[str, Any] = {}
        for key in dict.fromkeys(("hours", "tz", *value)):
            try:
                parts[key] = _calendar_part(key, value.get(key), read_holidays)
            except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
                faults.append(at_step(key, error))
        calendar = _weekly_of(parts, faults)
        if calendar is None:
            raise together(faults, Calendar)
        return calendar

    return read_calendar


def _holidays_reader(converter: Converter) -> Reader:
    days = converter.get_structure_hook(Days)
    country = converter.get_structure_hook(Holidays)

    def read_source(value: Any, _: Any) -> Any:
        if isinstance(value, Mapping) and TAG in value:
            return days(value, Days)
        if isinstance(value, Mapping) and "country" in value:
            return country(value, Holidays)
        return tuple(value) if isinstance(value, list) else value  # a date and its name

    def read_sources(value: Any, kind: Any) -> Any:
        if isinstance(value, list | tuple):
            return [source for _, source in gathered(enumerate(value), read_source, kind, Calendar)]
        return read_source(value, kind)

    return read_sources


def _calendar_part(key: str, part: Any, read_holidays: Reader) -> Any:
    if key not in _CALENDAR_KEYS:
        raise unknown_key(key, _CALENDAR_KEYS)
    if part is None:
        raise Fault("is missing", "missing")
    if key == "holidays":
        return read_holidays(part, None)
    if key in {"tz", "name", "in_gap", "in_fold"} and part.__class__ is not str:
        raise wrong_type("text", part)
    return part


def _weekly_of(parts: dict[str, Any], faults: list[Exception]) -> Calendar | None:
    """The calendar, or ``None``; tried even where parts were faulty already, so that every fault is found."""
    try:
        calendar = Calendar.weekly(parts.pop("hours", "off"), **{"tz": "UTC", **parts})
    except (InvalidConfiguration, InvalidValue) as error:
        faults.append(error)
        return None
    return None if faults else calendar
