"""The ticket: what its log adds up to.

Message bodies are not in it, and neither are clocks. A ticket is never built by hand: ``replay`` makes it.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.tickets._words import FieldValue
from deskcore.tickets.annex import NO_ANNEX, Annex
from deskcore.tickets.links import Link
from deskcore.tickets.party import Party
from deskcore.tickets.status import Phase, Status


@final
@attrs.frozen
@lasting
class Header:
    """What hardly ever changes in a ticket's life."""

    subject: str
    requester: Party | None
    lifecycle: str
    kind: str
    channel: str
    opened_at: datetime
    policy: str | None = None
    matrix: str | None = None


@final
@attrs.frozen
@lasting
class Triage:
    """What the ticket is about: category, service, needed skills, impact and urgency (1 the gravest).

    ``overridden``: the priority was set by hand, so that impact and urgency no longer compute it.
    """

    category: str | None = None
    service: str | None = None
    skills: frozenset[str] = frozenset()
    impact: int | None = None
    urgency: int | None = None
    overridden: bool = False


@final
@attrs.frozen
@lasting
class Place:
    """Who has the ticket: queue, team, desk (own house or partner) and person."""

    queue: str | None = None
    team: str | None = None
    desk: str | None = None
    assignee: str | None = None


@final
@attrs.frozen
@lasting
class Hold:
    """Why a ticket waits, and until when if that was said."""

    reason: str
    until: datetime | None = None


@final
@attrs.frozen
@lasting
class Counters:
    """How often things happened.

    ``reopens`` counts moves from resolved or closed back to work; ``team_changes`` and ``assignee_changes`` changes of
    the team and of the person after opening, having none counted as a value; ``replies`` public messages by staff that
    no machine wrote; ``contacts`` public messages by the requester's side.
    """

    messages: int = 0
    replies: int = 0
    contacts: int = 0
    reopens: int = 0
    team_changes: int = 0
    assignee_changes: int = 0
    holds: int = 0


@final
@attrs.frozen
@lasting
class Marks:
    """Instants worth keeping; ``None`` where the thing has not happened.

    ``status_since`` is the last entry into the present status; ``waiting_since`` the oldest public message of the
    requester (opening included) that no public message by staff has answered; ``resolved_at`` the latest entry into a
    resolved status, kept through a reopening, and ``first_resolved_at`` the first; ``closed_at`` is cleared by a
    reopening. ``recorded_at`` is the last event's; ``updated_at`` is the instant of the last activity on the ticket,
    which reminders, pinned policies and the events of other rooms are not. ``reminded`` are the keys of the reminders
    sent in the present status. ``done_at`` is since when no work is owed: the latest solution, or the closing or
    cancelling that came without one; ``None`` while the ticket is open. ``active_at`` is the instant of the last
    message, assignment or change of status; ``None`` for the opening.
    """

    recorded_at: datetime
    status_since: datetime
    updated_at: datetime
    waiting_since: datetime | None = None
    first_response_at: datetime | None = None
    last_reply_at: datetime | None = None
    last_contact_at: datetime | None = None
    assigned_at: datetime | None = None
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reminded: frozenset[str] = frozenset()
    done_at: datetime | None = None
    active_at: datetime | None = None


@final
@attrs.frozen
@lasting
class Ticket:
    """One request for help and everything its log says about it, in groups; the common parts have short names too.

    ``version`` is the number of events behind it.
    """

    id: str
    version: int
    status: Status
    priority: str | None
    place: Place
    triage: Triage
    header: Header
    hold: Hold | None
    resolution: str | None
    counters: Counters
    marks: Marks
    tags: frozenset[str]
    fields: FrozenDict[FieldValue]
    annex: Annex = NO_ANNEX

    @property
    def phase(self) -> Phase:
        """The phase of its status."""
        return self.status.phase

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.status.is_open

    @property
    def subject(self) -> str:
        """What it is about, in the requester's words."""
        return self.header.subject

    @property
    def requester(self) -> Party | None:
        """Who asked."""
        return self.header.requester

    @property
    def opened_at(self) -> datetime:
        """When it was opened (for an adopted ticket: in the system it came from)."""
        return self.header.opened_at

    @property
    def assignee(self) -> str | None:
        """The person who has it."""
        return self.place.assignee

    @property
    def team(self) -> str | None:
        """The team that has it."""
        return self.place.team

    @property
    def desk(self) -> str | None:
        """The desk that has it: the own house's or a partner's."""
        return self.place.desk

    @property
    def links(self) -> frozenset[Link]:
        """Its links to other tickets."""
        return self.annex.links

    @property
    def merged_into(self) -> str | None:
        """The ticket into which it was merged away."""
        merged = self.annex.merged
        return None if merged is None else merged.into
