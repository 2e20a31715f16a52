"""A load client on bare sockets: many connections, requests made ahead of the time that is measured."""

from __future__ import annotations

import re
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire, and what its answer must be."""

    wire: bytes
    status: int
    said: bytes = b""
    times: int = 1
    """How often `said` stands in the body of the answer, where it is not empty."""


def timed(port: int, connections: int, work: list[list[Request]]) -> float:
    """Seconds until everything is sent over this many connections at once, each piece's requests in their order."""
    waiting: Iterator[list[Request]] = iter(work)
    taking = threading.Lock()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                while True:
                    with taking:
                        piece = next(waiting, None)
                    if piece is None:
                        return
                    for request in piece:
                        _send(connection, request)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    began = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return monotonic() - began


def _send(connection: socket.socket, request: Request) -> None:
    """Send a request and read its answer; no HTTP library, since the client takes from the same two cores."""
    connection.sendall(request.wire)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += _received(connection)
    assert head.startswith(b"HTTP/1.1 %d" % request.status), (head, body[:500])
    assert not request.said or body.count(request.said) == request.times, body[:500]


def _received(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "the server hung up"
    return piece


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL of its own."""
    from tests.databases import PostgresTemplate

    with tempfile.TemporaryDirectory() as folder:
        template = PostgresTemplate(Path(folder))
        url = template.fresh()
        yield url
        template.drop(url)
