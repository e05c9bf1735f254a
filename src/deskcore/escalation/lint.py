"""What is wrong with a matrix before it meets a ticket: every finding says which row, which rung and what to change.

Each kind of finding has a module of its own: ``lint_names``, ``lint_rows``, ``lint_ladder``, ``lint_reach``,
``lint_holes``.

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from collections.abc import Iterator

from deskcore.errors import Problem
from deskcore.escalation import lint_ladder, lint_reach
from deskcore.escalation.lint_absent import absent_resort
from deskcore.escalation.lint_holes import holes
from deskcore.escalation.lint_names import facts_of_row, last_resort, names
from deskcore.escalation.lint_rows import rows
from deskcore.escalation.matrix import Matrix, MatrixRow
from deskcore.escalation.surroundings import Surroundings

__all__ = ["Surroundings", "lint"]


def lint(matrix: Matrix, around: Surroundings | None = None) -> tuple[Problem, ...]:
    """Every finding, rows first to last. Empty means clean, and clean means that no rung ever addresses nobody.

    Codes: ``unknown_fact``, ``unreachable``, ``tie``, ``gap``, ``unknown_calendar``, ``unknown_metric``,
    ``unknown_rung``, ``circular``, ``unknown_priority``, ``unknown_team``, ``unknown_desk``, ``unknown_person``,
    ``unknown_partner``, ``nobody``, ``no_last_resort``, ``not_rising``, ``same_instant``, ``does_nothing``,
    ``nobody_to_acknowledge``, ``two_axes``, ``percent_as_share``, ``unknown_roster``,
    ``endless``, ``no_time``, ``never_fires``, ``empty_pool``, ``outlasts_target``, ``rules_outlast_wait``,
    ``coverage_hole``, ``dead_cell``, ``same_words``, ``not_looked_through``, ``absent``.

    >>> from deskcore.escalation.recipients import Person, TeamLead
    >>> matrix = Matrix("house", (), Person("dana"))
    >>> for problem in lint(matrix, Surroundings(priorities=("p1",))):
    ...     print(problem)
    rows: take no ticket of any kind; add a row for it, empty if nobody is to hear
    """
    around = around or Surroundings()
    found = [
        *rows(matrix, around),
        *last_resort(matrix, around),
        *absent_resort(matrix.last_resort, around),
        *lint_ladder.axes(matrix),
        *lint_ladder.watched(matrix),
    ]
    for place, row in enumerate(matrix.rows):
        path = f"rows[{place}]"
        found += facts_of_row(f"rows[{place}]", row.when, row.rungs, around)
        found += _ladder(path, row, around)
        for rung in row.rungs:
            found += names(f"{path}.rungs[{rung.id}]", rung, around)
    return tuple(found)


def _ladder(path: str, row: MatrixRow, around: Surroundings) -> Iterator[Problem]:
    yield from lint_ladder.order(path, row)
    yield from lint_ladder.anchors(path, row)
    yield from lint_ladder.acknowledgements(path, row)
    yield from lint_reach.pools(path, row)
    yield from lint_reach.passes(path, row)
    yield from lint_reach.unreachable(path, row)
    yield from lint_reach.positions(path, row, around.staff)
    yield from lint_reach.waits(path, row, around.promised or {})
    yield from lint_reach.calls(path, row, around.staff)
    yield from lint_reach.hours(path, row, around)
    yield from holes(path, row, around)
