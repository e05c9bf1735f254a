"""What changed between what was known of a ticket and what the next row says: the events of a row.

Not here: instants and envelopes (``history``).

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from deskcore._value import FrozenDict
from deskcore.adapters.logs.cells import Says
from deskcore.adapters.logs.statements import Statement
from deskcore.adapters.logs.words import Value
from deskcore.log import EventData
from deskcore.tickets.events import (
    Assigned,
    Classified,
    Closed,
    FieldSet,
    FieldValue,
    ImpactUrgencySet,
    Moved,
    Opened,
    PartyChanged,
    PrioritySet,
    Resolved,
    TagAdded,
    TagRemoved,
    Transferred,
    Unassigned,
)
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.moves import status_event
from deskcore.tickets.party import Party
from deskcore.tickets.status import Status

_PLACE: Final = frozenset({"team", "assignee", "desk", "queue"})
_TRIAGE: Final = frozenset({"category", "service", "kind", "skills"})
_GRAVITY: Final = frozenset({"impact", "urgency"})
_NONE: Final = frozenset[str]()


def opening(case: str, says: Says, status: Status, lifecycle: Lifecycle) -> Opened:
    """The event that opens a ticket as its first row shows it, in a status of the caller's choice."""
    return Opened(
        subject=_text(says, "subject") or case,
        requester=_party(says),
        status=status,
        lifecycle=lifecycle.name,
        kind=_text(says, "kind") or "incident",
        channel=_text(says, "channel") or "unknown",
        priority=_text(says, "priority"),
        impact=_number(says, "impact"),
        urgency=_number(says, "urgency"),
        category=_text(says, "category"),
        service=_text(says, "service"),
        queue=_text(says, "queue"),
        team=_text(says, "team"),
        desk=_text(says, "desk"),
        assignee=_text(says, "assignee"),
        skills=_names(says, "skills"),
        tags=_names(says, "tags"),
        fields=FrozenDict({name.removeprefix("field."): value for name, value in _fields(says) if value is not None}),
    )


def differences(held: Mapping[str, Value], says: Says) -> Iterator[EventData]:
    """The events that take a ticket from what is held of it to what is said, its status apart.

    In a fixed order: party, classification, impact and urgency, priority, place, fields, tags.
    """
    changed = frozenset(slot for slot, value in says.items() if held.get(slot) != value)
    if not changed:
        return
    now = {**held, **says}
    party = _party(now)
    if "requester" in changed and party is not None:
        yield PartyChanged(party)
    if changed & _TRIAGE:
        yield from _classified(changed, now)
    if changed & _GRAVITY:
        yield ImpactUrgencySet(_number(now, "impact"), _number(now, "urgency"))
    if "priority" in changed:
        yield PrioritySet(_text(now, "priority"), "import")
    if changed & _PLACE:
        yield from _placed(changed, now)
    for name, value in _fields(says):
        if name in changed:
            yield FieldSet(name.removeprefix("field."), value)
    if "tags" in changed:
        before, after = _names(held, "tags"), _names(now, "tags")
        yield from (TagAdded(tag) for tag in sorted(after - before))
        yield from (TagRemoved(tag) for tag in sorted(before - after))


def moved(source: Status, target: Status, statement: Statement, *, restated: bool) -> EventData | None:
    """The event of a status that a row shows; ``None`` when nothing changed and the status is not one to restate."""
    if source != target:
        code = statement.says.get("resolution")
        role = statement.actor.role
        return status_event(source, target, code=code if isinstance(code, str) else None, by="import", role=role)
    if not restated:
        return None
    # The source says it anew: another solution, another closing, else a move onto itself.
    if target.phase == "resolved":
        return Resolved(source.name, target)
    return Closed(source.name, target, "import") if target.phase == "closed" else Moved(source.name, target)


def _classified(changed: frozenset[str], now: Says) -> Iterator[Classified]:
    """Of a classification a row can only say what it is: that it is none has no event, and leaves it as it was."""
    found = Classified(
        category=_text(now, "category") if "category" in changed else None,
        service=_text(now, "service") if "service" in changed else None,
        kind=_text(now, "kind") if "kind" in changed else None,
        skills=_names(now, "skills") if "skills" in changed else None,
    )
    if found != Classified():
        yield found


def _placed(changed: frozenset[str], now: Says) -> Iterator[Transferred | Assigned | Unassigned]:
    team, desk, assignee = _text(now, "team"), _text(now, "desk"), _text(now, "assignee")
    if "queue" in changed or (assignee is None and changed & {"team", "desk"}):
        yield Transferred(_text(now, "queue"), team, desk)
        if assignee is not None:
            yield Assigned(assignee, team, desk, "import")
    elif assignee is None:
        yield Unassigned()
    else:
        yield Assigned(assignee, team, desk, "import")


def _fields(says: Says) -> Iterator[tuple[str, FieldValue]]:
    for name, value in says.items():
        if name.startswith("field.") and (value is None or isinstance(value, str | int | float)):
            yield name, value


def _text(says: Says, slot: str) -> str | None:
    value = says.get(slot)
    return value if isinstance(value, str) else None


def _number(says: Says, slot: str) -> int | None:
    value = says.get(slot)
    return value if isinstance(value, int) else None


def _names(says: Says, slot: str) -> frozenset[str]:
    value = says.get(slot)
    return value if isinstance(value, frozenset) else _NONE


def _party(says: Says) -> Party | None:
    value = says.get("requester")
    return value if isinstance(value, Party) else None
