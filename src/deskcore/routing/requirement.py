"""Requirements: predicates over (ticket, candidate, floor) that only ever remove candidates.

``&``, ``|`` and ``~`` build bigger ones and form a Boolean lattice: in what they let through, ``&`` and ``|`` are
commutative, associative, idempotent and absorb each other, ``ANYBODY`` is the identity of ``&`` and ``NOBODY`` of
``|``. Adding a requirement with ``&`` never adds a candidate. Not here: preferences, which are rankings.

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Iterable, Iterator
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import as_tuple, instance_of_kind
from deskcore.errors import Problem
from deskcore.log import EventData
from deskcore.routing.claims import COUNTED, ELIGIBLE, PURE, Claims, kept_by_all
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

Dependence: TypeAlias = Literal["record", "candidate", "anything"]


@attrs.frozen
class Requirement(abc.ABC):
    """Something a candidate must meet. Subclass it, frozen, for one of your own and register its name with the desk.

    >>> @attrs.frozen
    ... class NotOnMonday(Requirement):
    ...     def test(self, ticket, candidate, floor):
    ...         return floor.at.weekday() != 0
    ...     def because(self, ticket, candidate, floor):
    ...         return f"{candidate.called} works {'not ' if floor.at.weekday() == 0 else ''}today"
    ...     def __str__(self):
    ...         return "works today"
    >>> print(NotOnMonday() & ~NotOnMonday())
    works today and not (works today)
    """

    @abc.abstractmethod
    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        """Whether the candidate meets it. Pure and total."""

    @abc.abstractmethod
    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        """What was found, as a sentence about the candidate that is true whether or not it is met."""

    @property
    def otherwise(self) -> str:
        """What those are who do not meet it, in a word or two: they are counted under it."""
        return f"without: {self}"

    def failing(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> Requirement | None:
        """The first part that the candidate does not meet; ``None`` when all is met."""
        return None if self.test(ticket, candidate, floor) else self

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        """The next instant, strictly later, at which the answer may change by time alone, in microseconds of UTC."""
        del ticket, candidate, floor
        return None

    @property
    def depends_on(self) -> Dependence:
        """What its answer depends on besides ``demand``; what a board may keep an index by.

        ``"record"``: the candidate's own record alone. ``"candidate"``: their load and presence too, and time as
        ``next_change`` says. ``"anything"``, the default, is always true and is not indexed.
        """
        return "anything"

    @property
    def is_about_room(self) -> bool:
        """Whether it asks for room alone: who lacks only that may get the ticket when some is free again."""
        return False

    @property
    def claims(self) -> Claims:
        """The laws it keeps; state more for one of your own that asks one candidate at a time and counts nothing.

        ``monotone``: nobody is ruled out because others are there or because the ticket has waited longer.
        ``work_conserving``: who meets it and is free may be given the ticket at once.
        """
        return PURE

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        """What the floor must remember when the candidate gets the ticket; nothing for most."""
        del ticket, candidate, floor
        return ()

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        """What of the ticket it looks at.

        On one floor, tickets of equal demand are met by the same candidates and have the same ``next_change``. By
        default the ticket itself, which is always true and saves nothing.
        """
        del floor
        return ticket.ticket

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        """What is wrong with it whatever the ticket: names nobody defines, demands nobody meets."""
        del staff, path
        yield from ()

    def __and__(self, other: Requirement) -> Requirement:
        """Both. Associative; ``ANYBODY`` is its identity."""
        return _joined(AllRequired, (*_parts(self, AllRequired), *_parts(other, AllRequired)))

    def __or__(self, other: Requirement) -> Requirement:
        """Either. Associative; ``NOBODY`` is its identity."""
        return _joined(AnyRequired, (*_parts(self, AnyRequired), *_parts(other, AnyRequired)))

    def __invert__(self) -> Requirement:
        """The opposite. Twice is the requirement itself."""
        return self.part if isinstance(self, NotRequired) else NotRequired(self)


A_REQUIREMENT: Final = "must be a requirement, for example ABLE & InTeam('vip')"
"""What a field that holds a requirement says of anything else."""


def _requirements(given: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class AllRequired(Requirement):
    """Every part is met. Prefer ``&``, which flattens.

    >>> print(AllRequired(()))
    anybody
    """

    parts: tuple[Requirement, ...] = attrs.field(
        converter=_requirements, validator=instance_of_kind(Requirement, A_REQUIREMENT, many=True)
    )

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        for part in self.parts:  # noqa: SIM110 - quicker, and this runs for every waiting ticket and candidate
            if not part.test(ticket, candidate, floor):
                return False
        return True

    def failing(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> Requirement | None:
        for part in self.parts:
            failed = part.failing(ticket, candidate, floor)
            if failed is not None:
                return failed
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        failed = self.failing(ticket, candidate, floor)
        if failed is not None:
            return failed.because(ticket, candidate, floor)
        return "; ".join(part.because(ticket, candidate, floor) for part in self.parts) or "nothing is required"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return _earliest(self.parts, ticket, candidate, floor)

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        return tuple(mark for part in self.parts for mark in part.marks(ticket, candidate, floor))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return tuple([part.demand(ticket, floor) for part in self.parts])  # a list is quicker than a generator

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for part in self.parts:
            yield from part.lint(staff, path)

    @property
    def claims(self) -> Claims:
        counting = (part.claims & COUNTED for part in self.parts)
        return (kept_by_all(part.claims for part in self.parts) & ELIGIBLE).union(*counting)

    def __str__(self) -> str:
        return " and ".join(_bracketed(part, AnyRequired) for part in self.parts) or "anybody"


@final
@attrs.frozen
class AnyRequired(Requirement):
    """Some part is met. Prefer ``|``, which flattens.

    >>> print(AnyRequired(()))
    nobody
    """

    parts: tuple[Requirement, ...] = attrs.field(
        converter=_requirements, validator=instance_of_kind(Requirement, A_REQUIREMENT, many=True)
    )

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return any(part.test(ticket, candidate, floor) for part in self.parts)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        for part in self.parts:
            if part.test(ticket, candidate, floor):
                return part.because(ticket, candidate, floor)
        return "; ".join(part.because(ticket, candidate, floor) for part in self.parts) or "nobody is wanted"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return _earliest(self.parts, ticket, candidate, floor)

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        met = (part for part in self.parts if part.test(ticket, candidate, floor))
        return tuple(mark for part in met for mark in part.marks(ticket, candidate, floor))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return tuple(part.demand(ticket, floor) for part in self.parts)

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for part in self.parts:
            yield from part.lint(staff, path)

    @property
    def claims(self) -> Claims:
        return kept_by_all(part.claims for part in self.parts) & ELIGIBLE

    def __str__(self) -> str:
        return " or ".join(_bracketed(part, AllRequired) for part in self.parts) or "nobody"


@final
@attrs.frozen
class NotRequired(Requirement):
    """The part is not met. Prefer ``~``, which cancels out.

    >>> print(NotRequired(ANYBODY))
    not (anybody)
    """

    part: Requirement = attrs.field(validator=instance_of_kind(Requirement, A_REQUIREMENT))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return not self.part.test(ticket, candidate, floor)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        return self.part.because(ticket, candidate, floor)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return self.part.next_change(ticket, candidate, floor)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self.part.demand(ticket, floor)

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        # To forbid what nobody has is no mistake, so only names that nothing defines are passed on.
        yield from (problem for problem in self.part.lint(staff, path) if problem.code.startswith("unknown"))

    @property
    def claims(self) -> Claims:
        kept = self.part.claims & ELIGIBLE
        # What time lets in, its opposite keeps out; only what hangs on the register alone stays as it is.
        return kept if self.part.depends_on == "record" else kept - {"monotone"}

    def __str__(self) -> str:
        return f"not ({self.part})"


ANYBODY: Requirement = AllRequired(())
"""Met by every candidate."""

NOBODY: Requirement = AnyRequired(())
"""Met by no candidate."""


def conjuncts(requirement: Requirement) -> tuple[Requirement, ...]:
    """The requirements that must all be met for one to be met; itself where it is no conjunction.

    >>> conjuncts(ANYBODY)
    ()
    """
    return _parts(requirement, AllRequired)


def _joined(kind: type[AllRequired | AnyRequired], parts: tuple[Requirement, ...]) -> Requirement:
    return parts[0] if len(parts) == 1 else kind(parts)


def _parts(requirement: Requirement, kind: type[AllRequired | AnyRequired]) -> tuple[Requirement, ...]:
    return requirement.parts if isinstance(requirement, kind) else (requirement,)


def _bracketed(part: Requirement, other: type[Requirement]) -> str:
    return f"({part})" if isinstance(part, other) else str(part)


def _earliest(
    parts: tuple[Requirement, ...], ticket: WaitingFacts, candidate: Candidate, floor: Snapshot
) -> int | None:
    first: int | None = None
    for part in parts:
        if type(part).next_change is not Requirement.next_change:  # most parts never change by time alone
            change = part.next_change(ticket, candidate, floor)
            if change is not None and (first is None or change < first):
                first = change
    return first
