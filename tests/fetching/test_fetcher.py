from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import psutil
import pytest
from web_site import Request, Site

from detente.about import __version__
from detente.config import Settings
from detente.fetching import Fetcher, FetchError
from detente.fetching.answers import Stopped, retry_after
from detente.fetching.turns import in_turns

# The test's site may be fetched from, any other address of this machine may not.
SETTINGS = Settings(fetch_delay=0, fetch_timeout=1.0, fetch_max_bytes=200_000, fetch_allow_networks="127.0.0.1/32")


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(SETTINGS) as fetcher:
        yield fetcher


def failure(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as failed:
        fetcher.get(url)
    return failed.value


def test_page_is_fetched_by_name_and_version(site: Site, fetcher: Fetcher) -> None:
    answer = fetcher.get(
        site.add("/a?b=c", "<p>hello</p>", Content_Type="Text/HTML; charset='cp1252'", Set_Cookie="a=b")
    )
    assert (answer.status, answer.body, answer.media_type, answer.charset) == (
        200,
        b"<p>hello</p>",
        "text/html",
        "cp1252",
    )
    fetcher.get(site.url("/a?b=c"))
    first, second = site.asked("/a?b=c")
    assert first.headers["user-agent"] == f"Detente/{__version__}"
    assert "cookie" not in second.headers
    with Fetcher(Settings(fetch_delay=0, fetch_contact="desk@wire.example", fetch_allow_networks="127.0.0.1")) as named:
        named.get(site.url("/a?b=c"))
    assert site.asked("/a?b=c")[-1].headers["user-agent"] == f"Detente/{__version__} (+desk@wire.example)"


def test_loopback_is_refused_unless_allowed(site: Site) -> None:
    site.add("/", "hello")
    with Fetcher(Settings(fetch_delay=0)) as fetcher:
        for host in ("127.0.0.1", "localhost", "127.1"):
            assert failure(fetcher, site.url("/", host)).reason == "refused_address"
    assert site.seen == []


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:{port}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::1]:{port}/",
     "//127.0.0.3:{port}/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)"],
)  # fmt: skip
def test_redirect_to_a_private_address_is_refused(site: Site, fetcher: Fetcher, target: str) -> None:
    site.add("/out", "", 302, Location=target.format(port=site.port))
    problem = failure(fetcher, site.url("/out"))
    assert (problem.reason, problem.temporary) == ("refused_address", False)


def test_name_that_changes_its_address_gains_nothing(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer of the name server is checked and connected to: one for robots.txt, one for the page."""
    site.add("/", "hello")
    answers = iter(["127.0.0.1", "127.0.0.1", "127.0.0.2"])
    asked: list[Any] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in ("rebind.example", b"rebind.example"):
            return real(host, *arguments, **options)
        asked.append(host)
        return real(next(answers), *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert fetcher.get(site.url("/", "rebind.example")).body == b"hello"
    assert len(asked) == 2
    with Fetcher(SETTINGS) as later:
        assert failure(later, site.url("/", "rebind.example")).reason == "refused_address"


def test_redirects_are_followed_within_limits(site: Site, fetcher: Fetcher) -> None:
    site.add("/1", "", 301, Location="/2")
    site.add("/2", "", 307, Location=site.url("/3"))
    site.add("/3", "there")
    answer = fetcher.get(site.url("/1"))
    assert (answer.url, answer.body) == (site.url("/3"), b"there")
    site.add("/loop", "", 302, Location="/loop")
    assert failure(fetcher, site.url("/loop")).reason == "too_many_redirects"
    assert len(site.asked("/loop")) == SETTINGS.fetch_max_redirects + 1


def test_body_that_drips_is_given_up(site: Site, fetcher: Fetcher) -> None:
    def drip(request: Request) -> None:
        request.begin()
        while not site.ended.wait(0.1):
            request.wfile.write(b".")

    site.pages["/drip"] = drip
    problem = failure(fetcher, site.url("/drip"))
    assert (problem.reason, problem.temporary) == ("timed_out", True)


def test_head_that_drips_is_given_up(site: Site, fetcher: Fetcher) -> None:
    def drip(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.ended.wait(0.1):
            request.wfile.write(b"X-More: y\r\n")

    site.pages["/drip"] = drip
    assert failure(fetcher, site.url("/drip")).reason == "timed_out"


def test_silence_is_given_up(site: Site, fetcher: Fetcher) -> None:
    site.pages["/silent"] = lambda request: site.ended.wait(30) and None
    assert failure(fetcher, site.url("/silent")).reason == "timed_out"


def test_endless_body_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    def endless(request: Request) -> None:
        request.begin()
        while not site.ended.is_set():
            request.wfile.write(b"x" * 10_000)

    site.pages["/endless"] = endless
    problem = failure(fetcher, site.url("/endless"))
    assert (problem.reason, problem.temporary) == ("page_too_large", False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_bomb_is_not_unpacked(site: Site, fetcher: Fetcher, encoding: str) -> None:
    bomb = (gzip.compress if encoding == "gzip" else zlib.compress)(b"x" * 100_000_000)
    url = site.add("/bomb", bomb, Content_Encoding=encoding)
    before = psutil.Process().memory_info().rss
    assert failure(fetcher, url).reason == "page_too_large"
    assert psutil.Process().memory_info().rss - before < 30_000_000


def test_compressed_body_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.get(site.add("/a", gzip.compress(b"hello"), Content_Encoding="gzip")).body == b"hello"
    assert site.asked("/a")[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"no gzip at all", "gzip"), (gzip.compress(b"hello" * 99)[:-9], "gzip"), (b"\x1f\x8b\x08junk", "gzip"),
     (b"hello", "br"), (b"hello", "gzip, gzip"), (b"\xff\xff\xff", "deflate")],
)  # fmt: skip
def test_broken_compression_is_named(site: Site, fetcher: Fetcher, body: bytes, encoding: str) -> None:
    assert failure(fetcher, site.add("/a", body, Content_Encoding=encoding)).reason == "broken_body"


def test_body_that_ends_too_early_is_no_page(site: Site, fetcher: Fetcher) -> None:
    def short(request: Request) -> None:
        request.begin(Content_Length="1000")
        request.wfile.write(b"x" * 10)

    site.pages["/short"] = short
    assert failure(fetcher, site.url("/short")).reason == "unreachable"


@pytest.mark.parametrize("answer", [b"\x00\x01garbage\r\n\r\n", b"", b"HTTP/1.1 two hundred\r\n\r\n", b"SSH-2.0-x\r\n"])
def test_what_is_no_http_is_named(site: Site, fetcher: Fetcher, answer: bytes) -> None:
    def odd(request: Request) -> None:
        request.close_connection = True
        request.wfile.write(answer)

    site.pages["/odd"] = odd
    problem = failure(fetcher, site.url("/odd"))
    assert (problem.reason, problem.temporary) == ("unreachable", True)


def test_nobody_there_and_no_such_host_are_named(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    assert failure(fetcher, url).reason == "unreachable"

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(fetcher, "http://none.example/").reason == "unreachable"


def test_errors_of_the_server_are_temporary_or_not(site: Site, fetcher: Fetcher) -> None:
    found = {
        status: failure(fetcher, site.add("/x", "", status)).temporary for status in (404, 403, 410, 500, 502, 503)
    }
    assert found == {404: False, 403: False, 410: False, 500: True, 502: True, 503: True}


def test_retry_after_holds_the_host(site: Site, fetcher: Fetcher) -> None:
    problem = failure(fetcher, site.add("/busy", "", 429, Retry_After="600"))
    assert (problem.temporary, problem.retry_after) == (True, 600)
    later = failure(fetcher, site.add("/other", "hello"))
    assert later.temporary
    assert later.retry_after == pytest.approx(600, abs=30)
    assert site.asked("/other") == []


def test_retry_after_is_read() -> None:
    now = datetime(2021, 3, 18, 12, tzinfo=UTC)
    assert retry_after("120") == 120
    assert retry_after("Thu, 18 Mar 2021 12:01:00 GMT", now) == 60
    assert retry_after("Thu, 18 Mar 2021 11:00:00 GMT", now) == 0
    assert retry_after("9" * 40) == retry_after("Thu, 18 Mar 2190 12:00:00 GMT", now) == 7 * 86_400
    assert [retry_after(value) for value in (None, "", "soon", "-5", "1.5")] == [None] * 5


def test_conditions_give_not_modified(site: Site, fetcher: Fetcher) -> None:
    def page(request: Request) -> None:
        if request.headers.get("If-None-Match") == '"v1"':
            request.send(status=304)
        else:
            request.send(b"new", ETag='"v1"')

    site.pages["/feed"] = page
    first = fetcher.get(site.url("/feed"))
    assert (first.status, first.headers["etag"]) == (200, '"v1"')
    assert fetcher.get(site.url("/feed"), conditions={"If-None-Match": '"v1"'}).status == 304


def test_robots_are_obeyed(site: Site, fetcher: Fetcher) -> None:
    site.add(
        "/robots.txt",
        "User-agent: *\nDisallow: /\n\nUser-agent: detente\nDisallow: /private\nAllow: /private/no*.html$",
    )
    site.add("/open", "hello")
    assert fetcher.get(site.add("/private/not.html", "hello")).body == b"hello"
    assert fetcher.get(site.url("/open")).body == b"hello"
    assert failure(fetcher, site.add("/private/x", "hello")).reason == "robots_txt"
    assert site.asked("/private/x") == []
    assert len(site.asked("/robots.txt")) == 1
    site.add("/to", "", 302, Location="/private/x")
    assert failure(fetcher, site.url("/to")).reason == "robots_txt"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_site_whose_robots_cannot_be_asked_is_left_alone(site: Site, fetcher: Fetcher, status: int) -> None:
    site.add("/robots.txt", "", status)
    site.add("/", "hello")
    assert [failure(fetcher, site.url("/")).temporary for _ in range(2)] == [True, True]
    assert site.asked("/") == []
    assert len(site.asked("/robots.txt")) == 1


@pytest.mark.parametrize("robots", [b"\xff\xfe\x00 no rules", b"<html>hello</html>", b"x" * 2_000_000, b""])
def test_strange_robots_forbid_nothing(site: Site, fetcher: Fetcher, robots: bytes) -> None:
    site.add("/robots.txt", robots)
    assert fetcher.get(site.add("/", "hello")).body == b"hello"


def test_requests_to_a_host_keep_their_distance(site: Site) -> None:
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 0.4")
    site.add("/", "hello")
    settings = Settings(fetch_delay=0.1, fetch_allow_networks="127.0.0.1/32")
    with Fetcher(settings) as fetcher:
        jobs = {str(number): [site.url("/")] * 2 for number in range(2)}
        assert sum(map(len, in_turns(jobs, fetcher.get, 4, 10))) == 4
    moments = [seen.moment for seen in site.asked("/")]
    assert all(later - earlier > 0.3 for earlier, later in pairwise(moments[1:]))
    assert moments[0] - site.asked("/robots.txt")[0].moment > 0.05


def test_stopped_fetcher_does_not_wait() -> None:
    stopped = threading.Event()
    stopped.set()
    with Fetcher(Settings(fetch_delay=50), stopped) as fetcher, pytest.raises(Stopped):
        fetcher.get("http://wire.example/")


def test_turns_give_all_results_and_leave_out_the_rest_of_a_host() -> None:
    def work(job: int) -> int | None:
        return None if job == 12 else job

    jobs = {str(host): list(range(host * 10, host * 10 + 5)) for host in range(3)}
    found = [result for batch in in_turns(jobs, work, 2, 4) for result in batch]
    assert sorted(found) == [0, 1, 2, 3, 4, 10, 11, 20, 21, 22, 23, 24]
    assert [result for result in found if result < 10] == [0, 1, 2, 3, 4]


def test_turns_raise_what_work_raises_and_end_when_left() -> None:
    def fail(job: int) -> int:
        if job == 3:
            raise ValueError("told to fail")
        return job

    with pytest.raises(ValueError, match="told to fail"):
        list(in_turns({"a": list(range(9))}, fail, 1, 2))
    turns = in_turns({"a": list(range(1, 900, 9)), "b": list(range(1, 900, 9))}, lambda job: job, 2, 1)
    assert next(turns)
    turns.close()  # type: ignore[attr-defined]  # an iterator here, a generator in fact
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]
