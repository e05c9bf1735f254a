"""JSON and XES as rows; and no file, whatever its bytes, that ends in anything but rows or a sentence."""

from __future__ import annotations

import gzip
import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs import LogMapping, mapping_from, open_log
from deskcore.adapters.logs.mapping import INPUTS
from deskcore.adapters.logs.reader import SeenNames, rows
from deskcore.adapters.logs.records import Listed, Row
from deskcore.adapters.replay import replay
from deskcore.errors import DeskcoreError
from tests.adapters.logs import DESK, LIFECYCLE

MAPPING = LogMapping("snapshots", FrozenDict({"case": "id", "team": "a.b", "tags": "tags"}))
NAMES = ("a.b", "id", "tags")
SIMPLE = """
    rows = "snapshots"
    time.zone = "UTC"
    columns = { case = "id", at = "at", status = "state" }
"""


def read(folder: Path, data: str | bytes, mapping: LogMapping = MAPPING, name: str = "log.jsonl") -> list[Row | Listed]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(rows(path, mapping))


def cells(found: list[Row | Listed]) -> Iterator[tuple[str, ...]]:
    for row in found:
        assert isinstance(row, Row), row
        yield tuple(row.cells)


WRITTEN = {
    "lines": '{"id": 1, "a": {"b": "x"}}\n{"id": 2, "tags": ["p", "q"]}\n',
    "no end of line": '{"id": 1, "a": {"b": "x"}}\n{"id": 2, "tags": ["p", "q"]}',
    "array": '[{"id": 1, "a": {"b": "x"}}, {"id": 2, "tags": ["p", "q"]}]',
    "array over lines": '\n[\n {"id": 1, "a": {"b": "x"}},\n {"id": 2,\n  "tags": ["p", "q"]}\n]\n',
    "documents": '{\n "id": 1, "a": {"b": "x"}\n}\n{\n "id": 2, "tags": ["p", "q"]\n}\n',
    "byte order mark": '\ufeff{"id": 1, "a": {"b": "x"}}\r\n{"id": 2, "tags": ["p", "q"]}\r\n',
    "dotted names": '{"id": 1, "a.b": "x"}\n{"id": 2, "tags": ["p", "q"]}\n',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_way_of_writing_objects_reads_the_same(tmp_path: Path, name: str) -> None:
    assert list(cells(read(tmp_path, WRITTEN[name]))) == [("x", "1", ""), ("", "2", "p;q")]


def test_lines_are_those_on_which_objects_begin(tmp_path: Path) -> None:
    assert [row.line for row in read(tmp_path, WRITTEN["array over lines"])] == [3, 4]
    assert [row.line for row in read(tmp_path, WRITTEN["documents"])] == [1, 4]


def test_numbers_keep_the_form_that_they_have_in_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": 1779451200.10, "a": {"b": 12345678901234567890}, "tags": true}')

    assert list(cells(found)) == [("12345678901234567890", "1779451200.10", "true")]


def test_a_list_is_unfolded_into_rows_of_one_line(tmp_path: Path) -> None:
    mapping = LogMapping("events", FrozenDict({"case": "t.id", "team": "t.c.x", "subject": "t.c.y.z"}), each="t.c")
    found = read(tmp_path, '{"t": {"id": 7, "c": [{"x": 1}, {"y": {"z": 2}}, 3]}}\n{"t": {"id": 8, "c": []}}', mapping)

    assert [(row.line, row.part, row.cells) for row in found if isinstance(row, Row)] == [
        (1, 0, ["1", "", "7"]),
        (1, 1, ["", "2", "7"]),
        (1, 2, ["", "", "7"]),
        (2, 0, ["", "", "8"]),
    ]


def test_lists_in_lists_are_unfolded_together(tmp_path: Path) -> None:
    mapping = LogMapping("events", FrozenDict({"case": "i.k", "team": "i.h.at", "subject": "i.h.f.n"}), each="i.h.f")
    data = {
        "i": [{"k": "A", "h": [{"at": 1, "f": [{"n": "x"}, {"n": "y"}]}, {"at": 2, "f": [{"n": "z"}]}]}, {"k": "B"}]
    }
    found = read(tmp_path, json.dumps(data), mapping)

    assert list(cells(found)) == [("1", "x", "A"), ("1", "y", "A"), ("2", "z", "A"), ("", "", "B")]


def test_a_broken_line_is_listed_and_the_next_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": 1}\n{"id": 2\n\n[3]\n{"id": "\\ud800"}\n{"id": 5}')

    assert [(row.line, row.why) for row in found if isinstance(row, Listed)] == [
        (2, "unparsable"),
        (3, "blank"),
        (4, "unparsable"),
        (5, "unparsable"),
    ]
    assert [row.line for row in found if isinstance(row, Row)] == [1, 6]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty"),
        ("id,at\n1,2", "begins with neither { nor \\["),
        ('[{"id": 1},', "the array is not closed"),
        ('[{"id": 1}] {"id": 2}', "something follows the array"),
        ("[" * 100_000, "nested too deeply"),
        ('[\n{"id": 1},\n{"id": oops}]', r"jsonl:3: no JSON"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, data: str, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        read(tmp_path, data)


def test_names_that_only_later_objects_have_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"id": 1}\n' * 9 + '{"id": 2, "a": {"b": null}}', encoding="utf-8")
    seen = SeenNames()

    assert len(list(rows(path, MAPPING, seen))) == 10
    assert seen.found == {"id", "a.b"}


def test_a_name_that_no_object_has_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(dedent(SIMPLE), encoding="utf-8")
    (tmp_path / "log.jsonl").write_text('{"id": 1, "when": "2026-05-22", "status": {"name": "New"}}', encoding="utf-8")
    with pytest.raises(DeskcoreError) as caught:
        open_log(tmp_path / "log.jsonl", tmp_path / "m.toml", LIFECYCLE)

    assert "the log has no column 'state'; did you mean 'status.name'?" in str(caught.value)


XES = '<log><trace><string key="n" value="{case}"/><event><string key="s" value="New"/></event></trace></log>'


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    """Nothing that an entity could expand to is ever read."""
    bomb = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + XES.format(case="&b;")
    with pytest.raises(UnusableFile, match="declares a document type"):
        read(tmp_path, bomb, name="log.xes")


@pytest.mark.parametrize(
    "data", [b"", b"<log>", b"<log><trace></log>", b"id,at", b'<?xml version="1.0" encoding="wat"?><log/>']
)
def test_what_is_no_xes_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnusableFile, match="no XES"):
        read(tmp_path, data, name="log.xes")


def test_a_packed_event_log_on_a_single_line(tmp_path: Path) -> None:
    mapping = LogMapping("snapshots", FrozenDict({"case": "case:n", "status": "s"}))
    traces = "".join(XES.format(case=number)[5:-6] for number in range(3000))
    found = read(tmp_path, gzip.compress(f"<log>{traces}</log>".encode()), mapping, "log.xes.gz")

    assert [tuple(row.cells) for row in found if isinstance(row, Row)] == [
        (str(number), "New") for number in range(3000)
    ]
    assert len({(row.line, row.part) for row in found if isinstance(row, Row)}) == 3000


@pytest.mark.parametrize("name", ["log.jsonl", "log.json", "log.xes"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    """An object, or an event, is held at a time: ten times the file takes about the same."""
    mapping = LogMapping("snapshots", FrozenDict({"case": "case:n" if name == "log.xes" else "id"}))

    def peak(count: int) -> int:
        objects = [f'{{"id": {number}, "text": "{"x" * 400}"}}' for number in range(count)]
        traces = [XES.format(case=number)[5:-6] for number in range(count)]
        data = {
            "log.jsonl": "\n".join(objects),
            "log.json": f"[{','.join(objects)}]",
            "log.xes": f"<log>{''.join(traces)}</log>",
        }
        path = tmp_path / name
        path.write_text(data[name], encoding="utf-8")
        del objects, traces, data
        tracemalloc.start()
        try:
            assert sum(1 for _ in rows(path, mapping)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 3 * peak(2_000) + 1_000_000


PIECES = st.sampled_from(
    [b"id,at,state\n", b"1,2026-05-22,New\n", b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff\xfe", b"\xef\xbb\xbf"]
)
JSON_PIECES = st.sampled_from(
    [b'{"id":1,"at":"2026-05-22","state":"New"}', b"{", b"}", b"[", b"]", b",", b"\n", b'"', b"\\ud800", b"1e9"]
)
XML_PIECES = st.sampled_from(
    [
        b"<log>",
        b"<trace>",
        b"<event>",
        b"</event>",
        b"</trace>",
        b"</log>",
        b'<string key="id" value="1"/>',
        b"&a;",
        b"<!DOCTYPE log>",
    ]
)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(PIECES | st.binary(max_size=6), max_size=30).map(b"".join),
    st.lists(JSON_PIECES | st.binary(max_size=4), max_size=20).map(b"".join),
    st.lists(XML_PIECES | st.binary(max_size=4), max_size=20).map(b"".join),
)
PACKED = st.sampled_from(
    [bytes, gzip.compress, lambda data: gzip.compress(data)[:-5], lambda data: b"PK\x03\x04" + data]
)


@settings(max_examples=250, deadline=None)
@example(b"id,at,state\n1,2026-05-22,New\n", bytes, "csv", "utf-8", "list")
@given(
    BYTES,
    PACKED,
    st.sampled_from(INPUTS),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "cp1252", "utf-32", "ascii", "unicode_escape"]),
    st.sampled_from(["list", "fill"]),
)
def test_no_file_ends_in_anything_but_rows_or_a_sentence(
    data: bytes, packed: Callable[[bytes], bytes], kind: str, encoding: str, ragged: str
) -> None:
    """Whatever the bytes: a replay whose account adds up, or an error of deskcore's own that says what is wrong."""
    top = f'input = "{kind}"\nencoding = "{encoding}"\nragged = "{ragged}"\n'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "log").write_bytes(packed(data))
        (folder / "m.toml").write_text(top + dedent(SIMPLE), encoding="utf-8")
        try:
            summary = replay(open_log(folder / "log", folder / "m.toml", LIFECYCLE), DESK, folder / "out")
        except DeskcoreError:
            return
        listed = (folder / "out" / "rows.csv").read_text(encoding="utf-8")
    assert summary.rows.read == summary.rows.applied + summary.rows.listed_count
    assert listed.startswith("line,")


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "rows",
                        "columns",
                        "time",
                        "derived",
                        "only",
                        "stamps",
                        "activities",
                        "values",
                        "case",
                        "at",
                        "format",
                        "x",
                        "join",
                        "split",
                        "message",
                        "tag",
                        "clears",
                        "status",
                        "column",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=14,
    )
)
def test_no_mapping_ends_in_anything_but_a_mapping_or_a_sentence(data: object) -> None:
    """Whatever the document holds, its faults are told as faults."""
    document = data if isinstance(data, dict) else {"rows": data}
    try:
        found = mapping_from(document)
    except DeskcoreError:
        return
    assert attrs.evolve(found) == found


@pytest.mark.slow
def test_three_hundred_thousand_interleaved_rows_in_bounded_memory(tmp_path: Path) -> None:
    """Grouped through the disk; every row is accounted for, and what is held does not grow with the log."""
    mapping = "rows = 'snapshots'\ntime.format = 'epoch'\ncolumns = { case = 'id', at = 'at', status = 'state' }\n"
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")

    def peak(count: int) -> int:
        states = ["New", "Open", "Waiting", "Open", "Solved"]
        with (tmp_path / "log.csv").open("w", encoding="utf-8") as file:
            file.write("id,at,state,text\n")
            for number in range(count):
                case, step = number % (count // 5), number // (count // 5)
                file.write(f"T-{case},{1_700_000_000 + number * 7},{states[step]},{'x' * 60}\n")
        log = open_log(tmp_path / "log.csv", tmp_path / "m.toml", LIFECYCLE)
        assert not log.survey.grouped
        tracemalloc.start()
        try:
            applied = 0
            for told in log.histories():
                assert not isinstance(told, Listed)
                assert len(told.events) == 5
                applied += told.applied
            assert applied == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(300_000) < 1.5 * peak(110_000)
