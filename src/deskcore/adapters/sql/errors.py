"""What can go wrong between a host and its database, one class for each thing a caller would do about it.

After each of these the database holds what it held before the call, or all of what the call was to store.

Layer: adapters. Imports errors only.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from deskcore.errors import DeskcoreError


class StoreError(DeskcoreError):
    """Root of what a database may answer instead of doing what it was asked."""


@final
class Conflict(StoreError):
    """Somebody else wrote the stream first: read it again and repeat the command.

    ``expected`` is the version that the command was decided on, ``held`` the one found, ``None`` where it is not known.

    >>> raise Conflict("T-1", 3, 4)
    Traceback (most recent call last):
    deskcore.adapters.sql.errors.Conflict: cannot write stream T-1 at version 3: it is at version 4; read it again
    """

    def __init__(self, stream: str, expected: int | None, held: int | None) -> None:
        super().__init__(stream, expected, held)
        self.stream = stream
        self.expected = expected
        self.held = held

    def __str__(self) -> str:
        held = "somebody else wrote it first" if self.held is None else f"it is at version {self.held}"
        at = "" if self.expected is None else f" at version {self.expected}"
        return f"cannot write stream {self.stream}{at}: {held}; read it again"


@final
class StoreFull(StoreError):
    """The disk, or the room granted to the database, is used up. Nothing of the transaction is stored."""

    def __init__(self, store: str, said: str) -> None:
        super().__init__(store, said)
        self.store = store
        self.said = said

    def __str__(self) -> str:
        return f"cannot write to {self.store}: it is full ({self.said}); make room and repeat the command"


@final
class StoreGone(StoreError):
    """The database went away. Repeat the command under its own id: it is carried out once, whatever became of it."""

    def __init__(self, store: str, said: str) -> None:
        super().__init__(store, said)
        self.store = store
        self.said = said

    def __str__(self) -> str:
        return f"cannot reach {self.store}: {self.said}; bring it back, then repeat the command under the same id"


@final
class StoreBusy(StoreError):
    """The database let nobody through for longer than the timeout. Nothing is stored."""

    def __init__(self, store: str, said: str) -> None:
        super().__init__(store, said)
        self.store = store
        self.said = said

    def __str__(self) -> str:
        return f"cannot get through to {self.store}: {self.said}; repeat the command"


@final
class StoreFailed(StoreError):
    """The database refused for a reason of its own: a missing right, a damaged file, a statement it cannot run."""

    def __init__(self, store: str, said: str) -> None:
        super().__init__(store, said)
        self.store = store
        self.said = said

    def __str__(self) -> str:
        return f"cannot use {self.store}: {self.said}; check your rights there, and the database's own log"


@final
class CorruptedRow(StoreError):
    """A stored row does not say what was written: by whom or what it was changed, the store cannot know.

    ``row`` names it, as ``table/stream/seq``. Nothing is repaired and nothing passed over.
    """

    def __init__(self, row: str, said: str) -> None:
        super().__init__(row, said)
        self.row = row
        self.said = said

    def __str__(self) -> str:
        return f"cannot read row {self.row}: {self.said}; restore it from a backup"


@final
class ClockWentBack(StoreError):
    """What follows from a command would be recorded before what is recorded already, by more than the tolerance."""

    def __init__(self, stream: str, at: datetime, recorded_at: datetime) -> None:
        super().__init__(stream, at, recorded_at)
        self.stream = stream
        self.at = at
        self.recorded_at = recorded_at

    def __str__(self) -> str:
        return (
            f"cannot record on stream {self.stream} at {self.at}: it is recorded up to {self.recorded_at}; "
            "set the clocks of all workers, or wait"
        )


@final
class CommandIdReused(StoreError):
    """A command id came back with another command, or from another actor: an id stands for one request."""

    def __init__(self, id: str) -> None:  # noqa: A002 - the field's own name
        super().__init__(id)
        self.id = id

    def __str__(self) -> str:
        return f"cannot take command id {self.id!r} again: it stands for another command; give each request its own"


@final
class SchemaMismatch(StoreError):
    """The tables are not those of this release: ``held`` is their revision, ``wanted`` the one that is needed."""

    def __init__(self, store: str, held: str | None, wanted: str) -> None:
        super().__init__(store, held, wanted)
        self.store = store
        self.held = held
        self.wanted = wanted

    def __str__(self) -> str:
        if self.held is not None and self.held > self.wanted:
            newer = f"tables at revision {self.held}, which a newer release made"
            return f"cannot use {self.store}: it has {newer}; accepted: that release, or revision {self.wanted}"
        held = "no tables of deskcore" if self.held is None else f"tables at revision {self.held}"
        return f"cannot use {self.store}: it has {held}; accepted: revision {self.wanted} (deskcore migrate --db URL)"
