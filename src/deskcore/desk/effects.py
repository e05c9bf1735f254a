"""What a host should do after it has stored the events: tell people, run further commands, keep the floor in step.

An effect is a wish with a reason; nothing here happens by itself, and doing one twice is the host's to prevent, by key.

Layer: desk.
"""

from __future__ import annotations

from typing import TypeAlias, final

import attrs

from deskcore.log import Actor
from deskcore.routing import WaitingFacts
from deskcore.tickets.commands import Command


@final
@attrs.frozen
class Notify:
    """Tell people something about a ticket, on a channel that the host knows; ``key`` is the same if asked again.

    ``requires_ack``: they are asked to acknowledge.
    """

    key: str
    ticket: str
    people: tuple[str, ...]
    message: str
    because: str
    channel: str = "notify"
    requires_ack: bool = False


@final
@attrs.frozen
class ForTicket:
    """A command to another ticket, which the accepted one entails; ``deskcore.desk.chain`` carries it out.

    ``actor`` is in whose name, ``None``: of whoever gave the first command.
    """

    command: Command
    because: str
    actor: Actor | None = None


@final
@attrs.frozen
class Held:
    """The ticket takes ``units`` of room at a desk, and of a person's if somebody has it."""

    agent: str | None
    team: str | None
    desk: str
    units: int = 1


@final
@attrs.frozen
class Gone:
    """The ticket wants nobody any more: resolved, closed, cancelled, or waiting for its requester unassigned."""

    why: str


@final
@attrs.frozen
class FloorNotice:
    """What the floor must know of a ticket from here on: that it waits for somebody, is held, or is gone.

    Give it to the floor by ``desk.operate(floor, floor_commands.Hear(notice), ...)``.
    """

    ticket: str
    state: WaitingFacts | Held | Gone

    @property
    def because(self) -> str:
        """The notice in words."""
        match self.state:
            case WaitingFacts():
                return f"{self.ticket} waits for somebody"
            case Held(agent=agent, desk=desk):
                return f"{self.ticket} is held by {agent or desk}"
            case Gone(why=why):
                return f"{self.ticket} is off the floor: {why}"


@final
@attrs.frozen
class RouteNext:
    """The best waiting ticket that somebody could take now: call ``desk.route`` for it."""

    ticket: str
    because: str


Effect: TypeAlias = Notify | ForTicket | FloorNotice | RouteNext
