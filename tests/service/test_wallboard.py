"""The wallboard in a real browser, where there is one: it renders, and it goes on updating itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deskcore.adapters.files import load_desk
from deskcore.adapters.sql import SqlHost
from tests.service.clients import served

examples = pytest.importorskip("examples.service.app")

MONDAY = datetime(2026, 5, 18, 9, tzinfo=UTC)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((found for found in map(shutil.which, NAMES) if found), None)
SHOWN = re.compile(r"live, (\d\d):(\d\d):\d\d")


class Minutes:
    """A clock by which each look takes a minute."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def minute(page: str) -> int:
    """The time that a page shows, in minutes of its day."""
    found = SHOWN.search(page)
    assert found is not None, page[:500]
    return int(found[1]) * 60 + int(found[2])


def browse(url: str, folder: Path, *options: str) -> str:
    """What a page comes to after five seconds of its own time."""
    assert BROWSER is not None
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    own = (f"--user-data-dir={folder}", "--virtual-time-budget=5000", "--window-size=1600,900", *options)
    done = subprocess.run([BROWSER, *quiet, *own, url], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.mark.skipif(BROWSER is None, reason=f"no Chromium here: none of {', '.join(NAMES)} is on the path")
def test_the_wallboard_updates_itself_in_a_browser(tmp_path: Path) -> None:
    desk = load_desk(Path(examples.__file__).parent / "desk.toml").desk
    with (
        SqlHost.open(f"sqlite:///{tmp_path / 'service.db'}", desk, synchronous="OFF") as host,
        served(examples.create_app(host, clock=Minutes(), works=False)) as url,
    ):
        said = {"subject": "<b>VPN</b>", "impact": 1, "urgency": 1}
        httpx.post(f"{url}/tickets", json=said, headers={"X-User": "ann", "X-Role": "requester"})
        first = minute(httpx.get(url).text)
        page = browse(url, tmp_path / "profile", "--dump-dom")
        picture = tmp_path / "wall.png"
        browse(url, tmp_path / "profile", f"--screenshot={picture}")

    assert minute(page) >= first + 2  # the page itself, and at least one look of its own
    assert 'id="lost" role="status" hidden' in page
    assert picture.read_bytes().startswith(b"\x89PNG")
