"""The messages of a ticket in order, without their bodies, read off its log: merges and splits included.

Not kept in the ticket: a thread grows without bound.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from deskcore._value import to_us
from deskcore.errors import UnknownName
from deskcore.log import Event
from deskcore.tickets import events as on
from deskcore.tickets.events_beside import MessageRef


@final
@attrs.frozen
class Thread:
    """Messages in order of time, those of one instant as they came."""

    messages: tuple[MessageRef, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(ref.id for ref in self.messages)

    def starting_at(self, message: str) -> tuple[MessageRef, ...]:
        """A message and all that come after it: what a split usually takes.

        Raises:
            UnknownName: it is not among them.
        """
        if message not in self.ids:
            raise UnknownName("message", message, self.ids)
        return self.messages[self.ids.index(message) :]


def thread(events: Iterable[Event]) -> Thread:
    """The thread that a ticket's log adds up to. Linear, but for sorting.

    After a merge the source's thread is empty and the target's holds both; undoing it restores the two. A split moves
    messages to the new ticket.

    >>> from deskcore.testing.tickets import opening
    >>> thread([opening("T-1")]).ids
    ()
    """
    held: list[tuple[str | None, MessageRef]] = []
    given: list[tuple[str | None, MessageRef]] = []
    for event in events:
        data = event.data
        if isinstance(data, on.MessagePosted):
            ref = MessageRef(
                data.message_id, event.at, data.author_role, data.visibility, data.auto_generated, data.channel
            )
            held.append((None, ref))
        elif isinstance(data, on.MergeReceived):
            held += [(data.source, ref) for ref in data.messages]
        elif isinstance(data, on.SplitFrom):
            held += [(None, ref) for ref in data.messages]
        elif isinstance(data, on.MergeReturned):
            held = [(source, ref) for source, ref in held if source != data.source]
        elif isinstance(data, on.SplitOff):
            held = [(source, ref) for source, ref in held if ref.id not in data.messages]
        elif isinstance(data, on.MergedInto):
            held, given = [], held
        elif isinstance(data, on.MergeUndone):
            held, given = [*given, *held], []
    return Thread(tuple(sorted((ref for _, ref in held), key=lambda ref: to_us(ref.at))))
