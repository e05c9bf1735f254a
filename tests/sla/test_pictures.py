"""Lane charts of clocks."""

from __future__ import annotations

from datetime import UTC, datetime

from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks
from deskcore.sla.fold import fold
from deskcore.sla.pictures import clock_lanes, clock_lanes_text
from deskcore.testing.sla import ACTIVE, ASKED, NEW, life, steps_of
from deskcore.tickets import Party, status_event
from deskcore.tickets.events import Opened

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
SETUP = SlaSetup(
    PolicyBook((SlaPolicy("p", (Target.first_response(elapsed(hours=2)), Target.resolution(business(hours=4)))),)),
    {"default": OFFICE},
)
BO = Actor.agent("bo")
STATE = fold(
    steps_of(
        life(
            (datetime(2026, 6, 1, 9, tzinfo=UTC), Actor.requester("ann"), Opened("x", Party("ann"), NEW, "test")),
            (datetime(2026, 6, 1, 11, tzinfo=UTC), BO, status_event(NEW, ASKED)),
            (datetime(2026, 6, 1, 13, tzinfo=UTC), BO, status_event(ASKED, ACTIVE)),
        )
    ),
    SETUP,
)
NOON = datetime(2026, 6, 1, 14, tzinfo=UTC)


def test_the_text_shows_each_clock_to_scale() -> None:
    assert clock_lanes_text(clocks(STATE, SETUP, at=NOON), width=24) == (
        "Mon 1 Jun 2026 09:00 to Mon 1 Jun 2026 15:00\n"
        "first_response  ========|!!!!!!!!!!!      breached\n"
        "resolution      ========........====   |  running"
    )


def test_the_svg_names_every_stretch() -> None:
    drawn = str(clock_lanes(clocks(STATE, SETUP, at=NOON), title="Clocks of T-1"))

    assert drawn.startswith("<svg")
    assert "paused, Mon 1 Jun 2026 11:00 to Mon 1 Jun 2026 13:00: Asked the requester, waiting for requester" in drawn
    assert "overdue, Mon 1 Jun 2026 11:00 to Mon 1 Jun 2026 14:00" in drawn
    assert "resolution due: Mon 1 Jun 2026 15:00" in drawn


def test_no_clock_is_a_picture_too() -> None:
    assert clock_lanes_text(()) == "no clock has started"
    assert str(clock_lanes(())).startswith("<svg")
