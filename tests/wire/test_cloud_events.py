"""The shape of CloudEvents, and the schema of events: both hold for every event that was ever stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from deskcore.errors import DecodeError
from deskcore.log import Event
from deskcore.testing.tickets import Story, opening, stories
from deskcore.wire import Converter, dump, loads
from deskcore.wire.cloud_events import from_cloud_event, to_cloud_event
from deskcore.wire.schema import schema
from tests.wire.test_samples import SAMPLES

UNKNOWN = (
    '{"id":"T-1/2","stream":"T-1","seq":2,"at":"2026-05-22T12:00:00Z","recorded_at":"2026-05-22T12:00:00Z",'
    '"actor":{"id":"bo","role":"agent"},"type":"acme.coffee_served","v":2,"data":{"cups": 2, "price": 1.50}}'
)
EVENTS = Draft202012Validator(schema(Event))
SIMPLE = (bool, int, str)


@pytest.mark.parametrize("line", [*SAMPLES, UNKNOWN], ids=lambda line: json.loads(line)["type"])
def test_an_event_goes_through_a_cloud_event_unchanged(line: str) -> None:
    event = loads(line, Event)
    sent = to_cloud_event(event, source="/desks/north", prefix="com.acme.")
    assert from_cloud_event(json.loads(json.dumps(sent)), prefix="com.acme.") == event


@pytest.mark.parametrize("line", [*SAMPLES, UNKNOWN], ids=lambda line: json.loads(line)["type"])
def test_it_keeps_the_rules_of_cloud_events(line: str) -> None:
    """Attribute names are lower case letters and digits, values are simple; only ``data`` is a table."""
    sent = to_cloud_event(loads(line, Event), source="/desks/north")
    assert {"specversion", "id", "source", "type"} <= sent.keys()
    assert sent["specversion"] == "1.0"
    for name, value in sent.items():
        assert name.isalnum()
        assert name == name.lower()
        assert name == "data" or isinstance(value, SIMPLE)


@settings(max_examples=15, deadline=None)
@given(story=stories())
def test_a_whole_life_goes_through(story: Story) -> None:
    sent = [to_cloud_event(event, source="/x") for event in story.events]
    assert tuple(from_cloud_event(each) for each in sent) == story.events
    assert len({(each["source"], each["id"]) for each in sent}) == len(sent)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"specversion": "0.3"}, ["specversion"]),
        ({"type": "com.other.opened"}, ["type"]),
        ({"actor": None, "seq": None}, ["seq", "actor"]),
        ({"seq": "one"}, ["seq"]),
        ({"id": "T-9/9"}, ["id"]),
    ],
)
def test_what_is_no_cloud_event_of_ours_is_refused(changes: dict[str, Any], paths: list[str]) -> None:
    sent = {**to_cloud_event(opening("T-1"), source="/x", prefix="com.acme."), **changes}
    sent = {name: value for name, value in sent.items() if value is not None}
    with pytest.raises(DecodeError) as caught:
        from_cloud_event(sent, prefix="com.acme.")
    assert [problem.path for problem in caught.value.problems] == paths


def test_the_schema_of_events_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema(Event))


@pytest.mark.parametrize("line", [*SAMPLES, UNKNOWN], ids=lambda line: json.loads(line)["type"])
def test_every_stored_event_satisfies_the_schema(line: str) -> None:
    assert [error.message for error in EVENTS.iter_errors(json.loads(line))] == []


def test_every_type_is_in_the_schema() -> None:
    defs: Any = schema(Event)["$defs"]
    told = {row["if"]["properties"]["type"]["const"] for row in defs["Event"]["allOf"]}
    assert told == {kind.TYPE for kind in Converter().events}


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"subject": 3}},
        {"data": {"subject": "x", "unheard": 1}},
        {"seq": 0},
        {"actor": {"id": "bo"}},
        {"v": "1"},
    ],
)
def test_the_schema_warns_of_what_is_wrong(changes: dict[str, Any]) -> None:
    written = dump(opening("T-1"))
    assert isinstance(written, dict)
    assert not EVENTS.is_valid({**written, **changes})
