"""Taking a person out of a stored log: every event keeps its place, its instants and its kind, so totals stay.

The host writes the answer over what it stored; a log that forgets is the one thing that appending cannot do. Not here:
``EraseSubject``, which puts a pseudonym in the requester's place from an instant on, and bodies, which the host has.

Layer: tickets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from deskcore._value import FrozenDict
from deskcore.log import Event, EventData, Unknown
from deskcore.tickets.events import MessagePosted, TagAdded, TagRemoved
from deskcore.tickets.party import Party

_TEXTS: Final = frozenset({"subject", "text", "why", "note", "comment"})
_WORDS: Final[tuple[type[EventData], ...]] = (MessagePosted, TagAdded, TagRemoved)


def erase_person(
    events: Iterable[Event], person: str, pseudonym: str, *, texts: str | None = None
) -> tuple[Event, ...]:
    """A log in which ``pseudonym`` stands wherever the id ``person`` stood; of the person's snapshot the tier stays.

    The id is replaced where it is a whole value: of actors, parties, assignees, watchers, cc and whatever events of
    other rooms and of unknown types hold. ``texts``, where it is given, takes the place of every free text of the log
    (subjects, reasons, solutions), which may name anybody. Sequence, instants and types are kept, and so are all totals
    and clocks. A message's id and a tag are no person's, whatever they look like.

    Idempotent. Linear in the size of the log.

    Raises:
        InvalidValue: ``pseudonym`` is no id.

    >>> from deskcore.testing.tickets import opening
    >>> erased = erase_person([opening("T-1", requester="ann")], "ann", "person-7", texts="(erased)")
    >>> erased[0].actor.id, erased[0].data.requester.id, erased[0].data.subject
    ('person-7', 'person-7', '(erased)')
    """
    eraser = _Eraser(person, pseudonym, texts)
    return tuple(attrs.evolve(event, actor=eraser.of(event.actor), data=eraser.data(event.data)) for event in events)


class _Eraser:
    """Walks values of any room: frozen classes, tuples, sets and mappings."""

    def __init__(self, person: str, pseudonym: str, texts: str | None) -> None:
        self._person = person
        self._pseudonym = pseudonym
        self._texts = texts

    def data(self, data: EventData) -> EventData:
        if isinstance(data, Unknown):
            return self._unknown(data)
        return data if isinstance(data, _WORDS) else self.of(data)

    def of(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pseudonym if value == self._person else value
        if isinstance(value, Party) and value.id == self._person:
            return Party(self._pseudonym, tier=value.tier)
        if isinstance(value, tuple):
            return tuple(self.of(part) for part in value)
        if isinstance(value, frozenset):
            return frozenset(self.of(part) for part in value)
        if isinstance(value, Mapping):
            return FrozenDict({str(self.of(key)): self.of(part) for key, part in value.items()})
        return self._rebuilt(value) if attrs.has(type(value)) else value

    def _rebuilt(self, value: Any) -> Any:
        changes: dict[str, Any] = {}
        for field in attrs.fields(type(value)):
            held = getattr(value, field.name)
            if not field.init:
                continue
            free = self._texts is not None and field.name in _TEXTS and isinstance(held, str) and held
            new = self._texts if free else self.of(held)
            if new is not held and new != held:
                changes[field.alias or field.name] = new
        return attrs.evolve(value, **changes) if changes else value

    def _unknown(self, data: Unknown) -> Unknown:
        if json.dumps(self._person) not in data.payload and self._person not in data.payload:
            return data
        changed = self._plain(json.loads(data.payload))
        return attrs.evolve(data, payload=json.dumps(changed, ensure_ascii=False, separators=(",", ":")))

    def _plain(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._plain(part) for part in value]
        if isinstance(value, dict):
            return {key: self._plain(part) for key, part in value.items()}
        return self._pseudonym if value == self._person else value
