"""The desk under strange requests, made up by schemathesis from its own OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from standto.server.permits import ROLES
from tests.made_desk import OF_ROLE, Made

ENDLESS = {("GET", "/api/events")}
SIGNS_OUT = {("DELETE", "/api/session")}
EXAMPLES = 3
"""Requests of each operation and role; a longer search is in docs/desk.md."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    desk = Made(tmp_path_factory.mktemp("openapi") / "desk", lambda given: ["true"])
    for name in OF_ROLE.values():
        desk.client(name)
    yield desk
    desk.close()


@pytest.mark.parametrize("role", ROLES)
def test_no_request_of_any_role_brings_the_desk_down(made: Made, role: str) -> None:
    """Each answer is one of those described: never a fault of the server."""
    client = made.client(OF_ROLE[role])
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    asked = 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        if (operation.method.upper(), operation.path) in ENDLESS | SIGNS_OUT:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            sent = case.as_transport_kwargs()
            sent.pop("cookies", None)
            kept = {k: v for k, v in (sent.pop("headers") or {}).items() if k != "x-csrf-token"}
            answer = client.request(
                sent.pop("method"), sent.pop("url"), headers=kept, follow_redirects=False, **sent
            )
            assert answer.status_code < 500, (answer.status_code, answer.text[:300])

        ask()
    assert asked > 20 * 2
