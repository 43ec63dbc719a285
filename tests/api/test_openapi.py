"""What the OpenAPI document promises: schemathesis asks whatever it allows, and some things that it does not."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from detente.api import Desk, make_app
from detente.store import open_store

EXAMPLES = 12
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def schema(sample_store: Path, coder: Any) -> Any:
    with open_store(sample_store, read_only=True) as store:
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", make_app(Desk(store, lambda: coder)))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
def test_answers_are_as_described(schema: Any, mode: GenerationMode) -> None:
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.validate_response(case.call(base_url="http://localhost"), checks=CHECKS)

        with suppress(Unsatisfiable):  # an operation in which nothing can be wrong
            ask()
    assert asked > 10 * EXAMPLES


def test_every_operation_is_explained(schema: Any) -> None:
    document = schema.raw_schema
    silent = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description") or "200" not in operation["responses"]
    ]
    assert silent == []
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    posted = document["components"]["schemas"]
    assert posted["TextToCode"]["examples"]
    assert posted["Failure"]["examples"]
