"""``deskcore demo``: two weeks of a desk, played through the real commands, reported and explained.

Layer: cli.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import attrs
import typer

from deskcore._value import to_us
from deskcore.cli.progress import share_done
from deskcore.cli.showcase import AMSTERDAM, configuration, scenario
from deskcore.desk import Case, Desk, Memory
from deskcore.desk.host import RunningHost
from deskcore.log import Event
from deskcore.planning import Simulation
from deskcore.render import life, report, summary, tally_of
from deskcore.wire import desk_to, dump_lines

_TELLING: Final = ("routed", "held", "resumed", "rung_fired", "signalled", "reopened", "resolved")
"""Types of event that make a ticket's life worth telling."""


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.")] = Path("build/demo"),
    seed: Annotated[
        str, typer.Option("--seed", help="The same seed gives the same files, byte for byte.")
    ] = "deskcore",
    db: Annotated[
        str | None,
        typer.Option("--db", help="Keep it in a database, e.g. sqlite:///demo.db; killed and run again, it goes on."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=14, help="How many days to play.")] = 14,
) -> None:
    """See a desk at work: two weeks in Amsterdam, with a partner desk in Manila.

    Prints a summary and one ticket's whole life, and writes report.html, events.jsonl and configuration.json.
    """
    desk = Desk(configuration())
    whole = scenario(seed)
    played = attrs.evolve(whole, end=min(whole.end, whole.start + timedelta(days=days)))
    with _host(desk, db, f"demo/{seed}/{days}") as host:
        with share_done(f"{days} days of tickets") as progress:
            Simulation(desk, played, host=host).run(progress)
        written = _write(desk, host, out, at=played.end)
        chosen = _most_telling(host)
        typer.echo(written)
        typer.echo(life(desk, chosen, host.log(chosen.id), at=played.end, zone=AMSTERDAM, floor=host.log()))
    typer.echo(f"written to {out}: configuration.json, events.jsonl, report.html")


@contextmanager
def _host(desk: Desk, db: str | None, run: str) -> Iterator[RunningHost]:
    if db is None:
        yield Memory(desk)
        return
    from deskcore.adapters.sql import SqlHost
    from deskcore.cli.durable import Resumed

    with SqlHost.open(db, desk) as store:
        host = Resumed(store, run)
        if host.done:
            typer.echo(f"deskcore: {host.done} commands are done already; going on from there", err=True)
        yield host


def _write(desk: Desk, host: RunningHost, out: Path, *, at: datetime) -> str:
    """Write the files; the summary comes back."""
    digest = tally_of(desk, ((case, host.log(case.id)) for case in host.cases()), at=at, floor=host.log()).digest()
    out.mkdir(parents=True, exist_ok=True)
    _put(out / "report.html", [report(digest)])
    _put(out / "events.jsonl", dump_lines(_everything(host)))
    _put(out / "configuration.json", [json.dumps(desk_to(desk), indent=2, ensure_ascii=False), "\n"])
    return summary(digest)


def _put(path: Path, parts: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def _everything(host: RunningHost) -> list[Event]:
    """Both kinds of stream in the order in which things were recorded."""
    events = [*host.log(), *(event for case in host.cases() for event in host.log(case.id))]
    return sorted(events, key=lambda event: (to_us(event.recorded_at), event.stream, event.seq))


def _most_telling(host: RunningHost) -> Case:
    """The ticket in whose life the most different things happened; of several the one that is shortest to tell."""

    def worth(case: Case) -> tuple[int, int, str]:
        types = [event.type for event in host.log(case.id)]
        return (-sum(type_ in types for type_ in _TELLING), len(types), case.id)

    return min(host.cases(), key=worth)
