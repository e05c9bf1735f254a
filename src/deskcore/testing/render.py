"""What pages owe their readers, for hosts' own tests: the arithmetic that is shown adds up, and nothing is loaded.

``check_sum`` takes any clock, ``check_page`` any page; both raise ``AssertionError`` naming what does not hold.

Layer: testing. Beside presets.
"""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from typing import Final

from deskcore._value import to_us
from deskcore.render.sums import Sum, SumLine, sum_of, target_us
from deskcore.sla import Clock

_VOID: Final = frozenset({"br", "hr", "img", "link", "meta", "col"})
_LOADING: Final = frozenset({"script", "iframe", "object", "embed", "link", "img", "base", "form"})
_ADDRESSES: Final = frozenset({"src", "href", "xlink:href", "action", "data", "srcset", "poster", "background"})


def check_sum(clock: Clock) -> Sum:
    """The sum of a clock tiles its life, gives a reason for all that did not count, and ends in its due instant.

    >>> from deskcore.sla import clocks
    >>> from deskcore.testing.sla import START, sample
    >>> state, setup = sample()
    >>> [check_sum(clock).clock.metric for clock in clocks(state, setup, at=START)][:1]
    ['first_response']

    Raises:
        AssertionError: naming what does not hold.
    """
    held = sum_of(clock)
    lines = held.lines
    if lines:
        assert clock.started_at is not None
        assert to_us(lines[0].start) == to_us(clock.started_at), "the sum begins elsewhere than the clock"
    for line, following in pairwise(lines):
        assert to_us(line.end) == to_us(following.start), f"a gap or overlap at {line.end}"
    total = -clock.carried_us
    for line in lines:
        total += line.counted_us
        assert line.total_us == total, f"the running sum is wrong at {line.start}"
        _check_line(line)
    happened = [line for line in lines if line.when == "happened"]
    counted = happened[-1].total_us if happened else -clock.carried_us
    assert counted == clock.consumed_us, f"{counted} us are shown, {clock.consumed_us} were used"
    target = target_us(clock)
    if target is not None:
        _check_due(held, target)
    return held


def _check_line(line: SumLine) -> None:
    length = to_us(line.end) - to_us(line.start)
    lacking = sum(to_us(gap.end) - to_us(gap.start) for gap in line.gaps)
    assert line.counted_us + lacking == length, f"{line.label}: what counted and what did not are not the whole"
    assert all(gap.why for gap in line.gaps), f"{line.label}: a gap without a reason"
    edges = [to_us(edge) for gap in line.gaps for edge in (gap.start, gap.end)]
    assert edges == sorted(edges), f"{line.label}: gaps out of order"
    assert all(to_us(line.start) <= edge <= to_us(line.end) for edge in edges), f"{line.label}: a gap outside"


def _check_due(held: Sum, target: int) -> None:
    due = [line for line in held.lines if line.due is not None]
    assert len(due) <= 1, "due on two lines"
    for line in due:
        before = line.total_us - line.counted_us
        # A target of zero is used up at the first open instant, before anything has counted.
        assert before < target or before == target == 0, "the target was used up before its line"
        assert target <= line.total_us, "the target is used up after its line"
        assert to_us(line.start) < to_us(line.due or line.start) <= to_us(line.end), "due lies outside its line"
    reached = bool(held.lines) and held.lines[-1].total_us >= target > 0
    if reached and held.clock.due is not None:
        assert due, "no line says when the target is used up"


def check_page(page: str) -> Outline:
    """A page is well-formed and loads nothing from elsewhere; what comes back is its outline.

    >>> check_page("<!DOCTYPE html><html><body><h1>Review</h1></body></html>").headings
    ['Review']

    Raises:
        AssertionError: naming what does not hold.
    """
    outline = Outline()
    outline.feed(page)
    outline.close()
    assert not outline.open_tags, f"never closed: {outline.open_tags}"
    lost = [target for target in outline.links if target not in outline.ids]
    assert not lost, f"links that lead nowhere: {lost}"
    return outline


class Outline(HTMLParser):
    """What a page is made of: its headings, ids, inner links, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open_tags: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself."""
        self._check(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that must be closed later, unless it is void."""
        self._check(tag, attrs)
        if tag not in _VOID:
            self.open_tags.append(tag)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        """The end of the tag that was opened last, or the page is not well-formed."""
        assert self.open_tags, f"</{tag}> closes nothing"
        opened = self.open_tags.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        """Text, remembered as a reader sees it; a style sheet may load nothing either."""
        if "style" in self.open_tags:
            assert "url(" not in data, "the style sheet loads something"
            assert "@import" not in data, "the style sheet imports something"
            return
        self.text.append(data)
        if self.open_tags and self.open_tags[-1] in {"h1", "h2", "h3"}:
            self.headings[-1] += data

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _LOADING, f"<{tag}> may load something from elsewhere"
        for name, value in attrs:
            said = value or ""
            assert not name.startswith("on"), f"<{tag} {name}> is a script"
            if name in _ADDRESSES:
                assert said.startswith("#"), f"<{tag} {name}={said!r}> leads elsewhere"
                self.links.append(said[1:])
            if name == "id":
                assert said not in self.ids, f"the id {said!r} is given twice"
                self.ids.append(said)
