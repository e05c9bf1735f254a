"""Rows of the clocks: four of them over a case of six events, and what the whole way costs.

``sla-evaluate`` folds six events and reads the four dues; ``sla-trace`` also reads the segments and all that a program
does. Each asks about many tickets in turn, of the same course at different times. The tickets before and after each
event are at hand, as they are in a host. ``sla-book-1000`` chooses from a book
of 1,000 policies beside one of 10, ``sla-what-if`` compares two books over 100,000 tickets in a stream and says how
much memory that took, ``sla-log`` takes every ticket of a published incident log, where it is at hand, through four
clocks.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from benchmarks.timing import Size, in_turn, per_second, side_by_side
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks
from deskcore.sla.fold import fold
from deskcore.sla.foresight import compare, lives
from deskcore.tickets import Party, Status, Ticket
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
DUES: Final = (
    datetime(2026, 5, 26, 10, 15, tzinfo=AMS),
    None,
    datetime(2026, 5, 27, 13, 5, tzinfo=AMS),
    datetime(2026, 5, 27, 16, 45, tzinfo=AMS),
)
"""The first ticket's: first response, next response, resolution, total resolution."""
LIVES: Final = 256
APART: Final = timedelta(minutes=37)
Life = list[tuple[Event, Ticket | None, Ticket]]


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


def events(number: int = 0) -> list[Event]:
    """The six events of a ticket, each ticket some time after the one before."""
    later = number * APART
    told = enumerate(HAPPENED, start=1)
    return [Event(f"T-{number + 1}", seq, at + later, at + later, actor, data) for seq, (at, actor, data) in told]


def steps(number: int = 0) -> Life:
    """The six events of a ticket with the tickets around them."""
    return list(lives(events(number)))


def evaluate(house: SlaSetup, held: list[Life]) -> Callable[[], list[datetime | None]]:
    """Fold the next life and read every due."""

    def ask(life: Life) -> list[datetime | None]:
        return [clock.due for clock in clocks(fold(life, house), house, at=life[-1][0].at)]

    return in_turn(ask, held)


def trace(house: SlaSetup, held: list[Life]) -> Callable[[], list[dict[str, object]]]:
    """The same with segments and everything a program reads."""

    def ask(life: Life) -> list[dict[str, object]]:
        return [clock.to_dict() for clock in clocks(fold(life, house), house, at=life[-1][0].at)]

    return in_turn(ask, held)


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


def what_if(count: int, some: int) -> Row:
    """Two books over so many tickets in a stream, beside folding some of the same tickets once."""
    house = setup()
    other = SlaSetup(PolicyBook((SlaPolicy("house", (Target.resolution(business(hours=4)),)),)), house.calendars)

    def logs(many: int) -> Iterator[list[Event]]:
        return (events(number % LIVES) for number in range(many))

    for _ in compare(logs(100), house, other, at=NOW):  # what the set-ups remember is there before we look
        pass
    tracemalloc.start()
    for _ in compare(logs(some), house, other, at=NOW):
        pass
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    for _ in compare(logs(2 * some), house, other, at=NOW):
        pass
    many = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    start = time.perf_counter()
    differing = sum(1 for found in compare(logs(count), house, other, at=NOW) if found)
    ours = count / (time.perf_counter() - start)
    assert differing == count, "half the time is promised for each"
    peaks = f"{few / 1e3:.0f} kB after {some:,} tickets, {many / 1e3:.0f} kB after {2 * some:,}"
    print(f"sla-what-if: {differing} of {count} tickets differ; peak above the base {peaks}", file=sys.stderr)
    start = time.perf_counter()
    for log in logs(some):
        fold(lives(log), house)
    return Row("sla-what-if", ours, "one fold", some / (time.perf_counter() - start), "constant memory", at_least=0.1)


LOG: Final = Path(__file__).parents[2] / "shared" / "data" / "uci498_incident_event_log.csv.gz"
EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "replay"


def whole_log(size: Size) -> Row | None:
    """Every ticket of the incident log through four clocks; ``None`` where the log is not at hand."""
    if size.small:
        print("sla-log: left out, its least is the whole log", file=sys.stderr)
        return None
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
    peer = per_second(evaluate(house, [steps(number) for number in range(LIVES)]))
    return Row("sla-log", tickets / taken, "sla-evaluate", peer, "every ticket; none stated")


def rows(size: Size) -> Iterable[Row]:
    """All rows."""
    house, held = setup(), [steps(number) for number in range(size.of(LIVES, 2))]
    assert evaluate(house, held)() == list(DUES), "other dues"
    assert [told["due"] for told in trace(house, held)()] == [due and due.isoformat() for due in DUES], "other dues"
    yield calibrated("sla-evaluate", evaluate(house, held), at_most=14, size=size)
    yield calibrated("sla-trace", trace(house, held), at_most=30, size=size)
    many, few = side_by_side(choosing(1_000), choosing(10), size=size)
    assert few is not None
    yield Row("sla-book-1000", many * 100, "a book of 10", few * 100, "a book of 1,000 at 0.5x", at_least=0.5)
    yield what_if(size.of(100_000, 20), size.of(3_000, 10))
    log = whole_log(size)
    if log is not None:
        yield log
