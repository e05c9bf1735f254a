"""How large the parts of a ticket may grow: bounds that no command goes over, whoever gives it.

A ticket is folded, copied and sent as a whole, so nothing in it grows without end. Not here: the number of events.

Layer: tickets. Imports errors only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore.errors import InvalidValue


def _positive(_: object, field: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise InvalidValue(field.name, value, "must be a whole number of at least 1")


@final
@attrs.frozen(kw_only=True)
@lasting
class Limits:
    """Bounds, ends included; characters of texts, numbers of things. The defaults suit a desk of any size.

    Attributes:
        name: characters of an id, a name, a tag, a code.
        subject: characters of the subject.
        text: characters of a reason, a solution, a custom field's value.
        tags: tags on a ticket.
        fields: custom fields that have a value.
        links: links to other tickets.
        people: watchers, and as many in cc.
        articles: knowledge articles.
        messages: messages that one command moves, by a split or a merge.

    >>> Limits(subject=80).tags
    100
    """

    name: int = attrs.field(default=255, validator=_positive)
    subject: int = attrs.field(default=500, validator=_positive)
    text: int = attrs.field(default=10_000, validator=_positive)
    tags: int = attrs.field(default=100, validator=_positive)
    fields: int = attrs.field(default=200, validator=_positive)
    links: int = attrs.field(default=500, validator=_positive)
    people: int = attrs.field(default=500, validator=_positive)
    articles: int = attrs.field(default=200, validator=_positive)
    messages: int = attrs.field(default=10_000, validator=_positive)
