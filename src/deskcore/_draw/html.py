"""A whole page of HTML in one string, readable by day, by night and on paper.

No script, no font and no picture comes from elsewhere. Not here: what a page says; ``render`` composes pages, each room
its own pieces.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from deskcore._draw.markup import Element, element, escape

__all__ = ["Cell", "Child", "Element", "details", "element", "escape", "page", "section", "table"]

Child = Element | str
Cell = Child | float | Decimal

# Written without angle brackets and ampersands, so that escaping leaves it as it is.
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --rule: #d0d7de; --faint: #f4f6f8; --link: #0969da }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #14181d; --rule: #3d444d; --faint: #1e242b; --link: #58a6ff }
}
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 68rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.7rem; line-height: 1.2 } h2 { font-size: 1.25rem; margin-top: 2.2rem } h3 { font-size: 1.05rem }
a { color: var(--link) }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem }
th, td { border-bottom: 1px solid var(--rule); padding: .3rem .7rem; text-align: left; vertical-align: top }
th { background: var(--faint) } .number { text-align: right } time { white-space: nowrap }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .7rem; margin: 1rem 0 }
.card { border: 1px solid var(--rule); border-radius: 8px; background: var(--faint); padding: .6rem .8rem }
.card b { display: block; font-size: 1.4rem; line-height: 1.3; font-variant-numeric: tabular-nums }
.card span { display: block; font-size: .85em; opacity: .8 }
nav { columns: 3 14rem; font-size: .93em } nav a { display: block }
.wide { overflow-x: auto } svg { display: block; margin: 1rem 0; color: var(--ink); max-width: 100% }
pre { background: var(--faint); border: 1px solid var(--rule); border-radius: 6px; padding: .8rem; overflow-x: auto }
details { margin: .6rem 0 } summary { cursor: pointer; font-weight: 600 }
.note { opacity: .75; font-size: .9em }
@media print {
  :root { --ink: #000; --paper: #fff; --rule: #999; --faint: #f2f2f2 }
  body { max-width: none; padding: 0; font-size: 10pt } table { font-size: 8.5pt }
  .wide { overflow: visible } h2, h3 { break-after: avoid }
  svg, tr, pre, .card { break-inside: avoid } nav { display: none } thead { display: table-header-group }
  details::details-content { content-visibility: visible; display: block }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
"""


def page(title: str, body: Iterable[Child], *, language: str = "en") -> str:
    """A complete document: self-contained, printable, in the reader's light or dark colours.

    >>> page("Review", [element("h1", "Review")]).startswith("<!DOCTYPE html>")
    True
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", _STYLE),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', element('main', *body)), lang=language)}\n"


def table(
    headers: Sequence[Child], rows: Iterable[Sequence[Cell]], *, caption: str = "", row_heads: bool = True
) -> Element:
    """A table with headed columns; a column of numbers is right-aligned, and each row's first cell names it.

    Floats show two decimals at most; a ``Decimal`` shows all it has, since it may be money.

    >>> '<td class="number">1,200</td>' in str(table(["priority", "tickets"], [("P1", 1200)]))
    True
    """
    written = [list(row) for row in rows]
    numeric = [
        bool(written) and all(isinstance(row[place], int | float | Decimal) for row in written if place < len(row))
        for place in range(len(headers))
    ]
    head = [
        element("th", header, scope="col", class_="number" if right else None)
        for header, right in zip(headers, numeric, strict=True)
    ]
    body = [
        element("tr", *(_cell(cell, heads=row_heads and place == 0) for place, cell in enumerate(row)))
        for row in written
    ]
    inner = element(
        "table",
        element("caption", caption) if caption else None,
        element("thead", element("tr", *head)),
        element("tbody", *body),
    )
    return element("div", inner, class_="wide")


def section(title: str, *body: Child, id: str | None = None) -> Element:  # noqa: A002 - the attribute's own name
    """A part of a page under its heading; ``id`` lets other parts link to it.

    >>> print(section("Backlog", element("p", "none")))
    <section><h2>Backlog</h2><p>none</p></section>
    """
    return element("section", element("h2", title), *body, id=id)


def details(summary: str, *body: Child, open_: bool = False) -> Element:
    """A part that the reader unfolds.

    >>> print(details("T-1", "opened"))
    <details><summary>T-1</summary>opened</details>
    """
    return element("details", element("summary", summary), *body, open="" if open_ else None)


def _cell(cell: Cell, *, heads: bool) -> Element:
    if isinstance(cell, Element | str):
        shown: Child = cell
    elif isinstance(cell, float):
        shown = f"{cell:,.2f}".rstrip("0").rstrip(".")
    else:
        shown = f"{cell:,}"
    if heads:
        return element("th", shown, scope="row")
    return element("td", shown, class_=None if isinstance(cell, Element | str) else "number")
