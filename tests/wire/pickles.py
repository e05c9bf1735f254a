"""Writes ``samples/pickles-v1.jsonl``: one line a value, its pickle beside its JSON. Only ever run it to add lines.

python -m tests.wire.pickles
"""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path
from typing import Any

from deskcore.hours import Calendar
from deskcore.log import Event
from deskcore.presets import rt_lifecycle, servicenow_incident, simple_lifecycle, zammad_lifecycle, zendesk_lifecycle
from deskcore.staff import Agent, Partner, Staff
from deskcore.tickets import Lifecycle, Refusal, Ticket, replay
from deskcore.tickets.refusal import refusal
from deskcore.wire import desk_from, dumps, loads
from tests.wire.examples import FRIENDLY

SAMPLES = Path(__file__).parent / "samples"
PICKLES = SAMPLES / "pickles-v1.jsonl"
KINDS: dict[str, Any] = {"Event": Event, "Ticket": Ticket, "Lifecycle": Lifecycle, "Refusal": Refusal}
KINDS |= {"Calendar": Calendar, "Agent": Agent, "Partner": Partner, "Staff": Staff}


def values() -> list[Any]:
    """What hosts keep in caches and send between processes: every event, tickets, lifecycles, a calendar."""
    lines = (SAMPLES / "events-v1.jsonl").read_text(encoding="utf-8").splitlines()
    events = [loads(line, Event) for line in lines]
    by_kind = list({event.type: event for event in events}.values())
    opened = next(event for event in events if event.type == "opened")
    more = [event for event in by_kind if event.stream == opened.stream and event.type not in {"opened", "adopted"}]
    log = [opened, *more]
    desk = desk_from(FRIENDLY)
    presets = [simple_lifecycle(), rt_lifecycle(), zendesk_lifecycle(), zammad_lifecycle(), servicenow_incident()]
    return [
        *by_kind,
        replay(log[:1]),
        replay(log),
        *presets,
        desk.configuration.calendars["default"],
        refusal("permission", "close", "T-1", "ann lacks ticket.close", "somebody with ticket.close"),
        *desk.configuration.staff.agents[:1],
        *desk.configuration.staff.partners[:1],
        desk.configuration.staff,
    ]


def line_of(value: Any) -> str:
    """A value's line."""
    packed = base64.b64encode(pickle.dumps(value, protocol=4)).decode()
    return json.dumps({"kind": type(value).__name__, "value": json.loads(dumps(value)), "pickle": packed})


if __name__ == "__main__":
    PICKLES.write_text("".join(f"{line_of(value)}\n" for value in values()), encoding="utf-8")
