"""A lifecycle as pictures: a Mermaid state diagram, a Graphviz one, and a table of moves for a terminal.

Layer: tickets. Draws on ``_draw``.
"""

from __future__ import annotations

from collections.abc import Iterator

from deskcore._draw.mermaid import state_diagram
from deskcore._draw.text import table
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.status import Status


def to_mermaid(lifecycle: Lifecycle) -> str:
    """A Mermaid state diagram: moves by people, and those by replies and timers with their names.

    >>> from deskcore.tickets import Lifecycle, Status, Transition
    >>> tiny = Lifecycle("tiny", (Status("Open", "active"), Status("Done", "closed")), (Transition("Open", "Done"),))
    >>> print(to_mermaid(tiny))
    stateDiagram-v2
      direction LR
      state "Open" as n0
      state "Done" as n1
      [*] --> n0
      n0 --> n1
      n1 --> [*]
    """
    ended = [status.name for status in lifecycle.statuses if status.phase in {"closed", "cancelled"}]
    return state_diagram(lifecycle.status_names, edges(lifecycle), initial=lifecycle.initial.name, final=ended)


def to_dot(lifecycle: Lifecycle) -> str:
    """The same as a Graphviz digraph.

    >>> from deskcore.tickets import Lifecycle, Status, Transition
    >>> tiny = Lifecycle("tiny", (Status("Open", "active"), Status("Done", "closed")), (Transition("Open", "Done"),))
    >>> print(to_dot(tiny))
    digraph "tiny" {
      rankdir=LR;
      "Open" [tooltip="active", peripheries=1];
      "Done" [tooltip="closed", peripheries=2];
      "Open" -> "Done";
    }
    """
    lines = [f"digraph {_quoted(lifecycle.name)} {{", "  rankdir=LR;"]
    for status in lifecycle.statuses:
        rings = 2 if status.phase in {"closed", "cancelled"} else 1
        lines.append(f"  {_quoted(status.name)} [tooltip={_quoted(_phase(status))}, peripheries={rings}];")
    for source, target, label in edges(lifecycle):
        note = f" [label={_quoted(label)}]" if label else ""
        lines.append(f"  {_quoted(source)} -> {_quoted(target)}{note};")
    return "\n".join([*lines, "}"])


def to_text(lifecycle: Lifecycle) -> str:
    """A table for a terminal: one line a status, its phase, and where it leads.

    >>> from deskcore.tickets import Lifecycle, Status, Transition
    >>> tiny = Lifecycle("tiny", (Status("Open", "active"), Status("Done", "closed")), (Transition("Open", "Done"),))
    >>> print(to_text(tiny))
    status  phase   leads to
    ------  ------  --------
    Open    active  Done
    Done    closed
    """
    held = list(edges(lifecycle))
    rows = [
        (
            status.name,
            _phase(status),
            ", ".join(_way(target, label) for source, target, label in held if source == status.name),
        )
        for status in lifecycle.statuses
    ]
    return table(rows, headers=("status", "phase", "leads to"))


def edges(lifecycle: Lifecycle) -> Iterator[tuple[str, str, str]]:
    """Every way from one status to another as source, target and label; wildcards are spelled out.

    A way that people may take has what it asks for as its label, one that only a reply or a timer takes has their name.
    Quadratic in the number of statuses.

    >>> from deskcore.presets import simple_lifecycle
    >>> [edge for edge in edges(simple_lifecycle()) if edge[0] == "Resolved"]
    [('Resolved', 'Open', ''), ('Resolved', 'Closed', '')]
    """
    for source in lifecycle.statuses:
        for target in lifecycle.statuses:
            if lifecycle.leads(source.name, target.name):
                yield source.name, target.name, _label(lifecycle, source, target)


def _label(lifecycle: Lifecycle, source: Status, target: Status) -> str:
    row = lifecycle.transition(source.name, target.name)
    if row is not None:
        return str(row).partition(" (")[2].removesuffix(")")
    timers = (
        timer for timer in lifecycle.timers if timer.to == target.name and timer.covers(source.name, source.phase)
    )
    by_timer = next((f"after {timer.after}" for timer in timers), "")
    replies = (rule for rule in lifecycle.replies if rule.to == target.name and rule.covers(source.name, source.phase))
    by_reply = next((f"reply by {', '.join(sorted(rule.roles))}" for rule in replies), "")
    return by_timer or by_reply or "on assignment"


def _phase(status: Status) -> str:
    return status.phase if status.waits_for is None else f"{status.phase} for {status.waits_for}"


def _way(target: str, label: str) -> str:
    return f"{target} ({label})" if label else target


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
