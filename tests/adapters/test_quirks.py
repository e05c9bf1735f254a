"""What exports of this world do to a log: how they write a time, a number, a nothing, and what they forget."""

from __future__ import annotations

import gzip
import io
import tomllib
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskcore._value import FrozenDict
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs import InstantFormat, LogMapping, TicketLog, open_log
from deskcore.adapters.logs.amounts import amount
from deskcore.adapters.logs.derived import Derived
from deskcore.adapters.logs.mapping import loosely
from deskcore.adapters.logs.toml import mapping_from
from deskcore.adapters.replay import replay
from deskcore.errors import InvalidConfiguration, Problem
from tests.adapters.logs import DESK, LIFECYCLE, SNAPSHOTS, kinds, opened, snapshots, tickets, told

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
ROWS = (
    ("1", "2026-05-22 09:00", "New", "p1", "a", "bo"),
    ("1", "2026-05-22 10:00", "Open", "p1", "a", "bo"),
    ("1", "2026-05-22 11:00", "Solved", "p1", "a", "bo"),
)
TIMED = """
    rows = "snapshots"
    {top}
    time = {{ zone = "Europe/Amsterdam"{time} }}
    columns = {{ case = "id", at = "at", status = "state" }}
"""


def timed(folder: Path, *instants: str, time: str = "", top: str = "") -> TicketLog:
    """One ticket that is new, and then open and waiting by turns, at instants written in some way."""
    states = ["New", *["Open", "Waiting"] * len(instants)]
    log = "id|at|state\n" + "".join(f"1|{at}|{state}\n" for at, state in zip(instants, states, strict=False))
    return opened(folder, log, TIMED.format(time=time, top=f'delimiter = "|"\n    {top}'))


def instants(log: TicketLog) -> list[str]:
    """The instants of the events of ticket 1 after its opening, in UTC."""
    return [f"{event.at.astimezone(UTC):%d %H:%M}" for event in log.history_of("1").events[1:]]


def problems(folder: Path, log: str | bytes, mapping: str = SNAPSHOTS, name: str = "log.csv") -> tuple[Problem, ...]:
    (folder / name).write_bytes(log.encode() if isinstance(log, str) else log)
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    with pytest.raises(InvalidConfiguration) as caught:
        open_log(folder / name, folder / "mapping.toml", LIFECYCLE)
    return caught.value.problems


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (InstantFormat("excel", "Europe/Amsterdam"), "46164.5833333333"),
        (InstantFormat("excel", "Europe/Amsterdam"), "46164,5833333333"),
        (InstantFormat("%m/%d/%y %I:%M %p", "America/New_York"), "5/22/26 8:00 AM"),
        (InstantFormat("%d-%b-%Y %H:%M:%S", "UTC"), "22-MAY-2026 12:00:00"),
        (InstantFormat("%d %b %Y %H:%M", "Europe/Berlin", words=FrozenDict({"Mai": "May"})), "22 Mai 2026 14:00"),
        (
            InstantFormat("%d %b %Y %H:%M %z", words=FrozenDict({"CEST": "+0200", "mei": "May"})),
            "22 mei 2026 14:00 CEST",
        ),
        (InstantFormat("%Y-%m-%d %H:%M %Z"), "2026-05-22 08:00 America/New_York"),
        (InstantFormat("%Y-%m-%d %H:%M %Z"), "2026-05-22 12:00 UTC"),
        (InstantFormat("%d/%m/%Y", "UTC", ("%d/%m/%Y %H:%M", "iso")), "22/05/2026 12:00"),
        (InstantFormat("%d/%m/%Y", "UTC", ("%d/%m/%Y %H:%M", "iso")), "2026-05-22T14:00:00.000+0200"),
        (InstantFormat(), "2026-05-22 12:00:00 UTC"),
        (InstantFormat(), "2026-05-22 14:00:00 +0200"),
        (InstantFormat(zone="UTC"), "2026-05-22T12:00:00.0000000"),
        (InstantFormat("epoch"), "1779451200.000"),
    ],
)
def test_every_way_of_writing_noon(form: InstantFormat, text: str) -> None:
    assert form.parser()(text) == NOON


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "1e999999999", "-1e9", "4,6,1", "", "2026-05-22"])
def test_what_is_no_day_of_a_spreadsheet(text: str) -> None:
    with pytest.raises(ValueError, match="spreadsheet"):
        InstantFormat("excel", "UTC").parser()(text)


def test_an_abbreviation_of_a_zone_has_to_be_told() -> None:
    """IST is India, Ireland or Israel: nothing is guessed."""
    with pytest.raises(ValueError, match="say what 'IST' is in words"):
        InstantFormat("%H:%M %Z").parser()("12:00 IST")


def test_only_whole_words_are_replaced() -> None:
    words = FrozenDict({"Mar": "Dec", "a": "b"})
    parse = InstantFormat("%d %B %Y", "UTC", words=words).parser()

    assert parse("22 March 2026").month == 3


def test_a_time_that_occurs_twice_follows_the_order_of_the_rows(tmp_path: Path) -> None:
    """On 25 October 2026 the hour from 02:00 occurs twice in Amsterdam."""
    log = timed(
        tmp_path, "2026-10-25 01:30", "2026-10-25 02:10", "2026-10-25 02:50", "2026-10-25 02:20", "2026-10-25 03:00"
    )

    assert instants(log) == ["25 00:10", "25 00:50", "25 01:20", "25 02:00"]
    assert told(log)[1] == []


def test_an_end_in_the_hour_that_occurs_twice_is_not_before_its_beginning(tmp_path: Path) -> None:
    zone = '\ntime.zone = "Europe/Amsterdam"\n'
    work = (
        f'rows = "activities"{zone}columns = {{ case = "id", activity = "what", start = "from", complete = "to" }}\n'
        'activities.w = { start = { status = "Open" }, complete = { status = "Solved" } }'
    )
    whole = f'rows = "ticket"{zone}columns = {{ case = "id", opened_at = "from" }}\nstamps.to.status = "Open"'
    log = "id,what,from,to\n1,w,2026-10-25 02:50,2026-10-25 02:10\n"

    for mapping in (work, whole):
        held = opened(tmp_path, log, mapping)
        assert instants(held)[-1] == "25 01:10"
        assert told(held)[1] == []


def test_a_step_back_beyond_that_hour_stays_one(tmp_path: Path) -> None:
    log = timed(tmp_path, "2026-10-25 01:30", "2026-10-25 05:10", "2026-10-25 02:50")

    assert [row.why for row in told(log)[1]] == ["stepped_back"]


def test_an_offset_in_the_text_is_never_read_twice(tmp_path: Path) -> None:
    log = timed(tmp_path, "2026-10-25T02:30+02:00", "2026-10-25T02:50+02:00", "2026-10-25T02:10+02:00")

    assert instants(log) == ["25 00:50", "25 00:50"]
    assert [row.line for row in told(log)[1]] == [4]


def test_rows_may_be_told_last_first(tmp_path: Path) -> None:
    log = opened(tmp_path, snapshots(*reversed(ROWS)), f'order = "reversed"\n{SNAPSHOTS}'.replace("    ", ""))
    histories, listed = told(log)

    assert kinds(histories["1"]) == ["opened", "started", "resolved"]
    assert listed == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_rows_may_be_told_by_their_instants(tmp_path: Path, order: tuple[int, ...]) -> None:
    log = opened(
        tmp_path, snapshots(*(ROWS[place] for place in order)), f'order = "time"\n{SNAPSHOTS}'.replace("    ", "")
    )

    assert [event.at.hour for event in log.history_of("1").events] == [9, 10, 11]


def test_rows_of_one_instant_follow_their_sequence(tmp_path: Path) -> None:
    log = "id,at,n,state\n1,2026-05-22,A10,Solved\n1,2026-05-22,A9,Open\n1,2026-05-22,A1,New\n1,2026-05-22,A9,Waiting\n"
    mapping = """
        rows = "snapshots"
        order = "time"
        time.zone = "UTC"
        columns = { case = "id", at = "at", sequence = "n", status = "state" }
    """

    assert kinds(told(opened(tmp_path, log, mapping))[0]["1"]) == ["opened", "started", "held", "resolved"]


def test_copies_of_a_row_are_listed_where_that_is_asked(tmp_path: Path) -> None:
    log = opened(tmp_path, snapshots(*ROWS, ROWS[2]), f'duplicates = "list"\n{SNAPSHOTS}'.replace("    ", ""))
    histories, listed = told(log)

    assert [(row.line, row.why, row.reason) for row in listed] == [(5, "duplicate", "the same as line 4")]
    assert histories["1"].applied == 3


def test_words_may_be_taken_loosely(tmp_path: Path) -> None:
    rows = [
        ("1", "2026-05-22 09:00", "new", "P1", "a", "?"),
        ("1", "2026-05-22 10:00", "IN\u00a0 progress", "p1 ", "a", "?"),
    ]
    mapping = f'loose_words = true\n{SNAPSHOTS}\n[values.status]\n"In Progress" = "Open"\n'.replace("    ", "")

    ticket = tickets(opened(tmp_path, snapshots(*rows), mapping))["1"]
    assert (ticket.status.name, ticket.priority) == ("Open", "p1")


def test_an_empty_cell_may_say_nothing(tmp_path: Path) -> None:
    rows = [("1", "2026-05-22 09:00", "New", "p1", "a", "bo"), ("1", "2026-05-22 10:00", "Open", "", "", "")]
    plain, sparse = (
        tickets(opened(tmp_path, snapshots(*rows), f"{top}\n{SNAPSHOTS}".replace("    ", "")))["1"]
        for top in ("", 'empty = "unchanged"')
    )

    assert (plain.place.team, plain.place.assignee, plain.priority) == (None, None, None)
    assert (sparse.place.team, sparse.place.assignee, sparse.priority) == ("a", "bo", "p1")


def test_a_spreadsheet_saved_as_csv(tmp_path: Path) -> None:
    """A separator line, two lines of title, semicolons, decimal commas, days as numbers, cells missing at the end."""
    log = (
        "sep=;\r\nService desk;;;\r\nas of May;;;\r\nNr;Zeit;Status;Aufwand\r\n"
        "1;46164,5833333333;New;1.234,5\r\n1;46164,625;Open\r\n;;;\r\nTotal;;;9\r\n"
    )
    mapping = """
        rows = "snapshots"
        delimiter = ";"
        skip_lines = 3
        ragged = "fill"
        decimal = ","
        encoding = "cp1252"
        empty = "unchanged"
        time = { format = "excel", zone = "Europe/Berlin" }
        columns = { case = "Nr", at = "Zeit", status = "Status" }
        fields.cost = { column = "Aufwand", type = "number" }
    """
    log_read = opened(tmp_path, log.encode("cp1252"), mapping)
    histories, listed = told(log_read)

    assert [event.at for event in histories["1"].events] == [NOON, NOON + timedelta(hours=1)]
    assert tickets(log_read)["1"].fields["cost"] == 1234.5
    assert [(row.line, row.why) for row in listed] == [(7, "no_case"), (8, "no_instant")]


def test_a_log_without_a_header(tmp_path: Path) -> None:
    log = "1,2026-05-22 09:00,New\n1,2026-05-22 10:00,Open"
    mapping = 'rows = "snapshots"\nheader = ["id", "at", "state"]\ntime.zone = "UTC"\n'
    histories, _ = told(opened(tmp_path, log, f'{mapping}columns = {{ case = "id", at = "at", status = "state" }}'))

    assert histories["1"].lines == (1, 2)


def test_a_zip_of_one_file_is_read_like_the_file(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/log.csv", snapshots(*ROWS))
    plain, zipped, gz = (
        opened(tmp_path, data, SNAPSHOTS).history_of("1").events
        for data in (snapshots(*ROWS), packed.getvalue(), gzip.compress(snapshots(*ROWS).encode()))
    )

    assert plain == zipped == gz


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook of the old kind"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04broken", "damaged or locked zip data"),
        (b"x" * (17 * 1024 * 1024), "a line of more than"),
    ],
)
def test_what_is_no_table_is_told_by_its_name(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        opened(tmp_path, data, SNAPSHOTS)


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("xl/workbook.xml", "a.xml")])
def test_a_zip_of_several_files_is_not_guessed_at(tmp_path: Path, names: tuple[str, ...]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(UnusableFile, match=r"a zip of 2 files|an Excel workbook"):
        opened(tmp_path, packed.getvalue(), SNAPSHOTS)


def test_a_name_that_two_columns_have_is_remarked_upon(tmp_path: Path) -> None:
    log = snapshots(*ROWS).replace("who", "team", 1)
    mapping = SNAPSHOTS.replace('assignee = "who"', "")

    (remark,) = opened(tmp_path, log, mapping).remarks()
    assert remark.endswith("2 columns are called 'team'; the first counts")


def test_when_no_row_can_be_read_the_reason_is_told(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "id,at,state,priority,team,who\n1,2026-05-22 09:00,New\n")

    assert "not one of 1 rows can be read: 1 ragged, first on line 2: 3 cells where the header has 6" in found.message
    assert 'ragged = "fill"' in found.message


def test_unmapped_words_by_the_thousand_are_told_in_short(tmp_path: Path) -> None:
    rows = [(str(i), "2026-05-22 09:00", f"State {i}", "p1", "a", "bo") for i in range(500)]
    (found,) = problems(tmp_path, snapshots(*rows))

    assert "and 488 more; map each in [values.status]" in found.message
    assert len(found.message) < 1000


def test_a_status_out_of_an_activity_s_column_is_looked_at_before_anything_is_replayed(tmp_path: Path) -> None:
    mapping = """
        rows = "events"
        time.zone = "UTC"
        columns = { case = "id", at = "at", activity = "field" }
        activities.state.status = { column = "new" }
        activities."*".ignore = true
    """
    log = "id,at,field,new\n1,2026-05-22 09:00,state,Open\n1,2026-05-22 10:00,state,Parked\n1,2026-05-22 10:00,note,x\n"
    (found,) = problems(tmp_path, log, mapping)

    assert found.path.endswith("activities.state.status")
    assert "'Parked' (1 row, first on line 3)" in found.message
    assert "'x'" not in found.message


def test_instants_that_mark_something_else_are_listed(tmp_path: Path) -> None:
    log = timed(tmp_path, "2026-05-22 09:00", "0001-01-01 00:00", "9999-12-31 23:59", "1900-01-01", "2026-05-22 10:00")

    assert [(row.line, row.why) for row in told(log)[1]] == [(3, "bad_instant"), (4, "bad_instant"), (5, "bad_instant")]
    assert log.end == datetime(2026, 5, 22, 8, tzinfo=UTC)


FAULTY = """
rows = "snapshots"
delimiter = ";"
quote = ";"
encoding = "rot13"
skip_lines = -1
header = ["id", " "]
ragged = "drop"
input = "xlsx"
order = "backwards"
empty = "maybe"
decimal = "'"
[time]
format = ["%H:%M %Z of", "dd/mm"]
words = { Mai = 5.5 }
[derived]
a = { join = ["b", "x"] }
b = { split = "x", part = 0 }
c = { first = [] }
d = { join = ["x"], split = "x" }
e = { first = "x", at = ";" }
[columns]
case = "id"
at = { column = "at", format = "excel" }
[only]
state = 7
[stamps.x]
unit = "weeks"
clears = ["status", "team"]
team = "a"
"""


def test_every_fault_of_a_mapping_is_told_together() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        mapping_from(tomllib.loads(FAULTY))
    paths = {problem.path for problem in caught.value.problems}

    assert paths >= {
        "delimiter",
        "encoding",
        "skip_lines",
        "header",
        "ragged",
        "input",
        "order",
        "empty",
        "decimal",
        "time.format",
        "time.words.Mai",
        "derived.a",
        "derived.b.part",
        "derived.c.first",
        "derived.d",
        "derived.e.at",
        "only.state",
        "stamps.x",
        "stamps.x.unit",
        "stamps.x.clears",
    }


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("90", "minutes", 5400),
        ("1.5", "hours", 5400),
        ("0", "seconds", 0),
        ("2", "days", 172_800),
        ("0:30", "clock", 1800),
    ],
)
def test_an_amount_of_time(text: str, unit: str, seconds: int) -> None:
    assert amount(text, unit) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "unit"), [("-1", "hours"), ("NaN", "hours"), ("x", "days"), ("1e99", "days"), ("90", "clock")]
)
def test_what_is_no_amount(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"number of|hours and minutes"):
        amount(text, unit)


def test_a_part_that_is_not_there_is_empty() -> None:
    assert [Derived("split", ("x",), "/", part).of(["a/b"]) for part in (1, 2, 3, -1, -2, -3)] == [
        "a",
        "b",
        "",
        "b",
        "a",
        "",
    ]


def test_loose_words_are_one_word() -> None:
    assert loosely("In\u00a0Progress ") == loosely(" IN  progress")


def test_the_columns_that_are_used_are_those_of_every_table() -> None:
    mapping = LogMapping(
        "snapshots",
        FrozenDict({"case": "key"}),
        derived=FrozenDict({"key": Derived("join", ("project", "number"))}),
        only=FrozenDict({"kind": ("incident",)}),
    )

    assert {*mapping.used_columns().values()} == {"key", "project", "number", "kind"}


def test_an_audit_sets_custom_fields(tmp_path: Path) -> None:
    mapping = """
        rows = "events"
        time.zone = "+02:00"
        columns = { case = "id", at = "at", activity = "field" }
        activities.points.fields = { points = { column = "new", type = "number" }, note = "old" }
        activities."*".ignore = true
    """
    log = (
        "id,at,field,old,new\n1,2026-05-22 14:00,create,,\n1,2026-05-22 15:00,points,few,3\n"
        "1,2026-05-22 16:00,points,,5\n1,2026-05-22 17:00,points,,many\n"
    )
    held = opened(tmp_path, log, mapping)
    ticket = tickets(held)["1"]

    assert ticket.opened_at == NOON
    assert dict(ticket.fields) == {"points": 5}
    assert [(row.line, row.why) for row in told(held)[1]] == [(5, "bad_number")]


def test_a_format_that_fits_some_rows_by_chance_is_a_fault(tmp_path: Path) -> None:
    """Days up to the twelfth read as months, too: the others give the mistake away."""
    rows = [(str(day), f"{day:02}/05/2026 09:00", "New", "p1", "a", "bo") for day in range(1, 32)] * 2
    mapping = SNAPSHOTS.replace('zone = "UTC"', 'zone = "UTC"\n    format = "%m/%d/%Y %H:%M"')
    (found,) = problems(tmp_path, snapshots(*rows), mapping.replace("    ", ""))

    assert found.message.startswith("38 of 62 texts cannot be read: '13/05/2026 09:00' on line 14 is not the format")


def test_a_log_told_the_wrong_way_round_is_remarked_upon(tmp_path: Path) -> None:
    summary = replay(opened(tmp_path, snapshots(*reversed(ROWS)), SNAPSHOTS), DESK, tmp_path / "out")

    assert summary.rows.listed["stepped_back"] == 2
    assert summary.remarks()[0].startswith("2 of 3 rows step back in time")


def test_a_zone_beside_the_time(tmp_path: Path) -> None:
    log = "id,at,tz,state\n1,2026-05-22 08:00,EDT,New\n1,2026-05-22 14:30,Europe/Paris,Open\n1,2026-05-22 15:00,XYZ,Open\n"
    mapping = """
        rows = "snapshots"
        derived.when = { join = ["at", "tz"] }
        time = { format = "%Y-%m-%d %H:%M %Z", words = { EDT = "America/New_York" } }
        columns = { case = "id", at = "when", status = "state" }
    """
    held = opened(tmp_path, log, mapping)

    assert [event.at for event in held.history_of("1").events] == [NOON, NOON + timedelta(minutes=30)]
    assert "say what 'XYZ' is in words" in told(held)[1][0].reason


def test_rows_of_one_line_are_told_apart(tmp_path: Path) -> None:
    log = '{"id": 1, "c": [{"at": "2026-05-22T09:00Z", "s": "New"}, {"at": "soon", "s": "Open"}, {"at": "2026-05-22T08:00Z", "s": "Open"}]}'
    mapping = 'input = "json"\nrows = "snapshots"\neach = "c"\ncolumns = { case = "id", at = "c.at", status = "c.s" }'
    histories, listed = told(opened(tmp_path, log, mapping))

    assert [(row.line, row.part, row.why) for row in listed] == [(1, 1, "bad_instant"), (1, 2, "stepped_back")]
    assert histories["1"].rows() == ((1, 0), (1, 2))
    assert (histories["1"].applied, kinds(histories["1"])) == (1, ["opened", "started"])


@pytest.mark.parametrize(
    ("name", "log", "path", "said"),
    [
        ("log.csv", '{"id": 1, "at": "2026-05-22", "state": "New"}', "input", 'looks like JSON; set input = "json"'),
        ("log.csv", '<?xml version="1.0"?>\n<log/>\n', "input", 'looks like XES; set input = "xes"'),
        (
            "log.jsonl",
            '{"id": 1, "at": "2026-05-22", "state": "New", "items": []}',
            "each",
            "finds nothing to unfold at 'item'",
        ),
        ("log.csv", "id,at,state,items\n1,2026-05-22,New,x\n", "each", "did you mean 'items'?"),
    ],
)
def test_a_file_of_another_kind_and_a_list_that_is_not_there(
    tmp_path: Path, name: str, log: str, path: str, said: str
) -> None:
    each = 'each = "item"\n' if path == "each" else ""
    mapping = f'rows = "snapshots"\n{each}time.zone = "UTC"\ncolumns = {{ case = "id", at = "at", status = "state" }}'
    (found,) = problems(tmp_path, log, mapping, name)

    assert found.path.split()[-1] == path
    assert said in found.message


def test_a_number_and_an_amount_that_never_read_are_faults(tmp_path: Path) -> None:
    mapping = """
        rows = "ticket"
        time.zone = "UTC"
        columns = { case = "id", opened_at = "at" }
        fields.vip = { column = "vip", type = "flag" }
        stamps.took = { unit = "hours", status = "Solved" }
    """
    log = "id,at,vip,took\n1,2026-05-22,ja,1:30\n2,2026-05-22,nein,0:30\n"
    found = problems(tmp_path, log, mapping)

    assert {problem.path.split()[-1] for problem in found} == {"fields.vip", "stamps.took"}
    assert "'ja' on line 2 is not true or false" in " ".join(problem.message for problem in found)


def test_the_kind_of_a_packed_file_is_told_by_its_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("tickets.jsonl", '{"id": 1, "at": "2026-05-22", "state": "New"}')
    (tmp_path / "m.toml").write_text(
        'rows = "snapshots"\ntime.zone = "UTC"\ncolumns = { case = "id", at = "at", status = "state" }',
        encoding="utf-8",
    )

    assert tickets(open_log(tmp_path / "export.zip", tmp_path / "m.toml", LIFECYCLE))["1"].phase == "new"


def test_a_choice_of_no_words_is_a_fault() -> None:
    with pytest.raises(InvalidConfiguration, match=r"only\.kind"):
        mapping_from({"rows": "snapshots", "columns": {"case": "id", "at": "at"}, "only": {"kind": []}})
