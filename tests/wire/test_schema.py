"""The schema accepts what reading accepts, and warns of what an editor can warn of."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from deskcore.desk import Configuration
from deskcore.escalation import Matrix
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.predicate import Condition
from deskcore.rules import Table
from deskcore.staff import Staff
from deskcore.testing.predicate import conditions
from deskcore.testing.wire import values
from deskcore.tickets import Lifecycle
from deskcore.tickets.commands import Command
from deskcore.wire import desk_from, desk_to, dump
from deskcore.wire.schema import schema
from tests.wire.examples import FRIENDLY
from tests.wire.test_nodes import FullMoon
from tests.wire.test_reading import Everything
from tests.wire.test_shorthands import SAME

DESK = Draft202012Validator(schema())


@pytest.mark.parametrize(
    "kind",
    [Configuration, Condition, Command, Calendar, Lifecycle, Matrix, Staff, Actor, Everything, Table[int]],
    ids=str,
)
def test_every_schema_is_a_schema(kind: object) -> None:
    Draft202012Validator.check_schema(schema(kind))


def test_every_reference_leads_somewhere() -> None:
    defs: Any = schema()["$defs"]
    rest: list[Any] = [schema()]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                assert part["$ref"].removeprefix("#/$defs/") in defs
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)


def test_a_configuration_in_short_forms_satisfies_it() -> None:
    assert [error.json_path for error in DESK.iter_errors(FRIENDLY)] == []


def test_a_configuration_in_its_long_form_satisfies_it() -> None:
    assert [error.json_path for error in DESK.iter_errors(desk_to(desk_from(FRIENDLY)))] == []


@pytest.mark.parametrize(("kind", "short", "value"), SAME, ids=lambda part: str(part)[:50])
def test_every_short_form_satisfies_it(kind: Any, short: object, value: object) -> None:
    del value
    assert [error.message for error in Draft202012Validator(schema(kind)).iter_errors(_as_json(short))] == []


def _as_json(value: object) -> object:
    return [_as_json(part) for part in value] if isinstance(value, tuple) else value


@given(conditions())
@settings(max_examples=30)
def test_every_condition_satisfies_it(condition: Condition) -> None:
    """What is written is what the schema says."""
    Draft202012Validator(schema(Condition)).validate(dump(condition))


@given(values(Command))
@settings(max_examples=30)
def test_every_command_satisfies_it(command: Command) -> None:
    """What is written is what the schema says."""
    COMMANDS.validate(dump(command))


COMMANDS = Draft202012Validator(schema(Command))


@given(values(Everything))
@settings(max_examples=30)
def test_every_plain_kind_satisfies_it(whole: Everything) -> None:
    """What is written is what the schema says."""
    EVERYTHING.validate(dump(whole))


EVERYTHING = Draft202012Validator(schema(Everything))


def wrong(change: Any) -> dict[str, Any]:
    data = copy.deepcopy(FRIENDLY)
    change(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(sede="x"),
        lambda data: data["staff"]["agents"]["bo"].update(skils=["vpn"]),
        lambda data: data["staff"]["agents"]["bo"].update(tier="one"),
        lambda data: data["matrix"]["rows"]["p1"]["lead"].update(until="resolvd"),
        lambda data: data["matrix"]["rows"]["p1"]["lead"].pop("due"),
        lambda data: data["routing"].update(hand_of="manila"),
        lambda data: data["lifecycles"]["simple"]["timers"]["auto-close"].update(phases=["resolvd"]),
        lambda data: data["policies"]["gold"].update(on_change="never"),
        lambda data: data["calendars"]["default"].pop("tz"),
    ],
)
def test_a_slip_is_seen_by_an_editor(change: Any) -> None:
    assert not DESK.is_valid(wrong(change))


def test_a_host_s_nodes_are_among_the_choices() -> None:
    data = {"type": "acme.full_moon", "since": 3}
    assert not Draft202012Validator(schema(Condition)).is_valid(data)
    assert Draft202012Validator(schema(Condition, nodes=[FullMoon])).is_valid(data)
