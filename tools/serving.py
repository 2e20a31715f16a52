"""A real server with a folder of its own, for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

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
        command = [sys.executable, "-m", "app.cli", "user", "link", email]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


def free_port() -> int:
    """A port of this machine that nobody holds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[Served]:
    """Run `platskollen serve` on a free port with its data in `folder`, until the end of the block."""
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {**os.environ, "PLATSKOLLEN_DATA_DIR": str(folder), "PLATSKOLLEN_BASE_URL": url}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", "1", *options],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(server, url, folder / "server.log")
            yield Served(url, folder, environment)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = monotonic() + MOST_SECONDS
    while monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            sleep(0.1)
    raise RuntimeError(f"the server was not ready:\n{log.read_text()}")
