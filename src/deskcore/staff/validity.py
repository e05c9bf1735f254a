"""From when until when something holds: a clearance, a signature, a contract.

Names without dates hold always, so a plain list of them says what it always said.

Layer: staff. Imports _value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, as_tuple, aware_or_none, require_kind, require_name, require_names, to_us
from deskcore.errors import InvalidValue


@final
@attrs.frozen
@lasting
class Validity:
    """When something holds: ``start`` is included, ``end`` is not; ``None`` is an open end, both are always.

    >>> from datetime import UTC
    >>> year = Validity(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    >>> year.holds(datetime(2026, 1, 1, tzinfo=UTC)), year.holds(datetime(2027, 1, 1, tzinfo=UTC))
    (True, False)
    >>> print(year, Validity(end=datetime(2027, 1, 1, tzinfo=UTC)), Validity(), sep="; ")
    from 2026-01-01 00:00+00:00 until 2027-01-01 00:00+00:00; until 2027-01-01 00:00+00:00; always

    Raises:
        InvalidValue: a naive instant, or an end that is not after the start.
    """

    start: datetime | None = attrs.field(default=None, validator=aware_or_none)
    end: datetime | None = attrs.field(default=None, validator=aware_or_none)

    def __attrs_post_init__(self) -> None:
        if self.start is not None and self.end is not None and to_us(self.end) <= to_us(self.start):
            raise InvalidValue("end", self.end.isoformat(), f"must be after the start, {self.start.isoformat()}")

    def holds(self, at: datetime) -> bool:
        """Whether it holds at an instant: at its start it does, at its end no longer.

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return self.holds_us(to_us(at))

    def holds_us(self, instant: int) -> bool:
        """The same, in microseconds of UTC."""
        begun = self.start is None or to_us(self.start) <= instant
        return begun and (self.end is None or instant < to_us(self.end))

    def edges_us(self) -> Iterator[int]:
        """Its bounds, in microseconds of UTC."""
        yield from (to_us(moment) for moment in (self.start, self.end) if moment is not None)

    def next_edge_us(self, instant: int) -> int | None:
        """The first of its bounds that lies strictly after an instant."""
        return next((edge for edge in self.edges_us() if edge > instant), None)

    def state_us(self, instant: int) -> str:
        """How it stands at an instant, in words: empty where it holds always.

        >>> from datetime import UTC
        >>> Validity(end=datetime(2027, 1, 1, tzinfo=UTC)).state_us(to_us(datetime(2027, 1, 2, tzinfo=UTC)))
        'until 2027-01-01 00:00+00:00'
        """
        if self.start is not None and instant < to_us(self.start):
            return f"from {when(self.start)} on"
        return "" if self.end is None else f"until {when(self.end)}"

    def __str__(self) -> str:
        words = [f"{word} {when(moment)}" for word, moment in (("from", self.start), ("until", self.end)) if moment]
        return " ".join(words) or "always"


ALWAYS: Final = Validity()
"""No date: what a bare name stands for."""

Grants: TypeAlias = FrozenDict[Validity]
"""Name to when it holds."""


def when(moment: datetime) -> str:
    """An instant for people: to the minute where nothing is finer, with its offset.

    >>> when(datetime.fromisoformat("2026-06-01T00:00+02:00"))
    '2026-06-01 00:00+02:00'
    """
    fine = bool(moment.second or moment.microsecond)
    return moment.isoformat(sep=" ", timespec="auto" if fine else "minutes")


def grants(held: Mapping[str, Validity] | Iterable[str]) -> Grants:
    """What may be written down: names with dates, or bare names that hold always.

    >>> grants(["health"]) == grants({"health": ALWAYS})
    True

    Anything else stays as it is, for ``are_grants`` to refuse.
    """
    if isinstance(held, FrozenDict | str):
        return held  # type: ignore[return-value]  # a text is refused by the field's validator
    if isinstance(held, Mapping):
        return FrozenDict(held)
    named: object = as_tuple(held)
    if isinstance(named, tuple) and all(isinstance(name, str) for name in named):  # pyright: ignore[reportUnknownVariableType]
        return FrozenDict(dict.fromkeys(sorted(set(held)), ALWAYS))
    return named  # type: ignore[return-value]  # refused by the field's validator


def are_grants(instance: object, field: attrs.Attribute[Grants], value: object) -> None:
    """Attrs validator: names, each with a validity."""
    del instance
    if not isinstance(value, FrozenDict):
        require_names(field.name, value)
        raise InvalidValue(field.name, value, "must be a list of names, or a mapping of names to Validity")
    held: Mapping[str, object] = value  # pyright: ignore[reportUnknownVariableType]
    for name, validity in held.items():
        require_name(field.name, name)
        rule = "must be a Validity, for example Validity(end=datetime(2027, 1, 1, tzinfo=UTC))"
        require_kind(f"{field.name}[{name}]", validity, Validity, rule)


def holds(held: Grants, name: str, at: datetime) -> bool:
    """Whether something is held at an instant.

    >>> holds(grants(["health"]), "health", datetime.fromisoformat("2026-05-22T12:00Z"))
    True
    """
    return holds_us(held, name, to_us(at))


def holds_us(held: Grants, name: str, instant: int) -> bool:
    """The same, in microseconds of UTC."""
    validity = held.get(name)
    return validity is not None and (validity is ALWAYS or validity.holds_us(instant))
