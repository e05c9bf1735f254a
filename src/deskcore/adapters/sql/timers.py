"""Due timers, claimed in batches: of several workers each gets others, and one that dies leaves them to the rest.

A claim is a lease. It says who rings a timer, not whether: ringing late or twice writes the same facts. On PostgreSQL
rows that another worker is claiming are passed over; on SQLite claims take turns.

Layer: adapters.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import attrs
from sqlalchemy import and_, bindparam, func, select, update

from deskcore._value import from_us, to_us
from deskcore.adapters.sql.database import Database
from deskcore.adapters.sql.schema import TIMERS

_DUE: Final = and_(TIMERS.c.due_us <= bindparam("now"), TIMERS.c.lease_us <= bindparam("now"))
# A common table expression is evaluated once; a subquery that locks may not be.
_PICKED: Final = (
    select(TIMERS.c.stream)
    .where(_DUE)
    .order_by(TIMERS.c.due_us, TIMERS.c.stream)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
_CLAIM: Final = (
    update(TIMERS)
    .where(TIMERS.c.stream.in_(select(_PICKED.c.stream)))
    .values(lease_us=bindparam("until"), owner=bindparam("name"))
    .returning(TIMERS.c.stream, TIMERS.c.due_us)
)
_EARLIEST: Final = (
    select(TIMERS.c.stream, TIMERS.c.due_us)
    .where(TIMERS.c.due_us.is_not(None))
    .order_by(TIMERS.c.due_us, TIMERS.c.stream)
    .limit(1)
)
_FREE: Final = (
    select(TIMERS.c.due_us)
    .where(TIMERS.c.due_us.is_not(None), TIMERS.c.lease_us == 0)
    .order_by(TIMERS.c.due_us)
    .limit(1)
)
_WAITING: Final = select(func.count()).select_from(TIMERS).where(_DUE)


@final
@attrs.frozen
class Timer:
    """A stream whose timer is due, and the instant it was set to."""

    stream: str
    due: datetime


def claim(store: Database, *, at: datetime, owner: str, limit: int, lease: timedelta) -> tuple[Timer, ...]:
    """Up to ``limit`` timers due by ``at`` that nobody has, the earliest first; they are the owner's for the lease.

    Raises:
        StoreError: of the class that says what is wrong.

    >>> from datetime import UTC
    >>> from deskcore.adapters.sql.database import database
    >>> store = database("sqlite://")
    >>> done = store.migrate()
    >>> claim(store, at=datetime(2026, 5, 22, tzinfo=UTC), owner="w-1", limit=10, lease=timedelta(minutes=1))
    ()
    """
    values = {"now": to_us(at), "until": to_us(at + lease), "name": owner, "size": limit}
    with store.writing() as connection:
        rows = connection.execute(_CLAIM, values).all()
    return tuple(Timer(stream, from_us(due)) for stream, due in sorted(rows, key=lambda row: (row[1], row[0])))


def earliest(store: Database) -> Timer | None:
    """The timer that rings first; ``None`` when nothing waits for time."""
    with store.reading() as connection:
        row = connection.execute(_EARLIEST).one_or_none()
    return None if row is None else Timer(row.stream, from_us(row.due_us))


def next_free(store: Database) -> datetime | None:
    """The instant of the next timer that nobody has."""
    with store.reading() as connection:
        us = connection.execute(_FREE).scalar()
    return None if us is None else from_us(us)


def waiting(store: Database, *, at: datetime) -> int:
    """How many timers are due by ``at`` and nobody's."""
    with store.reading() as connection:
        return connection.execute(_WAITING, {"now": to_us(at)}).scalar_one()
