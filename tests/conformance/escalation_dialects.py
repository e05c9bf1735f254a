"""The dialects of escalation.json that are a matrix: each builds its mechanism from the words of a config."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Final, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, Notify, RaisePriority, TransferTo
from deskcore.escalation.gates import Quiet
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import Person
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, business, elapsed
from deskcore.predicate import ALWAYS, Condition, Is, Not, where
from deskcore.presets.milestones import Level, levels_around_due, shares_of_target
from deskcore.presets.notices import Range, by_number, numbers
from deskcore.presets.thresholds import Operation, Threshold, by_age, by_cycle, by_step, in_window, with_recovery
from deskcore.sla import Target
from deskcore.tickets.facts import FIELD_PREFIX
from tests.conformance.escalation_ladders import (
    between,
    of_chain,
    of_ladder,
    of_personal,
    of_plan,
    of_pre_delay,
    of_turns,
)
from tests.conformance.escalation_run import LOG, Mechanism, is_polled, minutes, word
from tests.conformance.oncall import Row, instant, only, rows
from tests.conformance.runner import Json, NotExpressible


def _list(value: Json) -> list[str]:
    return cast("list[str]", value or [])


def _tell(people: Iterable[str], channel: str = "notify") -> tuple[Action, ...]:
    return tuple(Notify(Person(person), channel) for person in people)


def _do(words: Iterable[str]) -> tuple[Action, ...]:
    return tuple(action for word in words for action in _verb(word))


def _verb(word: str) -> tuple[Action, ...]:
    verb, _, target = word.partition(":")
    if verb in {"notify", "escalate"}:
        return _tell([target], verb)
    if verb in {"reassign", "add_group", "assign_role", "assign_tier"}:
        return (TransferTo(team=target),)
    raise NotExpressible(f"the verb {verb!r}")


def _transfer_of(words: Iterable[str], otherwise: str) -> str:
    verbs = {word.partition(":")[0] for word in words} - {"notify", "escalate"}
    if len(verbs) > 1:
        raise NotExpressible(f"several kinds of transfer: {sorted(verbs)}")
    return next(iter(verbs), otherwise)


# --- 5.6 to 5.8


def _conditional(config: Row) -> Mechanism:
    only(config, "dialect evaluation delay_base rules", "conditional_rules")
    afresh = word(config, "delay_base", {"created": False, "triggered": True}, "created")
    thresholds = []
    for place, rule in enumerate(rows(config["rules"])):
        only(rule, "after_minutes if notify", "rule")
        condition = str(rule.get("if", "not_closed"))
        if condition not in {"not_acked", "not_closed"}:
            raise NotExpressible(f"the condition {condition!r}")
        thresholds.append(
            Threshold(
                str(place),
                minutes(rule["after_minutes"]),
                _tell(_list(rule["notify"])),
                until="acked" if condition == "not_acked" else "closed",
                once="cycle" if afresh else "episode",
            )
        )
    matrix = by_age("rules", [(ALWAYS, thresholds)], last_resort=LOG, since="opened" if afresh else "created")
    return Mechanism(matrix if afresh or is_polled(config) else _judged_when_due(matrix))


def _judged_when_due(matrix: Matrix) -> Matrix:
    """What was silenced when it was due is not made up for."""
    return attrs.evolve(
        matrix,
        rows=tuple(
            attrs.evolve(row, rungs=tuple(attrs.evolve(rung, late="drop") for rung in row.rungs)) for row in matrix.rows
        ),
    )


def _operations(config: Row) -> Mechanism:
    only(config, "dialect evaluation default_step_minutes operations recovery start_condition", "step_operations")
    operations = []
    for row in rows(config["operations"]):
        only(row, "from to target step_minutes", "operation")
        own = row.get("step_minutes")
        operations.append(
            Operation(
                cast("int", row["from"]),
                cast("int", row["to"]),
                _tell([str(row["target"])]),
                None if own is None else minutes(own),
            )
        )
    lasts = minutes(config["default_step_minutes"])
    matrix = by_step("steps", operations, lasts=lasts, last_resort=LOG)
    start = cast("Row | None", config.get("start_condition"))
    if start is None:
        return Mechanism(_recovering(matrix, config))
    only(start, "time", "start_condition")
    hours = between(str(start["time"]).split("-"))
    return Mechanism(_recovering(_started_in(matrix, "start"), config), calendars=FrozenDict({"start": hours}))


def _started_in(matrix: Matrix, hours: str) -> Matrix:
    """Everything counts from a rung that comes to nothing outside some hours, and ends what follows then."""
    start = Rung("start", Due.after_opened(minutes(0)), (), during=hours, outside="stop")
    rows = tuple(
        attrs.evolve(
            row,
            rungs=(
                start,
                *(attrs.evolve(rung, due=Due.after_rung("start", rung.due.amount)) for rung in row.rungs),
            ),
        )
        for row in matrix.rows
    )
    return attrs.evolve(matrix, rows=rows)


def _recovering(matrix: Matrix, config: Row) -> Matrix:
    recovery = config.get("recovery")
    if recovery not in {None, "those notified", "those matching the last problem number"}:
        raise NotExpressible(f"recovery {recovery!r}")
    return matrix if recovery is None else with_recovery(matrix, latest=recovery != "those notified")


def _windows(config: Row) -> Mechanism:
    only(config, "dialect evaluation interval_minutes rules recovery", "time_windows")
    every = config.get("interval_minutes", 0)
    thresholds = []
    quiet: list[Quiet] = []
    for place, rule in enumerate(rows(config["rules"])):
        only(rule, "target begin_minutes end_minutes quiet", "rule")
        end = rule.get("end_minutes")
        if end == 0:
            continue  # switched off
        if rule.get("quiet"):
            held = cast("Row", rule["quiet"])
            quiet.append(Quiet(instant(held["from"]), instant(held["to"]), rungs=frozenset({str(place)})))
        thresholds.append(
            in_window(
                str(place),
                _tell([str(rule["target"])]),
                begin=minutes(rule.get("begin_minutes", 0)),
                end=None if end is None else minutes(end),
                every=minutes(every) if every else None,
                from_look=is_polled(config),
            )
        )
    matrix = by_age("windows", [(ALWAYS, thresholds)], last_resort=LOG)
    return Mechanism(_recovering(matrix, config), reminders=True, quiet=tuple(quiet))


# --- 5.9


def _numbered(config: Row) -> Mechanism:
    only(config, "dialect evaluation default_target default_interval_minutes rules recovery", "notification_number")
    every = config["default_interval_minutes"]
    ranges = []
    for rule in rows(config["rules"]):
        only(rule, "first last interval_minutes targets", "rule")
        last = cast("int", rule["last"]) or None
        told = [Person(target) for target in _list(rule["targets"])]
        ranges.append(Range(cast("int", rule["first"]), last, told, minutes(rule.get("interval_minutes", every))))
    told = [Person(target) for target in _list(config["default_target"])]
    polled = is_polled(config)
    matrix = by_number("notices", ranges, notify=told, every=minutes(every), last_resort=LOG, from_look=polled)
    return Mechanism(_recovering(matrix, config), numbers=numbers(matrix))


# --- 5.10 to 5.12


def _offset(config: Row) -> Mechanism:
    only(config, "dialect evaluation target sla_minutes calendar levels", "sla_offset")
    if config.get("calendar") is not None:
        raise NotExpressible("a calendar by name, which the case does not define")
    for level in rows(config["levels"]):
        only(level, "id offset_minutes do if", "level")
    words = [str(level["do"]) for level in rows(config["levels"])]
    levels = [
        Level(str(level["id"]), minutes(level["offset_minutes"]), _verb(str(level["do"])), _if(level.get("if")))
        for level in rows(config["levels"])
    ]
    within = minutes(config["sla_minutes"])
    own = str(config.get("target", "TTR")) == "TTO"
    metric, target = ("time_to_own", Target.time_to_own) if own else ("resolution", Target.resolution)
    matrix = levels_around_due("levels", levels, metric=metric, last_resort=LOG)
    return Mechanism(
        matrix, targets=(target(within),), transfer=(_transfer_of(words, "add_group"), "target"), one_a_look=True
    )


def _if(text: Json) -> Condition:
    if text is None:
        return ALWAYS
    fact, sign, value = str(text).partition(" != ")
    if fact != "status" or not sign:
        raise NotExpressible(f"the condition {text!r}")
    return Not(Is("status", value))


def _percent(config: Row) -> Mechanism:
    only(config, "dialect evaluation sla_minutes rungs late", "sla_percent")
    if config.get("late") not in {None, "skipped"}:
        raise NotExpressible(f"late {config['late']!r}")
    for rung in rows(config["rungs"]):
        only(rung, "percent notify", "rung")
    shares = [(cast("float", rung["percent"]) / 100, _tell(_list(rung["notify"]))) for rung in rows(config["rungs"])]
    matrix = shares_of_target("shares", shares, last_resort=LOG, late="drop" if "late" in config else "each")
    return Mechanism(matrix, targets=(Target.resolution(minutes(config["sla_minutes"])),))


_ENTRIES: Final[dict[str, Condition]] = {"priority=High and open": Is("priority", "High"), "open": ALWAYS}
_SINCE: Final = {
    "created": "opened",
    "last_modified": "updated",
    "created, disabled when first modified": "opened",
}


def _age(config: Row) -> Mechanism:
    only(config, "dialect evaluation match entries age_from", "age_over")
    if config.get("match", "first_entry") != "first_entry" or config.get("age_from", "created") not in _SINCE:
        raise NotExpressible("an unknown match or age_from")
    age_from = str(config.get("age_from", "created"))
    untouched = Not(where(**{f"{FIELD_PREFIX}modified": True})) if "disabled" in age_from else ALWAYS
    table, words = [], []
    names: dict[str, Row] = {}
    for entry in rows(config["entries"]):
        only(entry, "id if actions", "entry")
        if entry["if"] not in _ENTRIES:
            raise NotExpressible(f"the condition {entry['if']!r}")
        thresholds = []
        for action in rows(entry["actions"]):
            only(action, "age_minutes do", "action")
            name = f"{entry['id']} {action['age_minutes']}"
            names[name] = {"rung": entry["id"]}
            words += _list(action["do"])
            thresholds.append(Threshold(name, minutes(action["age_minutes"]), _do(_list(action["do"])), when=untouched))
        table.append((_ENTRIES[str(entry["if"])], thresholds))
    since = "updated" if _SINCE[age_from] == "updated" else "opened"
    matrix = by_age("age", table, last_resort=LOG, since="updated" if since == "updated" else "opened")
    transfer = (_transfer_of(words, "reassign"), "target")
    return Mechanism(matrix, names=names, transfer=transfer, priorities=("High", "Medium", "Low"))


# --- 5.13


def _stale(config: Row) -> Mechanism:
    only(config, "dialect evaluation escalate_days priorities excluded_dates", "stale_raise")
    if config.get("priorities", "1 highest") != "1 highest" or config.get("excluded_dates"):
        raise NotExpressible("another order of priorities, or excluded dates, of which the format says nothing")
    days = elapsed(days=cast("float", config["escalate_days"]))
    rung = Rung("raise", Due.after_opened(days), RaisePriority(), given=Not(Is(f"{FIELD_PREFIX}hold", value=True)))
    row = MatrixRow(ALWAYS, (rung,), passes=Passes(minutes(0), None, from_look=True))
    names = tuple(str(number) for number in range(1, 10))
    return Mechanism(Matrix("stale", (row,), LOG), names={"raise": {}}, priorities=names)


# --- 5.14, 5.15


def _severity(config: Row) -> Mechanism:
    if config.get("business_hours"):
        only(cast("Row", config["business_hours"]), "tz days from to", "business_hours")
    only(config, "dialect evaluation rows tiers from to time_base business_hours advance", "severity_matrix")
    if config.get("advance") not in {None, "each manual_escalate"}:
        raise NotExpressible(f"advance {config['advance']!r}")
    held = cast("dict[str, Json]", config["rows"])
    tiers = [str(tier) for tier in cast("list[Json]", config.get("tiers") or [])]
    table: list[tuple[Condition, list[Threshold]]] = []
    transfer = ("assign_role", "role")
    for severity, row in held.items():
        if isinstance(row, dict):
            only(row, "start_tier escalate_after_minutes time_base", "row")
        if isinstance(row, dict) and "start_tier" in row:
            transfer = ("assign_tier", "tier")
            thresholds = _tiers(row, tiers, config)
        elif isinstance(row, dict):
            after = row["escalate_after_minutes"]
            thresholds = [_threshold("up", after, (TransferTo(team=str(config["to"])),), row, config)]
        else:
            thresholds = _advancing(cast("list[Json]", row), config)
        table.append((Is("priority", severity), thresholds))
    hours = cast("Row | None", config.get("business_hours"))
    return Mechanism(
        by_age("severity", table, last_resort=LOG),
        priorities=tuple(held),
        transfer=transfer,
        silent="no_higher_tier",
        past_end="no_higher_tier",
        values={str(tier): tier for tier in cast("list[Json]", config.get("tiers") or [])},
        calendars=FrozenDict({} if hours is None else {"support": _hours(hours)}),
    )


def _advancing(row: list[Json], config: Row) -> list[Threshold]:
    """Thresholds from one origin; or roles, the first at once and each further one by hand, up to a hole."""
    if all(isinstance(one, dict) for one in row):
        for one in rows(row):
            only(one, "after_minutes to time_base", "row")
        return [
            _threshold(str(place), one["after_minutes"], _tell([str(one["to"])], "escalate"), one, config)
            for place, one in enumerate(rows(row))
        ]
    roles = [str(one) for one in takewhile(lambda one: one is not None, row)]
    return [
        Threshold(str(place), minutes(0), (TransferTo(team=role),), since="hand" if place else None)
        for place, role in enumerate(roles)
    ]


def _tiers(row: Row, tiers: list[str], config: Row) -> list[Threshold]:
    start = str(row["start_tier"])
    above = tiers[tiers.index(start) + 1 :][:1]
    up: tuple[Action, ...] = tuple(TransferTo(team=tier) for tier in above)
    return [
        Threshold("start", minutes(0), (TransferTo(team=start),)),
        _threshold("up", row["escalate_after_minutes"], up, row, config),
    ]


def _threshold(name: str, after: Json, actions: tuple[Action, ...], row: Row, config: Row) -> Threshold:
    base = str(row.get("time_base", config.get("time_base", "calendar")))
    amount: BusinessDuration | ElapsedDuration = minutes(after)
    if base == "business":
        amount = business(minutes=cast("float", after))
    elif base not in {"calendar", "business hours; every instant here lies inside them"}:
        raise NotExpressible(f"the time base {base!r}")
    return Threshold(name, amount, actions, calendar="support" if base == "business" else "default")


def _hours(hours: Row) -> Calendar:
    span = (str(hours["from"]), str(hours["to"]))
    return Calendar.weekly({day: [span] for day in _list(hours["days"])}, tz=str(hours.get("tz", "UTC")))


def _cycles(config: Row) -> Mechanism:
    only(config, "dialect evaluation cycle_minutes per_cycle", "cycle_ladder")
    levels = [(str(place), _tell([name], "escalate")) for place, name in enumerate(_list(config["per_cycle"]))]
    return Mechanism(by_cycle("cycles", minutes(config["cycle_minutes"]), levels, last_resort=LOG))


def _without_events(build: Callable[[Row], Mechanism]) -> Callable[[Row, Json], Mechanism]:
    return lambda config, _: build(config)


DIALECTS: Final[dict[str, Callable[[Row, Json], Mechanism]]] = {
    "ladder": _without_events(of_ladder),
    "ladder_pre_delay": _without_events(of_pre_delay),
    "chain": _without_events(of_chain),
    "plan": of_plan,
    "personal_rules": _without_events(of_personal),
    "conditional_rules": _without_events(_conditional),
    "step_operations": _without_events(_operations),
    "time_windows": _without_events(_windows),
    "notification_number": _without_events(_numbered),
    "sla_offset": _without_events(_offset),
    "sla_percent": _without_events(_percent),
    "age_over": _without_events(_age),
    "stale_raise": _without_events(_stale),
    "severity_matrix": _without_events(_severity),
    "cycle_ladder": _without_events(_cycles),
    "round_robin": _without_events(of_turns),
}
