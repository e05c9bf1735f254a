"""Who may see a class of data at an instant, and when that changes: clearances, agreements and contracts with dates.

Layer: staff. Imports its own room.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from deskcore.staff.agent import Agent
from deskcore.staff.partner import Partner
from deskcore.staff.validity import Grants, holds_us

if TYPE_CHECKING:
    from deskcore.staff.registry import Staff

Edges: TypeAlias = dict[tuple[str, str], tuple[int, ...]]
"""By desk and class of data or agreement: when anything about it changes there, in microseconds of UTC, rising."""

CLEARED = "cleared "
SIGNED = "signed "


def has_signed_us(agent: Agent | None, partner: Partner | None, agreement: str, instant: int) -> bool:
    """Whether somebody has signed an agreement, or the partner desk they work for has, which binds its people.

    >>> has_signed_us(Agent("bo", agreements=["nda"]), None, "nda", 0)
    True
    """
    own = agent is not None and holds_us(agent.agreements, agreement, instant)
    return own or (partner is not None and holds_us(partner.agreements, agreement, instant))


def sees_us(staff: Staff, agent: Agent | None, partner: Partner | None, data_class: str, instant: int) -> bool:
    """Whether somebody may see a class of data: cleared, and so is their desk, and what the class asks for is signed.

    ``agent`` is ``None`` for a partner desk as a whole, ``partner`` in the own house.
    """
    if agent is not None and not holds_us(agent.clearances, data_class, instant):
        return False
    if partner is not None and not holds_us(partner.clearances, data_class, instant):
        return False
    agreement = staff.data_agreements.get(data_class)
    return agreement is None or has_signed_us(agent, partner, agreement, instant)


def sight(staff: Staff, agent: Agent | None, partner: Partner | None, data_class: str, instant: int) -> str:
    """The same in words that are true of somebody whether or not they may see it: ``is cleared for health``.

    >>> from deskcore.staff import Staff
    >>> sight(Staff(), Agent("bo"), None, "health", 0)
    'is not cleared for health'
    """
    told = ""
    for one in (agent, partner):
        if one is not None:
            said = dated(one.clearances, data_class, instant, "cleared for")
            if not holds_us(one.clearances, data_class, instant):
                return said if one is agent or agent is None else f"works for {one.called}, which {said}"
            told = told or said
    agreement = staff.data_agreements.get(data_class)
    if agreement is None or has_signed_us(agent, partner, agreement, instant):
        return told
    return f"{told}, but {signature(agent, partner, agreement, instant)}, which it asks for"


def signature(agent: Agent | None, partner: Partner | None, agreement: str, instant: int) -> str:
    """Whether somebody or their desk has signed an agreement, in words.

    >>> signature(Agent("bo"), None, "nda", 0)
    'has not signed nda'
    """
    held = [one.agreements[agreement] for one in (agent, partner) if one is not None and agreement in one.agreements]
    running = next((one for one in held if one.holds_us(instant)), None)
    if running is not None:
        return " ".join(("has signed", agreement, running.state_us(instant))).strip()
    if held:
        return f"has signed {agreement} {held[0].state_us(instant)}"
    return f"has not signed {agreement}"


def dated(held: Grants, name: str, instant: int, word: str) -> str:
    """Whether a name is held at an instant, in words, with the date that says so."""
    validity = held.get(name)
    if validity is None:
        return f"is not {word} {name}"
    if validity.holds_us(instant):
        return f"is {word} {name} {validity.state_us(instant)}".strip()
    ended = validity.end is not None and not any(edge > instant for edge in validity.edges_us())
    return f"{'was' if ended else 'will be'} {word} {name} {validity.state_us(instant)}"


def edges_of(agents: Iterable[Agent], partners: Iterable[Partner]) -> tuple[Edges, tuple[int, ...]]:
    """When who may see what changes by date, by desk and name, and all such instants together, rising."""
    found: dict[tuple[str, str], set[int]] = {}
    for desk, kind, held in _held(agents, partners):
        for name, validity in held.items():
            for edge in validity.edges_us():
                found.setdefault((desk, kind + name), set()).add(edge)
    edges = {key: tuple(sorted(instants)) for key, instants in found.items()}
    return edges, tuple(sorted({edge for instants in edges.values() for edge in instants}))


def _held(agents: Iterable[Agent], partners: Iterable[Partner]) -> Iterator[tuple[str, str, Grants]]:
    for agent in agents:
        yield agent.desk, CLEARED, agent.clearances
        yield agent.desk, SIGNED, agent.agreements
    for partner in partners:
        yield partner.id, CLEARED, partner.clearances
        yield partner.id, SIGNED, partner.agreements


def after(edges: tuple[int, ...], instant: int) -> int | None:
    """The first of some rising instants that lies strictly after one.

    >>> after((1, 3), 1), after((1, 3), 3)
    (3, None)
    """
    place = bisect_right(edges, instant)
    return edges[place] if place < len(edges) else None
