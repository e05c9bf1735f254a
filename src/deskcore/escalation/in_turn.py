"""The recipient that stands for one of several people in turn, across all tickets.

Not here: whose turn it is, which the floor says once (``pools``).

Layer: escalation. Imports staff and tickets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import as_tuple, named, unique
from deskcore.errors import InvalidValue
from deskcore.escalation.recipient import Recipient, Resolution
from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket

PoolOrder: TypeAlias = Literal["listed", "sorted"]
IfGone: TypeAlias = Literal["next", "first"]


def _members(given: Iterable[str]) -> tuple[str, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Pool(Recipient):
    """One of several people, in turn across all tickets: whoever is next, the floor says once and it is recorded.

    ``order`` is as listed or by name. Where the one who was last has left, ``if_gone`` goes on with the one who follows
    their name (a name that is nowhere in a list is followed by the first), or with the ``first``. ``present`` passes
    over those who are not present on the floor, and the floor always over those who are absent. Where nobody is left,
    the rung's fallbacks are asked.

    >>> pool = Pool("first line", ["ann", "bo", "cy"])
    >>> pool.after(None), pool.after("ann"), pool.after("cy")
    ('ann', 'bo', 'ann')
    >>> Pool("first line", ["ann", "cy"], order="sorted").after("bo")
    'cy'

    Raises:
        InvalidValue: a member is named twice, or an unknown word.
    """

    name: str = attrs.field(validator=named)
    members: tuple[str, ...] = attrs.field(converter=_members)
    order: PoolOrder = attrs.field(default="listed", kw_only=True)
    if_gone: IfGone = attrs.field(default="next", kw_only=True)
    present: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        unique("members", self.members)
        if self.order not in get_args(PoolOrder):
            raise InvalidValue("order", self.order, f"must be one of {', '.join(get_args(PoolOrder))}")
        if self.if_gone not in get_args(IfGone):
            raise InvalidValue("if_gone", self.if_gone, f"must be one of {', '.join(get_args(IfGone))}")

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del staff, ticket, at
        return Resolution((), (f"next in pool {self.name}",))

    def after(self, last: str | None, among: Collection[str] | None = None) -> str | None:
        """Whose turn it is after somebody's, among the members given (all); ``None`` where there is nobody."""
        ordered = sorted(self.members) if self.order == "sorted" else list(self.members)
        if last in ordered:
            start = ordered.index(last) + 1
        elif last is None or self.if_gone == "first" or self.order == "listed":
            start = 0
        else:
            start = bisect_right(ordered, last)
        turn = (*ordered[start:], *ordered[:start])
        return next((one for one in turn if among is None or one in among), None)

    def __str__(self) -> str:
        return f"next in pool {self.name}"
