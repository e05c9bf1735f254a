"""Real ticket logs, replayed: the figures that their own systems recorded.

The logs are not part of the project; without them these tests are skipped and say so.
"""

from __future__ import annotations

import csv
import resource
from pathlib import Path

import attrs
import pytest

from deskcore.adapters.files import read_desk
from deskcore.adapters.logs import open_log
from deskcore.adapters.replay import Summary, replay
from deskcore.desk import Desk
from deskcore.sla import PolicyBook

EXAMPLES = Path(__file__).parents[2] / "examples" / "replay"
LOGS = {"uci498": "uci498_incident_event_log.csv.gz", "italian": "italian_helpdesk_finale.csv.gz"}


def replayed(name: str, shared: Path, out: Path, *, clocks: bool = True) -> Summary:
    desk = read_desk(EXAMPLES / f"{name}.desk.toml")
    if not clocks:  # the figures of the source are about tickets; its clocks take most of the time
        desk = Desk(attrs.evolve(desk.configuration, book=PolicyBook(()), matrix=None))
    log = open_log(shared / "data" / LOGS[name], EXAMPLES / f"{name}.mapping.toml", desk.configuration.lifecycles[0])
    return replay(log, desk, out)


@pytest.fixture(scope="module")
def uci(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    out = tmp_path_factory.mktemp("uci498")
    return replayed("uci498", shared, out, clocks=False), out


@pytest.fixture(scope="module")
def italian(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    out = tmp_path_factory.mktemp("italian")
    return replayed("italian", shared, out), out


def checks(summary: Summary) -> dict[str, tuple[int, int]]:
    return {check.figure: (check.equal, check.compared) for check in summary.checks}


def test_every_incident_is_replayed_from_every_row_and_ends_closed(uci: tuple[Summary, Path]) -> None:
    summary, _ = uci

    assert (summary.tickets, summary.rows.read) == (24_918, 141_712)
    assert dict(summary.phases) == {"closed": 24_918}


def test_every_row_is_accounted_for(uci: tuple[Summary, Path]) -> None:
    summary, _ = uci

    assert summary.rows.read == summary.rows.applied + summary.rows.listed_count
    assert dict(summary.rows.listed) == {"stepped_back": 6}


def test_reopen_counts_equal_the_logs_own(uci: tuple[Summary, Path]) -> None:
    assert checks(uci[0])["reopens"] == (24_918, 24_918)


def test_reassignment_counts_equal_the_logs_own_where_it_counts_consistently(uci: tuple[Summary, Path]) -> None:
    assert checks(uci[0])["team_changes"] == (24_827, 24_918)


def test_priority_follows_from_impact_and_urgency_without_exception(uci: tuple[Summary, Path]) -> None:
    assert checks(uci[0])["priority recomputed from impact and urgency"] == (141_712, 141_712)


def test_closing_and_resolution_instants_equal_the_logs_own(uci: tuple[Summary, Path]) -> None:
    assert checks(uci[0])["closed_at"] == (24_918, 24_918)
    assert checks(uci[0])["resolved_at"] == (23_362, 23_362)


def test_the_jumps_from_new_to_resolved_are_listed_as_violations(uci: tuple[Summary, Path]) -> None:
    summary, out = uci
    with (out / "violations.csv").open(encoding="utf-8", newline="") as file:
        jumps = [row for row in csv.DictReader(file) if (row["source"], row["target"]) == ("New", "Resolved")]

    assert len(jumps) == summary.violations["New -> Resolved"] == 6_347


def test_the_italian_log_is_replayed_from_every_row(italian: tuple[Summary, Path]) -> None:
    summary, _ = italian

    assert (summary.tickets, summary.rows.read, summary.rows.applied) == (4_580, 21_348, 21_348)
    assert dict(summary.phases) == {"closed": 4_557, "resolved": 11, "waiting": 11, "active": 1}


def test_the_italian_clocks_are_all_told(italian: tuple[Summary, Path]) -> None:
    summary, out = italian
    with (out / "tickets.csv").open(encoding="utf-8", newline="") as file:
        states = [row["resolution_state"] for row in csv.DictReader(file)]

    assert len(states) == 4_580
    assert not {"", "not_started"} & set(states)
    assert summary.clocks["first_response"].keys() <= {"met", "met_late", "breached", "running"}


@pytest.mark.slow
def test_the_incidents_with_all_clocks_stay_within_a_gibibyte(shared: Path, tmp_path: Path) -> None:
    summary = replayed("uci498", shared, tmp_path)

    assert sum(summary.clocks["resolution"].values()) == 24_918
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1024 * 1024
