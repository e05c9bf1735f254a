"""Mermaid source for flowcharts, state diagrams and Gantt charts, safe for any names and labels.

Mermaid has no quoting for ids, so each name gets an id of its own and keeps its words as a label. Not here: pictures;
a forge, a documentation build or an editor draws the source.

Layer: _draw. Imports _value and errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from deskcore._value import from_us, to_us
from deskcore.errors import InvalidValue

__all__ = ["Direction", "Shape", "Task", "escape", "flowchart", "gantt", "state_diagram"]

Direction = Literal["TD", "LR"]
Shape = Literal["box", "round", "choice", "end"]
Edge = tuple[str, str, str]
Task = tuple[str, datetime, datetime, str]

_BRACKETS: Final = {"box": ("[", "]"), "round": ("(", ")"), "choice": ("{", "}"), "end": ("([", "])")}
_TAGS: Final = frozenset({"", "active", "done", "crit", "milestone"})
_ENTITIES: Final = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", ";": "#59;", ":": "#58;", "%": "#37;"}
_SPECIAL: Final = re.compile('[#"<>;:%]')


def escape(label: str) -> str:
    """``label`` as it may stand in any diagram: one line, nothing in it that Mermaid reads as syntax.

    >>> escape('wait: "vendor"; 50%')
    'wait#58; #quot;vendor#quot;#59; 50#37;'
    """
    line = " ".join(label.split())
    return _SPECIAL.sub(lambda found: _ENTITIES[found[0]], line)


def flowchart(
    nodes: Iterable[tuple[str, str, Shape]], edges: Iterable[Edge] = (), *, direction: Direction = "TD"
) -> str:
    """Nodes as (name, label, shape) and edges as (from, to, label); an empty edge label draws a bare arrow.

    >>> print(flowchart([("p1", "Priority 1?", "choice"), ("lead", "Team lead", "box")], [("p1", "lead", "yes")]))
    flowchart TD
      n0{"Priority 1?"}
      n1["Team lead"]
      n0 -->|"yes"| n1

    Raises:
        InvalidValue: an edge names a node that is not there, or two nodes share a name.
    """
    held = list(nodes)
    ids = _ids("node", [name for name, _, _ in held])
    lines = [f"flowchart {direction}"]
    for name, label, shape in held:
        opened, closed = _BRACKETS[shape]
        lines.append(f'  {ids[name]}{opened}"{escape(label)}"{closed}')
    for start, end, label in edges:
        arrow = f'-->|"{escape(label)}"|' if label else "-->"
        lines.append(f"  {_id(ids, start)} {arrow} {_id(ids, end)}")
    return "\n".join(lines)


def state_diagram(
    states: Iterable[str],
    transitions: Iterable[Edge],
    *,
    initial: str | None = None,
    final: Iterable[str] = (),
    direction: Direction = "LR",
) -> str:
    """States by name and transitions as (from, to, label), in the order given.

    >>> print(state_diagram(["New", "On hold"], [("New", "On hold", "hold")], initial="New"))
    stateDiagram-v2
      direction LR
      state "New" as n0
      state "On hold" as n1
      [*] --> n0
      n0 --> n1: hold

    Raises:
        InvalidValue: a transition names a state that is not there, or two states share a name.
    """
    held = list(states)
    ids = _ids("state", held)
    lines = ["stateDiagram-v2", f"  direction {direction}"]
    lines += [f'  state "{escape(name)}" as {ids[name]}' for name in held]
    if initial is not None:
        lines.append(f"  [*] --> {_id(ids, initial)}")
    for start, end, label in transitions:
        lines.append(f"  {_id(ids, start)} --> {_id(ids, end)}" + (f": {escape(label)}" if label else ""))
    lines += [f"  {_id(ids, name)} --> [*]" for name in final]
    return "\n".join(lines)


def gantt(title: str, sections: Iterable[tuple[str, Iterable[Task]]]) -> str:
    """Sections of tasks as (label, start, end, tag).

    A tag is ``active``, ``done``, ``crit``, ``milestone`` or empty. Instants are written in UTC, exact to the second,
    because Mermaid reads them as wall clock of no zone.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> print(gantt("T-1", [("first response", [("running", noon, noon.replace(hour=13), "active")])]))
    gantt
      title T-1
      dateFormat YYYY-MM-DDTHH:mm:ss
      axisFormat %d %b %H:%M
      section first response
      running :active, 2026-05-22T12:00:00, 2026-05-22T13:00:00

    Raises:
        InvalidValue: an instant is naive or a tag is unknown.
    """
    lines = ["gantt", f"  title {escape(title)}", "  dateFormat YYYY-MM-DDTHH:mm:ss", "  axisFormat %d %b %H:%M"]
    for section, tasks in sections:
        lines.append(f"  section {escape(section)}")
        for label, start, end, tag in tasks:
            if tag not in _TAGS:
                raise InvalidValue("tag", tag, "must be active, done, crit, milestone or empty")
            lines.append(f"  {escape(label)} :" + ", ".join(filter(None, [tag, _stamp(start), _stamp(end)])))
    return "\n".join(lines)


def _ids(noun: str, names: list[str]) -> dict[str, str]:
    ids = {name: f"n{place}" for place, name in enumerate(names)}
    if len(ids) < len(names):
        raise InvalidValue(noun, sorted(name for name in ids if names.count(name) > 1), "must have a name of its own")
    return ids


def _id(ids: dict[str, str], name: str) -> str:
    if name not in ids:
        raise InvalidValue("arrow", name, f"must join what is drawn: {', '.join(ids)}")
    return ids[name]


def _stamp(at: datetime) -> str:
    return from_us(to_us(at)).strftime("%Y-%m-%dT%H:%M:%S")
