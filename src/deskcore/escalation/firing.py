"""What a due rung amounts to: the event to store, the people to tell, the commands to the ticket.

Not here: doing any of it. The desk stores the event, turns notices into effects and hands the commands to the ticket,
dated when the rung was due.

Layer: escalation. Imports staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import final

import attrs

from deskcore._value import require_aware
from deskcore.escalation.actions import Notify, NotifyThoseTold
from deskcore.escalation.events import RungFired
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.plans import Planned
from deskcore.escalation.recipients import resolve
from deskcore.log import EventData
from deskcore.predicate import ALWAYS
from deskcore.staff import Staff
from deskcore.tickets.commands import AddTag, Command, SetPriority, Transfer
from deskcore.tickets.events import PrioritySet, TagAdded, Transferred
from deskcore.tickets.facts import facts
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Notice:
    """People to tell about a rung, by name, on a channel that the host knows; ``key`` is the rung's, to dedup by.

    >>> Notice("T-1/hierarchic/1/lead", "T-1", "page", ("mia",), "rung lead", ("person: mia",)).explain()
    'page mia: rung lead (person: mia)'
    """

    key: str
    ticket: str
    channel: str
    people: tuple[str, ...]
    text: str
    path: tuple[str, ...] = ()

    def explain(self) -> str:
        """Who hears what, and how they were found."""
        return f"{self.channel} {', '.join(self.people) or 'nobody'}: {self.text} ({'; '.join(self.path)})"

    def to_dict(self) -> dict[str, str | list[str]]:
        """For programs: every field by name."""
        return {
            "key": self.key,
            "ticket": self.ticket,
            "channel": self.channel,
            "people": list(self.people),
            "text": self.text,
            "path": list(self.path),
        }


@final
@attrs.frozen
class Firing:
    """One fired rung: the event for the case's log, the notices, and what is asked of the ticket, in rung order."""

    event: RungFired
    notices: tuple[Notice, ...]
    commands: tuple[Command, ...]

    def explain(self) -> str:
        """What fired, why, and what it does."""
        done = "; ".join(self.event.actions)
        return f"{self.event.rung} fired for {self.event.due.isoformat(sep=' ')} ({self.event.because}): {done}"


def fire(
    entry: Planned,
    matrix: Matrix,
    ticket: Ticket,
    staff: Staff,
    *,
    at: datetime,
    priorities: Sequence[str] = (),
    told: tuple[str, ...] = (),
) -> Firing:
    """What an owed rung does to this ticket; people are resolved as of ``at``, the instant of the look.

    ``priorities`` are the lifecycle's, the gravest first. An action that finds its work done (a tag that is there, a
    priority at its cap) asks for nothing and says so. A rung whose ``when`` does not hold is passed over: recorded and
    used up, without people or actions. ``told`` are those whom earlier rungs of the episode addressed: ``ledger.told``.

    Raises:
        InvalidValue: ``at`` is naive.
        AssertionError: the entry has no due instant; ``owed`` gives none such.

    >>> from deskcore.escalation import Due, Matrix, Rung
    >>> from deskcore.escalation.actions import AddTag, Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> from deskcore.testing import escalation_life as life
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> ticket = replay([opening("T-1", at=life.START)])
    >>> from deskcore.escalation.ledger import begin, step
    >>> ledger = step(begin(), opening("T-1", at=life.START), ticket)
    >>> boss = Rung("boss", Due.after_opened(elapsed(hours=1)), (Notify(Person("dana")), AddTag("late")))
    >>> matrix = Matrix.by_priority("house", {"p3": [boss]}, last_resort=Person("dana"))
    >>> from deskcore.escalation import plan
    >>> (entry,) = plan(matrix, ticket, (), ledger, calendars=life.CALENDARS)
    >>> firing = fire(entry, matrix, ticket, life.REGISTER, at=life.START)
    >>> firing.event.people, [type(command).__name__ for command in firing.commands]
    (('dana',), ['AddTag'])
    """
    require_aware("at", at)
    assert entry.due is not None, entry.explain()
    rung = entry.rung
    verdict = rung.when.explain(facts(ticket)) if rung.when != ALWAYS else None
    if verdict is not None and not verdict:
        return Firing(_passed_over(entry, matrix, verdict.explain()), (), ())
    why = f"rung {rung.id}: {rung.due}"
    otherwise = (matrix.last_resort,) if rung.fallback is None else (rung.fallback, matrix.last_resort)
    notices: list[Notice] = []
    commands: list[Command] = []
    done: list[str] = []
    for action in rung.actions:
        if isinstance(action, Notify):
            found = resolve(action.recipient, staff, ticket, at=at, otherwise=otherwise)
            notices.append(Notice(entry.key, ticket.id, action.channel, found.people, why, found.path))
            done.append(f"{action}: {', '.join(found.people) or 'nobody'}")
            continue
        if isinstance(action, NotifyThoseTold):
            if told:
                notices.append(Notice(entry.key, ticket.id, action.channel, told, why, ("those told before",)))
            done.append(f"{action}: {', '.join(told) or 'nobody'}")
            continue
        asked = action.commands(ticket, tuple(priorities), why)
        commands.extend(asked)
        done.append(str(action) if asked else f"{action}: nothing to do")
    event = RungFired(
        key=entry.key,
        rung=rung.id,
        axis=rung.axis,
        due=entry.due,
        matrix=matrix.reference,
        people=tuple(dict.fromkeys(person for notice in notices for person in notice.people)),
        path=tuple(step for notice in notices for step in notice.path),
        actions=tuple(done),
        because=f"{rung.due}{f'; {entry.why}' if entry.why else ''}",
        number=entry.number,
    )
    return Firing(event, tuple(notices), tuple(commands))


def _passed_over(entry: Planned, matrix: Matrix, why: str) -> RungFired:
    assert entry.due is not None
    rung = entry.rung
    because = f"{rung.due}; passed over: {why}"
    return RungFired(
        entry.key, rung.id, rung.axis, entry.due, matrix=matrix.reference, because=because, number=entry.number
    )


def consequence(ticket: Ticket, command: Command) -> EventData | None:
    """The event that a command of this room's actions comes to when a lifecycle accepts it; ``None`` for any other.

    What the preview assumes. Live, the lifecycle decides.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import commands as do, replay
    >>> consequence(replay([opening("T-1")]), do.AddTag("T-1", "late"))
    TagAdded(tag='late')
    """
    if isinstance(command, SetPriority):
        return PrioritySet(command.priority, "escalation", command.reason)
    if isinstance(command, AddTag):
        return TagAdded(command.tag)
    if not isinstance(command, Transfer):
        return None
    held = ticket.place
    desk = held.desk if command.desk is None else command.desk
    team = command.team if command.team is not None else (held.team if desk == held.desk else None)
    return Transferred(command.queue or held.queue, team, desk, command.why)
