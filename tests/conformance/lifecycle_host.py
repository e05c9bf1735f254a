"""A host for the cases of lifecycle.json: it keeps logs and tickets, runs commands and whatever follows from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from deskcore._value import FrozenDict
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.sla.cue import NO_CUE, InStatus, Opening, Reprioritised
from deskcore.sla.fold import begin, step
from deskcore.sla.look import clock
from deskcore.sla.setup import SlaSetup
from deskcore.sla.stopwatch import Stopwatch
from deskcore.tickets import Lifecycle, Ticket, decide, evolve
from deskcore.tickets import commands as do
from deskcore.tickets.decided import Decided
from deskcore.tickets.due import TIMER, due_timers
from deskcore.tickets.numbers import Numbers
from deskcore.tickets.related import consequences
from deskcore.tickets.thread import Thread, thread
from tests.conformance.lifecycle_table import calendar_of, lifecycles_of, permissions_of
from tests.conformance.runner import through_wire

Table = Mapping[str, Any]


class Host:
    """The lifecycles of a case and its tickets. Mutable, for one case."""

    def __init__(self, table: Table, priorities: tuple[str, ...]) -> None:
        self.table = table
        self.lifecycles: dict[str, Lifecycle] = {
            name: through_wire(lifecycle) for name, lifecycle in lifecycles_of(table, priorities).items()
        }
        self.permissions = permissions_of({key: value for key, value in table.items() if key != "queues"})
        self.calendars: dict[str, Calendar] = {"default": through_wire(calendar_of(table))}
        self.tickets: dict[str, Ticket] = {}
        self.logs: dict[str, list[Event]] = {}
        self.numbers: dict[str, str] = {}
        self.sequence = Numbers()
        members = {**table.get("groups", {}), **table.get("teams", {})}
        self.teams: dict[str, tuple[str, ...]] = {name: tuple(people) for name, people in members.items()}

    def lifecycle_for(self, command: do.Open) -> Lifecycle:
        """The lifecycle under which a ticket is opened: its queue's, its team's, its kind's, or the only one."""
        for name in (self._of_queue(command.queue), command.team, command.kind):
            if name in self.lifecycles:
                return self.lifecycles[name]
        return next(iter(self.lifecycles.values()))

    def _of_queue(self, queue: str | None) -> str | None:
        found = self.table.get("queues", {}).get(queue)
        return None if found is None else str(found["lifecycle"])

    def lifecycle(self, ticket: Ticket | None) -> Lifecycle:
        """The lifecycle that a ticket follows."""
        return next(iter(self.lifecycles.values())) if ticket is None else self.lifecycles[ticket.header.lifecycle]

    def ask(self, command: do.Command, at: datetime, actor: Actor) -> Decided:
        """The answer to a command; nothing is stored."""
        held = self.tickets.get(command.ticket)
        rules = self.lifecycle_for(command) if isinstance(command, do.Open) else self.lifecycle(held)
        return decide(
            rules,
            held,
            command,
            at=at,
            actor=actor,
            calendars=self.calendars,
            others=self.tickets,
            teams=self.teams,
        )

    def run(self, commands: tuple[do.Command, ...], at: datetime, actor: Actor) -> Decided:
        """Run commands, all or none, and then whatever follows from them; the first one's answer, or the refusal."""
        answers = [self.ask(command, at, actor) for command in commands]
        refused = next((answer for answer in answers if not answer.accepted), None)
        if refused is not None:
            return refused
        first: Decided | None = None
        todo, mine = deque(commands), len(commands)
        while todo:
            command = todo.popleft()
            answer = self.ask(command, at, actor)
            first = first or answer
            mine -= 1
            if isinstance(command, do.Open) and answer.accepted:
                self.sequence, self.numbers[command.ticket] = self.sequence.next()
            for data in answer.events:
                self.record(command.ticket, data, at, at, actor)
            todo.extend(answer.then)
        return first or Decided()

    def record(self, stream: str, data: EventData, at: datetime, known: datetime, actor: Actor) -> None:
        """Store one event and fold it."""
        held = self.tickets.get(stream)
        event = Event(stream, 1 if held is None else held.version + 1, at, known, actor, data)
        self.logs.setdefault(stream, []).append(event)
        self.tickets[stream] = evolve(held, event)

    def tick(self, names: tuple[str, ...], at: datetime) -> tuple[Event, ...]:
        """Let the clock act, the earliest due first within a ticket."""
        made: list[Event] = []
        for name in names:
            before = self.tickets[name]
            rules = self.lifecycle(before)
            for dated in due_timers(rules, before, at=at, calendars=self.calendars):
                led = consequences(rules, self.tickets[name], (dated.data,))
                self.record(name, dated.data, dated.at, at, TIMER)
                made.append(self.logs[name][-1])
                for command in led:
                    self.run((command,), at, TIMER)
        return tuple(made)

    def thread(self, name: str) -> Thread:
        """The messages of a ticket."""
        return thread(self.logs[name])

    def is_paused(self, name: str, at: datetime) -> bool:
        """Whether a clock of a policy that pauses in the table's statuses is paused."""
        pauses = tuple(cast("list[str]", self.table.get("pauses_sla", [])))
        watch = Stopwatch("kept", Opening(), Reprioritised(), pause=InStatus(pauses) if pauses else NO_CUE, void=NO_CUE)
        policy = SlaPolicy("p", (Target("kept", elapsed(days=999)),), stopwatches=(watch,))
        setup = SlaSetup(through_wire(PolicyBook((policy,))), FrozenDict(self.calendars))
        state, held = begin(), None
        for event in self.logs[name]:
            after = evolve(held, event)
            state, held = step(state, event, held, after, setup), after
        return clock(state, setup, "kept", at=at).state == "paused"
