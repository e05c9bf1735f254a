"""What a message does to a ticket, by one rule for every channel.

A message always is recorded; a rule says whether it also moves the ticket, must become a new ticket, or is refused. A
message that a machine wrote changes nothing unless a rule says that it is for those. Not here: the message.

Layer: tickets. Imports _value, errors, hours, log and predicate.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import to_us
from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.log import Role
from deskcore.predicate import ALWAYS, Condition
from deskcore.tickets._clock import Calendars, due_us
from deskcore.tickets._words import Visibility
from deskcore.tickets.facts import facts
from deskcore.tickets.status import Phase
from deskcore.tickets.ticket import Ticket

Reaction: TypeAlias = Literal["stay", "move", "follow_up", "refuse"]
Since: TypeAlias = Literal["done", "closed", "entered"]
RefusalCode: TypeAlias = Literal["reply_refused", "reopen_window_over"]


@final
@attrs.frozen
@lasting
class ReplyRule:
    """For some messages in some statuses: stay, move to a status, ask for a new ticket, or refuse.

    The first rule of a lifecycle that fits a message holds; without one the ticket stays. ``phases`` and ``statuses``
    name where the rule is looked for (neither: everywhere; both: either is enough). ``within`` bounds it to an amount
    of time, elapsed or open on ``calendar``, since the ticket was done (``Marks.done_at``), closed, or entered its
    status; a message exactly at the end still is within, unless ``end_included`` is false. ``channels`` narrows it to
    messages by those (none: every channel, which is how it should be). ``notify`` are the host's words for who is told.

    A refusal has ``code``. A new ticket is of ``new_kind`` (``None``: the same) and ``linked`` to the old one; besides
    subject, requester, category, service and skills it ``copies`` what is named: fields of ``Open``, or custom fields.

    >>> ReplyRule.moves("Open", phases=("waiting",)).reaction
    'move'
    """

    reaction: Reaction
    to: str | None = None
    phases: tuple[Phase, ...] = attrs.field(default=(), kw_only=True)
    statuses: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    roles: frozenset[Role] = attrs.field(default=frozenset({"requester"}), kw_only=True)
    visibility: Visibility = attrs.field(default="public", kw_only=True)
    auto_generated: bool = attrs.field(default=False, kw_only=True)
    within: BusinessDuration | ElapsedDuration | None = attrs.field(default=None, kw_only=True)
    since: Since = attrs.field(default="done", kw_only=True)
    calendar: str = attrs.field(default="default", kw_only=True)
    when: Condition = attrs.field(default=ALWAYS, kw_only=True)
    channels: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    end_included: bool = attrs.field(default=True, kw_only=True)
    code: RefusalCode = attrs.field(default="reply_refused", kw_only=True)
    notify: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    new_kind: str | None = attrs.field(default=None, kw_only=True)
    copies: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    linked: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.code not in get_args(RefusalCode):
            raise InvalidValue("code", self.code, f"must be one of {', '.join(get_args(RefusalCode))}")
        if self.reaction not in get_args(Reaction):
            raise InvalidValue("reaction", self.reaction, f"must be one of {', '.join(get_args(Reaction))}")
        if self.since not in get_args(Since):
            raise InvalidValue("since", self.since, f"must be one of {', '.join(get_args(Since))}")
        if (self.reaction == "move") is (self.to is None):
            raise InvalidValue("to", self.to, "must name a status when the rule moves, and only then")

    @classmethod
    def moves(
        cls,
        to: str,
        *,
        phases: tuple[Phase, ...] = (),
        statuses: tuple[str, ...] = (),
        roles: frozenset[Role] = frozenset({"requester"}),
        within: BusinessDuration | ElapsedDuration | None = None,
    ) -> ReplyRule:
        """The message moves the ticket: wakes a waiting one, reopens a resolved one.

        >>> from deskcore.hours import elapsed
        >>> str(ReplyRule.moves("Open", phases=("resolved",), within=elapsed(days=7)).within)
        '7d'
        """
        return cls("move", to, phases=phases, statuses=statuses, roles=roles, within=within)

    @classmethod
    def follow_up(cls, *, phases: tuple[Phase, ...] = ("closed",), statuses: tuple[str, ...] = ()) -> ReplyRule:
        """The ticket stays shut; the message belongs in a new ticket that follows it up."""
        return cls("follow_up", phases=phases, statuses=statuses)

    @classmethod
    def refuse(cls, *, phases: tuple[Phase, ...] = ("closed",), statuses: tuple[str, ...] = ()) -> ReplyRule:
        """The message is refused."""
        return cls("refuse", phases=phases, statuses=statuses)

    def fits(self, ticket: Ticket, message: Message, at: int, calendars: Calendars) -> bool:
        """Whether the rule is the one for a message posted at ``at``, in microseconds of UTC.

        Raises:
            UnknownName: ``within`` counts open time on a calendar that is not among ``calendars``.
        """
        return (
            message.role in self.roles
            and message.visibility == self.visibility
            and message.auto_generated is self.auto_generated
            and (not self.channels or message.channel in self.channels)
            and self.covers(ticket.status.name, ticket.status.phase)
            and self._in_time(ticket, at, calendars)
            and (self.when is ALWAYS or self.when.test(facts(ticket)))
        )

    def covers(self, status: str, phase: Phase) -> bool:
        """Whether the rule is for tickets in a status."""
        return status in self.statuses or phase in self.phases or not (self.statuses or self.phases)

    def _in_time(self, ticket: Ticket, at: int, calendars: Calendars) -> bool:
        if self.within is None:
            return True
        marks = ticket.marks
        basis = {"done": marks.done_at, "closed": marks.closed_at}.get(self.since)
        end = due_us(to_us(basis or marks.status_since), self.within, self.calendar, calendars)
        return at <= end if self.end_included else at < end


@final
@attrs.frozen
class Message:
    """What a rule may know of a message: who wrote it, for whose eyes, whether a machine did, by what way."""

    role: Role
    visibility: Visibility = "public"
    auto_generated: bool = False
    channel: str = "unknown"


def reaction(
    rules: tuple[ReplyRule, ...], ticket: Ticket, message: Message, *, at: int, calendars: Calendars
) -> ReplyRule | None:
    """The first rule that fits a message, ``None`` when the ticket simply stays.

    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> reaction((), replay([opening("T-1")]), Message("requester"), at=to_us(NOON), calendars={}) is None
    True
    """
    for rule in rules:
        if rule.fits(ticket, message, at, calendars):
            return rule
    return None
