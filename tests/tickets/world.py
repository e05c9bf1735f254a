"""What the tests of this room share: people, instants, and a desk of one ticket that plays commands."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskcore.log import Actor, Event
from deskcore.testing.tickets import NOON, envelopes
from deskcore.tickets import Lifecycle, Ticket, decide, evolve
from deskcore.tickets import commands as do
from deskcore.tickets.decided import Decided

ANN = Actor.requester("ann")
BO = Actor.agent("bo")
CY = Actor.agent("cy", permissions=frozenset())


class Bench:
    """One ticket on a bench: give it commands, look at it."""

    def __init__(self, lifecycle: Lifecycle, opening: do.Open | None = None) -> None:
        self.lifecycle = lifecycle
        self.at = NOON
        self.events: list[Event] = []
        self.held: Ticket | None = None
        self.say(opening or do.Open("T-1", subject="VPN", requester="ann"), by=ANN)

    def say(self, command: do.Command, *, by: Actor = BO, after: timedelta = timedelta(0)) -> Decided:
        self.at += after
        answer = decide(self.lifecycle, self.held, command, at=self.at, actor=by)
        version = self.held.version if self.held else 0
        for event in envelopes(command.ticket, version, answer, self.at, by):
            self.events.append(event)
            self.held = evolve(self.held, event)
        return answer

    @property
    def ticket(self) -> Ticket:
        assert self.held is not None, "the ticket was not opened"
        return self.held

    @property
    def status(self) -> str:
        return self.ticket.status.name


def codes(answer: Decided) -> list[str]:
    return [refusal.code for refusal in answer.refusals]


def at(**parts: float) -> datetime:
    return NOON + timedelta(**parts)
