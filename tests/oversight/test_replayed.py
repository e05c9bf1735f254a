"""Figures of a real log, replayed through the lifecycle: case by case what its own system recorded.

The log is not part of the project; without it these tests are skipped and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from deskcore.adapters.files import read_desk
from deskcore.adapters.logs import History, open_log
from deskcore.oversight import Backlog, Duration, TicketOutcome, measure, outcome
from deskcore.oversight.kpi import Reassignments, Reopens, TimeSpent
from deskcore.tickets import replay
from tests.oversight.uci498 import records

LOG = Path("data") / "uci498_incident_event_log.csv.gz"
EXAMPLES = Path(__file__).parents[2] / "examples" / "replay"
FEW = 1_500
HOUR = 3600

Case = tuple[TicketOutcome, Mapping[str, str]]


def replayed(path: Path, count: int | None = None) -> Iterator[Case]:
    """Each case's record, made from its events alone, beside what the source recorded of it."""
    desk = read_desk(EXAMPLES / "uci498.desk.toml")
    log = open_log(path, EXAMPLES / "uci498.mapping.toml", desk.configuration.lifecycles[0])
    end = datetime(2017, 3, 1, tzinfo=UTC)
    histories = (told for told in log.histories() if isinstance(told, History) and told.events)
    for told in islice(histories, count):
        yield outcome(replay(told.events), at=end, log=told.events), told.last


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def agreement(cases: list[Case]) -> dict[str, int]:
    """In how many cases each figure of the record equals the source's own."""
    equal = {"reopens": 0, "team_changes": 0, "resolved_at": 0, "closed_at": 0}
    for one, last in cases:
        equal["reopens"] += one.reopens == int(last["reopens"])
        equal["team_changes"] += one.team_changes == int(last["team_changes"])
        equal["closed_at"] += one.closed_at == instant(last["closed_at"])
        equal["resolved_at"] += "resolved_at" in last and one.resolved_at == instant(last["resolved_at"])
    return equal


@pytest.fixture(scope="module")
def few(shared: Path) -> list[Case]:
    return list(replayed(shared / LOG, FEW))


def test_reopens_closings_and_solutions_equal_the_sources_own_case_by_case(few: list[Case]) -> None:
    equal = agreement(few)
    assert (equal["reopens"], equal["closed_at"]) == (FEW, FEW)
    assert equal["resolved_at"] == sum("resolved_at" in last for _, last in few)


def test_reassignments_equal_the_sources_own_but_where_it_miscounts(few: list[Case]) -> None:
    """The description: 99.63 % over all cases."""
    assert agreement(few)["team_changes"] / FEW > 0.99


def test_the_replay_and_the_bare_rows_count_alike(few: list[Case], shared: Path) -> None:
    """Two readings that share no code but the figures: through lifecycle and events, and straight from the rows."""
    bare = list(islice(records(shared / LOG), FEW))
    for (one, _), other in zip(few, bare, strict=True):
        assert (one.id, one.closed_at, one.reopens) == (other.id, other.closed_at, other.reopens)
        assert one.team_changes == other.team_changes
        assert one.opened_at <= other.opened_at  # earlier where a row was updated before its ticket was opened
    kpis = [Reopens(), Reopens("event"), Reassignments(), Reassignments("team", "ticket")]
    for ours, theirs in zip(measure([one for one, _ in few], kpis).values(), measure(bare, kpis).values(), strict=True):
        assert (ours.numerator, ours.denominator) == (theirs.numerator, theirs.denominator)


def test_time_in_phases_never_exceeds_the_life_of_a_ticket(few: list[Case]) -> None:
    found = [one for one, _ in few]
    for one in found:
        owed = sum(((ended or one.at) - begun).total_seconds() for begun, ended in one.spells)
        assert sum(one.spent_us.values()) / 1e6 <= owed + 1e-6
    value = measure(found, [TimeSpent("agent_wait", None)]).value("agent_wait.mean")
    assert value.value is not None
    assert value.value > 0


@pytest.mark.slow
def test_the_whole_log_replayed_gives_the_figures_of_its_description(shared: Path) -> None:
    cases = list(replayed(shared / LOG))
    assert agreement(cases) == {
        "reopens": 24_918,
        "team_changes": 24_827,
        "resolved_at": 23_362,
        "closed_at": 24_918,
    }
    found = [one for one, _ in cases]
    assert sum(one.reopens > 0 for one in found) / len(found) == pytest.approx(0.0110, abs=5e-5)
    solved = [one for one, last in cases if "resolved_at" in last]
    kpis = [Duration("resolution", share) for share in (0.25, 0.5, 0.75, 0.9)]
    hours = [(value.value or 0) / HOUR for value in measure(solved, [*kpis, Duration("resolution", None)]).values()]
    assert hours == pytest.approx([0.42, 22.1, 148.5, 381.6, 178.2], abs=0.0501)
    backlog, bare = Backlog(UTC), Backlog(UTC)
    for one in found:
        backlog.add(one)
    for other in records(shared / LOG):
        bare.add(other)
    days = backlog.days()
    assert (days[0].opening, days[-1].closing) == (0, 0)
    received = {day.day: day.received for day in bare.days()}
    assert all(day.received == received.get(day.day, 0) for day in days)
