"""A ticket that changes in place: private to the fold, never seen outside it.

Frozen values cost some hundred nanoseconds a field to make. A draft is flat and mutable, so a log is folded at the
cost of one frozen ticket at its end.

Layer: tickets. Imports the nouns only.
"""

from __future__ import annotations

from datetime import datetime

from deskcore._value import FrozenDict
from deskcore.tickets._words import FieldValue
from deskcore.tickets.annex import NO_ANNEX, Annex
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Counters, Header, Hold, Marks, Place, Ticket, Triage


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
        draft._count(ticket.counters)
        draft._mark(ticket.marks)
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
        draft._count(Counters())
        draft._mark(Marks(recorded_at, at, at))
        return draft

    def _count(self, counters: Counters) -> None:
        self.counters = counters
        self.counted = False  # whether a step has counted since; if not, the frozen counters still are good
        self.messages = counters.messages
        self.replies = counters.replies
        self.contacts = counters.contacts
        self.reopens = counters.reopens
        self.team_changes = counters.team_changes
        self.assignee_changes = counters.assignee_changes
        self.holds = counters.holds

    def _mark(self, marks: Marks) -> None:
        self.recorded_at = marks.recorded_at
        self.status_since = marks.status_since
        self.updated_at = marks.updated_at
        self.waiting_since = marks.waiting_since
        self.first_response_at = marks.first_response_at
        self.last_reply_at = marks.last_reply_at
        self.last_contact_at = marks.last_contact_at
        self.assigned_at = marks.assigned_at
        self.first_resolved_at = marks.first_resolved_at
        self.resolved_at = marks.resolved_at
        self.closed_at = marks.closed_at
        self.reminded = marks.reminded
        self.done_at = marks.done_at
        self.active_at = marks.active_at

    def ticket(self) -> Ticket:
        """The frozen ticket."""
        marks = Marks(
            self.recorded_at,
            self.status_since,
            self.updated_at,
            self.waiting_since,
            self.first_response_at,
            self.last_reply_at,
            self.last_contact_at,
            self.assigned_at,
            self.first_resolved_at,
            self.resolved_at,
            self.closed_at,
            self.reminded,
            self.done_at,
            self.active_at,
        )
        return Ticket(
            self.id,
            self.version,
            self.status,
            self.priority,
            self.place,
            self.triage,
            self.header,
            self.hold,
            self.resolution,
            self._counters() if self.counted else self.counters,
            marks,
            self.tags,
            self.fields,
            self.annex,
        )

    def _counters(self) -> Counters:
        return Counters(
            self.messages,
            self.replies,
            self.contacts,
            self.reopens,
            self.team_changes,
            self.assignee_changes,
            self.holds,
        )
