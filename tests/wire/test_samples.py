"""Events written by the first release that knew them are read, and written back the same, by every later one."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from deskcore.log import Event, EventData, Unknown
from deskcore.wire import Converter, dumps, loads

SAMPLES = tuple((Path(__file__).parent / "samples" / "events-v1.jsonl").read_text(encoding="utf-8").splitlines())


def test_every_event_has_a_sample_of_its_first_version() -> None:
    assert {json.loads(line)["type"] for line in SAMPLES} == {kind.TYPE for kind in Converter().events}


@pytest.mark.parametrize("line", SAMPLES, ids=lambda line: json.loads(line)["type"])
def test_a_stored_event_is_read_and_written_back_as_it_stands(line: str) -> None:
    event = loads(line, Event)
    assert not isinstance(event.data, Unknown)
    if json.loads(line)["v"] == event.data.V:
        assert dumps(event) == line


@pytest.mark.parametrize("kind", Converter().events, ids=lambda kind: kind.TYPE)
def test_the_samples_of_a_kind_spell_out_every_field(kind: type[EventData]) -> None:
    """Or a field could be renamed without any test noticing."""
    spelt: set[str] = set()
    for line in SAMPLES:
        stored = json.loads(line)
        spelt |= set(stored["data"]) if stored["type"] == kind.TYPE else set()
    assert {field.name for field in attrs.fields(kind)} <= spelt
