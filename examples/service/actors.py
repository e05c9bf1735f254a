"""Who asks: three headers as an ``Actor``, with the permissions that this service grants each role.

A real service takes them from its own sign-in. Everything else goes through the desk.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from fastapi import Depends, Header

from deskcore import Actor

NAME: Final = r"^[A-Za-z0-9._-]{1,40}$"
Role: TypeAlias = Literal["requester", "agent", "lead", "partner", "admin"]

GRANTED: Final[dict[Role, frozenset[str]]] = {
    "requester": frozenset({"ticket.open", "ticket.reply"}),
    "agent": frozenset({"ticket.open", "ticket.reply", "ticket.work"}),
    "lead": frozenset({"ticket.open", "ticket.reply", "ticket.work", "ticket.lead"}),
    "partner": frozenset({"ticket.reply", "ticket.work"}),
    "admin": frozenset({"*"}),
}


def actor(
    x_user: Annotated[str, Header(pattern=NAME)],
    x_role: Annotated[Role, Header()],
    x_desk: Annotated[str | None, Header(pattern=NAME)] = None,
) -> Actor:
    """The actor that a request's headers name."""
    match x_role:
        case "requester" | "admin" | "partner":
            return Actor(x_user, x_role, x_desk if x_role == "partner" else None, GRANTED[x_role])
        case _:
            return Actor.agent(x_user, permissions=GRANTED[x_role])


Asking: TypeAlias = Annotated[Actor, Depends(actor)]
"""The parameter of an endpoint that must know who asks."""
