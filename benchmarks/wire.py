"""Rows of the wire room: an event to JSON text and back, beside a cattrs converter made for JSON.

The peer writes and reads the same value, actor and all, its kind told by a tag, as a careful user of cattrs would set
it up. It keeps no unknown types and no versions, and does not check that instants carry a zone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Union

from benchmarks.row import Row
from benchmarks.timing import side_by_side
from deskcore.log import Actor, Event, EventData
from deskcore.tickets.events import TICKET_EVENTS, Assigned
from deskcore.wire import Converter

NOON = datetime(2026, 5, 22, 12, 0, 0, 250_000, tzinfo=UTC)
EVENT = Event("T-1", 7, NOON, NOON, Actor.agent("bo"), Assigned("bo", team="network", desk="house", how="policy"))
AIM = "not slower"


def rows() -> Iterable[Row]:
    """The rows, in the order of the table of aims."""
    from cattrs.preconf.json import make_converter

    yield from _beside("", Converter(), "cattrs preconf json", make_converter(omit_if_default=True))
    try:
        from cattrs.preconf.orjson import make_converter as make_fast
    except ModuleNotFoundError:
        print("wire: rows with orjson left out, it is not installed", file=sys.stderr)
    else:
        yield from _beside(
            "-orjson", Converter(json="orjson"), "cattrs preconf orjson", make_fast(omit_if_default=True)
        )


def _beside(suffix: str, converter: Converter, name: str, peer: Any) -> Iterable[Row]:
    dump, load = _bound(peer)
    text = converter.dumps(EVENT)
    ours, theirs = side_by_side(lambda: converter.dumps(EVENT), dump)
    yield Row(f"wire-dump{suffix}", ours, name, theirs, AIM, at_least=1.0)
    ours, theirs = side_by_side(lambda: converter.loads(text, Event), load)
    yield Row(f"wire-load{suffix}", ours, name, theirs, AIM, at_least=1.0)


def _bound(converter: Any) -> tuple[Callable[[], object], Callable[[], object]]:
    from cattrs.strategies import configure_tagged_union

    converter.register_structure_hook(timedelta, lambda value, _: timedelta(seconds=value))
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    union = Union[TICKET_EVENTS]  # type: ignore[valid-type]  # noqa: UP007 - made of a tuple at run time
    configure_tagged_union(union, converter, tag_generator=lambda kind: str(kind.__name__), tag_name="type")
    read, write = converter.get_structure_hook(union), converter.get_unstructure_hook(union)
    converter.register_structure_hook_func(_is_data, lambda value, _: read(value, union))
    converter.register_unstructure_hook_func(_is_data, write)
    text = converter.dumps(EVENT)
    assert converter.loads(text, Event) == EVENT
    return lambda: converter.dumps(EVENT), lambda: converter.loads(text, Event)


def _is_data(kind: object) -> bool:
    return kind is EventData
