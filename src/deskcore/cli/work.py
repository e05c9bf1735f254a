"""``deskcore work`` and ``deskcore migrate``, as typer knows them; ``working`` does what they say.

Layer: cli. Imports SQLAlchemy only when one of them runs: the other commands do without.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Db = Annotated[str, typer.Option("--db", help="The database: sqlite:///desk.db or postgresql://user@host/name.")]


def work(
    db: Db,
    desk: Annotated[
        Path | None,
        typer.Option(
            "--desk", "-d", help="The desk file (TOML or JSON). Default: the desk that used the database last."
        ),
    ] = None,
    deliver: Annotated[
        str,
        typer.Option("--deliver", help="What tells people: 'module:function', 'print' (JSON lines) or 'nothing'."),
    ] = "print",
    batch: Annotated[
        int, typer.Option("--batch", min=1, max=1000, help="How many timers or messages to claim at once.")
    ] = 50,
    lease: Annotated[float, typer.Option("--lease", min=0.1, help="Seconds for which a claim keeps others away.")] = 60,
    poll: Annotated[float, typer.Option("--poll", min=0.01, help="Seconds between looks while nothing is due.")] = 1,
    attempts: Annotated[
        int, typer.Option("--attempts", min=1, help="How often a message is tried before it is given up.")
    ] = 12,
    *,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="Exit when nothing is due.")] = False,
) -> None:
    """Run a worker: ring due timers and deliver the outbox, beside any number of other workers.

    A timer rings when a clock warns or breaches, a rung of an escalation is due, or a ticket is to close by itself. The
    outbox holds what people are to be told. SIGTERM or SIGINT ends the worker after the batch in hand.
    """
    from deskcore.cli.working import Pace, run

    run(db, desk, deliver=deliver, pace=Pace(batch, lease, poll, attempts), until_idle=until_idle)


def migrate(db: Db) -> None:
    """Make the tables of a database, or bring them up to this release. Does nothing where they are."""
    from deskcore.cli.working import migrated

    typer.echo(migrated(db))
