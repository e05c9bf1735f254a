"""A whole desk from plain data, and back."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskcore.desk import Configuration, Desk, Memory
from deskcore.desk.floor_commands import SignOn
from deskcore.errors import InvalidConfiguration
from deskcore.log import Actor
from deskcore.testing.wire import check_roundtrip
from deskcore.tickets import commands as do
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire import Plain, desk_from, desk_to, roundtrip
from deskcore.wire.configuration import configuration_from, configuration_to
from tests.wire.examples import FRIENDLY
from tests.wire.test_nodes import FullMoon


def changed(**parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(FRIENDLY), **parts}


def test_a_configuration_in_short_forms_comes_back_in_its_long_form() -> None:
    configuration = configuration_from(FRIENDLY)
    check_roundtrip(configuration)
    written = configuration_to(configuration)
    assert configuration_from(written) == configuration
    assert configuration_to(configuration_from(written)) == written


def test_a_desk_is_saved_as_its_configuration() -> None:
    desk = desk_from(FRIENDLY)
    assert isinstance(desk, Desk)
    assert desk_from(desk_to(desk)) == desk


def test_what_is_written_is_json() -> None:
    written: Plain = desk_to(desk_from(FRIENDLY))
    assert json.loads(json.dumps(written)) == written


def test_without_lifecycles_a_desk_has_the_simple_one() -> None:
    assert desk_from({}).configuration == Configuration((simple_lifecycle(),))


def test_every_fault_is_found_at_once_with_its_path_as_written() -> None:
    data = changed(sede="x")
    data["policies"]["gold"]["targets"]["resolution"]["p1"] = "4 busines hours"
    data["calendars"]["default"]["tz"] = "Europe/Amserdam"
    data["matrix"]["rows"]["p1"]["lead"]["due"] = "half-way"
    data["routing"]["overflow"]["outside"][0] = {"hand_of": "manila"}
    data["lifecycles"]["simple"]["statuses"]["Open"] = "actve"

    with pytest.raises(InvalidConfiguration) as caught:
        desk_from(data)

    assert [problem.path for problem in caught.value.problems] == [
        "lifecycles.simple.statuses.Open.phase",
        "calendars.default.tz",
        "policies.gold.targets.resolution.p1.within",
        "matrix.rows.p1.lead.due",
        "routing.overflow.outside[0]",
        "sede",
    ]


def test_the_book_may_be_called_by_its_own_name() -> None:
    data = changed()
    data["book"] = {"policies": data.pop("policies")}
    assert desk_from(data) == desk_from(FRIENDLY)
    data["book"] = {"gold": {}}
    with pytest.raises(InvalidConfiguration, match=r"book\.gold\.targets: is missing"):
        desk_from(data)


def test_both_names_of_the_book_at_once_are_one_too_many() -> None:
    with pytest.raises(InvalidConfiguration, match="policies: is not known here"):
        desk_from(changed(book={}))


def test_an_editor_s_schema_reference_is_passed_over() -> None:
    assert desk_from(changed(**{"$schema": "desk.schema.json"})) == desk_from(FRIENDLY)


def test_a_host_s_nodes_may_be_named() -> None:
    data = changed()
    data["policies"]["gold"]["when"] = {"type": "acme.full_moon", "since": 3}
    desk = desk_from(data, nodes=[FullMoon])
    assert desk.configuration.book.policies[0].when == FullMoon(3)
    assert desk_from(desk_to(desk, nodes=[FullMoon]), nodes=[FullMoon]) == desk


@pytest.mark.parametrize("data", [{"lifecycles": []}, {"calendars": 3}, {"name": ""}, {1: 2}])
def test_whatever_is_given_ends_in_a_configuration_error(data: dict[str, object]) -> None:
    with pytest.raises(InvalidConfiguration):
        desk_from(data)


def test_what_a_host_keeps_of_a_desk_at_work_comes_back() -> None:
    """Cases, the floor, and whatever the desk answered."""
    host = Memory(desk_from(FRIENDLY))
    ann, bo = Actor.requester("ann"), Actor.agent("bo")
    monday = datetime(2026, 5, 18, 8, tzinfo=UTC)
    answers: list[object] = [host.operate(SignOn("bo"), at=monday, actor=bo)]
    for minute, command, actor in (
        (1, do.Open("T-1", subject="VPN drops", requester="ann", priority="p1"), ann),
        (2, do.Post("T-1", "m-1"), bo),
        (3, do.Move("T-1", "Pending requester", reason="requester"), bo),
        (4, do.Resolve("T-1"), bo),
    ):
        answers.append(host.handle(command, at=monday + timedelta(minutes=minute), actor=actor))
    late = monday + timedelta(days=2)
    host.advance(late)
    case = host.case("T-1")
    kept = [case, host.floor, host.log("T-1"), host.log(), *host.told, *host.desk.clocks(case, at=late)]
    for value in (*answers, *kept):
        check_roundtrip(value)


def test_the_simple_lifecycle_comes_back() -> None:
    assert roundtrip(simple_lifecycle()) == simple_lifecycle()
