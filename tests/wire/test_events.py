"""Envelopes, versions, unknown types, lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import ClassVar, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue
from deskcore.log import Actor, Event, EventData, EventLog, Unknown
from deskcore.testing.wire import events
from deskcore.tickets.events import Opened, TagAdded
from deskcore.wire import (
    Converter,
    Plain,
    Upcaster,
    dump,
    dump_lines,
    dumps,
    load,
    load_lines,
    load_log,
    load_logs,
    loads,
)

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)


@attrs.frozen
class CoffeeServed(EventData):
    TYPE: ClassVar[str] = "acme.coffee_served"
    V: ClassVar[int] = 3
    cups: int
    milk: bool = False


def of(data: EventData, seq: int = 1, stream: str = "T-1") -> Event:
    return Event(stream, seq, NOON, NOON, Actor.system(), data)


def line(**changes: object) -> dict[str, object]:
    written = cast("dict[str, object]", dump(of(TagAdded("vip"))))
    return {key: value for key, value in {**written, **changes}.items() if value is not ...}


def test_an_event_is_a_flat_envelope_around_its_data() -> None:
    assert dump(of(TagAdded("vip"))) == {
        "id": "T-1/1",
        "stream": "T-1",
        "seq": 1,
        "at": "2026-05-22T12:00:00Z",
        "recorded_at": "2026-05-22T12:00:00Z",
        "actor": {"id": "system", "role": "system", "permissions": ["*"]},
        "type": "tag_added",
        "v": 1,
        "data": {"tag": "vip"},
    }


def test_keys_of_a_newer_release_are_passed_over() -> None:
    newer = line(data={"tag": "vip", "colour": "red"}, region="eu")
    assert load(newer, Event) == of(TagAdded("vip"))


def test_unknown_keys_inside_a_log_are_passed_over_too() -> None:
    assert load({"events": [line(region="eu")]}, EventLog) == EventLog((of(TagAdded("vip")),))


def test_the_id_may_be_left_out_but_not_lie() -> None:
    assert load(line(id=...), Event) == of(TagAdded("vip"))
    with pytest.raises(DecodeError, match="id: must be 'T-1/1'"):
        load(line(id="T-2/1"), Event)


def test_every_fault_of_an_event_is_found_at_once() -> None:
    with pytest.raises(DecodeError) as caught:
        load(line(seq="1", at="noon", actor={"id": "x", "role": "boss"}, data={"tag": 3}), Event)
    assert [problem.path for problem in caught.value.problems] == ["seq", "at", "actor.role", "data.tag"]


def test_data_that_is_missing_is_said_so() -> None:
    with pytest.raises(DecodeError) as caught:
        load(line(data=...), Event)
    assert [str(problem) for problem in caught.value.problems] == ["data.tag: is missing"]


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none()), st.booleans())
def test_an_unknown_event_is_written_back_as_it_was_read(data: dict[str, Plain], wide: bool) -> None:
    """Character for character, inside the line it came in."""
    payload = json.dumps(data, indent=None, separators=(" , ", " : ") if wide else None)
    text = dumps(of(Unknown("acme.x", 2, payload)))
    assert payload in text
    assert loads(text, Event).data == Unknown("acme.x", 2, payload)
    assert dumps(loads(text, Event)) == text


def test_numbers_of_an_unknown_event_keep_their_spelling() -> None:
    payload = '{"price": 1.50, "big": 1e5, "data": {"data": 1}}'
    text = dumps(of(Unknown("acme.x", 1, payload)))
    assert cast("Unknown", loads(text, Event).data).payload == payload


def test_an_unknown_event_with_line_breaks_is_still_one_line() -> None:
    text = dumps(of(Unknown("acme.x", 1, '{\n  "a": 1\n}')))
    assert "\n" not in text
    assert cast("Unknown", loads(text, Event).data).payload == '{"a":1}'


def test_an_unknown_event_keeps_its_spelling_inside_other_values() -> None:
    log = EventLog((of(Unknown("acme.x", 1, '{ "a" : 1 }')),))
    assert loads(dumps(log), EventLog) == log


def test_a_payload_that_is_no_json_is_not_written() -> None:
    with pytest.raises(InvalidValue, match="payload must be JSON"):
        dumps(of(Unknown("acme.x", 1, "{oops")))


def test_a_version_newer_than_this_release_is_kept_as_unknown() -> None:
    event = load(line(v=2, data={"tags": ["vip"]}), Event)
    assert event.data == Unknown("tag_added", 2, '{"tags":["vip"]}')
    assert (event.type, event.v) == ("tag_added", 2)


def test_a_host_s_event_is_known_to_the_converter_it_was_given_to() -> None:
    converter = Converter([CoffeeServed])
    event = of(CoffeeServed(2))
    assert converter.roundtrip(event) == event
    assert load(converter.dump(event), Event).data == Unknown("acme.coffee_served", 3, '{"cups":2}')


def test_an_event_that_is_not_registered_is_not_written() -> None:
    with pytest.raises(InvalidValue, match="must be registered"):
        dumps(of(CoffeeServed(2)))


def test_upcasters_are_chained_up_to_the_present_version() -> None:
    converter = Converter(
        [CoffeeServed],
        upcasters=[
            Upcaster("acme.coffee_served", 1, lambda data: {"amount": data["n"]}),
            Upcaster("acme.coffee_served", 2, lambda data: {"cups": data["amount"]}),
        ],
    )
    for v, data in ((1, {"n": 2}), (2, {"amount": 2}), (3, {"cups": 2})):
        assert converter.load(line(type="acme.coffee_served", v=v, data=data), Event).data == CoffeeServed(2)


def test_a_gap_in_the_chain_is_said_so() -> None:
    converter = Converter([CoffeeServed])
    with pytest.raises(DecodeError, match="there is no upcaster from version 1"):
        converter.load(line(type="acme.coffee_served", v=1, data={"n": 2}), Event)


def test_an_upcaster_that_trips_over_old_data_is_a_decode_error() -> None:
    converter = Converter(
        [CoffeeServed], upcasters=[Upcaster("acme.coffee_served", 2, lambda data: {"cups": data["n"]})]
    )
    with pytest.raises(DecodeError, match=r"data: of version 2 cannot be brought up to date: .*KeyError\('n'\)"):
        converter.load(line(type="acme.coffee_served", v=2, data={}), Event)


def test_upcasters_that_lead_nowhere_are_found_at_once() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Converter(upcasters=[Upcaster("tag_added", 1, dict), Upcaster("acme.y", 1, dict)])
    assert [problem.path for problem in caught.value.problems] == ["upcasters['acme.y']", "upcasters['tag_added']"]


def test_an_event_class_alone_is_its_data_alone() -> None:
    assert dump(TagAdded("vip")) == {"tag": "vip"}
    assert load({"tag": "vip", "colour": "red"}, TagAdded) == TagAdded("vip")


def test_an_event_as_one_of_many_says_its_type_and_version() -> None:
    assert dump(TagAdded("vip"), EventData) == {"type": "tag_added", "v": 1, "data": {"tag": "vip"}}


@given(st.lists(events(), max_size=4))
def test_lines_come_back_as_the_events_they_were(log: list[Event]) -> None:
    """load_lines(dump_lines(events)) == events, each on one line, split on line breaks alone."""
    lines = list(dump_lines(log))
    assert all(text.endswith("\n") and text.count("\n") == 1 for text in lines)
    assert list(load_lines("".join(lines).split("\n"))) == log


def test_a_faulty_line_is_named_by_its_number() -> None:
    good = dumps(of(TagAdded("vip")))
    reader = load_lines([good, "", '{"type": "tag_added"'])
    assert next(reader) == of(TagAdded("vip"))
    with pytest.raises(DecodeError, match="line 3: line 1 column 21: is not JSON"):
        next(reader)


def test_a_log_s_faults_are_found_at_once() -> None:
    with pytest.raises(DecodeError) as caught:
        load_log(["{", dumps(of(TagAdded("vip"))), json.dumps(line(seq="x", data={"tag": 1}))])
    assert [problem.path for problem in caught.value.problems] == [
        "line 1: line 1 column 2",
        "line 3: seq",
        "line 3: data.tag",
    ]


def test_a_log_is_read_from_its_lines() -> None:
    log = EventLog((of(TagAdded("vip")), of(Unknown("acme.x", 1, "{}"), 2)))
    assert load_log(dump_lines(log)) == log


def test_a_file_of_several_streams_is_read_as_one_log_each() -> None:
    mixed = [of(TagAdded("a")), of(TagAdded("b"), 1, "floor"), of(TagAdded("c"), 2), of(TagAdded("d"), 2, "floor")]

    logs = load_logs(dump_lines(mixed))

    assert logs == {"T-1": EventLog((mixed[0], mixed[2])), "floor": EventLog((mixed[1], mixed[3]))}


def test_every_gap_of_every_stream_is_named_by_its_line() -> None:
    mixed = [of(TagAdded("a")), of(TagAdded("b"), 2, "floor"), of(TagAdded("c"), 3), of(TagAdded("d"), 4)]

    with pytest.raises(DecodeError) as caught:
        load_logs(dump_lines(mixed))

    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("line 2: seq", "gap"),
        ("line 3: seq", "gap"),
    ]
    assert caught.value.problems[1].message.startswith("holds T-1/3 where T-1/2 is next")


def test_a_line_that_holds_no_event_is_no_gap_besides() -> None:
    with pytest.raises(DecodeError) as caught:
        load_logs(["{", *dump_lines([of(TagAdded("b"), 2)])])

    assert [problem.code for problem in caught.value.problems] == ["not_json"]


def test_an_event_s_values_are_checked_strictly() -> None:
    data = {"subject": "x", "requester": None, "status": {"name": "New", "phase": "nwe"}, "lifecycle": "simple"}
    with pytest.raises(DecodeError, match=r"data\.status\.phase: must be one of the known words, not 'nwe'"):
        load(line(type=Opened.TYPE, data=data), Event)


def test_data_of_an_old_version_that_is_no_table_is_said_so() -> None:
    converter = Converter([CoffeeServed], upcasters=[Upcaster("acme.coffee_served", 2, dict)])
    with pytest.raises(DecodeError, match="data: must be a table"):
        converter.load(line(type="acme.coffee_served", v=2, data=[1]), Event)


def test_versions_count_from_one() -> None:
    with pytest.raises(DecodeError, match="versions count from 1"):
        load(line(v=0), Event)


@pytest.mark.parametrize("given", [3, None, [], "tag_added"])
def test_what_is_no_table_is_no_event(given: object) -> None:
    for kind in (Event, EventData):
        with pytest.raises(DecodeError, match="a table with"):
            load(given, kind)
