"""Zammad: state types, pending times, and what a late reply does.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from deskcore.hours import elapsed
from deskcore.tickets import Lifecycle, ReplyRule, Status, Timer, Transition
from deskcore.tickets.membership import Membership
from deskcore.tickets.merging import Merging

FollowUps: TypeAlias = Literal["yes", "new_ticket", "new_ticket_after_certain_time"]
"""What a reply to a closed ticket does: reopen it, open a new one, or that once some days have passed."""

_STATUSES: Final = (
    Status("new", "new"),
    Status("open", "active"),
    Status("pending reminder", "waiting"),
    Status("pending close", "waiting"),
    Status("closed", "closed"),
    Status("merged", "cancelled"),
)


def zammad_lifecycle(*, follow_up: FollowUps = "yes", reopen_days: int = 0) -> Lifecycle:
    """new, open, pending reminder, pending close, closed, merged.

    A communication by staff opens a new ticket; a reply by the requester opens any but a new or merged one. Pending
    close closes at its time, pending reminder reminds at it. With ``follow_up`` other than ``yes`` a reply to a closed
    ticket opens a new one, at once or when ``reopen_days`` whole elapsed days have passed since closing. Somebody from
    outside the ticket's group is not assigned, and who has left it loses the ticket at the requester's next message.

    >>> lifecycle = zammad_lifecycle(follow_up="new_ticket_after_certain_time", reopen_days=5)
    >>> [rule.reaction for rule in lifecycle.replies], lifecycle.lint()
    (['move', 'follow_up', 'move', 'move'], ())
    """
    return Lifecycle(
        "zammad",
        _STATUSES,
        (Transition("*", "*"),),
        creation=("new", "open", "pending reminder", "pending close", "closed"),
        replies=(
            *_late(follow_up, reopen_days),
            ReplyRule.moves("open", statuses=("open", "pending reminder", "pending close", "closed")),
            ReplyRule.moves("open", statuses=("new",), roles=frozenset({"agent", "partner", "admin"})),
        ),
        timers=(
            Timer("pending-close", elapsed(seconds=0), to="closed", statuses=("pending close",), basis="until"),
            Timer("reminder", elapsed(seconds=0), statuses=("pending reminder",), basis="until"),
        ),
        membership=Membership(outsider="unassign", leaver="unassign", checked="message"),
        merging=Merging(source_status="merged", undoable=False, clears_assignee=True, link="parent_of"),
    )


def _late(follow_up: FollowUps, days: int) -> Iterator[ReplyRule]:
    if follow_up == "yes":
        return
    if follow_up == "new_ticket_after_certain_time" and days > 0:
        yield ReplyRule(
            "move", "open", statuses=("closed",), within=elapsed(days=days), since="closed", end_included=False
        )
    yield ReplyRule("follow_up", statuses=("closed",), linked=False)
