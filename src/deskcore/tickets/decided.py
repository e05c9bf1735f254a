"""The answer to a command: what happens, or every reason why nothing does.

Layer: tickets.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore.log import EventData
from deskcore.tickets.commands import Command
from deskcore.tickets.refusal import Refusal


@final
@attrs.frozen
class Decided:
    """Events in the order in which they happen, or refusals, never both; and commands for other tickets.

    Accepted without an event means that everything already is as asked. ``then`` are commands to other tickets that the
    host runs afterwards, in their order, with the same actor. ``tell`` are the lifecycle's words for who is to be told,
    also of a refusal.

    >>> Decided().accepted, Decided(refusals=(Refusal("guard", "no"),)).accepted
    (True, False)
    """

    events: tuple[EventData, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    then: tuple[Command, ...] = ()
    tell: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the command was accepted."""
        return not self.refusals

    def explain(self) -> str:
        """What happens, or why nothing does, one line each."""
        if self.refusals:
            return "\n".join(refusal.explain() for refusal in self.refusals)
        return "\n".join(event.TYPE for event in self.events) or "nothing changes"

    def to_dict(self) -> dict[str, object]:
        """For programs: ``accepted``, types of ``events``, ``refusals``, ``then`` as types and tickets."""
        return {
            "accepted": self.accepted,
            "events": [event.TYPE for event in self.events],
            "refusals": [refusal.to_dict() for refusal in self.refusals],
            "then": [{"type": command.TYPE, "ticket": command.ticket} for command in self.then],
        }


NOTHING = Decided()
