"""How much a request may send: counted while it arrives, so that nobody fills the memory by lying about its length."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from examples.service.problems import problem

MOST_BYTES: Final = 64 * 1024


class BoundedBody:
    """Refuses any request whose body is larger than ``MOST_BYTES``, before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it stays within bounds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        parts, size = list[Message](), 0
        more = True
        while more:
            part = await receive()
            parts.append(part)
            size += len(part.get("body", b""))
            more = part["type"] == "http.request" and part.get("more_body", False)
            if size > MOST_BYTES:
                refused = problem(413, ("too_large", f"at most {MOST_BYTES} bytes are read"))
                await refused(scope, receive, send)
                return
        arrived = iter(parts)

        async def again() -> Message:
            held = next(arrived, None)
            return await receive() if held is None else held

        await self.app(scope, again, send)
