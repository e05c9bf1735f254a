"""A clock that walks: the slow, plain answer to check the engine against. It shares no code with it.

Time goes by in grains: at each, the events of that instant are applied, then the grain counts or does not. Knows
first_response, next_response and the resolution metrics, one target, no change of it.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import final

import attrs

from deskcore.log import Event
from deskcore.tickets.events import MessagePosted, Opened, StatusChange
from deskcore.tickets.status import Status

_STAFF = ("agent", "partner", "admin")


@final
@attrs.define
class Walked:
    """What the walk found at its end: how the latest cycle stands, and its numbers in grains."""

    cycle: int = 0
    state: str = "not_started"
    used: int = 0
    due: datetime | None = None
    breached_at: datetime | None = None
    settled_open: list[datetime] = attrs.field(factory=list)


@final
@attrs.define
class Walker:
    """Walks one metric of one ticket. ``is_open`` says whether the grain that begins at an instant counts."""

    metric: str
    target: int
    is_open: Callable[[datetime], bool]
    grain: timedelta
    pause_on: tuple[str, ...] = ()
    on_reopen: str = "first_only"
    after_reply_only: bool = False
    status: Status = attrs.field(init=False, default=Status("none", "new"))
    answered: bool = attrs.field(init=False, default=False)
    waiting: bool = attrs.field(init=False, default=False)
    found: Walked = attrs.field(init=False, factory=Walked)

    def walk(self, events: Iterable[Event], until: datetime, *, horizon: timedelta = timedelta(days=60)) -> Walked:
        """The clock at ``until``; an open one's due is searched up to ``horizon`` ahead."""
        queue = list(events)
        now = queue[0].at
        while True:
            self._reach_due(now)
            while queue and queue[0].at == now and now <= until:
                self._apply(queue.pop(0), now)
            self._reach_due(now)
            self._look_for_breach(now, until)
            if now >= until:
                break
            self._count(now)
            now += self.grain
        answer = attrs.evolve(self.found)
        end = now + horizon
        while answer.state == "running" and self.found.due is None and now < end:
            self._count(now)
            now += self.grain
            self._reach_due(now)
        answer.due = self.found.due if answer.state in {"running", "paused"} else answer.due
        return answer

    def _count(self, now: datetime) -> None:
        if self.found.state == "running" and self.is_open(now):
            self.found.used += 1
        elif self.found.state == "stopped" and self.is_open(now):
            self.found.settled_open.append(now)

    def _reach_due(self, now: datetime) -> None:
        found = self.found
        if found.state != "running" or found.due is not None or found.used < self.target:
            return
        if self.target or self.is_open(now):
            found.due = now

    def _look_for_breach(self, now: datetime, until: datetime) -> None:
        """Past due and open in the grain that begins now. At the end of the walk only what is already true counts."""
        found = self.found
        if found.due is None or found.breached_at is not None or found.state not in {"running", "paused"}:
            return
        if found.due < now or now < until:
            found.breached_at = now

    def _begin(self) -> None:
        paused = self.status.phase == "waiting" and (self.status.waits_for in self.pause_on or "any" in self.pause_on)
        self.found = Walked(self.found.cycle + 1, "paused" if paused else "running")

    def _apply(self, event: Event, now: datetime) -> None:
        data, was = event.data, self.status
        contact = reply = False
        if isinstance(data, Opened):
            self.status = data.status
            contact = event.actor.role not in _STAFF
        elif isinstance(data, MessagePosted):
            public = data.visibility == "public" and not data.auto_generated
            contact = public and data.author_role == "requester"
            reply = public and data.author_role in _STAFF
        elif isinstance(data, StatusChange):
            self.status = data.status
        had_answer, self.answered = self.answered, self.answered or reply
        was_settled, settled = was.phase in {"resolved", "closed"}, self.status.phase in {"resolved", "closed"}
        shut = settled or self.status.phase == "cancelled"
        self.waiting = contact or (self.waiting and not reply and not (shut and self.status != was))
        if self.status.phase == "cancelled":
            if self.found.state in {"running", "paused"}:
                self.found.state = "void"
            return
        self._revive(settled=settled)
        replies = self.metric in {"first_response", "next_response"}
        if self.found.state in {"running", "paused"} and (settled or (replies and reply)):
            self._stop(now)
        elif self.found.state == "stopped" and not settled and (was_settled or was.phase == "cancelled"):
            self._reopen(now)
        self._pause()
        if self.found.state not in {"running", "paused"}:
            opened = isinstance(data, Opened)
            again = was_settled and not settled and self.waiting and not opened
            self._perhaps_start(contact=contact, opened=opened, settled=settled, again=again, had_answer=had_answer)

    def _revive(self, *, settled: bool) -> None:
        if self.found.state == "void":
            self.found.state = "stopped" if settled else "running"

    def _pause(self) -> None:
        if self.found.state in {"running", "paused"}:
            waits = self.status.phase == "waiting"
            paused = waits and (self.status.waits_for in self.pause_on or "any" in self.pause_on)
            self.found.state = "paused" if paused else "running"

    def _stop(self, now: datetime) -> None:
        found = self.found
        if found.due is not None and found.due < now and found.breached_at is None:
            found.breached_at = now
        found.state, found.settled_open = "stopped", []

    def _reopen(self, now: datetime) -> None:
        found = self.found
        if self.on_reopen == "restart":
            self._begin()
        elif self.on_reopen != "first_only":
            found.state = "running"
            if self.on_reopen == "continue_including_closed":
                for grain in found.settled_open:
                    if found.due is None and not self.target:
                        found.due = grain
                    found.used += 1
                    if found.due is None and found.used >= self.target:
                        found.due = grain + self.grain
            if found.due is not None and found.due < now and found.breached_at is None:
                found.breached_at = now

    def _perhaps_start(self, *, contact: bool, opened: bool, settled: bool, again: bool, had_answer: bool) -> None:
        if self.metric == "next_response":
            wanted = (contact and (had_answer or not self.after_reply_only)) or again
        elif self.metric == "first_response":
            wanted = contact and not self.found.cycle
        else:
            wanted = opened
        if wanted and settled and opened:
            self.found = Walked(1, "stopped")
        elif wanted and not settled:
            self._begin()
