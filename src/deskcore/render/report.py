"""The report on a desk's work: one page of HTML that needs nothing but itself.

Headline figures, promises kept, times, backlog and flow, partner desks and gates, escalation, clocks of single tickets,
the configuration they follow and what is questionable in it, and how every figure is defined. Not here: adding up
(``digest``), the sections (``report_parts``, ``report_setup``), the terminal (``summary``).

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator

from deskcore._draw import Element, html
from deskcore._draw.html import element
from deskcore.render import report_parts as parts
from deskcore.render import report_setup as setup
from deskcore.render.digest import Digest
from deskcore.render.words import day_name, moment, zone_name


def report(digest: Digest, *, title: str = "") -> str:
    """The page, as one string: inline SVG, no script, nothing loaded from elsewhere; for screen, night and paper.

    The same digest gives the same bytes. Where a figure has no value the page says why, and where there are no tickets
    it says that.

    Args:
        digest: what to show.
        title: the page's heading; by default it names the desk.

    >>> from datetime import UTC, datetime
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> from deskcore.render import DigestTally
    >>> tally = DigestTally(Desk.simple(calendar=Calendar.always()), at=datetime(2026, 5, 22, tzinfo=UTC))
    >>> "no tickets" in report(tally.digest())
    True
    """
    heading = title or f"Report on {digest.configuration.name}"
    sections = [(name, words, tuple(body)) for name, words, body in _sections(digest)]
    contents = element("nav", *(element("a", words, href=f"#{name}") for name, words, _ in sections))
    body = [html.section(words, *inside, id=name) for name, words, inside in sections]
    return html.page(heading, [element("h1", heading), element("p", subtitle(digest)), contents, *body])


def subtitle(digest: Digest) -> str:
    """How many tickets, over which days, as of when."""
    at = f"as of {moment(digest.at, digest.zone)} {zone_name(digest.zone)}"
    if not digest.tickets:
        return f"no tickets, {at}"
    tickets = f"{digest.tickets:,} ticket{'' if digest.tickets == 1 else 's'} with {digest.events:,} events"
    if not digest.days:
        return f"{tickets}, {at}"
    return f"{tickets}, {day_name(digest.days[0].day)} to {day_name(digest.days[-1].day)}, {at}"


def _sections(digest: Digest) -> Iterator[tuple[str, str, Iterator[Element]]]:
    yield "headline", "Headline figures", parts.headline(digest)
    if digest.imported is not None or digest.violations:
        yield "import", "The log and what is odd about it", parts.imported(digest)
    yield "attainment", "Promises kept", parts.attainment(digest)
    yield "times", "How long it took", parts.times(digest)
    yield "backlog", "Backlog", parts.backlog(digest)
    yield "flow", "Received and resolved", parts.flow(digest)
    yield "overflow", "Overflow to partner desks", parts.overflow(digest)
    yield "quality", "Reopened and reassigned", parts.quality(digest)
    yield "clocks", "Clocks of single tickets", parts.lanes(digest)
    yield "escalation", "Escalation", setup.escalation(digest)
    yield "promises", "What is promised", setup.promises(digest)
    yield "routing", "Routing", setup.routing(digest)
    yield "findings", "Findings about the configuration", setup.findings(digest)
    yield "definitions", "How each figure is defined", setup.definitions(digest)
