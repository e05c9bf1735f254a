"""What can be asked of a ticket. A command is a wish; ``decide`` answers with events or refusals.

Not here: what becomes of it, which the lifecycle says.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, as_frozen, aware_or_none, named
from deskcore.errors import InvalidValue
from deskcore.tickets._command import Command
from deskcore.tickets._words import FieldValue, How, Visibility
from deskcore.tickets.annex import NO_EFFORT, Effort
from deskcore.tickets.commands_beside import (
    AcceptSolution,
    Act,
    AddLink,
    AnyCommandBeside,
    Copy,
    EraseSubject,
    Follow,
    FollowUp,
    LinkArticle,
    LogTime,
    Merge,
    Mute,
    PlanWork,
    ProposeSolution,
    Rate,
    ReceiveMerge,
    ReceiveSplit,
    Redact,
    RejectSolution,
    RemoveLink,
    ReturnMerge,
    ReviewAssignee,
    SendSurvey,
    SetSubject,
    Split,
    UndoMerge,
    Unwatch,
    Watch,
)
from deskcore.tickets.links import Link
from deskcore.tickets.party import Party

__all__ = [
    "TICKET_COMMANDS",
    "AcceptSolution",
    "Act",
    "AddLink",
    "AddTag",
    "AnyCommand",
    "AnyCommandBeside",
    "Assign",
    "Cancel",
    "ChangeParty",
    "Classify",
    "Close",
    "Command",
    "Copy",
    "EraseSubject",
    "Follow",
    "FollowUp",
    "Hold",
    "LinkArticle",
    "LogTime",
    "Merge",
    "Move",
    "Mute",
    "Open",
    "PlanWork",
    "Post",
    "ProposeSolution",
    "Rate",
    "ReceiveMerge",
    "ReceiveSplit",
    "Redact",
    "RejectSolution",
    "RemoveLink",
    "RemoveTag",
    "Reopen",
    "Resolve",
    "Resume",
    "ReturnMerge",
    "ReviewAssignee",
    "SendSurvey",
    "SetField",
    "SetImpactUrgency",
    "SetPriority",
    "SetSubject",
    "Split",
    "Start",
    "Tick",
    "Transfer",
    "Unassign",
    "UndoMerge",
    "Unwatch",
    "Watch",
]


def _as_party(requester: Party | str | None) -> Party | None:
    return Party(requester) if isinstance(requester, str) else requester


def _as_values(given: Mapping[str, FieldValue]) -> FrozenDict[FieldValue]:
    return as_frozen(given)


@final
@attrs.frozen
class Open(Command):
    """Open a ticket. ``status`` defaults to the lifecycle's first for the kind.

    ``requester`` may be an id; a ``Party`` is needed where something depends on their organisation, tier or languages.

    ``until`` is when a wait in which it is opened ends; ``links`` are mirrored on the other tickets by commands;
    ``follows_up`` names a ticket that it follows up, which counts only where that one is known to be final.

    >>> Open("T-1", subject="VPN drops", requester="ann").requester
    Party(id='ann', organisation=None, tier=None, languages=(), data_class=None, vip=False)
    """

    TYPE: ClassVar[str] = "open"
    subject: str = attrs.field(kw_only=True)
    requester: Party | None = attrs.field(kw_only=True, default=None, converter=_as_party)
    status: str | None = attrs.field(kw_only=True, default=None)
    kind: str = attrs.field(kw_only=True, default="incident")
    channel: str = attrs.field(kw_only=True, default="unknown")
    priority: str | None = attrs.field(kw_only=True, default=None)
    impact: int | None = attrs.field(kw_only=True, default=None)
    urgency: int | None = attrs.field(kw_only=True, default=None)
    category: str | None = attrs.field(kw_only=True, default=None)
    service: str | None = attrs.field(kw_only=True, default=None)
    queue: str | None = attrs.field(kw_only=True, default=None)
    team: str | None = attrs.field(kw_only=True, default=None)
    desk: str | None = attrs.field(kw_only=True, default=None)
    assignee: str | None = attrs.field(kw_only=True, default=None)
    skills: frozenset[str] = attrs.field(kw_only=True, default=frozenset())
    tags: frozenset[str] = attrs.field(kw_only=True, default=frozenset())
    fields: FrozenDict[FieldValue] = attrs.field(kw_only=True, factory=FrozenDict[FieldValue], converter=_as_values)
    until: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)
    cc: frozenset[str] = attrs.field(kw_only=True, default=frozenset())
    watchers: frozenset[str] = attrs.field(kw_only=True, default=frozenset())
    links: frozenset[Link] = attrs.field(kw_only=True, default=frozenset())
    effort: Effort = attrs.field(kw_only=True, default=NO_EFFORT)
    started_at: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)
    follows_up: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class Post(Command):
    """Post a message, public unless said otherwise. The author is the actor; the body stays with the host.

    ``then`` moves the ticket to a status along with the message, for which ``reason``, ``until`` and ``code`` mean what
    they mean in ``Move``. ``follow_up`` is the id of the new ticket to open when
    the lifecycle lets this one no longer be answered. ``rules=False`` keeps the lifecycle's reply rules out of it;
    ``response=False`` says that a message by staff is no answer to the requester.
    """

    TYPE: ClassVar[str] = "post"
    message_id: str = attrs.field(validator=named)
    visibility: Visibility = attrs.field(kw_only=True, default="public")
    channel: str = attrs.field(kw_only=True, default="unknown")
    auto_generated: bool = attrs.field(kw_only=True, default=False)
    then: str | None = attrs.field(kw_only=True, default=None)
    reason: str = attrs.field(kw_only=True, default="")
    until: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)
    code: str | None = attrs.field(kw_only=True, default=None)
    follow_up: str | None = attrs.field(kw_only=True, default=None)
    rules: bool = attrs.field(kw_only=True, default=True)
    response: bool = attrs.field(kw_only=True, default=True)


@final
@attrs.frozen
class Move(Command):
    """Move to a status by its name, whatever its phase; what the phase needs comes along.

    ``until`` is when a wait should end by itself, ``reason`` why it is held or cancelled, ``code`` the resolution code.
    ``force`` goes over open dependencies, where the lifecycle lets it.
    """

    TYPE: ClassVar[str] = "move"
    to: str = attrs.field(validator=named)
    reason: str = attrs.field(kw_only=True, default="")
    until: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)
    code: str | None = attrs.field(kw_only=True, default=None)
    force: bool = attrs.field(kw_only=True, default=False)


@final
@attrs.frozen
class Start(Command):
    """Begin work: to the lifecycle's first active status."""

    TYPE: ClassVar[str] = "start"


@final
@attrs.frozen
class Hold(Command):
    """Put on hold for a reason: to the waiting status that the lifecycle keeps for it, perhaps until an instant."""

    TYPE: ClassVar[str] = "hold"
    reason: str = attrs.field(validator=named)
    until: datetime | None = attrs.field(kw_only=True, default=None, validator=aware_or_none)


@final
@attrs.frozen
class Resume(Command):
    """End a wait: to the lifecycle's first active status."""

    TYPE: ClassVar[str] = "resume"


@final
@attrs.frozen
class Resolve(Command):
    """Give a solution."""

    TYPE: ClassVar[str] = "resolve"
    code: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class Close(Command):
    """Close for good."""

    TYPE: ClassVar[str] = "close"


@final
@attrs.frozen
class Reopen(Command):
    """Take up again what was resolved or closed, where the lifecycle allows it."""

    TYPE: ClassVar[str] = "reopen"


@final
@attrs.frozen
class Cancel(Command):
    """Declare the ticket void."""

    TYPE: ClassVar[str] = "cancel"
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class Assign(Command):
    """Give the ticket to a person, or to a team or desk as a whole."""

    TYPE: ClassVar[str] = "assign"
    assignee: str | None = None
    team: str | None = attrs.field(kw_only=True, default=None)
    desk: str | None = attrs.field(kw_only=True, default=None)
    how: How = attrs.field(kw_only=True, default="manual")


@final
@attrs.frozen
class Unassign(Command):
    """Take the ticket from its assignee."""

    TYPE: ClassVar[str] = "unassign"
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class Transfer(Command):
    """Send the ticket to another queue, team or desk. ``keep`` leaves it with its assignee."""

    TYPE: ClassVar[str] = "transfer"
    queue: str | None = attrs.field(kw_only=True, default=None)
    team: str | None = attrs.field(kw_only=True, default=None)
    desk: str | None = attrs.field(kw_only=True, default=None)
    why: str = attrs.field(kw_only=True, default="")
    keep: bool = attrs.field(kw_only=True, default=False)


@final
@attrs.frozen
class Classify(Command):
    """Say what the ticket is about. ``None`` leaves as it was."""

    TYPE: ClassVar[str] = "classify"
    category: str | None = attrs.field(kw_only=True, default=None)
    service: str | None = attrs.field(kw_only=True, default=None)
    kind: str | None = attrs.field(kw_only=True, default=None)
    skills: frozenset[str] | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class SetImpactUrgency(Command):
    """Judge impact and urgency (1 the gravest); the lifecycle's table gives the priority."""

    TYPE: ClassVar[str] = "set_impact_urgency"
    impact: int | None
    urgency: int | None
    reason: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class SetPriority(Command):
    """Override the priority, with a reason."""

    TYPE: ClassVar[str] = "set_priority"
    priority: str | None
    reason: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class SetField(Command):
    """Set one of the host's own fields; ``None`` clears it."""

    TYPE: ClassVar[str] = "set_field"
    name: str = attrs.field(validator=named)
    value: FieldValue = None


@final
@attrs.frozen
class AddTag(Command):
    """Put a tag on. Doing so twice changes nothing."""

    TYPE: ClassVar[str] = "add_tag"
    tag: str = attrs.field(validator=named)


@final
@attrs.frozen
class RemoveTag(Command):
    """Take a tag off. Doing so twice changes nothing."""

    TYPE: ClassVar[str] = "remove_tag"
    tag: str = attrs.field(validator=named)


@final
@attrs.frozen
class ChangeParty(Command):
    """Replace what is known of the requester."""

    TYPE: ClassVar[str] = "change_party"
    requester: Party


@final
@attrs.frozen
class Tick(Command):
    """Let time pass: whatever was due by the instant given happens now, dated when it was due. Idempotent.

    ``rungs`` is how many rungs of the ticket's ladder are taken at this look, the earliest first, of a desk that looks
    for rungs at ticks alone (``Configuration.climbs``); ``None`` takes all that are due. Those passed over because
    nobody is there, and messages to people who are being called already, go along in any case.

    >>> Tick("T-1", rungs=1).rungs
    1

    Raises:
        InvalidValue: ``rungs`` is negative.
    """

    TYPE: ClassVar[str] = "tick"

    rungs: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.rungs is not None and self.rungs < 0:
            raise InvalidValue("rungs", self.rungs, "must not be negative; None takes all that are due")


AnyCommand: TypeAlias = (
    Open
    | Post
    | Move
    | Start
    | Hold
    | Resume
    | Resolve
    | Close
    | Reopen
    | Cancel
    | Assign
    | Unassign
    | Transfer
    | Classify
    | SetImpactUrgency
    | SetPriority
    | SetField
    | AddTag
    | RemoveTag
    | ChangeParty
    | Tick
    | AnyCommandBeside
)

TICKET_COMMANDS: tuple[type[Command], ...] = (
    Open,
    Post,
    Move,
    Start,
    Hold,
    Resume,
    Resolve,
    Close,
    Reopen,
    Cancel,
    Assign,
    Unassign,
    Transfer,
    Classify,
    SetImpactUrgency,
    SetPriority,
    SetField,
    AddTag,
    RemoveTag,
    ChangeParty,
    Tick,
    *get_args(AnyCommandBeside),
)
"""Every kind of command this room answers."""
