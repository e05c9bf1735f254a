"""What the log's own system recorded about a ticket, beside what the replay found.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import final

import attrs

from deskcore.adapters.logs import LogMapping
from deskcore.adapters.logs.instants import InstantFormat, Parse
from deskcore.adapters.logs.mapping import COUNTERS
from deskcore.adapters.replay.judged import Judged
from deskcore.tickets import Ticket


@final
@attrs.frozen
class Difference:
    """A figure on which the log and the replay disagree, each as it is written in differences.csv."""

    ticket: str
    figure: str
    log: str
    replay: str


def figures_of(ticket: Ticket) -> Mapping[str, int | datetime | None]:
    """The counters and instants of a ticket, by the names that a mapping may compare."""
    counters, marks = ticket.counters, ticket.marks
    return {
        "reopens": counters.reopens,
        "team_changes": counters.team_changes,
        "assignee_changes": counters.assignee_changes,
        "holds": counters.holds,
        "messages": counters.messages,
        "replies": counters.replies,
        "contacts": counters.contacts,
        "opened_at": ticket.opened_at,
        "first_response_at": marks.first_response_at,
        "assigned_at": marks.assigned_at,
        "first_resolved_at": marks.first_resolved_at,
        "resolved_at": marks.resolved_at,
        "closed_at": marks.closed_at,
    }


def differences_of(judged: Judged, mapping: LogMapping) -> tuple[Difference, ...]:
    """Where the log's last word about a ticket is not the replay's.

    A figure that the log does not give is not compared. Counters are compared as numbers, instants to the microsecond.
    """
    found: list[Difference] = []
    held = figures_of(judged.ticket)
    for name, text in judged.history.last.items():
        value = held[name]
        try:
            stated: int | datetime = int(float(text)) if name in COUNTERS else _parser(mapping.time)(text)
        except ValueError:
            found.append(Difference(judged.case.id, name, f"{text!r}, which cannot be read", written(value)))
            continue
        if stated != value:
            found.append(Difference(judged.case.id, name, written(stated), written(value)))
    return tuple(found)


def written(value: object) -> str:
    """A value as the files write it: instants in UTC with a Z, nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


@lru_cache(8)
def _parser(form: InstantFormat) -> Parse:
    return form.parser()
