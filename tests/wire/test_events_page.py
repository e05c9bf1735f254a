"""The page of events says what the classes say, and nothing else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest

from deskcore.desk.effects import Effect
from deskcore.desk.floor_commands import AnyFloorCommand
from deskcore.escalation.events import Axis, Outcome
from deskcore.log import Actor, Event, EventData, Role
from deskcore.predicate import Fact
from deskcore.routing.events import DecisionKind, HeldState
from deskcore.routing.waiting import FACTS as WAITING_FACTS
from deskcore.sla.signal_kind import SignalKind
from deskcore.tickets.events import How, Offering, Visibility
from deskcore.tickets.facts import FACTS as TICKET_FACTS
from deskcore.wire import Converter, dump

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
EVENTS = {kind.TYPE: kind for kind in Converter().events}
FLOOR_EVENTS_OF_ROUTING = {
    "queued", "dequeued", "placed", "released", "gate_opened", "gate_closed", "offered", "offer_declined",
    "offer_withdrawn", "stage_entered", "line_changed", "metered", "share_served", "gate_held", "capacity_called",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "Role": Role,
    "Visibility": Visibility,
    "How": How,
    "Offering": Offering,
    "SignalKind": SignalKind,
    "Axis": Axis,
    "Outcome": Outcome,
    "HeldState": HeldState,
    "DecisionKind": DecisionKind,
}


def sections(level: str, text: str) -> dict[str, str]:
    """The text under each heading of a level, by heading."""
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


CHAPTERS = sections("##", PAGE)
PARTS = {name: sections("###", text) for name, text in CHAPTERS.items()}
DESCRIBED = PARTS["Events of a case"] | PARTS["Events of the floor"]


def table(text: str) -> list[list[str]]:
    """The rows of the first table, without its head; every cell without its quotes."""
    rows = re.findall(r"^\|(.+)\|$", text, flags=re.MULTILINE)
    return [[cell.strip().strip("`").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)] for row in rows[2:]]


def written(kind: type) -> list[tuple[str, str, bool]]:
    """Name, annotation as it is written, and whether it is needed, of each field."""
    notes: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        notes.update(inspect.get_annotations(base))
    return [(field.name, notes[field.name], field.default is attrs.NOTHING) for field in attrs.fields(kind)]


def described(text: str) -> list[tuple[str, str, bool]]:
    return [(name, note, needed == "yes") for name, note, needed, _ in table(text)]


def stream_of(kind: type[EventData]) -> str:
    on_floor = kind.__module__.startswith("deskcore.staff") or kind.TYPE in {*FLOOR_EVENTS_OF_ROUTING, "pool_turned"}
    return "floor" if on_floor else "case"


def test_every_event_is_described_and_nothing_else() -> None:
    assert sorted(DESCRIBED) == sorted(EVENTS)
    assert len(DESCRIBED) == len(PARTS["Events of a case"]) + len(PARTS["Events of the floor"])


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_s_fields_are_those_of_its_class(name: str) -> None:
    assert described(DESCRIBED[name]) == written(EVENTS[name])


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_s_version_room_stream_and_class_are_told(name: str) -> None:
    kind = EVENTS[name]
    room, stream = kind.__module__.split(".")[1], stream_of(kind)
    said = f"Version {kind.V}, room `{room}`, stream `{stream}`, class `{kind.__name__}`. "
    assert DESCRIBED[name].strip().startswith(said)
    assert name in PARTS["Events of the floor" if stream == "floor" else "Events of a case"]


def test_every_effect_is_described_and_nothing_else() -> None:
    effects = {kind.__name__: kind for kind in get_args(Effect)}
    assert {name: described(text) for name, text in PARTS["Effects"].items()} == {
        name: written(kind) for name, kind in effects.items()
    }


def test_every_floor_command_is_described_and_nothing_else() -> None:
    told = [(name, kind, re.findall(r"(\w+): ", fields)) for name, kind, fields, _ in table(CHAPTERS["Floor commands"])]
    kinds: Iterable[Any] = get_args(AnyFloorCommand)
    assert told == [(kind.TYPE, kind.__name__, [field.name for field in attrs.fields(kind)]) for kind in kinds]


@pytest.mark.parametrize(
    ("chapter", "facts"), [("Facts of a ticket", TICKET_FACTS), ("Facts of a waiting ticket", WAITING_FACTS)]
)
def test_facts_are_those_that_conditions_may_ask(chapter: str, facts: tuple[Fact, ...]) -> None:
    assert table(CHAPTERS[chapter]) == [[fact.name, fact.type, fact.meaning] for fact in facts]


def test_words_are_those_of_the_types() -> None:
    assert {name: re.findall(r"[a-z_]+", words) for name, words in table(CHAPTERS["Words"])} == {
        name: list(get_args(alias)) for name, alias in WORDS.items()
    }


def test_the_envelope_is_the_one_that_is_written() -> None:
    noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    envelope = dump(Event("T-1", 1, noon, noon, Actor.system(), EVENTS["shift_started"]("bo")))  # type: ignore[call-arg]
    assert isinstance(envelope, dict)
    assert sorted(row[0] for row in table(CHAPTERS["The envelope"])) == sorted(envelope)
