"""The desk: a facade over cases and the floor, and the host in memory that shows how it is used.

Commands to the floor are in ``floor_commands``, effects in ``effects``, taking over and correcting the past in
``history``, the reference host in ``memory``.

Layer: desk. Above every engine, below whatever reports on it.
"""

from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.desk import Desk
from deskcore.desk.effects import FloorNotice, ForTicket, Notify, RouteNext
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.memory import Memory
from deskcore.desk.outcome import Accepted, CommandRefused, Refused, Routed

__all__ = [
    "FLOOR_STREAM",
    "Accepted",
    "Case",
    "CommandRefused",
    "Configuration",
    "Desk",
    "Floor",
    "FloorNotice",
    "ForTicket",
    "Memory",
    "Notify",
    "Refused",
    "RouteNext",
    "Routed",
]
