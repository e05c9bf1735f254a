"""Acceptance sampling by attributes: how many records of a batch to look at, and how many bad ones still accept it.

The tables are those of the usual standard for single sampling (MIL-STD-105E, ISO 2859-1), normal and tightened
inspection, with its rules for switching between them. The tests hold code letters of levels I to III and the plans of
the largest letters against published copies, every other plan against the tables' diagonal, and all of them against the
exact chance of acceptance. Not here: reduced inspection, and what makes a record nonconforming.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore.errors import InvalidValue, NeverHappens
from deskcore.oversight.distributions import binomial_at_most, check_sample, hypergeometric_at_most

Severity: TypeAlias = Literal["normal", "tightened"]
Level: TypeAlias = Literal["I", "II", "III"]
Result: TypeAlias = Literal["accepted", "not_accepted"]
Inspection: TypeAlias = Literal["normal", "tightened", "discontinued"]

AQLS: Final = (0.1, 0.15, 0.25, 0.4, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0)
"""The acceptable quality levels that have plans: percent nonconforming."""

_LETTERS: Final = "ABCDEFGHJKLMNPQR"
_SAMPLES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_LOTS_UP_TO: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
# By class of lot sizes; the last class has no upper edge.
_LETTER_OF: Final[dict[str, str]] = {"I": "AABCCDEFGHJKLMN", "II": "ABCDEFGHJKLMNPQ", "III": "BCDEFGHJKLMNPQR"}
# Rows by letter, columns by AQL: an accept number, v and ^ for the first plan below and above, - for none.
_NORMAL: Final = """
v v v v v v v v v 0 -
v v v v v v v v 0 ^ v
v v v v v v v 0 ^ v 1
v v v v v v 0 ^ v 1 2
v v v v v 0 ^ v 1 2 3
v v v v 0 ^ v 1 2 3 5
v v v 0 ^ v 1 2 3 5 7
v v 0 ^ v 1 2 3 5 7 10
v 0 ^ v 1 2 3 5 7 10 14
0 ^ v 1 2 3 5 7 10 14 21
^ v 1 2 3 5 7 10 14 21 ^
v 1 2 3 5 7 10 14 21 ^ ^
1 2 3 5 7 10 14 21 ^ ^ ^
2 3 5 7 10 14 21 ^ ^ ^ ^
3 5 7 10 14 21 ^ ^ ^ ^ ^
5 7 10 14 21 ^ ^ ^ ^ ^ ^
"""
_TIGHTENED: Final = """
v v v v v v v v v v -
v v v v v v v v v 0 v
v v v v v v v v 0 v v
v v v v v v v 0 v v 1
v v v v v v 0 v v 1 2
v v v v v 0 v v 1 2 3
v v v v 0 v v 1 2 3 5
v v v 0 v v 1 2 3 5 8
v v 0 v v 1 2 3 5 8 12
v 0 v v 1 2 3 5 8 12 18
0 v v 1 2 3 5 8 12 18 ^
v v 1 2 3 5 8 12 18 ^ ^
v 1 2 3 5 8 12 18 ^ ^ ^
1 2 3 5 8 12 18 ^ ^ ^ ^
2 3 5 8 12 18 ^ ^ ^ ^ ^
3 5 8 12 18 ^ ^ ^ ^ ^ ^
"""


def _rows(table: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in table.split("\n") if line)


_TABLES: Final = {"normal": _rows(_NORMAL), "tightened": _rows(_TIGHTENED)}


@final
@attrs.frozen
class AttributePlan:
    """Look at ``sample`` records of the lot; accept it when at most ``accept`` of them are nonconforming.

    ``letter`` is ``None`` where the whole lot is looked at.

    >>> plan = plan_for(1000, aql=2.5)
    >>> plan.letter, plan.sample, plan.accept, plan.reject
    ('J', 80, 5, 6)
    >>> plan.judge(6)
    'not_accepted'
    """

    lot: int
    letter: str | None
    sample: int
    accept: int

    def __attrs_post_init__(self) -> None:
        check_sample(population=self.lot, sample=self.sample)
        if self.accept < 0:
            raise InvalidValue("accept", self.accept, "must not be negative")

    @property
    def reject(self) -> int:
        """The least number of nonconforming records that does not accept."""
        return self.accept + 1

    @property
    def inspects_all(self) -> bool:
        """Whether the sample is the lot."""
        return self.sample == self.lot

    def judge(self, nonconforming: int) -> Result:
        """Whether a sample with so many nonconforming records accepts the lot.

        Raises:
            InvalidValue: a negative number, or more than the sample.
        """
        if not 0 <= nonconforming <= self.sample:
            raise InvalidValue("nonconforming", nonconforming, f"must lie in 0..{self.sample}, the sample")
        return "accepted" if nonconforming <= self.accept else "not_accepted"

    def explain(self) -> str:
        """The plan as a sentence.

        >>> print(plan_for(5, aql=2.5).explain())
        look at all 5 records; accept the lot with at most 0 nonconforming
        """
        what = f"all {self.lot} records" if self.inspects_all else f"{self.sample} of {self.lot} records"
        letter = f" (code letter {self.letter})" if self.letter else ""
        return f"look at {what}{letter}; accept the lot with at most {self.accept} nonconforming"

    def to_dict(self) -> dict[str, object]:
        """For programs: every field, ``reject`` and ``inspects_all``."""
        return {
            "lot": self.lot,
            "letter": self.letter,
            "sample": self.sample,
            "accept": self.accept,
            "reject": self.reject,
            "inspects_all": self.inspects_all,
        }


def plan_for(lot: int, *, aql: float, level: Level = "II", severity: Severity = "normal") -> AttributePlan:
    """The plan for a lot of so many records. The edges of a class of lot sizes belong to it.

    Raises:
        InvalidValue: an empty lot, an AQL, level or severity without a table, or a place of the table without a plan.

    >>> plan_for(500, aql=4).sample, plan_for(501, aql=4).sample
    (50, 80)
    """
    if lot < 1:
        raise InvalidValue("lot", lot, "must hold at least one record")
    if level not in _LETTER_OF:
        raise InvalidValue("level", level, f"must be one of {', '.join(get_args(Level))}")
    if severity not in _TABLES:
        raise InvalidValue("severity", severity, f"must be one of {', '.join(get_args(Severity))}")
    if aql not in AQLS:
        raise InvalidValue("aql", aql, f"must be one of {', '.join(f'{one:g}' for one in AQLS)} percent")
    row = _LETTERS.index(_LETTER_OF[level][bisect_left(_LOTS_UP_TO, lot)])
    row, accept = _followed(_TABLES[severity], row, AQLS.index(aql), aql)
    sample = _SAMPLES[row]
    return AttributePlan(lot, None, lot, accept) if sample >= lot else AttributePlan(lot, _LETTERS[row], sample, accept)


def _followed(table: tuple[tuple[str, ...], ...], row: int, column: int, aql: float) -> tuple[int, int]:
    """The row and accept number that the arrows lead to: always one way, so it ends."""
    step = {"v": 1, "^": -1}.get(table[row][column], 0)
    while 0 <= row < len(table) and table[row][column] in {"v", "^"}:
        row += step
    if not 0 <= row < len(table) or table[row][column] == "-":
        raise InvalidValue("aql", aql, "must have a plan for this lot; choose a neighbouring one")
    return row, int(table[row][column])


def accept_probability(plan_sample: int, accept: int, *, nonconforming: float) -> float:
    """P(a batch is accepted) when a share ``nonconforming`` of an endless stream is bad: the binomial's tail.

    >>> round(accept_probability(80, 5, nonconforming=0.025), 6)
    0.984785
    """
    return binomial_at_most(accept, plan_sample, nonconforming)


def accept_probability_of_lot(lot: int, nonconforming: int, *, sample: int, accept: int) -> float:
    """P(a lot is accepted) that holds so many nonconforming records: the hypergeometric tail, exact.

    >>> round(accept_probability_of_lot(1000, 25, sample=80, accept=5), 6)
    0.988798
    """
    return float(hypergeometric_at_most(accept, population=lot, marked=nonconforming, sample=sample))


@final
@attrs.frozen
class RiskPoint:
    """A quality and the chance of acceptance at it: good batches shall mostly pass, bad ones hardly ever.

    >>> RiskPoint(0.01, 0.95).probability
    0.95

    Raises:
        InvalidValue: either does not lie strictly between 0 and 1.
    """

    nonconforming: float
    probability: float

    def __attrs_post_init__(self) -> None:
        for name, value in (("nonconforming", self.nonconforming), ("probability", self.probability)):
            if not 0 < value < 1:
                raise InvalidValue(name, value, "must lie strictly between 0 and 1")


_ACCEPT_AT_MOST: Final = 2_000


def plan_by_risks(producer: RiskPoint, consumer: RiskPoint) -> tuple[int, int]:
    """The smallest sample, and the least accept number for it, that keeps both risks.

    Batches of the producer's quality are accepted with at least its probability, of the consumer's with at most its.

    >>> plan_by_risks(RiskPoint(0.01, 0.95), RiskPoint(0.06, 0.10))
    (110, 3)

    Raises:
        InvalidValue: the consumer's point is not the worse quality with the smaller chance.
        NeverHappens: no plan with an accept number up to 2,000 does.
    """
    if not (producer.nonconforming < consumer.nonconforming and producer.probability > consumer.probability):
        raise InvalidValue("consumer", consumer, "must be a worse quality with a smaller chance than the producer's")
    sample = 1
    for accept in range(_ACCEPT_AT_MOST):
        sample = _least_sample(accept, consumer, max(sample, accept + 1))
        if binomial_at_most(accept, sample, producer.nonconforming) >= producer.probability:
            return sample, accept
    raise NeverHappens("find a plan for", (producer, consumer), f"an accept number below {_ACCEPT_AT_MOST}")


def _least_sample(accept: int, consumer: RiskPoint, start: int) -> int:
    """The least sample from ``start`` on whose acceptance at the consumer's point is small enough: it only falls."""

    def keeps(sample: int) -> bool:
        return binomial_at_most(accept, sample, consumer.nonconforming) <= consumer.probability

    low, high = start, start
    while not keeps(high):
        low, high = high + 1, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(middle) else (middle + 1, high)
    return low


@final
@attrs.frozen
class Switching:
    """Which inspection the next lot meets: a fold over the results of the lots before it.

    Normal becomes tightened when two of the last five (or fewer) lots of the present stay were not accepted; tightened
    becomes normal after five accepted in a row, and inspection is discontinued once five were not accepted during the
    present stay on tightened. Counts start afresh at every change. Discontinued stays so.

    >>> Switching().after("not_accepted").after("not_accepted").state
    'tightened'
    """

    state: Inspection = "normal"
    recent: tuple[Result, ...] = ()

    def after(self, result: Result) -> Switching:
        """The state after one more lot.

        Raises:
            InvalidValue: an unknown result.
        """
        if result not in get_args(Result):
            raise InvalidValue("result", result, f"must be one of {', '.join(get_args(Result))}")
        if self.state == "discontinued":
            return self
        held = (*self.recent, result)
        if self.state == "normal":
            held = held[-5:]
            return Switching("tightened") if held.count("not_accepted") >= 2 else Switching("normal", held)  # noqa: PLR2004 - the rule
        if held[-5:] == ("accepted",) * 5:
            return Switching("normal")
        if held.count("not_accepted") >= 5:  # noqa: PLR2004 - the rule
            return Switching("discontinued")
        return Switching("tightened", held)

    def through(self, results: Iterable[Result]) -> tuple[Switching, ...]:
        """The state before each lot, and after the last one.

        >>> [one.state for one in Switching().through(["not_accepted", "not_accepted"])]
        ['normal', 'normal', 'tightened']
        """
        states: list[Switching] = [self]
        for result in results:
            states.append(states[-1].after(result))
        return tuple(states)
