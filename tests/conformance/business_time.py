"""The dialect of business-time.json: builds a calendar from a schedule and asks it one question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from deskcore._value import to_us
from deskcore.errors import NeverHappens
from deskcore.hours import BusinessDuration, Calendar
from tests.conformance.runner import (
    Adapter,
    Case,
    Json,
    NotExpressible,
    Outcome,
    own_words,
    refuse_unread,
    through_wire,
    words,
)

Spans = list[list[str]]
_TOLERANCE: Final = 1e-6


def calendar_of(schedule: Mapping[str, Json]) -> Calendar:
    """The calendar that a schedule describes."""
    unknown = set(schedule) - {"time_zone", "hours", "shifts", "holidays", "breaks"}
    if unknown:
        raise NotExpressible(f"schedule has the unknown keys {sorted(unknown)}")
    return Calendar.weekly(
        {day: _spans(spans) for day, spans in cast("dict[str, Spans]", schedule["hours"]).items()},
        tz=cast("str", schedule["time_zone"]),
        holidays=cast("list[str]", schedule.get("holidays", [])),
        dated={day: _spans(spans) for day, spans in cast("dict[str, Spans]", schedule.get("shifts", {})).items()},
        dated_breaks={
            day: _spans(spans) for day, spans in cast("dict[str, Spans]", schedule.get("breaks", {})).items()
        },
        overlaps="merge",
    )


def _spans(spans: Spans) -> list[tuple[str, str]]:
    return [(start, end) for start, end in spans]


def _instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def _open_time(seconds: object) -> BusinessDuration:
    return BusinessDuration(timedelta(microseconds=round(float(cast("float", seconds)) * 1_000_000)))


def _add(calendar: Calendar, args: Case) -> object:
    return calendar.add(_instant(args["at"]), _open_time(args["seconds"]))


def _subtract(calendar: Calendar, args: Case) -> object:
    return calendar.subtract(_instant(args["at"]), _open_time(args["seconds"]))


def _between(calendar: Calendar, args: Case) -> object:
    return calendar.between(_instant(args["start"]), _instant(args["end"])).microseconds / 1_000_000


def _intervals(calendar: Calendar, args: Case) -> object:
    start, end = _instant(args["start"]), _instant(args["end"])
    # the page's [start, end) holds no instant when end comes first; deskcore refuses such a window, so the empty one is asked
    return [[span.start, span.end] for span in calendar.intervals(start, max(start, end))]


OPERATIONS: Final[dict[str, Callable[[Calendar, Case], object]]] = {
    "add": _add,
    "subtract": _subtract,
    "between": _between,
    "intervals": _intervals,
    "is_open": lambda calendar, args: calendar.is_open(_instant(args["at"])),
    "next_open": lambda calendar, args: calendar.next_open(_instant(args["at"])),
    "next_start": lambda calendar, args: calendar.next_start(_instant(args["at"])),
    "next_close": lambda calendar, args: calendar.next_close(_instant(args["at"])),
    "previous_close": lambda calendar, args: calendar.previous_close(_instant(args["at"])),
    "previous_start": lambda calendar, args: calendar.previous_start(_instant(args["at"])),
}


WORDS: Final = words("id source schedule op args expect tags note contested peer_expect agrees_when_run")
ARGUMENTS: Final = {
    "add": {"at", "seconds"},
    "subtract": {"at", "seconds"},
    "between": {"start", "end"},
    "intervals": {"start", "end"},
}


def _same(answer: object, expect: Json) -> bool:
    if isinstance(answer, datetime):
        return isinstance(expect, str) and to_us(answer) == to_us(_instant(expect))
    if isinstance(answer, list):
        return isinstance(expect, list) and len(answer) == len(expect) and all(map(_same, answer, expect))
    if isinstance(answer, bool) or answer is None:
        return answer is expect
    return (
        isinstance(answer, float)
        and isinstance(expect, int | float)
        and not isinstance(expect, bool)
        and abs(answer - expect) <= _TOLERANCE
    )


class BusinessTime(Adapter):
    """One case asks one question of one schedule."""

    format = "business-time"

    def recognises(self, document: Json) -> bool:
        return (
            isinstance(document, list)
            and bool(document)
            and all(
                isinstance(case, dict) and {"id", "schedule", "op", "args", "expect"} <= case.keys()
                for case in document
            )
        )

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        for case in cast("list[dict[str, Json]]", document):
            yield (
                str(case["id"]),
                {"schedule": case["schedule"], "op": case["op"], "args": case["args"], **own_words(case, WORDS)},
                case["expect"],
            )

    def answer(self, case: Case) -> Outcome:
        ask = OPERATIONS.get(str(case["op"]))
        if ask is None:
            raise NotExpressible(f"unknown op {case['op']!r}")
        refuse_unread(case)
        unread = set(cast("Case", case["args"])) - ARGUMENTS.get(str(case["op"]), {"at"})
        if unread:
            raise NotExpressible(f"{case['op']} has the unknown arguments {sorted(unread)}")
        calendar = through_wire(calendar_of(cast("Mapping[str, Json]", case["schedule"])))
        try:
            answer = ask(calendar, cast("Case", case["args"]))
        except NeverHappens:
            answer = None  # the named error that says there is no such instant
        return Outcome(answer, lambda expect: _same(answer, expect))


ADAPTERS: Final = (BusinessTime(),)
