"""What is wrong with a log as a whole is said once, with what to write into the mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.files import load_desk
from deskcore.adapters.logs import open_log
from deskcore.errors import InvalidConfiguration, Problem
from tests.adapters.logs import LIFECYCLE, SNAPSHOTS, opened, snapshots, told, written

PLAIN = [("1", f"2026-05-22 {hour:02}:00", "New", "p1", "a", "bo") for hour in range(9)]
UMLAUT = [("2", "2026-05-22 09:00", "New", "p1", "Zürich", "bo"), ("2", "2026-05-22 10:00", "Open", "p1", "Köln", "bo")]


def problems(folder: Path, log: str | bytes, mapping: str = SNAPSHOTS) -> tuple[Problem, ...]:
    with pytest.raises(InvalidConfiguration) as caught:
        open_log(*written(folder, log, mapping), LIFECYCLE)
    return caught.value.problems


def test_some_rows_of_another_encoding_are_a_remark_that_names_it(tmp_path: Path) -> None:
    log = opened(tmp_path, snapshots(*PLAIN, *UMLAUT).encode("cp1252"), SNAPSHOTS)

    (remark,) = log.remarks()
    assert remark.endswith(
        '2 of 11 rows are not utf-8, first on line 11, and are listed; set encoding = "cp1252" in the mapping to read them'
    )


def test_a_log_mostly_of_another_encoding_fails_at_once(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, snapshots(*PLAIN[:3], *UMLAUT).encode("cp1252"))

    assert found.path.endswith("mapping.toml encoding")
    assert found.message == 'cannot read 2 of 5 rows as utf-8, first on line 5; set encoding = "cp1252"'


def test_a_third_of_the_rows_is_not_yet_most_of_the_log(tmp_path: Path) -> None:
    assert opened(tmp_path, snapshots(*PLAIN[:4], *UMLAUT).encode("cp1252"), SNAPSHOTS).remarks()


def test_the_encoding_that_is_named_reads_the_log(tmp_path: Path) -> None:
    log = opened(tmp_path, snapshots(*UMLAUT).encode("cp1252"), f'encoding = "cp1252"\n{SNAPSHOTS}'.replace("    ", ""))

    assert log.remarks() == ()
    assert told(log)[1] == []


def test_utf_8_read_as_something_narrower_is_recognised(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, snapshots(*UMLAUT), f'encoding = "ascii"\n{SNAPSHOTS}'.replace("    ", ""))

    assert found.message.endswith('set encoding = "utf-8"')


def test_a_spreadsheet_in_utf_16_is_recognised_by_its_mark(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, snapshots(*UMLAUT).encode("utf-16"))

    assert "the columns' names as utf-8" in found.message
    assert found.message.endswith('set encoding = "utf-16"')


def test_of_a_mixture_no_encoding_is_named(tmp_path: Path) -> None:
    log = snapshots(*UMLAUT).encode("utf-8") + ",".join(UMLAUT[0]).encode("cp1252") * 1 + b"\n"

    (remark,) = opened(tmp_path, log, SNAPSHOTS).remarks()
    assert "1 of 3 rows" in remark
    assert "mend those lines" in remark
    assert "cp1252" not in remark


@pytest.mark.parametrize(("delimiter", "shown"), [(";", '";"'), ("\t", r'"\t"'), ("|", '"|"')])
def test_another_delimiter_is_one_fault_and_not_one_for_each_column(tmp_path: Path, delimiter: str, shown: str) -> None:
    (found,) = problems(tmp_path, snapshots(*PLAIN).replace(",", delimiter))

    assert found.path.endswith("mapping.toml delimiter")
    assert found.message == f"the header looks separated by {delimiter!r}, not by ','; set delimiter = {shown}"


def test_a_log_of_one_column_that_is_mapped_is_left_alone(tmp_path: Path) -> None:
    found = problems(tmp_path, "id;\n1\n", 'rows = "snapshots"\ncolumns = { case = "id;", at = "at" }')

    assert [problem.code for problem in found] == ["missing_column"]


def test_rows_that_are_listed_show_the_line_or_its_cells_by_name(tmp_path: Path) -> None:
    rows = [
        *PLAIN,
        ("1", "soon", "New", "p1", "a", ""),
        ("1", "2026-05-22 07:00", "New", "p1", "b", "bo"),
        ("1", "x;y"),
    ]
    _, listed = told(opened(tmp_path, snapshots(*rows), SNAPSHOTS))

    assert {row.why: row.held for row in listed} == {
        "bad_instant": "at=soon, id=1, priority=p1, state=New, team=a",
        "stepped_back": "at=2026-05-22 07:00, id=1, priority=p1, state=New, team=b, who=bo",
        "ragged": "1,x;y",
    }


def test_a_mapping_given_as_a_desk_file_is_recognised(tmp_path: Path) -> None:
    _, mapping = written(tmp_path, snapshots(*PLAIN), SNAPSHOTS)

    with pytest.raises(UnusableFile, match="this looks like a mapping, not a desk file"):
        load_desk(mapping)


def test_a_desk_file_given_as_a_mapping_is_recognised(tmp_path: Path) -> None:
    log, mapping = written(tmp_path, snapshots(*PLAIN), 'preset = "simple"\ncalendars.default = "always"\n')

    with pytest.raises(UnusableFile, match="this looks like a desk file, not a mapping"):
        open_log(log, mapping, LIFECYCLE)
