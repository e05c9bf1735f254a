"""A counter of notices as a matrix: who hears the third, the fourth, and how long until the next.

The mechanism of monitoring products in which escalations are ranges of the number of a notice: overlapping ranges tell
everybody they name, and the shortest interval of them holds.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.recipients import Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.hours import ElapsedDuration
from deskcore.predicate import ALWAYS


def _recipients(given: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(given)


@final
@attrs.frozen
class Range:
    """Notices from ``first`` to ``last`` (``None``: and all later ones), whom they tell, and the time to the next.

    No time (``every`` of zero) means that no further notice follows.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> Range(3, None, [Person("dana")], elapsed(minutes=30)).holds(7)
    True

    Raises:
        InvalidValue: notices count from 1, the last is not before the first, and no time is negative.
    """

    first: int
    last: int | None
    notify: tuple[Recipient, ...] = attrs.field(converter=_recipients)
    every: ElapsedDuration

    def __attrs_post_init__(self) -> None:
        if self.first < 1 or (self.last is not None and self.last < self.first):
            raise InvalidValue("last", (self.first, self.last), "must be from notice 1 on, and not before the first")
        if self.every.microseconds < 0:
            raise InvalidValue("every", str(self.every), "must not be negative; zero ends the notices")

    def holds(self, number: int) -> bool:
        """Whether a notice lies in it."""
        return self.first <= number and (self.last is None or number <= self.last)


def by_number(
    id: str,  # noqa: A002 - the matrix's own field
    ranges: Sequence[Range],
    *,
    notify: Iterable[Recipient],
    every: ElapsedDuration,
    last_resort: Recipient,
    from_look: bool = False,
) -> Matrix:
    """Notice 1 at the opening, each next one after the interval of the ranges that hold; ``notify`` where none does.

    The last rung repeats without end, as long as the last notice of all is not named. ``from_look``: each interval
    counts from when somebody saw the notice before it due.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> boss = Range(2, None, [Person("dana")], elapsed(minutes=30))
    >>> matrix = by_number("n", [boss], notify=[Person("ann")], every=elapsed(hours=1), last_resort=Person("dana"))
    >>> print(*matrix.rungs, sep="; ")
    notice 1: 0m after the opening: notify ann; notice 2: 1h after the opening, then every 30m, without end: notify dana
    """
    told = tuple(notify)
    settled = max((one.first if one.last is None else one.last + 1 for one in ranges), default=1)
    rungs: list[Rung] = []
    begins = 0
    due = Due.after_opened(ElapsedDuration.of_us(0))
    for number in range(1, settled + 1):
        holding = [one for one in ranges if one.holds(number)]
        audience = dict.fromkeys(person for one in holding for person in one.notify) if holding else told
        wait = min((one.every.microseconds for one in holding), default=every.microseconds)
        lasts = ElapsedDuration.of_us(wait)
        repeat = Repeat(lasts, None, from_look=from_look) if number == settled and wait else None
        actions = tuple(Notify(one) for one in audience)
        rungs.append(Rung(f"notice {number}", due, actions, until="acked", once="cycle", repeat=repeat))
        if not wait:
            break
        begins += wait
        after = ElapsedDuration.of_us(begins)
        due = Due.after_rung(rungs[-1].id, lasts, from_look=True) if from_look else Due.after_opened(after)
    return Matrix(id, (MatrixRow(ALWAYS, tuple(rungs)),), last_resort)


def numbers(matrix: Matrix) -> Mapping[str, int]:
    """The number of the first notice that each rung of ``by_number`` is, by the rung's id.

    >>> from deskcore.escalation.recipients import Person
    >>> from deskcore.hours import elapsed
    >>> numbers(by_number("n", [], notify=[Person("ann")], every=elapsed(hours=1), last_resort=Person("dana")))
    {'notice 1': 1}
    """
    return {rung.id: place for place, rung in enumerate(matrix.rungs, start=1)}
