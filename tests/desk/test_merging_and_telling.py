"""At the desk: merges among the options, word sent on refused replies, presets and limits from plain data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from deskcore.adapters.files import read_desk
from deskcore.desk import Desk, Refused
from deskcore.desk.case import Case
from deskcore.desk.effects import Notify
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.presets.named import LIFECYCLES
from deskcore.testing.tickets import NOON
from deskcore.tickets import Lifecycle, ReplyRule
from deskcore.tickets import commands as do
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire import desk_from

ANN, BO = Actor.requester("ann"), Actor.agent("bo")


def desk(lifecycle: Lifecycle | None = None) -> Desk:
    return Desk.simple(calendar=Calendar.always(), lifecycle=lifecycle)


def opened(held: Desk, name: str) -> Case:
    return held.handle(None, do.Open(name, subject="VPN", requester="ann"), at=NOON, actor=ANN).unwrap().case


def test_a_merge_into_each_known_ticket_is_offered_and_accepted() -> None:
    held = desk()
    case, others = opened(held, "T-1"), {"T-2": opened(held, "T-2").ticket, "T-1": opened(held, "T-1").ticket}

    offered = [each for each in held.allowed(case, at=NOON, actor=BO, others=others) if each.command == "merge"]

    assert [each.to for each in offered] == ["T-2"]
    assert offered[0].explain() == "merge into T-2"
    assert not held.refusals(case, do.Merge("T-1", "T-2"), at=NOON, actor=BO, others=others)
    assert "merge" not in {each.command for each in held.allowed(case, at=NOON, actor=BO)}


def test_a_refused_reply_tells_whom_the_lifecycle_wants_told() -> None:
    late = ReplyRule("refuse", phases=("resolved",), notify=("assignee", "dana"))
    held = desk(attrs.evolve(simple_lifecycle(), replies=(late,)))
    case = opened(held, "T-1")
    for command in (do.Assign("T-1", "bo"), do.Resolve("T-1", code="fixed")):
        case = held.handle(case, command, at=NOON, actor=BO).unwrap().case

    answer = held.handle(case, do.Post("T-1", "m-1"), at=NOON + timedelta(hours=1), actor=ANN)

    assert isinstance(answer, Refused)
    (told,) = answer.effects
    assert isinstance(told, Notify)
    assert told.people == ("bo", "dana")
    assert "was refused" in told.message


def test_an_ordinary_refusal_tells_nobody() -> None:
    held = desk()
    answer = held.handle(opened(held, "T-1"), do.Close("T-1"), at=NOON, actor=BO)
    assert isinstance(answer, Refused)
    assert answer.effects == ()


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_desk_file_names_a_preset(name: str, tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(f'preset = "{name}"\ncalendars.default = "always"\n', encoding="utf-8")
    assert read_desk(path).configuration.lifecycles == LIFECYCLES[name]()


def test_fields_and_limits_come_from_plain_data() -> None:
    data = {
        "lifecycles": {
            "tiny": {
                "statuses": {"Open": "active", "Done": "closed"},
                "transitions": {"Open": "Done"},
                "limits": {"subject": 80},
                "fields": [{"name": "site", "type": "choice", "choices": ["Lyon"], "required": "opening"}],
            }
        }
    }
    (tiny,) = desk_from(data).configuration.lifecycles
    assert (tiny.limits.subject, tiny.limits.tags) == (80, 100)
    assert tiny.fields[0].required == "opening"


def test_a_reply_within_its_window_is_not_refused() -> None:
    """The counterpart of the refused one: the rule is asked, not the status alone."""
    rule = ReplyRule.moves("Open", phases=("resolved",), within=elapsed(days=1))
    held = desk(attrs.evolve(simple_lifecycle(), replies=(rule, ReplyRule.refuse(phases=("resolved",)))))
    case = held.handle(opened(held, "T-1"), do.Resolve("T-1", code="x"), at=NOON, actor=BO).unwrap().case
    assert not held.refusals(case, do.Post("T-1", "m-1"), at=NOON + timedelta(days=1), actor=ANN)
    assert held.refusals(case, do.Post("T-1", "m-1"), at=NOON + timedelta(days=1, seconds=1), actor=ANN)
