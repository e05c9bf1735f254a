"""How a store stands: its tickets, its timers, and what people are yet to be told.

Layer: adapters.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

import attrs
from sqlalchemy import bindparam, case, func, select

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.adapters.sql.outbox import Parcel
from deskcore.adapters.sql.reading import StoredDesk
from deskcore.adapters.sql.schema import OUTBOX, STREAMS, TIMERS
from deskcore.desk import FLOOR_STREAM

SHOWN: Final = 10
"""So many of the messages that were given up are shown."""

_PHASES: Final = (
    select(STREAMS.c.phase, func.count())
    .where(STREAMS.c.stream != FLOOR_STREAM)
    .group_by(STREAMS.c.phase)
    .order_by(STREAMS.c.phase)
)
_TIMERS: Final = select(
    func.count(TIMERS.c.due_us),
    func.sum(case((TIMERS.c.due_us <= bindparam("now"), 1), else_=0)),
    func.min(TIMERS.c.due_us),
)
_WAITS: Final = OUTBOX.c.due_us.is_not(None)
_OUTBOX: Final = select(
    func.count(OUTBOX.c.delivered_us),
    func.sum(case((_WAITS & (OUTBOX.c.attempts == 0), 1), else_=0)),
    func.sum(case((_WAITS & (OUTBOX.c.attempts > 0), 1), else_=0)),
)


@final
@attrs.frozen
class Status:
    """How a store stood at an instant.

    Attributes:
        store: its name.
        tickets: how many there are in each phase.
        floor: how many events the floor's stream has.
        timers: how many are set.
        due: how many of these should have rung; some are in a worker's hands.
        next_due: the earliest.
        delivered: messages that have arrived.
        waiting: messages that nobody has tried yet.
        failing: messages that did not arrive and are tried again.
        given_up: messages that are not tried any more, with what went wrong; ``Outbox.again`` begins anew.
    """

    store: str
    at: datetime
    tickets: FrozenDict[int]
    floor: int
    timers: int
    due: int
    next_due: datetime | None
    delivered: int
    waiting: int
    failing: int
    given_up: tuple[Parcel, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing was given up."""
        return not self.given_up

    def explain(self) -> str:
        """A line each for tickets, timers and messages, and one for each message that was given up."""
        by_phase = ", ".join(f"{count:,} {phase}" for phase, count in self.tickets.items())
        total = sum(self.tickets.values())
        earliest = "" if self.next_due is None else f", the earliest at {self.next_due.isoformat()}"
        given_up = f"{len(self.given_up):,} given up"
        lines = [
            f"{self.store} at {self.at.isoformat()}",
            f"tickets: {total:,}" + (f" ({by_phase})" if by_phase else "") + f"; floor: {self.floor:,} events",
            f"timers: {self.timers:,} set, {self.due:,} due{earliest}",
            f"messages: {self.delivered:,} delivered, {self.waiting:,} waiting, {self.failing:,} failing, {given_up}",
        ]
        lines += [
            f"  given up after {parcel.attempts} attempts: {parcel.key}: {' '.join((parcel.failure or '').split())}"
            for parcel in self.given_up[:SHOWN]
        ]
        more = len(self.given_up) - SHOWN
        return "\n".join([*lines, *([f"  and {more:,} more"] if more > 0 else [])])

    def to_dict(self) -> dict[str, object]:
        """For programs: every count by its name, instants in ISO 8601, and the keys that were given up."""
        return {
            **{name: getattr(self, name) for name in ("store", "floor", "timers", "due")},
            **{name: getattr(self, name) for name in ("delivered", "waiting", "failing")},
            "at": self.at.isoformat(),
            "tickets": dict(self.tickets),
            "next_due": None if self.next_due is None else self.next_due.isoformat(),
            "given_up": {parcel.key: parcel.failure for parcel in self.given_up},
        }


def status(host: StoredDesk, *, at: datetime) -> Status:
    """How a store stands. Linear in its tickets and messages, in the database.

    >>> from datetime import UTC
    >>> from deskcore.adapters.sql import SqlHost
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> host = SqlHost.open("sqlite://", Desk.simple(calendar=Calendar.always()))
    >>> print(status(host, at=datetime(2026, 5, 22, 12, tzinfo=UTC)).explain().splitlines()[-1])
    messages: 0 delivered, 0 waiting, 0 failing, 0 given up
    """
    with host.store.reading() as connection:
        phases = {str(phase): count for phase, count in connection.execute(_PHASES)}
        timers, due, earliest = connection.execute(_TIMERS, {"now": to_us(at)}).one()
        delivered, waiting, failing = connection.execute(_OUTBOX).one()
    return Status(
        host.store.name,
        at,
        FrozenDict(phases),
        host.floor.version,
        timers,
        due or 0,
        None if earliest is None else from_us(earliest),
        delivered,
        waiting or 0,
        failing or 0,
        host.outbox.given_up(),
    )
