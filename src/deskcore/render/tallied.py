"""What a tally keeps of a ticket, in the order and words that a digest shows.

Layer: render.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from deskcore._value import FrozenDict
from deskcore.render.digest import PartnerDay, TicketLanes
from deskcore.tickets import Refusal

K = TypeVar("K")


def take_in(ours: dict[K, Counter[str]], theirs: Mapping[K, Counter[str]]) -> None:
    """Add the counts of every key of ``theirs`` to ours."""
    for key, counts in theirs.items():
        ours.setdefault(key, Counter()).update(counts)


def partner_day(day: date, counts: Mapping[str, int]) -> PartnerDay:
    """Where the tickets that came on a day ended up."""
    received = sum(counts.values())
    return PartnerDay(day, received, counts.get("partner", 0), counts.get("none", 0))


def broken_rule(refusal: Refusal) -> str:
    """The move that is not allowed, or else the refusal's code."""
    source, target = refusal.data.get("source"), refusal.data.get("target")
    return refusal.code if target is None else f"{source} -> {target}"


def counted(counts: Mapping[str, int]) -> FrozenDict[int]:
    """The commonest first, equal ones by name: the same counts always read the same."""
    return FrozenDict(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))


def least_eventful(held: tuple[int, TicketLanes]) -> tuple[int, tuple[int, ...]]:
    """The order in which tickets are given up for drawing, by their score."""
    # Of equally eventful ones the later id goes first; the key negates the id's characters to compare it backwards.
    return held[0], tuple(-ord(character) for character in held[1].ticket)


def first_ticket(held: tuple[int, TicketLanes]) -> tuple[int, str]:
    """The order in which drawn tickets stand: by their first instant."""
    first = held[1].clocks[0].cycle.marks[0].us
    return first, held[1].ticket
