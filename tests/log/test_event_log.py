"""The envelope and the log: one order for every fold, numbers without gaps, two clocks for what was and what was known."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, EventData, EventLog, Unknown, in_order

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
SYSTEM = Actor.system()


def event(seq: int, *, happened: int = 0, known: int | None = None, stream: str = "T-1") -> Event:
    """An event ``happened`` minutes after noon and recorded ``known`` minutes after it."""
    known = happened if known is None else known
    return Event(stream, seq, NOON + timedelta(minutes=happened), NOON + timedelta(minutes=known), SYSTEM, NOTHING)


NOTHING = Unknown("acme.nothing", 1, "{}")


@given(st.lists(st.integers(0, 5), max_size=12))
def test_the_order_of_folds_is_by_instant_then_number(minutes: list[int]) -> None:
    log = EventLog(tuple(event(place, happened=m) for place, m in enumerate(minutes, start=1)))
    keys = [(e.at, e.seq) for e in log.ordered()]
    assert keys == sorted(keys)
    assert sorted(e.seq for e in log.ordered()) == list(range(1, len(minutes) + 1))


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(0, 9))
def test_until_splits_what_had_happened_from_what_had_not(minutes: list[int], cut: int) -> None:
    log = EventLog(tuple(event(place, happened=m) for place, m in enumerate(minutes, start=1)))
    assert len(log.until(NOON + timedelta(minutes=cut))) == sum(m <= cut for m in minutes)


def test_known_at_leaves_out_what_was_written_down_later() -> None:
    log = EventLog((event(1), event(2, happened=1, known=30)))
    assert [e.seq for e in log.as_known_at(NOON + timedelta(minutes=5))] == [1]
    assert [e.seq for e in log.until(NOON + timedelta(minutes=5))] == [1, 2]


def test_numbers_go_up_by_one_from_one() -> None:
    with pytest.raises(InvalidValue, match="without gaps"):
        EventLog((event(1), event(3)))


def test_a_log_holds_one_stream() -> None:
    with pytest.raises(InvalidValue, match="of one stream, 'T-1'"):
        EventLog((event(1), event(2, stream="T-2")))


def test_a_log_grows_and_knows_its_version_and_stream() -> None:
    log = EventLog().extended([event(1)]).extended([event(2)])
    assert (log.version, len(log), log.stream, log[0].id, [e.id for e in log[1:]]) == (2, 2, "T-1", "T-1/1", ["T-1/2"])
    assert EventLog().stream is None
    assert in_order(reversed(list(log))) == log.events


def test_an_unknown_event_keeps_its_type_and_version() -> None:
    stored = Event("T-1", 1, NOON, NOON, SYSTEM, Unknown("acme.x", 7, '{"a":1}'))
    assert (stored.type, stored.v) == ("acme.x", 7)


def test_an_event_is_numbered_from_one_and_carries_zones() -> None:
    with pytest.raises(InvalidValue, match="seq must be at least 1"):
        event(0)
    with pytest.raises(InvalidValue, match="at must carry a time zone"):
        Event("T-1", 1, datetime(2026, 5, 22, 12), NOON, SYSTEM, NOTHING)


def test_a_hosts_event_prints_compares_and_pickles() -> None:
    coffee = Event("T-1", 1, NOON, NOON, SYSTEM, CoffeeServed(2))
    assert pickle.loads(pickle.dumps(coffee)) == coffee
    assert (coffee.type, coffee.v) == ("acme.coffee_served", 1)


@attrs.frozen
class CoffeeServed(EventData):
    TYPE = "acme.coffee_served"
    cups: int


@pytest.mark.parametrize("role", ["boss", ""])
def test_a_role_is_one_of_the_known_ones(role: str) -> None:
    with pytest.raises(InvalidValue, match="role must be one of requester, agent"):
        Actor("x", role)  # type: ignore[arg-type]


def test_permissions_are_the_hosts_words_and_a_star_stands_for_all() -> None:
    assert Actor.admin("root").may("anything")
    assert not Actor.partner("p", desk="manila").may("ticket.close")
    assert Actor("p", "partner", "manila", frozenset({"ticket.close"})).may("ticket.close")
    assert [a.is_staff for a in (Actor.agent("a"), Actor.requester("r"), Actor.system())] == [True, False, False]
