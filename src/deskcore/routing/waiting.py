"""What routing knows of a waiting ticket, and the facts that its conditions may ask about.

The desk fills this in from the case and hands it over whenever something changes: routing itself sees no ticket, no
clock of an agreement and no escalation.

Layer: routing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, are_names, as_name_set, as_names, aware, aware_or_none, named
from deskcore.errors import InvalidValue
from deskcore.hours import ElapsedDuration
from deskcore.predicate import Fact
from deskcore.routing.asking import PreferredSkill, Selector
from deskcore.staff.skills import Levels, are_levels, levels

FieldValue: TypeAlias = str | int | float | bool | None

_NONE: Final = ElapsedDuration.of_us(0)


def _at_least_one(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise InvalidValue(field.name, value, "must be at least 1")


def _rank(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 0:
        raise InvalidValue(field.name, value, "must be 0, the gravest, or more")


@final
@attrs.frozen
@lasting
class WaitingFacts:
    """One waiting ticket: what it needs, how grave it is, since when it waits and until when it may.

    ``skills`` are needed at their levels (bare names mean level 1), ``languages`` are the requester's in order of
    preference, ``tier`` is the tier of work needed, ``units`` the room it takes. ``opened_at`` keeps its place in line
    for good; ``queued_at`` is the start of the present wait. ``due_at`` and ``at_risk_from`` are the nearest running
    promise's, ``None`` without one. ``tried`` are agents and desks that had it or declined it, ``last_agent`` who
    served it or its requester last. ``priority_rank`` is 0 for the gravest priority.

    ``allowed`` are the only agents and desks it may go to (none named: anybody), ``excluded`` those it must not,
    ``preferred`` those it would rather go to. ``selectors`` and ``preferred_skills`` ask for labels and for more skills
    than it needs. ``head_start`` counts as time waited where the line is ordered by it, ``last_activity_at`` is when
    anything last happened to it, and ``opened_order`` is its place among tickets opened at one instant.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> WaitingFacts("T-1", opened_at=nine, queued_at=nine, skills={"vpn"}).skills
    FrozenDict({'vpn': 1})

    Raises:
        InvalidValue: a naive instant, a tier, level or number of units below 1, a negative rank.
    """

    ticket: str = attrs.field(validator=named)
    opened_at: datetime = attrs.field(kw_only=True, validator=aware)
    queued_at: datetime = attrs.field(kw_only=True, validator=aware)
    priority: str | None = attrs.field(default=None, kw_only=True)
    priority_rank: int = attrs.field(default=0, kw_only=True, validator=_rank)
    due_at: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)
    at_risk_from: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)
    units: int = attrs.field(default=1, kw_only=True, validator=_at_least_one)
    tier: int = attrs.field(default=1, kw_only=True, validator=_at_least_one)
    skills: Levels = attrs.field(factory=FrozenDict[int], kw_only=True, converter=levels, validator=are_levels)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    team: str | None = attrs.field(default=None, kw_only=True)
    data_class: str | None = attrs.field(default=None, kw_only=True)
    tried: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    last_agent: str | None = attrs.field(default=None, kw_only=True)
    kind: str | None = attrs.field(default=None, kw_only=True)
    category: str | None = attrs.field(default=None, kw_only=True)
    service: str | None = attrs.field(default=None, kw_only=True)
    channel: str | None = attrs.field(default=None, kw_only=True)
    queue: str | None = attrs.field(default=None, kw_only=True)
    requester: str | None = attrs.field(default=None, kw_only=True)
    organisation: str | None = attrs.field(default=None, kw_only=True)
    customer_tier: str | None = attrs.field(default=None, kw_only=True)
    vip: bool = attrs.field(default=False, kw_only=True)
    tags: frozenset[str] = attrs.field(default=frozenset(), kw_only=True, converter=as_name_set, validator=are_names)
    fields: FrozenDict[FieldValue] = attrs.field(factory=FrozenDict[FieldValue], kw_only=True)
    allowed: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    excluded: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    preferred: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    selectors: tuple[Selector, ...] = attrs.field(default=(), kw_only=True)
    preferred_skills: tuple[PreferredSkill, ...] = attrs.field(default=(), kw_only=True)
    head_start: ElapsedDuration = attrs.field(default=_NONE, kw_only=True)
    last_activity_at: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)
    opened_order: int = attrs.field(default=0, kw_only=True)


FACTS: tuple[Fact, ...] = (
    Fact("priority", "text", "the ticket's priority, by name"),
    Fact("kind", "text", "incident, request or another kind of the lifecycle"),
    Fact("category", "text", "what the ticket is about"),
    Fact("service", "text", "the service or product concerned"),
    Fact("channel", "text", "how the ticket came in"),
    Fact("queue", "text", "the queue it stands in"),
    Fact("team", "text", "the team it was sent to"),
    Fact("tags", "names", "the tags on it"),
    Fact("skills", "names", "the skills it needs"),
    Fact("requester", "text", "who asked, by id"),
    Fact("organisation", "text", "the requester's organisation, by id"),
    Fact("customer_tier", "text", "the tier agreed with the organisation"),
    Fact("vip", "flag", "whether the requester is marked as important"),
    Fact("languages", "names", "the requester's languages"),
    Fact("language", "text", "the requester's preferred language"),
    Fact("data_class", "text", "the most sensitive class of data it touches"),
    Fact("tier", "number", "the tier of work it needs, 1 the first"),
    Fact("units", "number", "the units of room it takes"),
    Fact("tries", "number", "how many agents and desks had it or declined it"),
    Fact("last_agent", "text", "who served it or its requester last, by id"),
    Fact("ahead", "number", "how many waiting tickets began to wait before it"),
    Fact("at_risk", "flag", "whether its nearest promise is at risk by now"),
    Fact("overdue", "flag", "whether its nearest promise is broken by now: later than due"),
)
"""What conditions of routing may ask of a waiting ticket. Two families come on top, named by what the host defined:
``open.<calendar>`` (flag: whether that calendar is open now) and ``field.<name>`` (one of the host's own fields)."""

OPEN_PREFIX = "open."
FIELD_PREFIX = "field."
