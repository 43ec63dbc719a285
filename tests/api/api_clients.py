"""Clients of an application that runs in the test's own process."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from detente.api import Desk, make_app

TOKEN = "open sesame"


def client_of(desk: Desk, **options: Any) -> TestClient:
    """It gets the answer that a client would get where the server fails."""
    return TestClient(make_app(desk, **options), base_url="http://localhost", raise_server_exceptions=False)
