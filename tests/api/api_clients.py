"""Clients of an application: in the test's own process, or over a socket of a server on a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from detente.api import Desk, make_app

TOKEN = "open sesame"


def client_of(desk: Desk, **options: Any) -> TestClient:
    """It gets the answer that a client would get where the server fails."""
    return TestClient(make_app(desk, **options), base_url="http://localhost", raise_server_exceptions=False)


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The address of a real server, for what only sockets or a browser can show."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
