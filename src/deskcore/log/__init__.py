"""The event envelope and the log: what every stream of facts is made of.

Layer: log. Above ``hours``, below everything that happens.
"""

from deskcore.log.actor import Actor, Role
from deskcore.log.event import Event, EventData, Unknown
from deskcore.log.event_log import EventLog, in_order

__all__ = ["Actor", "Event", "EventData", "EventLog", "Role", "Unknown", "in_order"]
