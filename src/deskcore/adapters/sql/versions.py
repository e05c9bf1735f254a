"""The revision of the tables: which one a database has, which one this release needs, and the way there.

The migrations themselves are Alembic's, in the folder ``migrations``; Alembic is loaded only when there is one to run.

Layer: adapters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

VERSION_TABLE: Final = "deskcore_version"
NEWEST: Final = "0003"
"""The revision that this release reads and writes."""

_LOCK: Final = 7_337_120_255_140
"""PostgreSQL's advisory lock that lets one process migrate at a time."""


def revision(connection: Connection) -> str | None:
    """The revision a database is at; ``None`` where it has no tables of deskcore."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, inside the caller's transaction. Nothing to do is no fault."""
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if revision(connection) == NEWEST:
        return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
