"""Commands on a whole store, as typer knows them; ``storing`` does what they say.

Layer: cli. Imports SQLAlchemy only when one of them runs: the other commands do without.
"""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from deskcore.cli.work import Db

DeskFile = Annotated[
    Path | None,
    typer.Option("--desk", "-d", help="The desk file (TOML or JSON). Default: the desk that used the database last."),
]
At = Annotated[
    str | None, typer.Option("--at", help="The instant it counts from, ISO 8601 with an offset. Default: now.")
]
DoIt = Annotated[bool, typer.Option("--yes", help="Do it. Without this, only what would change is shown.")]


def adopt(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A CSV file, plain or gzip: the tickets that exist.")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="What its columns mean (TOML or JSON).")],
    db: Db,
    desk: DeskFile = None,
    at: At = None,
) -> None:
    """Take over tickets that exist already, each as it stands. May be stopped and run again: each is taken once.

    The exit code is 1 when some could not be taken; each is a line.
    """
    from deskcore.cli.storing import adopted

    found = adopted(log, mapping, db, desk, at)
    typer.echo(found.explain())
    if found.faulty:
        raise typer.Exit(1)


def pin(
    db: Db,
    policy: Annotated[str | None, typer.Option("--policy", help="The policy of the desk's book to move to.")] = None,
    matrix: Annotated[str | None, typer.Option("--matrix", help="The matrix of the desk to move to.")] = None,
    renamed: Annotated[
        list[str] | None, typer.Option("--renamed", help="A rung that goes by another id in that matrix: OLD=NEW.")
    ] = None,
    desk: DeskFile = None,
    at: At = None,
    *,
    yes: DoIt = False,
) -> None:
    """Move every ticket that is not done to another policy or matrix: what would change, and with --yes do it."""
    from deskcore.cli.storing import Move, pinned

    move = Move(policy, matrix, tuple(renamed or ()), at)
    found = pinned(db, desk, move, is_preview=not yes)
    typer.echo(found.explain() if yes else f"{found.explain()}\n(nothing is stored; --yes does it)")
    if found.faulty:
        raise typer.Exit(1)


def erase(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.")],
    pseudonym: Annotated[str, typer.Argument(metavar="PSEUDONYM", help="What stands in its place.")],
    db: Db,
    texts: Annotated[
        str | None, typer.Option("--texts", help="Put this in place of every free text of tickets that name them.")
    ] = None,
    desk: DeskFile = None,
    *,
    yes: DoIt = False,
) -> None:
    """Take a person out of every stored log: what would change, and with --yes do it. Figures and clocks stay."""
    from deskcore.cli.storing import erased

    said = erased(db, desk, person, pseudonym, texts=texts, is_preview=not yes).explain()
    typer.echo(f"{said}; restart other processes" if yes else f"{said}\n(nothing is stored; --yes does it)")


def what_if(
    db: Db,
    other: Annotated[Path, typer.Option("--with", "-w", help="The desk as it might be (TOML or JSON).")],
    desk: DeskFile = None,
    at: At = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 works in this one.")] = 0,
    examples: Annotated[int, typer.Option("--examples", min=0, help="So many changed tickets are shown.")] = 5,
) -> None:
    """What another desk's clocks would make of every ticket in a database; nothing is stored."""
    from deskcore.cli.storing import compared

    typer.echo(compared(db, desk, other, at=at, workers=workers, examples=examples))


def verify(db: Db, desk: DeskFile = None) -> None:
    """Read every event of a database, hold it against its check sum, and fold it: what a restored backup is proved by.

    The exit code is 1 when something is wrong; each broken stream is a line.
    """
    from deskcore.cli.storing import verified

    done, broken = verified(db, desk)
    for line in broken:
        typer.echo(line)
    typer.echo(done)
    if broken:
        raise typer.Exit(1)


def status(
    db: Db,
    again: Annotated[
        list[str] | None,
        typer.Option("--again", help="The key of a message that was given up, to try it anew; or 'all'."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """How a database stands: tickets, timers, and messages that wait, fail or were given up.

    The exit code is 1 when messages were given up.
    """
    from deskcore.cli.storing import stands

    found, told = stands(db, again or [])
    typer.echo(told if not as_json else dumps(found.to_dict(), ensure_ascii=False))
    if not found.is_well:
        raise typer.Exit(1)
