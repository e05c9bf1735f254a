"""Milestones of an agreement as a matrix: levels around a due instant, and shares of a target.

The mechanism of service-desk products whose escalations hang on an SLA: every level is dated from the due instant and
moves with the pauses of the clock; shares count on the clock itself.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from deskcore._value import named
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action
from deskcore.escalation.recipients import Recipient
from deskcore.escalation.rung import Late
from deskcore.hours import ElapsedDuration
from deskcore.predicate import ALWAYS, Condition


def _actions(given: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(given)


@final
@attrs.frozen
class Level:
    """What is done so long after the due instant, before it where the amount is negative; ``when`` is asked then.

    >>> from deskcore.escalation.actions import AddTag
    >>> from deskcore.hours import elapsed
    >>> Level("warn", -elapsed(hours=1), [AddTag("late soon")]).id
    'warn'
    """

    id: str = attrs.field(validator=named)
    after_due: ElapsedDuration
    actions: tuple[Action, ...] = attrs.field(converter=_actions)
    when: Condition = ALWAYS


def levels_around_due(
    id: str,  # noqa: A002 - the matrix's own field
    levels: Iterable[Level],
    *,
    metric: str = "resolution",
    last_resort: Recipient,
) -> Matrix:
    """Levels before and after a metric's due instant, each once; one whose condition fails then is used up.

    >>> from deskcore.escalation.actions import TransferTo
    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> late = Level("L1", elapsed(minutes=10), [TransferTo(team="second line")])
    >>> print(*levels_around_due("levels", [late], last_resort=Person("dana")).rungs)
    L1: 10m after resolution is due: transfer to team second line
    """
    rungs = tuple(
        Rung(level.id, Due("sla.due", level.after_due, of=metric), level.actions, when=level.when) for level in levels
    )
    return Matrix(id, (MatrixRow(ALWAYS, rungs),), last_resort)


def shares_of_target(
    id: str,  # noqa: A002
    shares: Iterable[tuple[float, Iterable[Action]]],
    *,
    metric: str = "resolution",
    last_resort: Recipient,
    late: Late = "each",
) -> Matrix:
    """What is done when a share of a target is used up; the rungs are called by their percentage.

    ``late="drop"`` passes over the shares that a clock is past when it is attached.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import Assignee, Person
    >>> print(*shares_of_target("shares", [(0.5, [Notify(Assignee())])], last_resort=Person("dana")).rungs)
    50%: 50 % of resolution: notify assignee
    """
    rungs = tuple(
        Rung(f"{share * 100:g}%", Due.at_share(metric, share), tuple(actions), late=late) for share, actions in shares
    )
    return Matrix(id, (MatrixRow(ALWAYS, rungs),), last_resort)
