"""An HTTP proxy that misbehaves as told: for the fault tests, and as a slow link for benchmarks.

It stands between a browser and one server of ours. A `decide` function sees each request and says what fate it
meets; the link's speed and round trip hold for everything that passes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

_CHUNK = 16 * 1024
_LINE = 64 * 1024


@dataclass(frozen=True)
class Request:
    """What the proxy knows of a request when it decides: its number from 1, and its first line."""

    number: int
    method: str
    path: str
    length: int


@dataclass(frozen=True)
class Fate:
    """What becomes of one request; the default lets it pass."""

    delay_s: float = 0.0
    """Held back this long; others overtake it meanwhile."""
    lose_request: bool = False
    """The connection breaks before anything has arrived."""
    cut_body_at: int | None = None
    """The server gets this many bytes of the body, then the connection breaks on both sides."""
    twice: bool = False
    """It arrives twice, one after the other; the second answer is passed on."""
    lose_answer: bool = False
    """The server does its work, but the answer never comes back."""
    signed_out: bool = False
    """It arrives without its cookies, as when the session has ended."""
    meanwhile: Callable[[], None] | None = None
    """Called once all of it that will arrive has arrived, before the answer: to kill the server just then."""


PASS = Fate()
Decide = Callable[[Request], Fate]


def let_pass(_request: Request) -> Fate:
    """The fate of everything on a good day."""
    return PASS


@dataclass
class Link:
    """A slow link: bits per second in each direction (0: no limit), and the round trip in seconds."""

    bits_per_s: float = 0.0
    round_trip_s: float = 0.0
    _free_at: dict[str, float] = field(default_factory=dict)

    async def carry(self, direction: str, count: int) -> None:
        """Wait as long as the link needs for `count` bytes; all connections share it."""
        if not self.bits_per_s:
            return
        start = max(monotonic(), self._free_at.get(direction, 0.0))
        self._free_at[direction] = start + count * 8 / self.bits_per_s
        await asyncio.sleep(self._free_at[direction] - monotonic())


@dataclass
class Proxy:
    """A running proxy. `decide`, `target_port` and `link` may be exchanged while it runs."""

    port: int
    target_port: int
    decide: Decide = let_pass
    link: Link = field(default_factory=Link)
    seen: list[tuple[Request, Fate]] = field(default_factory=list)
    sent_bytes: int = 0
    """Bytes that went from the browser to the server."""
    _serving: set[asyncio.Task[None]] = field(default_factory=set)
    """One for each connection; the event loop by itself may forget a task that waits."""

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://localhost:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the browser until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        with closing(writer), suppress(OSError, EOFError, asyncio.IncompleteReadError):
            if self.link.round_trip_s:
                await asyncio.sleep(self.link.round_trip_s)  # what opening a connection costs
            while await self._exchange(reader, writer):
                pass

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await _read_head(reader)
        if not head:
            return False
        method, path, _version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        length = int(_header(head, b"content-length") or 0)
        request = Request(len(self.seen) + 1, method, path, length)
        fate = self.decide(request)
        self.seen.append((request, fate))
        if fate.lose_request:
            return False
        await asyncio.sleep(fate.delay_s + self.link.round_trip_s / 2)
        body = await self._read_body(
            reader, length if fate.cut_body_at is None else min(fate.cut_body_at, length)
        )
        if fate.signed_out:
            head = _without(head, b"cookie")
        answer = await self._ask(head, body, fate.meanwhile)
        if fate.twice and answer is not None:
            answer = await self._ask(head, body)
        if fate.cut_body_at is not None or fate.lose_answer or answer is None:
            return False
        await asyncio.sleep(self.link.round_trip_s / 2)
        for start in range(0, len(answer), _CHUNK):
            await self.link.carry("down", len(answer[start : start + _CHUNK]))
            writer.write(answer[start : start + _CHUNK])
            await writer.drain()
        return True

    async def _read_body(self, reader: asyncio.StreamReader, length: int) -> bytes:
        # Read as slowly as the link is: the browser then sees the progress that a phone would see.
        body = bytearray()
        while len(body) < length:
            piece = await reader.readexactly(min(_CHUNK, length - len(body)))
            await self.link.carry("up", len(piece))
            body += piece
        self.sent_bytes += length
        return bytes(body)

    async def _ask(
        self, head: bytes, body: bytes, meanwhile: Callable[[], None] | None = None
    ) -> bytes | None:
        """The whole answer of the server; None where it is not there, or died on the way."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            return None
        with closing(writer):
            try:
                writer.write(head + body)
                await writer.drain()
                if meanwhile is not None:
                    await asyncio.get_running_loop().run_in_executor(None, meanwhile)
                if int(_header(head, b"content-length") or 0) > len(body):
                    writer.write_eof()  # the browser is gone in the middle of its body
                    await asyncio.wait_for(reader.read(), 10)
                    return None
                answer = await _read_head(reader)
                if not answer:
                    return None
                rest = _header(answer, b"content-length")
                bare = head.startswith(b"HEAD ") or answer.split(b" ", 2)[1] in {b"204", b"304"}
                if bare:
                    return answer
                if rest is not None:
                    return answer + await reader.readexactly(int(rest))
                return answer + await _read_chunks(reader)
            except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError):
                return None


@contextmanager
def faulty_proxy(target_port: int, decide: Decide = let_pass, link: Link | None = None) -> Iterator[Proxy]:
    """Run a proxy before the server at `target_port` of this machine until the end of the block."""
    proxy = Proxy(0, target_port, decide, link or Link())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="proxy", daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=_LINE)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    proxy.port = int(server.sockets[0].getsockname()[1])
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body, passed on as it is."""
    whole = bytearray()
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        whole += line + await reader.readexactly(size + 2)
        if not size:
            return bytes(whole)


def _without(head: bytes, name: bytes) -> bytes:
    lines = head.split(b"\r\n")
    return b"\r\n".join(line for line in lines if line.partition(b":")[0].strip().lower() != name)


def _header(head: bytes, name: bytes) -> str | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().decode("latin-1")
    return None
