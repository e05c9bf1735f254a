"""Rows of the wire room: an event to JSON text and back, beside a cattrs converter made for JSON.

The peer writes and reads the same value, actor and all, its kind told by a tag, as a careful user of cattrs would set
it up. It keeps no unknown types and no versions, and does not check that instants carry a zone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Union

from benchmarks.row import Row
from benchmarks.timing import Size, in_turn, side_by_side
from deskcore.log import Actor, Event, EventData
from deskcore.tickets.events import TICKET_EVENTS, Assigned
from deskcore.wire import Converter

NOON = datetime(2026, 5, 22, 12, 0, 0, 250_000, tzinfo=UTC)
ASSIGNED = Assigned("bo", team="network", desk="house", how="policy")
MINUTES = [NOON + timedelta(minutes=number) for number in range(256)]
BO = Actor.agent("bo")  # in a log the same few actors come again and again
EVENTS = [Event(f"T-{place}", 7, at, at, BO, ASSIGNED) for place, at in enumerate(MINUTES)]
AIM = "not slower"


def rows(size: Size) -> Iterable[Row]:
    """The rows, in the order of the table of aims."""
    from cattrs.preconf.json import make_converter

    yield from _beside("", Converter(), "cattrs preconf json", make_converter(omit_if_default=True), size)
    try:
        from cattrs.preconf.orjson import make_converter as make_fast
    except ModuleNotFoundError:
        print("wire: rows with orjson left out, it is not installed", file=sys.stderr)
    else:
        peer = make_fast(omit_if_default=True)
        yield from _beside("-orjson", Converter(json="orjson"), "cattrs preconf orjson", peer, size)


def _beside(suffix: str, converter: Converter, name: str, peer: Any, size: Size) -> Iterable[Row]:
    _prepare(peer)
    texts, theirs = [converter.dumps(event) for event in EVENTS], [peer.dumps(event) for event in EVENTS]
    assert [converter.loads(text, Event) for text in texts] == EVENTS, "deskcore reads something else"
    assert [peer.loads(text, Event) for text in theirs] == EVENTS, f"{name} reads something else"
    ours, beside = side_by_side(in_turn(converter.dumps, EVENTS), in_turn(peer.dumps, EVENTS), size=size)
    yield Row(f"wire-dump{suffix}", ours, name, beside, AIM, at_least=1.0)
    read, peer_read = (lambda text: converter.loads(text, Event)), (lambda text: peer.loads(text, Event))
    ours, beside = side_by_side(in_turn(read, texts), in_turn(peer_read, theirs), size=size)
    yield Row(f"wire-load{suffix}", ours, name, beside, AIM, at_least=1.0)


def _prepare(converter: Any) -> None:
    """Set the peer up to tell events apart by a tag."""
    from cattrs.strategies import configure_tagged_union

    converter.register_structure_hook(timedelta, lambda value, _: timedelta(seconds=value))
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    union = Union[TICKET_EVENTS]  # type: ignore[valid-type]  # noqa: UP007 - made of a tuple at run time
    configure_tagged_union(union, converter, tag_generator=lambda kind: str(kind.__name__), tag_name="type")
    read, write = converter.get_structure_hook(union), converter.get_unstructure_hook(union)
    converter.register_structure_hook_func(_is_data, lambda value, _: read(value, union))
    converter.register_unstructure_hook_func(_is_data, write)


def _is_data(kind: object) -> bool:
    return kind is EventData
