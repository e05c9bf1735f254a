"""What holds a rung back from outside: quiet times, a count of alerts, and how late it may be found.

Not here: the hours of a rung itself, which are a calendar by name (``Rung.during``).

Layer: escalation. Imports predicate, hours, _value and errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import aware, instance_of_kind, to_us
from deskcore.errors import InvalidValue
from deskcore.escalation.due import MOST_COUNTED, Counted
from deskcore.hours.duration import ElapsedDuration
from deskcore.predicate import ALWAYS, Condition, Facts
from deskcore.predicate.nodes import A_CONDITION

QuietMode: TypeAlias = Literal["hold", "drop", "count_on"]
"""What a quiet time does with what falls due in it: hold it until the end, use it up, or act and tell nobody."""


@final
@attrs.frozen
class Quiet:
    """A stretch of time, half-open, in which tickets escalate in silence: a maintenance, a change of systems.

    ``hold`` (default) puts everything off to the end; what counts from it follows. ``drop`` uses it up without a word.
    ``count_on`` lets rungs act on the ticket at their time and tells nobody. Messages by which a person is called after
    a rung that has fired go on. ``rungs`` names those it is for; none: all. Nobody can move a ticket up in it by hand.

    >>> from datetime import UTC
    >>> night = datetime(2026, 5, 22, 22, tzinfo=UTC)
    >>> quiet = Quiet(night, night.replace(hour=23), why="database upgrade")
    >>> quiet.holds(night, {}), quiet.holds(night.replace(hour=23), {})
    (True, False)

    Raises:
        InvalidValue: a bound is naive, it ends before it begins, or the mode is unknown.
    """

    start: datetime = attrs.field(validator=aware)
    end: datetime = attrs.field(validator=aware)
    mode: QuietMode = attrs.field(default="hold", kw_only=True)
    when: Condition = attrs.field(default=ALWAYS, kw_only=True, validator=instance_of_kind(Condition, A_CONDITION))
    rungs: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    why: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if to_us(self.end) < to_us(self.start):
            raise InvalidValue("end", self.end.isoformat(), f"must not lie before the start, {self.start.isoformat()}")
        if self.mode not in get_args(QuietMode):
            raise InvalidValue("mode", self.mode, f"must be one of {', '.join(get_args(QuietMode))}")

    def holds(self, at: datetime, facts: Facts, rung: str = "") -> bool:
        """Whether it is quiet at an instant for a ticket of those facts, and for a rung where one is named."""
        if self.rungs and rung not in self.rungs:
            return False
        return to_us(self.start) <= to_us(at) < to_us(self.end) and self.when.test(facts)

    def __str__(self) -> str:
        return f"quiet until {self.end.isoformat(sep=' ')}{f': {self.why}' if self.why else ''}"


@final
@attrs.frozen
class Enough:
    """A gate that holds until something has happened more than so many times within an elapsed time.

    Judged when the rung is reached, and again at each further event; the time is that up to the latest event, both ends
    included.

    >>> from deskcore.hours.duration import elapsed
    >>> print(Enough("alerted", more_than=3, within=elapsed(minutes=1)))
    more than 3 alerted within 1m

    Raises:
        InvalidValue: an unknown kind, a number out of bounds, or no time.
    """

    counted: Counted
    more_than: int = attrs.field(kw_only=True)
    within: ElapsedDuration | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.counted not in get_args(Counted):
            raise InvalidValue("counted", self.counted, f"must be one of {', '.join(get_args(Counted))}")
        if not 0 <= self.more_than < MOST_COUNTED:
            raise InvalidValue("more_than", self.more_than, f"must be from 0 to {MOST_COUNTED - 1}")
        if self.within is not None and self.within.microseconds <= 0:
            raise InvalidValue("within", str(self.within), "must be some time")

    def __str__(self) -> str:
        within = "" if self.within is None else f" within {self.within}"
        return f"more than {self.more_than} {self.counted}{within}"

    def passes_us(self, instants: Sequence[datetime], reached: int) -> int | None:
        """The first instant at or after ``reached`` at which the gate is open; ``None`` as things stand."""
        moments = [to_us(moment) for moment in instants]
        within = None if self.within is None else self.within.microseconds
        before = [moment for moment in moments if moment <= reached]
        if _is_enough(before, self.more_than, within):
            return reached
        for place, moment in enumerate(moments, start=1):
            if moment > reached and _is_enough(moments[:place], self.more_than, within):
                return moment
        return None


def _is_enough(moments: Sequence[int], more_than: int, within: int | None) -> bool:
    """Whether the latest of ``moments``, in order, has more than so many behind it, itself included."""
    if len(moments) <= more_than:
        return False
    return within is None or moments[-1] - moments[-1 - more_than] <= within


def reached_count(instants: Sequence[datetime], times: int, within: ElapsedDuration | None) -> datetime | None:
    """The event at which something had happened so many times within an elapsed time; ``None`` while it has not.

    >>> from datetime import UTC
    >>> days = [datetime(2026, 5, day, tzinfo=UTC) for day in (1, 20, 21)]
    >>> reached_count(days, 2, ElapsedDuration.of_us(2 * 86_400_000_000)) == days[2]
    True
    """
    for place in range(times - 1, len(instants)):
        first, last = instants[place - times + 1], instants[place]
        if within is None or to_us(last) - to_us(first) <= within.microseconds:
            return last
    return None


def kept(instants: Iterable[datetime], one: datetime) -> tuple[datetime, ...]:
    """One more instant, and of those before it the latest."""
    return (*tuple(instants)[-MOST_COUNTED + 1 :], one)
