"""A rotation: groups of people who take turns, handing over at fixed times of a zone's wall clock.

Not here: hours outside which nobody is called (``layers.During``) and who stands in (``overrides``).

Layer: staff. Imports hours and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import as_tuple, aware, from_us, require_aware, require_kind, to_us
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import Calendar
from deskcore.staff.overrides import Replaced, Replacement
from deskcore.staff.roster import Duty, Roster, merge
from deskcore.staff.turns import Beat, Unit

Before: TypeAlias = Literal["nobody", "periodic"]
"""What holds before the first hand-off: nobody is on duty, or the turns go on backwards."""
Group: TypeAlias = tuple[str, ...]
_CHUNK: Final = 512


def groups_of(given: Iterable[str | Iterable[str]]) -> tuple[Group, ...]:
    """Groups as they are stored; a plain name is a group of one.

    >>> groups_of(["bo", ("mia", "dana")])
    (('bo',), ('mia', 'dana'))

    Raises:
        InvalidValue: a single text instead of a list.
    """
    require_kind("groups", as_tuple(given), tuple, "must be a list of names or groups of names")
    return tuple((group,) if isinstance(group, str) else merge(tuple(group)) for group in given)


@final
@attrs.frozen
@lasting
class Anchor:
    """The shift that contains ``at`` is the turn of the group at ``index``, from 0.

    >>> Anchor(datetime(2026, 5, 22, tzinfo=UTC), 1).index
    1
    """

    at: datetime = attrs.field(validator=aware)
    index: int


@final
@attrs.frozen
class Rotation(Roster):
    """Turns of ``every`` units, beginning on the date ``on`` at the wall-clock time ``at`` of the zone ``tz``.

    Days, weeks and months keep the time of day across clock changes, so a shift may last an hour more or less; so do
    hours that divide a day, others are elapsed time. A hand-off that falls into a gap moves to its end, a repeated one
    is the first; a shift left without length is passed over, and its turn with it. A month that lacks the day hands
    over on its last day.

    Turn 0 is that of ``groups[0]``, or ``anchor`` says whose turn some other shift is. With ``advance_when`` a shift
    during which that calendar never opens takes no turn (``During`` keeps people off duty then). The cost is that of
    one look-up, however far away; with ``advance_when`` the shifts up to there are counted once and the count kept.

    >>> rotation = Rotation(("ann", "bo"), tz="America/Chicago", on=date(2026, 3, 2), at=time(8), unit="week")
    >>> rotation.on_call(datetime(2026, 3, 9, 12, 59, tzinfo=UTC))
    ('ann',)
    >>> rotation.on_call(datetime(2026, 3, 9, 13, tzinfo=UTC))
    ('bo',)

    Raises:
        InvalidValue: an unknown zone, unit or rule, or fewer than one unit a turn.
    """

    groups: tuple[Group, ...] = attrs.field(converter=groups_of)
    tz: str = attrs.field(kw_only=True)
    on: date = attrs.field(kw_only=True)
    at: time = attrs.field(kw_only=True)
    unit: Unit = attrs.field(kw_only=True)
    every: int = attrs.field(default=1, kw_only=True)
    anchor: Anchor | None = attrs.field(default=None, kw_only=True)
    before: Before = attrs.field(default="nobody", kw_only=True)
    advance_when: Calendar | None = attrs.field(default=None, kw_only=True)
    _beat: Beat = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.before not in get_args(Before):
            raise InvalidValue("before", self.before, f"must be one of {', '.join(get_args(Before))}")
        if self.at.tzinfo is not None:
            raise InvalidValue("at", self.at, "must be a wall-clock time; the zone is tz")
        object.__setattr__(self, "_beat", Beat(self.tz, self.on, self.at, self.unit, self.every))

    def everybody(self) -> frozenset[str]:
        return frozenset(person for group in self.groups for person in group)

    def people_us(self, instant: int) -> Group:
        number = self._beat.number(instant)
        if not self.groups or (number < 0 and self.before == "nobody"):
            return ()
        return self.groups[self._turn(number)]

    def edge_us(self, instant: int) -> int | None:
        number = self._beat.number(instant)
        if number < 0 and self.before == "nobody":
            return self._beat.boundary(0)
        return self._beat.boundary(number + 1) if len(set(self.groups)) > 1 else None

    def shift(self, at: datetime) -> Duty:
        """The whole shift that contains an instant, unclipped, even one before the start.

        >>> hourly = Rotation((), tz="UTC", on=date(2026, 1, 1), at=time(0, 30), unit="hour")
        >>> str(hourly.shift(datetime(2026, 1, 1, 12, tzinfo=UTC)))
        '2026-01-01 11:30 to 2026-01-01 12:30: nobody'

        Raises:
            InvalidValue: ``at`` is naive.
        """
        zone = require_aware("at", at).tzinfo or UTC
        instant = to_us(at)
        number = self._beat.number(instant)
        start, end = self._beat.boundary(number), self._beat.boundary(number + 1)
        return Duty(self.people_us(instant), from_us(start, zone), from_us(end, zone))

    def index(self, at: datetime) -> int | None:
        """The place in ``groups`` of the one whose turn it is; ``None`` where there is none.

        Raises:
            InvalidValue: ``at`` is naive.
        """
        number = self._beat.number(to_us(at))
        return None if not self.groups or (number < 0 and self.before == "nobody") else self._turn(number)

    def _turn(self, number: int) -> int:
        anchor = self.anchor
        if anchor is None:
            return self._turns(number) % len(self.groups)
        start = self._beat.number(to_us(anchor.at))
        return (anchor.index + self._turns(number) - self._turns(start)) % len(self.groups)

    def _turns(self, number: int) -> int:
        if self.advance_when is None:
            return number
        return _counted(self._beat, self.advance_when, number)


def without(roster: Roster, person: str, *, at: datetime) -> Replaced:
    """The roster from which somebody leaves the rotation at an instant; what was before stays as it was.

    Whoever is on duty stays so for the running shift, the leaver too, and the turn goes on from there. Groups of
    several lose a member, those left empty their turn.

    >>> trio = Rotation(("ann", "bo", "cy"), tz="UTC", on=date(2026, 5, 1), at=time(0), unit="day")
    >>> fewer = without(trio, "ann", at=datetime(2026, 5, 2, 12, tzinfo=UTC))
    >>> [fewer.on_call(datetime(2026, 5, day, 18, tzinfo=UTC)) for day in (1, 2, 3, 4)]
    [('ann',), ('bo',), ('cy',), ('bo',)]

    Raises:
        InvalidValue: no rotation is in force at that instant, or ``at`` is naive.
        UnknownName: the person has no turn in it.
    """
    held = roster.in_force(at)
    if not isinstance(held, Rotation):
        raise InvalidValue("roster", type(held).__name__, "must be a rotation at that instant")
    if person not in held.everybody():
        raise UnknownName("person", person, tuple(sorted(held.everybody())))
    index, start = held.index(at), at
    if index is not None and person in held.groups[index]:
        ends = held.shift(at).end
        assert ends is not None  # a shift of a rotation always ends
        start = ends
        index = (index + 1) % len(held.groups)
    kept = [tuple(name for name in group if name != person) for group in held.groups]
    place = sum(1 for group in kept[: index or 0] if group)
    groups = tuple(group for group in kept if group)
    anchor = held.anchor if index is None else Anchor(start, place % len(groups) if groups else 0)
    after = attrs.evolve(held, groups=groups, anchor=anchor)
    before = roster.replacements if isinstance(roster, Replaced) else ()
    base = roster.roster if isinstance(roster, Replaced) else roster
    return Replaced(base, (*before, Replacement(start, None, after)))


def _counted(beat: Beat, hours: Calendar, number: int) -> int:
    """The shifts from number 0 up to a number that the hours touch, negative before 0."""
    if number < 0:
        return -_count(beat, hours, number, 0)
    chunk, rest = divmod(number, _CHUNK)
    block, some = divmod(chunk, _CHUNK)
    blocks = sum(_count_block(beat, hours, at) for at in range(block))
    chunks = sum(_count_chunk(beat, hours, block * _CHUNK + at) for at in range(some))
    return blocks + chunks + _count(beat, hours, number - rest, number)


@lru_cache(maxsize=4096)
def _count_block(beat: Beat, hours: Calendar, block: int) -> int:
    return sum(_count_chunk(beat, hours, block * _CHUNK + at) for at in range(_CHUNK))


@lru_cache(maxsize=65_536)
def _count_chunk(beat: Beat, hours: Calendar, chunk: int) -> int:
    return _count(beat, hours, chunk * _CHUNK, (chunk + 1) * _CHUNK)


def _count(beat: Beat, hours: Calendar, first: int, last: int) -> int:
    found, number = 0, first
    while number < last:
        start, end = beat.boundary(number), beat.boundary(number + 1)
        if start == end:
            number += 1  # no length, nothing to touch
            continue
        opens = start if hours.is_open_us(start) else hours.next_change_us(start)
        if opens is None:
            break
        if opens < end:
            found += 1
            number += 1
        else:
            number = beat.number(opens)
    return found
