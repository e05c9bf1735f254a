"""Rows of the clocks: four of them over a case of six events, and what the whole way costs.

``sla-evaluate`` folds six events and reads the four dues; ``sla-trace`` also reads the segments and all that a program
does. The tickets before and after each event are at hand, as they are in a host. ``sla-book-1000`` chooses from a book
of 1,000 policies beside one of 10, ``sla-what-if`` compares two books over 100,000 tickets in a stream and says how
much memory that took, ``sla-log`` takes every ticket of a published incident log, where it is at hand, through four
clocks.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from benchmarks.timing import side_by_side
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks
from deskcore.sla.fold import fold
from deskcore.sla.foresight import compare, lives
from deskcore.tickets import Party, Status, Ticket, evolve
from deskcore.tickets.events import Held, MessagePosted, Opened, Resolved, Resumed, Started

AMS: Final = ZoneInfo("Europe/Amsterdam")
NEW, ACTIVE = Status("New", "new"), Status("Active", "active")
ASKED, SOLVED = Status("Pending", "waiting", "requester"), Status("Resolved", "resolved")
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
HAPPENED: Final[tuple[tuple[datetime, Actor, EventData], ...]] = (
    (datetime(2026, 5, 22, 16, 45, tzinfo=AMS), ANN, Opened("VPN", Party("ann"), NEW, "simple", priority="p2")),
    (datetime(2026, 5, 26, 9, 30, tzinfo=AMS), BO, Started("New", ACTIVE)),
    (datetime(2026, 5, 26, 9, 50, tzinfo=AMS), BO, MessagePosted("m1", "agent")),
    (datetime(2026, 5, 26, 9, 50, tzinfo=AMS), BO, Held("Active", ASKED)),
    (datetime(2026, 5, 26, 15, 10, tzinfo=AMS), ANN, Resumed("Pending", ACTIVE)),
    (datetime(2026, 5, 27, 11, 20, tzinfo=AMS), BO, Resolved("Active", SOLVED)),
)
NOW: Final = datetime(2026, 5, 28, 12, tzinfo=AMS)


def setup() -> SlaSetup:
    """Four clocks by priority, on the hours of an office."""
    office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMS, holidays="NL")
    gravest = Is("priority", "p1")
    rows = (
        Target.first_response(business(minutes=30), when=gravest),
        Target.first_response(business(hours=2)),
        Target.next_response(business(hours=4)),
        Target.resolution(business(hours=4), when=gravest),
        Target.resolution(business(hours=8)),
        Target.total_resolution(elapsed(days=5)),
    )
    return SlaSetup(PolicyBook((SlaPolicy("house", rows),)), {"default": office})


def steps() -> list[tuple[Event, Ticket | None, Ticket]]:
    """The six events with the tickets around them."""
    ticket: Ticket | None = None
    found: list[tuple[Event, Ticket | None, Ticket]] = []
    for seq, (at, actor, data) in enumerate(HAPPENED, start=1):
        event = Event("T-1", seq, at, at, actor, data)
        after = evolve(ticket, event)
        found.append((event, ticket, after))
        ticket = after
    return found


def evaluate(house: SlaSetup, life: list[tuple[Event, Ticket | None, Ticket]]) -> Callable[[], object]:
    """Fold the life and read every due."""

    def call() -> object:
        return [clock.due for clock in clocks(fold(life, house), house, at=NOW)]

    return call


def trace(house: SlaSetup, life: list[tuple[Event, Ticket | None, Ticket]]) -> Callable[[], object]:
    """The same with segments and everything a program reads."""

    def call() -> object:
        return [clock.to_dict() for clock in clocks(fold(life, house), house, at=NOW)]

    return call


def choosing(size: int) -> Callable[[], object]:
    """Find the policies of a hundred customers' tickets in a book of so many customers."""
    promise = (Target.resolution(business(hours=8)),)
    house = SlaPolicy("house", promise)
    customers = (SlaPolicy(f"c{n}", promise, when=Is("organisation", f"c{n}")) for n in range(size - 1))
    book = PolicyBook((*customers, house))
    asked = [{"organisation": f"c{n * size // 100}"} for n in range(100)]

    def call() -> object:
        return [book.find(facts) for facts in asked]

    return call


def what_if(count: int) -> Row:
    """Two books over so many tickets in a stream, beside folding the same tickets once."""
    house = setup()
    other = SlaSetup(PolicyBook((SlaPolicy("house", (Target.resolution(business(hours=4)),)),)), house.calendars)
    events = [event for event, _, _ in steps()]

    def logs(many: int) -> Iterator[list[Event]]:
        return (events for _ in range(many))

    for _ in compare(logs(100), house, other, at=NOW):  # what the set-ups remember is there before we look
        pass
    tracemalloc.start()
    for _ in compare(logs(3_000), house, other, at=NOW):
        pass
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    for _ in compare(logs(6_000), house, other, at=NOW):
        pass
    many = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    start = time.perf_counter()
    differing = sum(1 for found in compare(logs(count), house, other, at=NOW) if found)
    ours = count / (time.perf_counter() - start)
    peaks = f"{few / 1e3:.0f} kB after 3,000 tickets, {many / 1e3:.0f} kB after 6,000"
    print(f"sla-what-if: {differing} of {count} tickets differ; peak above the base {peaks}", file=sys.stderr)
    start = time.perf_counter()
    for events_of in logs(2_000):
        fold(lives(events_of), house)
    return Row("sla-what-if", ours, "one fold", 2_000 / (time.perf_counter() - start), "constant memory", at_least=0.1)


LOG: Final = Path(__file__).parents[2] / "shared" / "data" / "uci498_incident_event_log.csv.gz"
EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "replay"


def whole_log() -> Row | None:
    """Every ticket of the incident log through four clocks; ``None`` where the log is not at hand."""
    if not LOG.exists():
        print(f"sla-log: left out, {LOG.name} is not at hand", file=sys.stderr)
        return None
    from deskcore.adapters.files import read_desk
    from deskcore.adapters.logs import History, open_log

    desk = read_desk(EXAMPLES / "uci498.desk.toml")
    log = open_log(LOG, EXAMPLES / "uci498.mapping.toml", desk.configuration.lifecycles[0])
    house, taken, tickets, events, found = setup(), 0.0, 0, 0, 0
    for told in log.histories():
        if not isinstance(told, History) or not told.events:
            continue
        life = list(lives(told.events))
        start = time.perf_counter()
        found += sum(clock.due is not None for clock in clocks(fold(life, house), house, at=told.events[-1].at))
        taken += time.perf_counter() - start
        tickets, events = tickets + 1, events + len(life)
    print(f"sla-log: {tickets} tickets, {events} events, {found} dues", file=sys.stderr)
    life = steps()
    peer = side_by_side(evaluate(house, life), None)[0]
    return Row("sla-log", tickets / taken, "sla-evaluate", peer, "every ticket; none stated")


def rows() -> Iterable[Row]:
    """All rows."""
    house, life = setup(), steps()
    yield calibrated("sla-evaluate", evaluate(house, life), at_most=14)
    yield calibrated("sla-trace", trace(house, life), at_most=30)
    many, few = side_by_side(choosing(1_000), choosing(10))
    assert few is not None
    yield Row("sla-book-1000", many * 100, "a book of 10", few * 100, "a book of 1,000 at 0.5x", at_least=0.5)
    yield what_if(100_000)
    log = whole_log()
    if log is not None:
        yield log
