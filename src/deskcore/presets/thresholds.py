"""Thresholds of age as a matrix: published severity matrices, cycles of reporting, numbered steps, windows of time.

Every threshold counts from one origin (the opening, or another anchor), never from the threshold before.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, NotifyThoseTold
from deskcore.escalation.due import Amount, Anchor
from deskcore.escalation.recipients import Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.escalation.rung import Once, Until
from deskcore.hours import ElapsedDuration
from deskcore.predicate import ALWAYS, Condition


def _actions(given: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(given)


@final
@attrs.frozen
class Threshold:
    """What is done so long after the origin; ``calendar`` counts an amount of open time.

    ``once`` is a cycle of acknowledgement for what an acknowledgement stops, else an episode, unless it says otherwise;
    ``since`` is an origin of its own, such as ``hand``; ``lasts`` how long after its instant it may be done at all.

    >>> from deskcore.escalation.actions import AddTag
    >>> from deskcore.hours import elapsed
    >>> Threshold("old", elapsed(hours=8), [AddTag("old")]).until
    'resolved'
    """

    id: str = attrs.field(validator=named)
    after: Amount
    actions: tuple[Action, ...] = attrs.field(converter=_actions)
    calendar: str = attrs.field(default="default", kw_only=True)
    until: Until = attrs.field(default="resolved", kw_only=True)
    when: Condition = attrs.field(default=ALWAYS, kw_only=True)
    repeat: Repeat | None = attrs.field(default=None, kw_only=True)
    once: Once | None = attrs.field(default=None, kw_only=True)
    since: Anchor | None = attrs.field(default=None, kw_only=True)
    lasts: ElapsedDuration | None = attrs.field(default=None, kw_only=True)


def by_age(
    id: str,  # noqa: A002 - the matrix's own field
    rows: Iterable[tuple[Condition, Iterable[Threshold]]],
    *,
    last_resort: Recipient,
    since: Anchor = "opened",
) -> Matrix:
    """Rows of thresholds; the first row whose condition holds is the ticket's.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> from deskcore.predicate import Is
    >>> boss = Threshold("boss", elapsed(hours=1), [Notify(Person("dana"))])
    >>> print(*by_age("age", [(Is("priority", "p1"), [boss])], last_resort=Person("dana")).rungs)
    boss: 1h after the opening: notify dana
    """
    made = tuple(
        MatrixRow(
            when,
            tuple(
                Rung(
                    one.id,
                    Due(one.since or since, one.after, calendar=one.calendar),
                    one.actions,
                    until=one.until,
                    once=one.once or ("cycle" if one.until == "acked" else "episode"),
                    when=one.when,
                    repeat=one.repeat,
                    lasts=one.lasts,
                )
                for one in thresholds
            ),
        )
        for when, thresholds in rows
    )
    return Matrix(id, made, last_resort)


def by_cycle(
    id: str,  # noqa: A002
    cycle: ElapsedDuration,
    levels: Iterable[tuple[str, Iterable[Action]]],
    *,
    last_resort: Recipient,
) -> Matrix:
    """One level for each cycle of reporting, the first after one cycle; after the last nothing more.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> levels = [("boss", [Notify(Person("dana"))]), ("director", [Notify(Person("eve"))])]
    >>> print(by_cycle("cycles", elapsed(hours=2), levels, last_resort=Person("eve")).rungs[1])
    director: 4h after the opening: notify eve
    """
    thresholds = [
        Threshold(name, ElapsedDuration.of_us(cycle.microseconds * place), actions)
        for place, (name, actions) in enumerate(levels, start=1)
    ]
    return by_age(id, [(ALWAYS, thresholds)], last_resort=last_resort)


@final
@attrs.frozen
class Operation:
    """What is done at the beginning of each step from ``first`` to ``last``, and how long it lets such a step last.

    >>> from deskcore.escalation.actions import AddTag
    >>> Operation(2, 2, [AddTag("still open")]).lasts is None
    True

    Raises:
        InvalidValue: steps count from 1, and the last is not before the first.
    """

    first: int
    last: int
    actions: tuple[Action, ...] = attrs.field(converter=_actions)
    lasts: ElapsedDuration | None = None

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise InvalidValue("last", (self.first, self.last), "must be from step 1 on, and not before the first")


def by_step(
    id: str,  # noqa: A002
    operations: Sequence[Operation],
    *,
    lasts: ElapsedDuration,
    last_resort: Recipient,
) -> Matrix:
    """Numbered steps of fixed length; step 1 begins at the opening. Of several lengths for one step the shortest holds.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> delayed = [Operation(2, 2, [Notify(Person("ann"))])]
    >>> print(*by_step("steps", delayed, lasts=elapsed(hours=10), last_resort=Person("dana")).rungs)
    1 of step 2: 10h after the opening: notify ann
    """
    lengths = _lengths(operations)
    thresholds: list[Threshold] = []
    begins = 0
    for step in range(1, max((one.last for one in operations), default=0) + 1):
        after = ElapsedDuration.of_us(begins)
        thresholds += [
            Threshold(f"{place} of step {step}", after, one.actions)
            for place, one in enumerate(operations, start=1)
            if one.first <= step <= one.last
        ]
        begins += lengths.get(step, lasts).microseconds
    return by_age(id, [(ALWAYS, thresholds)], last_resort=last_resort)


def _lengths(operations: Sequence[Operation]) -> Mapping[int, ElapsedDuration]:
    found: dict[int, ElapsedDuration] = {}
    for one in operations:
        for step in range(one.first, one.last + 1):
            if one.lasts is not None:
                held = found.get(step)
                found[step] = one.lasts if held is None or one.lasts.microseconds < held.microseconds else held
    return found


def in_window(
    name: str,
    actions: Iterable[Action],
    *,
    begin: ElapsedDuration,
    end: ElapsedDuration | None = None,
    every: ElapsedDuration | None = None,
    from_look: bool = False,
) -> Threshold:
    """Something said at the beginning of a window of age and again at each interval until its end, that excluded.

    What is held back beyond the end is not said. ``from_look``: the intervals count from when somebody saw the first
    due.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> half_hour, hour = elapsed(minutes=30), elapsed(hours=1)
    >>> print(in_window("second", [Notify(Person("ann"))], begin=half_hour, end=hour, every=elapsed(minutes=10)).repeat)
    every 10m, 2 more times

    Raises:
        InvalidValue: the window ends before it begins.
    """
    if end is not None and end.microseconds <= begin.microseconds:
        raise InvalidValue("end", str(end), f"must lie after the beginning, {begin}")
    repeat = None
    if every is not None:
        more = None if end is None else (end.microseconds - begin.microseconds - 1) // every.microseconds
        repeat = None if more == 0 else Repeat(every, more, from_look=from_look)
    lasts = None if end is None else ElapsedDuration.of_us(end.microseconds - begin.microseconds)
    return Threshold(name, begin, tuple(actions), until="acked", repeat=repeat, lasts=lasts)


def with_recovery(matrix: Matrix, *, channel: str = "notify", latest: bool = False) -> Matrix:
    """The matrix with one more rung in every row: on the solution those who were told hear that it is over.

    ``latest``: only those whom the latest notice told.

    >>> from deskcore.escalation.recipients import Person
    >>> print(*with_recovery(by_age("m", [(ALWAYS, [])], last_resort=Person("dana"))).rungs)
    recovery: 0m after the solution: notify those told before
    """
    rung = Rung("recovery", Due("resolved"), NotifyThoseTold(channel, latest=latest), until="closed")
    rows = tuple(attrs.evolve(row, rungs=(*row.rungs, rung)) for row in matrix.rows)
    return attrs.evolve(matrix, rows=rows)
