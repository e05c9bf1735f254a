"""A figure against its goal: met or missed, better or worse than before, and how far it can be trusted.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.oversight.intervals import Interval, Proportion
from deskcore.oversight.value import KpiValue

Verdict: TypeAlias = Literal["met", "missed", "no_value", "no_target"]
Direction: TypeAlias = Literal["better", "worse", "same", "unknown"]

_SHARE_RULE: Final = "must lie in 0..1, because the figure is a share: 0.3 for 30 %"


@final
@attrs.frozen
class Goal:
    """A target for a figure: at least, or at most, this much, in the figure's own unit (shares 0..1, seconds).

    >>> Goal("attainment.resolution", at_least=0.95).is_met(0.95)
    True

    Raises:
        InvalidValue: neither end is named, or both.
    """

    figure: str = attrs.field(validator=named)
    at_least: float | None = attrs.field(default=None, kw_only=True)
    at_most: float | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise InvalidValue("goal", (self.at_least, self.at_most), "must name either at_least or at_most")

    def is_met(self, value: float) -> bool:
        """Whether a value keeps it; exactly on the target it does."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    def trend(self, before: float, now: float) -> Direction:
        """Whether the change was for the better."""
        if now == before:
            return "same"
        return "better" if (now > before) == (self.at_least is not None) else "worse"


@final
@attrs.frozen
class ReviewedFigure:
    """A figure of the period with its goal, Wilson's interval where it is a share, and the period before.

    >>> value = KpiValue("attainment.resolution", 0.9, 9, 10, (), "met / all")
    >>> figure = ReviewedFigure(value, Goal("attainment.resolution", at_least=0.95))
    >>> figure.verdict, str(figure.interval)
    ('missed', '59.6 % to 98.2 % (95 % confidence, wilson)')

    Raises:
        InvalidValue: the figure is a share and its goal does not lie in 0..1.
    """

    value: KpiValue
    goal: Goal | None = None
    before: KpiValue | None = None

    def __attrs_post_init__(self) -> None:
        if self.goal is None or self.value.unit != "share":
            return
        for name, end in (("at_least", self.goal.at_least), ("at_most", self.goal.at_most)):
            if end is not None and not 0 <= end <= 1:
                raise InvalidValue(f"goal {self.goal.figure}.{name}", end, _SHARE_RULE)

    @property
    def verdict(self) -> Verdict:
        """Against the goal."""
        if self.goal is None:
            return "no_target"
        if self.value.value is None:
            return "no_value"
        return "met" if self.goal.is_met(self.value.value) else "missed"

    @property
    def trend(self) -> Direction:
        """Against the period before; unknown without a goal to say what is better, or without either value."""
        if self.goal is None or self.before is None or self.before.value is None or self.value.value is None:
            return "unknown"
        return self.goal.trend(self.before.value, self.value.value)

    @property
    def interval(self) -> Interval | None:
        """How far a share can be trusted: as a sample of how the partner works."""
        numerator, denominator = self.value.numerator, self.value.denominator
        if self.value.unit != "share" or self.value.value is None or not 0 <= numerator <= denominator:
            return None
        if numerator != int(numerator) or denominator != int(denominator):
            return None  # hours or money, not cases
        return Proportion(int(self.value.numerator), int(self.value.denominator)).wilson()

    @property
    def wanted(self) -> str:
        """The goal for people; empty without one."""
        if self.goal is None:
            return ""
        word, end = ("at least", self.goal.at_least) if self.goal.at_most is None else ("at most", self.goal.at_most)
        return f"{word} {attrs.evolve(self.value, value=end).shown}"

    def explain(self) -> str:
        """The figure in one line."""
        parts = [self.value.explain()]
        if self.goal is not None:
            parts.append(f"{self.verdict.replace('_', ' ')}: {self.wanted}")
        if self.before is not None:
            parts.append(f"{self.trend}, before {self.before.shown}")
        return "; ".join(parts)

    def row(self) -> dict[str, str | float | None]:
        """Flat, with stable columns: for data frames."""
        interval = self.interval
        return {
            "figure": self.value.name,
            "value": self.value.value,
            "unit": self.value.unit,
            "numerator": self.value.numerator,
            "denominator": self.value.denominator,
            "left_out": len(self.value.excluded),
            "low": None if interval is None else interval.low,
            "high": None if interval is None else interval.high,
            "at_least": None if self.goal is None else self.goal.at_least,
            "at_most": None if self.goal is None else self.goal.at_most,
            "verdict": self.verdict,
            "before": None if self.before is None else self.before.value,
            "trend": self.trend,
            "definition": self.value.definition,
            "reason": self.value.reason,
        }
