"""Other terms, other knowledge, the time ahead; exemptions and resets; who held the clock; versions of a book."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import ALWAYS, Condition, Is, IsOneOf
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks, owed, signals
from deskcore.sla.chain import Chain, breakdown, overruns
from deskcore.sla.events import ClockReset, Exempted
from deskcore.sla.fold import begin, step
from deskcore.sla.foresight import as_known_at, compare, evaluate, preview, recompute, what_if
from deskcore.sla.lint import lint
from deskcore.sla.look import clock
from deskcore.sla.metric import handoff_ack, ownership, reach_stage, vendor_fix, vendor_response
from deskcore.sla.predict import FinishedCycles, WorkQuantiles, predict
from deskcore.sla.stopwatch import Stopwatch
from deskcore.testing.sla import ACTIVE, NEW, ORDERED, RESOLVED, folded, histories, life, setups, steps_of
from deskcore.tickets import Party, Status, status_event
from deskcore.tickets.events import Assigned, MessagePosted, Opened, PolicyPinned, PrioritySet, Transferred

ANN, BO = Actor.requester("ann"), Actor.agent("bo")
DAY = datetime(2026, 5, 18, tzinfo=UTC)
ROUND = {"default": Calendar.always()}
OPENED = Opened("help", Party("ann"), NEW, "test", priority="p1")


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def house(*rows: Target, calendars: dict[str, Calendar] = ROUND, **own: object) -> SlaSetup:
    return SlaSetup(PolicyBook((SlaPolicy("house", rows or (TWO_HOURS,), **own),)), calendars)  # type: ignore[arg-type]


TWO_HOURS = Target.resolution(business(hours=2))


# --- what if


def test_another_book_is_compared_clock_by_clock() -> None:
    log = life((at(0), ANN, OPENED), (at(3), BO, status_event(NEW, RESOLVED)))
    found = what_if(log, house(), house(Target.resolution(business(hours=4))), at=at(5))
    assert [(change.what, change.before, change.after) for change in found.changes] == [
        ("state", "met_late", "met"),
        ("target", "2 business hours", "4 business hours"),
        ("due", "2026-05-18T02:00:00+00:00", "2026-05-18T04:00:00+00:00"),
        ("breached_at", "2026-05-18T02:00:00+00:00", "none"),
    ]
    assert found.changes[0].explain() == "resolution #1 state: met_late -> met"
    assert found.changes[0].to_dict()["cycle"] == 1


def test_supposed_events_are_compared_too_and_nothing_is_an_answer() -> None:
    log = life((at(0), ANN, OPENED))
    solved = Event("T-1", 2, at(1), at(1), BO, status_event(NEW, RESOLVED))
    assert [change.after for change in what_if(log, house(), at=at(1), extra=(solved,)).changes] == ["met"]
    assert not what_if(log, house(), house(), at=at(1))
    assert what_if(log, house(), at=at(1)).explain() == "nothing changes for T-1"


def test_bulk_forms_hold_one_ticket_at_a_time() -> None:
    asked: list[int] = []

    def logs() -> Iterator[tuple[Event, ...]]:
        for number in range(100_000):
            asked.append(number)
            yield life((at(0), ANN, OPENED), ticket=f"T-{number}")

    stream = compare(logs(), house(), house(Target.resolution(business(hours=4))), at=at(1))
    assert [next(stream).ticket for _ in range(3)] == ["T-0", "T-1", "T-2"]
    assert asked == [0, 1, 2]
    reports = recompute(logs(), house(), at=at(1))
    assert next(reports).clocks[0].metric == "resolution"


@given(events=histories(), setup=setups(), order=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_events_that_come_out_of_order_give_the_same_report(
    events: tuple[Event, ...], setup: SlaSetup, order: object
) -> None:
    """Late arrivals change nothing: a log is read in its one order."""
    mixed = list(events)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    now = events[-1].at + timedelta(days=1)
    assert evaluate(mixed, setup, at=now) == evaluate(events, setup, at=now)


def test_what_was_known_then_leaves_out_what_was_recorded_later() -> None:
    late = Event("T-1", 2, at(1), at(5), BO, MessagePosted("m", "agent"))
    log = (*life((at(0), ANN, OPENED)), late)
    setup = house(Target.first_response(business(hours=2)))
    assert evaluate(log, setup, at=at(4)).clocks[0].state == "met"
    assert evaluate(as_known_at(log, at(4)), setup, at=at(4)).clocks[0].state == "breached"


def test_nothing_had_happened_by_then() -> None:
    with pytest.raises(InvalidValue, match="events must hold one that happened by"):
        evaluate(life((at(1), ANN, OPENED)), house(), at=at(0))


def test_preview_says_what_comes_if_nothing_happens() -> None:
    setup = house()
    state = folded(life((at(0), ANN, OPENED)), setup)
    assert [(signal.kind, signal.due) for signal in preview(state, setup, at=at(0))] == [
        ("warned", at(1.6)),
        ("breached", at(2)),
    ]
    assert len(preview(state, setup, at=at(0), until=at(1.7))) == 1


# --- chances


def test_the_chance_of_a_breach_is_counted_from_finished_cycles() -> None:
    setup = house()
    work = FinishedCycles.of([evaluate(_solved_after(hours), setup, at=at(99)).clocks[0] for hours in (0.5, 1.5, 3, 4)])
    state = folded(life((at(0), ANN, OPENED)), setup)
    assert predict(clock(state, setup, "resolution", at=at(0)), work).chance == 0.5
    assert predict(clock(state, setup, "resolution", at=at(1)), work).chance == pytest.approx(2 / 3)
    assert predict(clock(state, setup, "resolution", at=at(1.9)), FinishedCycles(())).chance == 1.0
    assert predict(clock(state, setup, "resolution", at=at(3)), work).explain() == "100%: it is breached"


def _solved_after(hours: float) -> tuple[Event, ...]:
    return life((at(0), ANN, OPENED), (at(hours), BO, status_event(NEW, RESOLVED)))


def test_what_is_over_or_not_promised_has_no_chance() -> None:
    work = WorkQuantiles(((0.1, 10), (0.9, 20)))
    met, plain = evaluate(_solved_after(1), house(), at=at(2)), house(Target.resolution(None))
    assert predict(met.clocks[0], work).explain() == "0%: it is met"
    assert predict(evaluate(_solved_after(1), plain, at=at(2)).clocks[0], work).to_dict()["chance"] == 0.0
    assert [work.chance_beyond(0, left) for left in (5, 10, 15, 20, 99)] == pytest.approx([1, 0.9, 0.5, 0.1, 0.1])
    with pytest.raises(InvalidValue, match="rising in both"):
        WorkQuantiles(((0.5, 10), (0.2, 20)))


# --- exemptions and resets


def test_an_exempt_clock_is_neither_met_nor_breached_and_says_why_and_by_whom() -> None:
    log = life((at(0), ANN, OPENED), (at(1), BO, Exempted("the requester is away", "resolution")))
    setup = house()
    found = clock(folded(log, setup), setup, "resolution", at=at(3))
    assert (found.state, found.due, found.is_breached) == ("cancelled", None, True)
    assert "exempt: the requester is away (bo)" in found.explain()
    assert found.to_dict()["exempt"] == "exempt: the requester is away (bo)"
    assert clock(folded(log, setup), setup, "resolution", at=at(0.5)).state == "running"


def test_an_exemption_silences_signals_until_it_is_lifted() -> None:
    log = life(
        (at(0), ANN, OPENED), (at(1), BO, Exempted("away")), (at(3), BO, Exempted("back", lifted=True))
    )  # fmt: skip
    setup = house()
    assert owed(folded(log[:2], setup), setup, at=at(99)) == ()
    told = signals(folded(log, setup), setup, after=at(0), until=at(99))
    assert [(signal.kind, signal.at) for signal in told] == [("breached", at(3)), ("warned", at(3))]
    assert clock(folded(log, setup), setup, "resolution", at=at(4)).state == "breached"


def test_a_reset_cancels_the_cycle_and_begins_another() -> None:
    log = life((at(0), ANN, OPENED), (at(1), BO, ClockReset("resolution", "wrong group")))
    setup = house()
    report = evaluate(log, setup, at=at(1.5))
    assert [(one.number, one.state, one.due) for one in report.clocks] == [
        (1, "cancelled", None),
        (2, "running", at(3)),
    ]
    assert report.clocks[0].cycle.marks[-1].why == "started over: wrong group (bo)"
    assert report.explain().count("resolution") == 2


def test_a_reset_of_what_does_not_run_does_nothing() -> None:
    log = (*_solved_after(1), Event("T-1", 3, at(2), at(2), BO, ClockReset("resolution", "x")))
    assert folded(log, house()) == folded(log[:2], house())


def test_exemptions_and_resets_fold_one_by_one_as_all_at_once() -> None:
    log = life(
        (at(0), ANN, OPENED), (at(1), BO, Exempted("away")), (at(2), BO, ClockReset("resolution", "x")),
        (at(3), BO, Exempted("back", lifted=True)),
    )  # fmt: skip
    state = begin()
    for event, before, after in steps_of(log):
        state = step(state, event, before, after, house())
    assert state == folded(log, house())
    assert pickle.loads(pickle.dumps(state)) == state


# --- chains

OLA = Target("network", business(hours=2))
FIX = Target("vendor_fix", business(hours=3))
CHAIN = Chain("resolution", ("network", "vendor_fix"))


def chained(calendars: dict[str, Calendar] = ROUND, *, vendor: str | None = None) -> SlaSetup:
    rows = (Target.resolution(business(hours=8)), OLA, attrs.evolve(FIX, calendar=vendor))
    return house(*rows, calendars=calendars, stopwatches=(ownership("network", team="network"),))


def test_a_breakdown_says_who_held_each_stretch_and_adds_up() -> None:
    log = life(
        (at(0), ANN, OPENED),
        (at(1), BO, Transferred(team="network")),
        (at(2), BO, status_event(NEW, ORDERED)),
        (at(4), BO, status_event(ORDERED, ACTIVE)),
        (at(5), BO, Transferred(team="desk")),
        (at(6), BO, status_event(ACTIVE, RESOLVED)),
    )
    setup = chained()
    found = breakdown(CHAIN, folded(log, setup), setup, at=at(9))
    assert found.explain() == "resolution of T-1: 6 h used = desk 2 h + network 2 h + vendor_fix 2 h"
    assert sum(part.counted.microseconds for part in found.stretches) == found.clock.consumed_us
    assert all(one.end == other.start for one, other in zip(found.stretches, found.stretches[1:], strict=False))
    assert found.stretches[0].to_dict()["holder"] == "desk"


def test_a_chain_of_metrics_that_are_not_there_is_refused() -> None:
    setup = house()
    with pytest.raises(UnknownName, match="network"):
        breakdown(CHAIN, folded(life((at(0), ANN, OPENED)), setup), setup, at=at(1))
    with pytest.raises(InvalidValue, match="at least one supporting metric"):
        Chain("resolution", ())


def test_supporting_promises_that_fit_by_day_do_not_fit_before_a_night() -> None:
    vendor = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    setup = chained({"default": Calendar.always(), "vendor": vendor}, vendor="vendor")
    found = list(overruns(CHAIN, setup, policy="house", facts={}, start=at(8), end=at(17)))
    assert [late.start for late in found] == [at(hour) for hour in (13, 14, 15, 16)]
    assert found[0].explain() == (
        "from Mon 18 May 2026 13:00: network until Mon 18 May 2026 15:00, vendor_fix until Tue 19 May 2026 10:00; "
        "promised by Mon 18 May 2026 21:00"
    )
    with pytest.raises(InvalidValue, match="every must be above zero"):
        list(overruns(CHAIN, setup, policy="house", facts={}, start=at(8), end=at(9), every=timedelta(0)))


# --- the supporting metrics

HELD = (at(0), ANN, OPENED)


@pytest.mark.parametrize(
    ("watch", "happened", "used"),
    [
        (
            ownership("m", desk="manila"),
            [(at(1), Assigned(None, None, "manila")), (at(3), Assigned(None, None, None))],
            [2],
        ),
        (vendor_fix(), [(at(1), status_event(NEW, ORDERED)), (at(4), status_event(ORDERED, ACTIVE))], [3]),
        (
            vendor_response("manila"),
            [(at(1), Assigned(None, None, "manila")), (at(2), MessagePosted("m", "partner"))],
            [1],
        ),
        (reach_stage("m", ("Review",)), [(at(2), status_event(NEW, Status("Review", "active")))], [2]),
        (
            handoff_ack("m", "network"),
            [
                (at(1), Transferred(team="network")),
                (at(1.5), Assigned("bo", "network")),
                (at(3), Transferred(team="x")),
            ],
            [0.5],
        ),
    ],
)
def test_supporting_metrics(watch: Stopwatch, happened: list[tuple[datetime, EventData]], used: list[float]) -> None:
    setup = house(Target(watch.name, elapsed(hours=9)), stopwatches=(watch,))
    log = life(HELD, *((when, BO, data) for when, data in happened))
    found = evaluate(log, setup, at=at(9)).clocks
    assert [one.consumed for one in found] == [elapsed(hours=hours) for hours in used]


# --- versions and the index

OLD = SlaPolicy("gold", (TWO_HOURS,), effective_until=at(24))
YOUNG = SlaPolicy("gold", (Target.resolution(business(hours=1)),), version="2", effective_from=at(24))


def test_a_ticket_keeps_the_version_of_its_opening_until_one_is_pinned() -> None:
    setup = SlaSetup(PolicyBook((OLD, YOUNG)), ROUND)
    log = life(
        (at(23), ANN, OPENED), (at(24.5), BO, PrioritySet("p2")), (at(24.6), BO, PolicyPinned("gold", None))
    )  # fmt: skip
    assert evaluate(log[:2], setup, at=at(24.5)).clocks[0].due == at(25)
    assert evaluate(log, setup, at=at(24.7)).clocks[0].due == at(24)
    assert evaluate(log, setup, at=at(24.7)).clocks[0].breached_at == at(24.6)
    fresh = evaluate(life((at(30), ANN, OPENED)), setup, at=at(30))
    assert (fresh.clocks[0].due, fresh.clocks[0].terms.version) == (at(31), "2")


def test_each_cycle_may_take_the_version_in_force_when_it_begins() -> None:
    old, young = (attrs.evolve(one, on_new_version="each_cycle", on_reopen="restart") for one in (OLD, YOUNG))
    setup = SlaSetup(PolicyBook((old, young)), ROUND)
    log = life(
        (at(23), ANN, OPENED), (at(23.5), BO, status_event(NEW, RESOLVED)), (at(30), BO, status_event(RESOLVED, ACTIVE)),
        (at(30.5), BO, PrioritySet("p2")),
    )  # fmt: skip
    assert [one.due for one in evaluate(log, setup, at=at(30.6)).clocks] == [at(25), at(31)]
    state = begin()
    for event, before, after in steps_of(log):
        state = step(state, event, before, after, setup)
    assert state == folded(log, setup)


def test_a_change_of_the_ticket_leaves_a_cycle_with_the_version_it_began_under() -> None:
    old, young = (attrs.evolve(one, on_new_version="each_cycle") for one in (OLD, YOUNG))
    setup = SlaSetup(PolicyBook((old, young)), ROUND)
    log = life((at(23), ANN, OPENED), (at(24.5), BO, PrioritySet("p2")))
    (clock,) = evaluate(log, setup, at=at(24.6)).clocks
    assert (clock.due, clock.terms.version) == (at(25), "1")


def test_a_change_of_the_ticket_leaves_a_later_cycle_with_the_version_in_force_when_it_began() -> None:
    old, young = (
        attrs.evolve(
            one,
            targets=(Target.resolution(business(hours=hours), when=P1), Target.resolution(business(hours=4 * hours))),
            on_new_version="each_cycle",
            on_reopen="restart",
        )
        for one, hours in ((OLD, 2), (YOUNG, 1))
    )
    log = life(
        (at(23), ANN, OPENED), (at(23.5), BO, status_event(NEW, RESOLVED)), (at(30), BO, status_event(RESOLVED, ACTIVE)),
        (at(30.5), BO, PrioritySet("p2")),
    )  # fmt: skip
    clock = evaluate(log, SlaSetup(PolicyBook((old, young)), ROUND), at=at(30.6)).clocks[-1]
    assert (clock.cycle.number, clock.due, clock.terms.version) == (2, at(34), "2")


def test_each_cycle_under_another_policy_is_measured_as_that_one_says() -> None:
    """What both promise goes on by the new one's promise; what only the new one promises begins."""
    first = Target.first_response(business(hours=3))
    gold = SlaPolicy("gold", (Target.resolution(business(hours=1)), first), when=P1, on_new_version="each_cycle")
    bronze = SlaPolicy("bronze", (TWO_HOURS,), version="7", on_new_version="each_cycle")
    setup = SlaSetup(PolicyBook((gold, bronze)), ROUND)
    log = life((at(1), ANN, attrs.evolve(OPENED, priority="p2")), (at(1.5), BO, PrioritySet("p1")))
    due = {one.metric: (one.due, one.terms.policy) for one in evaluate(log, setup, at=at(1.6)).clocks}
    assert due == {"resolution": (at(2), "gold"), "first_response": (at(4), "gold")}


def test_the_book_answers_by_date() -> None:
    book = PolicyBook((OLD, YOUNG))
    assert [book.policy("gold", at=when).version for when in (at(0), at(23.9), at(24))] == ["1", "1", "2"]
    assert book.policy("gold").version == "2"
    assert [policy.version for policy in book.in_force(at=at(1))] == ["1"]
    assert pickle.loads(pickle.dumps(book)) == book


def test_versions_that_overlap_or_leave_gaps_and_overdue_reviews_are_found() -> None:
    gap = attrs.evolve(YOUNG, effective_from=at(48), review_by=at(72).date())
    over = attrs.evolve(YOUNG, effective_from=at(12), version="3", effective_until=at(13))
    found = lint(PolicyBook((OLD, gap, over)), calendars=ROUND, facts=frozenset(), at=at(99))
    assert [(problem.path, problem.code) for problem in found if problem.code != "unreachable"] == [
        ("policies[2].effective_from", "versions_overlap"),
        ("policies[1].effective_from", "versions_gap"),
        ("policies[1].review_by", "review_overdue"),
    ]


P1, VIP = Is("priority", "p1"), Is("customer_tier", "gold")
NARROW = SlaPolicy("narrow", (Target.resolution(business(hours=9)),), when=P1 & VIP)
WIDE = SlaPolicy("wide", (Target.resolution(business(hours=5)), Target.first_response(business(hours=1))), when=P1)


def test_the_most_specific_condition_may_win_over_the_order() -> None:
    known = {"priority": "p1", "customer_tier": "gold"}
    assert PolicyBook((WIDE, NARROW)).find(known) == WIDE
    book = PolicyBook((WIDE, NARROW), "most_specific")
    assert book.find(known) == NARROW
    assert book.choose(known).policy == NARROW
    assert book.find({"priority": "p1"}) == WIDE
    with pytest.raises(InvalidValue, match="choice must be one of first_match, most_specific, strictest"):
        PolicyBook((), "loudest")  # type: ignore[arg-type]


def test_for_each_metric_the_strictest_promise_may_win() -> None:
    rest = SlaPolicy("rest", (TWO_HOURS, Target.first_response(business(hours=4)), Target.total_resolution(None)))
    setup = SlaSetup(PolicyBook((WIDE, rest), "strictest"), ROUND)
    log = life((at(0), ANN, OPENED), (at(0.5), BO, PrioritySet("p2")), (at(0.7), BO, PrioritySet("p1")))
    promised = {one.metric: (one.policy, one.due) for one in evaluate(log[:1], setup, at=at(0)).clocks}
    assert promised == {
        "resolution": ("rest", at(2)),
        "first_response": ("wide", at(1)),
        "total_resolution": ("rest", None),
    }
    lower = {one.metric: one.due for one in evaluate(log[:2], setup, at=at(0.6)).clocks}
    assert lower["first_response"] == at(4)
    state = begin()
    for event, before, after in steps_of(log):
        state = step(state, event, before, after, setup)
    assert state == folded(log, setup)


VALUES = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["customer_tier", "service", "category"])
LEAVES = st.one_of(
    st.builds(Is, NAMES, VALUES | st.none()),
    st.builds(IsOneOf, NAMES, st.lists(VALUES, max_size=2).map(tuple)),
    st.just(ALWAYS),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        inner.map(lambda a: ~a),
    ),
    max_leaves=5,
)


@given(
    conditions=st.lists(CONDITIONS, max_size=20),
    known=st.dictionaries(NAMES, VALUES | st.none(), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_the_index_finds_what_asking_in_order_finds(conditions: list[Condition], known: dict[str, str | None]) -> None:
    """However policies are filed, the first that holds is found."""
    book = PolicyBook(SlaPolicy(f"p{place}", (TWO_HOURS,), when=when) for place, when in enumerate(conditions))
    assert book.find(known) == next((policy for policy in book.policies if policy.when.test(known)), None)
    assert book.find(known) == book.choose(known).policy


def test_the_latest_clocks_are_those_of_the_report() -> None:
    setup = house()
    report = evaluate(_solved_after(1), setup, at=at(2))
    assert report.clocks == clocks(report.state, setup, at=at(2))
