"""Charts: well formed, accessible, inside their frame, true to their numbers."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from deskcore._draw import Cell, Element, Key, Lane, Mark, Segment, Series, charts
from deskcore.errors import InvalidValue
from tests.draw.strategies import CHARTS

SVG = "{http://www.w3.org/2000/svg}"
NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)


def drawn(chart: Element) -> ET.Element:
    return ET.fromstring(str(chart))


def words(chart: Element) -> list[str]:
    return [found.text or "" for found in drawn(chart).iter(f"{SVG}text")]


def tips(chart: Element) -> list[str]:
    return [found.text or "" for found in drawn(chart).iter(f"{SVG}title")]


@settings(max_examples=150)
@given(chart=CHARTS)
def test_every_chart_is_well_formed_and_announced(chart: Element) -> None:
    """Whatever the labels hold, a picture parses, has a title and tells a screen reader that it is one picture."""
    root = drawn(chart)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root.get("aria-label") is not None


@settings(max_examples=150)
@given(chart=CHARTS)
def test_every_shape_lies_inside_its_picture(chart: Element) -> None:
    """Nothing is drawn where nobody sees it: stretches are cut at the window, labels are shortened or moved."""
    root = drawn(chart)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for shape in root.iter(f"{SVG}rect"):
        x, y = float(shape.attrib["x"]), float(shape.attrib["y"])
        assert -1 <= x <= width + 1, shape.attrib
        assert x + float(shape.attrib["width"]) <= width + 1.5, shape.attrib
        assert -1 <= y <= height + 1
        assert y + float(shape.attrib["height"]) <= height + 1
        assert float(shape.attrib["width"]) >= 0


@settings(max_examples=30)
@given(chart=CHARTS)
def test_a_picture_is_a_value(chart: Element) -> None:
    copy = pickle.loads(pickle.dumps(chart))
    assert copy == chart
    assert hash(copy) == hash(chart)
    assert str(copy) == str(chart)


def test_a_bar_is_as_long_as_its_number() -> None:
    root = drawn(charts.bar_chart([("P1", 50), ("P2", 100)], title="Attainment", unit="%"))
    bars = {shape[0].text: float(shape.attrib["width"]) for shape in root.iter(f"{SVG}rect") if len(shape)}
    assert bars["P2: 100 %"] == pytest.approx(2 * bars["P1: 50 %"], abs=0.02)


def test_a_bar_below_zero_grows_to_the_left() -> None:
    root = drawn(charts.bar_chart([("up", 10), ("down", -10)], title="Net flow"))
    bars = {shape[0].text: shape for shape in root.iter(f"{SVG}rect") if len(shape)}
    down, up = bars["down: -10"].attrib, bars["up: 10"].attrib
    assert float(down["x"]) + float(down["width"]) == pytest.approx(float(up["x"]), abs=0.02)


def test_rows_of_shares_are_equally_long() -> None:
    keys = (Key("met", "met"), Key("late", "late", "#D55E00"))
    root = drawn(charts.stacked_bars([("a", (1, 3)), ("b", (50, 50))], keys, title="Outcomes", as_shares=True))
    long: dict[str, float] = {}
    for shape in root.iter(f"{SVG}rect"):
        if len(shape) and shape[0].text:
            row = shape[0].text.split(",")[0]
            long[row] = long.get(row, 0.0) + float(shape.attrib["width"])
    assert long["a"] == pytest.approx(long["b"], abs=0.05)


def test_a_stretch_takes_its_share_of_elapsed_time() -> None:
    """An hour is as long on a night when the clock is put forward as on any other."""
    zone = ZoneInfo("Europe/Amsterdam")
    start = datetime(2026, 3, 29, 1, tzinfo=zone)
    gap_end, end = datetime(2026, 3, 29, 3, tzinfo=zone), datetime(2026, 3, 29, 4, tzinfo=zone)
    lane = Lane("clock", (Segment(start, gap_end, "one hour"), Segment(gap_end, end, "another hour")))
    root = drawn(charts.lane_chart([lane], start=start, end=end, title="A short night"))
    first, second = (float(shape.attrib["width"]) for shape in root.iter(f"{SVG}rect") if len(shape))
    assert first == pytest.approx(second, abs=0.02)


def test_what_lies_outside_the_window_is_not_drawn() -> None:
    early = Segment(NINE - timedelta(hours=3), NINE - timedelta(hours=2), "early")
    chart = charts.lane_chart([Lane("clock", (early,))], start=NINE, end=NINE + timedelta(hours=1), title="Clocks")
    assert not [tip for tip in tips(chart) if tip.startswith("early")]


def test_tooltips_tell_the_time_of_the_window_s_zone() -> None:
    zone = ZoneInfo("Asia/Manila")
    segment = Segment(NINE, NINE + timedelta(hours=1), "running", "night shift")
    chart = charts.lane_chart(
        [Lane("clock", (segment,))], start=NINE.astimezone(zone), end=NINE + timedelta(hours=2), title="Clocks"
    )
    assert "running, Fri 22 May 2026 17:00 to Fri 22 May 2026 18:00: night shift" in tips(chart)


def test_a_key_fixes_words_and_colour_of_its_kind() -> None:
    key = Key("p", "waiting for the requester", "#123456")
    lane = Lane("clock", (Segment(NINE, NINE + timedelta(hours=1), "p"),))
    chart = charts.lane_chart([lane], start=NINE, end=NINE + timedelta(hours=2), title="Clocks", keys=[key])
    assert "waiting for the requester" in words(chart)
    assert 'fill="#123456"' in str(chart)


def test_a_gap_breaks_the_line() -> None:
    points: tuple[tuple[float, float | None], ...] = ((1.0, 1.0), (2.0, 2.0), (3.0, None), (4.0, 1.0), (5.0, 2.0))
    root = drawn(charts.line_chart([Series("backlog", points)], title="Backlog"))
    assert len(list(root.iter(f"{SVG}polyline"))) == 2


def test_a_count_holds_until_it_changes() -> None:
    points = ((0.0, 1.0), (10.0, 3.0))
    root = drawn(charts.line_chart([Series("backlog", points)], title="Backlog", steps=True))
    line = next(root.iter(f"{SVG}polyline")).attrib["points"].split()
    assert len(line) == 3
    assert line[1].split(",") == [line[2].split(",")[0], line[0].split(",")[1]]


def test_nothing_to_draw_is_said_so() -> None:
    for chart in (
        charts.bar_chart([], title="t"),
        charts.stacked_bars([], [], title="t"),
        charts.line_chart([], title="t"),
        charts.lane_chart([], start=NINE, end=NINE + timedelta(hours=1), title="t"),
        charts.heat_strip([], title="t"),
        charts.matrix([], [], title="t"),
        charts.week_grid([], title="t"),
    ):
        assert "no data" in words(chart)


def test_the_deepest_cell_is_the_greatest() -> None:
    chart = charts.heat_strip([("Mon", 0), ("Tue", 10), ("Wed", None)], title="Breaches")
    assert 'fill="#E8F1F8"><title>Mon: 0</title>' in str(chart)
    assert 'fill="#08306B"><title>Tue: 10</title>' in str(chart)
    assert "Wed: no value" in tips(chart)


def test_a_strip_has_no_label_of_its_row() -> None:
    assert words(charts.heat_strip([("Mon", 1), ("Tue", 2)], title="Breaches")) == ["Breaches", "1", "2", "Mon", "Tue"]


def test_words_of_a_matrix_wrap_inside_their_cell() -> None:
    chart = charts.matrix(
        [("P1", ["team lead, then the duty manager of the week by phone", Cell("director", "page")])],
        ["due", "after"],
        title="Escalation",
        width=400,
    )
    assert "team lead, then the duty manager of the week by phone" not in words(chart)
    assert "phone" in " ".join(words(chart))


def test_a_week_is_told_in_hours() -> None:
    chart = charts.week_grid([Lane("Mon", (Segment(9.0, 17.5, "open"),), (Mark(12.5, "lunch"),))], title="Hours")
    assert "open, 09:00 to 17:30" in tips(chart)
    assert "lunch: 12:30" in tips(chart)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(InvalidValue):
        charts.bar_chart([("P1", bad)], title="t")
    with pytest.raises(InvalidValue):
        charts.heat_strip([("Mon", bad)], title="t")
    with pytest.raises(InvalidValue):
        charts.line_chart([Series("s", ((1.0, bad), (2.0, 1.0)))], title="t")


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(InvalidValue, match="must hold 2 cells"):
        charts.heat_map([("Mon", [1])], ["a", "b"], title="t")
    with pytest.raises(InvalidValue, match="must hold 1 amounts"):
        charts.stacked_bars([("a", (1, 2))], [Key("met", "met")], title="t")
    with pytest.raises(InvalidValue, match="none negative"):
        charts.stacked_bars([("a", (-1,))], [Key("met", "met")], title="t")


def test_instants_and_numbers_do_not_mix() -> None:
    with pytest.raises(InvalidValue):
        charts.line_chart([Series("s", ((1.0, 1.0), (NINE, 2.0)))], title="t")
    with pytest.raises(InvalidValue):
        charts.week_grid([Lane("Mon", (Segment(NINE, NINE, "open"),))], title="t")


def test_a_naive_window_is_refused_with_the_fix() -> None:
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        charts.lane_chart([Lane("a")], start=NINE.replace(tzinfo=None), end=NINE, title="t")


def test_a_colour_must_be_one() -> None:
    with pytest.raises(InvalidValue, match="must be a colour"):
        Key("met", "met", "red; background: url(x)")
