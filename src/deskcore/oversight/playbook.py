"""What a partner's playbook covers: scripts, recorded examples, the commonest questions; and knowledge gone stale.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import final

import attrs

from deskcore._value import named, unique
from deskcore.errors import InvalidValue
from deskcore.oversight.selection import TopCategory


@final
@attrs.frozen
class CategoryGuide:
    """What the playbook holds on a category: the answer's article, whether a script leads through it, recorded examples.

    Off script, the agent must be able to improvise: leave such categories to a desk that may.

    >>> CategoryGuide("vpn", article="KB-7", exemplars=("call 4711",)).is_scripted
    True
    """  # noqa: E501 - the first line says it whole

    category: str = attrs.field(validator=named)
    article: str | None = attrs.field(default=None, kw_only=True)
    is_scripted: bool = attrs.field(default=True, kw_only=True)
    exemplars: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@final
@attrs.frozen
class PlaybookCoverage:
    """Which of the commonest questions a playbook answers, by number and by how much of the work they are.

    >>> PlaybookCoverage(("vpn",), ("mail",), 0.75).explain()
    '1 of 2 questions answered, 75.0 % of their contacts; missing: mail'
    """

    covered: tuple[str, ...]
    missing: tuple[str, ...]
    share: float | None

    def explain(self) -> str:
        """The coverage in one line."""
        of = len(self.covered) + len(self.missing)
        share = "" if self.share is None else f", {self.share * 100:.1f} % of their contacts"
        tail = f"; missing: {', '.join(self.missing)}" if self.missing else ""
        return f"{len(self.covered)} of {of} questions answered{share}{tail}"


@final
@attrs.frozen
class Playbook:
    """A party's guides by category.

    >>> book = Playbook("manila", (CategoryGuide("vpn", article="KB-7"), CategoryGuide("payroll", is_scripted=False)))
    >>> book.off_script, book.without_exemplar, book.exemplar_share
    (('payroll',), ('payroll', 'vpn'), 0.0)

    Raises:
        InvalidValue: an empty party, or two guides for one category.
    """

    party: str = attrs.field(validator=named)
    guides: tuple[CategoryGuide, ...] = ()

    def __attrs_post_init__(self) -> None:
        unique("guides", tuple(guide.category for guide in self.guides))

    def answers(self, category: str) -> bool:
        """Whether it holds an article or a script for a category."""
        return any(one.category == category and (one.article is not None or one.is_scripted) for one in self.guides)

    def coverage(self, top: Iterable[TopCategory]) -> PlaybookCoverage:
        """How much of the commonest questions it answers.

        >>> from deskcore.oversight.selection import top_categories
        >>> book = Playbook("manila", (CategoryGuide("vpn", article="KB-7"),))
        >>> print(book.coverage(top_categories({"vpn": 6, "mail": 2})).explain())
        1 of 2 questions answered, 75.0 % of their contacts; missing: mail
        """
        held = tuple(top)
        covered = tuple(one for one in held if self.answers(one.name))
        contacts = sum(one.count for one in held)
        share = float(Fraction(sum(one.count for one in covered), contacts)) if contacts else None
        known = frozenset(one.name for one in covered)
        return PlaybookCoverage(
            tuple(one.name for one in covered), tuple(one.name for one in held if one.name not in known), share
        )

    @property
    def off_script(self) -> tuple[str, ...]:
        """The categories no script leads through, sorted."""
        return tuple(sorted(one.category for one in self.guides if not one.is_scripted))

    @property
    def without_exemplar(self) -> tuple[str, ...]:
        """The categories without a recorded example of good handling, sorted."""
        return tuple(sorted(one.category for one in self.guides if not one.exemplars))

    @property
    def exemplar_share(self) -> float | None:
        """The share of categories with an example; ``None`` of no category."""
        if not self.guides:
            return None
        return 1 - len(self.without_exemplar) / len(self.guides)


@final
@attrs.frozen
class KnowledgeItem:
    """An article, who owns it, and the date by which it must be read again.

    >>> KnowledgeItem("KB-1", "dana", date(2026, 5, 1)).is_stale(date(2026, 5, 2))
    True
    """

    id: str = attrs.field(validator=named)
    owner: str = attrs.field(validator=named)
    review_on: date

    def is_stale(self, on: date) -> bool:
        """Whether its date has passed; on the date itself it is not."""
        return on > self.review_on


def stale(items: Iterable[KnowledgeItem], *, on: date) -> tuple[KnowledgeItem, ...]:
    """The articles whose date has passed, the longest overdue first.

    >>> kept = [KnowledgeItem("KB-1", "dana", date(2026, 5, 1)), KnowledgeItem("KB-2", "bo", date(2026, 7, 1))]
    >>> [one.id for one in stale(kept, on=date(2026, 6, 1))]
    ['KB-1']
    """
    return tuple(sorted((one for one in items if one.is_stale(on)), key=lambda one: (one.review_on, one.id)))


@final
@attrs.frozen
class FrequentCaller:
    """Somebody who came often, and on how many of those contacts a known answer exists.

    >>> FrequentCaller("ann", 7, 5).deflectable
    5
    """

    customer: str
    contacts: int
    deflectable: int = 0


def frequent_callers(
    contacts: Iterable[tuple[str, str]], *, at_least: int, answered: Mapping[str, str] | None = None
) -> tuple[FrequentCaller, ...]:
    """Customers with at least so many contacts, given as (customer, issue); the most frequent first, then by name.

    A contact is deflectable when ``answered`` holds an article for its issue.

    >>> came = [("ann", "password"), ("ann", "password"), ("bo", "vpn")]
    >>> [(one.customer, one.deflectable) for one in frequent_callers(came, at_least=2, answered={"password": "KB-1"})]
    [('ann', 2)]

    Raises:
        InvalidValue: ``at_least`` is below 1.
    """
    if at_least < 1:
        raise InvalidValue("at_least", at_least, "must be at least 1")
    known = answered or {}
    counts: Counter[str] = Counter()
    spared: Counter[str] = Counter()
    for customer, issue in contacts:
        counts[customer] += 1
        spared[customer] += issue in known
    found = (FrequentCaller(name, count, spared[name]) for name, count in counts.items() if count >= at_least)
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.customer)))


def repeat_rate(contacts: Iterable[tuple[str, str]]) -> float | None:
    """The share of (customer, issue) contacts that came again on an issue already asked about; ``None`` of no contact.

    >>> repeat_rate([("ann", "vpn"), ("ann", "vpn"), ("bo", "vpn"), ("ann", "mail")])
    0.25
    """
    held = list(contacts)
    return (len(held) - len(set(held))) / len(held) if held else None
