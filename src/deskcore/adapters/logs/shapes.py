"""What each shape of rows needs of a mapping, and what has no meaning in it.

Layer: adapters. Imports errors only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from deskcore.adapters.logs.mapping import LogMapping, Rows
from deskcore.errors import Problem

_NEEDS: Final[Mapping[Rows, tuple[str, ...]]] = {
    "events": ("case", "activity", "at"),
    "snapshots": ("case", "at"),
    "ticket": ("case", "opened_at"),
    "activities": ("case", "activity"),
}
_ENDS: Final = frozenset({"start", "complete"})


def shape_problems(mapping: LogMapping) -> tuple[Problem, ...]:
    """Every column that the shape of the rows lacks, and every key that means nothing in it."""
    held = {*mapping.columns, *mapping.instants}
    checks = (_missing(mapping, held), _foreign(mapping, held), _zones(mapping))
    return tuple(problem for check in checks for problem in check)


def _missing(mapping: LogMapping, held: set[str]) -> Iterator[Problem]:
    rows = mapping.rows
    for name in _NEEDS[rows]:
        if name not in held:
            yield Problem(f"columns.{name}", f"is missing: rows = {rows!r} needs the column", "missing")
    if rows == "activities":
        yield from _work(held)
    if rows in {"events", "activities"} and not mapping.activities:
        yield Problem("activities", 'is missing: each activity needs [activities."..."]', "missing")
    if rows == "ticket" and "status" in held and "at" not in held:
        yield Problem("columns.at", "is missing: the last status needs the instant it was seen", "missing")


def _work(held: set[str]) -> Iterator[Problem]:
    ends = held & _ENDS
    if ("transition" in held) == bool(ends):
        message = "are needed one or the other: columns.transition with columns.at, or columns.start and complete"
        yield Problem("columns", message, "missing")
    elif "transition" in held and "at" not in held:
        yield Problem("columns.at", "is missing: columns.transition needs the instant", "missing")
    elif ends and "at" in held:
        yield Problem("columns.at", "stands beside columns.start or complete; keep those", "misplaced")


def _foreign(mapping: LogMapping, held: set[str]) -> Iterator[Problem]:
    rows = mapping.rows
    found: list[str] = []
    if rows not in {"events", "activities"}:
        found += [f"activities.{name}" for name in mapping.activities]
        found += ["columns.activity"] * ("activity" in held)
    if rows != "activities":
        found += [f"columns.{name}" for name in ("transition", "start", "complete") if name in held]
    if rows != "ticket":
        found += [f"stamps.{name}" for name in mapping.stamps]
    if mapping.order != "time":
        found += ["columns.sequence"] * ("sequence" in held)
    for path in found:
        needed = 'without order = "time"' if path == "columns.sequence" else f"where rows = {rows!r}"
        yield Problem(path, f"has no meaning {needed}", "misplaced")


def _zones(mapping: LogMapping) -> Iterator[Problem]:
    for name, column in mapping.instants.items():
        if column.format.needs_zone and column.format.zone is None:
            message = f"has the format {column.format.format!r}, which needs a zone in [time]"
            yield Problem(f"columns.{name}", message, "no_zone")
