"""The backlog day by day: stock and flow, which always agree.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.outcome import TicketOutcome


@final
@attrs.frozen
class BacklogDay:
    """One local day: what was owed when it began, what came in, was reopened and was done, what is owed after it.

    ``closing == opening + received + reopened - done``; an instant at midnight belongs to the day it begins.

    >>> BacklogDay(date(2026, 5, 22), 10, 4, 1, 6).closing
    9
    """

    day: date
    opening: int
    received: int
    reopened: int
    done: int

    @property
    def flow(self) -> int:
        """By how much the backlog grew."""
        return self.received + self.reopened - self.done

    @property
    def closing(self) -> int:
        """What is owed at the end of the day."""
        return self.opening + self.flow

    def to_dict(self) -> dict[str, int | str]:
        """For programs: every field, flow and closing stock; the day as ISO 8601."""
        return {
            "day": self.day.isoformat(),
            "opening": self.opening,
            "received": self.received,
            "reopened": self.reopened,
            "done": self.done,
            "flow": self.flow,
            "closing": self.closing,
        }


@final
class Backlog:
    """Counts beginnings and ends of owed work by local day; a working copy with one owner, like ``Tally``.

    Work is owed while a ticket is new, active or waiting: from opening or reopening to a solution, a close or a
    cancellation. ``tz`` says where midnight is.

    >>> from datetime import UTC, datetime
    >>> backlog = Backlog(UTC)
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> backlog.add(TicketOutcome("T-1", noon, noon, spells=((noon, None),)))
    >>> [(day.day.isoformat(), day.closing) for day in backlog.days()]
    [('2026-05-22', 1)]
    """

    __slots__ = ("_done", "_received", "_reopened", "_tz")

    def __init__(self, tz: tzinfo) -> None:
        self._tz = tz
        self._received: Counter[date] = Counter()
        self._reopened: Counter[date] = Counter()
        self._done: Counter[date] = Counter()

    def add(self, outcome: TicketOutcome) -> None:
        """Count one ticket. Linear in its spells."""
        for place, (begun, ended) in enumerate(outcome.spells):
            (self._reopened if place else self._received)[self._day(begun)] += 1
            if ended is not None:
                self._done[self._day(ended)] += 1

    def merge(self, other: Backlog) -> None:
        """Take in what another backlog in the same zone has counted, for work done in parts.

        Raises:
            InvalidValue: its midnight is elsewhere.
        """
        if str(other._tz) != str(self._tz):
            raise InvalidValue("other", str(other._tz), f"must count the days of {self._tz}")
        self._received.update(other._received)
        self._reopened.update(other._reopened)
        self._done.update(other._done)

    def days(self, first: date | None = None, last: date | None = None) -> tuple[BacklogDay, ...]:
        """Every day from ``first`` to ``last``, both included; by default all days between the first and last event.

        What lies before ``first`` is in its opening stock. Empty when nothing was counted and no days are named.

        Raises:
            InvalidValue: ``last`` comes before ``first``.
        """
        known = self._received.keys() | self._reopened.keys() | self._done.keys()
        first = first or min(known, default=None)
        last = last or max(known, default=None)
        if first is None or last is None:
            return ()
        if last < first:
            raise InvalidValue("last", last.isoformat(), f"must not come before {first.isoformat()}")
        stock = sum(self._flow(day) for day in known if day < first)
        found: list[BacklogDay] = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            found.append(BacklogDay(day, stock, self._received[day], self._reopened[day], self._done[day]))
            stock = found[-1].closing
        return tuple(found)

    def _flow(self, day: date) -> int:
        return self._received[day] + self._reopened[day] - self._done[day]

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._tz).date()


def backlog_by_day(
    outcomes: Iterable[TicketOutcome], *, tz: tzinfo, first: date | None = None, last: date | None = None
) -> tuple[BacklogDay, ...]:
    """The backlog of some tickets, day by day, in one pass.

    >>> from datetime import UTC
    >>> backlog_by_day([], tz=UTC)
    ()
    """
    backlog = Backlog(tz)
    for outcome in outcomes:
        backlog.add(outcome)
    return backlog.days(first, last)
