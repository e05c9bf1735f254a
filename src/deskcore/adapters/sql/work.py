"""One transaction's work: commands decided on states read in it, their effects performed, everything written at once.

Deciding writes nothing; ``flush`` writes all. Tickets and floor are written together, and the floor is locked when it
is first read, so that of two who route at once the second decides on what the first has done.

Layer: adapters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, final

from sqlalchemy import Connection

from deskcore._value import to_us
from deskcore.adapters.sql import writing
from deskcore.adapters.sql.errors import ClockWentBack
from deskcore.adapters.sql.streams import Held, State, Streams, in_line, last_us, some
from deskcore.desk import (
    FLOOR_STREAM,
    Accepted,
    Case,
    Floor,
    FloorNotice,
    ForTicket,
    Notify,
    Refused,
    Routed,
    RouteNext,
)
from deskcore.desk import floor_commands as ask
from deskcore.desk.chain import Step, carried_out, entailed
from deskcore.desk.effects import Effect
from deskcore.desk.history import Inserted, known_already
from deskcore.errors import UnknownName
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.tickets.commands import Command, Tick
from deskcore.tickets.events import Adopted

SYSTEM: Final = Actor.system("host")
_MICROSECOND: Final = timedelta(microseconds=1)


@final
class Work:
    """What one transaction does. Mutable, for one thread and one transaction."""

    def __init__(self, connection: Connection, streams: Streams, *, skew: timedelta, snapshot_every: int) -> None:
        self.connection = connection
        self.streams = streams
        self.desk = streams.desk
        self.skew = skew
        self.snapshot_every = snapshot_every
        self._read: dict[str, Held] = {}
        self._now: dict[str, State] = {}
        self._events: dict[str, list[Event]] = {}
        self._looked: dict[str, datetime] = {}
        self._idle: list[str] = []
        self._told: dict[str, tuple[Notify, datetime]] = {}
        self._cases = _Cases(self)

    def case(self, ticket: str) -> Case | None:
        """A case as it is by now; ``None`` where there is none."""
        state = self._state(ticket)
        return state if isinstance(state, Case) else None

    @property
    def floor(self) -> Floor:
        """The floor as it is by now. Nobody else writes it before this transaction has ended."""
        state = self._state(FLOOR_STREAM)
        assert isinstance(state, Floor)
        return state

    def version(self, stream: str) -> int:
        """How far a stream had come when this transaction read it."""
        self._state(stream)
        return self._read[stream].version

    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """A command on the stored cases: all that it entails, and every effect."""
        return self._take(carried_out(self.desk, self._cases, command, at=at, actor=actor, when=self._raised), actor)

    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """``Desk.operate`` on the stored floor, and every effect of it."""
        when = self._raised(at, self.floor.recorded_at)
        answer = self.desk.operate(self.floor, command, at=when, actor=actor)
        if isinstance(answer, Accepted):
            self.keep(FLOOR_STREAM, answer.floor, answer.events, when)
            self.perform(answer.effects, when, actor)
        return answer

    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """``Desk.adopt``, and every effect of it; refused where the ticket is there already."""
        case = self.case(ticket)
        if case is not None:
            return known_already(case)
        return self._kept(self.desk.adopt(record, ticket, at=at, actor=actor), at, actor)

    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        """``Desk.insert`` on the stored log, and every effect of it.

        Raises:
            UnknownName: there is no such ticket.
        """
        when = self._raised(at, self._known(ticket).recorded_at)
        log = EventLog((*self.streams.events(self.connection, ticket), *self._events.get(ticket, ())))
        late = self.desk.insert(log, data, happened_at=happened_at, at=when, actor=actor)
        self.keep(ticket, late.case, (late.event,), when)
        self.perform(late.effects, when, actor)
        return late

    def migrate(
        self,
        ticket: str,
        *,
        policy: str | None = None,
        matrix: str | None = None,
        renamed: Mapping[str, str] = NO_NAMES,
        at: datetime,
        actor: Actor,
    ) -> Accepted | Refused:
        """``Desk.migrate`` on the stored case, and every effect of it.

        Raises:
            UnknownName: there is no such ticket.
        """
        case = self._known(ticket)
        when = self._raised(at, case.recorded_at)
        answer = self.desk.migrate(case, policy=policy, matrix=matrix, renamed=renamed, at=when, actor=actor)
        return self._kept(answer, when, actor)

    def route(self, ticket: str, *, at: datetime) -> Routed | Refused | None:
        """``Desk.route`` for a stored case, effects not performed; ``None`` where there is no case."""
        case = self.case(ticket)
        if case is None:
            return None
        when = self._not_before(FLOOR_STREAM, self._not_before(ticket, at, case.recorded_at), self.floor.recorded_at)
        routed = self.desk.route(case, self.floor, at=when)
        if isinstance(routed, Routed):
            self.keep(ticket, routed.case, routed.case_events, when)
            self.keep(FLOOR_STREAM, routed.floor, routed.floor_events, when)
        return routed

    def ring(self, stream: str, *, at: datetime) -> None:
        """Let time pass for one stream, and set its timer anew.

        Raises:
            ClockWentBack: the stream's last record is further ahead than the tolerance.
        """
        if stream == FLOOR_STREAM:
            self.operate(ask.Tick(), at=self._not_before(stream, at, self.floor.recorded_at), actor=SYSTEM)
            return
        case = self.case(stream)
        if case is None:
            self._idle.append(stream)  # a timer without its case would be due for ever
            return
        self.handle(Tick(stream), at=self._not_before(stream, at, case.recorded_at), actor=SYSTEM)

    def _known(self, ticket: str) -> Case:
        case = self.case(ticket)
        if case is None:
            raise UnknownName("ticket", ticket, some(self.connection))
        return case

    def _kept(self, answer: Accepted | Refused, at: datetime, actor: Actor) -> Accepted | Refused:
        if isinstance(answer, Accepted):
            self.keep(answer.case.id, answer.case, answer.events, at)
            self.perform(answer.effects, at, actor)
        return answer

    def _take(self, steps: tuple[Step, ...] | Refused, actor: Actor) -> Accepted | Refused:
        if isinstance(steps, Refused):
            return steps
        for step in steps:
            self.keep(step.answer.case.id, step.answer.case, step.answer.events, step.at)
        for step in steps:
            self.perform(step.effects, step.at, actor)
        return steps[0].answer

    def perform(self, effects: tuple[Effect, ...], at: datetime, actor: Actor) -> None:
        """Perform effects and the effects of effects, in the order in which they come up."""
        todo = deque(effects)
        while todo:
            effect = todo.popleft()
            match effect:
                case Notify():
                    self._told.setdefault(effect.key, (effect, at))
                case ForTicket():
                    done = entailed(self.desk, self._cases, effect, at=at, actor=actor, when=self._raised)
                    self._take(done, actor)
                case FloorNotice():
                    when = self._not_before(FLOOR_STREAM, at, self.floor.recorded_at)
                    heard = self.desk.operate(self.floor, ask.Hear(effect), at=when, actor=SYSTEM).unwrap()
                    if heard.events:
                        self.keep(FLOOR_STREAM, heard.floor, heard.events, when)
                    todo.extend(heard.effects)
                case RouteNext(ticket=ticket):
                    routed = self.route(ticket, at=at)
                    if isinstance(routed, Routed):
                        todo.extend(routed.effects)

    def keep(self, stream: str, state: State, events: tuple[Event, ...], at: datetime) -> None:
        """Take a state and the events that lead to it, to be written by ``flush``."""
        self._now[stream] = state
        self._events.setdefault(stream, []).extend(events)
        self._looked[stream] = at

    def flush(self) -> dict[str, Held]:
        """Write everything. The answer is what is stored once the transaction has ended well.

        Raises:
            Conflict: somebody else wrote one of the streams since it was read.
        """
        stored: dict[str, Held] = {}
        for stream in sorted(self._now, key=lambda name: (name != FLOOR_STREAM, name)):
            stored[stream] = self._flush(stream)
        due = {name: self.desk.next_change(self._now[name], at=at) for name, at in self._looked.items()}
        writing.timers(self.connection, {**due, **dict.fromkeys(self._idle)})
        writing.outbox(self.connection, self.streams.wire, self._told.values())
        return stored

    def _flush(self, stream: str) -> Held:
        before, state, events = self._read[stream], self._now[stream], self._events[stream]
        if not events:
            return before
        writing.head(self.connection, stream, before.version, state, events[-1])
        writing.events(self.connection, self.streams.wire, events)
        if not in_line(before.last_us, events):
            writing.no_snapshot(self.connection, stream)
            state = self.desk.replay(self.streams.events(self.connection, stream))
        held = Held(state, state.version, to_us(events[-1].recorded_at), last_us(before.last_us, events))
        if held.version // self.snapshot_every > before.version // self.snapshot_every:
            writing.snapshot(self.connection, self.streams, stream, held, self.snapshot_every)
        return held

    def _state(self, stream: str) -> State | None:
        if stream in self._now:
            return self._now[stream]
        if stream not in self._read:
            self._read[stream] = self.streams.load(self.connection, stream, lock=stream == FLOOR_STREAM)
        return self._read[stream].state

    def _raised(self, at: datetime, recorded_at: datetime | None) -> datetime:
        """``at``, or the last record where it is no more than the tolerance later: clocks of machines differ."""
        if recorded_at is None or to_us(at) >= to_us(recorded_at):
            return at
        near = to_us(recorded_at) - to_us(at) <= self.skew // _MICROSECOND
        return recorded_at if near else at

    def _not_before(self, stream: str, at: datetime, recorded_at: datetime | None) -> datetime:
        """As ``_raised``, for what must not be refused.

        Raises:
            ClockWentBack: the last record is further ahead than the tolerance.
        """
        when = self._raised(at, recorded_at)
        if recorded_at is not None and to_us(when) < to_us(recorded_at):
            raise ClockWentBack(stream, at, recorded_at)
        return when


@final
class _Cases(Mapping[str, Case]):
    """All cases, each read when it is asked for."""

    __slots__ = ("_work",)

    def __init__(self, work: Work) -> None:
        self._work = work

    def __getitem__(self, key: str) -> Case:
        case = self._work.case(key)
        if case is None:
            raise KeyError(key)
        return case

    def __iter__(self) -> Iterator[str]:
        return iter(())  # they are asked for by id; listing every ticket there is would read the whole store

    def __len__(self) -> int:
        return 0
