"""A real server with the demo, and real browsers in the hands of its people."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tools.chromium import FLAGS, find_chromium
from tools.serving import Served, serve

# Two cores carry a server and several browsers: what is slow there is not wrong.
expect.set_options(timeout=20_000)

CALLERS = count(1)
KISTA = {"longitude": 17.9421, "latitude": 59.4037, "accuracy": 8}
TENSTA = {"longitude": 17.9010, "latitude": 59.3945, "accuracy": 8}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`platskollen serve --demo` on a free port, from an empty folder."""
    folder = tmp_path_factory.mktemp("served")
    with serve(folder, "--demo", PLATSKOLLEN_TRUSTED_PROXIES="1") as running:
        yield running


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
    opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
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
        # Each comes from an address of its own: what one caller may do in an hour is less than all tests do.
        settings["extra_http_headers"] = {"X-Forwarded-For": f"10.0.{next(CALLERS)}.1"}
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


@pytest.fixture
def walking(visit: Callable[..., Page], served: Served) -> Callable[..., tuple[Page, str]]:
    """Open the field app and start a walk of one's own; returns the page and the walk's id."""

    def start(
        slug: str = "tensta-centrum", email: str = "falt@demo.example", **options: object
    ) -> tuple[Page, str]:
        page = visit(email, geolocation=TENSTA, **options)
        page.goto(f"{served.url}/falt")
        expect(page.get_by_role("heading", name="Mina vandringar")).to_be_visible()
        page.evaluate("async () => { await navigator.serviceWorker.ready; await platskollen.refreshMe(); }")
        walk = page.evaluate("(slug) => platskollen.startWalk({ slug, light: 'dark' })", slug)
        return page, str(walk)

    return start


# Refusals that the app knows how to take, and a link that is away or fails.
EXPECTED = re.compile(r"status of 4\d\d|net::ERR_(INTERNET_DISCONNECTED|EMPTY_RESPONSE|CONNECTION_\w+)")


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
            if line.type == "error" and not EXPECTED.search(line.text)
            else None
        ),
    )
