"""Rungs that go by another id in the next version of a matrix: what has fired stays fired under its new name.

Not here: taking a case to another version (the desk records ``policy_pinned``).

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import Problem
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.rung import Rung

T = TypeVar("T")
NO_NAMES: Final[Mapping[str, str]] = FrozenDict()
"""No rung goes by another id."""


def renamed(ledger: Ledger, ids: Mapping[str, str]) -> Ledger:
    """The ledger as if every rung had gone by its new id all along: its keys, and what else names a rung.

    All ids change at once, so two rungs may exchange theirs. Linear in what has fired.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> old = Ledger(fired=FrozenDict({"T-1/hierarchic/1/lead": noon, "T-1/hierarchic/1/boss/2": noon}))
    >>> list(renamed(old, {"lead": "team lead", "boss": "manager"}).fired)
    ['T-1/hierarchic/1/team lead', 'T-1/hierarchic/1/manager/2']
    """
    if not ids:
        return ledger

    def keys(held: FrozenDict[T]) -> FrozenDict[T]:
        return FrozenDict({_key(key, ids): value for key, value in held.items()})

    calls = [attrs.evolve(call, key=_key(call.key, ids), rung=ids.get(call.rung, call.rung)) for call in ledger.calls]
    reached = {axis: tuple(ids.get(rung, rung) for rung in rungs) for axis, rungs in ledger.reached.items()}
    return attrs.evolve(
        ledger,
        fired=keys(ledger.fired),
        repeats=keys(ledger.repeats),
        outcomes=keys(ledger.outcomes),
        looks=keys(ledger.looks),
        asked=FrozenDict({_key(key, ids): ids.get(rung, rung) for key, rung in ledger.asked.items()}),
        hand=attrs.evolve(ledger.hand, called=keys(ledger.hand.called)),
        calls=tuple(calls),
        reached=FrozenDict(reached),
    )


def _key(key: str, ids: Mapping[str, str]) -> str:
    """``ticket/axis/number/rung``, with a tail where it repeats or calls a person; a ticket's id may hold a slash."""
    axis = max(key.rfind("/functional/"), key.rfind("/hierarchic/"))
    head, number, rung, *tail = key[axis + 1 :].split("/")
    return key[: axis + 1] + "/".join((head, number, ids.get(rung, rung), *tail))


def lint_renamed(old: Matrix, new: Matrix, ids: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with new ids: rungs that are not there, two that become one, an axis or a clock that changes.

    >>> from deskcore.escalation.recipients import Person
    >>> house = Matrix("house", (), Person("dana"))
    >>> for problem in lint_renamed(house, house, {"lead": "team lead"}):
    ...     print(problem)
    renamed[lead]: names no rung of house@1; known: none
    renamed[lead]: becomes 'team lead', which is no rung of house@1; known: none
    """
    before = {rung.id: rung for rung in old.rungs}
    after = {rung.id: rung for rung in new.rungs}
    found: list[Problem] = []
    for one, other in ids.items():
        here = f"renamed[{one}]"
        if one not in before:
            reason = f"names no rung of {old.reference}; known: {_list(before)}"
            found.append(Problem(here, reason, "unknown_rung"))
        if other not in after:
            reason = f"becomes {other!r}, which is no rung of {new.reference}; known: {_list(after)}"
            found.append(Problem(here, reason, "unknown_rung"))
        found += _clashes(here, one, other, ids, before)
        if one in before and other in after:
            found += _unlike(here, before[one], after[other])
        if one in after and one not in ids.values():
            reason = f"is still a rung of {new.reference}, which would fire again; give one of them another id"
            found.append(Problem(here, reason, "kept_name"))
    return tuple(found)


def _clashes(here: str, one: str, other: str, ids: Mapping[str, str], before: Mapping[str, Rung]) -> Iterator[Problem]:
    twin = next((held for held, becomes in ids.items() if becomes == other and held != one), None)
    if twin is not None:
        yield Problem(here, f"becomes {other!r}, as {twin} does; two rungs cannot become one", "two_to_one")
    elif other != one and other in before and other not in ids:
        reason = f"becomes {other!r}, which has been another rung until now; rename that one too"
        yield Problem(here, reason, "two_to_one")


def _unlike(here: str, was: Rung, comes: Rung) -> Iterator[Problem]:
    """Keys hold the axis, and the number of the clock's cycle or of the episode."""
    if was.axis != comes.axis:
        reason = f"was {was.axis} and is {comes.axis} now, which begins it afresh; leave it on its axis or let it go"
        yield Problem(here, reason, "two_axes")
    elif was.metric != comes.metric:
        reason = (
            f"counted {_cycles(was)} and counts {_cycles(comes)} now, so it may fire again; "
            "leave it on its clock or let it go"
        )
        yield Problem(here, reason, "other_clock")


def _cycles(rung: Rung) -> str:
    return "episodes" if rung.metric is None else f"cycles of {rung.metric}"


def _list(names: Mapping[str, Rung]) -> str:
    return ", ".join(sorted(names)) or "none"
