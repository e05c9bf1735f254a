"""Lists as people write them in a configuration: a table whose keys name the members.

``agents = {bo = {skills = ["vpn"]}}`` for a list of things with an id or a name; and forms of their own for statuses,
transitions, targets and the rows of a matrix. Each is spelt out as the long form, which is then read as usual.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from deskcore.escalation.matrix import MatrixRow
from deskcore.sla import Target
from deskcore.tickets import Status, Transition
from deskcore.wire.faults import Fault, at_step, together, without_step, wrong_type
from deskcore.wire.scalars import Reader

Entry: TypeAlias = tuple[tuple[str | int, ...], Any]
"""Where a member stands in the table, and its long form."""

Spelling: TypeAlias = Callable[[Mapping[str, Any]], Iterator[Entry]]

_NAMES: Final = ("id", "name")
_WAITING: Final = "waiting for "


def spelling_of(member: Any) -> Spelling | None:
    """How a table stands for a list of ``member``; ``None`` where only a list will do."""
    if member in _SPELLINGS:
        return _SPELLINGS[member]
    if not (isinstance(member, type) and attrs.has(member)):
        return None
    first = next((field.alias for field in attrs.fields(member) if field.init), None)
    if first not in _NAMES:
        return None
    key = first
    return lambda table: _keyed(table, key)


def rows_reader(spelling: Spelling, read: Reader, member: Any) -> Reader:
    """A reader of a table that stands for a list."""
    # The key of a ladder holds its rungs themselves: what was written has no step "rungs".
    as_written = without_step if spelling is _ladders else _unchanged

    def read_rows(value: Mapping[str, Any], _: Any) -> tuple[Any, ...]:
        done: list[Any] = []
        faults: list[Exception] = []
        for steps, part in spelling(value):
            try:
                done.append(read(_sound(part), member))
            except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
                faults.append(_at_steps(steps, as_written(error)))
        if faults:
            raise together(faults, tuple)
        return tuple(done)

    return read_rows


def _unchanged(error: Exception) -> Exception:
    return error


def _at_steps(steps: tuple[str | int, ...], error: Exception) -> Exception:
    noted = at_step(steps[-1], error)
    for step in reversed(steps[:-1]):
        noted = at_step(step, together([noted], tuple))
    return noted


def _sound(part: Any) -> Any:
    if isinstance(part, Exception):
        raise part
    return part


def _keyed(table: Mapping[str, Any], key: str) -> Iterator[Entry]:
    """``{bo = {...}}``: the key is the id or the name."""
    for name, part in table.items():
        if not isinstance(part, Mapping):
            yield (name,), wrong_type("a table", part)
        elif part.get(key, name) != name:
            yield (name, key), Fault(f"must be {name!r}, its key, or be left out (got {part[key]!r})", "two_names")
        else:
            yield (name,), {key: name, **part}


def _statuses(table: Mapping[str, Any]) -> Iterator[Entry]:
    """``{New = "new", "Pending" = "waiting for requester"}``: the value is the phase."""
    for name, part in table.items():
        if not isinstance(part, str):
            yield from _keyed({name: part}, "name")
        elif part.startswith(_WAITING):
            yield (name,), {"name": name, "phase": "waiting", "waits_for": part.removeprefix(_WAITING)}
        else:
            yield (name,), {"name": name, "phase": part}


def _transitions(table: Mapping[str, Any]) -> Iterator[Entry]:
    """``{New = ["Open", {target = "Closed", needs = ["code"]}], "*" = "Cancelled"}``: from the key to each."""
    for source, targets in table.items():
        if not isinstance(targets, list | tuple):
            yield (source,), _transition(source, targets)
            continue
        for place, target in enumerate(targets):
            yield (source, place), _transition(source, target)


def _transition(source: str, target: Any) -> Any:
    if isinstance(target, Mapping):
        return {"source": source, **target}
    return {"source": source, "target": target}


def _targets(table: Mapping[str, Any]) -> Iterator[Entry]:
    """``{first_response = "2h", resolution = {p1 = "4h", p2 = "8h"}}``: by metric, then perhaps by priority."""
    for metric, promised in table.items():
        if isinstance(promised, list | tuple):
            for place, row in enumerate(promised):
                yield (metric, place), _target(metric, row)
        elif isinstance(promised, Mapping) and "within" not in promised:
            for priority, within in promised.items():
                row = within if isinstance(within, Mapping) else {"within": within}
                yield (metric, priority), {"metric": metric, "when": {"priority": priority}, **row}
        else:
            yield (metric,), _target(metric, promised)


def _target(metric: str, row: Any) -> Any:
    return {"metric": metric, **row} if isinstance(row, Mapping) else {"metric": metric, "within": row}


def _ladders(table: Mapping[str, Any]) -> Iterator[Entry]:
    """``{p1 = {lead = {due = ...}}}``: the ladder of each priority."""
    for priority, rungs in table.items():
        yield (priority,), {"when": {"priority": priority}, "rungs": rungs}


_SPELLINGS: Final[dict[Any, Spelling]] = {
    Status: _statuses,
    Transition: _transitions,
    Target: _targets,
    MatrixRow: _ladders,
}
