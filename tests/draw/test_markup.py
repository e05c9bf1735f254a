"""Markup: nothing that is pasted into a label can become a tag, and every page parses."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._draw import html, svg
from deskcore._draw.markup import element, escape, number
from deskcore._draw.palette import HUES, ink_on, keys_for
from deskcore.errors import InvalidValue
from tests.draw.strategies import LABELS

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)


class Tags(HTMLParser):
    """Collects start and end tags, to see that they pair."""

    VOID = frozenset({"meta", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@given(text=ANY_TEXT)
def test_any_text_stays_text(text: str) -> None:
    """Escaping is undone by a parser, but for characters that no document may hold."""
    node = ET.fromstring(str(element("p", text, title=text)))
    assert len(node) == 0
    clean = "".join(ET.fromstring(f"<p>{escape(text)}</p>").itertext())
    assert "".join(node.itertext()) == clean
    if text.isprintable():
        assert node.text == (text or None)
        assert node.get("title") == text


@given(title=LABELS, cells=st.lists(st.tuples(LABELS, st.integers()), max_size=4))
def test_every_page_parses_and_is_self_contained(title: str, cells: list[tuple[str, int]]) -> None:
    body = [html.table(["name", "count"], cells), html.details(title, title), html.section(title, svg.group())]
    page = html.page(title, body)
    parser = Tags()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page


def test_a_page_prints_and_follows_the_reader_s_colours() -> None:
    page = html.page("Review", [])
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page
    assert '<html lang="en">' in page


def test_an_empty_cell_keeps_its_end_tag() -> None:
    assert str(html.table(["a"], [[""]], row_heads=False)).count("<td></td>") == 1


def test_a_column_of_numbers_is_right_aligned_with_its_header() -> None:
    written = str(html.table(["priority", "tickets"], [("P1", 1200), ("P2", 4)]))
    assert '<th scope="col" class="number">tickets</th>' in written
    assert '<td class="number">1,200</td>' in written
    assert '<th scope="row">P1</th>' in written


def test_floats_are_rounded_and_money_is_not() -> None:
    written = str(
        html.table(["k", "float", "money"], [("a", 0.1 + 0.2, Decimal("1200.50")), ("b", 1500.0, Decimal(3))])
    )
    assert '<td class="number">0.3</td><td class="number">1,200.50</td>' in written
    assert '<td class="number">1,500</td><td class="number">3</td>' in written


def test_a_tag_name_cannot_carry_markup() -> None:
    with pytest.raises(InvalidValue, match="markup name"):
        element("p onload=alert(1)")


@given(value=st.floats(-1e9, 1e9))
def test_a_coordinate_is_plain_and_near(value: float) -> None:
    written = number(value)
    assert float(written) == pytest.approx(value, abs=0.00501)
    assert "e" not in written
    assert written != "-0"


@given(content=LABELS, width=st.floats(0, 400))
def test_shortened_text_fits_or_is_an_ellipsis(content: str, width: float) -> None:
    shown = svg.shorten(content, width)
    assert shown in {content, "…"} or svg.text_width(shown) <= width


@given(content=st.text("ab cd", max_size=60), width=st.floats(40, 300))
def test_wrapping_loses_no_word_that_fits(content: str, width: float) -> None:
    words = content.split()
    if all(svg.text_width(word) <= width for word in words):
        assert " ".join(svg.wrap(content, width)).split() == words


@given(colour=st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}"))
def test_ink_is_readable_on_every_fill(colour: str) -> None:
    """Black or white always reaches the contrast of 4.5 that WCAG asks of text."""
    from deskcore._draw.palette import _luminance

    fill, ink = _luminance(colour), _luminance(ink_on(colour))
    high, low = max(fill, ink), min(fill, ink)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_kinds_without_a_key_get_colours_of_their_own() -> None:
    keys = keys_for([f"kind {place}" for place in range(len(HUES))])
    assert len({key.colour for key in keys}) == len(HUES)
