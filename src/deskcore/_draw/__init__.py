"""Primitives of text, SVG, HTML and Mermaid: what the rooms' own pictures are made of.

``charts`` has the pictures, ``html`` the page, ``text`` the tables of a terminal, ``mermaid`` the diagrams that others
draw, ``svg`` the shapes. Everything is a pure function to a string or to a
frozen ``Element`` that ``str()`` writes out. Not here: any word of the domain.

Layer: _draw. Imports _value and errors only.
"""

from deskcore._draw import charts, html, mermaid, svg, text
from deskcore._draw.charts import Cell, Key, Lane, Mark, Segment, Series
from deskcore._draw.markup import Element

__all__ = ["Cell", "Element", "Key", "Lane", "Mark", "Segment", "Series", "charts", "html", "mermaid", "svg", "text"]
