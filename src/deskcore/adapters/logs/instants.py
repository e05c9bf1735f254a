"""Instants as a log writes them: ISO 8601, a ``strptime`` format, seconds since 1970, the days of a spreadsheet.

A wall-clock time that occurs twice is taken as the first, one that a change of clocks skips as if the clocks had not
been changed yet: the rules of ``datetime`` with ``fold=0``. A reader that knows better asks for the ``later`` reading.

Layer: adapters. Imports _value and errors only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, TypeAlias, final
from zoneinfo import ZoneInfo, available_timezones

import attrs

from deskcore._value import FrozenDict, named
from deskcore.adapters.faults import nearest
from deskcore.errors import InvalidValue

Parse: TypeAlias = Callable[[str], datetime]
"""Text to an instant in UTC; ``ValueError`` says what was expected."""

ISO: Final = "iso"
EPOCHS: Final = {"epoch": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000}
EXCEL: Final = "excel"
FORMATS: Final = (ISO, *EPOCHS, EXCEL)
"""The formats that have a name; all others are made of % directives."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - the wall clock's; the zone follows
_MOST_DAYS: Final = Decimal(3_000_000)  # beyond the year 9999
_UTC_AFTER: Final = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET: Final = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)")
_SPACED_OFFSET: Final = re.compile(r"(?<=\d)\s+(?=[+-]\d\d(?::?\d\d)?$)")


class NoZone(ValueError):
    """A text gives no offset and the mapping no zone."""


FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2149


def plausible(parse: Parse) -> Parse:
    """The same, but for instants so far off that they mark something else, such as an empty cell."""

    def bounded(text: str) -> datetime:
        found = parse(text)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(
                f"an instant within the years {FIRST_YEAR} to {LAST_YEAR}; if it marks none, say so in missing"
            )
        return found

    return bounded


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name, or of an offset such as ``+05:30``.

    Raises:
        InvalidValue: there is no zone of that name; the message suggests one.

    >>> zone_named("+05:30").utcoffset(None)
    datetime.timedelta(seconds=19800)
    """
    if found := _OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(ahead if found[1] == "+" else -ahead)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidValue(
            "zone",
            name,
            f"must be a time zone's IANA name, or an offset such as +02:00; {nearest(name, _zones(), shown=0)}",
        ) from None


@final
@attrs.frozen
class InstantFormat:
    """A way of writing instants: its format, the zone of a wall clock without an offset, and the words in it.

    ``others`` are formats tried in turn where ``format`` does not fit. ``words`` are put in the place of the log's own
    before a text is read: months in another language, the abbreviation of a zone.

    >>> parse = InstantFormat("%d/%m/%Y %H:%M", "Europe/Amsterdam").parser()
    >>> parse("29/2/2016 01:16").isoformat()
    '2016-02-29T00:16:00+00:00'
    >>> from deskcore._value import FrozenDict
    >>> parse = InstantFormat("%d %b %Y %I:%M %p %z", words=FrozenDict({"Mai": "May", "CEST": "+0200"})).parser()
    >>> parse("22 Mai 2026 04:45 PM CEST").isoformat()
    '2026-05-22T14:45:00+00:00'
    """

    format: str = attrs.field(default=ISO, validator=named)
    zone: str | None = None
    others: tuple[str, ...] = ()
    words: FrozenDict[str] = attrs.field(factory=FrozenDict[str])

    @property
    def formats(self) -> tuple[str, ...]:
        """Every format, in the order in which they are tried."""
        return (self.format, *self.others)

    @property
    def needs_zone(self) -> bool:
        """Whether a format alone leaves the instant open. ISO texts are asked one by one."""
        return any(_leaves_open(form) for form in self.formats)

    def parser(self, *, later: bool = False) -> Parse:
        """A function from text to the instant in UTC, with a bounded memory of the texts seen last.

        The function raises ``ValueError`` with what was expected; logs repeat their instants, so remembering pays.

        Args:
            later: take a wall-clock time that occurs twice as the second.

        Raises:
            InvalidValue: the zone is unknown.
        """
        zone = None if self.zone is None else zone_named(self.zone)
        fold = 1 if later else 0
        parsers = tuple(_parser(form, zone, fold) for form in self.formats)
        parse = parsers[0] if len(parsers) == 1 else _first_of(parsers)
        return lru_cache(65_536)(_reworded(self.words, parse) if self.words else parse)


def _leaves_open(form: str) -> bool:
    return form not in EPOCHS and form != ISO and "%z" not in form and "%Z" not in form


def _parser(form: str, zone: tzinfo | None, fold: int) -> Parse:
    if form in EPOCHS:
        return _epoch(EPOCHS[form])
    if form == EXCEL:
        return _excel(zone, fold)
    return _iso(zone, fold) if form == ISO else _strptime(form, zone, fold)


def _first_of(parsers: tuple[Parse, ...]) -> Parse:
    def parse(text: str) -> datetime:
        failed: list[ValueError] = []
        for one in parsers:
            try:
                return one(text)
            except ValueError as error:
                failed.append(error)
        lacking = next((error for error in failed if isinstance(error, NoZone)), None)
        raise lacking or ValueError(" or ".join(str(error) for error in failed))

    return parse


def _reworded(words: Mapping[str, str], parse: Parse) -> Parse:
    # The longest first, and only whole words: "Mar" must not be found in "March".
    ordered = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in ordered)})(?!\w)")

    def reworded(text: str) -> datetime:
        return parse(pattern.sub(lambda found: words[found[0]], text))

    return reworded


def _epoch(per_second: int) -> Parse:
    def parse(text: str) -> datetime:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError("a number since 1970")
        # A float holds microseconds of this century only just: whole numbers take the exact way.
        exact = text.strip().removeprefix("-").isdigit()
        micro = int(text) * 1_000_000 // per_second if exact else round(number * 1_000_000 / per_second)
        try:
            return _EPOCH + timedelta(microseconds=micro)
        except OverflowError:
            raise ValueError("a number since 1970 within the years 1 to 9999") from None

    return parse


def _excel(zone: tzinfo | None, fold: int) -> Parse:
    def parse(text: str) -> datetime:
        try:
            days = max(-_MOST_DAYS, min(_MOST_DAYS, Decimal(text.strip().replace(",", "."))))
            # A cell holds fifteen digits, exports print fewer: to the millisecond both tell the same.
            moment = _EXCEL_DAY + timedelta(milliseconds=int((days * 86_400_000).to_integral_value()))
        except (InvalidOperation, ValueError, OverflowError):
            raise ValueError("a spreadsheet's number of days since 1899-12-30") from None
        return _settled(moment, zone, fold)

    return parse


def _iso(zone: tzinfo | None, fold: int) -> Parse:
    def parse(text: str) -> datetime:
        text = text.strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            try:
                moment = datetime.fromisoformat(_SPACED_OFFSET.sub("", _UTC_AFTER.sub("+00:00", text)))
            except ValueError:
                raise ValueError("ISO 8601 such as 2026-05-22T09:00:00+02:00") from None
        return _settled(moment, zone, fold)

    return parse


def _strptime(form: str, zone: tzinfo | None, fold: int) -> Parse:
    named_zone = form.endswith("%Z")
    rest = form.removesuffix("%Z").rstrip() if named_zone else form

    def parse(text: str) -> datetime:
        text, at = text.strip(), zone
        if named_zone:
            text, _, name = text.rpartition(" ")
            at = _zone_in(name)
        try:
            moment = datetime.strptime(text, rest)  # noqa: DTZ007 - the zone follows
        except (ValueError, OverflowError):
            raise ValueError(f"the format {form}") from None
        return _settled(moment, at, fold)

    return parse


def _zone_in(name: str) -> tzinfo:
    """The zone that a text names; what an abbreviation means differs by country, so it takes ``words``."""
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return zone_named(name)
    except InvalidValue:
        message = f"a time ending in a zone's IANA name, such as Europe/Paris; say what {name!r} is in words"
        raise ValueError(message) from None


def _settled(moment: datetime, zone: tzinfo | None, fold: int) -> datetime:
    if moment.tzinfo is None:
        if zone is None:
            raise NoZone("an offset in the text, or a zone in the mapping")
        moment = moment.replace(tzinfo=zone, fold=fold)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant within the years 1 to 9999") from None


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
