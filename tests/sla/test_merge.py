"""From when a ticket counts into which another one was merged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore import Actor, Calendar, Case, Desk, Target, business
from deskcore import commands as do
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import ForTicket
from deskcore.hours import elapsed
from deskcore.log import Event
from deskcore.presets import simple_lifecycle
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, clocks, signals
from deskcore.sla.fold import begin, step
from deskcore.sla.policy import OnMerge
from deskcore.testing.sla import GRAIN, NEW, START, check_asof, check_polling, folded, histories, life, steps_of
from deskcore.tickets import Party
from deskcore.tickets.annex import Gift
from deskcore.tickets.events import MergeReceived, MessagePosted, Opened

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
OPENED = Opened("help", Party("ann"), NEW, "test")


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def setup(on_merge: OnMerge) -> SlaSetup:
    rows = (
        Target.resolution(elapsed(hours=8)),
        Target.first_response(elapsed(hours=2)),
        Target.next_response(elapsed(hours=3)),
    )
    return SlaSetup(PolicyBook((SlaPolicy("house", rows, on_merge=on_merge),)), {"default": Calendar.always()})


def merged(opened: float, waiting: float | None) -> MergeReceived:
    return MergeReceived("T-0", (), Gift(), None if waiting is None else at(waiting), at(opened))


def read(
    log: tuple[Event, ...], on_merge: OnMerge, when: float
) -> dict[str, tuple[str, datetime | None, datetime | None]]:
    house = setup(on_merge)
    found = clocks(folded(log, house), house, at=at(when))
    return {clock.metric: (clock.state, clock.due, clock.breached_at) for clock in found}


def test_a_target_keeps_its_own_origin() -> None:
    log = life((at(5), ANN, OPENED), (at(6), BO, merged(0, 1)))
    assert read(log, "own", 6)["resolution"] == ("running", at(13), None)


def test_or_counts_from_the_earlier_one_and_is_never_late_before_the_merge() -> None:
    log = life((at(5), ANN, OPENED), (at(6), BO, merged(0, 1)))
    assert read(log, "earliest", 6) == {
        "resolution": ("running", at(8), None),
        "first_response": ("breached", at(3), at(6)),
        "next_response": ("not_started", None, None),
    }
    late = life((at(9), ANN, OPENED), (at(10), BO, merged(0, None)))
    assert read(late, "earliest", 10)["resolution"] == ("breached", at(8), at(10))
    house = setup("earliest")
    told = [
        signal for signal in signals(folded(late, house), house, after=at(9), until=at(10)) if signal.kind == "breached"
    ]
    assert [(signal.metric, signal.at, signal.known_at) for signal in told] == [("resolution", at(10), at(10))]


def test_before_the_merge_nothing_was_known_of_it() -> None:
    log = life((at(5), ANN, OPENED), (at(6), BO, merged(0, 1)))
    assert read(log, "earliest", 5.5)["resolution"] == ("running", at(13), None)


def test_an_unanswered_message_of_the_other_opens_a_reply_clock() -> None:
    answered = ((at(5), ANN, OPENED), (at(5.5), BO, MessagePosted("m", "agent")))
    log = life(*answered, (at(7), BO, merged(0, 6)))
    assert read(log, "earliest", 7)["next_response"] == ("running", at(9), None)
    assert read(log, "own", 7)["next_response"][0] == "not_started"
    replied = life(*answered, (at(7), BO, merged(0, 6)), (at(8), BO, MessagePosted("m", "agent")))
    assert read(replied, "earliest", 9)["next_response"][0] == "met"


def test_through_the_desk_a_merge_tells_when_the_other_was_opened() -> None:
    policy = SlaPolicy("house", (Target.resolution(business(hours=8)),), on_merge="earliest")
    desk = Desk(Configuration((simple_lifecycle(),), {"default": Calendar.always()}, PolicyBook((policy,))))
    cases: dict[str, Case] = {}
    for name, hour in (("T-0", 0), ("T-1", 5)):
        command = do.Open(name, subject="VPN", requester="ann")
        cases[name] = desk.handle(None, command, at=at(hour), actor=ANN).unwrap().case
    others = {name: case.ticket for name, case in cases.items()}
    gone = desk.handle(cases["T-0"], do.Merge("T-0", into="T-1"), at=at(6), actor=BO, others=others).unwrap()
    receive = next(told.command for told in gone.effects if isinstance(told, ForTicket))
    after = desk.handle(cases["T-1"], receive, at=at(6), actor=Actor.system()).unwrap().case
    assert desk.clock(after, "resolution", at=at(6)).due == at(8)


@given(
    events=histories(late=False),
    place=st.integers(1, 9),
    back=st.integers(0, 300),
    looks=st.lists(st.integers(0, 900), min_size=2, max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_the_laws_hold_over_a_merge(events: tuple[Event, ...], place: int, back: int, looks: list[int]) -> None:
    """Replay equals living through it, the past does not know of it, and signals do not depend on who looks when."""
    beside = events[min(place, len(events)) - 1]
    opened = events[0].at - GRAIN * back
    data = MergeReceived("T-0", (), Gift(), opened if back % 2 else None, opened)
    mixed = [*events[:place], attrs.evolve(beside, actor=BO, data=data), *events[place:]]
    log = tuple(attrs.evolve(event, seq=seq) for seq, event in enumerate(mixed, start=1))
    house = setup("earliest")
    state = begin()
    for event, before, after in steps_of(log):
        state = step(state, event, before, after, house)
    assert state == folded(log, house)
    check_asof(log, house, START + GRAIN * looks[0])
    check_polling(state, house, tuple(START + GRAIN * look for look in looks))
