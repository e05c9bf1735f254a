"""Pictures of a calendar, as text and as SVG."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from deskcore.errors import OutOfRange
from deskcore.hours import Calendar

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30; Sat 22:00-02:00", tz="Europe/Amsterdam", holidays="NL", name="office")


def test_a_week_shows_each_day_on_its_wall_clock() -> None:
    lines = str(OFFICE.week(date(2026, 5, 29))).splitlines()
    assert lines[0] == "office, week of 2026-05-25"
    assert lines[2] == f"Mon 25 May  {'·' * 48}  0 min"
    assert lines[7] == f"Sat 30 May  {'·' * 44}████  2 h"
    assert lines[8] == f"Sun 31 May  ████{'·' * 44}  2 h"


def test_a_half_hour_open_in_part_is_shaded() -> None:
    line = str(Calendar.weekly("Mon 00:00-00:15", tz="UTC").week(date(2026, 5, 25))).splitlines()[2]
    assert line.startswith("Mon 25 May  ▒·")


def test_the_night_the_clocks_go_back_counts_its_real_length() -> None:
    line = str(Calendar.always(tz="Europe/Amsterdam").week(date(2026, 10, 25))).splitlines()[8]
    assert line == f"Sun 25 Oct  {'█' * 48}  25 h"


def test_a_year_has_a_row_for_each_month() -> None:
    lines = str(OFFICE.year(2026)).splitlines()
    assert len(lines) == 14
    assert lines[2].startswith("Jan  ·█░░")  # New Year, a Friday, a Saturday night, its run-over
    assert all(len(line.split("  ")[1]) in {28, 30, 31} for line in lines[2:])


def test_pictures_are_drawn_too() -> None:
    for picture in (OFFICE.week(date(2026, 5, 25)), OFFICE.year(2026)):
        root = ET.fromstring(picture.svg)
        assert root.tag.endswith("svg")
        assert picture._repr_html_() == picture.svg
    assert "09:00 to 17:30" in OFFICE.week(date(2026, 5, 25)).svg


def test_years_beyond_the_range_are_refused() -> None:
    with pytest.raises(OutOfRange):
        OFFICE.year(2201)
