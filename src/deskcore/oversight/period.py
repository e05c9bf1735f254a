"""Which tickets belong to a period: by the instant at which they were opened, answered, solved or closed.

The cohort view follows what was opened in the period, whenever it is solved; the event view counts what was solved in
it, whenever it was opened. They do not add up, so a report says which it prints.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.outcome import TicketOutcome

Anchor: TypeAlias = Literal["opened", "first_response", "first_resolved", "resolved", "closed"]


@final
@attrs.frozen
class Period:
    """Local dates, both included, and by which of a ticket's instants it belongs to them.

    >>> from datetime import UTC
    >>> may = Period(date(2026, 5, 1), date(2026, 5, 31), anchor="resolved")
    >>> may.explain()
    'resolved 2026-05-01 to 2026-05-31'

    Raises:
        InvalidValue: ``last`` before ``first``, or an unknown anchor.
    """

    first: date
    last: date
    anchor: Anchor = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue("last", self.last.isoformat(), f"must not come before {self.first.isoformat()}")
        if self.anchor not in get_args(Anchor):
            raise InvalidValue("anchor", self.anchor, f"must be one of {', '.join(get_args(Anchor))}")

    def holds(self, outcome: TicketOutcome, *, tz: tzinfo) -> bool:
        """Whether a ticket belongs to it, days counted in ``tz``; not when the thing has not happened.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 5, 31, 23, tzinfo=UTC)
        >>> Period(date(2026, 5, 1), date(2026, 5, 31), anchor="opened").holds(TicketOutcome("T-1", noon, noon), tz=UTC)
        True
        """
        at = self._instant(outcome)
        return at is not None and self.first <= at.astimezone(tz).date() <= self.last

    def of(self, outcomes: Iterable[TicketOutcome], *, tz: tzinfo) -> tuple[TicketOutcome, ...]:
        """Those that belong to it, in their order."""
        return tuple(outcome for outcome in outcomes if self.holds(outcome, tz=tz))

    @property
    def label(self) -> str:
        """A short name: the date, the month, or both ends.

        >>> Period(date(2026, 5, 1), date(2026, 5, 31), anchor="opened").label
        '2026-05'
        """
        if self.first == self.last:
            return self.first.isoformat()
        if self.first.day == 1 and self.last == _month_end(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()} to {self.last.isoformat()}"

    def split(self, by: Literal["day", "week", "month"]) -> tuple[Period, ...]:
        """The same period in parts, in order; the first and the last may be shorter. Weeks begin on Monday.

        >>> [part.label for part in Period(date(2026, 4, 20), date(2026, 5, 31), anchor="opened").split("month")]
        ['2026-04-20 to 2026-04-30', '2026-05']

        Raises:
            InvalidValue: an unknown part.
        """
        if by not in {"day", "week", "month"}:
            raise InvalidValue("by", by, "must be one of day, week, month")
        found: list[Period] = []
        start = self.first
        while start <= self.last:
            end = {"day": start, "week": start + timedelta(days=6 - start.weekday()), "month": _month_end(start)}[by]
            found.append(attrs.evolve(self, first=start, last=min(end, self.last)))
            start = end + timedelta(days=1)
        return tuple(found)

    def explain(self) -> str:
        """The anchor and the dates."""
        return f"{self.anchor.replace('_', ' ')} {self.first.isoformat()} to {self.last.isoformat()}"

    def _instant(self, outcome: TicketOutcome) -> datetime | None:
        closed = None if outcome.is_cancelled else outcome.closed_at
        return {
            "opened": outcome.opened_at,
            "first_response": outcome.first_response_at,
            "first_resolved": outcome.first_resolved_at or closed,
            "resolved": None if outcome.is_open else outcome.resolved_at or closed,
            "closed": closed,
        }[self.anchor]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
