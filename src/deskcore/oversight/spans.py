"""How much open time lies in a ticket's life when its calendar changed on the way: two rules, and they differ.

Layer: oversight. Imports hours and its own room.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import aware, to_us
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import BusinessDuration, Calendar

CalendarRule: TypeAlias = Literal["at_close", "per_segment"]
"""``at_close``: the whole span by the calendar in force at its end; ``per_segment``: each stretch by its own."""


@final
@attrs.frozen
class Stretch:
    """From this instant on, this calendar, by name.

    >>> from datetime import UTC
    >>> Stretch(datetime(2026, 5, 22, tzinfo=UTC), "office").calendar
    'office'
    """

    start: datetime = attrs.field(validator=aware)
    calendar: str


@final
@attrs.frozen
class MeasuredSpan:
    """A span of a ticket's life, cut where its calendar changed.

    >>> from datetime import UTC
    >>> at = lambda day, hour: datetime(2026, 3, day, hour, tzinfo=UTC)
    >>> span = MeasuredSpan((Stretch(at(4, 9), "early"), Stretch(at(4, 17), "late")), at(5, 9))
    >>> early, late = (Calendar.weekly(f"Mon-Sun {hours}", tz=UTC) for hours in ("09:00-17:00", "12:00-20:00"))
    >>> [span.open_time({"early": early, "late": late}, rule=rule).microseconds // 3_600_000_000
    ...  for rule in ("at_close", "per_segment")]
    [8, 11]

    Raises:
        InvalidValue: no stretch, or instants that go back.
    """

    stretches: tuple[Stretch, ...]
    end: datetime = attrs.field(validator=aware)

    def __attrs_post_init__(self) -> None:
        if not self.stretches:
            raise InvalidValue("stretches", self.stretches, "must hold at least one stretch")
        instants = [*(stretch.start for stretch in self.stretches), self.end]
        if any(to_us(after) < to_us(before) for before, after in pairwise(instants)):
            raise InvalidValue("end", self.end.isoformat(), "must not come before a stretch, nor stretches go back")

    def open_time(self, calendars: Mapping[str, Calendar], *, rule: CalendarRule) -> BusinessDuration:
        """The open time of the span by a named rule.

        Raises:
            InvalidValue: an unknown rule.
            UnknownName: a calendar that ``calendars`` does not hold.
        """
        if rule not in get_args(CalendarRule):
            raise InvalidValue("rule", rule, f"must be one of {', '.join(get_args(CalendarRule))}")
        if rule == "at_close":
            last = self.stretches[-1].calendar
            return _named(calendars, last).between(self.stretches[0].start, self.end)
        ends = (*(stretch.start for stretch in self.stretches[1:]), self.end)
        spent = 0
        for stretch, end in zip(self.stretches, ends, strict=True):
            spent += _named(calendars, stretch.calendar).between(stretch.start, end).microseconds
        return BusinessDuration.of_us(spent)


def _named(calendars: Mapping[str, Calendar], name: str) -> Calendar:
    if name not in calendars:
        raise UnknownName("calendar", name, tuple(calendars))
    return calendars[name]
