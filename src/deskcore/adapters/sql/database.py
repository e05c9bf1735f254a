"""An engine as deskcore needs it, and its faults by their own names.

SQLite: write-ahead log, a transaction that will write takes the lock when it begins, so that it never fails half-way.

Layer: adapters.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import Final, Literal, TypeAlias, final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from deskcore.adapters.sql.errors import SchemaMismatch, StoreBusy, StoreError, StoreFailed, StoreFull, StoreGone
from deskcore.adapters.sql.versions import NEWEST, revision, upgrade
from deskcore.errors import InvalidValue

Synchronous: TypeAlias = Literal["FULL", "NORMAL", "OFF", "EXTRA"]
"""How far SQLite follows a commit to the disk. ``FULL``: an answered command survives a power cut."""

READING: Final = "deskcore_reading"
"""The execution option of a connection that will only read."""

_FILE: Final = "deskcore_file"
_PAGE: Final = 4096
_FULL: Final = frozenset({"53100", "53200"})
_BUSY: Final = frozenset({"40001", "40P01", "55P03", "57014"})
_GONE: Final = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05"})
_NO_TABLE: Final = "42P01"


@final
class Database:
    """A database that holds deskcore's tables. Safe between threads; not across a fork, which opens its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = engine.url.render_as_string(hide_password=True)
        self.is_sqlite = engine.dialect.name == "sqlite"
        # A database in memory is one connection, which threads can only use in turns.
        self._turn: AbstractContextManager[object] = RLock() if isinstance(engine.pool, StaticPool) else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, undone by an exception.

        Raises:
            StoreError: of the class that says what is wrong.
        """
        with self._turn, self.faults(), self.engine.begin() as connection:
            yield connection
            self._still_there(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent view, and nobody waits for it.

        Raises:
            StoreError: of the class that says what is wrong.
        """
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        options = {READING: True, **level}
        with self._turn, self.faults(), self.engine.connect().execution_options(**options) as connection:
            self._still_there(connection)
            yield connection

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Within it, what a driver raises comes out as a ``StoreError``."""
        try:
            yield
        except DBAPIError as error:
            raise self._named(error) from error
        except PoolTimeout as error:
            raise StoreBusy(self.name, "all connections are in use") from error

    def migrate(self) -> str:
        """Make the tables, or bring them to this release's revision, in one transaction. Again, it changes nothing.

        Answers what was done.

        Raises:
            SchemaMismatch: they are of a newer release.
        """
        with self.writing() as connection:
            before = revision(connection)
            if before is not None and before > NEWEST:
                raise SchemaMismatch(self.name, before, NEWEST)
            upgrade(connection)
        return f"at revision {NEWEST} already" if before == NEWEST else f"from {before or 'nothing'} to {NEWEST}"

    def check(self, *, create: bool) -> None:
        """Make sure of the tables; ``create`` makes them where there are none at all.

        Raises:
            SchemaMismatch: they are of another revision, or missing.
            StoreGone: they are not to be made, and there is no such file.
        """
        if not create:
            self._exists()
        with self.reading() as connection:
            held = revision(connection)
        if held is None and create:
            self.migrate()
        elif held != NEWEST:
            raise SchemaMismatch(self.name, held, NEWEST)

    def _exists(self) -> None:
        """SQLite makes an empty file of any name that it is given; a name that was misspelt is no database."""
        file = self.engine.url.database or ""
        if self.is_sqlite and file not in {"", ":memory:"} and not file.startswith("file:") and not Path(file).exists():
            raise StoreGone(self.name, "there is no such file")

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    def _still_there(self, connection: Connection) -> None:
        """SQLite writes on into a file that was moved or deleted; what it says is stored would be lost."""
        file = connection.info.get(_FILE)
        if file is not None and _identity(file[0]) != file[1]:
            connection.invalidate()
            raise StoreGone(self.name, "the file was moved or deleted")

    def _named(self, error: DBAPIError) -> StoreError:
        said = " ".join(str(error.orig).split())
        if isinstance(error.orig, sqlite3.Error):
            return self._of_sqlite(error.orig, said)
        state = getattr(error.orig, "sqlstate", None) or ""
        if state in _FULL:
            return StoreFull(self.name, said)
        if state in _BUSY:
            return StoreBusy(self.name, said)
        lost = not state and isinstance(error, OperationalError | InterfaceError)
        if error.connection_invalidated or lost or state in _GONE or state.startswith("08"):
            return StoreGone(self.name, said)
        return SchemaMismatch(self.name, None, NEWEST) if state == _NO_TABLE else StoreFailed(self.name, said)

    def _of_sqlite(self, error: sqlite3.Error, said: str) -> StoreError:
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith("SQLITE_FULL"):
            return StoreFull(self.name, said)
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return StoreBusy(self.name, said)
        if code.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY_DBMOVED")):
            return StoreGone(self.name, said)
        return SchemaMismatch(self.name, None, NEWEST) if "no such table" in said else StoreFailed(self.name, said)


def database(
    url: str | URL | Engine,
    *,
    synchronous: Synchronous = "FULL",
    timeout: timedelta = timedelta(seconds=30),
    max_bytes: int | None = None,
) -> Database:
    """A database by its URL: ``sqlite:///desk.db`` or ``postgresql+psycopg://user@host/name``.

    Args:
        url: or an engine of the host's own, taken as it is; the other arguments are then without effect.
        synchronous: for SQLite only.
        timeout: how long to wait for a lock.
        max_bytes: for SQLite only: how large the file may grow.

    Raises:
        InvalidValue: the URL is none, or of a database that is not supported.
    """
    if isinstance(url, Engine):
        return Database(_supported(url))
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidValue("url", str(url), "must be a database URL such as sqlite:///desk.db") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(parsed, synchronous, timeout, max_bytes))
    if parsed.get_backend_name() != "postgresql":
        raise InvalidValue("url", parsed.drivername, "must name sqlite or postgresql")
    milliseconds = round(timeout.total_seconds() * 1000)
    return Database(create_engine(parsed, connect_args={"options": f"-c lock_timeout={milliseconds}"}))


def _supported(engine: Engine) -> Engine:
    if engine.dialect.name not in {"sqlite", "postgresql"}:
        raise InvalidValue("engine", engine.dialect.name, "must be of sqlite or postgresql")
    return engine


def _sqlite(url: URL, synchronous: Synchronous, timeout: timedelta, max_bytes: int | None) -> Engine:
    if synchronous not in {"FULL", "NORMAL", "OFF", "EXTRA"}:
        raise InvalidValue("synchronous", synchronous, "must be FULL, NORMAL, OFF or EXTRA")
    in_memory = url.database in {None, "", ":memory:"}
    pool = {"poolclass": StaticPool} if in_memory else {}
    seconds = timeout.total_seconds()
    engine = create_engine(url, connect_args={"timeout": seconds, "check_same_thread": False}, **pool)

    def prepare(raw: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        assert isinstance(raw, sqlite3.Connection)
        raw.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute(f"PRAGMA synchronous={synchronous}")
        if max_bytes is not None:
            raw.execute(f"PRAGMA max_page_count={max(1, max_bytes // _PAGE)}")
        path = raw.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
        if path:
            entry.info[_FILE] = (path, _identity(path))

    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked in every transaction, and a Path costs more than the look
    except OSError:
        return None
    return found.st_dev, found.st_ino
