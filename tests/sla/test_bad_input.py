"""Whatever is wrong with a book is told at once, each fault with its path, before any ticket is touched."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import attrs
import pytest

from deskcore.errors import DecodeError, InvalidConfiguration
from deskcore.hours import Calendar, WorkingDays, business, elapsed
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from deskcore.sla.cue import SETTLED, InStatus, Opening
from deskcore.sla.lint import lint
from deskcore.sla.stopwatch import Stopwatch
from deskcore.testing.sla import OFFICE
from deskcore.wire import Converter

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
EIGHT = Target.resolution(business(hours=8))


def test_faults_of_plain_data_come_together_with_their_paths() -> None:
    good = Converter().dump(PolicyBook((SlaPolicy("house", (EIGHT, Target.first_response(business(hours=1)))),)))
    told = json.loads(json.dumps(good))
    policy = told["policies"][0]
    policy["targets"][0]["within"] = "-4 business hours"
    policy["targets"][1]["within"] = "soon"
    policy["on_reopen"] = "forget"
    policy["stopwatches"] = [{"name": "fix", "start": {"type": "opening"}}]
    with pytest.raises(DecodeError) as caught:
        Converter().load(told, PolicyBook)
    assert [problem.path for problem in caught.value.problems] == [
        "policies[0].targets[0].within",
        "policies[0].targets[1].within",
        "policies[0].on_reopen",
        "policies[0].stopwatches[0].stop",
    ]
    message = str(caught.value)
    assert "must not be negative" in message
    assert "a clock without an end is never fulfilled" in message


def test_every_unknown_calendar_and_parent_comes_together() -> None:
    lost = SlaPolicy(
        "gold", (attrs.evolve(EIGHT, calendar="moon"),), calendar="mars", parent="none", when=Is("kind", "x")
    )
    with pytest.raises(InvalidConfiguration) as caught:
        SlaSetup(PolicyBook((lost, SlaPolicy("house", (EIGHT,), calendar="venus"))), {"default": OFFICE})
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("policies[0].targets[0].calendar", "unknown_calendar"),
        ("policies[1].calendar", "unknown_calendar"),
        ("policies[0].parent", "unknown_parent"),
    ]


OWN = Stopwatch("fix", Opening(), done=SETTLED | InStatus(("Done",)), pause=InStatus(("Parked",)))
CONTRADICTORY = PolicyBook(
    (
        SlaPolicy("old", (EIGHT, EIGHT), effective_until=JUNE, version="1", review_by=date(2026, 1, 1)),
        SlaPolicy("old", (EIGHT,), effective_from=JUNE.replace(month=5), version="2"),
        SlaPolicy(
            "all",
            (EIGHT, Target.first_response(business(hours=9)), Target("fix", elapsed(hours=1)), Target("never", None)),
            when=Is("colour", "red"),
            warn_left=(elapsed(hours=20),),
            stopwatches=(OWN, Stopwatch("never", Opening(), done=Opening() | SETTLED, pause=Opening())),
            calendar="shut",
        ),
        SlaPolicy("more", (EIGHT, Target("fix", WorkingDays(1))), when=Is("colour", "red"), stopwatches=(OWN,)),
    )
)
CALENDARS = {"default": OFFICE, "shut": Calendar.weekly("Mon 09:00-10:00", tz="UTC", name="shut") - Calendar.always()}


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("unreachable", "policies[0].targets[1]"),
        ("review_overdue", "policies[0].review_by"),
        ("versions_overlap", "policies[1].effective_from"),
        ("unreachable", "policies[3]"),
        ("unknown_fact", "policies[2].when"),
        ("response_above_resolution", "policies[2].targets[1]"),
        ("late_warning", "policies[2].targets[0]"),
        ("never_opens", "calendars.shut"),
        ("unknown_status", "policies[2].stopwatch(fix).done"),
        ("unknown_status", "policies[2].stopwatch(fix).pause"),
        ("pause_inside_start", "policies[2].stopwatch(never).pause"),
        ("start_inside_end", "policies[2].stopwatch(never).done"),
    ],
)
def test_every_contradiction_of_one_book_is_found_in_one_go(code: str, path: str) -> None:
    found = lint(CONTRADICTORY, calendars=CALENDARS, facts=frozenset(), at=JUNE, statuses=frozenset({"New"}))
    assert (path, code) in {(problem.path, problem.code) for problem in found}
