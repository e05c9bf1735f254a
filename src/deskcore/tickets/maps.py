"""How a ticket's status is translated when it moves to a queue with another lifecycle.

Layer: tickets. Imports the status only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, named
from deskcore.tickets.status import Status


@final
@attrs.frozen
@lasting
class StatusMap:
    """Into the lifecycle ``to``: own statuses by name, each with the status that it becomes there. One-way.

    >>> StatusMap("delivery", FrozenDict({"new": Status("ordered", "new")})).statuses["new"].name
    'ordered'
    """

    to: str = attrs.field(validator=named)
    statuses: FrozenDict[Status]
