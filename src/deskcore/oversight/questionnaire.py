"""A survey with several questions: each judged for itself with an interval, and who kept silent, by stratum.

One score hides what is wrong; a score without its silence hides more. Not here: one question alone (``survey``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import final

import attrs

from deskcore._value import FrozenDict, named, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight.counts import figure, ratio
from deskcore.oversight.distributions import as_written
from deskcore.oversight.intervals import Interval, Proportion
from deskcore.oversight.value import Excluded, KpiValue


@final
@attrs.frozen
class SurveyReply:
    """One customer's marks by question; a question left blank is absent. ``stratum`` as the survey asked.

    >>> SurveyReply("T-1", FrozenDict({"wait": 4.0})).marks["wait"]
    4.0
    """

    ticket: str = attrs.field(validator=named)
    marks: FrozenDict[float]
    stratum: str = ""


@final
@attrs.frozen
class DimensionScore:
    """What was said on one question: mean mark, good ones among those that answered it, and the interval of that share.

    >>> print(DimensionScore("wait", 4.5, Proportion(1, 2)).explain())
    wait: mean 4.50, 1 of 2 good, 9.5 % to 90.5 % (95 % confidence, wilson)
    """

    name: str
    mean: float | None
    good: Proportion

    @property
    def interval(self) -> Interval | None:
        """Wilson's, at 95 %; ``None`` of no answers."""
        return self.good.wilson()

    def explain(self) -> str:
        """The question in one line."""
        if self.mean is None:
            return f"{self.name}: nobody answered it"
        return f"{self.name}: mean {self.mean:.2f}, {self.good.successes} of {self.good.trials} good, {self.interval}"

    def to_dict(self) -> dict[str, object]:
        """For programs: every number and the interval."""
        interval = self.interval
        return {
            "name": self.name,
            "mean": self.mean,
            "good": self.good.successes,
            "answered": self.good.trials,
            "interval": None if interval is None else interval.to_dict(),
        }


@final
@attrs.frozen
class Questionnaire:
    """A survey's questions, how many were asked (by stratum), and what came back.

    A mark of ``good_from`` and more, up to ``highest``, is good.

    >>> survey = Questionnaire(
    ...     ("wait", "knowledge"),
    ...     FrozenDict({"gold": 10, "silver": 30}),
    ...     (SurveyReply("T-1", FrozenDict({"wait": 5.0, "knowledge": 2.0}), "gold"),
    ...      SurveyReply("T-2", FrozenDict({"wait": 4.0}), "silver")),
    ...     highest=5, good_from=4)
    >>> [(one.name, one.mean, one.good.successes) for one in survey.dimensions]
    [('wait', 4.5, 2), ('knowledge', 2.0, 0)]
    >>> [(one.name, one.shown) for one in survey.response_rates]
    [('response_rate.gold', '10.0 %'), ('response_rate.silver', '3.3 %')]

    Raises:
        InvalidValue: no question, a mark outside 0..highest, more replies than were asked, a ticket that replied twice.
        UnknownName: a mark for a question, or a stratum, that the survey lacks.
    """

    questions: tuple[str, ...]
    asked: FrozenDict[int]
    replies: tuple[SurveyReply, ...] = ()
    highest: float = attrs.field(kw_only=True)
    good_from: float = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.questions:
            raise InvalidValue("questions", self.questions, "must hold at least one question")
        unique("questions", self.questions)
        unique("replies", tuple(reply.ticket for reply in self.replies))
        for reply in self.replies:
            self._check(reply)
        for stratum, asked in self.asked.items():
            came = sum(reply.stratum == stratum for reply in self.replies)
            if not came <= asked:
                raise InvalidValue("asked", asked, f"must not be less than the replies of {stratum!r}, {came}")

    def _check(self, reply: SurveyReply) -> None:
        if reply.stratum not in self.asked:
            raise UnknownName("stratum", reply.stratum, tuple(self.asked))
        for name, mark in reply.marks.items():
            if name not in self.questions:
                raise UnknownName("question", name, self.questions)
            if not 0 <= mark <= self.highest:
                raise InvalidValue("marks", mark, f"must lie in 0..{self.highest:g}")

    @property
    def dimensions(self) -> tuple[DimensionScore, ...]:
        """Each question, in the order asked."""
        return tuple(self._dimension(name) for name in self.questions)

    def _dimension(self, name: str) -> DimensionScore:
        marks = [reply.marks[name] for reply in self.replies if name in reply.marks]
        total = sum((as_written(mark) for mark in marks), Fraction(0))
        good = Proportion(sum(mark >= self.good_from for mark in marks), len(marks))
        return DimensionScore(name, ratio(total, len(marks)), good)

    @property
    def response_rates(self) -> tuple[KpiValue, ...]:
        """How many of those asked replied, by stratum: where it is low, the scores say little."""
        return tuple(
            figure(
                f"response_rate.{stratum}",
                sum(reply.stratum == stratum for reply in self.replies),
                asked,
                "replied / asked",
                reason="nobody was asked",
            )
            for stratum, asked in sorted(self.asked.items())
        )

    def figures(self, name: str = "survey") -> tuple[KpiValue, ...]:
        """The good share of each question, named, with the tickets that left it blank; then the response rates."""
        return (*(self._good(name, question) for question in self.questions), *self.response_rates)

    def _good(self, name: str, question: str) -> KpiValue:
        good = self._dimension(question).good
        blank = tuple(
            sorted(Excluded(reply.ticket, "left blank") for reply in self.replies if question not in reply.marks)
        )
        definition = f"marks of {self.good_from:g} and more / marks"
        made = figure(f"{name}.{question}", good.successes, good.trials, definition, reason="nobody answered it")
        return attrs.evolve(made, excluded=blank)

    def explain(self) -> str:
        """Each question and each stratum, one line each."""
        lines = [one.explain() for one in self.dimensions]
        return "\n".join([*lines, *(rate.explain() for rate in self.response_rates)])
