"""Instants as a log writes them: ISO 8601, a ``strptime`` format, or seconds since 1970; with or without a zone.

A wall-clock time that occurs twice is taken as the first, one that a change of clocks skips as if the clocks had not
been changed yet: the rules of ``datetime`` with ``fold=0``.

Layer: adapters. Imports _value and errors only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias, final
from zoneinfo import ZoneInfo, available_timezones

import attrs

from deskcore._value import named
from deskcore.adapters.faults import nearest
from deskcore.errors import InvalidValue

Parse: TypeAlias = Callable[[str], datetime]
"""Text to an instant in UTC; ``ValueError`` says what was expected."""

ISO: Final = "iso"
EPOCHS: Final = {"epoch": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NoZone(ValueError):
    """A text gives no offset and the mapping no zone."""


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name.

    Raises:
        InvalidValue: there is no zone of that name; the message suggests one.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidValue(
            "zone", name, f"must be a time zone's IANA name; {nearest(name, _zones(), shown=0)}"
        ) from None


@final
@attrs.frozen
class InstantFormat:
    """How a column writes instants: ``iso``, ``epoch``, ``epoch_ms``, ``epoch_us`` or a ``strptime`` format.

    ``zone`` is the IANA name of the zone whose wall clock the log shows; an offset in the text itself wins over it.

    >>> parse = InstantFormat("%d/%m/%Y %H:%M", "Europe/Amsterdam").parser()
    >>> parse("29/2/2016 01:16").isoformat()
    '2016-02-29T00:16:00+00:00'
    """

    format: str = attrs.field(default=ISO, validator=named)
    zone: str | None = None

    @property
    def needs_zone(self) -> bool:
        """Whether the format alone leaves the instant open. ISO texts are asked one by one."""
        return self.format not in EPOCHS and "%z" not in self.format and self.format != ISO

    def parser(self) -> Parse:
        """A function from text to the instant in UTC, with a bounded memory of the texts seen last.

        The function raises ``ValueError`` with what was expected; logs repeat their instants, so remembering pays.

        Raises:
            InvalidValue: the zone is unknown.
        """
        zone = None if self.zone is None else zone_named(self.zone)
        if self.format in EPOCHS:
            return lru_cache(65_536)(_epoch(EPOCHS[self.format]))
        if self.format == ISO:
            return lru_cache(65_536)(_iso(zone))
        return lru_cache(65_536)(_strptime(self.format, zone))


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


def _iso(zone: tzinfo | None) -> Parse:
    def parse(text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise ValueError("ISO 8601 such as 2026-05-22T09:00:00+02:00") from None
        return _settled(moment, zone)

    return parse


def _strptime(format: str, zone: tzinfo | None) -> Parse:  # noqa: A002 - the field's own name
    def parse(text: str) -> datetime:
        try:
            moment = datetime.strptime(text.strip(), format)  # noqa: DTZ007 - the zone follows
        except ValueError:
            raise ValueError(f"the format {format}") from None
        return _settled(moment, zone)

    return parse


def _settled(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None:
        if zone is None:
            raise NoZone("an offset in the text, or a zone in the mapping")
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant within the years 1 to 9999") from None


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
