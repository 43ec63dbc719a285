"""httpx over connections that go to checked addresses only and end at a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from types import TracebackType
from typing import Any

import httpcore
import httpx

from detente.fetching.addresses import AddressPolicy

STEP_SECONDS = 10.0  # for one connecting, reading or writing
_deadline: ContextVar[float] = ContextVar("deadline")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within it, requests of this thread end after so many seconds in all, however slowly a server drips."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(timeout: float | None) -> float:
    left = _deadline.get(float("inf")) - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole request is over")
    return min(STEP_SECONDS if timeout is None else timeout, left)


class DeadlineStream(httpcore.NetworkStream):
    """Timeouts of httpcore are for one step each; here the deadline holds for all of them."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks what it gives and connects to that. TLS still checks the host's name."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception | None = None
        for address in self._policy.resolve(host, port):
            try:
                return DeadlineStream(
                    self._tcp.connect_tcp(address, port, _left(timeout), local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host}: no address")


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx's own transport takes no network backend. No proxy is used: it would connect for us, unchecked."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=None, max_keepalive_connections=20,
            keepalive_expiry=30.0, network_backend=GuardedBackend(policy),
        )  # fmt: skip

    def __enter__(self) -> GuardedTransport:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, content=b"", extensions=request.extensions
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()
