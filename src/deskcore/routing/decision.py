"""What a policy answers: where a ticket goes, and why.

The reasons for the one chosen are in the decision; the reasons against everybody else are rebuilt from the snapshot
when asked for (``deskcore.routing.explain``).

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, final

import attrs

from deskcore.log import EventData
from deskcore.routing.events import DecisionKind
from deskcore.routing.waiting import WaitingFacts


class _Untold:
    """A value whose reasons may be told late: a field that is missing is filled in when it is first looked at.

    A memo, outside equality and pickle: whoever compares, prints or stores the value has looked at every field.
    """

    __slots__ = ("_told",)
    _told: tuple[Any, ...]

    if not TYPE_CHECKING:  # a type checker would take any name for a field

        def __getattr__(self, name: str) -> object:
            if name.startswith("_"):
                raise AttributeError(name)
            tell, *given = self._told
            fields: Mapping[str, object] = tell(*given)
            for field, value in fields.items():
                object.__setattr__(self, field, value)
            if name not in fields:
                raise AttributeError(name)
            return fields[name]


@final
@attrs.frozen
class Decision(_Untold):
    """Where one ticket goes. ``because`` are the reasons in the order found, those of steps that declined included.

    ``assign`` names an agent (and their team and desk), ``hand_off`` a desk; ``wait`` holds the ticket, ``reject``
    refuses it for good, ``none`` is no answer at all. ``policy`` is the step that answered, ``key`` the winner's places
    in words, ``next_change`` when to ask again if nothing else happens on the floor (``None``: only then). An ``offer``
    names an agent who may turn it down until ``expires_at``. ``marks`` is the policy's next state: what the floor must
    remember if the decision is applied (limits, shares), as events.

    >>> Decision("wait", "T-1", because=("the house is full",)).explain()
    'T-1 waits: the house is full'
    """

    kind: DecisionKind
    ticket: str
    agent: str | None = attrs.field(default=None, kw_only=True)
    team: str | None = attrs.field(default=None, kw_only=True)
    desk: str | None = attrs.field(default=None, kw_only=True)
    policy: str = attrs.field(default="", kw_only=True)
    because: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    key: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    next_change: datetime | None = attrs.field(default=None, kw_only=True)
    marks: tuple[EventData, ...] = attrs.field(default=(), kw_only=True)
    expires_at: datetime | None = attrs.field(default=None, kw_only=True)

    @classmethod
    def none(cls, ticket: WaitingFacts, *because: str) -> Decision:
        """No answer: whoever comes next is asked.

        >>> from datetime import UTC
        >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
        >>> Decision.none(WaitingFacts("T-1", opened_at=nine, queued_at=nine), "nobody speaks nl").answers
        False
        """
        return cls("none", ticket.ticket, because=because)

    @property
    def answers(self) -> bool:
        """Whether it is an answer: everything but ``none``. Waiting is one."""
        return self.kind != "none"

    @property
    def places(self) -> bool:
        """Whether the ticket goes to somebody: ``assign`` or ``hand_off``."""
        return self.kind in {"assign", "hand_off"}

    @property
    def acts(self) -> bool:
        """Whether applying it changes anything: everything but ``wait`` and ``none``."""
        return self.kind not in {"wait", "none"}

    def after(self, because: tuple[str, ...]) -> Decision:
        """The same decision with reasons found before its own."""
        return attrs.evolve(self, because=(*because, *self.because)) if because else self

    def explain(self) -> str:
        """Where the ticket goes and why, in one line."""
        match self.kind:
            case "assign":
                head = f"{self.ticket} goes to {self.agent}"
            case "hand_off":
                head = f"{self.ticket} is handed to desk {self.desk}"
            case "offer":
                head = f"{self.ticket} is offered to {self.agent}"
            case "wait":
                head = f"{self.ticket} waits"
            case "reject":
                head = f"{self.ticket} is rejected"
            case _:
                head = f"{self.ticket} finds nobody"
        reasons = "; ".join(self.because)
        again = f" (ask again at {self.next_change.isoformat()})" if self.next_change is not None else ""
        return (f"{head}: {reasons}" if reasons else head) + again

    def to_dict(self) -> dict[str, str | list[str] | None]:
        """For programs: every field, instants as ISO text."""
        return {
            "kind": self.kind,
            "ticket": self.ticket,
            "agent": self.agent,
            "team": self.team,
            "desk": self.desk,
            "policy": self.policy,
            "because": list(self.because),
            "key": list(self.key),
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
            "next_change": None if self.next_change is None else self.next_change.isoformat(),
        }


def assigned(ticket: str, agent: str, desk: str, marks: tuple[EventData, ...], told: tuple[Any, ...]) -> Decision:
    """An assignment whose other fields are told when somebody looks: ``told`` is what tells them, and from what."""
    decision = _new(Decision)
    _set(decision, "kind", "assign")
    _set(decision, "ticket", ticket)
    _set(decision, "agent", agent)
    _set(decision, "desk", desk)
    _set(decision, "marks", marks)
    _set(decision, "_told", told)
    return decision


_new, _set = object.__new__, object.__setattr__
