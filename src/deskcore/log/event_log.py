"""All events of one stream, in append order, and the one order every fold reads them in.

Not here: storage, and what the events mean.

Layer: log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import final, overload

import attrs

from deskcore._value import to_us
from deskcore.errors import InvalidValue
from deskcore.log.event import Event


def _chained(_: object, field: attrs.Attribute[tuple[Event, ...]], events: tuple[Event, ...]) -> None:
    for place, event in enumerate(events, start=1):
        if event.stream == events[0].stream and event.seq != place:
            missing = f"{event.stream}/{place}"
            raise InvalidValue(
                field.name, event.id, f"must be numbered without gaps from 1; {missing} is missing before"
            )
        if event.stream != events[0].stream:
            raise InvalidValue(
                field.name, event.id, f"must all be of one stream, {events[0].stream!r}; place {place} holds"
            )


@final
@attrs.frozen
class EventLog:
    """The events of one stream. Iterating gives append order (``seq``); ``ordered()`` gives the order of folds.

    >>> EventLog().version
    0
    """

    events: tuple[Event, ...] = attrs.field(default=(), validator=_chained)

    @property
    def version(self) -> int:
        """The number of events, which is also the ``seq`` of the last one."""
        return len(self.events)

    @property
    def stream(self) -> str | None:
        """The stream's name, ``None`` while it is empty."""
        return self.events[0].stream if self.events else None

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Event, ...]: ...
    def __getitem__(self, place: int | slice) -> Event | tuple[Event, ...]:
        return self.events[place]

    def extended(self, events: Iterable[Event]) -> EventLog:
        """A log with ``events`` appended. Linear in the length of the log.

        Raises:
            InvalidValue: the numbers do not go on from ``version + 1``, or a stream differs.
        """
        return EventLog((*self.events, *events))

    def ordered(self) -> tuple[Event, ...]:
        """The events by ``(at, seq)``: the order in which every fold reads them."""
        return in_order(self.events)

    def until(self, at: datetime) -> tuple[Event, ...]:
        """In order, what was true at ``at`` or before (the end is included)."""
        end = to_us(at)
        return tuple(event for event in self.ordered() if to_us(event.at) <= end)

    def as_known_at(self, at: datetime) -> tuple[Event, ...]:
        """In order, what had been recorded at ``at`` or before (the end is included)."""
        end = to_us(at)
        return tuple(event for event in self.ordered() if to_us(event.recorded_at) <= end)


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by ``(at, seq)``, the one order of every fold.

    >>> in_order([])
    ()
    """
    return tuple(sorted(events, key=lambda event: (to_us(event.at), event.seq)))
