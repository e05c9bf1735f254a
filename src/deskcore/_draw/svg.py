"""The few SVG shapes the house draws with, as pure functions to frozen elements.

Text and thin lines take the colour of their surroundings (``currentColor``), so that one picture reads on a light page,
a dark page and paper. Not here: charts (see ``charts``).

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

from deskcore._draw.markup import Element, Value, element, escape, number

__all__ = [
    "Element",
    "element",
    "escape",
    "group",
    "hatch",
    "line",
    "number",
    "path",
    "picture",
    "polyline",
    "rect",
    "shorten",
    "text",
    "text_width",
    "wrap",
]

FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
FONT_SIZE: Final = 12
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_NARROW: Final = frozenset("iljtfrI.,:;'|!()[] ")
_BROAD: Final = frozenset("mwMWQO@%\N{EM DASH}")


def picture(width: float, height: float, *children: Element | None, title: str, description: str = "") -> Element:
    """A whole picture with a coordinate box of ``width`` by ``height`` pixels, announced by its title.

    It shrinks with its page and stands alone as a file.

    >>> print(picture(4, 2, rect(0, 0, 4, 2, fill="#000"), title="a box"))  # doctest: +ELLIPSIS
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2" ... role="img" aria-label="a box" ...
    """
    return element(
        "svg",
        element("title", title),
        element("desc", description) if description else None,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=title,
        style="max-width:100%;height:auto",
        font_family=FONT,
        font_size=FONT_SIZE,
        fill="currentColor",
    )


def rect(x: float, y: float, width: float, height: float, *, tip: str = "", **paint: Value) -> Element:
    """A rectangle from its upper left corner; ``tip`` shows while the pointer rests on it.

    >>> print(rect(0, 0, 10, 5, tip="ten by five", fill="none"))
    <rect x="0" y="0" width="10" height="5" fill="none"><title>ten by five</title></rect>
    """
    return element("rect", _tip(tip), x=x, y=y, width=width, height=height, **paint)


def line(start: Point, end: Point, *, tip: str = "", **paint: Value) -> Element:
    """A straight line in the colour of the surrounding text unless ``stroke`` says otherwise.

    >>> print(line((0, 0), (3, 4)))
    <line x1="0" y1="0" x2="3" y2="4" stroke="currentColor"/>
    """
    paint = {"stroke": "currentColor", **paint}
    return element("line", _tip(tip), x1=start[0], y1=start[1], x2=end[0], y2=end[1], **paint)


def polyline(points: Iterable[Point], *, tip: str = "", **paint: Value) -> Element:
    """Straight lines through ``points``, not filled unless ``fill`` says otherwise.

    >>> print(polyline([(0, 0), (1, 2)], stroke="#000"))
    <polyline points="0,0 1,2" fill="none" stroke="#000"/>
    """
    spots = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    paint = {"fill": "none", **paint}
    return element("polyline", _tip(tip), points=spots, **paint)


def path(steps: Iterable[tuple[str, tuple[float, ...]]], *, tip: str = "", **paint: Value) -> Element:
    """A path of SVG commands with their numbers.

    >>> print(path([("M", (0, 0)), ("L", (4, 2)), ("Z", ())], fill="#000"))
    <path d="M0 0L4 2Z" fill="#000"/>
    """
    drawn = "".join(command + " ".join(number(value) for value in numbers) for command, numbers in steps)
    return element("path", _tip(tip), d=drawn, **paint)


def text(  # one argument for each thing a label has
    x: float,
    y: float,
    content: str,
    *,
    anchor: Anchor = "start",
    size: float = FONT_SIZE,
    tip: str = "",
    **paint: Value,
) -> Element:
    """A line of text, vertically centred on ``y``.

    >>> print(text(0, 10, "a < b"))
    <text x="0" y="14.2">a &lt; b</text>
    """
    return element(
        "text",
        content,
        _tip(tip),
        x=x,
        y=y + 0.35 * size,
        text_anchor=None if anchor == "start" else anchor,
        font_size=None if size == FONT_SIZE else size,
        **paint,
    )


def group(*children: Element | None, **attributes: Value) -> Element:
    """Shapes that share attributes or a place.

    >>> print(group(line((0, 0), (1, 1)), opacity=0.5))
    <g opacity="0.5"><line x1="0" y1="0" x2="1" y2="1" stroke="currentColor"/></g>
    """
    return element("g", *children, **attributes)


def hatch(colour: str) -> tuple[Element, str]:
    """Slanted stripes of a colour, and the ``fill`` that uses them: for what must differ on paper too.

    The pattern's id follows from its colour, so several pictures on one page may hold the same one.

    >>> hatch("#0072B2")[1]
    'url(#hatch-0072b2)'
    """
    name = "hatch-" + re.sub(r"[^a-z0-9]", "", colour.lower())
    stripes = element(
        "pattern",
        rect(0, 0, 6, 6, fill=colour, fill_opacity=0.25),
        rect(0, 0, 2.5, 6, fill=colour),
        id=name,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", stripes), f"url(#{name})"


def text_width(content: str, size: float = FONT_SIZE) -> float:
    """About how many pixels a line of text takes; errs on the broad side, since fonts differ by reader.

    >>> text_width("ill") < text_width("MWM")
    True
    """
    return size * sum(_em(character) for character in content)


def shorten(content: str, width: float, size: float = FONT_SIZE) -> str:
    """``content``, cut with an ellipsis if it would be broader than ``width`` pixels.

    >>> shorten("resolution", 40)
    'resol…'
    """
    if text_width(content, size) <= max(width, 0.0):
        return content
    kept = content
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(content: str, width: float, size: float = FONT_SIZE) -> tuple[str, ...]:
    """``content`` broken between words into lines at most ``width`` pixels broad; a longer word is shortened.

    >>> wrap("team lead, then duty manager", 120)
    ('team lead, then', 'duty manager')
    """
    lines: list[str] = []
    for paragraph in content.splitlines() or [""]:
        current = ""
        for word in paragraph.split():
            longer = f"{current} {word}".strip()
            if current and text_width(longer, size) > width:
                lines.append(current)
                longer = word
            current = shorten(longer, width, size)
        lines.append(current)
    return tuple(lines)


def _tip(content: str) -> Element | None:
    return element("title", content) if content else None


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.95
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    return 0.7 if character.isupper() else 0.6
