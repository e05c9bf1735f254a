"""Events of what most tickets have little of: links, merges, splits, watchers, solutions, effort, ratings, privacy.

The other half of ``deskcore.tickets.events``, which names all of them.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import aware, aware_or_none, named
from deskcore.log import EventData, Role
from deskcore.tickets._words import Offering, Visibility
from deskcore.tickets.annex import NO_EFFORT, NO_TALLY, Effort, Gift, SolvedMarks, Tally


@final
@attrs.frozen
@lasting
class MessageRef:
    """A message without its body, as it travels between tickets: its id, when and by whose role it was written."""

    id: str = attrs.field(validator=named)
    at: datetime = attrs.field(validator=aware)
    role: Role
    visibility: Visibility = "public"
    auto_generated: bool = False
    channel: str = "unknown"


@final
@attrs.frozen
class SubjectSet(EventData):
    """The ticket is called something else."""

    TYPE: ClassVar[str] = "subject_set"
    subject: str


@final
@attrs.frozen
class Linked(EventData):
    """This ticket is related to another one: it ``kind`` the other. The other's log says the inverse."""

    TYPE: ClassVar[str] = "linked"
    kind: str
    other: str


@final
@attrs.frozen
class Unlinked(EventData):
    """A link is no more."""

    TYPE: ClassVar[str] = "unlinked"
    kind: str
    other: str


@final
@attrs.frozen
class MergedInto(EventData):
    """This ticket went into another one, and gave it these things. Its status changes by an event of its own."""

    TYPE: ClassVar[str] = "merged_into"
    into: str
    gift: Gift
    undoable: bool = True


@final
@attrs.frozen
class MergeReceived(EventData):
    """Another ticket went into this one: ``messages`` are its messages, ``gift`` what of it was new here."""

    TYPE: ClassVar[str] = "merge_received"
    source: str
    messages: tuple[MessageRef, ...]
    gift: Gift
    waiting_since: datetime | None = attrs.field(default=None, validator=aware_or_none)
    opened_at: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class MergeUndone(EventData):
    """This ticket stands for itself again; it has back what it gave. Its status changes by an event of its own."""

    TYPE: ClassVar[str] = "merge_undone"
    into: str


@final
@attrs.frozen
class MergeReturned(EventData):
    """A ticket that had gone into this one left again, with what it had brought."""

    TYPE: ClassVar[str] = "merge_returned"
    source: str
    gift: Gift


@final
@attrs.frozen
class MessageRedirected(EventData):
    """A message to this ticket landed on the one into which it was merged."""

    TYPE: ClassVar[str] = "message_redirected"
    to: str
    message_id: str


@final
@attrs.frozen
class SplitOff(EventData):
    """Some messages went to a new ticket of their own."""

    TYPE: ClassVar[str] = "split_off"
    into: str
    messages: tuple[str, ...]


@final
@attrs.frozen
class SplitFrom(EventData):
    """This ticket began with messages of another one, which count from here as contacts, not as replies."""

    TYPE: ClassVar[str] = "split_from"
    source: str
    messages: tuple[MessageRef, ...]


@final
@attrs.frozen
class WatcherAdded(EventData):
    """Somebody follows the ticket."""

    TYPE: ClassVar[str] = "watcher_added"
    who: str


@final
@attrs.frozen
class WatcherRemoved(EventData):
    """Somebody follows the ticket no more."""

    TYPE: ClassVar[str] = "watcher_removed"
    who: str


@final
@attrs.frozen
class SolutionProposed(EventData):
    """A solution was put to the requester. ``text`` is its text or the host's reference to it."""

    TYPE: ClassVar[str] = "solution_proposed"
    text: str
    code: str | None = None


@final
@attrs.frozen
class SolutionAccepted(EventData):
    """The requester, or somebody for them, took the solution."""

    TYPE: ClassVar[str] = "solution_accepted"


@final
@attrs.frozen
class SolutionRejected(EventData):
    """The solution was not taken."""

    TYPE: ClassVar[str] = "solution_rejected"
    why: str = ""


@final
@attrs.frozen
class ResolutionSet(EventData):
    """The resolution code was set or, with ``None``, cleared, apart from any change of status."""

    TYPE: ClassVar[str] = "resolution_set"
    code: str | None


@final
@attrs.frozen
class WorkPlanned(EventData):
    """Work on the ticket was planned, perhaps for an instant."""

    TYPE: ClassVar[str] = "work_planned"
    begin: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class TimeLogged(EventData):
    """Effort was added: what was worked, and by how much the estimate and the rest grew (negative: shrank)."""

    TYPE: ClassVar[str] = "time_logged"
    effort: Effort = NO_EFFORT


@final
@attrs.frozen
class ArticleLinked(EventData):
    """A knowledge article was offered to the requester, helped them, or did not."""

    TYPE: ClassVar[str] = "article_linked"
    article: str
    how: Offering = "offered"


@final
@attrs.frozen
class SurveySent(EventData):
    """The requester was asked how it went."""

    TYPE: ClassVar[str] = "survey_sent"


@final
@attrs.frozen
class Rated(EventData):
    """The requester said how it went. The scale is the host's; a later rating replaces an earlier one."""

    TYPE: ClassVar[str] = "rated"
    score: int


@final
@attrs.frozen
class Muted(EventData):
    """From here on the requester's messages change no status; with ``on`` false, they do again."""

    TYPE: ClassVar[str] = "muted"
    on: bool = True


@final
@attrs.frozen
class MessageRedacted(EventData):
    """The content of a message is gone; that it was written stays."""

    TYPE: ClassVar[str] = "message_redacted"
    message_id: str
    why: str = ""


@final
@attrs.frozen
class SubjectErased(EventData):
    """A person was erased from the ticket: ``pseudonym`` stands where their id stood. Counts and instants stay."""

    TYPE: ClassVar[str] = "subject_erased"
    pseudonym: str


@final
@attrs.frozen
class Corrected(EventData):
    """An earlier event was a mistake: the events before this one took its effect back, and it counts no more.

    ``seq`` is its place, which it keeps. ``counters`` are taken off the ticket's: what the mistake and its correction
    had added. With ``marks`` the four instants that hang on solutions, and the resolution code, are as given here.
    """

    TYPE: ClassVar[str] = "corrected"
    seq: int
    why: str = ""
    counters: Tally = NO_TALLY
    marks: SolvedMarks | None = None


BESIDE_EVENTS: tuple[type[EventData], ...] = (
    SubjectSet,
    Linked,
    Unlinked,
    MergedInto,
    MergeReceived,
    MergeUndone,
    MergeReturned,
    MessageRedirected,
    SplitOff,
    SplitFrom,
    WatcherAdded,
    WatcherRemoved,
    SolutionProposed,
    SolutionAccepted,
    SolutionRejected,
    ResolutionSet,
    WorkPlanned,
    TimeLogged,
    ArticleLinked,
    SurveySent,
    Rated,
    Muted,
    MessageRedacted,
    SubjectErased,
    Corrected,
)
"""The kinds of event of this half."""
