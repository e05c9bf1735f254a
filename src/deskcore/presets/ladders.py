"""Notification ladders as matrices: steps one after another, passes, turns.

The mechanism of paging products: notify, wait, notify the next. Every wait is counted from the instant the step was
due, so a late look moves nothing; ladders that drift with the look say so.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, Notify, NotifyInTurn
from deskcore.escalation.gates import Enough
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import Recipient
from deskcore.escalation.rung import IfNobody, Outside
from deskcore.hours import ElapsedDuration
from deskcore.predicate import ALWAYS

Pick: TypeAlias = Literal["all", "in_turn"]
_AT_ONCE: Final = ElapsedDuration.of_us(0)


def _recipients(given: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(given)


@final
@attrs.frozen
class Step:
    """Tell these recipients, then wait. ``pick="in_turn"``: only one of them, the next one at each pass.

    ``during`` names a calendar outside of which the step is held until that opens, and all after it with it, or, with
    ``outside="skip"``, takes no time. ``if_nobody="skip"`` does the same where nobody is there. With ``each_acks``
    everybody acknowledges for themselves. ``enough`` holds the step until so much has happened. How somebody is called,
    message after message, stands with them: ``Agent.contact_rules``.

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
    outside: Outside = attrs.field(default="hold", kw_only=True)
    if_nobody: IfNobody = attrs.field(default="fall_back", kw_only=True)
    each_acks: bool = attrs.field(default=False, kw_only=True)
    enough: Enough | None = attrs.field(default=None, kw_only=True)


def ladder(
    id: str,  # noqa: A002 - the matrix's own field
    steps: Iterable[Step],
    *,
    last_resort: Recipient,
    passes: int | None = 0,
    after: ElapsedDuration = _AT_ONCE,
    begins_again_by_hand: bool = False,
    drifts: bool = False,
) -> Matrix:
    r"""A matrix of one row that climbs the steps, ``passes`` more times after the first (``None``: without end).

    The first step comes ``after`` the opening. An acknowledgement or a solution stops it. The last step's wait comes
    before each new pass. ``begins_again_by_hand``: whoever moves up past the end begins one more pass. ``drifts``:
    waits count from when somebody saw a step due, not from when it was.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> five = elapsed(minutes=5)
    >>> paging = ladder(
    ...     "paging",
    ...     [Step("s1", [Person("ann")], wait=five), Step("s2", [Person("bo")], wait=five)],
    ...     last_resort=Person("dana"),
    ...     passes=1,
    ... )
    >>> print(paging.rows[0], *paging.rungs, sep="\n")
    always: 2 rungs, 1 more passes, 5m after the last rung
    s1: 0m after the opening: notify ann
    s2: 5m after rung s1: notify bo

    Raises:
        InvalidValue: passes without any time between them, or fewer than none.
    """
    climbed = tuple(steps)
    if passes is not None and passes < 0:
        raise InvalidValue("passes", passes, "must not be negative; None is without end")
    if passes != 0 and not sum(step.wait.microseconds for step in climbed):
        raise InvalidValue("passes", passes, "need steps that wait")
    rungs: list[Rung] = []
    due = Due.after_opened(after)
    for step in climbed:
        rungs.append(_rung(step, due))
        due = Due.after_rung(step.id, step.wait, from_look=drifts)
    again = None
    if climbed and (passes != 0 or begins_again_by_hand or drifts):
        again = Passes(climbed[-1].wait, passes, by_hand=begins_again_by_hand, from_look=drifts)
    return Matrix(id, (MatrixRow(ALWAYS, tuple(rungs), passes=again),), last_resort)


def _rung(step: Step, due: Due) -> Rung:
    actions: tuple[Action, ...] = tuple(Notify(one) for one in step.notify)
    if step.pick == "in_turn":
        actions = (NotifyInTurn(step.notify),)
    return Rung(
        step.id,
        due,
        actions,
        until="acked",
        once="cycle",
        during=step.during,
        outside=step.outside,
        if_nobody=step.if_nobody,
        each_acks=step.each_acks,
        enough=step.enough,
    )
