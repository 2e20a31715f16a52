"""Asks a server for one page again and again: at a steady rate whatever it answers, or as fast as it answers."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep

_TICKS = os.sysconf("SC_CLK_TCK")


def wire(path: str, **headers: str) -> bytes:
    """A GET request as a browser sends it."""
    said = {"Host": "localhost", "Accept-Encoding": "gzip", "Accept-Language": "sv", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in said.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def steadily(port: int, request: bytes, rate: float, seconds: float) -> list[float]:
    """Latencies in seconds, sorted, of requests that arrive at `rate` a second, counted from when each was due."""
    count = int(rate * seconds)
    taken: list[float] = []
    start = perf_counter() + 0.1
    turn = iter(range(count))
    taking = threading.Lock()

    def run(ask: Callable[[], None]) -> None:
        while True:
            with taking:
                number = next(turn, None)
            if number is None:
                return
            due = start + number / rate
            sleep(max(0.0, due - perf_counter()))
            ask()
            taken.append(perf_counter() - due)

    _at_once(port, request, 16, run)
    assert len(taken) == count
    return sorted(taken)


def as_fast_as_it_goes(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Answers a second over this many connections, each of which asks again as soon as it is answered."""
    answered: list[int] = []
    start = perf_counter()

    def run(ask: Callable[[], None]) -> None:
        number = 0
        while perf_counter() - start < seconds:
            ask()
            number += 1
        answered.append(number)

    _at_once(port, request, connections, run)
    return sum(answered) / (perf_counter() - start)


def cpu_seconds(group: int) -> float:
    """What the processes of a group have computed so far, in seconds."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if os.getpgid(int(entry.name)) == group:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def _at_once(port: int, request: bytes, connections: int, run: Callable[[Callable[[], None]], None]) -> None:
    failed: list[BaseException] = []

    def begin() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                run(lambda: _ask(connection, request))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=begin) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _ask(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    assert length, head
    have = len(body)
    while have < int(length[1]):
        have += len(_received(connection))
    assert head.startswith(b"HTTP/1.1 200"), (head, body[:300])


def _received(connection: socket.socket) -> bytes:
    piece = connection.recv(262144)
    assert piece, "the server hung up"
    return piece
