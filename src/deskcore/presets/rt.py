"""Request Tracker: the default lifecycle as shipped, with its reply rules.

Layer: presets.
"""

from __future__ import annotations

from typing import Final

from deskcore.log.actor import ROLES
from deskcore.tickets import Lifecycle, ReplyRule, Status, Transition
from deskcore.tickets.merging import Merging

_STATUSES: Final = (
    Status("new", "new"),
    Status("open", "active"),
    Status("stalled", "waiting"),
    Status("resolved", "resolved"),
    Status("rejected", "cancelled"),
    Status("deleted", "cancelled"),
)


def rt_lifecycle() -> Lifecycle:
    """new, open, stalled, resolved, rejected, deleted; every status leads to every other, also out of deleted.

    Moving needs ``ModifyTicket``, deleting ``DeleteTicket``. A public message by anybody opens a ticket, except one by
    the requester on a new one. A ticket is not resolved while one that it depends on is open, unless by force. The
    source of a merge is frozen.

    >>> lifecycle = rt_lifecycle()
    >>> lifecycle.creatable, lifecycle.targets("deleted")[:2]
    (('new', 'open', 'resolved'), ('new', 'open'))
    >>> [problem.code for problem in lifecycle.lint()]
    ['no_closed_status']
    """
    everybody = frozenset(ROLES)
    return Lifecycle(
        "rt",
        _STATUSES,
        (
            Transition("*", "deleted", permission="DeleteTicket"),
            Transition("*", "*", permission="ModifyTicket"),
        ),
        creation=("new", "open", "resolved"),
        replies=(
            ReplyRule("stay", statuses=("new",)),
            ReplyRule(
                "move",
                "open",
                statuses=("new", "stalled", "resolved", "rejected", "deleted"),
                roles=everybody,
            ),
        ),
        dependencies="overridable",
        merging=Merging(seals=True, redirects=True, undoable=False, moves_links=True, sums_effort=True),
    )
