"""What is wrong between the rows of a matrix: tickets that no row takes, rows and cells that others take first, ties.

Looks at the whole product of the facts that rows select on, for facts whose values are known (priorities, tiers, ...)
over those, else over the values that the rows name and "any other".

Layer: escalation. Imports predicate, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from deskcore.errors import Problem
from deskcore.escalation.boxes import Box, Space, TooManyPieces, meet
from deskcore.escalation.matrix import Matrix, specificity
from deskcore.escalation.surroundings import Surroundings
from deskcore.predicate.facts import FactValue
from deskcore.predicate.pinned import pinned
from deskcore.tickets.facts import FACTS

MOST_TOLD: Final = 8
"""So many gaps are told one by one; of more the number."""


def rows(matrix: Matrix, around: Surroundings) -> tuple[Problem, ...]:
    """Every finding of the selection: rows, cells, ties and gaps."""
    conditions = [row.when for row in matrix.rows]
    rungs = [cond for rung in matrix.rungs for cond in (rung.when, rung.given, rung.due.condition) if cond is not None]
    space = Space([*conditions, *rungs], _closed(around), FACTS)
    try:
        boxes = [space.boxes(condition) for condition in conditions]
        return (
            *_shadowed(matrix, space, boxes),
            *_idle(matrix, space, boxes),
            *(_ties(matrix, space, boxes) if matrix.on_match == "most_specific" else ()),
            *_gaps(space, boxes),
        )
    except TooManyPieces:
        facts = ", ".join(space.axes)
        reason = (
            f"select on so many combinations of {facts} that not all were looked through for gaps and for rows "
            "that are never reached; select on fewer facts, or on fewer values of each"
        )
        return (Problem("rows", reason, "not_looked_through"),)


def _closed(around: Surroundings) -> dict[str, tuple[FactValue, ...]]:
    """The facts that can have no other value."""
    found: dict[str, tuple[FactValue, ...]] = {name: tuple(values) for name, values in around.values.items()}
    found |= {fact.name: fact.values for fact in FACTS if fact.name == "phase"}
    if around.priorities is not None:
        found["priority"] = around.priorities
    return found


def _order(matrix: Matrix) -> list[int]:
    places = range(len(matrix.rows))
    if matrix.on_match == "first":
        return list(places)
    return sorted(places, key=lambda place: (-specificity(matrix.rows[place].when), place))


def _shadowed(matrix: Matrix, space: Space, boxes: Sequence[Sequence[Box]]) -> Iterator[Problem]:
    """Rows, and values that a row names, for which no ticket is left."""
    order = _order(matrix)
    for turn, place in enumerate(order):
        earlier = order[:turn]
        path, mine = f"rows[{place}]", boxes[place]
        if not mine:
            reason = f"can never hold: no ticket is one for which {matrix.rows[place].when}; change it"
            yield Problem(f"{path}.when", reason, "unreachable")
        elif not space.left(mine, [box for other in earlier for box in boxes[other]]):
            takers = _takers(space, mine, [(other, boxes[other]) for other in earlier])
            reason = f"can never be reached: {takers} every such ticket before it; move it up or remove it"
            yield Problem(path, reason, "unreachable")
        else:
            yield from _dead_cells(matrix, space, boxes, place, earlier)


def _dead_cells(
    matrix: Matrix, space: Space, boxes: Sequence[Sequence[Box]], place: int, earlier: Sequence[int]
) -> Iterator[Problem]:
    before = [box for other in earlier for box in boxes[other]]
    for name, named in pinned(matrix.rows[place].when).items():
        axis = space.axes.get(name)
        if axis is None or len(named) == 1:
            continue
        for at, value in enumerate(axis.values):
            cell = [met for box in boxes[place] if (met := meet(box, {name: frozenset({at})})) is not None]
            if value in named and cell and not space.left(cell, before):
                takers = _takers(space, cell, [(other, boxes[other]) for other in earlier])
                reason = (
                    f"names {name} {axis.words[at]}, of which {takers} every ticket before it; "
                    "strike it out here, or move the row up"
                )
                yield Problem(f"rows[{place}].when", reason, "dead_cell")


def _takers(space: Space, wanted: Sequence[Box], earlier: Sequence[tuple[int, Sequence[Box]]]) -> str:
    """The rows that take some boxes: the one that does alone where there is one, else all that do their part."""
    alone = [place for place, boxes in earlier if not space.left(wanted, boxes)]
    part = [place for place, boxes in earlier if any(meet(a, b) is not None for a in wanted for b in boxes)]
    places = [str(place + 1) for place in (alone[:1] or part)]
    if len(places) == 1:
        return f"row {places[0]} takes"
    return f"rows {', '.join(places[:-1])} and {places[-1]} take"


def _idle(matrix: Matrix, space: Space, boxes: Sequence[Sequence[Box]]) -> Iterator[Problem]:
    """Rungs that ask for what no ticket of their row is."""
    for place, row in enumerate(matrix.rows):
        for rung in row.rungs:
            asked = {"when": rung.when, "given": rung.given, "due.condition": rung.due.condition}
            for field, condition in asked.items():
                if condition is None or not boxes[place]:
                    continue
                wanted = space.boxes(condition)
                if not any(meet(a, b) is not None for a in boxes[place] for b in wanted):
                    reason = f"asks for {condition}, which no ticket of its row is; the rung never acts: change either"
                    yield Problem(f"rows[{place}].rungs[{rung.id}].{field}", reason, "never_fires")


def _ties(matrix: Matrix, space: Space, boxes: Sequence[Sequence[Box]]) -> Iterator[Problem]:
    """Rows that bind as many facts and can hold for one ticket that no row is more specific about."""
    binds = [specificity(row.when) for row in matrix.rows]
    for a, b in combinations(range(len(matrix.rows)), 2):
        if binds[a] != binds[b]:
            continue
        both = [met for one in boxes[a] for other in boxes[b] if (met := meet(one, other)) is not None]
        finer = [box for place, held in enumerate(boxes) if binds[place] > binds[a] for box in held]
        shared = space.left(both, finer)
        if shared:
            reason = (
                f"binds as many facts as row {a + 1} and can hold for the same ticket, one of {space.say(shared[0])}; "
                "bind one fact more in either, or add a row for such tickets"
            )
            yield Problem(f"rows[{b}].when", reason, "tie")


def _gaps(space: Space, boxes: Sequence[Sequence[Box]]) -> Iterator[Problem]:
    """The combinations that no row takes, in the largest boxes there are; of more than a few only how many."""
    uncovered = space.left([space.known()], [box for held in boxes for box in held])
    rest = uncovered
    for _ in range(MOST_TOLD):
        if not rest:
            return
        gap = space.grown(max(rest, key=space.size), uncovered)
        reason = f"take no ticket of {space.say(gap)}; add a row for it, empty if nobody is to hear"
        yield Problem("rows", reason, "gap")
        rest = space.left(rest, [gap])
    if rest:
        more = sum(space.size(box) for box in rest)
        reason = (
            f"take none of {more} further combinations of {', '.join(space.axes)}; "
            "add a last row for whatever is left, empty if nobody is to hear"
        )
        yield Problem("rows", reason, "gap")
