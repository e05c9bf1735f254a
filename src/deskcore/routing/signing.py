"""A requirement over what somebody has signed: an agreement not to disclose, a contract of data processing.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import final

import attrs

from deskcore._value import named
from deskcore.errors import Problem
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff
from deskcore.staff.access import has_signed_us, signature


@final
@attrs.frozen
class HasSigned(Requirement):
    """The candidate has signed an agreement, or the partner they work for has, and it binds now: its end not included.

    >>> print(HasSigned("nda-acme"))
    has signed nda-acme
    """

    agreement: str = attrs.field(validator=named)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return has_signed_us(candidate.agent, candidate.partner, self.agreement, floor.at_us)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del ticket
        return floor.staff.next_signature_change_us(candidate.desk, self.agreement, floor.at_us)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        return f"{candidate.called} {signature(candidate.agent, candidate.partner, self.agreement, floor.at_us)}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not staff.anybody_signed(self.agreement):
            yield Problem(
                path, f"asks for the agreement {self.agreement!r}, which nobody has signed", "nobody_eligible"
            )

    @property
    def otherwise(self) -> str:
        return f"without {self.agreement}"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"has signed {self.agreement}"
