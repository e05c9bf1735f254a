"""A host over Django's ORM: every command is a part of the transaction it is called in.

Not here: a receipt for each request's id, snapshots of old states, leases for many workers; ``adapters.sql`` has them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from deskcore import Actor, Case, Desk, Floor, wire
from deskcore.desk import FLOOR_STREAM, Accepted, FloorNotice, ForTicket, Notify, Refused, RouteNext
from deskcore.desk import floor_commands as ask
from deskcore.desk.chain import Step, carried_out, entailed
from deskcore.desk.effects import Effect
from deskcore.desk.history import Inserted, known_already
from deskcore.errors import UnknownName
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Event, EventData, EventLog
from deskcore.tickets.commands import Command, Tick
from deskcore.tickets.events import Adopted
from examples.django_desk.models import DeskEvent, DeskMessage, DeskState

SYSTEM = Actor.system("host")
State = TypeVar("State", Case, Floor)


class DjangoHost(Mapping[str, Case]):
    """Cases and the floor in Django's database; as a mapping, the cases by their tickets' ids.

    Call it inside ``transaction.atomic`` with rows of your own: both are stored, or neither. A lost race is an
    ``IntegrityError``; begin the transaction again.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # Commands

    @transaction.atomic
    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Run a command on its ticket, with all that it entails."""
        return self._take(carried_out(self.desk, self, command, at=at, actor=actor), actor)

    @transaction.atomic
    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Run a command on the floor."""
        return self._kept(self.desk.operate(self.floor, command, at=at, actor=actor), at, actor)

    @transaction.atomic
    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Take over a ticket that lived elsewhere."""
        if ticket in self:
            return known_already(self[ticket])
        return self._kept(self.desk.adopt(record, ticket, at=at, actor=actor), at, actor)

    @transaction.atomic
    def migrate(
        self,
        ticket: str,
        *,
        policy: str | None = None,
        matrix: str | None = None,
        renamed: Mapping[str, str] = NO_NAMES,
        at: datetime,
        actor: Actor = SYSTEM,
    ) -> Accepted | Refused:
        """Pin a ticket to another policy or matrix."""
        case = self[ticket]
        answer = self.desk.migrate(case, policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor)
        return self._kept(answer, at, actor)

    @transaction.atomic
    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        """Put a late fact where it belongs."""
        late = self.desk.insert(self.log(ticket), data, happened_at=happened_at, at=at, actor=actor)
        self._store(ticket, late.case, (late.event,), at)
        self._perform(late.effects, at, actor)
        return late

    def advance(self, until: datetime) -> int:
        """Ring every timer up to an instant; a management command does so every minute."""
        rang = 0
        while (timer := self._timer()) is not None and timer.due_at <= until:
            at = timer.due_at
            if timer.stream == FLOOR_STREAM:
                self.operate(ask.Tick(), at=at)
            else:
                self.handle(Tick(timer.stream), at=at, actor=SYSTEM)
            rang += 1
        return rang

    # Questions

    @property
    def floor(self) -> Floor:
        """The floor as it is stored."""
        return self._state(FLOOR_STREAM, Floor) or Floor()

    @property
    def told(self) -> list[Notify]:
        """What people were to be told."""
        return [wire.loads(row.body, Notify) for row in DeskMessage.objects.order_by("pk")]

    def case(self, ticket: str) -> Case:
        """A case by its ticket's id."""
        case = None if ticket == FLOOR_STREAM else self._state(ticket, Case)
        if case is None:
            raise UnknownName("ticket", ticket, ())
        return case

    def cases(self) -> Iterator[Case]:
        """All cases."""
        return iter(self.values())

    def log(self, stream: str = FLOOR_STREAM) -> EventLog:
        """A stream's events."""
        return EventLog(self.since(0, stream))

    def since(self, seq: int, stream: str = FLOOR_STREAM) -> tuple[Event, ...]:
        """The events of a stream after its ``seq``-th."""
        rows = DeskEvent.objects.filter(stream=stream, seq__gt=seq)
        return tuple(wire.loads(row.body, Event) for row in rows)

    def next_wake(self) -> datetime | None:
        """The earliest instant for which a timer is set."""
        timer = self._timer()
        return None if timer is None else timer.due_at

    __getitem__ = case

    def __iter__(self) -> Iterator[str]:
        return iter(DeskState.objects.exclude(stream=FLOOR_STREAM).values_list("stream", flat=True))

    def __len__(self) -> int:
        return DeskState.objects.exclude(stream=FLOOR_STREAM).count()

    # Storing

    def _state(self, stream: str, kind: type[State]) -> State | None:
        row = DeskState.objects.filter(stream=stream)
        if transaction.get_connection().in_atomic_block:
            row = row.select_for_update()  # who writes next waits for us; SQLite lets one write at a time anyway
        found = row.first()
        return None if found is None else wire.loads(found.body, kind)

    def _timer(self) -> DeskState | None:
        return DeskState.objects.filter(due_at__isnull=False).order_by("due_at", "stream").first()

    def _store(self, stream: str, state: Case | Floor, events: Iterable[Event], at: datetime) -> None:
        DeskEvent.objects.bulk_create(
            DeskEvent(stream=stream, seq=event.seq, body=wire.dumps(event)) for event in events
        )
        row = {"body": wire.dumps(state), "due_at": self.desk.next_change(state, at=at)}
        DeskState.objects.update_or_create(stream=stream, defaults=row)

    def _kept(self, answer: Accepted | Refused, at: datetime, actor: Actor) -> Accepted | Refused:
        if isinstance(answer, Accepted):
            stream = FLOOR_STREAM if isinstance(answer.state, Floor) else answer.state.id
            self._store(stream, answer.state, answer.events, at)
            self._perform(answer.effects, at, actor)
        return answer

    def _take(self, steps: tuple[Step, ...] | Refused, actor: Actor) -> Accepted | Refused:
        if isinstance(steps, Refused):
            return steps
        for step in steps:
            self._store(step.answer.case.id, step.answer.case, step.answer.events, step.at)
        for step in steps:
            self._perform(step.effects, step.at, actor)
        return steps[0].answer

    def _perform(self, effects: tuple[Effect, ...], at: datetime, actor: Actor) -> None:
        todo = deque(effects)
        while todo:
            match effect := todo.popleft():
                case Notify():
                    DeskMessage.objects.get_or_create(key=effect.key, defaults={"body": wire.dumps(effect)})
                case ForTicket():
                    self._take(entailed(self.desk, self, effect, at=at, actor=actor), actor)
                case FloorNotice():
                    heard = self.desk.operate(self.floor, ask.Hear(effect), at=at, actor=SYSTEM).unwrap()
                    self._store(FLOOR_STREAM, heard.floor, heard.events, at)
                    todo.extend(heard.effects)
                case RouteNext(ticket=ticket):
                    routed = self.desk.route(self[ticket], self.floor, at=at)
                    if not isinstance(routed, Refused):
                        self._store(ticket, routed.case, routed.case_events, at)
                        self._store(FLOOR_STREAM, routed.floor, routed.floor_events, at)
                        todo.extend(routed.effects)


def deliver(send: Callable[[Notify], object]) -> int:
    """Send what has not been sent, in order: after a commit, and every minute for what a crash left. At least once."""
    sent = 0
    for row in DeskMessage.objects.filter(sent=False).order_by("pk"):
        send(wire.loads(row.body, Notify))
        row.sent = True
        row.save(update_fields=["sent"])
        sent += 1
    return sent
