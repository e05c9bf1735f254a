"""Older snapshots are kept too, so that an answer of some time ago is folded from one beside it.

Layer: adapters.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table anew: a snapshot is a cache, and the next ones come by themselves."""
    op.drop_table("deskcore_snapshots")
    op.create_table(
        "deskcore_snapshots",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
