"""A durable host: cases, floor, timers and outbox in SQLite or PostgreSQL.

``SqlHost`` does what ``Memory`` does, each command in one transaction; ``Worker`` rings timers and
delivers the outbox. What a database may answer instead is in ``errors``. Needs the extra ``sql``, for PostgreSQL
``postgres``.

Layer: adapters. SQLAlchemy is imported here and nowhere else.
"""

from deskcore.adapters.sql.errors import (
    ClockWentBack,
    CommandIdReused,
    Conflict,
    CorruptedRow,
    SchemaMismatch,
    StoreBusy,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreGone,
)
from deskcore.adapters.sql.host import SqlHost
from deskcore.adapters.sql.outbox import Outbox, Parcel
from deskcore.adapters.sql.timers import Timer
from deskcore.adapters.sql.worker import Turn, Worker

__all__ = [
    "ClockWentBack",
    "CommandIdReused",
    "Conflict",
    "CorruptedRow",
    "Outbox",
    "Parcel",
    "SchemaMismatch",
    "SqlHost",
    "StoreBusy",
    "StoreError",
    "StoreFailed",
    "StoreFull",
    "StoreGone",
    "Timer",
    "Turn",
    "Worker",
]
