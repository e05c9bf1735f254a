"""A real incident log as records of tickets: read by itself, without the lifecycle, so that figures have an oracle."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import attrs

from deskcore.oversight import TicketOutcome
from deskcore.oversight.outcome import CycleOutcome

DONE = frozenset({"Resolved", "Closed"})


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def records(path: Path) -> Iterator[TicketOutcome]:
    """One record a case, rows in the order of the file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        for case, group in groupby(csv.DictReader(text), key=itemgetter("number")):
            yield _record(case, list(group))


def _record(case: str, rows: list[dict[str, str]]) -> TicketOutcome:
    last = rows[-1]
    opened, closed = _instant(rows[0]["opened_at"]), _instant(last["closed_at"])
    states = [row["incident_state"] for row in rows]
    groups = [row["assignment_group"] for row in rows]
    reopens = sum(before in DONE and after not in DONE for before, after in pairwise(states))
    moves = [after for before, after in pairwise(groups) if before != after]
    resolved = None if last["resolved_at"] == "?" else _instant(last["resolved_at"])
    return attrs.evolve(
        TicketOutcome(case, closed, opened),
        priority=last["priority"],
        first_resolved_at=resolved,
        resolved_at=resolved,
        closed_at=closed,
        is_open=False,
        reopens=reopens,
        team_changes=len(moves),
        # The description's revisits are of named groups; "?" counts as a value in its reassignments alone.
        groups=tuple(group for group in (groups[0], *moves) if group != "?"),
        cycles=(CycleOutcome("resolution", 1, "met" if last["made_sla"] == "true" else "met_late"),),
        spells=((opened, max(opened, closed)),),
    )
