"""A beat: one step of a ticket's life as a stopwatch sees it. What happened when, and how things stand afterwards.

Events are many and belong to other rooms; stopwatches look at beats only, so a new kind of event never reaches them by
accident. Not here: what a stopwatch does about a beat (``fold``).

Layer: sla.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias, final

import attrs

from deskcore._value import to_us
from deskcore.log import Event, EventData
from deskcore.log.actor import STAFF_ROLES
from deskcore.tickets.events import (
    Adopted,
    MergedInto,
    MergeUndone,
    MessagePosted,
    Opened,
    PolicyPinned,
    PrioritySet,
)
from deskcore.tickets.status import OPEN_PHASES, Status
from deskcore.tickets.ticket import Place, Ticket

What: TypeAlias = Literal[
    "requested",
    "opened",
    "contact",
    "reply",
    "note",
    "automated",
    "status",
    "place",
    "priority",
    "pinned",
    "merged",
    "parted",
]
"""What happened. ``requested``: opened by the requester's side; ``opened``: by staff, or for nobody. ``contact``: a
public message of the requester; ``reply``: a public one of staff, written by a person; ``note``: any other message by a
person; ``automated``: one by a machine. ``status`` and ``place``: the status, or the person, team or desk, changed.
``priority``: a priority was set; ``pinned``: an agreement was pinned on the ticket.
``merged``: it went into another ticket; ``parted``: it stands for itself again."""

OPENING: Final[frozenset[What]] = frozenset({"requested", "opened"})


@final
@attrs.frozen(cache_hash=True)
class Scene:
    """What happened, and how the ticket stood afterwards; nothing about when.

    ``assigned``: some person has it. ``answered``: some public reply by staff had been given by then, this one
    included. ``waiting``: a message of the requester stands unanswered; a reply answers it, and so does settling or
    cancelling. ``merged``: it has gone into another ticket.

    >>> Scene("requested", Status("New", "new"), waiting=True).opens
    True
    """

    what: What
    status: Status
    assigned: bool = False
    team: str | None = None
    desk: str | None = None
    answered: bool = False
    waiting: bool = False
    merged: bool = False

    @property
    def opens(self) -> bool:
        """Whether this is how the ticket was opened."""
        return self.what in OPENING


class Beat(NamedTuple):
    """A scene, the instant from which it holds, and the one since when that is known (microseconds of UTC)."""

    us: int
    known_us: int
    scene: Scene


def scene_after(last: Scene | None, what: What, status: Status, place: Place) -> Scene:
    """How a ticket stands once something happened, given how it stood before and its status and place now."""
    answered = what == "reply" or (last is not None and last.answered)
    if what in {"requested", "contact"}:
        waiting = True
    elif what == "reply" or (what == "status" and status.phase not in OPEN_PHASES):
        waiting = False
    else:
        waiting = last is not None and last.waiting
    merged = what == "merged" or (what != "parted" and last is not None and last.merged)
    return Scene(what, status, place.assignee is not None, place.team, place.desk, answered, waiting, merged)


def what_of(event: Event, before: Ticket | None, after: Ticket) -> What | None:
    """What an event other than an adoption means to stopwatches; ``None``: nothing.

    Args:
        event: what happened.
        before: the ticket before it, ``None`` when it opens.
        after: the ticket after it.
    """
    data = event.data
    if isinstance(data, MessagePosted):
        return _said(data)
    if before is None or isinstance(data, Opened):
        return _opening(data, event) if isinstance(data, Opened) else None
    quick = _ALWAYS.get(type(data))
    if quick is not None:
        return quick
    if isinstance(data, PolicyPinned):
        return "pinned" if data.policy is not None else None
    old, new = before.status, after.status
    if old is not new and (old.name != new.name or old != new):
        return "status"
    was, now = before.place, after.place
    if was is not now and (was.assignee, was.team, was.desk) != (now.assignee, now.team, now.desk):
        return "place"
    return None


_ALWAYS: Final[dict[type[EventData], What]] = {
    PrioritySet: "priority",
    MergedInto: "merged",
    MergeUndone: "parted",
}


def _said(message: MessagePosted) -> What:
    if message.auto_generated or message.author_role == "system":
        return "automated"
    if message.visibility == "public":
        if message.author_role in STAFF_ROLES:
            return "reply"
        if message.author_role == "requester":
            return "contact"
    return "note"


def _opening(opened: Opened, event: Event) -> What:
    """Whether somebody outside waits for an answer from the first instant on."""
    asker = opened.requester
    if asker is None or event.actor.role in STAFF_ROLES or asker.id == opened.assignee:
        return "opened"
    return "requested"


def adopted(data: Adopted, event: Event) -> tuple[Beat, ...]:
    """What is said of the past, in order. A wait of known length but unknown date is put right before the adoption."""
    opened, at, known = data.opened, event.at_us, to_us(event.recorded_at)
    start = min(to_us(data.opened_at), at)
    asked = _opening(opened, event) == "requested"
    past: list[tuple[int, What, Status]] = []
    if data.first_response_at is not None:
        past.append((to_us(data.first_response_at), "reply", _WORKED))
    if data.waited_us > 0:
        past.append((at - data.waited_us, "status", _WAITED))
    if data.resolved_at is not None and not opened.status.is_open:
        past.append((to_us(data.resolved_at), "status", opened.status))
    past = sorted(((min(max(us, start), at), what, status) for us, what, status in past), key=lambda one: one[0])
    past.append((at, "status", opened.status))
    is_plain = data.first_response_at is None and data.waited_us <= 0 and data.resolved_at is None
    scene = Scene("requested" if asked else "opened", opened.status if is_plain else _WORKED, waiting=asked)
    beats = [Beat(start, known, scene)]
    for us, what, status in past:
        answered = scene.answered or what == "reply"
        waiting = scene.waiting and what != "reply" and status.is_open
        scene = Scene(what, status, answered=answered, waiting=waiting)
        beats.append(Beat(us, known, scene))
    now = attrs.evolve(scene, assigned=opened.assignee is not None, team=opened.team, desk=opened.desk)
    beats[-1] = Beat(at, known, now)
    return tuple(beats)


_WORKED: Final = Status("before adoption", "new")
_WAITED: Final = Status("waited before adoption", "waiting", waits_for="requester")
