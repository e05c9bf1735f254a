"""Commands on links, merges, splits, solutions, effort, ratings and privacy.

The other half of ``deskcore.tickets.commands``, which names all of them.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, aware_or_none, named
from deskcore.tickets._command import Command
from deskcore.tickets._words import FieldValue, Offering
from deskcore.tickets.annex import NO_EFFORT, Effort, Gift
from deskcore.tickets.events_beside import MessageRef
from deskcore.tickets.status import Phase


@final
@attrs.frozen
class Act(Command):
    """Take a named action of the lifecycle. ``to`` is the person that a giving action names, ``code`` a resolution."""

    TYPE: ClassVar[str] = "act"
    action: str = attrs.field(validator=named)
    to: str | None = attrs.field(kw_only=True, default=None)
    code: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class SetSubject(Command):
    """Call the ticket something else."""

    TYPE: ClassVar[str] = "set_subject"
    subject: str


@final
@attrs.frozen
class ReviewAssignee(Command):
    """Look whether the assignee still belongs to the team; the lifecycle's ``membership`` says what follows."""

    TYPE: ClassVar[str] = "review_assignee"


@final
@attrs.frozen
class AddLink(Command):
    """Link to another ticket, which gets the inverse by a command of its own unless ``back`` is false."""

    TYPE: ClassVar[str] = "add_link"
    kind: str = attrs.field(validator=named)
    other: str = attrs.field(validator=named)
    back: bool = attrs.field(kw_only=True, default=True)


@final
@attrs.frozen
class RemoveLink(Command):
    """Take a link away, on both sides unless ``back`` is false."""

    TYPE: ClassVar[str] = "remove_link"
    kind: str = attrs.field(validator=named)
    other: str = attrs.field(validator=named)
    back: bool = attrs.field(kw_only=True, default=True)


@final
@attrs.frozen
class Follow(Command):
    """Go along with a ticket that this one hangs on: to ``to``, or to the first status of ``phase``.

    Given by the lifecycle's ``propagation``, not by people: permissions and needs are not asked. A ticket that is there
    already, that is done otherwise or that has no such status stays as it is.
    """

    TYPE: ClassVar[str] = "follow"
    leader: str = attrs.field(validator=named)
    phase: Phase
    to: str | None = attrs.field(kw_only=True, default=None)
    kinds: tuple[str, ...] = attrs.field(kw_only=True, default=())
    solution: str | None = attrs.field(kw_only=True, default=None)
    code: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class Merge(Command):
    """Merge the ticket into another one. ``messages`` are the ticket's own, as ``thread`` of its log lists them.

    The other ticket must be among the ``others`` that are known. ``status`` is the status that this one takes where
    the lifecycle lets the command choose; ``take`` names what the target takes over from here, set or not: custom
    fields, and ``priority``, ``subject``, ``assignee``, ``resolution`` or ``status``.
    """

    TYPE: ClassVar[str] = "merge"
    into: str = attrs.field(validator=named)
    messages: tuple[MessageRef, ...] = attrs.field(kw_only=True, default=())
    status: str | None = attrs.field(kw_only=True, default=None)
    take: frozenset[str] = attrs.field(kw_only=True, default=frozenset())


@final
@attrs.frozen
class ReceiveMerge(Command):
    """The target's part of a merge, given by ``Merge``."""

    TYPE: ClassVar[str] = "receive_merge"
    source: str = attrs.field(validator=named)
    messages: tuple[MessageRef, ...] = attrs.field(kw_only=True, default=())
    gift: Gift = attrs.field(kw_only=True, factory=Gift)
    fields: FrozenDict[FieldValue] = attrs.field(kw_only=True, factory=FrozenDict[FieldValue])
    own: FrozenDict[str | None] = attrs.field(kw_only=True, factory=FrozenDict[str | None])
    waiting_since: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)
    opened_at: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)


@final
@attrs.frozen
class UndoMerge(Command):
    """Give a ticket that was merged away back what it gave."""

    TYPE: ClassVar[str] = "undo_merge"


@final
@attrs.frozen
class ReturnMerge(Command):
    """The target's part of undoing a merge, given by ``UndoMerge``."""

    TYPE: ClassVar[str] = "return_merge"
    source: str = attrs.field(validator=named)


@final
@attrs.frozen
class Split(Command):
    """Move some messages to a new ticket, which is opened with a subject of its own or this one's."""

    TYPE: ClassVar[str] = "split"
    new: str = attrs.field(validator=named)
    messages: tuple[MessageRef, ...]
    subject: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class ReceiveSplit(Command):
    """The new ticket's part of a split, given by ``Split``."""

    TYPE: ClassVar[str] = "receive_split"
    source: str = attrs.field(validator=named)
    messages: tuple[MessageRef, ...]


@final
@attrs.frozen
class Copy(Command):
    """Open a new ticket ``new`` that says what this one says; nothing happens to this one."""

    TYPE: ClassVar[str] = "copy"
    new: str = attrs.field(validator=named)


@final
@attrs.frozen
class FollowUp(Command):
    """Open a new ticket ``new`` that follows this one up, with its tags unless others are given."""

    TYPE: ClassVar[str] = "follow_up"
    new: str = attrs.field(validator=named)
    tags: frozenset[str] | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class Watch(Command):
    """Somebody wants to follow the ticket."""

    TYPE: ClassVar[str] = "watch"
    who: str = attrs.field(validator=named)


@final
@attrs.frozen
class Unwatch(Command):
    """Somebody does not want to follow the ticket any more."""

    TYPE: ClassVar[str] = "unwatch"
    who: str = attrs.field(validator=named)


@final
@attrs.frozen
class ProposeSolution(Command):
    """Put a solution to the requester. ``text`` is its text or the host's reference to it."""

    TYPE: ClassVar[str] = "propose_solution"
    text: str
    code: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class AcceptSolution(Command):
    """Take the solution that was proposed."""

    TYPE: ClassVar[str] = "accept_solution"


@final
@attrs.frozen
class RejectSolution(Command):
    """Do not take the solution."""

    TYPE: ClassVar[str] = "reject_solution"
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class PlanWork(Command):
    """Plan work on the ticket, perhaps for an instant."""

    TYPE: ClassVar[str] = "plan_work"
    begin: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)


@final
@attrs.frozen
class LogTime(Command):
    """Add effort: what was worked, and by how much the estimate and the rest grew."""

    TYPE: ClassVar[str] = "log_time"
    effort: Effort = NO_EFFORT


@final
@attrs.frozen
class LinkArticle(Command):
    """Say that a knowledge article was offered, helped, or did not."""

    TYPE: ClassVar[str] = "link_article"
    article: str = attrs.field(validator=named)
    how: Offering = "offered"


@final
@attrs.frozen
class SendSurvey(Command):
    """Ask the requester how it went."""

    TYPE: ClassVar[str] = "send_survey"


@final
@attrs.frozen
class Rate(Command):
    """Say how it went, once the ticket is done."""

    TYPE: ClassVar[str] = "rate"
    score: int


@final
@attrs.frozen
class Mute(Command):
    """From here on the requester's messages change no status; ``on=False`` takes that back."""

    TYPE: ClassVar[str] = "mute"
    on: bool = attrs.field(kw_only=True, default=True)


@final
@attrs.frozen
class Redact(Command):
    """Record that the content of a message is gone; the host removes it."""

    TYPE: ClassVar[str] = "redact"
    message_id: str = attrs.field(validator=named)
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class EraseSubject(Command):
    """Put a pseudonym in the requester's place, from here on; what is stored already the host rewrites."""

    TYPE: ClassVar[str] = "erase_subject"
    pseudonym: str = attrs.field(validator=named)


AnyCommandBeside: TypeAlias = (
    Act
    | SetSubject
    | ReviewAssignee
    | AddLink
    | RemoveLink
    | Follow
    | Merge
    | ReceiveMerge
    | UndoMerge
    | ReturnMerge
    | Split
    | ReceiveSplit
    | Copy
    | FollowUp
    | Watch
    | Unwatch
    | ProposeSolution
    | AcceptSolution
    | RejectSolution
    | PlanWork
    | LogTime
    | LinkArticle
    | SendSurvey
    | Rate
    | Mute
    | Redact
    | EraseSubject
)
