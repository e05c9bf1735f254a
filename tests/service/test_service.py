"""The example service over HTTP: who may do what, what is answered when not, and what the wall shows."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from deskcore.adapters.files import load_desk
from deskcore.adapters.sql import SqlHost
from deskcore.desk import floor_commands as ask
from deskcore.log import Actor
from tests.service.clients import Client, client_of

examples = pytest.importorskip("examples.service.app")

DESK: Final = Path(examples.__file__).parent / "desk.toml"
MONDAY: Final = datetime(2026, 5, 18, 9, tzinfo=UTC)
HEADERS: Final = {
    "requester": {"X-User": "ann", "X-Role": "requester"},
    "stranger": {"X-User": "eve", "X-Role": "requester"},
    "agent": {"X-User": "bo", "X-Role": "agent"},
    "lead": {"X-User": "dana", "X-Role": "lead"},
    "partner": {"X-User": "lea", "X-Role": "partner", "X-Desk": "manila"},
    "other partner": {"X-User": "kai", "X-Role": "partner", "X-Desk": "cebu"},
    "admin": {"X-User": "root", "X-Role": "admin"},
}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def move(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables made, to copy from: making them takes longer than any test."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    SqlHost.open(f"sqlite:///{path}", load_desk(DESK).desk).close()
    return path


def copied(empty: Path, folder: Path) -> SqlHost:
    path = shutil.copy(empty, folder / "service.db")
    return SqlHost.open(f"sqlite:///{path}", load_desk(DESK).desk, synchronous="OFF")


@pytest.fixture
def host(empty: Path, tmp_path: Path) -> Iterator[SqlHost]:
    with copied(empty, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def standing(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One service for all tests that leave nothing behind that another would see."""
    folder = tmp_path_factory.mktemp("standing")
    with (
        copied(empty, folder) as host,
        client_of(examples.create_app(host, clock=Clock(), works=False)) as found,
    ):
        yield found


@pytest.fixture
def client(host: SqlHost, clock: Clock) -> Iterator[Client]:
    with client_of(examples.create_app(host, clock=clock, works=False)) as found:
        yield found


Opened = Callable[..., str]


@pytest.fixture
def opened(client: Client) -> Opened:
    return partial(open_with, client)


def open_with(client: Client, category: str | None = "password", role: str = "requester", **more: object) -> str:
    """The id of a ticket that somebody opens."""
    said = {"subject": "VPN drops", "category": category, **more}
    answer = client.post("/tickets", json=said, headers=HEADERS[role])
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def codes(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return [reason["code"] for reason in answer.json()["reasons"]]


def test_lint_has_nothing_to_say_about_the_desk() -> None:
    assert load_desk(DESK).desk.lint() == ()


# --- roles ----------------------------------------------------------------------------------------------------------

CALLS: Final[dict[str, tuple[str, str, dict[str, object] | None]]] = {
    "show": ("GET", "/tickets/{id}", None),
    "actions": ("GET", "/tickets/{id}/actions", None),
    "timeline": ("GET", "/tickets/{id}/timeline", None),
    "explain": ("GET", "/tickets/{id}/explanation", None),
    "reply": ("POST", "/tickets/{id}/replies", {"text": "hello"}),
    "assign": ("POST", "/tickets/{id}/assignment", {"agent": "bo"}),
    "resolve": ("POST", "/tickets/{id}/resolution", {}),
    "sign on": ("PUT", "/floor/bo", {"state": "on"}),
}
READS: Final = {"show", "actions", "timeline"}
MAY: Final = {
    "requester": READS | {"reply"},
    "stranger": set[str](),
    "agent": {*CALLS} - {"assign"},
    "lead": {*CALLS},
    "partner": READS | {"reply", "resolve"},
    "other partner": set[str](),
    "admin": {*CALLS},
}


@pytest.mark.parametrize("role", HEADERS)
@pytest.mark.parametrize("call", CALLS)
def test_who_may_do_what(standing: Client, role: str, call: str) -> None:
    """The whole matrix: 200 where the role may, 403 with a reason where not, and never anything of the ticket."""
    method, path, body = CALLS[call]
    ticket = open_with(standing)
    answer = standing.request(method, path.format(id=ticket), json=body, headers=HEADERS[role])
    if call in MAY[role]:
        assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 403, answer.text
        assert set(codes(answer)) <= {"permission", "out_of_scope", "unknown_desk", "not_yours"}
        assert "VPN" not in answer.text


@pytest.mark.parametrize("call", [call for call in CALLS if call != "sign on"])
def test_a_partner_reaches_nothing_outside_its_scope(standing: Client, call: str) -> None:
    method, path, body = CALLS[call]
    ticket = open_with(standing, "payroll")
    answer = standing.request(method, path.format(id=ticket), json=body, headers=HEADERS["partner"])
    assert (answer.status_code, codes(answer)) == (403, ["out_of_scope"])


def test_a_list_holds_what_one_may_see(client: Client, opened: Opened) -> None:
    mine, other = opened(), opened("payroll", role="stranger")
    seen = {
        role: {line["id"] for line in client.get("/tickets", headers=HEADERS[role]).json()}
        for role in ("requester", "stranger", "partner", "agent")
    }
    assert seen == {"requester": {mine}, "stranger": {other}, "partner": {mine}, "agent": {mine, other}}
    page = client.get("/tickets?limit=1", headers=HEADERS["agent"]).json()
    rest = client.get(f"/tickets?after={page[0]['id']}", headers=HEADERS["agent"]).json()
    assert [line["id"] for line in (*page, *rest)] == sorted((mine, other))


def test_a_requester_opens_tickets_of_their_own(standing: Client) -> None:
    ticket = open_with(standing, requester="root")
    assert standing.get(f"/tickets/{ticket}", headers=HEADERS["agent"]).json()["requester"] == "ann"


def test_notes_stay_where_they_belong(standing: Client) -> None:
    ticket = open_with(standing)
    given = {"desk": "manila"}
    assert standing.post(f"/tickets/{ticket}/assignment", json=given, headers=HEADERS["lead"]).status_code == 200
    for visibility in ("public", "partner", "internal"):
        said = {"text": f"a {visibility} word", "visibility": visibility}
        assert standing.post(f"/tickets/{ticket}/replies", json=said, headers=HEADERS["agent"]).status_code == 200
    read = {
        role: standing.get(f"/tickets/{ticket}/timeline", headers=HEADERS[role]).text
        for role in ("requester", "partner", "agent")
    }
    words = ("public", "partner", "internal")
    found = {role: [word for word in words if f"a {word} word" in text] for role, text in read.items()}
    assert found == {"requester": ["public"], "partner": ["public", "partner"], "agent": [*words]}


@pytest.mark.parametrize(("role", "visibility"), [("requester", "internal"), ("partner", "internal")])
def test_who_may_not_read_notes_may_not_write_them(standing: Client, role: str, visibility: str) -> None:
    said = {"text": "psst", "visibility": visibility}
    answer = standing.post(f"/tickets/{open_with(standing)}/replies", json=said, headers=HEADERS[role])
    assert (answer.status_code, codes(answer)) == (403, ["permission"])


# --- a ticket's life ------------------------------------------------------------------------------------------------


def test_a_ticket_is_opened_answered_and_solved(client: Client, opened: Opened, host: SqlHost, clock: Clock) -> None:
    host.operate(ask.SignOn("bo"), at=clock(), actor=Actor.agent("bo"))
    ticket = opened(impact=1, urgency=1)
    shown = client.get(f"/tickets/{ticket}", headers=HEADERS["agent"]).json()
    assert (shown["priority"], shown["assignee"], shown["status"]) == ("p1", "bo", "New")
    assert {one["metric"]: one["state"] for one in shown["clocks"]}["first_response"] == "running"

    clock.move(minutes=10)
    client.post(f"/tickets/{ticket}/replies", json={"text": "On it"}, headers=HEADERS["agent"])
    clock.move(minutes=10)
    solved = client.post(f"/tickets/{ticket}/resolution", json={}, headers=HEADERS["agent"]).json()
    assert solved["phase"] == "resolved"
    assert {one["metric"]: one["state"] for one in solved["clocks"]}["first_response"] == "met"
    told = client.get(f"/tickets/{ticket}/explanation", headers=HEADERS["agent"])
    assert told.headers["content-type"].startswith("text/plain")
    assert "target 15 min" in told.text
    types = [event["type"] for event in client.get(f"/tickets/{ticket}/timeline", headers=HEADERS["requester"]).json()]
    assert types == ["opened", "message_posted", "resolved"]


def test_what_could_be_done_is_what_then_is_accepted(standing: Client) -> None:
    ticket = open_with(standing)
    commands = {one["command"] for one in standing.get(f"/tickets/{ticket}/actions", headers=HEADERS["agent"]).json()}
    assert "resolve" in commands
    assert "assign" not in commands


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 422, "nobody_named"),
        ({"agent": "nobody"}, 422, "no_such_agent"),
        ({"desk": "nowhere"}, 422, "no_such_desk"),
        ({"agent": 7}, 422, "string_type"),
        ({"agent": "bo", "why": "x"}, 422, "extra_forbidden"),
    ],
)
def test_what_cannot_be_is_422(standing: Client, form: dict[str, object], status: int, code: str) -> None:
    answer = standing.post(f"/tickets/{open_with(standing)}/assignment", json=form, headers=HEADERS["lead"])
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_what_is_not_so_any_more_is_409(standing: Client) -> None:
    ticket = open_with(standing)
    for expected in (200, 409):
        answer = standing.post(f"/tickets/{ticket}/resolution", json={}, headers=HEADERS["agent"])
        assert answer.status_code == expected
    assert codes(answer)


def test_what_is_not_there_is_404(standing: Client) -> None:
    for call, (method, path, body) in CALLS.items():
        if call != "sign on":
            answer = standing.request(method, path.format(id="T-none"), json=body, headers=HEADERS["admin"])
            assert answer.status_code == 404
    assert codes(standing.put("/floor/none", json={"state": "on"}, headers=HEADERS["admin"])) == ["no_such_agent"]
    assert standing.get("/nothing").status_code == 404
    assert standing.delete("/tickets").status_code == 405


def test_a_request_sent_again_is_carried_out_once(client: Client, host: SqlHost) -> None:
    headers = {**HEADERS["requester"], "Idempotency-Key": "r-1"}
    first, again = (client.post("/tickets", json={"subject": "VPN"}, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert len(list(host.tickets())) == 1
    reused = client.post("/tickets", json={"subject": "Mail"}, headers=headers)
    assert (reused.status_code, codes(reused)) == (422, ["CommandIdReused"])
    path = f"/tickets/{first.json()['id']}/replies"
    for _ in range(2):
        client.post(path, json={"text": "any news?"}, headers={**headers, "Idempotency-Key": "r-2"})
    assert [event.type for event in host.log(first.json()["id"])].count("message_posted") == 1


# --- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "x" * 201},
        {"subject": ""},
        {"subject": "two\nlines"},
        {"subject": "nul\x00"},
        {"subject": "x", "category": "a b"},
        {"subject": "x", "impact": 0},
        {"subject": "x", "impact": "1"},
        {"subject": "x", "id": "T-1"},
        [],
        None,
    ],
)
def test_a_form_is_bounded(standing: Client, body: object) -> None:
    answer = standing.post("/tickets", content=json.dumps(body).encode(), headers=HEADERS["requester"])
    assert answer.status_code == 422
    assert codes(answer)


@pytest.mark.parametrize(
    "content", [b"{", b"[" * 50_000, b"\xff\xfe", b'{"subject":"\\ud800"}', b'{"subject":' + b"9" * 5_000 + b"}"]
)
def test_what_is_no_json_is_refused_without_a_traceback(standing: Client, content: bytes) -> None:
    headers = {**HEADERS["requester"], "Content-Type": "application/json"}
    answer = standing.post("/tickets", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert codes(answer)
    assert "Traceback" not in answer.text


def test_a_large_body_is_refused_unread(standing: Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield from (b"x" * 1024 for _ in range(100))

    for content in (b"x" * 70_000, chunks()):
        answer = standing.post("/tickets", content=content, headers=HEADERS["requester"])
        assert (answer.status_code, codes(answer)) == (413, ["too_large"])


@pytest.mark.parametrize(
    "headers", [{}, {"X-User": "ann"}, {"X-User": "ann", "X-Role": "king"}, {"X-User": "a b", "X-Role": "agent"}]
)
def test_who_does_not_say_who_they_are_is_refused(standing: Client, headers: dict[str, str]) -> None:
    assert standing.get("/tickets", headers=headers).status_code == 422


def test_an_unforeseen_error_tells_nothing(client: Client, host: SqlHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[str]:
        raise RuntimeError("secret")

    monkeypatch.setattr(type(host), "tickets", lambda _: broken())
    answer = client.get("/tickets", headers=HEADERS["admin"])
    assert (answer.status_code, codes(answer)) == (500, ["internal"])
    assert "secret" not in answer.text


# --- the wall -------------------------------------------------------------------------------------------------------


def test_the_wall_shows_what_is_so_and_then_what_has_become_so(
    client: Client, opened: Opened, host: SqlHost, clock: Clock
) -> None:
    host.operate(ask.SignOn("bo"), at=clock(), actor=Actor.agent("bo"))
    first = opened(impact=1, urgency=1)
    page = client.get("/")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert first in page.text
    assert "Overflow gate peak" in page.text
    assert "about to breach" in page.text
    clock.move(minutes=12)
    assert 'class="near"' in client.get("/board").text
    clock.move(minutes=12)
    later = client.get("/board").text
    assert 'class="late"' in later
    assert "9 min late" in later


def test_the_gate_opens_on_the_wall_and_the_partner_takes_its_share(client: Client, opened: Opened) -> None:
    for number in range(8):
        opened("payroll" if number < 4 else "password")
    board = client.get("/board").text
    assert "<strong>open</strong>" in board
    assert "Manila desk" in board
    assert "4, 100 %" in board


def test_what_people_write_is_shown_as_text(client: Client, host: SqlHost, opened: Opened) -> None:
    opened("password", impact=1, urgency=1, subject="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/").text
    host.operate(ask.SignOn("bo"), at=MONDAY, actor=Actor.agent("bo"))


def test_an_empty_desk_has_a_wall_too(client: Client) -> None:
    assert "No promise is running." in client.get("/").text
    assert client.get("/static/wallboard.css").status_code == 200


def test_timers_ring_beside_the_service(host: SqlHost, clock: Clock) -> None:
    """The worker in the service records what became true, without a request."""
    with client_of(examples.create_app(host, clock=clock)) as found:
        said = {"subject": "VPN", "impact": 1, "urgency": 1}
        ticket = found.post("/tickets", json=said, headers=HEADERS["requester"]).json()["id"]
        clock.move(hours=1)
        for _ in range(100):
            if any(event.type == "signalled" for event in host.log(ticket)):
                break
            time.sleep(0.05)
        else:
            pytest.fail("no timer rang")


def test_the_sample_fills_an_empty_store_once(host: SqlHost, clock: Clock) -> None:
    from examples.service.sample import TICKETS, fill

    fill(host, clock())
    fill(host, clock())
    assert len(list(host.tickets())) == TICKETS
    assert host.floor.routing.waiting or host.floor.routing.held
