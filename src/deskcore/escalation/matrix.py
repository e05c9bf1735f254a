"""The escalation matrix: which tickets climb which rungs, and who hears of it when nobody else can be found.

Not here: instants (``plans``) and what has fired (``ledger``).

Layer: escalation. Imports predicate and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import as_tuple, instance_of_kind, named, unique
from deskcore.errors import InvalidValue
from deskcore.escalation.recipients import A_RECIPIENT, Recipient
from deskcore.escalation.rung import Rung, require_word
from deskcore.hours.duration import ElapsedDuration
from deskcore.predicate import AllOf, AnyOf, Condition, Facts, Is
from deskcore.predicate.nodes import A_CONDITION
from deskcore.tickets.facts import TOLD_BY_MESSAGES

__all__ = ["Matrix", "MatrixRow", "OnMatch", "Passes", "Rung", "Selection", "specificity"]

OnMatch: TypeAlias = Literal["first", "most_specific"]


@final
@attrs.frozen
class Passes:
    """How often a ladder is climbed again: ``times`` more, each ``wait`` after its last rung.

    The last rung is the one that fires last where they count from the opening on one clock, else the last of the row.

    ``times=None`` is without end and has to be written. In a further pass ``opened`` means its beginning; rungs on
    other anchors belong to the first. ``by_hand`` lets somebody who moves up past the end begin one more. ``from_look``
    counts the wait from when somebody saw the last rung due, as drifting ladders do.

    >>> from deskcore.hours.duration import elapsed
    >>> print(Passes(elapsed(minutes=5), 2))
    2 more passes, 5m after the last rung

    Raises:
        InvalidValue: a negative wait, or fewer than no more times.
    """

    wait: ElapsedDuration
    times: int | None
    by_hand: bool = attrs.field(default=False, kw_only=True)
    from_look: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.wait.microseconds < 0:
            raise InvalidValue("wait", str(self.wait), "must not be negative")
        if self.times is not None and self.times < 0:
            raise InvalidValue("times", self.times, "must not be negative; None is without end")

    def __str__(self) -> str:
        times = "passes without end" if self.times is None else f"{self.times} more passes"
        return f"{times}, {self.wait} after the last rung"


def _rungs(given: Iterable[Rung]) -> tuple[Rung, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class MatrixRow:
    """A ladder and the tickets it is for. Rung ids are unique in a row; the same id in two rows is the same rung.

    >>> str(MatrixRow(Is("priority", "p1")))
    'priority is p1: 0 rungs'
    """

    when: Condition = attrs.field(validator=instance_of_kind(Condition, A_CONDITION))
    rungs: tuple[Rung, ...] = attrs.field(
        default=(), converter=_rungs, validator=instance_of_kind(Rung, "must be a Rung", many=True)
    )
    passes: Passes | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(Passes | None, "must be Passes")
    )

    def __attrs_post_init__(self) -> None:
        unique("rungs", tuple(rung.id for rung in self.rungs))
        if self.passes is not None and any(rung.repeat is not None for rung in self.rungs):
            raise InvalidValue("passes", str(self.passes), "cannot be counted over a rung that repeats by itself")

    def __str__(self) -> str:
        more = "" if self.passes is None else f", {self.passes}"
        return f"{self.when}: {len(self.rungs)} rung{'' if len(self.rungs) == 1 else 's'}{more}"


@final
@attrs.frozen
class Selection:
    """The row that a ticket's facts select (``None``: no row is for it), its rungs, and why.

    >>> Selection(None, (), ("no row is for such a ticket",)).explain()
    'no row is for such a ticket'
    """

    row: int | None
    rungs: tuple[Rung, ...]
    because: tuple[str, ...]

    def explain(self) -> str:
        """Why this row, after what the others lacked."""
        return "; ".join(self.because)

    def to_dict(self) -> dict[str, int | list[str] | None]:
        """For programs: ``row`` (0-based), ``rungs`` by id and ``because``."""
        return {"row": self.row, "rungs": [rung.id for rung in self.rungs], "because": list(self.because)}


def _rows(given: Iterable[MatrixRow]) -> tuple[MatrixRow, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Matrix:
    """Rows of ladders and a last resort, under an id and a version.

    ``on_match`` decides between rows that hold for one ticket: the first (default), or the one that binds most facts,
    the earlier one on a tie; a possible tie is a finding of ``lint``. ``last_resort`` hears of a rung whose recipients
    and fallback stand for nobody. ``ack_expires`` is how long an acknowledgement lasts that no solution follows: then
    it is withdrawn, and a new cycle begins. ``watched`` are the conditions that rungs count from: a ledger remembers
    since when each has held.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.due import Due
    >>> from deskcore.escalation.recipients import Person, TeamLead
    >>> lead = Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead()))
    >>> matrix = Matrix.by_priority("house", {"p1": (lead,), "p2": ()}, last_resort=Person("dana"))
    >>> matrix.select({"priority": "p1"}).rungs == (lead,), matrix.select({"priority": "p4"}).row
    (True, None)

    Raises:
        InvalidValue: the id or version is empty, a row is no ``MatrixRow``, the last resort no recipient.
    """

    id: str = attrs.field(validator=named)
    rows: tuple[MatrixRow, ...] = attrs.field(
        converter=_rows, validator=instance_of_kind(MatrixRow, "must be a MatrixRow", many=True)
    )
    last_resort: Recipient = attrs.field(validator=instance_of_kind(Recipient, A_RECIPIENT))
    version: str = attrs.field(default="1", validator=named)
    on_match: OnMatch = attrs.field(default="first", kw_only=True)
    joins_calls: bool = attrs.field(default=False, kw_only=True)
    ack_expires: ElapsedDuration | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(ElapsedDuration | None, "must be an elapsed duration")
    )
    asks: frozenset[str] = attrs.field(init=False, eq=False, repr=False)
    watched: tuple[Condition, ...] = attrs.field(init=False, eq=False, repr=False)
    asks_messages: bool = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        # Memos, outside equality: the facts that decide about the row, the conditions that rungs count from, and
        # whether a message can call for another row or rung.
        object.__setattr__(self, "asks", frozenset[str]().union(*(row.when.names() for row in self.rows)))
        counted = (rung.due.condition for rung in self.rungs)
        object.__setattr__(self, "watched", tuple(dict.fromkeys(one for one in counted if one is not None)))
        asked = self.asks.union(*(rung.given.names() for rung in self.rungs))
        object.__setattr__(self, "asks_messages", not TOLD_BY_MESSAGES.isdisjoint(asked))
        require_word("on_match", self.on_match, get_args(OnMatch))
        if self.ack_expires is not None and self.ack_expires.microseconds <= 0:
            raise InvalidValue("ack_expires", str(self.ack_expires), "must be some time")

    @classmethod
    def by_priority(
        cls,
        id: str,  # noqa: A002 - the field's own name
        ladders: Mapping[str, Iterable[Rung]],
        *,
        last_resort: Recipient,
        version: str = "1",
    ) -> Matrix:
        """The commonest matrix: one ladder for each priority.

        >>> from deskcore.escalation.recipients import Person
        >>> [str(row.when) for row in Matrix.by_priority("m", {"p1": ()}, last_resort=Person("dana")).rows]
        ['priority is p1']
        """
        rows = tuple(MatrixRow(Is("priority", priority), as_tuple(rungs)) for priority, rungs in ladders.items())
        return cls(id, rows, last_resort, version)

    @property
    def reference(self) -> str:
        """Id and version as a case's log records them: ``house@1``."""
        return f"{self.id}@{self.version}"

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rungs of all rows, row by row."""
        return tuple(rung for row in self.rows for rung in row.rungs)

    def row_for(self, facts: Facts) -> MatrixRow | None:
        """The row that a ticket's facts select, without the reasons. Linear in the number of rows."""
        for row in self.rows if self.on_match == "first" else (self.rows[place] for place in self._asked()):
            if row.when.test(facts):
                return row
        return None

    def select(self, facts: Facts) -> Selection:
        """The row that a ticket's facts select, with the reasons. Linear in the number of rows."""
        passed: tuple[str, ...] = ()
        for place in self._asked():
            row = self.rows[place]
            verdict = row.when.explain(facts)
            if verdict:
                return Selection(place, row.rungs, (*passed, f"row {place + 1}: {verdict.explain()}"))
            passed = (*passed, f"not row {place + 1}: {verdict.explain()}")
        return Selection(None, (), (*passed, "no row is for such a ticket"))

    def _asked(self) -> Iterable[int]:
        places = range(len(self.rows))
        if self.on_match == "first":
            return places
        return sorted(places, key=lambda place: (-specificity(self.rows[place].when), place))


def specificity(condition: Condition) -> int:
    """How many facts a condition binds: those joined by "and" add up, of alternatives the least counts.

    >>> from deskcore.predicate import ALWAYS, where
    >>> specificity(where(priority="p1", customer_tier="gold")), specificity(ALWAYS)
    (2, 0)
    """
    if isinstance(condition, AllOf):
        return sum(specificity(part) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return min((specificity(part) for part in condition.parts), default=0)
    return len(condition.names())
