"""A configuration that was once saved is read for ever, and means the same when written and read again."""

from __future__ import annotations

import json
from pathlib import Path

from deskcore.wire import desk_from, desk_to

STORED = Path(__file__).parent / "samples" / "configuration-v1.json"


def test_the_first_configuration_ever_saved_is_still_read() -> None:
    """What it stood for is checked in words, not against today's demo, which may change."""
    desk = desk_from(json.loads(STORED.read_text(encoding="utf-8")))
    setup = desk.configuration

    assert desk_from(desk_to(desk)) == desk
    assert [agent.id for agent in setup.staff.agents][:3] == ["anouk", "bram", "carla"]
    assert [partner.id for partner in setup.staff.partners] == ["manila"]
    assert sorted(setup.calendars) == ["default", "manila"]
    assert setup.matrix is not None
    assert [rung.id for rung in setup.matrix.rows[0].rungs] == ["half", "near", "breach", "director", "unanswered"]
    assert "manila" in str(setup.routing)
    assert desk.lint() == ()
