"""Business time: calendars that count, add, answer and explain open time.

Exact to the microsecond, total within their bounds, and pure: no clock, no environment. Not here: what a promise is
(``deskcore.sla``).

Layer: hours. Imports _value, _draw, errors.
"""

from deskcore.hours.calendar import Calendar
from deskcore.hours.closures import Holidays, Recurring
from deskcore.hours.days import EveryYear, OnDates
from deskcore.hours.duration import (
    BusinessDuration,
    ElapsedDuration,
    WorkingDays,
    business,
    elapsed,
    parse_duration,
)
from deskcore.hours.explanation import HoursExplanation
from deskcore.hours.special import Special

__all__ = [
    "BusinessDuration",
    "Calendar",
    "ElapsedDuration",
    "EveryYear",
    "Holidays",
    "HoursExplanation",
    "OnDates",
    "Recurring",
    "Special",
    "WorkingDays",
    "business",
    "elapsed",
    "parse_duration",
]
