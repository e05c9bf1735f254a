"""The first tables: streams of events, their heads, snapshots, timers, the outbox and receipts.

Layer: adapters.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and the floor's stream, which every desk has."""
    op.create_table(
        "deskcore_events",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.Column("crc", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    streams = op.create_table(
        "deskcore_streams",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.Column("opened_us", sa.BigInteger),
        sa.Column("phase", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("priority", sa.Text),
        sa.Column("desk", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("assignee", sa.Text),
        sa.Column("requester", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("deskcore_streams_phase", "deskcore_streams", ["phase", "stream"])
    op.create_index("deskcore_streams_assignee", "deskcore_streams", ["assignee", "stream"])
    op.bulk_insert(streams, [{"stream": "floor", "version": 0, "recorded_us": 0}])
    op.create_table(
        "deskcore_snapshots",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "deskcore_timers",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("lease_us", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("owner", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("deskcore_timers_due", "deskcore_timers", ["due_us"])
    op.create_table(
        "deskcore_outbox",
        sa.Column("position", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("made_us", sa.BigInteger, nullable=False),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("lease_us", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("owner", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("delivered_us", sa.BigInteger),
        sa.Column("failure", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("deskcore_outbox_due", "deskcore_outbox", ["due_us"])
    op.create_table(
        "deskcore_receipts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("made_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("deskcore_receipts_made", "deskcore_receipts", ["made_us"])
