"""Events of types that this release does not know, character for character: read as they stand, written as read.

Layer: wire.
"""

from __future__ import annotations

import attrs

from deskcore.log import Event, Unknown
from deskcore.wire.text import Plain, encode, member


def read_exactly(event: Event, text: str) -> Event:
    """The event read from a JSON text, its payload being the very text that stands there."""
    payload = member(text, "data")
    if payload is None:
        return event
    assert isinstance(event.data, Unknown)
    return attrs.evolve(event, data=attrs.evolve(event.data, payload=payload))


def written_exactly(event: Event, written: dict[str, Plain]) -> str:
    """The JSON text of an event whose payload stands in it as it was read.

    Only a payload that holds line breaks between its parts is written anew, because an event is one line.
    """
    assert isinstance(event.data, Unknown)
    if "\n" in event.data.payload or "\r" in event.data.payload:
        return encode({key: part for key, part in written.items() if key != "payload"})
    envelope = {key: part for key, part in written.items() if key not in {"data", "payload"}}
    return f'{encode(envelope)[:-1]},"data":{event.data.payload.strip()}}}'
