"""The bodies of messages: a table of this service's own beside deskcore's, which keep only their ids.

A body is written before the command that speaks of it; one without an event is never shown.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, MetaData, String, Table, Text, bindparam, insert, select

from deskcore.adapters.sql import SqlHost

META: Final = MetaData()
BODIES: Final = Table("example_bodies", META, Column("id", String(80), primary_key=True), Column("body", Text))
_FIND: Final = select(BODIES.c.id, BODIES.c.body).where(BODIES.c.id.in_(bindparam("ids", expanding=True)))


class Messages:
    """Keeps bodies by the id of their message."""

    def __init__(self, host: SqlHost) -> None:
        self._store = host.store
        META.create_all(self._store.engine)

    def keep(self, id: str, body: str) -> None:  # noqa: A002 - the field's own name
        """Write a body once; the same id again keeps the first."""
        with self._store.writing() as connection:
            if connection.execute(_FIND, {"ids": [id]}).first() is None:
                connection.execute(insert(BODIES), {"id": id, "body": body})

    def find(self, ids: list[str]) -> dict[str, str]:
        """The bodies of some messages."""
        with self._store.reading() as connection:
            return {row.id: row.body for row in connection.execute(_FIND, {"ids": ids})}
