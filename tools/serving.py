"""A real server with a folder of its own, for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from app.intake import WAITING

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 120


@dataclass(frozen=True)
class Served:
    """A server that runs: its address and its folder."""

    url: str
    folder: Path
    environment: dict[str, str] = field(repr=False)

    def link(self, email: str) -> str:
        """A fresh one-time sign-in address, as an operator prints it."""
        return self._print("link", email)

    def token(self, email: str) -> str:
        """A fresh API token, as an operator prints it."""
        return self._print("token", email)

    def close(self) -> None:
        """End what prints; the next link starts it anew."""
        printer = self.__dict__.pop("_printer", None)
        if printer is not None:
            with printer:
                printer.stdin.close()

    @cached_property
    def _printer(self) -> subprocess.Popen[str]:
        """One process prints them all: a command takes seconds to start."""
        command = [sys.executable, "-m", "tools.printing"]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )

    def _print(self, what: str, email: str) -> str:
        asked, answers = self._printer.stdin, self._printer.stdout
        assert asked is not None
        assert answers is not None
        asked.write(f"{what} {email}\n")
        printed = answers.readline().strip()
        if not printed:
            raise RuntimeError(f"no {what} for {email}")
        return printed


def free_port() -> int:
    """A port of this machine that nobody holds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Server:
    """`platskollen serve` on a port of its own with its data in `folder`; it can be killed and started again."""

    def __init__(self, folder: Path, *options: str, base_url: str = "", **settings: str) -> None:
        self._folder = folder
        self.port = free_port()
        self._options = ("--workers", "1", *options)
        self._process: subprocess.Popen[bytes] | None = None
        url = base_url or f"http://localhost:{self.port}"
        environment = {
            **os.environ,
            **settings,
            "PLATSKOLLEN_DATA_DIR": str(folder),
            "PLATSKOLLEN_BASE_URL": url,
        }
        self.served = Served(url, folder, environment)

    def start(self, *, web_only: bool = False) -> None:
        """Start it unless it runs, and wait until it is ready.

        `web_only`: where it has run before, without migrating and without a worker; that is ready sooner.
        """
        if self._process is not None and self._process.poll() is None:
            return
        serve = ["app.cli", "serve", *self._options]
        web = [
            "granian",
            "--interface",
            "wsgi",
            "--factory",
            "--blocking-threads",
            str(WAITING),
            "app:create_app",
        ]
        command = [sys.executable, "-m", *(web if web_only else serve), "--port", str(self.port)]
        log = self._folder / "server.log"
        with log.open("a") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.served.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # Without a worker jobs wait, and it is never ready; but it answers.
        path = "/healthz" if web_only else "/readyz"
        _wait_until_ready(self._process, f"http://localhost:{self.port}{path}", log)

    @property
    def group(self) -> int:
        """The group of its processes, while it runs."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Let it finish what is under way."""
        self.served.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)
            self._process = None

    def limit_files(self, most_bytes: int | None) -> None:
        """Let no process of it write a file beyond this size, as a full disk does; None lifts it."""
        assert self._process is not None
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                process = int(entry.name)
                if os.getpgid(process) == self._process.pid:
                    hard = resource.prlimit(process, resource.RLIMIT_FSIZE)[1]
                    resource.prlimit(process, resource.RLIMIT_FSIZE, (most_bytes or hard, hard))

    def kill(self) -> None:
        """End every process of it at once, as a power cut does."""
        self.served.close()
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=60)
            self._process = None


@contextmanager
def serve(folder: Path, *options: str, **settings: str) -> Iterator[Served]:
    """Run `platskollen serve` on a free port with its data in `folder`, until the end of the block."""
    server = Server(folder, *options, **settings)
    try:
        server.start()
        yield server.served
    finally:
        server.stop()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = monotonic() + MOST_SECONDS
    while monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            sleep(0.1)
    raise RuntimeError(f"the server was not ready:\n{log.read_text()[-2000:]}")
