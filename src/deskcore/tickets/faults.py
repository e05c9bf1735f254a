"""What makes a lifecycle meaningless: names that nothing defines, names given twice, rows that contradict each other.

All faults are found at once. Not here: what works but is questionable (``lint``).

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from deskcore.errors import Problem
from deskcore.predicate import Condition
from deskcore.tickets.facts import FACTS, FIELD_PREFIX
from deskcore.tickets.status import PHASES
from deskcore.tickets.transition import ANY, NEEDS

if TYPE_CHECKING:
    from deskcore.tickets.lifecycle import Lifecycle

ACCEPTABLE: Final = frozenset(
    {
        "assign",
        "unassign",
        "transfer",
        "classify",
        "set_impact_urgency",
        "set_priority",
        "set_field",
        "add_tag",
        "remove_tag",
        "change_party",
        "set_subject",
        "review_assignee",
        "add_link",
        "remove_link",
        "propose_solution",
        "accept_solution",
        "reject_solution",
        "plan_work",
    }
)
"""The commands that a lifecycle may let a closed or cancelled ticket take."""

HAPPENINGS: Final = ("solution_proposed", "solution_accepted", "solution_rejected", "work_planned")
"""What, besides moves, messages and time, may lead to a status."""

_KNOWN_FACTS: Final = frozenset(fact.name for fact in FACTS)


def faults(lifecycle: Lifecycle) -> tuple[Problem, ...]:
    """Every fault of a lifecycle, with the path of each; its constructor raises them together.

    >>> from deskcore.presets import simple_lifecycle
    >>> faults(simple_lifecycle())
    ()
    """
    return tuple(
        problem
        for check in (
            _statuses,
            _transitions,
            _entries,
            _replies,
            _timers,
            _holds,
            _priorities,
            _others,
            _beside,
            _fields,
        )
        for problem in check(lifecycle)
    )


def _statuses(lifecycle: Lifecycle) -> Iterator[Problem]:
    if not lifecycle.statuses:
        yield Problem("statuses", "holds no status", "empty")
    names = [status.name for status in lifecycle.statuses]
    for place, name in enumerate(names):
        if name == ANY:
            yield Problem(f"statuses[{place}]", f"is named {ANY!r}, which stands for any status", "reserved_name")
        if name in names[:place]:
            yield Problem(f"statuses[{place}]", f"repeats the name {name!r}", "duplicate")
    for place, name in enumerate(lifecycle.creation):
        yield from _status(lifecycle, f"creation[{place}]", name)


def _transitions(lifecycle: Lifecycle) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for place, row in enumerate(lifecycle.transitions):
        here = f"transitions[{place}]"
        for side, name in (("source", row.source), ("target", row.target)):
            if name != ANY:
                yield from _status(lifecycle, f"{here}.{side}", name)
        other = seen.setdefault((row.source, row.target), place)
        if other != place:
            message = f"says again what transitions[{other}] says about {row.source} -> {row.target}"
            yield Problem(here, message, "contradiction")
        yield from _needs(f"{here}.needs", row.needs)
        yield from _condition(f"{here}.guard", row.guard)


def _entries(lifecycle: Lifecycle) -> Iterator[Problem]:
    for place, entry in enumerate(lifecycle.entries):
        yield from _status(lifecycle, f"entries[{place}].status", entry.status)
        yield from _needs(f"entries[{place}].needs", entry.needs)


def _replies(lifecycle: Lifecycle) -> Iterator[Problem]:
    for place, rule in enumerate(lifecycle.replies):
        here = f"replies[{place}]"
        if rule.to is not None:
            yield from _status(lifecycle, f"{here}.to", rule.to)
        yield from _where(lifecycle, here, rule.statuses, rule.phases)
        yield from _condition(f"{here}.when", rule.when)


def _timers(lifecycle: Lifecycle) -> Iterator[Problem]:
    ids = [timer.id for timer in lifecycle.timers]
    for place, timer in enumerate(lifecycle.timers):
        here = f"timers[{place}]"
        if timer.id in ids[:place]:
            yield Problem(f"{here}.id", f"repeats the id {timer.id!r}", "duplicate")
        if timer.to is not None:
            yield from _status(lifecycle, f"{here}.to", timer.to)
            target = next((status for status in lifecycle.statuses if status.name == timer.to), None)
            if target is not None and timer.basis != "until" and timer.covers(target.name, target.phase):
                yield Problem(f"{here}.to", f"leads to {timer.to!r}, where the timer runs again without end", "endless")
        yield from _where(lifecycle, here, timer.statuses, timer.phases)
        yield from _condition(f"{here}.when", timer.when)


def _holds(lifecycle: Lifecycle) -> Iterator[Problem]:
    waiting = {status.name for status in lifecycle.statuses if status.phase == "waiting"}
    for reason, name in lifecycle.holds.items():
        yield from _status(lifecycle, f"holds.{reason}", name)
        if name in lifecycle.status_names and name not in waiting:
            yield Problem(f"holds.{reason}", f"leads to {name!r}, which is no waiting status", "wrong_phase")


def _priorities(lifecycle: Lifecycle) -> Iterator[Problem]:
    known = lifecycle.priorities
    for place, name in enumerate(known):
        if name in known[:place]:
            yield Problem(f"priorities[{place}]", f"repeats the name {name!r}", "duplicate")
    named = {"default_priority": {lifecycle.default_priority} - {None}}
    if lifecycle.matrix is not None:
        named["matrix"] = set(lifecycle.matrix.priorities)
    for path, names in named.items():
        for name in sorted(str(name) for name in names if name not in known):
            yield Problem(path, f"names the unknown priority {name!r}; known: {_list(known)}", "unknown_priority")


def _others(lifecycle: Lifecycle) -> Iterator[Problem]:
    if lifecycle.reopen_window is not None and lifecycle.reopen_window.microseconds < 0:
        yield Problem("reopen_window", f"is negative: {lifecycle.reopen_window}", "negative")
    for name in sorted(lifecycle.final_accepts - ACCEPTABLE):
        message = f"names the command {name!r}; a final status may accept: {_list(sorted(ACCEPTABLE))}"
        yield Problem("final_accepts", message, "unknown_command")
    if not any(status.phase == "active" for status in lifecycle.statuses) and lifecycle.start_on_assign:
        yield Problem("start_on_assign", "has no active status to start in", "no_active_status")


def _beside(lifecycle: Lifecycle) -> Iterator[Problem]:
    for path, name in _named(lifecycle):
        yield from _status(lifecycle, path, name)
    for happening in lifecycle.enters:
        if happening not in HAPPENINGS:
            message = f"is no happening that leads anywhere; known: {_list(HAPPENINGS)}"
            yield Problem(f"enters.{happening}", message, "unknown_happening")
    for name in sorted(lifecycle.read_only - {"priority"}):
        yield Problem("read_only", f"names {name!r}; only priority can be read only", "unknown_field")


def _fields(lifecycle: Lifecycle) -> Iterator[Problem]:
    """Custom fields that are specified twice, and names of fields that are not specified where some are."""
    names = [spec.name for spec in lifecycle.fields]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Problem(f"fields[{place}].name", f"repeats the name {name!r}", "duplicate")
    if not names:
        return
    for path, name in _field_names(lifecycle):
        if name.removeprefix(FIELD_PREFIX) not in names:
            known = _list(FIELD_PREFIX + name for name in names)
            yield Problem(path, f"names the unknown field {name!r}; known: {known}", "unknown_field")


def _field_names(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    needs = [
        *((f"transitions[{place}].needs", row.needs) for place, row in enumerate(lifecycle.transitions)),
        *((f"entries[{place}].needs", entry.needs) for place, entry in enumerate(lifecycle.entries)),
    ]
    for path, asked in needs:
        yield from ((path, name) for name in asked if name.startswith(FIELD_PREFIX))
    conditions = [
        *((f"transitions[{place}].guard", row.guard) for place, row in enumerate(lifecycle.transitions)),
        *((f"replies[{place}].when", rule.when) for place, rule in enumerate(lifecycle.replies)),
        *((f"timers[{place}].when", timer.when) for place, timer in enumerate(lifecycle.timers)),
    ]
    for path, condition in conditions:
        yield from ((path, name) for name in sorted(condition.names()) if name.startswith(FIELD_PREFIX))
    for place, seal in enumerate(lifecycle.seals):
        yield from ((f"seals[{place}].fields", FIELD_PREFIX + name) for name in sorted(seal.fields))


def _named(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    """The statuses that the rarer parts of a lifecycle name, by path."""
    for place, seal in enumerate(lifecycle.seals):
        yield f"seals[{place}].status", seal.status
    for place, action in enumerate(lifecycle.actions):
        yield from ((f"actions[{place}]", name) for name in (*action.sources, action.target))
    for path, names in (("shown", lifecycle.shown), ("on_assign", lifecycle.on_assign)):
        yield from ((f"{path}.{source}", name) for source, target in names.items() for name in (source, target))
    yield from ((f"enters.{happening}", name) for happening, name in lifecycle.enters.items())
    for path in ("source_status", "before", "wakes"):
        name = getattr(lifecycle.merging, path)
        if name is not None:
            yield f"merging.{path}", name
    for place, table in enumerate(lifecycle.maps):
        yield from ((f"maps[{place}].statuses", name) for name in table.statuses)


def _status(lifecycle: Lifecycle, path: str, name: str) -> Iterator[Problem]:
    if name not in lifecycle.status_names:
        yield Problem(
            path, f"names the unknown status {name!r}; known: {_list(lifecycle.status_names)}", "unknown_status"
        )


def _where(lifecycle: Lifecycle, path: str, statuses: Iterable[str], phases: Iterable[str]) -> Iterator[Problem]:
    for place, name in enumerate(statuses):
        yield from _status(lifecycle, f"{path}.statuses[{place}]", name)
    for place, name in enumerate(phases):
        if name not in PHASES:
            yield Problem(f"{path}.phases[{place}]", f"is no phase: {name!r}; known: {_list(PHASES)}", "unknown_phase")


def _needs(path: str, needs: Iterable[str]) -> Iterator[Problem]:
    for place, name in enumerate(needs):
        if name not in NEEDS and not (name.startswith(FIELD_PREFIX) and len(name) > len(FIELD_PREFIX)):
            message = f"asks for {name!r}; known: {_list(NEEDS)}, {FIELD_PREFIX}<name>"
            yield Problem(f"{path}[{place}]", message, "unknown_need")


def _condition(path: str, condition: Condition) -> Iterator[Problem]:
    for name in sorted(condition.names() - _KNOWN_FACTS):
        if not name.startswith(FIELD_PREFIX):
            yield Problem(path, f"asks for the unknown fact {name!r}", "unknown_fact")


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
