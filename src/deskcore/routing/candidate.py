"""Somebody a ticket may go to, as requirements and rankings see them.

Not here: who is one (``snapshot`` and ``board`` make them).

Layer: routing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, to_us
from deskcore.routing.state import NO_LOAD, Load
from deskcore.staff import Agent, Partner
from deskcore.staff.agent import Label
from deskcore.staff.presence import AgentPresence
from deskcore.staff.skills import Levels
from deskcore.staff.validity import Grants

CandidateKind: TypeAlias = Literal["agent", "desk"]

_NO_LABELS: Final = FrozenDict[Label]()


@final
@attrs.frozen
class Candidate:
    """Somebody a ticket may go to: an agent, or a partner desk as a whole. Requirements and rankings see only this.

    ``partner`` is the contract of the desk (``None`` in the own house), ``presence`` is ``None`` for a desk, and
    ``capacity`` is ``None`` where it is elastic. ``calendar`` falls back to the partner's for its named agents.
    ``agent`` is the register's record (``None`` for a desk) and ``place`` where it stands there. ``clearances`` have
    dates: a node of your own asks ``candidate.agent.is_cleared(name, at=floor.at)``.
    """

    id: str
    kind: CandidateKind
    called: str
    desk: str
    team: str | None
    tier: int | None
    skills: Levels
    languages: tuple[str, ...]
    clearances: Grants
    cost: Decimal | None
    calendar: str | None
    capacity: int | None
    load: Load
    presence: AgentPresence | None = None
    partner: Partner | None = None
    desk_load: Load = NO_LOAD
    agent: Agent | None = None
    place: int = 0

    @property
    def labels(self) -> FrozenDict[Label]:
        """The host's own labels; a desk as a whole has none."""
        return _NO_LABELS if self.agent is None else self.agent.labels

    @property
    def resolves(self) -> Decimal | None:
        """The share of contacts it resolves; a partner's for its agents who state none."""
        own = None if self.agent is None else self.agent.resolves
        return self.partner.resolves if own is None and self.partner is not None else own

    @property
    def untouched_since_us(self) -> int:
        """Since when nothing came to it and nothing left it, while it is there, in microseconds of UTC; 0 for ever."""
        begun = self.presence.since if self.presence is not None else None
        instants = (begun, self.load.last_placed_at, self.load.released_at)
        return max((to_us(moment) for moment in instants if moment is not None), default=0)

    @property
    def idle_since_us(self) -> int | None:
        """Since when it holds nothing while being there, in microseconds of UTC; ``None`` while it holds something."""
        if self.load.tickets:
            return None
        begun = self.presence.since if self.presence is not None else None
        instants = [to_us(moment) for moment in (begun, self.load.idle_since) if moment is not None]
        return max(instants, default=0)
