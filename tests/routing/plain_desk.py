"""A help desk in plain Python: who may be given a ticket, worked out from records and sums alone.

The oracle for many random decisions. It shares no code with the library: hours are hours of the day, loads are sums over
what is held, a policy is a tuple. Slow and obviously right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

Tree: TypeAlias = tuple[Any, ...]
Outcome: TypeAlias = tuple[str, str]


@dataclass
class Person:
    """Somebody of the house or of a partner's desk."""

    id: str
    desk: str
    skills: dict[str, int]
    languages: tuple[str, ...]
    tier: int
    team: str | None
    cleared: frozenset[str]
    capacity: int
    office_hours: bool
    certified_until: datetime | None
    most_chats: int | None
    here: bool = False


@dataclass
class Work:
    """A ticket, as far as it matters here."""

    id: str
    queued_at: datetime
    skills: dict[str, int]
    languages: tuple[str, ...]
    tier: int
    team: str | None
    data: str | None
    units: int
    tried: tuple[str, ...]
    category: str
    channel: str | None


@dataclass
class Contract:
    """What a partner does, up to which tier, how much at once, and what it may see."""

    does: frozenset[str]
    tier: int
    room: int | None
    cleared: frozenset[str]
    languages: tuple[str, ...]
    office_hours: bool


@dataclass
class PlainDesk:
    """The people, the contracts and what is held by whom."""

    now: datetime
    people: dict[str, Person]
    partners: dict[str, Contract]
    held: dict[str, tuple[str | None, str, Work]] = field(default_factory=dict)
    open_gates: set[str] = field(default_factory=set)
    units: Counter[str] = field(default_factory=Counter)
    chats: Counter[str] = field(default_factory=Counter)

    def hold(self, who: str | None, desk: str, work: Work) -> None:
        """Somebody was given the ticket, or a desk as a whole."""
        self.held[work.id] = (who, desk, work)
        self._count(who, desk, work, 1)

    def free(self, ticket: str) -> None:
        """The ticket is done."""
        self._count(*self.held.pop(ticket), -1)

    def _count(self, who: str | None, desk: str, work: Work, step: int) -> None:
        for name in {who, desk} - {None}:
            self.units[str(name)] += step * work.units
            self.chats[str(name)] += step * (work.channel == "chat")

    def answers(self, tree: Tree, work: Work) -> set[Outcome]:
        """Whom the policy may give the ticket to now; nobody: empty."""
        kind = tree[0]
        if kind == "agents":
            _, desk, asks, _ = tree
            return {
                ("assign", one.id) for one in self.people.values() if one.desk == desk and self.fits(one, work, asks)
            }
        if kind == "desk":
            return {("hand_off", tree[1])} if self.desk_fits(tree[1], work) else set()
        if kind == "first":
            return next((found for step in tree[1] if (found := self.answers(step, work))), set())
        if kind == "blend":
            return {outcome for part in tree[2] for outcome in self.answers(part, work)}
        if kind == "when":
            return self.answers(tree[2], work) if work.category == tree[1] else set()
        if kind == "after":
            return self.answers(tree[2], work) if self.now - work.queued_at >= timedelta(minutes=tree[1]) else set()
        assert kind == "overflow"
        return self.answers(tree[3] if tree[1] in self.open_gates else tree[2], work)

    def fits(self, one: Person, work: Work, asks: tuple[Any, ...]) -> bool:
        """Whether somebody is there, on shift, with room, allowed to, and able as asked."""
        if not one.here or (one.office_hours and not self.office_is_open()):
            return False
        if self.units[one.id] + work.units > one.capacity:
            return False
        if work.channel == "chat" and one.most_chats is not None and self.chats[one.id] >= one.most_chats:
            return False
        if work.data is not None and work.data not in one.cleared:
            return False
        if one.desk in self.partners and not self.contract_fits(one.desk, work):
            return False
        return all(self.meets(one, work, ask) for ask in asks)

    def meets(self, one: Person, work: Work, ask: tuple[Any, ...]) -> bool:
        """Whether one demand of the policy is met."""
        match ask:
            case ("skills",):
                return all(one.skills.get(name, 0) >= level for name, level in work.skills.items())
            case ("language",):
                return not work.languages or bool(set(work.languages) & set(one.languages))
            case ("tier",):
                return one.tier >= work.tier
            case ("team",):
                return work.team is None or one.team == work.team
            case ("untried",):
                return one.id not in work.tried
            case ("holds", skill, level):
                return one.skills.get(skill, 0) >= int(level)
            case ("of", team):
                return bool(one.team == team)
            case _:
                return one.certified_until is not None and self.now < one.certified_until

    def contract_fits(self, partner: str, work: Work) -> bool:
        """Whether a partner does such work, may see its data, and has room for it."""
        contract = self.partners[partner]
        used = self.units[partner]
        return (
            work.category in contract.does
            and work.tier <= contract.tier
            and (work.data is None or work.data in contract.cleared)
            and (contract.room is None or used + work.units <= contract.room)
        )

    def desk_fits(self, partner: str, work: Work) -> bool:
        """Whether a partner takes the ticket as a whole."""
        contract = self.partners[partner]
        spoken = not work.languages or bool(set(work.languages) & set(contract.languages))
        there = self.office_is_open() or not contract.office_hours
        return there and spoken and partner not in work.tried and self.contract_fits(partner, work)

    def office_is_open(self) -> bool:
        """Monday to Friday, nine to five, UTC."""
        return self.now.weekday() < 5 and 9 <= self.now.hour < 17
