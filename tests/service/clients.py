"""An application served on a socket of this machine, and a client that talks to it over HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

Client = httpx.Client


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The URL of an application that is served while the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def client_of(app: FastAPI) -> Iterator[Client]:
    """A client of an application, both gone with the block."""
    with served(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client
