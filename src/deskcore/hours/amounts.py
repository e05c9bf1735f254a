"""How much: the questions of a calendar about open time and working days, and the reasons behind its answers.

Datetimes and durations in and out over the integer answers of ``arithmetic``. Not here: when it is open (``looking``),
calendars being made or combined (``calendar``).

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import Final

import attrs

from deskcore._value import SECOND, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import workdays
from deskcore.hours.duration import BusinessDuration, ElapsedDuration, WorkingDays, counted
from deskcore.hours.explanation import DueExplanation, HoursExplanation, explain_due, explain_span
from deskcore.hours.looking import Looking
from deskcore.hours.wall_clock import EPOCH_DAY

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen
class Amounts(Looking):
    """The part of ``Calendar`` that counts and adds, on aware datetimes; answers are given in ``tz``."""

    def between(self, start: datetime, end: datetime) -> BusinessDuration:
        """Open time from ``start`` to ``end``: a stopwatch that runs while open. Negative when ``end`` comes first.

        Raises:
            InvalidValue: an instant is naive.
            OutOfRange: an instant lies outside what the hours are known for.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> str(office.between(datetime(2026, 5, 22, 16, tzinfo=UTC), datetime(2026, 5, 25, 10, tzinfo=UTC)))
        '2 business hours'
        """
        try:
            if start.tzinfo is self.tz is end.tzinfo:
                found = self._between_own(start, end)
                if found is not None:
                    return counted(found)
            a, b = start - _EPOCH, end - _EPOCH  # to_us, written out: this is the hottest line of the library
        except (TypeError, AttributeError):
            to_us(start, "start")  # says what is wrong with it
            to_us(end, "end")
            raise
        low = (a.days * 86_400 + a.seconds) * SECOND + a.microseconds
        high = (b.days * 86_400 + b.seconds) * SECOND + b.microseconds
        return counted(timedelta(0, 0, self.between_us(low, high)))

    def _between_own(self, start: datetime, end: datetime) -> timedelta | None:
        """The short cut for datetimes in the calendar's own zone; None where only the long way is sure."""
        own = self._own
        if own is None or own.table is not self._table:
            own = self._own_zone()
            if own is None:
                return None
        walls, gathered, sure = own.walls, own.gathered, own.sure
        i, j = bisect_right(walls, start), bisect_right(walls, end)
        if not (sure[i] and sure[j]):
            return None
        first = gathered[i] + (start - walls[i - 1]) if i & 1 else gathered[i]
        return gathered[j] + (end - walls[j - 1]) - first if j & 1 else gathered[j] - first

    def add(
        self,
        at: datetime,
        amount: BusinessDuration | WorkingDays | ElapsedDuration,
        *,
        cross_gap: bool = False,
        end_of_day: bool = False,
    ) -> datetime:
        """The instant by which an amount has passed since ``at``; before ``at`` when the amount is negative.

        Open time: the earliest such instant going forward and the latest going back, so that two hours from 15:00 end
        at the 17:00 close; ``cross_gap=True`` gives the far side, the next opening. Zero gives ``at`` itself.
        Working days: that many later (earlier) local dates with hours, keeping the time of day, or with
        ``end_of_day=True`` the last close of that date. Elapsed time: by the stopwatch, whatever the hours.

        Raises:
            InvalidValue: ``at`` is naive, or an option does not fit the kind of amount.
            NeverHappens: too little open time lies ahead before the year 2201 (behind, before 1900).
            OutOfRange: what is known of the hours ends before.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> friday = datetime(2026, 5, 22, 15, tzinfo=UTC)
        >>> office.add(friday, BusinessDuration(timedelta(hours=2))).isoformat()
        '2026-05-22T17:00:00+00:00'
        >>> office.add(friday, WorkingDays(1)).isoformat()
        '2026-05-25T15:00:00+00:00'
        """
        if isinstance(amount, BusinessDuration) and not end_of_day:
            return self._at(self.add_us(to_us(at), amount.microseconds, cross_gap=cross_gap))
        if isinstance(amount, WorkingDays) and not cross_gap:
            return self._at(workdays.shift(self, to_us(at), amount.days, end_of_day=end_of_day))
        if isinstance(amount, ElapsedDuration) and not cross_gap and not end_of_day:
            return self._at(self.checked(to_us(at) + amount.microseconds))
        rule = "must be a duration (cross_gap goes with open time, end_of_day with working days)"
        raise InvalidValue("amount", amount, rule)

    def subtract(
        self,
        at: datetime,
        amount: BusinessDuration | WorkingDays | ElapsedDuration,
        *,
        cross_gap: bool = False,
        end_of_day: bool = False,
    ) -> datetime:
        """``add`` of the negated amount: the latest instant from which the amount passes until ``at``.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> office.subtract(datetime(2026, 5, 25, 10, tzinfo=UTC), BusinessDuration(timedelta(hours=2))).isoformat()
        '2026-05-22T16:00:00+00:00'
        """
        return self.add(at, -amount, cross_gap=cross_gap, end_of_day=end_of_day)

    def working_days_between(self, start: datetime, end: datetime) -> WorkingDays:
        """How many working days lie after the local date of ``start`` up to that of ``end``, inclusive; signed.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> office.working_days_between(datetime(2026, 5, 22, 15, tzinfo=UTC), datetime(2026, 5, 26, 9, tzinfo=UTC))
        WorkingDays(2)
        """
        return WorkingDays(workdays.count(self, to_us(start, "start"), to_us(end, "end")))

    def is_working_day(self, day: date) -> bool:
        """Whether any hours belong to a local date: intervals belong to the date they start on.

        >>> from deskcore.hours import Calendar
        >>> Calendar.weekly("Mon-Fri 22:00-06:00", tz="UTC").is_working_day(date(2026, 5, 23))  # Friday's night shift
        False
        """
        return workdays.closing(self, day.toordinal() - EPOCH_DAY) is not None

    # -- reasons

    def explain(self, start: datetime, end: datetime) -> HoursExplanation:
        """Day by day between two instants: what counted, what did not, and why. Adds up to ``between(start, end)``.

        Cost: proportional to the days between.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL")
        >>> friday = datetime(2026, 5, 22, 16, 45, tzinfo=office.tz)
        >>> office.explain(friday, datetime(2026, 5, 26, 10, 15, tzinfo=office.tz)).summary()
        'Fri 45 min; Sat, Sun closed; Mon Pentecost Monday; Tue 1 h 15 min'
        """
        return explain_span(self, to_us(start, "start"), to_us(end, "end"))

    def explain_add(self, at: datetime, amount: BusinessDuration, *, cross_gap: bool = False) -> DueExplanation:
        """Why ``add(at, amount)`` gives what it gives.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> why = office.explain_add(datetime(2026, 5, 22, 16, tzinfo=UTC), BusinessDuration(timedelta(hours=2)))
        >>> why.due.isoformat(), why.summary()
        ('2026-05-25T10:00:00+00:00', 'Fri 1 h; Sat, Sun closed; Mon 1 h')
        """
        return explain_due(self, to_us(at), amount, cross_gap=cross_gap)
