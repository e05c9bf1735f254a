"""A target: what is promised for one metric, to which tickets.

Not here: how the metric is measured (``metric``, ``stopwatch``) and on which calendar (the policy names it).

Layer: sla.
"""

from __future__ import annotations

from typing import TypeAlias, final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.predicate import ALWAYS, Condition

Within: TypeAlias = BusinessDuration | ElapsedDuration


def _promise(_: object, field: attrs.Attribute[Within | None], value: object) -> None:
    if value is None:
        return
    if not isinstance(value, BusinessDuration | ElapsedDuration):
        raise InvalidValue(field.name, value, "must be an amount of time, for example business(hours=4)")
    if value.microseconds < 0:
        raise InvalidValue(field.name, str(value), "must not be negative")


@final
@attrs.frozen
class Target:
    """Within what time something must happen, for the tickets that ``when`` holds for.

    A business amount counts open time of the policy's calendar (or of ``calendar``, by name), an elapsed one counts
    always. Zero is a real target: the first open instant. ``None`` measures without promising: never met, never
    breached. Among a policy's targets for one metric the first whose condition holds is taken.

    >>> from deskcore.hours import business
    >>> print(Target.first_response(business(hours=2)))
    first_response within 2 business hours

    Raises:
        InvalidValue: the amount is negative or no amount of time.
    """

    metric: str = attrs.field(validator=named)
    within: BusinessDuration | ElapsedDuration | None = attrs.field(validator=_promise)
    when: Condition = ALWAYS
    calendar: str | None = None

    @classmethod
    def first_response(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """To the first public reply of staff."""
        return cls("first_response", within, when)

    @classmethod
    def next_response(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """To the reply to each further message of the requester."""
        return cls("next_response", within, when)

    @classmethod
    def resolution(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """To resolving, without the time the requester was waited for."""
        return cls("resolution", within, when)

    @classmethod
    def periodic_update(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """From each reply to the next."""
        return cls("periodic_update", within, when)

    @classmethod
    def requester_wait(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """How long the requester may have to wait for us."""
        return cls("requester_wait", within, when)

    @classmethod
    def agent_work(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """How long the ticket may be in our own hands."""
        return cls("agent_work", within, when)

    @classmethod
    def total_resolution(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """To resolving, whatever it waited for."""
        return cls("total_resolution", within, when)

    @classmethod
    def first_resolution(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """To the first resolving; reopening changes nothing."""
        return cls("first_resolution", within, when)

    @classmethod
    def time_to_own(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """Until somebody has it."""
        return cls("time_to_own", within, when)

    @classmethod
    def start_by(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """Until work begins."""
        return cls("start_by", within, when)

    def __str__(self) -> str:
        promise = "measured, not promised" if self.within is None else f"within {self.within}"
        given = "" if self.when == ALWAYS else f" when {self.when}"
        return f"{self.metric} {promise}{given}"
