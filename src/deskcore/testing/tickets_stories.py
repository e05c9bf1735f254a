"""Lives of a ticket, played to their end: what strategies draw and laws are asked of.

Layer: testing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, final

import attrs

from deskcore.log import Actor, Event
from deskcore.tickets import Lifecycle, Party, Status, Ticket, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets.decided import Decided
from deskcore.tickets.due import TIMER, due_timers
from deskcore.tickets.events import Opened

NOON: Final = datetime(2026, 5, 22, 12, tzinfo=UTC)
"""The instant at which examples begin: a Friday."""

ACTORS: Final = (
    Actor.requester("ann"),
    Actor.agent("bo"),
    Actor.agent("cy", permissions=frozenset()),
    Actor.partner("di", desk="manila"),
    Actor("vi", "vendor"),
    Actor.admin("eve"),
    Actor.system(),
)
"""One actor of each role, and an agent who was granted nothing."""


def opening(
    ticket: str,
    *,
    at: datetime = NOON,
    requester: Party | str | None = "ann",
    status: Status | None = None,
    priority: str | None = "p3",
    lifecycle: str = "simple",
) -> Event:
    """The first event of a log, for examples and tests.

    >>> opening("T-1").type
    'opened'
    """
    party = Party(requester) if isinstance(requester, str) else requester
    data = Opened("it does not work", party, status or Status("New", "new"), lifecycle, priority=priority)
    return Event(ticket, 1, at, at, Actor.requester("ann"), data)


@final
@attrs.frozen
class Step:
    """One thing somebody asks for, some time after the one before."""

    after: timedelta
    actor: Actor
    command: do.Command


@final
@attrs.frozen
class Story:
    """Steps played to their end: the log they left, the ticket as it then is, and the answer to each step."""

    lifecycle: Lifecycle
    events: tuple[Event, ...]
    ticket: Ticket
    answers: tuple[Decided, ...]
    ended_at: datetime


def play(lifecycle: Lifecycle, steps: tuple[Step, ...], *, ticket: str = "T-1", start: datetime = NOON) -> Story:
    """Open a ticket and take the steps one by one, each after what the clock did until then.

    >>> from deskcore.presets import simple_lifecycle
    >>> story = play(simple_lifecycle(), (Step(timedelta(hours=1), Actor.agent("bo"), do.Resolve("T-1")),))
    >>> [event.type for event in story.events]
    ['opened', 'resolved']
    """
    ann = Actor.requester("ann")
    begun = decide(lifecycle, None, do.Open(ticket, subject="it does not work", requester="ann"), at=start, actor=ann)
    events = list(envelopes(ticket, 0, begun, start, ann))
    held, at, answers = replay(events), start, list[Decided]()
    for step in steps:
        at += step.after
        for dated in due_timers(lifecycle, held, at=at):
            events.append(Event(ticket, held.version + 1, dated.at, at, TIMER, dated.data))
            held = evolve(held, events[-1])
        answer = decide(lifecycle, held, step.command, at=at, actor=step.actor)
        answers.append(answer)
        for event in envelopes(ticket, held.version, answer, at, step.actor):
            events.append(event)
            held = evolve(held, event)
    return Story(lifecycle, tuple(events), held, tuple(answers), at)


def envelopes(ticket: str, version: int, decided: Decided, at: datetime, actor: Actor) -> tuple[Event, ...]:
    """What was decided as events that go on from ``version``.

    >>> envelopes("T-1", 0, Decided(), NOON, Actor.system())
    ()
    """
    return tuple(Event(ticket, version + place, at, at, actor, data) for place, data in enumerate(decided.events, 1))
