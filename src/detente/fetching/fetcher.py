"""Fetching one address: robots.txt, the host's turn, redirects, limits of size and time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpcore
import httpx

from detente.about import __version__
from detente.errors import DetenteError
from detente.fetching.addresses import AddressPolicy
from detente.fetching.answers import Answer, FetchError, retry_after
from detente.fetching.hosts import HostGates
from detente.fetching.transport import GuardedTransport, deadline
from detente.ingest.bodies import BrokenBody, Unpacker

if TYPE_CHECKING:
    from protego import Protego

    from detente.config import Settings

PRODUCT = "Detente"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
ROBOTS_BYTES = 512_000  # RFC 9309 asks to read at least 500 KiB
ROBOTS_SECONDS = 86_400.0
FAILED_ROBOTS_SECONDS = 300.0


def user_agent(contact: str) -> str:
    """Raises DetenteError for a contact that no header can hold."""
    if not (contact.isascii() and contact.isprintable()):
        raise DetenteError(f"fetch_contact={contact!r}: write an address or mail in plain ASCII")
    return f"{PRODUCT}/{__version__}" + (f" (+{contact})" if contact else "")


class Fetcher:
    """Fetches for several threads. `stopped` ends waiting."""

    def __init__(self, settings: Settings, stopped: threading.Event | None = None) -> None:
        self._settings = settings
        self.gates = HostGates(settings.fetch_delay, stopped or threading.Event())
        headers = {"User-Agent": user_agent(settings.fetch_contact), "Accept-Encoding": "gzip, deflate"}
        transport = GuardedTransport(AddressPolicy(settings.fetch_allow_networks))
        self._client = httpx.Client(
            transport=transport, headers=headers, follow_redirects=False, trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )  # fmt: skip
        self._robots: dict[str, tuple[float, Protego | FetchError | None]] = {}

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        accept: str = "*/*",
        conditions: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, after redirects. `conditions`: headers such as If-None-Match, which can give status 304.

        Raises FetchError, and Stopped.
        """
        headers = {"Accept": accept, **(conditions or {})}
        return self._follow(url, headers, max_bytes or self._settings.fetch_max_bytes, robots=True)

    def _follow(self, url: str, headers: Mapping[str, str], max_bytes: int, robots: bool) -> Answer:
        for _ in range(self._settings.fetch_max_redirects + 1):
            target = _checked(url)
            if robots:
                self._ask_robots(target)
            self.gates.wait(target.host)
            found = self._send(target, headers, max_bytes, cut=not robots)
            if isinstance(found, Answer):
                return found
            url = found
        raise FetchError("too_many_redirects", f"more than {self._settings.fetch_max_redirects}, last to {url}")

    def _send(self, url: httpx.URL, headers: Mapping[str, str], max_bytes: int, cut: bool) -> Answer | str:
        """The answer, or where it redirects to. `cut`: of a body that is too large the beginning is enough."""
        try:
            with deadline(self._settings.fetch_timeout), self._client.stream("GET", url, headers=headers) as response:
                return self._read(response, max_bytes, cut)
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            detail = f"{url}: {str(error) or f'no answer within {self._settings.fetch_timeout:g} s'}"
            raise FetchError("timed_out", detail, temporary=True) from None
        except BrokenBody as error:
            raise FetchError("broken_body", f"{url}: {error}", temporary=True) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpx.HTTPError) as error:
            raise FetchError("unreachable", f"{url}: {str(error) or type(error).__name__}", temporary=True) from None
        except (httpcore.UnsupportedProtocol, httpx.InvalidURL, ValueError) as error:
            raise FetchError("refused_address", f"{url}: {error}") from None

    def _read(self, response: httpx.Response, max_bytes: int, cut: bool) -> Answer | str:
        status, url = response.status_code, str(response.url)
        if status in REDIRECTS and response.headers.get("location"):
            return urljoin(url, response.headers["location"].strip())
        headers = {name.lower(): value for name, value in response.headers.items()}
        if status == 304:
            return Answer(url, status, b"", headers)
        if status not in (200, 203):
            self._fail(response)
        unpacker = Unpacker(headers.get("content-encoding", ""), max_bytes)
        for piece in response.iter_raw():
            unpacker.feed(piece)
            if unpacker.full:
                if cut:
                    break
                raise FetchError("page_too_large", f"{url}: more than {max_bytes} bytes")
        return Answer(url, 200, unpacker.result(), headers)

    def _fail(self, response: httpx.Response) -> None:
        status = response.status_code
        wait = retry_after(response.headers.get("retry-after"))
        if wait is not None and status in (429, 503):
            self.gates.hold(response.url.host, wait)
        detail = f"{response.url}: {status} {response.reason_phrase}".rstrip()
        raise FetchError("http_error", detail, temporary=status in TEMPORARY, retry_after=wait)

    def _ask_robots(self, url: httpx.URL) -> None:
        """Returns where robots.txt allows the page. Raises FetchError where it does not, or cannot be asked."""
        rules = self._rules(url)
        if rules is None:
            return
        if not rules.can_fetch(str(url), PRODUCT):
            raise FetchError("robots_txt", str(url))
        if (asked := rules.crawl_delay(PRODUCT)) is not None:
            self.gates.slow_down(url.host, float(asked))

    def _rules(self, url: httpx.URL) -> Protego | None:
        """The site's rules, None where it has none; kept for a day. By RFC 9309 an error of the server forbids all."""
        site = str(url.copy_with(raw_path=b"/robots.txt", fragment=None, username=None, password=None))
        until, rules = self._robots.get(site, (0.0, None))
        if until < time.monotonic():
            kept = ROBOTS_SECONDS
            try:
                rules = self._fetch_rules(site)
            except FetchError as error:
                rules, kept = error, min(error.retry_after or FAILED_ROBOTS_SECONDS, FAILED_ROBOTS_SECONDS)
            self._robots[site] = (time.monotonic() + kept, rules)
        if isinstance(rules, FetchError):
            raise FetchError(
                rules.reason, rules.detail, temporary=rules.temporary, retry_after=rules.retry_after
            ) from None
        return rules

    def _fetch_rules(self, site: str) -> Protego | None:
        from protego import Protego

        try:
            body = self._follow(site, {"Accept": "text/plain"}, ROBOTS_BYTES, robots=False).body
        except FetchError as error:
            if error.reason in ("http_error", "too_many_redirects") and not error.temporary:
                return None
            raise
        with suppress(Exception):  # Protego raises where a file breaks all rules; such a file gives none
            return Protego.parse(body.decode("utf-8", "replace"))
        return None


def _checked(url: str) -> httpx.URL:
    try:
        found = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError("refused_address", f"{url[:200]}: {error}") from None
    if found.scheme not in ("http", "https") or not found.host:
        raise FetchError("refused_address", f"{url[:200]}: only http and https are fetched")
    return found
