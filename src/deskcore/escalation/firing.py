"""What a due rung amounts to: the event to store, the people to tell, the commands to the ticket.

Not here: doing any of it. The desk stores the event, turns notices into effects and hands the commands to the ticket,
dated when the rung was due.

Layer: escalation. Imports staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

import attrs

from deskcore._value import from_us, require_aware, to_us
from deskcore.escalation.actions import Action, Notify, NotifyInTurn, NotifyThoseTold, TransferTo
from deskcore.escalation.contact import rules_of
from deskcore.escalation.events import Outcome, RungFired
from deskcore.escalation.ledger import Ledger, begin
from deskcore.escalation.matrix import Matrix, MatrixRow, Rung
from deskcore.escalation.planned import Planned
from deskcore.escalation.recipients import Pool, Recipient, addressed, resolve
from deskcore.log import EventData
from deskcore.predicate import ALWAYS
from deskcore.staff import Staff
from deskcore.tickets.commands import AddTag, Command, SetPriority, Transfer
from deskcore.tickets.events import PrioritySet, TagAdded, Transferred
from deskcore.tickets.facts import facts
from deskcore.tickets.ticket import Ticket

NOTHING_YET: Final = begin()
"""A ledger in which nothing has happened."""


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
    requires_ack: bool = False

    def explain(self) -> str:
        """Who hears what, and how they were found."""
        return f"{self.channel} {', '.join(self.people) or 'nobody'}: {self.text} ({'; '.join(self.path)})"

    def to_dict(self) -> dict[str, str | bool | list[str]]:
        """For programs: every field by name."""
        return {
            "key": self.key,
            "ticket": self.ticket,
            "channel": self.channel,
            "people": list(self.people),
            "text": self.text,
            "path": list(self.path),
            "requires_ack": self.requires_ack,
        }


@final
@attrs.frozen
class Firing:
    """One fired rung: the event for the case's log, the notices, and what is asked of the ticket, in rung order.

    ``pools`` are those of which the floor has to say who is next.
    """

    event: RungFired
    notices: tuple[Notice, ...]
    commands: tuple[Command, ...]
    pools: tuple[str, ...] = ()

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
    ledger: Ledger = NOTHING_YET,
    superseded_by: str | None = None,
) -> Firing:
    """What an owed rung does to this ticket; people are resolved as of ``at``, the instant of the look.

    ``priorities`` are the lifecycle's, the gravest first. An action that finds its work done (a tag that is there, a
    priority at its cap) asks for nothing and says so. A rung whose ``when`` does not hold is passed over: recorded and
    used up, without people or actions; so is one that comes too late, or that may be skipped where nobody is there.
    A transfer on the functional axis never lowers the ticket's tier. ``ledger`` knows those whom earlier
    rungs of the episode addressed; ``superseded_by`` is a later rung of the axis that is owed as well.

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
    >>> from deskcore.escalation.fold import begin, step
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
    rung, matrix_name = entry.rung, matrix.reference
    seen = at if entry.rung.id in _seen_by_others(matrix) else None
    passed = _passed_over(entry, ticket, staff, at, superseded_by)
    if passed is not None:
        return Firing(_recorded(entry, matrix_name, passed, seen=seen), (), ())
    done = _Doing(entry, matrix, ticket, staff, at, tuple(priorities), ledger)
    for action in rung.actions:
        done.do(action)
    event = attrs.evolve(
        _recorded(entry, matrix_name, (entry.outcome, ""), seen=seen),
        people=tuple(dict.fromkeys(person for notice in done.notices for person in notice.people)),
        path=tuple(step for notice in done.notices for step in notice.path),
        actions=tuple(done.said),
        called=tuple(dict.fromkeys(done.called)),
        each_acks=rung.each_acks,
        asks_pool=bool(done.pools),
    )
    notices = () if entry.outcome == "muted" else tuple(notice for notice in done.notices if notice.channel)
    return Firing(event, notices, tuple(done.commands), tuple(done.pools))


def _recorded(entry: Planned, matrix: str, outcome: tuple[Outcome, str], *, seen: datetime | None) -> RungFired:
    assert entry.due is not None
    rung, (word, why) = entry.rung, outcome
    because = "; ".join(part for part in (str(rung.due), why or entry.why) if part)
    return RungFired(
        key=entry.key,
        rung=rung.id,
        axis=rung.axis,
        due=entry.due,
        matrix=matrix,
        because=because,
        number=entry.number,
        outcome=word,
        call=entry.call,
        seen=seen,
    )


def _seen_by_others(matrix: Matrix) -> frozenset[str]:
    """The rungs that something counts from since somebody saw them."""
    found = {rung.id for row in matrix.rows if _drifts(row) for rung in row.rungs}
    found |= {rung.id for rung in matrix.rungs if rung.repeat is not None and rung.repeat.from_look}
    return frozenset(found)


def _drifts(row: MatrixRow) -> bool:
    return (row.passes is not None and row.passes.from_look) or any(rung.due.from_look for rung in row.rungs)


def _passed_over(
    entry: Planned, ticket: Ticket, staff: Staff, at: datetime, superseded_by: str | None
) -> tuple[Outcome, str] | None:
    """What uses a due rung up without its doing anything, and why; ``None`` where nothing does."""
    rung = entry.rung
    assert entry.due is not None
    if entry.outcome not in {"done", "muted"}:
        return entry.outcome, entry.why
    verdict = rung.when.explain(facts(ticket)) if rung.when is not ALWAYS and rung.when != ALWAYS else None
    if verdict is not None and not verdict:
        return "passed_over", f"passed over: {verdict.explain()}"
    if entry.over_us is not None and to_us(at) >= entry.over_us:
        return "late", f"late: its time was over at {from_us(entry.over_us).isoformat(sep=' ')}"
    since = entry.reached_us if entry.late_from_us is None else entry.late_from_us
    if rung.late == "drop" and to_us(at) - (since or 0) > rung.grace.microseconds:
        return "late", f"late: seen at {at.isoformat(sep=' ')}"
    if rung.late == "latest" and superseded_by is not None:
        return "late", f"late: {superseded_by} is due as well"
    if rung.if_nobody == "skip" and _nobody(rung, staff, ticket, entry.due):
        return "skipped", "skipped: nobody is there"
    return None


def _nobody(rung: Rung, staff: Staff, ticket: Ticket, due: datetime) -> bool:
    told = [action.recipient for action in rung.actions if isinstance(action, Notify)]
    return bool(told) and not any(isinstance(one, Pool) or addressed(one, staff, ticket, at=due) for one in told)


@attrs.define
class _Doing:
    """One rung at work: what its actions come to, one after the other."""

    entry: Planned
    matrix: Matrix
    ticket: Ticket
    staff: Staff
    at: datetime
    priorities: tuple[str, ...]
    ledger: Ledger
    notices: list[Notice] = attrs.field(factory=list[Notice])
    commands: list[Command] = attrs.field(factory=list[Command])
    said: list[str] = attrs.field(factory=list[str])
    called: list[str] = attrs.field(factory=list[str])
    pools: list[str] = attrs.field(factory=list[str])

    def do(self, action: Action) -> None:
        if isinstance(action, Notify):
            self._tell(action, action.recipient)
        elif isinstance(action, NotifyInTurn):
            self._tell(action, action.nth(self.entry.number))
        elif isinstance(action, NotifyThoseTold):
            told = self.ledger.told_last if action.latest else self.ledger.told
            if told:
                self._notice(action.channel, told, (f"those told {'last' if action.latest else 'before'}",))
            self.said.append(f"{action}: {', '.join(told) or 'nobody'}")
        else:
            self._act(action)

    def _tell(self, action: Notify | NotifyInTurn, recipient: Recipient) -> None:
        if isinstance(recipient, Pool):
            self.pools.append(recipient.name)
            self.said.append(f"{action.channel} {recipient}")
            return
        rung = self.entry.rung
        otherwise = (self.matrix.last_resort,) if rung.fallback is None else (rung.fallback, self.matrix.last_resort)
        found = resolve(recipient, self.staff, self.ticket, at=self.at, otherwise=otherwise)
        self.said.append(f"{action}: {', '.join(found.people) or 'nobody'}")
        ringing = [] if self.entry.call else [person for person in found.people if rules_of(self.staff, person)]
        self.called.extend(ringing)
        asks = isinstance(action, Notify) and action.requires_ack
        at_once = tuple(person for person in found.people if person not in ringing)
        if ringing:
            self._notice("", tuple(ringing), found.path)
        if at_once or not ringing:
            self._notice(action.channel, at_once, () if ringing else found.path, requires_ack=asks)

    def _notice(
        self, channel: str, people: tuple[str, ...], path: tuple[str, ...], *, requires_ack: bool = False
    ) -> None:
        text = f"rung {self.entry.rung.id}: {self.entry.rung.due}"
        self.notices.append(Notice(self.entry.key, self.ticket.id, channel, people, text, path, requires_ack))

    def _act(self, action: Action) -> None:
        why = f"rung {self.entry.rung.id}: {self.entry.rung.due}"
        if isinstance(action, TransferTo) and self.entry.rung.axis == "functional" and self._lowers(action):
            self.said.append(f"{action}: superseded, the ticket is at a higher tier")
            return
        asked = action.commands(self.ticket, self.priorities, why)
        self.commands.extend(asked)
        self.said.append(str(action) if asked else f"{action}: nothing to do")

    def _lowers(self, action: TransferTo) -> bool:
        """Whether a transfer would send the ticket to a team of a lower tier than the one that has it."""
        there, here = action.team, self.ticket.team
        if there is None or here is None or not (self.staff.knows_team(there) and self.staff.knows_team(here)):
            return False
        return self.staff.team(there).tier < self.staff.team(here).tier


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
