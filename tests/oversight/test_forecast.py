"""Expected volumes: the season, the band, what lies outside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.oversight.agreement import Terms
from deskcore.oversight.forecast import Commitment, ForecastBand, forecast, seasonal_indices
from deskcore.oversight.quality import ResolutionProtocol
from deskcore.testing.wire import check_roundtrip


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 4), st.data())
def test_seasonal_indices_average_to_one(season: int, seasons: int, data: st.DataObject) -> None:
    """And a forecast of a steady season repeats it."""
    one = data.draw(st.lists(st.integers(1, 1000), min_size=season, max_size=season))
    indices = seasonal_indices(one * seasons, season)
    assert sum(indices) / season == pytest.approx(1, abs=1e-9)
    assert forecast(one * seasons, season, season) == pytest.approx(one, rel=1e-9)


def test_an_unfinished_season_at_the_start_is_left_out() -> None:
    assert seasonal_indices([999, 80, 120], season=2) == (0.8, 1.2)


@pytest.mark.parametrize(("actual", "where"), [(79, "below"), (80, "within"), (110, "within"), (111, "above")])
def test_the_ends_of_a_band_belong_to_it(actual: int, where: str) -> None:
    found = ForecastBand(Decimal(80), Decimal(110)).check(100, actual)
    assert found.where == where
    assert ForecastBand().check(0, 5).where == "no_forecast"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: seasonal_indices([1], 0),
        lambda: seasonal_indices([1], 2),
        lambda: seasonal_indices([-1, 1], 2),
        lambda: seasonal_indices([0, 0], 2),
        lambda: ForecastBand(Decimal(110), Decimal(110)),
        lambda: ForecastBand().check(-1, 1),
        lambda: Commitment(agents=-1),
    ],
)
def test_volumes_that_cannot_be_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_a_commitment_is_part_of_the_terms() -> None:
    check_roundtrip(Terms(commitment=Commitment(ForecastBand(), agents=3, calendar="manila")))
    assert Commitment(agents=3).is_staffed(3)


def test_steps_that_were_skipped_are_named() -> None:
    protocol = ResolutionProtocol(("identify", "confirm"), FrozenDict({"vpn": ("test the line",)}))
    assert protocol.missing("mail", done=["confirm"]) == ("identify",)
    assert protocol.missing("vpn", done=["confirm", "identify"]) == ("test the line",)
    assert protocol.missing(None, done=["confirm", "identify"]) == ()
