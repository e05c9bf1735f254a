"""The envelope around everything that ever happened, on a case's stream or on the floor's.

Not here: what happened. Each room owns its kinds of event as subclasses of ``EventData``; a room that reads a log
folds what it does not own as no change.

Layer: log. Imports _value only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import open_twin, require_aware, require_name, to_us
from deskcore.errors import InvalidValue
from deskcore.log.actor import Actor


@attrs.frozen
class EventData:
    """What an event says. Subclass it, frozen, with a stable ``TYPE`` name in the past tense and a version ``V``.

    Once stored, a type's name and the meaning of its fields never change; a new meaning is a new ``V``. A field with a
    default may be added: older JSON and older pickles are read with the default.

    >>> @attrs.frozen
    ... class CoffeeServed(EventData):
    ...     TYPE = "acme.coffee_served"
    ...     cups: int
    >>> CoffeeServed(2).TYPE, CoffeeServed(2).V
    ('acme.coffee_served', 1)
    """

    TYPE: ClassVar[str] = ""
    V: ClassVar[int] = 1

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)


@final
@attrs.frozen
class Unknown(EventData):
    """An event of a type this release does not know: kept, folded as no change, written back unchanged.

    ``payload`` is the JSON text of its data, exactly as it was read.

    >>> Unknown("acme.coffee_served", 3, '{"cups": 2}').type
    'acme.coffee_served'
    """

    TYPE: ClassVar[str] = "unknown"
    type: str
    v: int
    payload: str


@final
@attrs.frozen(init=False)
class Event:
    """One fact: on which stream, in which place, when it was true, when it was written down, by whom, and what.

    ``seq`` counts from 1 within its stream, so the version of a state is the number of events behind it. ``at`` is when
    the fact became true and ``recorded_at`` when it was found out; for a command both are the instant given, for what a
    late look finds ``at`` is the earlier one. Both are aware. The order of every fold is ``(at, seq)``.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> Event("T-1", 1, noon, noon, Actor.system(), Unknown("acme.x", 1, "{}")).id
    'T-1/1'
    """

    stream: str
    seq: int
    at: datetime
    recorded_at: datetime
    actor: Actor
    data: EventData
    _at_us: int | None = attrs.field(init=False, eq=False, repr=False, default=None)

    def __init__(
        self, stream: str, seq: int, at: datetime, recorded_at: datetime, actor: Actor, data: EventData
    ) -> None:
        require_name("stream", stream)
        if seq < 1:
            raise InvalidValue("seq", seq, "must be at least 1")
        if at.__class__ is not datetime or at.tzinfo is not UTC:
            require_aware("at", at)
        if recorded_at is not at:
            if recorded_at.__class__ is not datetime or recorded_at.tzinfo is not UTC:
                require_aware("recorded_at", recorded_at)
            if recorded_at == at and recorded_at.tzinfo is at.tzinfo and recorded_at.fold == at.fold:
                recorded_at = at  # one object for both: readers ask with ``is``
        held: Any = self
        # An event is made for everything that happens, so it is filled in while it is open.
        object.__setattr__(held, "__class__", _OPEN)
        held.stream = stream
        held.seq = seq
        held.at = at
        held.recorded_at = recorded_at
        held.actor = actor
        held.data = data
        held._at_us = None  # noqa: SLF001 - its own, still open
        held.__class__ = Event

    def __reduce__(self) -> tuple[type[Event], tuple[str, int, datetime, datetime, Actor, EventData]]:
        return (Event, (self.stream, self.seq, self.at, self.recorded_at, self.actor, self.data))

    @property
    def at_us(self) -> int:
        """``at`` in microseconds of UTC: worked out once, since every room that folds the event asks."""
        found = self._at_us
        if found is None:
            found = to_us(self.at)
            object.__setattr__(self, "_at_us", found)  # a memo: twice is harmless
        return found

    @property
    def id(self) -> str:
        """Unique over all streams: ``stream/seq``."""
        return f"{self.stream}/{self.seq}"

    @property
    def type(self) -> str:
        """The stable name of what happened."""
        return self.data.type if isinstance(self.data, Unknown) else self.data.TYPE

    @property
    def v(self) -> int:
        """The version of that type's meaning."""
        return self.data.v if isinstance(self.data, Unknown) else self.data.V


_OPEN: Final = open_twin(Event)
