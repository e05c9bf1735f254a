"""The JSON Schema of an event: the envelope, and for each known type and version what its data must be.

Types that nobody registered and newer versions satisfy it with any data, because reading keeps them as they are.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from deskcore.log import EventData
from deskcore.wire.nodes import tag_of
from deskcore.wire.text import Plain

NEEDED: Final = ("type", "v", "stream", "seq", "at", "recorded_at", "actor")
_INSTANT: Final[dict[str, Plain]] = {"type": "string", "format": "date-time"}
_COUNT: Final[dict[str, Plain]] = {"type": "integer", "minimum": 1}
_NAME: Final[dict[str, Plain]] = {"type": "string", "minLength": 1}


def event_schema(
    kinds: Iterable[type[EventData]], actor: dict[str, Plain], data_of: Callable[[type[EventData]], dict[str, Plain]]
) -> dict[str, Plain]:
    """The schema of an envelope; ``data_of`` gives a reference to the schema of what one type says."""
    rows: list[Plain] = [
        {
            "if": {"properties": {"type": {"const": tag_of(kind)}, "v": {"const": kind.V}}},
            "then": {"properties": {"data": data_of(kind)}},
        }
        for kind in kinds
    ]
    needed: list[Plain] = [*NEEDED]
    return {
        "type": "object",
        "required": needed,
        "properties": {
            "id": _NAME,
            "type": _NAME,
            "v": _COUNT,
            "stream": _NAME,
            "seq": _COUNT,
            "at": _INSTANT,
            "recorded_at": _INSTANT,
            "actor": actor,
            "data": {},
        },
        "allOf": rows,
    }
