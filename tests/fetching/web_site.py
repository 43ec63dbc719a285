"""A web site on this machine that behaves as its test wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Page = Callable[["Request"], None]


@dataclass(frozen=True)
class Seen:
    """A request that came in; `headers` by their names in small letters."""

    path: str
    moment: float
    headers: dict[str, str]


class Request(BaseHTTPRequestHandler):
    """What a page answers through."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.seen.append(Seen(self.path, time.monotonic(), headers))
        page = self.site.pages.get(self.path) or self.site.pages.get(self.path.partition("?")[0], missing)
        with suppress(BrokenPipeError, ConnectionResetError):
            page(self)

    def send(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """An answer that is whole; `headers` with _ for -."""
        self.send_response(status)
        for name, value in {"Content_Type": "text/html", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin(self, **headers: str) -> None:
        """An answer whose body ends with the connection."""
        self.close_connection = True
        self.send_response(200)
        for name, value in {"Content_Type": "text/html", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 100

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are what the tests are about."""


def missing(request: Request) -> None:
    request.send(b"<html><body>not here</body></html>", 404)


@dataclass
class Site:
    """Pages by path; those that are not there are 404, so there is no robots.txt unless a test adds one."""

    pages: dict[str, Page] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def __enter__(self) -> Site:
        self.ended = threading.Event()
        handler = type("Bound", (Request,), {"site": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def add(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> str:
        """A page that always answers the same; its address."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = lambda request: request.send(data, status, **headers)
        return self.url(path)

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]
