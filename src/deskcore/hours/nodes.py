"""Every kind of hours and of special days that deskcore has, for rooms that write and read them by name.

Layer: hours. Imports its own room only.
"""

from __future__ import annotations

from typing import Final

from deskcore.hours.algebra import (
    Always,
    Complement,
    Difference,
    Intersection,
    Never,
    Restricted,
    Union,
    Versioned,
)
from deskcore.hours.closures import Days, EveryYear, Holidays, OnDates, PinnedDays, Recurring
from deskcore.hours.node import Hours
from deskcore.hours.pin import Pinned
from deskcore.hours.weekly import Weekly

HOURS: Final[tuple[type[Hours], ...]] = (
    Weekly,
    Always,
    Never,
    Union,
    Intersection,
    Difference,
    Complement,
    Restricted,
    Versioned,
    Pinned,
)
"""What a calendar can be made of."""

DAYS: Final[tuple[type[Days], ...]] = (OnDates, EveryYear, Recurring, Holidays, PinnedDays)
"""What names local dates: holidays, own lists, rules."""
