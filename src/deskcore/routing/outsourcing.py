"""The five usual ways to work with a partner desk, as ready policies: none, overflow, first tier, off hours, full.

Each is an ordinary policy: print it, change it, build on it.

Layer: routing.
"""

from __future__ import annotations

from deskcore.predicate import InRange, Is
from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.gate import Gate, Overflow
from deskcore.routing.policy import RoutingPolicy, When

_IN_HOUSE = ToAgent()


def in_house(house: RoutingPolicy = _IN_HOUSE) -> RoutingPolicy:
    """No partner at all.

    >>> print(in_house())
    an agent of house, least utilised, then longest idle
    """
    return house


def overflow_to(partner: str, gate: Gate, *, house: RoutingPolicy = _IN_HOUSE) -> RoutingPolicy:
    """The house, and while a gate stands open the partner first. What the partner may not take stays in the house.

    >>> from deskcore.routing.signals import WaitingCount
    >>> print(overflow_to("manila", Gate("busy", WaitingCount(), on=10, off=5)).gates()[0].id)
    busy
    """
    return Overflow(gate, inside=house, outside=HandOff(partner) | house)


def first_tier_at(partner: str, *, house: RoutingPolicy = _IN_HOUSE) -> RoutingPolicy:
    """First-tier work to the partner, all else and what it may not take to the house.

    >>> print(first_tier_at("manila"))
    desk manila when tier is at most 1, else an agent of house, least utilised, then longest idle
    """
    return When(InRange("tier", most=1), HandOff(partner)) | house


def off_hours_at(partner: str, calendar: str, *, house: RoutingPolicy = _IN_HOUSE) -> RoutingPolicy:
    """The house while its calendar is open, else the partner, else whoever of the house is there.

    >>> print(off_hours_at("manila", "office"))
    desk manila when not (open.office is True), else an agent of house, least utilised, then longest idle
    """
    return When(~Is(f"open.{calendar}", True), HandOff(partner)) | house


def all_at(partner: str, *, house: RoutingPolicy = _IN_HOUSE) -> RoutingPolicy:
    """Everything that the contract allows to the partner; the house keeps what is excluded, unstated or too high.

    >>> print(all_at("manila"))
    desk manila, else an agent of house, least utilised, then longest idle
    """
    return HandOff(partner) | house
