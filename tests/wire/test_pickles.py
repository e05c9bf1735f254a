"""Pickles that an earlier release wrote are read by every later one, and mean what their JSON means."""

from __future__ import annotations

import base64
import json
import pickle
from typing import Any

import pytest

from deskcore.presets import simple_lifecycle
from deskcore.tickets.annex import Annex, Gift
from deskcore.wire import Converter, load
from tests.wire.pickles import KINDS, PICKLES

LINES = tuple(PICKLES.read_text(encoding="utf-8").splitlines())


def _named(line: str) -> str:
    told = json.loads(line)
    return f"{told['kind']}-{told['value'].get('type') or told['value'].get('name') or 'one'}"


@pytest.mark.parametrize("line", LINES, ids=_named)
def test_a_stored_pickle_is_what_its_json_is(line: str) -> None:
    told = json.loads(line)
    held = pickle.loads(base64.b64decode(told["pickle"]))
    assert held == load(told["value"], KINDS[told["kind"]])
    assert type(held) is KINDS[told["kind"]]


def test_every_event_has_a_stored_pickle() -> None:
    stored = {json.loads(line)["value"]["type"] for line in LINES if json.loads(line)["kind"] == "Event"}
    assert {kind.TYPE for kind in Converter().events} <= stored


@pytest.mark.parametrize(
    ("value", "later"),
    [(Gift(messages=2), "waiting_since"), (Annex(muted=True), "own_wait"), (simple_lifecycle(), "limits")],
)
def test_a_field_that_came_later_has_its_default_in_an_older_pickle(value: Any, later: str) -> None:
    older = {name: part for name, part in value.__getstate__().items() if name != later}
    held = object.__new__(type(value))
    held.__setstate__(older)
    assert held == value
