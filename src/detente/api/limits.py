"""Limits that keep one client from harming the others: size, time, number, name of the host, and who may write."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detente.about import __version__
from detente.api.answers import failure
from detente.api.desk import Desk
from detente.store import Store

SAFE = frozenset({"GET", "HEAD"})
OPEN_POSTS = frozenset({"/api/v1/code", "/try"})
"""Posts that write nothing."""
ASSETS = "/static/"
"""Style and scripts say nothing of the record: whoever is asked for the token sees a page that is whole."""
NO_TOKEN = "this needs the token of the server"
WRONG_TOKEN = "the token that was given is not the one of this server"
Shape = Callable[[Request, Response], Response]


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and numbers of requests."""

    body: int = 2_000_000
    body_seconds: float = 15.0
    """In which a body must have come."""
    seconds: float = 30.0
    """In which an answer must begin."""
    send_seconds: float = 30.0
    """In which a client must take a piece of the answer."""
    at_work: int = 8
    waiting: int = 64


class Gate:
    """Lets a request through that is allowed, small and in time; all others get an answer that says why."""

    def __init__(self, app: ASGIApp, desk: Desk, limits: Limits, shape: Shape = lambda _, told: told) -> None:
        """`shape` turns an error's JSON into what this client is to see of it."""
        self._app, self._desk, self._limits, self._shape = app, desk, limits, shape
        self._places = asyncio.Semaphore(limits.at_work)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})["place"] = self._desk.place  # before the page is made: nothing is missed
        send = _patient(send, self._limits.send_seconds)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await self._tell(refusal, scope, receive, send)
            return
        tag = _tag(scope, self._desk.tag)
        if tag and tag in headers.get("if-none-match", ""):
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", tag.encode())]})
            await send({"type": "http.response.body", "body": b""})
            return
        body = await self._body(scope, headers, receive, send)
        if body is None:
            return
        await self._admit(scope, _replay(body, receive), _tagged(send, tag))

    async def _tell(self, told: Response, scope: Scope, receive: Receive, send: Send) -> None:
        await self._shape(Request(scope), told)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = (headers.get("host") or "").rsplit("]", 1)
        name = host[0] + "]" if len(host) == 2 else host[0].rsplit(":", 1)[0]
        if self._desk.hosts and name.casefold() not in self._desk.hosts:
            return failure(421, f"this server is not called {name[:100]!r}")
        writes = scope["method"] not in SAFE and scope["path"] not in OPEN_POSTS
        if not writes and (self._desk.open_reading or scope["path"].startswith(ASSETS)):
            return None
        if writes and not self._desk.writable:
            return None  # the routes say that nothing is written here, or that there is no such thing
        given = _token(headers)
        if given is None or not secrets.compare_digest(given.encode(), (self._desk.token or "").encode()):
            basic = {"WWW-Authenticate": 'Basic realm="detente"'}
            return failure(401, NO_TOKEN if given is None else WRONG_TOKEN, headers=basic)
        if scope["method"] not in SAFE and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return failure(403, "another site asked for this")
        return None

    async def _body(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> bytes | None:
        """The whole body, or None where it was too large or too slow and the client has been told."""
        limit = self._limits.body
        refusal = None
        parts: list[bytes] = []
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > limit:
            refusal = failure(413, f"the body has {length} bytes, {limit} are allowed", headers={"Connection": "close"})
        else:
            try:
                async with asyncio.timeout(self._limits.body_seconds):
                    size, more = 0, True
                    while more and size <= limit:
                        message = await receive()
                        if message["type"] == "http.disconnect":
                            return None
                        parts.append(message.get("body", b""))
                        size += len(parts[-1])
                        more = message.get("more_body", False)
                if size > limit:
                    refusal = failure(413, f"the body has more than {limit} bytes", headers={"Connection": "close"})
            except TimeoutError:
                refusal = failure(408, "the body did not come in time", headers={"Connection": "close"})
        if refusal is not None:
            await self._tell(refusal, scope, receive, send)
            return None
        return b"".join(parts)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Waits for a place; what finds the queue full, or does not begin in time, is told to come again."""
        if self._waiting >= self._limits.waiting:
            busy = failure(503, "too many requests at a time", headers={"Retry-After": "1"})
            await self._tell(busy, scope, receive, send)
            return
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        task = _Work(self._places, send)
        scope["handles"] = task.handles
        if not await task.run(self._app(scope, receive, task.send), self._limits.seconds):
            late = failure(504, f"no answer within {self._limits.seconds:g} seconds")
            await self._tell(late, scope, receive, send)


class _Work:
    """One request at work. Its place is free as soon as the answer begins: what follows waits for the client only."""

    def __init__(self, places: asyncio.Semaphore, send: Send) -> None:
        self.handles: list[Store] = []
        self._places, self._send = places, send
        self._begun = asyncio.Event()
        self._held = True
        self._abandoned = False

    async def send(self, message: Message) -> None:
        if self._abandoned:
            return
        self._release()
        self._begun.set()
        await self._send(message)

    async def run(self, app: Awaitable[None], seconds: float) -> bool:
        """False where the answer did not begin in time; the work is then given up."""
        work = asyncio.ensure_future(app)
        work.add_done_callback(lambda _: self._release())
        begun = asyncio.ensure_future(self._begun.wait())
        try:
            await asyncio.wait({work, begun}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self._begun.is_set() or work.done():
                await work
                return True
            self._abandoned = True
            work.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._ending = asyncio.ensure_future(self._end(work))
            return False
        finally:
            begun.cancel()

    async def _end(self, work: asyncio.Future[None]) -> None:
        """Again and again: a query that has not begun yet when it is interrupted runs all the same."""
        while not work.done():
            for handle in self.handles:
                handle.interrupt()
            await asyncio.wait({work}, timeout=0.5)

    def _release(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


def _token(headers: Headers) -> str | None:
    """Of `Authorization: Bearer TOKEN`, or the password of Basic, which browsers ask for."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer":
        return value.strip()
    if kind.casefold() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return None
    return None


def _tag(scope: Scope, record: str) -> str | None:
    """Same store, same version, same address: same answer."""
    if scope["method"] not in SAFE or scope["path"].startswith(("/api/v1/health", "/static/")):
        return None
    parts = (record, __version__, scope["path"])
    key = "\x1f".join(parts).encode("utf-8", "replace") + b"\x1f" + scope["query_string"]
    return f'"{hashlib.sha256(key).hexdigest()[:20]}"'


def _tagged(send: Send, tag: str | None) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200 and tag:
            extra = [(b"etag", tag.encode()), (b"cache-control", b"private, no-cache")]
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return sending


def _patient(send: Send, seconds: float) -> Send:
    """A client that takes nothing for so long loses its answer."""

    async def sending(message: Message) -> None:
        async with asyncio.timeout(seconds):
            await send(message)

    return sending


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
