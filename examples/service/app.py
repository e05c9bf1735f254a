"""The service over HTTP: its endpoints, each a line, and the wallboard.

``create_app`` takes the host and the clock, so that tests bring their own.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.responses import Response

from deskcore.adapters.sql import SqlHost, Worker
from examples.service import forms, views
from examples.service.actors import Asking
from examples.service.board import Boards
from examples.service.limits import BoundedBody
from examples.service.problems import documented, install
from examples.service.service import Service

HERE: Final = Path(__file__).parent
LISTED: Final = 200
POLICY: Final = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:"
_CHANGED: Final = documented(400, 403, 404, 409, 413, 422, 503)
_READ: Final = documented(403, 404, 422, 503)

Key: TypeAlias = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9._-]{1,80}$")]
"""The request's own id: sent again with it, a request is carried out once and answered the same."""


def utc_now() -> datetime:
    """What time it is. Nothing else in the service asks."""
    return datetime.now(UTC)


def create_app(host: SqlHost, *, clock: Callable[[], datetime] = utc_now, works: bool = True) -> FastAPI:
    """The service over a host.

    Args:
        host: the store and the desk.
        clock: what time it is.
        works: ring timers in a thread beside the service; else a worker of its own does it (``deskcore work``).
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=Worker(host, clock=clock).run, args=(stop,), daemon=True)
        if works:
            thread.start()
        yield
        stop.set()
        if works:
            thread.join(timeout=10)

    app = FastAPI(title="Example desk", version="1", lifespan=lifespan, redoc_url=None)
    install(app)
    app.add_middleware(BoundedBody)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    service = Service(host, clock)
    _changing(app, service)
    _reading(app, service)
    _wall(app, Boards(host, clock))
    return app


def _changing(app: FastAPI, service: Service) -> None:
    @app.post("/tickets", status_code=201, responses=_CHANGED)
    def open_ticket(form: forms.OpenForm, actor: Asking, key: Key = None) -> views.TicketView:
        """Open a ticket."""
        return service.open(form, actor, key)

    @app.post("/tickets/{ticket}/replies", responses=_CHANGED)
    def reply(ticket: forms.Ticket, form: forms.ReplyForm, actor: Asking, key: Key = None) -> views.TicketView:
        """Write a message. Requesters write public ones only."""
        return service.reply(ticket, form, actor, key)

    @app.post("/tickets/{ticket}/assignment", responses=_CHANGED)
    def assign(ticket: forms.Ticket, form: forms.AssignForm, actor: Asking, key: Key = None) -> views.TicketView:
        """Give a ticket to an agent or a partner desk by hand."""
        return service.assign(ticket, form, actor, key)

    @app.post("/tickets/{ticket}/resolution", responses=_CHANGED)
    def resolve(ticket: forms.Ticket, form: forms.ResolveForm, actor: Asking, key: Key = None) -> views.TicketView:
        """Solve a ticket."""
        return service.resolve(ticket, form, actor, key)

    @app.put("/floor/{agent}", responses=_CHANGED)
    def presence(agent: forms.Agent, form: forms.PresenceForm, actor: Asking) -> views.AgentView:
        """Sign an agent on or off, or let them be away for a while; what waits is given out at once."""
        return service.presence(agent, form, actor)


def _reading(app: FastAPI, service: Service) -> None:
    @app.get("/tickets", responses=documented(422, 503))
    def list_tickets(
        actor: Asking,
        after: Annotated[str, Query(max_length=40)] = "",
        limit: Annotated[int, Query(ge=1, le=LISTED)] = 50,
    ) -> list[views.TicketLine]:
        """Tickets that the one who asks may see, by id, after a given one."""
        return service.listed(actor, after, limit)

    @app.get("/tickets/{ticket}", responses=_READ)
    def show_ticket(ticket: forms.Ticket, actor: Asking) -> views.TicketView:
        """A ticket and its clocks."""
        return service.shown(ticket, actor)

    @app.get("/tickets/{ticket}/actions", responses=_READ)
    def actions(ticket: forms.Ticket, actor: Asking) -> list[views.OptionView]:
        """What the one who asks could do with it now, and what each thing still needs."""
        return service.actions(ticket, actor)

    @app.get("/tickets/{ticket}/timeline", responses=_READ)
    def timeline(ticket: forms.Ticket, actor: Asking) -> list[views.EventView]:
        """What happened, as far as it concerns the one who asks, with the messages they may read."""
        return service.timeline(ticket, actor)

    @app.get("/tickets/{ticket}/explanation", responses=_READ, response_class=PlainTextResponse)
    def explain(ticket: forms.Ticket, actor: Asking) -> str:
        """Its whole life in words: each clock to its due instant, why whom, what lies ahead. For the house."""
        return service.explained(ticket, actor)


def _wall(app: FastAPI, boards: Boards) -> None:
    pages = Jinja2Templates(directory=HERE / "templates")

    def drawn(request: Request, template: str) -> Response:
        page = pages.TemplateResponse(request, template, {"board": boards.now()})
        page.headers["Content-Security-Policy"] = POLICY
        page.headers["Cache-Control"] = "no-store"
        return page

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def wallboard(request: Request) -> Response:
        """The page for the wall."""
        return drawn(request, "wallboard.html")

    @app.get("/board", response_class=HTMLResponse, responses=documented(503))
    def fragment(request: Request) -> Response:
        """The part of the page that changes; the page asks for it every two seconds."""
        return drawn(request, "board.html")
