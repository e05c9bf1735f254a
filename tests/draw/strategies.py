"""Generators for the drawing tests: labels people really paste, and small charts of every kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from deskcore._draw import Element, Lane, Mark, Segment, Series, charts

LABELS = st.text(max_size=30)
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_subnormal=False))
AMOUNTS = st.one_of(st.integers(0, 10**6), st.floats(0, 1e6, allow_subnormal=False))
ZONES = st.sampled_from([UTC, ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Manila"), ZoneInfo("America/New_York")])
INSTANTS = st.builds(
    lambda moment, zone: moment.replace(tzinfo=UTC).astimezone(zone),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    ZONES,
)
SPANS = st.timedeltas(timedelta(minutes=1), timedelta(days=4000))
KINDS = st.sampled_from(["running", "paused", "outside hours", "late"])


@st.composite
def lane_charts(draw: st.DrawFn) -> Element:
    """A lane chart whose stretches and marks fall inside, across and outside its window."""
    start = draw(INSTANTS)
    span = draw(SPANS)
    places = st.floats(-0.5, 1.5).map(lambda share: start + share * span)
    segments = st.lists(st.builds(Segment, places, places, KINDS, LABELS), max_size=4).map(tuple)
    marks = st.lists(st.builds(Mark, places, LABELS), max_size=3).map(tuple)
    lanes = draw(st.lists(st.builds(Lane, LABELS, segments, marks), max_size=4))
    return charts.lane_chart(lanes, start=start, end=start + span, title=draw(LABELS), marks=draw(marks))


@st.composite
def line_charts(draw: st.DrawFn) -> Element:
    """A line chart over instants or over numbers, with gaps."""
    places = draw(st.sampled_from([INSTANTS, st.floats(-1e6, 1e6, allow_subnormal=False)]))
    points = st.lists(st.tuples(places, st.one_of(st.none(), NUMBERS)), max_size=5).map(tuple)
    series = draw(st.lists(st.builds(Series, LABELS, points), max_size=3))
    return charts.line_chart(series, title=draw(LABELS), area=draw(st.booleans()), steps=draw(st.booleans()))


@st.composite
def grids(draw: st.DrawFn) -> Element:
    """A heat map or a matrix of words."""
    columns = draw(st.lists(LABELS, max_size=5))
    count = len(columns)
    if draw(st.booleans()):
        row = st.lists(st.one_of(st.none(), NUMBERS), min_size=count, max_size=count)
        return charts.heat_map(draw(st.lists(st.tuples(LABELS, row), max_size=4)), columns, title=draw(LABELS))
    words = st.lists(st.builds(charts.Cell, LABELS, st.one_of(st.just(""), KINDS)), min_size=count, max_size=count)
    return charts.matrix(draw(st.lists(st.tuples(LABELS, words), max_size=4)), columns, title=draw(LABELS))


@st.composite
def bar_charts(draw: st.DrawFn) -> Element:
    """A plain or a stacked bar chart."""
    if draw(st.booleans()):
        bars = draw(st.lists(st.tuples(LABELS, NUMBERS), max_size=5))
        return charts.bar_chart(bars, title=draw(LABELS), unit=draw(LABELS), aim=draw(st.one_of(st.none(), NUMBERS)))
    keys = [charts.Key("met", draw(LABELS)), charts.Key("late", draw(LABELS), "#D55E00", hatched=True)]
    rows = st.lists(st.tuples(LABELS, st.tuples(AMOUNTS, AMOUNTS)), max_size=4)
    return charts.stacked_bars(draw(rows), keys, title=draw(LABELS), as_shares=draw(st.booleans()))


CHARTS = st.one_of(lane_charts(), line_charts(), grids(), bar_charts())
