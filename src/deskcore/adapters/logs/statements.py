"""A row of a log as what it says: at this instant, these things hold, and this was done. One function for each shape.

Not here: what changed by it, which takes the rows before (``history``).

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from deskcore.adapters.logs.cells import IMPORT, Cells, NotUnderstood, Says
from deskcore.adapters.logs.mapping import InstantColumn, Rows, Stamp
from deskcore.adapters.logs.meanings import FromColumn, Meaning, MessageRule, Source
from deskcore.adapters.logs.records import Listed, Row
from deskcore.adapters.logs.words import Value, role_of, visibility_of
from deskcore.log import Actor
from deskcore.tickets.events import MessagePosted


class Statement(NamedTuple):
    """What one row, or one instant of it, says: when, what holds, who did it and what else was done."""

    line: int
    part: int
    at: datetime
    says: Says
    actor: Actor
    message: MessagePosted | None = None
    tag: str | None = None
    untag: str | None = None


def statements(row: Row, cells: Cells) -> list[Statement] | Listed:
    """What a row says, the opening of a whole ticket first, the rest in order of time; or why it cannot be taken."""
    try:
        return _SHAPES[cells.mapping.rows](row, cells)
    except NotUnderstood as no:
        return no.listed(row, cells)


def _snapshot(row: Row, cells: Cells) -> list[Statement]:
    return [_said_at(row, cells, _at(row, cells, "at"), cells.says(row))]


def _event(row: Row, cells: Cells) -> list[Statement]:
    return [_meant(row, cells, _at(row, cells, "at"), cells.activity(row).complete, cells.says(row))]


def _work(row: Row, cells: Cells) -> list[Statement]:
    activity, says = cells.activity(row), cells.says(row)
    if "transition" in cells.mapping.columns:
        text = cells.named(row, "transition")
        word = None if text is None else cells.word("transition", text.casefold(), "transition")
        meaning = {"start": activity.start, "complete": activity.complete}.get(str(word), Meaning())
        return [_meant(row, cells, _at(row, cells, "at"), meaning, says)]
    found: list[Statement] = []
    for name, meaning in (("start", activity.start), ("complete", activity.complete)):
        held = cells.mapping.instants.get(name)
        at = None if held is None else _not_before(row, cells, held, found[0].at if found else None)
        if at is not None:
            found.append(_meant(row, cells, at, meaning, says))
    if not found:
        raise NotUnderstood("no_instant", "neither a start nor a completion is given")
    return found


def _ticket(row: Row, cells: Cells) -> list[Statement]:
    says: dict[str, Value] = dict(cells.says(row))
    status = says.pop("status", None)
    opening = _said_at(row, cells, _at(row, cells, "opened_at"), says)
    later: list[Statement] = []
    for stamp in cells.mapping.stamps.values():
        at = _stamped(row, cells, stamp, opening.at)
        if at is not None:
            later.append(_meant(row, cells, at, stamp.meaning, {}))
    # Stable: stamps of one instant keep the mapping's order.
    later.sort(key=_by_instant)
    if status is not None:
        later.append(_said_at(row, cells, _at(row, cells, "at"), {"status": status}))
    return [opening, *later]


_SHAPES: Final[Mapping[Rows, Callable[[Row, Cells], list[Statement]]]] = {
    "events": _event,
    "snapshots": _snapshot,
    "ticket": _ticket,
    "activities": _work,
}


def _meant(row: Row, cells: Cells, at: datetime, meaning: Meaning, says: Says) -> Statement:
    """What a row says when its activity, or stamp, means something beyond its own columns."""
    actor = cells.actor(row)
    if meaning.sets:
        found = {slot: _value(row, cells, slot, source) for slot, source in meaning.sets.items()}
        cleared = [slot for slot, source in meaning.sets.items() if _clears(row, cells, source)]
        held = {slot: value for slot, value in found.items() if value is not None}
        says = {**says, **dict.fromkeys(cleared), **held}
    if meaning.fields:
        says = {**says, **{f"field.{name}": cells.field(row, name, held) for name, held in meaning.fields.items()}}
    if meaning.clears:
        says = {**says, **dict.fromkeys(meaning.clears)}
    message = None if meaning.message is None else _message(row, cells, meaning.message, actor)
    tags = (_tag(row, cells, meaning.tag), _tag(row, cells, meaning.untag))
    return Statement(row.line, row.part, at, says, actor, message, *tags)


def _said_at(row: Row, cells: Cells, at: datetime, says: Says) -> Statement:
    return Statement(row.line, row.part, at, says, cells.actor(row))


def _tag(row: Row, cells: Cells, source: Source | None) -> str | None:
    return cells.text(row, source.column) if isinstance(source, FromColumn) else source


def _stamped(row: Row, cells: Cells, stamp: Stamp, opened: datetime) -> datetime | None:
    """When a whole ticket's row says something was done."""
    if stamp.unit is not None:
        amount = cells.amount(row, stamp.at.column, stamp.unit)
        return None if amount is None else opened + amount
    return _not_before(row, cells, stamp.at, opened)


def _not_before(row: Row, cells: Cells, held: InstantColumn, first: datetime | None) -> datetime | None:
    """The instant in a column; of a wall-clock time that occurs twice, the one that does not lie before another."""
    at = cells.instant(row, held)
    if at is not None and first is not None and at < first:
        later = cells.later.instant(row, held)
        at = later if later is not None and later >= first else at
    return at


def _clears(row: Row, cells: Cells, source: Source) -> bool:
    return isinstance(source, FromColumn) and source.clears and cells.text(row, source.column) is None


def _value(row: Row, cells: Cells, slot: str, source: Source) -> Value:
    if isinstance(source, FromColumn):
        text = cells.text(row, source.column)
        return None if text is None else cells.word(slot, text, source.column)
    return cells.words.constant(slot, source)


def _message(row: Row, cells: Cells, rule: MessageRule, actor: Actor) -> MessagePosted:
    role = _said(row, cells, "author_role", rule.role) or ("agent" if actor is IMPORT else actor.role)
    visibility = _said(row, cells, "visibility", rule.visibility) or "public"
    message_id = (
        cells.named(row, "message_id") or f"{cells.case(row)}/line-{row.line}{f'.{row.part}' if row.part else ''}"
    )
    return MessagePosted(message_id, role_of(role), visibility_of(visibility), auto_generated=rule.auto)


def _said(row: Row, cells: Cells, slot: str, source: Source | None) -> str | None:
    if source is None and slot in cells.mapping.columns:
        source = FromColumn(cells.mapping.columns[slot])
    value = None if source is None else _value(row, cells, slot, source)
    return None if value is None else str(value)


def _at(row: Row, cells: Cells, name: str) -> datetime:
    held = cells.mapping.instants[name]
    found = cells.instant(row, held)
    if found is None:
        raise NotUnderstood("no_instant", f"{held.column} is empty")
    return found


def _by_instant(statement: Statement) -> datetime:
    return statement.at
