"""What a rung does: actions as data. The desk turns them into notices to people and commands to the ticket.

Not here: doing it (``firing`` says what is to be done; the host does it).

Layer: escalation. Imports tickets and its own room.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable
from typing import final

import attrs

from deskcore._value import as_tuple, instance_of_kind, named
from deskcore.errors import InvalidValue
from deskcore.escalation.recipients import A_RECIPIENT, Recipient
from deskcore.tickets import commands as do
from deskcore.tickets.ticket import Ticket


@attrs.frozen
class Action(abc.ABC):
    """Something a rung does. Subclass it, frozen, for an action of your own and register its name with the desk.

    >>> str(RaisePriority("p1"))
    'raise priority, at most to p1'
    """

    @abc.abstractmethod
    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        """The commands it asks of the ticket, perhaps none; ``priorities`` are the lifecycle's, the gravest first."""


@final
@attrs.frozen
class Notify(Action):
    """Tell people, on a channel that the host knows by name (``page``, ``mail``); it never changes the ticket.

    ``requires_ack`` asks them to acknowledge; the host shows it with the notice.

    >>> from deskcore.escalation.recipients import TeamLead
    >>> str(Notify(TeamLead())), str(Notify(TeamLead(), channel="page"))
    ('notify team lead', 'page team lead')
    """

    recipient: Recipient = attrs.field(validator=instance_of_kind(Recipient, A_RECIPIENT))
    channel: str = attrs.field(default="notify", validator=named)
    requires_ack: bool = attrs.field(default=False, kw_only=True)

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        del ticket, priorities, why
        return ()

    def __str__(self) -> str:
        return f"{self.channel} {self.recipient}{', to be acknowledged' if self.requires_ack else ''}"


def _recipients(given: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class NotifyInTurn(Action):
    """Tell one of these: the first at the first firing, the next at the next, and so round; within one ticket.

    >>> from deskcore.escalation.recipients import Person
    >>> str(NotifyInTurn([Person("ann"), Person("bo")]))
    'notify in turn ann, bo'

    Raises:
        InvalidValue: there is nobody to take turns.
    """

    recipients: tuple[Recipient, ...] = attrs.field(
        converter=_recipients, validator=instance_of_kind(Recipient, A_RECIPIENT, many=True)
    )
    channel: str = attrs.field(default="notify", validator=named)

    def __attrs_post_init__(self) -> None:
        if not self.recipients:
            raise InvalidValue("recipients", (), "must hold somebody")

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        del ticket, priorities, why
        return ()

    def nth(self, number: int) -> Recipient:
        """Whose turn it is at the firing after ``number`` others."""
        return self.recipients[number % len(self.recipients)]

    def __str__(self) -> str:
        return f"{self.channel} in turn {', '.join(map(str, self.recipients))}"


@final
@attrs.frozen
class NotifyThoseTold(Action):
    """Tell everybody whom the rungs of this episode have told before, for example that it is over; else nobody.

    ``latest``: only those whom the latest rung told.

    >>> str(NotifyThoseTold()), str(NotifyThoseTold(latest=True))
    ('notify those told before', 'notify those told last')
    """

    channel: str = attrs.field(default="notify", validator=named)
    latest: bool = attrs.field(default=False, kw_only=True)

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        del ticket, priorities, why
        return ()

    def __str__(self) -> str:
        return f"{self.channel} those told {'last' if self.latest else 'before'}"


@final
@attrs.frozen
class RaisePriority(Action):
    """One step graver, never beyond ``cap``; nothing when the ticket is at or above it, or has no known priority.

    >>> RaisePriority().cap is None
    True
    """

    cap: str | None = None

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        if ticket.priority not in priorities:
            return ()
        highest = priorities.index(self.cap) if self.cap in priorities else 0
        now = priorities.index(ticket.priority)
        return (do.SetPriority(ticket.id, priorities[now - 1], reason=why),) if now > highest else ()

    def __str__(self) -> str:
        return "raise priority" + ("" if self.cap is None else f", at most to {self.cap}")


@final
@attrs.frozen
class TransferTo(Action):
    """Send the ticket to a team, a desk or both: functional escalation. Nothing when it is there already.

    >>> str(TransferTo(team="network", desk="house"))
    'transfer to team network, desk house'
    """

    team: str | None = None
    desk: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.team is None and self.desk is None:
            raise InvalidValue("team", None, "or desk must say where the ticket goes")

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        del priorities
        if self.team in {None, ticket.team} and self.desk in {None, ticket.desk}:
            return ()
        return (do.Transfer(ticket.id, team=self.team, desk=self.desk, why=why),)

    def __str__(self) -> str:
        parts = [f"team {self.team}"] if self.team else []
        return "transfer to " + ", ".join([*parts, *([f"desk {self.desk}"] if self.desk else [])])


@final
@attrs.frozen
class AddTag(Action):
    """Put a tag on; nothing when the ticket has it.

    >>> str(AddTag("escalated"))
    'tag escalated'
    """

    tag: str = attrs.field(validator=named)

    def commands(self, ticket: Ticket, priorities: tuple[str, ...], why: str) -> tuple[do.Command, ...]:
        del priorities, why
        return () if self.tag in ticket.tags else (do.AddTag(ticket.id, self.tag),)

    def __str__(self) -> str:
        return f"tag {self.tag}"


ACTIONS: tuple[type[Action], ...] = (Notify, NotifyInTurn, NotifyThoseTold, RaisePriority, TransferTo, AddTag)
"""Every kind of action this room offers."""
