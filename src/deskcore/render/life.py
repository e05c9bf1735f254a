"""One ticket's whole life explained: as text, as a piece of a page, as a page.

What happened and who did it; each clock, stretch by stretch, to its due instant; why this agent and not the others; why
each rung fired and whom it reached; what lies ahead. Not here: finding it out (``story``).

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from deskcore._draw import html
from deskcore._draw.html import element
from deskcore.desk import Case, Desk
from deskcore.log import Event
from deskcore.render.life_html import as_html
from deskcore.render.life_text import as_text
from deskcore.render.story import story


def life(
    desk: Desk,
    case: Case,
    log: Iterable[Event],
    *,
    at: datetime,
    zone: tzinfo | None = None,
    floor: Iterable[Event] = (),
) -> str:
    """A ticket's life as plain text.

    Takes what ``story`` takes: the case and its events, the instant asked about, the zone whose wall clock to show (by
    default that of the desk's calendars), and the floor's events where it is to be told why nobody else got the ticket.
    The same arguments give the same text, to the byte.

    >>> from zoneinfo import ZoneInfo
    >>> from deskcore.desk import Memory
    >>> from deskcore.hours import Calendar, business
    >>> from deskcore.log import Actor
    >>> from deskcore.sla import Target
    >>> from deskcore.tickets import commands as do
    >>> ams = ZoneInfo("Europe/Amsterdam")
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=ams, holidays="NL")
    >>> host = Memory(Desk.simple(calendar=office, targets=[Target.first_response(business(hours=2))]))
    >>> friday = datetime(2026, 5, 22, 16, 45, tzinfo=ams)
    >>> ask = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> _ = host.handle(ask, at=friday, actor=Actor.requester("ann"))
    >>> told = life(host.desk, host.case("T-1"), host.log("T-1"), at=friday)
    >>> "Mon 25 May 2026" in told and "holiday: " in told
    True

    Raises:
        InvalidValue: ``at`` is naive, or lies before the first event.
        UnknownName: the case names a lifecycle, policy or calendar that the desk does not have.
    """
    return as_text(story(desk, case, log, at=at, zone=zone, floor=floor))


def life_page(
    desk: Desk,
    case: Case,
    log: Iterable[Event],
    *,
    at: datetime,
    zone: tzinfo | None = None,
    floor: Iterable[Event] = (),
) -> str:
    """The same as a page of HTML: one string, nothing loaded from elsewhere, for screen by day and night and for paper.

    Raises:
        InvalidValue: ``at`` is naive, or lies before the first event.
        UnknownName: the case names a lifecycle, policy or calendar that the desk does not have.
    """
    held = story(desk, case, log, at=at, zone=zone, floor=floor)
    return html.page(f"The life of {held.case.id}", [element("h1", f"The life of {held.case.id}"), *as_html(held)])
