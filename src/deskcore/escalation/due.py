"""When a rung is due, in one normal form: an anchor, an amount of time, and the clock that counts it.

Not here: the instant that comes out for one ticket (``plans``), and what happens then (``actions``).

Layer: escalation. Imports hours, predicate, _value and errors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import pickled, unpickled
from deskcore._value import instance_of_kind
from deskcore.errors import InvalidValue
from deskcore.hours.duration import BusinessDuration, ElapsedDuration
from deskcore.predicate import Condition
from deskcore.predicate.nodes import A_CONDITION

Anchor: TypeAlias = Literal[
    "opened",
    "created",
    "updated",
    "contact",
    "waiting",
    "assigned",
    "unassigned",
    "status",
    "resolved",
    "vendor",
    "count",
    "since",
    "hand",
    "rung",
    "sla.share",
    "sla.due",
]
"""What an amount counts from.

``opened`` is the opening or the latest reopening, ``created`` the opening alone; ``updated`` the last change,
``contact`` the requester's last message, ``waiting`` their oldest unanswered one; ``assigned`` the last assignment,
``unassigned`` the instant since which nobody has the ticket; ``status`` the entry into the present status; ``resolved``
the solution that stands; ``vendor`` the hand-off to a partner desk or its last message; ``count`` the event that made
something happen so many times; ``since`` the event since which a condition has held; ``hand`` nothing: only somebody
who asks for it. ``rung`` is the due instant of another rung, ``sla.share`` the instant at which a share of a target is
consumed, ``sla.due`` its due.
"""
Counted: TypeAlias = Literal["alerted", "reopened", "reassigned"]
"""What is counted: alerts, reopenings, and changes of the person or the team that has the ticket."""
ANCHORS: Final[tuple[Anchor, ...]] = get_args(Anchor)
SLA_ANCHORS: Final[frozenset[Anchor]] = frozenset({"sla.share", "sla.due"})
_NAMING: Final[frozenset[Anchor]] = frozenset({"sla.share", "sla.due", "rung", "count"})
Amount: TypeAlias = BusinessDuration | ElapsedDuration

MOST_COUNTED: Final = 1_000
"""So many of the latest instants of each kind that is counted are kept with a case."""

_NONE: Final = ElapsedDuration.of_us(0)
_WORDS: Final[dict[str, str]] = {
    "opened": "the opening",
    "created": "the first opening",
    "updated": "the last update",
    "contact": "the requester's last message",
    "waiting": "the oldest unanswered message",
    "assigned": "the last assignment",
    "status": "the last change of status",
    "resolved": "the solution",
    "vendor": "the vendor's last sign",
}


@final
@attrs.frozen
class Due:
    """An anchor and a signed amount after it. Build it with a constructor: ``Due.at_share("resolution", 0.5)``.

    The type of ``amount`` is the clock: an ``ElapsedDuration`` runs day and night, a ``BusinessDuration`` counts the
    open time of ``calendar`` (a name). A share of a target counts on that target's own clock, pauses included. ``of``
    names the metric of an SLA anchor, the other rung of a ``rung`` anchor, or what a ``count`` anchor counts to
    ``times`` ``within`` an elapsed time (always, where it says none). ``condition`` is what a ``since`` anchor waits
    for. ``from_look`` of a ``rung`` anchor counts from when somebody saw the other rung due, as drifting ladders do;
    only then do late looks move what follows.

    >>> from deskcore.hours.duration import business, elapsed
    >>> print(Due.at_share("resolution", 0.5))
    50 % of resolution
    >>> print(Due.after_breach("resolution", elapsed(hours=1)))
    1h after resolution is due
    >>> print(Due.after_opened(business(hours=2), calendar="office"))
    2 business hours (office) after the opening

    Raises:
        InvalidValue: an anchor lacks what it counts from, or holds what has no meaning for it.
    """

    anchor: Anchor
    amount: Amount = _NONE
    of: str | None = None
    share: float | None = None
    calendar: str = "default"
    times: int | None = attrs.field(default=None, kw_only=True)
    within: ElapsedDuration | None = attrs.field(default=None, kw_only=True)
    from_look: bool = attrs.field(default=False, kw_only=True)
    condition: Condition | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(Condition | None, A_CONDITION)
    )
    amount_us: int = attrs.field(init=False, eq=False, repr=False, default=0)
    counts_on: str | None = attrs.field(init=False, eq=False, repr=False, default=None)
    watched: str = attrs.field(init=False, eq=False, repr=False, default="")

    def __attrs_post_init__(self) -> None:
        # Memos for the plan, outside equality: the amount, the calendar that it is counted on, if any, and the words
        # by which a ledger knows the condition.
        amount = self.amount.microseconds
        object.__setattr__(self, "amount_us", amount)
        is_open_time = amount and isinstance(self.amount, BusinessDuration)
        object.__setattr__(self, "counts_on", self.calendar if is_open_time else None)
        object.__setattr__(self, "watched", "" if self.condition is None else str(self.condition))
        if self.anchor not in ANCHORS:
            raise InvalidValue("anchor", self.anchor, f"must be one of {', '.join(ANCHORS)}")
        if (self.of is None) == (self.anchor in _NAMING):
            rule = (
                "must name a metric, a rung or what is counted"
                if self.of is None
                else f"has no meaning for the anchor {self.anchor!r}"
            )
            raise InvalidValue("of", self.of, rule)
        if (self.share is None) == (self.anchor == "sla.share"):
            rule = "must be given" if self.share is None else f"has no meaning for the anchor {self.anchor!r}"
            raise InvalidValue("share", self.share, rule)
        if self.share is not None and not (math.isfinite(self.share) and self.share >= 0):
            raise InvalidValue("share", self.share, "must be zero or more, for example 0.5 for half of the target")
        self._check_count()
        if (self.condition is None) == (self.anchor == "since"):
            rule = "must be given" if self.condition is None else f"has no meaning for the anchor {self.anchor!r}"
            raise InvalidValue("condition", self.condition, rule)
        if self.from_look and self.anchor != "rung":
            raise InvalidValue("from_look", True, f"has no meaning for the anchor {self.anchor!r}")
        if self.anchor != "sla.due" and self.amount.microseconds < 0:
            raise InvalidValue("amount", self.amount, "must not be negative; only a due instant is known beforehand")

    def __getstate__(self) -> dict[str, object]:
        return pickled(self)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        unpickled(self, state)
        self.__attrs_post_init__()

    def _check_count(self) -> None:
        if (self.times is None) == (self.anchor == "count"):
            rule = "must be given" if self.times is None else f"has no meaning for the anchor {self.anchor!r}"
            raise InvalidValue("times", self.times, rule)
        if self.anchor == "count" and self.of not in get_args(Counted):
            raise InvalidValue("of", self.of, f"must be one of {', '.join(get_args(Counted))}")
        if self.times is not None and not 1 <= self.times <= MOST_COUNTED:
            raise InvalidValue("times", self.times, f"must be from 1 to {MOST_COUNTED}")
        if self.within is not None and (self.anchor != "count" or self.within.microseconds <= 0):
            raise InvalidValue("within", str(self.within), "must be some time, and only for a count")

    @classmethod
    def at_share(cls, metric: str, share: float) -> Due:
        """When that share of the metric's target is consumed: 0.5 half-way, 1 when it is due, 1.5 half a target later.

        Counts on the target's own clock, so it stands still while that clock is paused.

        >>> print(Due.at_share("first_response", 0.8))
        80 % of first_response
        """
        return cls("sla.share", of=metric, share=share)

    @classmethod
    def on_breach(cls, metric: str) -> Due:
        """On the metric's due instant itself, when it passes unfulfilled.

        >>> print(Due.on_breach("resolution"))
        when resolution is due
        """
        return cls("sla.due", of=metric)

    @classmethod
    def after_breach(cls, metric: str, amount: Amount, *, calendar: str = "default") -> Due:
        """An amount after the metric's due instant, counted on while the ticket waits.

        ``at_share`` above 1 is counted on the target's own clock and stands still with it.

        >>> from deskcore.hours.duration import elapsed
        >>> Due.after_breach("resolution", elapsed(hours=1)).anchor
        'sla.due'
        """
        return cls("sla.due", _size(amount), of=metric, calendar=calendar)

    @classmethod
    def before_breach(cls, metric: str, amount: Amount, *, calendar: str = "default") -> Due:
        """An amount before the metric's due instant; at its start where the whole target is shorter.

        >>> from deskcore.hours.duration import business
        >>> print(Due.before_breach("resolution", business(minutes=30)))
        30 business minutes before resolution is due
        """
        return cls("sla.due", -_size(amount), of=metric, calendar=calendar)

    @classmethod
    def after_opened(cls, amount: Amount, *, calendar: str = "default") -> Due:
        """An amount after the opening, or after the latest reopening: an episode starts afresh.

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.after_opened(elapsed(minutes=30)))
        30m after the opening
        """
        return cls("opened", amount, calendar=calendar)

    @classmethod
    def unassigned_for(cls, amount: Amount, *, calendar: str = "default") -> Due:
        """When nobody has had the ticket for that long.

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.unassigned_for(elapsed(minutes=15)))
        unassigned for 15m
        """
        return cls("unassigned", amount, calendar=calendar)

    @classmethod
    def unanswered_for(cls, amount: Amount, *, calendar: str = "default") -> Due:
        """When the requester's oldest unanswered message has waited for that long.

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.unanswered_for(elapsed(hours=4)))
        4h after the oldest unanswered message
        """
        return cls("waiting", amount, calendar=calendar)

    @classmethod
    def after_rung(cls, rung: str, amount: Amount, *, calendar: str = "default", from_look: bool = False) -> Due:
        """An amount after another rung of the same row was due; with ``from_look`` after somebody saw it.

        A rung that was skipped takes no time: what counts from it is due at once. With ``until="acked"`` on the rung
        this is "no acknowledgement for that long".

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.after_rung("lead", elapsed(minutes=15)))
        15m after rung lead
        """
        return cls("rung", amount, of=rung, calendar=calendar, from_look=from_look)

    @classmethod
    def at_count(cls, counted: Counted, times: int, *, within: ElapsedDuration | None = None) -> Due:
        """When something has happened so many times, within an elapsed time where one is given; over all episodes.

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.at_count("reopened", 2, within=elapsed(days=7)))
        reopened 2 times within 7d
        """
        return cls("count", of=counted, times=times, within=within)

    @classmethod
    def vendor_silent_for(cls, amount: Amount, *, calendar: str = "default") -> Due:
        """When a partner desk has had the ticket for that long without a sign.

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.vendor_silent_for(elapsed(hours=8)))
        8h after the vendor's last sign
        """
        return cls("vendor", amount, calendar=calendar)

    @classmethod
    def since(cls, condition: Condition, amount: Amount = _NONE, *, calendar: str = "default") -> Due:
        """When a condition has held for that long: since the event that made it true, or since the latest reopening.

        It stops when the condition does, and counts afresh when that comes to hold again; as any rung, it fires once
        in an episode.

        >>> from deskcore.hours.duration import elapsed
        >>> from deskcore.predicate import Has, Is
        >>> print(Due.since(Is("field.sentiment", "negative"), elapsed(minutes=30)))
        30m since field.sentiment is negative
        >>> print(Due.since(Has("tags", "vip")))
        as soon as tags has vip
        """
        return cls("since", amount, calendar=calendar, condition=condition)

    @classmethod
    def by_hand(cls) -> Due:
        """Never by itself: only when somebody moves the ticket up.

        >>> print(Due.by_hand())
        by hand
        """
        return cls("hand")

    @property
    def on_sla(self) -> bool:
        """Whether it hangs on a clock of the agreement."""
        return self.anchor in SLA_ANCHORS

    @property
    def clock(self) -> str:
        """What counts the time: ``"sla"``, ``"elapsed"``, or the name of a calendar.

        >>> Due.at_share("resolution", 0.5).clock
        'sla'
        """
        if self.anchor == "sla.share":
            return "sla"
        return self.calendar if isinstance(self.amount, BusinessDuration) else "elapsed"

    def __str__(self) -> str:
        if self.share is not None:
            return f"{self.share * 100:g} % of {self.of}"
        if self.anchor == "hand":
            return "by hand"
        size = _size(self.amount)
        named = "" if self.calendar == "default" or self.clock == "elapsed" else f" ({self.calendar})"
        amount = f"{size}{named}"
        if self.anchor == "unassigned":
            return f"unassigned for {amount}"
        if self.condition is not None:
            return f"{amount} since {self.condition}" if size else f"as soon as {self.condition}"
        if self.anchor == "count":
            within = "" if self.within is None else f" within {self.within}"
            return f"{f'{amount} after ' if size else ''}{self.of} {self.times} times{within}"
        if self.anchor == "sla.due":
            side = "before" if self.amount.microseconds < 0 else "after"
            return f"{amount} {side} {self.of} is due" if size else f"when {self.of} is due"
        if self.anchor == "rung":
            return f"{amount} after rung {self.of}{' was seen' if self.from_look else ''}"
        return f"{amount} after {_WORDS[self.anchor]}"


def _size(amount: Amount) -> Amount:
    return -amount if amount.microseconds < 0 else amount
