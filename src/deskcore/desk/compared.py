"""Comparisons that can never come true: a condition asks for a value that nothing in the configuration has.

A misspelt name of a fact is found by the rooms; a misspelt value would quietly match no ticket at all.

Layer: desk.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

import attrs

from deskcore.desk.configuration import Configuration
from deskcore.errors import Problem
from deskcore.predicate import Has, Is, IsOneOf
from deskcore.predicate.facts import FactType
from deskcore.staff import HOUSE
from deskcore.tickets.facts import FACTS
from deskcore.tickets.status import PHASES, WAITS_FOR


def never_true(setup: Configuration) -> Iterator[Problem]:
    """Every comparison of a fact with a value that it cannot have on this desk. Linear in the configuration."""
    known = _closed(setup)
    types: dict[str, FactType] = {fact.name: fact.type for fact in FACTS}
    held = _skills(setup)
    for path, condition in _comparisons(setup, ""):
        if isinstance(condition, Has):
            if condition.fact == "skills" and held and condition.name not in held:
                message = f"asks for the skill {condition.name!r}, which nobody holds; known: {', '.join(sorted(held))}"
                yield Problem(path, message, "unknown_skill")
            continue
        values = condition.values if isinstance(condition, IsOneOf) else (condition.value,)
        for value in values:
            problem = _wrong(condition.fact, value, known, types)
            if problem:
                yield Problem(path, problem, "unknown_value")


def _closed(setup: Configuration) -> Mapping[str, frozenset[str]]:
    """The facts whose values are all known beforehand."""
    staff, cycles = setup.staff, setup.lifecycles
    found = {
        "priority": frozenset(name for cycle in cycles for name in cycle.priorities),
        "kind": frozenset(name for cycle in cycles for name in cycle.kinds),
        "status": frozenset(name for cycle in cycles for name in cycle.status_names),
        "lifecycle": frozenset(cycle.name for cycle in cycles),
        "phase": frozenset[str](PHASES),
        "waits_for": frozenset[str](WAITS_FOR),
        "team": frozenset(team.id for team in staff.teams),
        "desk": frozenset((HOUSE, *(partner.id for partner in staff.partners))),
    }
    return {fact: names for fact, names in found.items() if names}


def _skills(setup: Configuration) -> frozenset[str]:
    """Every skill that somebody holds."""
    of_agents = (skill for agent in setup.staff.agents for skill in agent.skills)
    return frozenset(of_agents) | frozenset(skill for partner in setup.staff.partners for skill in partner.skills)


def _wrong(fact: str, value: object, known: Mapping[str, frozenset[str]], types: Mapping[str, FactType]) -> str:
    if types.get(fact) == "flag" and not isinstance(value, bool):
        return f"compares {fact} with {value!r}; it is true or false"
    if types.get(fact) == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        return f"compares {fact} with {value!r}; it is a number"
    if fact not in known or value in known[fact]:
        return ""
    near = difflib.get_close_matches(str(value).lower(), [name.lower() for name in known[fact]], 1)
    meant = next((name for name in sorted(known[fact]) if near and name.lower() == near[0]), None)
    hint = f"; did you mean {meant!r}?" if meant else ";"
    return f"compares {fact} with {value!r}, which nothing here has{hint} known: {', '.join(sorted(known[fact]))}"


def _comparisons(value: object, path: str) -> Iterator[tuple[str, Is | IsOneOf | Has]]:
    if isinstance(value, Is | IsOneOf | Has):
        yield path, value
    elif isinstance(value, Mapping):
        yield from _inside((f"{path}.{key}", part) for key, part in value.items())
    elif isinstance(value, tuple | frozenset):
        yield from _inside((f"{path}[{place}]", part) for place, part in enumerate(value))
    else:
        kind = type(value)
        if attrs.has(kind):
            dot = f"{path}." if path else ""
            fields = (field.name for field in attrs.fields(kind) if field.init)
            yield from _inside((f"{dot}{name}", getattr(value, name)) for name in fields)


def _inside(parts: Iterable[tuple[str, object]]) -> Iterator[tuple[str, Is | IsOneOf | Has]]:
    for path, part in parts:
        yield from _comparisons(part, path)
