"""Small logs and desks to try mappings on."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import dedent

from deskcore._value import FrozenDict
from deskcore.adapters.logs import History, Listed, TicketLog, open_log
from deskcore.desk import Configuration, Desk
from deskcore.hours import Calendar, elapsed
from deskcore.predicate import ALWAYS
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.tickets import Lifecycle, PriorityTable, Status, Ticket, Transition, replay

LIFECYCLE = Lifecycle(
    "support",
    (
        Status("New", "new"),
        Status("Open", "active"),
        Status("Waiting", "waiting", waits_for="requester"),
        Status("Solved", "resolved"),
        Status("Closed", "closed"),
    ),
    (
        Transition("New", "Open"),
        Transition("Open", "Waiting"),
        Transition("Waiting", "Open"),
        Transition("Open", "Solved"),
        Transition("Waiting", "Solved"),
        Transition("Solved", "Open"),
        Transition("Solved", "Closed"),
    ),
    priorities=("p1", "p2", "p3"),
    default_priority="p3",
    matrix=PriorityTable((("p1", "p2"), ("p2", "p3"))),
)
POLICY = SlaPolicy("all", (Target.first_response(elapsed(hours=2)), Target.resolution(elapsed(hours=8))), when=ALWAYS)
DESK = Desk(
    Configuration((LIFECYCLE,), calendars=FrozenDict({"default": Calendar.always()}), book=PolicyBook((POLICY,)))
)

SNAPSHOTS = """
    rows = "snapshots"
    missing = ["?"]
    [time]
    zone = "UTC"
    [columns]
    case = "id"
    at = "at"
    status = "state"
    priority = "priority"
    team = "team"
    assignee = "who"
"""
"""A mapping for most tests: the columns of ``snapshots``."""


def snapshots(*rows: Sequence[str]) -> str:
    """A log of snapshots: id, at, state, priority, team, who."""
    return table(("id", "at", "state", "priority", "team", "who"), rows)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated lines; no cell here needs a quote."""
    return "".join(f"{','.join(cells)}\n" for cells in (header, *rows))


def written(folder: Path, log: str | bytes, mapping: str, *, zipped: bool = False) -> tuple[Path, Path]:
    """A log and its mapping as files."""
    data = log.encode("utf-8") if isinstance(log, str) else log
    path = folder / ("log.csv.gz" if zipped else "log.csv")
    path.write_bytes(gzip.compress(data) if zipped else data)
    (folder / "mapping.toml").write_text(dedent(mapping), encoding="utf-8")
    return path, folder / "mapping.toml"


def opened(folder: Path, log: str | bytes, mapping: str, lifecycle: Lifecycle = LIFECYCLE) -> TicketLog:
    """A log that fits its mapping."""
    return open_log(*written(folder, log, mapping), lifecycle)


def told(log: TicketLog) -> tuple[dict[str, History], list[Listed]]:
    """The histories by case, and every listed row."""
    histories: dict[str, History] = {}
    listed: list[Listed] = []
    for one in log.histories():
        if isinstance(one, History):
            assert one.case not in histories, "a case is told once"
            histories[one.case] = one
            listed += one.listed
        else:
            listed.append(one)
    return histories, listed


def tickets(log: TicketLog) -> dict[str, Ticket]:
    """The tickets of a log, by case."""
    histories, _ = told(log)
    return {case: replay(history.events) for case, history in histories.items() if history.events}


def kinds(history: History) -> list[str]:
    """What happened, by name."""
    return [event.type for event in history.events]
