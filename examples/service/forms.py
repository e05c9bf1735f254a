"""What a request may say, every part of it bounded."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

ID: Final = r"^[A-Za-z0-9._-]{1,40}$"
LINE: Final = r"^[^\x00-\x1f\x7f]+$"
TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"

Id: TypeAlias = Annotated[str, Field(pattern=ID)]
Ticket: TypeAlias = Annotated[str, Path(pattern=ID)]
Agent: TypeAlias = Annotated[str, Path(pattern=ID)]
Number: TypeAlias = Annotated[int, Field(ge=1, le=3)]


class Form(BaseModel):
    """A body that holds nothing but what it names."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpenForm(Form):
    """A new ticket. Staff may open it for somebody else; a requester opens it for themselves."""

    subject: Annotated[str, Field(max_length=200, pattern=LINE)]
    requester: Id | None = None
    category: Id | None = None
    impact: Number = 2
    urgency: Number = 2
    language: Literal["en", "nl"] = "en"


class ReplyForm(Form):
    """A message on a ticket. ``internal`` is for the house, ``partner`` for the house and the partner that has it."""

    text: Annotated[str, Field(max_length=10_000, pattern=TEXT)]
    visibility: Literal["public", "internal", "partner"] = "public"


class AssignForm(Form):
    """Who gets the ticket: an agent, or a partner desk as a whole."""

    agent: Id | None = None
    desk: Id | None = None


class ResolveForm(Form):
    """A solution."""

    code: Id | None = None


class PresenceForm(Form):
    """What an agent does from now on."""

    state: Literal["on", "off", "away", "back"]
