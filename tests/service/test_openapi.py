"""The service held against its own OpenAPI by Schemathesis: whatever is sent, every answer is one that it documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

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


@pytest.fixture(scope="module")
def api(url: str) -> Any:
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


schema = schemathesis.pytest.from_fixture("api")


def checks() -> list[Any]:
    """All but one: that an unforeseen header value is refused is no check of ours for headers that nobody reads."""
    return [
        schemathesis.checks.not_a_server_error,
        schemathesis.specs.openapi.checks.status_code_conformance,
        schemathesis.specs.openapi.checks.content_type_conformance,
        schemathesis.specs.openapi.checks.response_headers_conformance,
        schemathesis.specs.openapi.checks.response_schema_conformance,
        schemathesis.specs.openapi.checks.negative_data_rejection,
    ]


@schema.parametrize()
def test_every_answer_is_a_documented_one(case: Any, ticket: str) -> None:
    """Nothing that is sent breaks the service, and what cannot be is refused."""
    if case.path_parameters and "ticket" in case.path_parameters and len(str(case.body or "")) % 2:
        case.path_parameters["ticket"] = ticket
    response = case.call()
    case.validate_response(response, checks=checks())
    assert "Traceback" not in response.text
