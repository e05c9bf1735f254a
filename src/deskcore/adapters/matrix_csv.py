"""A matrix as a table: one line a rung, as contracts and spreadsheets have it; read back as the same value.

The facts that choose a row are columns of their own; the trigger and the usual actions are written as people say them,
whatever else is there as JSON. Not here: JSON and TOML, which ``deskcore.wire`` and ``adapters.files`` read.

Layer: adapters. Imports escalation, predicate, wire, errors.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from deskcore.adapters.faults import UnusableFile
from deskcore.errors import DeskcoreError, InvalidConfiguration, Problem
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.recipients import (
    Assignee,
    OnCall,
    PartnerContact,
    Person,
    Recipient,
    TeamLead,
    TeamMembers,
)
from deskcore.predicate import ALWAYS, AllOf, Condition, Is, IsOneOf
from deskcore.predicate.nodes import where
from deskcore.wire import Converter

Line: TypeAlias = "dict[str, str]"
_OWN: Final = ("row", "rung", "axis", "due", "actions", "until", "more", "row_more")
_HEAD: Final = "matrix"
_NOUN: Final = "matrix"
_PLAIN: Final[Mapping[str, Recipient]] = {
    "assignee": Assignee(),
    "team lead": TeamLead(),
    "the team": TeamMembers(),
    "partner contact": PartnerContact(),
}
_NAMED: Final[Mapping[str, type[Recipient]]] = {
    "person": Person,
    "lead of": TeamLead,
    "team": TeamMembers,
    "partner": PartnerContact,
    "on call": OnCall,
}


def matrix_to_csv(matrix: Matrix, nodes: Iterable[type] = ()) -> str:
    r"""The matrix as CSV: a line for its head, then one line a rung; a row without rungs has a line of its own.

    >>> from deskcore.escalation import Due
    >>> from deskcore.hours import elapsed
    >>> boss = Rung("boss", Due.after_opened(elapsed(hours=1)), Notify(Person("dana"), "page"))
    >>> text = matrix_to_csv(Matrix.by_priority("house", {"p1": [boss]}, last_resort=Person("eve")))
    >>> print(text.splitlines()[2])
    p1,1,boss,hierarchic,1h after the opening,page person:dana,resolved,,
    >>> matrix_from_csv(text).rungs == (boss,)
    True
    """
    wire = Converter(nodes=tuple(nodes))
    facts = _facts(matrix.rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, [*facts, *_OWN], lineterminator="\n")
    writer.writeheader()
    head = {key: value for key, value in _table(wire.dump(matrix)).items() if key != "rows"}
    writer.writerow({"row": _HEAD, "more": json.dumps(head)})
    for place, row in enumerate(matrix.rows, start=1):
        for line in _lines(row, facts, wire):
            writer.writerow({"row": str(place), **line})
    return out.getvalue()


def matrix_from_csv(
    text: str, nodes: Iterable[type] = (), *, last_resort: Recipient | None = None, source: str = "table"
) -> Matrix:
    r"""The matrix that a table is: what ``matrix_to_csv`` wrote, or a contract's table with a few columns.

    A table without a head line needs ``last_resort``; without a column ``row``, lines with the same facts are one row.
    Missing columns mean their defaults. Cells of facts hold one value, or several with ``|`` between them; an empty
    cell binds nothing.

    >>> contract = "priority,rung,due,actions\np1,boss,1h after the opening,page person:dana; tag late\n"
    >>> print(*matrix_from_csv(contract, last_resort=Person("eve")).rungs)
    boss: 1h after the opening: page dana, tag late

    Raises:
        UnusableFile: there is no table, or no last resort.
        InvalidConfiguration: naming every cell that cannot be read, with its line.
    """
    wire = Converter(nodes=tuple(nodes))
    reader = csv.DictReader(io.StringIO(text))
    names = list(reader.fieldnames or ())
    if "rung" not in names:
        raise UnusableFile(_NOUN, source, 1, "lacks the column rung", "needs rung, due and actions")
    lines = [
        (place, {key: (value or "").strip() for key, value in row.items() if key})
        for place, row in enumerate(reader, start=2)
    ]
    heads = [line for _, line in lines if line.get("row") == _HEAD]
    head: dict[str, Any] = json.loads(heads[0]["more"]) if heads else {"id": "table"}
    if not heads and last_resort is None:
        raise UnusableFile(_NOUN, source, 2, "names no last resort", "give last_resort=Person(...)")
    if last_resort is not None:
        head["last_resort"] = wire.dump(last_resort, Recipient)
    facts = [name for name in names if name not in _OWN]
    rows = _rows([(place, line) for place, line in lines if line.get("row") != _HEAD], facts, wire, source)
    return wire.load({**head, "rows": [wire.dump(row) for row in rows]}, Matrix)


def _table(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return {str(key): part for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]


# --- writing


def _facts(rows: Sequence[MatrixRow]) -> list[str]:
    found = dict.fromkeys(name for row in rows for name in (_bound(row.when) or ()))
    return [name for name in found if name not in _OWN]


def _bound(when: Condition) -> dict[str, str] | None:
    """What a plain condition binds, by fact; ``None`` where it is not plain."""
    if when == ALWAYS:
        return {}
    parts = when.parts if isinstance(when, AllOf) else (when,)
    found: dict[str, str] = {}
    for part in parts:
        if isinstance(part, Is):
            values = [part.value]
        elif isinstance(part, IsOneOf):
            values = list(part.values)
        else:
            return None
        if part.fact in found or part.fact in _OWN or not all(_is_word(value) for value in values):
            return None
        found[part.fact] = "|".join(str(value) for value in values)
    return found if _condition(found) == when else None


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value == value.strip() and "|" not in value


def _lines(row: MatrixRow, facts: Sequence[str], wire: Converter) -> list[Line]:
    bound = _bound(row.when)
    extra = {} if bound is not None else {"when": wire.dump(row.when, Condition)}
    if row.passes is not None:
        extra["passes"] = wire.dump(row.passes)
    cells = {name: (bound or {}).get(name, "") for name in facts}
    rungs = [_cell(rung, wire) for rung in row.rungs] or [{}]
    rungs[0]["row_more"] = json.dumps(extra) if extra else ""
    return [{**cells, **rung} for rung in rungs]


def _cell(rung: Rung, wire: Converter) -> Line:
    written = _table(wire.dump(rung))
    more = {key: value for key, value in written.items() if key not in {"id", "due", "axis", "until", "actions"}}
    due = str(rung.due) if _reads_back(str(rung.due), rung.due, wire) else json.dumps(written["due"])
    return {
        "rung": rung.id,
        "axis": rung.axis,
        "due": due,
        "actions": "; ".join(_said(action, wire) for action in rung.actions),
        "until": rung.until,
        "more": json.dumps(more) if more else "",
    }


def _reads_back(text: str, due: Due, wire: Converter) -> bool:
    try:
        return wire.load(text, Due) == due
    except DeskcoreError:
        return False  # its words leave something open, such as a condition with brackets in it


def _said(action: Action, wire: Converter) -> str:
    text = _words(action)
    if text is not None and ";" not in text and _is_said_by(text, action, wire):
        return text
    return json.dumps(wire.dump(action, Action)).replace(";", "\\u003b")


def _is_said_by(text: str, action: Action, wire: Converter) -> bool:
    try:
        return _action(text, wire) == action
    except (DeskcoreError, ValueError):
        return False  # a channel or a name with a blank where the words have one


def _words(action: Action) -> str | None:
    if isinstance(action, Notify):
        told = _recipient_words(action.recipient)
        return f"{action.channel} {told}" if told else None
    if isinstance(action, RaisePriority):
        return "raise priority" if action.cap is None else f"raise priority to {action.cap}"
    if isinstance(action, AddTag):
        return f"tag {action.tag}"
    if isinstance(action, TransferTo) and action.team is not None and action.desk is None:
        return f"transfer {action.team}"
    return None


def _recipient_words(recipient: Recipient) -> str:
    for words, one in _PLAIN.items():
        if one == recipient:
            return words
    for words, kind in _NAMED.items():
        if isinstance(recipient, kind):
            return f"{words}:{getattr(recipient, attrs.fields(kind)[0].name)}"
    return ""


# --- reading


def _rows(
    lines: Sequence[tuple[int, Line]], facts: Sequence[str], wire: Converter, source: str
) -> tuple[MatrixRow, ...]:
    problems: list[Problem] = []
    conditions: dict[str, Condition] = {}
    extras: dict[str, dict[str, Any]] = {}
    rungs: dict[str, list[Rung]] = {}
    for place, line in lines:
        bound = {name: line.get(name, "") for name in facts if line.get(name)}
        group = line.get("row") or json.dumps(bound)
        try:
            extra = json.loads(line["row_more"]) if line.get("row_more") else {}
            extras.setdefault(group, {}).update(extra)
            conditions.setdefault(group, _condition(bound))
            held = rungs.setdefault(group, [])
            if line.get("rung"):
                held.append(_rung(line, wire))
        except (DeskcoreError, ValueError, KeyError) as error:
            problems.append(Problem(f"{source}:{place}", f"is no rung: {error}", "no_rung"))
    if problems:
        raise InvalidConfiguration(f"{_NOUN} {source}", tuple(problems))
    return tuple(_row(conditions[group], extras[group], rungs[group], wire) for group in conditions)


def _row(when: Condition, extra: Mapping[str, Any], rungs: Sequence[Rung], wire: Converter) -> MatrixRow:
    from deskcore.escalation.matrix import Passes

    held = wire.load(extra["when"], Condition) if "when" in extra else when
    passes = wire.load(extra["passes"], Passes) if "passes" in extra else None
    return MatrixRow(held, tuple(rungs), passes=passes)


def _condition(bound: Mapping[str, str]) -> Condition:
    parts: list[Condition] = []
    for name, cell in bound.items():
        values = [value.strip() for value in cell.split("|")]
        parts.append(Is(name, values[0]) if len(values) == 1 else IsOneOf(name, tuple(values)))
    if not parts:
        return where()
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _rung(line: Line, wire: Converter) -> Rung:
    more = json.loads(line["more"]) if line.get("more") else {}
    due = line.get("due", "")
    actions = [_action(part.strip(), wire) for part in line.get("actions", "").split(";") if part.strip()]
    plain: dict[str, Any] = {
        "id": line["rung"],
        "due": json.loads(due) if due.startswith("{") else due,
        "actions": [wire.dump(action, Action) for action in actions],
        **{name: line[name] for name in ("axis", "until") if line.get(name)},
        **more,
    }
    return wire.load(plain, Rung)


def _action(text: str, wire: Converter) -> Action:
    if text.startswith("{"):
        return wire.load(json.loads(text), Action)
    verb, _, rest = text.partition(" ")
    if text == "raise priority":
        return RaisePriority()
    if text.startswith("raise priority to "):
        return RaisePriority(text.removeprefix("raise priority to "))
    if verb == "tag":
        return AddTag(rest)
    if verb == "transfer":
        return TransferTo(team=rest)
    return Notify(_recipient(rest), verb)


def _recipient(text: str) -> Recipient:
    if text in _PLAIN:
        return _PLAIN[text]
    kind, _, name = text.partition(":")
    if kind in _NAMED and name:
        make: Any = _NAMED[kind]
        found: Recipient = make(name)
        return found
    known = ", ".join([*_PLAIN, *(f"{word}:..." for word in _NAMED)])
    raise ValueError(f"{text!r} is nobody; known: {known}")
