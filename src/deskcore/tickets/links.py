"""Links between tickets, and what one ticket's end means for those that hang on it.

A link is kept on both sides, each in its own log. Not here: the other ticket, which gets commands of its own.

Layer: tickets. Imports _value and errors only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.tickets.status import PHASES, Phase

_PAIRS: Final = (
    ("duplicates", "duplicated_by"),
    ("child_of", "parent_of"),
    ("incident_of", "problem_of"),
    ("caused_by_change", "caused"),
    ("depends_on", "needed_by"),
    ("follows_up", "followed_up_by"),
    ("split_from", "split_into"),
)

INVERSES: Final = MappingProxyType({**dict(_PAIRS), **{back: forth for forth, back in _PAIRS}, "related": "related"})
"""What the other side of a link is called. A kind of the host's own is called the same on both sides."""

ACYCLIC: Final = frozenset({"child_of", "depends_on", "incident_of", "duplicates"})
"""Kinds along which no ticket may come back to itself."""


def inverse(kind: str) -> str:
    """What the other ticket's side of a link is called.

    >>> inverse("child_of"), inverse("acme.twin")
    ('parent_of', 'acme.twin')
    """
    return INVERSES.get(kind, kind)


@final
@attrs.frozen(order=True)
@lasting
class Link:
    """This ticket ``kind`` the other one: ``Link("child_of", "T-1")`` stands on T-1's child.

    >>> str(Link("depends_on", "T-7"))
    'depends_on T-7'
    """

    kind: str = attrs.field(validator=named)
    other: str = attrs.field(validator=named)

    def __str__(self) -> str:
        return f"{self.kind} {self.other}"


@final
@attrs.frozen
@lasting
class Propagation:
    """Entering one of ``phases`` or ``statuses`` takes the tickets that are linked by one of ``links`` along.

    They get ``Follow``: to ``to``, or to the first status of ``phase`` of their own lifecycle, without what people
    would need for it. Only tickets of ``kinds`` go along (none: every kind); ``own_kinds`` narrows it to a leader of
    those. ``shares_solution`` gives them the solution's text and code.

    >>> Propagation(("problem_of",), "resolved", phases=("resolved",)).phase
    'resolved'
    """

    links: tuple[str, ...]
    phase: Phase
    to: str | None = attrs.field(default=None, kw_only=True)
    phases: tuple[Phase, ...] = attrs.field(default=(), kw_only=True)
    statuses: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    kinds: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    own_kinds: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    shares_solution: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.phase not in PHASES:
            raise InvalidValue("phase", self.phase, f"must be one of {', '.join(PHASES)}")
        if not (self.phases or self.statuses):
            raise InvalidValue("phases", self.phases, "must name a phase, or statuses must name a status")
