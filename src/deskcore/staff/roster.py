"""Who is on call when: what every roster answers, whatever it is made of.

A roster is a function of the instant, constant between edges. Rotations, recurring and written shifts are its leaves;
masks, layers, overrides, substitutions and replacements are built over any other. Not here: presence (who is really
there), which changes with what people do.

Layer: staff. Imports hours and _value.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import from_us, require_aware, to_us
from deskcore.errors import InvalidValue, NeverHappens
from deskcore.hours.duration import ElapsedDuration

_END: Final = to_us(datetime(2200, 1, 1, tzinfo=UTC))
_BOUND: Final = 20_000


def merge(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once, in the order of its first mention."""
    return tuple(dict.fromkeys(names))


@final
@attrs.frozen
class Duty:
    """A stretch of time, half-open, and who is on duty in it: nobody, where ``people`` is empty.

    >>> start = datetime(2026, 5, 22, tzinfo=UTC)
    >>> str(Duty(("bo",), start, start.replace(hour=8)))
    '2026-05-22 00:00 to 2026-05-22 08:00: bo'
    """

    people: tuple[str, ...]
    start: datetime
    end: datetime | None = None

    @property
    def length(self) -> ElapsedDuration | None:
        """Its elapsed length; ``None`` where it has no known end.

        >>> Duty((), datetime(2026, 5, 22, 8, tzinfo=UTC), datetime(2026, 5, 22, 20, tzinfo=UTC)).length
        elapsed(hours=12)
        """
        return None if self.end is None else ElapsedDuration.of_us(to_us(self.end) - to_us(self.start))

    def __str__(self) -> str:
        end = "open end" if self.end is None else f"{self.end:%Y-%m-%d %H:%M}"
        return f"{self.start:%Y-%m-%d %H:%M} to {end}: {', '.join(self.people) or 'nobody'}"

    def to_dict(self) -> dict[str, list[str] | str | None]:
        """For programs: ``people``, and ``start`` and ``end`` as ISO 8601 text."""
        end = None if self.end is None else self.end.isoformat()
        return {"people": list(self.people), "start": self.start.isoformat(), "end": end}


@attrs.frozen
class Roster(abc.ABC):
    """Somebody to call at any instant. Subclass it, frozen, for a roster of your own and register its name with wire.

    Bounds are half-open: a hand-off belongs to the shift it opens. Answers are in the zone of the instant asked about.
    Rosters answer for the years 1900 to 2199.

    >>> from deskcore.staff.layers import OnDuty
    >>> OnDuty(("bo",)).on_call(datetime(2026, 5, 22, tzinfo=UTC))
    ('bo',)
    """

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)

    @abc.abstractmethod
    def people_us(self, instant: int) -> tuple[str, ...]:
        """Who is on duty at an instant in microseconds of UTC: each once, in the order of the roster."""

    @abc.abstractmethod
    def edge_us(self, instant: int) -> int | None:
        """An instant strictly later, up to which nothing changes; ``None`` when nothing ever does again."""

    @abc.abstractmethod
    def everybody(self) -> frozenset[str]:
        """Everyone who may be on duty at some time."""

    def in_force(self, at: datetime) -> Roster:
        """The roster that answers for an instant: itself, unless it was replaced by then."""
        require_aware("at", at)
        return self

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Who is on duty, nobody being an empty answer.

        Raises:
            InvalidValue: ``at`` is naive.
            OutOfRange: far outside the years that rosters answer for.
        """
        return self.people_us(to_us(at))

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant strictly after ``at`` at which somebody else is on duty; ``None`` when there is none.

        Raises:
            InvalidValue: ``at`` is naive.
            NeverHappens: twenty thousand edges pass without a change.
        """
        duty = self._next(at, empty_too=True)
        return None if duty is None else duty.start

    def next_on_call(self, at: datetime) -> Duty | None:
        """Who comes next and from when: the first stretch after ``at`` with people, other ones than at ``at``.

        Raises:
            InvalidValue: ``at`` is naive.
            NeverHappens: twenty thousand edges pass without anybody new.
        """
        return self._next(at, empty_too=False)

    def shifts(self, start: datetime, end: datetime) -> tuple[Duty, ...]:
        """Who is on duty over a window, stretch by stretch, the empty ones too: they partition ``[start, end)``.

        Two neighbours never have the same people. Linear in the number of edges.

        Raises:
            InvalidValue: an instant is naive, or the end lies before the start.
        """
        zone = require_aware("start", start).tzinfo
        return tuple(
            Duty(people, from_us(low, zone or UTC), from_us(high, zone or UTC))
            for people, low, high in self._stretches(*_window(start, end))
        )

    def gaps(self, start: datetime, end: datetime) -> tuple[Duty, ...]:
        """The stretches of a window in which nobody is on duty.

        Raises:
            InvalidValue: an instant is naive, or the end lies before the start.
        """
        return tuple(duty for duty in self.shifts(start, end) if not duty.people)

    def _stretches(self, low: int, high: int) -> Iterator[tuple[tuple[str, ...], int, int]]:
        opened, here, people = low, low, self.people_us(low) if low < high else ()
        while here < high:
            edge = self.edge_us(here)
            here = high if edge is None else min(edge, high)
            after = self.people_us(here) if here < high else None
            if after is None or frozenset(after) != frozenset(people):
                yield people, opened, here
                opened, people = here, after or ()

    def _next(self, at: datetime, *, empty_too: bool) -> Duty | None:
        zone: tzinfo = require_aware("at", at).tzinfo or UTC
        here = to_us(at)
        held = frozenset(self.people_us(here))
        if not empty_too and held and self.everybody() <= held and len(held) == 1:
            return None  # nobody else ever comes
        for _ in range(_BOUND):
            edge = self.edge_us(here)
            if edge is None or edge >= _END:
                return None
            here = edge
            people = self.people_us(here)
            if frozenset(people) != held and (people or empty_too):
                return Duty(people, from_us(here, zone))
        raise NeverHappens("find the next change after", at.isoformat(), f"a roster that changes in {_BOUND} edges")


def _window(start: datetime, end: datetime) -> tuple[int, int]:
    low, high = to_us(start, "start"), to_us(end, "end")
    if high < low:
        raise InvalidValue("end", end, f"must not lie before the start, {start.isoformat()}")
    return low, high


def earliest(edges: Iterator[int | None]) -> int | None:
    """The first of the edges there are."""
    return min((edge for edge in edges if edge is not None), default=None)


def after(instant: int, moments: Iterator[int]) -> int | None:
    """The first of some instants that lies strictly after one."""
    return min((moment for moment in moments if moment > instant), default=None)
