"""A story as pieces of a page.

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deskcore._draw import Element, html
from deskcore._draw.html import element
from deskcore.escalation.pictures import preview_html
from deskcore.escalation.timeline_pictures import timeline_svg
from deskcore.render.life_text import against, climb_rows, dues, event_rows, head, localised, next_line, taker
from deskcore.render.story import Story
from deskcore.render.sums import Sum
from deskcore.render.words import moment
from deskcore.sla.pictures import clock_lanes

_SUM_HEADERS: Final = ("when", "counted", "so far", "not counted, and why")
_CLIMB_HEADERS: Final = ("when", "rung", "why", "reached", "did")


def as_html(held: Story) -> tuple[Element, ...]:
    """A story as pieces of a page: sections under their headings, without the page around them."""
    return (
        element("p", *_broken(head(held))),
        html.section("What happened", _events_html(held)),
        html.section("Its clocks", *_clocks_html(held)),
        html.section("Who got it, and why", *_choices_html(held)),
        html.section("Escalation", *_climbs_html(held)),
        html.section("What lies ahead", *_ahead_html(held)),
    )


def _broken(lines: str) -> Iterator[Element | str]:
    for place, line in enumerate(lines.splitlines()):
        if place:
            yield element("br")
        yield line


def _events_html(held: Story) -> Element:
    rows = [
        (element("time", at, datetime=event.at.isoformat()), actor, what)
        for event, (at, actor, what) in zip(held.events, event_rows(held), strict=True)
    ]
    return html.table(("when", "who", "what"), rows, row_heads=False)


def _clocks_html(held: Story) -> Iterator[Element]:
    if not held.sums and not held.idle:
        yield element("p", "No policy of the desk promises anything for it.")
        return
    if held.sums:
        yield clock_lanes([one.clock for one in held.sums], title="What counted, and what did not")
    for one in held.sums:
        yield _sum_html(one)
    for clock in held.idle:
        yield element("p", f"{clock.metric}: not started")
    if held.signals:
        rows = [(moment(signal.at, held.zone), signal.explain()) for signal in held.signals]
        yield html.table(("when", "what"), rows, caption="Would have been announced; the log does not hold it")


def _sum_html(one: Sum) -> Element:
    notes = [*one.clock.explanation().notes, one.conclusion, one.identity]
    table = html.table(_SUM_HEADERS, [_unbroken(row) for row in one.rows()], row_heads=False)
    said = [element("p", note, class_="note") for note in notes if note]
    return html.details(one.headline, table, *said, open_=True)


def _unbroken(row: tuple[str, str, str, str]) -> tuple[str, ...]:
    """A row whose amounts stay on one line."""
    when, counted, so_far, why = row
    return (when, counted.replace(" ", "\u00a0"), so_far.replace(" ", "\u00a0"), why)


def _choices_html(held: Story) -> Iterator[Element]:
    if not held.choices:
        yield element("p", "No routing decision is recorded.")
    for choice in held.choices:
        yield element("h3", f"{moment(choice.at, held.zone)}: {taker(choice)}")
        reasons = [element("li", localised(reason, held.zone)) for reason in choice.routed.because]
        if reasons:
            yield element("ul", *reasons)
        if choice.unexplained:
            yield element("p", f"Not told against the others: {choice.unexplained}.", class_="note")
        if choice.explanation is not None:
            if not choice.agrees:
                again = localised(choice.explanation.why(), held.zone)
                yield element("p", f"Asked again, the desk would decide otherwise now: {again}")
            rows = against(choice, held.zone)
            if rows:
                yield html.details(
                    f"Why not the other {len(rows)}" if len(rows) > 1 else "Why not the other one",
                    html.table(("not", "because"), rows),
                    open_=True,
                )


def _climbs_html(held: Story) -> Iterator[Element]:
    if not held.climbs:
        yield element("p", "No rung fired.")
        return
    caption = "" if held.climbs[0].is_recorded else "The log holds no rung; the matrix would have fired"
    yield html.table(_CLIMB_HEADERS, climb_rows(held.climbs, held.zone), caption=caption)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"


def _ahead_html(held: Story) -> Iterator[Element]:
    yield element("p", f"{_sentence(next_line(held))}.")
    open_clocks = dues(held)
    if open_clocks:
        yield element("ul", *(element("li", f"clock {metric} {when}") for metric, when in open_clocks))
    if held.ahead is not None and held.ahead.firings:
        yield timeline_svg(held.ahead, zone=held.zone)
    if held.ahead is not None:
        yield preview_html(held.ahead, zone=held.zone)
