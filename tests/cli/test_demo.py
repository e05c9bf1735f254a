"""``deskcore demo``: what it writes, and that the same seed writes the same bytes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from deskcore.cli import demo, showcase
from deskcore.cli.app import app
from deskcore.desk import Case, Desk
from deskcore.log import Event
from deskcore.planning import Scenario
from deskcore.wire import desk_from, load_lines


@pytest.fixture
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day instead of two weeks."""

    def a_day(seed: str) -> Scenario:
        whole = showcase.scenario(seed)
        return attrs.evolve(whole, end=whole.start + timedelta(days=1))

    monkeypatch.setattr(demo, "scenario", a_day)


def run(out: Path, *more: str) -> str:
    result = CliRunner().invoke(app, ["demo", "--out", str(out), *more], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("one_day")
def test_the_same_seed_gives_the_same_files_and_words(tmp_path: Path) -> None:
    first, second = run(tmp_path / "a"), run(tmp_path / "b")
    run(tmp_path / "c", "--seed", "another")

    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["configuration.json", "events.jsonl", "report.html"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert first.replace("/a:", "/b:") == second
    assert (tmp_path / "a" / "events.jsonl").read_bytes() != (tmp_path / "c" / "events.jsonl").read_bytes()


@pytest.mark.usefixtures("one_day")
def test_what_it_writes_can_be_read_and_replayed(tmp_path: Path) -> None:
    """The configuration makes the same desk, and the events fold to cases on it."""
    told = run(tmp_path)
    desk = desk_from(json.loads((tmp_path / "configuration.json").read_text(encoding="utf-8")))
    assert desk == Desk(showcase.configuration())

    events = list(load_lines((tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()))
    streams: dict[str, list[Event]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    assert len(streams) > 50
    for stream, held in streams.items():
        state = desk.replay(held)
        assert isinstance(state, Case) == (stream != "floor")
    assert "Who got it, and why" in told
    assert "Its clocks" in told


def test_the_desk_of_the_demo_is_clean() -> None:
    assert Desk(showcase.configuration()).lint() == ()
