"""The rows of a lifecycle's table: who may move a ticket from where to where, and what that needs.

Not here: what a reply or the clock does by itself (``ReplyRule``, ``Timer``).

Layer: tickets. Imports _value, errors, predicate and log.
"""

from __future__ import annotations

from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.log import Role
from deskcore.predicate import ALWAYS, Condition

ANY: Final = "*"
"""Stands for any status on either side of a transition."""

NEEDS: Final = (
    "assignee",
    "team",
    "desk",
    "queue",
    "priority",
    "impact",
    "urgency",
    "category",
    "service",
    "requester",
    "reason",
    "until",
    "code",
    "message",
    "comment",
)
"""What a transition can ask for, besides ``field.<name>`` for a custom field.

``reason``, ``until`` and ``code`` come with the move; ``message`` is a public message posted along with it
(``Post.then``), ``comment`` one for whomever; the rest the ticket must hold.
"""


@final
@attrs.frozen
@lasting
class Transition:
    """One move that people may make, ``"*"`` standing for any status on either side.

    Where several rows fit, the most specific one holds, alone: exact, then any to ``target``, then from ``source`` to
    any, then any to any. ``roles`` empty means every role; ``permission`` is the host's own word for what the actor
    must have been granted, ``any_of`` are words of which one is enough; ``needs`` (see ``NEEDS``) must be there;
    ``guard`` must hold for the ticket as it is before the move.

    >>> print(Transition("*", "Closed", permission="ticket.close", needs=("code",)))
    * -> Closed (permission ticket.close; needs code)
    """

    source: str = attrs.field(validator=named)
    target: str = attrs.field(validator=named)
    permission: str | None = attrs.field(default=None, kw_only=True)
    roles: frozenset[Role] = attrs.field(default=frozenset(), kw_only=True)
    needs: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    guard: Condition = attrs.field(default=ALWAYS, kw_only=True)
    any_of: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def rank(self) -> int:
        """How specific the row is: 0 exact, 1 any to target, 2 from source to any, 3 any to any."""
        return (self.source == ANY) + 2 * (self.target == ANY)

    def __str__(self) -> str:
        asks = [
            *([f"permission {self.permission}"] if self.permission is not None else []),
            *([f"any permission of {', '.join(self.any_of)}"] if self.any_of else []),
            *([f"roles {', '.join(sorted(self.roles))}"] if self.roles else []),
            *([f"needs {', '.join(self.needs)}"] if self.needs else []),
            *([f"if {self.guard}"] if self.guard != ALWAYS else []),
        ]
        return f"{self.source} -> {self.target}" + (f" ({'; '.join(asks)})" if asks else "")


@final
@attrs.frozen
@lasting
class Entry:
    """What a status needs whoever enters it by whatever row, on top of that row's own ``needs``.

    ``reason`` narrows it to entering with that hold reason. It binds people, not replies and timers.
    ``fill_assignee`` makes a member of staff who enters it the assignee where one is needed and there is none.

    >>> Entry("Pending", needs=("message",), reason="requester").status
    'Pending'
    """

    status: str = attrs.field(validator=named)
    needs: tuple[str, ...]
    reason: str | None = None
    fill_assignee: bool = False
