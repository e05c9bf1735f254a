"""How a line is kept: who is served first, what happens to those who wait too long, how many are served at once.

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Iterable
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, as_tuple, instance_of_kind, named, to_us
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.hours import ElapsedDuration
from deskcore.routing.claims import PURE, Claims, of_parts
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.kinds import amount, whole
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

_NEVER: Final = 1 << 62


@attrs.frozen
class LineKey(abc.ABC):
    """One place of the key that a line is ordered by, the least first. It must not depend on the instant.

    So a ticket keeps its place through decline, return and relaxation, and one sort serves until something happens.
    """

    @abc.abstractmethod
    def place(self, ticket: WaitingFacts) -> int:
        """The ticket's place: smaller is served sooner."""

    def head_start(self, ticket: WaitingFacts) -> int:
        """By how much later a ticket may have arrived than one it overtakes, in microseconds: for ``no_starvation``."""
        del ticket
        return 0

    @property
    def claims(self) -> Claims:
        """The laws it keeps. ``no_starvation`` is for a key by age."""
        return PURE


@final
@attrs.frozen
class ByPriority(LineKey):
    """The least priority rank first, which is the gravest; or the greatest first.

    >>> print(ByPriority())
    gravest first
    """

    greatest_first: bool = False

    def place(self, ticket: WaitingFacts) -> int:
        return -ticket.priority_rank if self.greatest_first else ticket.priority_rank

    def __str__(self) -> str:
        return "greatest rank first" if self.greatest_first else "gravest first"


@final
@attrs.frozen
class ByDue(LineKey):
    """The earliest due first; tickets without a promise last.

    >>> print(ByDue())
    earliest due first
    """

    def place(self, ticket: WaitingFacts) -> int:
        return _NEVER if ticket.due_at is None else to_us(ticket.due_at)

    def __str__(self) -> str:
        return "earliest due first"


@final
@attrs.frozen
class ByAge(LineKey):
    """The oldest first, from ``opened_at``; with head starts a ticket counts as so much older, by priority or its own.

    Ages grow alike, so the order of two tickets never changes: no ticket is overtaken by one that arrived later by more
    than its head start, and nobody starves.

    >>> from deskcore.hours import elapsed
    >>> print(ByAge(own_head_start=True))
    oldest first, with head starts
    """

    head_starts: FrozenDict[ElapsedDuration] = attrs.field(factory=FrozenDict[ElapsedDuration])
    own_head_start: bool = False

    def place(self, ticket: WaitingFacts) -> int:
        opened = to_us(ticket.opened_at)
        if self.own_head_start:
            opened -= ticket.head_start.microseconds
        given = self.head_starts.get(ticket.priority or "")
        return opened if given is None else opened - given.microseconds

    def head_start(self, ticket: WaitingFacts) -> int:
        return to_us(ticket.opened_at) - self.place(ticket)

    @property
    def claims(self) -> Claims:
        return PURE.union(("no_starvation",))

    def __str__(self) -> str:
        return "oldest first" + (", with head starts" if self.own_head_start or self.head_starts else "")


@final
@attrs.frozen
class ByQueueWeight(LineKey):
    """The queue of the greater weight first; a queue without a weight counts 0.

    >>> print(ByQueueWeight(FrozenDict({"gold": 2, "silver": 1})))
    heaviest queue first
    """

    weights: FrozenDict[int]

    def place(self, ticket: WaitingFacts) -> int:
        return -self.weights.get(ticket.queue or "", 0)

    def __str__(self) -> str:
        return "heaviest queue first"


@final
@attrs.frozen
class LineRule:
    """What happens once to a ticket that has waited ``after``, or whose queue is ``longer_than`` so many with it.

    Exactly ``after`` counts as waited. Only those who came when the queue was too long are meant, not those before. The
    ticket gets another rank, another queue, or leaves the line.

    >>> from deskcore.hours import elapsed
    >>> LineRule("after a minute", after=elapsed(minutes=1), priority_rank=0).cancels
    False

    Raises:
        InvalidConfiguration: no trigger or two, or no action.
    """

    id: str = attrs.field(validator=named)
    after: ElapsedDuration | None = attrs.field(default=None, kw_only=True, validator=amount(optional=True))
    longer_than: int | None = attrs.field(default=None, kw_only=True, validator=whole(optional=True))
    priority_rank: int | None = attrs.field(default=None, kw_only=True, validator=whole(optional=True))
    move_to: str | None = attrs.field(default=None, kw_only=True)
    cancels: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        if (self.after is None) == (self.longer_than is None):
            problems.append(Problem("after", "and longer_than: exactly one must be given", "bad_trigger"))
        if self.priority_rank is None and self.move_to is None and not self.cancels:
            problems.append(Problem("priority_rank", "move_to and cancels: one must be given", "no_action"))
        if problems:
            raise InvalidConfiguration(f"line rule {self.id}", tuple(problems))


_A_KEY: Final = "must be a key of a line, for example ByPriority()"
_A_RULE: Final = "must be a rule of a line, for example LineRule('late', after=elapsed(hours=1), cancels=True)"


def _keys(given: Iterable[LineKey]) -> tuple[LineKey, ...]:
    return as_tuple(given)


def _rules(given: Iterable[LineRule]) -> tuple[LineRule, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Line:
    """A line: its order, its rules, and how many are served at one instant (``None``: as many as can be).

    After the keys come the instant of opening, the place among those opened together, and the id.

    >>> print(Line((ByPriority(), ByAge())))
    gravest first, then oldest first
    """

    order: tuple[LineKey, ...] = attrs.field(
        default=(), converter=_keys, validator=instance_of_kind(LineKey, _A_KEY, many=True)
    )
    rules: tuple[LineRule, ...] = attrs.field(
        default=(), converter=_rules, validator=instance_of_kind(LineRule, _A_RULE, many=True)
    )
    batch: int | None = attrs.field(default=None, validator=whole(1, optional=True))

    def key(self, ticket: WaitingFacts) -> tuple[int | str, ...]:
        """The ticket's place in line, the least first."""
        own = tuple(key.place(ticket) for key in self.order)
        return (*own, to_us(ticket.opened_at), ticket.opened_order, ticket.ticket)

    def ordered(self, waiting: Iterable[WaitingFacts]) -> tuple[WaitingFacts, ...]:
        """The waiting tickets, the first to be served first. Cost: n log n."""
        return tuple(sorted(waiting, key=self.key))

    def head_start(self, ticket: WaitingFacts) -> int:
        """By how much later a ticket may have been opened than one it overtakes, in microseconds."""
        return self.order[0].head_start(ticket) if self.order else 0

    @property
    def claims(self) -> Claims:
        """The laws it keeps: what its first key does, and first come, first served starves nobody."""
        return self.order[0].claims if self.order else PURE.union(("no_starvation",))

    def __str__(self) -> str:
        return ", then ".join(str(key) for key in self.order) or "first come, first served"


@final
@attrs.frozen
class InLine(RoutingPolicy):
    """A policy with its own line, in place of the usual order of priority, due and opening.

    >>> from deskcore.routing import ToAgent
    >>> InLine(ToAgent(), Line((ByPriority(), ByAge()))).line() == Line((ByPriority(), ByAge()))
    True
    """

    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    kept: Line = attrs.field(validator=instance_of_kind(Line, "must be a line, for example Line((ByPriority(),))"))

    def line(self) -> Line:
        return self.kept

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return self.policy.answer(ticket, floor)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self.policy.would(ticket, floor)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        return self.policy.next_change(ticket, floor)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self.policy.demand(ticket, floor)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        return self.policy.trace(ticket, floor)

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("policy", self.policy),)

    @property
    def always_answers(self) -> bool:
        return self.policy.always_answers

    @property
    def claims(self) -> Claims:
        return of_parts(self)

    def __str__(self) -> str:
        return f"{self.policy}; {self.kept}"


def waited_long_enough(rule: LineRule, ticket: WaitingFacts) -> int | None:
    """When a rule on waiting falls due for a ticket, in microseconds of UTC; ``None`` for a rule on length.

    >>> from datetime import UTC, datetime
    >>> from deskcore.hours import elapsed
    >>> nine = datetime(1970, 1, 1, tzinfo=UTC)
    >>> rule = LineRule("late", after=elapsed(seconds=1), cancels=True)
    >>> waited_long_enough(rule, WaitingFacts("T-1", opened_at=nine, queued_at=nine))
    1000000
    """
    return None if rule.after is None else to_us(ticket.queued_at) + rule.after.microseconds


LINE_KEYS: tuple[type[LineKey], ...] = (ByPriority, ByDue, ByAge, ByQueueWeight)
"""Every key of a line that comes with deskcore."""
