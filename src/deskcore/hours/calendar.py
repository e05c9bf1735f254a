"""Calendars: when a desk is open, and every question about open time.

A ``Calendar`` is a value around an hours expression: how it is made, combined and kept is here, its questions are in
``looking`` (when it is open) and ``amounts`` (how much). It is not a list of appointments, knows nothing of tickets,
and never asks what time it is now.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo  # noqa: F401 - timedelta is for the examples
from typing import TYPE_CHECKING, final

import attrs

from deskcore._value import from_us, require_aware, to_us
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.hours import build
from deskcore.hours.algebra import Always, Complement, Difference, Intersection, Never, Union
from deskcore.hours.amounts import Amounts
from deskcore.hours.days import FIRST_YEAR, LAST_YEAR
from deskcore.hours.duration import BusinessDuration  # noqa: F401 - for the examples
from deskcore.hours.node import Hours
from deskcore.hours.pin import pinned
from deskcore.hours.printed import shown
from deskcore.hours.special import Special
from deskcore.hours.text import to_text
from deskcore.hours.versions import HoursVersion, Restricted, Versioned
from deskcore.hours.wall_clock import EPOCH_DAY, InFold, InGap, edge, zone_key

if TYPE_CHECKING:
    from deskcore.hours.pictures import Picture  # drawing is loaded when somebody draws


@final
@attrs.frozen(repr=False, cache_hash=True)
class Calendar(Amounts):
    """When somebody is open: a pure function of time that can be counted, combined, explained and saved.

    Instants go in as aware datetimes of any zone and come out in ``tz``. Spans are half-open: open at the opening,
    closed at the close. Time is counted as a stopwatch would, so an open day on which the clocks go back has 25 hours.
    Answers are exact to the microsecond, for the years 1900 to 2200 (less where a country's holidays are known for
    less). A question costs two binary searches, whatever the span; the hours around are compiled at first use and kept,
    outside equality and pickles.

    Equality is structural, after the normal form of texts; ``same_hours`` compares what two calendars mean.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL")
    >>> friday = datetime(2026, 5, 22, 16, 45, tzinfo=office.tz)
    >>> office.add(friday, BusinessDuration(timedelta(hours=2))).isoformat()  # the Monday is Pentecost
    '2026-05-26T10:15:00+02:00'
    """

    # -- making one

    @classmethod
    def weekly(
        cls,
        hours: build.WeekLike,
        *,
        tz: tzinfo | str,
        holidays: build.HolidaysLike = (),
        breaks: build.WeekLike = "off",
        dated: build.Dated | None = None,
        dated_breaks: build.Dated | None = None,
        extra: build.Dated | None = None,
        special: Iterable[Special] = (),
        name: str = "",
        overlaps: build.Overlaps = "refuse",
        in_gap: InGap = "jump",
        in_fold: InFold = "first",
    ) -> Calendar:
        """Weekly hours in a zone, with the exceptions every desk has.

        Args:
            hours: ``"Mon-Fri 09:00-17:30; Sat 10:00-14:00"``, or ``{"mon": ["09:00-17:30"]}``. An end at or before its
                start lies on the next date; ``24:00`` is the midnight that ends the date. The text may also hold
                dated rules (docs/reference/hours.md has the grammar).
            tz: zone of every local date and time: a ``ZoneInfo``, ``UTC``, or a key.
            holidays: closed dates: a country code such as ``"NL"`` or ``"DE-BY"``, ``Holidays(...)``, dates,
                ``(date, name)`` pairs, or several of these in a list.
            breaks: weekly stretches cut out of whatever is open, in the same form as ``hours``.
            dated: hours by date that replace the week's; a holiday on that date still wins.
            dated_breaks: stretches by date, cut out of whatever is open then.
            extra: openings by date on top of everything, holidays included; breaks alone still cut them.
            special: rules for seasons, recurring dates, half-day holidays (``Special``), later ones winning.
            name: a label for people; explanations use it.
            overlaps: hours of one day that overlap are taken for a slip and refused, or counted once with ``"merge"``.
            in_gap: what an edge means that the clock jumps over: the ``jump``, or with ``"shift"`` as far past it as
                the edge lies past the gap's beginning (02:30 is then 03:30, as in RFC 5545).
            in_fold: which of the two times an edge means that the clock shows twice, ``first`` or ``second``.

        Raises:
            InvalidConfiguration: every fault of the arguments, each with its place.

        >>> Calendar.weekly("Mon-Fri 09:00-17:00", tz="Asia/Tokyo", breaks="12:00-13:00")
        Calendar.weekly('Mon-Fri 09:00-17:00', tz='Asia/Tokyo', breaks='12:00-13:00')
        """
        return cls(
            build.weekly(
                hours,
                tz=tz,
                holidays=holidays,
                breaks=breaks,
                dated=dated or {},
                dated_breaks=dated_breaks or {},
                extra=extra or {},
                special=special,
                name=name,
                overlaps=overlaps,
                in_gap=in_gap,
                in_fold=in_fold,
            )
        )

    @classmethod
    def always(cls, *, tz: tzinfo | str = UTC, name: str = "") -> Calendar:
        """Open at every instant: 24x7.

        >>> Calendar.always().is_open(datetime(2026, 1, 1, tzinfo=UTC))
        True
        """
        return cls(Always(zone_key(tz), name=name))

    @classmethod
    def never(cls, *, tz: tzinfo | str = UTC, name: str = "") -> Calendar:
        """Open at no instant: the neutral element of ``|``.

        >>> Calendar.never().next_open(datetime(2026, 1, 1, tzinfo=UTC)) is None
        True
        """
        return cls(Never(zone_key(tz), name=name))

    @classmethod
    def versions(cls, first: Calendar, *later: tuple[date | datetime, Calendar], name: str = "") -> Calendar:
        """The same calendar as agreed at different times: ``first``, and from each date on the next.

        A date starts in the zone of the calendar that begins then; an instant may be given instead. Clean cuts: the
        old hours end at the change, run-overs included. Answers are given in the last version's zone.

        Raises:
            InvalidValue: the changes are not in rising order, or an instant is naive.

        >>> old, new = (Calendar.weekly(hours, tz="UTC") for hours in ("Mon-Fri 09:00-17:00", "Mon-Fri 08:00-20:00"))
        >>> desk = Calendar.versions(old, (date(2026, 3, 1), new))
        >>> desk.same_hours(new, datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        True
        """
        entries = tuple(HoursVersion(_instant("from", since, that), that.hours) for since, that in later)
        return cls(Versioned(first.hours, entries, name=name))

    # -- what it is

    @property
    def name(self) -> str:
        """The label for people; empty when there is none."""
        return self.hours.name

    def named(self, name: str) -> Calendar:
        """The same hours under a label that explanations use.

        >>> Calendar.always().named("round the clock").name
        'round the clock'
        """
        return Calendar(attrs.evolve(self.hours, name=name))

    def __repr__(self) -> str:
        return shown(self.hours)

    def __str__(self) -> str:
        return self.name or repr(self)

    def __reduce__(self) -> tuple[type[Calendar], tuple[Hours]]:
        return Calendar, (self.hours,)

    def to_text(self) -> str:
        """The compact text of a weekly calendar; ``Calendar.weekly(text, tz=, holidays=)`` reads it back.

        Raises:
            InvalidValue: naming the part that lies outside the grammar.

        >>> Calendar.weekly("mo-fr 9:00-17:00; sa 10:00-14:00", tz="UTC").to_text()
        'Mon-Fri 09:00-17:00; Sat 10:00-14:00'
        """
        return to_text(self.hours)

    # -- algebra, on instants: members may live in different zones, answers are given in the left one's

    def __or__(self, other: Calendar) -> Calendar:
        """Open where either is. Associative, idempotent, and commutative in what it means."""
        if not isinstance(other, Calendar):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return Calendar(Union((*_flat(self.hours, Union), *_flat(other.hours, Union))))

    def __and__(self, other: Calendar) -> Calendar:
        """Open where both are. Associative, idempotent, and commutative in what it means."""
        if not isinstance(other, Calendar):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return Calendar(Intersection((*_flat(self.hours, Intersection), *_flat(other.hours, Intersection))))

    def __sub__(self, other: Calendar) -> Calendar:
        """Open where this is and ``other`` is not: the same instants as ``self & ~other``."""
        if not isinstance(other, Calendar):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return Calendar(Difference(self.hours, other.hours))

    def __invert__(self) -> Calendar:
        """Open exactly where this is closed."""
        return Calendar(Complement(self.hours))

    def restricted(
        self, from_: date | datetime | None = None, until: date | datetime | None = None, *, name: str = ""
    ) -> Calendar:
        """These hours from ``from_``, inclusive, until ``until``, exclusive, and none outside.

        A date means its start in ``tz``. Outside the range nothing need be known (holidays).

        >>> fair = Calendar.always(tz="Europe/Paris").restricted(date(2026, 6, 1), date(2026, 6, 4))
        >>> fair.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)).open_time
        datetime.timedelta(days=3)
        """
        start = None if from_ is None else _instant("from_", from_, self)
        end = None if until is None else _instant("until", until, self)
        if start is not None and end is not None and to_us(end) < to_us(start):
            raise InvalidValue("until", end.isoformat(), f"must not lie before from_ {start.isoformat()}")
        return Calendar(Restricted(self.hours, start, end, name=name))

    def same_hours(self, other: Calendar, start: datetime, end: datetime) -> bool:
        """Whether both are open at the same instants of ``[start, end)``, however they are written.

        >>> a, b = (Calendar.weekly(hours, tz="UTC") for hours in ("24/7", "00:00-12:00 12:00-24:00"))
        >>> a.same_hours(b, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
        True
        """
        low, high = _window(start, end)
        return self.edges_us(low, high) == other.edges_us(low, high)

    def pin(self, start: datetime, end: datetime) -> Calendar:
        """The same hours over ``[start, end)`` with every outside source frozen in: holidays' dates and zones' offsets.

        An upgrade of the ``holidays`` library or of the zone database then changes nothing; the releases used are
        recorded. Outside ``[start, end)`` the pinned calendar answers OutOfRange.

        Raises:
            OutOfRange: the hours are not known over all of it.

        >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL")
        >>> kept = office.pin(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        >>> sorted(kept.releases())
        ['holidays', 'tzdata package']
        """
        low, high = _window(start, end)
        self.table_over(low, high)
        return Calendar(pinned(self.hours, low, high))

    def releases(self) -> dict[str, str]:
        """The releases of the outside data that answers rest on: ``holidays`` where used, the zone data once pinned."""
        return dict(self.hours.releases())

    # -- pictures

    def week(self, on: date) -> Picture:
        """The week that a date lies in, as a grid of hours: prints as text, shows as SVG in a notebook.

        >>> print(str(Calendar.weekly("Mon 09:00-12:00", tz="UTC").week(date(2026, 5, 26))).splitlines()[2])
        Mon 25 May  ··················██████························  3 h
        """
        from deskcore.hours import pictures

        return pictures.week(self, on)

    def year(self, number: int) -> Picture:
        """A year, a row for each month, the deeper the longer a day is open; prints as text, shows as SVG.

        >>> str(Calendar.always().year(2026)).splitlines()[0]
        'calendar, 2026'
        """
        from deskcore.hours import pictures

        return pictures.year(self, number)


def _flat(hours: Hours, kind: type[Union | Intersection]) -> tuple[Hours, ...]:
    """The members of an unlabelled node of the same kind; brackets never matter."""
    return hours.members if isinstance(hours, kind) and not hours.name else (hours,)


def _instant(field: str, given: date | datetime, calendar: Calendar) -> datetime:
    if isinstance(given, datetime):
        return require_aware(field, given)
    if not isinstance(given, date):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidValue(field, given, "must be a date or an aware datetime")
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise OutOfRange("calendar", given.isoformat(), f"the years {FIRST_YEAR} to {LAST_YEAR}")
    return from_us(edge(calendar.hours.zone_key, given.toordinal() - EPOCH_DAY, 0), calendar.tz)


def _window(start: datetime, end: datetime) -> tuple[int, int]:
    low, high = to_us(start, "start"), to_us(end, "end")
    if high < low:
        raise InvalidValue("end", end.isoformat(), f"must not lie before start {start.isoformat()}")
    return low, high
