"""A waiting ticket's facts as conditions ask for them, and which of them time alone may change.

Not here: what each fact means (``waiting.FACTS`` says).

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar, overload

from deskcore._value import to_us
from deskcore.predicate import FactValue
from deskcore.routing.waiting import FIELD_PREFIX, OPEN_PREFIX, WaitingFacts

if TYPE_CHECKING:
    from deskcore.routing.snapshot import Snapshot

U = TypeVar("U")


@lru_cache(1024)
def changes_by_time(names: frozenset[str]) -> bool:
    """Whether time alone may change any of these facts. Asked of every ticket in line, about the same few sets.

    >>> changes_by_time(frozenset({"tier", "priority"})), changes_by_time(frozenset({"open.office"}))
    (False, True)
    """
    return not _TIMED.isdisjoint(names) or any(name.startswith(OPEN_PREFIX) for name in names)


_TIMED: Final = frozenset({"at_risk", "overdue"})


_PLAIN: Final = frozenset(
    {
        "priority", "kind", "category", "service", "channel", "queue", "team", "tags", "requester", "organisation",
        "customer_tier", "vip", "data_class", "tier", "units", "last_agent",
    }
)  # fmt: skip
_DERIVED: Final = ("skills", "languages", "language", "tries", "ahead", "at_risk", "overdue")


class FactView(Mapping[str, FactValue]):
    """A waiting ticket's facts, each computed when asked for."""

    __slots__ = ("_floor", "_ticket")

    def __init__(self, ticket: WaitingFacts, floor: Snapshot) -> None:
        self._ticket = ticket
        self._floor = floor

    def __getitem__(self, name: str) -> FactValue:
        if name in _PLAIN:
            value: FactValue = getattr(self._ticket, name)
            return value
        if name in _DERIVED:
            return self._derived(name)
        if name.startswith(FIELD_PREFIX):
            return self._ticket.fields[name.removeprefix(FIELD_PREFIX)]
        if name.startswith(OPEN_PREFIX):
            return self._floor.is_open(name.removeprefix(OPEN_PREFIX))
        raise KeyError(name)

    @overload
    def get(self, key: str, /) -> FactValue: ...
    @overload
    def get(self, key: str, /, default: FactValue) -> FactValue: ...
    @overload
    def get(self, key: str, /, default: U) -> FactValue | U: ...
    def get(self, key: str, /, default: object = None) -> object:
        """The fact, or ``default``: asked for every waiting ticket, so the plain ones come without a detour."""
        if key in _PLAIN:
            return getattr(self._ticket, key)
        try:
            return self[key]
        except KeyError:
            return default

    def _derived(self, name: str) -> FactValue:
        ticket, now = self._ticket, self._floor.at_us
        match name:
            case "skills":
                return frozenset(ticket.skills)
            case "languages":
                return frozenset(ticket.languages)
            case "language":
                return ticket.languages[0] if ticket.languages else None
            case "tries":
                return len(ticket.tried)
            case "ahead":
                return self._floor.ahead(ticket.ticket)
            case "at_risk":
                return ticket.at_risk_from is not None and to_us(ticket.at_risk_from) <= now
            case _:
                return ticket.due_at is not None and to_us(ticket.due_at) < now

    def __iter__(self) -> Iterator[str]:
        yield from sorted(_PLAIN)
        yield from _DERIVED
        yield from (FIELD_PREFIX + name for name in self._ticket.fields)
        yield from (OPEN_PREFIX + name for name in self._floor.calendars)

    def __len__(self) -> int:
        return sum(1 for _ in self)
