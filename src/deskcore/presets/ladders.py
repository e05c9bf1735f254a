"""Notification ladders as matrices: steps one after another, passes, personal delays, turns within a pool.

The mechanism of paging products: notify, wait, notify the next. Every wait is counted from the instant the step was
due, so a late look moves nothing.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, named
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.recipients import Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.hours import ElapsedDuration
from deskcore.predicate import ALWAYS

Pick: TypeAlias = Literal["all", "in_turn"]


def _recipients(given: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(given)


@final
@attrs.frozen
class Step:
    """Tell these recipients, then wait. ``pick="in_turn"``: only one of them, the next one at each pass.

    ``during`` names a calendar outside of which the step and all after it are held until that opens.
    ``after`` holds, by the text of a recipient, the delays of that recipient's own messages; one at once by default.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> Step("first", [Person("ann")], wait=elapsed(minutes=5)).pick
    'all'
    """

    id: str = attrs.field(validator=named)
    notify: tuple[Recipient, ...] = attrs.field(converter=_recipients)
    wait: ElapsedDuration = attrs.field(kw_only=True)
    pick: Pick = attrs.field(default="all", kw_only=True)
    during: str | None = attrs.field(default=None, kw_only=True)
    after: FrozenDict[tuple[ElapsedDuration, ...]] = attrs.field(
        factory=FrozenDict[tuple[ElapsedDuration, ...]], kw_only=True
    )


@final
@attrs.frozen
class Origin:
    """Which step a rung of a ladder came from, and the delay of the personal message, where it is one."""

    step: str
    delay: ElapsedDuration | None = None


def ladder(
    id: str,  # noqa: A002 - the matrix's own field
    steps: Iterable[Step],
    *,
    last_resort: Recipient,
    passes: int | None = 0,
) -> Matrix:
    r"""A matrix of one row that climbs the steps, ``passes`` more times after the first (``None``: without end).

    An acknowledgement or a solution stops it. The last step's wait comes before each new pass.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> five = elapsed(minutes=5)
    >>> paging = ladder(
    ...     "paging",
    ...     [Step("s1", [Person("ann")], wait=five), Step("s2", [Person("bo")], wait=five)],
    ...     last_resort=Person("dana"),
    ...     passes=1,
    ... )
    >>> print(*paging.rungs, sep="\n")
    s1: 0m after the opening, then every 10m, 1 more times: notify ann
    s2: 5m after the opening, then every 10m, 1 more times: notify bo

    Raises:
        InvalidValue: passes without any time between them, or fewer than none.
    """
    climbed = tuple(steps)
    total = sum(step.wait.microseconds for step in climbed)
    if passes is not None and passes < 0:
        raise InvalidValue("passes", passes, "must not be negative; None is without end")
    if passes != 0 and not total:
        raise InvalidValue("passes", passes, "need steps that wait")
    if passes != 0 and any(step.during is not None for step in climbed):
        raise InvalidValue("passes", passes, "cannot be counted over a step with hours of its own")
    rungs: list[Rung] = []
    base, offset = None, 0
    for step in climbed:
        rungs += _rungs(step, base, offset, total, passes)
        if step.during is not None:
            base, offset = step.id, 0
        offset += step.wait.microseconds
    return Matrix(id, (MatrixRow(ALWAYS, tuple(rungs)),), last_resort)


def origins(steps: Iterable[Step]) -> Mapping[str, Origin]:
    """The step that each rung of ``ladder`` came from, by the rung's id.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> origins([Step("s1", [Person("ann")], wait=elapsed(minutes=5))])["s1"].step
    's1'
    """
    return {rung: origin for step in steps for rung, origin, _, _ in _parts(step)}


def _parts(step: Step) -> Iterator[tuple[str, Origin, tuple[Recipient, ...], int]]:
    """The rungs of a step: id, origin, whom they tell, and the delay in microseconds."""
    if step.pick == "in_turn":
        for place, recipient in enumerate(step.notify):
            yield (step.id if not place else f"{step.id} #{place + 1}", Origin(step.id), (recipient,), 0)
        return
    at_once = tuple(one for one in step.notify if str(one) not in step.after)
    if at_once or not step.notify:
        yield step.id, Origin(step.id), at_once, 0
    for one in step.notify:
        for delay in step.after.get(str(one), ()):
            yield f"{step.id} {one} +{delay}", Origin(step.id, delay), (one,), delay.microseconds


def _rungs(step: Step, base: str | None, offset: int, total: int, passes: int | None) -> Iterator[Rung]:
    members = len(step.notify) if step.pick == "in_turn" else 1
    for place, (name, _, told, delay) in enumerate(_parts(step)):
        turn = place if step.pick == "in_turn" else 0
        if passes is not None and turn > passes:
            return
        more = None if passes is None else (passes - turn) // members
        repeat = None if more == 0 else Repeat(ElapsedDuration.of_us(total * members), more)
        amount = ElapsedDuration.of_us(offset + turn * total + delay)
        due = Due.after_opened(amount) if base is None else Due.after_rung(base, amount)
        actions = tuple(Notify(one) for one in told)
        yield Rung(name, due, actions, until="acked", once="cycle", repeat=repeat, during=step.during)
