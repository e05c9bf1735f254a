"""Figures of calls: service level, abandonment and speed of answer, in every variant that goes by one of those words.

The variant is an argument without a default; ``figures`` gives all of them, each under its own name.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.counts import figure, ratio, seconds
from deskcore.oversight.distributions import as_written
from deskcore.oversight.value import KpiValue

ServiceLevelOf: TypeAlias = Literal[
    "of_answered", "of_offered", "of_offered_less_short_abandons", "counting_short_abandons_as_met"
]
"""Of which contacts the service level is a share; the last one counts early abandons as kept promises."""
AbandonmentOf: TypeAlias = Literal["raw", "excluding_short"]
SpeedOf: TypeAlias = Literal["of_answered", "of_all"]


def _parts(whole: str, of: int, **parts: int) -> None:
    for name, part in parts.items():
        if part > of:
            raise InvalidValue(name, part, f"must not exceed {whole}, {of}")


@final
@attrs.frozen
class ContactCounts:
    """The contacts of a period: offered, answered, answered within the threshold, abandoned, abandoned early.

    ``abandoned_short`` are those that left within a grace so short that nobody could have answered. Where the answered
    are not known, the service level has no value.

    >>> day = ContactCounts(1000, 80, 30, answered=920, answered_in_threshold=752)
    >>> day.service_level("of_offered"), round(day.abandonment("excluding_short"), 4)
    (0.752, 0.0515)

    Raises:
        InvalidValue: negative counts, or a part larger than its whole.
    """

    offered: int = attrs.field(validator=not_negative)
    abandoned: int = attrs.field(validator=not_negative)
    abandoned_short: int = attrs.field(default=0, validator=not_negative)
    answered: int | None = attrs.field(default=None, kw_only=True)
    answered_in_threshold: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _parts("offered", self.offered, abandoned=self.abandoned)
        _parts("abandoned", self.abandoned, abandoned_short=self.abandoned_short)
        for name, value in (("answered", self.answered), ("answered_in_threshold", self.answered_in_threshold)):
            if value is not None and not 0 <= value <= self.offered:
                raise InvalidValue(name, value, f"must lie in 0..{self.offered}, the offered")
        if self.answered is not None and self.answered_in_threshold is not None:
            _parts("answered", self.answered, answered_in_threshold=self.answered_in_threshold)

    def service_level(self, of: ServiceLevelOf) -> float | None:
        """The share answered within the threshold, by a named variant.

        Raises:
            InvalidValue: an unknown variant.
        """
        if of not in get_args(ServiceLevelOf):
            raise InvalidValue("of", of, f"must be one of {', '.join(get_args(ServiceLevelOf))}")
        met = self.answered_in_threshold
        if met is None or (of == "of_answered" and self.answered is None):
            return None
        if of == "of_answered":
            return ratio(met, self.answered or 0)
        if of == "of_offered":
            return ratio(met, self.offered)
        if of == "of_offered_less_short_abandons":
            return ratio(met, self.offered - self.abandoned_short)
        return ratio(met + self.abandoned_short, self.offered)

    def abandonment(self, of: AbandonmentOf) -> float | None:
        """The share that left: of all offered, or with the early ones out of both numbers.

        Raises:
            InvalidValue: an unknown variant.
        """
        if of not in get_args(AbandonmentOf):
            raise InvalidValue("of", of, f"must be one of {', '.join(get_args(AbandonmentOf))}")
        left_out = 0 if of == "raw" else self.abandoned_short
        return ratio(self.abandoned - left_out, self.offered - left_out)

    def figures(self) -> tuple[KpiValue, ...]:
        """All variants of service level and abandonment, each under its own name.

        >>> day = ContactCounts(1000, 80, 30, answered=920, answered_in_threshold=752)
        >>> print(day.figures()[1].explain())
        service_level.of_offered: 75.2 % (752 of 1,000; answered within the threshold / offered)
        """
        met, short = self.answered_in_threshold, self.abandoned_short
        less_short, kept = self.offered - short, None if met is None else met + short
        within = "answered within the threshold"
        named = (
            ("service_level.of_answered", met, self.answered, f"{within} / answered"),
            ("service_level.of_offered", met, self.offered, f"{within} / offered"),
            (
                "service_level.of_offered_less_short_abandons",
                met,
                less_short,
                f"{within} / offered less early abandons",
            ),
            (
                "service_level.counting_short_abandons_as_met",
                kept,
                self.offered,
                f"{within}, or abandoned early / offered",
            ),
            ("abandonment.raw", self.abandoned, self.offered, "abandoned / offered"),
            ("abandonment.excluding_short", self.abandoned - short, less_short, "the same without early abandons"),
        )
        return tuple(figure(*one) for one in named)


@final
@attrs.frozen
class AnswerWaits:
    """How long contacts waited, in seconds summed up: those answered, and those that left.

    One word, speed of answer, two figures: over the answered alone, or over all who came.

    >>> waits = AnswerWaits(answered=90, answered_wait_s=1800, abandoned=10, abandoned_wait_s=1200)
    >>> waits.mean("of_answered"), waits.mean("of_all")
    (20.0, 30.0)

    Raises:
        InvalidValue: negative numbers.
    """

    answered: int = attrs.field(validator=not_negative)
    answered_wait_s: float = attrs.field(validator=seconds)
    abandoned: int = attrs.field(default=0, validator=not_negative)
    abandoned_wait_s: float = attrs.field(default=0.0, validator=seconds)

    def mean(self, of: SpeedOf) -> float | None:
        """The mean wait in seconds, by a named variant.

        Raises:
            InvalidValue: an unknown variant.
        """
        if of not in get_args(SpeedOf):
            raise InvalidValue("of", of, f"must be one of {', '.join(get_args(SpeedOf))}")
        if of == "of_answered":
            return ratio(self.answered_wait_s, self.answered)
        return ratio(self._waited, self.answered + self.abandoned)

    def figures(self) -> tuple[KpiValue, ...]:
        """Both variants."""
        everybody = self.answered + self.abandoned
        return (
            figure(
                "speed_of_answer.of_answered",
                self.answered_wait_s,
                self.answered,
                "waits of the answered / answered",
                unit="seconds",
            ),
            figure(
                "speed_of_answer.of_all",
                self._waited,
                everybody,
                "waits of all / answered and abandoned",
                unit="seconds",
            ),
        )

    @property
    def _waited(self) -> Fraction:
        return as_written(self.answered_wait_s) + as_written(self.abandoned_wait_s)
