"""Progress: shown where somebody looks, silent elsewhere."""

from __future__ import annotations

import pytest
from rich.console import Console

from deskcore.cli.progress import rows_done, waiting


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "is_terminal", True)


def test_a_batch_job_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with rows_done(10, "replaying") as progress, waiting("looking"):
        assert progress is None

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("terminal")
def test_a_terminal_sees_a_bar_on_standard_error_only(capsys: pytest.CaptureFixture[str]) -> None:
    with rows_done(10, "replaying") as progress:
        assert progress is not None
        progress(7)

    said = capsys.readouterr()
    assert said.out == ""
    assert "replaying" in said.err
    assert "7/10" in said.err


@pytest.mark.usefixtures("terminal")
def test_work_of_unknown_length_shows_a_sign_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("looking through log.csv"):
        pass

    assert "looking through log.csv" in capsys.readouterr().err
