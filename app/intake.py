"""What a request carries is taken in whole before work on it begins, and few requests are worked on at once.

A phone on a slow link so holds a thread that waits and nothing else, above all no connection to the database. A
refusal gets through, since nobody is still sending. And the threads of a process, which run one at a time anyway, do
not interrupt each other while they hold what others wait for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2
"""Requests worked on in a process: one that computes, one that waits for the database or a file."""
WAITING = 64
"""Requests that a process holds, most of them still arriving."""
_IN_MEMORY = 1024 * 1024
_PIECE = 256 * 1024


class Intake:
    """Wraps an application; bodies longer than `most` bytes are left to it to refuse."""

    def __init__(self, application: WSGIApplication, most: int) -> None:
        self._application = application
        self._most = most
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take the body in, wait for a turn, and answer."""
        with SpooledTemporaryFile(_IN_MEMORY) as taken:
            length = _length(environ, self._most)
            if length <= self._most:
                _take_in(environ["wsgi.input"], length, taken)
                environ["wsgi.input"] = taken
            with self._turns:
                return self._application(environ, start_response)


def _length(environ: WSGIEnvironment, most: int) -> int:
    """How many bytes to wait for; a body in chunks does not say, and is refused once it has arrived."""
    said = environ.get("CONTENT_LENGTH") or ""
    if said.isascii() and said.isdigit():
        return int(said)
    return most if "HTTP_TRANSFER_ENCODING" in environ else 0


def _take_in(arriving: InputStream, left: int, taken: IO[bytes]) -> None:
    """Keep what arrives, up to where it breaks off: whoever reads it sees that it is short."""
    with suppress(OSError):
        while left and (piece := arriving.read(min(left, _PIECE))):
            taken.write(piece)
            left -= len(piece)
    taken.seek(0)
