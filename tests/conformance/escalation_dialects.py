"""The dialects of escalation.json that are a matrix: each builds its mechanism from the words of a config."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation import Matrix
from deskcore.escalation.actions import Action, Notify, TransferTo
from deskcore.escalation.recipients import OnCall, Person, Recipient
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, business, elapsed
from deskcore.predicate import ALWAYS, Condition, Is, Not, where
from deskcore.presets.ladders import Step, ladder, origins
from deskcore.presets.milestones import Level, levels_around_due, shares_of_target
from deskcore.presets.notices import Range, by_number, numbers
from deskcore.presets.thresholds import Operation, Threshold, by_age, by_cycle, by_step, in_window, with_recovery
from deskcore.sla import Target
from deskcore.staff import Staff
from deskcore.staff.layers import OnDuty
from deskcore.staff.rolling import WEEKDAYS
from deskcore.tickets.facts import FIELD_PREFIX
from tests.conformance.escalation_run import LOG, Mechanism
from tests.conformance.oncall import Row, only, rows
from tests.conformance.runner import Json, NotExpressible


def minutes(value: Json) -> ElapsedDuration:
    return elapsed(minutes=cast("float", value))


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


# --- 5.1, 5.2


def _ladder(config: Row) -> Mechanism:
    only(
        config,
        "dialect evaluation steps delay_base repeat repeat_meaning roster empty_rung personal_rules dedup",
        "ladder",
    )
    roster = cast("dict[str, list[str]]", config.get("roster") or {})
    if any(not people for people in roster.values()) and config.get("empty_rung") != "wait":
        raise NotExpressible("a step that nobody hears of takes no time")
    rules = cast("dict[str, list[Json]]", config.get("personal_rules") or {})
    steps = [_step(step, roster, rules) for step in _ranked(config["steps"])]
    repeat = cast("int", config.get("repeat", 0))
    matrix = ladder("ladder", steps, last_resort=LOG, passes=None if repeat < 0 else repeat)
    names: dict[str, Row] = {}
    for rung, origin in origins(steps).items():
        names[rung] = {"rung": origin.step}
        if origin.delay is not None:
            names[rung] = {"rung": origin.step, "rule_minutes": origin.delay.microseconds // 60_000_000}
    staff = Staff(rosters=FrozenDict({name: OnDuty(people) for name, people in roster.items()}))
    return Mechanism(matrix, staff=staff, names=names, drifts=True, one_a_look=True, log_code="no_one_on_call")


def _ranked(steps: Json) -> list[Row]:
    given = rows(steps)
    return sorted(given, key=lambda step: cast("int", step["order"])) if any("order" in one for one in given) else given


def _step(step: Row, roster: dict[str, list[str]], rules: dict[str, list[Json]]) -> Step:
    only(step, "id order notify then_wait_minutes pick", "step")
    names = [name.removeprefix("user:") if name.startswith("user:") else name for name in _list(step["notify"])]
    pick = step.get("pick")
    if pick not in {None, "round_robin"}:
        raise NotExpressible(f"unknown pick {pick!r}")
    reached: list[Recipient] = []
    for name in names:
        people = roster.get(name)
        reached += (
            [Person(one) for one in people]
            if people and any(one in rules for one in people)
            else [OnCall(name) if name in roster else Person(name)]
        )
    after = {str(one): tuple(minutes(_delay(rule)) for rule in rules[str(one)]) for one in reached if str(one) in rules}
    return Step(
        str(step["id"]),
        reached,
        wait=minutes(step.get("then_wait_minutes", 0)),
        pick="all" if pick is None else "in_turn",
        after=FrozenDict(after),
    )


def _delay(rule: Json) -> Json:
    if isinstance(rule, dict):
        raise NotExpressible("a person's own channels on a ladder")
    return rule


def _pre_delay(config: Row) -> Mechanism:
    only(config, "dialect evaluation steps delay_base ack_expires_minutes", "ladder_pre_delay")
    given = rows(config["steps"])
    waits = [*(step["delay_minutes"] for step in given[1:]), 0]
    first = Step("before", [], wait=minutes(given[0]["delay_minutes"]))
    steps = [
        Step(str(step["id"]), [Person(name) for name in _list(step["notify"])], wait=minutes(wait))
        for step, wait in zip(given, waits, strict=True)
    ]
    before = [first] if first.wait.microseconds else []
    matrix = ladder("ladder", [*before, *steps], last_resort=LOG)
    if "ack_expires_minutes" in config:
        matrix = attrs.evolve(matrix, ack_expires=minutes(config["ack_expires_minutes"]))
    return Mechanism(matrix, drifts=True, one_a_look=True)


# --- 5.3


def _chain(config: Row) -> Mechanism:
    only(config, "dialect evaluation steps roster empty_rung inactive_users snapshot", "chain")
    roster = cast("dict[str, list[str]]", config.get("roster") or {})
    if config.get("empty_rung", "log_and_continue") != "log_and_continue":
        raise NotExpressible(f"empty_rung {config['empty_rung']!r} of a chain")
    steps: list[Step] = []
    extras: dict[str, tuple[Row, ...]] = {}
    hours: dict[str, Calendar] = {}
    for row in _unrolled(_ranked(config["steps"])):
        name = str(len(steps))
        if row["do"] == "only_if_time":
            hours[name] = _time_of_day(row)
        steps.append(_link(row, name, _list(config.get("inactive_users"))))
        said: list[Row] = [{"action": "run", "step_order": row["order"]}] if "order" in row else []
        if row["do"] is None:
            said.append({"action": "log", "code": "unspecified_step"})
        extras[name] = tuple(said)
    steps.append(Step("end", [], wait=minutes(0)))
    extras["end"] = ({"action": "finished"},)
    staff = Staff(rosters=FrozenDict({name: OnDuty(people) for name, people in roster.items()}))
    names: dict[str, Row] = {step.id: {} for step in steps}
    return Mechanism(
        ladder("chain", steps, last_resort=LOG),
        staff=staff,
        names=names,
        extras=extras,
        calendars=FrozenDict(hours),
        gates=frozenset(hours),
        log_code="no_valid_users",
    )


def _time_of_day(row: Row) -> Calendar:
    if row["from"] == row["to"]:
        raise NotExpressible("hours that are one moment of the day")
    return Calendar.weekly(
        {day: [(str(row["from"]), str(row["to"]))] for day in WEEKDAYS}, tz=str(row.get("tz", "UTC")), overlaps="merge"
    )


def _link(row: Row, name: str, inactive: list[str]) -> Step:
    only(row, "order do targets schedule minutes from to tz equal_ends", "step")
    told: list[Recipient] = []
    if row["do"] == "notify":
        told = [Person(target) for target in _list(row["targets"]) if target not in inactive]
    elif row["do"] == "notify_schedule":
        told = [OnCall(str(row["schedule"]))]
    elif row["do"] not in {"wait", "only_if_time", None}:
        raise NotExpressible(f"the step {row['do']!r} of a chain")
    during = name if row["do"] == "only_if_time" else None
    return Step(name, told, wait=minutes(row["minutes"] if row["do"] == "wait" else 0), during=during)


def _unrolled(steps: list[Row]) -> list[Row]:
    """A repetition starts the chain again so many times; then it goes on."""
    found: list[Row] = []
    for step in steps:
        if step["do"] == "repeat":
            found += found * cast("int", step.get("max", 0))
        else:
            found.append(step)
    return found


# --- 5.5


def _personal(config: Row) -> Mechanism:
    only(config, "dialect evaluation rules", "personal_rules")
    thresholds = []
    names: dict[str, Row] = {}
    for person, rules in cast("dict[str, list[Row]]", config["rules"]).items():
        for place, rule in enumerate(rules):
            only(rule, "channel delay_minutes", "rule")
            name = f"{person} {place}"
            names[name] = {"via": rule["channel"], "rule_minutes": rule["delay_minutes"]}
            thresholds.append(Threshold(name, minutes(rule["delay_minutes"]), _tell([person]), until="acked"))
    return Mechanism(by_age("rules", [(ALWAYS, thresholds)], last_resort=LOG), names=names)


# --- 5.6 to 5.8


def _conditional(config: Row) -> Mechanism:
    only(config, "dialect evaluation delay_base rules", "conditional_rules")
    afresh = {"created": False, "triggered": True}[str(config.get("delay_base", "created"))]
    thresholds = []
    for place, rule in enumerate(rows(config["rules"])):
        only(rule, "after_minutes if notify", "rule")
        condition = str(rule.get("if", "not_closed"))
        if condition not in {"not_acked", "not_closed"}:
            raise NotExpressible(f"the condition {condition!r}")
        if condition == "not_closed" and afresh:
            raise NotExpressible("a rule that an acknowledgement does not stop and its withdrawal starts over")
        thresholds.append(
            Threshold(
                str(place),
                minutes(rule["after_minutes"]),
                _tell(_list(rule["notify"])),
                until="acked" if condition == "not_acked" else "closed",
            )
        )
    matrix = by_age("rules", [(ALWAYS, thresholds)], last_resort=LOG, since="opened" if afresh else "created")
    return Mechanism(matrix)


def _operations(config: Row) -> Mechanism:
    only(config, "dialect evaluation default_step_minutes operations recovery", "step_operations")
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
    return Mechanism(_recovering(by_step("steps", operations, lasts=lasts, last_resort=LOG), config))


def _recovering(matrix: Matrix, config: Row) -> Matrix:
    recovery = config.get("recovery")
    if recovery not in {None, "those notified"}:
        raise NotExpressible(f"recovery {recovery!r}")
    return matrix if recovery is None else with_recovery(matrix)


def _windows(config: Row) -> Mechanism:
    only(config, "dialect evaluation interval_minutes rules recovery", "time_windows")
    every = config.get("interval_minutes", 0)
    thresholds = []
    for place, rule in enumerate(rows(config["rules"])):
        only(rule, "target begin_minutes end_minutes", "rule")
        end = rule.get("end_minutes")
        if end == 0:
            continue  # switched off
        thresholds.append(
            in_window(
                str(place),
                _tell([str(rule["target"])]),
                begin=minutes(rule.get("begin_minutes", 0)),
                end=None if end is None else minutes(end),
                every=minutes(every) if every else None,
            )
        )
    matrix = by_age("windows", [(ALWAYS, thresholds)], last_resort=LOG)
    return Mechanism(_recovering(matrix, config), reminders=True)


# --- 5.9


def _numbered(config: Row) -> Mechanism:
    only(config, "dialect evaluation default_target default_interval_minutes rules", "notification_number")
    every = config["default_interval_minutes"]
    ranges = []
    for rule in rows(config["rules"]):
        only(rule, "first last interval_minutes targets", "rule")
        last = cast("int", rule["last"]) or None
        told = [Person(target) for target in _list(rule["targets"])]
        ranges.append(Range(cast("int", rule["first"]), last, told, minutes(rule.get("interval_minutes", every))))
    told = [Person(target) for target in _list(config["default_target"])]
    matrix = by_number("notices", ranges, notify=told, every=minutes(every), last_resort=LOG)
    return Mechanism(matrix, numbers=numbers(matrix))


# --- 5.10 to 5.12


def _offset(config: Row) -> Mechanism:
    only(config, "dialect evaluation target sla_minutes calendar levels", "sla_offset")
    if config.get("calendar") is not None:
        raise NotExpressible("a calendar by name, which the case does not define")
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
    only(config, "dialect evaluation sla_minutes rungs", "sla_percent")
    shares = [(cast("float", rung["percent"]) / 100, _tell(_list(rung["notify"]))) for rung in rows(config["rungs"])]
    matrix = shares_of_target("shares", shares, last_resort=LOG)
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
        thresholds = []
        for action in rows(entry["actions"]):
            name = f"{entry['id']} {action['age_minutes']}"
            names[name] = {"rung": entry["id"]}
            words += _list(action["do"])
            thresholds.append(Threshold(name, minutes(action["age_minutes"]), _do(_list(action["do"])), when=untouched))
        table.append((_ENTRIES[str(entry["if"])], thresholds))
    since = "updated" if _SINCE[age_from] == "updated" else "opened"
    matrix = by_age("age", table, last_resort=LOG, since="updated" if since == "updated" else "opened")
    transfer = (_transfer_of(words, "reassign"), "target")
    return Mechanism(matrix, names=names, transfer=transfer, priorities=("High", "Medium", "Low"))


# --- 5.14, 5.15


def _severity(config: Row) -> Mechanism:
    only(config, "dialect evaluation rows tiers from to time_base business_hours", "severity_matrix")
    held = cast("dict[str, Json]", config["rows"])
    tiers = [str(tier) for tier in cast("list[Json]", config.get("tiers") or [])]
    table: list[tuple[Condition, list[Threshold]]] = []
    transfer = ("assign_role", "role")
    for severity, row in held.items():
        if isinstance(row, dict) and "start_tier" in row:
            transfer = ("assign_tier", "tier")
            thresholds = _tiers(row, tiers, config)
        elif isinstance(row, dict):
            after = row["escalate_after_minutes"]
            thresholds = [_threshold("up", after, (TransferTo(team=str(config["to"])),), row, config)]
        else:
            listed = rows(row)
            if any(not isinstance(one, dict) for one in listed):
                raise NotExpressible("roles that advance by hand")
            thresholds = [
                _threshold(str(place), one["after_minutes"], _tell([str(one["to"])], "escalate"), one, config)
                for place, one in enumerate(listed)
            ]
        table.append((Is("priority", severity), thresholds))
    hours = cast("Row | None", config.get("business_hours"))
    return Mechanism(
        by_age("severity", table, last_resort=LOG),
        priorities=tuple(held),
        transfer=transfer,
        silent="no_higher_tier",
        values={str(tier): tier for tier in cast("list[Json]", config.get("tiers") or [])},
        calendars=FrozenDict({} if hours is None else {"support": _hours(hours)}),
    )


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


DIALECTS: Final[dict[str, Callable[[Row], Mechanism]]] = {
    "ladder": _ladder,
    "ladder_pre_delay": _pre_delay,
    "chain": _chain,
    "personal_rules": _personal,
    "conditional_rules": _conditional,
    "step_operations": _operations,
    "time_windows": _windows,
    "notification_number": _numbered,
    "sla_offset": _offset,
    "sla_percent": _percent,
    "age_over": _age,
    "severity_matrix": _severity,
    "cycle_ladder": _cycles,
}
