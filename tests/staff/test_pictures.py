"""A roster as a calendar strip, gaps marked, clock changes included."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.staff.layers import During, Layered, OnDuty
from deskcore.staff.pictures import strip, strip_html, strip_svg

AMS = ZoneInfo("Europe/Amsterdam")
DAYS = During(OnDuty(("bo",)), Calendar.weekly("Mon-Sun 08:00-20:00", tz=AMS))


def test_a_strip_shows_people_gaps_and_several() -> None:
    both = Layered.together(DAYS, During(OnDuty(("ann",)), Calendar.weekly("Fri 12:00-16:00", tz=AMS)))
    assert strip(both, date(2026, 5, 22), 1, zone=AMS) == (
        "Fri 2026-05-22 ........BBBB++++BBBB....\nB bo, + several, . nobody"
    )


def test_a_short_day_is_cut_into_as_many_cells() -> None:
    first = strip(DAYS, date(2026, 3, 29), 1, zone=AMS, cells=23).splitlines()[0]
    assert first == "Sun 2026-03-29 .......AAAAAAAAAAAA...."


def test_the_table_calls_gaps_by_their_name() -> None:
    page = str(strip_html(DAYS, date(2026, 5, 22), 2, zone=AMS))
    assert page.count("nobody") == 3
    assert "Fri 2026-05-22 08:00" in page


def test_the_picture_hatches_gaps_and_names_people() -> None:
    drawn = str(strip_svg(DAYS, date(2026, 3, 28), 2, zone=AMS))
    assert "nobody, 00:00 to 08:00" in drawn
    assert drawn.count("bo, 08:00 to 20:00") == 2
    assert "Sun 2026-03-29" in drawn
    assert "pattern" in drawn


@pytest.mark.parametrize(("days", "cells"), [(0, 24), (401, 24), (1, 0)])
def test_no_days_or_cells_are_refused(days: int, cells: int) -> None:
    with pytest.raises(InvalidValue):
        strip(DAYS, date(2026, 5, 22), days, zone=UTC, cells=cells)
