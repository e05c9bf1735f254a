"""Taking a ticket back from a partner desk, and what a case remembers of who served it.

Layer: routing. Imports tickets and its own room.
"""

from __future__ import annotations

from typing import ClassVar, Final, final

import attrs

from deskcore._lasting import lasting
from deskcore.log import Actor, Event
from deskcore.routing.events import Recalled
from deskcore.staff import HOUSE
from deskcore.tickets.commands import Command
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import Assigned, Transferred
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.ticket import Ticket

PERMISSION: Final = "ticket.recall"
REOPENED: Final = "reopened"
"""Why a desk takes a solved ticket back by itself: the partner did nothing wrong and may get it again."""


@final
@attrs.frozen
class Recall(Command):
    """Take the ticket back from the partner desk that has it; it waits in the house again, in its old place in line.

    The desk that had it counts as tried: a policy that asks for ``NotTried``, as usual, gives it to somebody else.

    >>> Recall("T-1", why="the customer asked for the house").TYPE
    'recall'
    """

    TYPE: ClassVar[str] = "recall"
    why: str = attrs.field(kw_only=True, default="")


ROUTING_COMMANDS: tuple[type[Command], ...] = (Recall,)
"""Every command this room answers."""


def decide(command: Recall, ticket: Ticket, *, actor: Actor) -> Decided:
    """The events of a recall, or every reason against it.

    Refused (``not_handed_off``) where no partner has the ticket, (``final_state``) once it is over, and
    (``permission``) to anybody who is neither on the staff nor allowed ``ticket.recall``.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> print(decide(Recall("T-1"), replay([opening("T-1")]), actor=Actor.agent("bo")).explain())
    cannot recall ticket T-1: house has it; accepted: a ticket that a partner desk has
    """
    refusals = tuple(_refusals(ticket, actor))
    if refusals:
        return Decided(refusals=refusals)
    assert ticket.desk is not None
    back = Transferred(queue=ticket.place.queue, why=command.why or "recalled")
    return Decided((Recalled(ticket.desk, command.why), back))


def _refusals(ticket: Ticket, actor: Actor) -> list[Refusal]:
    found: list[Refusal] = []
    asked = "recall ticket"
    if ticket.desk is None or ticket.desk == HOUSE:
        held = f"{ticket.desk or HOUSE} has it"
        found.append(refusal("not_handed_off", asked, ticket.id, held, "a ticket that a partner desk has"))
    if not ticket.is_open:
        held = f"it is {ticket.phase}"
        found.append(refusal("final_state", asked, ticket.id, held, "a ticket that is not over", phase=ticket.phase))
    if not (actor.is_staff or actor.may(PERMISSION)):
        held = f"{actor.id} is a {actor.role} and lacks {PERMISSION}"
        needs = (PERMISSION,)
        found.append(refusal("permission", asked, ticket.id, held, "somebody on the staff", needs=needs))
    return found


@final
@attrs.frozen
@lasting
class Served:
    """Who had the ticket last, and the partner desks it was recalled from: what a policy asks of its past.

    >>> Served().last_agent is None
    True
    """

    last_agent: str | None = None
    tried: tuple[str, ...] = ()

    def step(self, event: Event) -> Served:
        """What is remembered after one more event of the case."""
        match event.data:
            case Assigned(assignee=str(who)) | Transferred(assignee=str(who)):
                return self if who == self.last_agent else attrs.evolve(self, last_agent=who)
            case Recalled(desk=desk, why=why) if why != REOPENED and desk not in self.tried:
                return attrs.evolve(self, tried=(*self.tried, desk))
            case _:
                return self
