"""Taking an escalation on, and giving it back.

Not here: the host's permissions beyond one word, ``escalation.acknowledge``, for those who are not on the staff.

Layer: escalation. Imports tickets and its own room.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final, NamedTuple, final

import attrs

from deskcore._value import from_us, to_us
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.log import Actor
from deskcore.tickets.commands import Command
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.ticket import Ticket

PERMISSION: Final = "escalation.acknowledge"


@final
@attrs.frozen
class Acknowledge(Command):
    """Take the ticket's escalation on: rungs with ``until="acked"`` fall silent until it is withdrawn or reopened.

    >>> Acknowledge("T-1").TYPE
    'acknowledge'
    """

    TYPE: ClassVar[str] = "acknowledge"


@final
@attrs.frozen
class WithdrawAcknowledgement(Command):
    """Give the escalation back: its rungs begin a new cycle.

    >>> WithdrawAcknowledgement("T-1", why="off sick").why
    'off sick'
    """

    TYPE: ClassVar[str] = "withdraw_acknowledgement"
    why: str = attrs.field(kw_only=True, default="")


class Expiry(NamedTuple):
    """When an acknowledgement runs out, and the event to record then."""

    at: datetime
    data: AcknowledgementWithdrawn


def decide(command: Acknowledge | WithdrawAcknowledgement, ticket: Ticket, ledger: Ledger, *, actor: Actor) -> Decided:
    """The event of an acknowledgement or of its withdrawal, or every reason against it.

    Refused (``final_state``) once the ticket is closed or cancelled, and (``permission``) to anybody who is neither on
    the staff nor allowed ``escalation.acknowledge``. Asking for what already is so is accepted and changes nothing; the
    first acknowledgement of a cycle stands. On a rung where everybody acknowledges for themselves each is recorded, and
    silences the messages of whoever gave it.

    >>> from deskcore.escalation.ledger import begin
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> decide(Acknowledge("T-1"), replay([opening("T-1")]), begin(), actor=Actor.agent("bo")).events
    (Acknowledged(by='bo', alone=False),)
    """
    asked = "acknowledge ticket" if isinstance(command, Acknowledge) else "withdraw the acknowledgement of ticket"
    refusals = against(asked, ticket, actor)
    if refusals:
        return Decided(refusals=refusals)
    if isinstance(command, Acknowledge):
        return NOTHING if ledger.is_acknowledged else Decided((Acknowledged(actor.id, alone=ledger.each_acks),))
    return Decided((AcknowledgementWithdrawn(actor.id, command.why),)) if ledger.is_acknowledged else NOTHING


def expiry(matrix: Matrix, ledger: Ledger, ticket: Ticket) -> Expiry | None:
    """When the present acknowledgement runs out and the event that says so; ``None`` where it does not.

    A solution keeps it: what is resolved, closed or cancelled needs nobody to take it on.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> expiry(Matrix("house", (), Person("dana")), Ledger(), replay([opening("T-1")])) is None
    True
    """
    since = ledger.acknowledged_at
    if matrix.ack_expires is None or since is None or ticket.phase in {"resolved", "closed", "cancelled"}:
        return None
    at = from_us(to_us(since) + matrix.ack_expires.microseconds)
    by = ledger.acknowledged_by or ""
    return Expiry(at, AcknowledgementWithdrawn(by, f"expired after {matrix.ack_expires}"))


def against(asked: str, ticket: Ticket, actor: Actor) -> tuple[Refusal, ...]:
    """What stands against somebody's reaching for a ticket's escalation: its end, or their permissions.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> from deskcore.escalation.acknowledge import against
    >>> against("escalate ticket", replay([opening("T-1")]), Actor.agent("bo"))
    ()
    """
    found: list[Refusal] = []
    if ticket.phase in {"closed", "cancelled"}:
        held = f"it is {ticket.phase}"
        found.append(refusal("final_state", asked, ticket.id, held, "a ticket that is not over", phase=ticket.phase))
    if not (actor.is_staff or actor.may(PERMISSION)):
        held = f"{actor.id} is a {actor.role} and lacks {PERMISSION}"
        needs = (PERMISSION,)
        found.append(refusal("permission", asked, ticket.id, held, "somebody on the staff", needs=needs))
    return tuple(found)
