"""Strategies of the whole breadth: every measure, cycle rule, change rule and zone, and lives that use them.

``deskcore.testing.sla`` draws what most desks have; these draw what the model can say. Laws hold for both.

Layer: testing.
"""

from __future__ import annotations

from typing import Final

import attrs
from hypothesis import strategies as st

from deskcore.hours import Calendar, WorkingDays, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is, where
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from deskcore.sla.book import Choice
from deskcore.sla.cue import SETTLED, Contact, InStatus, NotCue, Opening, Reply, Reprioritised, WaitsOn
from deskcore.sla.events import ClockReset, Exempted
from deskcore.sla.metric import handoff_ack, next_response, ownership, reach_stage, time_to_own, vendor_response
from deskcore.sla.stopwatch import Stopwatch
from deskcore.staff.scope import Scope
from deskcore.testing.sla import ASKED, GRAIN, OFFICE, ORDERED, START, amounts, histories, policies
from deskcore.tickets import Party
from deskcore.tickets.annex import Gift
from deskcore.tickets.events import FieldSet, MergeReceived, PartyChanged, PolicyPinned, PrioritySet, Transferred

NIGHT: Final = Calendar.weekly("Mon-Sun 22:00-06:00", tz="America/New_York")
"""Over midnight, in a zone whose offset changes on other dates than Europe's."""
HALF_HOUR: Final = Calendar.weekly("Mon-Fri 08:00-16:30", tz="Australia/Lord_Howe")
"""A zone that shifts by half an hour."""
CALENDARS: Final = {"default": OFFICE, "night": NIGHT, "half": HALF_HOUR, "always": Calendar.always()}

OWN: Final[tuple[Stopwatch, ...]] = (
    ownership("stay", team="network"),
    ownership("stays", team="network", cycles="cumulative"),
    ownership("last_stay", team="network", cycles="last_only"),
    vendor_response("manila"),
    handoff_ack("taken_on", "network"),
    reach_stage("ordered", (ORDERED.name,), outside=(ASKED.name,)),
    attrs.evolve(time_to_own(again=True), name="own_again"),
    attrs.evolve(next_response(stop_fulfils=False), name="answer"),
    Stopwatch("since_grading", Opening(), done=SETTLED, reset=Reprioritised(), on_reopen="restart"),
    Stopwatch("resumed_by_word", Opening(), done=SETTLED, pause=WaitsOn(("any",)), resume=Contact() | Reply()),
    Stopwatch("hidden", Opening(), done=SETTLED, hide=InStatus((ASKED.name,)), on_reopen="continue_including_closed"),
    Stopwatch("asking", Contact(), stop=Reply(), done=SETTLED, pause=NotCue(WaitsOn(("requester",))), cycles="each"),
)
"""Stopwatches of a host's own: each kind of cue and each rule of cycles occurs."""


def promises(metric: str) -> st.SearchStrategy[Target]:
    """A row for a metric in any measure there is, on any of ``CALENDARS``, sometimes under a condition."""
    calendar = st.sampled_from((None, None, "night", "half", "always"))
    when = st.sampled_from((Target(metric, None).when, Is("priority", "p1"), where(team="network")))
    within = amounts(6 * 24 * 2).map(lambda grains: business(minutes=10 * grains))
    always = amounts(6 * 24 * 2).map(lambda grains: elapsed(minutes=10 * grains))

    def build(**own: st.SearchStrategy[object]) -> st.SearchStrategy[Target]:
        return st.builds(Target, st.just(metric), when=when, calendar=calendar, **own)

    return st.one_of(
        build(within=within),
        build(within=always),
        build(within=st.integers(0, 4).map(WorkingDays), end_of_day=st.booleans()),
        build(within=st.none(), until_field=st.just("promised")),
        build(within=within, then_elapsed=always),
        build(within=within, out_of_hours=within),
        build(within=st.none(), counts=st.sampled_from(("business", "elapsed"))),
    )


@st.composite
def wide_policies(draw: st.DrawFn, *, id: str = "house") -> SlaPolicy:  # noqa: A002 - the field's own name
    """A policy that also measures what a host defined itself, in any measure."""
    plain = draw(policies(id=id))
    own = draw(st.lists(st.sampled_from(OWN), max_size=3, unique_by=lambda watch: watch.name))
    named = draw(st.sampled_from(plain.metrics))
    measured = (named, *(watch.name for watch in own))
    rows = [row for name in measured for row in draw(st.lists(promises(name), min_size=1, max_size=2))]
    return attrs.evolve(
        plain,
        targets=(*rows, *plain.targets),
        stopwatches=tuple(own),
        scope=draw(st.sampled_from((None, None, Scope.everything(excluded=Is("customer_tier", "trial"))))),
        calendar_from=draw(st.sampled_from((None, None, "organisation"))),
        on_merge=draw(st.sampled_from(("own", "earliest"))),
    )


@st.composite
def wide_books(draw: st.DrawFn) -> PolicyBook:
    """Up to three policies, chosen among in any of the four ways; one may build on another."""
    choice: Choice = draw(st.sampled_from(("first_match", "most_specific", "strictest", "parallel")))
    house = draw(wide_policies())
    found = [house]
    if draw(st.booleans()):
        gold = attrs.evolve(draw(wide_policies(id="gold")), when=Is("customer_tier", "gold"))
        found.insert(0, attrs.evolve(gold, parent=draw(st.sampled_from((None, "house")))))
    if draw(st.booleans()):
        found.insert(0, attrs.evolve(draw(wide_policies(id="grave")), when=Is("priority", "p1")))
    return PolicyBook(tuple(found), choice)


@st.composite
def wide_setups(draw: st.DrawFn) -> SlaSetup:
    """A wide book on ``CALENDARS``; customers named after one of them have it as their own."""
    return SlaSetup(draw(wide_books()), CALENDARS)


@st.composite
def wide_histories(draw: st.DrawFn, *, most: int = 10, late: bool = True, pins: bool = True) -> tuple[Event, ...]:
    """A life with, besides what ``histories`` has, transfers, parties, promised dates, pins, exemptions and resets."""
    events = list(draw(histories(most=most, late=late)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(1, len(events)))
        beside = events[place - 1]
        events.insert(place, attrs.evolve(beside, actor=Actor.agent("bo"), data=draw(_besides(pins=pins))))
    return tuple(attrs.evolve(event, seq=seq) for seq, event in enumerate(events, start=1))


def _merged(grains: int) -> MergeReceived:
    opened = START - GRAIN * grains
    return MergeReceived("T-0", (), Gift(), opened if grains % 2 else None, opened)


def _besides(*, pins: bool) -> st.SearchStrategy[EventData]:
    metrics = st.sampled_from(("resolution", "first_response", "stays", "hidden"))
    kinds: list[st.SearchStrategy[EventData]] = [
        st.sampled_from((None, "network", "desk")).map(lambda team: Transferred(team=team)),
        st.sampled_from(("manila", "house")).map(lambda desk: Transferred(desk=desk)),
        st.sampled_from(("gold", "trial", None)).flatmap(
            lambda tier: st.sampled_from(("night", "acme", None)).map(lambda who: PartyChanged(Party("ann", who, tier)))
        ),
        st.integers(0, 900).map(lambda grains: FieldSet("promised", (START + GRAIN * grains).isoformat())),
        st.builds(Exempted, st.just("agreed"), metrics | st.none(), st.booleans()),
        st.integers(0, 300).map(_merged),
        st.builds(ClockReset, metrics, st.just("wrong group")),
        st.sampled_from(("p1", "p2")).map(PrioritySet),
    ]
    if pins:
        kinds.append(st.just(PolicyPinned("house")))
    return st.one_of(kinds)
