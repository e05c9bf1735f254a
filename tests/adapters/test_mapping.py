"""Mappings in TOML: read whole, refused whole."""

from __future__ import annotations

import pickle
import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs import LogMapping, mapping_from, open_log, read_mapping
from deskcore.errors import InvalidConfiguration
from tests.adapters.logs import LIFECYCLE, SNAPSHOTS, opened, snapshots, told, written


def mapping(text: str) -> LogMapping:
    return mapping_from(tomllib.loads(dedent(text)))


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidConfiguration) as refused:
        mapping(text)
    return [str(problem) for problem in refused.value.problems]


MINIMAL = 'rows = "snapshots"\ncolumns = { case = "id", at = "at" }\n'
EVENTS = 'rows = "events"\ncolumns = { case = "id", activity = "a", at = "t" }\n'


def test_a_mapping_is_a_value_that_pickles_and_hashes() -> None:
    read = mapping(SNAPSHOTS)

    assert pickle.loads(pickle.dumps(read)) == read
    assert hash(read) == hash(mapping(SNAPSHOTS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "rows: is missing: one of events, snapshots, ticket, activities"),
        ('rows = "snapshot"', "did you mean 'snapshots'?"),
        (MINIMAL + "encodng = 'x'", "encodng: is no key here; did you mean 'encoding'?"),
        (MINIMAL + "encoding = 'utf-9'", "encoding: names no encoding (got 'utf-9')"),
        (MINIMAL + "delimiter = ';;'", "delimiter: must be one character"),
        (MINIMAL + "missing = '?'", "missing: must be a list of texts (got '?')"),
        (MINIMAL + "time = { zone = 'Europe/Amsterdm' }", "did you mean 'Europe/Amsterdam'?"),
        (MINIMAL + "time = { format = 'dd/mm' }", "time.format: must be one of iso, epoch, epoch_ms, epoch_us"),
        (MINIMAL + "time = { format = '%d/%m/%Y' }", "columns.at: has the format '%d/%m/%Y', which needs a zone"),
        (MINIMAL + "values = { sttus = {} }", "values.sttus: is no key here; did you mean 'status'?"),
        (MINIMAL + "values.status = { New = 1.5 }", "values.status.New: must be a text (got 1.5)"),
        (MINIMAL + "compare = { reopen = 'n' }", "compare.reopen: is no key here; did you mean 'reopens'?"),
        (MINIMAL + "fields.x = { column = 'x', type = 'int' }", "fields.x.type: must be one of text, number, flag"),
        (MINIMAL + "fields.x = { type = 'text' }", "fields.x.column: is missing"),
        (MINIMAL + "stamps.solved = { status = 'Solved' }", "stamps.solved: has no meaning where rows = 'snapshots'"),
        (MINIMAL + "activities.Call = { ignore = true }", "activities.Call: has no meaning where rows = 'snapshots'"),
        (MINIMAL + "opened_by = 'me'", "opened_by: must be one of requester, actor (got 'me')"),
        ('rows = "events"\ncolumns = { case = "id" }', "columns.activity: is missing: rows = 'events' needs"),
        ('rows = "ticket"\ncolumns = { case = "id" }', "columns.opened_at: is missing: rows = 'ticket' needs"),
        (
            'rows = "ticket"\ncolumns = { case = "id", opened_at = "a", status = "s" }',
            "columns.at: is missing: the last status needs the instant it was seen",
        ),
        (
            'rows = "activities"\ncolumns = { case = "id", activity = "a" }\nactivities.x = { ignore = true }',
            "columns: are needed one or the other",
        ),
        (
            'rows = "activities"\ncolumns = { case = "id", activity = "a", start = "s", at = "t" }\nactivities.x = {}',
            "columns.at: stands beside columns.start or complete",
        ),
        (
            EVENTS,
            'activities: is missing: each activity needs [activities."..."]',
        ),
        (
            EVENTS + 'activities.x = { status = "Open", ignore = true }',
            "activities.x.ignore: stands beside something to do",
        ),
        (
            EVENTS + 'activities.x = { message = { role = "agnt" } }',
            "activities.x.message.role: must be one of requester, agent, partner, vendor, admin, system (got 'agnt')",
        ),
        (
            EVENTS + 'activities.x = { stats = "Open" }',
            "activities.x.stats: is no key here; did you mean 'status'?",
        ),
    ],
)
def test_a_fault_of_a_mapping_is_named_with_its_key_and_a_way_out(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text)), problems(text)


def test_all_faults_are_named_at_once() -> None:
    found = problems("rows = 'events'\ndelimiter = ''\n[time]\nzone = 'Mars/Base'\n[columns]\nwhen = 'at'\n")

    assert [problem.partition(":")[0] for problem in found] == [
        "time.zone",
        "columns.when",
        "delimiter",
        "columns.case",
        "columns.activity",
        "columns.at",
        "activities",
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["column", "format", "zone", "status", "message", "x"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    ).flatmap(
        lambda part: st.dictionaries(
            st.sampled_from(["rows", "time", "columns", "values", "fields", "activities", "stamps", "missing", "name"]),
            st.just(part) | st.sampled_from(["events", "snapshots", "ticket", "activities"]),
        )
    )
)
def test_no_document_breaks_the_reading(data: dict[str, object]) -> None:
    """Whatever a document holds, it is a mapping or refused as one."""
    try:
        mapping_from(data)
    except InvalidConfiguration:
        return


def test_a_fault_in_a_file_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('rows = "snapshots"\n\n[columns]\ncase = "id"\nat = "at"\nstats = "state"\n')

    with pytest.raises(InvalidConfiguration, match=rf"{re.escape(str(path))}:6 columns.stats: is no key here"):
        read_mapping(path)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('rows = "snapshots"\n[columns\n')

    with pytest.raises(UnusableFile, match=r"m\.toml:2: no TOML: expected ']'"):
        read_mapping(path)


def test_a_mapping_may_be_written_in_json(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"rows": "snapshots", "columns": {"case": "id", "at": "at"}}')

    assert read_mapping(path) == mapping(MINIMAL)


LOG = snapshots(
    ("1", "2026-05-22 09:00", "New", "p1", "a", "?"),
    ("1", "2026-05-22 10:00", "Opn", "p1", "a", "bo"),
    ("1", "2026-05-22 11:00", "Done", "px", "a", "bo"),
    ("2", "2026-05-22 11:00", "Done", "p2", "a", "bo"),
)


def refused(folder: Path, log: str, text: str) -> list[str]:
    with pytest.raises(InvalidConfiguration) as error:
        open_log(*written(folder, log, text), LIFECYCLE)
    return [str(problem).replace(str(folder), "") for problem in error.value.problems]


def test_a_missing_column_an_unknown_zone_and_unmapped_statuses_are_named_together(tmp_path: Path) -> None:
    found = refused(tmp_path, LOG, SNAPSHOTS.replace('"UTC"', '"Utrecht"').replace('"team"', '"teem"'))

    assert len(found) == 4
    assert {problem.partition(" ")[0] for problem in found[:2]} == {"/mapping.toml:5", "/mapping.toml:11"}
    assert any("time.zone" in problem and "'Utrecht'" in problem for problem in found)
    assert any("columns.team: the log has no column 'teem'; did you mean 'team'?" in problem for problem in found)
    unmapped = next(problem for problem in found if "columns.status" in problem)
    assert "'Opn' (1 row, first on line 3)" in unmapped
    assert "'Done' (2 rows, first on line 4)" in unmapped
    assert "the desk knows New, Open, Waiting, Solved, Closed" in unmapped
    assert any("columns.priority: does not map 'px' (1 row" in problem for problem in found)


def test_the_mappings_own_words_must_be_the_desks(tmp_path: Path) -> None:
    text = (
        'opened_as = "Nw"\nrestates = ["Sold"]\n'
        + dedent(SNAPSHOTS)
        + '[values.status]\nDone = "Solvd"\nOpn = "Open"\n'
    )

    found = refused(tmp_path, LOG, text)

    assert any(
        "values.status.Done: 'Solvd' is not a status of the desk; did you mean 'Solved'?" in one for one in found
    )
    assert any("restates: 'Sold' is not a status of the desk" in one for one in found)
    assert any("opened_as: 'Nw' is not a status of the desk" in one for one in found)


def test_a_star_maps_every_other_word(tmp_path: Path) -> None:
    text = (
        SNAPSHOTS
        + '    [values.status]\n    Done = "Solved"\n    "*" = "Open"\n    [values.priority]\n    "*" = "p3"\n'
    )
    log = opened(tmp_path, LOG, text)

    histories, _ = told(log)
    assert [event.type for event in histories["2"].events] == ["opened", "resolved"]


def test_a_format_that_reads_nothing_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    found = refused(tmp_path, LOG, SNAPSHOTS.replace('zone = "UTC"', 'zone = "UTC"\n    format = "%d/%m/%Y"'))

    assert any("columns.at: not one of 4 texts can be read: '2026-05-22 09:00' on line 2" in one for one in found)


def test_instants_without_offset_need_a_zone(tmp_path: Path) -> None:
    found = refused(tmp_path, LOG, SNAPSHOTS.replace('zone = "UTC"', ""))

    assert any("columns.at: gives instants without an offset" in one and "say zone in [time]" in one for one in found)


def test_an_activity_that_is_not_mapped_is_a_fault_with_its_line(tmp_path: Path) -> None:
    text = """
        rows = "events"
        time.zone = "UTC"
        columns = { case = "id", at = "at", activity = "what" }
        activities.Opened = { ignore = true }
    """
    found = refused(tmp_path, "id,at,what\n1,2026-05-22 09:00,Opened\n1,2026-05-22 10:00,Called\n", text)

    assert any("activities: does not map 'Called' (1 row, first on line 3)" in one for one in found)


def test_a_header_is_all_a_mapping_needs_to_be_held_against(tmp_path: Path) -> None:
    assert opened(tmp_path, snapshots(), SNAPSHOTS).survey.rows == 0
