"""How likely a clock is to be breached, given how much work tends to remain.

The distribution is the host's, or counted from finished cycles; nothing is learnt here. Work is measured as the clock
counts it, so nights, weekends and waits neither help nor hurt.

Layer: sla.
"""

from __future__ import annotations

import abc
from bisect import bisect_right
from collections.abc import Iterable
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.sla.clock import Clock


class RemainingWork(abc.ABC):
    """How much work an open cycle still needs, as chances. Subclass it, frozen, for a model of your own."""

    @abc.abstractmethod
    def chance_beyond(self, consumed_us: int, left_us: int) -> float:
        """The chance, 0 to 1, that a cycle that used up ``consumed_us`` needs more than ``left_us`` from here."""


def _sorted(given: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(given))


@final
@attrs.frozen
class FinishedCycles(RemainingWork):
    """What finished cycles took, in microseconds of the clock's measure: of those that took longer so far, how many.

    >>> FinishedCycles((1, 2, 3, 4)).chance_beyond(1, 2)
    0.3333333333333333

    No finished cycle took as long as this one already has: then the chance is 1, nothing speaks for its end.
    """

    took_us: tuple[int, ...] = attrs.field(converter=_sorted)

    @classmethod
    def of(cls, clocks: Iterable[Clock]) -> FinishedCycles:
        """Counted from clocks: those that ended, in time, late or only measured."""
        ended = {"met", "met_late", "measured"}
        return cls(tuple(clock.consumed_us for clock in clocks if clock.state in ended))

    def chance_beyond(self, consumed_us: int, left_us: int) -> float:
        longer = len(self.took_us) - bisect_right(self.took_us, consumed_us)
        if not longer:
            return 1.0
        return (len(self.took_us) - bisect_right(self.took_us, consumed_us + left_us)) / longer


@final
@attrs.frozen
class WorkQuantiles(RemainingWork):
    """Points of a quantile function of the work that remains: (chance that it is enough, microseconds), rising in both.

    Between points it is linear; below the first and above the last it stands.

    >>> WorkQuantiles(((0.0, 0), (0.5, 100), (1.0, 300))).chance_beyond(0, 200)
    0.25

    Raises:
        InvalidValue: there is no point, or they do not rise.
    """

    points: tuple[tuple[float, int], ...]

    def __attrs_post_init__(self) -> None:
        chances, amounts = [point[0] for point in self.points], [point[1] for point in self.points]
        rising = chances == sorted(set(chances)) and amounts == sorted(amounts)
        if not self.points or not rising or chances[0] < 0 or chances[-1] > 1:
            raise InvalidValue("points", self.points, "must be chances from 0 to 1 with amounts, rising in both")

    def chance_beyond(self, consumed_us: int, left_us: int) -> float:  # noqa: ARG002 - the protocol of models
        place = bisect_right([amount for _, amount in self.points], left_us)
        if place == 0:
            return 1.0 - self.points[0][0] if left_us >= self.points[0][1] else 1.0
        if place == len(self.points):
            return 1.0 - self.points[-1][0]
        (low, least), (high, most) = self.points[place - 1], self.points[place]
        return 1.0 - (low + (high - low) * (left_us - least) / (most - least))


@final
@attrs.frozen
class Prediction:
    """The chance that a clock is breached, and why that."""

    chance: float
    because: str

    def explain(self) -> str:
        """In one line."""
        return f"{self.chance:.0%}: {self.because}"

    def to_dict(self) -> dict[str, float | str]:
        """For programs: ``chance`` and ``because``."""
        return {"chance": self.chance, "because": self.because}


def predict(clock: Clock, work: RemainingWork) -> Prediction:
    """How likely a clock is to be breached in the end.

    >>> from deskcore.sla import look
    >>> from deskcore.testing.sla import START, sample
    >>> hours = FinishedCycles(tuple(hour * 3_600_000_000 for hour in (1, 1, 1, 3)))
    >>> print(predict(look.clock(*sample(), "first_response", at=START), hours).explain())
    25%: 2 business hours left
    """
    if clock.is_breached:
        return Prediction(1.0, "it is breached")
    left = clock.remaining
    if left is None or not clock.is_open:
        return Prediction(0.0, "nothing is promised" if left is None else f"it is {clock.state.replace('_', ' ')}")
    if left.microseconds < 0:
        return Prediction(1.0, "the target is used up")
    return Prediction(work.chance_beyond(clock.consumed_us, left.microseconds), f"{left} left")
