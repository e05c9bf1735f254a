"""A target: what is promised for one metric, to which tickets.

Not here: how the metric is measured (``metric``, ``stopwatch``) and on which calendar (the policy names it).

Layer: sla.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import instance_of_kind, named
from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays
from deskcore.predicate import ALWAYS, Condition
from deskcore.predicate.nodes import A_CONDITION
from deskcore.sla.cue import one_of

Within: TypeAlias = BusinessDuration | ElapsedDuration | WorkingDays

Counts: TypeAlias = Literal["business", "elapsed"]
"""What a clock counts where its promise does not say so itself: open time of its calendar, or all time."""


def _promise(_: object, field: attrs.Attribute[Within | None], value: object) -> None:
    if value is None:
        return
    if isinstance(value, WorkingDays):
        if value.days < 0:
            raise InvalidValue(field.name, str(value), "must not be negative")
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

    Working days keep the local time of day on the last of them, or with ``end_of_day`` end at its last close; pauses
    move the due on by their open time. ``until_field`` promises the instant in a field of the ticket (ISO 8601 with an
    offset), the next open instant when the calendar is closed then; no pause moves it, and without such a text nothing
    is promised. ``then_elapsed`` goes on in all time where ``within`` ends; ``out_of_hours`` is added for a cycle that
    begins while the calendar is closed. ``counts`` is for those that only measure.

    >>> from deskcore.hours import business
    >>> print(Target.first_response(business(hours=2)))
    first_response within 2 business hours

    Raises:
        InvalidValue: the amount is negative or no amount of time, or an option does not fit the amount.
    """

    metric: str = attrs.field(validator=named)
    within: BusinessDuration | ElapsedDuration | WorkingDays | None = attrs.field(validator=_promise)
    when: Condition = attrs.field(default=ALWAYS, validator=instance_of_kind(Condition, A_CONDITION))
    calendar: str | None = None
    end_of_day: bool = False
    until_field: str | None = None
    then_elapsed: ElapsedDuration | None = None
    out_of_hours: BusinessDuration | None = None
    counts: Counts = "business"

    def __attrs_post_init__(self) -> None:
        one_of("counts", self.counts, get_args(Counts))
        faults = (
            ("end_of_day", self.end_of_day and not isinstance(self.within, WorkingDays), "working days"),
            ("until_field", self.until_field is not None and self.within is not None, "no amount"),
            ("then_elapsed", bool(self.then_elapsed) and not isinstance(self.within, BusinessDuration), "open time"),
            ("out_of_hours", bool(self.out_of_hours) and not isinstance(self.within, BusinessDuration), "open time"),
        )
        for name, is_wrong, fitting in faults:
            if is_wrong:
                raise InvalidValue(name, getattr(self, name), f"goes with a promise in {fitting} only")

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
    def pausable_update(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """From each reply to the next, without the time the requester is waited for."""
        return cls("pausable_update", within, when)

    @classmethod
    def vendor_fix(cls, within: Within | None, *, when: Condition = ALWAYS) -> Target:
        """From handing over to a vendor until the ticket comes back."""
        return cls("vendor_fix", within, when)

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
        if self.until_field is not None:
            promise = f"by the instant in field {self.until_field}"
        promise += ", by the end of the day" if self.end_of_day else ""
        promise += f" and then {self.then_elapsed}" if self.then_elapsed else ""
        promise += f", out of hours {self.out_of_hours} more" if self.out_of_hours else ""
        given = "" if self.when == ALWAYS else f" when {self.when}"
        return f"{self.metric} {promise}{given}"
