"""What is done to a whole store from a terminal: one host, opened for it, and a bar where somebody is looking.

Layer: cli.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import typer

from deskcore.adapters import cluster
from deskcore.adapters.adoption import records
from deskcore.adapters.cluster.stored import Stored
from deskcore.adapters.files import load_desk
from deskcore.adapters.logs import open_log
from deskcore.adapters.sql import CorruptedRow, SqlHost
from deskcore.adapters.sql.erasing import Erased
from deskcore.adapters.sql.erasing import erase as erase_from
from deskcore.adapters.sql.status import Status
from deskcore.adapters.sql.status import status as status_of
from deskcore.cli.progress import rows_done, waiting
from deskcore.cli.working import host_of
from deskcore.desk import FLOOR_STREAM
from deskcore.desk.bulk import Adoptions, Migrated, adopt_all, migrate_all
from deskcore.errors import InvalidValue


def adopted(log: Path, mapping: Path, db: str, desk: Path | None, at: str | None) -> Adoptions:
    """Take over the tickets of a log."""
    moment = _moment(at)
    with host_of(db, desk) as host:
        with waiting(f"looking through {log}"):
            ticket_log = open_log(log, mapping, host.desk.configuration.lifecycles[0])
        for remark in ticket_log.remarks():
            typer.echo(f"deskcore: {remark}", err=True)
        with rows_done(ticket_log.survey.rows, "adopting") as progress:
            return adopt_all(host, records(ticket_log, host.desk, at=moment), at=moment, progress=progress or int)


class Move(NamedTuple):
    """Where tickets are to go, as the options of ``deskcore pin`` say."""

    policy: str | None = None
    matrix: str | None = None
    renamed: tuple[str, ...] = ()
    at: str | None = None


def pinned(db: str, desk: Path | None, move: Move, *, is_preview: bool) -> Migrated:
    """Move a store's open tickets, or only look."""
    moment = _moment(move.at)
    pairs = [name.partition("=") for name in move.renamed]
    wrong = next((given for given, (old, _, new) in zip(move.renamed, pairs, strict=True) if not (old and new)), None)
    if wrong is not None:
        raise InvalidValue("--renamed", wrong, "must be two ids of rungs, old=new")
    with host_of(db, desk) as host:
        setup = host.desk.configuration
        policies = tuple(held.id for held in setup.book.policies)
        matrices = tuple(held.reference for held in (setup.matrix, *setup.former) if held is not None)
        _known("--policy", move.policy, policies)
        _known("--matrix", move.matrix, matrices)
        if move.policy is None and move.matrix is None:
            raise InvalidValue("--policy", None, f"or --matrix must be given; the desk has {', '.join(policies)}")
        with _streams(host, "moving") as progress:
            return migrate_all(
                host,
                policy=move.policy,
                matrix=move.matrix,
                renamed={old: new for old, _, new in pairs},
                at=moment,
                is_preview=is_preview,
                progress=progress,
            )


def erased(db: str, desk: Path | None, person: str, pseudonym: str, *, texts: str | None, is_preview: bool) -> Erased:
    """Take a person out of a store, or only look."""
    with host_of(db, desk) as host, _streams(host, "erasing") as progress:
        return erase_from(host, person, pseudonym, texts=texts, is_preview=is_preview, progress=progress)


def compared(db: str, desk: Path | None, other: Path, *, at: str | None, workers: int, examples: int) -> str:
    """What another desk would make of a store's tickets, in lines."""
    moment, might_be = _moment(at), load_desk(other).desk
    with host_of(db, desk) as host, _streams(host, "comparing") as progress:
        job = cluster.WhatIf(host.desk, might_be, at=moment, examples=examples)
        found = cluster.run(job, Stored(db, host.desk), workers=workers, progress=progress)
    shown = [f"{diff.ticket}: {'; '.join(diff.explain().splitlines())}" for diff in found.examples]
    return "\n".join([found.explain(), *shown])


def verified(db: str, desk: Path | None) -> tuple[str, list[str]]:
    """How much was read, and a line for each stream that cannot be."""
    broken, events, count = list[str](), 0, 0
    with host_of(db, desk) as host, _streams(host, "reading") as progress:
        for stream in (*host.tickets(), FLOOR_STREAM):
            try:
                log = host.log(stream)
                state = host.floor if stream == FLOOR_STREAM else host.case(stream)
                if len(log) != state.version or (log.events and host.desk.replay(log) != state):
                    broken.append(f"{stream}: its {len(log)} events do not add up to what is stored")
                events, count = events + len(log), count + 1
            except CorruptedRow as error:
                broken.append(f"{stream}: {error}")
            progress(1)
    wrong = "" if not broken else f"; {len(broken):,} streams are broken"
    return f"{events:,} events of {count:,} streams are as they were written{wrong}", broken


def stands(db: str, again: list[str]) -> tuple[Status, str]:
    """How a store stands, after messages were put back into the outbox."""
    moment = datetime.now(UTC)
    with host_of(db, None, is_reading=True) as host:
        keys = [parcel.key for parcel in host.outbox.given_up()]
        for key in keys if "all" in again else again:
            if not host.outbox.again(key, at=moment):
                raise InvalidValue("--again", key, "must be the key of a message that has not been delivered, or all")
        found = status_of(host, at=moment)
    return found, found.explain()


def _known(option: str, name: str | None, known: tuple[str, ...]) -> None:
    if name is not None and name not in known:
        raise InvalidValue(option, name, f"must be one that the desk has: {', '.join(known) or 'it has none'}")


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidValue("--at", text, "must be an instant with an offset, such as 2026-05-22T09:00+02:00")
    return moment


@contextmanager
def _streams(host: SqlHost, what: str) -> Iterator[Callable[[int], None]]:
    """A bar over the streams of a store, counted only where it is shown."""
    from rich.console import Console

    if not Console(stderr=True).is_terminal:
        yield _silent
        return
    with rows_done(sum(1 for _ in host.tickets()) + 1, what) as progress:
        yield progress or _silent


def _silent(done: int) -> None:
    del done
