"""What is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays
from deskcore.log import Event, EventData, EventLog
from deskcore.predicate import Condition
from deskcore.testing.predicate import conditions
from deskcore.testing.wire import check_roundtrip, events, values
from deskcore.tickets.commands import Command
from deskcore.wire import Converter, dump, load

KINDS = Converter().events
COMMANDS = tuple(node for node in Converter().nodes if issubclass(node, Command))


@given(condition=conditions())
def test_every_condition_comes_back(condition: Condition) -> None:
    """load(dump(c)) == c, and as one of the family too."""
    check_roundtrip(condition)
    check_roundtrip(condition, Condition)


@given(event=events())
@settings(max_examples=100)
def test_every_event_comes_back(event: Event) -> None:
    """loads(dumps(e)) == e for every type, unknown ones included."""
    check_roundtrip(event)
    assert load(dump(event), Event) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
@given(data=st.data())
@settings(max_examples=10)
def test_events_of_a_kind_come_back(kind: type[EventData], data: st.DataObject) -> None:
    """Also alone and as one of the family, without an envelope."""
    check_roundtrip(data.draw(values(kind)))
    check_roundtrip(data.draw(values(kind)), EventData)


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.TYPE)
@given(data=st.data())
@settings(max_examples=10)
def test_commands_of_a_kind_come_back(kind: type[Command], data: st.DataObject) -> None:
    """As themselves and as a command."""
    check_roundtrip(data.draw(values(kind)))
    check_roundtrip(data.draw(values(kind)), Command)


@given(amount=values(BusinessDuration) | values(ElapsedDuration) | values(WorkingDays))
def test_every_amount_of_time_comes_back(amount: BusinessDuration | ElapsedDuration | WorkingDays) -> None:
    """As its kind, and as whichever its text says."""
    check_roundtrip(amount)
    check_roundtrip(amount, BusinessDuration | ElapsedDuration | WorkingDays)


@given(data=st.lists(events(), max_size=3))
def test_a_log_comes_back(data: list[Event]) -> None:
    """As one document."""
    log = EventLog(
        tuple(
            Event("T-1", place, event.at, event.recorded_at, event.actor, event.data)
            for place, event in enumerate(data, start=1)
        )
    )
    check_roundtrip(log)
