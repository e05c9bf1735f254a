"""The one place that names the event for a change of status, used by commands, replies, timers and imports alike.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from deskcore.log import Role
from deskcore.tickets.events import (
    Cancelled,
    Closed,
    Held,
    Moved,
    Reopened,
    Resolved,
    Resumed,
    Started,
    StatusChange,
)
from deskcore.tickets.status import Status

Closer = Literal["agent", "requester", "timer", "import"]


def status_event(
    source: Status,
    target: Status,
    *,
    reason: str = "",
    until: datetime | None = None,
    code: str | None = None,
    first_contact: bool = False,
    timer: bool = False,
    by: Closer = "agent",
    role: Role = "agent",
    within_window: bool = True,
) -> StatusChange:
    """The event that says a ticket went from one status to another; what its kind has no place for is left out.

    By phase: into resolved ``Resolved``, also from another resolved status; into closed ``Closed``; into cancelled
    ``Cancelled``; from resolved or closed into an open phase ``Reopened``, even where that is a wait; else into waiting
    ``Held``, from waiting to active ``Resumed``, from new to active ``Started``; any other ``Moved``.

    >>> status_event(Status("Open", "active"), Status("On hold", "waiting"), reason="vendor").TYPE
    'held'
    """
    before, after, name = source.phase, target.phase, source.name
    if after == "resolved":
        return Resolved(name, target, code, first_contact)
    if after == "closed" and before != "closed":
        return Closed(name, target, by, code)
    if after == "cancelled" and before != "cancelled":
        return Cancelled(name, target, reason)
    if before in {"resolved", "closed"} and target.is_open:
        return Reopened(name, target, role, within_window, reason, until)
    if after == "waiting":
        return Held(name, target, reason, until)
    if after == "active" and before == "waiting":
        return Resumed(name, target, timer)
    if after == "active" and before == "new":
        return Started(name, target)
    return Moved(name, target)
