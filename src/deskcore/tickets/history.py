"""A ticket's log read as a story: what each event changed, how two tickets differ, how one stood at an instant.

Not here: what clocks of an SLA made of it (``deskcore.desk``), and messages' bodies, which the host has.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, final

import attrs

from deskcore.log import Event, EventLog
from deskcore.tickets.annex import NO_EFFORT
from deskcore.tickets.evolve import evolve, replay
from deskcore.tickets.party import Party
from deskcore.tickets.ticket import Ticket

_NOTHING: Final = "none"
# Marks that every event moves tell nothing by themselves.
_SILENT: Final = frozenset({"recorded_at", "updated_at", "active_at", "status_since"})


@final
@attrs.frozen
class Difference:
    """One thing that is not the same: what, before and after, as people read it.

    >>> Difference("status", "New", "Open").explain()
    'status: New -> Open'
    """

    what: str
    before: str
    after: str

    def explain(self) -> str:
        """The change in one line."""
        return f"{self.what}: {self.before} -> {self.after}"

    def to_dict(self) -> dict[str, object]:
        """For programs: ``what``, ``before`` and ``after``."""
        return {"what": self.what, "before": self.before, "after": self.after}


@final
@attrs.frozen
class Change:
    """One event of a log and what it changed in the ticket; an event may change nothing that a ticket holds."""

    event: Event
    differences: tuple[Difference, ...]

    def explain(self) -> str:
        """When, who and what, in one line."""
        told = "; ".join(difference.explain() for difference in self.differences)
        head = f"{self.event.at.isoformat()} {self.event.actor.id} {self.event.type}"
        return f"{head} ({told})" if told else head

    def to_dict(self) -> dict[str, object]:
        """For programs: the event's ``id``, ``type``, ``at``, ``actor``, and ``differences``."""
        event = self.event
        return {
            "id": event.id,
            "type": event.type,
            "at": event.at.isoformat(),
            "actor": event.actor.id,
            "differences": [difference.to_dict() for difference in self.differences],
        }


def history(events: Iterable[Event]) -> tuple[Change, ...]:
    """Every event of a log with what it changed, in the order of folds. Linear in the length of the log.

    Raises:
        InvalidValue: the first event does not open a ticket.

    >>> from deskcore.testing.tickets import opening
    >>> [change.event.type for change in history([opening("T-1")])]
    ['opened']
    """
    held: Ticket | None = None
    found: list[Change] = []
    for event in _ordered(events):
        after = evolve(held, event)
        found.append(Change(event, diff(held, after)))
        held = after
    return tuple(found)


def diff(before: Ticket | None, after: Ticket | None) -> tuple[Difference, ...]:
    """In what two tickets differ, or one ticket at two instants (``None``: not yet opened). Empty: in nothing to tell.

    The instants that every event moves (``recorded_at``, ``updated_at``, ``active_at``, ``status_since``) and the
    version are left out.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets.status import Status
    >>> one, two = (replay([opening("T-1", status=Status(name, "new"))]) for name in ("New", "Fresh"))
    >>> [difference.explain() for difference in diff(one, two)]
    ['status: New -> Fresh']
    """
    old, new = readings(before), readings(after)
    return tuple(
        Difference(name, old.get(name, _NOTHING), new.get(name, _NOTHING))
        for name in dict.fromkeys((*old, *new))
        if old.get(name, _NOTHING) != new.get(name, _NOTHING)
    )


def as_of(events: Iterable[Event], at: datetime, *, known: bool = False) -> Ticket | None:
    """The ticket as it stood at an instant, what happened exactly then included; ``None`` before it was opened.

    With ``known`` the ticket as it had been recorded by then: what was found out only later is left out, however early
    it had happened.

    Raises:
        InvalidValue: ``at`` is naive.

    >>> from datetime import timedelta
    >>> from deskcore.testing.tickets import NOON, opening
    >>> as_of([opening("T-1")], NOON - timedelta(seconds=1)) is None
    True
    """
    log = events if isinstance(events, EventLog) else EventLog(tuple(events))
    held = log.as_known_at(at) if known else log.until(at)
    return replay(held) if held else None


def readings(ticket: Ticket | None) -> Mapping[str, str]:
    """What a ticket holds, by name, as people read it; what it lacks is left out.

    >>> from deskcore.testing.tickets import opening
    >>> readings(replay([opening("T-1")]))["status"]
    'New'
    """
    if ticket is None:
        return {}
    found: dict[str, object] = {"status": ticket.status.name, "priority": ticket.priority}
    if ticket.hold is not None:
        found |= {"hold reason": ticket.hold.reason or None, "hold until": ticket.hold.until}
    found["resolution"] = ticket.resolution
    for part in (ticket.place, ticket.triage, ticket.header, ticket.counters, ticket.marks, ticket.annex):
        found |= {
            field.name.replace("_", " "): getattr(part, field.name)
            for field in attrs.fields(type(part))
            if field.name not in _SILENT
        }
    found["tags"] = ticket.tags
    found |= {f"field {name}": value for name, value in ticket.fields.items()}
    return {name: text for name, value in found.items() if (text := _text(value))}


def _text(value: object) -> str:
    """A value for people; empty for what is not there."""
    if value in (None, False, 0, NO_EFFORT):
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, Mapping):
        return ", ".join(map(str, value))
    return value.id if isinstance(value, Party) else str(value)


def _ordered(events: Iterable[Event]) -> Iterable[Event]:
    return events.ordered() if isinstance(events, EventLog) else events
