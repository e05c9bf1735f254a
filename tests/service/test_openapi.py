"""The service held against its own OpenAPI by Schemathesis: whatever is sent, every answer is one that it documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from deskcore.adapters.files import load_desk
from deskcore.adapters.sql import SqlHost
from tests.service.clients import served

schemathesis = pytest.importorskip("schemathesis")
examples = pytest.importorskip("examples.service.app")

MONDAY = datetime(2026, 5, 18, 9, tzinfo=UTC)
ADMIN = {"X-User": "root", "X-Role": "admin"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'service.db'}"
    desk = load_desk(Path(examples.__file__).parent / "desk.toml").desk
    with (
        SqlHost.open(store, desk, synchronous="OFF") as host,
        served(examples.create_app(host, clock=lambda: MONDAY, works=False)) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def ticket(url: str) -> str:
    """A ticket that is there, so that not every path ends at 404."""
    answer = httpx.post(f"{url}/tickets", json={"subject": "VPN drops"}, headers=ADMIN)
    return str(answer.json()["id"])


OPERATIONS = (
    "GET /board",
    "GET /tickets",
    "GET /tickets/{ticket}",
    "GET /tickets/{ticket}/actions",
    "GET /tickets/{ticket}/explanation",
    "GET /tickets/{ticket}/timeline",
    "POST /tickets",
    "POST /tickets/{ticket}/assignment",
    "POST /tickets/{ticket}/replies",
    "POST /tickets/{ticket}/resolution",
    "PUT /floor/{agent}",
)


@pytest.fixture(scope="module")
def operations(url: str) -> dict[str, Any]:
    api = schemathesis.openapi.from_url(f"{url}/openapi.json")
    found = (each.ok() for each in api.get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found}


def test_every_operation_is_tried(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(OPERATIONS)


def checks() -> list[Any]:
    """What each answer must be: no fault of the server, of a documented status, kind and shape."""
    conformance = schemathesis.specs.openapi.checks
    return [
        schemathesis.checks.not_a_server_error,
        conformance.status_code_conformance,
        conformance.content_type_conformance,
        conformance.response_headers_conformance,
        conformance.response_schema_conformance,
        conformance.negative_data_rejection,
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_answer_is_a_documented_one(operations: dict[str, Any], ticket: str, operation: str, mode: str) -> None:
    """Nothing that is sent breaks the service, and what cannot be is refused."""
    tried = operations[operation]

    @given(case=tried.as_strategy(generation_mode=schemathesis.GenerationMode(mode)), known=st.booleans())
    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    def attempt(case: Any, known: bool) -> None:
        if known and mode == "positive" and "ticket" in (case.path_parameters or {}):
            case.path_parameters["ticket"] = ticket  # else every path would end at 404
        response = case.call()
        case.validate_response(response, checks=checks())
        assert "Traceback" not in response.text

    try:
        attempt()
    except Unsatisfiable:
        assert mode == "negative"
