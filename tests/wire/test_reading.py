"""What is read is checked to the letter, and every fault is reported at once."""

from __future__ import annotations

import pickle
import sys
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import DecodeError, DeskcoreError, InvalidValue, Problem
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.log import Actor, Event
from deskcore.predicate import Condition, Is
from deskcore.rules import Row, Table
from deskcore.testing.tickets import opening
from deskcore.tickets import Status
from deskcore.wire import Converter, dump, dumps, load, loads, roundtrip
from deskcore.wire.text import JsonLibrary


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Grade(IntEnum):
    LOW = 1
    HIGH = 2


NOTHING = BusinessDuration(timedelta(0))


@attrs.frozen
class Everything:
    """One field of every plain kind."""

    text: str = ""
    whole: int = 0
    number: float = 0.0
    flag: bool = False
    money: Decimal = Decimal(0)
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    day: date = date(2026, 1, 1)
    clock: time = time(9)
    span: timedelta = timedelta(0)
    open_time: BusinessDuration = NOTHING
    zone: tzinfo | None = None
    colour: Colour = Colour.RED
    grade: Grade = Grade.LOW
    names: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    pair: tuple[str, int] = ("", 0)
    table: FrozenDict[float] = attrs.field(factory=FrozenDict[float])


def problems(data: object, as_type: type) -> list[str]:
    with pytest.raises(DecodeError) as caught:
        load(data, as_type)
    return [str(problem) for problem in caught.value.problems]


def test_fields_that_equal_their_defaults_are_left_out() -> None:
    assert dump(Everything()) == {}
    assert load({}, Everything) == Everything()


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        ("text", 'Zoë "日本"', 'Zoë "日本"'),
        ("money", Decimal("12.50"), "12.50"),
        ("moment", datetime(2026, 5, 22, 9, 30, tzinfo=UTC), "2026-05-22T09:30:00Z"),
        ("moment", datetime(2026, 5, 22, 9, 30, 0, 1, tzinfo=UTC), "2026-05-22T09:30:00.000001Z"),
        ("moment", datetime(2026, 5, 22, 11, 30, tzinfo=ZoneInfo("Europe/Amsterdam")), "2026-05-22T09:30:00Z"),
        ("day", date(2026, 5, 22), "2026-05-22"),
        ("clock", time(9, 30), "09:30"),
        ("clock", time(9, 30, 0, 5), "09:30:00.000005"),
        ("span", timedelta(minutes=90), "1h 30m"),
        ("span", timedelta.max, {"microseconds": 86399999999999999999}),
        ("open_time", BusinessDuration(timedelta(hours=4)), "4 business hours"),
        ("zone", ZoneInfo("Asia/Manila"), "Asia/Manila"),
        ("zone", ZoneInfo("UTC"), "UTC"),
        ("zone", UTC, "+00:00"),
        ("colour", Colour.BLUE, "blue"),
        ("grade", Grade.HIGH, 2),
        ("names", ("b", "a"), ["b", "a"]),
        ("numbers", frozenset({10, 9}), [9, 10]),
        ("pair", ("a", 1), ["a", 1]),
        ("table", FrozenDict({"a": 0.5}), {"a": 0.5}),
    ],
)
def test_a_value_is_written_in_its_plain_form_and_comes_back(field: str, value: object, written: object) -> None:
    whole = Everything(**{field: value})  # type: ignore[arg-type]
    assert dump(whole) == {field: written}
    assert roundtrip(whole) == whole


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("text", 3),
        ("whole", True),
        ("whole", 1.0),
        ("whole", "1"),
        ("number", True),
        ("number", "1"),
        ("flag", 1),
        ("flag", "true"),
        ("money", 12.5),
        ("money", "NaN"),
        ("money", "12,50"),
        ("moment", "2026-05-22T09:30:00"),
        ("moment", "2026-05-22T09:30:00.1234567Z"),
        ("moment", "2026-05-22"),
        ("moment", "2026-02-30T09:30:00Z"),
        ("moment", "0001-01-01T00:00:00+14:00"),
        ("moment", datetime(2026, 5, 22, 9)),
        ("day", "2026-5-22"),
        ("day", "2026-05-22T00:00:00Z"),
        ("clock", "9:30"),
        ("clock", "25:00"),
        ("span", "4 business hours"),
        ("open_time", "4h"),
        ("open_time", 4),
        ("zone", "Europe/Amserdam"),
        ("zone", "../etc/passwd"),
        ("zone", ""),
        ("colour", "green"),
        ("colour", 1),
        ("grade", "1"),
        ("grade", 3),
        ("grade", True),
        ("names", "abc"),
        ("names", [1]),
        ("names", {"a": 1}),
        ("numbers", ["a"]),
        ("pair", ["a"]),
        ("pair", ["a", "b"]),
        ("table", ["a"]),
        ("table", {"a": "b"}),
        ("table", {1: 0.5}),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_path(field: str, given: object) -> None:
    found = problems({field: given}, Everything)
    assert len(found) == 1
    assert found[0].startswith(field)


def test_every_fault_of_a_document_is_found_at_once() -> None:
    data = {"text": 3, "whole": "x", "names": ["a", 2, "c", 4], "table": {"a": 1, "b c": "x"}, "colr": "red"}

    assert problems(data, Everything) == [
        "text: must be text (got 3)",
        "whole: must be a whole number (got 'x')",
        "names[1]: must be text (got 2)",
        "names[3]: must be text (got 4)",
        "table['b c']: must be a number (got 'x')",
        "colr: is not known here; did you mean 'colour'? known: clock, colour, day, flag, grade, moment, money, names, number, numbers, open_time, pair, span, table, text, whole, zone",
    ]


def test_a_rule_of_a_constructor_is_reported_at_its_field() -> None:
    assert problems({"id": "", "role": "agent"}, Actor) == ["id: must be a name without surrounding blanks (got '')"]


def test_a_rule_between_fields_is_reported_at_the_one_it_names() -> None:
    data = {"name": "Open", "phase": "active", "waits_for": "requester"}
    assert problems(data, Status) == ["waits_for: belongs to a waiting status; 'Open' is active (got 'requester')"]


def test_unknown_keys_are_passed_over_when_asked() -> None:
    data = {"id": "ann", "role": "requester", "shoe_size": 38}
    assert load(data, Actor, strict=False) == Actor.requester("ann")
    with pytest.raises(DecodeError, match="shoe_size: is not known here"):
        load(data, Actor)


def test_every_problem_has_a_code() -> None:
    with pytest.raises(DecodeError) as caught:
        load({"rolle": 1}, Actor)
    assert {(problem.path, problem.code) for problem in caught.value.problems} == {
        ("id", "missing"),
        ("role", "missing"),
        ("rolle", "unknown_key"),
    }


def test_a_decode_error_pickles() -> None:
    error = DecodeError("event", (Problem("at", "is missing", "missing"),))
    back = pickle.loads(pickle.dumps(error))
    assert (back.noun, back.problems, str(back)) == (error.noun, error.problems, str(error))


def test_a_generic_class_is_read_as_what_it_is_of() -> None:
    table = Table((Row(1, Is("priority", "p1")), Row(8)))
    assert roundtrip(table, Table[int]) == table
    with pytest.raises(DecodeError, match=r"rows\[0\]\.value: must be text"):
        load(dump(table), Table[str])


def test_a_generic_class_without_its_type_is_refused() -> None:
    with pytest.raises(InvalidValue, match="must be a type that can be read"):
        load({"rows": []}, Table)


@pytest.mark.parametrize("text", ["", "{", '{"a":}', "NaN", '{"a": Infinity}', "1" * 5000, "[" * 100_000])
def test_text_that_is_no_json_is_a_decode_error(text: str) -> None:
    with pytest.raises(DecodeError):
        loads(text, Everything)


def test_data_nested_too_deeply_is_a_decode_error() -> None:
    data: object = {"type": "is", "fact": "a", "value": 1}
    for _ in range(5000):
        data = {"type": "not", "part": data}
    with pytest.raises(DecodeError, match="nested too deeply"):
        load(data, Condition)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_say_is_not_written(value: float) -> None:
    with pytest.raises(InvalidValue, match="JSON"):
        dumps(Everything(number=value))


@pytest.mark.parametrize(
    "whole",
    [
        Everything(money=Decimal("NaN")),
        Everything(moment=datetime(2026, 1, 1)),
        Everything(clock=time(9, tzinfo=UTC)),
    ],
)
def test_a_value_without_a_written_form_is_refused_when_written(whole: Everything) -> None:
    with pytest.raises(InvalidValue):
        dump(whole)


def test_a_lone_surrogate_is_written_so_that_a_file_can_hold_it() -> None:
    text = dumps(Everything(text="\ud800"))
    assert text.encode("utf-8") == b'{"text":"\\ud800"}'
    assert loads(text, Everything) == Everything(text="\ud800")


def test_native_dates_of_toml_are_read() -> None:
    data = {"day": date(2026, 5, 22), "clock": time(9, 30), "moment": datetime(2026, 5, 22, 9, tzinfo=UTC)}
    assert load(data, Everything) == Everything(**data)  # type: ignore[arg-type]


def test_amounts_of_either_kind_are_told_apart_by_their_text() -> None:
    either: Any = BusinessDuration | ElapsedDuration
    assert load("4 business hours", either) == BusinessDuration(timedelta(hours=4))
    assert load("4h", either) == ElapsedDuration(timedelta(hours=4))
    with pytest.raises(DecodeError, match="must be elapsed time"):
        load("2 working days", either)


def test_a_converter_pickles_without_what_it_looked_up() -> None:
    converter = Converter([Everything])
    converter.dump(Everything())
    assert pickle.loads(pickle.dumps(converter)).dump(Everything(whole=1)) == {"type": "everything", "whole": 1}


def test_whatever_is_wrong_is_a_deskcore_error() -> None:
    with pytest.raises(DeskcoreError):
        load(object(), Everything)


@pytest.mark.parametrize("library", ["orjson", "msgspec"])
def test_a_faster_library_reads_and_writes_the_same(library: JsonLibrary) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed: the fast path of text is not tested")
    fast = Converter(json=library)
    whole = Everything(
        text="Zoë", number=0.1, moment=datetime(2026, 5, 22, 9, 30, 0, 1, tzinfo=UTC), money=Decimal("1.50")
    )
    assert fast.dumps(whole) == dumps(whole)
    assert fast.loads(dumps(whole), Everything) == whole
    huge = Everything(whole=2**80, text="\ud800", moment=datetime(2026, 5, 22, 9, 30, tzinfo=UTC))
    assert loads(fast.dumps(huge), Everything) == huge
    with pytest.raises(DecodeError, match="is not JSON"):
        fast.loads("{", Everything)


@pytest.mark.parametrize("library", ["orjson", "msgspec"])
def test_a_faster_library_writes_instants_as_the_standard_one_does(library: JsonLibrary) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed: the fast path of text is not tested")
    fast, amsterdam = Converter(json=library), ZoneInfo("Europe/Amsterdam")
    for moment in (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 7, 1, 12, 0, 0, 500_000, tzinfo=amsterdam),
        datetime(2026, 10, 25, 2, 30, tzinfo=amsterdam, fold=1),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ):
        assert fast.dumps(Everything(moment=moment)) == dumps(Everything(moment=moment))
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        fast.dumps(Everything(moment=datetime(2026, 5, 22)))


@pytest.mark.parametrize(
    "text",
    [
        "2026-W21-5T12:00:00Z", "2026-05-22T120000.0Z", "2026-05-22T12:00:00,250000Z", "2026-05-22T12:00:00.25000\u0660Z",
        "2026-05-22T12:00:00.2500+1Z", "2026-05-22T12:00:00.000000z+", "\u0662026-05-22T12:00:00Z", "2026-05-22T24:00:00Z",
        "2026-02-30T12:00:00Z", "2026-05-22 12:00:00",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_instant_is_refused(text: str) -> None:
    with pytest.raises(DecodeError, match="must be an instant"):
        load({"moment": text}, Everything)


@pytest.mark.parametrize(
    ("granted", "fits"), [(["a", "b"], True), ("ab", False), ([1], False), ({"a": 1}, False), ([["a"]], False)]
)
def test_an_actor_seen_before_is_checked_all_the_same(granted: object, fits: bool) -> None:
    converter = Converter()
    line = converter.dump(opening("T-1"))
    assert isinstance(line, dict)
    for permissions, good in ((["a", "b"], True), (granted, fits)):
        told = {**line, "actor": {"id": "bo", "role": "agent", "permissions": permissions}}
        if good:
            assert converter.load(told, Event).actor == Actor.agent("bo", permissions=frozenset({"a", "b"}))
        else:
            with pytest.raises(DecodeError):
                converter.load(told, Event)


@pytest.mark.parametrize("library", ["yaml", ""])
def test_an_unknown_json_library_is_refused(library: Any) -> None:
    with pytest.raises(InvalidValue, match="must be one of stdlib, orjson, msgspec"):
        Converter(json=library)


def test_a_json_library_that_is_absent_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "orjson", None)
    with pytest.raises(InvalidValue, match=r"pip install deskcore\[json\]"):
        Converter(json="orjson")
