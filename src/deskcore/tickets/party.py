"""The requester as known when the ticket was opened: a snapshot, never looked up later.

Layer: tickets.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import are_names, as_names, named


@final
@attrs.frozen
@lasting
class Party:
    """Who asks for help, and what the agreement and the routing must know of them.

    ``tier`` is the customer tier agreed with the organisation, ``data_class`` the most sensitive class of data that
    their tickets touch. Only ``id`` is needed; it is opaque.

    >>> Party("ann", organisation="acme", languages=("nl", "en")).tier is None
    True
    """

    id: str = attrs.field(validator=named)
    organisation: str | None = None
    tier: str | None = None
    languages: tuple[str, ...] = attrs.field(default=(), converter=as_names, validator=are_names)
    data_class: str | None = None
    vip: bool = False
