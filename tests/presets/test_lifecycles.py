"""Each preset plays the vectors that show the product as shipped, with the preset in the place of the vector's table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deskcore.desk import Desk
from deskcore.desk.configuration import Configuration
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.presets import (
    rt_lifecycle,
    servicenow_change,
    servicenow_incident,
    zammad_lifecycle,
    zendesk_lifecycle,
)
from deskcore.presets.named import LIFECYCLES
from deskcore.testing.tickets import NOON
from deskcore.tickets import Lifecycle
from deskcore.wire import roundtrip
from tests.conformance.lifecycle import Differences, Play

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "lifecycle.json"
Table = dict[str, Any]
Make = Callable[[Table], Lifecycle]


def _zammad(table: Table) -> Lifecycle:
    return zammad_lifecycle(
        follow_up=table.get("follow_up", "yes"), reopen_days=int(table.get("reopen_time_in_days", 0))
    )


def _incident(table: Table) -> Lifecycle:
    timer: Table = (table.get("timers") or [{}])[0]
    if timer.get("basis") == "updated_at":
        return servicenow_incident(close_after=elapsed(days=timer["after_days"]), since="updated")
    days = timer.get("after_business_days")
    return servicenow_incident(close_after=None if days is None else business(hours=24 * days))


# Left out are vectors of one installation's own statuses or automations: rt-011, 013, 031 to 033 and 054, sn-019 and
# 020, zd-023 and 024.
PLAYED: dict[str, tuple[Make, tuple[str, ...]]] = {
    "rt": (
        lambda _: rt_lifecycle(),
        ("002d", "002e", "003", "004", "010", "026", "041", "050", "052", "053", "060"),
    ),
    "zd": (lambda _: zendesk_lifecycle(), ("004", "007", "010", "013", "015", "016")),
    "zm": (_zammad, ("001", "003", "005", "010", "011", "013", "014", "015", "018", "020")),
    "sn": (_incident, ("004", "005", "006", "007", "012")),
    "sn-change": (lambda table: servicenow_change(table["model"]), ("015a", "015b", "016b", "016c")),
}
NAMED = [(product, number) for product, (_, numbers) in PLAYED.items() for number in numbers]


@pytest.mark.parametrize(("product", "number"), NAMED)
def test_a_preset_behaves_as_the_product_does(product: str, number: str) -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    known = {case["id"]: case for case in json.loads(VECTORS.read_text(encoding="utf-8"))}
    case = known[f"{product.partition('-')[0]}-{number}"]
    lifecycle = PLAYED[product][0](case["lifecycle"])
    if product == "sn-change":  # the vectors say nothing of the kind, which is the preset's only one
        case["timeline"][0]["kind"] = "change"
    play = Play({"lifecycle": case["lifecycle"], "timeline": case["timeline"]})
    main, *others = play.host.lifecycles
    play.host.lifecycles = {lifecycle.name: lifecycle, **{name: play.host.lifecycles[name] for name in others if main}}

    answers = Differences([play.take(step) for step in case["timeline"]])

    assert answers.agree(case["expect"]), answers


def test_a_wrong_preset_is_found_out() -> None:
    """Or the test above could not fail."""
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    case = next(case for case in json.loads(VECTORS.read_text(encoding="utf-8")) if case["id"] == "zd-013")
    play = Play({"lifecycle": case["lifecycle"], "timeline": case["timeline"]})
    other = zendesk_lifecycle(close_after_hours=1)
    play.host.lifecycles = {other.name: other}

    assert not Differences([play.take(step) for step in case["timeline"]]).agree(case["expect"])


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_named_preset_makes_a_desk_that_is_saved_and_needs_a_calendar_at_most(name: str) -> None:
    lifecycles = LIFECYCLES[name]()
    desk = Desk(Configuration(lifecycles))

    assert all(roundtrip(lifecycle) == lifecycle for lifecycle in lifecycles)
    assert {problem.code for problem in desk.lint()} <= {"empty", "unknown_calendar", "no_closed_status"}
    with_calendar = Desk.simple(calendar=Calendar.always(), lifecycle=lifecycles[0])
    assert with_calendar.allowed(None, at=NOON, actor=Actor.agent("bo"))
