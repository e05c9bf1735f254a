"""The commands, as typer knows them. Each reads its arguments and hands over.

Layer: cli.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from deskcore._version import __version__
from deskcore.adapters.files import load_desk
from deskcore.adapters.logs import InstantFormat, TicketLog, open_log
from deskcore.adapters.logs.instants import NoZone
from deskcore.adapters.replay import judge, replay
from deskcore.cli import store
from deskcore.cli.demo import demo
from deskcore.cli.explained import explained, seen_until
from deskcore.cli.progress import rows_done, waiting
from deskcore.cli.work import migrate, work
from deskcore.desk.desk import Desk
from deskcore.render import life_page

_CODES = (
    "Exit codes: 0 done; 1 something was found (a fault of a desk file, a broken stream, a ticket that could not be"
    " taken); 2 the input cannot be used; 70 a fault of deskcore itself; 130 interrupted. New here? Begin with:"
    " deskcore demo"
)

app = typer.Typer(
    name="deskcore",
    help="A help desk as a library. Here: see one at work, replay ticket logs, check desk files, run workers.",
    epilog=_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

LogPath = Annotated[
    Path, typer.Argument(metavar="LOG", help="The ticket log: a CSV, JSON or XES file, plain, gzip or zip.")
]
MappingPath = Annotated[Path, typer.Option("--mapping", "-m", help="What the log's columns mean (TOML or JSON).")]
DeskPath = Annotated[Path, typer.Option("--desk", "-d", help="The desk: hours, promises and rules (TOML or JSON).")]
At = Annotated[
    str | None,
    typer.Option("--at", help="The instant (ISO 8601) as of which open clocks are read. Default: the log's last."),
]


@app.callback(invoke_without_command=True, help=app.info.help)
def deskcore(
    *, version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False
) -> None:
    """The name alone, and ``--version``."""
    if version:
        typer.echo(f"deskcore {__version__}")
        raise typer.Exit


@app.command("replay", short_help="Put a ticket log through a desk: a report and tables.")
def replay_command(
    log: LogPath,
    mapping: MappingPath,
    desk: DeskPath,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.")] = Path("build/replay"),
    at: At = None,
) -> None:
    """Put every ticket of a log through a desk: what its clocks, breaches and figures would have been.

    Writes report.html to read; tickets.csv, signals.jsonl, violations.csv, rows.csv, differences.csv and summary.json
    to work with.
    """
    _parsed(at, None)
    held, ticket_log = _opened(log, mapping, desk)
    moment = _instant(at, ticket_log)
    with rows_done(ticket_log.survey.rows, "replaying") as progress:
        summary = replay(ticket_log, held, out, at=moment, progress=progress)
    typer.echo(summary.explain())
    for remark in summary.remarks():
        typer.echo(f"deskcore: {remark}", err=True)
    typer.echo(f"written to {out}: {', '.join(sorted(path.name for path in out.iterdir() if path.is_file()))}")


@app.command("explain", short_help="Tell one ticket's life, and how each due instant comes about.")
def explain_command(
    log: LogPath,
    mapping: MappingPath,
    desk: DeskPath,
    ticket: Annotated[str, typer.Option("--ticket", "-t", help="The id of the ticket, as the log has it.")],
    at: At = None,
    html: Annotated[Path | None, typer.Option("--html", help="Also write it to this file, as a page of HTML.")] = None,
) -> None:
    """Tell one ticket's life: its events, its clocks stretch by stretch, and how each due instant comes about."""
    _parsed(at, None)
    held, ticket_log = _opened(log, mapping, desk)
    moment = _instant(at, ticket_log)
    with waiting(f"looking for ticket {ticket}"):
        history = ticket_log.history_of(ticket)
    when = moment or ticket_log.end or history.events[-1].at
    judged = judge(seen_until(history, when), held, at=when)
    typer.echo(explained(judged, held, at=when))
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(life_page(held, judged.case, judged.history.events, at=when), encoding="utf-8")


@app.command("lint", short_help="Check a desk file for faults and for questionable rules.")
def lint_command(
    desk: Annotated[Path, typer.Argument(metavar="DESK", help="The desk file (TOML or JSON).")],
    at: Annotated[
        str | None, typer.Option(help="From when to look, with an offset. Default: from when each roster begins.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="How many days to look at. Default: a year and a week.")
    ] = None,
) -> None:
    """Check a desk file: all that is wrong with it or questionable, each with file and line.

    Rosters are searched for hours with nobody on call.

    The exit code is 0 when there is nothing to say, 1 when there are findings, 2 when the file cannot be used at all.
    """
    held = load_desk(desk)
    horizon = None if days is None else timedelta(days=days)
    findings = held.located(held.desk.lint(at=_offset_instant(at), horizon=horizon))
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        raise typer.Exit(1)
    typer.echo(f"{desk}: nothing to say")


def _opened(log: Path, mapping: Path, desk: Path) -> tuple[Desk, TicketLog]:
    held = load_desk(desk).desk
    with waiting(f"looking through {log}"):
        ticket_log = open_log(log, mapping, held.configuration.lifecycles[0])
    for remark in ticket_log.remarks():
        typer.echo(f"deskcore: {remark}", err=True)
    return held, ticket_log


def _instant(text: str | None, log: TicketLog) -> datetime | None:
    """The instant that ``--at`` means, where need be on the log's own wall clock."""
    return _parsed(text, log.mapping.zone) or _offset_instant(text)


def _offset_instant(text: str | None) -> datetime | None:
    """An instant that says its own offset."""
    moment = _parsed(text, None)
    if text is not None and moment is None:
        raise typer.BadParameter(f"{text!r} needs an offset such as +01:00", param_hint="--at")
    return moment


def _parsed(text: str | None, zone: str | None) -> datetime | None:
    """``None`` also for a text that leaves the zone open; what is no instant at all is refused before a log is read."""
    if text is None:
        return None
    try:
        return InstantFormat(zone=zone).parser()(text)
    except NoZone:
        return None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not {error}", param_hint="--at") from None


app.command("demo", short_help="See a desk at work: two weeks of it, in a moment.")(demo)
app.command("migrate", short_help="Database: make its tables, or bring them up to this release.")(migrate)
app.command("work", short_help="Database: run a worker that rings timers and delivers messages.")(work)
app.command("status", short_help="Database: how many tickets, timers and messages wait.")(store.status)
app.command("verify", short_help="Database: read every event and hold it against its check sum.")(store.verify)
app.command("adopt", short_help="Database: take over tickets that exist already.")(store.adopt)
app.command("pin", short_help="Database: move open tickets to another policy or matrix.")(store.pin)
app.command("erase", short_help="Database: take a person out of every log.")(store.erase)
app.command("what-if", short_help="Database: what another desk's clocks would make of it.")(store.what_if)
