"""Who is there: signing on and off, breaks, shifts and what a late look records."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskcore.errors import UnknownName
from deskcore.hours import Calendar
from deskcore.log import Actor, Event, EventData
from deskcore.staff import Agent, Presence, Staff, next_shift_change, shifts_due
from deskcore.staff.events import (
    STAFF_EVENTS,
    CameBack,
    CapacityChanged,
    ShiftEnded,
    ShiftStarted,
    SignedOff,
    SignedOn,
    WentAway,
)
from deskcore.staff.shifts import on_shift

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 5, 18, tzinfo=AMSTERDAM)
OFFICE = {"office": Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")}
BY_SHIFT = Staff(agents=(Agent("bo", calendar="office", signs_on_by_shift=True), Agent("cy", calendar="office")))


def _at(hours: float, *, days: int = 0) -> datetime:
    return MONDAY + timedelta(days=days, hours=hours)


def _after(*facts: tuple[float, EventData]) -> Presence:
    return Presence.replay(
        Event("floor", seq, _at(hours), _at(hours), Actor.system(), data)
        for seq, (hours, data) in enumerate(facts, start=1)
    )


def test_nobody_is_there_before_they_sign_on() -> None:
    assert Presence().of("bo").state == "off"
    assert Presence().present() == ()


def test_a_break_ends_presence_until_they_come_back() -> None:
    away = _after((9, SignedOn("bo")), (12, WentAway("bo", "lunch")))

    assert away.of("bo").explain() == "away (lunch)"
    assert not away.is_present("bo")
    back = away.step(Event("floor", 3, _at(13), _at(13), Actor.agent("bo"), CameBack("bo")))
    assert back.of("bo").state == "present"
    assert back.of("bo").since == _at(13)


def test_who_is_signed_off_neither_goes_away_nor_comes_back() -> None:
    assert _after((9, WentAway("bo"))).of("bo").state == "off"
    assert _after((9, CameBack("bo"))).of("bo").state == "off"


def test_signing_on_twice_does_not_restart_the_time_since() -> None:
    assert _after((9, SignedOn("bo")), (10, SignedOn("bo"))).of("bo").since == _at(9)


def test_a_changed_capacity_holds_until_taken_back() -> None:
    changed = _after((9, CapacityChanged("bo", 5)))

    assert changed.of("bo").capacity == 5
    assert (
        changed.step(Event("floor", 2, _at(10), _at(10), Actor.system(), CapacityChanged("bo", None))).of("bo").capacity
        is None
    )


def test_a_shift_signs_on_only_those_who_sign_on_by_shift() -> None:
    started = _after((9, ShiftStarted("bo", signs_on=True)), (9, ShiftStarted("cy")))

    assert started.present() == ("bo",)
    assert started.of("cy").on_shift is True


def test_the_end_of_a_shift_leaves_those_signed_on_by_hand() -> None:
    ended = _after(
        (9, SignedOn("cy")), (17.5, ShiftEnded("cy")), (9, SignedOn("bo")), (17.5, ShiftEnded("bo", signs_off=True))
    )

    assert ended.present() == ("cy",)


def test_other_rooms_events_change_nothing() -> None:
    class Foreign(EventData):
        pass

    state = _after((9, SignedOn("bo")))
    assert state.step(Event("floor", 2, _at(10), _at(10), Actor.system(), Foreign())) is state


def test_working_hours_include_their_start_and_not_their_end() -> None:
    bo = Agent("bo", calendar="office")

    assert on_shift(bo, OFFICE, at=_at(9))
    assert not on_shift(bo, OFFICE, at=_at(17.5))
    assert on_shift(Agent("cy"), OFFICE, at=_at(3)), "without a calendar one is always on shift"


def test_the_first_look_at_a_shift_is_dated_by_the_look() -> None:
    due = shifts_due(BY_SHIFT, Presence(), OFFICE, at=_at(10))

    assert [(change.at, change.data) for change in due] == [
        (_at(10), ShiftStarted("bo", signs_on=True)),
        (_at(10), ShiftStarted("cy")),
    ]
    assert shifts_due(BY_SHIFT, Presence(), OFFICE, at=_at(3)) == (), "nobody on shift, nothing to record"


def test_a_late_look_dates_every_change_when_it_happened() -> None:
    started = _after((9, ShiftStarted("bo", signs_on=True)), (9, ShiftStarted("cy")))

    due = shifts_due(BY_SHIFT, started, OFFICE, at=_at(10, days=1))

    assert [(change.at, type(change.data), change.data.agent) for change in due] == [
        (_at(17.5), ShiftEnded, "bo"),
        (_at(17.5), ShiftEnded, "cy"),
        (_at(9, days=1), ShiftStarted, "bo"),
        (_at(9, days=1), ShiftStarted, "cy"),
    ]


def test_the_next_shift_change_is_the_opening_or_what_is_owed() -> None:
    assert next_shift_change(BY_SHIFT, Presence(), OFFICE, at=_at(3)) == _at(9)
    assert next_shift_change(BY_SHIFT, Presence(), OFFICE, at=_at(10)) == _at(10)
    assert next_shift_change(Staff(agents=(Agent("bo"),)), Presence(), OFFICE, at=_at(3)) is None


def test_a_calendar_that_was_changed_is_caught_up_with_at_once() -> None:
    marked_off = _after((9, ShiftEnded("bo")))

    (change,) = shifts_due(Staff(agents=(Agent("bo", calendar="office"),)), marked_off, OFFICE, at=_at(10))

    assert change.data == ShiftStarted("bo")


def test_an_unknown_calendar_is_an_error_that_names_those_known() -> None:
    with pytest.raises(UnknownName, match="cannot find calendar 'night'; known: office"):
        shifts_due(Staff(agents=(Agent("bo", calendar="night"),)), Presence(), OFFICE, at=_at(3))


def test_every_event_has_a_type_of_its_own() -> None:
    assert len({kind.TYPE for kind in STAFF_EVENTS}) == len(STAFF_EVENTS) == 7
    assert SignedOff in STAFF_EVENTS
