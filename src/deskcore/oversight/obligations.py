"""What a partner owes on dates: reports, matched with what was delivered, and the meetings of the review cadence.

Layer: oversight. Imports errors only.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore.errors import InvalidValue

Receipt: TypeAlias = Literal["on_time", "late", "missing", "awaited"]
_WEEK: Final = timedelta(days=7)
_MEETINGS: Final = 10_000


@final
@attrs.frozen
class Delivery:
    """One expected date and what came of it.

    ``missing``: nothing came and the grace is over; ``awaited``: nothing came yet, and it is not over.

    >>> Delivery(date(2026, 5, 15), date(2026, 5, 20), "late").explain()
    'due 2026-05-15: late, received 2026-05-20'
    """

    due_on: date
    received_on: date | None
    receipt: Receipt

    def explain(self) -> str:
        """The date and what came of it in one line."""
        came = "" if self.received_on is None else f", received {self.received_on.isoformat()}"
        return f"due {self.due_on.isoformat()}: {self.receipt.replace('_', ' ')}{came}"

    def to_dict(self) -> dict[str, str | None]:
        """For programs: the dates as ISO 8601, and the receipt."""
        received = None if self.received_on is None else self.received_on.isoformat()
        return {"due_on": self.due_on.isoformat(), "received_on": received, "receipt": self.receipt}


@final
@attrs.frozen
class ReportingObligation:
    """A report owed on dates, with some days of grace; the last day of grace is still on time.

    >>> owed = ReportingObligation("monthly KPIs", (date(2026, 5, 15), date(2026, 6, 15)), grace_days=3)
    >>> [one.receipt for one in owed.match([date(2026, 5, 18)], as_of=date(2026, 6, 30))]
    ['on_time', 'missing']

    Raises:
        InvalidValue: a negative grace.
    """

    name: str
    due_on: tuple[date, ...]
    grace_days: int = 0

    def __attrs_post_init__(self) -> None:
        if self.grace_days < 0:
            raise InvalidValue("grace_days", self.grace_days, "must not be negative")

    def match(self, received: Iterable[date], *, as_of: date) -> tuple[Delivery, ...]:
        """What came of each expected date, in their order, as known at the end of ``as_of``.

        Each expected date takes the first delivery on or after it that no earlier one took; deliveries before it are
        not for it.
        """
        left = sorted(day for day in received if day <= as_of)
        found: list[Delivery] = []
        for due in self.due_on:
            taken = next((day for day in left if day >= due), None)
            last = due + timedelta(days=self.grace_days)
            if taken is None:
                found.append(Delivery(due, None, "missing" if as_of > last else "awaited"))
                continue
            left.remove(taken)
            found.append(Delivery(due, taken, "on_time" if taken <= last else "late"))
        return tuple(found)


@final
@attrs.frozen
class ReviewCadence:
    """Review meetings: every week after the start up to a date, then once a month.

    Weekly ones are held every 7 days from one week after ``start_on`` up to and including ``weekly_until``; monthly
    ones on ``day_of_month`` (in shorter months on the last day) after the last weekly one. An end is included.

    >>> cadence = ReviewCadence(date(2026, 1, 5), date(2026, 1, 20), day_of_month=15)
    >>> [day.isoformat() for day in cadence.meetings(date(2026, 3, 15))]
    ['2026-01-12', '2026-01-19', '2026-02-15', '2026-03-15']

    Raises:
        InvalidValue: a day of the month outside 1..31.
    """

    start_on: date
    weekly_until: date
    day_of_month: int = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.day_of_month <= 31:  # noqa: PLR2004 - the longest month
            raise InvalidValue("day_of_month", self.day_of_month, "must lie in 1..31")

    def weekly(self, end: date) -> tuple[date, ...]:
        """The weekly meetings up to and including ``end``."""
        last = min(self.weekly_until, end)
        count = max((last - self.start_on).days // 7, 0)
        return tuple(self.start_on + place * _WEEK for place in range(1, count + 1))

    def monthly(self, end: date) -> tuple[date, ...]:
        """The monthly meetings up to and including ``end``.

        Raises:
            InvalidValue: more than 10,000 of them.
        """
        weekly = self.weekly(self.weekly_until)
        after = weekly[-1] if weekly else self.start_on
        if (end - after).days > _MEETINGS * 28:
            raise InvalidValue("end", end.isoformat(), f"must leave at most {_MEETINGS} meetings")
        found: list[date] = []
        year, month = after.year, after.month
        while (year, month) <= (end.year, end.month):
            day = date(year, month, min(self.day_of_month, calendar.monthrange(year, month)[1]))
            if after < day <= end:
                found.append(day)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004 - December
        return tuple(found)

    def meetings(self, end: date) -> tuple[date, ...]:
        """All meetings up to and including ``end``, in order."""
        return (*self.weekly(end), *self.monthly(end))

    def missed(self, held: Iterable[date], *, end: date) -> tuple[date, ...]:
        """The meetings up to and including ``end`` on whose date none was held."""
        kept = frozenset(held)
        return tuple(day for day in self.meetings(end) if day not in kept)
