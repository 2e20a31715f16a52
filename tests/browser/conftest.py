"""A real server with the demo, and real browsers in the hands of its people."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tools.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[2]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
KISTA = {"longitude": 17.9421, "latitude": 59.4037, "accuracy": 8}


@dataclass(frozen=True)
class Served:
    """A running server: its address, and what it printed at the start."""

    url: str
    data_dir: Path
    environment: dict[str, str]

    def link(self, email: str) -> str:
        """A fresh one-time sign-in address, as an operator prints it."""
        command = [sys.executable, "-m", "app.cli", "user", "link", email]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`platskollen serve --demo` on a free port, from an empty folder."""
    folder = tmp_path_factory.mktemp("served")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {**os.environ, "PLATSKOLLEN_DATA_DIR": str(folder), "PLATSKOLLEN_BASE_URL": url}
    log = (folder / "server.log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--demo", "--port", str(port), "--workers", "1"],
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
        log.close()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import time
    from urllib.request import urlopen

    for _attempt in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(f"{url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server was not ready within a minute:\n{log.read_text()}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        reason = "no Chromium on this system; `make browser` says how to get one"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    opened = playwright.chromium.launch(executable_path=path, args=QUIET)
    yield opened
    opened.close()


@pytest.fixture
def visit(browser: Browser, playwright: Playwright, served: Served) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own: a Pixel 7 with a position in Kista, or a desktop; signed in when given an address.

    At the end of the test no page may have called another host, broken the content policy or thrown an error.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(email: str | None = None, *, device: str | None = "Pixel 7", **options: object) -> Page:
        settings: dict[str, object] = dict(playwright.devices[device]) if device else {}
        settings.pop("default_browser_type", None)
        settings.update(
            locale="sv-SE", timezone_id="Europe/Stockholm", geolocation=KISTA, permissions=["geolocation"]
        )
        settings.update(options)
        context = browser.new_context(**settings)  # type: ignore[arg-type]  # a device is a bag of options
        contexts.append(context)
        page = context.new_page()
        watch(page, served.url, faults)
        if email is not None:
            page.goto(served.link(email))
            page.get_by_role("main").get_by_role("button", name="Logga in").click()
            page.wait_for_url(lambda address: "/logga-in" not in address)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def watch(page: Page, home: str, faults: list[str]) -> None:
    """Note every request to another host, every broken policy and every script error of `page`."""
    host = urlsplit(home).netloc

    def request(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host:
            faults.append(f"called {address}")

    page.on("request", lambda sent: request(sent.url))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            faults.append(f"{page.url}: {line.text}")
            if line.type == "error" and not re.search(r"status of 4\d\d", line.text)
            else None
        ),
    )
