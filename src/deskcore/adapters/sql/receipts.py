"""The answers given to commands that came with an id: kept, so that the same id again gets the same answer.

Layer: adapters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Final, TypeAlias, cast

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from deskcore.adapters.sql.errors import CommandIdReused, Conflict, CorruptedRow
from deskcore.adapters.sql.schema import RECEIPTS
from deskcore.adapters.sql.streams import Streams
from deskcore.desk import FLOOR_STREAM, Accepted, Floor, Refused
from deskcore.desk.effects import Effect
from deskcore.desk.floor_commands import FloorCommand
from deskcore.errors import DecodeError
from deskcore.log import Actor
from deskcore.tickets.commands import Command

Answer: TypeAlias = Accepted | Refused

_FIND: Final = select(RECEIPTS.c.command, RECEIPTS.c.body).where(RECEIPTS.c.id == bindparam("id"))
_ADD: Final = insert(RECEIPTS)
_DROP: Final = delete(RECEIPTS).where(RECEIPTS.c.made_us < bindparam("before"))


def fingerprint(streams: Streams, command: Command | FloorCommand, actor: Actor) -> str:
    """What makes two requests the same one: the command to the letter, and who asked."""
    text = f"{command.TYPE} {streams.wire.dumps(command)} {streams.wire.dumps(actor)}"
    return hashlib.sha256(text.encode()).hexdigest()


def find(connection: Connection, streams: Streams, id_: str, wanted: str) -> Answer | None:
    """The answer that a command got before; ``None`` when its id is new.

    Raises:
        CommandIdReused: the id stands for another command.
        CorruptedRow: the receipt, or the events it speaks of, cannot be read.
    """
    row = connection.execute(_FIND, {"id": id_}).one_or_none()
    if row is None:
        return None
    if row.command != wanted:
        raise CommandIdReused(id_)
    try:
        return _answer(connection, streams, json.loads(row.body))
    except (DecodeError, ValueError, KeyError) as error:
        raise CorruptedRow(f"{RECEIPTS.name}/{id_}", str(error)) from error


def add(connection: Connection, streams: Streams, id_: str, wanted: str, answer: Answer, at_us: int) -> None:
    """Keep an answer, in the transaction that stores what it says."""
    body = json.dumps(_written(streams, answer), ensure_ascii=False, separators=(",", ":"))
    try:
        connection.execute(_ADD, {"id": id_, "command": wanted, "made_us": at_us, "body": body})
    except IntegrityError as error:  # the same request, sent twice at once: the other one is answered by now
        raise Conflict(answer.subject if isinstance(answer, Refused) else _stream(answer), None, None) from error


def known(connection: Connection, id_: str) -> bool:
    """Whether there is a receipt of that id."""
    return connection.execute(_FIND, {"id": id_}).one_or_none() is not None


def drop(connection: Connection, *, before_us: int) -> int:
    """Drop the receipts made before an instant."""
    return connection.execute(_DROP, {"before": before_us}).rowcount


def _written(streams: Streams, answer: Answer) -> dict[str, object]:
    if isinstance(answer, Refused):
        return {"refused": streams.wire.dump(answer)}
    return {
        "stream": _stream(answer),
        "after": answer.state.version - len(answer.events),
        "until": answer.state.version,
        "effects": [streams.wire.dump(effect, Effect) for effect in answer.effects],
    }


def _stream(answer: Accepted) -> str:
    return FLOOR_STREAM if isinstance(answer.state, Floor) else answer.state.id


def _answer(connection: Connection, streams: Streams, said: dict[str, object]) -> Answer:
    """An accepted answer is a part of the log: its events, and the state as it was then."""
    if "refused" in said:
        return streams.wire.load(said["refused"], Refused)
    stream, after, until = cast("str", said["stream"]), cast("int", said["after"]), cast("int", said["until"])
    said_then = tuple(streams.events(connection, stream, after=after, until=until))
    wanted = cast("list[object]", said["effects"])
    any_effect = cast("Callable[..., Effect]", Effect)
    effects = tuple(streams.wire.load(effect, any_effect) for effect in wanted)
    return Accepted(streams.at_version(connection, stream, until), said_then, effects)
