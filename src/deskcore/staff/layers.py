"""Rosters built from rosters: people always on duty, duty only during some hours, layers by priority.

Layer: staff. Imports hours and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import as_tuple, require_names
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.staff.roster import Roster, earliest, merge

Ties: TypeAlias = Literal["all", "last"]
"""Who of the winning priority is on duty: everybody, or only the last listed."""
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _names(given: Iterable[str]) -> tuple[str, ...]:
    require_names("people", as_tuple(given))
    return merge(tuple(given))


@final
@attrs.frozen
class OnDuty(Roster):
    """The same people at any time; nobody, where none are given.

    >>> OnDuty(["bo", "mia"]).everybody() == {"bo", "mia"}
    True
    """

    people: tuple[str, ...] = attrs.field(converter=_names)

    def everybody(self) -> frozenset[str]:
        return frozenset(self.people)

    def people_us(self, instant: int) -> tuple[str, ...]:
        del instant
        return self.people

    def edge_us(self, instant: int) -> int | None:
        del instant
        return None


@final
@attrs.frozen
class During(Roster):
    """A roster seen through opening hours: nobody is on duty while they are closed. A mask moves no hand-off.

    >>> from datetime import UTC, datetime
    >>> nights = Calendar.weekly("Mon-Sun 20:00-08:00", tz="UTC")
    >>> During(OnDuty(("bo",)), nights).on_call(datetime(2026, 5, 22, 12, tzinfo=UTC))
    ()
    """

    roster: Roster
    hours: Calendar

    def everybody(self) -> frozenset[str]:
        return self.roster.everybody()

    def people_us(self, instant: int) -> tuple[str, ...]:
        return self.roster.people_us(instant) if self.hours.is_open_us(instant) else ()

    def edge_us(self, instant: int) -> int | None:
        turns = self.hours.next_change_us(instant)
        if not self.hours.is_open_us(instant):
            return turns
        return earliest(iter((turns, self.roster.edge_us(instant))))


@final
@attrs.frozen
@lasting
class Layer:
    """A roster and its priority: the higher number hides the lower.

    >>> Layer(OnDuty(("bo",)), 2).priority
    2
    """

    roster: Roster
    priority: int = 1


@final
@attrs.frozen
class Layered(Roster):
    """Of several rosters the one with the highest priority that has anybody on duty; of equal ones all of them.

    Priorities are numbers because products disagree about which end of a list wins; ``first_wins`` says one of the two.

    >>> from datetime import UTC, datetime
    >>> both = Layered((Layer(OnDuty(()), 2), Layer(OnDuty(("bo",)), 1)))
    >>> both.on_call(datetime(2026, 5, 22, tzinfo=UTC))
    ('bo',)

    Raises:
        InvalidValue: an unknown rule for ties.
    """

    layers: tuple[Layer, ...]
    ties: Ties = "all"

    def __attrs_post_init__(self) -> None:
        if self.ties not in get_args(Ties):
            raise InvalidValue("ties", self.ties, f"must be one of {', '.join(get_args(Ties))}")

    @classmethod
    def first_wins(cls, *rosters: Roster) -> Layered:
        """Each roster hides those after it.

        >>> [layer.priority for layer in Layered.first_wins(OnDuty(("bo",)), OnDuty(("mia",))).layers]
        [2, 1]
        """
        return cls(tuple(Layer(roster, len(rosters) - place) for place, roster in enumerate(rosters)))

    @classmethod
    def together(cls, *rosters: Roster) -> Layered:
        """Everybody of every roster.

        >>> len({layer.priority for layer in Layered.together(OnDuty(("bo",)), OnDuty(("mia",))).layers})
        1
        """
        return cls(tuple(Layer(roster) for roster in rosters))

    def everybody(self) -> frozenset[str]:
        return frozenset[str]().union(*(layer.roster.everybody() for layer in self.layers))

    def people_us(self, instant: int) -> tuple[str, ...]:
        return self._winner(instant)[1]

    def edge_us(self, instant: int) -> int | None:
        top, _ = self._winner(instant)  # what is hidden may change as it likes
        return earliest(layer.roster.edge_us(instant) for layer in self.layers if top is None or layer.priority >= top)

    def _winner(self, instant: int) -> tuple[int | None, tuple[str, ...]]:
        for priority in sorted({layer.priority for layer in self.layers}, reverse=True):
            found: tuple[str, ...] = ()
            for layer in self.layers:
                if layer.priority == priority:
                    found += layer.roster.people_us(instant)
            if found:
                return priority, found[-1:] if self.ties == "last" else merge(found)
        return None, ()


def week_window(start: str, end: str, *, tz: tzinfo | str) -> Calendar:
    """Hours from a time of one weekday to a time of another, over the end of the week where that comes first.

    The same time of the same day twice is the whole week.

    >>> week_window("fri 20:00", "mon 08:00", tz="Europe/Paris")
    Calendar.weekly('Mon 00:00-08:00; Fri 20:00-24:00; Sat,Sun 00:00-24:00', tz='Europe/Paris')

    Raises:
        InvalidValue: a text is not a weekday and a time.
        InvalidConfiguration: a time is not one.
    """
    (first, opens), (last, closes) = _moment("start", start), _moment("end", end)
    if first == last and opens < closes:
        return Calendar.weekly({_DAYS[first]: [(opens, closes)]}, tz=tz)
    hours: dict[str, list[tuple[str, str]]] = {day: [] for day in _DAYS}
    between = (last - first - 1) % 7 if first != last else 6
    for step in range(1, between + 1):
        hours[_DAYS[(first + step) % 7]].append(("00:00", "24:00"))
    if opens != "24:00":
        hours[_DAYS[first]].append((opens, "24:00"))
    if closes != "00:00":
        hours[_DAYS[last]].append(("00:00", closes))
    return Calendar.weekly({day: spans for day, spans in hours.items() if spans}, tz=tz, overlaps="merge")


def _moment(field: str, text: str) -> tuple[int, str]:
    day, _, clock = text.strip().partition(" ")
    name = day[:3].capitalize()
    if name not in _DAYS or not clock:
        raise InvalidValue(field, text, "must be a weekday and a time, for example 'fri 20:00'")
    return _DAYS.index(name), clock.strip().rjust(5, "0")
