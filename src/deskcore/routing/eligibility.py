"""Requirements over what a ticket and an agent say of each other: queues, names, selectors, certificates, rest, limits.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import final

import attrs

from deskcore._value import from_us, instance_of_kind, named, to_us
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.log import EventData
from deskcore.predicate import Condition
from deskcore.predicate.nodes import A_CONDITION
from deskcore.routing.asking import Selector
from deskcore.routing.claims import ELIGIBLE, PURE, Claims
from deskcore.routing.events import Metered
from deskcore.routing.kinds import amount, whole
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff


@final
@attrs.frozen
class ServesQueue(Requirement):
    """The agent serves a queue, and the ticket has waited as long as the agent leaves that queue's tickets to others.

    The queue is the ticket's own unless one is named. Who lists no queues serves all; a ticket in none is anybody's.

    >>> print(ServesQueue())
    serves the queue
    """

    queue: str | None = None

    def _served(self, ticket: WaitingFacts) -> str | None:
        return self.queue if self.queue is not None else ticket.queue

    def _opens(self, ticket: WaitingFacts, candidate: Candidate) -> int | None:
        """When the agent may take it, in microseconds of UTC; ``None``: never."""
        agent, queue = candidate.agent, self._served(ticket)
        if agent is None or not agent.queues or queue is None:
            return 0
        served = agent.queues.get(queue)
        return None if served is None else to_us(ticket.queued_at) + served.delay.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        opens = self._opens(ticket, candidate)
        return opens is not None and opens <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        opens = self._opens(ticket, candidate)
        return opens if opens is not None and opens > floor.at_us else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        delayed = any(one.delay for agent in floor.staff.agents for one in agent.queues.values())
        return (self._served(ticket), ticket.queued_at if delayed else None)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        queue = self._served(ticket)
        opens = self._opens(ticket, candidate)
        if opens is None:
            return f"{candidate.called} does not serve queue {queue}"
        if opens > floor.at_us:
            return f"{candidate.called} leaves queue {queue} to others until {from_us(opens).isoformat()}"
        return f"{candidate.called} serves queue {queue}" if queue is not None else "the ticket stands in no queue"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        serving = (agent for agent in staff.agents if not agent.queues or self.queue in agent.queues)
        if self.queue is not None and next(serving, None) is None:
            yield Problem(path, f"asks for queue {self.queue!r}, which nobody serves", "nobody_eligible")

    @property
    def otherwise(self) -> str:
        return "not serving the queue"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "serves the queue" if self.queue is None else f"serves queue {self.queue}"


@final
@attrs.frozen
class Allowed(Requirement):
    """The ticket does not restrict who may have it, or names the candidate; and it does not exclude the candidate.

    >>> print(Allowed())
    allowed by the ticket
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.id not in ticket.excluded and (not ticket.allowed or candidate.id in ticket.allowed)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.allowed, ticket.excluded)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if candidate.id in ticket.excluded:
            return f"the ticket excludes {candidate.called}"
        if not ticket.allowed:
            return "the ticket may go to anybody"
        state = "names" if candidate.id in ticket.allowed else "does not name"
        return f"the ticket {state} {candidate.called}"

    @property
    def otherwise(self) -> str:
        return "not allowed"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "allowed by the ticket"


@final
@attrs.frozen
class Among(Requirement):
    """The candidate is one of these, by id, whatever the ticket says.

    >>> print(Among(("bo", "mia")))
    bo or mia
    """

    ids: tuple[str, ...] = attrs.field(
        validator=instance_of_kind(str, "must be the id of an agent or a partner", many=True)
    )

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return candidate.id in self.ids

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        state = "is" if self.test(ticket, candidate, floor) else "is not"
        return f"{candidate.called} {state} among {', '.join(self.ids)}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for name in self.ids:
            if not (staff.knows_agent(name) or staff.knows_partner(name)):
                yield Problem(path, f"names the unknown agent {name!r}", "unknown_agent")

    @property
    def otherwise(self) -> str:
        return "not among them"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return " or ".join(self.ids) or "nobody"


@final
@attrs.frozen
class IsPreferred(Requirement):
    """The ticket asks for the candidate by name. One that asks for nobody is anybody's, or nobody's if ``strict``.

    >>> print(IsPreferred())
    asked for by name
    """

    strict: bool = False

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.id in ticket.preferred or (not ticket.preferred and not self.strict)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.preferred

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if not ticket.preferred:
            return "the ticket asks for nobody by name"
        state = "asks" if candidate.id in ticket.preferred else "does not ask"
        return f"the ticket {state} for {candidate.called}"

    @property
    def otherwise(self) -> str:
        return "not asked for"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "asked for by name"


@final
@attrs.frozen
class MeetsSelectors(Requirement):
    """Every selector of the ticket that has not expired holds of the agent's labels. A desk as a whole has none.

    >>> print(MeetsSelectors())
    meets the selectors
    """

    def asked(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Selector, ...]:
        """The selectors that still stand, in the ticket's order."""
        return tuple(one for one in ticket.selectors if (_expiry(one, ticket) or _LATEST) > floor.at_us)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return all(one.holds(candidate.labels.get(one.label)) for one in self.asked(ticket, floor))

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        expiries = (_expiry(one, ticket) for one in ticket.selectors)
        return min((one for one in expiries if one is not None and one > floor.at_us), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.selectors, ticket.queued_at) if ticket.selectors else None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        failed = [str(one) for one in self.asked(ticket, floor) if not one.holds(candidate.labels.get(one.label))]
        if failed:
            return f"{candidate.called} fails {', '.join(failed)}"
        return f"{candidate.called} meets every selector"

    @property
    def otherwise(self) -> str:
        return "failing a selector"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "meets the selectors"


@final
@attrs.frozen
class HasLabel(Requirement):
    """One label of the agent compares as asked, whatever the ticket says.

    >>> print(HasLabel("senior", "eq", True))
    label senior is True
    """

    label: str = attrs.field(validator=named)
    op: str = "eq"
    value: str | int | float | bool | None = True

    def _selector(self) -> Selector:
        return Selector(self.label, self.op, self.value)  # type: ignore[arg-type]  # the selector checks the word

    def __attrs_post_init__(self) -> None:
        self._selector()

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return self._selector().holds(candidate.labels.get(self.label))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket, floor
        return f"{candidate.called} has label {self.label} {candidate.labels.get(self.label)}"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"label {self._selector()}"


@final
@attrs.frozen
class HasLabelNamed(Requirement):
    """The agent has a true label whose name is a prefix and one of the ticket's own fields: ``Support_`` + its console.

    >>> print(HasLabelNamed("Support_", "console"))
    has the label Support_<console>
    """

    prefix: str
    field: str = attrs.field(validator=named)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.labels.get(f"{self.prefix}{ticket.fields.get(self.field)}") is True

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        state = "has" if self.test(ticket, candidate, floor) else "lacks"
        return f"{candidate.called} {state} the label {self.prefix}{ticket.fields.get(self.field)}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"has the label {self.prefix}<{self.field}>"


@final
@attrs.frozen
class TicketMeets(Requirement):
    """A condition over the ticket's facts holds, whoever the candidate.

    >>> from deskcore.predicate import Is
    >>> print(TicketMeets(Is("vip", True)))
    the ticket: vip is True
    """

    condition: Condition = attrs.field(validator=instance_of_kind(Condition, A_CONDITION))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del candidate
        return self.condition.test(floor.facts(ticket))

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        return floor.next_fact_change(self.condition.names(), ticket)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        own = floor.next_fact_change(self.condition.names(), ticket)
        return (own, self.condition.test(floor.facts(ticket)))

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del candidate
        return f"the ticket: {self.condition.explain(floor.facts(ticket)).explain()}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"the ticket: {self.condition}"


@final
@attrs.frozen
class Certified(Requirement):
    """The agent holds a certificate that has not lapsed: it is valid until its instant, which is not included.

    >>> print(Certified("fire safety"))
    certified in fire safety
    """

    certificate: str = attrs.field(validator=named)

    def _until(self, candidate: Candidate) -> int | None:
        until = None if candidate.agent is None else candidate.agent.certificates.get(self.certificate)
        return None if until is None else to_us(until)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        until = self._until(candidate)
        return until is not None and floor.at_us < until

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return self._until(candidate) if self.test(ticket, candidate, floor) else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        until = self._until(candidate)
        if until is None:
            return f"{candidate.called} holds no certificate in {self.certificate}"
        state = "until" if self.test(ticket, candidate, floor) else "lapsed at"
        return f"{candidate.called} is certified in {self.certificate}, {state} {from_us(until).isoformat()}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not any(self.certificate in agent.certificates for agent in staff.agents):
            yield Problem(path, f"asks for the certificate {self.certificate!r}, which nobody holds", "nobody_eligible")

    @property
    def otherwise(self) -> str:
        return f"not certified in {self.certificate}"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"certified in {self.certificate}"


@final
@attrs.frozen
class Rested(Requirement):
    """More elapsed time than the agent's ``wrap_up`` has passed since their last ticket left. Exactly is not more.

    >>> print(Rested())
    rested
    """

    def _over(self, candidate: Candidate) -> int | None:
        """The first instant at which the rest is over; ``None`` when there is none to take."""
        agent, released = candidate.agent, candidate.load.released_at
        if agent is None or agent.wrap_up is None or released is None:
            return None
        return to_us(released) + agent.wrap_up.microseconds + 1

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        over = self._over(candidate)
        return over is None or over <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return None if self.test(ticket, candidate, floor) else self._over(candidate)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if self.test(ticket, candidate, floor):
            return f"{candidate.called} needs no rest"
        return f"{candidate.called} wraps up until {from_us((self._over(candidate) or 1) - 1).isoformat()}"

    @property
    def otherwise(self) -> str:
        return "wrapping up"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    def __str__(self) -> str:
        return "rested"


@final
@attrs.frozen
class ActiveWithin(Requirement):
    """The ticket's last activity is not longer ago than an elapsed time; exactly so long is not longer.

    Its opening counts where nothing is known of later activity.

    >>> from deskcore.hours import elapsed
    >>> print(ActiveWithin(elapsed(hours=48)))
    active within 2d
    """

    amount: ElapsedDuration = attrs.field(validator=amount())

    def _ends(self, ticket: WaitingFacts) -> int:
        return to_us(ticket.last_activity_at or ticket.opened_at) + self.amount.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del candidate
        return floor.at_us <= self._ends(ticket)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return self._ends(ticket) + 1 if self.test(ticket, candidate, floor) else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return self._ends(ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del candidate, floor
        return f"the ticket's last activity was at {(ticket.last_activity_at or ticket.opened_at).isoformat()}"

    @property
    def otherwise(self) -> str:
        return "for a ticket long inactive"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"active within {self.amount}"


@final
@attrs.frozen
class UnderLimit(Requirement):
    """At most so many tickets through this step in a sliding window of elapsed time: for each candidate, or for all.

    What was given exactly ``window`` ago counts no more. ``shared`` counts all candidates together.

    >>> from deskcore.hours import elapsed
    >>> print(UnderLimit("fair", most=2, window=elapsed(hours=1)))
    at most 2 in 1h

    Raises:
        InvalidValue: a negative limit, or a window that is not above zero.
    """

    id: str = attrs.field(validator=named)
    most: int = attrs.field(kw_only=True, validator=whole())
    window: ElapsedDuration = attrs.field(kw_only=True, validator=amount(above_zero=True))
    shared: bool = attrs.field(default=False, kw_only=True)

    def _ends(self, candidate: Candidate, floor: Snapshot) -> list[int]:
        charges = floor.routing.charges(self.id, self._member(candidate))
        ends = (to_us(charge.at) + self.window.microseconds for charge in charges for _ in range(charge.amount))
        return sorted(end for end in ends if end > floor.at_us)

    def _member(self, candidate: Candidate) -> str:
        return ALL if self.shared else candidate.id

    def counted(self, candidate: Candidate, floor: Snapshot) -> int:
        """How many count against the limit now."""
        return len(self._ends(candidate, floor))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return self.counted(candidate, floor) < self.most

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        if self.most == 0 or self.test(ticket, candidate, floor):
            return None
        return self._ends(candidate, floor)[-self.most]

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        del ticket, floor
        return (Metered(self.id, self._member(candidate), 1, self.window.microseconds),)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        whose = "all together" if self.shared else candidate.called
        return f"{whose} had {self.counted(candidate, floor)} of at most {self.most} in {self.window}"

    @property
    def otherwise(self) -> str:
        return f"over limit {self.id}"

    @property
    def claims(self) -> Claims:
        return PURE.union(("keeps_shares",))

    def __str__(self) -> str:
        return f"at most {self.most} in {self.window}"


@final
@attrs.frozen
class NotRefused(Requirement):
    """The candidate has not turned the ticket down while it waits, or ``cool_down`` of elapsed time has passed since.

    Without a cool-down nobody is asked twice.

    >>> print(NotRefused())
    has not turned it down
    """

    cool_down: ElapsedDuration | None = attrs.field(default=None, validator=amount(optional=True))

    def _until(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        last = [one.at for one in floor.routing.refused(ticket.ticket) if one.by == candidate.id]
        if not last:
            return None
        return _LATEST if self.cool_down is None else to_us(last[-1]) + self.cool_down.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        until = self._until(ticket, candidate, floor)
        return until is None or until <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        until = self._until(ticket, candidate, floor)
        return until if until is not None and floor.at_us < until < _LATEST else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return floor.routing.refused(ticket.ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        until = self._until(ticket, candidate, floor)
        if until is None:
            return f"{candidate.called} has not turned the ticket down"
        again = "" if until == _LATEST else f", is asked again from {from_us(until).isoformat()}"
        return f"{candidate.called} turned the ticket down{again}"

    @property
    def otherwise(self) -> str:
        return "having turned it down"

    @property
    def claims(self) -> Claims:
        return PURE.union(("bounded_offers",))

    def __str__(self) -> str:
        return "has not turned it down" + ("" if self.cool_down is None else f" in {self.cool_down}")


@final
@attrs.frozen
class HasPreferredSkills(Requirement):
    """Every skill that the ticket would like and has not given up is held. Whole levels are given up with time.

    Every ``drop_every`` of waiting, elapsed, the largest level that is left is dropped: reached exactly it is gone.

    >>> from deskcore.hours import elapsed
    >>> print(HasPreferredSkills(elapsed(seconds=30)))
    holds the preferred skills, one level fewer every 30s

    Raises:
        InvalidValue: ``drop_every`` is not above zero.
    """

    drop_every: ElapsedDuration = attrs.field(validator=amount(above_zero=True))

    def _dropped(self, ticket: WaitingFacts, floor: Snapshot) -> int:
        return max(0, floor.at_us - to_us(ticket.queued_at)) // self.drop_every.microseconds

    def still_asked(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[str, ...]:
        """The preferred skills that still stand, in the ticket's order."""
        levels = sorted({one.drop_level for one in ticket.preferred_skills})
        standing = levels[: max(0, len(levels) - self._dropped(ticket, floor))]
        return tuple(one.skill for one in ticket.preferred_skills if one.drop_level in standing)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        asked = self.still_asked(ticket, floor)
        wanted = {one.skill: one.level for one in ticket.preferred_skills}
        return all(candidate.skills.get(skill, 0) >= wanted[skill] for skill in asked)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        if not self.still_asked(ticket, floor):
            return None
        return to_us(ticket.queued_at) + (self._dropped(ticket, floor) + 1) * self.drop_every.microseconds

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.preferred_skills, ticket.queued_at) if ticket.preferred_skills else None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        lacking = [skill for skill in self.still_asked(ticket, floor) if skill not in candidate.skills]
        if lacking:
            return f"{candidate.called} lacks {', '.join(lacking)}, still preferred"
        return f"{candidate.called} holds every skill still preferred"

    @property
    def otherwise(self) -> str:
        return "without the preferred skills"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"holds the preferred skills, one level fewer every {self.drop_every}"


ALL = "*"
"""The member under which a shared limit counts everybody."""

_LATEST = 1 << 62
"""After every instant a datetime can hold."""


def _expiry(selector: Selector, ticket: WaitingFacts) -> int | None:
    after = selector.expires_after
    return None if after is None else to_us(ticket.queued_at) + after.microseconds


ELIGIBILITY: tuple[type[Requirement], ...] = (
    ServesQueue, Allowed, Among, IsPreferred, MeetsSelectors, HasLabel, HasLabelNamed, TicketMeets, Certified, Rested,
    ActiveWithin, UnderLimit, NotRefused, HasPreferredSkills,
)  # fmt: skip
"""Every requirement of this module."""
