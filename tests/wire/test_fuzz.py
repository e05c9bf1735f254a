"""Whatever is thrown at it, reading ends in a value or in a typed error."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.desk import Configuration
from deskcore.errors import DeskcoreError
from deskcore.hours import Calendar
from deskcore.log import Event, EventLog
from deskcore.predicate import Condition
from deskcore.testing.wire import check_reading, events, plain
from deskcore.tickets import Lifecycle
from deskcore.tickets.commands import Command
from deskcore.wire import Plain, desk_from, dump, loads
from tests.wire.examples import FRIENDLY

KINDS = (Condition, Event, EventLog, Command, Calendar, Lifecycle, Configuration)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=plain())
@settings(max_examples=40)
def test_any_json_gives_a_value_or_a_typed_error(kind: type, data: Plain) -> None:
    """Never a KeyError, a TypeError or anything of the libraries beneath."""
    check_reading(data, kind)


@given(text=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_gives_a_value_or_a_typed_error(text: str) -> None:
    """Also what is no JSON at all."""
    with suppress(DeskcoreError):
        loads(text, Event)


@given(event=events(), place=st.integers(0, 1000), instead=plain())
@settings(max_examples=100)
def test_a_damaged_event_gives_a_value_or_a_typed_error(event: Event, place: int, instead: Plain) -> None:
    """One part of a sound event replaced by anything."""
    check_reading(damaged(dump(event), place, instead), Event)


@given(place=st.integers(0, 10_000), instead=plain())
@settings(max_examples=100)
def test_a_damaged_configuration_gives_a_desk_or_a_typed_error(place: int, instead: Plain) -> None:
    """One part of a sound configuration, short forms and all, replaced by anything."""
    data = damaged(cast("Plain", FRIENDLY), place, instead)
    assert isinstance(data, dict)
    with suppress(DeskcoreError):
        desk_from(data)


def damaged(data: Plain, place: int, instead: Plain) -> Plain:
    """A copy in which one part, counted in order, is another."""
    whole = copy.deepcopy(data)
    spots: list[tuple[dict[str, Plain] | list[Plain], str | int]] = []
    rest: list[Plain] = [whole]
    while rest:
        part = rest.pop()
        steps: list[tuple[str | int, Plain]] = []
        if isinstance(part, dict):
            steps = list(part.items())
        elif isinstance(part, list):
            steps = list(enumerate(part))
        for step, inner in steps:
            spots.append((cast("dict[str, Plain]", part), step))
            rest.append(inner)
    if spots:
        inside, step = spots[place % len(spots)]
        cast("dict[str | int, Plain]", inside)[step] = instead
    return whole
