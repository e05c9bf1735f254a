"""Words of lifecycle.json's tables: a table becomes lifecycles, by phase, rule and timer. No instant is computed here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, business, elapsed
from deskcore.log import Role
from deskcore.log.actor import ROLES
from deskcore.predicate import ALWAYS, Condition, Is
from deskcore.tickets import Lifecycle, PriorityTable, ReplyRule, Status, Timer, Transition
from deskcore.tickets.action import Action, ActionEffect
from deskcore.tickets.demand import Demand
from deskcore.tickets.faults import ACCEPTABLE
from deskcore.tickets.lifecycle import KINDS
from deskcore.tickets.links import Propagation
from deskcore.tickets.maps import StatusMap
from deskcore.tickets.membership import Membership
from deskcore.tickets.merging import Merging
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import Phase
from deskcore.tickets.transition import Entry

Table = Mapping[str, Any]
STAFF: Final[frozenset[Role]] = frozenset({"agent", "partner", "admin"})
EVERYBODY: Final[frozenset[Role]] = frozenset(ROLES)
_TYPES: Final[dict[str, Phase]] = {
    "new": "new",
    "open": "active",
    "pending reminder": "waiting",
    "pending action": "waiting",
    "pending auto": "waiting",
    "closed": "closed",
    "merged": "closed",
    "removed": "cancelled",
}
_CATEGORIES: Final[dict[str, Phase]] = {"initial": "new", "active": "active", "inactive": "resolved"}
_PATTERNS: Final[tuple[tuple[str, Phase], ...]] = (
    (r"cancel|reject|deleted|removed|duplicate|merged|declined|void|spam|withdrawn", "cancelled"),
    (r"clos", "closed"),
    (r"resolved|solved|fixed|complete|done|delivered|finished", "resolved"),
    (r"pend|hold|wait|snooz|stall|defer|suspend|follow-up", "waiting"),
    (r"^new$|^ordered$|registered|logged|submitted", "new"),
)
FIELD_COMMANDS: Final = {
    "tags": ("add_tag", "remove_tag"),
    "subject": ("set_subject",),
    "priority": ("set_priority", "set_impact_urgency"),
    "category": ("classify",),
}
WAITS: Final = "waits_in"
"""A key that no file has: the statuses that a case's timeline enters with a date at which the wait ends."""
NEEDS: Final = {"assignee": "assignee", "hold_reason": "reason", "comment": "comment"}
_EFFECTS: Final[dict[str, ActionEffect]] = {
    "owner = actor": "take",
    "set owner": "give",
    "set resolution": "resolve",
    "clear resolution": "clear",
}


def names_of(table: Table) -> tuple[str, ...]:
    """All statuses of a table, in order."""
    if "states" in table:
        found = list(table["states"])
    elif "categories" in table:
        found = [name for group in table["categories"].values() for name in group]
    elif "stages" in table or "stages_by_team" in table:
        found = list(table.get("stage_order") or table.get("stages") or table["stages_by_team"])
    elif "order" in table:
        found = list(table["order"])
    elif "transitions" in table:
        found = list(table["transitions"])
    else:
        found = ["open", "closed"]
    if "cancel_from" in table and "Canceled" not in found:
        found.append("Canceled")
    return tuple(dict.fromkeys(found))


def statuses_of(table: Table) -> tuple[Status, ...]:
    """The statuses with their phases."""
    return tuple(Status(name, _phase(table, name)) for name in names_of(table))


def _phase(table: Table, name: str) -> Phase:
    states = table.get("states")
    if isinstance(states, Mapping):
        return _TYPES[states[name]]
    for category, names in table.get("categories", {}).items():
        if name in names:
            return _CATEGORIES[category]
    if name in table.get("stages", {}):
        return "closed" if table["stages"][name].get("closed") else _open_phase(name)
    if name == table.get("hold_status") or name in table.get("next_state", {}):
        return "waiting"
    if name == table.get("on_solution"):
        return "resolved"
    if name in table.get("final", ()):
        return "closed"
    if "open_states" in table:
        return _open_phase(name) if name in table["open_states"] else _named_phase(name, ("resolved", "closed"))
    return _named_phase(name, (), _phase_by_use(table, name))


def _phase_by_use(table: Table, name: str) -> Phase:
    """The phase of a status whose name says nothing: what the table does with it, or what the timeline does."""
    if name in table.get(WAITS, ()):
        return "waiting"
    if any(timer.get("basis") == "resolved_at" and name in _list(timer["in"]) for timer in table.get("timers", ())):
        return "resolved"
    limited = "reopen_window_days" in table or "reopen_limit_by_group" in table
    back = table.get("on_requester_message", {})
    return "resolved" if limited and name in back and name not in back.values() else "active"


def _open_phase(name: str) -> Phase:
    return _named_phase(name, ("new", "active", "waiting"), "active")


def _named_phase(name: str, among: tuple[Phase, ...], default: Phase = "active") -> Phase:
    for pattern, phase in _PATTERNS:
        if re.search(pattern, name.lower()) and (not among or phase in among):
            return phase
    return default if not among or default in among else among[0]


def lifecycles_of(table: Table, priorities: tuple[str, ...]) -> dict[str, Lifecycle]:
    """Every lifecycle a table speaks of, by name: ``main`` and ``task``, or one for each queue's or team's."""
    if "queues" in table:
        return _queued(table, priorities)
    if "stages_by_team" in table:
        return _by_team(table, priorities)
    found = {"main": lifecycle_of(table, "main", priorities)}
    if "task_states" in table:
        first, *between = table["task_states"]
        types = {first: "new", **dict.fromkeys(between, "open"), table["task_states"][-1]: "closed"}
        found["task"] = lifecycle_of({"states": types}, "task", priorities)
    return found


def _queued(table: Table, priorities: tuple[str, ...]) -> dict[str, Lifecycle]:
    shared = {key: value for key, value in table.items() if key not in {"queues", "maps"}}
    tables = {queue["lifecycle"]: {**shared, **queue["table"]} for queue in table["queues"].values()}
    queues = FrozenDict({name: str(queue["lifecycle"]) for name, queue in table["queues"].items()})
    made = {name: lifecycle_of(own, name, priorities) for name, own in tables.items()}
    return {
        name: attrs.evolve(lifecycle, queues=queues, maps=tuple(_maps(table.get("maps", {}), name, made)))
        for name, lifecycle in made.items()
    }


def _maps(maps: Table, name: str, made: Mapping[str, Lifecycle]) -> Iterator[StatusMap]:
    for way, table in maps.items():
        source, target = (side.strip() for side in way.split("->"))
        if source == name and target in made:
            known = made[source].status_names
            yield StatusMap(
                target, FrozenDict({own: made[target].status(to) for own, to in table.items() if own in known})
            )


def _by_team(table: Table, priorities: tuple[str, ...]) -> dict[str, Lifecycle]:
    teams = dict.fromkeys(team for held in table["stages_by_team"].values() for team in held)
    order = names_of(table)
    made: dict[str, Lifecycle] = {}
    for team in teams:
        own = [name for name in order if team in table["stages_by_team"].get(name, ())]
        made[team] = lifecycle_of(_narrowed(table, own), team, priorities)
    queues = FrozenDict({team: team for team in teams})
    return {
        team: attrs.evolve(
            lifecycle,
            queues=queues,
            maps=tuple(
                StatusMap(
                    name,
                    FrozenDict({own: other.find(own) or other.initial for own in lifecycle.status_names}),
                )
                for name, other in made.items()
                if name != team
            ),
        )
        for team, lifecycle in made.items()
    }


def _narrowed(table: Table, names: list[str]) -> Table:
    stages = table.get("stages", {})
    kept = {key: value for key, value in table.items() if key not in {"stages_by_team", "stage_order", "states"}}
    kept["stages"] = {name: stages.get(name, {}) for name in names}
    for key in ("default_on_create", "default_create"):
        if kept.get(key) not in names:
            kept.pop(key, None)
    if "create" in kept:
        kept["create"] = [name for name in kept["create"] if name in names]
    return kept


def lifecycle_of(table: Table, name: str, priorities: tuple[str, ...]) -> Lifecycle:
    """One lifecycle."""
    statuses, rules = statuses_of(table), cast("Table", table.get("rules", {}))
    matrix = table.get("matrix", {}).get("impact x urgency")
    rows = None if matrix is None else tuple(tuple(_text(cell) for cell in row) for row in matrix)
    given = () if rows is None else tuple(cell for row in rows for cell in row if cell is not None)
    return Lifecycle(
        name,
        statuses,
        tuple(transitions_of(table)),
        creation=creation_of(table),
        entries=tuple(_entries(table)),
        replies=tuple(replies_of(table, statuses)),
        timers=tuple(timers_of(table, statuses)),
        priorities=tuple(dict.fromkeys((*given, *priorities))) if rows else (),
        matrix=None if rows is None else PriorityTable(rows),
        kinds=tuple(dict.fromkeys((*KINDS, "ticket", *rules.get("merge", {}).get("kinds", ())))),
        final_accepts=ACCEPTABLE,
        seals=tuple(_seals(table)),
        shown=FrozenDict(cast("dict[str, str]", table.get("requester_view", {}))),
        actions=tuple(_actions(table)),
        on_assign=FrozenDict(cast("dict[str, str]", table.get("on_assign", {}))),
        enters=FrozenDict(_enters(table)),
        membership=_membership(rules),
        demands=tuple(_demands(rules)),
        read_only=frozenset({"priority"} if rules.get("priority_direct_edit") is False else ()),
        priority_stays=table.get("priority_resettable") is False,
        dependencies="ignored"
        if not rules.get("refuse_leaving_active_with_open_dependencies")
        else "overridable"
        if rules.get("force_overrides")
        else "enforced",
        propagation=tuple(_propagation(rules, statuses)),
        merging=_merging(table, rules),
        nested_children=not rules.get("parent_may_not_be_a_child"),
        whole_minutes=_floors(rules),
        support=frozenset(cast("list[str]", table.get("support_profiles", []))),
        requester_may_support=not rules.get("requester_is_not_support"),
    )


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _floors(rules: Table) -> bool:
    precision = rules.get("pending_until_precision")
    words = precision if isinstance(precision, str) else " ".join(map(str, precision or ()))
    return "minute" in words or "floor" in words


def creation_of(table: Table) -> tuple[str, ...]:
    """The statuses of creation, the default one first."""
    allowed = tuple(table.get("create") or names_of(table))
    default = table.get("default_on_create") or table.get("default_create") or allowed[0]
    return tuple(dict.fromkeys((default, *allowed)))


def transitions_of(table: Table) -> Iterator[Transition]:
    """The rows of moves, each with the permission that the most specific row of permissions asks for."""
    asked = permissions_of(table)
    for source, target in _moves(table):
        row = asked.transition(source, target)
        yield Transition(source, target) if row is None else attrs.evolve(row, source=source, target=target)


def permissions_of(table: Table) -> Lifecycle:
    """The rows of permissions alone, whatever moves there are."""
    rows = table.get("permissions", {}).items()
    return Lifecycle("permissions", statuses_of(table), tuple(_permission_row(way, needed) for way, needed in rows))


def _permission_row(way: str, needed: object) -> Transition:
    source, target = (side.strip() for side in way.split("->"))
    if isinstance(needed, list):
        return Transition(source, target, any_of=tuple(str(word) for word in needed))
    return Transition(source, target, permission=str(needed))


def _moves(table: Table) -> Iterator[tuple[str, str]]:
    names, never = names_of(table), set(table.get("never_again", ()))
    if "order" in table:
        order = list(table["order"])
        pairs = [*pairwise(order), *((name, "Canceled") for name in table.get("cancel_from", ()))]
    elif "transitions" in table:
        pairs = [(source, target) for source, targets in table["transitions"].items() for target in targets]
    else:
        pairs = [(source, target) for source in names for target in names]
    known = set(names)
    yield from dict.fromkeys(
        (source, target)
        for source, target in pairs
        if source != target and target not in never and {source, target} <= known
    )


def _entries(table: Table) -> Iterator[Entry]:
    fills = bool(table.get("auto_assign_on_solve"))
    for where, needs in table.get("require", {}).items():
        status, _, reason = where.partition("/")
        if status in names_of(table):
            words = tuple(NEEDS.get(need, f"field.{need}") for need in needs)
            yield Entry(status, words, reason or None, fills and "assignee" in needs)


def _seals(table: Table) -> Iterator[Seal]:
    final = [*table.get("final", ()), *(["Canceled"] if "cancel_from" in table else [])]
    fields = cast("list[str]", table.get("editable_when_closed", []))
    accepts = frozenset(command for field in fields for command in FIELD_COMMANDS.get(field, ()))
    roles = frozenset(cast("list[Role]", table.get("final_for", [])))
    for name in dict.fromkeys(final):
        if name in names_of(table):
            yield Seal(name, roles, accepts=accepts, fields=frozenset(fields))


def _actions(table: Table) -> Iterator[Action]:
    for name, action in table.get("actions", {}).items():
        effects = [word.strip() for word in str(action.get("effect", "")).split(",") if word.strip()]
        sources, target = tuple(action["from"]), action["to"]
        yield Action(
            name,
            sources,
            target,
            permission=action.get("needs"),
            effects=tuple(_EFFECTS[word] for word in effects),
        )
    for source, target in table.get("toggle", {}).items():
        yield Action("toggle", (source,), target)


def _enters(table: Table) -> dict[str, str]:
    words = {
        "solution_proposed": "on_solution",
        "solution_accepted": "on_approval",
        "solution_rejected": "on_rejection",
        "work_planned": "on_planned_task",
    }
    return {happening: table[word] for happening, word in words.items() if word in table}


def _membership(rules: Table) -> Membership:
    leaver = str(rules.get("on_member_removed", ""))
    return Membership(
        outsider="unassign" if rules.get("assign_outside_group") else "ignore",
        leaver="ignore" if not leaver else "replace" if "first remaining" in leaver else "unassign",
        checked="message" if "next message" in leaver else "command",
        moved="unassign" if rules.get("team_change") else "ignore",
    )


def _demands(rules: Table) -> Iterator[Demand]:
    if rules.get("reprioritise_saved_problem_needs"):
        yield Demand("set_impact_urgency", ("reason",), kinds=("problem",))


def _propagation(rules: Table, statuses: tuple[Status, ...]) -> Iterator[Propagation]:
    names = [status.name for status in statuses]
    done: tuple[Phase, ...] = ("resolved", "closed")
    first_done = next((status for status in statuses if status.phase in done), None)
    phase: Phase = first_done.phase if first_done else "resolved"
    if rules.get("problem_solved_solves_incidents"):
        yield Propagation(("problem_of",), phase, phases=done, kinds=())
    if rules.get("close_open_tasks_with_incident"):
        ends = tuple(name for name in names if name in {"Closed", "Canceled"})
        yield Propagation(("parent_of",), "closed", statuses=ends or ("Closed",), kinds=("task",))
    if rules.get("bundle_parent_close_closes_children"):
        yield Propagation(("parent_of",), "closed", phases=("closed",))
    if rules.get("duplicates_share_solution"):
        yield Propagation(("duplicates", "duplicated_by"), phase, phases=done, shares_solution=True)


def _merging(table: Table, rules: Table) -> Merging:
    merge = cast("Table", rules.get("merge", {}))
    link = str(merge.get("link", ""))
    names = names_of(table)
    wakes = rules.get("merging_into_held_reopens") and next((name for name in names if name.lower() == "open"), None)
    return Merging(
        source_status=rules.get("merged_source_becomes"),
        choose_status=bool(rules.get("merged_children_status")),
        seals=bool(rules.get("merged_final")),
        redirects=bool(rules.get("messages_to_merged_go_to_target")),
        undoable=rules.get("merge_undo", False) is True,
        before=rules.get("merge_target_must_be_before"),
        wakes=wakes or None,
        permission="modify" if "modify" in str(merge.get("needs", "")) else None,
        kinds=tuple(cast("list[str]", merge.get("kinds", []))),
        clears_assignee=merge.get("source_assignee") == "cleared",
        shares_watchers=merge.get("watchers") == "union",
        moves_links=merge.get("links") == "union",
        link="parent_of" if "parent" in link else None,
        sums_effort=merge.get("time") == "sum",
    )


def replies_of(table: Table, statuses: tuple[Status, ...]) -> Iterator[ReplyRule]:
    """The reply rules, first match first; a machine's messages obey them too unless the table says otherwise."""
    rules = cast("Table", table.get("rules", {}))
    notify = tuple(_list(rules.get("notify_on_requester_message")))
    silent = bool(rules.get("auto_generated_messages_change_nothing"))
    for rule in _replies(table, statuses, rules):
        told = rule.notify or (notify if rule.roles == {"requester"} else ())
        yield attrs.evolve(rule, notify=told)
        if not silent:
            yield attrs.evolve(rule, notify=told, auto_generated=True)
    if notify:
        yield ReplyRule("stay", notify=notify)
        yield ReplyRule("stay", notify=notify, auto_generated=True)


def _list(value: object) -> list[str]:
    return (
        [] if value is None else [value] if isinstance(value, str) else [str(word) for word in cast("list[Any]", value)]
    )


def _replies(table: Table, statuses: tuple[Status, ...], rules: Table) -> Iterator[ReplyRule]:
    final = tuple(table.get("final", ())) or _in(statuses, "closed")
    if rules.get("email_on_closed"):
        yield ReplyRule(
            "follow_up",
            statuses=final,
            channels=frozenset({"email"}),
            new_kind="incident",
            copies=tuple(_list(rules.get("copy_fields"))),
        )
    yield from _after_closing(table, statuses)
    yield from _limits(table, statuses, rules)
    yield from _stated(table, statuses, "on_requester_message", frozenset({"requester"}))
    yield from _stated(table, statuses, "on_agent_message", STAFF)
    if "default_follow_up" in table:
        shut = {name for name, kind in table["states"].items() if kind in {"new", "merged", "removed"}}
        open_ = tuple(status.name for status in statuses if status.name not in shut)
        yield ReplyRule.moves(_bot(table, table["default_follow_up"]), statuses=open_)
    yield from _auto_open(statuses, str(rules.get("on_message", "")))


def _in(statuses: tuple[Status, ...], *phases: Phase) -> tuple[str, ...]:
    return tuple(status.name for status in statuses if status.phase in phases)


def _bot(table: Table, target: str) -> str:
    return "pending" if table.get("bot_active") and target == "open" else target


def _after_closing(table: Table, statuses: tuple[Status, ...]) -> Iterator[ReplyRule]:
    states = table.get("states")
    if "follow_up" not in table:
        return
    closed = _in(statuses, "closed")
    if isinstance(states, Mapping):
        closed = tuple(str(name) for name, kind in states.items() if kind == "closed")
    days = int(table.get("reopen_time_in_days", 0))
    if table["follow_up"] == "new_ticket_after_certain_time" and days > 0 and "default_follow_up" in table:
        yield ReplyRule(
            "move",
            _bot(table, table["default_follow_up"]),
            statuses=closed,
            within=elapsed(days=days),
            since="closed",
            end_included=False,
        )
    yield ReplyRule("follow_up", statuses=closed, linked=False)


def _limits(table: Table, statuses: tuple[Status, ...], rules: Table) -> Iterator[ReplyRule]:
    """How long after the end a requester may come back, by group or for everybody."""
    done = set(_in(statuses, "resolved", "closed"))
    wanted = {
        status: target
        for status, target in table.get("on_requester_message", {}).items()
        if status in done and target != "follow_up"
    }
    told = tuple(_list(rules.get("notify_on_refused_reply")))
    for group, limit in table.get("reopen_limit_by_group", {}).items():
        for status, target in wanted.items():
            if limit == "forever":
                yield ReplyRule("move", _bot(table, target), statuses=(status,), when=Is("customer_tier", group))
                continue
            within = elapsed(days=int(limit.split()[0]))
            yield ReplyRule(
                "move",
                _bot(table, target),
                statuses=(status,),
                within=within,
                since="entered",
                when=Is("customer_tier", group),
            )
            yield ReplyRule(
                "refuse",
                statuses=(status,),
                when=Is("customer_tier", group),
                code="reopen_window_over",
                notify=told,
            )
    if "reopen_window_days" in table:
        for status, target in wanted.items():
            yield ReplyRule(
                "move",
                _bot(table, target),
                statuses=(status,),
                within=elapsed(days=table["reopen_window_days"]),
            )
            yield ReplyRule("stay", statuses=(status,))


def _stated(table: Table, statuses: tuple[Status, ...], word: str, roles: frozenset[Role]) -> Iterator[ReplyRule]:
    rows = cast("dict[str, str]", table.get(word, {}))
    known = {status.name for status in statuses}
    ordered = sorted(rows, key=lambda where: (where == "*", "/" not in where))
    listed = tuple(where for where in rows if where in known)
    for where in ordered:
        status, _, reason = where.partition("/")
        when: Condition = Is("hold_reason", reason) if reason else ALWAYS
        if where == "*":
            rest = tuple(name for name in (status.name for status in statuses) if name not in listed)
        elif status in known:
            rest = (status,)
        else:
            continue
        target = rows[where]
        if not rest:
            continue
        if target == "follow_up":
            yield ReplyRule("follow_up", statuses=rest, roles=roles, when=when)
        else:
            yield ReplyRule("move", _bot(table, target), statuses=rest, roles=roles, when=when)


def _auto_open(statuses: tuple[Status, ...], word: str) -> Iterator[ReplyRule]:
    active = next(iter(_in(statuses, "active")), None)
    if not word.startswith("auto_open") or active is None:
        return
    inactive = _in(statuses, "resolved", "closed", "cancelled")
    if word == "auto_open_inactive":
        yield ReplyRule("move", active, statuses=inactive, roles=EVERYBODY)
        return
    yield ReplyRule("stay", statuses=_in(statuses, "new"))
    yield ReplyRule("move", active, roles=EVERYBODY)


def timers_of(table: Table, statuses: tuple[Status, ...]) -> Iterator[Timer]:
    """What the clock does: moves at ``pending_until``, reminders, and the table's own timers."""
    rules = cast("Table", table.get("rules", {}))
    now = elapsed(seconds=0)
    for place, (source, target) in enumerate(table.get("next_state", {}).items()):
        yield Timer(f"next-{place}", now, to=target, statuses=(source,), basis="until")
    yield from _reminder(table, now)
    if "wake_to" in rules:
        wake, waiting = rules["wake_to"], _in(statuses, "waiting")
        for word, assigned in (("assigned", True), ("unassigned", False)):
            yield Timer(
                f"wake-{word}", now, to=wake[word], statuses=waiting, basis="until", when=Is("assigned", assigned)
            )
    spare: Condition = ALWAYS
    if rules.get("major_incident_auto_close") is False:
        spare = ~Is("field.major", value=True)
    for place, timer in enumerate(table.get("timers", ())):
        made = _timer(table, timer, f"timer-{place}", spare)
        if made is not None:
            yield made
    if table.get("assignment_timeout_minutes"):
        yield Timer(
            "assignment-timeout",
            elapsed(minutes=table["assignment_timeout_minutes"]),
            statuses=tuple(table.get("applies_to_states") or names_of(table)),
            basis="assigned",
            after_end=True,
            unassigns=True,
        )


def _reminder(table: Table, now: ElapsedDuration) -> Iterator[Timer]:
    states = table.get("states")
    if not isinstance(states, Mapping):
        return
    reminding = tuple(name for name, kind in states.items() if kind == "pending reminder")
    every = table.get("reminder_every_hours")
    if reminding:
        yield Timer(
            "reminder",
            now,
            statuses=reminding,
            basis="until",
            every=elapsed(hours=every) if every else None,
            only_open=table.get("reminder_calendar") == "business hours" and "calendar" in table,
        )


def _timer(table: Table, timer: Table, name: str, spare: Condition) -> Timer | None:
    amount, strict = _amount(table, timer)
    if amount is None or not amount:
        return None
    bases = {"resolved_at": "resolved", "updated_at": "updated"}
    basis = "active" if strict else bases.get(str(timer.get("basis")), "entered")
    when = spare & ~Is("awaits_reply", value=True) if timer.get("only_if_not_waiting") else spare
    return Timer(
        name,
        amount,
        to=timer.get("to"),
        statuses=tuple(_list(timer["in"])),
        basis=cast("Any", basis),
        skip_tags=frozenset(_list(timer.get("skip_tag"))),
        when=when,
        after_end=strict,
        notify=tuple(_list(timer.get("notify"))),
    )


def _amount(table: Table, timer: Table) -> tuple[BusinessDuration | ElapsedDuration | None, bool]:
    if "inactive_days" in timer or "inactive_minutes" in timer:
        return elapsed(days=timer.get("inactive_days", 0), minutes=timer.get("inactive_minutes", 0)), True
    if "after_business_hours" in timer:
        return business(hours=timer["after_business_hours"]), False
    if "after_business_days" in timer:
        return one_day(table) * timer["after_business_days"], False
    if "after_days" in timer or "after_hours" in timer:
        return elapsed(days=timer.get("after_days", 0), hours=timer.get("after_hours", 0)), False
    return None, False


def calendar_of(table: Table) -> Calendar:
    """The calendar that a table names; without one, always open."""
    text = table.get("calendar")
    if text is None:
        return Calendar.always()
    days, _, rest = str(text).partition(" ")
    if rest.startswith("24h"):
        return Calendar.weekly(f"{days} 00:00-24:00", tz="UTC")
    hours, _, zone = rest.partition(" ")
    return Calendar.weekly(f"{days} {hours}", tz=zone or "UTC")


def one_day(table: Table) -> BusinessDuration:
    """The hours of one whole open day, asked of the calendar."""
    from datetime import UTC, datetime

    calendar = calendar_of(table)
    opens = calendar.next_open(datetime(2026, 1, 5, tzinfo=UTC))
    assert opens is not None, "the calendar opens"
    midnight = datetime(opens.year, opens.month, opens.day, tzinfo=UTC)
    return calendar.between(midnight, midnight.replace(day=midnight.day + 1))
