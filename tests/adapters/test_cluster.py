"""Bulk work in chunks: one answer whatever the executor, the workers and the chunks; bounded; told about."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.adapters import cluster
from deskcore.adapters.cluster import EventFile, Job, Kpis, Logs, Replay, UnusableLog, WhatIf, WhatIfFound
from deskcore.adapters.cluster.bar import bar
from deskcore.adapters.cluster.running import evaluate
from deskcore.adapters.faults import UnusableFile
from deskcore.cli.showcase import START, configuration, scenario
from deskcore.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.hours import business
from deskcore.log import Event, EventLog
from deskcore.oversight import Tally
from deskcore.planning import Simulation
from deskcore.predicate import Condition, Facts
from deskcore.render import report, tally_of
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.testing.tickets import NOON, opening
from deskcore.wire import dump_lines

R = TypeVar("R")
END = START + timedelta(days=1)
DESK = Desk(configuration())
STRICT = Desk(
    attrs.evolve(
        DESK.configuration,
        book=PolicyBook((SlaPolicy("strict", (Target.first_response(business(minutes=5)),)),)),
    )
)


@attrs.frozen
class Day:
    """A day of the demo's desk: every stream, and what one pass over them finds."""

    logs: tuple[EventLog, ...]
    page: str
    figures: dict[str, object]


@pytest.fixture(scope="module")
def day() -> Day:
    played = attrs.evolve(scenario("cluster"), end=END)
    host = Simulation(DESK, played).run()
    logs = (*(host.log(case.id) for case in host.cases()), host.log())
    digest = tally_of(DESK, ((case, host.log(case.id)) for case in host.cases()), at=END, floor=host.log()).digest()
    return Day(logs, report(digest), facts(cluster.run(Kpis(DESK, END, by=("priority",)), logs, workers=0)))


def facts(tally: Tally) -> dict[str, object]:
    """Everything that a tally says."""
    broken_down = {name: tally.breakdown(name, "priority") for name in tally.names}
    return {"values": tally.values(), "by": broken_down, "tickets": tally.tickets}


def test_the_sample_is_worth_asking_about(day: Day) -> None:
    assert cast("int", day.figures["tickets"]) > 100
    assert day.logs[-1].stream == "floor"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_processes_finds_the_same(day: Day, workers: int) -> None:
    assert facts(cluster.run(Kpis(DESK, END, by=("priority",)), day.logs, workers=workers, per_chunk=40)) == day.figures


def test_threads_find_the_same(day: Day) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert facts(cluster.run(Kpis(DESK, END, by=("priority",)), day.logs, on=pool, per_chunk=7)) == day.figures


@given(per_chunk=st.integers(1, 200), ahead=st.integers(1, 9))
@settings(max_examples=5)
def test_any_size_of_chunk_finds_the_same(day: Day, per_chunk: int, ahead: int) -> None:
    """Findings are joined in the order of the logs, wherever the chunks are cut."""
    job = Kpis(DESK, END, by=("priority",))
    assert facts(cluster.run(job, day.logs, workers=0, per_chunk=per_chunk, ahead=ahead)) == day.figures


def test_a_dask_cluster_finds_the_same(day: Day) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as local,
        distributed.Client(local) as client,
        client.get_executor() as pool,
    ):
        assert facts(cluster.run(Kpis(DESK, END, by=("priority",)), day.logs, on=pool, per_chunk=40)) == day.figures


@pytest.mark.slow
def test_a_dask_cluster_of_processes_finds_the_same(day: Day) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        distributed.Client(local) as client,
        client.get_executor() as pool,
    ):
        assert facts(cluster.run(Kpis(DESK, END, by=("priority",)), day.logs, on=pool, per_chunk=40)) == day.figures


def test_a_replay_in_parts_writes_the_same_report(day: Day) -> None:
    for per_chunk in (1, 50, 1_000):
        found = cluster.run(Replay(DESK, END), day.logs, workers=0, per_chunk=per_chunk)
        assert report(found.digest()) == day.page


def test_a_replay_on_two_processes_writes_the_same_report(day: Day) -> None:
    with ProcessPoolExecutor(2) as pool:
        assert report(cluster.run(Replay(DESK, END), day.logs, on=pool, per_chunk=60).digest()) == day.page


def test_tallies_as_of_different_instants_do_not_mix() -> None:
    with pytest.raises(InvalidValue, match="must be as of"):
        Replay(DESK, END).begin().merge(Replay(DESK, START).begin())


def test_a_stricter_agreement_is_seen_in_every_ticket(day: Day) -> None:
    found = cluster.run(WhatIf(DESK, STRICT, END, examples=3), day.logs, workers=2, per_chunk=40)
    assert found.tickets == day.figures["tickets"]
    assert found.changed == found.tickets
    assert len(found.examples) == 3
    assert found.moves["first_response: met -> met_late"] > 10
    assert found.explain().startswith(f"{found.changed:,} of {found.tickets:,} tickets change")
    assert found.to_dict()["tickets"] == found.tickets


def test_the_same_agreement_changes_nothing(day: Day) -> None:
    found = cluster.run(WhatIf(DESK, DESK, END), day.logs, workers=0)
    assert (found.changed, found.moves, found.examples) == (0, FrozenDict(), ())


def test_findings_can_be_taken_one_chunk_at_a_time(day: Day) -> None:
    parts = list(cluster.each(WhatIf(DESK, STRICT, END, examples=1_000), day.logs, workers=0, per_chunk=50))
    assert [part.tickets for part in parts][:2] == [50, 50]
    assert sum(len(part.examples) for part in parts) == day.figures["tickets"]


def test_what_lies_after_the_instant_is_left_out(day: Day) -> None:
    half = START + timedelta(hours=12)
    found = cluster.run(Kpis(DESK, half), day.logs, workers=0)
    assert 0 < found.tickets < cast("int", day.figures["tickets"])


class Counted(Executor):
    """Runs everything at once, and knows how much was out at the same time."""

    def __init__(self) -> None:
        self.out = 0
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = _Told(partial(self._back))
        self.out += 1
        self.most = max(self.most, self.out)
        future.set_result(fn(*args, **kwargs))
        return future

    def _back(self) -> None:
        self.out -= 1


class _Told(Future[Any]):
    def __init__(self, taken: Any) -> None:
        super().__init__()
        self._taken = taken

    def result(self, timeout: float | None = None) -> Any:
        self._taken()
        return super().result(timeout)


def opened(count: int) -> Iterator[list[Event]]:
    return ([opening(f"T-{number}")] for number in range(count))


def test_no_more_than_so_many_chunks_are_out_at_once() -> None:
    pool = Counted()
    read = 0

    def logs() -> Iterator[list[Event]]:
        nonlocal read
        for log in opened(1_000):
            read += 1
            yield log

    with closing(cluster.each(Kpis(DESK, NOON), logs(), on=pool, per_chunk=10, ahead=4)) as parts:
        next(parts)
        assert read == 40
        assert sum(part.tickets for part in parts) == 990
    assert pool.most == 4


def test_leaving_early_takes_back_what_is_out() -> None:
    with ThreadPoolExecutor(1) as pool, closing(cluster.each(Kpis(DESK, NOON), opened(1_000), on=pool)) as parts:
        next(parts)


def test_progress_is_told_in_logs() -> None:
    told: list[int] = []
    cluster.run(Kpis(DESK, NOON), opened(25), workers=0, per_chunk=10, progress=told.append)
    assert told == [10, 10, 5]


def test_a_broken_log_is_named_and_nothing_else_is_said() -> None:
    gap = [opening("T-7"), attrs.evolve(opening("T-7"), seq=3)]
    with pytest.raises(UnusableLog, match=r"cannot evaluate the log of T-7: .* T-7/2 is missing"):
        cluster.run(Kpis(DESK, NOON), [*opened(3), gap], workers=1)


def test_a_log_that_cannot_be_read_says_so() -> None:
    with pytest.raises(UnusableLog, match="a stream without a name"):
        cluster.run(Kpis(DESK, END), [["{}"]], workers=0)


def test_lines_are_as_good_as_values(day: Day) -> None:
    lines = (list(dump_lines(log)) for log in day.logs)
    assert facts(cluster.run(Kpis(DESK, END, by=("priority",)), Logs(lines), workers=0)) == day.figures


def test_a_number_that_is_too_small_is_refused() -> None:
    job = Kpis(DESK, NOON)
    with pytest.raises(InvalidValue, match="workers must be at least 0"):
        cluster.each(job, [], workers=-1)
    with pytest.raises(InvalidValue, match="per_chunk must be at least 1"):
        cluster.each(job, [], per_chunk=0)
    with pytest.raises(InvalidValue, match="ahead must be at least 1"):
        cluster.each(job, [], ahead=0)


def mixed(day: Day, path: Path) -> EventFile:
    """All streams in one file, in the order in which things were recorded."""
    events = sorted((event for log in day.logs for event in log), key=lambda event: (event.recorded_at, event.id))
    by_seq = sorted(events, key=lambda event: (event.recorded_at, event.stream, event.seq))
    path.write_text("".join(dump_lines(by_seq)) + "\n", encoding="utf-8")
    return EventFile(path)


def test_an_interleaved_file_is_read_stream_by_stream(day: Day, tmp_path: Path) -> None:
    file = mixed(day, tmp_path / "events.jsonl")
    assert file.streams() == len(day.logs)
    found = cluster.run(Kpis(DESK, END, by=("priority",)), file, workers=2, per_chunk=40)
    assert cast("Any", facts(found)["values"])[0].value == cast("Any", day.figures["values"])[0].value
    assert found.tickets == day.figures["tickets"]
    assert report(cluster.run(Replay(DESK, END), file, workers=0, per_chunk=30).digest()) == day.page


def test_names_of_streams_are_found_however_a_line_is_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    odd = opening('T-"é')
    swapped = '{"stream": "T-2", "seq": 1}'
    path.write_text("".join(dump_lines([opening("T-1"), odd])) + swapped + "\n", encoding="utf-8")
    assert EventFile(path).streams() == 3


@pytest.mark.parametrize(
    ("line", "held"), [("soon", "no JSON"), ("{}", "without a stream"), ("[]", "without a stream")]
)
def test_a_line_that_is_no_event_is_named(tmp_path: Path, line: str, held: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(dump_lines([opening("T-1")])) + line + "\n", encoding="utf-8")
    with pytest.raises(UnusableFile, match=rf"events.jsonl:2: .*{held}"):
        EventFile(path).streams()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no such file"):
        cluster.run(Kpis(DESK, NOON), EventFile(tmp_path / "none.jsonl"), workers=0)


def test_a_file_that_goes_away_is_named(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(dump_lines([opening("T-1")])), encoding="utf-8")
    chunks = EventFile(path).chunks(1)
    chunk = next(chunks)
    path.unlink()
    with pytest.raises(UnusableFile, match="no such file"):
        evaluate(Kpis(DESK, NOON), chunk)


@attrs.frozen
class CountEvents(Job[int]):
    """A host's own job."""

    def begin(self) -> int:
        return 0

    def add(self, found: int, log: EventLog) -> int:
        return found + len(log)

    def join(self, left: int, right: int) -> int:
        return left + right


def test_a_host_may_bring_its_own_job(day: Day) -> None:
    assert cluster.run(CountEvents(DESK), day.logs, workers=0) == sum(map(len, day.logs))


@attrs.frozen
class OneOf(Condition):
    """A host's own condition that holds a list, so that it has no hash."""

    values: list[str]

    def test(self, facts: Facts) -> bool:
        return facts.get("priority") in self.values

    def names(self) -> frozenset[str]:
        return frozenset({"priority"})


def test_a_node_without_a_hash_costs_time_but_works(day: Day) -> None:
    target = Target.first_response(business(minutes=5), when=OneOf(["p1", "p2", "p3", "p4"]))
    setup = attrs.evolve(DESK.configuration, book=PolicyBook((SlaPolicy("strict", (target,)),)))
    found = cluster.run(WhatIf(DESK, Desk(setup, nodes=[OneOf]), END), day.logs[:20], workers=0)
    assert found.changed == 20


def test_a_bar_says_how_much_is_done_and_only_to_a_terminal() -> None:
    @contextmanager
    def terminal() -> Iterator[io.StringIO]:
        stream = io.StringIO()
        stream.isatty = lambda: True  # type: ignore[method-assign]
        yield stream

    with bar(10, to=io.StringIO()) as silent:
        assert silent is None
    with terminal() as stream:
        with bar(10, to=stream) as advance:
            assert advance is not None
            advance(4)
            advance(6)
        assert "10/10" in stream.getvalue()


def test_joining_is_associative_and_beginning_is_neutral(day: Day) -> None:
    job = WhatIf(DESK, STRICT, END)
    a, b, c = list(cluster.each(job, day.logs[:90], workers=0, per_chunk=30))
    assert job.join(job.join(a, b), c) == job.join(a, job.join(b, c))
    assert job.join(job.begin(), a) == a == job.join(a, job.begin())
    assert job.begin() == WhatIfFound()


def test_instants_must_be_aware() -> None:
    with pytest.raises(InvalidValue):
        Kpis(DESK, datetime(2026, 5, 18))  # the point of the test
    assert Kpis(DESK, datetime(2026, 5, 18, tzinfo=UTC)).kpis is None
