"""The worker: rings due timers and delivers the outbox, in batches, beside any number of its like.

Not here: how people are told; the host gives a function. Stopping is the host's, too: it sets an event.

Layer: adapters.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from typing import Final, final

import attrs

from deskcore.adapters.sql import timers
from deskcore.adapters.sql.errors import StoreBusy, StoreFull, StoreGone
from deskcore.adapters.sql.host import SqlHost
from deskcore.adapters.sql.outbox import Parcel
from deskcore.desk import Notify
from deskcore.errors import DeskcoreError

Deliver = Callable[[Notify], object]
"""Tells people. What it raises is kept with the row, which is tried again later."""

_WEATHER: Final = (StoreBusy, StoreFull, StoreGone)
"""What passes without anybody changing a row: the worker waits."""


@final
@attrs.frozen
class Turn:
    """What one turn of a worker did, or several."""

    rung: int = 0
    delivered: int = 0
    failed: tuple[str, ...] = ()

    def __add__(self, other: Turn) -> Turn:
        """Both together; of the failures the last hundred."""
        failed = (*self.failed, *other.failed)[-100:]
        return Turn(self.rung + other.rung, self.delivered + other.delivered, failed)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return self == Turn()


def _now() -> datetime:
    return datetime.now(UTC)


def _name() -> str:
    return f"{socket.gethostname()}/{os.getpid()}"


@final
@attrs.frozen
class Worker:
    """Works for a host until it is told to stop. Any number of them, on any number of machines.

    Args:
        host: whose timers and outbox.
        deliver: tells people. ``None`` leaves the outbox to others.
        clock: what time it is; only a worker asks, everything below is told.
        batch: how many timers or rows are claimed at once; its timers are rung in one transaction.
        lease: for how long a claim keeps others away; longer than a batch takes.
        attempts: how often a delivery is tried before it is given up.
        poll: how long an idle worker waits at most before it looks again.
        name: who has a claim, for people who look at the tables.

    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> host = SqlHost.open("sqlite://", Desk.simple(calendar=Calendar.always()))
    >>> Worker(host, print).turn().idle
    True
    """

    host: SqlHost
    deliver: Deliver | None = None
    clock: Callable[[], datetime] = _now
    batch: int = 50
    lease: timedelta = timedelta(minutes=1)
    attempts: int = 12
    poll: timedelta = timedelta(seconds=1)
    name: str = attrs.field(factory=_name)

    def turn(self) -> Turn:
        """Claim one batch of timers and one of the outbox, and do them. One that cannot be done keeps no other back.

        Raises:
            StoreBusy: the database lets nobody through.
            StoreFull: there is no room left.
            StoreGone: the database is away.
        """
        return self.ring() + self.send()

    def ring(self) -> Turn:
        """Claim one batch of due timers and ring them."""
        at = self.clock()
        due = timers.claim(self.host.store, at=at, owner=self.name, limit=self.batch, lease=self.lease)
        return self._ring(tuple(timer.stream for timer in due), at) if due else Turn()

    def send(self) -> Turn:
        """Claim one batch of the outbox and deliver it, the oldest first."""
        if self.deliver is None:
            return Turn()
        at = self.clock()
        done, failed = list[Parcel](), list[str]()
        try:
            for parcel in self.host.outbox.claim(at=at, owner=self.name, limit=self.batch, lease=self.lease):
                said = self._delivered(parcel)
                if said is None:
                    done.append(parcel)
                else:
                    failed.append(f"{parcel.key}: {said}")
                    self.host.outbox.failed(parcel, said, at=self.clock(), attempts=self.attempts)
        finally:
            self.host.outbox.delivered(*done, at=self.clock())
        return Turn(0, len(done), tuple(failed))

    def _delivered(self, parcel: Parcel) -> str | None:
        """Tell people; what went wrong, or ``None``. A row that cannot be read fails without being told."""
        if parcel.notify is None:
            return parcel.failure or "it cannot be read"
        assert self.deliver is not None
        try:
            self.deliver(parcel.notify)
        except Exception as error:  # noqa: BLE001 - whatever the host's function raises is that row's failure
            return repr(error)
        return None

    def run(self, stop: Flag, *, until_idle: bool = False, progress: Callable[[Turn], object] | None = None) -> Turn:
        """Work until ``stop`` is set, then finish the batch in hand. Answers what was done altogether.

        ``until_idle`` ends when nothing is due. A database that is away, busy or full is waited for. ``progress`` hears
        of each turn that did something, and of each wait as a failure.
        """
        total, wait = Turn(), self.poll
        while not stop.is_set():
            try:
                done, wait = self.turn(), self.poll
            except _WEATHER as error:
                done, wait = Turn(failed=(str(error),)), min(wait * 2, timedelta(minutes=1))
                stop.wait(wait.total_seconds())
            total += done
            if progress is not None and not done.idle:
                progress(done)
            if done.idle:
                if until_idle:
                    break
                stop.wait(self._pause().total_seconds())
        return total

    def _ring(self, streams: tuple[str, ...], at: datetime) -> Turn:
        """Ring together; one by one where that fails, so that a broken case keeps no other waiting."""
        try:
            self.host.ring(*streams, at=at)
        except _WEATHER:
            raise
        except DeskcoreError as error:
            if len(streams) == 1:
                return Turn(failed=(f"{streams[0]}: {error}",))  # its lease keeps it from being tried at once again
            together = Turn()
            for stream in streams:
                together += self._ring((stream,), at)
            return together
        return Turn(len(streams))

    def _pause(self) -> timedelta:
        """Until the next timer or row may be claimed, but never longer than ``poll``: others may set earlier ones."""
        free = [timers.next_free(self.host.store)]
        if self.deliver is not None:
            free.append(self.host.outbox.next_free())
        soonest = min((when for when in free if when is not None), default=None)
        return self.poll if soonest is None else max(min(soonest - self.clock(), self.poll), timedelta(milliseconds=5))
