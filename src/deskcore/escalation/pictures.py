"""The matrix as a table, a ladder as a Mermaid flowchart, a preview as a table for a page.

Not here: whole pages (``deskcore.render``).

Layer: escalation. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

from deskcore._draw import html, mermaid, text
from deskcore._draw.markup import Element
from deskcore.escalation.matrix import Matrix, MatrixRow, Rung
from deskcore.escalation.timeline import Timeline

_HEADERS = ("for", "rung", "axis", "when", "what", "until")


def matrix_text(matrix: Matrix) -> str:
    """The matrix as a table of plain text: one line a rung, rows in the order in which they are asked.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.due import Due
    >>> from deskcore.escalation.recipients import Person, TeamLead
    >>> lead = Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead()))
    >>> print(matrix_text(Matrix.by_priority("house", {"p1": [lead], "p2": []}, last_resort=Person("dana"))))
    matrix house@1, last resort dana
    for             rung  axis        when                what              until
    --------------  ----  ----------  ------------------  ----------------  --------
    priority is p1  lead  hierarchic  50 % of resolution  notify team lead  resolved
    priority is p2  -
    """
    return f"matrix {matrix.reference}, last resort {matrix.last_resort}\n" + text.table(
        _lines(matrix), headers=_HEADERS
    )


def matrix_html(matrix: Matrix) -> Element:
    """The matrix as an HTML table; names come out escaped.

    >>> from deskcore.escalation.recipients import Person
    >>> "last resort dana" in str(matrix_html(Matrix("house", (), Person("dana"))))
    True
    """
    caption = f"Escalation matrix {matrix.reference}, last resort {matrix.last_resort}"
    return html.table(_HEADERS, list(_lines(matrix)), caption=caption)


def ladder(row: MatrixRow) -> str:
    """One row as Mermaid source: from the ticket up two ladders, one for each axis.

    >>> from deskcore.escalation.actions import AddTag
    >>> from deskcore.escalation.due import Due
    >>> from deskcore.predicate import Is
    >>> print(ladder(MatrixRow(Is("priority", "p1"), (Rung("late", Due.on_breach("resolution"), AddTag("late")),))))
    flowchart TD
      n0(["priority is p1"])
      n1["late (hierarchic)#58; tag late"]
      n0 -->|"when resolution is due"| n1
    """
    nodes: list[tuple[str, str, mermaid.Shape]] = [("", str(row.when), "end")]
    edges: list[tuple[str, str, str]] = []
    top = {"functional": "", "hierarchic": ""}
    for rung in row.rungs:
        nodes.append((rung.id, f"{rung.id} ({rung.axis}): {_does(rung)}", "box"))
        start = rung.due.of or "" if rung.due.anchor == "rung" else top[rung.axis]
        edges.append((start, rung.id, rung.schedule))
        top[rung.axis] = rung.id
    return mermaid.flowchart(nodes, edges)


def preview_html(timeline: Timeline, *, zone: tzinfo = UTC) -> Element:
    """A preview as an HTML table: when, which rung, who, what; undated rungs last with the reason.

    >>> "nothing is due" in str(preview_html(Timeline("T-1", (), ())))
    True
    """
    rows = [
        (
            firing.event.due.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            f"{firing.event.rung} ({firing.event.axis})",
            ", ".join(firing.event.people) or "-",
            "; ".join(firing.event.actions),
        )
        for firing in timeline.firings
    ]
    rows += [(entry.state, f"{entry.rung.id} ({entry.rung.axis})", "-", entry.why) for entry in timeline.undated]
    caption = f"Escalation of {timeline.ticket} if nothing happens" + ("" if timeline.firings else ": nothing is due")
    return html.table(("due", "rung", "who", "what"), rows, caption=caption)


def _lines(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    for row in matrix.rows:
        for place, rung in enumerate(row.rungs):
            head = str(row.when) if place == 0 else ""
            yield (head, rung.id, rung.axis, rung.schedule, _does(rung), rung.until)
        if not row.rungs:
            yield (str(row.when), "-", "", "", "", "")


def _does(rung: Rung) -> str:
    return ", ".join(str(action) for action in rung.actions) or "nothing"
