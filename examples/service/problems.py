"""What goes wrong, as ``application/problem+json``: a status, the codes and the sentences. Never a traceback."""

from __future__ import annotations

import logging
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from deskcore import DeskcoreError
from deskcore.adapters.sql import CommandIdReused, Conflict, StoreError
from deskcore.desk import CommandRefused
from deskcore.errors import InvalidValue, UnknownName
from deskcore.tickets import Refusal

LOG: Final = logging.getLogger("examples.service")
MOST_SHOWN: Final = 20
FORBIDDEN: Final = frozenset({"permission", "out_of_scope", "unknown_desk", "not_yours"})
WRONG: Final = frozenset({"missing_field", "no_such_agent", "no_such_desk", "nobody_named"})
"""Refusals for who asks and for what is said; every other one is about how things stand: 409."""


class Reason(BaseModel):
    """One reason, for programs and for people."""

    code: str
    message: str


class Problem(BaseModel):
    """The body of every answer that is not a success (RFC 9457)."""

    type: str
    title: str
    status: int
    reasons: list[Reason]


TITLES: Final = {
    400: "The request cannot be read",
    403: "Not allowed",
    404: "Not found",
    405: "No such method here",
    409: "Not as things stand",
    413: "Too large",
    422: "The request says something that cannot be",
    500: "Something is broken here",
    503: "The store is not available",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an endpoint may answer, for its OpenAPI."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "model": Problem, "content": content} for status in statuses}


def problem(status: int, *reasons: tuple[str, str], headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer with its reasons, the first few of them."""
    said = [Reason(code=code, message=message) for code, message in reasons[:MOST_SHOWN]]
    body = Problem(type="about:blank", title=TITLES.get(status, "Refused"), status=status, reasons=said)
    return JSONResponse(body.model_dump(), status, headers, media_type="application/problem+json")


def status_of(refusals: tuple[Refusal, ...]) -> int:
    """The status of a refused command: who may not hears only that, then what is wrong, then how things stand."""
    codes = {refusal.code for refusal in refusals}
    if codes & FORBIDDEN:
        return 403
    if "unknown_ticket" in codes:
        return 404
    return 422 if codes & WRONG else 409


def install(app: FastAPI) -> None:
    """Have every error answered as a problem."""

    @app.exception_handler(CommandRefused)
    def refused(_: Request, error: CommandRefused) -> JSONResponse:
        return problem(status_of(error.refusals), *((one.code, one.message) for one in error.refusals))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        said = ((str(one["type"]), f"{'.'.join(map(str, one['loc']))}: {one['msg']}") for one in error.errors())
        return problem(422, *said)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, ("http", str(error.detail)), headers=dict(error.headers or {}))

    @app.exception_handler(DeskcoreError)
    def ours(_: Request, error: DeskcoreError) -> JSONResponse:
        code = type(error).__name__
        match error:
            case UnknownName():
                return problem(404, (code, str(error)))
            case Conflict():
                return problem(409, (code, str(error)))
            case InvalidValue() | CommandIdReused():
                return problem(422, (code, str(error)))
            case StoreError():
                LOG.error("%s", error)
                return problem(503, (code, "try again later"), headers={"Retry-After": "5"})
            case _:
                LOG.error("unforeseen", exc_info=error)
                return problem(500, ("internal", "it is written in the log"))

    @app.exception_handler(Exception)
    def unforeseen(_: Request, error: Exception) -> JSONResponse:
        LOG.error("unforeseen", exc_info=error)
        return problem(500, ("internal", "it is written in the log"))
