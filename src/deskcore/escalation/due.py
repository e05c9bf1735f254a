"""When a rung is due, in one normal form: an anchor, an amount of time, and the clock that counts it.

Not here: the instant that comes out for one ticket (``plans``), and what happens then (``actions``).

Layer: escalation. Imports hours, _value and errors.
"""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore.errors import InvalidValue
from deskcore.hours.duration import BusinessDuration, ElapsedDuration

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
    "rung",
    "sla.share",
    "sla.due",
]
"""What an amount counts from.

``opened`` is the opening or the latest reopening, ``created`` the opening alone; ``updated`` the last change,
``contact`` the requester's last message, ``waiting`` their oldest unanswered one; ``assigned`` the last assignment,
``unassigned`` the instant since which nobody has the ticket; ``status`` the entry into the present status; ``resolved``
the solution that stands; ``rung`` the due instant of another rung; ``sla.share`` the instant at which a share of a
target is consumed, ``sla.due`` its due.
"""
ANCHORS: Final[tuple[Anchor, ...]] = get_args(Anchor)
SLA_ANCHORS: Final[frozenset[Anchor]] = frozenset({"sla.share", "sla.due"})
Amount: TypeAlias = BusinessDuration | ElapsedDuration

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
}


@final
@attrs.frozen
class Due:
    """An anchor and a signed amount after it. Build it with a constructor: ``Due.at_share("resolution", 0.5)``.

    The type of ``amount`` is the clock: an ``ElapsedDuration`` runs day and night, a ``BusinessDuration`` counts the
    open time of ``calendar`` (a name). A share of a target counts on that target's own clock, pauses included. ``of``
    names the metric of an SLA anchor or the other rung of a ``rung`` anchor.

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

    def __attrs_post_init__(self) -> None:
        if self.anchor not in ANCHORS:
            raise InvalidValue("anchor", self.anchor, f"must be one of {', '.join(ANCHORS)}")
        if (self.of is None) == (self.anchor in SLA_ANCHORS or self.anchor == "rung"):
            rule = (
                "must name a metric or a rung" if self.of is None else f"has no meaning for the anchor {self.anchor!r}"
            )
            raise InvalidValue("of", self.of, rule)
        if (self.share is None) == (self.anchor == "sla.share"):
            rule = "must be given" if self.share is None else f"has no meaning for the anchor {self.anchor!r}"
            raise InvalidValue("share", self.share, rule)
        if self.share is not None and not (math.isfinite(self.share) and self.share >= 0):
            raise InvalidValue("share", self.share, "must be zero or more, for example 0.5 for half of the target")
        if self.anchor != "sla.due" and self.amount.microseconds < 0:
            raise InvalidValue("amount", self.amount, "must not be negative; only a due instant is known beforehand")

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
    def after_rung(cls, rung: str, amount: Amount, *, calendar: str = "default") -> Due:
        """An amount after another rung of the same row was due (not after somebody looked).

        With ``until="acked"`` on the rung this is "no acknowledgement for that long".

        >>> from deskcore.hours.duration import elapsed
        >>> print(Due.after_rung("lead", elapsed(minutes=15)))
        15m after rung lead
        """
        return cls("rung", amount, of=rung, calendar=calendar)

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
        size = _size(self.amount)
        named = "" if self.calendar == "default" or self.clock == "elapsed" else f" ({self.calendar})"
        amount = f"{size}{named}"
        if self.anchor == "unassigned":
            return f"unassigned for {amount}"
        if self.anchor == "sla.due":
            side = "before" if self.amount.microseconds < 0 else "after"
            return f"{amount} {side} {self.of} is due" if size else f"when {self.of} is due"
        return f"{amount} after {f'rung {self.of}' if self.anchor == 'rung' else _WORDS[self.anchor]}"


def _size(amount: Amount) -> Amount:
    return -amount if amount.microseconds < 0 else amount
