"""CSV records: each one readable, or listed with its line and the reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.reader import Listed, Row, header, rows

MAPPING = LogMapping("snapshots", FrozenDict({"case": "id"}))


def read(folder: Path, data: bytes, mapping: LogMapping = MAPPING, name: str = "log.csv") -> list[Row | Listed]:
    path = folder / name
    path.write_bytes(data)
    return list(rows(path, mapping))


def test_rows_carry_the_line_they_begin_on(tmp_path: Path) -> None:
    found = read(tmp_path, b'id,note\n1,"two\nlines"\n2,x\n')

    assert found == [Row(2, ["1", "two\nlines"]), Row(4, ["2", "x"])]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "blank"),
        (b"1", "ragged"),
        (b"1,2,3", "ragged"),
        (b"1,\xff", "undecodable"),
        (b"1,a\0b", "nul"),
    ],
)
def test_a_bad_record_is_listed_and_the_next_one_read(tmp_path: Path, line: bytes, why: str) -> None:
    bad, good = read(tmp_path, b"id,note\n" + line + b"\n2,y\n")

    assert isinstance(bad, Listed)
    assert (bad.line, bad.why) == (2, why)
    assert good == Row(3, ["2", "y"])


def test_a_quote_that_is_never_closed_costs_no_more_than_one_cell(tmp_path: Path) -> None:
    found = read(tmp_path, b'id,note\n1,"never closed\n' + b"2,y\n" * 40_000)

    first, *others = found
    assert isinstance(first, Listed)
    assert first.why == "unparsable"
    assert "is a quote not closed?" in first.reason
    assert sum(isinstance(row, Row) for row in others) > 1_000, "reading goes on behind it"


def test_a_quote_open_at_the_end_of_the_file_does_not_swallow_rows_silently(tmp_path: Path) -> None:
    good, bad = read(tmp_path, b'id,note\n1,x\n2,"y\n3,z\n')

    assert good == Row(2, ["1", "x"])
    assert isinstance(bad, Listed)
    assert (bad.line, bad.why) == (3, "unparsable")
    assert bad.reason == "the file ends inside a quoted cell; it runs to line 4: is a quote not closed?"


def test_a_quoted_last_cell_without_a_line_end_is_whole(tmp_path: Path) -> None:
    assert read(tmp_path, b'id,note\n1,"x"') == [Row(2, ["1", "x"])]


def test_a_quote_closed_in_a_later_row_makes_a_ragged_record_that_names_the_lines(tmp_path: Path) -> None:
    bad, good = read(tmp_path, b'id,note\n1,"x\n2,y",w\n4,v\n')

    assert isinstance(bad, Listed)
    assert bad.why == "ragged"
    assert "it runs to line 3" in bad.reason
    assert good == Row(4, ["4", "v"])


def test_umlauts_of_another_encoding_are_read_with_it(tmp_path: Path) -> None:
    found = read(tmp_path, "id,note\n1,Zürich\n".encode("cp1252"), attrs.evolve(MAPPING, encoding="cp1252"))

    assert found == [Row(2, ["1", "Zürich"])]


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("\ufeffid,note\n".encode())

    assert header(path, attrs.evolve(MAPPING, encoding="utf-8-sig")) == ("id", "note")


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(b"id\n1\n"), name="log.csv") == [Row(2, ["1"])]


def test_another_delimiter_is_taken_from_the_mapping(tmp_path: Path) -> None:
    assert read(tmp_path, b"id;note\n1;a,b\n", attrs.evolve(MAPPING, delimiter=";")) == [Row(2, ["1", "a,b"])]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("log.csv", b"", "is empty"),
        ("log.csv", b"\n1,2\n", "names no columns"),
        ("log.csv.gz", b"id\n1\n", "no gzip file"),
        ("log.csv.gz", gzip.compress(b"id\n" + b"1\n" * 9999, mtime=0)[:-9], "damaged gzip data"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        read(tmp_path, data, name=name)


def test_a_missing_file_is_refused_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id\n")

    with pytest.raises(UnusableFile, match=r"there is no such file; check the name; the folder holds log\.csv"):
        header(tmp_path / "lgo.csv", MAPPING)


def test_a_wrong_encoding_that_cannot_go_on_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"log\.csv:\d+: is not utf-16"):
        read(tmp_path, b"id,note\n1,x\n2,yy\n3", attrs.evolve(MAPPING, encoding="utf-16"))
