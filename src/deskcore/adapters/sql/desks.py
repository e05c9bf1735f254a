"""The desks that have worked on a store, each kept once as plain data: what decided, for people and for workers.

Layer: adapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from deskcore.adapters.sql.database import Database
from deskcore.adapters.sql.errors import CorruptedRow
from deskcore.adapters.sql.schema import DESKS
from deskcore.desk import Desk
from deskcore.errors import UnknownName
from deskcore.wire import desk_from

_LATEST: Final = select(DESKS).order_by(DESKS.c.place.desc()).limit(1)
_NEXT: Final = select(func.coalesce(func.max(DESKS.c.place), 0) + 1).scalar_subquery()


def _keep(dialect: Any) -> Any:
    statement = dialect.insert(DESKS).values(digest=bindparam("digest"), place=_NEXT, body=bindparam("body"))
    return statement.on_conflict_do_update(index_elements=["digest"], set_={"place": statement.excluded.place})


_KEEP: Final = {"sqlite": _keep(sqlite), "postgresql": _keep(postgresql)}


def keep(store: Database, digest: str, body: str) -> None:
    """Note that a desk works on the store from now on. Costs one look where it is the latest already."""
    with store.reading() as connection:
        latest = connection.execute(_LATEST).one_or_none()
    if latest is None or latest.digest != digest:
        with store.writing() as connection:
            connection.execute(_KEEP[connection.dialect.name], {"digest": digest, "body": body})


def latest(store: Database, *, nodes: Iterable[type] = ()) -> Desk:
    """The desk that worked on the store last. ``nodes`` are the host's own classes that it uses.

    Raises:
        UnknownName: none has.
        CorruptedRow: what is kept of it is no JSON.
        InvalidConfiguration: it uses a class that is not among ``nodes``.
    """
    with store.reading() as connection:
        row = connection.execute(_LATEST).one_or_none()
    if row is None:
        raise UnknownName("desk", f"of {store.name}", ())
    try:
        data = json.loads(row.body)
    except ValueError as error:
        raise CorruptedRow(f"{DESKS.name}/{row.digest}", str(error)) from error
    return desk_from(data, nodes=nodes)
