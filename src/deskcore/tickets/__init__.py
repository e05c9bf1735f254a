"""The ticket lifecycle: any desk's rules as a table, a pure answer to every command, a fold over what happened.

Commands are in ``deskcore.tickets.commands``, events in ``deskcore.tickets.events``; the rarer names in the modules
named after them.

Layer: tickets. Above ``log``; knows no staff, no clock of an SLA, no desk.
"""

from deskcore.tickets.allowed import allowed
from deskcore.tickets.decide import decide
from deskcore.tickets.events import TICKET_EVENTS
from deskcore.tickets.evolve import evolve, replay
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.moves import status_event
from deskcore.tickets.party import Party
from deskcore.tickets.priority import PriorityTable
from deskcore.tickets.refusal import Refusal
from deskcore.tickets.replies import ReplyRule
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Ticket
from deskcore.tickets.timers import Timer
from deskcore.tickets.transition import Transition

__all__ = [
    "TICKET_EVENTS",
    "Lifecycle",
    "Party",
    "PriorityTable",
    "Refusal",
    "ReplyRule",
    "Status",
    "Ticket",
    "Timer",
    "Transition",
    "allowed",
    "decide",
    "evolve",
    "replay",
    "status_event",
]
