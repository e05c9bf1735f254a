"""Who asks for help, as the host's records know them: requesters and the organisations they belong to.

Not here: the snapshot of a requester in a ticket's log (``deskcore.tickets.Party``), which is never looked up later.

Layer: staff.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import are_names, as_names, instance_of_kind, named
from deskcore.staff.validity import ALWAYS, Validity


@final
@attrs.frozen
@lasting
class Organisation:
    """A customer: its tier, the languages its people write in, the class of data its tickets touch.

    ``contract`` is from when until when it is entitled to its tier: its start is included, its end not.

    >>> Organisation("acme", tier="gold", languages=("nl",)).tier
    'gold'
    """

    id: str = attrs.field(validator=named)
    name: str = attrs.field(default="", kw_only=True)
    tier: str | None = attrs.field(default=None, kw_only=True)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    data_class: str | None = attrs.field(default=None, kw_only=True)
    contract: Validity = attrs.field(
        default=ALWAYS, kw_only=True, validator=instance_of_kind(Validity, "must be a Validity, from when until when")
    )

    @property
    def called(self) -> str:
        """The name for people; the id where none was given."""
        return self.name or self.id


@final
@attrs.frozen
@lasting
class Requester:
    """A person who asks for help. What is left out is taken from the organisation.

    >>> Requester("ann", organisation="acme").vip
    False
    """

    id: str = attrs.field(validator=named)
    organisation: str | None = attrs.field(default=None, kw_only=True)
    tier: str | None = attrs.field(default=None, kw_only=True)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    data_class: str | None = attrs.field(default=None, kw_only=True)
    vip: bool = attrs.field(default=False, kw_only=True)

    def under(self, organisation: Organisation) -> Requester:
        """The requester with every gap filled from an organisation.

        >>> Requester("ann").under(Organisation("acme", tier="gold")).tier
        'gold'
        """
        return attrs.evolve(
            self,
            organisation=organisation.id,
            tier=self.tier or organisation.tier,
            languages=self.languages or organisation.languages,
            data_class=self.data_class or organisation.data_class,
        )
