"""What a simulated desk is put through: who asks what when, and how people behave.

All amounts are guesses of the host's; nothing here is learned. Not here: the desk itself.

Layer: planning.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore._value import aware, named
from deskcore.errors import InvalidValue
from deskcore.planning.arrivals import WeeklyRate

Mix = tuple[tuple[str, float], ...]
"""Names and their weights, which need not sum to one."""


def _a_mix(_: object, field: attrs.Attribute[Mix], value: Mix) -> None:
    if not value or any(weight < 0 for _, weight in value) or not any(weight for _, weight in value):
        raise InvalidValue(field.name, value, "must hold names with weights, none negative and one positive")


def _a_chance(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidValue(field.name, value, "must be a chance from 0 to 1")


def _positive(_: object, field: attrs.Attribute[float], value: float) -> None:
    if value <= 0:
        raise InvalidValue(field.name, value, "must be above zero")


@final
@attrs.frozen
class Topic:
    """What tickets are about: its share of the volume, the tier and skill it needs, the minutes of work it takes."""

    name: str = attrs.field(validator=named)
    weight: float = 1.0
    tier: int = 1
    skill: str | None = None
    minutes: float = attrs.field(default=20.0, validator=_positive)


@final
@attrs.frozen
class Demand:
    """Who asks what, and when: the rate over the week and the mixes that each ticket is drawn from.

    ``impacts`` pairs an impact and an urgency, as ``"2/3"``, with a weight; the lifecycle's table makes the priority.
    """

    rate: WeeklyRate
    topics: tuple[Topic, ...]
    impacts: Mix = attrs.field(default=(("2/2", 1.0),), validator=_a_mix)
    languages: Mix = attrs.field(default=(("en", 1.0),), validator=_a_mix)
    customer_tiers: Mix = attrs.field(default=(("standard", 1.0),), validator=_a_mix)
    channels: Mix = attrs.field(default=(("mail", 1.0),), validator=_a_mix)


@final
@attrs.frozen
class Behaviour:
    """How people work and answer.

    ``spread`` is that of the logarithm of every amount. A ticket asks its requester something with chance ``asks``, and
    the answer takes ``answer_hours`` (median, elapsed). A solution does not hold with chance ``reopens``, which shows
    after ``reopen_hours``. ``lunch_minutes`` is how long each agent is away in the middle of a shift.
    """

    spread: float = attrs.field(default=0.6, validator=_positive)
    asks: float = attrs.field(default=0.25, validator=_a_chance)
    answer_hours: float = attrs.field(default=5.0, validator=_positive)
    reopens: float = attrs.field(default=0.06, validator=_a_chance)
    reopen_hours: float = attrs.field(default=20.0, validator=_positive)
    lunch_minutes: float = attrs.field(default=30.0, validator=_positive)
    late_minutes: float = attrs.field(default=4.0, validator=_positive)


@final
@attrs.frozen
class Scenario:
    """A stretch of simulated time: [start, end), what comes and how people behave, and the seed of every draw."""

    start: datetime = attrs.field(validator=aware)
    end: datetime = attrs.field(validator=aware)
    demand: Demand
    behaviour: Behaviour = attrs.field(factory=Behaviour)
    seed: str = "deskcore"
