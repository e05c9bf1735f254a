"""What a desk has agreed to do, and what not: provided, not provided, or never stated.

The third answer is its own and never counts as a yes. The same class serves routing, service levels and oversight.

Layer: staff. Uses predicate for its conditions.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore.errors import InvalidValue
from deskcore.predicate import ALWAYS, NEVER, Condition, Facts

Answer: TypeAlias = Literal["provided", "not_provided", "unstated"]


def _tier_or_none(_: object, field: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 1:
        raise InvalidValue(field.name, value, "must be at least 1, the first tier, or None for no limit")


@final
@attrs.frozen
@lasting
class ScopeAnswer:
    """Whether a piece of work is in scope, and the sentence that settled it. Truthy only when it is provided.

    >>> bool(ScopeAnswer("unstated", "nothing in the scope speaks of it"))
    False
    """

    answer: Answer
    reason: str

    def __bool__(self) -> bool:
        return self.answer == "provided"

    def explain(self) -> str:
        """The answer and its reason in one line."""
        return f"{self.answer.replace('_', ' ')}: {self.reason}"

    def to_dict(self) -> dict[str, str]:
        """For programs: ``answer`` and ``reason``."""
        return {"answer": self.answer, "reason": self.reason}


@final
@attrs.frozen
@lasting
class Scope:
    """Work that is provided, work that is excluded from it, and the highest tier of work taken on.

    Both are conditions over the ticket's facts (``category``, ``service``, ``customer_tier`` ...); ``max_tier`` is
    compared with the fact ``tier``, the tier of work the ticket needs, and includes its end. Exclusion wins.

    >>> from deskcore.predicate import Is, where
    >>> first_tier = Scope(where(category=("password", "access")), excluded=Is("customer_tier", "gold"), max_tier=1)
    >>> first_tier.classify({"category": "password", "tier": 1}).explain()
    'provided: category is password or access'
    >>> first_tier.classify({"category": "password", "tier": 2}).explain()
    'not provided: tier 2 is above the highest tier taken on, 1'
    >>> first_tier.classify({"category": "payroll"}).answer
    'unstated'

    Raises:
        InvalidValue: ``max_tier`` is below 1.
    """

    provided: Condition = NEVER
    excluded: Condition = attrs.field(default=NEVER, kw_only=True)
    max_tier: int | None = attrs.field(default=None, kw_only=True, validator=_tier_or_none)

    @classmethod
    def everything(cls, *, excluded: Condition = NEVER, max_tier: int | None = None) -> Scope:
        """All work but what is excluded, up to a tier.

        >>> bool(Scope.everything(max_tier=1).classify({"tier": 1}))
        True
        """
        return cls(ALWAYS, excluded=excluded, max_tier=max_tier)

    @property
    def states_nothing(self) -> bool:
        """Whether no work at all is provided: the scope of a contract nobody has written yet."""
        return self.provided == NEVER

    def names(self) -> frozenset[str]:
        """The facts it asks about."""
        own = frozenset() if self.max_tier is None else frozenset({"tier"})
        return self.provided.names() | self.excluded.names() | own

    def covers(self, facts: Facts) -> bool:
        """Whether the work is provided: ``classify`` without the reasons, and without their cost."""
        return not self._too_high(facts) and not self.excluded.test(facts) and self.provided.test(facts)

    def classify(self, facts: Facts) -> ScopeAnswer:
        """Whether the work is provided, not provided or not spoken of, with the reason. A tier not known is no bar."""
        if self._too_high(facts):
            return ScopeAnswer(
                "not_provided", f"tier {facts['tier']} is above the highest tier taken on, {self.max_tier}"
            )
        verdict = self.excluded.explain(facts)
        if verdict:
            return ScopeAnswer("not_provided", f"excluded, because {verdict.explain()}")
        verdict = self.provided.explain(facts)
        if verdict:
            return ScopeAnswer("provided", "everything" if self.provided == ALWAYS else verdict.explain())
        reason = "the scope states nothing" if self.states_nothing else verdict.explain()
        return ScopeAnswer("unstated", reason)

    def _too_high(self, facts: Facts) -> bool:
        tier = facts.get("tier")
        return self.max_tier is not None and isinstance(tier, int) and tier > self.max_tier
