"""The dialect of sla.json: a schedule, a policy and a ticket's timeline become a setup and a folded case; expectations
are read off its clocks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Final, cast

import attrs

from deskcore._value import FrozenDict, to_us
from deskcore.errors import Problem
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, WorkingDays, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import ALWAYS, AnyOf, Condition, Is, IsOneOf
from deskcore.sla import Clock, PolicyBook, SlaPolicy, SlaSetup, SlaState, Target, cycles, look
from deskcore.sla.cue import (
    NO_CUE,
    SETTLED,
    Agreed,
    Answered,
    Begins,
    Contact,
    Cue,
    HasAssignee,
    HeldBy,
    InPhase,
    InStatus,
    Opening,
    Reply,
    Reprioritised,
)
from deskcore.sla.fold import fold
from deskcore.sla.lint import lint
from deskcore.sla.policy import OnCalendarChange, OnChange
from deskcore.sla.stopwatch import OnReopen, Stopwatch
from deskcore.sla.target import Counts
from deskcore.tickets import Party, Status, Ticket, evolve, status_event
from deskcore.tickets.events import FieldValue, MessagePosted, Opened, PolicyPinned, PrioritySet, Transferred
from deskcore.tickets.facts import FACTS
from deskcore.tickets.status import Phase
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

Row = Mapping[str, Json]

CUSTOMER: Final = Actor.requester("customer")
AGENT: Final = Actor.agent("agent")
SYSTEM: Final = Actor.system()
NAMELESS: Final = "nameless"
POLICY: Final = "policy"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES: Final = 60_000_000
_TOLERANCE: Final = 0.02

# --- calendar


def _one_calendar(schedule: Row) -> Calendar:
    _only(schedule, {"time_zone", "hours", "holidays", "from"}, "schedule")
    hours, zone = schedule["hours"], str(schedule["time_zone"])
    holidays = cast("list[str]", schedule.get("holidays") or [])
    if hours == "24x7":
        if not holidays:
            return Calendar.always(tz=zone)
        hours = {day: [["00:00", "24:00"]] for day in DAYS}
    spans = {
        day: [(start, end) for start, end in found] for day, found in cast("dict[str, list[list[str]]]", hours).items()
    }
    return Calendar.weekly(spans, tz=zone, holidays=holidays, overlaps="merge")


def calendar_of(schedule: Row) -> Calendar:
    """The calendar a schedule describes, with its versions."""
    if "switches" not in schedule:
        return _one_calendar(schedule)
    _only(schedule, {"switches"}, "schedule")
    first, *later = cast("list[Row]", schedule["switches"])
    return Calendar.versions(
        _one_calendar(first), *((instant(version["from"]), _one_calendar(version)) for version in later)
    )


# --- conditions

_COMPARED: Final = re.compile(r"^\s*(\w+)\s*==\s*(.+?)\s*$")
_LISTED: Final = re.compile(r"^\s*(\w+)\s+in\s+\[(.*)\]\s*$")
_FACTS: Final = frozenset(fact.name for fact in FACTS)


_OWN: Final = {"priority": "priority", "status": "status", "group": "team"}


def _fact(field: str) -> str:
    """What the events themselves change, by its fact; any other field of the ticket by its name."""
    return _OWN.get(field, f"field.{field}")


def _word(text: str) -> str:
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text


def condition_of(text: Json) -> Condition | None:
    """A condition of the format's grammar; None for a blank one."""
    if text is None or not str(text).strip():
        return None
    listed = _LISTED.match(str(text))
    if listed:
        return IsOneOf(_fact(listed[1]), tuple(_word(part) for part in listed[2].split(",") if part.strip()))
    compared = _COMPARED.match(str(text))
    if compared:
        return Is(_fact(compared[1]), _word(compared[2]))
    raise NotExpressible(f"unknown condition {text!r}")


# --- stopwatches

_METRIC_KEYS: Final = {
    "kind", "target_minutes", "target_days", "end_of_day", "target_date_field", "clock", "start", "pause_statuses",
    "run_statuses", "hide_statuses", "fulfil_on_stop", "creation_counts", "group", "on_reopen",
}  # fmt: skip
_RESOLUTIONS: Final = frozenset({"resolution", "total_resolution", "requester_wait", "agent_work"})
_REOPEN: Final[dict[str, OnReopen]] = {
    "exclude_closed": "continue_excluding_closed",
    "include_closed": "continue_including_closed",
    "restart": "restart",
    "first_only": "first_only",
}


def _kind(name: str, metric: Row) -> str:
    return str(metric.get("kind", name))


def _statuses(metric: Row, key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", metric.get(key) or []))


def _pause(metric: Row) -> Cue:
    paused = _statuses(metric, "pause_statuses")
    cue: Cue = InStatus(paused) if paused else NO_CUE
    if metric.get("run_statuses") is not None:
        cue |= ~InStatus((*_statuses(metric, "run_statuses"), NAMELESS))
    return cue


def _first_word(metric: Row) -> Cue:
    """Where a response clock to the first word of the customer begins."""
    start = metric.get("start")
    if start == "created":
        return Opening()
    return Contact() & ~Opening() if start == "first_customer_comment" else Contact()


def _next_word(metric: Row, *, has_first: bool) -> Cue:
    creation = metric.get("creation_counts")
    if creation is True or (creation is None and not has_first):
        return Contact()
    return Contact() & Answered() if has_first else Contact() & ~Opening()


def _origin(metric: Row, default: Cue) -> tuple[Cue, Cue]:
    """Start and reset."""
    start = metric.get("start")
    if start == "applied":
        return Agreed(), NO_CUE
    if start == "priority_change":
        return default, Reprioritised()
    if start not in {None, "created", "first_customer_comment"}:
        raise NotExpressible(f"unknown start {start!r}")
    return (Contact() & ~Opening() if start == "first_customer_comment" else default), NO_CUE


def stopwatch_of(name: str, metric: Row, *, has_first: bool) -> Stopwatch:
    """The stopwatch of one metric."""
    _only(metric, _METRIC_KEYS, "metric")
    kind = _kind(name, metric)
    hidden = _statuses(metric, "hide_statuses")
    common = Stopwatch(name, Opening(), Reply(), pause=_pause(metric), hide=InStatus(hidden) if hidden else NO_CUE)
    default: Cue = Opening()
    if kind in {"first_response", "next_response"}:
        is_first = kind == "first_response"
        fulfils = metric.get("fulfil_on_stop", is_first)
        settles = Begins(SETTLED) if fulfils else Begins(SETTLED) & Opening()
        common = attrs.evolve(common, stop=Reply() | settles, cycles="once" if is_first else "each")
        default = _first_word(metric) if is_first else _next_word(metric, has_first=has_first)
        if metric.get("start") in {"created", "first_customer_comment"}:
            return attrs.evolve(common, start=default if is_first else _origin(metric, default)[0])
    elif kind == "periodic_update":
        common, default = attrs.evolve(common, done=SETTLED, cycles="each"), Reply()
    elif kind in _RESOLUTIONS:
        reopen = _REOPEN[str(metric.get("on_reopen", "exclude_closed"))]
        common = attrs.evolve(common, stop=NO_CUE, done=SETTLED, on_reopen=reopen)
    elif kind == "time_to_own":
        worked = HasAssignee() | InPhase(("active", "resolved", "closed"))
        common = attrs.evolve(common, stop=NO_CUE, done=worked)
    elif kind == "start_by":
        common = attrs.evolve(common, stop=NO_CUE, done=InPhase(("active", "resolved", "closed")))
    elif kind == "ownership":
        held = HeldBy(team=str(metric["group"]))
        common = attrs.evolve(common, stop=NO_CUE, done=~held | SETTLED, cycles="each")
        default = Begins(held & ~SETTLED)
    else:
        raise NotExpressible(f"unknown metric kind {kind!r}")
    start, reset = _origin(metric, default)
    return attrs.evolve(common, start=start, reset=reset)


# --- targets and policies


def _amount(metric: Row, minutes: Json) -> BusinessDuration | ElapsedDuration | None:
    if minutes is None:
        return None
    unit = elapsed if metric.get("clock") == "calendar" else business
    return unit(minutes=float(cast("float", minutes)))


def targets_of(name: str, metric: Row) -> list[Target]:
    """The rows of one metric."""
    counts: Counts = "elapsed" if metric.get("clock") == "calendar" else "business"
    if metric.get("target_days") is not None:
        days = WorkingDays(int(cast("int", metric["target_days"])))
        return [Target(name, days, end_of_day=bool(metric.get("end_of_day", False)), counts=counts)]
    if metric.get("target_date_field") is not None:
        return [Target(name, None, until_field=str(metric["target_date_field"]), counts=counts)]
    minutes = cast("dict[str, Json]", metric.get("target_minutes") or {})
    rows = [
        Target(name, _amount(metric, amount), when=Is("priority", priority), counts=counts)
        for priority, amount in minutes.items()
        if priority != "*"
    ]
    rest = _amount(metric, minutes.get("*"))
    return [*rows, Target(name, rest, counts=counts)]


_POLICY_KEYS: Final = {
    "metrics", "stop_statuses", "condition", "on_unmatch", "on_policy_change", "on_schedule_change", "versions",
    "candidates",
}  # fmt: skip
_CHANGE: Final[dict[Json, OnChange]] = {None: "retroactive", "retroactive": "retroactive", "from_change": "from_change"}
_SCHEDULE: Final[dict[Json, OnCalendarChange]] = {None: "piecewise", "piecewise": "piecewise", "last_wins": "last_wins"}


def policy_of(policy: Row, metrics: Row) -> SlaPolicy:
    """The policy, with the metrics of one version."""
    kinds = {_kind(name, cast("Row", metric)) for name, metric in metrics.items()}
    rows = cast("list[tuple[str, Row]]", list(metrics.items()))
    watches = (stopwatch_of(name, metric, has_first="first_response" in kinds) for name, metric in rows)
    if policy.get("on_policy_change") == "from_change":  # every priority event starts a clock over, whatever its target
        watches = (attrs.evolve(watch, reset=watch.reset | Reprioritised()) for watch in watches)
    return SlaPolicy(
        POLICY,
        tuple(target for name, metric in rows for target in targets_of(name, metric)),
        when=condition_of(policy.get("condition")) or ALWAYS,
        warn_at=(),
        on_change=_CHANGE[policy.get("on_policy_change")],
        on_calendar_change=_SCHEDULE[policy.get("on_schedule_change")],
        stopwatches=tuple(watches),
    )


def book_of(policy: Row, *, latest: bool = False) -> PolicyBook:
    """The book: one policy, or its versions by date; with ``latest`` only the last of them."""
    _only(policy, _POLICY_KEYS, "policy")
    versions = cast("list[Row]", policy.get("versions") or [])
    if not versions:
        return PolicyBook((policy_of(policy, cast("Row", policy["metrics"])),))
    if latest:
        return PolicyBook((policy_of(policy, cast("Row", versions[-1]["metrics"])),))
    ends = [*(instant(version["effective_from"]) for version in versions[1:]), None]
    return PolicyBook(
        tuple(
            attrs.evolve(
                policy_of(policy, cast("Row", version["metrics"])),
                version=str(number),
                effective_from=instant(version["effective_from"]) if number > 1 else None,
                effective_until=end,
                on_new_version="each_cycle",
            )
            for number, (version, end) in enumerate(zip(versions, ends, strict=True), start=1)
        )
    )


def chosen(policy: Row, ticket: Row) -> str | None:
    """Which candidate is chosen."""
    candidates = cast("list[Row]", policy["candidates"])
    conditions = [condition_of(candidate.get("condition")) for candidate in candidates]
    fallback = next((place for place, candidate in enumerate(candidates) if candidate.get("default") is True), None)
    policies: list[SlaPolicy] = []
    for place, (candidate, when) in enumerate(zip(candidates, conditions, strict=True)):
        if when is not None:
            rows = (Target.resolution(None),)
            policies.append(SlaPolicy(f"{place} {candidate.get('name')}", rows, when=when))
    if fallback is not None:
        rest = AnyOf(tuple(when for when in conditions if when is not None))
        name = f"{fallback} {candidates[fallback].get('name')}"
        policies.append(SlaPolicy(f"{name} by default", (Target.resolution(None),), when=~rest))
    book = through_wire(PolicyBook(tuple(policies)))
    found = book.choose({_fact(name): _text(value) for name, value in ticket.items()}).policy
    return None if found is None else cast("str | None", candidates[int(found.id.split(" ", 1)[0])].get("name"))


def _text(value: Json) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


# --- timeline

_NOT_STARTED: Final = frozenset({"new", "backlog", "queued", "unassigned", "triage", "to do", "todo"})

_WAITING: Final = ("pending", "wait", "await", "hold", "on hold", "on-hold", "onhold", "stalled")


EVENTS: Final = {
    "public_reply": {"by", "auto"},
    "private_note": {"by"},
    "status": {"to"},
    "priority": {"to"},
    "assigned_group": {"group"},
    "policy_applied": {"policies"},
}
"""The keys of each event; the opening may have any."""


class Timeline:
    """The events of a case as a ticket's."""

    def __init__(self, policy: Row) -> None:
        self.stops = frozenset(cast("list[str]", policy.get("stop_statuses") or []))
        metrics = [cast("Row", policy.get("metrics") or {})]
        metrics += [cast("Row", version["metrics"]) for version in cast("list[Row]", policy.get("versions") or [])]
        every = [cast("Row", metric) for found in metrics for metric in found.values()]
        self.pauses = frozenset(name for metric in every for name in _statuses(metric, "pause_statuses"))
        self.begun_in = NAMELESS

    def status(self, word: Json, *, opening: bool = False) -> Status:
        """A status with its phase: stopping, pausing, not begun, or in progress."""
        name = NAMELESS if word is None else str(word)
        phase: Phase = "active"
        if name in self.stops:
            phase = "resolved"
        elif opening or name == self.begun_in or name.lower() in _NOT_STARTED:
            phase = "new"
        elif name in self.pauses or name.lower().startswith(_WAITING):
            phase = "waiting"
        if opening:
            self.begun_in = name
        return Status(name, phase)

    def data(self, row: Row, now: Status) -> tuple[Actor, EventData]:
        """One event."""
        word = row["event"]
        _only(row, {"at", "event"} | EVENTS.get(str(word), set()), "event")
        if word == "public_reply":
            who = SYSTEM if row.get("by") == "system" else AGENT
            return who, MessagePosted("m", who.role, auto_generated=bool(row.get("auto", False)))
        if word == "customer_reply":
            return CUSTOMER, MessagePosted("m", "requester")
        if word == "private_note":
            return AGENT, MessagePosted("m", "agent", "internal")
        if word == "status":
            return AGENT, status_event(now, self.status(row["to"]))
        if word == "priority":
            return AGENT, PrioritySet(_text(row["to"]))
        if word == "assigned_group":
            return AGENT, Transferred(team=_text(row["group"]))
        if word == "policy_applied":
            return AGENT, PolicyPinned(POLICY, None)
        raise NotExpressible(f"unknown event {word!r}")

    def opened(self, row: Row) -> tuple[Actor, EventData]:
        """The opening."""
        own = {"at", "event", "by", "status", "priority", "group", "public"}
        fields: dict[str, FieldValue] = {name: _text(value) for name, value in row.items() if name not in own}
        data = Opened(
            "subject",
            Party("customer"),
            self.status(row.get("status"), opening=True),
            "conformance",
            priority=_text(row.get("priority")),
            team=_text(row.get("group")),
            fields=FrozenDict(fields),
        )
        return (AGENT if row.get("by") == "agent" else CUSTOMER), data

    def events(self, rows: list[Row]) -> tuple[Event, ...]:
        """All of them, in order."""
        found: list[Event] = []
        now = Status(NAMELESS, "new")
        for seq, row in enumerate(rows, start=1):
            actor, data = self.opened(row) if row["event"] == "created" else self.data(row, now)
            now = getattr(data, "status", now)
            at = instant(row["at"])
            found.append(Event("T-1", seq, at, at, actor, data))
        return tuple(found)


def _lives(events: Iterable[Event]) -> list[tuple[Event, Ticket | None, Ticket]]:
    ticket: Ticket | None = None
    found: list[tuple[Event, Ticket | None, Ticket]] = []
    for event in events:
        after = evolve(ticket, event)
        found.append((event, ticket, after))
        ticket = after
    return found


# --- reading the answers


def _minutes(us: int) -> float:
    return us / _MINUTES


@attrs.frozen
class Judged:
    """A case folded, its clocks at the instant asked about, and one method for each word of an expectation."""

    policy: Row
    events: tuple[Event, ...]
    at: datetime
    setup: SlaSetup
    problems: tuple[Problem, ...]
    state: SlaState = attrs.field(init=False)
    every: dict[str, list[Clock]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        known = tuple(event for event in self.events if event.at <= self.at)
        state = through_wire(fold(_lives(known), self.setup))
        object.__setattr__(self, "state", state)
        listed = {name: list(group) for name, group in groupby(cycles(state, self.setup, at=self.at), _name)}
        object.__setattr__(self, "every", listed)

    def clock(self, metric: str) -> Clock:
        return look.clock(self.state, self.setup, metric, at=self.at)

    def kind(self, metric: str) -> str:
        versions = cast("list[Row]", self.policy.get("versions") or [{"metrics": self.policy.get("metrics")}])
        return _kind(metric, cast("Row", cast("Row", versions[-1]["metrics"])[metric]))

    def cycles_of(self, metric: str) -> list[Clock]:
        return [clock for clock in self.every.get(metric, []) if clock.state != "cancelled"]

    def ended(self, metric: str) -> list[Clock]:
        return [clock for clock in self.cycles_of(metric) if clock.fulfilled_at is not None]

    # one method a word

    def due(self, metric: str) -> datetime | None:
        if metric not in self.metrics:  # no policy ever applied
            return None
        clock = self.clock(metric)
        many = {"next_response", "periodic_update"}
        return None if self.kind(metric) in many and not clock.is_open else clock.due

    def next_due(self) -> datetime | None:
        found = [due for due in map(self.due, self.metrics) if due is not None]
        return min(found, default=None)

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(track.metric for track in self.state.tracks)

    def elapsed_minutes(self, metric: str) -> float:
        return 0.0 if metric not in self.metrics else _minutes(self.clock(metric).consumed_us)

    def paused_minutes(self, metric: str) -> float:
        return sum(_minutes(clock.paused_for.microseconds) for clock in self.every.get(metric, []))

    def slack_minutes(self, metric: str) -> float | None:
        left = [clock.remaining for clock in self.ended(metric)]
        return min((_minutes(one.microseconds) for one in left if one is not None), default=None)

    def overdue_minutes(self, metric: str) -> float | None:
        left = self.clock(metric).remaining
        return None if left is None else _minutes(max(0, -left.microseconds))

    def percent(self, metric: str) -> float | None:
        share = self.clock(metric).share
        return None if share is None else 100 * share

    def cycles(self, metric: str) -> list[float]:
        return [_minutes(clock.consumed_us) for clock in self.cycles_of(metric)]

    def finished(self, metric: str) -> list[float]:
        return [_minutes(clock.consumed_us) for clock in self.ended(metric)]

    def met(self) -> list[str]:
        return [
            name
            for name in self.metrics
            if (found := self.cycles_of(name)) and all(clock.state == "met" for clock in found)
        ]

    def breached(self) -> list[str]:
        return [name for name in self.metrics if any(clock.is_breached for clock in self.every.get(name, []))]

    def breach_events(self, metric: str) -> list[datetime]:
        return [clock.breached_at for clock in self.every.get(metric, []) if clock.breached_at is not None]

    def paused(self) -> bool:
        return any(clock.is_paused for found in self.every.values() for clock in found)

    def cancelled(self) -> list[str]:
        return [
            f"{name}@{self._priority_before(clock)}"
            for name in self.metrics
            for clock in self.every.get(name, [])
            if clock.state == "cancelled"
        ]

    def _priority_before(self, clock: Clock) -> str | None:
        """What the ticket's priority was when the change came that ended a cycle."""
        lives = [(event, before) for event, before, _ in _lives(self.events) if event.at == clock.ended_at]
        changes = [before for event, before in lives if isinstance(event.data, PrioritySet)]
        return changes[0].priority if changes and changes[0] is not None else None

    def level(self, clock: Clock, offset: Row) -> datetime | None:
        if "offset_days" in offset:
            return clock.after_due(WorkingDays(int(cast("int", offset["offset_days"]))))
        return clock.after_due(clock.amount(round(float(cast("float", offset["offset_minutes"])) * _MINUTES)))

    def chosen(self) -> str | None:
        return self.state.policy

    def error(self) -> str | None:
        return "schedule never opens" if any(one.code == "never_opens" for one in self.problems) else None


def _name(clock: Clock) -> str:
    return clock.metric


def _each(read: Callable[[str], object], wanted: Json, tolerance: float) -> bool:
    return all(_same(read(metric), value, tolerance) for metric, value in cast("Row", wanted).items())


def _same(answer: object, wanted: Json, tolerance: float) -> bool:
    if isinstance(answer, datetime):
        return isinstance(wanted, str) and to_us(answer) == to_us(instant(wanted))
    if isinstance(answer, list):
        given = cast("list[object]", answer)
        if not isinstance(wanted, list) or len(given) != len(wanted):
            return False
        return all(_same(one, other, tolerance) for one, other in zip(given, wanted, strict=True))
    if answer is None or isinstance(answer, bool | str):
        return answer == wanted
    is_number = isinstance(answer, int | float) and isinstance(wanted, int | float) and not isinstance(wanted, bool)
    return is_number and abs(cast("float", answer) - cast("float", wanted)) <= tolerance + 1e-9


def _levels(judged: Judged, wanted: Json) -> bool:
    return all(
        _same(judged.level(judged.clock(metric), level), level["at"], 0)
        for metric, levels in cast("dict[str, list[Row]]", wanted).items()
        for level in levels
    )


def _cancelled_levels(judged: Judged, wanted: Json, levels: Json) -> bool:
    """The instants of the same levels under the targets that a change replaced."""
    found = [
        at
        for metric, offsets in cast("dict[str, list[Row]]", levels or {}).items()
        for clock in judged.every.get(metric, [])
        for old in clock.replaced()
        for offset in offsets
        if (at := judged.level(old, offset)) is not None
    ]
    instants = sorted(instant(text) for text in cast("list[str]", wanted))
    return sorted(found) == instants


_PER_METRIC: Final[dict[str, Callable[[Judged, str], object]]] = {
    "due": Judged.due,
    "elapsed_minutes": Judged.elapsed_minutes,
    "paused_minutes": Judged.paused_minutes,
    "slack_minutes": Judged.slack_minutes,
    "overdue_minutes": Judged.overdue_minutes,
    "percent": Judged.percent,
    "cycles": Judged.cycles,
    "worst_cycle_minutes": lambda judged, metric: max(judged.finished(metric), default=None),
    "sum_cycle_minutes": lambda judged, metric: sum(judged.finished(metric)),
    "average_cycle_minutes": lambda judged, metric: (
        sum(found) / len(found) if (found := judged.finished(metric)) else None
    ),
    "breach_events": Judged.breach_events,
    "breach_event_counts": lambda judged, metric: len(judged.breach_events(metric)),
}
_WHOLE: Final[dict[str, Callable[[Judged], object]]] = {
    "next_due": Judged.next_due,
    "paused": Judged.paused,
    "error": Judged.error,
}
_LISTS: Final[dict[str, Callable[[Judged], list[str]]]] = {
    "met": Judged.met,
    "breached": Judged.breached,
    "cancelled": Judged.cancelled,
}


def agrees(judged: Judged, expect: Row, latest: Callable[[], Judged]) -> bool:
    """Whether everything that is expected of a case holds for it."""
    tolerance = float(cast("float", expect.get("tolerance_minutes", _TOLERANCE)))
    special: dict[str, Callable[[Json], bool]] = {
        "tolerance_minutes": lambda _: True,
        "levels": lambda wanted: _levels(judged, wanted),
        "cancelled_levels": lambda wanted: _cancelled_levels(judged, wanted, expect.get("levels")),
        "policy": lambda wanted: (judged.chosen() is None) is (wanted is None),
        "under_latest_version": lambda wanted: agrees(latest(), cast("Row", wanted), latest),
    }
    return all(
        special[key](wanted) if key in special else _one_agrees(judged, key, wanted, tolerance)
        for key, wanted in expect.items()
    )


def _one_agrees(judged: Judged, key: str, wanted: Json, tolerance: float) -> bool:
    if key in _PER_METRIC:
        read = _PER_METRIC[key]
        return _each(lambda metric: read(judged, metric), wanted, _TOLERANCE if key == "percent" else tolerance)
    if key in _LISTS:
        return sorted(_LISTS[key](judged)) == sorted(cast("list[str]", wanted))
    if key in _WHOLE:
        return _same(_WHOLE[key](judged), wanted, tolerance)
    raise NotExpressible(f"unknown expectation {key!r}")


# --- the adapter

WORDS: Final = words("""id source semantics kind basis time_basis arithmetic_checked schedule policy ticket timeline check_at expect
    source_value note""")


def judge(case: Case, *, latest: bool = False) -> Judged:
    """The case folded under its policy."""
    policy = cast("Row", case["policy"])
    book = through_wire(book_of(policy, latest=latest))
    calendar = through_wire(calendar_of(cast("Row", case["schedule"])))
    setup = through_wire(SlaSetup(book, {"default": calendar}))
    events = Timeline(policy).events(cast("list[Row]", case["timeline"]))
    asked = case["check_at"]
    at = events[-1].at if asked is None else instant(asked)
    return Judged(policy, events, at, setup, lint(book, calendars=setup.calendars, facts=_FACTS))


class Sla(Adapter):
    """One case folds one timeline under one policy, or asks which policy is chosen."""

    format = "sla"

    def recognises(self, document: Json) -> bool:
        return (
            isinstance(document, list)
            and bool(document)
            and all(
                isinstance(case, dict) and {"id", "schedule", "policy", "timeline", "expect"} <= case.keys()
                for case in document
            )
        )

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        for case in cast("list[dict[str, Json]]", document):
            asked = ("schedule", "policy", "ticket", "timeline", "check_at")
            yield str(case["id"]), {**{key: case.get(key) for key in asked}, **own_words(case, WORDS)}, case["expect"]

    def answer(self, case: Case) -> Outcome:
        refuse_unread(case)
        policy = cast("Row", case["policy"])
        if "candidates" in policy:
            _only(policy, {"candidates"}, "policy")
            name = chosen(policy, cast("Row", case.get("ticket") or {}))
            return Outcome({"policy": name}, lambda expect: expect == {"policy": name})
        judged = judge(case)
        return Outcome(
            {name: str(judged.clock(name).explanation()) for name in judged.metrics},
            lambda expect: agrees(judged, cast("Row", expect), lambda: judge(case, latest=True)),
        )


def instant(value: Json) -> datetime:
    """An instant as the cases write it."""
    return datetime.fromisoformat(str(value))


VALUES: Final[dict[str, frozenset[Json]]] = {
    "clock": frozenset({None, "business", "calendar"}),
    "on_unmatch": frozenset({None, "cancel"}),
    "on_reopen": frozenset({None, *_REOPEN}),
    "on_policy_change": frozenset(_CHANGE),
    "on_schedule_change": frozenset(_SCHEDULE),
}


def _only(given: Row, known: set[str], noun: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise NotExpressible(f"{noun} has the unknown keys {unknown}")
    for key, values in VALUES.items():
        if key in known and given.get(key) not in values:
            raise NotExpressible(f"{noun} {key} has the unknown value {given[key]!r}")


ADAPTERS: Final = (Sla(),)
