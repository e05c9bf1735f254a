"""The cells of a row, understood: instants, the state it shows, who wrote it.

Not here: what the shape of the rows makes of them (``statements``).

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from deskcore.adapters.logs.amounts import amount
from deskcore.adapters.logs.instants import Parse, plausible
from deskcore.adapters.logs.mapping import STATE_COLUMNS, InstantColumn, LogMapping
from deskcore.adapters.logs.meanings import Activity, FieldColumn
from deskcore.adapters.logs.records import Listed, Row, Why, shown
from deskcore.adapters.logs.words import Value, Vocabulary, field_value, role_of
from deskcore.log import Actor
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.party import Party

Says: TypeAlias = Mapping[str, Value]
"""What a row says of the ticket, by the names of columns and ``field.<name>``. Absent: nothing is said."""

PARTY_SLOTS: Final = ("requester", "organisation", "customer_tier", "language", "data_class")
IMPORT: Final = Actor.system("import")
_MOST: Final = 65_536
_EVERYTHING: Final = frozenset({"*"})  # the log does not say what its people were allowed to


class NotUnderstood(Exception):
    """A row that cannot be taken: why, and in words."""

    def __init__(self, why: Why, reason: str) -> None:
        super().__init__(why, reason)
        self.why: Why = why
        self.reason = reason

    def listed(self, row: Row, cells: Cells) -> Listed:
        """The row, as it is listed."""
        return Listed(row.line, cells.case(row), self.why, self.reason, cells.shown(row), row.part)


class Cells:
    """Reads the cells of one log's rows. Built for the columns at hand; remembers what it has understood.

    Not a value: a memory that lives as long as one reading of a log.
    """

    def __init__(self, mapping: LogMapping, columns: Sequence[str], lifecycle: Lifecycle) -> None:
        self.mapping = mapping
        self.words = Vocabulary(mapping, lifecycle)
        # Where a name stands twice in the header its first column counts.
        self.places = {name: place for place, name in reversed(list(enumerate(columns)))}
        self._columns = tuple(columns)
        self._missing = frozenset({"", *mapping.missing})
        self._empty_says_none = mapping.empty_says_none
        self._case_place = self.places[mapping.columns["case"]]
        plain = [(name, self.places[mapping.columns[name]]) for name in STATE_COLUMNS if name in mapping.columns]
        self._slots = tuple((name, place) for name, place in plain if name not in PARTY_SLOTS)
        self._party = tuple((name, place) for name, place in plain if name in PARTY_SLOTS)
        self._fields = tuple(
            (f"field.{name}", self.places[held.column], field_value(held.kind, mapping.decimal))
            for name, held in mapping.fields.items()
        )
        self._state_places = [place for _, place in (*plain, *((name, place) for name, place, _ in self._fields))]
        self._parsers: dict[InstantColumn, tuple[int, Parse]] = {}
        self._activities: dict[str, Activity | None] = {}
        self._fold = 0
        self._later: Cells | None = None
        self._actors: dict[tuple[str, str], Actor] = {}
        self._parties: dict[tuple[str | None, ...], Party | None] = {}
        self._last: tuple[list[str], Says] = ([], {})

    def case(self, row: Row) -> str:
        """The id of the row's case; empty when it has none."""
        text = row.cells[self._case_place].strip()
        return "" if text in self._missing else text

    def shown(self, row: Row) -> str:
        """What the row holds in the columns that are read, empty cells left out: ``name=value, name=value``."""
        held = zip(self._columns, row.cells, strict=True)
        return shown(", ".join(f"{name}={text}" for name, text in held if text.strip()))

    def text(self, row: Row, column: str) -> str | None:
        """The text of a cell, ``None`` when it is empty or holds a marker of that."""
        text = row.cells[self.places[column]].strip()
        return None if text in self._missing else text

    def named(self, row: Row, name: str) -> str | None:
        """The text of a column by deskcore's name for it; ``None`` also when the mapping has no such column."""
        column = self.mapping.columns.get(name)
        return None if column is None else self.text(row, column)

    def instant(self, row: Row, held: InstantColumn) -> datetime | None:
        """The instant in a column, ``None`` when the cell is empty.

        Raises:
            NotUnderstood: the text is no instant in the column's format.
        """
        if held not in self._parsers:
            self._parsers[held] = (self.places[held.column], plausible(held.format.parser(later=self._fold > 0)))
        place, parse = self._parsers[held]
        text = row.cells[place]
        if text in self._missing or text.strip() in self._missing:
            return None
        try:
            return parse(text)
        except ValueError as error:
            raise NotUnderstood("bad_instant", f"{held.column} {text!r} is not {error}") from None

    @property
    def later(self) -> Cells:
        """The same, but for wall-clock times that occur twice: they are read as the second."""
        if self._later is None:
            self._later = copy(self)
            self._later.read_later()
        return self._later

    def read_later(self) -> None:
        """From now on, take wall-clock times that occur twice as the second."""
        self._fold, self._parsers = 1, {}

    def amount(self, row: Row, column: str, unit: str) -> timedelta | None:
        """The amount of elapsed time in a column, ``None`` when the cell is empty.

        Raises:
            NotUnderstood: the text is no amount.
        """
        text = self.text(row, column)
        if text is None:
            return None
        try:
            return amount(text, unit, self.mapping.decimal)
        except ValueError as error:
            raise NotUnderstood("bad_instant", f"{column} {text!r} is not {error}") from None

    def activity(self, row: Row) -> Activity:
        """What the row's activity means.

        Raises:
            NotUnderstood: the row names none, or one that the mapping lacks.
        """
        name = self.named(row, "activity")
        if name is None:
            raise NotUnderstood("not_understood", "names no activity")
        if name not in self._activities:
            if len(self._activities) >= _MOST:
                self._activities.clear()
            key = self.mapping.activity(name)
            self._activities[name] = None if key is None else self.mapping.activities[key]
        found = self._activities[name]
        if found is None:
            raise NotUnderstood("not_understood", f"activity {name!r} is not in the mapping")
        return found

    def word(self, slot: str, text: str, column: str = "") -> Value:
        """What a text means in ``slot``.

        Raises:
            NotUnderstood: the desk has no such word.
        """
        try:
            return self.words.value(slot, text)
        except ValueError as error:
            where = column or self.mapping.columns.get(slot, slot)
            raise NotUnderstood("not_understood", f"{where} {text!r} is not {error}") from None

    def field(self, row: Row, name: str, held: FieldColumn) -> Value:
        """What a column says of a custom field; ``None`` when the cell is empty.

        Raises:
            NotUnderstood: the text is none of its type.
        """
        text = self.text(row, held.column)
        return None if text is None else _converted(name, text, field_value(held.kind, self.mapping.decimal))

    def actor(self, row: Row) -> Actor:
        """Who wrote the row; the import itself where the log does not say."""
        who = self.named(row, "actor")
        if who is None:
            return IMPORT
        said = self.named(row, "actor_role")
        role = "agent" if said is None else str(self.word("actor_role", said) or "agent")
        key = (who, role)
        if key not in self._actors:
            if len(self._actors) >= _MOST:
                self._actors.clear()
            self._actors[key] = Actor(who, role_of(role), None, _EVERYTHING)
        return self._actors[key]

    def says(self, row: Row) -> Says:
        """The state that the row's own columns show; the same mapping again for a row that shows the same.

        Raises:
            NotUnderstood: a cell's text has no meaning to the desk.
        """
        cells = row.cells
        picked = [cells[place] for place in self._state_places]
        last, says = self._last
        if picked != last:
            says = self._read(row)
            self._last = (picked, says)
        return says

    def _read(self, row: Row) -> Says:
        says: dict[str, Value] = {}
        for slot, place in self._slots:
            text = row.cells[place].strip()
            if text not in self._missing:
                if (value := self.word(slot, text)) is not None:
                    says[slot] = value
            elif self._empty_says_none and slot != "status":
                says[slot] = None
        if self._party:
            party = self._requester(row)
            if party is not None or self._empty_says_none:
                says["requester"] = party
        for slot, place, convert in self._fields:
            text = row.cells[place].strip()
            if text not in self._missing:
                says[slot] = _converted(slot, text, convert)
            elif self._empty_says_none:
                says[slot] = None
        return says

    def _requester(self, row: Row) -> Party | None:
        texts = {slot: row.cells[place].strip() for slot, place in self._party}
        held = {slot: self.mapping.translated(slot, text) for slot, text in texts.items() if text not in self._missing}
        key = tuple(held.get(slot) for slot in PARTY_SLOTS)
        if key not in self._parties:
            if len(self._parties) >= _MOST:
                self._parties.clear()
            who, organisation, tier, language, data_class = key
            languages = () if language is None else (language,)
            known = any(part is not None for part in key)
            party = Party(who or "not named", organisation, tier, languages, data_class) if known else None
            self._parties[key] = party
        return self._parties[key]


def _converted(slot: str, text: str, convert: Callable[[str], Value]) -> Value:
    try:
        return convert(text)
    except ValueError as error:
        raise NotUnderstood("bad_number", f"{slot} {text!r} is not {error}") from None
