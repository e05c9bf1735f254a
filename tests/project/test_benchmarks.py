"""The benchmark's rows: what counts as met, what a row prints, and how rows are chosen."""

from __future__ import annotations

import json

import pytest

from benchmarks import imports, run
from benchmarks.row import Row


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


def test_the_import_row_can_be_asked_for_by_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_TURNS", 1)
    assert run.main(["--work", "import"]) == 0
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
