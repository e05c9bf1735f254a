"""Who of a pool is next, across all tickets: answered once by the floor, and recorded in both streams.

A rung that addresses a ``Pool`` fires and asks; the answer turns the pool. Emptiness found here goes to the rung's own
fallbacks and the last resort; later rungs keep their dues.

Layer: escalation. Imports staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.actions import Notify, NotifyInTurn
from deskcore.escalation.events import PoolTurned, RungAnswered
from deskcore.escalation.firing import Notice
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix, Rung
from deskcore.escalation.recipients import Pool, Resolution, resolve
from deskcore.log import Event
from deskcore.staff import Staff
from deskcore.staff.absence import Absence
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Answer:
    """Who is next, for one rung and one pool: what to record in either stream, and whom to tell.

    ``turned`` is ``None`` where nobody of the pool is there.
    """

    answered: RungAnswered
    turned: PoolTurned | None
    notice: Notice

    def explain(self) -> str:
        """The pool, who is next, and how they were found."""
        return f"pool {self.answered.pool}: {'; '.join(self.answered.path)}"


def turned(pools: FrozenDict[str], event: Event) -> FrozenDict[str]:
    """The fold: by pool, whose turn it was last.

    >>> from datetime import UTC
    >>> from deskcore.log import Actor
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> turned(FrozenDict(), Event("floor", 1, noon, noon, Actor.system(), PoolTurned("first", "mia")))
    FrozenDict({'first': 'mia'})
    """
    return pools.with_item(event.data.pool, event.data.person) if isinstance(event.data, PoolTurned) else pools


def answers(
    matrix: Matrix,
    ticket: Ticket,
    ledger: Ledger,
    staff: Staff,
    pools: FrozenDict[str],
    *,
    at: datetime,
    present: Collection[str] = (),
) -> tuple[Answer, ...]:
    """Who is next for every rung of a ticket that asks; ``present`` are the people on the floor.

    Empty where nothing asks. Several rungs that ask one pool get one member after the other.
    """
    found: list[Answer] = []
    held = dict(pools)
    for key, name in ledger.asked.items():
        rung = next((one for one in matrix.rungs if one.id == name), None)
        if rung is None:  # the matrix has changed since
            path = (f"rung {name} is gone",)
            answered = RungAnswered(key, "", (), path)
            found.append(Answer(answered, None, Notice(key, ticket.id, "", (), f"rung {name}", path)))
            continue
        for pool, channel in _asked(rung):
            away = {name: absence for name in pool.members if (absence := staff.absence(name, at=at)) is not None}
            there = [name for name in pool.members if name not in away and (name in present or not pool.present)]
            person = pool.after(held.get(pool.name), there)
            answer = _answer(key, rung, pool, channel, person, matrix, ticket, staff, at)
            found.append(_with_absences(answer, away))
            if person is not None:
                held[pool.name] = person
    return tuple(found)


def _asked(rung: Rung) -> Iterator[tuple[Pool, str]]:
    for action in rung.actions:
        if isinstance(action, Notify) and isinstance(action.recipient, Pool):
            yield action.recipient, action.channel
        elif isinstance(action, NotifyInTurn):
            yield from ((one, action.channel) for one in action.recipients if isinstance(one, Pool))


def _with_absences(answer: Answer, away: Mapping[str, Absence]) -> Answer:
    """The answer, whose path tells of everybody of the pool who is absent."""
    if not away:
        return answer
    path = (*answer.answered.path, *(f"{name} is {absence}" for name, absence in away.items()))
    answered, notice = attrs.evolve(answer.answered, path=path), attrs.evolve(answer.notice, path=path)
    return attrs.evolve(answer, answered=answered, notice=notice)


def _answer(
    key: str,
    rung: Rung,
    pool: Pool,
    channel: str,
    person: str | None,
    matrix: Matrix,
    ticket: Ticket,
    staff: Staff,
    at: datetime,
) -> Answer:
    if person is not None:
        found = Resolution((person,), (f"next in pool {pool.name}: {person}",))
    else:
        otherwise = (matrix.last_resort,) if rung.fallback is None else (rung.fallback, matrix.last_resort)
        rest = resolve(pool, staff, ticket, at=at, otherwise=otherwise)
        found = Resolution(rest.people, (f"pool {pool.name}: nobody is there", *rest.path[1:]))
    after = None if person is None else PoolTurned(pool.name, person, ticket.id)
    text = f"rung {rung.id}: {rung.due}"
    notice = Notice(key, ticket.id, channel, found.people, text, found.path)
    return Answer(RungAnswered(key, pool.name, found.people, found.path), after, notice)
