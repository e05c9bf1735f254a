"""The book of policies: which one is a ticket's, why, and in which version.

Not here: what a policy promises (``policy``) and what its clocks make of it.

Layer: sla.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import to_us, unique
from deskcore.errors import UnknownName
from deskcore.predicate import ALWAYS, Facts
from deskcore.sla.cue import one_of
from deskcore.sla.index import Index
from deskcore.sla.policy import SlaPolicy
from deskcore.tickets.facts import FIELD_PREFIX

Choice: TypeAlias = Literal["first_match", "most_specific", "strictest", "parallel"]
"""Which of several policies that hold is taken: the first in order; the one whose condition asks for most facts, of
several the first; for each metric the one that promises least time, the first in order where measures differ; or all of
them at once, where a metric that several policies of the book measure is called ``metric@policy``."""

MIXED: Final = frozenset({"strictest", "parallel"})
"""The choices by which several policies may judge one ticket."""


@final
@attrs.frozen
class Chosen:
    """The policy a book chose for a ticket, why, and why not each one that was asked before it."""

    policy: SlaPolicy | None
    because: str
    rejected: tuple[tuple[str, str], ...] = ()

    def explain(self) -> str:
        """The choice first, then a line for each policy that was passed over.

        >>> print(PolicyBook().choose({}).explain())
        no policy: the book is empty
        """
        head = f"{self.policy.id}: {self.because}" if self.policy else f"no policy: {self.because}"
        return "\n".join([head, *(f"not {name}: {why}" for name, why in self.rejected)])

    def to_dict(self) -> dict[str, str | list[dict[str, str]] | None]:
        """For programs: ``policy`` (its id), ``because``, and ``rejected`` as a list of ``policy`` and ``because``."""
        rejected = [{"policy": name, "because": why} for name, why in self.rejected]
        return {"policy": self.policy.id if self.policy else None, "because": self.because, "rejected": rejected}


def _book(given: Iterable[SlaPolicy]) -> tuple[SlaPolicy, ...]:
    return tuple(given)


@final
@attrs.frozen
class PolicyBook:
    """All policies of a desk, asked in order: the first whose condition holds is the ticket's.

    >>> from deskcore.hours import business
    >>> from deskcore.predicate import Is
    >>> from deskcore.sla import Target
    >>> gold = SlaPolicy("gold", (Target.resolution(business(hours=8)),), when=Is("customer_tier", "gold"))
    >>> rest = SlaPolicy("rest", (Target.resolution(business(hours=40)),))
    >>> print(PolicyBook((gold, rest)).choose({"customer_tier": "silver"}).explain())
    rest: always
    not gold: customer_tier is silver, not gold

    A policy may be there in several versions with dates of effect. A ticket keeps to the versions in force at its
    opening until a policy is pinned on it; ``at`` says which instant that is, and without it the latest versions count.
    ``choice`` says which of several that hold is taken, where it is not the first.

    Raises:
        InvalidValue: two policies share an id and a version.
    """

    policies: tuple[SlaPolicy, ...] = attrs.field(default=(), converter=_book)
    choice: Choice = "first_match"
    whole: tuple[SlaPolicy, ...] = attrs.field(init=False, eq=False, repr=False, default=())
    """The policies with what they inherit from their parents, in the same order: what tickets are judged by."""
    _dates: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False, default=())
    _indexes: dict[int, Index] = attrs.field(init=False, eq=False, repr=False, factory=dict[int, Index])

    def __attrs_post_init__(self) -> None:
        one_of("choice", self.choice, get_args(Choice))
        unique("policies", tuple(_label(policy) for policy in self.policies))
        object.__setattr__(self, "whole", tuple(_whole(policy, self.policies, ()) for policy in self.policies))
        edges = {edge for policy in self.policies for edge in _limits(policy) if edge is not None}
        # A memo of the policies, like the indexes: outside equality, rebuilt on unpickling.
        object.__setattr__(self, "_dates", tuple(sorted(edges)))

    def __reduce__(self) -> tuple[type[PolicyBook], tuple[tuple[SlaPolicy, ...], Choice]]:
        return (PolicyBook, (self.policies, self.choice))

    def epoch(self, us: int | None) -> int:
        """Which of the stretches between dates of effect an instant (microseconds of UTC) lies in; ``None``: the last.

        Within one the same policies are in force.
        """
        return len(self._dates) if us is None else bisect_right(self._dates, us)

    def policy(self, id: str, *, at: datetime | None = None) -> SlaPolicy:  # noqa: A002 - the field's own name
        """A policy by its id: of several versions the one in force, or else the latest begun, or else the first.

        Raises:
            UnknownName: the book has none of that id.
        """
        return self.version_of(id, self.epoch(None if at is None else to_us(at)))

    def version_of(self, id: str, epoch: int) -> SlaPolicy:  # noqa: A002 - the field's own name
        """``policy``, by the epoch."""
        index = self._index(epoch)
        found = index.by_id.get(id)
        if found is not None:
            return found
        known = [policy for policy in self.whole if policy.id == id]
        if not known:
            raise UnknownName("policy", id, tuple(dict.fromkeys(policy.id for policy in self.policies)))
        starts = [(_limits(policy)[0] or 0, -place, policy) for place, policy in enumerate(known)]
        begun = [one for one in starts if self.epoch(one[0]) <= epoch]
        return max(begun, key=lambda one: one[:2])[2] if begun else known[0]

    def in_force(self, *, at: datetime | None = None) -> tuple[SlaPolicy, ...]:
        """The policies in force at an instant, in the order in which they are asked."""
        return self._index(self.epoch(None if at is None else to_us(at))).policies

    def find(self, facts: Facts, *, pinned: str | None = None, at: datetime | None = None) -> SlaPolicy | None:
        """The policy of a ticket, without the reasons: the pinned one, else the first that holds.

        Only policies that the facts they ask for by equality do not rule out are asked, so that a large book of many
        customers costs hardly more than a small one.

        Raises:
            UnknownName: the pinned policy is not in the book.
        """
        return self.found(facts, pinned, self.epoch(None if at is None else to_us(at)))

    def found(self, facts: Facts, pinned: str | None, epoch: int) -> SlaPolicy | None:
        """``find``, by the epoch."""
        return self.version_of(pinned, epoch) if pinned is not None else self._index(epoch).first(facts)

    def choose(self, facts: Facts, *, pinned: str | None = None, at: datetime | None = None) -> Chosen:
        """The policy of a ticket, with the reasons; linear in the book, since it says why not each one.

        Raises:
            UnknownName: the pinned policy is not in the book.
        """
        if pinned is not None:
            return Chosen(self.policy(pinned, at=at), "pinned on the ticket")
        rejected: list[tuple[str, str]] = []
        for policy in self.in_force(at=at):
            verdict = policy.when.explain(facts)
            if verdict:
                because = "always" if policy.when == ALWAYS else verdict.explain()
                return Chosen(policy, because, tuple(rejected))
            rejected.append((policy.id, verdict.explain()))
        return Chosen(None, "none of them holds" if rejected else "the book is empty", tuple(rejected))

    def all_found(self, facts: Facts, epoch: int) -> tuple[SlaPolicy, ...]:
        """Every policy that holds, in the order in which they are asked; linear in the book."""
        return tuple(policy for policy in self._index(epoch).policies if policy.when.test(facts))

    def names(self) -> frozenset[str]:
        """The facts that any condition of the book asks about."""
        found: set[str] = set()
        for policy in self.whole:
            found |= policy.names()
            for target in policy.targets:
                found |= target.when.names()
                if target.until_field is not None:
                    found.add(f"{FIELD_PREFIX}{target.until_field}")
        return frozenset(found)

    def _index(self, epoch: int) -> Index:
        found = self._indexes.get(epoch)
        if found is None:
            start = self._dates[epoch - 1] if epoch else None
            held = [policy for policy in self.whole if _holds(policy, start)]
            if self.choice == "most_specific":
                held.sort(key=lambda policy: -len(policy.when.names()))
            found = self._indexes[epoch] = Index(tuple(held))
        return found


def parent_of(policy: SlaPolicy, policies: Iterable[SlaPolicy]) -> SlaPolicy | None:
    """The version of its parent that is in force when it begins, or else the first; ``None``: there is none."""
    versions = [one for one in policies if one.id == policy.parent]
    since = _limits(policy)[0]
    return next((one for one in versions if _holds(one, since)), versions[0] if versions else None)


def _whole(policy: SlaPolicy, policies: tuple[SlaPolicy, ...], seen: tuple[str, ...]) -> SlaPolicy:
    """With what it inherits, from how far up ever. A parent that is not there, or a circle, ends it: ``lint`` tells."""
    parent = None if policy.parent is None or policy.id in seen else parent_of(policy, policies)
    return policy if parent is None else policy.upon(_whole(parent, policies, (*seen, policy.id)))


def _label(policy: SlaPolicy) -> str:
    return policy.id if policy.effective_from is policy.effective_until is None else f"{policy.id} {policy.version}"


def _limits(policy: SlaPolicy) -> tuple[int | None, int | None]:
    since, until = policy.effective_from, policy.effective_until
    return None if since is None else to_us(since), None if until is None else to_us(until)


def _holds(policy: SlaPolicy, us: int | None) -> bool:
    """Whether it is in force from ``us`` on; ``None``: before every date."""
    since, until = _limits(policy)
    if us is None:
        return since is None
    return (since is None or since <= us) and (until is None or us < until)
