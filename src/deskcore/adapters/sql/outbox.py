"""The outbox: what people are to be told, stored with the events it follows from, delivered at least once.

A row goes to whoever claims it and stays until it is said to be delivered. Its key is the same whatever happens, so a
receiver that keeps the keys it has seen gets each message once.

Layer: adapters.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import attrs
from sqlalchemy import RowMapping, and_, bindparam, select, update

from deskcore._value import from_us, to_us
from deskcore.adapters.sql.database import Database
from deskcore.adapters.sql.errors import CorruptedRow
from deskcore.adapters.sql.schema import OUTBOX
from deskcore.desk import Notify
from deskcore.errors import DecodeError
from deskcore.wire import Converter

_LONGEST: Final = timedelta(hours=6)
_SAID: Final = 500
_DUE: Final = and_(OUTBOX.c.due_us <= bindparam("now"), OUTBOX.c.lease_us <= bindparam("now"))
_ROW: Final = (
    OUTBOX.c.position,
    OUTBOX.c.key,
    OUTBOX.c.attempts,
    OUTBOX.c.delivered_us,
    OUTBOX.c.failure,
    OUTBOX.c.body,
)
# A common table expression is evaluated once; a subquery that locks may not be.
_PICKED: Final = (
    select(OUTBOX.c.position)
    .where(_DUE)
    .order_by(OUTBOX.c.position)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
_CLAIM: Final = (
    update(OUTBOX)
    .where(OUTBOX.c.position.in_(select(_PICKED.c.position)))
    .values(lease_us=bindparam("until"), owner=bindparam("name"))
    .returning(*_ROW)
)
_DONE: Final = (
    update(OUTBOX)
    .where(OUTBOX.c.position == bindparam("place"), OUTBOX.c.delivered_us.is_(None))
    .values(delivered_us=bindparam("now"), due_us=None, lease_us=0, owner=None, attempts=OUTBOX.c.attempts + 1)
)
_FAILED: Final = (
    update(OUTBOX)
    .where(OUTBOX.c.position == bindparam("place"), OUTBOX.c.delivered_us.is_(None))
    .values(
        due_us=bindparam("again"), lease_us=0, owner=None, failure=bindparam("said"), attempts=OUTBOX.c.attempts + 1
    )
)
_GIVEN_UP: Final = (
    select(*_ROW).where(OUTBOX.c.due_us.is_(None), OUTBOX.c.delivered_us.is_(None)).order_by(OUTBOX.c.position)
)
_ALL: Final = (
    select(*_ROW).where(OUTBOX.c.position > bindparam("after")).order_by(OUTBOX.c.position).limit(bindparam("size"))
)
_AGAIN: Final = (
    update(OUTBOX)
    .where(OUTBOX.c.key == bindparam("name"), OUTBOX.c.delivered_us.is_(None))
    .values(due_us=bindparam("now"), lease_us=0, attempts=0)
)
_FREE: Final = (
    select(OUTBOX.c.due_us)
    .where(OUTBOX.c.due_us.is_not(None), OUTBOX.c.lease_us == 0)
    .order_by(OUTBOX.c.due_us)
    .limit(1)
)


@final
@attrs.frozen
class Parcel:
    """A row of the outbox: what to tell, how often it was tried, and what went wrong the last time.

    ``notify`` is ``None`` where the row cannot be read (damaged, or written by a newer release); ``failure`` says why.
    """

    position: int
    key: str
    notify: Notify | None
    attempts: int = 0
    delivered_at: datetime | None = None
    failure: str | None = None


@final
class Outbox:
    """The outbox of a store. Safe between threads.

    >>> from deskcore.adapters.sql.database import database
    >>> store = database("sqlite://")
    >>> done = store.migrate()
    >>> Outbox(store, Converter()).given_up()
    ()
    """

    def __init__(self, store: Database, wire: Converter) -> None:
        self.store = store
        self.wire = wire

    def claim(self, *, at: datetime, owner: str, limit: int, lease: timedelta) -> tuple[Parcel, ...]:
        """Up to ``limit`` rows due by ``at`` that nobody has, the oldest first; they are the owner's for the lease.

        One that cannot be read is among them, without its ``notify``, so that it keeps no other back.

        Raises:
            StoreError: of the class that says what is wrong.
        """
        values = {"now": to_us(at), "until": to_us(at + lease), "name": owner, "size": limit}
        with self.store.writing() as connection:
            rows = connection.execute(_CLAIM, values).mappings().all()
        return tuple(sorted((self._parcel(row) for row in rows), key=lambda parcel: parcel.position))

    def delivered(self, *parcels: Parcel, at: datetime) -> None:
        """Say that they have arrived. Saying it again changes nothing."""
        if parcels:
            with self.store.writing() as connection:
                connection.execute(_DONE, [{"place": parcel.position, "now": to_us(at)} for parcel in parcels])

    def failed(self, parcel: Parcel, said: str, *, at: datetime, attempts: int) -> datetime | None:
        """Say that one has not arrived, and why. Answers when it is tried again: each time twice as long after.

        ``None`` when it was tried ``attempts`` times: it is given up then, and kept.
        """
        tried = parcel.attempts + 1
        again = None if tried >= attempts else at + min(timedelta(seconds=2) * 2 ** min(tried, 20), _LONGEST)
        values = {"place": parcel.position, "again": None if again is None else to_us(again), "said": said[:_SAID]}
        with self.store.writing() as connection:
            connection.execute(_FAILED, values)
        return again

    def given_up(self) -> tuple[Parcel, ...]:
        """What could not be delivered after all attempts."""
        with self.store.reading() as connection:
            return tuple(self._parcel(row) for row in connection.execute(_GIVEN_UP).mappings())

    def again(self, key: str, *, at: datetime) -> bool:
        """Try one that was given up from the beginning; ``False`` where there is none of that key to deliver."""
        with self.store.writing() as connection:
            return connection.execute(_AGAIN, {"name": key, "now": to_us(at)}).rowcount == 1

    def parcels(self, *, after: int = 0, limit: int = 1000) -> tuple[Parcel, ...]:
        """Up to ``limit`` rows after a position, delivered or not, in the order in which they came up."""
        with self.store.reading() as connection:
            rows = connection.execute(_ALL, {"after": after, "size": limit}).mappings()
            return tuple(self._parcel(row) for row in rows)

    def next_free(self) -> datetime | None:
        """The instant from which the next row that nobody has may be delivered."""
        with self.store.reading() as connection:
            us = connection.execute(_FREE).scalar()
        return None if us is None else from_us(us)

    def _parcel(self, row: RowMapping) -> Parcel:
        notify, failure = None, row["failure"]
        try:
            notify = self.wire.loads(row["body"], Notify)
        except DecodeError as error:
            failure = str(CorruptedRow(f"{OUTBOX.name}/{row['key']}", str(error)))
        done = row["delivered_us"]
        at = None if done is None else from_us(done)
        return Parcel(row["position"], row["key"], notify, row["attempts"], at, failure)
