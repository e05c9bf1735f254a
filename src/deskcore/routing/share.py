"""A blend by shares: deterministic, and within one ticket of every share at every moment.

By default Tijdeman's rule for the chairman assignment problem: among those whose deficit has reached 1/(2k-2), whoever
must come soonest. Over a constant set of k it stays within 1 - 1/(2k-2) tickets. The usual smooth weighted round robin
(``"largest_deficit"``) does not stay within one ticket for every choice of weights.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, as_tuple, instance_of_kind, named
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.routing.claims import Claims, Law, of_parts
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, ShareServed
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

Method: TypeAlias = Literal["chairman", "largest_deficit"]
Absent: TypeAlias = Literal["forgive", "owe"]

TAKES: Final[frozenset[DecisionKind]] = frozenset(("assign", "hand_off", "offer"))
"""The kinds of answer by which somebody takes a ticket, and so a turn."""


@final
@attrs.frozen
class Portion:
    """One of those who share: a name, its policy and its weight.

    >>> from deskcore.routing import ToAgent
    >>> print(Portion("house", ToAgent(), 7))
    7 to house
    """

    name: str = attrs.field(validator=named)
    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    weight: int

    def __str__(self) -> str:
        return f"{self.weight} to {self.name}"


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_A_PORTION: Final = "must be a portion, for example Portion('house', ToAgent(), 7)"


def _portions(given: Iterable[Portion]) -> tuple[Portion, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Blend(RoutingPolicy):
    """Tickets are shared out by weight among those who can take them; no answer when nobody can.

    Who cannot take a ticket misses the turn. ``absent="forgive"`` forgets it; ``"owe"`` makes it up later, up to
    ``owe_at_most`` tickets (``None``: all of them). The credits are state of the floor (``ShareServed``). One portion
    alone is its policy.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> blend = Blend("70/30", (Portion("house", ToAgent(), 7), Portion("manila", HandOff("manila"), 3)))
    >>> print(blend)
    70/30: 7 to house, 3 to manila

    Raises:
        InvalidConfiguration: no portions, a name used twice, a weight below 1, a word not known, a negative debt.
    """

    id: str = attrs.field(validator=named)
    portions: tuple[Portion, ...] = attrs.field(
        converter=_portions, validator=instance_of_kind(Portion, _A_PORTION, many=True)
    )
    method: Method = attrs.field(default="chairman", kw_only=True)
    absent: Absent = attrs.field(default="forgive", kw_only=True)
    owe_at_most: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._faults())
        if problems:
            raise InvalidConfiguration(f"blend {self.id}", problems)

    def _faults(self) -> Iterator[Problem]:
        if not self.portions:
            yield Problem("portions", "are none; at least one must share", "no_portions")
        seen: set[str] = set()
        for place, portion in enumerate(self.portions):
            if not _is_whole(portion.weight) or portion.weight < 1:
                reason = f"is {portion.weight!r}; it must be a whole number, at least 1"
                yield Problem(f"portions[{place}].weight", reason, "bad_weight")
            if portion.name in seen:
                yield Problem(f"portions[{place}].name", f"names {portion.name!r}, which is taken", "repeated_id")
            seen.add(portion.name)
        if self.method not in {"chairman", "largest_deficit"}:
            yield Problem("method", f"is {self.method!r}; it must be chairman or largest_deficit", "bad_word")
        if self.absent not in {"forgive", "owe"}:
            yield Problem("absent", f"is {self.absent!r}; it must be forgive or owe", "bad_word")
        if self.owe_at_most is not None and self.owe_at_most < 0:
            yield Problem("owe_at_most", f"is {self.owe_at_most}; it must not be negative", "bad_number")

    @classmethod
    def percent(cls, id: str, shares: Mapping[str, tuple[RoutingPolicy, int]]) -> Blend:  # noqa: A002
        """A blend by whole percentages, which must add up to 100.

        >>> from deskcore.routing import ToAgent
        >>> Blend.percent("all", {"house": (ToAgent(), 99)})
        Traceback (most recent call last):
        deskcore.errors.InvalidConfiguration: cannot use blend all: 1 problem
          shares: add up to 99; they must add up to 100

        Raises:
            InvalidConfiguration: they do not add up.
        """
        whole = sum(weight for _, weight in shares.values())
        if whole != 100:  # noqa: PLR2004 - per cent
            problem = Problem("shares", f"add up to {whole}; they must add up to 100", "bad_sum")
            raise InvalidConfiguration(f"blend {id}", (problem,))
        return cls(id, tuple(Portion(name, policy, weight) for name, (policy, weight) in shares.items()))

    def _able(self, ticket: WaitingFacts, floor: Snapshot) -> list[Portion]:
        return [portion for portion in self.portions if portion.policy.would(ticket, floor) in TAKES]

    def _gaining(self, able: list[Portion], owed_so_far: Mapping[str, int]) -> FrozenDict[int]:
        """The weights of this turn: of those who can take it, and of those who are owed it."""
        if self.absent == "forgive":
            return FrozenDict({portion.name: portion.weight for portion in able})
        whole = sum(portion.weight for portion in self.portions)
        most = None if self.owe_at_most is None else self.owe_at_most * whole
        gains = (one for one in self.portions if one in able or most is None or owed_so_far.get(one.name, 0) < most)
        return FrozenDict({portion.name: portion.weight for portion in gains})

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        able = self._able(ticket, floor)
        if not able:
            refused = (portion.policy.answer(ticket, floor).because for portion in self.portions)
            return Decision.none(ticket, *(reason for because in refused for reason in because))
        chosen, among = self.turn(able, floor)
        decision = chosen.policy.answer(ticket, floor)
        if len(self.portions) == 1:
            return decision
        turn = ShareServed(self.id, chosen.name, among)
        marked = attrs.evolve(decision, marks=(*decision.marks, turn))
        return marked.after((f"the turn of {chosen.name} in {self.id}",))

    def turn(self, able: list[Portion], floor: Snapshot) -> tuple[Portion, FrozenDict[int]]:
        """Whose turn it is among those who can take a ticket, and the weights that count in it."""
        owed_so_far = floor.routing.shares.get(self.id, FrozenDict[int]())
        among = self._gaining(able, owed_so_far)
        return _chosen(self.method, able, among, owed_so_far), among

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        kinds = (portion.policy.would(ticket, floor) for portion in self.portions)
        for kind in kinds:
            if kind in TAKES:
                return kind
        return "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return tuple([portion.policy.demand(ticket, floor) for portion in self.portions])

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        able = self._able(ticket, floor)
        owed_so_far = floor.routing.shares.get(self.id, FrozenDict[int]())
        why = ", ".join(f"{one.name} has a credit of {owed_so_far.get(one.name, 0)}" for one in self.portions)
        own = Step(str(self), Decision.none(ticket, why))
        if not able:
            asked = (step for one in self.portions for step in one.policy.trace(ticket, floor))
            # A portion that lets the ticket wait or rejects it takes no turn, which is no answer of the blend.
            passed = (attrs.evolve(step, decision=Decision.none(ticket, *step.decision.because)) for step in asked)
            return (own, *passed, Step(str(self), self.answer(ticket, floor)))
        chosen, _ = self.turn(able, floor)
        return (own, *chosen.policy.trace(ticket, floor))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return tuple((f"portions[{place}]", portion.policy) for place, portion in enumerate(self.portions))

    @property
    def claims(self) -> Claims:
        of_another_order: tuple[Law, ...] = ("fair_turns", "cheapest")
        if self.method == "chairman" or len(self.portions) == 1:
            return of_parts(self, lost=of_another_order)
        return of_parts(self, lost=(*of_another_order, "keeps_shares"))

    def __str__(self) -> str:
        return f"{self.id}: {', '.join(str(portion) for portion in self.portions)}"


def _chosen(method: Method, able: list[Portion], among: Mapping[str, int], owed_so_far: Mapping[str, int]) -> Portion:
    """Whose turn it is; the first listed where the rule leaves a tie."""
    whole = sum(among.values())
    owed = {one.name: owed_so_far.get(one.name, 0) + among.get(one.name, 0) for one in able}
    if method == "largest_deficit" or len(able) == 1:
        return max(able, key=lambda one: owed[one.name])
    spread = 2 * len(among) - 2
    due = [one for one in able if owed[one.name] * spread >= whole]
    if not due:  # possible only where credits were left from another set
        return max(able, key=lambda one: owed[one.name])
    return min(due, key=lambda one: Fraction((spread - 1) * whole - spread * owed[one.name], one.weight))


def share_error(served: Iterable[str], weights: Mapping[str, int]) -> Fraction:
    """The largest distance of any count from its exact share at any moment of a sequence, in tickets.

    >>> share_error(["house", "partner", "house"], {"house": 2, "partner": 1})
    Fraction(1, 3)
    """
    whole = sum(weights.values())
    counts = dict.fromkeys(weights, 0)
    worst = Fraction(0)
    for turn, name in enumerate(served, start=1):
        counts[name] += 1
        for member, weight in weights.items():
            worst = max(worst, abs(counts[member] - Fraction(turn * weight, whole)))
    return worst
