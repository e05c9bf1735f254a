"""The dialects of escalation.json in which one thing follows another: ladders, chains, plans, personal rules, turns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Final, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.contact import message
from deskcore.escalation.gates import Enough
from deskcore.escalation.recipients import OnCall, Person, Pool, Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar, ElapsedDuration
from deskcore.predicate import ALWAYS
from deskcore.presets.ladders import Step, ladder
from deskcore.staff import Agent, Staff
from deskcore.staff.agent import ContactRule
from deskcore.staff.layers import OnDuty
from deskcore.staff.overrides import Shift, WrittenShifts
from deskcore.staff.rolling import WEEKDAYS
from deskcore.staff.roster import Roster
from tests.conformance.escalation_run import FAR, LOG, Mechanism, is_polled, minutes, word
from tests.conformance.oncall import Row, instant, only, rows
from tests.conformance.runner import Json, NotExpressible

_CHANNEL: Final = "notify"


def _list(value: Json) -> list[str]:
    return cast("list[str]", value or [])


def ranked(steps: Json) -> list[Row]:
    """Steps in their order: as listed, or by rank."""
    given = rows(steps)
    return sorted(given, key=lambda step: cast("int", step["order"])) if any("order" in one for one in given) else given


def _rosters(config: Row) -> dict[str, Roster]:
    return {name: OnDuty(people) for name, people in cast("dict[str, list[str]]", config.get("roster") or {}).items()}


# --- 5.1, 5.2


def of_ladder(config: Row) -> Mechanism:
    """5.1."""
    only(
        config,
        "dialect evaluation steps delay_base repeat repeat_meaning roster empty_rung personal_rules dedup "
        "manual_past_end",
        "ladder",
    )
    if config.get("delay_base", "previous_fire") != "previous_fire":
        raise NotExpressible(f"the delay_base {config['delay_base']!r}")
    rosters = _rosters(config)
    rosters |= {f"of {step['id']}": OnDuty(()) for step in rows(config["steps"]) if not step["notify"]}
    hours = {str(step["id"]): between(step["only_between"]) for step in rows(config["steps"]) if "only_between" in step}
    empty = word(config, "empty_rung", {"skip": True, "wait": False}, "wait")
    steps = [_step(step, rosters, empty=empty) for step in ranked(config["steps"])]
    repeat = cast("int", config.get("repeat", 0))
    matrix = ladder(
        "ladder",
        steps,
        last_resort=LOG,
        passes=None if repeat < 0 else repeat,
        begins_again_by_hand=config.get("manual_past_end") == "wrap",
        drifts=True,
    )
    agents = _agents(cast("dict[str, list[Json]]", config.get("personal_rules") or {}))
    return Mechanism(
        attrs.evolve(matrix, joins_calls="dedup" in config),
        staff=Staff(agents=agents, rosters=FrozenDict(rosters)),
        calendars=FrozenDict(hours),
        names=_names([step.id for step in steps], agents),
        one_a_look=True,
        log_code="no_one_on_call",
    )


def between(span: Json) -> Calendar:
    """[HH:MM, HH:MM) of every day."""
    start, end = _list(span)
    return Calendar.weekly({day: [(start, end)] for day in WEEKDAYS}, tz="UTC", overlaps="merge")


def _step(step: Row, rosters: dict[str, Roster], *, empty: bool) -> Step:
    only(step, "id order notify then_wait_minutes pick multi_ack only_between", "step")
    pick = step.get("pick")
    if pick not in {None, "round_robin"}:
        raise NotExpressible(f"unknown pick {pick!r}")
    name = str(step["id"])
    reached = [_recipient(one, rosters) for one in _list(step["notify"])] or [OnCall(f"of {name}")]
    return Step(
        name,
        reached,
        wait=minutes(step.get("then_wait_minutes", 0)),
        pick="all" if pick is None else "in_turn",
        during=name if "only_between" in step else None,
        outside="skip",
        if_nobody="skip" if empty else "fall_back",
        each_acks=bool(step.get("multi_ack", False)),
    )


def _recipient(name: str, rosters: dict[str, Roster]) -> Recipient:
    if name.startswith("user:"):
        return Person(name.removeprefix("user:"))
    return OnCall(name) if name in rosters else Person(name)


def _agents(rules: dict[str, list[Json]]) -> tuple[Agent, ...]:
    return tuple(Agent(person, contact_rules=tuple(map(contact_rule, given))) for person, given in rules.items())


def contact_rule(rule: Json, since: datetime | None = None) -> ContactRule:
    """Minutes, or a channel and minutes."""
    if not isinstance(rule, dict):
        return ContactRule(_CHANNEL, minutes(rule), since=since)
    only(rule, "channel delay_minutes", "rule")
    return ContactRule(str(rule["channel"]), minutes(rule["delay_minutes"]), since=since)


def _names(steps: Iterable[str], agents: Iterable[Agent]) -> dict[str, Row]:
    """What the records of each message say."""
    return {
        message(step, agent.id, rule).id: said(rule) | {"rung": step}
        for step in steps
        for agent in agents
        for rule in agent.contact_rules
    }


def said(rule: ContactRule) -> dict[str, Json]:
    """The keys by which a record tells one message from another."""
    via: dict[str, Json] = {} if rule.channel == _CHANNEL else {"via": rule.channel}
    return {"rule_minutes": rule.after.microseconds / 60_000_000, **via}


def of_pre_delay(config: Row) -> Mechanism:
    """5.2."""
    only(config, "dialect evaluation steps delay_base ack_expires_minutes", "ladder_pre_delay")
    given = rows(config["steps"])
    for step in given:
        only(step, "id delay_minutes notify", "step")
    waits = [*(step["delay_minutes"] for step in given[1:]), 0]
    steps = [
        Step(str(step["id"]), [Person(name) for name in _list(step["notify"])], wait=minutes(wait))
        for step, wait in zip(given, waits, strict=True)
    ]
    matrix = ladder("ladder", steps, last_resort=LOG, after=minutes(given[0]["delay_minutes"]), drifts=True)
    if "ack_expires_minutes" in config:
        matrix = attrs.evolve(matrix, ack_expires=minutes(config["ack_expires_minutes"]))
    return Mechanism(matrix)


# --- 5.3


NONE_BEGUN: Final[frozenset[str]] = frozenset()


def of_chain(config: Row, gone: frozenset[int] = frozenset(), begun: frozenset[str] = NONE_BEGUN) -> Mechanism:
    """5.3; steps by place that are ``gone`` are left out, but where they have begun."""
    only(config, "dialect evaluation steps roster empty_rung inactive_users snapshot", "chain")
    if config.get("empty_rung", "log_and_continue") != "log_and_continue":
        raise NotExpressible(f"empty_rung {config['empty_rung']!r} of a chain")
    steps: list[Step] = []
    extras: dict[str, tuple[Row, ...]] = {}
    hours: dict[str, Calendar] = {}
    counting: set[str] = set()
    placed = list(enumerate(rows(config["steps"])))
    if any("order" in row for _, row in placed):
        placed.sort(key=lambda one: cast("int", one[1]["order"]))
    for name, place, row in _unrolled(placed):
        if place in gone and name not in begun:
            continue
        if row["do"] == "only_if_time":
            hours[name] = _time_of_day(row)
        if row["do"] == "only_if_events":
            counting.add(name)
        steps.append(_link(row, name, _list(config.get("inactive_users"))))
        told: list[Row] = [{"action": "run", "step_order": row["order"]}] if "order" in row else []
        if row["do"] is None:
            told.append({"action": "log", "code": "unspecified_step"})
        extras[name] = tuple(told)
    steps.append(Step("end", [], wait=minutes(0)))
    extras["end"] = ({"action": "finished"},)
    return Mechanism(
        ladder("chain", steps, last_resort=LOG, drifts=is_polled(config)),
        staff=Staff(rosters=FrozenDict(_rosters(config))),
        names={step.id: {} for step in steps},
        extras=extras,
        calendars=FrozenDict(hours),
        gates=frozenset(hours),
        counting=frozenset(counting),
        is_snapshot=bool(config.get("snapshot", False)),
        log_code="no_valid_users",
        without=lambda gone, begun: of_chain(config, gone, begun),
    )


def _time_of_day(row: Row) -> Calendar:
    start, end = str(row["from"]), str(row["to"])
    if start == end:
        if row.get("equal_ends", "instant") != "instant":
            raise NotExpressible(f"equal_ends {row['equal_ends']!r}")
        end = f"{start}:01"  # that moment of the day: the shortest time that a calendar knows
    days: dict[str, list[tuple[str, str]]] = {day: [(start, end)] for day in WEEKDAYS}
    return Calendar.weekly(days, tz=str(row.get("tz", "UTC")), overlaps="merge")


_WORDS_OF: Final[dict[str | None, str]] = {
    "notify": "targets",
    "notify_schedule": "schedule",
    "wait": "minutes",
    "only_if_events": "more_than within_minutes",
    "only_if_time": "from to tz equal_ends",
    "repeat": "max",
    None: "",
}


def _link(row: Row, name: str, inactive: list[str]) -> Step:
    do = cast("str | None", row["do"])
    if do not in _WORDS_OF:
        raise NotExpressible(f"the step {do!r} of a chain")
    only(row, f"order do {_WORDS_OF[do]}", f"step {do}")
    told: list[Recipient] = []
    enough = None
    if row["do"] == "notify":
        told = [Person(target) for target in _list(row["targets"]) if target not in inactive]
    elif row["do"] == "notify_schedule":
        told = [OnCall(str(row["schedule"]))]
    elif row["do"] == "only_if_events":
        within = minutes(row["within_minutes"])
        enough = Enough("alerted", more_than=cast("int", row["more_than"]), within=within)
    wait = minutes(row["minutes"] if row["do"] == "wait" else 0)
    return Step(name, told, wait=wait, during=name if row["do"] == "only_if_time" else None, enough=enough)


def _unrolled(steps: list[tuple[int, Row]]) -> list[tuple[str, int, Row]]:
    """Each step with its name and place; a repetition starts the chain again so many times, then it goes on."""
    found: list[tuple[str, int, Row]] = []
    left = {at: cast("int", step["max"]) for at, (_, step) in enumerate(steps) if step["do"] == "repeat"}
    at, times = 0, 0
    while at < len(steps):
        place, step = steps[at]
        found.append((f"{place}.{times}" if times else str(place), place, step))
        if left.get(at):
            left[at] -= 1
            at, times = 0, times + 1
        else:
            at += 1
    return found


# --- 5.4


def of_plan(config: Row, timeline: Json) -> Mechanism:
    """5.4; the rosters are those of the looks, each until the next."""
    only(config, "dialect evaluation steps empty_rung", "plan")
    if config.get("empty_rung", "retry_first_step") != "retry_first_step":
        raise NotExpressible(f"empty_rung {config['empty_rung']!r} of a plan")
    retries = "empty_rung" in config
    rungs: list[Rung] = []
    names: dict[str, Row] = {}
    due = Due.after_opened(minutes(0))
    for number, step in enumerate(cast("list[list[Row]]", config["steps"])):
        longest = ElapsedDuration.of_us(-1)
        starts = due
        for place, entry in enumerate(step):
            only(entry, "id target repeat wait_minutes", "entry")
            sends = _sends(f"{number}.{place}", entry, starts, hold=retries and not number, from_look=is_polled(config))
            names |= {rung.id: {"rung": entry["id"]} for rung in sends}
            rungs += sends
            wait = minutes(entry["wait_minutes"])
            lasts = ElapsedDuration.of_us(wait.microseconds * (cast("int", entry["repeat"]) + 1))
            if lasts.microseconds > longest.microseconds:
                longest, due = lasts, Due.after_rung(sends[-1].id, lasts, from_look=is_polled(config))
    matrix = Matrix("plan", (MatrixRow(ALWAYS, tuple(rungs)),), LOG)
    return Mechanism(matrix, staff=Staff(rosters=_seen(timeline)), names=names)


def _sends(name: str, entry: Row, due: Due, *, hold: bool, from_look: bool) -> list[Rung]:
    """One rung that repeats; where no time lies between the sends, as many rungs as there are sends."""
    target, more = str(entry["target"]), cast("int", entry["repeat"])
    recipient: Recipient = OnCall(target) if target.startswith("role:") else Person(target)
    wait = minutes(entry["wait_minutes"])
    spread = bool(more and wait.microseconds)
    return [
        Rung(
            name if not number else f"{name}.{number}",
            due,
            Notify(recipient),
            until="acked",
            once="cycle",
            repeat=Repeat(wait, more, from_look=from_look) if spread else None,
            if_nobody="hold" if hold else "fall_back",
        )
        for number in range(1 if spread else more + 1)
    ]


def _seen(timeline: Json) -> FrozenDict[Roster]:
    """Each role as the looks found it, until the next look."""
    looks = [event for event in rows(timeline) if "roster" in event]
    ends = [*(instant(later["at"]) for _, later in pairwise(looks)), FAR]
    held: dict[str, list[Shift]] = {}
    for look, end in zip(looks, ends, strict=True) if looks else ():
        for role, people in cast("dict[str, list[str]]", look["roster"]).items():
            held.setdefault(role, []).extend(Shift(instant(look["at"]), end, one) for one in people)
    return FrozenDict({role: WrittenShifts(tuple(shifts)) for role, shifts in held.items()})


# --- 5.5


def of_personal(config: Row) -> Mechanism:
    """5.5: one rung calls everybody by rules of their own."""
    only(config, "dialect evaluation rules", "personal_rules")
    rules = cast("dict[str, list[Json]]", config["rules"])
    agents = _agents(rules)
    call = Rung("call", Due.after_opened(minutes(0)), tuple(Notify(Person(one)) for one in rules), until="acked")
    matrix = Matrix("rules", (MatrixRow(ALWAYS, (call,)),), LOG)
    return Mechanism(matrix, staff=Staff(agents=agents), names=personal_names(agents))


def personal_names(agents: Iterable[Agent]) -> dict[str, Row]:
    """What the records of 5.5 say."""
    return {
        message("call", agent.id, rule).id: {"rule_minutes": said(rule)["rule_minutes"], "via": rule.channel}
        for agent in agents
        for rule in agent.contact_rules
    }


# --- 5.16


def of_turns(config: Row) -> Mechanism:
    """5.16: the floor says whose turn it is."""
    only(config, "dialect evaluation members order scope last_notified last_left_pool", "round_robin")
    if config.get("scope", "across tickets") != "across tickets":
        raise NotExpressible(f"the scope {config['scope']!r}")
    order = word(config, "order", {"as listed": "listed", "sorted by name": "sorted"}, "as listed")
    gone = word(config, "last_left_pool", {None: "next", "restart_at_first": "first"}, None)
    pool = Pool("pool", _list(config["members"]), order=order, if_gone=gone)  # type: ignore[arg-type]
    rung = Rung("turn", Due.after_opened(minutes(0)), Notify(pool))
    last = config.get("last_notified")
    matrix = Matrix("turns", (MatrixRow(ALWAYS, (rung,)),), LOG)
    return Mechanism(matrix, names={"turn": {}}, last_of_pool=None if last is None else str(last))
