"""The rows of one case as the events of one ticket.

Pure: rows in, events out. A row that steps back in time is applied at its predecessor's instant, and listed.

Layer: adapters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.logs.cells import Cells, NotUnderstood, Says
from deskcore.adapters.logs.differences import differences, moved, opening
from deskcore.adapters.logs.records import Listed, Row
from deskcore.adapters.logs.statements import Statement, statements
from deskcore.adapters.logs.words import Value
from deskcore.log import Actor, Event, EventData
from deskcore.tickets.events import PrioritySet
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.party import Party
from deskcore.tickets.status import Status

_DIGITS: Final = re.compile(r"(\d{1,18})")


@final
@attrs.frozen
class PriorityCheck:
    """The log's own priority beside the one that the lifecycle's table gives for its impact and urgency.

    ``rows`` were compared; ``exceptions`` are the lines on which they differ.
    """

    rows: int = 0
    exceptions: tuple[int, ...] = ()


@final
@attrs.frozen
class History:
    """One case of a log: its events, and the account of its rows.

    ``lines`` holds for each event the line it came from, ``parts`` which row of that line. ``applied``
    counts the rows applied as they stand; ``listed`` are the others. ``last`` holds the cells to be compared with the
    ticket, as the last readable row gives them. No events: not one row of the case could be read.
    """

    case: str
    events: tuple[Event, ...]
    lines: tuple[int, ...]
    applied: int
    listed: tuple[Listed, ...]
    last: FrozenDict[str]
    priority: PriorityCheck = PriorityCheck()
    parts: tuple[int, ...] = ()

    def rows(self) -> tuple[tuple[int, int], ...]:
        """For each event the row it came from: its line, and its part of that line."""
        return tuple(zip(self.lines, self.parts or (0,) * len(self.lines), strict=True))


def history(case: str, rows: Sequence[Row], cells: Cells, lifecycle: Lifecycle) -> History:
    """The history of one case, from its readable rows in the log's order; it becomes the ticket of that id."""
    read, listed = _read(case, rows, cells)
    opened_at: datetime | None = None
    while read:
        opened = _opened(read[0].row, cells)
        if not isinstance(opened, Listed):
            opened_at = opened
            break
        listed.append(opened)
        read = read[1:]
    if not read:
        return History(case, (), (), 0, tuple(sorted(listed, key=_line)), FrozenDict())
    told = _Telling(case, cells, lifecycle)
    told.tell(_in_time([statement for one in read for statement in one.said], cells, told), opened_at)
    by_key = {(row.line, row.part): row for row in rows} if told.stepped else {}
    stepped = (found._replace(held=cells.shown(by_key[key])) for key, found in told.stepped.items())
    listed = sorted([*listed, *stepped], key=_line)
    check = PriorityCheck(told.checked, tuple(told.exceptions))
    applied = len(rows) - len(listed)
    last = _compared(read[-1].row, cells)
    return History(case, tuple(told.events), tuple(told.lines), applied, tuple(listed), last, check, tuple(told.parts))


class _Read(NamedTuple):
    """A row that could be read, and what it says."""

    row: Row
    said: list[Statement]

    @property
    def at(self) -> datetime:
        return self.said[0].at


def _read(case: str, rows: Sequence[Row], cells: Cells) -> tuple[list[_Read], list[Listed]]:
    """What the rows say, in the order in which things happened, and the rows that cannot be taken."""
    mapping = cells.mapping
    read: list[_Read] = []
    listed: list[Listed] = []
    seen: dict[tuple[str, ...], Row] = {}
    for row in reversed(rows) if mapping.order == "reversed" else rows:
        if read and mapping.rows == "ticket":
            reason = f"the ticket was given on line {read[0].row.line}"
            listed.append(Listed(row.line, case, "duplicate", reason, cells.shown(row), row.part))
            continue
        if mapping.duplicates == "list" and (first := seen.setdefault(tuple(row.cells), row)) is not row:
            reason = f"the same as line {first.line}"
            listed.append(Listed(row.line, case, "duplicate", reason, cells.shown(row), row.part))
            continue
        found = statements(row, cells)
        if isinstance(found, Listed):
            listed.append(found)
            continue
        if read and mapping.order != "time" and found[0].at < read[-1].at:
            found = _second(row, cells, found, read[-1].at)
        read.append(_Read(row, found))
    if mapping.order == "time":
        read.sort(key=lambda one: (one.at, _natural(cells.named(one.row, "sequence") or "")))
    return read, listed


def _second(row: Row, cells: Cells, found: list[Statement], before: datetime) -> list[Statement]:
    """A row that steps back, read anew: a wall-clock time that occurs twice may have been the second."""
    later = statements(row, cells.later)
    return found if isinstance(later, Listed) or later[0].at < before else later


def _opened(row: Row, cells: Cells) -> datetime | Listed | None:
    """The instant of opening where a column gives it beside the row's own."""
    held = cells.mapping.instants.get("opened_at")
    if held is None or cells.mapping.rows == "ticket":
        return None
    try:
        return cells.instant(row, held)
    except NotUnderstood as no:
        return no.listed(row, cells)


def _in_time(said: list[Statement], cells: Cells, told: _Telling) -> list[Statement]:
    """Pieces of work overlap, so the two ends of each go to their places in time; all else keeps the log's order."""
    if cells.mapping.rows != "activities" or "at" in cells.mapping.instants:
        return said
    found: list[Statement] = []
    for statement in said:
        before = found[-1] if found else None
        if before is not None and _key(before) == _key(statement) and statement.at < before.at:
            told.step(statement, f"ends {_shown(statement.at)}, before it starts; taken as {_shown(before.at)}")
            found.append(statement._replace(at=before.at))
        else:
            found.append(statement)
    return sorted(found, key=_instant)


def _compared(row: Row, cells: Cells) -> FrozenDict[str]:
    texts = {name: cells.text(row, column) for name, column in cells.mapping.compare.items()}
    return FrozenDict({name: text for name, text in texts.items() if text is not None})


class _Telling:
    """A case being told: what is held of its ticket so far, and the events that led there."""

    def __init__(self, case: str, cells: Cells, lifecycle: Lifecycle) -> None:
        self.case = case
        self.lifecycle = lifecycle
        self.restates = cells.mapping.restates
        self.opened_by = cells.mapping.opened_by
        self.opened_as = (
            lifecycle.initial if cells.mapping.opened_as is None else lifecycle.status(cells.mapping.opened_as)
        )
        # A log without priorities still has tickets with one: the table's, or the lifecycle's default.
        self.derives = "priority" not in cells.mapping.columns
        self.status = self.opened_as
        self.held: dict[str, Value] = {}
        self.says: Says | None = None
        self.events: list[Event] = []
        self.lines: list[int] = []
        self.parts: list[int] = []
        self.stepped: dict[tuple[int, int], Listed] = {}
        self.checked = 0
        self.exceptions: list[int] = []

    def tell(self, said: Sequence[Statement], opened_at: datetime | None) -> None:
        first = before = said[0]
        if opened_at is not None and opened_at > first.at:
            self.step(first, f"opened {_shown(opened_at)}, after the row's own {_shown(first.at)}, which is taken")
            opened_at = first.at
        self.open(first, first.at if opened_at is None else opened_at)
        checked: set[tuple[int, int]] = set()
        for statement in said:
            if _key(statement) not in checked:
                checked.add(_key(statement))
                self.check(statement)
            if statement.at < before.at:
                self.step(statement, f"{_shown(statement.at)} lies before {_shown(before.at)} of line {before.line}")
            before = statement
            self.apply(statement)

    def step(self, statement: Statement, reason: str) -> None:
        self.stepped.setdefault(
            _key(statement), Listed(statement.line, self.case, "stepped_back", reason, part=statement.part)
        )

    def open(self, first: Statement, at: datetime) -> None:
        """The first row's state holds from the opening on; its status only if it is a new one."""
        says = dict(first.says)
        status = says.get("status")
        if isinstance(status, Status) and status.phase == "new":
            self.status = status
        if self.derives and says.get("priority") is None:
            says["priority"] = self.computed(says) or self.lifecycle.default_priority
        self.held = says
        self.says = first.says
        party = says.get("requester")
        by = Actor.requester(party.id) if self.opened_by == "requester" and isinstance(party, Party) else first.actor
        self.emit(opening(self.case, says, self.status, self.lifecycle), first._replace(at=at, actor=by))

    def apply(self, statement: Statement) -> None:
        says = statement.says
        if says is not self.says:
            for data in differences(self.held, says):
                self.emit(data, statement)
            self.held.update(says)
            self.says = says
            if self.derives:
                self.derive(statement)
        if statement.message is not None:
            self.emit(statement.message, statement)
        if statement.tag is not None or statement.untag is not None:
            self.mark(statement)
        status = says.get("status")
        if isinstance(status, Status):
            move = moved(self.status, status, statement, restated=status.name in self.restates)
            if move is not None:
                self.emit(move, statement)
                self.status = status

    def derive(self, statement: Statement) -> None:
        priority = self.computed(self.held)
        if priority is not None and "priority" not in statement.says and priority != self.held.get("priority"):
            self.held["priority"] = priority
            self.emit(PrioritySet(priority, "computed"), statement)

    def mark(self, statement: Statement) -> None:
        tags = self.held.get("tags")
        before = tags if isinstance(tags, frozenset) else frozenset[str]()
        after = (before | {statement.tag or ""}) - {statement.untag or "", ""}
        for data in differences({"tags": before}, {"tags": after}):
            self.emit(data, statement)
        self.held["tags"] = after

    def check(self, statement: Statement) -> None:
        said = statement.says.get("priority")
        computed = None if said is None else self.computed(statement.says)
        if computed is not None:
            self.checked += 1
            if computed != said:
                self.exceptions.append(statement.line)

    def computed(self, says: Says) -> str | None:
        impact, urgency = says.get("impact"), says.get("urgency")
        if not isinstance(impact, int) or not isinstance(urgency, int):
            return None
        return self.lifecycle.computed(impact, urgency)

    def emit(self, data: EventData, statement: Statement) -> None:
        when = statement.at
        if self.events and when < self.events[-1].at:
            # The log's order holds: an event never comes before the one it follows.
            when = self.events[-1].at
            self.step(statement, f"{_shown(statement.at)} lies before {_shown(when)}, when the row before took effect")
        self.events.append(Event(self.case, len(self.events) + 1, when, when, statement.actor, data))
        self.lines.append(statement.line)
        self.parts.append(statement.part)


def _key(statement: Statement) -> tuple[int, int]:
    """The row a statement comes from: a line may hold several."""
    return statement.line, statement.part


def _natural(text: str) -> list[tuple[int, str]]:
    """The order of numbers within texts: 9 before 10, A9 before A10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(text)]


def _line(listed: Listed) -> tuple[int, int]:
    return listed.line, listed.part


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _instant(statement: Statement) -> datetime:
    return statement.at
