"""Merging: what becomes of a ticket that turns out to be about the same thing as another, and what travels.

The source is frozen or not as the lifecycle says; its messages, notes and cc always go to the target.

Layer: tickets. Imports the nouns only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import to_us
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
@lasting
class Merging:
    """How tickets of a lifecycle are merged. The defaults keep the source as it is but for its messages and cc.

    Attributes:
        source_status: the status that the source takes; the command may choose another where ``choose_status``.
        choose_status: whether the command says the source's status.
        seals: whether every later command on the source is refused, but for messages that ``redirects`` sends on.
        redirects: whether the requester's messages to the source land on the target.
        undoable: whether ``UndoMerge`` gives the source back what it gave.
        before: the target's status must stand before this one in the lifecycle's list.
        wakes: where a target that waits goes, ``None``: it keeps waiting.
        permission: what the actor must be granted on both tickets.
        kinds: the kinds both must be of; none: any.
        clears_assignee: whether the source loses its assignee.
        shares_watchers: whether the target takes over the source's watchers.
        moves_links: whether the source's links move to the target, a common one kept once.
        link: what the target is to the source afterwards, such as ``parent_of``; ``None``: nothing.
        sums_effort: whether the target takes over the time worked, estimated and left.

    >>> Merging(source_status="merged", redirects=True).seals
    False
    """

    source_status: str | None = None
    choose_status: bool = False
    seals: bool = False
    redirects: bool = False
    undoable: bool = True
    before: str | None = None
    wakes: str | None = None
    permission: str | None = None
    kinds: tuple[str, ...] = ()
    clears_assignee: bool = False
    shares_watchers: bool = True
    moves_links: bool = False
    link: str | None = None
    sums_effort: bool = False


def survivor(tickets: Iterable[Ticket]) -> Ticket:
    """The ticket into which the others are merged where the oldest survives; of two as old, the one named first.

    Raises:
        ValueError: there is no ticket.
    """
    return min(tickets, key=lambda ticket: to_us(ticket.opened_at))
