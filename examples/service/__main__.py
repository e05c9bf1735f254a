"""``python -m examples.service``: the service on one SQLite file, with nothing to set up before."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from deskcore.adapters.files import read_desk
from deskcore.adapters.sql import SqlHost
from examples.service.app import create_app, utc_now
from examples.service.sample import fill

HERE = Path(__file__).parent


def main() -> None:
    """Read the desk, open the store, serve."""
    parser = argparse.ArgumentParser(prog="python -m examples.service", description="a help desk over HTTP")
    parser.add_argument("--db", default="sqlite:///service.db", help="where the tickets live; any URL of adapters.sql")
    parser.add_argument("--desk", type=Path, default=HERE / "desk.toml", help="the desk file")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--sample", action="store_true", help="open some tickets, so that there is something to see")
    chosen = parser.parse_args()
    host = SqlHost.open(chosen.db, read_desk(chosen.desk))
    if chosen.sample:
        fill(host, utc_now())
    # This machine only: the headers that say who asks are believed (see README).
    uvicorn.run(create_app(host), host="127.0.0.1", port=chosen.port)


if __name__ == "__main__":
    main()
