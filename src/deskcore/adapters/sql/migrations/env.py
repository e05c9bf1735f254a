"""What Alembic runs for every migration of deskcore's tables. Not imported by anything.

Layer: adapters.
"""

from alembic import context

from deskcore.adapters.sql.schema import METADATA
from deskcore.adapters.sql.versions import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSION_TABLE
)
# The caller has begun the transaction and ends it.
context.run_migrations()
