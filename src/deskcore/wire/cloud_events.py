"""Events in the shape of CloudEvents 1.0, for buses and brokers that speak it, and back without loss.

Plain data only: no SDK is needed to send it. Not here: transport, and signing.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from deskcore.errors import DecodeError, Problem
from deskcore.log import Event
from deskcore.wire.converter import OWN, Converter
from deskcore.wire.text import Plain, decode, encode

_VERSION: Final = "1.0"
# CloudEvents' own attributes, and those of ours as extensions: lower case, and nothing but simple values.
_NAMES: Final = {"id": "id", "subject": "stream", "time": "at", "recordedat": "recorded_at", "seq": "seq", "v": "v"}
_NEEDED: Final = ("specversion", "id", "source", "type", "subject", "time", "recordedat", "seq", "v", "actor")


def to_cloud_event(event: Event, *, source: str, prefix: str = "", converter: Converter = OWN) -> dict[str, Plain]:
    """An event as a CloudEvent in JSON format.

    Args:
        event: the event.
        source: where it comes from, as a URI reference: with ``id`` unique over all sources.
        prefix: what stands before the type's name, such as ``"com.acme.desk."``.
        converter: one that knows the host's own kinds of event.

    Returns:
        ``subject`` is the stream, ``time`` when it was true; ``seq``, ``v``, ``recordedat`` and ``actor`` (JSON text)
        are extensions, so that ``from_cloud_event`` gives back the very event.

    >>> from deskcore.testing.tickets import opening
    >>> sent = to_cloud_event(opening("T-1"), source="/desks/north", prefix="com.acme.")
    >>> sent["specversion"], sent["type"], sent["id"], sent["subject"], sent["time"]
    ('1.0', 'com.acme.opened', 'T-1/1', 'T-1', '2026-05-22T12:00:00Z')
    """
    held = cast("dict[str, Plain]", converter.dump(event))
    told: dict[str, Plain] = {
        "specversion": _VERSION,
        "source": source,
        "type": f"{prefix}{held['type']}",
        "datacontenttype": "application/json",
        **{name: held[ours] for name, ours in _NAMES.items()},
        "actor": encode(held["actor"]),
        "data": held["data"],
    }
    return {**told, "payload": held["payload"]} if "payload" in held else told


def from_cloud_event(data: Mapping[str, object], *, prefix: str = "", converter: Converter = OWN) -> Event:
    """The event in a CloudEvent that ``to_cloud_event`` made: its inverse.

    Raises:
        DecodeError: it is no such CloudEvent; the problem says what is missing or wrong.

    >>> from deskcore.testing.tickets import opening
    >>> sent = to_cloud_event(opening("T-1"), source="/desks/north", prefix="com.acme.")
    >>> from_cloud_event(sent, prefix="com.acme.") == opening("T-1")
    True
    """
    problems = [Problem(name, "is missing", "missing") for name in _NEEDED if name not in data]
    name = str(data.get("type", prefix))
    if not name.startswith(prefix):
        problems.append(Problem("type", f"must begin with {prefix!r} (got {name!r})", "invalid"))
    if data.get("specversion", _VERSION) != _VERSION:
        problems.append(Problem("specversion", f"must be {_VERSION!r} (got {data['specversion']!r})", "invalid"))
    if problems:
        raise DecodeError("CloudEvent", tuple(problems))
    envelope = {
        **{ours: data[theirs] for theirs, ours in _NAMES.items()},
        "type": name.removeprefix(prefix),
        "actor": decode(str(data["actor"]), "actor"),
        "data": data.get("data", {}),
        **({"payload": data["payload"]} if "payload" in data else {}),
    }
    return converter.load(envelope, Event)
