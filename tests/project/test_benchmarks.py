"""The benchmark's rows: what counts as met, what a row prints, and how rows are chosen."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec

import pytest

from benchmarks import hours, run
from benchmarks.row import Row

ROWS = {
    "cluster": ["cluster"],
    "desk": ["desk-sqlite", "desk-claim-sqlite", "desk-ring-sqlite", "desk-route-sqlite"],
    "escalation": ["escalation-evaluate", "roster-on-call", "roster-year", "oversight-tally"],
    "hours": [
        *("hours-between-3d", "hours-between-1y", "hours-between-own-zone", "hours-between-us", "hours-add"),
        *("hours-batch", "hours-compile"),
    ],
    "imports": ["import"],
    "oversight": ["oversight-kpis", "oversight-review"],
    "routing": ["routing-100", "routing-1k", "routing-10k", "routing-share-error", "routing-gate-switches"],
    "sla": ["sla-evaluate", "sla-trace", "sla-book-1000", "sla-what-if"],
    "tickets": [
        *("tickets-handle", "tickets-handle-life", "tickets-handle-automat", "tickets-handle-transitions"),
        *("tickets-handle-python-statemachine", "tickets-fold-6", "tickets-fold-12"),
    ],
    "wire": ["wire-dump", "wire-load"],
}
"""The rows of each module that runs with what the tests need, no peer installed."""
NEEDS = {"desk": ("sqlalchemy", "alembic"), "hours-batch": ("numpy",)}
PEERS = ("workclock", "businesstimedelta", "exchange_calendars", "pandas", "automat", "transitions", "statemachine")
SPEED = {"work", "deskcore_per_s", "peer", "peer_per_s", "ratio", "aim", "met"}
FIGURE = {"work", "deskcore", "peer", "peer_value", "aim", "met"}


def test_a_row_is_met_when_the_ratio_reaches_its_aim() -> None:
    assert Row("hours-add", 200.0, "peer", 100.0, "2x", at_least=2.0).met
    assert not Row("hours-add", 199.0, "peer", 100.0, "2x", at_least=2.0).met


def test_an_amount_in_a_second_can_be_the_aim() -> None:
    assert Row("hours-batch", 31e6, "peer", 1e6, "30 M/s", per_s_at_least=30e6).met
    assert not Row("hours-batch", 29e6, "peer", 1e6, "30 M/s", per_s_at_least=30e6).met


def test_nothing_is_met_without_a_peer_or_without_an_aim() -> None:
    assert not Row("hours-add", 200.0, "peer", None, "2x", at_least=2.0).met
    assert not Row("hours-add", 200.0, "peer", 1.0, "none stated").met


def test_a_row_prints_one_line_of_json() -> None:
    line = Row("hours-add", 123456.0, "workclock", 61728.0, "2x", at_least=2.0).to_json()
    assert json.loads(line) == {
        "work": "hours-add",
        "deskcore_per_s": 123500.0,
        "peer": "workclock",
        "peer_per_s": 61730.0,
        "ratio": 2.0,
        "aim": "2x",
        "met": True,
    }
    assert "\n" not in line


def test_the_import_row_can_be_asked_for_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--small", "--work", "import"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["work"] == "import"


def test_an_unknown_name_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--work", "coffee"]) == 2
    assert "no row is called 'coffee'" in capsys.readouterr().err


def test_a_missing_peer_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def without_peer(name: str) -> None:
        raise ModuleNotFoundError(name="workclock")

    monkeypatch.setattr(run, "_modules", lambda: ["hours"])
    monkeypatch.setattr("benchmarks.run.importlib.import_module", without_peer)
    assert run.main([]) == 2
    assert "its peer is not installed: workclock" in capsys.readouterr().err


def test_every_module_with_rows_is_run_below() -> None:
    assert {name for name in run._modules() if hasattr(run._imported(name), "rows")} == set(ROWS)


@pytest.mark.parametrize("module", ROWS)
def test_every_row_runs_and_answers_rightly(
    module: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least work of each row, without its peers; a row whose work answers wrongly stops its module."""
    for peer in PEERS:
        monkeypatch.setitem(sys.modules, peer, None)
    monkeypatch.setattr(run, "_modules", lambda: [module])
    if any(find_spec(name) is None for name in NEEDS.get(module, ())):
        pytest.skip(f"{module}: needs {' and '.join(NEEDS[module])}")

    assert run.main(["--small"]) == 0

    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    expected = [name for name in ROWS[module] if all(find_spec(need) for need in NEEDS.get(name, ()))]
    assert [row["work"] for row in rows if not row["work"].endswith("-orjson")] == expected
    for row in rows:
        assert set(row) == (SPEED if "ratio" in row else FIGURE)
        assert row["aim"]
        if "ratio" in row and row["peer_per_s"] is None:
            assert f"{row['work']}: peer {row['peer']} is not installed" in told.err


@pytest.mark.filterwarnings("ignore")  # the peers' own
@pytest.mark.parametrize(("module", "peers"), [("hours", PEERS[:4]), ("tickets", PEERS[4:])])
def test_a_peer_that_is_installed_answers_the_same(
    module: str, peers: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same rows beside their peers, where there are any: each comparison is made before anything is timed."""
    if not any(find_spec(peer) for peer in peers):
        pytest.skip(f"none is installed of {', '.join(peers)}")
    assert run.main(["--small", "--work", module]) == 0
    assert capsys.readouterr().out


def test_a_row_whose_work_answers_wrongly_is_not_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_modules", lambda: ["hours"])
    monkeypatch.setattr(hours, "bisect_right", lambda edges, at: 1)
    assert run.main(["--small"]) == 1
    told = capsys.readouterr()
    assert "hours: failed: AssertionError: the bisect differs" in told.err
    assert "hours-between-us" not in told.out
