"""The command line: what it prints, and how it leaves."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from deskcore.cli import app as commands
from deskcore.cli.entry import main
from deskcore.cli.failures import told
from deskcore.errors import InvalidConfiguration, Problem

DESK = """
    preset = "simple"
    [calendars]
    default = { hours = "Mon-Fri 09:00-17:00", tz = "Europe/Amsterdam", holidays = "NL" }
    [policies.all.targets]
    resolution = "8 business hours"
"""
MAPPING = """
    rows = "snapshots"
    [time]
    zone = "Europe/Amsterdam"
    [columns]
    case = "id"
    at = "at"
    status = "state"
    team = "team"
    requester = "who"
"""
LOG = """\
id,at,state,team,who
T-1,2026-05-22 16:00,New,first,ann
T-1,2026-05-22 16:30,Open,first,ann
T-1,2026-05-26 10:00,Pending requester,first,ann
T-1,2026-05-27 12:00,Open,second,ann
T-1,2026-05-28 11:00,Resolved,second,ann
T-2,2026-05-22 17:00,New,first,cy
"""

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def desk_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "desk.toml").write_text(dedent(DESK).lstrip())
    (tmp_path / "mapping.toml").write_text(dedent(MAPPING).lstrip())
    (tmp_path / "log.csv").write_text(LOG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESKCORE_TRACEBACK", raising=False)
    return tmp_path


@pytest.fixture
def run(desk_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder with a log, a mapping and a desk; exit code, output, lines of errors."""

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["deskcore", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err.splitlines()

    return run


FILES = ("log.csv", "--mapping", "mapping.toml", "--desk", "desk.toml")


def test_replay_writes_its_files_and_prints_the_summary(run: Run, desk_folder: Path) -> None:
    code, out, err = run("replay", *FILES, "--out", "build/replay")

    assert (code, err) == (0, [])
    assert "2 tickets from 6 rows: 1 new, 1 resolved" in out
    assert "6 rows read = 6 applied + 0 listed" in out
    assert {"report.html", "tickets.csv", "signals.jsonl", "violations.csv", "rows.csv", "summary.json"} <= {
        path.name for path in (desk_folder / "build" / "replay").iterdir()
    }


def test_explain_tells_events_stretches_and_the_sum_to_due(run: Run) -> None:
    code, out, err = run("explain", *FILES, "--ticket", "T-1")

    assert (code, err) == (0, [])
    assert re.search(r"Fri 22 May 2026 16:30 .*New -> Open", out), "an event"
    assert re.search(r"Sat 23 May 2026 .*\s-\s+1 h\s+closed", out), "the weekend"
    assert re.search(r"Mon 25 May 2026 .*holiday: Pentecost Monday|Mon 25 May 2026 .*Whit Monday", out), "by name"
    assert "outside hours" in out, "the night"
    assert re.search(r"-\s+2 h\s+Pending requester, waiting for requester", out), "the wait"
    assert "8 h were used up Thu 28 May 2026 10:00: due" in out
    assert "target 8 h = 9 h used - 1 h over" in out


def test_explain_names_the_rows_behind_the_events(run: Run) -> None:
    _, out, _ = run("explain", *FILES, "--ticket", "T-1")

    assert re.search(r"5\s+2026-05-27 12:00\s+transferred, resumed", out)


def test_explain_lists_what_the_lifecycle_has_against_the_log(run: Run, desk_folder: Path) -> None:
    spoil(desk_folder, "log.csv", "16:30,Open", "16:30,Closed")

    assert "line 3: cannot record closed on T-1: nothing allows New -> Closed" in run("explain", *FILES, "-t", "T-1")[1]


def test_explain_writes_a_page_when_asked(run: Run, desk_folder: Path) -> None:
    run("explain", *FILES, "--ticket", "T-1", "--html", "build/life.html")

    assert "T-1" in (desk_folder / "build" / "life.html").read_text()


def test_explain_takes_the_instant_to_look_at(run: Run) -> None:
    code, out, _ = run("explain", *FILES, "--ticket", "T-1", "--at", "2026-05-26T12:00+02:00")

    assert code == 0
    assert "as of Tue 26 May 2026 12:00" in out
    assert (
        "Resolved" not in out.partition("Rows of the log")[0].partition("What happened")[2].partition("Its clocks")[0]
    )


def test_lint_says_when_there_is_nothing_to_say(run: Run, desk_folder: Path) -> None:
    assert run("lint", "desk.toml")[:2] == (0, "desk.toml: nothing to say\n")


def test_lint_names_findings_by_file_and_line(run: Run, desk_folder: Path) -> None:
    with (desk_folder / "desk.toml").open("a") as file:
        file.write('first_response = "9 business hours"\n')

    code, out, _ = run("lint", "desk.toml")
    assert code == 1
    assert re.search(r"^desk\.toml:\d+ ", out, re.MULTILINE)


def spoil(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing column": (
        lambda folder: spoil(folder, "mapping.toml", '"team"', '"teem"'),
        r"mapping\.toml:8 columns\.team: the log has no column 'teem'; did you mean 'team'\?",
    ),
    "unknown zone": (
        lambda folder: spoil(folder, "mapping.toml", "Europe/Amsterdam", "Europe/Amsterdm"),
        r"mapping\.toml:3 time\.zone: .*; did you mean 'Europe/Amsterdam'\? \(got 'Europe/Amsterdm'\)",
    ),
    "unmapped status": (
        lambda folder: spoil(folder, "log.csv", "Pending requester", "Parked"),
        r"mapping\.toml:7 columns\.status: does not map 'Parked' \(1 row, first on line 4\); map each in .*New, Open, .*",
    ),
    "missing log": (
        lambda folder: (folder / "log.csv").rename(folder / "old.csv"),
        r"cannot use log log\.csv: there is no such file; check the name; the folder holds old\.csv",
    ),
    "missing mapping": (
        lambda folder: (folder / "mapping.toml").unlink(),
        r"cannot use mapping mapping\.toml: there is no such file; check the name; the folder holds desk\.toml",
    ),
    "not a gzip": (
        lambda folder: (folder / "log.csv.gz").write_text("id\n"),
        r"cannot use log log\.csv\.gz: no gzip file, whatever its name says; rename it, or zip it",
    ),
    "damaged gzip": (
        lambda folder: (folder / "log.csv.gz").write_bytes(gzip.compress(LOG.encode() * 50)[:-12]),
        r"cannot use log log\.csv\.gz:\d+: damaged gzip data: .*; fetch it anew",
    ),
    "bad TOML": (
        lambda folder: spoil(folder, "mapping.toml", 'case = "id"', "case = id"),
        r"cannot use mapping mapping\.toml:5: no TOML: .*; mend that line",
    ),
    "bad desk TOML": (
        lambda folder: spoil(folder, "desk.toml", "[calendars]", "[calendars"),
        r"cannot use desk file desk\.toml:2: no TOML: .*; mend that line",
    ),
    "misspelt key of the desk": (
        lambda folder: spoil(folder, "desk.toml", "resolution =", "resolutoin ="),
        r"desk\.toml:\d policies\.all.*resolutoin.*",
    ),
    "empty log": (
        lambda folder: (folder / "log.csv").write_text(""),
        r"cannot use log log\.csv: is empty; a line with the columns' names is needed",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_cannot_be_used_is_one_line_and_exit_code_2(run: Run, desk_folder: Path, name: str) -> None:
    act, said = SPOILT[name]
    act(desk_folder)
    log = "log.csv.gz" if "gzip" in name else "log.csv"

    code, out, err = run("replay", log, *FILES[1:])
    assert (code, out) == (2, "")
    assert len(err) == 1, err
    assert re.fullmatch(f"deskcore: {said}", err[0]), err[0]


def test_everything_wrong_is_told_at_once_a_line_each(run: Run, desk_folder: Path) -> None:
    for name in ("missing column", "unknown zone", "unmapped status"):
        SPOILT[name][0](desk_folder)

    code, _, err = run("replay", *FILES)
    assert code == 2
    assert len(err) == 3
    assert all(line.startswith("deskcore: mapping.toml:") for line in err)


def test_an_unknown_ticket_is_answered_with_the_nearest(run: Run) -> None:
    code, _, err = run("explain", *FILES, "--ticket", "T-3")

    assert code == 2
    assert err == ["deskcore: cannot use log log.csv: holds no ticket 'T-3'; did you mean 'T-2'?"]


@pytest.mark.parametrize("text", ["yesterday", "22/05/2026"])
def test_an_instant_that_is_none_is_refused_with_the_option(run: Run, text: str) -> None:
    code, _, err = run("replay", *FILES, "--at", text)

    assert code == 2
    assert "--at" in " ".join(err)


@pytest.mark.parametrize(
    ("text", "said"), [("2026-05-26T12:00", "Tue 26 May 2026 12:00"), ("2026-05-26", "Tue 26 May 2026 00:00")]
)
def test_an_instant_without_an_offset_is_on_the_log_s_wall_clock(run: Run, text: str, said: str) -> None:
    code, out, _ = run("explain", *FILES, "--ticket", "T-1", "--at", text)

    assert code == 0
    assert f"as of {said}" in out


def test_an_instant_without_an_offset_needs_one_where_the_mapping_has_no_zone(run: Run, desk_folder: Path) -> None:
    spoil(desk_folder, "mapping.toml", 'zone = "Europe/Amsterdam"', "")
    log = re.sub(r"(\d\d:\d\d),", r"\1+02:00,", LOG)
    (desk_folder / "log.csv").write_text(log)

    code, _, err = run("replay", *FILES, "--at", "2026-12-24")
    assert code == 2
    assert "needs an offset such as +01:00" in " ".join(err)


def test_the_summary_is_dated_on_the_log_s_wall_clock(run: Run) -> None:
    assert "as of 2026-05-28 11:00:00+02:00" in run("replay", *FILES)[1]


def test_rows_of_another_encoding_are_told_on_standard_error(run: Run, desk_folder: Path) -> None:
    spoil(desk_folder, "log.csv", "second,ann\nT-2", "Zürich,ann\nT-2")
    text = (desk_folder / "log.csv").read_text(encoding="utf-8")
    (desk_folder / "log.csv").write_bytes(text.encode("cp1252"))

    code, out, err = run("replay", *FILES)
    assert (code, "5 applied + 1 listed (1 undecodable)" in out) == (0, True)
    said = "deskcore: log.csv: 1 of 6 rows are not utf-8, first on line 6, and are listed; "
    assert err == [f'{said}set encoding = "cp1252" in the mapping to read them']


def test_lint_of_a_mapping_says_what_it_looks_like(run: Run) -> None:
    code, _, err = run("lint", "mapping.toml")

    assert code == 2
    assert err[0].startswith("deskcore: cannot use desk file mapping.toml: this looks like a mapping, not a desk file")


def test_a_finding_in_an_array_of_policies_names_its_own_line(run: Run, desk_folder: Path) -> None:
    with (desk_folder / "desk.toml").open("a") as file:
        file.write('\n[[routing]]\nto_agent = {}\n\n[[routing]]\nhand_off = "manila"\n')
    line = len((desk_folder / "desk.toml").read_text().splitlines())

    code, out, _ = run("lint", "desk.toml")
    assert code == 1
    assert f"desk.toml:{line} routing[1].hand_off.partner: names the unknown partner 'manila'" in out


def test_a_missing_option_is_named(run: Run) -> None:
    code, _, err = run("replay", "log.csv")

    assert code == 2
    assert "--mapping" in " ".join(err)


def test_an_internal_error_says_it_is_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(commands, "replay", broken)
    code, _, err = run("replay", *FILES)

    assert code == 70
    assert err[0] == "deskcore: internal error, ZeroDivisionError: by zero"
    assert "this is a fault of deskcore, not of your files" in err[1]
    assert not any("Traceback" in line for line in err)


def test_a_traceback_is_shown_to_those_who_ask(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(commands, "replay", broken)
    monkeypatch.setenv("DESKCORE_TRACEBACK", "1")

    assert any("Traceback" in line for line in run("replay", *FILES)[2])


def test_an_interrupt_leaves_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "replay", interrupted)
    code, _, err = run("replay", *FILES)

    assert code == 130
    assert not any("Traceback" in line for line in err)


def test_a_full_disk_is_a_line_with_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(OSError(28, "No space left on device", "build/tickets.csv")) == 2
    assert capsys.readouterr().err.startswith("deskcore: build/tickets.csv: no space left on device; ")


def test_an_error_with_line_breaks_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    told(InvalidConfiguration("desk", (Problem("a", "is\nwrong"), Problem("b", "too"))))

    assert len(capsys.readouterr().err.splitlines()) == 2


def test_the_version_is_told(run: Run) -> None:
    assert re.fullmatch(r"deskcore \d+\.\d+\.\S+\n", run("--version")[1])


def test_help_names_every_command(run: Run) -> None:
    _, out, _ = run("--help")

    assert {"replay", "explain", "lint"} <= set(out.split())


def test_without_its_extra_the_command_says_how_to_get_it() -> None:
    code = """
        import sys
        class Blocked:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {"typer", "rich"}:
                    raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        sys.meta_path.insert(0, Blocked())
        from deskcore.cli.entry import main
        main()
    """
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "deskcore: the command line needs its extra; install it with: pip install 'deskcore[cli]'\n"


def test_a_reader_that_has_enough_is_no_error(desk_folder: Path) -> None:
    """As in ``deskcore explain ... | head -1``."""
    script = "from deskcore.cli.entry import main; main()"
    command = [sys.executable, "-c", script, "explain", *FILES, "--ticket", "T-1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=desk_folder) as running:
        assert running.stdout is not None
        running.stdout.close()
        _, err = running.communicate()

    assert b"Traceback" not in err
    assert running.returncode in {0, 1}


def test_the_commands_are_plain_functions_with_help() -> None:
    assert all((command.callback and command.callback.__doc__) for command in commands.app.registered_commands)
