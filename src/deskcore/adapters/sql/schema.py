"""The tables, as SQLAlchemy Core knows them. Made and changed by the migrations beside this file, never from here.

Every column that holds a value holds JSON text, written and read by ``wire``; instants are integer microseconds of UTC.

Layer: adapters.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA: Final = MetaData()

EVENTS: Final = Table(
    "deskcore_events",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("crc", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""The truth: append-only, a stream for each case and one for the floor. The primary key lets one writer through."""

STREAMS: Final = Table(
    "deskcore_streams",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("opened_us", BigInteger),
    Column("phase", Text),
    Column("status", Text),
    Column("priority", Text),
    Column("desk", Text),
    Column("team", Text),
    Column("assignee", Text),
    Column("requester", Text),
    Index("deskcore_streams_phase", "phase", "stream"),
    Index("deskcore_streams_assignee", "assignee", "stream"),
)
"""How far each stream has come, and of a case the few facts that lists are made by."""

SNAPSHOTS: Final = Table(
    "deskcore_snapshots",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("last_us", BigInteger, nullable=False),
    Column("tag", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""A cache: states after some events, by which release and desk they were folded; the older, the fewer.

May be emptied at any time.
"""

TIMERS: Final = Table(
    "deskcore_timers",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("due_us", BigInteger),
    Column("lease_us", BigInteger, nullable=False, server_default="0"),
    Column("owner", Text),
    Index("deskcore_timers_due", "due_us"),
)
"""One row for each stream: the instant of ``next_change``, and until when a worker has it."""

OUTBOX: Final = Table(
    "deskcore_outbox",
    METADATA,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("ticket", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("due_us", BigInteger),
    Column("lease_us", BigInteger, nullable=False, server_default="0"),
    Column("owner", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("delivered_us", BigInteger),
    Column("failure", Text),
    Column("body", Text, nullable=False),
    Index("deskcore_outbox_due", "due_us"),
)
"""What is to be told to people, written with the events it follows from. ``due_us`` is null once it is done with."""

RECEIPTS: Final = Table(
    "deskcore_receipts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("deskcore_receipts_made", "made_us"),
)
"""The answer given to each command that came with an id."""

DESKS: Final = Table(
    "deskcore_desks",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
"""The desks that have worked here, the latest with the highest place."""
