"""How a calendar prints: as the call or the expression that makes it.

Not here: the compact text form (``text``), which says less and reads back.

Layer: hours. Imports its own room only.
"""

from __future__ import annotations

from typing import Final

from deskcore.hours.algebra import Always, Complement, Difference, Intersection, Never, Union
from deskcore.hours.closures import Holidays
from deskcore.hours.days import Days, OnDates
from deskcore.hours.node import Hours
from deskcore.hours.versions import Restricted, Versioned
from deskcore.hours.weekly import Weekly

_SHOWN_DATES: Final = 3


def shown(hours: Hours) -> str:
    """How a calendar prints: as the call or expression that makes it.

    >>> shown(Weekly("UTC", "Mon 09:00-10:00"))
    "Calendar.weekly('Mon 09:00-10:00', tz='UTC')"
    """
    label = [f"name={hours.name!r}"] if hours.name else []
    match hours:
        case Weekly():
            return f"Calendar.weekly({', '.join([repr(hours.week), f'tz={hours.zone!r}', *_options(hours), *label])})"
        case Always() | Never():
            return f"Calendar.{type(hours).__name__.lower()}({', '.join([f'tz={hours.zone!r}', *label])})"
        case Union():
            text = f"({' | '.join(map(shown, hours.members))})"
        case Intersection():
            text = f"({' & '.join(map(shown, hours.members))})"
        case Difference():
            text = f"({shown(hours.base)} - {shown(hours.without)})"
        case Complement():
            text = f"~{shown(hours.base)}"
        case Restricted():
            ends = (None if at is None else at.isoformat() for at in (hours.from_at, hours.until_at))
            return f"{shown(hours.base)}.restricted({', '.join([*map(_end, ends), *label])})"
        case Versioned():
            later = [f"({version.from_at.isoformat()}, {shown(version.hours)})" for version in hours.later]
            return f"Calendar.versions({', '.join([shown(hours.first), *later, *label])})"
        case _:
            return f"Calendar({hours!r})"
    return f"{text}.named({hours.name!r})" if hours.name else text


def _end(text: str | None) -> str:
    return "None" if text is None else text


def _options(hours: Weekly) -> list[str]:
    found = [f"breaks={hours.breaks!r}"] if hours.breaks != "off" else []
    if hours.holidays:
        found.append(
            f"holidays={_source(hours.holidays[0])}"
            if len(hours.holidays) == 1
            else f"holidays=[{', '.join(map(_source, hours.holidays))}]"
        )
    if hours.special:
        found.append(f"special={list(hours.special)!r}")
    readings = (("in_gap", hours.in_gap, "jump"), ("in_fold", hours.in_fold, "first"))
    return [*found, *(f"{name}={said!r}" for name, said, usual in readings if said != usual)]


def _source(days: Days) -> str:
    if isinstance(days, Holidays) and days == Holidays(days.country, days.subdivision):
        return repr(f"{days.country}-{days.subdivision}" if days.subdivision else days.country)
    if isinstance(days, OnDates):
        shown_dates = [text if not name else f"{text} {name}" for text, name in days.entries.items()]
        more = len(shown_dates) - _SHOWN_DATES
        return f"<{', '.join(shown_dates[:_SHOWN_DATES])}{f' and {more} more' if more > 0 else ''}>"
    return repr(days)
