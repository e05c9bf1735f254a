"""What the desk answers: accepted with the new state, the events to store and the effects to perform, or refused.

A refusal is a value that holds every reason and stores nothing; ``unwrap()`` turns it into an exception for those who
prefer one.

Layer: desk.
"""

from __future__ import annotations

from typing import NoReturn, final

import attrs

from deskcore.desk.case import Case
from deskcore.desk.effects import Effect
from deskcore.desk.floor import Floor
from deskcore.errors import DeskcoreError
from deskcore.log import Event
from deskcore.routing import Decision
from deskcore.tickets import Refusal


@final
class CommandRefused(DeskcoreError):
    """A refused answer was unwrapped. ``refusals`` holds every reason, coded.

    >>> from deskcore.tickets import Refusal
    >>> raise CommandRefused("T-1", (Refusal("closed", "cannot reopen ticket T-1: it is closed"),))
    Traceback (most recent call last):
    deskcore.desk.outcome.CommandRefused: cannot reopen ticket T-1: it is closed
    """

    def __init__(self, subject: str, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(subject, refusals)
        self.subject = subject
        self.refusals = refusals

    def __str__(self) -> str:
        return "; ".join(refusal.message for refusal in self.refusals)


@final
@attrs.frozen
class Accepted:
    """The command is carried out: store ``events``, keep ``state`` and perform ``effects``, in that order.

    ``state`` is the case after ``handle`` and the floor after ``operate``; ``case`` and ``floor`` say which is meant.
    """

    state: Case | Floor
    events: tuple[Event, ...]
    effects: tuple[Effect, ...] = ()

    @property
    def case(self) -> Case:
        """The case afterwards.

        Raises:
            TypeError: this is the answer of ``operate``, which is about the floor.
        """
        if not isinstance(self.state, Case):
            raise TypeError("this answer is about the floor; read .floor")
        return self.state

    @property
    def floor(self) -> Floor:
        """The floor afterwards.

        Raises:
            TypeError: this is the answer of ``handle``, which is about a case.
        """
        if not isinstance(self.state, Floor):
            raise TypeError("this answer is about a case; read .case")
        return self.state

    def unwrap(self) -> Accepted:
        """Itself."""
        return self

    def explain(self) -> str:
        """What was recorded and what is to be done, a line each."""
        done = [f"{event.at.isoformat()} {event.type}" for event in self.events]
        wanted = [f"then {effect.because}" for effect in self.effects]
        return "\n".join([*done, *wanted]) or "nothing changed"


@final
@attrs.frozen
class Refused:
    """The command is not carried out, nothing changed, and these are all the reasons.

    ``effects`` are notices that the lifecycle wants sent about the refusal itself, such as word to an agent that a
    reply came too late. A host may perform them; nothing is stored.
    """

    subject: str
    refusals: tuple[Refusal, ...]
    effects: tuple[Effect, ...] = ()

    def unwrap(self) -> NoReturn:
        """Raise.

        Raises:
            CommandRefused: always, with every reason.
        """
        raise CommandRefused(self.subject, self.refusals)

    def explain(self) -> str:
        """All reasons, a line each."""
        return "\n".join(refusal.message for refusal in self.refusals)


@final
@attrs.frozen
class Routed:
    """Where a ticket goes: the decision with its reasons, and events for both streams.

    The host commits both streams or neither. Without a taker both tuples may be empty and ``decision`` says when to ask
    again.
    """

    case: Case
    floor: Floor
    decision: Decision
    case_events: tuple[Event, ...] = ()
    floor_events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()

    def explain(self) -> str:
        """Who gets it and why."""
        return self.decision.explain()
