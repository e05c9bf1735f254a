"""Ticket logs of other systems, read by a mapping: rows of CSV, JSON or XES in, histories of events out.

``open_log`` makes sure that a log, its mapping and a lifecycle fit each other; ``TicketLog.histories`` reads it, one
case at a time. Nothing is dropped: the rows read are the rows applied and the rows listed. Not here: what becomes of
the histories (``deskcore.adapters.replay``).

Layer: adapters.
"""

from deskcore.adapters.logs.history import History, PriorityCheck
from deskcore.adapters.logs.instants import InstantFormat
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.records import Listed
from deskcore.adapters.logs.source import TicketLog, open_log, read_mapping
from deskcore.adapters.logs.survey import Survey
from deskcore.adapters.logs.toml import mapping_from

__all__ = [
    "History",
    "InstantFormat",
    "Listed",
    "LogMapping",
    "PriorityCheck",
    "Survey",
    "TicketLog",
    "mapping_from",
    "open_log",
    "read_mapping",
]
