"""The proxy does to requests what it says: otherwise the fault tests would prove nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import pytest

from tools.proxy import Fate, Link, Proxy, faulty_proxy


class _Counting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed_in = b" signed in" if self.headers["Cookie"] else b""
        self.server.bodies.append(body + signed_in)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def bodies() -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that echoes, and the bodies that have reached it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Counting)
    received: list[bytes] = []
    server.bodies = received  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, received
    server.shutdown()
    server.server_close()
    thread.join()


def _post(proxy: Proxy, body: bytes, cookie: str = "") -> bytes | None:
    connection = HTTPConnection("localhost", proxy.port, timeout=10)
    try:
        connection.request("POST", "/", body, {"Cookie": cookie} if cookie else {})
        return connection.getresponse().read()
    except (HTTPException, OSError):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fate", "answered", "arrivals"),
    [
        (Fate(), True, [b"hello"]),
        (Fate(delay_s=0.05), True, [b"hello"]),
        (Fate(lose_request=True), False, []),
        (Fate(lose_answer=True), False, [b"hello"]),
        (Fate(twice=True), True, [b"hello", b"hello"]),
        (Fate(cut_body_at=2), False, [b"he"]),
    ],
)
def test_request_meets_its_fate(
    bodies: tuple[int, list[bytes]], fate: Fate, answered: bool, arrivals: list[bytes]
) -> None:
    port, received = bodies
    with faulty_proxy(port, lambda _request: fate) as proxy:
        assert _post(proxy, b"hello") == (b"hello" if answered else None)
        assert received == arrivals


def test_slow_link_takes_the_time_that_its_bytes_need(bodies: tuple[int, list[bytes]]) -> None:
    port, _received = bodies
    with faulty_proxy(port, link=Link(bits_per_s=800_000)) as proxy:
        began = monotonic()
        assert _post(proxy, b"x" * 20_000) is not None
        assert monotonic() - began >= 0.4  # 20 kB up and 20 kB down at 100 kB/s


def test_session_can_end_on_the_way(bodies: tuple[int, list[bytes]]) -> None:
    port, received = bodies
    with faulty_proxy(port) as proxy:
        assert _post(proxy, b"hello", "session=mine") == b"hello"
        proxy.decide = lambda _request: Fate(signed_out=True)
        assert _post(proxy, b"hello", "session=mine") == b"hello"
    assert received == [b"hello signed in", b"hello"]


def test_something_can_happen_while_the_server_works(bodies: tuple[int, list[bytes]]) -> None:
    port, _received = bodies
    happened: list[str] = []
    fate = Fate(cut_body_at=2, meanwhile=lambda: happened.append("killed"))
    with faulty_proxy(port, lambda _request: fate) as proxy:
        assert _post(proxy, b"hello") is None
    assert happened == ["killed"]
