"""A second reading of the SLA page: each clock counted anew, stretch by stretch, sharing no code with the library.

Not an adapter and not imported by one. It reads a case of sla.json as the page says it, for the kinds whose cycles hang on messages,
statuses and groups, and answers `due`, `elapsed_minutes`, `paused_minutes`, `cycles`, `overdue_minutes`, `breach_events`, `met`, `breached` and `paused`. What the page
leaves open it answers with `UNSAID`.

Layer: tests. Standard library only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from tests.conformance.second.minutes import open_stretches

MINUTE: Final = timedelta(minutes=1)
UNSAID: Final = "unsaid"
RESOLVING: Final = frozenset({"resolution", "total_resolution", "requester_wait", "agent_work"})
Row = dict[str, Any]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Cycle:
    """One cycle: where it began and ended, and the stretches that counted or paused in between."""

    def __init__(self, start: datetime, *, born_settled: bool = False) -> None:
        self.start, self.end = start, None if not born_settled else start
        self.born_settled, self.cancelled = born_settled, False
        self.gaps: list[tuple[datetime, datetime]] = []
        self.counted: list[tuple[datetime, datetime]] = []
        self.paused: list[tuple[datetime, datetime]] = []
        self.hushed = False
        self.priority: str | None = None


class Count:
    """One metric of one case, judged at one instant."""

    def __init__(self, case: Row, name: str) -> None:
        self.case, self.name = case, name
        self.policy = case["policy"]
        self.metric = self.policy["metrics"][name]
        self.kind = self.metric.get("kind", name)
        self.stops = set(self.policy.get("stop_statuses", ()))
        kinds = {metric.get("kind", key) for key, metric in self.policy["metrics"].items()}
        self.has_first = "first_response" in kinds
        self.at = instant(case["check_at"])
        self.events = [event for event in case["timeline"] if instant(event["at"]) <= self.at]
        self.cycles: list[Cycle] = []
        self.status: str | None = None
        self.priority: str | None = None
        self.group: str | None = None
        self.answered = False
        self.over = False
        self.fold()

    # --- the fold

    @property
    def open(self) -> Cycle | None:
        last = self.cycles[-1] if self.cycles else None
        return last if last is not None and last.end is None else None

    @property
    def is_settled(self) -> bool:
        return self.status in self.stops

    @property
    def is_paused(self) -> bool:
        metric = self.metric
        runs = metric.get("run_statuses")
        outside = runs is not None and self.status is not None and self.status not in runs
        return self.status in metric.get("pause_statuses", ()) or outside

    def fold(self) -> None:
        for place, event in enumerate(self.events):
            self.happens(event, instant(event["at"]))
            after = self.events[place + 1 :]
            self.passes(instant(event["at"]), instant(after[0]["at"]) if after else self.at)

    def passes(self, begin: datetime, end: datetime) -> None:
        cycle = self.open
        if cycle is None or begin >= end:
            return
        gap = self.kind in RESOLVING and self.is_settled
        if gap:
            if self.metric.get("on_reopen") == "include_closed":
                cycle.counted.append((begin, end))
        elif self.is_paused:
            cycle.paused.append((begin, end))
        else:
            cycle.counted.append((begin, end))

    def happens(self, event: Row, at: datetime) -> None:
        word, before = event["event"], (self.status, self.group)
        if word == "created":
            self.status, self.priority, self.group = event.get("status"), event.get("priority"), event.get("group")
        elif word == "status":
            self.status = event["to"]
        elif word == "assigned_group":
            self.group = event["group"]
        elif word == "priority":
            self.reprioritised(event["to"], at)
        getattr(self, f"_{'resolving' if self.kind in RESOLVING else self.kind}")(event, at, before)
        if word == "public_reply" and event.get("by") == "agent" and not event.get("auto"):
            self.answered = True

    def reprioritised(self, to: str, at: datetime) -> None:
        self.priority = to
        anew = self.policy.get("on_policy_change") == "from_change" or self.metric.get("start") == "priority_change"
        if anew and self.open is not None:
            self.open.cancelled, self.open.end = True, at
            self.begin(at)

    def begin(self, at: datetime) -> None:
        self.cycles.append(Cycle(at))

    def finish(self, at: datetime, before: str | None) -> None:
        cycle = self.open
        if cycle is not None:
            now, self.status = self.status, before
            cycle.hushed = self.is_paused or before in self.metric.get("hide_statuses", ())
            self.status, cycle.end, cycle.priority = now, at, self.priority

    def enters_stop(self, event: Row, before: tuple[str | None, str | None]) -> bool:
        return event["event"] == "status" and self.is_settled and before[0] not in self.stops

    def _answers(self, event: Row) -> bool:
        return bool(event["event"] == "public_reply" and event["by"] == "agent" and not event.get("auto"))

    def _asks(self, event: Row) -> bool:
        return bool(event["event"] == "customer_reply" or (event["event"] == "created" and event["by"] == "customer"))

    def _first_response(self, event: Row, at: datetime, before: tuple[str | None, str | None]) -> None:
        created = event["event"] == "created"
        start = self.metric.get("start")
        begins = self._asks(event) and not (created and start == "first_customer_comment")
        if start == "created":
            begins = created
        if begins and not self.cycles:
            self.begin(at)
            self.cycles[-1].born_settled = created and self.is_settled
            if self.cycles[-1].born_settled:
                self.cycles[-1].end = at
        elif self._answers(event) or (self.metric.get("fulfil_on_stop", True) and self.enters_stop(event, before)):
            self.finish(at, before[0])

    def _next_response(self, event: Row, at: datetime, before: tuple[str | None, str | None]) -> None:
        counts = self.metric.get("creation_counts", not self.has_first)
        created = event["event"] == "created"
        mine = counts if created else (counts or not self.has_first or self.answered)
        if self._asks(event) and mine and self.open is None:
            self.begin(at)
            if created and self.is_settled:
                self.cycles[-1].end, self.cycles[-1].born_settled = at, True
        elif self._answers(event) or (self.metric.get("fulfil_on_stop", False) and self.enters_stop(event, before)):
            self.finish(at, before[0])

    def _periodic_update(self, event: Row, at: datetime, before: tuple[str | None, str | None]) -> None:
        if self._answers(event):
            self.finish(at, before[0])
            if not self.is_settled:
                self.begin(at)
        elif self.enters_stop(event, before):
            self.finish(at, before[0])

    def _ownership(self, event: Row, at: datetime, before: tuple[str | None, str | None]) -> None:
        del event
        held = self.group == self.metric["group"] and not self.is_settled
        if held and self.open is None:
            self.begin(at)
        elif not held:
            self.finish(at, before[0])

    def _resolving(self, event: Row, at: datetime, before: tuple[str | None, str | None]) -> None:
        if event["event"] == "created":
            self.cycles.append(Cycle(at, born_settled=self.is_settled))
        elif self.enters_stop(event, before):
            self.finish(at, before[0])
        elif event["event"] == "status" and before[0] in self.stops and not self.is_settled:
            self.reopens(at)

    def reopens(self, at: datetime) -> None:
        how, last = self.metric.get("on_reopen", "exclude_closed"), self.cycles[-1]
        if how == "first_only":
            return
        if how == "restart":
            self.begin(at)
            return
        assert last.end is not None
        last.gaps.append((last.end, at))
        if how == "include_closed":
            last.counted.append((last.end, at))
        last.end, last.born_settled = None, False

    # --- the measure

    def counted(self, spans: list[tuple[datetime, datetime]]) -> timedelta:
        return sum((self.measure(a, b) for a, b in spans), timedelta())

    def stretches(self, a: datetime, b: datetime) -> list[tuple[datetime, datetime]]:
        if self.metric.get("clock") == "calendar":
            return [(a, b)]
        hours = self.case["schedule"]["hours"]
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        schedule = {
            **self.case["schedule"],
            "hours": {day: [["00:00", "24:00"]] for day in days} if hours == "24x7" else hours,
        }
        found = open_stretches(schedule, a.date() - timedelta(days=2), b.date() + timedelta(days=2))
        return [(max(a, x), min(b, y)) for x, y in found if max(a, x) < min(b, y)]

    def measure(self, a: datetime, b: datetime) -> timedelta:
        return sum((y - x for x, y in self.stretches(a, b)), timedelta())

    def target(self, cycle: Cycle | None = None) -> timedelta | None:
        minutes = self.metric.get("target_minutes", {})
        ended = cycle is not None and cycle.end is not None and not cycle.born_settled
        amount = minutes.get(cycle.priority if cycle is not None and ended else self.priority, minutes.get("*"))
        return None if amount is None else amount * MINUTE

    def used_up(self, cycle: Cycle, *, beyond: bool) -> datetime | None:
        """When the target was used up; with ``beyond``, when it will be if the cycle keeps running."""
        left = self.target(cycle)
        assert left is not None
        spans = list(cycle.counted)
        if beyond:
            last = cycle.end or self.at
            spans.append((last, last + timedelta(days=60)))
        for a, b in spans:
            for x, y in self.stretches(a, b):
                if y - x >= left:
                    return x + left
                left -= y - x
        return None

    # --- the answers

    def due(self) -> Any:
        if not self.cycles or self.target(self.cycles[-1]) is None:
            return None
        cycle = self.cycles[-1]
        if cycle.end is not None and self.kind in {"next_response", "periodic_update"}:
            return None
        if cycle.born_settled:
            return None
        past = self.used_up(cycle, beyond=False)
        if cycle.end is not None:
            if self.kind == "ownership" or cycle.hushed or self.status in self.metric.get("hide_statuses", ()):
                return UNSAID
            return past or self.used_up(cycle, beyond=True)
        if self.status in self.metric.get("hide_statuses", ()):
            return None
        if past is not None:
            return past
        return None if self.is_paused else self.used_up(cycle, beyond=True)

    def kept(self) -> list[Cycle]:
        return [cycle for cycle in self.cycles if not cycle.cancelled]

    def cycle_minutes(self) -> list[float]:
        return [self.counted(cycle.counted) / MINUTE for cycle in self.kept()]

    def elapsed_minutes(self) -> float:
        return self.counted(self.cycles[-1].counted) / MINUTE if self.cycles else 0.0

    def paused_minutes(self) -> float:
        return sum(self.counted(cycle.paused) / MINUTE for cycle in self.cycles)

    def overdue_minutes(self) -> Any:
        target = self.target()
        if target is None or not self.cycles:
            return UNSAID
        return max(0.0, self.elapsed_minutes() - target / MINUTE)

    def breach_events(self) -> list[datetime]:
        if self.target() is None:
            return []
        found = []
        for cycle in self.kept():
            if cycle.born_settled or self.target(cycle) is None:
                continue
            past = self.used_up(cycle, beyond=False)
            if past is not None and past < (cycle.end or self.at):
                # what a reopening brings to light is no earlier than the reopening
                found.append(next((back for stop, back in cycle.gaps if stop <= past <= back), past))
        return found

    def is_met(self) -> bool:
        kept = self.kept()
        return bool(self.target() is not None and kept and self.open is None and not self.breach_events())

    def is_paused_now(self) -> bool:
        return self.open is not None and self.is_paused


def judged(case: Row) -> Row:
    """Every answer of a case."""
    counts = {name: Count(case, name) for name in case["policy"]["metrics"]}
    each = ("due", "elapsed_minutes", "paused_minutes", "overdue_minutes", "breach_events")
    found: Row = {word: {name: getattr(count, word)() for name, count in counts.items()} for word in each}
    found["cycles"] = {name: count.cycle_minutes() for name, count in counts.items()}
    found["met"] = sorted(name for name, count in counts.items() if count.is_met())
    found["breached"] = sorted(name for name, events in found["breach_events"].items() if events)
    found["paused"] = any(count.is_paused_now() for count in counts.values())
    return found
