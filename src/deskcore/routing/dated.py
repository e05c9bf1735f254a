"""What holds between two dates: seasons that open a gate, launches and releases that put another policy in force.

Instants, not local dates: say ``datetime(2026, 11, 27, tzinfo=ZoneInfo("Europe/Amsterdam"))`` where midnight is meant.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final, final

import attrs

from deskcore._value import as_tuple, aware, instance_of_kind, named, to_us
from deskcore.errors import InvalidConfiguration, InvalidValue, Problem
from deskcore.log import EventData
from deskcore.routing.claims import PLACES_NOBODY, Claims, of_parts, of_the_whole
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.signals import Signal
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
class Season:
    """A named stretch of time: ``begins`` is included, ``ends`` not.

    >>> from datetime import UTC
    >>> print(Season("launch", datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC)))
    launch

    Raises:
        InvalidValue: a naive instant, or an end that is not after the beginning.
    """

    name: str = attrs.field(validator=named)
    begins: datetime = attrs.field(validator=aware)
    ends: datetime = attrs.field(validator=aware)

    def __attrs_post_init__(self) -> None:
        if to_us(self.ends) <= to_us(self.begins):
            raise InvalidValue("ends", self.ends, f"must be after the beginning of {self.name}")

    def holds(self, at_us: int) -> bool:
        """Whether an instant, in microseconds of UTC, lies in it."""
        return to_us(self.begins) <= at_us < to_us(self.ends)

    def next_edge(self, at_us: int) -> int | None:
        """The next of its ends, strictly later."""
        return next((edge for edge in (to_us(self.begins), to_us(self.ends)) if edge > at_us), None)

    def __str__(self) -> str:
        return self.name


_A_SEASON: Final = "must be a season, for example Season('launch', begins, ends)"


def _seasons(given: Iterable[Season]) -> tuple[Season, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class InSeason(Signal):
    """1 during any of some seasons, else 0: for gates that open by date.

    >>> from datetime import UTC
    >>> print(InSeason((Season("launch", datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC)),)))
    during launch
    """

    seasons: tuple[Season, ...] = attrs.field(
        converter=_seasons, validator=instance_of_kind(Season, _A_SEASON, many=True)
    )

    def reading(self, floor: Snapshot) -> float:
        return 1 if any(season.holds(floor.at_us) for season in self.seasons) else 0

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        edges = (season.next_edge(floor.at_us) for season in self.seasons)
        return min((edge for edge in edges if edge is not None), default=None)

    def __str__(self) -> str:
        return f"during {' or '.join(str(season) for season in self.seasons) or 'no season'}"


@final
@attrs.frozen
class Override:
    """A policy in force during a season.

    >>> from datetime import UTC
    >>> from deskcore.routing import Wait
    >>> print(Override(Season("launch", datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC)), Wait()))
    wait during launch
    """

    season: Season = attrs.field(validator=instance_of_kind(Season, _A_SEASON))
    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))

    def __str__(self) -> str:
        return f"{self.policy} during {self.season}"


def _overrides(given: Iterable[Override]) -> tuple[Override, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Dated(RoutingPolicy):
    """One policy as a rule, another in each season: for launches, releases, holidays.

    Seasons do not overlap. What a season's policy has no answer for is not asked of ``usually``; say ``| usually``.

    >>> from datetime import UTC
    >>> from deskcore.routing import ToAgent, Wait
    >>> june = Season("launch", datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC))
    >>> print(Dated(ToAgent(), (Override(june, Wait("all hands")),)))
    an agent of house, least utilised, then longest idle; wait during launch

    Raises:
        InvalidConfiguration: seasons that overlap, or two of one name; all found at once.
    """

    usually: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    overrides: tuple[Override, ...] = attrs.field(
        converter=_overrides,
        validator=instance_of_kind(Override, "must be an override, for example Override(season, Wait())", many=True),
    )

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._faults())
        if problems:
            raise InvalidConfiguration("dated policy", problems)

    def _faults(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for place, one in enumerate(self.overrides):
            if one.season.name in seen:
                yield Problem(f"overrides[{place}].season.name", f"{one.season.name!r} is taken", "repeated_id")
            seen.add(one.season.name)
        for (_, one), (place, other) in pairwise(sorted(enumerate(self.overrides), key=lambda item: _begins(item[1]))):
            if to_us(other.season.begins) < to_us(one.season.ends):
                reason = f"begins before {one.season} ends"
                yield Problem(f"overrides[{place}].season", reason, "overlapping_seasons")

    def _now(self, floor: Snapshot) -> tuple[RoutingPolicy, str]:
        for one in self.overrides:
            if one.season.holds(floor.at_us):
                return one.policy, f"it is {one.season}"
        return self.usually, "no season"

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        policy, why = self._now(floor)
        return policy.answer(ticket, floor).after((why,) if policy is not self.usually else ())

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self._now(floor)[0].would(ticket, floor)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        edges = [one.season.next_edge(floor.at_us) for one in self.overrides]
        changes = (*edges, self._now(floor)[0].next_change(ticket, floor))
        return min((change for change in changes if change is not None), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self._now(floor)[0].demand(ticket, floor)

    def stages_due(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[EventData, ...]:
        return self._now(floor)[0].stages_due(ticket, floor)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        policy, why = self._now(floor)
        return (Step("by date", Decision.none(ticket, why)), *policy.trace(ticket, floor))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        dated = ((f"overrides[{place}].policy", one.policy) for place, one in enumerate(self.overrides))
        return (("usually", self.usually), *dated)

    @property
    def always_answers(self) -> bool:
        return all(part.always_answers for _, part in self.parts_by_label())

    @property
    def claims(self) -> Claims:
        return of_parts(self)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        for place, one in enumerate(self.overrides):
            if one.policy == self.usually:
                reason = f"changes nothing: {one.season} has the policy of every other day"
                yield Problem(f"{path}.overrides[{place}].policy", reason, "no_change")
        yield from super().problems(context, path)

    def __str__(self) -> str:
        return "; ".join((str(self.usually), *(str(one) for one in self.overrides)))


def _begins(one: Override) -> int:
    return to_us(one.season.begins)


@final
@attrs.frozen
class Hold(RoutingPolicy):
    """The ticket stays in line until an instant, which is not included; from then on no answer.

    ``decision.next_change`` is that instant. ``Wait()`` holds for good, ``When(~Is("open.office", True), Wait())``
    until a calendar opens.

    >>> from datetime import UTC
    >>> print(Hold(datetime(2026, 6, 1, tzinfo=UTC), "until the launch"))
    hold until 2026-06-01T00:00:00+00:00
    """

    until: datetime = attrs.field(validator=aware)
    why: str = ""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        if to_us(self.until) <= floor.at_us:
            return Decision.none(ticket, f"was held until {self.until.isoformat()}")
        return Decision("wait", ticket.ticket, policy=str(self), because=(self.why,) if self.why else ())

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        del ticket
        until = to_us(self.until)
        return until if until > floor.at_us else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, PLACES_NOBODY)

    def __str__(self) -> str:
        return f"hold until {self.until.isoformat()}"
