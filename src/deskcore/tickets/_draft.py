"""A ticket that changes in place: private to the fold, never seen outside it.

Frozen values cost some hundred nanoseconds a field to make. A draft is flat and mutable, so a log is folded at the
cost of one frozen ticket at its end.

Layer: tickets. Imports the nouns only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from deskcore._value import FrozenDict, open_twin
from deskcore.tickets._words import FieldValue
from deskcore.tickets.annex import NO_ANNEX, Annex
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Counters, Header, Hold, Marks, Place, Ticket, Triage

_TICKET: Final = open_twin(Ticket)
_MARKS: Final = open_twin(Marks)
_COUNTERS: Final = open_twin(Counters)
_NO_COUNT: Final = Counters()
new = object.__new__


class Draft:
    """The parts of a ticket, those that change often laid out flat."""

    __slots__ = (
        "active_at",
        "annex",
        "assigned_at",
        "assignee_changes",
        "closed_at",
        "contacts",
        "counted",
        "counters",
        "done_at",
        "fields",
        "first_resolved_at",
        "first_response_at",
        "header",
        "hold",
        "holds",
        "id",
        "last_contact_at",
        "last_reply_at",
        "messages",
        "place",
        "priority",
        "recorded_at",
        "reminded",
        "reopens",
        "replies",
        "resolution",
        "resolved_at",
        "status",
        "status_since",
        "tags",
        "team_changes",
        "triage",
        "updated_at",
        "version",
        "waiting_since",
    )

    id: str
    version: int
    status: Status
    priority: str | None
    place: Place
    triage: Triage
    header: Header
    hold: Hold | None
    resolution: str | None
    tags: frozenset[str]
    fields: FrozenDict[FieldValue]
    messages: int
    replies: int
    contacts: int
    reopens: int
    team_changes: int
    assignee_changes: int
    holds: int
    counters: Counters
    counted: bool
    recorded_at: datetime
    status_since: datetime
    updated_at: datetime
    waiting_since: datetime | None
    first_response_at: datetime | None
    last_reply_at: datetime | None
    last_contact_at: datetime | None
    assigned_at: datetime | None
    first_resolved_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reminded: frozenset[str]
    done_at: datetime | None
    active_at: datetime | None
    annex: Annex

    @classmethod
    def of(cls, ticket: Ticket) -> Draft:
        """A draft that starts as ``ticket`` is."""
        draft = cls()
        draft.id = ticket.id
        draft.version = ticket.version
        draft.status = ticket.status
        draft.priority = ticket.priority
        draft.place = ticket.place
        draft.triage = ticket.triage
        draft.header = ticket.header
        draft.hold = ticket.hold
        draft.resolution = ticket.resolution
        draft.tags = ticket.tags
        draft.fields = ticket.fields
        draft.annex = ticket.annex
        _fill(draft, ticket.counters, ticket.marks)
        return draft

    @classmethod
    def new(cls, id: str, header: Header, at: datetime, recorded_at: datetime) -> Draft:  # noqa: A002 - the field's own name
        """A draft of a ticket about which nothing but its header is known; the caller sets status, place and triage."""
        draft = cls()
        draft.id = id
        draft.version = 1
        draft.header = header
        draft.hold = None
        draft.resolution = None
        draft.annex = NO_ANNEX
        _fill(draft, _NO_COUNT, Marks(recorded_at, at, at))
        return draft

    def ticket(self) -> Ticket:
        """The frozen ticket, its parts filled in while they are open: one is made for every event."""
        held: Any = new(_TICKET)
        held.id = self.id
        held.version = self.version
        held.status = self.status
        held.priority = self.priority
        held.place = self.place
        held.triage = self.triage
        held.header = self.header
        held.hold = self.hold
        held.resolution = self.resolution
        held.counters = self._counters() if self.counted else self.counters
        held.marks = self._marks()
        held.tags = self.tags
        held.fields = self.fields
        held.annex = self.annex
        held.__class__ = Ticket
        return held  # type: ignore[no-any-return]  # it is one now

    def _marks(self) -> Marks:
        held: Any = new(_MARKS)
        held.recorded_at = self.recorded_at
        held.status_since = self.status_since
        held.updated_at = self.updated_at
        held.waiting_since = self.waiting_since
        held.first_response_at = self.first_response_at
        held.last_reply_at = self.last_reply_at
        held.last_contact_at = self.last_contact_at
        held.assigned_at = self.assigned_at
        held.first_resolved_at = self.first_resolved_at
        held.resolved_at = self.resolved_at
        held.closed_at = self.closed_at
        held.reminded = self.reminded
        held.done_at = self.done_at
        held.active_at = self.active_at
        held.__class__ = Marks
        return held  # type: ignore[no-any-return]  # they are now

    def _counters(self) -> Counters:
        held: Any = new(_COUNTERS)
        held.messages = self.messages
        held.replies = self.replies
        held.contacts = self.contacts
        held.reopens = self.reopens
        held.team_changes = self.team_changes
        held.assignee_changes = self.assignee_changes
        held.holds = self.holds
        held.__class__ = Counters
        return held  # type: ignore[no-any-return]  # they are now


def _fill(draft: Draft, counters: Counters, marks: Marks) -> None:
    """Lay a ticket's counters and marks out flat."""
    draft.counters = counters
    draft.counted = False  # whether a step has counted since; if not, the frozen counters still are good
    draft.messages = counters.messages
    draft.replies = counters.replies
    draft.contacts = counters.contacts
    draft.reopens = counters.reopens
    draft.team_changes = counters.team_changes
    draft.assignee_changes = counters.assignee_changes
    draft.holds = counters.holds
    draft.recorded_at = marks.recorded_at
    draft.status_since = marks.status_since
    draft.updated_at = marks.updated_at
    draft.waiting_since = marks.waiting_since
    draft.first_response_at = marks.first_response_at
    draft.last_reply_at = marks.last_reply_at
    draft.last_contact_at = marks.last_contact_at
    draft.assigned_at = marks.assigned_at
    draft.first_resolved_at = marks.first_resolved_at
    draft.resolved_at = marks.resolved_at
    draft.closed_at = marks.closed_at
    draft.reminded = marks.reminded
    draft.done_at = marks.done_at
    draft.active_at = marks.active_at
