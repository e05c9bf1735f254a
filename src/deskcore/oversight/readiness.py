"""Whether people are ready: training, certificates, access.

Not here: hours covered (``presence``), the playbook (``playbook``), figures not to be read alone (``guards``).

Layer: oversight. Imports _value and errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, as_frozen, named, unique
from deskcore.errors import InvalidValue

TRAINING: Final = (
    "top questions",
    "finding customers",
    "logging and reporting",
    "escalation",
    "troubleshooting",
    "product",
    "services",
    "customer types",
    "technical",
)
"""What a first-line agent is usually taught before the first contact."""


def _taught(held: Mapping[str, Iterable[str]]) -> FrozenDict[frozenset[str]]:
    for who, topics in held.items():
        if isinstance(topics, str):
            raise InvalidValue(f"taught[{who}]", topics, "must be a list of topics, not one text")
    return as_frozen({who: frozenset(topics) for who, topics in held.items()})


@final
@attrs.frozen
class TrainingChecklist:
    """Topics that everybody must have been taught, and who has been.

    >>> list_ = TrainingChecklist(("escalation", "product"), {"ann": ["product"], "bo": []})
    >>> list_.missing("ann"), list_.coverage
    (('escalation',), 0.25)

    Raises:
        InvalidValue: no topic, or one named twice.
    """

    topics: tuple[str, ...] = TRAINING
    taught: FrozenDict[frozenset[str]] = attrs.field(factory=FrozenDict[frozenset[str]], converter=_taught)

    def __attrs_post_init__(self) -> None:
        if not self.topics:
            raise InvalidValue("topics", self.topics, "must hold at least one topic")
        unique("topics", self.topics)

    def missing(self, agent: str) -> tuple[str, ...]:
        """What somebody has yet to learn; everything for somebody unknown."""
        known = self.taught.get(agent, frozenset())
        return tuple(topic for topic in self.topics if topic not in known)

    @property
    def coverage(self) -> float | None:
        """The share of topics taught over everybody; ``None`` of nobody."""
        if not self.taught:
            return None
        done = sum(len(self.topics) - len(self.missing(agent)) for agent in self.taught)
        return done / (len(self.topics) * len(self.taught))

    def coverage_of(self, agent: str) -> float:
        """The share of topics somebody was taught."""
        return 1 - len(self.missing(agent)) / len(self.topics)

    def coverage_by(self, party_of: Mapping[str, str]) -> FrozenDict[float]:
        """The same for each party, over its people; ``party_of`` names everybody's, taught or not.

        >>> held = TrainingChecklist(("escalation", "product"), FrozenDict({"ann": frozenset({"product", "escalation"})}))
        >>> dict(held.coverage_by({"ann": "house", "jo": "manila"}))
        {'house': 1.0, 'manila': 0.0}
        """  # noqa: E501 - the list is shown whole
        people: dict[str, list[str]] = {}
        for agent, party in sorted(party_of.items()):
            people.setdefault(party, []).append(agent)
        return FrozenDict(
            {party: sum(map(self.coverage_of, held)) / len(held) for party, held in sorted(people.items())}
        )


@final
@attrs.frozen
class Certificate:
    """A certificate somebody holds on a topic: valid from a date up to and including another.

    >>> Certificate("ann", "SAP", date(2026, 1, 1), date(2026, 12, 31)).is_valid(date(2026, 12, 31))
    True

    Raises:
        InvalidValue: it ends before it begins.
    """

    agent: str = attrs.field(validator=named)
    topic: str = attrs.field(validator=named)
    valid_from: date
    valid_to: date

    def __attrs_post_init__(self) -> None:
        if self.valid_to < self.valid_from:
            raise InvalidValue(
                "valid_to", self.valid_to.isoformat(), f"must not come before {self.valid_from.isoformat()}"
            )

    def is_valid(self, on: date) -> bool:
        """Whether it holds on a date; both ends included."""
        return self.valid_from <= on <= self.valid_to


def about_to_lapse(certificates: Iterable[Certificate], *, on: date, within_days: int) -> tuple[Certificate, ...]:
    """Those valid on a date that lapse within so many days, unless renewed: the earliest first.

    Renewed is who holds another on the same topic that is valid on the day after.

    >>> held = [Certificate("ann", "SAP", date(2026, 1, 1), date(2026, 6, 10))]
    >>> [one.agent for one in about_to_lapse(held, on=date(2026, 6, 1), within_days=14)]
    ['ann']

    Raises:
        InvalidValue: a negative number of days.
    """
    if within_days < 0:
        raise InvalidValue("within_days", within_days, "must not be negative")
    held = tuple(certificates)

    def is_renewed(one: Certificate) -> bool:
        after = one.valid_to + timedelta(days=1)
        return any((o.agent, o.topic) == (one.agent, one.topic) and o.is_valid(after) for o in held)

    last = on + timedelta(days=within_days)
    found = (one for one in held if one.is_valid(on) and one.valid_to <= last and not is_renewed(one))
    return tuple(sorted(found, key=lambda one: (one.valid_to, one.agent, one.topic)))


def access_gap(reference: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """What the own staff can reach and the partner's cannot, sorted; empty is parity.

    >>> access_gap(["crm", "wiki"], ["wiki"])
    ('crm',)
    """
    return tuple(sorted(frozenset(reference) - frozenset(granted)))


@final
@attrs.frozen
class AccessGrant:
    """A party may use a resource from a date on, up to and including another; ``None``: until further notice.

    >>> AccessGrant("manila", "crm", date(2026, 1, 1)).holds(date(2026, 5, 1))
    True

    Raises:
        InvalidValue: it ends before it begins.
    """

    party: str = attrs.field(validator=named)
    resource: str = attrs.field(validator=named)
    from_on: date
    to_on: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.to_on is not None and self.to_on < self.from_on:
            raise InvalidValue("to_on", self.to_on.isoformat(), f"must not come before {self.from_on.isoformat()}")

    def holds(self, on: date) -> bool:
        """Whether it holds on a date; both ends included."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


def access_gap_on(grants: Iterable[AccessGrant], party: str, *, reference: str, on: date) -> tuple[str, ...]:
    """What ``reference`` can reach on a date and ``party`` cannot, sorted; empty is parity.

    >>> held = [AccessGrant("house", "crm", date(2026, 1, 1)), AccessGrant("manila", "crm", date(2026, 6, 1))]
    >>> [access_gap_on(held, "manila", reference="house", on=date(2026, month, 1)) for month in (5, 6)]
    [('crm',), ()]
    """
    now = [grant for grant in grants if grant.holds(on)]
    return access_gap(
        (grant.resource for grant in now if grant.party == reference),
        (grant.resource for grant in now if grant.party == party),
    )
