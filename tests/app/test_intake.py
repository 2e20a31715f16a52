"""A server whose threads are all taken by slow phones still answers, and a refusal reaches whoever sent much."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.serving import serve

SLOW = 40
"""Far more than the requests that are worked on at once."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Host and port of a running server."""
    with serve(Path(tmp_path_factory.mktemp("served"))) as server:
        url = urlsplit(server.url)
        yield "localhost", url.port or 0


def test_phones_that_send_slowly_keep_nobody_else_waiting(address: tuple[str, int]) -> None:
    head = b"POST /api/v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{"
    with ExitStack() as slow:
        for _ in range(SLOW):
            slow.enter_context(socket.create_connection(address, timeout=30)).sendall(head)
        for _ in range(5):
            asked = http.client.HTTPConnection(*address, timeout=10)
            asked.request("GET", "/logga-in")
            assert asked.getresponse().status == 200
            asked.close()


@pytest.mark.parametrize(("path", "status"), [("/api/v1/sync", 401), ("/api/v1/uploads", 401)])
def test_a_refusal_reaches_a_phone_that_sends_megabytes(
    address: tuple[str, int], path: str, status: int
) -> None:
    refused = http.client.HTTPConnection(*address, timeout=30)
    refused.request("POST", path, bytes(20 * 1024 * 1024), {"Content-Type": "application/octet-stream"})
    assert refused.getresponse().status == status
    refused.close()


def test_a_body_that_breaks_off_is_seen_to_be_short(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=30) as broken:
        broken.sendall(
            b"POST /logga-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 500\r\n\r\nemail=falt"
        )
        broken.shutdown(socket.SHUT_WR)
        answer = broken.recv(4096)
    assert not answer or answer.startswith(b"HTTP/1.1 400")
