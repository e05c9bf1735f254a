"""Contacts of customers: whether the first one settled the matter, and how long the first reply took.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import aware, to_us
from deskcore.errors import InvalidValue
from deskcore.oversight.value import Excluded, KpiValue

Author: TypeAlias = Literal["requester", "staff"]


@final
@attrs.frozen
class CustomerContact:
    """A customer's contact on an issue. ``id`` names it where a figure lists what it left out.

    >>> from datetime import UTC
    >>> CustomerContact("ann", "vpn", datetime(2026, 5, 22, tzinfo=UTC)).issue
    'vpn'
    """

    customer: str
    issue: str
    at: datetime = attrs.field(validator=aware)
    id: str = ""


@final
@attrs.frozen
class FirstContactResolution:
    """First contact resolution by silence: nobody came back on the same issue within the window.

    A contact is mature once its window has passed by the last instant observed; immature ones are left out, or else
    the latest week would always look best. It fails when the same customer comes back on the same issue later than it
    and no later than its window's end. The window is elapsed time.

    >>> from datetime import UTC
    >>> day = datetime(2026, 5, 1, tzinfo=UTC)
    >>> came = [CustomerContact("ann", "vpn", day), CustomerContact("ann", "vpn", day + timedelta(days=6))]
    >>> value = FirstContactResolution(timedelta(days=7)).of(came, observed_until=day + timedelta(days=60))
    >>> value.shown, value.numerator, value.denominator
    ('50.0 %', 1, 2)

    Raises:
        InvalidValue: a window that is not above zero.
    """

    window: timedelta = timedelta(days=7)

    def __attrs_post_init__(self) -> None:
        if self.window <= timedelta(0):
            raise InvalidValue("window", self.window, "must be above zero")

    @property
    def definition(self) -> str:
        """What is divided by what."""
        return f"contacts without a return on the same issue within {self.window.days} days / contacts that old"

    def of(self, contacts: Iterable[CustomerContact], *, observed_until: datetime) -> KpiValue:
        """The figure; ``excluded`` names the immature ones. Sorts, then linear."""
        until = to_us(observed_until, "observed_until")
        window = self.window // timedelta(microseconds=1)
        by_issue: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for number, contact in enumerate(contacts):
            by_issue[contact.customer, contact.issue].append((to_us(contact.at), contact.id or f"contact {number}"))
        resolved, mature = 0, 0
        young: list[Excluded] = []
        for held in by_issue.values():
            held.sort()
            instants = [instant for instant, _ in held]
            for instant, name in held:
                if instant + window > until:
                    young.append(Excluded(name, "window still open"))
                    continue
                mature += 1
                resolved += not _returns(instants, instant, window)
        reason = "" if mature else "no contact is old enough"
        value = resolved / mature if mature else None
        return KpiValue(
            "first_contact_resolution", value, resolved, mature, tuple(sorted(young)), self.definition, "share", reason
        )


def _returns(instants: list[int], instant: int, window: int) -> bool:
    later = bisect_right(instants, instant)
    return later < len(instants) and instants[later] <= instant + window


@final
@attrs.frozen
class Posted:
    """A message or note: when, by whom, and whether the customer can read it.

    >>> from datetime import UTC
    >>> Posted(datetime(2026, 5, 22, tzinfo=UTC), "staff").is_public
    True
    """

    at: datetime = attrs.field(validator=aware)
    author: Author
    is_public: bool = True


@final
@attrs.frozen
class Conversation:
    """The messages of one ticket in order, the first of which opened it.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> asked = Conversation("requester", (Posted(nine, "requester"), Posted(nine + timedelta(minutes=5), "staff")))
    >>> asked.first_reply
    datetime.timedelta(seconds=300)
    """

    opened_by: Author
    messages: tuple[Posted, ...]

    @property
    def first_reply(self) -> timedelta | None:
        """Elapsed time from the first message to staff's first public one; ``None`` while there is none.

        Where staff opened it with a public message, that one replies to nobody, and the next one counts. Private notes
        never do.
        """
        if not self.messages:
            return None
        first = self.messages[0]
        is_own = self.opened_by == "staff" and first.author == "staff" and first.is_public
        replies = self.messages[1:] if is_own else self.messages
        found = next((one for one in replies if one.author == "staff" and one.is_public), None)
        return None if found is None else timedelta(microseconds=to_us(found.at) - to_us(first.at))
