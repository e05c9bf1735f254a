"""A person who works on tickets, in the own house or at a partner desk.

Not here: whether they are present just now (``presence``) and what they hold (``deskcore.routing``).

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias, final

import attrs

from deskcore._lasting import lasting, pickled, unpickled
from deskcore._value import (
    FrozenDict,
    are_names,
    as_names,
    as_tuple,
    aware_or_none,
    instance_of_kind,
    named,
    not_negative,
    require_aware,
    to_us,
)
from deskcore.errors import InvalidValue
from deskcore.hours import ElapsedDuration
from deskcore.staff.absence import Absence, running
from deskcore.staff.skills import Levels, are_levels, levels
from deskcore.staff.validity import Grants, Validity, are_grants, grants, holds

HOUSE: Final = "house"
"""The id of the own desk. Every other desk is a partner's."""


Label: TypeAlias = "str | int | float | bool | None"
"""What a host may say of an agent under a name of its own."""

ALL_TICKETS: Final = "*"
"""The ceiling over all tickets that an agent holds, whatever their channel and queue."""


@final
@attrs.frozen
@lasting
class Serves:
    """How an agent serves a queue: the lowest ``priority`` first, and only tickets that have waited ``delay``.

    >>> Serves(delay=ElapsedDuration.of_us(30_000_000)).priority
    1
    """

    priority: int = 1
    delay: ElapsedDuration = attrs.field(factory=lambda: ElapsedDuration.of_us(0))

    def __attrs_post_init__(self) -> None:
        if self.delay.microseconds < 0:
            raise InvalidValue("delay", self.delay, "must not be negative")


@final
@attrs.frozen
@lasting
class ContactRule:
    """How somebody is called when a rung addresses them: on which channel, and how long after it.

    ``since`` is when the rule was made: a message whose instant was past by then is not sent.

    >>> str(ContactRule("sms", ElapsedDuration.of_us(300_000_000)))
    'sms after 5m'

    Raises:
        InvalidValue: a channel without a name, a negative time, a naive instant.
    """

    channel: str = attrs.field(validator=named)
    after: ElapsedDuration = attrs.field(factory=lambda: ElapsedDuration.of_us(0))
    since: datetime | None = attrs.field(default=None, validator=aware_or_none, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.after.microseconds < 0:
            raise InvalidValue("after", str(self.after), "must not be negative")

    def __str__(self) -> str:
        return f"{self.channel} after {self.after}" if self.after else f"{self.channel} at once"


def _rules(given: Iterable[ContactRule]) -> tuple[ContactRule, ...]:
    return as_tuple(given)


def _absences(given: Iterable[Absence]) -> tuple[Absence, ...]:
    return as_tuple(given)


def unpickled_with_grants(value: object, state: Mapping[str, object], *names: str) -> None:
    """``unpickled``, from a state in which these fields may still be bare names."""
    bare = {name: grants(held) for name in names if isinstance(held := state.get(name), frozenset)}
    unpickled(value, {**state, **bare})


def _queues(served: Mapping[str, Serves] | tuple[str, ...] | list[str]) -> FrozenDict[Serves]:
    if isinstance(served, FrozenDict):
        return served
    return FrozenDict(served if isinstance(served, Mapping) else {name: Serves() for name in served})


def _counts(items: Mapping[str, int]) -> FrozenDict[int]:
    return items if isinstance(items, FrozenDict) else FrozenDict(items)


def _instants(items: Mapping[str, datetime]) -> FrozenDict[datetime]:
    return items if isinstance(items, FrozenDict) else FrozenDict(items)


def _labels(items: Mapping[str, Label]) -> FrozenDict[Label]:
    return items if isinstance(items, FrozenDict) else FrozenDict(items)


def _ceilings(_: object, field: attrs.Attribute[FrozenDict[int]], value: FrozenDict[int]) -> None:
    for name, most in value.items():
        if name != ALL_TICKETS and name.partition(":")[0] not in {"channel", "queue"}:
            accepted = f"must be {ALL_TICKETS!r}, channel:<name>, queue:<name> or queue:{ALL_TICKETS}"
            raise InvalidValue(field.name, name, accepted)
        if most < 0:
            raise InvalidValue(f"{field.name}[{name}]", most, "must not be negative")


def _dates(_: object, field: attrs.Attribute[FrozenDict[datetime]], value: FrozenDict[datetime]) -> None:
    for name, until in value.items():
        require_aware(f"{field.name}[{name}]", until)


def _a_tier(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise InvalidValue(field.name, value, "must be at least 1, the first tier")


def _a_price(_: object, field: attrs.Attribute[Decimal | None], value: Decimal | None) -> None:
    money: object = value
    if money is not None and not (isinstance(money, Decimal) and money.is_finite() and money >= 0):
        raise InvalidValue(field.name, value, "must be a finite amount of money as a Decimal, zero or more")


def a_share(_: object, field: attrs.Attribute[Decimal | None], value: object) -> None:
    """Attrs validator: a share above 0 and at most 1, or nothing."""
    if value is not None and not (isinstance(value, Decimal) and value.is_finite() and 0 < value <= 1):
        raise InvalidValue(field.name, value, "must be a Decimal above 0 and at most 1")


@final
@attrs.frozen
class Agent:
    """Somebody who can be given tickets. The ``id`` is opaque; the rest is what routing and escalation ask about.

    ``capacity`` is in units of work; a ticket takes one unit unless it says otherwise. ``calendar`` names the working
    hours: outside them the agent is off shift and gets nothing; ``None`` means on shift whenever present.
    ``signs_on_by_shift`` is for hosts without a presence system: such an agent is signed on when a shift starts and off
    when it ends. ``cost`` is what one contact costs in-house and ``resolves`` the share of contacts that they resolve
    (above 0, at most 1).

    ``clearances`` are the classes of data the agent may see, ``agreements`` what they have signed (``"nda-acme"``):
    names, or a mapping of names to a ``Validity``. In ``absences`` they are not there, known beforehand.

    ``queues`` are those the agent serves (none given: every queue), ``ceilings`` the most tickets at once, of all
    (``"*"``) or by ``channel:<name>``, ``queue:<name>`` or ``queue:*`` (each queue), on top of the capacity.
    ``certificates`` lapse at the instant given, ``wrap_up`` is the rest after a ticket, and ``labels`` are the host's
    own: rings, shares and scores of a policy read them. ``contact_rules`` are how they want to be called when a rung of
    an escalation addresses them, message after message until somebody acknowledges; none: once, at once.

    >>> bo = Agent("bo", skills=["vpn"], languages=("nl", "en"), team="first line")
    >>> bo.level("vpn"), bo.level("billing"), bo.desk
    (1, 0, 'house')

    Raises:
        InvalidValue: an empty id, a tier below 1, a negative capacity, a level below 1.
    """

    id: str = attrs.field(validator=named)
    name: str = attrs.field(default="", kw_only=True)
    team: str | None = attrs.field(default=None, kw_only=True)
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)
    skills: Levels = attrs.field(factory=FrozenDict[int], kw_only=True, converter=levels, validator=are_levels)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    tier: int = attrs.field(default=1, kw_only=True, validator=_a_tier)
    capacity: int = attrs.field(default=3, kw_only=True, validator=not_negative)
    calendar: str | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(str | None, "must be the name of a calendar of the desk")
    )
    signs_on_by_shift: bool = attrs.field(default=False, kw_only=True)
    manager: str | None = attrs.field(default=None, kw_only=True)
    clearances: Grants = attrs.field(factory=FrozenDict[Validity], kw_only=True, converter=grants, validator=are_grants)
    cost: Decimal | None = attrs.field(default=None, kw_only=True, validator=_a_price)
    tz: str | None = attrs.field(default=None, kw_only=True)
    queues: FrozenDict[Serves] = attrs.field(factory=FrozenDict[Serves], kw_only=True, converter=_queues)
    ceilings: FrozenDict[int] = attrs.field(
        factory=FrozenDict[int], kw_only=True, converter=_counts, validator=_ceilings
    )
    certificates: FrozenDict[datetime] = attrs.field(
        factory=FrozenDict[datetime], kw_only=True, converter=_instants, validator=_dates
    )
    wrap_up: ElapsedDuration | None = attrs.field(default=None, kw_only=True)
    resolves: Decimal | None = attrs.field(default=None, kw_only=True, validator=a_share)
    labels: FrozenDict[Label] = attrs.field(factory=FrozenDict[Label], kw_only=True, converter=_labels)
    contact_rules: tuple[ContactRule, ...] = attrs.field(
        default=(),
        kw_only=True,
        converter=_rules,
        validator=instance_of_kind(ContactRule, "must be a ContactRule", many=True),
    )
    agreements: Grants = attrs.field(factory=FrozenDict[Validity], kw_only=True, converter=grants, validator=are_grants)
    absences: tuple[Absence, ...] = attrs.field(
        default=(),
        kw_only=True,
        converter=_absences,
        validator=instance_of_kind(
            Absence, "must be an Absence, for example Absence(start, end, 'holiday')", many=True
        ),
    )

    def __getstate__(self) -> dict[str, object]:
        return pickled(self)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        unpickled_with_grants(self, state, "clearances")

    @property
    def called(self) -> str:
        """The name for people; the id where none was given.

        >>> Agent("bo").called, Agent("bo", name="Bo Jansen").called
        ('bo', 'Bo Jansen')
        """
        return self.name or self.id

    def level(self, skill: str) -> int:
        """The level at which the agent holds a skill, 0 where they do not."""
        return self.skills.get(skill, 0)

    def speaks(self, language: str) -> bool:
        """Whether the agent speaks a language.

        >>> Agent("bo", languages=("nl",)).speaks("en")
        False
        """
        return language in self.languages

    def is_cleared(self, data_class: str, *, at: datetime) -> bool:
        """Whether the agent may see a class of data at an instant: from the start of their clearance, not at its end.

        >>> until = datetime.fromisoformat("2027-01-01T00:00Z")
        >>> bo = Agent("bo", clearances={"health": Validity(end=until)})
        >>> bo.is_cleared("health", at=datetime.fromisoformat("2026-12-31T23:59Z")), bo.is_cleared("health", at=until)
        (True, False)

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return holds(self.clearances, data_class, at)

    def has_signed(self, agreement: str, *, at: datetime) -> bool:
        """Whether what the agent has signed binds them at an instant: from its start on, not at its end.

        >>> Agent("bo", agreements=["nda-acme"]).has_signed("nda-acme", at=datetime.fromisoformat("2026-05-22T12:00Z"))
        True

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return holds(self.agreements, agreement, at)

    def is_certified(self, certificate: str, *, at: datetime) -> bool:
        """Whether a certificate is valid at an instant: until the instant it stands with, which is not included.

        >>> until = datetime.fromisoformat("2027-01-01T00:00Z")
        >>> Agent("bo", certificates={"fire safety": until}).is_certified("fire safety", at=until)
        False

        Raises:
            InvalidValue: ``at`` is naive.
        """
        until = self.certificates.get(certificate)
        return to_us(at) < to_us(until) if until is not None else False

    def absence(self, *, at: datetime) -> Absence | None:
        """The absence that holds at an instant, of several the one that lasts longest; ``None`` where there is none.

        >>> day = datetime.fromisoformat("2026-07-06T00:00Z")
        >>> bo = Agent("bo", absences=[Absence(day, day.replace(day=27), "holiday")])
        >>> print(bo.absence(at=day), bo.absence(at=day.replace(day=27)))
        absent until 2026-07-27 00:00+00:00 (holiday) None

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return running(self.absences, to_us(at))
