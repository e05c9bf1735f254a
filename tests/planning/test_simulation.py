"""A simulated desk: nothing is lost, nobody holds more than they can, and the same seed gives the same world."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.cli.showcase import configuration, scenario
from deskcore.desk import Desk
from deskcore.desk.host import RunningHost
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.planning import Behaviour, Draws, Scenario, Simulation, WeeklyRate, arrivals
from deskcore.routing.events import Placed, Released
from deskcore.tickets.events import Assigned, Unassigned

DESK = Desk(configuration())


def short(seed: str, days: float = 2) -> Scenario:
    whole = scenario(seed)
    return attrs.evolve(whole, end=whole.start + timedelta(days=days))


@pytest.fixture(scope="module")
def played() -> Simulation:
    run = Simulation(DESK, short("a test"))
    run.run()
    return run


def test_no_ticket_is_lost(played: Simulation) -> None:
    """What was opened is over or open, and what is open waits, is held, or waits for its requester."""
    host = played.host
    over = [case for case in host.cases() if not case.ticket.is_open]
    held, waiting = set(host.floor.routing.held), set(host.floor.routing.waiting)
    still = {case.id for case in host.cases() if case.ticket.is_open}

    assert played.opened == len(over) + len(still)
    assert held | waiting == still
    assert not held & waiting


def test_a_ticket_is_with_one_person_at_a_time_and_nobody_is_over_capacity(played: Simulation) -> None:
    """Read from the floor's own stream, event by event."""
    room = {agent.id: agent.capacity for agent in DESK.configuration.staff.agents}
    room |= {partner.id: partner.capacity or 0 for partner in DESK.configuration.staff.partners}
    holder: dict[str, str] = {}
    for event in played.host.log():
        match event.data:
            case Placed(ticket=ticket, agent=agent, desk=desk):
                assert ticket not in holder
                holder[ticket] = agent or desk
                assert Counter(holder.values())[holder[ticket]] <= room[holder[ticket]]
            case Released(ticket=ticket):
                del holder[ticket]
    assert len(holder) == len(played.host.floor.routing.held)


def test_a_ticket_is_never_given_away_without_being_taken_first(played: Simulation) -> None:
    for case in played.host.cases():
        has: str | None = None
        for event in played.host.log(case.id):
            if isinstance(event.data, Assigned):
                assert has is None
                has = event.data.assignee or event.data.desk
            elif isinstance(event.data, Unassigned) or event.type == "transferred":
                has = None


def test_every_log_replays_to_the_live_state(played: Simulation) -> None:
    host = played.host
    assert DESK.replay(host.log()) == host.floor
    for case in host.cases():
        assert DESK.case(host.log(case.id)) == case


def test_the_partner_gets_first_tier_work_only(played: Simulation) -> None:
    away = [case for case in played.host.cases() if case.ticket.desk == "manila"]
    assert away
    assert {case.ticket.fields["tier"] for case in away} == {1}


def test_the_same_seed_gives_the_same_events_and_another_seed_others(played: Simulation) -> None:
    def events(host: RunningHost) -> list[object]:
        return [event for case in host.cases() for event in host.log(case.id)]

    again = Simulation(DESK, short("a test", 0.5))
    half = [event for event in events(again.run()) if event]
    twice = Simulation(DESK, short("a test", 0.5))
    other = Simulation(DESK, short("another", 0.5))
    assert events(twice.run()) == half
    assert events(other.run()) != half


@given(st.text(max_size=5), st.text(max_size=5), st.floats(0.1, 50))
def test_draws_depend_on_seed_and_name_alone(seed: str, name: str, mean: float) -> None:
    draws = Draws(seed)
    assert 0 <= draws.uniform(name) < 1
    assert draws.exponential(mean, name) == Draws(seed).exponential(mean, name) >= 0
    assert draws.lognormal(mean, 0.5, name) > 0


def test_draws_spread_as_they_should() -> None:
    draws = Draws("spread")
    amounts = sorted(draws.exponential(10, number) for number in range(4000))
    medians = sorted(draws.lognormal(10, 0.6, number) for number in range(4000))
    assert sum(amounts) / 4000 == pytest.approx(10, rel=0.05)
    assert medians[2000] == pytest.approx(10, rel=0.05)
    counts = Counter(draws.choice([("a", 3.0), ("b", 1.0)], number) for number in range(4000))
    assert counts["a"] / 4000 == pytest.approx(0.75, abs=0.03)


@settings(max_examples=20)
@given(st.integers(0, 6), st.integers(0, 23), st.text(max_size=3))
def test_tickets_come_only_in_the_hours_that_have_a_rate(day: int, hour: int, seed: str) -> None:
    rates = [0.0] * 168
    rates[day * 24 + hour] = 40.0
    start = datetime(2026, 5, 18, tzinfo=UTC)
    found = list(
        arrivals(WeeklyRate(ZoneInfo("UTC"), tuple(rates)), Draws(seed), start=start, end=start + timedelta(7))
    )
    assert {(moment.weekday(), moment.hour) for moment in found} <= {(day, hour)}
    assert found == sorted(found)


def test_people_ask_on_their_holiday_as_on_a_sunday() -> None:
    ams = ZoneInfo("Europe/Amsterdam")
    office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=ams, holidays="NL")
    week = WeeklyRate.shaped(ams, per_week=100, day=(1.0,) * 24, weekend=0.0, workdays=office)
    assert week.at(datetime(2026, 5, 25, 11, tzinfo=ams)) == 0.0  # Whit Monday
    assert week.at(datetime(2026, 5, 26, 20, tzinfo=ams)) > 0  # after hours, but on a workday


@pytest.mark.parametrize("rates", [(), (1.0,) * 167, (0.0,) * 168, (-1.0, *(1.0,) * 167)])
def test_a_weeks_rates_are_168_none_negative_and_one_positive(rates: tuple[float, ...]) -> None:
    with pytest.raises(InvalidValue, match="per_hour must be 168 rates"):
        WeeklyRate(ZoneInfo("UTC"), rates)


def test_a_chance_lies_between_none_and_certain() -> None:
    with pytest.raises(InvalidValue, match="asks must be a chance from 0 to 1"):
        Behaviour(asks=1.2)
