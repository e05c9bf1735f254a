"""A lifecycle: statuses, the table of moves between them, and what replies, the clock and the priority table do.

All of it is data: comparable, saved, linted, drawn. What it makes of a command is in ``decide``.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

import attrs

from deskcore._lasting import pickled, unpickled
from deskcore._value import FrozenDict, as_frozen, named
from deskcore.errors import InvalidConfiguration, Problem, UnknownName
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.log import Actor, Role
from deskcore.tickets._index import Index
from deskcore.tickets.action import Action
from deskcore.tickets.demand import Demand
from deskcore.tickets.faults import faults
from deskcore.tickets.field_spec import FieldSpec
from deskcore.tickets.limits import Limits
from deskcore.tickets.links import Propagation
from deskcore.tickets.lint import lint
from deskcore.tickets.maps import StatusMap
from deskcore.tickets.membership import Membership
from deskcore.tickets.merging import Merging
from deskcore.tickets.priority import PriorityTable
from deskcore.tickets.replies import ReplyRule
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import WAITS_FOR, Phase, Status
from deskcore.tickets.timers import Timer
from deskcore.tickets.transition import Entry, Transition

if TYPE_CHECKING:
    from deskcore.tickets.decided import Decided

Dependencies: TypeAlias = Literal["ignored", "enforced", "overridable"]
"""Whether an open ticket may be done while one that it depends on is not: yes, no, or only by force."""

KINDS: Final = ("incident", "request", "problem", "change", "question", "task")


def _words(given: Mapping[str, str]) -> FrozenDict[str]:
    return as_frozen(given)


@final
@attrs.frozen
class Lifecycle:
    """What a ticket of one sort may go through.

    A ticket moves only as ``transitions`` say; ``Transition("*", "*")`` allows everything. ``creation`` names the
    statuses a ticket may be opened in, the first by default (none named: the first status listed). ``holds`` maps hold
    reasons to waiting statuses; reasons that are words for whom a status waits for need no entry. ``priorities`` run
    from the gravest; ``matrix`` computes one from impact and urgency. ``reopen_window`` bounds
    reopening by a command to an amount of time since the last solution; staff may still reopen later, which the event
    says. ``start_on_assign`` starts a new ticket when a person gets it.
    ``final_accepts`` lists types of commands, such as ``add_tag``, that a closed or cancelled ticket still takes;
    ``permissions`` maps types of commands to the permission that an actor needs for them.

    ``seals`` make statuses final; ``shown`` is what a requester sees in the place of a status; ``actions`` are moves by
    a word of their own. ``on_assign`` maps statuses to those that being assigned to anybody leads to; ``enters`` maps
    ``HAPPENINGS`` to the status that each leads to. ``membership`` ties assignees to teams. ``queues`` names the
    lifecycle of each queue, ``maps`` translate the status on the way there. ``demands`` say what commands must bring;
    ``read_only`` lists ``priority`` where nobody sets it by hand, ``priority_stays`` that it is never unset.
    ``dependencies`` says whether open ones keep a ticket from being done, ``propagation`` who goes along with it,
    ``merging`` what merging does, ``nested_children`` whether a child may have children. ``whole_minutes`` drops the
    seconds of every hold's end. ``support`` lists permissions of which one makes somebody count as support (none:
    staff does), ``requester_may_support`` whether a ticket's own requester may be that. ``fields`` are the custom
    fields: where some are specified no others are taken, where none is any is. ``limits`` bound what a ticket holds.

    Raises:
        InvalidConfiguration: listing every fault: unknown and repeated names, rows that contradict each other.

    >>> tiny = Lifecycle(
    ...     "tiny",
    ...     (Status("Open", "active"), Status("Closed", "closed")),
    ...     (Transition("Open", "Closed"), Transition("Closed", "Open")),
    ... )
    >>> tiny.initial.name, tiny.lint()
    ('Open', ())
    """

    name: str = attrs.field(validator=named)
    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]
    creation: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    entries: tuple[Entry, ...] = attrs.field(default=(), kw_only=True)
    replies: tuple[ReplyRule, ...] = attrs.field(default=(), kw_only=True)
    timers: tuple[Timer, ...] = attrs.field(default=(), kw_only=True)
    holds: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    priorities: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    default_priority: str | None = attrs.field(default=None, kw_only=True)
    matrix: PriorityTable | None = attrs.field(default=None, kw_only=True)
    reopen_window: BusinessDuration | ElapsedDuration | None = attrs.field(default=None, kw_only=True)
    reopen_calendar: str = attrs.field(default="default", kw_only=True)
    start_on_assign: bool = attrs.field(default=False, kw_only=True)
    final_accepts: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    permissions: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    kinds: tuple[str, ...] = attrs.field(default=KINDS, kw_only=True)
    version: str = attrs.field(default="1", kw_only=True)
    seals: tuple[Seal, ...] = attrs.field(default=(), kw_only=True)
    shown: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    actions: tuple[Action, ...] = attrs.field(default=(), kw_only=True)
    on_assign: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    enters: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    membership: Membership = attrs.field(factory=Membership, kw_only=True)
    queues: FrozenDict[str] = attrs.field(factory=FrozenDict[str], kw_only=True, converter=_words)
    maps: tuple[StatusMap, ...] = attrs.field(default=(), kw_only=True)
    demands: tuple[Demand, ...] = attrs.field(default=(), kw_only=True)
    read_only: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    priority_stays: bool = attrs.field(default=False, kw_only=True)
    dependencies: Dependencies = attrs.field(default="ignored", kw_only=True)
    propagation: tuple[Propagation, ...] = attrs.field(default=(), kw_only=True)
    merging: Merging = attrs.field(factory=Merging, kw_only=True)
    nested_children: bool = attrs.field(default=True, kw_only=True)
    whole_minutes: bool = attrs.field(default=False, kw_only=True)
    support: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    requester_may_support: bool = attrs.field(default=True, kw_only=True)
    fields: tuple[FieldSpec, ...] = attrs.field(default=(), kw_only=True)
    limits: Limits = attrs.field(factory=Limits, kw_only=True)
    _memo: Index = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        found = faults(self)
        if found:
            raise InvalidConfiguration(f"lifecycle {self.name}", found)
        object.__setattr__(self, "_memo", self._index())

    def _index(self) -> Index:
        return Index(self.statuses, self.transitions, self.seals, self.fields)

    def __getstate__(self) -> dict[str, object]:
        return {name: part for name, part in pickled(self).items() if name != "_memo"}

    def __setstate__(self, state: dict[str, object]) -> None:
        unpickled(self, state)
        object.__setattr__(self, "_memo", self._index())

    def status(self, name: str) -> Status:
        """The status of a name.

        Raises:
            UnknownName: the lifecycle has no such status.
        """
        found = self._memo.statuses.get(name)
        if found is None:
            raise UnknownName("status", name, self.status_names)
        return found

    def find(self, name: str) -> Status | None:
        """The status of a name, ``None`` where there is none."""
        return self._memo.statuses.get(name)

    def first(self, phase: Phase) -> Status | None:
        """The first status listed of a phase, ``None`` where there is none."""
        return self._memo.firsts.get(phase)

    def transition(self, source: str, target: str) -> Transition | None:
        """The row that holds for a move: the most specific one that fits. Constant time."""
        return self._memo.transition(source, target)

    def seal(self, status: str, role: Role) -> Seal | None:
        """The seal that binds somebody of a role in a status, ``None`` where it is not final for them."""
        found = self._memo.seals.get(status)
        return found if found is not None and found.binds(role) else None

    def field(self, name: str) -> FieldSpec | None:
        """The custom field of a name, ``None`` where it is not specified."""
        return self._memo.fields.get(name)

    def is_sealed(self, status: str) -> bool:
        """Whether a status is final for anybody."""
        return status in self._memo.seals

    @property
    def plain(self) -> dict[tuple[str, str, str], Decided | None]:
        """A memo of answers that are always the same, filled by ``decide``; no part of the lifecycle's meaning."""
        return self._memo.plain

    def targets(self, source: str, role: Role = "agent") -> tuple[str, ...]:
        """The statuses that the table lets somebody of a role move to, needs and permissions aside.

        >>> from deskcore.presets import simple_lifecycle
        >>> simple_lifecycle().targets("Resolved")
        ('Open', 'Closed')

        Raises:
            UnknownName: the lifecycle has no status ``source``.
        """
        if self.seal(self.status(source).name, role) is not None:
            return ()
        return tuple(name for name in self.status_names if name != source and self.transition(source, name) is not None)

    def view(self, status: str, role: Role = "requester") -> str:
        """The status as somebody sees it: a requester what ``shown`` says, everybody else the status itself.

        >>> Lifecycle("l", (Status("hold", "waiting"), Status("open", "active")), (), creation=("open",),
        ...     shown=FrozenDict({"hold": "open"})).view("hold")
        'open'
        """
        return self.shown.get(status, status) if role == "requester" else status

    def counts_as_support(self, actor: Actor, *, is_requester: bool = False) -> bool:
        """Whether somebody counts as support: by one of the ``support`` permissions, or as staff where none is named.

        >>> from deskcore.presets import simple_lifecycle
        >>> simple_lifecycle().counts_as_support(Actor.agent("bo")), simple_lifecycle().counts_as_support(
        ...     Actor.requester("ann"))
        (True, False)
        """
        if is_requester and not self.requester_may_support:
            return False
        return any(actor.may(word) for word in self.support) if self.support else actor.is_staff

    def leads(self, source: str, target: str) -> bool:
        """Whether anything takes a ticket from one status to another: a person, a reply, the clock, an assignment.

        Raises:
            UnknownName: the lifecycle has no status ``source``.
        """
        if source == target:
            return False
        phase, first = self.status(source).phase, self.first("active")
        return (
            self.transition(source, target) is not None
            or any(rule.to == target and rule.covers(source, phase) for rule in self.replies)
            or any(timer.to == target and timer.covers(source, phase) for timer in self.timers)
            or self.on_assign.get(source) == target
            or target in self.enters.values()
            or any(action.target == target and source in action.sources for action in self.actions)
            or (self.start_on_assign and phase == "new" and first is not None and first.name == target)
        )

    @property
    def status_names(self) -> tuple[str, ...]:
        """The names of all statuses, in the order listed."""
        return tuple(status.name for status in self.statuses)

    @property
    def initial(self) -> Status:
        """The status in which a ticket is opened unless the command names one."""
        return self.status(self.creation[0]) if self.creation else self.statuses[0]

    @property
    def creatable(self) -> tuple[str, ...]:
        """The names of the statuses in which a ticket may be opened."""
        return self.creation or (self.statuses[0].name,)

    def hold_status(self, reason: str) -> Status | None:
        """The waiting status kept for a hold reason, ``None`` where the lifecycle knows no such reason."""
        if reason in self.holds:
            return self.status(self.holds[reason])
        for status in self.statuses:
            if status.phase == "waiting" and status.waits_for == reason:
                return status
        return None

    @property
    def hold_reasons(self) -> tuple[str, ...]:
        """The reasons that ``Hold`` takes."""
        waited = {status.waits_for for status in self.statuses}
        return (*self.holds, *(word for word in WAITS_FOR if word in waited and word not in self.holds))

    def computed(self, impact: int | None, urgency: int | None) -> str | None:
        """The priority that the table reads off, ``None`` where it has no answer or there is no table."""
        return None if self.matrix is None else self.matrix.priority(impact, urgency)

    def lint(self) -> tuple[Problem, ...]:
        """What is questionable though it works: see ``deskcore.tickets.lint``."""
        return lint(self)
