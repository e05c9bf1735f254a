"""What stands over a roster for a while: written shifts, people who stand in, and another roster altogether.

Each looks once at the roster below it, so nothing chains: who was put in is not replaced in turn.

Layer: staff. Imports its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import aware, aware_or_none, to_us
from deskcore.errors import InvalidValue
from deskcore.staff.roster import Roster, after, earliest, merge


def _forwards(start: datetime, end: datetime | None) -> None:
    if end is not None and to_us(end) < to_us(start):
        raise InvalidValue("end", end, f"must not lie before the start, {start.isoformat()}")


@attrs.frozen
@lasting
class Window:
    """A stretch of time, half-open; base of everything here that holds for a while."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)

    start: datetime = attrs.field(validator=aware)
    end: datetime | None = attrs.field(validator=aware_or_none)

    def __attrs_post_init__(self) -> None:
        _forwards(self.start, self.end)

    def holds_us(self, instant: int) -> bool:
        """Whether an instant lies in it: the start does, the end does not."""
        return to_us(self.start) <= instant and (self.end is None or instant < to_us(self.end))

    def bounds_us(self) -> Iterator[int]:
        """Its bounds, in microseconds of UTC."""
        yield to_us(self.start)
        if self.end is not None:
            yield to_us(self.end)


@final
@attrs.frozen
class Shift(Window):
    """Somebody's written duty.

    >>> from datetime import UTC
    >>> Shift(datetime(2026, 5, 22, 8, tzinfo=UTC), datetime(2026, 5, 22, 16, tzinfo=UTC), "bo").person
    'bo'
    """

    person: str


@final
@attrs.frozen
class WrittenShifts(Roster):
    """Shifts as somebody wrote them down, for example from a calendar file; people of overlapping ones are all on duty.

    >>> from datetime import UTC
    >>> day = Shift(datetime(2026, 5, 22, 8, tzinfo=UTC), datetime(2026, 5, 22, 16, tzinfo=UTC), "bo")
    >>> WrittenShifts((day,)).on_call(datetime(2026, 5, 22, 16, tzinfo=UTC))
    ()
    """

    written: tuple[Shift, ...]

    def everybody(self) -> frozenset[str]:
        return frozenset(shift.person for shift in self.written)

    def people_us(self, instant: int) -> tuple[str, ...]:
        return merge(tuple(shift.person for shift in self.written if shift.holds_us(instant)))

    def edge_us(self, instant: int) -> int | None:
        return after(instant, (bound for shift in self.written for bound in shift.bounds_us()))


@final
@attrs.frozen
class Override(Window):
    """For a while: put somebody on (``add``), take somebody off (``remove``), or with both put one in another's place.

    >>> from datetime import UTC
    >>> night = Override(datetime(2026, 5, 22, tzinfo=UTC), datetime(2026, 5, 23, tzinfo=UTC), add="mia", remove="bo")
    >>> night.add
    'mia'

    Raises:
        InvalidValue: it neither adds nor removes.
    """

    add: str | None = attrs.field(default=None, kw_only=True)
    remove: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _forwards(self.start, self.end)
        if self.add is None and self.remove is None:
            raise InvalidValue("add", None, "or remove must name somebody")


@final
@attrs.frozen
class Overridden(Roster):
    """A roster with overrides. All look at the roster as it is below, in any order.

    >>> from datetime import UTC
    >>> from deskcore.staff.layers import OnDuty
    >>> start, end = datetime(2026, 5, 22, tzinfo=UTC), datetime(2026, 5, 23, tzinfo=UTC)
    >>> Overridden(OnDuty(("bo",)), (Override(start, end, add="mia", remove="bo"),)).on_call(start)
    ('mia',)
    """

    roster: Roster
    overrides: tuple[Override, ...]

    def everybody(self) -> frozenset[str]:
        return self.roster.everybody() | {over.add for over in self.overrides if over.add is not None}

    def people_us(self, instant: int) -> tuple[str, ...]:
        base = self.roster.people_us(instant)
        running = [over for over in self.overrides if over.holds_us(instant)]
        if not running:
            return base
        gone = {over.remove for over in running}
        put = [over.add for over in running if over.add is not None and (over.remove is None or over.remove in base)]
        return merge((*(person for person in base if person not in gone), *put))

    def edge_us(self, instant: int) -> int | None:
        bounds = (bound for over in self.overrides for bound in over.bounds_us())
        return earliest(iter((self.roster.edge_us(instant), after(instant, bounds))))


@final
@attrs.frozen
class Substitution(Window):
    """``by`` takes ``person``'s place where they are on duty; ``by=None`` is a request nobody has answered.

    ``scope`` limits it to rosters asked in that scope; ``None`` holds everywhere.

    >>> from datetime import UTC
    >>> Substitution(datetime(2026, 5, 22, tzinfo=UTC), None, "bo", "mia").by
    'mia'
    """

    person: str
    by: str | None
    scope: str | None = None


@final
@attrs.frozen
class Substituted(Roster):
    """A roster in which people stand in for others: swaps and substitutions, applied once.

    Of several for one person the one for this very ``scope`` comes first, then the first listed.

    >>> from datetime import UTC
    >>> from deskcore.staff.layers import OnDuty
    >>> swap = Substitution(datetime(2026, 5, 22, tzinfo=UTC), None, "bo", "mia")
    >>> Substituted(OnDuty(("bo", "cy")), (swap,)).on_call(datetime(2026, 5, 23, tzinfo=UTC))
    ('mia', 'cy')
    """

    roster: Roster
    substitutions: tuple[Substitution, ...]
    scope: str | None = None

    def everybody(self) -> frozenset[str]:
        return self.roster.everybody() | {one.by for one in self.substitutions if one.by is not None}

    def people_us(self, instant: int) -> tuple[str, ...]:
        base = self.roster.people_us(instant)
        running = [one for one in self.substitutions if self._answers(one) and one.holds_us(instant)]
        if not running:
            return base
        running.sort(key=lambda one: one.scope is None)  # stable: the narrower scope first, then as listed
        stands_in = {one.person: one.by for one in reversed(running)}
        return merge(tuple(stands_in.get(person) or person for person in base))

    def _answers(self, one: Substitution) -> bool:
        return one.by is not None and one.scope in {None, self.scope}

    def edge_us(self, instant: int) -> int | None:
        bounds = (bound for one in self.substitutions if self._answers(one) for bound in one.bounds_us())
        return earliest(iter((self.roster.edge_us(instant), after(instant, bounds))))


@final
@attrs.frozen
class Replacement(Window):
    """Another roster for a while, or from an instant on (``end=None``)."""

    roster: Roster


@final
@attrs.frozen
class Replaced(Roster):
    """A roster that others replace for a while: whole, with overrides and gaps. Of overlapping ones the last listed.

    >>> from datetime import UTC
    >>> from deskcore.staff.layers import OnDuty
    >>> start = datetime(2026, 5, 22, tzinfo=UTC)
    >>> Replaced(OnDuty(("bo",)), (Replacement(start, None, OnDuty(())),)).on_call(start)
    ()
    """

    roster: Roster
    replacements: tuple[Replacement, ...]

    def everybody(self) -> frozenset[str]:
        return self.roster.everybody().union(*(one.roster.everybody() for one in self.replacements))

    def in_force(self, at: datetime) -> Roster:
        return self._running(to_us(at)).in_force(at)

    def _running(self, instant: int) -> Roster:
        return next((one.roster for one in reversed(self.replacements) if one.holds_us(instant)), self.roster)

    def people_us(self, instant: int) -> tuple[str, ...]:
        return self._running(instant).people_us(instant)

    def edge_us(self, instant: int) -> int | None:
        bounds = (bound for one in self.replacements for bound in one.bounds_us())
        return earliest(iter((self._running(instant).edge_us(instant), after(instant, bounds))))
