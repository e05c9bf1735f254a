"""Zendesk: the system ticket rules and the default automation that closes.

Layer: presets.
"""

from __future__ import annotations

from typing import Final

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import elapsed
from deskcore.tickets import Lifecycle, ReplyRule, Status, Timer, Transition
from deskcore.tickets.links import Propagation
from deskcore.tickets.seal import Seal
from deskcore.tickets.transition import Entry

_STATUSES: Final = (
    Status("new", "new"),
    Status("open", "active"),
    Status("pending", "waiting", "requester"),
    Status("hold", "waiting", "vendor"),
    Status("solved", "resolved"),
    Status("closed", "closed"),
)
_LONGEST: Final = 672


def zendesk_lifecycle(*, close_after_hours: int = 96) -> Lifecycle:
    """new, open, pending, hold, solved, closed: nothing becomes new again, closed is final, assigning opens.

    A reply by the requester opens a pending, held or solved ticket; one to a closed ticket becomes a follow-up. Solving
    needs an assignee. A solved ticket closes after ``close_after_hours`` elapsed hours, 1 to 672. The requester sees
    hold as open. Solving a problem solves its incidents.

    >>> lifecycle = zendesk_lifecycle()
    >>> lifecycle.targets("closed"), lifecycle.view("hold"), lifecycle.lint()
    ((), 'open', ())

    Raises:
        InvalidValue: ``close_after_hours`` lies outside 1 to 672.
    """
    if not 1 <= close_after_hours <= _LONGEST:
        raise InvalidValue("close_after_hours", close_after_hours, "must lie in 1..672")
    names = [status.name for status in _STATUSES]
    return Lifecycle(
        "zendesk",
        _STATUSES,
        tuple(
            Transition(source, target)
            for source in names
            for target in names
            if source not in {target, "closed"} and target != "new"
        ),
        entries=(Entry("solved", ("assignee",)),),
        replies=(
            ReplyRule.moves("open", statuses=("pending", "hold", "solved")),
            ReplyRule.follow_up(statuses=("closed",), phases=()),
        ),
        timers=(Timer("auto-close", elapsed(hours=close_after_hours), to="closed", statuses=("solved",)),),
        seals=(Seal("closed", accepts=frozenset({"add_tag", "remove_tag", "set_subject", "set_priority"})),),
        shown=FrozenDict({"hold": "open"}),
        on_assign=FrozenDict({"new": "open"}),
        propagation=(Propagation(("problem_of",), "resolved", phases=("resolved",)),),
    )
