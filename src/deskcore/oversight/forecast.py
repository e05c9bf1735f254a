"""What volume was expected: a seasonal forecast, the band around it, and what a partner has committed to for it.

Not here: relief and charges that follow from the band (``charges``), staffing (``deskcore.planning``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written

Where: TypeAlias = Literal["within", "above", "below", "no_forecast"]


def seasonal_indices(history: Sequence[float], season: int) -> tuple[float, ...]:
    """How each place of a season compares with its mean: 1.2 is a fifth above it. By complete seasons, the latest last.

    >>> seasonal_indices([80, 120, 160, 240], season=2)
    (0.8, 1.2)

    Raises:
        InvalidValue: no season, negative volumes, less than one whole season, or a season without any volume.
    """
    if season < 1:
        raise InvalidValue("season", season, "must be at least 1")
    if any(not value >= 0 for value in history):
        raise InvalidValue("history", tuple(history), "must not be negative")
    whole = len(history) // season
    if not whole:
        raise InvalidValue("history", f"{len(history)} periods", f"must hold at least one season of {season}")
    held = [as_written(value) for value in history[len(history) - whole * season :]]
    seasons = [held[place * season : (place + 1) * season] for place in range(whole)]
    if not all(map(sum, seasons)):
        raise InvalidValue("history", tuple(history), "must hold some volume in every season")
    shares = [[value * season / sum(one) for value in one] for one in seasons]
    return tuple(float(sum((one[place] for one in shares), Fraction(0)) / whole) for place in range(season))


def forecast(history: Sequence[float], season: int, periods: int, *, growth: float = 0.0) -> tuple[float, ...]:
    """The next periods: the mean of the last season, by the seasonal indices, grown by ``growth`` a season.

    >>> forecast([80, 120, 160, 240], season=2, periods=3, growth=0.5)
    (240.0, 360.0, 360.0)

    Raises:
        InvalidValue: as ``seasonal_indices``.
    """
    indices = seasonal_indices(history, season)
    level = sum((as_written(value) for value in history[-season:]), Fraction(0)) / season
    rate = 1 + as_written(growth)
    return tuple(
        float(level * rate ** (place // season + 1) * as_written(indices[place % season])) for place in range(periods)
    )


@final
@attrs.frozen
class BandCheck:
    """What came beside what was forecast: their ratio, and where it lies.

    >>> BandCheck(100, 130, 1.3, "above").explain()
    '130 came, 100 were forecast: above the band (130.0 %)'
    """

    forecast: float
    actual: float
    ratio: float | None
    where: Where

    def explain(self) -> str:
        """The check in one line."""
        if self.ratio is None:
            return f"{self.actual:,g} came, nothing was forecast"
        band = "within the band" if self.where == "within" else f"{self.where} the band"
        return f"{self.actual:,g} came, {self.forecast:,g} were forecast: {band} ({self.ratio * 100:.1f} %)"


@final
@attrs.frozen
class ForecastBand:
    """From which to which percentage of the forecast the promises hold; both ends included.

    >>> ForecastBand(Decimal(80), Decimal(110)).check(100, 110).where
    'within'

    Raises:
        InvalidValue: a negative end, or ends that do not rise.
    """

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(110)

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.low < self.high:
            raise InvalidValue("high", self.high, f"must lie above the low end, {self.low:f}, and that not below 0")

    def check(self, forecast: float, actual: float) -> BandCheck:
        """Where a period's volume lies.

        Raises:
            InvalidValue: a negative number.
        """
        for name, value in (("forecast", forecast), ("actual", actual)):
            if not value >= 0:
                raise InvalidValue(name, value, "must not be negative")
        if not forecast:
            return BandCheck(forecast, actual, None, "no_forecast")
        ratio = as_written(actual) / as_written(forecast)
        low, high = Fraction(self.low) / 100, Fraction(self.high) / 100
        where: Where = "below" if ratio < low else "above" if ratio > high else "within"
        return BandCheck(forecast, actual, float(ratio), where)


@final
@attrs.frozen
class Commitment:
    """What a partner has committed to from a date on: a band of volume, how many agents, and when (a calendar's name).

    >>> Commitment(ForecastBand(), agents=12, calendar="manila").is_staffed(11)
    False

    Raises:
        InvalidValue: a negative number of agents.
    """

    band: ForecastBand = attrs.field(factory=ForecastBand)
    agents: int = attrs.field(default=0, kw_only=True, validator=not_negative)
    calendar: str | None = attrs.field(default=None, kw_only=True)

    def is_staffed(self, agents: int) -> bool:
        """Whether at least as many agents were there as committed."""
        return agents >= self.agents
