"""What can happen to a ticket. Every event that changes a ticket is here, and only those.

Not here: clock signals, fired rungs and routing decisions, which their rooms record in the same stream. The table of
all events is docs/reference/events.md.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, final

import attrs

from deskcore._value import FrozenDict, as_frozen, aware_or_none
from deskcore.log import EventData, Role
from deskcore.tickets._words import FieldValue, How, Offering, Visibility
from deskcore.tickets.annex import NO_EFFORT, Effort
from deskcore.tickets.events_beside import (
    BESIDE_EVENTS,
    ArticleLinked,
    Corrected,
    Linked,
    MergedInto,
    MergeReceived,
    MergeReturned,
    MergeUndone,
    MessageRedacted,
    MessageRedirected,
    MessageRef,
    Muted,
    Rated,
    ResolutionSet,
    SolutionAccepted,
    SolutionProposed,
    SolutionRejected,
    SplitFrom,
    SplitOff,
    SubjectErased,
    SubjectSet,
    SurveySent,
    TimeLogged,
    Unlinked,
    WatcherAdded,
    WatcherRemoved,
    WorkPlanned,
)
from deskcore.tickets.links import Link
from deskcore.tickets.party import Party
from deskcore.tickets.status import Status

__all__ = [
    "BESIDE_EVENTS",
    "TICKET_EVENTS",
    "Adopted",
    "ArticleLinked",
    "Assigned",
    "Cancelled",
    "Classified",
    "Closed",
    "Corrected",
    "FieldSet",
    "FieldValue",
    "FollowedUp",
    "Held",
    "How",
    "ImpactUrgencySet",
    "Linked",
    "MergeReceived",
    "MergeReturned",
    "MergeUndone",
    "MergedInto",
    "MessagePosted",
    "MessageRedacted",
    "MessageRedirected",
    "MessageRef",
    "Moved",
    "Muted",
    "Offering",
    "Opened",
    "PartyChanged",
    "PolicyPinned",
    "PrioritySet",
    "Rated",
    "Reminded",
    "Reopened",
    "ResolutionSet",
    "Resolved",
    "Resumed",
    "SolutionAccepted",
    "SolutionProposed",
    "SolutionRejected",
    "SplitFrom",
    "SplitOff",
    "Started",
    "StatusChange",
    "SubjectErased",
    "SubjectSet",
    "SurveySent",
    "TagAdded",
    "TagRemoved",
    "TimeLogged",
    "Transferred",
    "Unassigned",
    "Unlinked",
    "Visibility",
    "WatcherAdded",
    "WatcherRemoved",
    "WorkPlanned",
]


@final
@attrs.frozen
class Opened(EventData):
    """A ticket came to be, through whatever channel: there is exactly one in each case's log, and it is the first."""

    TYPE: ClassVar[str] = "opened"
    subject: str
    requester: Party | None
    status: Status
    lifecycle: str
    kind: str = "incident"
    channel: str = "unknown"
    priority: str | None = None
    impact: int | None = None
    urgency: int | None = None
    category: str | None = None
    service: str | None = None
    queue: str | None = None
    team: str | None = None
    desk: str | None = None
    assignee: str | None = None
    skills: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    fields: FrozenDict[FieldValue] = attrs.field(factory=FrozenDict[FieldValue])
    policy: str | None = None
    matrix: str | None = None
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)
    cc: frozenset[str] = frozenset()
    watchers: frozenset[str] = frozenset()
    links: frozenset[Link] = frozenset()
    effort: Effort = NO_EFFORT
    started_at: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class Adopted(EventData):
    """A ticket that lived elsewhere is taken over as it stands; of its past only what is said here is known."""

    TYPE: ClassVar[str] = "adopted"
    opened: Opened
    opened_at: datetime
    first_response_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    resolved_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    waited_us: int = 0
    reopens: int = 0


@final
@attrs.frozen
class MessagePosted(EventData):
    """Somebody wrote. The body stays with the host; the role is the author's at that instant.

    ``response`` false: written by staff, publicly, and still no answer to the requester.
    """

    TYPE: ClassVar[str] = "message_posted"
    message_id: str
    author_role: Role
    visibility: Visibility = "public"
    channel: str = "unknown"
    auto_generated: bool = False
    response: bool = True


@final
@attrs.frozen
class Classified(EventData):
    """The ticket was put under a category or service, or became another kind. ``None`` leaves as it was."""

    TYPE: ClassVar[str] = "classified"
    category: str | None = None
    service: str | None = None
    kind: str | None = None
    skills: frozenset[str] | None = None


@final
@attrs.frozen
class ImpactUrgencySet(EventData):
    """Impact and urgency were judged: whole numbers, 1 the gravest. ``None`` takes the judgement back."""

    TYPE: ClassVar[str] = "impact_urgency_set"
    impact: int | None
    urgency: int | None


@final
@attrs.frozen
class PrioritySet(EventData):
    """The ticket's priority changed, and by what means."""

    TYPE: ClassVar[str] = "priority_set"
    priority: str | None
    how: How = "manual"
    reason: str = ""


@final
@attrs.frozen
class Assigned(EventData):
    """Who has the ticket from here on: person, team, desk, each as it is afterwards (``None``: none)."""

    TYPE: ClassVar[str] = "assigned"
    assignee: str | None
    team: str | None = None
    desk: str | None = None
    how: How = "manual"


@final
@attrs.frozen
class Unassigned(EventData):
    """The person lost the ticket; team and desk keep it."""

    TYPE: ClassVar[str] = "unassigned"
    why: str = ""


@final
@attrs.frozen
class Transferred(EventData):
    """The ticket went to another queue, team or desk, each as it is afterwards, with ``assignee`` if somebody keeps it.

    ``lifecycle`` when the queue has another one; the status follows by an event of its own.
    """

    TYPE: ClassVar[str] = "transferred"
    queue: str | None = None
    team: str | None = None
    desk: str | None = None
    why: str = ""
    assignee: str | None = None
    lifecycle: str | None = None


@attrs.frozen
class StatusChange(EventData):
    """The common part of every event that enters a status: where it came from and what it entered."""

    source: str
    status: Status


@final
@attrs.frozen
class Started(StatusChange):
    """Work began: from a new status to an active one."""

    TYPE: ClassVar[str] = "started"


@final
@attrs.frozen
class Held(StatusChange):
    """The ticket waits for somebody, perhaps until a given instant."""

    TYPE: ClassVar[str] = "held"
    reason: str = ""
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class Resumed(StatusChange):
    """The wait is over. ``timer`` tells a wake-up by the clock from one by a person."""

    TYPE: ClassVar[str] = "resumed"
    timer: bool = False


@final
@attrs.frozen
class Resolved(StatusChange):
    """A solution was given. ``first_contact``: no public message by staff had come before it but the solution's own."""

    TYPE: ClassVar[str] = "resolved"
    code: str | None = None
    first_contact: bool = False


@final
@attrs.frozen
class Closed(StatusChange):
    """The ticket is done with, by a person or by a timer. ``code``: the resolution code, where it came with closing."""

    TYPE: ClassVar[str] = "closed"
    by: Literal["agent", "requester", "timer", "import"] = "agent"
    code: str | None = None


@final
@attrs.frozen
class Reopened(StatusChange):
    """From resolved or closed back to work; ``reason`` and ``until`` as in ``Held`` where that work is a wait."""

    TYPE: ClassVar[str] = "reopened"
    by: Role = "agent"
    within_window: bool = True
    reason: str = ""
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class Cancelled(StatusChange):
    """The ticket is void: spam, a mistake, withdrawn."""

    TYPE: ClassVar[str] = "cancelled"
    why: str = ""


@final
@attrs.frozen
class Moved(StatusChange):
    """Any other change of status, inside one phase or from waiting to new."""

    TYPE: ClassVar[str] = "moved"


@final
@attrs.frozen
class Reminded(EventData):
    """A timer reminded somebody and moved nothing. ``key`` names the timer and the instant it was armed."""

    TYPE: ClassVar[str] = "reminded"
    timer: str
    key: str
    notify: tuple[str, ...] = ()


@final
@attrs.frozen
class FollowedUp(EventData):
    """A late message did not come back to this ticket: it opened another one."""

    TYPE: ClassVar[str] = "followed_up"
    by_ticket: str
    message_id: str


@final
@attrs.frozen
class FieldSet(EventData):
    """One of the host's own fields took a value. ``None`` clears it."""

    TYPE: ClassVar[str] = "field_set"
    name: str
    value: FieldValue


@final
@attrs.frozen
class TagAdded(EventData):
    """A tag was put on."""

    TYPE: ClassVar[str] = "tag_added"
    tag: str


@final
@attrs.frozen
class TagRemoved(EventData):
    """A tag was taken off."""

    TYPE: ClassVar[str] = "tag_removed"
    tag: str


@final
@attrs.frozen
class PartyChanged(EventData):
    """The requester, or what is known of them, was replaced."""

    TYPE: ClassVar[str] = "party_changed"
    requester: Party


def _renamed(given: Mapping[str, str]) -> FrozenDict[str]:
    return as_frozen(given)


@final
@attrs.frozen
class PolicyPinned(EventData):
    """From here on the ticket is judged by this version of the book and of the matrix. ``None`` leaves as it was.

    ``renamed`` are rungs of the matrix before that go by another id in this one: what fired under the old id has fired
    under the new one.

    >>> PolicyPinned(matrix="house@2", renamed={"lead": "team lead"}).renamed["lead"]
    'team lead'
    """

    TYPE: ClassVar[str] = "policy_pinned"
    policy: str | None = None
    matrix: str | None = None
    renamed: FrozenDict[str] = attrs.field(factory=FrozenDict[str], converter=_renamed)


TICKET_EVENTS: tuple[type[EventData], ...] = (
    Opened,
    Adopted,
    MessagePosted,
    Classified,
    ImpactUrgencySet,
    PrioritySet,
    Assigned,
    Unassigned,
    Transferred,
    Started,
    Held,
    Resumed,
    Resolved,
    Closed,
    Reopened,
    Cancelled,
    Moved,
    Reminded,
    FollowedUp,
    FieldSet,
    TagAdded,
    TagRemoved,
    PartyChanged,
    PolicyPinned,
    *BESIDE_EVENTS,
)
"""Every kind of event this room owns."""
