"""Every chart of the house in one place: pure functions from plain data to an SVG element.

Each returns an ``Element`` with a coordinate box, ``role="img"`` and a title; ``str()`` of it stands alone as a file or
inside a page. Colours stay apart for every kind of colour vision, and lines and text follow the colour of the page.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

from deskcore._draw.bars import bar_chart, stacked_bars
from deskcore._draw.grids import Cell, heat_map, heat_strip, matrix
from deskcore._draw.lanes import Lane, Mark, Segment, lane_chart, week_grid
from deskcore._draw.lines import Series, line_chart
from deskcore._draw.palette import Key

__all__ = [
    "Cell",
    "Key",
    "Lane",
    "Mark",
    "Segment",
    "Series",
    "bar_chart",
    "heat_map",
    "heat_strip",
    "lane_chart",
    "line_chart",
    "matrix",
    "stacked_bars",
    "week_grid",
]
